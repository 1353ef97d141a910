//! Projections of every region by every model, with their backtests of ten origins, at the sizes of a country and of its
//! counties; and what they cost by length and by horizon. On one thread.

#![allow(clippy::expect_used)]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use growthpole_methods::growth::projection::{
    BacktestOptions, FitOptions, Future, IntervalMethod, LocationalFactor, Model, ProjectionMethod, ProjectionOptions,
    ShiftShareOptions, project, project_shift_share,
};
use growthpole_methods::{Amounts, Matrix, Progress};

fn main() {
    // One thread, so that figures compare with those of other programs.
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("no pool yet");
    divan::main();
}

/// Regions x periods.
const SIZES: [(usize, usize); 2] = [(31, 20), (3_000, 50)];

/// Numbers between 0 and 1 that are the same every time (a linear congruential generator).
fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Series that grow by 2 to 8 per cent a period and waver.
fn series(n_regions: usize, n_periods: usize) -> Matrix {
    let mut next = numbers(7);
    let mut cells = Vec::with_capacity(n_regions * n_periods);
    for _ in 0..n_regions {
        let (mut level, growth) = (100.0 + 1e4 * next(), 0.02 + 0.06 * next());
        for _ in 0..n_periods {
            level *= 1.0 + growth + 0.06 * (next() - 0.5);
            cells.push(level);
        }
    }
    Matrix::try_new(cells, n_periods).expect("whole rows")
}

fn options(method: ProjectionMethod) -> ProjectionOptions {
    ProjectionOptions {
        method,
        horizon: 5,
        fit: FitOptions::default(),
        levels: vec![0.8, 0.95],
        intervals: IntervalMethod::Formula,
        parameters: None,
        backtest: BacktestOptions { most_origins: 10, horizon: 5, first_length: None },
    }
}

fn run(bencher: Bencher<'_, '_>, size: (usize, usize), options: ProjectionOptions) {
    let series = series(size.0, size.1);
    bencher
        .counter(ItemsCount::new(size.0))
        .bench(|| project(black_box(&series), &options, &Progress::new()).expect("good options"));
}

#[divan::bench(args = SIZES)]
fn drift(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    run(bencher, size, options(ProjectionMethod::One(Model::Drift)));
}

#[divan::bench(args = SIZES)]
fn linear_trend(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    run(bencher, size, options(ProjectionMethod::One(Model::Linear)));
}

/// The curves that are straight lines of logarithms, or of log odds.
#[divan::bench(args = SIZES)]
fn power_exponential_and_logistic_trends(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let series = series(size.0, size.1);
    let options =
        [Model::Power, Model::Exponential, Model::Logistic].map(|model| options(ProjectionMethod::One(model)));
    bencher.counter(ItemsCount::new(3 * size.0)).bench(|| {
        let run = |options| project(black_box(&series), options, &Progress::new()).expect("good options").len();
        options.iter().map(run).sum::<usize>()
    });
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn simple_smoothing(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    run(bencher, size, options(ProjectionMethod::One(Model::Simple)));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn holt(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    run(bencher, size, options(ProjectionMethod::One(Model::Holt)));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn damped_trend(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    run(bencher, size, options(ProjectionMethod::One(Model::Damped)));
}

/// Seven candidates for each region.
#[divan::bench(args = SIZES, sample_count = 3)]
fn best_of_all(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let candidates =
        [Model::Naive, Model::Drift, Model::Linear, Model::Exponential, Model::Simple, Model::Holt, Model::Damped];
    run(bencher, size, options(ProjectionMethod::Best(candidates.to_vec())));
}

/// Intervals of 1 000 drawn futures, at each origin too.
#[divan::bench(args = [(31, 20), (300, 20)], sample_count = 3)]
fn drift_bootstrap(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let intervals = IntervalMethod::Bootstrap { draws: 1_000, seed: 1 };
    run(bencher, size, ProjectionOptions { intervals, ..options(ProjectionMethod::One(Model::Drift)) });
}

/// One fit without a backtest, by length of the series.
#[divan::bench(args = [10, 20, 50, 100, 200])]
fn damped_trend_fit(bencher: Bencher<'_, '_>, n_periods: usize) {
    let series = series(1, n_periods);
    bencher.bench(|| Model::Damped.fit(black_box(series.row(0)), &FitOptions::default()));
}

/// Regions x industries, over twelve periods.
#[divan::bench(args = [(31, 20), (3_000, 50)], sample_count = 5)]
fn shift_share(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let cells = series(n_regions * n_industries, 12);
    let period = |period: usize| Amounts::try_new(cells.column(period).collect(), n_industries).expect("amounts");
    let periods: Vec<Amounts> = (0..12).map(period).collect();
    let totals = periods.iter().flat_map(|period| period.industry_totals().to_vec()).collect();
    let reference = Matrix::try_new(totals, n_industries).expect("whole rows");
    let backtest = BacktestOptions { most_origins: 10, horizon: 5, first_length: None };
    let options =
        ShiftShareOptions { base: 5, factor: LocationalFactor::AsMeasured, levels: vec![0.8, 0.95], backtest };
    let future = Future::Projected { model: Model::Drift, fit: FitOptions::default(), horizon: 5 };
    bencher.counter(ItemsCount::new(n_regions * n_industries)).bench(|| {
        project_shift_share(black_box(&periods), &reference, &future, &options, &Progress::new()).expect("good options")
    });
}
