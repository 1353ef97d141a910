//! Benchmarks of concentration, at the sizes of a country, its cities and its counties; and of plants.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::division::concentration::{
    DistanceOptions, PlantRegions, PlantSizes, Sites, coagglomeration_pairs, concentration_table, distance_density,
    excess_colocation,
};
use growthpole_methods::{AmountRows, Amounts, Progress};

fn main() {
    divan::main();
}

/// Regions and industries.
const SIZES: [(usize, usize); 3] = [(31, 20), (300, 100), (3000, 1000)];

/// Numbers between 0 and 1 that are the same every time (a linear congruential generator).
fn numbers(n: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n).map(next).collect()
}

/// Amounts of which the cells of the largest table are mostly empty.
fn amounts((regions, industries): (usize, usize)) -> Amounts {
    let empty = if regions == 3000 { 0.7 } else { 0.1 };
    let cells =
        numbers(regions * industries).into_iter().map(|number| if number < empty { 0.0 } else { number }).collect();
    Amounts::try_new(cells, industries).expect("amounts")
}

#[divan::bench(args = SIZES)]
fn table_of_all_indices(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let amounts = amounts(size);
    let plants: Vec<Option<PlantSizes>> = vec![None; size.1];
    bencher.bench(|| {
        let base = black_box(&amounts).region_totals();
        concentration_table(&AmountRows::of(&amounts), base, &plants, &Progress::new()).expect("indices")
    });
}

#[divan::bench(args = SIZES)]
fn coagglomeration_of_all_pairs(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let amounts = amounts(size);
    let all: Vec<usize> = (0..size.1).collect();
    bencher.bench(|| {
        let base = black_box(&amounts).region_totals();
        coagglomeration_pairs(&AmountRows::of(&amounts), base, &all, &Progress::new()).expect("pairs")
    });
}

/// Plants in 31 regions and 20 industries.
#[divan::bench(args = [1_000, 100_000])]
fn colocation_of_plants_199_draws(bencher: Bencher<'_, '_>, plants: usize) {
    let drawn = numbers(2 * plants);
    let of = |from: usize, n: f64| drawn[from..from + plants].iter().map(|number| (number * n) as usize).collect();
    let plants = PlantRegions::try_new(of(0, 31.0), of(plants, 20.0), 31, 20).expect("plants");
    bencher.bench(|| excess_colocation(black_box(&plants), 199, 1, &Progress::new()).expect("pairs"));
}

/// An industry of a tenth of all sites.
#[divan::bench(args = [500, 5_000])]
fn distances_between_plants_1000_draws(bencher: Bencher<'_, '_>, sites: usize) {
    let drawn = numbers(2 * sites);
    let coordinates: Vec<(f64, f64)> =
        drawn.chunks_exact(2).map(|pair| (40.0 + 10.0 * pair[0], 120.0 + 12.0 * pair[1])).collect();
    let places = Sites::try_new(&coordinates, &vec![1.0; sites]).expect("sites");
    let members: Vec<usize> = (0..sites / 10).collect();
    let options = DistanceOptions { max_km: 500.0, steps: 100, draws: 1_000, level: 0.05, seed: 1 };
    bencher.bench(|| {
        distance_density(black_box(&places), &members, false, &options, &Progress::new()).expect("a density")
    });
}

/// Rounding the distances between all sites, once for all industries.
#[divan::bench(args = [500, 5_000])]
fn distances_between_sites(bencher: Bencher<'_, '_>, sites: usize) {
    let drawn = numbers(2 * sites);
    let coordinates: Vec<(f64, f64)> =
        drawn.chunks_exact(2).map(|pair| (40.0 + 10.0 * pair[0], 120.0 + 12.0 * pair[1])).collect();
    let sizes = vec![1.0; sites];
    bencher.bench(|| Sites::try_new(black_box(&coordinates), &sizes).expect("sites"));
}
