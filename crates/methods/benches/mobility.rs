//! Benchmarks of mobility: 31 regions over 20 periods to 3 000 over 50, and cost against size.

#![allow(clippy::expect_used)]

use divan::{Bencher, black_box};
use growthpole_methods::growth::mobility::{
    Chain, Draws, Groups, QuantileScope, RankPairs, chi_squared_against, count_steps, count_transitions,
    ergodic_distributions, first_passage, full_rank_chain, geographic_rank_chain, homogeneity, kendall, local_tau,
    mobility_indices, neighbour_set_tau, neighbourhood_tau, order_test, quantile_classes, rank_paths, regional_tau,
    relative_values, sojourn_times, spatial_tau, spearman, theta,
};
use growthpole_methods::stats::{RankMethod, RankOrder, SpatialWeights};
use growthpole_methods::{Matrix, Progress};

fn main() {
    divan::main();
}

const SIZES: [(usize, usize); 5] = [(31, 20), (300, 20), (3_000, 20), (3_000, 50), (10_000, 50)];
const REGIONS: [usize; 4] = [31, 300, 3_000, 10_000];
const CHAINS: [usize; 5] = [31, 300, 1_000, 2_000, 3_000];
const DRAWS: Draws = Draws { permutations: 999, seed: 1 };

/// Incomes that drift apart and mix, periods x regions, the same every time.
fn incomes((regions, periods): (usize, usize)) -> Matrix {
    let mut state = 29_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut logs: Vec<f64> = (0..regions).map(|_| 9.0 + next() + next()).collect();
    Matrix::from_fn(periods, regions, |_, region| {
        logs[region] += 0.3 * (next() - 0.5);
        logs[region].exp()
    })
}

fn ranks(regions: usize) -> RankPairs {
    let values = incomes((regions, 2));
    RankPairs::try_new(values.row(0), values.row(1)).expect("incomes differ")
}

/// Each region with the three before and the three after it.
fn weights(regions: usize) -> SpatialWeights {
    let pairs: Vec<_> = (0..regions).flat_map(|a| (1..4).map(move |step| (a, (a + step) % regions))).collect();
    SpatialWeights::from_pairs(regions, &pairs).expect("pairs of regions")
}

fn groups(regions: usize) -> Groups {
    Groups::try_new((0..regions).map(|region| region % 4).collect(), 4).expect("four groups")
}

/// What giddy's `Markov` and the attributes around it give: classes, counts, probabilities, states, ergodic distribution,
/// first passage and sojourn times, mobility.
#[divan::bench(args = SIZES)]
fn classic_markov(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let values = incomes(size);
    bencher.bench_local(|| {
        let relative = relative_values(black_box(&values)).expect("positive incomes");
        let classes = quantile_classes(&relative, 5, QuantileScope::EachPeriod).expect("values");
        let chain = Chain::from_counts(&count_transitions(&classes.paths));
        let times = first_passage(&chain, &Progress::new());
        (chain.structure(), ergodic_distributions(&chain), times, sojourn_times(&chain), mobility_indices(&chain, None))
    });
}

#[divan::bench(args = SIZES)]
fn paths(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let values = incomes(size);
    let (method, order) = (RankMethod::Competition, RankOrder::HighestFirst);
    bencher.bench_local(|| rank_paths(black_box(&values), method, order, &Progress::new()));
}

#[divan::bench(args = REGIONS)]
fn kendall_and_spearman(bencher: Bencher<'_, '_>, regions: usize) {
    let values = incomes((regions, 2));
    bencher.bench_local(|| {
        let ranks = RankPairs::try_new(black_box(values.row(0)), values.row(1)).expect("incomes differ");
        (kendall(&ranks), spearman(&ranks))
    });
}

#[divan::bench(args = REGIONS)]
fn local(bencher: Bencher<'_, '_>, regions: usize) {
    let ranks = ranks(regions);
    bencher.bench_local(|| local_tau(black_box(&ranks)));
}

#[divan::bench(args = REGIONS, sample_count = 10)]
fn spatial_tau_999(bencher: Bencher<'_, '_>, regions: usize) {
    let (ranks, weights) = (ranks(regions), weights(regions));
    bencher.bench_local(|| spatial_tau(black_box(&ranks), &weights, DRAWS, &Progress::new()));
}

#[divan::bench(args = REGIONS, sample_count = 10)]
fn neighbour_sets_999(bencher: Bencher<'_, '_>, regions: usize) {
    let (ranks, weights) = (ranks(regions), weights(regions));
    bencher.bench_local(|| neighbour_set_tau(black_box(&ranks), &weights, DRAWS, &Progress::new()));
}

#[divan::bench(args = REGIONS, sample_count = 10)]
fn neighbourhoods_999(bencher: Bencher<'_, '_>, regions: usize) {
    let (ranks, weights) = (ranks(regions), weights(regions));
    bencher.bench_local(|| neighbourhood_tau(black_box(&ranks), &weights, DRAWS, &Progress::new()));
}

#[divan::bench(args = REGIONS, sample_count = 10)]
fn regional_tau_999(bencher: Bencher<'_, '_>, regions: usize) {
    let (ranks, groups) = (ranks(regions), groups(regions));
    bencher.bench_local(|| regional_tau(black_box(&ranks), &groups, DRAWS, &Progress::new()));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn theta_999(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let (values, groups) = (incomes(size), groups(size.0));
    bencher.bench_local(|| theta(black_box(&values), &groups, DRAWS, &Progress::new()));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn count_full_rank_chain(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let values = incomes(size);
    bencher.bench_local(|| {
        let chain = full_rank_chain(black_box(&values), &Progress::new()).expect("incomes");
        (chain.sojourn_times(), chain.classes())
    });
}

#[divan::bench(args = CHAINS, sample_count = 3, sample_size = 1)]
fn full_rank_first_passage(bencher: Bencher<'_, '_>, regions: usize) {
    let chain = full_rank_chain(&incomes((regions, 20)), &Progress::new()).expect("incomes");
    bencher.bench_local(|| black_box(&chain).mean_first_passage(&Progress::new()));
}

#[divan::bench(args = CHAINS, sample_count = 3, sample_size = 1)]
fn geographic_rank_first_passage(bencher: Bencher<'_, '_>, regions: usize) {
    let chain = geographic_rank_chain(&incomes((regions, 20)), &Progress::new()).expect("incomes");
    bencher.bench_local(|| black_box(&chain).mean_first_passage(&Progress::new()));
}

/// Two sub-periods, tested for the same transition probabilities, and each against all.
#[divan::bench(args = SIZES)]
fn transition_tests(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let classes = quantile_classes(&incomes(size), 5, QuantileScope::EachPeriod).expect("values").paths;
    bencher.bench_local(|| {
        let halves = [count_steps(black_box(&classes), 0..size.1 / 2), count_steps(&classes, size.1 / 2..size.1)];
        (homogeneity(&halves), chi_squared_against(&halves[0], &count_transitions(&classes)))
    });
}

/// Whether the chain remembers one period, and two.
#[divan::bench(args = SIZES)]
fn order_tests(bencher: Bencher<'_, '_>, size: (usize, usize)) {
    let classes = quantile_classes(&incomes(size), 5, QuantileScope::EachPeriod).expect("values").paths;
    bencher.bench_local(|| [1, 2].map(|order| order_test(black_box(&classes), order)));
}
