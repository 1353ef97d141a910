//! Benchmarks of breaks, cycles and co-movement: provinces over twenty years, counties over fifty, and cost against size.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::growth::turning_points::{
    BreakModel, BreakOptions, CycleOptions, comovement, detect_breaks, phases, threshold_history, turning_points,
};
use growthpole_methods::{Matrix, Progress};

fn main() {
    divan::main();
}

/// Regions x periods by periods of growth that shifts once, the same every time (a linear congruential generator).
fn growth(n_regions: usize, n_periods: usize) -> Matrix {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    Matrix::from_fn(n_regions, n_periods, |region, period| {
        let shift = if period > (region * 7) % n_periods { -0.03 } else { 0.03 };
        0.08 + shift + 0.04 * (next() - 0.5)
    })
}

fn single_thread() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread")
}

/// Dates, criteria, intervals and all tests with 999 simulated series, on one thread.
fn breaks(bencher: Bencher<'_, '_>, (n_regions, n_periods): (usize, usize), model: BreakModel) {
    let growth = growth(n_regions, n_periods);
    let series: Vec<&[f64]> = growth.rows().collect();
    let options = BreakOptions { model, ..BreakOptions::default() };
    let pool = single_thread();
    bencher.bench_local(|| pool.install(|| detect_breaks(black_box(&series), &options, &Progress::new())));
}

#[divan::bench(args = [(31, 20), (3000, 20), (3000, 50), (1, 100), (1, 200), (1, 400)])]
fn breaks_in_mean(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    breaks(bencher, size, BreakModel::Mean);
}

#[divan::bench(args = [(31, 20), (3000, 50)])]
fn breaks_in_trend(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    breaks(bencher, size, BreakModel::Trend);
}

/// Dates alone, as ruptures' `Dynp` finds them: with one simulated series the tests cost nothing.
#[divan::bench(args = [(31, 20), (3000, 50)])]
fn dates_of_breaks(bencher: Bencher<'_, '_>, (n_regions, n_periods): (usize, usize)) {
    let growth = growth(n_regions, n_periods);
    let series: Vec<&[f64]> = growth.rows().collect();
    let options = BreakOptions { draws: 1, ..BreakOptions::default() };
    let pool = single_thread();
    bencher.bench_local(|| pool.install(|| detect_breaks(black_box(&series), &options, &Progress::new())));
}

#[divan::bench(args = [(31, 20), (3000, 50)])]
fn peaks_and_phases(bencher: Bencher<'_, '_>, (n_regions, n_periods): (usize, usize)) {
    let growth = growth(n_regions, n_periods);
    bencher.bench_local(|| {
        let of = |values: &[f64]| {
            let turns = turning_points(values, CycleOptions::default()).expect("long enough");
            phases(values, &turns).len()
        };
        black_box(&growth).rows().map(of).sum::<usize>()
    });
}

#[divan::bench(args = [(31, 20), (3000, 50)])]
fn thresholds(bencher: Bencher<'_, '_>, (n_regions, n_periods): (usize, usize)) {
    let growth = growth(n_regions, n_periods);
    bencher.bench_local(|| {
        black_box(&growth).rows().filter_map(|values| threshold_history(values, 0.1).last_at_or_above).sum::<usize>()
    });
}

#[divan::bench(args = [(31, 20), (3000, 50)])]
fn comovements(bencher: Bencher<'_, '_>, (n_regions, n_periods): (usize, usize)) {
    let growth = growth(n_regions, n_periods);
    bencher.bench_local(|| {
        let of = |values: &[f64]| comovement(values, growth.row(0), 3, None).map_or(0.0, |moved| moved.correlation);
        black_box(&growth).rows().map(of).sum::<f64>()
    });
}
