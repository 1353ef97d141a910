//! Shift-share for every region, at the sizes that REAT's `shift` was timed at, and what it costs by form, by industry and
//! by step.

#![allow(clippy::expect_used)]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use growthpole_methods::growth::{
    BartikReference, Chain, Comparison, arcelus, dunn, esteban_marquillas, gerfin, growth_gap, predicted_growth,
};
use growthpole_methods::{Amounts, Progress};

fn main() {
    divan::main();
}

/// Regions x industries.
const SIZES: [(usize, usize); 3] = [(31, 20), (300, 100), (3_000, 1_000)];

/// Amounts that are the same every time (a linear congruential generator).
fn amounts(n_regions: usize, n_industries: usize, seed: u64) -> Amounts {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let cells = (0..n_regions * n_industries).map(|_| 1.0 + 1e5 * next().powi(2)).collect();
    Amounts::try_new(cells, n_industries).expect("positive amounts")
}

fn comparison<'a>(start: &'a Amounts, end: &'a Amounts) -> Comparison<'a> {
    Comparison::try_new(start, end, start.industry_totals(), end.industry_totals()).expect("one shape")
}

/// From amounts to the parts of every region: checks included, as in a call.
#[divan::bench(args = SIZES)]
fn dunn_of_every_region(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let (start, end) = (amounts(n_regions, n_industries, 1), amounts(n_regions, n_industries, 2));
    bencher.counter(ItemsCount::new(n_regions * n_industries)).bench(|| {
        let chain = Chain::from(comparison(black_box(&start), &end));
        dunn(&chain, &Progress::new()).map(|shift| shift.total())
    });
}

/// The same with the parts of every industry of every region.
#[divan::bench(args = SIZES)]
fn dunn_of_every_cell(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let (start, end) = (amounts(n_regions, n_industries, 1), amounts(n_regions, n_industries, 2));
    bencher.counter(ItemsCount::new(n_regions * n_industries)).bench(|| {
        let chain = Chain::from(comparison(black_box(&start), &end));
        let shift = dunn(&chain, &Progress::new()).expect("nobody stops it");
        (0..n_regions).map(|region| black_box(shift.industries(region)).len()).sum::<usize>()
    });
}

#[divan::bench(args = SIZES)]
fn esteban_of_every_region(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let (start, end) = (amounts(n_regions, n_industries, 1), amounts(n_regions, n_industries, 2));
    let chain = Chain::from(comparison(&start, &end));
    bencher
        .counter(ItemsCount::new(n_regions * n_industries))
        .bench(|| esteban_marquillas(black_box(&chain), &Progress::new()).map(|shift| shift.total()));
}

#[divan::bench(args = SIZES)]
fn arcelus_of_every_region(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let (start, end) = (amounts(n_regions, n_industries, 1), amounts(n_regions, n_industries, 2));
    let chain = Chain::from(comparison(&start, &end));
    bencher
        .counter(ItemsCount::new(n_regions * n_industries))
        .bench(|| arcelus(black_box(&chain), &Progress::new()).map(|shift| shift.total()));
}

#[divan::bench(args = SIZES)]
fn gerfin_of_every_region(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let (start, end) = (amounts(n_regions, n_industries, 1), amounts(n_regions, n_industries, 2));
    let chain = Chain::from(comparison(&start, &end));
    bencher
        .counter(ItemsCount::new(n_regions * n_industries))
        .bench(|| gerfin(black_box(&chain), &Progress::new()).map(|factors| factors.total()));
}

#[divan::bench(args = SIZES)]
fn predictions_leaving_one_out(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let (start, end) = (amounts(n_regions, n_industries, 1), amounts(n_regions, n_industries, 2));
    let comparison = comparison(&start, &end);
    bencher
        .counter(ItemsCount::new(n_regions * n_industries))
        .bench(|| predicted_growth(black_box(&comparison), BartikReference::LeaveOneOut, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn gaps_by_industry(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let (start, end) = (amounts(n_regions, n_industries, 1), amounts(n_regions, n_industries, 2));
    let comparison = comparison(&start, &end);
    bencher
        .counter(ItemsCount::new(n_regions * n_industries))
        .bench(|| growth_gap(black_box(&comparison), &Progress::new()));
}

/// The dynamic form at 300 x 100, by the number of yearly steps.
#[divan::bench(args = [1, 8, 19, 49])]
fn dunn_over_steps(bencher: Bencher<'_, '_>, n_steps: usize) {
    let tables: Vec<Amounts> = (0..=n_steps).map(|step| amounts(300, 100, step as u64)).collect();
    let references: Vec<&[f64]> = tables.iter().map(Amounts::industry_totals).collect();
    let chain = Chain::try_new(&tables.iter().collect::<Vec<_>>(), &references).expect("one shape");
    bencher
        .counter(ItemsCount::new(n_steps * 300 * 100))
        .bench(|| dunn(black_box(&chain), &Progress::new()).map(|shift| shift.total()));
}
