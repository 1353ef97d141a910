//! A large table that is mostly empty costs no copy of itself, whatever is made of it on the way.

use growthpole_methods::division::complexity::{SupermodularityOptions, productivity_levels, supermodularity};
use growthpole_methods::division::relatedness::{correlation_proximity, weighted_density};
use growthpole_methods::division::{Presence, QuotientBase, proximity};
use growthpole_methods::{Amounts, FilledRows, Progress, RowSource};

const REGIONS: usize = 3_000;
const INDUSTRIES: usize = 1_000;

/// Bytes of the table.
const TABLE: u64 = (REGIONS * INDUSTRIES * size_of::<f64>()) as u64;

/// Bytes of a matrix of industries by industries.
const SQUARE: u64 = (INDUSTRIES * INDUSTRIES * size_of::<f64>()) as u64;

/// Seven cells in ten are empty; no region and no industry is.
fn amounts() -> Amounts {
    let cell = |at: usize| {
        let some = (at * 7919) % 10 < 3 || at / INDUSTRIES % INDUSTRIES == at % INDUSTRIES;
        if some { 1.0 + ((at * 104_729) % 1009) as f64 } else { 0.0 }
    };
    Amounts::try_new((0..REGIONS * INDUSTRIES).map(cell).collect(), INDUSTRIES).unwrap()
}

/// Shares, made of amounts where they are asked for.
fn shares(amounts: &Amounts) -> impl RowSource {
    FilledRows::new(REGIONS, INDUSTRIES, |region, cells: &mut [f64]| {
        let total = amounts.region_totals()[region];
        cells.iter_mut().zip(amounts.region(region)).for_each(|(cell, amount)| *cell = amount / total);
    })
}

/// Most bytes that were held at once, on this thread.
fn held<T>(of: impl FnOnce() -> T) -> u64 {
    let mut result = None;
    let info = allocation_counter::measure(|| result = Some(of()));
    assert!(result.is_some());
    info.bytes_max
}

#[test]
fn what_is_read_row_by_row_costs_no_second_table() {
    let (amounts, progress) = (amounts(), Progress::new());
    let rows: Vec<&[f64]> = amounts.regions().collect();
    let base = QuotientBase::of_whole(&amounts).unwrap();
    let presence = Presence::revealed(&amounts, &base, 1.0).unwrap();
    let near = proximity(&presence, &progress).unwrap();
    let values: Vec<f64> = (0..REGIONS).map(|region| region as f64).collect();
    let columns: Vec<usize> = (0..INDUSTRIES).rev().collect();
    let cell = |region: usize, industry: usize| amounts.region(region)[industry];
    let (of_regions, of_industries) = (&values[..], &values[..INDUSTRIES]);
    let options = SupermodularityOptions { quadruples: 10_000, seed: 1 };

    // Each beside what its own result takes.
    let table = shares(&amounts);
    let cases = [
        ("presence", 0, held(|| Presence::revealed(&amounts, &base, 1.0))),
        ("presence of rows", 0, held(|| Presence::revealed_of_rows(rows.iter().copied(), &base, 1.0))),
        ("presence of columns", 0, held(|| Presence::revealed_of_columns(rows.iter().copied(), &columns, &base, 1.0))),
        ("density", TABLE + SQUARE, held(|| weighted_density(&table, &near, false, &progress))),
        ("correlation", 2 * SQUARE, held(|| correlation_proximity(&table))),
        ("levels", 0, held(|| productivity_levels(amounts.cells(), &values))),
        ("supermodularity", 0, held(|| supermodularity(cell, of_regions, of_industries, options, &progress))),
    ];
    for (what, own, bytes) in cases {
        assert!(bytes < own + TABLE / 4, "{what}: {bytes} bytes beside a table of {TABLE}");
    }
}

/// The counter counts: a table that is made shows.
#[test]
fn a_second_table_is_seen() {
    let amounts = amounts();
    assert!(held(|| amounts.clone()) >= TABLE);
}

#[test]
fn rows_on_the_way_give_the_same_bits_as_a_table() {
    let (amounts, progress) = (amounts(), Progress::new());
    let on_the_way = shares(&amounts);
    let mut cells = vec![0.0; REGIONS * INDUSTRIES];
    cells.chunks_exact_mut(INDUSTRIES).enumerate().for_each(|(region, row)| on_the_way.fill(region, row));
    let table = growthpole_methods::Matrix::try_new(cells, INDUSTRIES).unwrap();
    let presence = Presence::revealed(&amounts, &QuotientBase::of_whole(&amounts).unwrap(), 1.0).unwrap();
    let near = proximity(&presence, &progress).unwrap();
    let density = |include_self| {
        let of_rows = weighted_density(&on_the_way, &near, include_self, &progress).unwrap();
        (of_rows, weighted_density(&table, &near, include_self, &progress).unwrap())
    };
    for include_self in [false, true] {
        let (of_rows, of_table) = density(include_self);
        assert_eq!(of_rows, of_table);
    }
    assert_eq!(correlation_proximity(&on_the_way), correlation_proximity(&table));
}
