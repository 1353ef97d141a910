//! Benchmarks of convergence: 31 regions over 20 periods, 3 000 over 50.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::growth::convergence::{
    BetaSample, ClubOptions, Dispersion, GrowthForm, LogTOptions, Merging, Preparation, Sieve, TransitionPanel,
    beta_convergence, beta_convergence_nls, compare_dispersion, convergence_clubs, dispersion, log_t, mean_log_growth,
    merge_clubs, sigma_trend,
};
use growthpole_methods::stats::Covariance;
use growthpole_methods::{Matrix, Progress};

fn main() {
    divan::main();
}

const SIZES: [(usize, usize); 2] = [(31, 20), (3_000, 50)];

/// Incomes of regions that approach one of three levels, periods x regions, the same every time.
fn incomes((regions, periods): (usize, usize)) -> Matrix {
    let mut state = 17_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let paths: Vec<Vec<f64>> = (0..regions)
        .map(|region| {
            let (mut log, speed) = (8.0 + 2.5 * next(), 0.02 + 0.08 * next());
            let target = 9.0 + 0.6 * (region % 3) as f64;
            let mut step = || {
                log += speed * (target - log) + 0.02 * (next() - 0.5);
                log.exp()
            };
            (0..periods).map(|_| step()).collect()
        })
        .collect();
    Matrix::from_fn(periods, regions, |period, region| paths[region][period])
}

fn times(values: &Matrix) -> Vec<f64> {
    (0..values.n_rows()).map(|period| 1970.0 + period as f64).collect()
}

/// Growth and logarithm of the first level.
fn sample(values: &Matrix) -> (Vec<f64>, Vec<f64>) {
    let growth = mean_log_growth(values, &times(values), GrowthForm::EndPoints).expect("positive incomes");
    (growth, values.row(0).iter().map(|income| income.ln()).collect())
}

#[divan::bench(args = SIZES)]
fn sigma_with_trend(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let values = incomes(size);
    let times = times(&values);
    bencher.bench_local(|| {
        let of = |row| dispersion(row, Dispersion::default(), None).expect("positive incomes");
        let sigmas: Vec<f64> = black_box(&values).rows().map(of).collect();
        sigma_trend(&times, &sigmas)
    });
}

#[divan::bench(args = SIZES)]
fn sigma_of_two_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let values = incomes(size);
    bencher.bench_local(|| {
        compare_dispersion(values.row(0), black_box(values.row(values.n_rows() - 1)), Dispersion::default(), None)
    });
}

#[divan::bench(args = SIZES)]
fn beta_ols(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (growth, initial) = sample(&incomes(size));
    let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time: size.1 as f64 };
    bencher.bench_local(|| beta_convergence(black_box(sample), Covariance::Hc1));
}

#[divan::bench(args = SIZES)]
fn beta_nls(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (growth, initial) = sample(&incomes(size));
    let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time: size.1 as f64 };
    bencher.bench_local(|| beta_convergence_nls(black_box(sample), Covariance::Classical, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn transition_panel(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let values = incomes(size);
    bencher.bench_local(|| TransitionPanel::try_new(black_box(&values), Preparation::default()));
}

#[divan::bench(args = SIZES)]
fn log_t_of_all(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let panel = TransitionPanel::try_new(&incomes(size), Preparation::default()).expect("incomes above 1");
    let all: Vec<usize> = (0..size.0).collect();
    bencher.bench_local(|| log_t(black_box(&panel), &all, LogTOptions::default()));
}

#[divan::bench(args = SIZES)]
fn clubs(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let panel = TransitionPanel::try_new(&incomes(size), Preparation::default()).expect("incomes above 1");
    bencher.bench_local(|| convergence_clubs(black_box(&panel), ClubOptions::default(), &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn clubs_one_by_one_and_merged(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let panel = TransitionPanel::try_new(&incomes(size), Preparation::default()).expect("incomes above 1");
    let options = ClubOptions { sieve: Sieve::OneByOne, ..ClubOptions::default() };
    bencher.bench_local(|| {
        let progress = Progress::new();
        let found = convergence_clubs(black_box(&panel), options, &progress).expect("nobody stops it");
        merge_clubs(&panel, &found, options, Merging::VonLynckerThoennessen, true, &progress)
    });
}
