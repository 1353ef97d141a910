//! Spatial dependence and mobility among neighbours.

use growthpole_methods::growth::mobility::QuantileScope;
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, SequenceCosts, directional_rose, lisa_markov, sequence_distances, spatial_markov,
};
use growthpole_methods::stats::spatial_regression::{SpatialForm, spatial_diagnostics, spatial_maximum_likelihood};
use growthpole_methods::stats::{SpatialWeights, local_moran, local_moran_permutations, moran, moran_permutations};
use growthpole_methods::{Matrix, Progress};
use proptest::prelude::*;

const PERIODS: usize = 4;

/// Values of regions over periods, each drawn apart, and an order of the regions.
fn panel() -> impl Strategy<Value = (Matrix, Vec<usize>)> {
    (6..14_usize).prop_flat_map(|regions| {
        let cells = prop::collection::vec(0.5..2.0_f64, PERIODS * regions);
        let order = Just((0..regions).collect::<Vec<_>>()).prop_shuffle();
        (cells.prop_map(move |cells| Matrix::try_new(cells, regions).unwrap()), order)
    })
}

/// A ring of regions with some chords, row-standardised.
fn weights(regions: usize) -> SpatialWeights {
    let ring = (0..regions).map(|region| (region, (region + 1) % regions));
    let chords = (0..regions / 3).map(|region| (region, region + regions / 2));
    SpatialWeights::from_pairs(regions, &ring.chain(chords).collect::<Vec<_>>()).unwrap().row_standardized()
}

fn reordered(values: &Matrix, order: &[usize]) -> Matrix {
    Matrix::from_fn(values.n_rows(), order.len(), |period, region| values.get(period, order[region]))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-12
}

proptest! {
    #[test]
    fn moran_knows_neither_unit_nor_order((values, order) in panel(), scale in 1e-3..1e3_f64, shift in -5.0..5.0_f64) {
        let (row, weights) = (values.row(0), weights(order.len()));
        let one = moran(row, &weights).unwrap();
        let moved: Vec<f64> = row.iter().map(|value| scale * (value + shift)).collect();
        let other = moran(&moved, &weights).unwrap();
        prop_assert!(close(one.i, other.i) && close(one.randomization.variance, other.randomization.variance));
        let turned: Vec<f64> = order.iter().map(|&at| row[at]).collect();
        let turned = moran(&turned, &weights.subset(&order)).unwrap();
        prop_assert!(close(one.i, turned.i) && close(one.normality.p_value, turned.normality.p_value));
    }

    #[test]
    fn local_statistics_add_up_and_come_in_their_quadrants((values, order) in panel()) {
        let (row, weights) = (values.row(0), weights(order.len()));
        let local = local_moran(row, &weights).unwrap();
        let n = order.len() as f64;
        let sum: f64 = local.regions.iter().map(|region| region.i).sum();
        prop_assert!(close(sum / (n - 1.0), moran(row, &weights).unwrap().i));
        let expected: f64 = local.regions.iter().map(|region| region.conditional.expected).sum();
        let total: f64 = local.regions.iter().map(|region| region.total.expected).sum();
        prop_assert!(close(expected, total));
        for region in &local.regions {
            let alike = region.quadrant.position() % 2 == 0;
            prop_assert!(region.i == 0.0 || (region.i > 0.0) == alike);
        }
    }

    /// Neighbours of equal weights are looked up among sorted sums, others are compared draw by draw, with the same draws.
    #[test]
    fn draws_count_alike_however_they_are_compared((values, order) in panel(), seed in any::<u64>(), permutations in 1..200_usize) {
        let (row, alike) = (values.row(0), weights(order.len()));
        // As far from equal as rounding is.
        let links: Vec<_> = (0..order.len())
            .flat_map(|from| alike.links(from).enumerate().map(move |(at, (to, weight))| (from, to, weight * (1.0 + 1e-15 * at as f64))))
            .collect();
        let unlike = SpatialWeights::from_links(order.len(), &links).unwrap();
        let counts = |weights: &SpatialWeights, row: &[f64]| {
            local_moran_permutations(row, weights, permutations, seed, 0, &Progress::new()).unwrap()
        };
        let searched = counts(&alike, row);
        prop_assert_eq!(&searched, &counts(&unlike, row));
        prop_assert!(searched.iter().all(|counts| counts.at_least + counts.at_most >= permutations));
        let doubled: Vec<f64> = row.iter().map(|value| 2.0 * value).collect();
        prop_assert_eq!(&searched, &counts(&alike, &doubled));
    }

    #[test]
    fn permutations_know_neither_unit_nor_threads((values, order) in panel(), seed in any::<u64>(), permutations in 1..60_usize) {
        let (row, weights) = (values.row(0), weights(order.len()));
        let test = |row: &[f64]| moran_permutations(row, &weights, permutations, seed, &Progress::new()).unwrap();
        let scaled: Vec<f64> = row.iter().map(|value| 8.0 * value).collect();
        let (one, other) = (test(row), test(&scaled));
        prop_assert_eq!((one.at_least, one.at_most), (other.at_least, other.at_most));
        prop_assert!(close(one.mean, other.mean));
        // Each permutation of a longer test is that of the shorter one.
        let longer = moran_permutations(row, &weights, permutations + 9, seed, &Progress::new()).unwrap();
        prop_assert!(longer.at_least >= one.at_least && longer.at_least <= one.at_least + 9);
    }

    #[test]
    fn diagnostics_know_neither_units_nor_the_basis_of_regressors((values, order) in panel(), scale in 1e-2..1e2_f64) {
        let (n, weights) = (order.len(), weights(order.len()));
        let design = Matrix::from_fn(n, 2, |region, column| [1.0, values.get(1, region)][column]);
        // The same space of regressors in other units and with another constant, and the response less a part of it.
        let other = Matrix::from_fn(n, 2, |region, column| [2.0, scale * values.get(1, region) - 3.0][column]);
        let response: Vec<f64> =
            (0..n).map(|region| scale * (values.get(0, region) + 4.0)).collect();
        let one = spatial_diagnostics(values.row(0), &design, &weights).unwrap();
        let two = spatial_diagnostics(&response, &other, &weights).unwrap();
        prop_assert!(close(one.moran.z, two.moran.z));
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (1.0 + a.abs());
        prop_assert!(near(one.lm_lag.statistic, two.lm_lag.statistic));
        prop_assert!(near(one.lm_error.statistic, two.lm_error.statistic));
        // Both ways to the joint test lead to the same place (Anselin and others 1996).
        let joint = one.lm_joint.unwrap().statistic;
        let other_way = one.lm_lag.statistic + one.robust_lm_error.unwrap().statistic;
        prop_assert!(near(joint, other_way), "{} {}", joint, other_way);
    }

    #[test]
    fn the_maximum_is_above_least_squares_and_its_neighbours((values, order) in panel()) {
        let (n, weights) = (order.len(), weights(order.len()));
        let design = Matrix::from_fn(n, 2, |region, column| [1.0, values.get(1, region)][column]);
        for form in [SpatialForm::Lag, SpatialForm::Error] {
            let fit = spatial_maximum_likelihood(values.row(0), &design, &weights, form, &Progress::new()).unwrap();
            prop_assert!(fit.dependence.value < 1.0 && fit.likelihood_ratio.statistic >= 0.0);
            let turned_design = Matrix::from_fn(n, 2, |region, column| design.get(order[region], column));
            let turned_values: Vec<f64> = order.iter().map(|&at| values.get(0, at)).collect();
            let turned = spatial_maximum_likelihood(
                &turned_values, &turned_design, &weights.subset(&order), form, &Progress::new(),
            ).unwrap();
            prop_assert!((fit.dependence.value - turned.dependence.value).abs() < 1e-6);
            prop_assert!((fit.log_likelihood - turned.log_likelihood).abs() < 1e-8);
        }
    }

    #[test]
    fn every_step_of_every_region_is_counted_once((values, order) in panel(), own in 2..4_usize, lag in 2..5_usize) {
        let weights = weights(order.len());
        let rule = |classes| ClassRule::Quantiles { classes, scope: QuantileScope::Pooled };
        let one = spatial_markov(&values, &weights, &rule(own), &rule(lag).into(), &Progress::new()).unwrap();
        prop_assert_eq!(one.all.total() as usize, (PERIODS - 1) * order.len());
        let q: f64 = one.against_all.iter().flatten().map(|test| test.statistic).sum();
        prop_assert!(close(q, one.homogeneity.q.statistic));
        let turned =
            spatial_markov(&reordered(&values, &order), &weights.subset(&order), &rule(own), &rule(lag).into(), &Progress::new()).unwrap();
        prop_assert_eq!(one.all, turned.all);

        let (lisa, moved) = (
            lisa_markov(&values, &weights, &Progress::new()).unwrap(),
            lisa_markov(&reordered(&values, &order), &weights.subset(&order), &Progress::new()).unwrap(),
        );
        prop_assert_eq!(lisa.transitions.total() as usize, (PERIODS - 1) * order.len());
        prop_assert_eq!(lisa.transitions, moved.transitions);
        prop_assert!(close(lisa.independence.statistic, moved.independence.statistic));
        prop_assert!(close(lisa.expected.cells().iter().sum(), ((PERIODS - 1) * order.len()) as f64));
    }

    #[test]
    fn roses_turn_by_half_a_circle_when_time_does((values, order) in panel(), sectors in 1..8_usize) {
        let (weights, sectors) = (weights(order.len()), 2 * sectors);
        let there = directional_rose(values.row(0), values.row(1), &weights, sectors).unwrap();
        let back = directional_rose(values.row(1), values.row(0), &weights, sectors).unwrap();
        prop_assert_eq!(there.counts.iter().sum::<usize>(), order.len());
        let mut turned = back.counts.clone();
        turned.rotate_left(sectors / 2);
        prop_assert_eq!(&there.counts, &turned);
        for step in &there.moves {
            // Counted from the right, anticlockwise; at the very edge rounding decides.
            let part = step.angle().unwrap().rem_euclid(std::f64::consts::TAU) / std::f64::consts::TAU * sectors as f64;
            let sector = step.sector.unwrap() as f64;
            prop_assert!(part >= sector - 1e-9 && part <= sector + 1.0 + 1e-9, "{part} is not in {sector}");
        }
    }

    #[test]
    fn distances_are_a_metric_that_hamming_bounds(
        sequences in prop::collection::vec(prop::collection::vec(0..4_u16, 5), 2..7),
    ) {
        let distances = |costs| sequence_distances(&sequences, 4, &costs, &Progress::new()).unwrap();
        let hamming = distances(SequenceCosts::Hamming);
        for costs in [SequenceCosts::Interval, SequenceCosts::Arbitrary, SequenceCosts::Markov, SequenceCosts::Transitions] {
            let own = distances(costs.clone());
            for a in 0..sequences.len() {
                prop_assert_eq!(own.get(a, a), 0.0);
                for b in 0..sequences.len() {
                    prop_assert_eq!(own.get(a, b), own.get(b, a));
                    if matches!(costs, SequenceCosts::Arbitrary | SequenceCosts::Markov) {
                        prop_assert!(own.get(a, b) <= hamming.get(a, b) + 1e-12);
                    }
                    // Shares of transitions need not keep the triangle.
                    if matches!(costs, SequenceCosts::Arbitrary | SequenceCosts::Interval | SequenceCosts::Transitions) {
                        for c in 0..sequences.len() {
                            prop_assert!(own.get(a, c) <= own.get(a, b) + own.get(b, c) + 1e-12);
                        }
                    }
                }
            }
        }
    }
}
