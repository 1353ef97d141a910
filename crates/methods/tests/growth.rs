//! Growth rates and contributions.

use growthpole_methods::growth::{
    GrowthMeasure, contributions_from_levels, contributions_from_rates, cumulative_from_rates, from_levels, from_rates,
};
use proptest::prelude::*;

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-12 * scale.abs().max(f64::MIN_POSITIVE)
}

fn levels() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(1.0..1e6_f64, 2..12)
}

/// Any finite numbers, also the most extreme.
fn extremes() -> impl Strategy<Value = Vec<f64>> {
    let extreme = prop::sample::select(vec![0.0, -0.0, 1.0, -1.0, 5e-324, 1e-308, 1e308, f64::MAX, f64::MIN, 1e-100]);
    prop::collection::vec(prop_oneof![extreme, prop::num::f64::NORMAL], 1..6)
}

const MEASURES: [GrowthMeasure; 5] = [
    GrowthMeasure::YearOnYear,
    GrowthMeasure::CompoundAnnual,
    GrowthMeasure::MeanOfRates,
    GrowthMeasure::MeanLogDifference,
    GrowthMeasure::SimpleAnnual,
];

proptest! {
    #[test]
    fn rates_and_levels_agree(levels in levels()) {
        let rates: Vec<f64> = levels.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        for measure in MEASURES {
            match (from_levels(&levels, measure), from_rates(&rates, measure)) {
                (Ok(a), Ok(b)) => prop_assert!((a - b).abs() <= 1e-9 * (1.0 + a.abs()), "{measure:?} {a} {b}"),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
        let compound = from_rates(&rates, GrowthMeasure::CompoundAnnual).unwrap();
        let factor = cumulative_from_rates(&rates).unwrap();
        prop_assert!((factor / (1.0 + compound).powi(rates.len() as i32) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn extremes_give_a_finite_answer_or_an_error(numbers in extremes()) {
        for measure in MEASURES {
            prop_assert!(from_levels(&numbers, measure).map_or(true, f64::is_finite));
            prop_assert!(from_rates(&numbers, measure).map_or(true, f64::is_finite));
        }
        prop_assert!(from_levels(&numbers, GrowthMeasure::Change).map_or(true, f64::is_finite));
        prop_assert!(cumulative_from_rates(&numbers).map_or(true, f64::is_finite));
        let positive: Vec<f64> = numbers.iter().map(|x| x.abs()).collect();
        if let Ok(parts) = contributions_from_rates(&positive, &numbers) {
            prop_assert!(parts.by_region.iter().all(|part| part.is_finite()) && parts.total.is_finite());
        }
    }

    #[test]
    fn contributions_add_up_to_the_growth_of_the_whole(start in levels()) {
        let end: Vec<f64> = start.iter().rev().copied().map(|level| level * 1.5).collect();
        let parts = contributions_from_levels(&start, &end).unwrap();
        prop_assert!(close(parts.total, 0.5, 1e2));
        let rates: Vec<f64> = start.iter().zip(&end).map(|(a, b)| b / a - 1.0).collect();
        let weighted = contributions_from_rates(&start, &rates).unwrap();
        for (a, b) in parts.by_region.iter().zip(&weighted.by_region) {
            prop_assert!(close(*a, *b, 1.0));
        }
    }
}
