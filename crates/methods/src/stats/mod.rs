//! Statistics that several methods share: ranks, spread, distributions, random draws, spatial weights.

pub mod distributions;
pub mod random;
mod ranks;
mod spatial_weights;
mod spread;

pub use ranks::{RankMethod, RankOrder, percentile, rank, rank_descending};
pub use spatial_weights::{SpatialWeights, SpatialWeightsError};
pub use spread::{Spread, mean_and_deviation};
