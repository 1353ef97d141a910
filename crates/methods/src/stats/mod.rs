//! Statistics that several methods share: ranks and their uncertainty, spread, distributions, random draws, regression,
//! inequality, spatial weights and dependence.

pub(crate) mod ascending;
mod block_bootstrap;
mod correlation;
pub mod distributions;
mod draws;
mod hodrick_prescott;
pub mod inequality;
mod kendall_w;
pub(crate) mod lanes;
mod local_moran;
mod local_permutations;
mod long_run_variance;
mod moran;
mod order_statistics;
mod permutation;
pub mod random;
mod rank_confidence_sets;
mod rank_uncertainty;
mod ranks;
mod regression;
mod roc;
mod scale;
pub(crate) mod side_by_side;
pub mod spatial_regression;
mod spatial_weights;
mod spread;
mod variance_ratio;
mod weighted;

pub use block_bootstrap::{BlockBootstrap, bootstrap_means, default_block_length};
pub(crate) use correlation::{correlation, is_constant};
pub use draws::{Draws, DrawsError, normal_draws};
pub use hodrick_prescott::{FilterError, HodrickPrescott, LARGEST_SMOOTHING};
pub use kendall_w::{Agreement, AgreementError, kendall_w, mean_ranks};
pub use lanes::logs as logarithms;
pub use local_moran::{LocalAssociation, LocalMoments, LocalMoran, Quadrant, local_moran, quadrants};
pub(crate) use local_permutations::expected_permutations;
pub use local_permutations::{LocalPermutations, local_moran_permutations};
pub use long_run_variance::{LongRunVariance, newey_west_lags};
pub use moran::{Moran, MoranError, MoranMoments, moran, moran_permutations};
pub(crate) use order_statistics::order_statistics;
pub use permutation::{Alternative, PermutationTest, permutation_p_value};
pub use rank_confidence_sets::{
    DifferenceErrors, RankConfidenceError, RankSet, rank_confidence_sets, simultaneous_rank_sets,
};
pub use rank_uncertainty::{RankDistribution, RankDraws, RankUncertaintyError, rank_draws};
pub use ranks::{RankMethod, RankOrder, percentile, rank, rank_descending};
pub use regression::{
    Covariance, Dummies, Estimate, FTest, Inference, Regression, RegressionError, dummy, standardized_coefficients,
    with_constant,
};
pub use roc::{RocArea, RocDifference, RocError, roc_area, roc_difference};
pub use scale::Scale;
pub use spatial_weights::{Places, SpatialWeights, SpatialWeightsError, WeightSums};
pub use spread::{Spread, mean_and_deviation};
pub use variance_ratio::{PairedVariances, VarianceRatio, paired_variances, variance_ratio};
pub use weighted::{weighted_mean, weighted_percentile};
