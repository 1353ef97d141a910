//! Speed of the division plan: as a transportation problem, with friction between shared homes, and under constraints.

#![allow(clippy::expect_used)]

use std::hint::black_box;

use divan::Bencher;
use growthpole_methods::division::plan::{Balance, Bounds, FrictionTerm, PlanOptions, Watch};
use growthpole_methods::division::{
    DivisionPlan, DivisionProblem, equal_weights, location_quotient_of_whole, shares, solve,
};
use growthpole_methods::{Amounts, Progress};

fn main() {
    divan::main();
}

/// Numbers from 0 to 1 that repeat on every machine.
fn numbers(n: usize, seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    (0..n).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    })
}

fn amounts(n_regions: usize, n_industries: usize) -> Amounts {
    let cells = numbers(n_regions * n_industries, 3).map(|x| 1.0 + 1e5 * x * x).collect();
    Amounts::try_new(cells, n_industries).expect("positive amounts")
}

/// One home of every industry, or as many as give every region a focus, evenly.
fn problem(n_regions: usize, n_industries: usize) -> DivisionProblem {
    let quotients = location_quotient_of_whole(&amounts(n_regions, n_industries)).expect("no empty region");
    let mut problem = DivisionProblem::new(quotients.map(f64::ln));
    problem.homes = vec![Bounds::exactly(n_regions.div_ceil(n_industries)); n_industries];
    problem.focuses = vec![Bounds::balanced(&problem.homes, n_regions); n_regions];
    problem
}

fn problem_with_friction(n_regions: usize, n_industries: usize) -> DivisionProblem {
    let mut problem = problem(n_regions, n_industries);
    problem.homes = vec![Bounds::between(1, 2); n_industries];
    problem.focuses = vec![Bounds::balanced(&problem.homes, n_regions); n_regions];
    let shares = shares(&amounts(n_regions, n_industries)).expect("no empty region");
    problem.friction = Some(FrictionTerm { lambda: 10.0, pair_weights: equal_weights(n_regions), shares });
    problem
}

fn plan(problem: &DivisionProblem, options: &PlanOptions) -> DivisionPlan {
    solve(black_box(problem), options, &Watch::new(&Progress::new())).expect("a plan")
}

#[divan::bench(args = [(2, 6), (4, 20), (11, 38), (31, 38), (100, 100), (3000, 34)])]
fn transportation(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let problem = problem(n_regions, n_industries);
    bencher.bench(|| plan(&problem, &PlanOptions::default()));
}

#[divan::bench(args = [(4, 20), (11, 38), (31, 38)], sample_count = 5)]
fn friction(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let problem = problem_with_friction(n_regions, n_industries);
    bencher.bench(|| plan(&problem, &PlanOptions::plan_only()));
}

#[divan::bench(args = [(4, 20), (11, 38)], sample_count = 3)]
fn friction_with_margins(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let problem = problem_with_friction(n_regions, n_industries);
    bencher.bench(|| plan(&problem, &PlanOptions::default()));
}

#[divan::bench(args = [(4, 20), (11, 38)], sample_count = 3)]
fn balanced_by_activity(bencher: Bencher<'_, '_>, (n_regions, n_industries): (usize, usize)) {
    let mut problem = problem(n_regions, n_industries);
    let amounts = amounts(n_regions, n_industries);
    let weights = growthpole_methods::Matrix::from_fn(n_regions, n_industries, |_, i| amounts.industry_totals()[i]);
    problem.balances = vec![Balance::even(weights, 0.2)];
    bencher.bench(|| plan(&problem, &PlanOptions::plan_only()));
}

#[divan::bench]
fn conflict_12x60(bencher: Bencher<'_, '_>) {
    let mut problem = problem(12, 60);
    problem.bans = (0..12).flat_map(|region| (0..30).map(move |industry| (region, 2 * industry))).collect();
    bencher.bench(|| solve(black_box(&problem), &PlanOptions::default(), &Watch::new(&Progress::new())));
}
