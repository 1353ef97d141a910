//! Mobility through ranks and classes.

use growthpole_methods::growth::mobility::{
    Chain, ClassPaths, Draws, Groups, QuantileScope, RankPairs, StateKind, TransitionCounts, count_steps,
    count_transitions, cut_off_classes, ergodic_distributions, first_passage, full_rank_chain, geographic_rank_chain,
    homogeneity, kendall, local_tau, mobility_indices, neighbour_set_tau, neighbourhood_tau, order_test, prais,
    quantile_classes, rank_paths, regional_tau, relative_values, sojourn_times, spatial_tau, spearman, theta,
};
use growthpole_methods::stats::{RankMethod, RankOrder, SpatialWeights};
use growthpole_methods::{Matrix, Progress};
use proptest::prelude::*;

const WITHOUT_DRAWS: Draws = Draws { permutations: 0, seed: 0 };

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + b.abs())
}

/// Two lists of values of which many are equal, but not all of a list.
fn pairs() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    (2..14_usize)
        .prop_flat_map(|n| {
            let values = move || prop::collection::vec((-3..4_i32).prop_map(f64::from), n);
            (values(), values())
        })
        .prop_filter("all are equal", |(a, b)| RankPairs::try_new(a, b).is_ok())
}

/// Values of periods x regions with few ties; NaN where `holes` allows it.
fn panels(holes: bool) -> impl Strategy<Value = Matrix> {
    let missing = u32::from(holes);
    (2..7_usize, 2..9_usize).prop_flat_map(move |(periods, regions)| {
        let value = prop_oneof![9 => (1..40_i32).prop_map(f64::from), missing => Just(f64::NAN)];
        prop::collection::vec(value, periods * regions).prop_map(move |cells| Matrix::try_new(cells, regions).unwrap())
    })
}

/// Counts between classes, of which many are zero.
fn counts() -> impl Strategy<Value = TransitionCounts> {
    (1..6_usize).prop_flat_map(|n| {
        let count = prop_oneof![1 => Just(0_u64), 1 => 1..30_u64];
        prop::collection::vec(count, n * n).prop_map(move |cells| TransitionCounts::try_new(cells, n).unwrap())
    })
}

/// Counts of several strata between as many classes.
fn strata() -> impl Strategy<Value = Vec<TransitionCounts>> {
    (1..5_usize, 2..4_usize).prop_flat_map(|(n, strata)| {
        let counts = prop::collection::vec(0..20_u64, n * n);
        let counts = counts.prop_map(move |cells| TransitionCounts::try_new(cells, n).unwrap());
        prop::collection::vec(counts, strata)
    })
}

/// The definition, pair by pair: concordant less discordant, and pairs that differ in each list.
fn by_pairs(first: &[f64], second: &[f64], pairs: impl Iterator<Item = (usize, usize)>) -> (f64, f64, f64) {
    let order = |values: &[f64], a: usize, b: usize| {
        f64::from(i8::from(values[a] > values[b]) - i8::from(values[a] < values[b]))
    };
    pairs.fold((0.0, 0.0, 0.0), |(sum, in_first, in_second), (a, b)| {
        let (x, y) = (order(first, a, b), order(second, a, b));
        (sum + x * y, in_first + x.abs(), in_second + y.abs())
    })
}

fn all_pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(|a| (0..a).map(move |b| (a, b)))
}

/// A line of regions, and an edge between the first and every third.
fn weights(n: usize) -> SpatialWeights {
    let mut links: Vec<(usize, usize)> = (1..n).map(|region| (region - 1, region)).collect();
    links.extend((3..n).step_by(3).map(|region| (0, region)));
    SpatialWeights::from_pairs(n, &links).unwrap()
}

fn reordered(values: &Matrix, order: &[usize]) -> Matrix {
    Matrix::from_fn(values.n_rows(), values.n_columns(), |period, region| values.get(period, order[region]))
}

/// Classes of some regions over some periods, some of them unknown.
fn class_paths() -> impl Strategy<Value = (ClassPaths, Vec<Option<u16>>)> {
    (2..4_usize, 1..6_usize, 3..9_usize).prop_flat_map(|(classes, regions, periods)| {
        let class = prop_oneof![9 => (0..classes as u16).prop_map(Some), 1 => Just(None)];
        prop::collection::vec(class, regions * periods)
            .prop_map(move |cells| (ClassPaths::try_new(cells.clone(), regions, classes).unwrap(), cells))
    })
}

proptest! {
    /// Order 2 is homogeneity of the transitions by the class before them.
    #[test]
    fn the_second_order_is_homogeneity_by_the_class_before((paths, cells) in class_paths()) {
        let (n, regions) = (paths.n_classes(), paths.n_regions());
        let mut counts = vec![vec![0_u64; n * n]; n];
        for at in 0..cells.len().saturating_sub(2 * regions) {
            if let (Some(h), Some(c), Some(j)) = (cells[at], cells[at + regions], cells[at + 2 * regions]) {
                counts[usize::from(h)][usize::from(c) * n + usize::from(j)] += 1;
            }
        }
        let strata: Vec<TransitionCounts> =
            counts.into_iter().map(|counts| TransitionCounts::try_new(counts, n).unwrap()).collect();
        let (own, other) = (order_test(&paths, 2), homogeneity(&strata).ok());
        prop_assert_eq!(own.is_some(), other.is_some());
        if let Some((own, other)) = own.zip(other) {
            prop_assert!(close(own.q.statistic, other.q.statistic));
            prop_assert!(close(own.likelihood_ratio.statistic, other.likelihood_ratio.statistic));
            prop_assert_eq!(own.q.degrees, other.q.degrees);
            prop_assert_eq!(own.transitions, strata.iter().map(TransitionCounts::total).sum::<u64>());
        }
    }

    /// Which number a class has does not matter.
    #[test]
    fn orders_do_not_depend_on_the_names_of_classes((paths, cells) in class_paths(), order in 1..4_usize) {
        let last = paths.n_classes() as u16 - 1;
        let turned = cells.iter().map(|cell| cell.map(|class| last - class)).collect();
        let turned = ClassPaths::try_new(turned, paths.n_regions(), paths.n_classes()).unwrap();
        let (one, other) = (order_test(&paths, order), order_test(&turned, order));
        prop_assert_eq!(one.map(|test| (test.transitions, test.q.degrees)), other.map(|test| (test.transitions, test.q.degrees)));
        if let Some((one, other)) = one.zip(other) {
            prop_assert!(close(one.q.statistic, other.q.statistic));
        }
    }

    #[test]
    fn taus_are_what_comparing_all_pairs_gives((first, second) in pairs()) {
        let n = first.len();
        let ranks = RankPairs::try_new(&first, &second).unwrap();
        let (sum, in_first, in_second) = by_pairs(&first, &second, all_pairs(n));
        let own = kendall(&ranks);
        prop_assert_eq!(own.concordant as f64 - own.discordant as f64, sum);
        prop_assert!(close(own.tau_b, sum / (in_first * in_second).sqrt()));
        prop_assert_eq!(own.concordant + own.discordant + own.equal_in_first + own.equal_in_second + own.equal_in_both,
            ranks.n_pairs());
        prop_assert!((0.0..=1.0).contains(&own.p) && own.tau_b.abs() <= 1.0 + 1e-12);
        let local = local_tau(&ranks);
        prop_assert!(close(local.iter().sum::<f64>() / n as f64, own.tau_a));
    }

    #[test]
    fn rank_correlations_see_ranks_only((first, second) in pairs()) {
        let ranks = RankPairs::try_new(&first, &second).unwrap();
        let cubes: Vec<f64> = first.iter().map(|value| value * value * value + 2.0).collect();
        let negatives: Vec<f64> = second.iter().map(|value| -value).collect();
        prop_assert_eq!(&RankPairs::try_new(&cubes, &second).unwrap(), &ranks);
        let mirrored = RankPairs::try_new(&first, &negatives).unwrap();
        prop_assert_eq!(kendall(&mirrored).tau_b, -kendall(&ranks).tau_b);
        prop_assert!(close(spearman(&mirrored).rho, -spearman(&ranks).rho));
        let turned = RankPairs::try_new(&second, &first).unwrap();
        prop_assert!(close(kendall(&turned).z, kendall(&ranks).z) && close(spearman(&turned).rho, spearman(&ranks).rho));
    }

    #[test]
    fn spearman_is_the_correlation_of_ranks((first, second) in pairs()) {
        let ranks = |values: &[f64]| -> Vec<f64> {
            let place = |own: f64| values.iter().map(move |&other| if other < own { 1.0 } else if other == own { 0.5 } else { 0.0 });
            values.iter().map(|&own| place(own).sum()).collect()
        };
        let (a, b) = (ranks(&first), ranks(&second));
        let mean = first.len() as f64 / 2.0;
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
        let expected = product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt();
        let own = spearman(&RankPairs::try_new(&first, &second).unwrap());
        prop_assert!(close(own.rho, expected), "{own:?} {expected}");
    }

    #[test]
    fn neighbours_and_groups_make_up_the_whole((first, second) in pairs(), dealt in prop::collection::vec(0..3_usize, 14)) {
        let n = first.len();
        let ranks = RankPairs::try_new(&first, &second).unwrap();
        let progress = Progress::new();
        let everybody = SpatialWeights::from_pairs(n, &all_pairs(n).collect::<Vec<_>>()).unwrap();
        let own = kendall(&ranks);
        prop_assert!(close(spatial_tau(&ranks, &everybody, WITHOUT_DRAWS, &progress).unwrap().tau, own.tau_b));
        let sets = neighbour_set_tau(&ranks, &everybody, WITHOUT_DRAWS, &progress).unwrap();
        for (set, local) in sets.iter().zip(local_tau(&ranks)) {
            prop_assert!(close(set.tau.unwrap(), local));
        }
        let hoods = neighbourhood_tau(&ranks, &everybody, WITHOUT_DRAWS, &progress).unwrap();
        prop_assert!(hoods.iter().all(|hood| close(hood.tau.unwrap(), own.tau_a)));

        let mut names: Vec<usize> = dealt[..n].to_vec();
        names.sort_unstable();
        names.dedup();
        let of_regions = dealt[..n].iter().map(|group| names.binary_search(group).unwrap()).collect();
        let groups = Groups::try_new(of_regions, names.len()).unwrap();
        let by_group = regional_tau(&ranks, &groups, WITHOUT_DRAWS, &progress).unwrap();
        prop_assert_eq!(by_group.iter().map(|pair| pair.pairs).sum::<u64>(), ranks.n_pairs());
        let sum: f64 = by_group.iter().filter_map(|pair| Some(pair.tau? * pair.pairs as f64)).sum();
        prop_assert!(close(sum, own.tau_a * ranks.n_pairs() as f64));
    }

    #[test]
    fn spatial_tau_is_what_comparing_neighbours_gives((first, second) in pairs()) {
        let ranks = RankPairs::try_new(&first, &second).unwrap();
        let weights = weights(first.len());
        let linked = all_pairs(first.len()).filter(|&(a, b)| weights.links(a).any(|(to, _)| to == b));
        let (sum, in_first, in_second) = by_pairs(&first, &second, linked);
        match spatial_tau(&ranks, &weights, WITHOUT_DRAWS, &Progress::new()) {
            Ok(own) => prop_assert!(close(own.tau, sum / (in_first * in_second).sqrt())),
            Err(_) => prop_assert_eq!(in_first * in_second, 0.0),
        }
    }

    #[test]
    fn draws_do_not_depend_on_the_number_of_threads((first, second) in pairs(), seed in any::<u64>()) {
        let ranks = RankPairs::try_new(&first, &second).unwrap();
        let weights = weights(first.len());
        let groups = Groups::try_new((0..first.len()).map(|region| region % 2).collect(), 2).unwrap();
        let draws = Draws { permutations: 40, seed };
        let of = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let progress = Progress::new();
                (
                    spatial_tau(&ranks, &weights, draws, &progress),
                    neighbourhood_tau(&ranks, &weights, draws, &progress),
                    regional_tau(&ranks, &groups, draws, &progress),
                )
            })
        };
        prop_assert_eq!(of(1), of(3));
    }

    #[test]
    fn theta_is_a_share_that_order_and_scale_leave_alone(values in panels(false), turn in 0..9_usize) {
        let n = values.n_columns();
        let of_regions: Vec<usize> = (0..n).map(|region| region % 2).collect();
        let progress = Progress::new();
        let groups = Groups::try_new(of_regions.clone(), 2).unwrap();
        let own = theta(&values, &groups, WITHOUT_DRAWS, &progress).unwrap();
        prop_assert!(own.iter().all(|step| step.theta.is_none_or(|theta| (0.0..=1.0).contains(&theta))));
        prop_assert!(own.iter().all(|step| step.rank_changes <= (n * n / 2) as f64));
        let order: Vec<usize> = (0..n).map(|region| (region + turn) % n).collect();
        let dealt = Groups::try_new(order.iter().map(|&region| of_regions[region]).collect(), 2).unwrap();
        prop_assert_eq!(&theta(&reordered(&values, &order), &dealt, WITHOUT_DRAWS, &progress).unwrap(), &own);
        prop_assert_eq!(&theta(&values.map(|value| 3.0 * value), &groups, WITHOUT_DRAWS, &progress).unwrap(), &own);
        let alone = Groups::try_new((0..n).collect(), n).unwrap();
        let alone = theta(&values, &alone, WITHOUT_DRAWS, &progress).unwrap();
        prop_assert!(alone.iter().all(|step| step.theta.is_none_or(|theta| theta == 1.0)));
    }

    #[test]
    fn paths_gain_what_others_lose(values in panels(false)) {
        let (method, order) = (RankMethod::Average, RankOrder::HighestFirst);
        let paths = rank_paths(&values, method, order, &Progress::new()).unwrap();
        prop_assert_eq!(paths.iter().filter_map(|path| path.gained).sum::<f64>(), 0.0);
        for path in &paths {
            let (best, worst) = (path.best.unwrap(), path.worst.unwrap());
            let ranks: Vec<f64> = path.ranks.iter().flatten().copied().collect();
            prop_assert_eq!(best.rank, ranks.iter().copied().fold(f64::INFINITY, f64::min));
            prop_assert_eq!(worst.rank, ranks.iter().copied().fold(0.0, f64::max));
            prop_assert_eq!(ranks.iter().position(|&rank| rank == best.rank), Some(best.period));
            prop_assert!(path.gained.unwrap().abs() <= path.moved);
        }
    }

    #[test]
    fn quantile_classes_are_what_their_definition_gives(values in panels(true), k in 2..8_usize) {
        let Ok(classes) = quantile_classes(&values, k, QuantileScope::EachPeriod) else { return Ok(()) };
        for (period, row) in values.rows().enumerate() {
            let mut sorted: Vec<f64> = row.iter().copied().filter(|value| !value.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            for (index, &cut_off) in classes.cut_offs.row(period).iter().enumerate() {
                let position = (index + 1) as f64 * (sorted.len() - 1) as f64 / k as f64;
                let (below, above) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
                prop_assert!(close(cut_off, below + (above - below) * position.fract()));
            }
            let bounds = classes.cut_offs.row(period);
            for (value, class) in row.iter().zip(classes.paths.period(period)) {
                let expected = (0..k).find(|&class| class == k - 1 || *value <= bounds[class]);
                prop_assert_eq!(class.map(usize::from), expected.filter(|_| !value.is_nan()));
            }
        }
        // Quantiles of each period are the same for relative values.
        let relative = quantile_classes(&relative_values(&values).unwrap(), k, QuantileScope::EachPeriod).unwrap();
        let same = relative.paths.periods().flatten().zip(classes.paths.periods().flatten());
        prop_assert!(same.filter(|(a, b)| a != b).count() <= values.n_rows(), "only rounding at a cut-off may differ");
    }

    /// So many that they are counted by bucket, and not sorted: even, skewed, with zeros, ties and both signs.
    #[test]
    fn quantiles_of_many_regions_are_those_of_sorting(
        values in prop::collection::vec(0.0..1.0_f64, 97..400), k in 2..12_usize, shape in 0..5_usize,
    ) {
        let shaped = |x: f64| match shape {
            0 => x,
            1 => (30.0 * x).exp(),
            2 => (x - 0.4).max(0.0),
            3 => (x * 9.0).floor() - 4.0,
            _ => (x - 0.5).powi(5) * 1e9,
        };
        let mut values: Vec<f64> = values.into_iter().map(shaped).collect();
        let row = Matrix::try_new(values.clone(), values.len()).unwrap();
        let classes = quantile_classes(&row, k, QuantileScope::Pooled).unwrap();
        values.sort_by(f64::total_cmp);
        for (index, &cut_off) in classes.cut_offs.row(0).iter().enumerate() {
            let place = (index + 1) * (values.len() - 1);
            let (below, part) = (values[place / k], (place % k) as f64 / k as f64);
            let above = values[(place / k + 1).min(values.len() - 1)];
            let expected = below + (above - below) * part;
            prop_assert!((cut_off - expected).abs() <= 1e-14 * expected.abs().max(below.abs()), "{cut_off} is not {expected}");
        }
    }

    #[test]
    fn classes_follow_regions_that_are_reordered(values in panels(true), turn in 0..9_usize) {
        let order: Vec<usize> = (0..values.n_columns()).map(|region| (region + turn) % values.n_columns()).collect();
        let sorted = |values: &Matrix| cut_off_classes(values, &[10.0, 20.0, 30.0]).unwrap().paths;
        prop_assert_eq!(&sorted(&values).subset(&order), &sorted(&reordered(&values, &order)));
        prop_assert_eq!(count_transitions(&sorted(&values)), count_transitions(&sorted(&reordered(&values, &order))));
    }

    #[test]
    fn transitions_add_up_over_time_and_regions(values in panels(true), cut in 0..7_usize) {
        let paths: ClassPaths = cut_off_classes(&values, &[10.0, 20.0]).unwrap().paths;
        let whole = count_transitions(&paths);
        let known = paths.periods().zip(paths.periods().skip(1)).flat_map(|(from, to)| from.iter().zip(to));
        prop_assert_eq!(whole.total(), known.filter(|(from, to)| from.is_some() && to.is_some()).count() as u64);
        let (before, after) = (count_steps(&paths, 0..cut), count_steps(&paths, cut..99));
        let (some, others): (Vec<usize>, Vec<usize>) = (0..paths.n_regions()).partition(|region| region % 2 == 0);
        let (some, others) = (count_transitions(&paths.subset(&some)), count_transitions(&paths.subset(&others)));
        for (at, row) in whole.rows().enumerate() {
            for (to, &count) in row.iter().enumerate() {
                prop_assert_eq!(before.row(at)[to] + after.row(at)[to], count);
                prop_assert_eq!(some.row(at)[to] + others.row(at)[to], count);
            }
        }
    }

    #[test]
    fn ergodic_distributions_stay_as_they_are(counts in counts()) {
        let chain = Chain::from_counts(&counts);
        let structure = chain.structure();
        let distributions = ergodic_distributions(&chain);
        prop_assert_eq!(distributions.len(), structure.recurrent.len());
        for (distribution, set) in distributions.iter().zip(&structure.recurrent) {
            prop_assert!(close(distribution.iter().sum::<f64>(), 1.0));
            for (state, &probability) in distribution.iter().enumerate() {
                let next: f64 = set.iter().map(|&from| distribution[from] * chain.row(from).unwrap()[state]).sum();
                prop_assert!(close(next, probability));
                prop_assert_eq!(probability > 0.0, set.contains(&state));
            }
        }
    }

    #[test]
    fn first_passages_solve_their_equations(counts in counts()) {
        let chain = Chain::from_counts(&counts);
        let n = chain.n_states();
        let times = first_passage(&chain, &Progress::new()).unwrap();
        let structure = chain.structure();
        for from in 0..n {
            for to in 0..n {
                let mean = times.means.get(from, to);
                let Some(row) = chain.row(from) else {
                    prop_assert!(mean.is_nan());
                    continue;
                };
                let next: f64 = (0..n).filter(|&k| k != to && row[k] > 0.0).map(|k| row[k] * times.means.get(k, to)).sum();
                if mean.is_finite() {
                    prop_assert!(close(mean, 1.0 + next), "{from} to {to}: {mean}");
                    // The mean of the square: 1 and all that comes after it, squared.
                    let square = |from: usize| times.variances.get(from, to) + times.means.get(from, to).powi(2);
                    let later = (0..n).filter(|&k| k != to && row[k] > 0.0);
                    let later: f64 = later.map(|k| row[k] * (square(k) + 2.0 * times.means.get(k, to))).sum();
                    prop_assert!((square(from) - 1.0 - later).abs() <= 1e-9 * square(from), "{from} to {to}: {later}");
                } else {
                    prop_assert!(!next.is_finite(), "{from} to {to}: {mean} and {next}");
                }
            }
        }
        // The time of return is the inverse of the share of time.
        for distribution in ergodic_distributions(&chain) {
            for (state, probability) in distribution.into_iter().enumerate().filter(|(_, probability)| *probability > 0.0) {
                prop_assert!(close(times.means.get(state, state) * probability, 1.0));
            }
        }
        for (state, kind) in structure.kinds.iter().enumerate() {
            let returns = times.means.get(state, state);
            match kind {
                StateKind::Recurrent => prop_assert!(returns.is_finite()),
                StateKind::Transient => prop_assert!(returns == f64::INFINITY),
                StateKind::OpenEnded | StateKind::Unvisited => prop_assert!(!returns.is_finite()),
            }
        }
    }

    #[test]
    fn mobility_is_zero_without_movement_and_grows_with_it(counts in counts(), stay in 1..50_u64) {
        let n = counts.n_classes();
        prop_assume!(n > 1);
        let with_stays = |stays: u64| {
            let cell = |at: usize| counts.row(at / n)[at % n] + if at / n == at % n { stays } else { 0 };
            TransitionCounts::try_new((0..n * n).map(cell).collect(), n).unwrap()
        };
        // Somebody stays in every class, so that each has a row.
        let (less, more) = (Chain::from_counts(&with_stays(stay)), Chain::from_counts(&with_stays(10 * stay)));
        let (moving, slower) = (mobility_indices(&less, None).unwrap(), mobility_indices(&more, None).unwrap());
        prop_assert!(slower.shorrocks <= moving.shorrocks && slower.bartholomew_crossed <= moving.bartholomew_crossed);
        prop_assert!(close(moving.shorrocks, moving.bartholomew_leaving));
        for (leaving, sojourn) in prais(&less).into_iter().zip(sojourn_times(&less)) {
            prop_assert!(close(leaving.unwrap() * sojourn.unwrap(), 1.0) || leaving == Some(0.0));
        }
        let diagonal = (0..n * n).map(|at| u64::from(at / n == at % n)).collect();
        let still = Chain::from_counts(&TransitionCounts::try_new(diagonal, n).unwrap());
        let none = mobility_indices(&still, None).unwrap();
        let all = [none.shorrocks, none.determinant, none.second_eigenvalue, none.bartholomew_leaving, none.bartholomew_crossed];
        prop_assert!(all.iter().all(|index| index.abs() < 1e-12), "{none:?}");
    }

    #[test]
    fn strata_of_the_same_shares_are_homogeneous(counts in counts(), factors in prop::collection::vec(1..5_u64, 2..4)) {
        prop_assume!(counts.total() > 0);
        let scaled = |factor: &u64| {
            let cells = counts.rows().flatten().map(|count| count * factor).collect();
            TransitionCounts::try_new(cells, counts.n_classes()).unwrap()
        };
        let test = homogeneity(&factors.iter().map(scaled).collect::<Vec<_>>()).unwrap();
        prop_assert!(test.q.statistic.abs() < 1e-9 && test.likelihood_ratio.statistic.abs() < 1e-9);
    }

    #[test]
    fn homogeneity_does_not_depend_on_order_and_is_not_negative(mut strata in strata()) {
        prop_assume!(strata.iter().any(|counts| counts.total() > 0));
        let test = homogeneity(&strata).unwrap();
        strata.reverse();
        let turned = homogeneity(&strata).unwrap();
        prop_assert!(close(test.q.statistic, turned.q.statistic));
        prop_assert!(close(test.likelihood_ratio.statistic, turned.likelihood_ratio.statistic));
        prop_assert_eq!(test.q.degrees, turned.q.degrees);
        prop_assert!(test.q.statistic >= 0.0 && test.likelihood_ratio.statistic > -1e-9);
        prop_assert!(test.q.degrees <= test.kullback.degrees);
        prop_assert!(test.q.p.is_none_or(|p| (0.0..=1.0).contains(&p)));
        prop_assert_eq!(test.q.p.is_none(), test.q.degrees == 0);
    }

    #[test]
    fn rank_chains_are_left_as_often_as_entered(values in panels(false)) {
        let progress = Progress::new();
        for chain in [full_rank_chain(&values, &progress), geographic_rank_chain(&values, &progress)] {
            let chain = chain.unwrap();
            let n = chain.n_states();
            let mut entered = vec![0; n];
            for state in 0..n {
                prop_assert_eq!(chain.transitions(state).map(|(_, count)| count).sum::<usize>(), chain.n_steps());
                chain.transitions(state).for_each(|(to, count)| entered[to] += count);
            }
            prop_assert!(entered.iter().all(|&count| count == chain.n_steps()));
            // As any chain: classes, long run and times.
            let row = |state: usize| {
                let mut row = vec![0.0; n];
                chain.transitions(state).for_each(|(to, count)| row[to] = count as f64 / chain.n_steps() as f64);
                Some(row)
            };
            let any = Chain::try_new((0..n).map(row).collect()).unwrap();
            prop_assert_eq!(any.structure().recurrent, chain.classes());
            for (distribution, probability) in ergodic_distributions(&any).iter().zip(chain.ergodic_probabilities()) {
                prop_assert!(distribution.iter().all(|&own| own == 0.0 || close(own, probability)));
            }
            let own = chain.mean_first_passage(&Progress::new()).unwrap();
            let expected = first_passage(&any, &Progress::new()).unwrap().means;
            for (own, expected) in own.cells().iter().zip(expected.cells()) {
                prop_assert!(own == expected || (own - expected).abs() <= 1e-9 * expected, "{own} is not {expected}");
            }
        }
    }
}
