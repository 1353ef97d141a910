//! Division of industries between regions: specialisation, likeness of structures, and who could focus on what.

mod absolute_excess;
mod additive_quotient;
mod clustering;
mod complementarity;
pub mod complexity;
pub mod concentration;
mod dissimilarity;
mod divergence;
pub mod economic_base;
pub mod engines;
mod friction;
mod friction_parts;
mod krugman;
mod location_quotient;
mod locational_gini;
mod log_quotient;
mod normalized_quotient;
mod pair_weights;
pub mod plan;
mod portfolio;
mod quotient_bootstrap;
pub mod relatedness;
mod revealed_presence;
mod similarity;
pub mod specialization;
mod standardized_quotient;
mod structure;
mod structure_convergence;
mod symmetric_quotient;
pub mod transition;
mod weighted_quotient;

pub use absolute_excess::{absolute_excess, absolute_excess_cell};
pub use additive_quotient::{additive_quotient, additive_quotient_cell};
pub use clustering::{Dendrogram, Linkage, Merge, cluster};
pub use complementarity::complementarity;
pub use complexity::{
    ComplexityError, ComplexityIndex, ComplexityOutlook, Components, OutlookOptions, Standardization, complexity_index,
    complexity_outlook, components,
};
pub use dissimilarity::{Dissimilarities, DissimilarityError, StructureMeasure, dissimilarities};
pub use divergence::{correlation, euclidean, hellinger, jensen_shannon, presence_jaccard};
pub use friction::{Friction, FrictionError, friction, overlap_matrix};
pub use friction_parts::{FrictionBand, friction_by_distance, friction_of_rows};
pub use krugman::{
    KrugmanReference, krugman, krugman_against, krugman_against_rows, krugman_by_industry, krugman_contributions,
    krugman_pairs,
};
pub use location_quotient::{
    LocationQuotientError, QuotientBase, QuotientBaseError, location_quotient, location_quotient_cell,
    location_quotient_cells, location_quotient_of_whole,
};
pub use locational_gini::{LocationalGiniError, locational_gini, locational_gini_of_rows};
pub use log_quotient::log_quotient;
pub use normalized_quotient::normalized_quotient_cell;
pub use pair_weights::{
    EARTH_RADIUS_KM, PairWeightsError, equal_weights, exponential_weights, gravity_weights, haversine_km,
    neighbour_weights,
};
pub use plan::{DivisionError, DivisionPlan, DivisionProblem, solve};
pub use portfolio::{PortfolioClass, portfolio_class};
pub use quotient_bootstrap::{
    BootstrappedQuotients, Interval, QuotientBootstrap, QuotientBootstrapError, QuotientCutOff, QuotientDraws,
    QuotientIntervals, bootstrap_quotients,
};
pub use relatedness::{Presence, PresenceError, RelatednessError, proximity, relatedness_density};
pub use revealed_presence::{revealed_presence, revealed_presence_cell};
pub use similarity::{bray_curtis, cosine, overlap};
pub use standardized_quotient::{QuotientStandard, standardized_log_quotient, standardized_quotient};
pub use structure::{StructureError, shares};
pub use structure_convergence::{
    StructureConvergence, StructureConvergenceError, krugman_change, structure_convergence,
};
pub use symmetric_quotient::symmetric_quotient;
pub use weighted_quotient::weighted_quotient;
