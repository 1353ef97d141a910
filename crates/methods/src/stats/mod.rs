//! Statistics that several methods share: ranks, spread, distributions, random draws, regression, spatial weights.

pub mod distributions;
pub mod random;
mod ranks;
mod regression;
mod spatial_weights;
mod spread;

pub use ranks::{RankMethod, RankOrder, percentile, rank, rank_descending};
pub use regression::{
    Covariance, Dummies, Estimate, FTest, Inference, Regression, RegressionError, standardized_coefficients,
    with_constant,
};
pub use spatial_weights::{SpatialWeights, SpatialWeightsError};
pub use spread::{Spread, mean_and_deviation};
