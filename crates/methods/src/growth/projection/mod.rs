//! Projection of series: trend curves, exponential smoothing and random walks, each with intervals and a backtest.

mod backtest;
mod curve;
mod distribution;
mod intervals;
mod model;
mod project;
mod random_walk;
mod reconcile;
mod scale;
mod shift_share;
mod simplex;
mod smoothing;

pub use backtest::{BacktestOptions, Errors, ModelBacktest};
pub use curve::{Coefficient, Curve, CurveFit, CurveStatistics, fit_curve};
pub use intervals::{IntervalMethod, ParameterUncertainty, Projected};
pub use model::{ErrorScale, Fit, FitOptions, Fitted, Model};
use project::Failure;
pub use project::{Backtest, Compared, Projection, ProjectionError, ProjectionMethod, ProjectionOptions, project};
pub use random_walk::RandomWalk;
pub use reconcile::{Reconciliation, ReconciliationError, reconcile};
pub use scale::Scale;
pub use shift_share::{
    Future, FutureTotals, IndustryFuture, LocationalFactor, NotShifted, RegionFuture, ShiftShareOptions,
    ShiftShareProjection, ShiftShareProjectionError, follow_reference, project_shift_share,
};
pub use smoothing::{InitialStates, Smoothed, SmoothedTrend, Smoothing, SmoothingParameters, smooth};

/// Why a series has no projection.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Unprojected {
    /// The region has no value in the period.
    #[error("period {period} has no value")]
    MissingValue {
        /// Position of the period.
        period: usize,
    },
    /// The value, or the time, has no logarithm.
    #[error("period {period} is {value}, which has no logarithm")]
    NotPositive {
        /// Position of the period.
        period: usize,
        /// The value.
        value: f64,
    },
    /// The value is not below the saturation of a logistic curve.
    #[error("period {period} is {value}, which is not below the saturation {saturation}")]
    NotBelowSaturation {
        /// Position of the period.
        period: usize,
        /// The value.
        value: f64,
        /// The saturation.
        saturation: f64,
    },
    /// There are too few periods for the model.
    #[error("{length} periods are too few: {needed} are needed")]
    TooShort {
        /// Periods.
        length: usize,
        /// Periods that are needed.
        needed: usize,
    },
    /// A parameter or a projected value is beyond the range of numbers.
    #[error("the projection is beyond the range of numbers")]
    OutOfRange,
}
