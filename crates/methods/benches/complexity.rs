//! Benchmarks of relatedness and complexity at the sizes of a country, of a large table, and of the largest.
//!
//! `tests/peers/complexity.py` times the same with the Python package `ecomplexity`, in one run.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use faer::Mat;
use growthpole_methods::division::complexity::{SupermodularityOptions, productivity_levels, supermodularity};
use growthpole_methods::division::relatedness::{correlation_proximity, weighted_density};
use growthpole_methods::division::{
    OutlookOptions, Presence, QuotientBase, Standardization, complexity_index, complexity_outlook, proximity,
    relatedness_density,
};
use growthpole_methods::{Amounts, FilledRows, Progress, RowSource};

fn main() {
    divan::main();
}

/// Regions, industries, and per cent of cells that are empty.
const SIZES: [(usize, usize, u64); 4] = [(31, 20, 20), (300, 100, 20), (3000, 1000, 20), (3000, 1000, 70)];

/// Numbers between 0 and 1 that are the same every time (a linear congruential generator).
fn numbers(n: usize) -> impl Iterator<Item = f64> {
    let mut state = 1_u64;
    (0..n).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    })
}

/// Amounts around 1, from 0.05 to 20, some empty, each region and industry with something.
fn amounts((regions, industries, empty): (usize, usize, u64)) -> Amounts {
    let even: Vec<f64> = numbers(5 * regions * industries).collect();
    let cell = |(at, even): (usize, &[f64])| {
        let on_diagonal = at / industries % industries == at % industries;
        let some = on_diagonal || even[4] * 100.0 >= empty as f64;
        if some { (1.5 * (even[..4].iter().sum::<f64>() - 2.0)).exp() } else { 0.0 }
    };
    Amounts::try_new(even.chunks_exact(5).enumerate().map(cell).collect(), industries).expect("amounts")
}

fn presence(amounts: &Amounts) -> Presence {
    Presence::revealed(amounts, &QuotientBase::of_whole(amounts).expect("amounts"), 1.0).expect("presence")
}

/// Shares of industries in regions, made of amounts where they are asked for.
fn shares(amounts: &Amounts) -> impl RowSource {
    FilledRows::new(amounts.n_regions(), amounts.n_industries(), |region, cells: &mut [f64]| {
        let total = amounts.region_totals()[region];
        cells.iter_mut().zip(amounts.region(region)).for_each(|(cell, amount)| *cell = amount / total);
    })
}

/// From amounts to presence, complexity, proximity, density, outlook and gain.
#[divan::bench(args = SIZES)]
fn whole_pipeline(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    bencher.bench(|| {
        let progress = Progress::new();
        let presence = presence(black_box(&amounts));
        let index = complexity_index(&presence, Standardization::OfRegions, &progress).expect("complexity");
        let near = proximity(&presence, &progress).expect("proximity");
        let density = relatedness_density(&presence, &near, false, &progress).expect("density");
        let options = OutlookOptions::default();
        let outlook =
            complexity_outlook(&presence, &near, &density, &index.industries, options, &progress).expect("outlook");
        (index, density, outlook)
    });
}

#[divan::bench(args = SIZES)]
fn presence_of_amounts(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    bencher.bench(|| presence(black_box(&amounts)));
}

#[divan::bench(args = SIZES)]
fn complexity_indices(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let presence = presence(&amounts(size));
    bencher.bench(|| complexity_index(black_box(&presence), Standardization::OfRegions, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn weighted_densities(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let near = proximity(&presence(&amounts), &Progress::new()).expect("proximity");
    bencher.bench(|| weighted_density(black_box(&shares(&amounts)), &near, false, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn correlations(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    bencher.bench(|| correlation_proximity(black_box(&shares(&amounts))));
}

#[divan::bench(args = SIZES)]
fn levels_of_productivity(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let values: Vec<f64> = numbers(size.0).collect();
    bencher.bench(|| productivity_levels(black_box(amounts.cells()), &values));
}

/// A million quadruples, which are drawn where there are more.
#[divan::bench(args = SIZES)]
fn log_supermodularity(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let indices: Vec<f64> = numbers(size.0 + size.1).collect();
    let (of_regions, of_industries) = indices.split_at(size.0);
    let options = SupermodularityOptions { quadruples: 1_000_000, seed: 1 };
    let amount = |region: usize, industry: usize| amounts.region(region)[industry];
    bencher.bench(|| supermodularity(amount, black_box(of_regions), of_industries, options, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn proximities(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let presence = presence(&amounts(size));
    bencher.bench(|| proximity(black_box(&presence), &Progress::new()));
}

/// What proximity is held against: faer's own product of the same matrix with itself, on one thread.
#[divan::bench(args = SIZES)]
fn matrix_product(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let presence = presence(&amounts(size));
    let matrix = Mat::from_fn(size.0, size.1, |r, i| f64::from(u8::from(presence.is_present(r, i))));
    bencher.bench(|| black_box(&matrix).transpose() * black_box(&matrix));
}

#[divan::bench(args = SIZES)]
fn densities(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let presence = presence(&amounts(size));
    let near = proximity(&presence, &Progress::new()).expect("proximity");
    bencher.bench(|| relatedness_density(black_box(&presence), &near, false, &Progress::new()));
}
