//! A plan of genuine size: 38 divisions of industry between the 31 provinces, from the bundled data.

use growthpole_methods::Amounts;
use growthpole_methods::division::{location_quotient_of_whole, symmetric_quotient};

use super::*;

/// Persons employed by province and division at the end of 2015; nobody where nothing is told.
fn employment() -> Amounts {
    let path = "../datastore/bundled/china-provinces/observations/employment-by-division.csv";
    let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let rows: Vec<&Vec<&str>> = rows.iter().filter(|row| row[3] == "2015" && !row[4].is_empty()).collect();
    let codes =
        |column: usize| Vec::from_iter(rows.iter().map(|row| row[column]).collect::<std::collections::BTreeSet<_>>());
    let (provinces, divisions) = (codes(1), codes(2));
    assert_eq!((provinces.len(), divisions.len()), (31, 38));
    let mut cells = vec![0.0; provinces.len() * divisions.len()];
    for row in rows {
        let at = |codes: &[&str], code: &str| codes.binary_search(&code).unwrap();
        cells[at(&provinces, row[1]) * divisions.len() + at(&divisions, row[2])] = row[4].parse().unwrap();
    }
    Amounts::try_new(cells, divisions.len()).unwrap()
}

/// Symmetric quotients as values, and employment in what provinces focus on within a part of the mean.
fn balanced(homes: Bounds, focuses: Bounds, tolerance: f64) -> DivisionProblem {
    let employment = employment();
    let quotients = location_quotient_of_whole(&employment).unwrap();
    let mut problem = DivisionProblem::new(quotients.map(|quotient| symmetric_quotient(quotient).unwrap()));
    problem.homes = vec![homes; 38];
    problem.focuses = vec![focuses; 31];
    let weights = Matrix::from_fn(31, 38, |r, i| employment.region(r)[i]);
    problem.balances = vec![Balance::even(weights, tolerance)];
    problem
}

/// Every division has a home or two, every province one to three, and employment is within half of the mean.
fn by_halves() -> DivisionProblem {
    balanced(Bounds::between(1, 2), Bounds::between(1, 3), 0.5)
}

/// The greatest and the least employment in what provinces focus on, as parts of the mean.
fn spread(problem: &DivisionProblem, plan: &DivisionPlan) -> (f64, f64) {
    let weights = &problem.balances[0].weights;
    let of = |region: usize| plan.focuses(region).iter().map(|&industry| weights.get(region, industry)).sum::<f64>();
    let mean = (0..31).map(of).sum::<f64>() / 31.0;
    (0..31).map(|region| of(region) / mean).fold((f64::INFINITY, 0.0), |(a, b), part| (a.min(part), b.max(part)))
}

fn assert_is_balanced(problem: &DivisionProblem, plan: &DivisionPlan) {
    let (least, most) = spread(problem, plan);
    let (floor, ceiling) = (problem.balances[0].floor[0] * 31.0, problem.balances[0].ceiling[0] * 31.0);
    assert!(least >= floor - 1e-6 && most <= ceiling + 1e-6, "{least} to {most}");
    let is_within = |bounds: &Bounds, count: usize| (bounds.min..=bounds.max).contains(&count);
    assert!((0..38).all(|industry| is_within(&problem.homes[industry], plan.homes(industry).len())));
    assert!((0..31).all(|region| is_within(&problem.focuses[region], plan.focuses(region).len())));
}

/// Where industries choose their homes, prices lead to no plan at all with ten times the work.
#[test]
fn the_best_plan_of_thirty_one_provinces_is_proven() {
    let problem = by_halves();
    let options = PlanOptions { work_limit: 500_000_000, ..PlanOptions::plan_only() };
    let plan = solve_with(&problem, &options).unwrap();
    assert_is_balanced(&problem, &plan);
    assert!(plan.proven, "{} and at most {}", plan.objective, plan.bound);
    // What scipy's milp (HiGHS) proves too.
    assert!((plan.objective - 15.209_272_037_876).abs() < 1e-9, "{}", plan.objective);
}

fn conflict(problem: &DivisionProblem) -> (Vec<Constraint>, bool) {
    let options = PlanOptions { work_limit: 500_000_000, ..PlanOptions::plan_only() };
    match solve_with(problem, &options) {
        Err(DivisionError::Infeasible { conflict, minimal }) => (conflict, minimal),
        other => panic!("{:?}", other.map(|plan| plan.objective)),
    }
}

/// Thirty-eight homes are too few for two focuses each: a matter of counting, whatever is to be balanced.
#[test]
fn counts_that_contradict_each_other_are_named_beside_a_balance() {
    let (found, minimal) = conflict(&balanced(Bounds::exactly(1), Bounds::exactly(2), 0.5));
    assert!(minimal && !found.is_empty());
    let counts = |of: &Constraint| matches!(of, Constraint::FocusMin { .. } | Constraint::HomeMax { .. });
    assert!(found.iter().all(counts), "{found:?}");
}

/// No province can have more than one focus where one is the mean less than a fifth, and two are above it by more.
#[test]
fn a_balance_that_no_total_meets_is_named() {
    let mut problem = balanced(Bounds::exactly(1), Bounds::between(1, 2), 0.2);
    problem.balances[0].weights = Matrix::from_fn(31, 38, |_, _| 1.0);
    let (found, _) = conflict(&problem);
    assert!(found.iter().any(|of| matches!(of, Constraint::BalanceCeiling { .. })), "{found:?}");
    assert!(found.len() < 150, "{found:?}");
}

/// With more sets of focuses than are listed, and where divisions weigh the same wherever they are.
#[test]
fn a_plan_is_found_where_provinces_choose_from_too_many_sets() {
    let mut problem = balanced(Bounds::between(1, 3), Bounds::between(2, 6), 0.3);
    let employment = employment();
    let total = |industry: usize| (0..31).map(|region| employment.region(region)[industry]).sum::<f64>();
    problem.balances[0].weights = Matrix::from_fn(31, 38, |_, industry| total(industry));
    let options = PlanOptions { work_limit: 150_000_000, ..PlanOptions::plan_only() };
    let plan = solve_with(&problem, &options).unwrap();
    assert_is_balanced(&problem, &plan);
    assert!(!plan.proven && plan.gap() < 0.1 * plan.bound, "{} and at most {}", plan.objective, plan.bound);
}

/// A caller who gives HiGHS eight seconds has a plan and a bound after them. (That it goes on for minutes with its heuristics
/// RENS and RINS shows after more than fifteen seconds only: `tests/peers/plan.py`, 31 x 38 balanced, with a minute.)
#[cfg(feature = "highs")]
#[test]
fn highs_comes_back_in_time_with_a_plan_of_thirty_one_provinces() {
    use std::time::{Duration, Instant};

    let (problem, progress, start) = (by_halves(), Progress::new(), Instant::now());
    let limit = Duration::from_secs(8);
    let time_is_up = || start.elapsed() >= limit;
    let seconds_left = || limit.saturating_sub(start.elapsed()).as_secs_f64();
    let options = PlanOptions { engine: Engine::Highs, ..PlanOptions::plan_only() };
    let watch = Watch { progress: &progress, time_is_up: &time_is_up, seconds_left: &seconds_left };
    let plan = division::solve(&problem, &options, &watch).unwrap();
    let took = start.elapsed();
    assert_is_balanced(&problem, &plan);
    assert!(plan.objective <= plan.bound && plan.bound >= 15.209, "{} and at most {}", plan.objective, plan.bound);
    assert!(took < limit + Duration::from_secs(7), "it took {took:?}");
}
