//! Small problems with any constraints.

use growthpole_methods::Matrix;
use growthpole_methods::division::DivisionProblem;
use growthpole_methods::division::plan::{Balance, Bounds, Cap, CentrePeriphery, FrictionTerm};
use proptest::prelude::*;

pub(crate) fn bounds(limit: usize) -> impl Strategy<Value = Bounds> {
    (0..=limit, 0..=limit).prop_map(|(a, b)| Bounds::between(a.min(b), a.max(b)))
}

/// Values that are often equal, and now and then undefined.
fn values(pairs: usize) -> impl Strategy<Value = Vec<f64>> {
    let coarse = (-8..8_i32).prop_map(|x| f64::from(x) / 4.0);
    prop::collection::vec(prop_oneof![8 => coarse, 8 => -2.0..2.0_f64, 1 => Just(f64::NAN)], pairs)
}

fn friction(regions: usize, industries: usize) -> impl Strategy<Value = FrictionTerm> {
    let shares = prop::collection::vec(0.0..1.0_f64, regions * industries);
    (0.0..4.0_f64, shares, prop::collection::vec(0.0..2.0_f64, regions * regions)).prop_map(
        move |(lambda, shares, weights)| {
            let weight = |a: usize, b: usize| if a == b { 0.0 } else { weights[a.min(b) * regions + a.max(b)] };
            FrictionTerm {
                lambda,
                pair_weights: Matrix::from_fn(regions, regions, weight),
                shares: Matrix::try_new(shares, industries).unwrap(),
            }
        },
    )
}

/// Numbers, pins, bans and presence, with or without friction.
pub(crate) fn counted(
    shapes: Vec<(usize, usize)>,
    max_home: usize,
    with_friction: bool,
) -> impl Strategy<Value = DivisionProblem> {
    prop::sample::select(shapes).prop_flat_map(move |(regions, industries)| {
        let pairs = prop::collection::vec((0..regions, 0..industries), 0..2);
        (
            values(regions * industries),
            prop::collection::vec(bounds(max_home), industries),
            prop::collection::vec(bounds(industries), regions),
            prop::collection::vec(prop_oneof![3 => Just(1.0), 1 => 0.0..3.0_f64], industries),
            [pairs.clone(), pairs.clone(), pairs],
            friction(regions, industries),
            any::<bool>(),
        )
            .prop_map(move |(values, homes, focuses, importance, [pins, bans, below], term, loose)| {
                let mut problem = DivisionProblem::new(Matrix::try_new(values, industries).unwrap());
                (problem.importance, problem.pins, problem.bans) = (importance, pins, bans);
                problem.below_presence = below;
                if loose {
                    problem.homes = vec![Bounds::between(1, max_home); industries];
                    problem.focuses = vec![Bounds::balanced(&problem.homes, regions); regions];
                } else {
                    (problem.homes, problem.focuses) = (homes, focuses);
                }
                problem.friction = with_friction.then_some(term);
                problem
            })
    })
}

/// All kinds of constraints, each now and then.
pub(crate) fn constrained(shapes: Vec<(usize, usize)>, max_home: usize) -> impl Strategy<Value = DivisionProblem> {
    counted(shapes, max_home, true).prop_flat_map(|problem| {
        let (regions, industries) = (problem.values.n_rows(), problem.values.n_columns());
        let group = prop::collection::vec(0..industries, 1..4);
        let weights = prop_oneof![Just(1.0), 0.0..3.0_f64];
        let balance = (prop::collection::vec(weights.clone(), regions * industries), 0.0..1.2_f64);
        let cap = (0..industries, prop::collection::vec(weights, regions), 0.0..4.0_f64);
        let centres = (
            prop::collection::vec(0..regions, 0..2),
            prop::collection::vec(0.0..1.0_f64, industries),
            prop::collection::vec((0..industries, 0..industries), 0..3),
            prop::collection::vec((0..regions, 0..regions), 0..5),
        );
        (
            Just(problem),
            prop::collection::vec(0..industries, 0..3),
            prop::option::weighted(0.4, balance),
            prop::collection::vec(cap, 0..2),
            prop::option::weighted(0.3, group.clone()),
            prop::option::weighted(0.3, group),
            prop::option::weighted(0.3, centres),
            any::<bool>(),
        )
            .prop_map(move |(mut problem, exits, balance, caps, together, mut apart, centres, smooth)| {
                problem.exits = exits;
                if smooth {
                    problem.friction = None;
                }
                problem.balances = Vec::from_iter(balance.map(|(weights, tolerance)| {
                    Balance::even(Matrix::try_new(weights, industries).unwrap(), tolerance)
                }));
                problem.caps =
                    caps.into_iter().map(|(industry, weights, most)| Cap { industry, weights, most }).collect();
                problem.together = Vec::from_iter(together);
                apart.iter_mut().for_each(|group| {
                    group.sort_unstable();
                    group.dedup();
                });
                problem.apart = Vec::from_iter(apart);
                problem.centre_periphery = centres.map(|(centres, complexity, links, neighbours)| CentrePeriphery {
                    centres,
                    complexity,
                    threshold: 0.7,
                    links,
                    neighbours,
                });
                problem
            })
    })
}

/// Shares of one balance or two, and now and then industries apart or stages beside centres.
pub(crate) fn balanced(shapes: Vec<(usize, usize)>, max_home: usize) -> impl Strategy<Value = DivisionProblem> {
    counted(shapes, max_home, false).prop_flat_map(|problem| {
        let (regions, industries) = (problem.values.n_rows(), problem.values.n_columns());
        let weight = prop_oneof![1 => Just(0.0), 3 => Just(1.0), 4 => 0.0..3.0_f64];
        let weights = prop::collection::vec(weight, regions * industries);
        let balance = (weights, 0.0..1.2_f64, prop::collection::vec(0.5..1.5_f64, regions));
        (
            Just(problem),
            prop::collection::vec(balance, 1..3),
            prop::option::weighted(0.2, prop::collection::btree_set(0..industries, 1..3)),
            prop::option::weighted(0.2, (0..regions, 0..industries, 0..industries)),
        )
            .prop_map(move |(mut problem, balances, apart, stage)| {
                let balance = |(weights, tolerance, sizes): (Vec<f64>, f64, Vec<f64>)| {
                    let mut balance = Balance::even(Matrix::try_new(weights, industries).unwrap(), tolerance);
                    for ((floor, ceiling), size) in balance.floor.iter_mut().zip(&mut balance.ceiling).zip(sizes) {
                        *floor = (*floor * size).min(1.0);
                        *ceiling = (*ceiling * size).clamp(*floor, 1.0);
                    }
                    balance
                };
                problem.balances = balances.into_iter().map(balance).collect();
                problem.apart = apart.into_iter().map(Vec::from_iter).collect();
                problem.centre_periphery = stage.map(|(centre, function, stage)| CentrePeriphery {
                    centres: vec![centre],
                    complexity: vec![0.0; industries],
                    threshold: 1.0,
                    links: vec![(function, stage)],
                    neighbours: (0..regions).map(|region| (centre, region)).collect(),
                });
                problem
            })
    })
}
