//! Benchmarks of measures of inequality: every period of a table, at the sizes of a country and of the largest cluster.
//!
//! `tests/peers/growth.py` times the same beside the Python package `inequality`.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::stats::inequality::{
    Distribution, EntropyKind, Groups, atkinson, coefficient_of_variation, coulter, dalton, entropy_by_groups,
    entropy_permutations, generalized_entropy, geometric_mean, gini, gini_by_groups, gini_permutations, herfindahl,
    hoover, log_variance, mean_log_deviation, quantile_ratio, share_ratio, spatial_gini, spatial_gini_permutations,
    theil_t, wolfson,
};
use growthpole_methods::stats::{SpatialWeights, Spread};
use growthpole_methods::{Matrix, Progress};

fn main() {
    divan::main();
}

/// Regions and periods.
const SIZES: [(usize, usize); 4] = [(31, 20), (300, 100), (3000, 50), (3000, 1000)];

/// Numbers between 0 and 1 that are the same every time (a linear congruential generator).
fn numbers(n: usize) -> impl Iterator<Item = f64> {
    let mut state = 1_u64;
    (0..n).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    })
}

/// Periods by regions, from 0.05 to 20 around 1: the logarithm of a value is the sum of four even numbers.
fn table((regions, periods): (usize, usize)) -> Matrix {
    let even: Vec<f64> = numbers(4 * regions * periods).collect();
    let cells = even.chunks_exact(4).map(|even| (1.5 * (even.iter().sum::<f64>() - 2.0)).exp()).collect();
    Matrix::try_new(cells, regions).expect("regions")
}

fn of_periods<T>(table: &Matrix, measure: impl Fn(&Distribution<'_>) -> T) -> Vec<T> {
    table.rows().map(|period| measure(&Distribution::new(period).expect("finite values"))).collect()
}

fn ten_groups(regions: usize) -> Groups {
    Groups::new(&(0..regions).map(|region| region % 10).collect::<Vec<_>>(), 10).expect("ten groups")
}

/// A ring in which each region has the three before and the three after it as neighbours.
fn ring(regions: usize) -> SpatialWeights {
    let pairs: Vec<(usize, usize)> =
        (0..regions).flat_map(|region| (1..=3).map(move |step| (region, (region + step) % regions))).collect();
    SpatialWeights::from_pairs(regions, &pairs).expect("pairs")
}

#[divan::bench(args = SIZES)]
fn gini_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let table = table(size);
    bencher.bench(|| of_periods(black_box(&table), gini));
}

#[divan::bench(args = SIZES)]
fn theil_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let table = table(size);
    bencher.bench(|| of_periods(black_box(&table), theil_t));
}

#[divan::bench(args = SIZES)]
fn theil_by_ten_groups_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (table, groups) = (table(size), ten_groups(size.0));
    bencher.bench(|| of_periods(black_box(&table), |period| entropy_by_groups(period, &groups, EntropyKind::TheilT)));
}

#[divan::bench(args = SIZES)]
fn gini_by_ten_groups_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (table, groups) = (table(size), ten_groups(size.0));
    bencher.bench(|| of_periods(black_box(&table), |period| gini_by_groups(period, &groups)));
}

#[divan::bench(args = SIZES)]
fn atkinson_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let table = table(size);
    bencher.bench(|| of_periods(black_box(&table), |period| atkinson(period, 0.5)));
}

#[divan::bench(args = SIZES)]
fn wolfson_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let table = table(size);
    bencher.bench(|| of_periods(black_box(&table), wolfson));
}

#[divan::bench(args = SIZES)]
fn other_measures_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let table = table(size);
    let measures =
        |period: &Distribution<'_>| (mean_log_deviation(period), hoover(period), generalized_entropy(period, 2.0));
    bencher.bench(|| of_periods(black_box(&table), measures));
}

/// What needs every value in order.
#[divan::bench(args = SIZES)]
fn quantiles_and_shares_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let table = table(size);
    let measures = |period: &Distribution<'_>| (quantile_ratio(period, 0.9, 0.1), share_ratio(period, 0.1, 0.4));
    bencher.bench(|| of_periods(black_box(&table), measures));
}

/// What needs moments alone.
#[divan::bench(args = SIZES)]
fn moments_of_periods(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let table = table(size);
    let measures = |period: &Distribution<'_>| {
        let spreads = (coefficient_of_variation(period, Spread::Population), log_variance(period, Spread::Population));
        (spreads, herfindahl(period), coulter(period), dalton(period), geometric_mean(period))
    };
    bencher.bench(|| of_periods(black_box(&table), measures));
}

#[divan::bench(args = [31, 300, 3000])]
fn spatial_gini_of_one_period(bencher: Bencher<'_, '_>, regions: usize) {
    let (table, ring) = (table((regions, 1)), ring(regions));
    bencher.bench(|| of_periods(black_box(&table), |period| spatial_gini(period, &ring)));
}

/// One thread, so that the figures compare with the peer's.
fn one_thread() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread")
}

#[divan::bench(args = [31, 300, 3000], sample_count = 20)]
fn spatial_gini_99_permutations(bencher: Bencher<'_, '_>, regions: usize) {
    let (table, ring) = (table((regions, 1)), ring(regions));
    let values = Distribution::new(table.row(0)).expect("finite values");
    let test = || spatial_gini_permutations(&values, &ring, 99, 1, &Progress::new());
    let thread = one_thread();
    bencher.bench(|| thread.install(test));
}

#[divan::bench(args = [31, 300, 3000], sample_count = 20)]
fn theil_by_ten_groups_99_permutations(bencher: Bencher<'_, '_>, regions: usize) {
    let (table, groups) = (table((regions, 1)), ten_groups(regions));
    let values = Distribution::new(table.row(0)).expect("finite values");
    let test = || entropy_permutations(&values, &groups, EntropyKind::TheilT, 99, 1, &Progress::new());
    let thread = one_thread();
    bencher.bench(|| thread.install(test));
}

#[divan::bench(args = [31, 300, 3000], sample_count = 20)]
fn gini_by_ten_groups_99_permutations(bencher: Bencher<'_, '_>, regions: usize) {
    let (table, groups) = (table((regions, 1)), ten_groups(regions));
    let values = Distribution::new(table.row(0)).expect("finite values");
    let test = || gini_permutations(&values, &groups, 99, 1, &Progress::new());
    let thread = one_thread();
    bencher.bench(|| thread.install(test));
}
