//! Benchmarks of the uncertainty of ranks and of what a ranking adds to growth, at the sizes of a country and of a continent.
//!
//! Each is of one thread (`divan` runs in a pool of one), so that figures compare with those of other packages; the last
//! group shows how the bootstrap scales with threads.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::growth::volatility;
use growthpole_methods::stats::{
    BlockBootstrap, DifferenceErrors, Draws, RankMethod, RankOrder, bootstrap_means, kendall_w, normal_draws,
    rank_confidence_sets, rank_draws,
};
use growthpole_methods::{Matrix, Progress};

fn main() {
    divan::main();
}

/// Regions and years: the provinces of a country, and the smallest regions of a continent.
const SIZES: [(usize, usize); 2] = [(31, 20), (3_000, 50)];
const DRAWS: usize = 1_000;

/// Numbers between 0 and 1 that are the same every time (a linear congruential generator).
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n).map(|_| next()).collect()
}

fn series(regions: usize, years: usize) -> Matrix {
    let cells = numbers(regions * years, 3).into_iter().map(|x| 0.12 * x - 0.01).collect();
    Matrix::try_new(cells, years).expect("a rectangle")
}

fn means(series: &Matrix) -> Vec<f64> {
    series.rows().map(|row| row.iter().sum::<f64>() / row.len() as f64).collect()
}

fn bootstrap(series: &Matrix, draws: usize) -> Draws {
    let how = BlockBootstrap { draws, block_length: 3, seed: 7 };
    bootstrap_means(series, Some(series.row(0)), how, &Progress::new()).expect("a series")
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// A thousand draws of periods, their ranks, and what the ranks say.
fn intervals(series: &Matrix) -> usize {
    let progress = Progress::new();
    let draws = bootstrap(series, DRAWS);
    let ranks = rank_draws(&draws, RankMethod::Competition, RankOrder::HighestFirst, &progress).expect("not stopped");
    ranks.distributions(0.95, &progress).expect("a level").len()
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn bootstrap_of_periods(bencher: Bencher<'_, '_>, (regions, years): (usize, usize)) {
    let (series, pool) = (series(regions, years), pool(1));
    bencher.bench_local(|| pool.install(|| bootstrap(black_box(&series), DRAWS).n_draws()));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn rank_intervals(bencher: Bencher<'_, '_>, (regions, years): (usize, usize)) {
    let (series, pool) = (series(regions, years), pool(1));
    bencher.bench_local(|| pool.install(|| intervals(black_box(&series))));
}

#[divan::bench(args = [1, 2, 4], sample_count = 10)]
fn rank_intervals_3000x50_by_threads(bencher: Bencher<'_, '_>, threads: usize) {
    let (series, pool) = (series(3_000, 50), pool(threads));
    bencher.bench_local(|| pool.install(|| intervals(black_box(&series))));
}

#[divan::bench(args = [31, 3_000], sample_count = 10)]
fn draws_from_standard_errors(bencher: Bencher<'_, '_>, regions: usize) {
    let (estimates, errors) = (numbers(regions, 1), numbers(regions, 2));
    let pool = pool(1);
    bencher.bench_local(|| {
        pool.install(|| normal_draws(black_box(&estimates), &errors, None, DRAWS, 1, &Progress::new()))
    });
}

#[divan::bench(args = [31, 300, 1_000], sample_count = 5)]
fn confidence_sets(bencher: Bencher<'_, '_>, regions: usize) {
    let series = series(regions, 20);
    let (draws, means, pool) = (bootstrap(&series, DRAWS), means(&series), pool(1));
    bencher.bench_local(|| {
        pool.install(|| {
            let (errors, order) = (DifferenceErrors::FromDraws, RankOrder::HighestFirst);
            rank_confidence_sets(black_box(&means), &draws, errors, 0.95, order, &Progress::new())
        })
    });
}

#[divan::bench(args = [31, 3_000])]
fn agreement_of_five_rankings(bencher: Bencher<'_, '_>, regions: usize) {
    let figures: Vec<Vec<f64>> = (0..5).map(|ranking| numbers(regions, ranking)).collect();
    let figures: Vec<&[f64]> = figures.iter().map(Vec::as_slice).collect();
    bencher.bench_local(|| kendall_w(black_box(&figures)));
}

#[divan::bench(args = SIZES)]
fn volatility_of_all(bencher: Bencher<'_, '_>, (regions, years): (usize, usize)) {
    let series = series(regions, years);
    bencher.bench_local(|| black_box(&series).rows().filter_map(volatility).map(|own| own.mssd).sum::<f64>());
}
