//! Projection by shift-share: industries of a region follow those of a reference, times what the region does better.

mod factor;
mod follow;
mod future;
mod region;
mod spread;

pub use factor::LocationalFactor;
pub use follow::follow_reference;
pub use future::{Future, FutureTotals};

use rayon::prelude::*;

use super::intervals::{Intervals, NotALevel};
use super::{Backtest, BacktestOptions, Errors, IntervalMethod, Model, Projected, Unprojected};
use crate::growth::{Comparison, ShiftShareError};
use crate::{Amounts, Matrix, Progress, Stopped};
use factor::Factors;
use region::Projecting;

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
    /// Intervals need the errors of several origins.
    #[error("{origins} origins are too few: {FEWEST_ORIGINS} are needed")]
    TooFewOrigins {
        /// Origins that were asked for.
        origins: usize,
    },
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
    /// The reference has another number of periods than the regions.
    #[error("the reference has {periods} periods, unlike the regions")]
    ReferenceDiffers {
        /// Periods of the reference.
        periods: usize,
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
    /// None where the region has none and none was asked for.
    pub locational: Option<f64>,
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
/// base (see `gerfin`):
///
/// ```text
/// L[r]      = E'[r, *] / sum(E[r, i] * N'[i] / N[i])    over the base
/// E''[r, i] = E'[r, i] * N''[i] / N'[i] * L[r]          or L[r]^(steps/base), or 1: see `LocationalFactor`
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
    let first = first_origin(periods.len(), options)?;
    check_tables(periods, reference)?;
    let intervals = Intervals::new(&options.levels, IntervalMethod::Formula, periods.len())
        .map_err(|NotALevel { index, value }| ShiftShareProjectionError::InvalidLevel { index, value })?;
    let factors = Factors::measure(periods, reference, options, first, progress)?;
    let coming = future.coming(reference)?;
    let known = future.known(reference, first, options.backtest.horizon, progress)?;
    let projecting = Projecting { periods, reference, options, first, factors, coming: &coming, known, intervals };
    let n_regions = periods.first().map_or(0, Amounts::n_regions);
    progress.expect(n_regions);
    let one = |region: usize| {
        let projected = projecting.region(region, progress)?;
        progress.advance(1)?;
        Ok(projected)
    };
    let regions: Result<_, Stopped> = if n_regions < FEW_REGIONS {
        (0..n_regions).map(one).collect()
    } else {
        (0..n_regions).into_par_iter().map(one).collect()
    };
    Ok(ShiftShareProjection { regions: regions?, reference: coming })
}

/// Periods up to and with the first origin, after checking that there are enough of them.
fn first_origin(periods: usize, options: &ShiftShareOptions) -> Result<usize, ShiftShareProjectionError> {
    let BacktestOptions { most_origins, horizon, first_length } = options.backtest;
    if options.base == 0 || horizon == 0 {
        return Err(ShiftShareProjectionError::NoPeriods);
    }
    if most_origins < FEWEST_ORIGINS {
        return Err(ShiftShareProjectionError::TooFewOrigins { origins: most_origins });
    }
    let first = options.base.saturating_add(1).max(Model::Drift.minimum_length()).max(first_length.unwrap_or(0));
    let needed = first.saturating_add(FEWEST_ORIGINS);
    if periods < needed {
        return Err(ShiftShareProjectionError::TooShort { periods, needed });
    }
    Ok(first.max(periods - most_origins.min(periods)))
}

/// Refuses tables that are not of the same regions and industries, and a reference that does not hold the regions.
fn check_tables(periods: &[Amounts], reference: &Matrix) -> Result<(), ShiftShareProjectionError> {
    if reference.n_rows() != periods.len() {
        return Err(ShiftShareProjectionError::ReferenceDiffers { periods: reference.n_rows() });
    }
    let Some(first) = periods.first() else { return Ok(()) };
    for (period, (amounts, totals)) in periods.iter().zip(reference.rows()).enumerate() {
        let check = Comparison::try_new(amounts, first, totals, totals);
        check.map_err(|error| ShiftShareProjectionError::Period { period, error })?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{FitOptions, Model};
    use super::*;

    /// Two regions of two industries over eight periods: the second region falls behind in each of its industries.
    fn tables() -> (Vec<Amounts>, Matrix) {
        let noise = [0.0, 0.02, -0.01, 0.03, -0.02, 0.01, 0.02, -0.03];
        let cells = |t: usize| {
            let (fast, slow, noise) = (1.1_f64.powi(t as i32), 1.02_f64.powi(t as i32), 1.0 + noise[t]);
            vec![40.0 * fast * noise, 60.0 * slow, 50.0 * fast * 0.98_f64.powi(t as i32), 30.0 * slow / noise]
        };
        let periods: Vec<Amounts> = (0..8).map(|t| Amounts::try_new(cells(t), 2).unwrap()).collect();
        let totals = periods.iter().flat_map(|period| period.industry_totals().to_vec()).collect();
        (periods, Matrix::try_new(totals, 2).unwrap())
    }

    fn options() -> ShiftShareOptions {
        ShiftShareOptions {
            base: 3,
            factor: LocationalFactor::AsMeasured,
            levels: vec![0.8, 0.95],
            backtest: BacktestOptions { most_origins: 10, horizon: 2, first_length: None },
        }
    }

    fn given(step: usize) -> Future {
        Future::Given(vec![FutureTotals { step, totals: vec![220.0, 110.0] }])
    }

    #[test]
    fn follows_the_reference_with_the_factor_of_the_base() {
        let (periods, reference) = tables();
        let projected = project_shift_share(&periods, &reference, &given(3), &options(), &Progress::new()).unwrap();
        let region = projected.regions[1].as_ref().unwrap();
        let (from, to) = (periods[4].region(1), periods[7].region(1));
        let expected: f64 = (0..2).map(|i| from[i] * reference.get(7, i) / reference.get(4, i)).sum();
        let locational = to.iter().sum::<f64>() / expected;
        assert!((region.locational.unwrap() - locational).abs() < 1e-14);
        let value = |industry: usize| region.industries[industry].as_ref().unwrap().steps[0].value;
        assert!((value(0) - to[0] * 220.0 / reference.get(7, 0) * locational).abs() < 1e-12);
        assert!((region.total[0].value - value(0) - value(1)).abs() < 1e-12);
        assert_eq!((region.backtest.first_length, region.backtest.origins), (4, 4));
        // Four origins of two steps, but the last of one.
        assert_eq!((region.backtest.model.overall.count, region.backtest.model.by_step[1].count), (7, 3));
    }

    #[test]
    fn intervals_are_the_spread_of_past_log_errors() {
        let (periods, reference) = tables();
        let mut options = options();
        options.backtest.horizon = 1;
        let projected = project_shift_share(&periods, &reference, &given(4), &options, &Progress::new()).unwrap();
        let squares = (4..8).map(|origin| {
            let (from, to) = (periods[origin - 4].region(0), periods[origin - 1].region(0));
            let growth = |i: usize| reference.get(origin - 1, i) / reference.get(origin - 4, i);
            let factor = to.iter().sum::<f64>() / (from[0] * growth(0) + from[1] * growth(1));
            let coming: f64 = (0..2).map(|i| to[i] * reference.get(origin, i) / reference.get(origin - 1, i)).sum();
            (periods[origin].region_totals()[0] / (coming * factor)).ln().powi(2)
        });
        // Student's quantile of 97.5 % with four degrees of freedom (scipy 1.17.1), over four steps.
        let width = 2.776_445_105_197_793 * (squares.sum::<f64>() / 4.0 * 4.0).sqrt();
        let total = &projected.regions[0].as_ref().unwrap().total[0];
        assert!((total.intervals[1][1] / total.value - width.exp()).abs() < 1e-9);
        assert!((total.value / total.intervals[1][0] - width.exp()).abs() < 1e-9);
    }

    #[test]
    fn a_reference_that_is_not_given_is_projected_from_what_was_known() {
        let (periods, reference) = tables();
        let fit = FitOptions::default();
        let future = Future::Projected { model: Model::Drift, fit, horizon: 2 };
        let projected = project_shift_share(&periods, &reference, &future, &options(), &Progress::new()).unwrap();
        let industry: Vec<f64> = reference.column(0).collect();
        let expected = Model::Drift.fit(&industry, &fit).unwrap().values(2);
        assert_eq!(projected.reference.iter().map(|step| step.totals[0]).collect::<Vec<_>>(), expected);
        assert_eq!(projected.regions[0].as_ref().unwrap().total.len(), 2);
    }

    #[test]
    fn an_industry_that_has_ended_stays_ended_and_is_listed() {
        let (mut periods, reference) = tables();
        let last = periods.pop().unwrap();
        let mut cells = last.cells().cells().to_vec();
        cells[1] = 0.0;
        periods.push(Amounts::try_new(cells, 2).unwrap());
        let projected = project_shift_share(&periods, &reference, &given(1), &options(), &Progress::new()).unwrap();
        let region = projected.regions[0].as_ref().unwrap();
        assert_eq!(region.industries[1], Err(NotShifted::ZeroLevel));
        assert_eq!(region.total[0].value, region.industries[0].as_ref().unwrap().steps[0].value);
    }

    #[test]
    fn a_region_that_was_empty_has_no_factor_but_may_keep_its_share() {
        let (mut periods, reference) = tables();
        periods[1] = Amounts::try_new(vec![0.0, 0.0, 50.0, 30.0], 2).unwrap();
        let project = |factor| {
            let options = ShiftShareOptions { factor, ..options() };
            project_shift_share(&periods, &reference, &given(1), &options, &Progress::new()).unwrap()
        };
        assert_eq!(project(LocationalFactor::AsMeasured).regions[0], Err(NotShifted::NoFactor { period: 4 }));
        assert!(project(LocationalFactor::One).regions[0].is_ok());
    }

    #[test]
    fn refuses_what_asks_for_nothing_or_does_not_go_together() {
        let (periods, reference) = tables();
        let refused = |future: &Future, options: &ShiftShareOptions, n: usize| {
            let part = Matrix::from_fn(n, 2, |row, column| reference.get(row, column));
            project_shift_share(&periods[..n], &part, future, options, &Progress::new()).unwrap_err()
        };
        use ShiftShareProjectionError as Error;
        assert_eq!(refused(&given(1), &options(), 6), Error::TooShort { periods: 6, needed: 7 });
        assert_eq!(refused(&given(0), &options(), 8), Error::InvalidFuture { step: 0 });
        assert_eq!(refused(&Future::Given(vec![]), &options(), 8), Error::NoPeriods);
        let level = ShiftShareOptions { levels: vec![0.8, 1.0], ..options() };
        assert_eq!(refused(&given(1), &level, 8), Error::InvalidLevel { index: 1, value: 1.0 });
        let mut few = options();
        few.backtest.most_origins = 2;
        assert_eq!(refused(&given(1), &few, 8), Error::TooFewOrigins { origins: 2 });
        let holt = Future::Projected { model: Model::Holt, fit: FitOptions::default(), horizon: 1 };
        let short = Unprojected::TooShort { length: 4, needed: 6 };
        assert_eq!(refused(&holt, &options(), 8), Error::ReferenceNotProjected { industry: 0, reason: short });
        let progress = Progress::new();
        progress.stop();
        let stopped = project_shift_share(&periods, &reference, &given(1), &options(), &progress);
        assert!(matches!(stopped, Err(Error::Stopped(_))));
    }
}
