//! Laws of plans of any size: order, units, and what more weight on friction does.

use growthpole_methods::division::plan::{frontier, shared_friction};

use super::*;

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
