//! Projections of series of regions, and of the benchmark beside them.

use growthpole_contracts::{Reason as RefusalReason, Refusal, v1};
use growthpole_domain::{Aggregation, BenchmarkChoice, MissingPolicy, Period, Warning};
use growthpole_methods::growth::projection::{
    IntervalMethod, Projection, ProjectionError, ProjectionMethod, ProjectionOptions, Reconciliation, Unprojected,
    project, reconcile,
};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{Job, PanelSource, SelectionDefaults, refuse};
use tonic::Status;

use super::options::Options;
use super::reasons::Reason;
use super::shown::Shown;
use super::{METHOD, check_consecutive, check_values, coming, few_origins, seasons};
use crate::adapters::series::{Series, SeriesBenchmark};

/// Most futures that a bootstrap draws in one call.
const MOST_FUTURES: usize = 30_000_000;

/// Most pasts that models are fitted to anew in one call, and most values of them.
const MOST_FITS: usize = 1_000_000;
const MOST_VALUES_FITTED: usize = 30_000_000;

type Outcome = Result<Projection, Unprojected>;

pub(super) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::ProjectGrowthRequest,
    options: Options,
    method: ProjectionMethod,
    job: &Job,
) -> Result<v1::ProjectGrowthResponse, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::DatasetRegion, missing: MissingPolicy::Keep };
    let is_divided = request.series.as_ref().is_some_and(|series| !series.denominator_indicator.is_empty());
    let series = Series::read(panels, request.selection.take(), request.series.as_ref(), defaults).await?;
    check_consecutive(&series.periods)?;
    check_values(series.values.cells().len())?;
    check_futures(&series, &options)?;
    check_fits(&series, &options)?;
    if options.reconcile {
        check_adds_up(&series, is_divided)?;
    }
    let (values, of_projection) = (rows(&series), projection_options(&options, method, series.description.is_rate));
    let mut outcomes =
        job.compute(move |progress| run(&values, &of_projection, progress).map_err(refuse_projection)).await?;
    let benchmark = series.benchmark.as_ref().zip(if series.benchmark.is_some() { outcomes.pop() } else { None });
    Ok(respond(&series, &options, &outcomes, benchmark)?)
}

/// Series of regions, and that of the benchmark as the last row where there is one.
fn rows(series: &Series) -> Matrix {
    let n_regions = series.regions.len();
    let benchmark = series.benchmark.as_ref().map(|benchmark| benchmark.values.as_slice());
    let value = |row: usize, period: usize| match benchmark {
        Some(values) if row == n_regions => values.get(period).copied().unwrap_or(f64::NAN),
        _ => series.values.get(period, row),
    };
    Matrix::from_fn(n_regions + usize::from(benchmark.is_some()), series.periods.len(), value)
}

fn projection_options(options: &Options, method: ProjectionMethod, is_rate: bool) -> ProjectionOptions {
    ProjectionOptions {
        method,
        horizon: options.horizon,
        fit: options.fit_to(is_rate),
        levels: options.levels.clone(),
        intervals: options.intervals,
        parameters: options.parameters,
        backtest: options.backtest,
    }
}

fn run(values: &Matrix, options: &ProjectionOptions, progress: &Progress) -> Result<Vec<Outcome>, ProjectionError> {
    project(values, options, progress)
}

/// Options were checked when they were read, so that what is left is a caller who has gone.
fn refuse_projection(error: ProjectionError) -> Refusal {
    match error {
        ProjectionError::Stopped(stopped) => refuse::stopped(stopped),
        ProjectionError::NoHorizon
        | ProjectionError::NoOrigins
        | ProjectionError::NoCandidates
        | ProjectionError::InvalidLevel { .. }
        | ProjectionError::TooFewDraws => Refusal::internal(error),
    }
}

/// Refuses more draws than can be made in a call: each model draws at each origin, and so do both benchmarks.
fn check_futures(series: &Series, options: &Options) -> Result<(), Refusal> {
    let IntervalMethod::Bootstrap { draws, .. } = options.intervals else { return Ok(()) };
    let origins = options.backtest.most_origins.min(series.periods.len());
    let projections = (options.models().len() + 2) * origins + 1;
    let futures = (series.regions.len() + 1).saturating_mul(projections).saturating_mul(draws);
    if futures > MOST_FUTURES {
        let sent = format!("{draws} for {} regions, each with {projections} projections", series.regions.len());
        return Err(Refusal::invalid("bootstrap.draws", sent, &format!("at most {MOST_FUTURES} futures in all")));
    }
    Ok(())
}

/// Refuses more estimations anew than can be made in a call.
fn check_fits(series: &Series, options: &Options) -> Result<(), Refusal> {
    let Some(own) = options.parameters else { return Ok(()) };
    let origins = options.backtest.most_origins.min(series.periods.len());
    let of_series = own.draws.saturating_add(own.backtest_draws.saturating_mul(origins));
    let fits = (series.regions.len() + 1).saturating_mul(of_series);
    if fits > MOST_FITS || fits.saturating_mul(series.periods.len()) > MOST_VALUES_FITTED {
        let regions = series.regions.len();
        let sent =
            format!("{} and {} at each of {origins} origins, of {regions} regions", own.draws, own.backtest_draws);
        let allowed = format!("at most {MOST_FITS} draws in all, of {MOST_VALUES_FITTED} values");
        return Err(Refusal::invalid("parameter_uncertainty.draws", sent, &allowed));
    }
    Ok(())
}

/// Refuses reconciliation of what does not add up, or adds up to nothing.
fn check_adds_up(series: &Series, is_divided: bool) -> Result<(), Refusal> {
    let indicator = &series.main.panel.indicator;
    if is_divided || series.description.is_rate || indicator.aggregation != Aggregation::Sum {
        let allowed = "false, unless the values add up over regions";
        return Err(Refusal::invalid("reconcile", format!("true for {}", series.description.unit), allowed));
    }
    if series.benchmark.is_none() {
        return Err(Refusal::invalid("reconcile", "true without a benchmark", "false, or a benchmark to add up to"));
    }
    Ok(())
}

fn respond(
    series: &Series,
    options: &Options,
    outcomes: &[Outcome],
    benchmark: Option<(&SeriesBenchmark, Outcome)>,
) -> Result<v1::ProjectGrowthResponse, Refusal> {
    let coming = coming(&series.periods, options.horizon);
    let shown = Shown { periods: &series.periods, coming: &coming };
    let reconciliation = match &benchmark {
        Some((source, outcome)) if options.reconcile => Some(reconciled(series, outcomes, source, outcome)?),
        _ => None,
    };
    let factors = reconciliation.as_ref().map(|own| own.factors.as_slice()).unwrap_or_default();
    let (mut regions, mut unprojected) = (Vec::new(), Vec::new());
    for (at, outcome) in outcomes.iter().enumerate() {
        let label = series.label(at);
        match outcome {
            Ok(projection) => regions.push(shown.projection(label, last(series, at), projection, factors)),
            Err(reason) => unprojected.push(Reason::of_series(*reason, &series.periods).message(label)),
        }
    }
    let benchmark = benchmark.map(|(source, outcome)| projected_benchmark(&shown, source, &outcome));
    let mut warnings = series.warnings.clone();
    warnings.extend(benchmark.as_ref().and_then(not_projected));
    warnings.extend(seasons(&series.periods));
    warnings.extend(few_origins(&regions));
    let seed = match (options.intervals, options.parameters) {
        (IntervalMethod::Bootstrap { seed, .. }, _) => Some(seed),
        (IntervalMethod::Formula, own) => own.map(|own| own.seed),
    };
    Ok(v1::ProjectGrowthResponse {
        regions,
        unprojected,
        benchmark,
        periods: coming.iter().map(Period::to_string).collect(),
        first_period: series.periods.first().map(Period::to_string).unwrap_or_default(),
        last_period: series.periods.last().map(Period::to_string).unwrap_or_default(),
        interval_levels: options.levels.clone(),
        series: Some(series.description.clone()),
        reconciliation: reconciliation
            .map(|own| v1::ProjectionReconciliation { share: own.share, factors: own.factors }),
        warnings: message::warnings(&warnings),
        provenance: Some(series.provenance(METHOD, &[], seed)),
        ..Default::default()
    })
}

fn last(series: &Series, region: usize) -> f64 {
    series.periods.len().checked_sub(1).map_or(f64::NAN, |period| series.values.get(period, region))
}

/// Factors that let the projected regions add up to their share of the benchmark.
fn reconciled(
    series: &Series,
    outcomes: &[Outcome],
    source: &SeriesBenchmark,
    benchmark: &Outcome,
) -> Result<Reconciliation, Refusal> {
    let refused = |message: String| Refusal::new(RefusalReason::UndefinedOnData, message);
    let nation = benchmark.as_ref().map_err(|reason| {
        let Reason { text, .. } = Reason::of_series(*reason, &series.periods);
        refused(format!("the benchmark has no projection to add up to: {text}"))
    })?;
    let projected: Vec<(usize, &Projection)> =
        outcomes.iter().enumerate().filter_map(|(at, outcome)| Some((at, outcome.as_ref().ok()?))).collect();
    let values = |own: &Projection| own.steps.iter().map(|step| step.value).collect::<Vec<f64>>();
    let cells = projected.iter().flat_map(|(_, own)| values(own)).collect();
    let cells = Matrix::try_new(cells, nation.steps.len()).map_err(|_| refused("no region has a projection".into()))?;
    let lasts: Vec<f64> = projected.iter().map(|(at, _)| last(series, *at)).collect();
    let nation_last = source.values.last().copied().unwrap_or(f64::NAN);
    reconcile(&cells, &lasts, &values(nation), nation_last).map_err(|error| refused(error.to_string()))
}

fn projected_benchmark(shown: &Shown<'_>, source: &SeriesBenchmark, outcome: &Outcome) -> v1::BenchmarkProjection {
    let (region, sum_of_level) = message::benchmark_source(&source.source);
    let last = source.values.last().copied().unwrap_or(f64::NAN);
    v1::BenchmarkProjection {
        benchmark: Some(v1::ProjectionBenchmark { region, sum_of_level }),
        projection: outcome.as_ref().ok().map(|projection| shown.projection(None, last, projection, &[])),
        reason: match outcome {
            Ok(_) => String::new(),
            Err(reason) => Reason::of_series(*reason, shown.periods).code.to_owned(),
        },
    }
}

fn not_projected(benchmark: &v1::BenchmarkProjection) -> Option<Warning> {
    let text = format!("the benchmark has no projection: {}", benchmark.reason);
    benchmark.projection.is_none().then(|| Warning::new("BENCHMARK_NOT_PROJECTED", text))
}
