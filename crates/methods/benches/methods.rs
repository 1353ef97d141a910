//! Benchmarks of the methods at the sizes of a province, a country and the largest cluster.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::division::{equal_weights, friction, krugman_pairs, location_quotient_of_whole, shares};
use growthpole_methods::{Amounts, Matrix};

fn main() {
    divan::main();
}

/// Numbers between 0 and 1 that are the same every time (a linear congruential generator).
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n).map(|_| next()).collect()
}

fn amounts(n_regions: usize, n_industries: usize, seed: u64) -> Amounts {
    let cells = numbers(n_regions * n_industries, seed).into_iter().map(|x| 1.0 + 1e5 * x * x).collect();
    Amounts::try_new(cells, n_industries).expect("positive amounts")
}

#[divan::bench]
fn location_quotient_31x38(bencher: Bencher<'_, '_>) {
    let amounts = amounts(31, 38, 1);
    bencher.bench(|| location_quotient_of_whole(black_box(&amounts)));
}

#[divan::bench]
fn krugman_pairs_31x38(bencher: Bencher<'_, '_>) {
    let amounts = amounts(31, 38, 1);
    bencher.bench(|| krugman_pairs(black_box(&amounts)));
}

#[divan::bench]
fn friction_31x38(bencher: Bencher<'_, '_>) {
    let shares = shares(&amounts(31, 38, 1)).expect("no empty region");
    let weights: Matrix = equal_weights(31);
    bencher.bench(|| friction(black_box(&shares), &weights, None));
}
