//! Intervals with the uncertainty of parameters: against formulas, brute force and simulation.

use growthpole_methods::growth::projection::{
    BacktestOptions, ErrorScale, FitOptions, IntervalMethod, Model, ParameterUncertainty, Projection, ProjectionError,
    ProjectionMethod, ProjectionOptions, project,
};
use growthpole_methods::stats::random::generator;
use growthpole_methods::{Matrix, Progress};
use rand::RngExt as _;
use rand_distr::StandardNormal;

/// A made-up series that grows, bends and jumps.
const SERIES: [f64; 20] = [
    103.2, 107.9, 111.0, 118.4, 121.7, 131.5, 138.9, 151.2, 160.3, 158.8, 170.1, 181.9, 190.4, 193.7, 199.9, 201.2,
    197.5, 203.3, 206.8, 211.1,
];

fn options(model: Model, draws: usize, backtest_draws: usize) -> ProjectionOptions {
    ProjectionOptions {
        method: ProjectionMethod::One(model),
        horizon: 3,
        fit: FitOptions { scale: ErrorScale::Level, ..FitOptions::default() },
        levels: vec![0.8],
        intervals: IntervalMethod::Formula,
        parameters: Some(ParameterUncertainty { draws, backtest_draws, seed: 7 }),
        backtest: BacktestOptions { most_origins: 1, horizon: 1, first_length: None },
    }
}

fn one(series: &[f64], options: &ProjectionOptions) -> Projection {
    let matrix = Matrix::try_new(series.to_vec(), series.len()).unwrap();
    project(&matrix, options, &Progress::new()).unwrap().remove(0).unwrap()
}

fn width([lower, upper]: [f64; 2]) -> f64 {
    upper - lower
}

/// The plain bootstrap estimates drifts and curves anew already, in closed form.
#[test]
fn drifts_and_curves_have_the_intervals_of_the_plain_bootstrap() {
    for model in [Model::Naive, Model::Drift, Model::Linear, Model::Exponential] {
        let intervals = IntervalMethod::Bootstrap { draws: 500, seed: 7 };
        for step in one(&SERIES, &ProjectionOptions { intervals, ..options(model, 500, 20) }).steps {
            assert_eq!(step.with_parameters, step.intervals, "{model:?}");
        }
    }
}

/// The same bootstrap by another program: alpha from a grid of 401 points, alpha and beta from a grid of 61 by 61 that is refined
/// around its hollows, initial states by least squares, 4 000 draws of numpy's generator. The tenth and ninetieth percentile
/// three periods ahead, and, with known parameters, the distance between the two.
#[test]
fn smoothing_agrees_with_brute_force() {
    let figures = [(Model::Simple, [191.521, 225.419], 31.941), (Model::Holt, [209.797, 241.944], 20.348)];
    for (model, expected, known) in figures {
        let step = one(&SERIES, &options(model, 4_000, 2)).steps.remove(2);
        let tolerance = 0.06 * width(expected);
        for (own, expected) in step.with_parameters[0].into_iter().zip(expected) {
            assert!((own - expected).abs() < tolerance, "{model:?}: {own} is not {expected} {step:?}");
        }
        assert!(width(step.with_parameters[0]) > known, "{model:?}: {step:?}");
    }
}

/// Where nothing is uncertain, nothing is drawn but the line itself.
#[test]
fn exact_series_have_no_width() {
    let line: Vec<f64> = (0..12).map(|period| 50.0 + 3.0 * f64::from(period)).collect();
    for model in [Model::Drift, Model::Linear, Model::Holt] {
        for step in one(&line, &options(model, 20, 20)).steps {
            assert!(width(step.with_parameters[0]).abs() < 1e-6, "{model:?}: {step:?}");
        }
    }
}

#[test]
fn draws_do_not_depend_on_threads_and_stop_when_told_to() {
    let series = Matrix::from_fn(9, 16, |row, period| 100.0 + ((row * 7 + period * 5) % 11) as f64 + period as f64);
    let options = ProjectionOptions { horizon: 2, ..options(Model::Holt, 40, 20) };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| project(&series, &options, &Progress::new()).unwrap())
    };
    let alone = on(1);
    assert_eq!(alone, on(4));
    let coverage = &alone[0].as_ref().unwrap().backtest.model.overall.coverage_with_parameters;
    assert_eq!(coverage.len(), 1);
    // All that was expected is done: a series, its draws, and those of its origin.
    let progress = Progress::new();
    project(&series, &options, &progress).unwrap();
    assert_eq!(progress.counted(), (9 * 61, 9 * 61));
    progress.stop();
    assert!(matches!(project(&series, &options, &progress), Err(ProjectionError::Stopped(_))));
    let few = ProjectionOptions {
        parameters: Some(ParameterUncertainty { draws: 1, backtest_draws: 9, seed: 0 }),
        ..options
    };
    assert_eq!(project(&series, &few, &Progress::new()), Err(ProjectionError::TooFewDraws));
}

/// Short series of a local level: intervals that count parameters as known hold less than they say, the others come closer.
#[test]
fn coverage_comes_closer_to_the_level() {
    let (n, length) = (240, 10);
    let mut numbers = generator(11, 0).sample_iter::<f64, _>(StandardNormal);
    let mut rows = Vec::new();
    for _ in 0..n {
        let mut level = 100.0;
        for _ in 0..=length {
            let error = numbers.next().unwrap();
            rows.push(level + error);
            level += 0.4 * error;
        }
    }
    let series = Matrix::try_new(rows, length + 1).unwrap();
    let options = ProjectionOptions { horizon: 1, ..options(Model::Holt, 20, 200) };
    let projected = project(&series, &options, &Progress::new()).unwrap();
    let mean =
        |of: &dyn Fn(&Projection) -> f64| projected.iter().map(|own| of(own.as_ref().unwrap())).sum::<f64>() / n as f64;
    let known = mean(&|own| own.backtest.model.overall.coverage[0]);
    let estimated = mean(&|own| own.backtest.model.overall.coverage_with_parameters[0]);
    assert!(known < estimated && (estimated - 0.8).abs() < (known - 0.8).abs(), "{known} {estimated}");
}
