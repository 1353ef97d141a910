//! Reallocations towards a plan: feasible, and as little outside focuses and as little moved as another solver finds.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, constraint, microlp, variable};
use growthpole_methods::Amounts;
use growthpole_methods::division::plan::{ReallocationLimits, reallocate};

use super::*;

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
}
