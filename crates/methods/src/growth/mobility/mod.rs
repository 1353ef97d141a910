//! Mobility: how regions move through ranks and classes, and whether they go on doing so.
//!
//! - Ranks: [`rank_paths`], [`spearman`], [`kendall`] and its forms for single regions, neighbours and groups, [`theta`].
//! - Classes: [`quantile_classes`] or [`cut_off_classes`] of [`relative_values`], or [`given_classes`]; [`count_transitions`]
//!   between them, the [`Chain`] they make, where it leads ([`ergodic_distributions`], [`first_passage`], [`sojourn_times`]), how much it moves
//!   ([`mobility_indices`]) whether it is the same everywhere ([`homogeneity`]), and
//!   how far back it remembers ([`order_test`]).
//! - Both: [`full_rank_chain`] and [`geographic_rank_chain`].

mod chain;
mod class_paths;
mod classes;
mod ergodic;
mod first_passage;
mod groups;
mod homogeneity;
mod indices;
mod inverse;
mod kendall;
mod local_tau;
mod neighbour_tau;
mod order;
mod parallel;
mod rank_chain;
mod rank_pairs;
mod rank_paths;
mod regional_tau;
mod relative;
mod sojourn;
mod spearman;
mod theta;
mod transitions;

pub use chain::{Chain, ChainError, ChainStructure, StateKind};
pub use class_paths::{ClassPaths, ClassPathsError};
pub use classes::{Classes, ClassesError, QuantileScope, cut_off_classes, given_classes, quantile_classes};
pub use ergodic::ergodic_distributions;
pub use first_passage::{FirstPassage, first_passage};
pub use groups::{Groups, GroupsError};
pub use homogeneity::{ChiSquaredTest, Homogeneity, HomogeneityError, chi_squared_against, homogeneity};
pub use indices::{MobilityError, MobilityIndices, mobility_indices, prais};
pub use kendall::{Kendall, kendall};
pub use local_tau::local_tau;
pub use neighbour_tau::{
    Draws, LocalConcordance, NeighbourTauError, SpatialTau, neighbour_set_tau, neighbourhood_tau, spatial_tau,
};
pub use order::{OrderTest, order_test};
pub use rank_chain::{RankChain, RankChainError, full_rank_chain, geographic_rank_chain};
pub use rank_pairs::{RankPairs, RankPairsError};
pub use rank_paths::{RankAt, RankPath, rank_paths};
pub use regional_tau::{GroupConcordance, RegionalTauError, regional_tau};
pub use relative::{RelativeError, relative_values};
pub use sojourn::sojourn_times;
pub use spearman::{Spearman, spearman};
pub use theta::{Theta, ThetaError, theta};
pub use transitions::{CountsError, TransitionCounts, count_steps, count_transitions};
