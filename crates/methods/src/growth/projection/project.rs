//! The projection of many series: by one model, or by the one that would have projected best.

use rayon::prelude::*;

use super::backtest::{self, Plan};
use super::intervals::Intervals;
use super::{
    BacktestOptions, ErrorScale, Fit, FitOptions, IntervalMethod, Model, ModelBacktest, Projected, Unprojected,
};
use crate::{Matrix, Progress, Stopped};

/// Cells of series below which threads cost more than they bring.
const FEW_CELLS: usize = 64;

/// What projects a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectionMethod {
    /// One model.
    One(Model),
    /// The model with the least mean absolute error in the backtest of each series; the first of those with the same.
    Best(Vec<Model>),
}

/// How series are projected.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectionOptions {
    /// What projects them.
    pub method: ProjectionMethod,
    /// Periods to project.
    pub horizon: usize,
    /// How models are fitted.
    pub fit: FitOptions,
    /// Levels of the intervals, for example 0.8 and 0.95.
    pub levels: Vec<f64>,
    /// How intervals come about.
    pub intervals: IntervalMethod,
    /// The backtest.
    pub backtest: BacktestOptions,
}

/// Why nothing is projected.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ProjectionError {
    /// There is no period to project, or to test.
    #[error("a projection and its backtest need a horizon of at least one period")]
    NoHorizon,
    /// There is no origin to test.
    #[error("a backtest needs at least one origin")]
    NoOrigins,
    /// There is no model to choose from.
    #[error("there is no model to choose from")]
    NoCandidates,
    /// The level of an interval is not between 0 and 1.
    #[error("level {index} is {value}, not between 0 and 1")]
    InvalidLevel {
        /// Position of the level.
        index: usize,
        /// The level.
        value: f64,
    },
    /// A bootstrap needs draws.
    #[error("a bootstrap needs at least two draws")]
    TooFewDraws,
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The projection of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The model, fitted to all periods.
    pub fit: Fit,
    /// The coming periods.
    pub steps: Vec<Projected>,
    /// How the model would have done.
    pub backtest: Backtest,
    /// What was compared, in the order of the candidates; empty for one model.
    pub compared: Vec<Compared>,
}

/// The backtest of a projection, beside those of two that need no thought.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// Periods up to and with the first origin; the last origin is the last period but one.
    pub first_length: usize,
    /// Number of origins.
    pub origins: usize,
    /// Errors of the model.
    pub model: ModelBacktest,
    /// Errors of the last value going on.
    pub naive: ModelBacktest,
    /// Errors of the mean growth of the past going on: of logarithms where all values are positive, else of levels.
    pub mean_growth: ModelBacktest,
}

/// A candidate and its mean absolute error, or why it has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// The candidate.
    pub model: Model,
    /// Mean absolute error in the backtest.
    pub mean_absolute_error: Result<f64, Unprojected>,
}

/// Why a series ends without a projection, or the call without an answer.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Unprojected(#[from] Unprojected),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Projects series, each with intervals, the model and its backtest, or says why not.
///
/// The origins of the backtest leave at least half of the series before them, unless told otherwise, and never less than the
/// model needs. Candidates of [`ProjectionMethod::Best`] share their origins: who needs more periods than there are before the
/// first takes no part. A series needs one period more than its model, so that there is a backtest at all.
///
/// # Shapes and units
///
/// - `series`: series x periods, equally spaced, NaN where missing. A series with a missing value is not projected.
/// - returns: as many projections or reasons, in the series' unit. All numbers are finite.
///
/// # Errors
///
/// Options that ask for nothing or for the impossible, and [`Stopped`].
///
/// # Source
///
/// See [`Model`]'s fits for the models and `backtest` for the comparison; choosing by backtest is the cross-validation of
/// Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd edition, 5.10.
pub fn project(
    series: &Matrix,
    options: &ProjectionOptions,
    progress: &Progress,
) -> Result<Vec<Result<Projection, Unprojected>>, ProjectionError> {
    check(options)?;
    let intervals = Intervals::new(&options.levels, options.intervals, series.n_columns())?;
    progress.expect(series.n_rows());
    let one = |row: usize| {
        let projection = match project_one(series.row(row), options, &intervals, progress) {
            Ok(projection) => Ok(projection),
            Err(Failure::Unprojected(reason)) => Err(reason),
            Err(Failure::Stopped(stopped)) => return Err(stopped.into()),
        };
        progress.advance(1)?;
        Ok(projection)
    };
    if series.cells().len() < FEW_CELLS {
        return (0..series.n_rows()).map(one).collect();
    }
    (0..series.n_rows()).into_par_iter().map(one).collect()
}

fn check(options: &ProjectionOptions) -> Result<(), ProjectionError> {
    if options.horizon == 0 || options.backtest.horizon == 0 {
        return Err(ProjectionError::NoHorizon);
    }
    if options.backtest.most_origins == 0 {
        return Err(ProjectionError::NoOrigins);
    }
    match &options.method {
        ProjectionMethod::Best(candidates) if candidates.is_empty() => Err(ProjectionError::NoCandidates),
        ProjectionMethod::Best(_) | ProjectionMethod::One(_) => Ok(()),
    }
}

fn project_one(
    series: &[f64],
    options: &ProjectionOptions,
    intervals: &Intervals,
    progress: &Progress,
) -> Result<Projection, Failure> {
    if let Some(period) = series.iter().position(|value| !value.is_finite()) {
        return Err(Unprojected::MissingValue { period }.into());
    }
    let plan = plan(series.len(), options)?;
    let test = |model, fit: &FitOptions| backtest::run(series, model, fit, intervals, &plan, progress);
    let (model, tested, compared) = match &options.method {
        ProjectionMethod::One(model) => (*model, test(*model, &options.fit)?, Vec::new()),
        ProjectionMethod::Best(candidates) => best(candidates, |model| test(model, &options.fit))?,
    };
    let [naive, growth] = benchmark_scales(series, options.fit.scale);
    let benchmark = |model, scale| test(model, &FitOptions { scale, ..options.fit });
    let backtest = Backtest {
        first_length: plan.first,
        origins: plan.length - plan.first,
        model: tested,
        naive: benchmark(Model::Naive, naive)?,
        mean_growth: benchmark(Model::Drift, growth)?,
    };
    let fit = model.fit(series, &options.fit)?;
    let steps = intervals.project(&fit, options.horizon, progress)?;
    Ok(Projection { fit, steps, backtest, compared })
}

/// The origins of a series, which the model and both benchmarks can be fitted at.
fn plan(length: usize, options: &ProjectionOptions) -> Result<Plan, Unprojected> {
    let minimum = match &options.method {
        ProjectionMethod::One(model) => model.minimum_length(),
        ProjectionMethod::Best(candidates) => {
            candidates.iter().map(|model| model.minimum_length()).min().unwrap_or_default()
        }
    };
    let minimum = minimum.max(Model::Drift.minimum_length());
    let needed = 1 + options.backtest.first_length.unwrap_or(0).max(minimum);
    options.backtest.plan(length, minimum).ok_or(Unprojected::TooShort { length, needed })
}

type Chosen = (Model, ModelBacktest, Vec<Compared>);

/// The candidate with the least mean absolute error; the reason of the first where none has any.
fn best(candidates: &[Model], test: impl Fn(Model) -> Result<ModelBacktest, Failure>) -> Result<Chosen, Failure> {
    let mut best: Option<(Model, ModelBacktest)> = None;
    let mut compared = Vec::with_capacity(candidates.len());
    for &model in candidates {
        let mean_absolute_error = match test(model) {
            Ok(tested) => {
                let error = tested.overall.mean_absolute;
                if best.as_ref().is_none_or(|(_, best)| error < best.overall.mean_absolute) {
                    best = Some((model, tested));
                }
                Ok(error)
            }
            Err(Failure::Unprojected(reason)) => Err(reason),
            Err(stopped @ Failure::Stopped(_)) => return Err(stopped),
        };
        compared.push(Compared { model, mean_absolute_error });
    }
    match (best, compared.first()) {
        (Some((model, tested)), _) => Ok((model, tested, compared)),
        (None, Some(Compared { mean_absolute_error: Err(reason), .. })) => Err((*reason).into()),
        (None, _) => Err(Unprojected::OutOfRange.into()),
    }
}

/// The scales of both benchmarks: logarithms where the values have them.
fn benchmark_scales(series: &[f64], asked: ErrorScale) -> [ErrorScale; 2] {
    if series.iter().all(|&value| value > 0.0) { [asked, ErrorScale::Log] } else { [ErrorScale::Level; 2] }
}
