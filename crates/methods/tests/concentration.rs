//! Concentration of industries.

use growthpole_methods::division::concentration::{
    IndustryConcentration, Location, PlantRegions, PlantSizes, cluster_index, coagglomeration, coagglomeration_pairs,
    colocation, concentration_curve, concentration_table, ellison_glaeser, maurel_sedillot,
};
use growthpole_methods::stats::random::generator;
use growthpole_methods::{AmountRows, Amounts, Progress};
use proptest::prelude::*;

/// Amounts in which no region and no industry is empty, of at least two regions and two industries.
fn amounts() -> impl Strategy<Value = Amounts> {
    (2..7_usize, 2..6_usize).prop_flat_map(|(regions, industries)| {
        let cell = prop_oneof![3 => 0.1..1e6_f64, 1 => Just(0.0)];
        prop::collection::vec(cell, regions * industries)
            .prop_map(move |cells| Amounts::try_new(cells, industries).unwrap())
            .prop_filter("no empty region or industry", |amounts| {
                !amounts.region_totals().contains(&0.0) && !amounts.industry_totals().contains(&0.0)
            })
    })
}

fn table(amounts: &Amounts) -> Vec<IndustryConcentration> {
    let plants: Vec<Option<PlantSizes>> = vec![None; amounts.n_industries()];
    let table =
        concentration_table(&AmountRows::of(amounts), amounts.region_totals(), &plants, &Progress::new()).unwrap();
    table.into_iter().map(Option::unwrap).collect()
}

/// The figures of an industry in a list.
fn figures(own: &IndustryConcentration) -> [f64; 10] {
    [
        own.locational_gini,
        own.quotient_gini,
        own.hoover,
        own.krugman_whole,
        own.krugman_rest.unwrap(),
        own.krugman_mean_of_others.unwrap(),
        own.herfindahl.index,
        own.without_plants.unwrap().gamma.unwrap(),
        own.without_plants.unwrap().concentration,
        own.maurel_sedillot_without_plants.unwrap(),
    ]
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

fn all_close(a: &[IndustryConcentration], b: &[IndustryConcentration]) -> bool {
    a.iter().zip(b).all(|(a, b)| figures(a).into_iter().zip(figures(b)).all(|(a, b)| close(a, b)))
}

proptest! {
    #[test]
    fn the_order_of_regions_and_the_unit_do_not_matter(amounts in amounts(), unit in 1e-3..1e3_f64) {
        let n = amounts.n_industries();
        let turned: Vec<f64> = amounts.cells().cells().chunks(n).rev().flatten().map(|cell| cell * unit).collect();
        prop_assert!(all_close(&table(&amounts), &table(&Amounts::try_new(turned, n).unwrap())));
    }

    #[test]
    fn indices_stay_in_their_ranges(amounts in amounts()) {
        for own in table(&amounts) {
            prop_assert!((0.0..=0.5).contains(&own.locational_gini) && (0.0..1.0).contains(&own.quotient_gini));
            prop_assert!((0.0..=1.0).contains(&own.hoover) && close(own.krugman_whole, 2.0 * own.hoover));
            prop_assert!(own.krugman_rest.unwrap() <= 2.0 + 1e-12);
            // The rest leaves out what an industry shares with the whole.
            prop_assert!(own.krugman_rest.unwrap() >= own.krugman_whole - 1e-12);
            // The largest distance between the curve and the diagonal is Hoover's coefficient: the triangle under it fits in.
            prop_assert!(own.hoover / 2.0 <= own.locational_gini + 1e-12);
            prop_assert!(own.locational_gini <= own.hoover * (1.0 - own.hoover / 2.0) + 1e-12);
            prop_assert!(own.without_plants.unwrap().gamma.unwrap() >= 0.0);
        }
    }

    #[test]
    fn curves_are_convex_from_corner_to_corner(amounts in amounts()) {
        for industry in 0..amounts.n_industries() {
            let own: Vec<f64> = amounts.cells().column(industry).collect();
            let curve = concentration_curve(&Location::try_new(&own, amounts.region_totals()).unwrap());
            prop_assert!(close(curve.base[curve.base.len() - 1], 1.0) && close(curve.own[curve.own.len() - 1], 1.0));
            let slopes: Vec<f64> = (curve.base.windows(2).zip(curve.own.windows(2)))
                .map(|(base, own)| (own[1] - own[0]) / (base[1] - base[0]))
                .collect();
            prop_assert!(slopes.windows(2).all(|pair| pair[0] <= pair[1] * (1.0 + 1e-6) + 1e-6), "{slopes:?}");
        }
    }

    #[test]
    fn plants_only_lower_the_index(amounts in amounts(), counts in prop::collection::vec(2..50_u32, 6)) {
        for industry in 0..amounts.n_industries() {
            let own: Vec<f64> = amounts.cells().column(industry).collect();
            let counts: Vec<f64> = own.iter().zip(&counts).map(|(_, count)| f64::from(*count)).collect();
            let plants = PlantSizes::of_counts(&own, &counts).unwrap();
            let location = Location::try_new(&own, amounts.region_totals()).unwrap();
            let gamma = |plants| ellison_glaeser(&location, plants).unwrap().gamma.unwrap();
            // An industry in the smallest regions alone exceeds 1, and lumpy plants would make that more.
            prop_assert!(gamma(None) > 1.0 || gamma(Some(&plants)) <= gamma(None) + 1e-12);
            let raw = maurel_sedillot(&location, None).unwrap();
            prop_assert!(maurel_sedillot(&location, Some(&plants)).unwrap() <= raw + 1e-12);
        }
    }

    /// The group's index by Ellison and Glaeser's own formula, with plants of any size: they cancel.
    #[test]
    fn plants_cancel_in_coagglomeration(amounts in amounts(), sizes in prop::collection::vec(0.1..10.0_f64, 3..8)) {
        let base = amounts.region_totals();
        let members: Vec<usize> = (0..amounts.n_industries()).collect();
        let total = amounts.total();
        let plants = PlantSizes::of_plants(&sizes).unwrap();
        let squares: f64 = base.iter().map(|own| (own / total).powi(2)).sum();
        let (mut herfindahl, mut own_part, mut weights) = (0.0, 0.0, 0.0);
        for &industry in &members {
            let weight = amounts.industry_totals()[industry] / total;
            let own: Vec<f64> = amounts.cells().column(industry).collect();
            let index = ellison_glaeser(&Location::try_new(&own, base).unwrap(), Some(&plants)).unwrap();
            herfindahl += weight * weight * plants.herfindahl();
            own_part += index.gamma.unwrap() * weight * weight * (1.0 - plants.herfindahl());
            weights += weight * weight;
        }
        // All industries together are spread like the base: G is 0.
        let textbook = (0.0 / (1.0 - squares) - herfindahl - own_part) / (1.0 - weights);
        prop_assert!(close(coagglomeration(&AmountRows::of(&amounts), base, &members).unwrap(), textbook));
        let pairs = coagglomeration_pairs(&AmountRows::of(&amounts), base, &members, &Progress::new()).unwrap();
        prop_assert!(close(coagglomeration(&AmountRows::of(&amounts), base, &[1, 0]).unwrap(), pairs.get(0, 1)));
    }

    #[test]
    fn colocation_is_symmetric_and_averages_to_its_expectation(
        plants in prop::collection::vec((0..4_usize, 0..3_usize), 4..40),
    ) {
        let (regions, industries): (Vec<usize>, Vec<usize>) = plants.iter().copied().unzip();
        let of = |industries: Vec<usize>| {
            colocation(&PlantRegions::try_new(regions.clone(), industries, 4, 3).unwrap())
        };
        let pairs = of(industries.clone());
        let turned = of(industries.iter().map(|industry| 2 - industry).collect());
        for pair in &pairs {
            let same = turned.iter().find(|own| (own.first, own.second) == (2 - pair.second, 2 - pair.first)).unwrap();
            prop_assert_eq!(pair.observed, same.observed);
            prop_assert!((0.0..=1.0).contains(&pair.observed));
        }
    }

    #[test]
    fn clusters_scale_with_density(amounts in amounts(), scale in 0.1..10.0_f64) {
        let firms = Amounts::try_new(amounts.cells().cells().iter().map(|cell| cell.ceil()).collect(), amounts.n_industries()).unwrap();
        let ones = vec![1.0; amounts.n_regions()];
        let wide: Vec<f64> = ones.iter().map(|one| one * scale).collect();
        let of = |areas: &[f64]| cluster_index(&AmountRows::of(&amounts), &AmountRows::of(&firms), areas, &ones).unwrap();
        for (a, b) in of(&ones).into_iter().zip(of(&wide)) {
            prop_assert!(close(a.unwrap(), b.unwrap()));
        }
    }
}

/// Plants that choose at random, each region as likely as its share of the base, have gamma 0 in the mean, G its expected
/// mean, and the deviation of G that the formula says.
#[test]
fn random_plants_have_no_concentration_beyond_chance() {
    let base = [5.0, 3.0, 1.0, 1.0];
    let sizes = [9.0, 4.0, 4.0, 2.0, 1.0, 1.0];
    let plants = PlantSizes::of_plants(&sizes).unwrap();
    let draws = 20_000;
    let (mut gammas, mut concentrations) = (Vec::with_capacity(draws), Vec::with_capacity(draws));
    let mut stated = None;
    for draw in 0..draws {
        let mut random = generator(11, draw as u64);
        let mut own = [0.0; 4];
        for size in sizes {
            let at: f64 = random.random_range(0.0..10.0);
            let region = if at < 5.0 {
                0
            } else if at < 8.0 {
                1
            } else if at < 9.0 {
                2
            } else {
                3
            };
            own[region] += size;
        }
        let index = ellison_glaeser(&Location::try_new(&own, &base).unwrap(), Some(&plants)).unwrap();
        gammas.push(index.gamma.unwrap());
        concentrations.push(index.concentration);
        stated = Some((index.expected, index.deviation));
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / draws as f64;
    let deviation = |values: &[f64]| {
        let mean = mean(values);
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (draws - 1) as f64).sqrt()
    };
    let (expected, stated_deviation) = stated.unwrap();
    let error = |values: &[f64]| deviation(values) / (draws as f64).sqrt();
    assert!(mean(&gammas).abs() < 4.0 * error(&gammas), "{} is not 0", mean(&gammas));
    assert!((mean(&concentrations) - expected).abs() < 4.0 * error(&concentrations));
    assert!((deviation(&concentrations) / stated_deviation - 1.0).abs() < 0.03);
}
