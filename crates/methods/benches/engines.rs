//! Benchmarks of growth engines and of transition, at the sizes of a country's provinces, of its cities, and of a country's counties.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::division::Presence;
use growthpole_methods::division::engines::{
    Criterion, CriterionValues, EngineScores, score_engines, spillover_potential, test_entries,
};
use growthpole_methods::division::transition::{dependence, peer_composite};
use growthpole_methods::stats::random::generator;
use growthpole_methods::stats::{SpatialWeights, roc_area};
use growthpole_methods::{Matrix, Progress};
use rand::RngExt as _;

/// Regions x industries.
const SIZES: [(usize, usize); 3] = [(31, 20), (300, 100), (3_000, 1_000)];

fn main() {
    divan::main();
}

/// Three in ten are present.
fn presence((regions, industries): (usize, usize), seed: u64) -> Presence {
    let mut draws = generator(seed, 0);
    let cells: Vec<bool> = (0..regions * industries).map(|_| draws.random::<f64>() < 0.3).collect();
    Presence::try_new(&cells, industries).expect("a rectangle")
}

fn values((regions, industries): (usize, usize), seed: u64) -> Matrix {
    let mut draws = generator(seed, 1);
    Matrix::from_fn(regions, industries, |_, _| draws.random())
}

struct Inputs {
    presence: Presence,
    pairs: [Matrix; 4],
    industries: Vec<f64>,
}

impl Inputs {
    fn of(size: (usize, usize)) -> Self {
        let pairs = [1, 2, 3, 4].map(|seed| values(size, seed));
        Self { presence: presence(size, 0), pairs, industries: values((1, size.1), 5).cells().to_vec() }
    }

    fn criteria(&self) -> Vec<Criterion<'_>> {
        let by_pair = self.pairs.iter().map(CriterionValues::ByPair);
        let all = by_pair.chain([CriterionValues::ByIndustry(&self.industries)]);
        all.enumerate().map(|(at, values)| Criterion { values, weight: 1.0, is_burden: at == 3 }).collect()
    }

    fn found(&self) -> EngineScores {
        score_engines(&self.presence, &self.criteria(), &Progress::new()).expect("there are candidates")
    }
}

#[divan::bench(args = SIZES)]
fn scores_of_five_criteria(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let inputs = Inputs::of(size);
    let criteria = inputs.criteria();
    bencher.bench(|| score_engines(black_box(&inputs.presence), &criteria, &Progress::new()));
}

#[divan::bench(args = SIZES)]
fn pareto_sets_of_all_regions(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let inputs = Inputs::of(size);
    let (criteria, found) = (inputs.criteria(), inputs.found());
    let sets = || (0..size.0).map(|region| found.pareto(&criteria, region, &found.ranked(region))).collect::<Vec<_>>();
    bencher.bench(|| black_box(sets()));
}

#[divan::bench(args = SIZES)]
fn backtest_of_score_and_criteria(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let inputs = Inputs::of(size);
    let (criteria, found, later) = (inputs.criteria(), inputs.found(), presence(size, 9));
    bencher.bench(|| test_entries(black_box(&found), &criteria, &later, 0, &Progress::new()));
}

#[divan::bench(args = [620, 30_000, 3_000_000])]
fn roc_area_with_delong_error(bencher: Bencher<'_, '_>, cases: usize) {
    let scores = values((1, cases), 1);
    let happened: Vec<bool> = values((1, cases), 2).cells().iter().map(|draw| *draw < 0.1).collect();
    let cases = || black_box(scores.cells()).iter().copied().zip(happened.iter().copied());
    bencher.bench(|| roc_area(cases()));
}

#[divan::bench(args = SIZES)]
fn spillover_from_six_neighbours(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let density = values(size, 1);
    let near = |region: usize| (1..=3).map(move |step| (region, (region + step) % size.0));
    let pairs: Vec<_> = (0..size.0).flat_map(near).collect();
    let weights = SpatialWeights::from_pairs(size.0, &pairs).expect("different regions").row_standardized();
    bencher.bench(|| spillover_potential(black_box(&density), &weights));
}

#[divan::bench(args = SIZES)]
fn dependence_of_all_regions_on_a_tenth_of_industries(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let amounts = values(size, 1);
    let (reference, set) = (vec![1.0; size.1], (0..size.1 / 10).collect::<Vec<_>>());
    let all = || amounts.rows().map(|row| dependence(row, &reference, &set)).collect::<Vec<_>>();
    bencher.bench(|| black_box(all()));
}

#[divan::bench(args = [31, 300, 3_000])]
fn composite_of_five_measures(bencher: Bencher<'_, '_>, regions: usize) {
    let levels: Vec<Vec<Option<f64>>> =
        (0..5).map(|seed| values((1, regions), seed).cells().iter().copied().map(Some).collect()).collect();
    let measures: Vec<&[Option<f64>]> = levels.iter().map(Vec::as_slice).collect();
    bencher.bench(|| peer_composite(black_box(&measures), &[1.0; 5]));
}
