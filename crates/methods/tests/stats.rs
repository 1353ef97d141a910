//! Ranks and percentiles.

use growthpole_methods::stats::{RankMethod, RankOrder, logarithms, percentile, rank, rank_descending};
use proptest::prelude::*;

fn values() -> impl Strategy<Value = Vec<Option<f64>>> {
    let value = prop_oneof![3 => (-4..4).prop_map(|x| Some(f64::from(x))), 1 => Just(None)];
    prop::collection::vec(value, 0..20)
}

/// The definition, counted out.
fn by_counting(values: &[Option<f64>], position: usize, method: RankMethod) -> Option<f64> {
    let own = values[position]?;
    let present = || values.iter().flatten();
    let above = present().filter(|v| **v > own).count() as f64;
    let equal = present().filter(|v| **v == own).count() as f64;
    let equal_before = values[..position].iter().flatten().filter(|v| **v == own).count() as f64;
    let mut distinct: Vec<f64> = present().copied().filter(|v| *v > own).collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    Some(match method {
        RankMethod::Competition => above + 1.0,
        RankMethod::Dense => distinct.len() as f64 + 1.0,
        RankMethod::Ordinal => above + equal_before + 1.0,
        RankMethod::Average => above + (equal + 1.0) / 2.0,
        RankMethod::Worst => above + equal,
    })
}

const METHODS: [RankMethod; 5] =
    [RankMethod::Competition, RankMethod::Dense, RankMethod::Ordinal, RankMethod::Average, RankMethod::Worst];

proptest! {
    #[test]
    fn ranks_are_what_counting_gives(values in values()) {
        for method in METHODS {
            let expected: Vec<_> = (0..values.len()).map(|position| by_counting(&values, position, method)).collect();
            prop_assert_eq!(rank_descending(&values, method), expected);
        }
    }

    #[test]
    fn the_lowest_first_is_the_highest_of_the_negatives(values in values()) {
        let negatives: Vec<Option<f64>> = values.iter().map(|value| value.map(|v| -v)).collect();
        for method in METHODS {
            prop_assert_eq!(rank(&values, method, RankOrder::LowestFirst), rank_descending(&negatives, method));
        }
    }

    #[test]
    fn percentiles_average_one_half(values in values()) {
        let percentiles: Vec<f64> = percentile(&values).into_iter().flatten().collect();
        if !percentiles.is_empty() {
            let mean = percentiles.iter().sum::<f64>() / percentiles.len() as f64;
            prop_assert!((mean - 0.5).abs() < 1e-12);
        }
    }

    #[test]
    fn logarithms_turn_products_into_sums(values in prop::collection::vec(1e-300..1e300_f64, 1..20), exponent in -900..900_i32) {
        let logs = logarithms(&values);
        for (log, value) in logs.iter().zip(&values) {
            prop_assert!((log.exp() / value - 1.0).abs() <= 1e-13 * (1.0 + log.abs()));
        }
        let powers: Vec<f64> = values.iter().map(|value| value.sqrt() * 2_f64.powi(exponent / 2)).collect();
        for (own, log) in logarithms(&powers).iter().zip(&logs) {
            let expected = log / 2.0 + f64::from(exponent / 2) * std::f64::consts::LN_2;
            prop_assert!((own - expected).abs() <= 1e-14 * (1.0 + log.abs() + f64::from(exponent).abs()));
        }
    }
}
