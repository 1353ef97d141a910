//! The projection of many series: by one model, or by the one that would have projected best.

use rayon::prelude::*;

use super::backtest::{self, Plan};
use super::intervals::{Intervals, NotALevel};
use super::{
    BacktestOptions, ErrorScale, Fit, FitOptions, IntervalMethod, Model, ModelBacktest, ParameterUncertainty,
    Projected, Unprojected,
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
    /// Intervals with the uncertainty of parameters beside them, where they are wanted.
    pub parameters: Option<ParameterUncertainty>,
    /// The backtest.
    pub backtest: BacktestOptions,
}

impl ProjectionOptions {
    /// Units of progress of so many series: each is one, and so is each past that is drawn for the uncertainty of parameters.
    fn units(&self, series: &Matrix) -> usize {
        let draws = self.parameters.map_or(0, |own| {
            let origins = self.backtest.most_origins.min(series.n_columns());
            own.draws.saturating_add(own.backtest_draws.saturating_mul(origins))
        });
        series.n_rows().saturating_mul(draws.saturating_add(1))
    }
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
    let intervals = Intervals::new(&options.levels, options.intervals, series.n_columns())
        .map_err(|NotALevel { index, value }| ProjectionError::InvalidLevel { index, value })?;
    progress.announce(options.units(series));
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
    let projections = if series.cells().len() < FEW_CELLS {
        (0..series.n_rows()).map(one).collect()
    } else {
        (0..series.n_rows()).into_par_iter().map(one).collect()
    };
    // Series without a projection draw nothing.
    progress.settle();
    projections
}

fn check(options: &ProjectionOptions) -> Result<(), ProjectionError> {
    if options.horizon == 0 || options.backtest.horizon == 0 {
        return Err(ProjectionError::NoHorizon);
    }
    if options.backtest.most_origins == 0 {
        return Err(ProjectionError::NoOrigins);
    }
    let few = |draws: usize| draws < 2;
    let of_parameters = options.parameters.is_some_and(|own| few(own.draws) || few(own.backtest_draws));
    if of_parameters || matches!(options.intervals, IntervalMethod::Bootstrap { draws, .. } if few(draws)) {
        return Err(ProjectionError::TooFewDraws);
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
    let test = |model, fit: &FitOptions| backtest::run(series, model, fit, intervals, &plan, None, progress);
    let (model, mut tested, compared) = match &options.method {
        ProjectionMethod::One(model) => (*model, test(*model, &options.fit)?, Vec::new()),
        ProjectionMethod::Best(candidates) => best(candidates, |model| test(model, &options.fit))?,
    };
    if let Some(own) = options.parameters {
        let draws = Some((own.backtest_draws, own.seed));
        tested = backtest::run(series, model, &options.fit, intervals, &plan, draws, progress)?;
    }
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
    let mut steps = intervals.project(&fit, options.horizon, progress)?;
    if let Some(own) = options.parameters {
        intervals.add_parameters(&fit, &mut steps, (own.draws, own.seed), progress)?;
    }
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
pub(super) fn benchmark_scales(series: &[f64], asked: ErrorScale) -> [ErrorScale; 2] {
    if series.iter().all(|&value| value > 0.0) { [asked, ErrorScale::Log] } else { [ErrorScale::Level; 2] }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::smoothing::tests::SERIES;
    use super::*;

    fn options(method: ProjectionMethod) -> ProjectionOptions {
        ProjectionOptions {
            method,
            horizon: 3,
            fit: FitOptions::default(),
            levels: vec![0.8, 0.95],
            intervals: IntervalMethod::Formula,
            parameters: None,
            backtest: BacktestOptions { most_origins: 10, horizon: 3, first_length: None },
        }
    }

    fn one(series: &[f64], options: &ProjectionOptions) -> Result<Projection, Unprojected> {
        let series = Matrix::try_new(series.to_vec(), series.len()).unwrap();
        project(&series, options, &Progress::new()).unwrap().remove(0)
    }

    #[test]
    fn the_best_is_the_candidate_with_the_least_error() {
        let candidates = vec![Model::Naive, Model::Drift, Model::Linear, Model::Holt, Model::Damped];
        let chosen = one(&SERIES, &options(ProjectionMethod::Best(candidates.clone()))).unwrap();
        let alone =
            |model| one(&SERIES, &options(ProjectionMethod::One(model))).unwrap().backtest.model.overall.mean_absolute;
        let errors: Vec<f64> = candidates.iter().map(|&model| alone(model)).collect();
        let least = errors.iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(chosen.backtest.model.overall.mean_absolute, least);
        let compared: Vec<f64> = chosen.compared.iter().map(|own| own.mean_absolute_error.unwrap()).collect();
        assert_eq!(compared, errors);
        assert_eq!((chosen.backtest.first_length, chosen.backtest.origins), (10, 10));
        assert_eq!(candidates[errors.iter().position(|&error| error == least).unwrap()], chosen.fit.model);
    }

    #[test]
    fn a_candidate_that_needs_more_periods_takes_no_part() {
        let chosen = one(&SERIES[..9], &options(ProjectionMethod::Best(vec![Model::Holt, Model::Drift]))).unwrap();
        assert_eq!(chosen.fit.model, Model::Drift);
        let short = Unprojected::TooShort { length: 5, needed: 6 };
        assert_eq!(chosen.compared[0], Compared { model: Model::Holt, mean_absolute_error: Err(short) });
        let error = one(&SERIES[..9], &options(ProjectionMethod::Best(vec![Model::Holt])));
        assert_eq!(error.unwrap().backtest.first_length, 6);
    }

    #[test]
    fn benchmarks_are_the_last_value_and_the_mean_growth() {
        let mean_growth = one(&SERIES, &options(ProjectionMethod::One(Model::Drift))).unwrap().backtest;
        assert_eq!(mean_growth.model, mean_growth.mean_growth);
        let naive = one(&SERIES, &options(ProjectionMethod::One(Model::Naive))).unwrap().backtest;
        assert_eq!(naive.model, naive.naive);
        // A series that falls below zero has no growth rates; its changes stand for them.
        let falling: Vec<f64> = SERIES.iter().map(|value| 150.0 - value).collect();
        let linear = one(&falling, &options(ProjectionMethod::One(Model::Linear))).unwrap();
        let mut of_levels = options(ProjectionMethod::One(Model::Drift));
        of_levels.fit.scale = ErrorScale::Level;
        assert_eq!(linear.backtest.mean_growth, one(&falling, &of_levels).unwrap().backtest.model);
    }

    #[test]
    fn a_series_without_a_projection_says_why() {
        let mut series = SERIES;
        series[4] = f64::NAN;
        let drift = options(ProjectionMethod::One(Model::Drift));
        assert_eq!(one(&series, &drift), Err(Unprojected::MissingValue { period: 4 }));
        series[4] = -1.0;
        assert_eq!(one(&series, &drift), Err(Unprojected::NotPositive { period: 4, value: -1.0 }));
        // Four values to fit, and one to test.
        assert_eq!(one(&SERIES[..4], &drift), Err(Unprojected::TooShort { length: 4, needed: 5 }));
        assert!(one(&SERIES[..5], &drift).is_ok());
        let damped = options(ProjectionMethod::One(Model::Damped));
        assert_eq!(one(&SERIES[..7], &damped), Err(Unprojected::TooShort { length: 7, needed: 8 }));
        assert!(one(&SERIES[..8], &damped).is_ok());
        let rising: Vec<f64> = (0..8).map(|period| 10.0_f64.powi(40 * period)).collect();
        assert_eq!(one(&rising, &drift).err(), Some(Unprojected::OutOfRange));
    }

    #[test]
    fn refuses_options_that_ask_for_nothing() {
        let refused = |change: fn(&mut ProjectionOptions)| {
            let mut options = options(ProjectionMethod::One(Model::Drift));
            change(&mut options);
            project(&Matrix::try_new(SERIES.to_vec(), 20).unwrap(), &options, &Progress::new()).unwrap_err()
        };
        assert_eq!(refused(|options| options.horizon = 0), ProjectionError::NoHorizon);
        assert_eq!(refused(|options| options.backtest.horizon = 0), ProjectionError::NoHorizon);
        assert_eq!(refused(|options| options.backtest.most_origins = 0), ProjectionError::NoOrigins);
        assert_eq!(refused(|options| options.method = ProjectionMethod::Best(vec![])), ProjectionError::NoCandidates);
        let level = refused(|options| options.levels = vec![f64::NAN]);
        assert!(matches!(level, ProjectionError::InvalidLevel { index: 0, .. }));
        let draws = refused(|options| options.intervals = IntervalMethod::Bootstrap { draws: 1, seed: 0 });
        assert_eq!(draws, ProjectionError::TooFewDraws);
    }

    #[test]
    fn counts_series_and_stops() {
        let series = Matrix::from_fn(30, 20, |row, period| (row + 1) as f64 * SERIES[period]);
        let progress = Progress::new();
        let drift = options(ProjectionMethod::One(Model::Drift));
        project(&series, &drift, &progress).unwrap();
        assert_eq!(progress.counted(), (30, 30));
        progress.stop();
        assert_eq!(project(&series, &drift, &progress), Err(ProjectionError::Stopped(Stopped)));
    }
}
