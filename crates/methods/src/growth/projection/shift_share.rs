//! Projection by shift-share: industries of a region follow those of a reference, times what the region does better.

mod factor;
mod future;
mod record;

pub use factor::LocationalFactor;
pub use future::{Future, FutureTotals};

use rayon::prelude::*;

use super::backtest::{self, ModelBacktest};
use super::{Backtest, BacktestOptions, ErrorScale, Errors, FitOptions, Model, Projected, Unprojected};
use crate::growth::ShiftShareError;
use crate::{Amounts, Matrix, Progress, Stopped};
use factor::Factors;
use record::Record;

/// Origins that intervals need errors of.
const FEWEST_ORIGINS: usize = 3;

/// Regions below which threads cost more than they bring.
const FEW_REGIONS: usize = 8;

/// How shift-share projects.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftShareOptions {
    /// Periods between the start and the end of the growth that a locational factor is measured by.
    pub base: usize,
    /// What becomes of the factor with the length of the projection.
    pub factor: LocationalFactor,
    /// Levels of the intervals, for example 0.8 and 0.95.
    pub levels: Vec<f64>,
    /// The backtest. Its origins leave the base before them.
    pub backtest: BacktestOptions,
}

/// Why nothing is projected by shift-share.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ShiftShareProjectionError {
    /// The base is no period long, or there is nothing to project.
    #[error("a base and a horizon of at least one period are needed")]
    NoPeriods,
    /// There is no origin to test.
    #[error("a backtest needs at least one origin")]
    NoOrigins,
    /// There are too few periods for the base and for the errors of at least three origins after it.
    #[error("{periods} periods are too few: {needed} are needed")]
    TooShort {
        /// Periods.
        periods: usize,
        /// Periods that are needed.
        needed: usize,
    },
    /// The level of an interval is not between 0 and 1.
    #[error("level {index} is {value}, not between 0 and 1")]
    InvalidLevel {
        /// Position of the level.
        index: usize,
        /// The level.
        value: f64,
    },
    /// A future total is negative or not a number, or there are other industries than in the past.
    #[error("step {step}: the totals of the reference are not amounts of its industries")]
    InvalidFuture {
        /// Position among the future totals.
        step: usize,
    },
    /// Regions and reference do not go together in a period.
    #[error("period {period}: {error}")]
    Period {
        /// Position of the period.
        period: usize,
        /// What is wrong.
        #[source]
        error: ShiftShareError,
    },
    /// An industry of the reference cannot be projected.
    #[error("industry {industry} of the reference: {reason}")]
    ReferenceNotProjected {
        /// Column of the industry.
        industry: usize,
        /// Why.
        #[source]
        reason: Unprojected,
    },
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Why a region, or an industry of it, is not projected by shift-share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotShifted {
    /// The region is empty at the start of a base, or the reference has lost all that it would follow.
    #[error("the base that ends in period {period} has no locational factor")]
    NoFactor {
        /// Position of the period.
        period: usize,
    },
    /// Nothing is there in the last period, and nothing follows from nothing.
    #[error("nothing is there in the last period")]
    ZeroLevel,
    /// There are too few origins whose projection and outcome are both above zero.
    #[error("the errors of {origins} origins are too few for an interval: {FEWEST_ORIGINS} are needed")]
    TooFewErrors {
        /// Origins with errors.
        origins: usize,
    },
    /// A projected value is beyond the range of numbers.
    #[error("the projection is beyond the range of numbers")]
    OutOfRange,
}

/// The projection of regions by shift-share.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftShareProjection {
    /// The totals of the reference that were followed, by step.
    pub reference: Vec<FutureTotals>,
    /// Each region, by position.
    pub regions: Vec<Result<RegionFuture, NotShifted>>,
}

/// The projection of one region.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionFuture {
    /// Growth of the region over the base against what its industries grew in the reference.
    pub locational: f64,
    /// The region as a whole: the sum over industries, with intervals of its own.
    pub total: Vec<Projected>,
    /// How the whole would have been projected.
    pub backtest: Backtest,
    /// Each industry.
    pub industries: Vec<Result<IndustryFuture, NotShifted>>,
}

/// The projection of one industry of a region.
#[derive(Debug, Clone, PartialEq)]
pub struct IndustryFuture {
    /// The coming steps.
    pub steps: Vec<Projected>,
    /// How they would have been projected, over all origins and steps.
    pub errors: Errors,
}

/// Projects industries of regions by shift-share, with intervals from the errors of a rolling-origin backtest.
///
/// With E' and N' the amounts of the last period, N'' the future totals of the reference, and L the locational factor of the
/// base, E'[r, *] / sum(E[r, i] N'[i] / N[i]):
///
/// ```text
/// E''[r, i] = E'[r, i] * N''[i] / N'[i] * L[r]        or L[r]^(steps/base), or 1: see `LocationalFactor`
/// E''[r, *] = sum(E''[r, i])
/// ```
///
/// Each origin of the backtest projects in the same way from what was known: with the totals that the reference came to have
/// where totals are given, else with totals projected from the past. Log errors e at step h have the variance s^2 h, as a
/// random walk has:
///
/// ```text
/// s^2 = mean(e^2 / h)       interval = E'' * exp(-+ t * s * sqrt(h))
/// ```
///
/// with Student's t of as many degrees of freedom as there are origins. Intervals of given totals are therefore conditional on
/// them. The coverage in the backtest is that of intervals from the errors of the other origins.
///
/// # Shapes and units
///
/// - `periods`: regions x industries for each period, equally spaced, in one unit.
/// - `reference`: periods x industries of the reference, in the same unit.
/// - returns: amounts in the same unit, finite. The values of industries add up to those of their region within rounding; an
///   industry that is zero in the last period stays zero, and is listed without a projection.
///
/// # Errors
///
/// Tables that do not go together, options that ask for nothing, too few periods (the base and four more), an industry of the
/// reference that cannot be projected, or [`Stopped`].
///
/// # Source
///
/// Gerfin (1964), Kyklos 17(4), 565-593; REAT, `shiftp`. Neither has intervals: these are the mean squared error of the past,
/// as in Stoto (1983), Journal of the American Statistical Association 78(381), 13-20, for projections of population.
pub fn project_shift_share(
    periods: &[Amounts],
    reference: &Matrix,
    future: &Future,
    options: &ShiftShareOptions,
    progress: &Progress,
) -> Result<ShiftShareProjection, ShiftShareProjectionError> {
    let first = check(periods.len(), options)?;
    let factors = Factors::measure(periods, reference, options.base)?;
    let coming = future.totals(reference, periods.len())?;
    let known = future.known(reference, first..periods.len(), options.backtest.horizon, progress)?;
    let levels = record::Levels::new(&options.levels, periods.len())?;
    let projection = Projecting { periods, reference, options, first, factors, coming: &coming, known, levels };
    let n_regions = periods.first().map_or(0, Amounts::n_regions);
    progress.expect(n_regions);
    let one = |region: usize| {
        progress.advance(1)?;
        projection.region(region, progress)
    };
    let regions = if n_regions < FEW_REGIONS {
        (0..n_regions).map(one).collect::<Result<_, Stopped>>()?
    } else {
        (0..n_regions).into_par_iter().map(one).collect::<Result<_, Stopped>>()?
    };
    Ok(ShiftShareProjection { reference: coming, regions })
}
