//! Objectives, plans, further plans, margins and conflicts against every plan there is, and against another solver on larger problems.

use good_lp::{Expression, ProblemVariables, ResolutionError, Solution, SolverModel, constraint, microlp, variable};

use super::oracle::{Plans, can_be_met, to_bits};
use super::problems::{balanced, constrained, counted};
use super::*;

pub(crate) const SMALL: [(usize, usize); 8] = [(1, 3), (2, 2), (2, 4), (2, 6), (3, 3), (3, 4), (4, 3), (5, 2)];

fn assert_matches_brute_force(problem: &DivisionProblem) -> Result<(), TestCaseError> {
    assert_engine_matches_brute_force(problem, Engine::Own)
}

pub(crate) fn assert_engine_matches_brute_force(
    problem: &DivisionProblem,
    engine: Engine,
) -> Result<(), TestCaseError> {
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
