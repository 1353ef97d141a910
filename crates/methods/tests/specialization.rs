//! Laws of the measures of specialisation, of dissimilarities, clusters and friction.

use growthpole_methods::division::specialization::{
    IndustryGroups, ReferenceStructure, SpecializationProfile, krugman_of_others, specialization_profiles,
};
use growthpole_methods::division::{
    Dissimilarities, Linkage, QuotientBootstrap, StructureMeasure, bootstrap_quotients, cluster, dissimilarities,
    equal_weights, friction_by_distance, friction_of_rows, krugman_by_industry, structure_convergence,
    weighted_quotient,
};
use growthpole_methods::{AmountRows, Amounts, Matrix, Progress};
use proptest::prelude::*;

const MEASURES: [StructureMeasure; 6] = [
    StructureMeasure::Krugman,
    StructureMeasure::Cosine,
    StructureMeasure::BrayCurtis,
    StructureMeasure::Euclidean,
    StructureMeasure::Hellinger,
    StructureMeasure::JensenShannon,
];

/// Two regions or more, none of them and no industry empty, with zeros among the cells.
fn amounts() -> impl Strategy<Value = Amounts> {
    (2..7_usize, 2..9_usize).prop_flat_map(|(regions, industries)| {
        let cell = prop_oneof![2 => 0.1..1e6_f64, 1 => Just(0.0)];
        prop::collection::vec(cell, regions * industries)
            .prop_map(move |cells| Amounts::try_new(cells, industries).unwrap())
            .prop_filter("no empty region or industry", |amounts| {
                !amounts.region_totals().contains(&0.0) && !amounts.industry_totals().contains(&0.0)
            })
    })
}

/// The same with regions and industries in reverse order, each region times a number.
fn changed(amounts: &Amounts, factor: impl Fn(usize) -> f64) -> Amounts {
    let rows = (0..amounts.n_regions()).rev();
    let cells = rows.flat_map(|region| amounts.region(region).iter().rev().map(move |cell| (region, cell)));
    let cells = cells.map(|(region, cell)| cell * factor(region)).collect();
    Amounts::try_new(cells, amounts.n_industries()).unwrap()
}

fn profiles(amounts: &Amounts, reference: &[f64]) -> Vec<SpecializationProfile> {
    let reference = ReferenceStructure::try_new(reference).unwrap();
    specialization_profiles(&AmountRows::of(amounts), &reference, None, &Progress::new()).unwrap()
}

fn unlike(amounts: &Amounts, measure: StructureMeasure) -> Dissimilarities {
    dissimilarities(&AmountRows::of(amounts), measure, &Progress::new()).unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

proptest! {
    #[test]
    fn measures_keep_their_bounds_and_bonds(amounts in amounts()) {
        let n = amounts.n_industries() as f64;
        for own in profiles(&amounts, amounts.industry_totals()) {
            prop_assert!((0.0..=2.0).contains(&own.krugman) && close(own.hoover, own.krugman / 2.0));
            prop_assert!(own.herfindahl.index >= 1.0 / n - 1e-12 && own.herfindahl.index <= 1.0 + 1e-12);
            prop_assert!((0.0..=n.ln() + 1e-12).contains(&own.entropy.nats));
            let average = own.average_quotient.unwrap();
            prop_assert!(average >= 1.0 - 1e-12 && close(own.hachman, (1.0 / average).min(1.0)));
            prop_assert!((0.0..1.0).contains(&own.gini.unwrap()));
            // Pinsker's inequality, and that the divergence is below the logarithm of the average quotient (Jensen's).
            let theil = own.theil.unwrap();
            prop_assert!(theil + 1e-12 >= own.krugman * own.krugman / 2.0);
            prop_assert!(theil <= average.ln() + 1e-9);
        }
    }

    #[test]
    fn order_and_size_of_regions_do_not_matter(amounts in amounts(), factor in 0.01..100.0_f64) {
        let reference: Vec<f64> = amounts.industry_totals().to_vec();
        let reversed: Vec<f64> = reference.iter().rev().copied().collect();
        let turned = changed(&amounts, |region| if region % 2 == 0 { factor } else { 1.0 });
        let (one, other) = (profiles(&amounts, &reference), profiles(&turned, &reversed));
        for (a, b) in one.iter().zip(other.iter().rev()) {
            prop_assert!(close(a.krugman, b.krugman) && close(a.gini.unwrap(), b.gini.unwrap()));
            prop_assert!(close(a.theil.unwrap(), b.theil.unwrap()) && close(a.entropy.nats, b.entropy.nats));
            prop_assert!(close(a.herfindahl.index, b.herfindahl.index) && close(a.hachman, b.hachman));
        }
    }

    #[test]
    fn the_structure_of_the_reference_is_not_specialised(amounts in amounts(), factor in 0.01..100.0_f64) {
        let whole: Vec<f64> = amounts.industry_totals().iter().map(|total| total * factor).collect();
        let region = Amounts::try_new(whole, amounts.n_industries()).unwrap();
        let own = profiles(&region, amounts.industry_totals())[0];
        prop_assert!(own.krugman < 1e-13 && own.gini.unwrap() < 1e-13 && own.theil.unwrap() < 1e-13);
        prop_assert!(close(own.hachman, 1.0) && own.relative_diversity.is_none_or(|own| own > 1e12));
    }

    #[test]
    fn varieties_add_up_to_the_entropy(amounts in amounts(), split in 1..4_usize) {
        let industries = amounts.n_industries();
        let groups = split.min(industries);
        let of: Vec<usize> = (0..industries).map(|industry| industry % groups).collect();
        let groups = IndustryGroups::try_new(of, groups).unwrap();
        let reference = ReferenceStructure::try_new(amounts.industry_totals()).unwrap();
        let rows = AmountRows::of(&amounts);
        for own in specialization_profiles(&rows, &reference, Some(&groups), &Progress::new()).unwrap() {
            let variety = own.variety.unwrap();
            prop_assert!(variety.related >= 0.0 && variety.unrelated >= 0.0);
            prop_assert!(close(variety.related + variety.unrelated, own.entropy.nats));
        }
    }

    #[test]
    fn others_are_all_the_others(amounts in amounts()) {
        let own = krugman_of_others(&AmountRows::of(&amounts), &Progress::new()).unwrap();
        let pairs = unlike(&amounts, StructureMeasure::Krugman);
        for region in 0..amounts.n_regions() {
            let others = (0..amounts.n_regions()).filter(|&other| other != region);
            let sum: f64 = others.map(|other| pairs.get(region, other)).sum();
            let mean = sum / (amounts.n_regions() - 1) as f64;
            prop_assert!(close(own.mean_of_pairs[region], mean));
            // The distance to a mean is at most the mean of the distances.
            prop_assert!(own.mean_of_others[region] <= mean + 1e-9);
            prop_assert!((0.0..=2.0 + 1e-12).contains(&own.rest[region]));
        }
    }

    #[test]
    fn weighted_quotients_have_a_mean_of_one(quotients in prop::collection::vec(prop::option::of(0.0..50.0_f64), 1..12)) {
        let weighted: Vec<f64> = weighted_quotient(&quotients).into_iter().flatten().collect();
        if !weighted.is_empty() {
            prop_assert!(close(weighted.iter().sum::<f64>() / weighted.len() as f64, 1.0));
        }
    }

    #[test]
    fn dissimilarities_are_symmetric_and_know_the_same(amounts in amounts(), factor in 0.5..2.0_f64) {
        for measure in MEASURES {
            let (own, turned) = (unlike(&amounts, measure), unlike(&changed(&amounts, |_| factor), measure));
            let last = amounts.n_regions() - 1;
            for first in 0..=last {
                for second in 0..=last {
                    let here = own.get(first, second);
                    prop_assert!(here >= 0.0 && here == own.get(second, first));
                    // Cosines near 1 keep half of their digits.
                    prop_assert!((here - turned.get(last - first, last - second)).abs() < 1e-7, "{:?}", measure);
                }
            }
        }
    }

    #[test]
    fn distances_keep_the_triangle(amounts in amounts()) {
        for measure in [
            StructureMeasure::Krugman,
            StructureMeasure::Euclidean,
            StructureMeasure::Hellinger,
            StructureMeasure::JensenShannon,
        ] {
            let own = unlike(&amounts, measure);
            for a in 0..amounts.n_regions() {
                for b in 0..amounts.n_regions() {
                    for c in 0..amounts.n_regions() {
                        prop_assert!(own.get(a, c) <= own.get(a, b) + own.get(b, c) + 1e-9);
                    }
                }
            }
        }
    }

    #[test]
    fn trees_hold_every_region_once_and_never_fall(amounts in amounts(), clusters in 1..8_usize) {
        let unlike = unlike(&amounts, StructureMeasure::Krugman);
        let n = amounts.n_regions();
        for linkage in [Linkage::Average, Linkage::Single, Linkage::Complete, Linkage::Weighted, Linkage::Ward] {
            let tree = cluster(&unlike, linkage);
            let mut order = tree.order.clone();
            order.sort_unstable();
            prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
            prop_assert_eq!((tree.merges.len(), tree.merges[n - 2].size), (n - 1, n));
            prop_assert!(tree.merges.windows(2).all(|two| two[0].height <= two[1].height + 1e-12));
            let cut = tree.cut(clusters);
            let count = cut.iter().max().unwrap() + 1;
            prop_assert_eq!(count, clusters.min(n));
            // Along the order clusters do not come back.
            prop_assert!(tree.order.windows(2).all(|two| cut[two[0]] <= cut[two[1]]));
        }
        let least = unlike.pairs().iter().copied().fold(f64::INFINITY, f64::min);
        prop_assert!((cluster(&unlike, Linkage::Complete).merges[0].height - least).abs() < 1e-12);
    }

    #[test]
    fn friction_adds_up_by_industry_and_by_distance(amounts in amounts(), limit in 0.5..6.0_f64) {
        let (rows, n) = (AmountRows::of(&amounts), amounts.n_regions());
        let weights = equal_weights(n);
        let own = friction_of_rows(&rows, &weights, &Progress::new()).unwrap();
        prop_assert!((0.0..=1.0 + 1e-12).contains(&own.index) && close(own.by_industry.iter().sum(), own.index));
        let distances = Matrix::from_fn(n, n, |a, b| a.abs_diff(b) as f64);
        let bands = friction_by_distance(&rows, &weights, &distances, &[limit], &Progress::new()).unwrap();
        prop_assert!(close(bands.iter().map(|band| band.part).sum(), own.index));
        prop_assert_eq!(bands.iter().map(|band| band.pairs).sum::<usize>(), n * (n - 1) / 2);
        // Overlap is 1 less half of the Krugman index.
        let krugman = unlike(&amounts, StructureMeasure::Krugman);
        let mean = krugman.pairs().iter().sum::<f64>() / krugman.pairs().len() as f64;
        prop_assert!(close(own.index, 1.0 - mean / 2.0));
        let pairs: Vec<(usize, usize)> = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
        prop_assert!(close(krugman_by_industry(&rows, &pairs, &Progress::new()).unwrap().iter().sum(), mean));
    }

    #[test]
    fn structures_that_shrink_apart_converge(start in prop::collection::vec(0.01..2.0_f64, 1..8), rate in 0.1..0.9_f64) {
        let table = Matrix::from_fn(4, start.len(), |period, pair| start[pair] * rate.powi(period as i32));
        let own = structure_convergence(&[0.0, 1.0, 2.0, 3.0], &table).unwrap();
        prop_assert!(own.trend.unwrap().value < 0.0 && own.changes.iter().all(|change| *change < 0.0));
        if let Some(catching_up) = own.catching_up {
            prop_assert!((catching_up.value - (rate.powi(3) - 1.0) / 3.0).abs() < 1e-6);
        }
    }

    #[test]
    fn intervals_hold_their_ends_in_order(amounts in amounts(), seed in 0..1000_u64) {
        let rows = AmountRows::of(&amounts);
        let how = QuotientBootstrap { draws: 40, level: 0.8, seed };
        let own = bootstrap_quotients(&rows, &rows, how, &Progress::new()).unwrap();
        prop_assert_eq!(own.cells.len(), amounts.n_regions() * amounts.n_industries());
        for (cell, amount) in own.cells.iter().zip(amounts.cells().cells()) {
            let quotient = cell.quotient.unwrap();
            prop_assert!(quotient.lower <= quotient.upper && cell.additive.lower <= cell.additive.upper);
            prop_assert!(*amount > 0.0 || quotient.upper == 0.0);
            prop_assert!(cell.standardized.is_none_or(|own| own.lower <= own.upper));
            prop_assert!(cell.standardized_logarithm.is_none_or(|own| *amount > 0.0 && own.lower <= own.upper));
            prop_assert!(cell.normalized.lower <= cell.normalized.upper && cell.normalized.upper <= 0.25 * 1e6);
        }
        // All forms but amounts themselves are of shares: twice of everything changes nothing.
        let twice = Amounts::try_new(amounts.cells().cells().iter().map(|own| 2.0 * own).collect(), amounts.n_industries());
        let twice = twice.unwrap();
        let rows = AmountRows::of(&twice);
        prop_assert_eq!(bootstrap_quotients(&rows, &rows, how, &Progress::new()).unwrap(), own);
    }
}
