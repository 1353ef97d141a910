//! Specialisation, structures and friction.

use growthpole_methods::division::{
    KrugmanReference, QuotientBase, absolute_excess, additive_quotient, bray_curtis, cosine, equal_weights, friction,
    krugman, krugman_against, krugman_contributions, krugman_pairs, location_quotient_cells,
    location_quotient_of_whole, locational_gini, overlap, revealed_presence, shares,
};
use growthpole_methods::{Amounts, Matrix};
use proptest::prelude::*;

/// Amounts in which no region and no industry is empty.
fn amounts() -> impl Strategy<Value = Amounts> {
    (1..6_usize, 1..7_usize).prop_flat_map(|(regions, industries)| {
        let cell = prop_oneof![3 => 0.1..1e6_f64, 1 => Just(0.0)];
        prop::collection::vec(cell, regions * industries)
            .prop_map(move |cells| Amounts::try_new(cells, industries).unwrap())
            .prop_filter("no empty region or industry", |amounts| {
                !amounts.region_totals().contains(&0.0) && !amounts.industry_totals().contains(&0.0)
            })
    })
}

/// The same amounts with regions and industries in reverse order.
fn reversed(amounts: &Amounts) -> Amounts {
    let cells = amounts.cells().cells().iter().rev().copied().collect();
    Amounts::try_new(cells, amounts.n_industries()).unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

fn all_close<'a>(a: impl Iterator<Item = &'a f64>, b: impl Iterator<Item = &'a f64>) -> bool {
    a.zip(b).all(|(a, b)| close(*a, *b))
}

proptest! {
    #[test]
    fn shares_sum_to_one(amounts in amounts()) {
        for row in shares(&amounts).unwrap().rows() {
            prop_assert!(close(row.iter().sum(), 1.0));
        }
    }

    #[test]
    fn quotients_average_one_by_their_shares(amounts in amounts()) {
        let quotients = location_quotient_of_whole(&amounts).unwrap();
        for industry in 0..amounts.n_industries() {
            let weighted = quotients.column(industry).zip(amounts.region_totals()).map(|(q, t)| q * t).sum::<f64>();
            prop_assert!(close(weighted / amounts.total(), 1.0));
        }
        let base = QuotientBase::of_whole(&amounts).unwrap();
        let cells: Vec<f64> = location_quotient_cells(&amounts, &base).unwrap().into_iter().flatten().collect();
        prop_assert_eq!(cells.as_slice(), quotients.cells());
        let present = revealed_presence(&amounts, &base, 1.0).unwrap();
        for (quotient, present) in quotients.cells().iter().zip(present) {
            prop_assert!((quotient - 1.0).abs() < 1e-9 || present == Some(*quotient > 1.0));
        }
        for row in additive_quotient(&amounts, &base).unwrap().rows() {
            prop_assert!(close(row.iter().sum(), 0.0));
        }
        for row in absolute_excess(&amounts, &base).unwrap().rows() {
            prop_assert!(row.iter().sum::<f64>().abs() <= 1e-9 * amounts.total());
        }
    }

    #[test]
    fn the_order_of_regions_and_industries_does_not_matter(amounts in amounts()) {
        let mirror = reversed(&amounts);
        let (a, b) = (location_quotient_of_whole(&amounts).unwrap(), location_quotient_of_whole(&mirror).unwrap());
        prop_assert!(all_close(a.cells().iter(), b.cells().iter().rev()));
        let (a, b) = (krugman_pairs(&amounts).unwrap(), krugman_pairs(&mirror).unwrap());
        prop_assert!(all_close(a.cells().iter(), b.cells().iter().rev()));
        let gini = |amounts: &Amounts| locational_gini(amounts, amounts.region_totals()).unwrap();
        prop_assert!(all_close(gini(&amounts).iter(), gini(&mirror).iter().rev()));
        for reference in [KrugmanReference::Whole, KrugmanReference::Rest, KrugmanReference::MeanOfOthers] {
            match (krugman_against(&amounts, reference), krugman_against(&mirror, reference)) {
                (Ok(a), Ok(b)) => prop_assert!(all_close(a.iter(), b.iter().rev())),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn likeness_is_symmetric_and_bounded(amounts in amounts()) {
        let shares = shares(&amounts).unwrap();
        let (first, second) = (shares.row(0), shares.row(shares.n_rows() - 1));
        let distance = krugman(first, second).unwrap();
        prop_assert_eq!(distance, krugman(second, first).unwrap());
        prop_assert!((0.0..=2.0 + 1e-12).contains(&distance));
        prop_assert!(close(overlap(first, second).unwrap(), 1.0 - distance / 2.0));
        prop_assert_eq!(krugman_contributions(first, second).unwrap().iter().sum::<f64>(), distance);
        prop_assert!((0.0..=1.0).contains(&cosine(first, second).unwrap()));
        prop_assert!((0.0..=1.0).contains(&bray_curtis(amounts.region(0), amounts.region(0)).unwrap()));
    }

    #[test]
    fn friction_is_the_mean_overlap_and_its_parts_add_up(amounts in amounts(), mask in prop::collection::vec(any::<bool>(), 6)) {
        prop_assume!(amounts.n_regions() > 1);
        let shares = shares(&amounts).unwrap();
        let weights = equal_weights(shares.n_rows());
        let all = friction(&shares, &weights, None).unwrap();
        let mut overlaps = Vec::new();
        for first in 0..shares.n_rows() {
            overlaps.extend((first + 1..shares.n_rows()).map(|second| overlap(shares.row(first), shares.row(second)).unwrap()));
        }
        prop_assert!(close(all.index, overlaps.iter().sum::<f64>() / overlaps.len() as f64));
        prop_assert!(close(all.by_industry.iter().sum(), all.index));
        if let Ok(masked) = friction(&shares, &weights, Some(&mask[..shares.n_columns()])) {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&masked.index));
        }
    }

    #[test]
    fn extreme_amounts_give_finite_quotients(exponents in prop::collection::vec(-100..100_i32, 4)) {
        let cells: Vec<f64> = exponents.iter().map(|e| 0.2 * 10.0_f64.powi(*e)).collect();
        if let Ok(amounts) = Amounts::try_new(cells, 2) {
            let quotients: Matrix = location_quotient_of_whole(&amounts).unwrap();
            prop_assert!(quotients.cells().iter().all(|quotient| quotient.is_finite()));
            let gini = locational_gini(&amounts, amounts.region_totals()).unwrap();
            prop_assert!(gini.iter().all(|gini| (0.0..=0.5).contains(gini)));
        }
    }
}
