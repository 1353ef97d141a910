//! The division plan against brute force on small problems, and against another solver on larger ones.

#[path = "plan/engines.rs"]
mod engines;
#[path = "plan/limits.rs"]
mod limits;
#[path = "plan/oracle.rs"]
mod oracle;
#[path = "plan/problems.rs"]
mod problems;
#[path = "plan/provinces.rs"]
mod provinces;

use good_lp::{Expression, ProblemVariables, ResolutionError, Solution, SolverModel, constraint, microlp, variable};
use growthpole_methods::division::plan::{
    Balance, Bounds, Cap, CentrePeriphery, Constraint, DivisionError, Engine, FrictionTerm, Margin, PlanOptions,
    ReallocationLimits, RunnerUp, Watch, frontier, reallocate, shared_friction,
};
use growthpole_methods::division::{self, DivisionPlan, DivisionProblem, equal_weights};
use growthpole_methods::{Amounts, Matrix, Progress};
use proptest::prelude::*;

use oracle::{Plans, can_be_met, to_bits};
use problems::{balanced, constrained, counted};

const SMALL: [(usize, usize); 8] = [(1, 3), (2, 2), (2, 4), (2, 6), (3, 3), (3, 4), (4, 3), (5, 2)];

fn solve(problem: &DivisionProblem) -> Result<DivisionPlan, DivisionError> {
    solve_with(problem, &PlanOptions::default())
}

fn solve_with(problem: &DivisionProblem, options: &PlanOptions) -> Result<DivisionPlan, DivisionError> {
    division::solve(problem, options, &Watch::new(&Progress::new()))
}

fn assert_matches_brute_force(problem: &DivisionProblem) -> Result<(), TestCaseError> {
    assert_engine_matches_brute_force(problem, Engine::Own)
}

fn assert_engine_matches_brute_force(problem: &DivisionProblem, engine: Engine) -> Result<(), TestCaseError> {
    let plans = Plans::of(problem);
    let options = PlanOptions { alternatives: 4, engine, ..PlanOptions::default() };
    let Some(most) = plans.best(|_| true) else {
        let Err(DivisionError::Infeasible { conflict, minimal }) = solve_with(problem, &options) else {
            return Err(TestCaseError::fail("a plan where there is none"));
        };
        prop_assert!(minimal);
        return assert_is_minimal(problem, &conflict);
    };
    let plan = solve_with(problem, &options).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!((plan.objective - most).abs() < 1e-8, "{} is not {most}", plan.objective);
    prop_assert!(plan.proven && plan.bound == plan.objective && plan.engine == engine);
    let found = plans.objective(to_bits(&plan.assigned));
    prop_assert!((found.unwrap() - plan.objective).abs() < 1e-8);
    prop_assert!((plan.value_part - plan.friction_part - plan.objective).abs() < 1e-12);
    // Values of these problems are multiples of 1/4 or differ by far more than the tolerance.
    prop_assert_eq!(Some(to_bits(&plan.assigned)), plans.first(most - 1e-7));
    for (pair, margin) in plan.margins.iter().enumerate() {
        match (plans.best(|other| (other >> pair & 1 == 1) != plan.assigned[pair]), *margin) {
            (None, Margin::Forced) => {}
            (Some(flipped), Margin::Loss(loss)) => {
                prop_assert!((most - flipped - loss).abs() < 1e-7, "pair {}: {} is not {}", pair, loss, most - flipped);
            }
            (expected, margin) => prop_assert!(false, "pair {}: {:?} is not {:?}", pair, margin, expected),
        }
    }
    assert_next_best(&plans, &plan)
}

/// The further plans are the best there are, and all different.
fn assert_next_best(plans: &Plans, plan: &DivisionPlan) -> Result<(), TestCaseError> {
    prop_assert!(plan.alternatives_proven);
    let expected: Vec<f64> = plans.objectives().into_iter().skip(1).take(4).collect();
    let found: Vec<f64> = plan.alternatives.iter().map(|other| other.objective).collect();
    prop_assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        prop_assert!((found - expected).abs() < 1e-7, "{} is not {}", found, expected);
    }
    let mut bits: Vec<u32> = plan.alternatives.iter().map(|other| to_bits(&other.assigned)).collect();
    bits.push(to_bits(&plan.assigned));
    for other in &plan.alternatives {
        let objective = plans.objective(to_bits(&other.assigned));
        prop_assert!((objective.unwrap() - other.objective).abs() < 1e-8);
    }
    bits.sort_unstable();
    bits.dedup();
    prop_assert_eq!(bits.len(), expected.len() + 1);
    Ok(())
}

/// The conflict has no plan, and has one without any single member.
fn assert_is_minimal(problem: &DivisionProblem, conflict: &[Constraint]) -> Result<(), TestCaseError> {
    // Larger ones have too many plans without constraints.
    if problem.values.cells().len() > 15 {
        return Ok(());
    }
    prop_assert!(!can_be_met(problem, conflict), "{:?}", conflict);
    for left_out in conflict {
        let rest: Vec<Constraint> = conflict.iter().copied().filter(|c| c != left_out).collect();
        prop_assert!(can_be_met(problem, &rest), "{:?} without {:?}", conflict, left_out);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn single_homes_equal_brute_force(problem in counted(SMALL.to_vec(), 1, false)) {
        assert_matches_brute_force(&problem)?;
    }

    #[test]
    fn shared_homes_equal_brute_force(problem in counted(SMALL.to_vec(), 3, false)) {
        assert_matches_brute_force(&problem)?;
    }

    #[test]
    fn friction_equals_brute_force(problem in counted(SMALL.to_vec(), 3, true)) {
        assert_matches_brute_force(&problem)?;
    }

    #[test]
    fn balances_equal_brute_force(problem in balanced(SMALL.to_vec(), 2)) {
        assert_matches_brute_force(&problem)?;
    }

    #[test]
    fn all_constraints_equal_brute_force(problem in constrained(SMALL.to_vec(), 3)) {
        assert_matches_brute_force(&problem)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn three_by_eight_equals_brute_force(problem in constrained(vec![(3, 8)], 1)) {
        assert_matches_brute_force(&problem)?;
    }

    #[test]
    fn three_by_eight_with_balances_equals_brute_force(problem in balanced(vec![(3, 8)], 1)) {
        assert_matches_brute_force(&problem)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn three_by_eight_with_friction_equals_brute_force(problem in constrained(vec![(3, 8)], 2)) {
        assert_matches_brute_force(&problem)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn larger_problems_equal_another_solver(values in prop::collection::vec(-2.0..2.0_f64, 60), lambda in 0.1..4.0_f64) {
        let mut problem = DivisionProblem::new(Matrix::try_new(values.clone(), 12).unwrap());
        problem.focuses = vec![Bounds::balanced(&problem.homes, 5); 5];
        let plan = solve(&problem).unwrap();
        prop_assert!((plan.objective - other_solver(&problem).unwrap()).abs() < 1e-6);

        problem.homes = vec![Bounds::between(1, 2); 12];
        problem.focuses = vec![Bounds::between(2, 4); 5];
        let shares = Matrix::from_fn(5, 12, |r, i| (values[r * 12 + i] + 2.0) / 4.0);
        problem.friction = Some(FrictionTerm { lambda, pair_weights: equal_weights(5), shares });
        let plan = solve(&problem).unwrap();
        prop_assert!((plan.objective - other_solver(&problem).unwrap()).abs() < 1e-6);
        margins_equal_solving_again(&problem, &plan)?;
    }
}

/// Flips some pairs by pins and bans and solves again.
fn margins_equal_solving_again(problem: &DivisionProblem, plan: &DivisionPlan) -> Result<(), TestCaseError> {
    let industries = problem.values.n_columns();
    for pair in (0..plan.assigned.len()).step_by(7) {
        let (region, industry) = (pair / industries, pair % industries);
        let mut flipped = problem.clone();
        if plan.is_assigned(region, industry) {
            flipped.bans.push((region, industry));
        } else {
            flipped.pins.push((region, industry));
        }
        match (plan.margin(region, industry), solve(&flipped)) {
            (Some(Margin::Loss(loss)), Ok(other)) => {
                prop_assert!((plan.objective - other.objective - loss).abs() < 1e-8)
            }
            (Some(Margin::Forced), Err(DivisionError::Infeasible { .. })) => {}
            (margin, other) => prop_assert!(false, "{:?} {:?}", margin, other.map(|plan| plan.objective)),
        }
    }
    Ok(())
}

/// Objective of the best plan, by an integer programme.
fn other_solver(problem: &DivisionProblem) -> Result<f64, ResolutionError> {
    let (regions, industries) = (problem.values.n_rows(), problem.values.n_columns());
    let mut variables = ProblemVariables::new();
    let y: Vec<_> = (0..regions * industries).map(|_| variables.add(variable().binary())).collect();
    let mut objective: Expression = y
        .iter()
        .enumerate()
        .map(|(pair, &y)| y * problem.values.cells()[pair] * problem.importance[pair % industries])
        .sum();
    let mut linked = Vec::new();
    if let Some(term) = &problem.friction {
        for (r, s) in (0..regions).flat_map(|r| (r + 1..regions).map(move |s| (r, s))) {
            for i in 0..industries {
                let common = term.shares.get(r, i).min(term.shares.get(s, i));
                let z = variables.add(variable().min(0.0).max(1.0));
                objective -= z * (term.lambda * term.pair_weights.get(r, s) * common);
                linked.push((z, y[r * industries + i], y[s * industries + i]));
            }
        }
    }
    let mut model = variables.maximise(objective.clone()).using(microlp);
    for (z, first, second) in linked {
        model.add_constraint(constraint!(z >= first + second - 1.0));
    }
    let mut bound = |sum: Expression, bounds: &Bounds| {
        model.add_constraint(constraint!(sum.clone() >= bounds.min as f64));
        model.add_constraint(constraint!(sum <= bounds.max as f64));
    };
    for r in 0..regions {
        bound((0..industries).map(|i| y[r * industries + i]).sum(), &problem.focuses[r]);
    }
    for i in 0..industries {
        bound((0..regions).map(|r| y[r * industries + i]).sum(), &problem.homes[i]);
    }
    let solution = model.solve()?;
    Ok(solution.eval(&objective))
}

fn values(cells: &[f64], industries: usize) -> Matrix {
    Matrix::try_new(cells.to_vec(), industries).unwrap()
}

#[test]
fn a_plan_that_can_be_done_by_hand() {
    // Two industries each: 0 and 1 to the first region, 2 and 3 to the second; swapping 1 and 2 would lose 1 + 2 - 1.
    let mut problem = DivisionProblem::new(values(&[3.0, 2.0, 1.0, 0.0, 0.0, 1.0, 2.0, 3.0], 4));
    problem.focuses = vec![Bounds::exactly(2); 2];
    let plan = solve(&problem).unwrap();
    assert_eq!((plan.objective, plan.value_part, plan.friction_part), (10.0, 10.0, 0.0));
    assert_eq!((plan.focuses(0), plan.focuses(1), plan.homes(1)), (vec![0, 1], vec![2, 3], vec![0]));
    // 1 and 2 change places.
    assert_eq!(plan.margin(0, 1), Some(Margin::Loss(2.0)));
    assert_eq!(plan.runner_up(1), Some(RunnerUp { region: 1, loss: 2.0 }));
    assert_eq!(plan.margin(0, 0), Some(Margin::Loss(4.0)));
    assert_eq!(plan.alternatives[0].objective, 8.0);
}

#[test]
fn equally_good_plans_are_settled_by_position() {
    let mut problem = DivisionProblem::new(Matrix::from_fn(3, 6, |_, _| 0.1 + 0.2));
    problem.focuses = vec![Bounds::exactly(2); 3];
    let plan = solve(&problem).unwrap();
    assert_eq!((plan.focuses(0), plan.focuses(1), plan.focuses(2)), (vec![0, 1], vec![2, 3], vec![4, 5]));
    assert!(plan.margins.iter().all(|margin| *margin == Margin::Loss(0.0)));
}

#[test]
fn further_plans_lose_no_more_than_is_asked_for() {
    let mut transport = DivisionProblem::new(values(&[3.0, 2.0, 1.0, 0.0, 0.0, 1.0, 2.0, 3.0], 4));
    transport.focuses = vec![Bounds::exactly(2); 2];
    let mut general = transport.clone();
    general.apart = vec![vec![0, 3]];
    for engine in [Engine::Own, Engine::Microlp, Engine::Highs].into_iter().filter(|engine| engine.is_built()) {
        for problem in [&transport, &general] {
            let within = |distance: f64| {
                let options = PlanOptions { alternatives: 50, distance, engine, ..PlanOptions::default() };
                let plan = solve_with(problem, &options).unwrap();
                assert!(plan.alternatives_proven);
                plan.alternatives.iter().map(|other| plan.objective - other.objective).collect::<Vec<f64>>()
            };
            let all = within(f64::INFINITY);
            for most in [0.0, 1.0, 2.0, 5.0] {
                let expected = all.iter().filter(|loss| **loss <= most).count();
                assert_eq!(within(most).len(), expected, "{engine} within {most} of {all:?}");
            }
            assert!(all.len() >= 3 && all.iter().any(|loss| *loss > 2.0), "{engine}: {all:?}");
        }
    }
}

/// The better of two plans by no more than the tolerance has every pair flipped: flipping any of them loses nothing.
#[test]
fn margins_of_a_settled_tie_are_nought() {
    for engine in [Engine::Own, Engine::Microlp, Engine::Highs].into_iter().filter(|engine| engine.is_built()) {
        let mut problem = DivisionProblem::new(values(&[1.0, 1.0 + 1e-12, 1.0 + 1e-12, 1.0], 2));
        problem.focuses = vec![Bounds::exactly(1); 2];
        let plan = solve_with(&problem, &PlanOptions { engine, ..PlanOptions::default() }).unwrap();
        assert_eq!((plan.focuses(0), plan.objective), (vec![0], 2.0), "{engine}");
        assert_eq!(plan.margins, [Margin::Loss(0.0); 4], "{engine}");
    }
}

#[test]
fn noise_in_the_last_digits_does_not_change_the_plan() {
    let noisy = |seed: usize| Matrix::from_fn(3, 6, |r, i| 1.0 + 1e-15 * ((r * 7 + i * 5 + seed) % 11) as f64);
    for seed in 0..11 {
        let mut problem = DivisionProblem::new(noisy(seed));
        problem.focuses = vec![Bounds::exactly(2); 3];
        let plan = solve(&problem).unwrap();
        assert_eq!((plan.focuses(0), plan.focuses(1), plan.focuses(2)), (vec![0, 1], vec![2, 3], vec![4, 5]));
    }
}

#[test]
fn friction_parts_regions_that_would_share_a_home() {
    let mut problem = DivisionProblem::new(values(&[2.0, 1.0, 2.0, 1.0], 2));
    problem.homes = vec![Bounds::between(1, 2); 2];
    let both = solve(&problem).unwrap();
    assert_eq!((both.objective, both.homes(0), both.homes(1)), (6.0, vec![0, 1], vec![0, 1]));
    let shares = Matrix::from_fn(2, 2, |_, _| 0.5);
    problem.friction = Some(FrictionTerm { lambda: 3.0, pair_weights: equal_weights(2), shares });
    // Sharing costs 1.5: worth it for industry 0, not for industry 1.
    let plan = solve(&problem).unwrap();
    assert_eq!((plan.objective, plan.value_part, plan.friction_part), (3.5, 5.0, 1.5));
    assert_eq!((plan.homes(0), plan.homes(1)), (vec![0, 1], vec![0]));
    assert_eq!(plan.margins, [Margin::Loss(0.5), Margin::Loss(0.0), Margin::Loss(0.5), Margin::Loss(0.0)]);
}

#[test]
fn a_conflict_names_what_cannot_be_met_together() {
    let mut problem = DivisionProblem::new(Matrix::from_fn(3, 4, |_, _| 1.0));
    problem.focuses[1] = Bounds::exactly(1);
    problem.pins = vec![(1, 0), (1, 2), (0, 3)];
    let conflict = vec![
        Constraint::FocusMax { region: 1 },
        Constraint::Pin { region: 1, industry: 0 },
        Constraint::Pin { region: 1, industry: 2 },
    ];
    assert_eq!(solve(&problem), Err(DivisionError::Infeasible { conflict, minimal: true }));
}

#[test]
fn refuses_what_is_no_problem() {
    let square = |n: usize, m: usize| DivisionProblem::new(Matrix::from_fn(n, m, |_, _| 1.0));
    assert_eq!(solve(&square(129, 129)), Err(DivisionError::TooLarge { regions: 129, industries: 129 }));
    let mut problem = square(129, 2);
    assert!(solve(&problem).is_ok());
    problem.apart = vec![vec![0, 1]];
    assert_eq!(solve(&problem), Err(DivisionError::TooLarge { regions: 129, industries: 2 }));
    assert_eq!(solve(&square(0, 0)), Err(DivisionError::Empty));
    let infinite = DivisionProblem::new(values(&[1.0, f64::INFINITY], 2));
    let error = DivisionError::InvalidValue { region: 0, industry: 1, value: f64::INFINITY };
    assert_eq!(solve(&infinite), Err(error));
    let mut problem = square(2, 2);
    problem.pins = vec![(2, 0)];
    assert_eq!(solve(&problem), Err(DivisionError::InvalidPair { region: 2, industry: 0 }));
    let mut problem = square(2, 2);
    problem.homes[1] = Bounds::between(2, 1);
    assert_eq!(solve(&problem), Err(DivisionError::InvalidHomes { industry: 1 }));
    let mut problem = square(2, 2);
    problem.importance[0] = f64::NAN;
    assert!(matches!(solve(&problem), Err(DivisionError::InvalidImportance { industry: 0, .. })));
}

#[test]
fn extreme_values_are_solved_or_refused() {
    for value in [1e-300, 5e-324, 1e289, 1e-100] {
        let mut problem = DivisionProblem::new(values(&[value, 0.0, 0.0, value], 2));
        problem.focuses = vec![Bounds::exactly(1); 2];
        let plan = solve(&problem).unwrap();
        assert_eq!((plan.focuses(0), plan.focuses(1)), (vec![0], vec![1]), "{value}");
        assert_eq!(plan.margin(0, 0), Some(Margin::Loss(2.0 * value)), "{value}");
    }
    assert!(solve(&DivisionProblem::new(values(&[1e300], 1))).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn permuted_regions_and_industries_permute_the_plan(
        cells in prop::collection::vec(-2.0..2.0_f64, 24),
        weights in prop::collection::vec(0.1..2.0_f64, 24),
        row_order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(),
        column_order in Just((0..6_usize).collect::<Vec<usize>>()).prop_shuffle(),
        friction in any::<bool>(),
    ) {
        let at = |r: usize, i: usize| row_order[r] * 6 + column_order[i];
        let build = |at: &dyn Fn(usize, usize) -> usize| {
            let cell = |cells: &[f64]| Matrix::from_fn(4, 6, |r, i| cells[at(r, i)]);
            let mut problem = DivisionProblem::new(cell(&cells));
            problem.homes = vec![Bounds::between(1, 2); 6];
            problem.focuses = vec![Bounds::between(1, 3); 4];
            problem.balances = vec![Balance::even(cell(&weights), 0.8)];
            if friction {
                let shares = cell(&weights).map(|weight| weight / 2.0);
                problem.friction = Some(FrictionTerm { lambda: 1.0, pair_weights: equal_weights(4), shares });
            }
            problem
        };
        let (plain, permuted) = (solve(&build(&|r, i| r * 6 + i)), solve(&build(&at)));
        match (plain, permuted) {
            (Ok(plain), Ok(permuted)) => {
                prop_assert!((plain.objective - permuted.objective).abs() < 1e-9);
                for r in 0..4 {
                    for i in 0..6 {
                        prop_assert_eq!(plain.assigned[at(r, i)], permuted.is_assigned(r, i));
                        let (a, b) = (plain.margins[at(r, i)].loss(), permuted.margin(r, i).unwrap().loss());
                        prop_assert!(a.zip(b).is_none_or(|(a, b)| (a - b).abs() < 1e-8) && a.is_some() == b.is_some());
                    }
                }
            }
            (plain, permuted) => prop_assert_eq!(plain.is_err(), permuted.is_err()),
        }
    }

    #[test]
    fn the_unit_of_a_balance_does_not_matter(
        cells in prop::collection::vec(-2.0..2.0_f64, 15), weights in prop::collection::vec(0.1..2.0_f64, 15),
    ) {
        let of = |unit: f64| {
            let mut problem = DivisionProblem::new(values(&cells, 5));
            problem.balances = vec![Balance::even(values(&weights, 5).map(|weight| unit * weight), 0.5)];
            solve(&problem)
        };
        match (of(1.0), of(1e6)) {
            (Ok(one), Ok(million)) => prop_assert_eq!(one.assigned, million.assigned),
            (one, million) => prop_assert_eq!(one, million),
        }
    }
}

#[test]
fn activity_is_shared_out_evenly() {
    // Without the balance, the first region would have the two large industries.
    let mut problem = DivisionProblem::new(values(&[3.0, 3.0, 1.0, 1.0, 2.0, 1.5, 1.0, 1.0], 4));
    problem.focuses = vec![Bounds::exactly(2); 2];
    assert_eq!(solve(&problem).unwrap().focuses(0), [0, 1]);
    let size = [10.0, 10.0, 2.0, 2.0];
    problem.balances = vec![Balance::even(Matrix::from_fn(2, 4, |_, i| size[i]), 0.0)];
    let plan = solve(&problem).unwrap();
    assert_eq!((plan.focuses(0), plan.focuses(1)), (vec![1, 2], vec![0, 3]));
    assert_eq!(plan.objective, 7.0);
    // Any three regions cannot share four industries of unlike sizes evenly.
    problem.balances[0].floor = vec![0.5, 0.51];
    problem.balances[0].ceiling = vec![1.0; 2];
    let Err(DivisionError::Infeasible { conflict, minimal: true }) = solve(&problem) else { panic!("a plan") };
    let floor = |region| Constraint::BalanceFloor { balance: 0, region };
    assert!(conflict.contains(&floor(0)) && conflict.contains(&floor(1)), "{conflict:?}");
}

#[test]
fn caps_groups_exits_and_centres_are_kept() {
    let mut problem = DivisionProblem::new(values(&[5.0, 4.0, -3.0, 4.0, 3.0, -2.0, 3.0, 3.5, -1.0], 3));
    problem.homes = vec![Bounds::exactly(2), Bounds::between(1, 2), Bounds::exactly(2)];
    problem.caps = vec![Cap { industry: 0, weights: vec![6.0, 3.0, 2.0], most: 8.0 }];
    problem.exits = vec![2];
    let plan = solve(&problem).unwrap();
    // The first two regions have 9 of industry 0; nobody gains from industry 2, which may leave altogether.
    assert_eq!((plan.homes(0), plan.homes(1), plan.homes(2)), (vec![0, 2], vec![0, 2], vec![]));
    problem.apart = vec![vec![0, 1]];
    let apart = solve(&problem).unwrap();
    assert_eq!((apart.homes(0), apart.homes(1)), (vec![0, 2], vec![1]));
    problem.apart.clear();
    problem.together = vec![vec![1, 0]];
    assert_eq!(solve(&problem).unwrap().homes(1), [0, 2]);
    problem.together.clear();
    // Only region 0 may have the function 1, and needs the stage 2 beside it, for which region 2 is no neighbour.
    problem.centre_periphery = Some(CentrePeriphery {
        centres: vec![0],
        complexity: vec![0.1, 0.9, 0.2],
        threshold: 0.9,
        links: vec![(1, 2)],
        neighbours: vec![(0, 1)],
    });
    let central = solve(&problem).unwrap();
    assert_eq!((central.homes(1), central.homes(2)), (vec![0], vec![1, 2]));
    problem.bans = vec![(1, 2)];
    let conflict = vec![
        Constraint::CentreOnly { region: 1, industry: 1 },
        Constraint::CentreOnly { region: 2, industry: 1 },
        Constraint::HomeMin { industry: 1 },
        Constraint::Stage { link: 0, centre: 0 },
        Constraint::Ban { region: 1, industry: 2 },
    ];
    assert_eq!(solve(&problem), Err(DivisionError::Infeasible { conflict, minimal: true }));
}

/// Least amount outside focuses, and then least movement, by a linear programme in two runs.
fn reallocation_by_another_solver(cells: &[f64], industries: usize, assigned: &[bool], tau: f64) -> (f64, f64) {
    let regions = cells.len() / industries;
    let run = |most_outside: Option<f64>| {
        let mut variables = ProblemVariables::new();
        let mut variable_up_to = |most: f64| variables.add(variable().min(0.0).max(most));
        let up: Vec<_> = cells.iter().map(|cell| variable_up_to(tau * cell + 0.5)).collect();
        let down: Vec<_> = cells.iter().map(|cell| variable_up_to((tau * cell + 0.5).min(*cell))).collect();
        let after = |pair: usize| cells[pair] + up[pair] - down[pair];
        let outside: Expression = (0..cells.len()).filter(|&pair| !assigned[pair]).map(after).sum();
        let moved: Expression = up.iter().chain(&down).copied().sum();
        let goal = if most_outside.is_some() { moved } else { outside.clone() };
        let mut model = variables.minimise(goal.clone()).using(microlp);
        let change = |pair: usize| up[pair] - down[pair];
        for region in 0..regions {
            let sum: Expression = (0..industries).map(|industry| change(region * industries + industry)).sum();
            model.add_constraint(constraint!(sum == 0.0));
        }
        for industry in 0..industries {
            let sum: Expression = (0..regions).map(|region| change(region * industries + industry)).sum();
            model.add_constraint(constraint!(sum == 0.0));
        }
        if let Some(most) = most_outside {
            model.add_constraint(constraint!(outside <= most + 1e-7));
        }
        model.solve().unwrap().eval(&goal)
    };
    let outside = run(None);
    (outside, run(Some(outside)) / 2.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn reallocations_equal_another_solver(
        cells in prop::collection::vec(prop_oneof![1 => Just(0.0), 6 => 0.0..50.0_f64], 20),
        assigned in prop::collection::vec(prop::bool::weighted(0.3), 20),
        tau in 0.0..0.6_f64,
    ) {
        let Ok(before) = Amounts::try_new(cells.clone(), 5) else { return Ok(()) };
        let limits = ReallocationLimits { tau, kappa: 0.5 };
        let after = reallocate(&before, &assigned, limits, &Progress::new()).unwrap();
        let (outside, moved) = reallocation_by_another_solver(&cells, 5, &assigned, tau);
        prop_assert!((after.outside_after - outside).abs() < 1e-6, "{} is not {}", after.outside_after, outside);
        prop_assert!((after.moved - moved).abs() < 1e-5, "{} is not {}", after.moved, moved);
        for (old, new) in before.region_totals().iter().zip(after.amounts.region_totals()) {
            prop_assert!((old - new).abs() < 1e-9);
        }
        for (old, new) in before.industry_totals().iter().zip(after.amounts.industry_totals()) {
            prop_assert!((old - new).abs() < 1e-9);
        }
        for (old, change) in cells.iter().zip(after.changes.cells()) {
            prop_assert!(change.abs() <= tau * old + 0.5 && old + change >= -1e-12);
        }
    }

    #[test]
    fn more_weight_on_friction_never_buys_more_of_it(
        cells in prop::collection::vec(-2.0..2.0_f64, 24), common in prop::collection::vec(0.0..1.0_f64, 24),
    ) {
        let mut problem = DivisionProblem::new(values(&cells, 6));
        problem.homes = vec![Bounds::between(1, 3); 6];
        let term = FrictionTerm { lambda: 1.0, pair_weights: equal_weights(4), shares: values(&common, 6) };
        let lambdas = [0.0, 0.5, 2.0, 8.0];
        let progress = Progress::new();
        let points = frontier(&problem, &term, &lambdas, &PlanOptions::plan_only(), &Watch::new(&progress)).unwrap();
        for (point, lambda) in points.iter().zip(lambdas) {
            prop_assert!((point.value - lambda * point.friction - point.plan.objective).abs() < 1e-9);
            let parts = shared_friction(&term, &point.plan.assigned).unwrap();
            prop_assert!((parts.by_industry.iter().sum::<f64>() - point.friction).abs() < 1e-9);
        }
        for pair in points.windows(2) {
            prop_assert!(pair[1].friction <= pair[0].friction + 1e-9 && pair[1].value <= pair[0].value + 1e-9);
        }
    }
}
