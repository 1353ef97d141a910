//! Uncertainty of ranks, agreement of rankings, and weighted percentiles.

use growthpole_methods::growth::{
    GrowthMeasure, acceleration_from_levels, acceleration_from_rates, from_rates, ratio_rate, volatility,
};
use growthpole_methods::stats::{
    BlockBootstrap, DifferenceErrors, Draws, RankDistribution, RankMethod, RankOrder, RankSet, bootstrap_means,
    kendall_w, mean_ranks, normal_draws, percentile, rank, rank_confidence_sets, rank_draws, simultaneous_rank_sets,
    weighted_mean, weighted_percentile,
};
use growthpole_methods::{Matrix, Progress};
use proptest::prelude::*;

const METHODS: [RankMethod; 5] =
    [RankMethod::Competition, RankMethod::Dense, RankMethod::Ordinal, RankMethod::Average, RankMethod::Worst];

/// Draws of whole numbers, of which many are equal.
fn draws() -> impl Strategy<Value = (Vec<f64>, usize)> {
    (1..8_usize, 1..40_usize).prop_flat_map(|(regions, draws)| {
        (prop::collection::vec((-3..4).prop_map(f64::from), regions * draws), Just(regions))
    })
}

/// Yearly rates of some regions.
fn series() -> impl Strategy<Value = Matrix> {
    (2..7_usize, 3..12_usize).prop_flat_map(|(regions, periods)| {
        let rate = (-200..400).prop_map(|rate| f64::from(rate) / 1000.0);
        prop::collection::vec(rate, regions * periods).prop_map(move |cells| Matrix::try_new(cells, periods).unwrap())
    })
}

fn of(cells: Vec<f64>, width: usize) -> Draws {
    Draws::try_new(Matrix::try_new(cells, width).unwrap(), false).unwrap()
}

fn distributions(draws: &Draws, method: RankMethod, order: RankOrder) -> Vec<RankDistribution> {
    let progress = Progress::new();
    rank_draws(draws, method, order, &progress).unwrap().distributions(0.9, &progress).unwrap()
}

/// The rows of a matrix, the last first.
fn turned(matrix: &Matrix) -> Matrix {
    Matrix::from_fn(matrix.n_rows(), matrix.n_columns(), |row, column| matrix.get(matrix.n_rows() - 1 - row, column))
}

fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Everything that rests on the bootstrap of a series.
fn bootstrapped(series: &Matrix) -> (Vec<RankDistribution>, Vec<RankSet>) {
    let how = BlockBootstrap { draws: 99, block_length: 2, seed: 9 };
    let progress = Progress::new();
    let draws = bootstrap_means(series, Some(series.row(0)), how, &progress).unwrap();
    let means: Vec<f64> = series.rows().map(|row| row.iter().sum::<f64>() / row.len() as f64).collect();
    let sets =
        rank_confidence_sets(&means, &draws, DifferenceErrors::FromDraws, 0.9, RankOrder::HighestFirst, &progress);
    (distributions(&draws, RankMethod::Competition, RankOrder::HighestFirst), sets.unwrap())
}

proptest! {
    #[test]
    fn ranks_of_a_draw_are_those_of_its_figures((cells, regions) in draws()) {
        let draws = of(cells, regions);
        for (method, order) in METHODS.into_iter().zip([RankOrder::HighestFirst, RankOrder::LowestFirst].into_iter().cycle()) {
            let ranks = rank_draws(&draws, method, order, &Progress::new()).unwrap();
            let each: Vec<Vec<f64>> = (0..draws.n_draws())
                .map(|draw| {
                    let figures: Vec<_> = draws.regions(draw).iter().copied().map(Some).collect();
                    rank(&figures, method, order).into_iter().flatten().collect()
                })
                .collect();
            let all = ranks.distributions(0.9, &Progress::new()).unwrap();
            for region in 0..regions {
                let own: Vec<f64> = each.iter().map(|ranks| ranks[region]).collect();
                let mean = own.iter().sum::<f64>() / own.len() as f64;
                prop_assert!((all[region].expected - mean).abs() < 1e-12);
                for (rank, probability) in ranks.probabilities(region) {
                    let count = own.iter().filter(|other| **other == rank).count();
                    prop_assert_eq!(probability, count as f64 / own.len() as f64);
                }
                let best = |ranks: &Vec<f64>| ranks.iter().copied().fold(f64::INFINITY, f64::min);
                let first = each.iter().filter(|ranks| ranks[region] == best(ranks)).count();
                prop_assert_eq!(all[region].first, first as f64 / own.len() as f64);
                let inside = own.iter().filter(|rank| (all[region].lower..=all[region].upper).contains(rank)).count();
                prop_assert!(inside as f64 >= 0.9 * own.len() as f64);
            }
        }
    }

    #[test]
    fn ordinal_ranks_are_each_taken_once((cells, regions) in draws()) {
        let ranks = rank_draws(&of(cells, regions), RankMethod::Ordinal, RankOrder::HighestFirst, &Progress::new()).unwrap();
        let mut of_rank = vec![0.0; regions];
        for region in 0..regions {
            let probabilities = ranks.probabilities(region);
            prop_assert!((probabilities.iter().map(|own| own.1).sum::<f64>() - 1.0).abs() < 1e-12);
            probabilities.into_iter().for_each(|(rank, probability)| of_rank[rank as usize - 1] += probability);
        }
        prop_assert!(of_rank.iter().all(|sum| (sum - 1.0).abs() < 1e-12), "{of_rank:?}");
        let all = ranks.distributions(0.9, &Progress::new()).unwrap();
        prop_assert!((all.iter().map(|own| own.first).sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!((all.iter().map(|own| own.last).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_error_the_interval_is_the_rank(estimates in prop::collection::vec((-5..6).prop_map(f64::from), 1..10)) {
        let errors = vec![0.0; estimates.len()];
        let draws = normal_draws(&estimates, &errors, Some((0.5, 0.0)), 20, 1, &Progress::new()).unwrap();
        let figures: Vec<Option<f64>> = estimates.iter().copied().map(Some).collect();
        for method in METHODS {
            let ranks = rank(&figures, method, RankOrder::HighestFirst);
            for ((own, rank), estimate) in
                distributions(&draws, method, RankOrder::HighestFirst).into_iter().zip(ranks).zip(&estimates)
            {
                prop_assert_eq!((Some(own.lower), Some(own.upper), Some(own.expected)), (rank, rank, rank));
                prop_assert_eq!(own.above_benchmark, Some(f64::from(u8::from(*estimate > 0.5))));
                prop_assert!([0.0, 1.0].contains(&own.first) && [0.0, 1.0].contains(&own.last));
            }
        }
    }

    #[test]
    fn permuting_regions_permutes_results(series in series()) {
        let (mut distributions, mut sets) = bootstrapped(&series);
        // The benchmark stays the same series.
        let how = BlockBootstrap { draws: 99, block_length: 2, seed: 9 };
        let other = turned(&series);
        let draws = bootstrap_means(&other, Some(series.row(0)), how, &Progress::new()).unwrap();
        distributions.reverse();
        prop_assert_eq!(self::distributions(&draws, RankMethod::Competition, RankOrder::HighestFirst), distributions);
        sets.reverse();
        prop_assert_eq!(bootstrapped(&other).1, sets);
    }

    #[test]
    fn scaling_and_shifting_changes_no_rank(series in series(), by in 1..6_i32) {
        // Powers of two keep every sum exact.
        let scaled = series.map(|rate| rate * 2_f64.powi(by));
        prop_assert_eq!(bootstrapped(&scaled), bootstrapped(&series));
    }

    #[test]
    fn sets_hold_the_rank_and_grow_with_the_level(series in series()) {
        let how = BlockBootstrap { draws: 199, block_length: 1, seed: 2 };
        let progress = Progress::new();
        let draws = bootstrap_means(&series, None, how, &progress).unwrap();
        let means: Vec<f64> = series.rows().map(|row| row.iter().sum::<f64>() / row.len() as f64).collect();
        let sets = |level| {
            let errors = DifferenceErrors::FromDraws;
            rank_confidence_sets(&means, &draws, errors, level, RankOrder::HighestFirst, &progress).unwrap()
        };
        // Sets of all regions at once hold those of single ones.
        let errors = DifferenceErrors::FromDraws;
        let all = simultaneous_rank_sets(&means, &draws, errors, 0.5, RankOrder::HighestFirst, &progress).unwrap();
        for (all, own) in all.iter().zip(sets(0.5)) {
            prop_assert!(all.lower <= own.lower && own.upper <= all.upper, "{all:?} {own:?}");
        }
        let figures: Vec<Option<f64>> = means.iter().copied().map(Some).collect();
        let ranks = rank(&figures, RankMethod::Competition, RankOrder::HighestFirst);
        for ((narrow, wide), rank) in sets(0.5).into_iter().zip(sets(0.99)).zip(ranks) {
            prop_assert!(wide.lower <= narrow.lower && narrow.upper <= wide.upper);
            let rank = rank.unwrap() as usize;
            prop_assert!(narrow.lower <= rank && rank <= narrow.upper, "{narrow:?} {rank}");
        }
    }

    #[test]
    fn agreement_is_of_orders_only(
        (first, second) in (2..9_usize).prop_flat_map(|n| {
            let list = move || prop::collection::vec((-4..5).prop_map(f64::from), n);
            (list(), list())
        })
    ) {
        let raised = |figures: &[f64]| figures.iter().map(|figure| figure.exp() + 7.0).collect::<Vec<f64>>();
        let lists = [first.as_slice(), second.as_slice(), first.as_slice()];
        let scaled = [raised(&first), raised(&second), raised(&first)];
        let other: Vec<&[f64]> = scaled.iter().map(Vec::as_slice).collect();
        match (kendall_w(&lists), kendall_w(&other)) {
            (Ok(own), Ok(other)) => {
                prop_assert_eq!(own, other);
                prop_assert!((0.0..=1.0 + 1e-12).contains(&own.w) && (0.0..=1.0).contains(&own.p_value));
            }
            (own, other) => prop_assert_eq!(own, other),
        }
        let means = mean_ranks(&lists).unwrap();
        let n = means.len() as f64;
        prop_assert!((means.iter().sum::<f64>() - n * (n + 1.0) / 2.0).abs() < 1e-9);
    }

    #[test]
    fn without_ties_w_and_mean_spearman_are_one(order in Just((0..9).map(f64::from).collect::<Vec<f64>>()).prop_shuffle()) {
        let straight: Vec<f64> = (0..9).map(f64::from).collect();
        let back: Vec<f64> = order.iter().rev().copied().collect();
        let found = kendall_w(&[&straight, &order, &back]).unwrap();
        prop_assert!((found.mean_spearman.unwrap() - (3.0 * found.w - 1.0) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn weighted_percentiles_average_one_half(pairs in prop::collection::vec((-4..5_i32, 0..9_i32), 1..12)) {
        let values: Vec<f64> = pairs.iter().map(|pair| f64::from(pair.0)).collect();
        let weights: Vec<f64> = pairs.iter().map(|pair| f64::from(pair.1)).collect();
        if let Some(percentiles) = weighted_percentile(&values, &weights) {
            prop_assert!((weighted_mean(&percentiles, &weights).unwrap() - 0.5).abs() < 1e-12);
        } else {
            prop_assert!(weights.iter().all(|weight| *weight == 0.0));
        }
        let figures: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        let equal = weighted_percentile(&values, &vec![3.0; values.len()]).unwrap();
        for (own, unweighted) in equal.into_iter().zip(percentile(&figures)) {
            prop_assert!((own - unweighted.unwrap()).abs() < 1e-12);
        }
    }

    #[test]
    fn ratios_chain_like_their_parts(pairs in prop::collection::vec((-0.9..2.0_f64, -0.9..2.0_f64), 1..10)) {
        let each: Vec<f64> = pairs.iter().map(|&(own, other)| ratio_rate(own, other).unwrap()).collect();
        let log = |rates: &[f64]| from_rates(rates, GrowthMeasure::MeanLogDifference).unwrap();
        let (own, other): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        prop_assert!((log(&each) - (log(&own) - log(&other))).abs() < 1e-12);
        for ((rate, own), other) in each.iter().zip(&own).zip(&other) {
            prop_assert!(((1.0 + rate) * (1.0 + other) - (1.0 + own)).abs() < 1e-12);
        }
    }

    #[test]
    fn rates_and_levels_accelerate_alike(levels in prop::collection::vec(1.0..1e4_f64, 3..12), at in 1..8_usize) {
        let rates: Vec<f64> = levels.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        for measure in [GrowthMeasure::CompoundAnnual, GrowthMeasure::MeanOfRates, GrowthMeasure::MeanLogDifference] {
            match (acceleration_from_rates(&rates, at, measure), acceleration_from_levels(&levels, at, measure)) {
                (Ok(a), Ok(b)) => {
                    prop_assert!((a.difference - b.difference).abs() < 1e-9 * (1.0 + a.earlier.abs() + a.later.abs()));
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn shifting_changes_no_volatility(rates in prop::collection::vec((-64..64).prop_map(f64::from), 2..12)) {
        let shifted: Vec<f64> = rates.iter().map(|rate| rate + 16.0).collect();
        let (own, shifted) = (volatility(&rates).unwrap(), volatility(&shifted).unwrap());
        prop_assert_eq!(own.mssd, shifted.mssd);
        prop_assert!((own.deviation - shifted.deviation).abs() < 1e-12 * (1.0 + own.deviation));
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let regions = 400;
    let estimates: Vec<f64> = (0..regions).map(|region| f64::from(region * 37 % regions) / 50.0).collect();
    let errors: Vec<f64> = (0..regions).map(|region| 0.1 + f64::from(region % 5) / 10.0).collect();
    let series = Matrix::from_fn(400, 20, |row, column| estimates[row] + ((row * 31 + column * 17) % 23) as f64 / 10.0);
    let everything = || {
        let progress = Progress::new();
        let draws = normal_draws(&estimates, &errors, Some((3.0, 0.2)), 300, 4, &progress).unwrap();
        let how = DifferenceErrors::Independent(&errors);
        let sets = rank_confidence_sets(&estimates, &draws, how, 0.95, RankOrder::HighestFirst, &progress).unwrap();
        let all = simultaneous_rank_sets(&estimates, &draws, how, 0.95, RankOrder::HighestFirst, &progress).unwrap();
        let bootstrap = BlockBootstrap { draws: 300, block_length: 3, seed: 5 };
        let of_periods = bootstrap_means(&series, Some(series.row(7)), bootstrap, &progress).unwrap();
        let ranks = distributions(&of_periods, RankMethod::Average, RankOrder::LowestFirst);
        let (done, total) = progress.counted();
        assert_eq!(done, total);
        (draws, sets, all, ranks, of_periods)
    };
    assert!(in_pool(1, everything) == in_pool(3, everything));
}
