//! The division plan: examples that can be done by hand here; brute force, laws, engines and limits in the modules.

#[path = "plan/brute_force.rs"]
mod brute_force;
#[path = "plan/engines.rs"]
mod engines;
#[path = "plan/laws.rs"]
mod laws;
#[path = "plan/limits.rs"]
mod limits;
#[path = "plan/oracle.rs"]
mod oracle;
#[path = "plan/problems.rs"]
mod problems;
#[path = "plan/provinces.rs"]
mod provinces;
#[path = "plan/reallocation.rs"]
mod reallocation;

use growthpole_methods::division::plan::{
    Balance, Bounds, Cap, CentrePeriphery, Constraint, DivisionError, Engine, FrictionTerm, Margin, PlanOptions,
    RunnerUp, Watch,
};
use growthpole_methods::division::{self, DivisionPlan, DivisionProblem, equal_weights};
use growthpole_methods::{Matrix, Progress};
use proptest::prelude::*;

fn solve(problem: &DivisionProblem) -> Result<DivisionPlan, DivisionError> {
    solve_with(problem, &PlanOptions::default())
}

fn solve_with(problem: &DivisionProblem, options: &PlanOptions) -> Result<DivisionPlan, DivisionError> {
    division::solve(problem, options, &Watch::new(&Progress::new()))
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
