//! Benchmarks of specialisation and likeness of structures, at the sizes of a country and of the largest cluster; of the latter
//! also with seven cells of ten empty.
//!
//! `tests/peers/specialization.py` times the same beside Python packages.

#![allow(clippy::expect_used)]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use growthpole_methods::division::specialization::{ReferenceStructure, krugman_of_others, specialization_profiles};
use growthpole_methods::division::{
    Linkage, QuotientBootstrap, StructureMeasure, bootstrap_quotients, cluster, dissimilarities, equal_weights,
    friction_of_rows, location_quotient_of_whole, structure_convergence,
};
use growthpole_methods::{AmountRows, Amounts, Matrix, Progress};

fn main() {
    divan::main();
}

/// Regions, industries, and how many cells of ten are empty.
const SIZES: [(usize, usize, u64); 4] = [(31, 20, 2), (300, 100, 2), (3000, 1000, 2), (3000, 1000, 7)];

/// Amounts that are the same every time (a linear congruential generator). The first region has every industry, and every region
/// has the first one.
fn amounts((regions, industries, empty): (usize, usize, u64)) -> Amounts {
    let mut state = 1_u64;
    let cells = (0..regions * industries).map(|cell| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let kept = (state >> 33) % 10 >= empty || cell < industries || cell % industries == 0;
        if kept { 1.0 + ((state >> 43) % 100_000) as f64 } else { 0.0 }
    });
    Amounts::try_new(cells.collect(), industries).expect("amounts")
}

/// A plain copy of the table, which location quotients are measured against: a byte read and a byte written for each.
#[divan::bench(args = SIZES)]
fn copy_of_the_table(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let bytes = BytesCount::new(2 * 8 * size.0 * size.1);
    bencher.counter(bytes).bench(|| black_box(black_box(&amounts).cells().cells().to_vec()));
}

#[divan::bench(args = SIZES)]
fn location_quotients(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let bytes = BytesCount::new(2 * 8 * size.0 * size.1);
    bencher.counter(bytes).bench(|| location_quotient_of_whole(black_box(&amounts)));
}

/// Hoover, Gini, Herfindahl, entropy, Hachman, Theil and the Krugman indices of every region.
#[divan::bench(args = SIZES)]
fn table_of_specialization(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    bencher.bench(|| {
        let (rows, progress) = (AmountRows::of(black_box(&amounts)), Progress::new());
        let reference = ReferenceStructure::try_new(amounts.industry_totals()).expect("a reference");
        (specialization_profiles(&rows, &reference, None, &progress), krugman_of_others(&rows, &progress))
    });
}

#[divan::bench(args = SIZES)]
fn krugman_of_all_pairs(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let rows = AmountRows::of(&amounts);
    bencher.bench(|| dissimilarities(black_box(&rows), StructureMeasure::Krugman, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn friction_of_all_pairs(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let (rows, weights) = (AmountRows::of(&amounts), equal_weights(size.0));
    bencher.bench(|| friction_of_rows(black_box(&rows), &weights, &Progress::new()));
}

#[divan::bench(args = &SIZES[..3])]
fn clusters_by_average_linkage(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let unlike =
        dissimilarities(&AmountRows::of(&amounts), StructureMeasure::Krugman, &Progress::new()).expect("pairs");
    bencher.bench(|| cluster(black_box(&unlike), Linkage::Average));
}

#[divan::bench(args = &SIZES[..2])]
fn bootstrap_of_999_draws(bencher: Bencher<'_, '_>, size: (usize, usize, u64)) {
    let amounts = amounts(size);
    let rows = AmountRows::of(&amounts);
    let how = QuotientBootstrap { draws: 999, level: 0.95, seed: 1 };
    bencher.bench(|| bootstrap_quotients(black_box(&rows), &rows, how, &Progress::new()));
}

/// Twelve years of all pairs of 31 and of 300 regions.
#[divan::bench(args = [31, 300])]
fn convergence_of_twelve_years(bencher: Bencher<'_, '_>, regions: usize) {
    let pairs = regions * (regions - 1) / 2;
    let table = Matrix::from_fn(12, pairs, |year, pair| 0.2 + ((pair * 7 + year * 3) % 17) as f64 / 20.0);
    let times: Vec<f64> = (2005_u16..2017).map(f64::from).collect();
    bencher.bench(|| structure_convergence(black_box(&times), &table));
}
