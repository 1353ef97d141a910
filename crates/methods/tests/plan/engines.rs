//! Every engine against brute force, and against the engine of the crate.

use super::brute_force::{SMALL, assert_engine_matches_brute_force};
use super::problems::{constrained, counted};
use super::*;

/// Solvers of integer programmes that are there.
fn solvers() -> impl Iterator<Item = Engine> {
    [Engine::Microlp, Engine::Highs].into_iter().filter(|engine| engine.is_built())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn integer_programmes_equal_brute_force(problem in constrained(SMALL.to_vec(), 3)) {
        for engine in solvers() {
            assert_engine_matches_brute_force(&problem, engine)?;
        }
    }

    #[test]
    fn integer_programmes_of_transportation_equal_brute_force(problem in counted(SMALL.to_vec(), 1, false)) {
        for engine in solvers() {
            assert_engine_matches_brute_force(&problem, engine)?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn engines_agree_on_balanced_plans(
        cells in prop::collection::vec(-2.0..2.0_f64, 50), weights in prop::collection::vec(0.1..2.0_f64, 50),
    ) {
        let mut problem = DivisionProblem::new(values(&cells, 10));
        problem.homes = vec![Bounds::between(1, 2); 10];
        problem.focuses = vec![Bounds::balanced(&problem.homes, 5); 5];
        problem.balances = vec![Balance::even(values(&weights, 10), 0.4)];
        let by = |engine| solve_with(&problem, &PlanOptions { engine, ..PlanOptions::plan_only() });
        let own = by(Engine::Own);
        for engine in solvers() {
            match (&own, by(engine)) {
                (Ok(own), Ok(other)) => {
                    prop_assert!((own.objective - other.objective).abs() < 1e-7, "{engine}");
                    prop_assert_eq!(&own.assigned, &other.assigned, "{}", engine);
                }
                (own, other) => prop_assert_eq!(own.is_err(), other.is_err(), "{}", engine),
            }
        }
    }
}

#[test]
fn an_engine_that_was_not_built_says_which_feature_adds_it() {
    let problem = DivisionProblem::new(values(&[1.0, 2.0], 2));
    let solved = solve_with(&problem, &PlanOptions { engine: Engine::Highs, ..PlanOptions::default() });
    match cfg!(feature = "highs") {
        true => assert_eq!(solved.unwrap().engine, Engine::Highs),
        false => {
            assert_eq!(solved, Err(DivisionError::NotBuilt { engine: Engine::Highs, feature: "highs" }));
            let message = solved.unwrap_err().to_string();
            assert!(message.contains("HIGHS") && message.contains("feature `highs`"), "{message}");
        }
    }
}

#[test]
fn auto_is_the_engine_of_the_crate_in_every_build() {
    let mut problem = DivisionProblem::new(values(&[1.0, 2.0, 3.0, 5.0], 2));
    assert_eq!(solve(&problem).unwrap().engine, Engine::Own);
    problem.balances = vec![Balance::even(values(&[1.0; 4], 2), 0.5)];
    assert_eq!(solve(&problem).unwrap().engine, Engine::Own);
}

#[test]
fn a_programme_that_is_too_large_is_refused_by_name() {
    let mut problem = DivisionProblem::new(Matrix::from_fn(100, 100, |r, i| (r * i % 7) as f64));
    problem.homes = vec![Bounds::between(1, 2); 100];
    let shares = Matrix::from_fn(100, 100, |_, _| 0.01);
    problem.friction = Some(FrictionTerm { lambda: 1.0, pair_weights: equal_weights(100), shares });
    let solved = solve_with(&problem, &PlanOptions { engine: Engine::Microlp, ..PlanOptions::plan_only() });
    let expected = DivisionError::ProgrammeTooLarge { engine: Engine::Microlp, variables: 10_000 + 100 * 4950 };
    assert_eq!(solved, Err(expected));
}
