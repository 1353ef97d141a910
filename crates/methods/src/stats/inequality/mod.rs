//! Inequality of values between regions, one measure one file.
//!
//! Every measure takes a [`Distribution`]: values, each counting alike or by its weight (incomes per head by population, say).
//! What is not defined for some values (a logarithm of zero, shares of negative amounts) is an [`InequalityError`] with the
//! position, and never a number that stands for none.
//!
//! - of shares: [`gini`], [`lorenz`], [`hoover`], [`herfindahl`], [`coulter`], [`share_ratio`], [`wolfson`];
//! - of entropy and welfare: [`theil_t`], [`mean_log_deviation`], [`generalized_entropy`], [`atkinson`], [`dalton`];
//! - of spread: [`variance`], [`coefficient_of_variation`], [`williamson`], [`quantile_ratio`];
//! - by groups of regions: [`entropy_by_groups`], [`gini_by_groups`]; by neighbourhood: [`spatial_gini`]. They have
//!   permutation tests.

mod atkinson;
mod coefficient_of_variation;
mod coulter;
mod dalton;
mod distribution;
mod entropy_by_groups;
mod generalized_entropy;
mod gini;
mod gini_by_groups;
mod groups;
mod herfindahl;
mod hoover;
mod lorenz;
mod mean_log_deviation;
mod means;
mod quantile;
mod share_ratio;
mod shuffles;
mod spatial_gini;
mod theil;
mod variance;
mod wolfson;

pub use atkinson::{Atkinson, atkinson};
pub use coefficient_of_variation::{coefficient_of_variation, normalized_coefficient_of_variation, williamson};
pub use coulter::coulter;
pub use dalton::dalton;
pub use distribution::{Distribution, InequalityError};
pub use entropy_by_groups::{EntropyKind, EntropyOfGroup, EntropyParts, entropy_by_groups, entropy_permutations};
pub use generalized_entropy::generalized_entropy;
pub use gini::{gini, gini_of_sample};
pub use gini_by_groups::{GiniOfGroup, GiniOfPair, GiniParts, GiniPermutations, gini_by_groups, gini_permutations};
pub use groups::{Groups, GroupsError};
pub use herfindahl::{Herfindahl, herfindahl};
pub use hoover::{Schutz, hoover, schutz};
pub use lorenz::{Lorenz, lorenz};
pub use mean_log_deviation::mean_log_deviation;
pub use means::geometric_mean;
pub use quantile::{median, quantile, quantile_ratio};
pub use share_ratio::share_ratio;
pub use spatial_gini::{SpatialGini, spatial_gini, spatial_gini_permutations};
pub use theil::theil_t;
pub use variance::{log_variance, variance};
pub use wolfson::wolfson;
