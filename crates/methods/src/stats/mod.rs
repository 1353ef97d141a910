//! Statistics that several methods share: ranks, spread, distributions, random draws, regression, spatial weights and
//! dependence.

pub mod distributions;
mod local_moran;
mod moran;
mod permutation;
pub mod random;
mod ranks;
mod regression;
pub mod spatial_regression;
mod spatial_weights;
mod spread;

pub use local_moran::{
    LocalAssociation, LocalMoments, LocalMoran, LocalPermutations, Quadrant, local_moran, local_moran_permutations,
};
pub use moran::{Moran, MoranError, MoranMoments, moran, moran_permutations};
pub use permutation::{Alternative, PermutationTest, permutation_p_value};
pub use ranks::{RankMethod, RankOrder, percentile, rank, rank_descending};
pub use regression::{
    Covariance, Dummies, Estimate, FTest, Inference, Regression, RegressionError, standardized_coefficients,
    with_constant,
};
pub use spatial_weights::{SpatialWeights, SpatialWeightsError, WeightSums};
pub use spread::{Spread, mean_and_deviation};
