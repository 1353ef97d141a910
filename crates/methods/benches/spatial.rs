//! Benchmarks of spatial dependence and of mobility among neighbours, at the sizes of a country's provinces and of its
//! counties.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::growth::mobility::{QuantileScope, quantile_classes};
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, CommonestTies, SequenceCosts, commonest_classes, directional_rose, lisa_markov, lisa_permutations,
    rose_permutations, sequence_distances, spatial_markov, spatial_markov_permutations, spillover,
};
use growthpole_methods::stats::random::generator;
use growthpole_methods::stats::spatial_regression::{SpatialForm, spatial_diagnostics, spatial_maximum_likelihood};
use growthpole_methods::stats::{SpatialWeights, local_moran_permutations, moran, moran_permutations};
use growthpole_methods::{Matrix, Progress};
use rand::RngExt as _;
use rand_distr::LogNormal;

/// Regions x periods.
const SIZES: [(usize, usize); 2] = [(31, 20), (3_000, 50)];
const PERMUTATIONS: usize = 99;

fn main() {
    divan::main();
}

/// Positive values, periods x regions.
fn values((regions, periods): (usize, usize)) -> Matrix {
    let distribution = LogNormal::new(0.0, 0.4).expect("a finite deviation");
    let mut draws = generator(1, 0).sample_iter(distribution);
    Matrix::from_fn(periods, regions, |_, _| draws.next().unwrap_or(1.0))
}

/// Six neighbours of each region: the three on either side of it on a ring.
fn weights(regions: usize) -> SpatialWeights {
    let pairs: Vec<_> =
        (0..regions).flat_map(|region| (1..=3).map(move |step| (region, (region + step) % regions))).collect();
    SpatialWeights::from_pairs(regions, &pairs).expect("different regions").row_standardized()
}

fn quartiles() -> ClassRule {
    ClassRule::Quantiles { classes: 4, scope: QuantileScope::Pooled }
}

#[divan::bench(args = [31, 3_000])]
fn morans_i(bencher: Bencher<'_, '_>, regions: usize) {
    let (values, weights) = (values((regions, 1)), weights(regions));
    bencher.bench(|| moran(black_box(values.row(0)), &weights));
}

#[divan::bench(args = [31, 3_000])]
fn morans_i_999_permutations(bencher: Bencher<'_, '_>, regions: usize) {
    let (values, weights) = (values((regions, 1)), weights(regions));
    bencher.bench(|| moran_permutations(black_box(values.row(0)), &weights, 999, 1, &Progress::new()));
}

#[divan::bench(args = [31, 3_000])]
fn local_moran_999_permutations(bencher: Bencher<'_, '_>, regions: usize) {
    let (values, weights) = (values((regions, 1)), weights(regions));
    bencher.bench(|| local_moran_permutations(black_box(values.row(0)), &weights, 999, 1, 0, &Progress::new()));
}

#[divan::bench(args = [31, 3_000])]
fn regression_diagnostics(bencher: Bencher<'_, '_>, regions: usize) {
    let (values, weights) = (values((regions, 4)), weights(regions));
    let design = Matrix::from_fn(regions, 3, |row, column| if column == 0 { 1.0 } else { values.get(column, row) });
    bencher.bench(|| spatial_diagnostics(black_box(values.row(0)), &design, &weights));
}

#[divan::bench(args = [31, 300, 3_000], max_time = 5)]
fn regression_with_a_lag(bencher: Bencher<'_, '_>, regions: usize) {
    regression(bencher, regions, SpatialForm::Lag);
}

#[divan::bench(args = [31, 300, 3_000], max_time = 5)]
fn regression_with_dependent_errors(bencher: Bencher<'_, '_>, regions: usize) {
    regression(bencher, regions, SpatialForm::Error);
}

fn regression(bencher: Bencher<'_, '_>, regions: usize, form: SpatialForm) {
    let (values, weights) = (values((regions, 4)), weights(regions));
    let design = Matrix::from_fn(regions, 3, |row, column| if column == 0 { 1.0 } else { values.get(column, row) });
    bencher.bench(|| spatial_maximum_likelihood(black_box(values.row(0)), &design, &weights, form, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn spatial_markov_4x4(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (values, weights) = (values(size), weights(size.0));
    bencher.bench(|| spatial_markov(black_box(&values), &weights, &quartiles(), &quartiles().into(), &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn spatial_markov_4x4_99_permutations(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (values, weights) = (values(size), weights(size.0));
    let (own, lag) = (quartiles(), quartiles().into());
    bencher.bench(|| {
        spatial_markov_permutations(black_box(&values), &weights, &own, &lag, PERMUTATIONS, 1, &Progress::new())
    });
}

#[divan::bench(args = SIZES)]
fn lisa_chain(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (values, weights) = (values(size), weights(size.0));
    bencher.bench(|| lisa_markov(black_box(&values), &weights, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn lisa_99_permutations(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (values, weights) = (values(size), weights(size.0));
    bencher.bench(|| lisa_permutations(black_box(&values), &weights, PERMUTATIONS, 1, &Progress::new()));
}

#[divan::bench(args = [31, 3_000])]
fn rose_99_permutations(bencher: Bencher<'_, '_>, regions: usize) {
    let (values, weights) = (values((regions, 2)), weights(regions));
    let (start, end) = (values.row(0), values.row(1));
    bencher.bench(|| rose_permutations(black_box(start), end, &weights, 8, PERMUTATIONS, 1, &Progress::new()));
}

#[divan::bench(args = [(31, 20), (300, 50)])]
fn optimal_matching(bencher: Bencher<'_, '_>, (sequences, length): (usize, usize)) {
    let mut draws = generator(2, 0);
    let sequences: Vec<Vec<u16>> =
        (0..sequences).map(|_| (0..length).map(|_| draws.random_range(0..5)).collect()).collect();
    bencher.bench(|| sequence_distances(black_box(&sequences), 5, &SequenceCosts::Interval, &Progress::new()));
}

#[divan::bench(args = [31, 3_000])]
fn rose(bencher: Bencher<'_, '_>, regions: usize) {
    let (values, weights) = (values((regions, 2)), weights(regions));
    bencher.bench(|| directional_rose(black_box(values.row(0)), values.row(1), &weights, 8));
}

/// One region in twenty is the core of a cluster.
#[divan::bench(args = SIZES)]
fn spillover_of_clusters(bencher: Bencher<'_, '_>, (regions, periods): (usize, usize)) {
    let (values, weights) = (values((regions, periods)), weights(regions));
    let cores: Vec<Vec<bool>> = values.rows().map(|row| row.iter().map(|value| *value > 1.93).collect()).collect();
    bencher.bench(|| spillover(black_box(&cores), &weights, false, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn commonest_classes_of_neighbours(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (values, weights) = (values(size), weights(size.0));
    let classes = quantile_classes(&values, 5, QuantileScope::EachPeriod).expect("values");
    let ties = CommonestTies::OwnThenDrawn;
    bencher.bench(|| {
        commonest_classes(black_box(&classes.paths), &weights, ties, &mut generator(1, 0), &Progress::new())
            .map(|own| own.known)
    });
}
