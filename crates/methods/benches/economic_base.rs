//! Benchmarks of the economic base of regions, and of input-output tables.
//!
//! `tests/peers/economic_base.py` times the inverse and multipliers on tables of the same size with the Python package `pymrio`.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::division::QuotientBase;
use growthpole_methods::division::economic_base::{
    InputOutput, QuotientMethod, base_by_location_quotients, base_by_minimum_requirements, extract, ghosh_inverse,
    leontief_inverse, linkages, multipliers, regional_quotients, regional_table,
};
use growthpole_methods::{AmountRows, Amounts, Matrix};

fn main() {
    divan::main();
}

/// Regions and industries.
const SIZES: [(usize, usize); 3] = [(31, 20), (300, 100), (3000, 1000)];

/// Sectors of a table.
const SECTORS: [usize; 3] = [20, 42, 200];

/// Numbers between 0 and 1 that are the same every time (a linear congruential generator).
fn numbers(n: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n).map(next).collect()
}

fn table(n: usize) -> InputOutput {
    let flows = Matrix::try_new(numbers(n * n), n).expect("flows");
    InputOutput::with_final_demand(flows, &vec![n as f64 / 2.0; n]).expect("a table")
}

#[divan::bench(args = SIZES)]
fn base_of_all_regions(bencher: Bencher<'_, '_>, (regions, industries): (usize, usize)) {
    let amounts = Amounts::try_new(numbers(regions * industries), industries).expect("amounts");
    bencher.bench(|| {
        let amounts = black_box(&amounts);
        let base = QuotientBase::of_whole(amounts).expect("there is something");
        let rows = AmountRows::of(amounts);
        let quotients = base_by_location_quotients(&rows, &base).expect("a base");
        let minimum = base_by_minimum_requirements(&rows).expect("a base");
        (quotients.totals, minimum.totals)
    });
}

#[divan::bench(args = SECTORS)]
fn leontief_and_multipliers(bencher: Bencher<'_, '_>, n: usize) {
    let table = table(n);
    let jobs = numbers(n);
    bencher.bench(|| {
        let inverse = leontief_inverse(black_box(&table)).expect("productive");
        multipliers(&table, &inverse, &jobs).expect("multipliers")
    });
}

#[divan::bench(args = SECTORS)]
fn linkages_and_extraction_of_every_sector(bencher: Bencher<'_, '_>, n: usize) {
    let table = table(n);
    bencher.bench(|| {
        let table = black_box(&table);
        let (leontief, ghosh) =
            (leontief_inverse(table).expect("productive"), ghosh_inverse(table).expect("productive"));
        let lost: Vec<_> = (0..n).map(|sector| extract(table, &leontief, &ghosh, &[sector]).expect("a loss")).collect();
        (linkages(table, &leontief, &ghosh), lost)
    });
}

#[divan::bench(args = SECTORS)]
fn regional_table_by_flegg(bencher: Bencher<'_, '_>, n: usize) {
    let table = table(n);
    let quotients: Vec<f64> = numbers(n).iter().map(|number| 2.0 * number).collect();
    let shares: Vec<f64> = quotients.iter().map(|quotient| quotient / 20.0).collect();
    bencher.bench(|| {
        let own = regional_quotients(QuotientMethod::Flegg { delta: 0.3 }, &quotients, 0.05).expect("quotients");
        regional_table(black_box(&table), &own, &shares).expect("a table")
    });
}
