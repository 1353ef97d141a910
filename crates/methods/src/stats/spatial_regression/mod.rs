//! Linear regression over regions whose errors or values may depend on those of neighbours.

mod dense;
mod determinant;
mod diagnostics;
mod elimination;
mod factors;
mod likelihood;
mod maximum_likelihood;
mod projection;

pub use diagnostics::{ResidualMoran, ScoreTest, SpatialDiagnostics, spatial_diagnostics};
pub use likelihood::SpatialForm;
pub use maximum_likelihood::{MOST_REGIONS, SpatialEstimate, SpatialRegression, spatial_maximum_likelihood};

use super::RegressionError;
use crate::Stopped;

/// Why a regression over regions is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SpatialRegressionError {
    /// Response, design and weights are not of the same regions.
    #[error("{response} responses, {design} rows of regressors and weights of {regions} regions do not go together")]
    LengthDiffers {
        /// Values of the response.
        response: usize,
        /// Rows of the design.
        design: usize,
        /// Regions of the weights.
        regions: usize,
    },
    /// A value of the region is NaN or infinite.
    #[error("region {region} has a value that is not finite")]
    NotFinite {
        /// Position of the region.
        region: usize,
    },
    /// There are too few regions for so many regressors.
    #[error("{regions} regions are too few for {regressors} regressors")]
    TooFewRegions {
        /// Number of regions.
        regions: usize,
        /// Number of regressors.
        regressors: usize,
    },
    /// The regressor is a linear combination of those before it.
    #[error("regressor {regressor} is a combination of those before it")]
    Collinear {
        /// Column of the regressor.
        regressor: usize,
    },
    /// The regressors explain the response without a rest, so that nothing is left to test.
    #[error("the regressors explain the response without a rest")]
    PerfectFit,
    /// No region has a neighbour.
    #[error("no region has a neighbour")]
    NoLinks,
    /// There are more regions than maximum likelihood takes.
    #[error("{regions} regions are more than {most}")]
    TooManyRegions {
        /// Number of regions.
        regions: usize,
        /// The most there may be.
        most: usize,
    },
    /// The factors of the weights of so many regions are not sparse enough to be computed.
    #[error("{regions} regions have so many links ({links}) that the likelihood would take too long")]
    TooManyLinks {
        /// Number of regions.
        regions: usize,
        /// Number of links.
        links: usize,
    },
    /// The likelihood still rises at the end of the dependences that are searched.
    #[error("the likelihood still rises where the dependence reaches {dependence}")]
    NoMaximum {
        /// That end.
        dependence: f64,
    },
    /// No chain of links leads back to where it starts, so that neighbours do not depend on each other.
    #[error("no chain of neighbours leads back to where it starts")]
    NoCycle,
    /// The eigenvalues of the weights were not found.
    #[error("the eigenvalues of the weights were not found")]
    NoEigenvalues,
    /// The regression cannot be fitted when its variables are taken less those of neighbours.
    #[error("less those of neighbours: {0}")]
    Filtered(#[from] RegressionError),
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}
