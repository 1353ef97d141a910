//! Relatedness of industries by where they are present together, and how near each region is to each industry.

mod bits;
mod co_occurrence;
mod communities;
mod correlated;
mod density;
mod density_rows;
mod entry_exit;
mod error;
mod nearest;
mod network;
mod normalized;
mod presence;
mod proximity;
mod revealing;
mod selected_sums;

pub use co_occurrence::{CoOccurrence, co_occurrence};
pub use communities::{Communities, communities};
pub use correlated::correlation_proximity;
pub use density::{
    MeanDensity, mean_densities, mean_densities_of_rows, mean_density, relatedness_density, weighted_density,
};
pub(in crate::division) use density::{counted, proximity_totals};
pub use density_rows::{DensityRows, PresenceDensity, WeightedDensity, for_each_density};
pub(in crate::division) use density_rows::{block_of, fill_rows, is_much};
pub use entry_exit::{Change, entries_and_exits};
pub use error::RelatednessError;
pub use nearest::nearest_only;
pub use network::{Link, LinkRule, Network, network};
pub use normalized::{Margins, Normalization, normalized};
pub use presence::{Cell, Presence, PresenceError};
pub use proximity::proximity;
pub(in crate::division) use selected_sums::{Selected, SelectedWeights};
