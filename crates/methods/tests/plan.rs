//! The division plan against brute force on small problems, and against another solver on larger ones.

use good_lp::{Expression, ProblemVariables, ResolutionError, Solution, SolverModel, constraint, microlp, variable};
use growthpole_methods::Matrix;
use growthpole_methods::division::plan::{Bounds, Constraint, DivisionError, FrictionTerm, Margin};
use growthpole_methods::division::{DivisionPlan, DivisionProblem, equal_weights, solve};
use proptest::prelude::*;

/// Objective of a plan, or nothing where it breaks a constraint.
fn objective(problem: &DivisionProblem, assigned: &[bool]) -> Option<f64> {
    let (regions, industries) = (problem.values.n_rows(), problem.values.n_columns());
    let has = |region: usize, industry: usize| assigned[region * industries + industry];
    let within = |bounds: &Bounds, n: usize| (bounds.min..=bounds.max).contains(&n);
    let focuses = |r: usize| (0..industries).filter(|&i| has(r, i)).count();
    let homes = |i: usize| (0..regions).filter(|&r| has(r, i)).count();
    let keeps = (0..regions).all(|r| within(&problem.focuses[r], focuses(r)))
        && (0..industries).all(|i| within(&problem.homes[i], homes(i)))
        && problem.pins.iter().all(|&(r, i)| has(r, i))
        && problem.bans.iter().chain(&problem.below_presence).all(|&(r, i)| !has(r, i));
    let mut sum = 0.0;
    for r in 0..regions {
        for i in (0..industries).filter(|&i| has(r, i)) {
            sum += problem.values.get(r, i) * problem.importance[i];
            if let Some(term) = &problem.friction {
                for s in (0..r).filter(|&s| has(s, i)) {
                    let common = term.shares.get(r, i).min(term.shares.get(s, i));
                    sum -= term.lambda * term.pair_weights.get(s, r) * common;
                }
            }
        }
    }
    // An undefined value makes the sum undefined.
    (keeps && !sum.is_nan()).then_some(sum)
}

/// All plans that meet the constraints, with their objectives.
fn all_plans(problem: &DivisionProblem) -> Vec<(f64, Vec<bool>)> {
    let pairs = problem.values.cells().len();
    let plan = |bits: u32| (0..pairs).map(|pair| bits >> pair & 1 == 1).collect::<Vec<bool>>();
    (0..1_u32 << pairs).filter_map(|bits| objective(problem, &plan(bits)).map(|sum| (sum, plan(bits)))).collect()
}

/// The best of some plans.
fn best(plans: &[(f64, Vec<bool>)], wanted: impl Fn(&[bool]) -> bool) -> Option<f64> {
    plans.iter().filter(|(_, plan)| wanted(plan)).map(|(sum, _)| *sum).reduce(f64::max)
}

fn assert_matches_brute_force(problem: &DivisionProblem) -> Result<(), TestCaseError> {
    let plans = all_plans(problem);
    let Some(most) = best(&plans, |_| true) else {
        let Err(DivisionError::Infeasible { conflict }) = solve(problem) else {
            return Err(TestCaseError::fail("a plan where there is none"));
        };
        return assert_is_minimal(problem, &conflict);
    };
    let plan = solve(problem).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!((plan.objective - most).abs() < 1e-8, "{} is not {most}", plan.objective);
    prop_assert!((objective(problem, &plan.assigned).unwrap() - plan.objective).abs() < 1e-8);
    prop_assert!((plan.value_part - plan.friction_part - plan.objective).abs() < 1e-12);
    // Values of these problems are multiples of 1/4 or differ by far more than the tolerance.
    let first = plans.iter().filter(|(sum, _)| *sum > most - 1e-7).map(|(_, plan)| plan).max().unwrap();
    prop_assert_eq!(&plan.assigned, first);
    for (pair, margin) in plan.margins.iter().enumerate() {
        match (best(&plans, |other| other[pair] != plan.assigned[pair]), *margin) {
            (None, Margin::Forced) => {}
            (Some(flipped), Margin::Loss(loss)) => prop_assert!((most - flipped - loss).abs() < 1e-7),
            (expected, margin) => prop_assert!(false, "pair {}: {:?} is not {:?}", pair, margin, expected),
        }
    }
    let second = best(&plans, |other| other != plan.assigned.as_slice());
    let alternative = plan.alternatives.first().map(|other| other.objective);
    prop_assert_eq!(alternative.is_some(), second.is_some());
    if let (Some(alternative), Some(second)) = (alternative, second) {
        prop_assert!((alternative - second).abs() < 1e-7);
    }
    Ok(())
}

/// The conflict has no plan, and has one without any single member.
fn assert_is_minimal(problem: &DivisionProblem, conflict: &[Constraint]) -> Result<(), TestCaseError> {
    prop_assert!(all_plans(&only(problem, conflict)).is_empty(), "{:?}", conflict);
    for left_out in conflict {
        let rest: Vec<Constraint> = conflict.iter().copied().filter(|c| c != left_out).collect();
        prop_assert!(!all_plans(&only(problem, &rest)).is_empty(), "{:?} without {:?}", conflict, left_out);
    }
    Ok(())
}

/// The problem with these constraints and no others.
fn only(problem: &DivisionProblem, constraints: &[Constraint]) -> DivisionProblem {
    let (regions, industries) = (problem.values.n_rows(), problem.values.n_columns());
    let undefined = |r, i| constraints.contains(&Constraint::UndefinedValue { region: r, industry: i });
    let mut bare =
        DivisionProblem::new(Matrix::from_fn(regions, industries, |r, i| if undefined(r, i) { f64::NAN } else { 0.0 }));
    bare.homes = vec![Bounds::between(0, regions); industries];
    for constraint in constraints {
        match *constraint {
            Constraint::UndefinedValue { .. } => {}
            Constraint::MinimumPresence { region, industry } => bare.below_presence.push((region, industry)),
            Constraint::FocusMin { region } => bare.focuses[region].min = problem.focuses[region].min,
            Constraint::FocusMax { region } => bare.focuses[region].max = problem.focuses[region].max,
            Constraint::HomeMin { industry } => bare.homes[industry].min = problem.homes[industry].min,
            Constraint::HomeMax { industry } => bare.homes[industry].max = problem.homes[industry].max,
            Constraint::Ban { region, industry } => bare.bans.push((region, industry)),
            Constraint::Pin { region, industry } => bare.pins.push((region, industry)),
        }
    }
    bare
}

fn bounds(limit: usize) -> impl Strategy<Value = Bounds> {
    (0..=limit, 0..=limit).prop_map(|(a, b)| Bounds::between(a.min(b), a.max(b)))
}

/// Problems of up to 12 pairs with values that are often equal, and any constraints.
fn problems(max_home: usize, friction: bool) -> impl Strategy<Value = DivisionProblem> {
    let shape = prop::sample::select(vec![(1, 3), (2, 2), (2, 4), (2, 6), (3, 3), (3, 4), (4, 3), (5, 2)]);
    shape.prop_flat_map(move |(regions, industries)| {
        let pairs = regions * industries;
        let coarse = (-8..8_i32).prop_map(|x| f64::from(x) / 4.0);
        let value = prop_oneof![8 => coarse, 8 => -2.0..2.0_f64, 1 => Just(f64::NAN)];
        let pair = (0..regions, 0..industries);
        (
            prop::collection::vec(value, pairs),
            prop::collection::vec(bounds(max_home), industries),
            prop::collection::vec(bounds(industries), regions),
            prop::collection::vec(prop_oneof![3 => Just(1.0), 1 => 0.0..3.0_f64], industries),
            (
                prop::collection::vec(pair.clone(), 0..2),
                prop::collection::vec(pair.clone(), 0..2),
                prop::collection::vec(pair, 0..2),
            ),
            (
                0.0..4.0_f64,
                prop::collection::vec(0.0..1.0_f64, pairs),
                prop::collection::vec(0.0..2.0_f64, regions * regions),
            ),
            any::<bool>(),
        )
            .prop_map(
                move |(values, homes, focuses, importance, (pins, bans, below_presence), term, loose)| {
                    let (lambda, shares, weights) = term;
                    let mut problem = DivisionProblem::new(Matrix::try_new(values, industries).unwrap());
                    (problem.importance, problem.pins, problem.bans) = (importance, pins, bans);
                    problem.below_presence = below_presence;
                    if loose {
                        problem.homes = vec![Bounds::between(1, max_home); industries];
                        problem.focuses = vec![Bounds::balanced(&problem.homes, regions); regions];
                    } else {
                        (problem.homes, problem.focuses) = (homes, focuses);
                    }
                    if friction {
                        let weight = |a: usize, b: usize| weights[a.min(b) * regions + a.max(b)];
                        problem.friction =
                            Some(FrictionTerm {
                                lambda,
                                pair_weights: Matrix::from_fn(regions, regions, |a, b| {
                                    if a == b { 0.0 } else { weight(a, b) }
                                }),
                                shares: Matrix::try_new(shares, industries).unwrap(),
                            });
                    }
                    problem
                },
            )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn single_homes_equal_brute_force(problem in problems(1, false)) {
        assert_matches_brute_force(&problem)?;
    }

    #[test]
    fn shared_homes_equal_brute_force(problem in problems(3, false)) {
        assert_matches_brute_force(&problem)?;
    }

    #[test]
    fn friction_equals_brute_force(problem in problems(3, true)) {
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
            (Margin::Loss(loss), Ok(other)) => prop_assert!((plan.objective - other.objective - loss).abs() < 1e-8),
            (Margin::Forced, Err(DivisionError::Infeasible { .. })) => {}
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
    assert_eq!(plan.margin(0, 1), Margin::Loss(2.0));
    assert_eq!(plan.margin(0, 0), Margin::Loss(4.0));
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
    assert_eq!(solve(&problem), Err(DivisionError::Infeasible { conflict }));
}

#[test]
fn refuses_what_is_no_problem() {
    let square = |n: usize, m: usize| DivisionProblem::new(Matrix::from_fn(n, m, |_, _| 1.0));
    assert_eq!(solve(&square(13, 2)), Err(DivisionError::TooLarge { regions: 13, industries: 2 }));
    assert_eq!(solve(&square(2, 61)), Err(DivisionError::TooLarge { regions: 2, industries: 61 }));
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
        assert_eq!(plan.margin(0, 0), Margin::Loss(2.0 * value), "{value}");
    }
    assert!(solve(&DivisionProblem::new(values(&[1e300], 1))).is_err());
}

#[test]
fn stops_at_the_limit_of_work() {
    let mut problem = DivisionProblem::new(Matrix::from_fn(4, 8, |r, i| ((r * 3 + i * 5) % 7) as f64));
    problem.homes = vec![Bounds::between(1, 3); 8];
    problem.focuses = vec![Bounds::exactly(4); 4];
    let shares = Matrix::from_fn(4, 8, |_, _| 0.5);
    problem.friction = Some(FrictionTerm { lambda: 2.0, pair_weights: equal_weights(4), shares });
    assert!(solve(&problem).is_ok());
    problem.work_limit = 10;
    assert_eq!(solve(&problem), Err(DivisionError::WorkLimit { limit: 10 }));
}
