//! Laws of measures of inequality.

use growthpole_methods::Progress;
use growthpole_methods::stats::inequality::{
    Distribution, EntropyKind, Groups, InequalityError, atkinson, coefficient_of_variation, coulter, entropy_by_groups,
    entropy_permutations, generalized_entropy, gini, gini_by_groups, gini_permutations, herfindahl, hoover, lorenz,
    mean_log_deviation, median, normalized_coefficient_of_variation, quantile, quantile_ratio, schutz, share_ratio,
    spatial_gini, theil_t, variance, williamson, wolfson,
};
use growthpole_methods::stats::{SpatialWeights, Spread};
use proptest::prelude::*;

type Measure = fn(&Distribution<'_>) -> Result<f64, InequalityError>;

/// Measures that do not depend on the unit and are zero for equal values.
const RELATIVE: &[(&str, Measure)] = &[
    ("gini", gini),
    ("theil_t", theil_t),
    ("mean_log_deviation", mean_log_deviation),
    ("ge(-1)", |values| generalized_entropy(values, -1.0)),
    ("ge(0.5)", |values| generalized_entropy(values, 0.5)),
    ("ge(2)", |values| generalized_entropy(values, 2.0)),
    ("atkinson(0.5)", |values| Ok(atkinson(values, 0.5)?.index)),
    ("atkinson(1)", |values| Ok(atkinson(values, 1.0)?.index)),
    ("atkinson(2)", |values| Ok(atkinson(values, 2.0)?.index)),
    ("hoover", hoover),
    ("cv", |values| coefficient_of_variation(values, Spread::Population)),
    ("coulter", coulter),
];

/// Those that a transfer from a richer to a poorer region lowers, or at least does not raise.
const BY_TRANSFERS: &[&str] =
    &["gini", "theil_t", "mean_log_deviation", "ge(0.5)", "ge(2)", "atkinson(0.5)", "atkinson(2)", "cv", "hoover"];

/// Positive values with weights and groups, two groups at least and none of them empty.
#[derive(Debug, Clone)]
struct Case {
    values: Vec<f64>,
    weights: Vec<f64>,
    groups: Vec<usize>,
}

impl Case {
    fn alike(&self) -> Distribution<'_> {
        Distribution::new(&self.values).unwrap()
    }

    fn weighted(&self) -> Distribution<'_> {
        Distribution::weighted(&self.values, &self.weights).unwrap()
    }

    fn both(&self) -> [Distribution<'_>; 2] {
        [self.alike(), self.weighted()]
    }

    fn groups(&self) -> Groups {
        Groups::new(&self.groups, 1 + self.groups.iter().max().unwrap()).unwrap()
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let value = prop_oneof![4 => 0.1..1000.0, 1 => (1..5).prop_map(f64::from)];
    prop::collection::vec((value, 0.1..10.0, 0..4_usize), 2..90).prop_map(|regions| {
        // The first two regions make two groups; the others are in one of the groups that are there before them, or the next.
        let mut n_groups = 2;
        let groups = regions.iter().enumerate().map(|(region, (.., group))| match region {
            0 | 1 => region,
            _ => {
                let group = (*group).min(n_groups);
                n_groups = n_groups.max(group + 1);
                group
            }
        });
        Case {
            groups: groups.collect(),
            values: regions.iter().map(|region| region.0).collect(),
            weights: regions.iter().map(|region| region.1).collect(),
        }
    })
}

fn near(own: f64, expected: f64) -> bool {
    (own - expected).abs() <= 1e-11 * expected.abs() + 1e-13
}

/// Every measure of unit-free inequality of a distribution.
fn relative(distribution: &Distribution<'_>) -> Vec<(&'static str, f64)> {
    RELATIVE.iter().map(|(name, measure)| (*name, measure(distribution).unwrap())).collect()
}

/// All values the same but in another order.
fn rotated<T: Clone>(values: &[T], by: usize) -> Vec<T> {
    let mut rotated = values.to_vec();
    rotated.rotate_left(by % values.len());
    rotated.reverse();
    rotated
}

proptest! {
    #[test]
    fn the_order_of_regions_does_not_matter(case in cases(), by in 0..90_usize) {
        let (values, weights) = (rotated(&case.values, by), rotated(&case.weights, by));
        let (alike, weighted) = (Distribution::new(&values).unwrap(), Distribution::weighted(&values, &weights).unwrap());
        for (own, other) in case.both().iter().zip([alike, weighted]) {
            for ((name, own), (_, other)) in relative(own).into_iter().zip(relative(&other)) {
                prop_assert!(near(own, other), "{name}: {own}, {other}");
            }
        }
    }

    #[test]
    fn the_unit_of_values_and_weights_does_not_matter(case in cases(), unit in 1e-6..1e6) {
        let scaled = |values: &[f64]| values.iter().map(|value| value * unit).collect::<Vec<_>>();
        let (values, weights) = (scaled(&case.values), scaled(&case.weights));
        let other = Distribution::weighted(&values, &weights).unwrap();
        for ((name, own), (_, other)) in relative(&case.weighted()).into_iter().zip(relative(&other)) {
            prop_assert!(near(own, other), "{name}: {own}, {other}");
        }
        prop_assert!(near(wolfson(&case.weighted()).unwrap(), wolfson(&other).unwrap()));
        prop_assert!(near(quantile_ratio(&case.weighted(), 0.9, 0.1).unwrap(), quantile_ratio(&other, 0.9, 0.1).unwrap()));
    }

    #[test]
    fn equal_weights_are_no_weights(case in cases(), weight in 0.1..10.0) {
        let weights = vec![weight; case.values.len()];
        let weighted = Distribution::weighted(&case.values, &weights).unwrap();
        for ((name, own), (_, other)) in relative(&case.alike()).into_iter().zip(relative(&weighted)) {
            prop_assert!(near(own, other), "{name}: {own}, {other}");
        }
        prop_assert!(near(median(&case.alike()).unwrap(), median(&weighted).unwrap()));
        for share in [0.0, 0.1, 0.25, 0.5, 0.9, 1.0] {
            let (own, other) = (quantile(&case.alike(), share).unwrap(), quantile(&weighted, share).unwrap());
            prop_assert!((own - other).abs() <= 1e-9 * own, "{share}: {own}, {other}");
        }
    }

    #[test]
    fn a_repeated_region_counts_like_a_weight(case in cases()) {
        let counts: Vec<usize> = case.weights.iter().map(|weight| weight.ceil() as usize).collect();
        let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let each = case.values.iter().zip(&counts);
        let repeated: Vec<f64> = each.flat_map(|(&value, &count)| std::iter::repeat_n(value, count)).collect();
        let weighted = Distribution::weighted(&case.values, &weights).unwrap();
        let repeated = Distribution::new(&repeated).unwrap();
        for ((name, own), (_, other)) in relative(&weighted).into_iter().zip(relative(&repeated)) {
            // Shares of a total are regions' shares, which repetition splits.
            prop_assert!(name == "coulter" || near(own, other), "{name}: {own}, {other}");
        }
        prop_assert!(near(share_ratio(&weighted, 0.1, 0.4).unwrap(), share_ratio(&repeated, 0.1, 0.4).unwrap()));
        prop_assert!(near(wolfson(&weighted).unwrap(), wolfson(&repeated).unwrap()));
    }

    #[test]
    fn equal_values_have_none_and_others_some(value in 0.1..1e6, n in 2..90_usize, more in 0.01..10.0) {
        let mut values = vec![value; n];
        for (name, own) in relative(&Distribution::new(&values).unwrap()) {
            prop_assert!(own.abs() < 1e-14, "{name}: {own}");
        }
        values[0] += value * more;
        for (name, own) in relative(&Distribution::new(&values).unwrap()) {
            prop_assert!(own > 1e-9, "{name}: {own}");
        }
    }

    #[test]
    fn a_transfer_to_a_poorer_region_raises_nothing(case in cases(), part in 0.01..0.5) {
        let order = |end: bool| {
            let least = |a: &usize, b: &usize| case.values[*a].total_cmp(&case.values[*b]);
            let regions = 0..case.values.len();
            if end { regions.max_by(least) } else { regions.min_by(least) }.unwrap()
        };
        let (poorest, richest) = (order(false), order(true));
        let mut values = case.values.clone();
        let moved = part * (values[richest] - values[poorest]);
        values[richest] -= moved;
        values[poorest] += moved;
        let after = Distribution::new(&values).unwrap();
        for ((name, before), (_, after)) in relative(&case.alike()).into_iter().zip(relative(&after)) {
            prop_assert!(!BY_TRANSFERS.contains(&name) || after <= before + 1e-12, "{name}: {before}, then {after}");
        }
    }

    #[test]
    fn the_gini_coefficient_is_what_pairs_give(case in cases()) {
        for distribution in case.both() {
            let total: f64 = case.weights.iter().sum();
            let n = case.values.len();
            let share = |region: usize| if distribution.is_weighted() { case.weights[region] / total } else { 1.0 / n as f64 };
            let pair = |a: usize, b: usize| share(a) * share(b) * (case.values[a] - case.values[b]).abs();
            let pairs: f64 = (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).map(|(a, b)| pair(a, b)).sum();
            prop_assert!(near(gini(&distribution).unwrap(), pairs / 2.0 / distribution.mean()));
        }
    }

    #[test]
    fn the_lorenz_curve_carries_gini_and_hoover(case in cases()) {
        for distribution in case.both() {
            let curve = lorenz(&distribution).unwrap();
            let corners = curve.population.iter().zip(&curve.total);
            let steps = corners.clone().zip(corners.clone().skip(1));
            let area: f64 = steps.map(|((p, l), (q, m))| (q - p) * (l + m) / 2.0).sum();
            prop_assert!(near(gini(&distribution).unwrap(), 1.0 - 2.0 * area));
            let distance = corners.map(|(p, l)| p - l).fold(0.0, f64::max);
            let schutz = schutz(&distribution).unwrap();
            prop_assert!(near(hoover(&distribution).unwrap(), distance));
            prop_assert!((schutz.below_mean - curve.at(schutz.below_mean) - schutz.distance).abs() < 1e-12);
            prop_assert!(curve.total.is_sorted() && curve.population.is_sorted());
        }
    }

    #[test]
    fn families_meet(case in cases(), aversion in 0.05..4.0) {
        for distribution in case.both() {
            let cv = coefficient_of_variation(&distribution, Spread::Population).unwrap();
            prop_assert!(near(generalized_entropy(&distribution, 2.0).unwrap(), cv * cv / 2.0));
            let deviation = variance(&distribution, Spread::Population).unwrap().sqrt();
            prop_assert!(near(cv, deviation / distribution.mean()));
            // Atkinson's index is a function of the generalised entropy of order 1 - e.
            let order: f64 = 1.0 - aversion;
            if order.abs() > 0.01 {
                let entropy = generalized_entropy(&distribution, order).unwrap();
                let expected = 1.0 - (1.0 + order * (order - 1.0) * entropy).powf(1.0 / order);
                let own = atkinson(&distribution, aversion).unwrap();
                prop_assert!((own.index - expected).abs() <= 1e-9, "{} is not {expected}", own.index);
                prop_assert!(near(own.equally_distributed_equivalent, distribution.mean() * (1.0 - own.index)));
            }
        }
        prop_assert_eq!(williamson(&case.weighted()), coefficient_of_variation(&case.weighted(), Spread::Population));
    }

    #[test]
    fn what_is_bounded_stays_within_its_bounds(case in cases()) {
        for distribution in case.both() {
            let n = distribution.n_regions() as f64;
            let gini = gini(&distribution).unwrap();
            let hoover = hoover(&distribution).unwrap();
            prop_assert!(0.0 <= hoover && hoover <= gini + 1e-13 && gini < 1.0 && gini <= 2.0 * hoover + 1e-13);
            let own = herfindahl(&distribution).unwrap();
            prop_assert!(1.0 / n <= own.index * (1.0 + 1e-12) && own.index <= 1.0 && own.normalized.unwrap() <= 1.0);
            prop_assert!(near(own.index * own.equivalent_number, 1.0));
            prop_assert!(theil_t(&distribution).unwrap() >= 0.0);
        }
        let cv = normalized_coefficient_of_variation(&case.alike(), Spread::Population).unwrap();
        prop_assert!((0.0..=1.0).contains(&cv));
    }

    #[test]
    fn entropy_splits_without_a_rest(case in cases()) {
        let wholes: [(EntropyKind, Measure); 2] =
            [(EntropyKind::TheilT, theil_t), (EntropyKind::MeanLogDeviation, mean_log_deviation)];
        for (kind, whole) in wholes {
            for distribution in case.both() {
                let parts = entropy_by_groups(&distribution, &case.groups(), kind).unwrap();
                prop_assert!((parts.total - whole(&distribution).unwrap()).abs() <= 1e-12);
                prop_assert!(parts.between >= 0.0 && parts.within >= 0.0);
                let sum = |of: fn(&growthpole_methods::stats::inequality::EntropyOfGroup) -> f64| parts.groups.iter().map(of).sum::<f64>();
                prop_assert!(near(sum(|group| group.population_share), 1.0));
                prop_assert!(near(sum(|group| group.total_share), 1.0));
                prop_assert!((sum(|group| group.within) - parts.within).abs() <= 1e-13);
                prop_assert!((sum(|group| group.between) - parts.between).abs() <= 1e-13);
            }
        }
    }

    #[test]
    fn the_gini_coefficient_splits_without_a_rest(case in cases()) {
        for distribution in case.both() {
            let parts = gini_by_groups(&distribution, &case.groups()).unwrap();
            prop_assert!(near(parts.gini, gini(&distribution).unwrap()));
            prop_assert!(parts.between >= 0.0 && parts.within >= 0.0 && parts.overlap >= 0.0);
            let within: f64 = parts.groups.iter().map(|own| own.population_share * own.total_share * own.own.unwrap()).sum();
            prop_assert!(near(parts.within, within));
            // The net part between groups is the coefficient of regions that have their groups' means.
            let means: Vec<f64> = parts.groups.iter().map(|group| group.mean).collect();
            let shares: Vec<f64> = parts.groups.iter().map(|group| group.population_share).collect();
            prop_assert!(near(parts.between, gini(&Distribution::weighted(&means, &shares).unwrap()).unwrap()));
            // Dagum's form: gross parts between, each split by the affluence of the pair.
            let cross = |a: usize, b: usize| parts.groups[a].population_share * parts.groups[b].total_share;
            let gross = |pair: &growthpole_methods::stats::inequality::GiniOfPair| {
                pair.gini.unwrap() * (cross(pair.first, pair.second) + cross(pair.second, pair.first))
            };
            let net: f64 = parts.pairs.iter().map(|pair| gross(pair) * pair.affluence.unwrap_or(0.0)).sum();
            let all: f64 = parts.pairs.iter().map(gross).sum();
            prop_assert!(near(net, parts.between) && near(all, parts.between + parts.overlap));
        }
    }

    #[test]
    fn groups_of_one_have_nothing_within_and_one_group_nothing_between(case in cases()) {
        let n = case.values.len();
        let (single, whole) = (Groups::new(&(0..n).collect::<Vec<_>>(), n).unwrap(), Groups::new(&vec![0; n], 1).unwrap());
        for distribution in case.both() {
            let parts = entropy_by_groups(&distribution, &single, EntropyKind::TheilT).unwrap();
            prop_assert!(parts.within.abs() < 1e-13 && near(parts.between, theil_t(&distribution).unwrap()));
            let parts = gini_by_groups(&distribution, &single).unwrap();
            prop_assert!(parts.within == 0.0 && parts.overlap < 1e-13);
            let parts = gini_by_groups(&distribution, &whole).unwrap();
            prop_assert!(parts.between == 0.0 && parts.overlap == 0.0);
        }
    }

    #[test]
    fn near_and_far_pairs_are_all_pairs(case in cases(), links in prop::collection::vec((0..90_usize, 0..90_usize), 0..60)) {
        let n = case.values.len();
        let mut pairs: Vec<(usize, usize)> = links.iter().map(|(a, b)| (a % n, b % n)).filter(|(a, b)| a < b).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let neighbours = SpatialWeights::from_pairs(n, &pairs).unwrap();
        for distribution in case.both() {
            let own = spatial_gini(&distribution, &neighbours).unwrap();
            prop_assert!(near(own.near + own.far, own.gini) && near(own.gini, gini(&distribution).unwrap()));
            prop_assert!((0.0..=1.0 + 1e-12).contains(&own.near_pairs));
        }
        // Two blocks in which all are neighbours: what is near is what Dagum's split has within.
        let block: Vec<usize> = (0..n).map(|region| region % 2).collect();
        let pairs: Vec<(usize, usize)> =
            (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).filter(|(a, b)| block[*a] == block[*b]).collect();
        let neighbours = SpatialWeights::from_pairs(n, &pairs).unwrap();
        for distribution in case.both() {
            let parts = gini_by_groups(&distribution, &Groups::new(&block, 2).unwrap()).unwrap();
            prop_assert!(near(spatial_gini(&distribution, &neighbours).unwrap().near, parts.within));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Small enough to go through all permutations: the mean over draws comes near the mean over all.
    #[test]
    fn draws_are_fair(values in prop::collection::vec(0.5..20.0, 5), seed in 0..1000_u64) {
        let groups = Groups::new(&[0, 0, 1, 1, 1], 2).unwrap();
        let distribution = Distribution::new(&values).unwrap();
        let mut all = Vec::new();
        for a in 0..5 {
            for b in a + 1..5 {
                let of: Vec<usize> = (0..5).map(|region| usize::from(region != a && region != b)).collect();
                let groups = Groups::new(&of, 2).unwrap();
                let theil = entropy_by_groups(&distribution, &groups, EntropyKind::TheilT).unwrap().between;
                all.push((theil, gini_by_groups(&distribution, &groups).unwrap().between));
            }
        }
        let progress = Progress::new();
        let theil = entropy_permutations(&distribution, &groups, EntropyKind::TheilT, 4000, seed, &progress).unwrap();
        let gini = gini_permutations(&distribution, &groups, 4000, seed, &progress).unwrap().between;
        let mean = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        for (test, expected) in [(theil, mean(|parts| parts.0)), (gini, mean(|parts| parts.1))] {
            let error = test.deviation / 4000_f64.sqrt();
            prop_assert!((test.mean - expected).abs() <= 5.0 * error + 1e-15, "{} is not {expected}", test.mean);
        }
    }
}
