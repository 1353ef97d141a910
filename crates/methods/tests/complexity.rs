//! Relatedness and complexity.

use growthpole_methods::division::complexity::{FitnessOptions, fitness, reflections};
use growthpole_methods::division::relatedness::{
    LinkRule, Margins, Normalization, co_occurrence, communities, network, normalized,
};
use growthpole_methods::division::{
    ComplexityError, OutlookOptions, Presence, Standardization, complexity_index, complexity_outlook, components,
    proximity, relatedness_density,
};
use growthpole_methods::{Matrix, Progress};
use proptest::prelude::*;

const STANDARD: Standardization = Standardization::OfRegions;

/// Presences of a connected network, in which the first region has everything.
fn connected() -> impl Strategy<Value = Presence> {
    (2..9_usize, 2..10_usize).prop_flat_map(|(regions, industries)| {
        prop::collection::vec(prop::bool::weighted(0.4), regions * industries).prop_map(move |mut cells| {
            cells[..industries].fill(true);
            (1..regions).for_each(|region| cells[region * industries + region % industries] = true);
            Presence::try_new(&cells, industries).unwrap()
        })
    })
}

/// The same presences with regions and industries in reverse order.
fn reversed(presence: &Presence) -> Presence {
    let backwards = |n: usize| (0..n).rev().collect::<Vec<_>>();
    presence.restricted(&backwards(presence.n_regions()), &backwards(presence.n_industries()))
}

fn near(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within * (1.0 + a.abs())
}

fn density(presence: &Presence, include_self: bool) -> (Matrix, Matrix) {
    let progress = Progress::new();
    let related = proximity(presence, &progress).unwrap();
    let density = relatedness_density(presence, &related, include_self, &progress).unwrap();
    (related, density)
}

proptest! {
    #[test]
    fn the_index_solves_its_equation(presence in connected()) {
        match complexity_index(&presence, Standardization::None, &Progress::new()) {
            Ok(found) => {
                // A region's is the mean of its industries'; an industry's mean of regions is its own, times the eigenvalue.
                for (region, own) in found.regions.iter().enumerate() {
                    let (count, sum) =
                        presence.industries_of(region).fold((0.0, 0.0), |(n, sum), i| (n + 1.0, sum + found.industries[i]));
                    prop_assert!(near(sum / count, *own, 1e-9));
                }
                for (industry, own) in found.industries.iter().enumerate() {
                    let (count, sum) =
                        presence.regions_of(industry).fold((0.0, 0.0), |(n, sum), r| (n + 1.0, sum + found.regions[r]));
                    prop_assert!(near(sum / count, found.second_eigenvalue * own, 1e-9));
                }
                prop_assert!(found.second_eigenvalue > 0.0 && found.second_eigenvalue < 1.0);
            }
            Err(error) => prop_assert!(
                matches!(error, ComplexityError::Degenerate { .. } | ComplexityError::NoSign),
                "{error}"
            ),
        }
    }

    #[test]
    fn reversing_regions_and_industries_reverses_results(presence in connected()) {
        let (progress, turned) = (Progress::new(), reversed(&presence));
        let (one, other) = (complexity_index(&presence, STANDARD, &progress), complexity_index(&turned, STANDARD, &progress));
        if let (Ok(one), Ok(other)) = (one, other) {
            // Where eigenvalues are near to each other, rounding moves the vector more.
            let gap = one.second_eigenvalue - one.third_eigenvalue.unwrap_or(0.0);
            let within = 1e-12 / gap;
            prop_assert!(one.regions.iter().zip(other.regions.iter().rev()).all(|(a, b)| near(*a, *b, within)));
            prop_assert!(one.industries.iter().zip(other.industries.iter().rev()).all(|(a, b)| near(*a, *b, within)));
        }
        let (of_one, of_other) = (density(&presence, false).1, density(&turned, false).1);
        for (a, b) in of_one.cells().iter().zip(of_other.cells().iter().rev()) {
            prop_assert!((a.is_nan() && b.is_nan()) || near(*a, *b, 1e-12));
        }
    }

    #[test]
    fn densities_are_shares(presence in connected(), include_self: bool) {
        let density = density(&presence, include_self).1;
        prop_assert!(density.cells().iter().all(|cell| cell.is_nan() || (0.0..=1.0).contains(cell)));
        // The first region has everything that any industry is near to.
        prop_assert!(density.row(0).iter().all(|cell| cell.is_nan() || *cell == 1.0));
    }

    #[test]
    fn gains_are_changes_of_the_outlook(presence in connected(), seed in 0..1000_usize) {
        let (related, before) = density(&presence, false);
        let values: Vec<f64> = (0..presence.n_industries()).map(|i| ((i * 37 + seed) % 19) as f64 - 9.0).collect();
        let options = OutlookOptions::default();
        let outlook = |presence: &Presence, density: &Matrix| {
            complexity_outlook(presence, &related, density, &values, options, &Progress::new()).unwrap()
        };
        let now = outlook(&presence, &before);
        let (region, industry) = (seed % presence.n_regions(), seed % presence.n_industries());
        let n = presence.n_industries();
        let cells: Vec<bool> = (0..presence.n_regions() * n)
            .map(|at| presence.is_present(at / n, at % n) || at == region * n + industry)
            .collect();
        let entered = Presence::try_new(&cells, n).unwrap();
        let after = relatedness_density(&entered, &related, false, &Progress::new()).unwrap();
        let change = outlook(&entered, &after).index[region] - now.index[region];
        prop_assert!(near(now.gain.get(region, industry), change, 1e-12));
    }

    #[test]
    fn normalizations_are_symmetric_and_cosines_and_jaccards_are_shares(presence in connected()) {
        let counts = co_occurrence(&presence, &Progress::new()).unwrap();
        for normalization in [
            Normalization::MinimumConditional,
            Normalization::Probability,
            Normalization::Association,
            Normalization::Cosine,
            Normalization::Jaccard,
            Normalization::ZScore,
        ] {
            let found = normalized(&counts, normalization, Margins::Others);
            let n = found.n_rows();
            for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
                let (one, other) = (found.get(i, j), found.get(j, i));
                prop_assert!((one.is_nan() && other.is_nan()) || one.is_infinite() || near(one, other, 1e-12));
            }
        }
        for normalization in [Normalization::Cosine, Normalization::Jaccard] {
            let found = normalized(&counts, normalization, Margins::Ubiquity);
            prop_assert!(found.cells().iter().all(|cell| (0.0..=1.0 + 1e-15).contains(cell)));
        }
    }

    #[test]
    fn trees_join_all_with_no_link_too_many(presence in connected()) {
        let related = proximity(&presence, &Progress::new()).unwrap();
        let tree = network(&related, LinkRule::TreeOnly).links;
        // The first region has everything, so that every two industries are related.
        prop_assert_eq!(tree.len(), presence.n_industries() - 1);
        // No link left out is stronger than the weakest of the tree's between its ends, which Kruskal's order implies:
        // the tree of greatest weight stays when every link is kept.
        let all = network(&related, LinkRule::AtLeast(f64::MIN_POSITIVE)).links;
        let kept: Vec<_> = all.iter().filter(|link| link.in_tree).map(|link| (link.first, link.second)).collect();
        prop_assert_eq!(kept, tree.iter().map(|link| (link.first, link.second)).collect::<Vec<_>>());
    }

    #[test]
    fn communities_are_no_worse_than_one_and_the_seed_repeats_them(presence in connected(), seed: u64) {
        let links = network(&proximity(&presence, &Progress::new()).unwrap(), LinkRule::AtLeast(0.3)).links;
        let n = presence.n_industries();
        let found = communities(n, &links, 1.0, 3, seed, &Progress::new()).unwrap();
        prop_assert!(found.modularity > -1e-12 && found.modularity < 1.0);
        prop_assert_eq!(&communities(n, &links, 1.0, 3, seed, &Progress::new()).unwrap(), &found);
    }

    #[test]
    fn fitness_averages_one_and_reflections_keep_their_mean(presence in connected()) {
        let options = FitnessOptions { iterations: 30, ..FitnessOptions::default() };
        let found = fitness(&presence, options, &Progress::new()).unwrap();
        for values in [&found.regions, &found.industries] {
            prop_assert!(near(values.iter().sum::<f64>() / values.len() as f64, 1.0, 1e-12));
            prop_assert!(values.iter().all(|value| *value > 0.0));
        }
        let diversity: Vec<f64> = presence.diversity().into_iter().map(f64::from).collect();
        let weighted = |values: &[f64]| values.iter().zip(&diversity).map(|(x, k)| x * k).sum::<f64>();
        let (zero, six) = (reflections(&presence, 0).regions.values(), reflections(&presence, 6).regions.values());
        prop_assert!(near(weighted(&zero), weighted(&six), 1e-12));
        prop_assert_eq!(components(&presence).count, 1);
    }
}
