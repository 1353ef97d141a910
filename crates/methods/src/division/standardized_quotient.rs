//! Standardised location quotient: how unusual a quotient is among regions.

use super::log_quotient;
use crate::stats::{Spread, mean_and_deviation};

/// Standardises the location quotients of one industry over regions.
///
/// ```text
/// z[r] = (LQ[r] - mean(LQ)) / deviation(LQ)
/// ```
///
/// # Shapes and units
///
/// - `quotients`: location quotients of one industry, by region; `None` where undefined.
/// - `spread`: the divisor of the standard deviation. O'Donoghue and Gleave use the sample's, n - 1.
/// - returns: standard deviations from the mean, by region; `None` where the quotient is undefined, and everywhere when there
///   are too few quotients or all are equal.
///
/// # Source
///
/// O'Donoghue and Gleave (2004), Regional Studies 38(4), 419-427. REAT's `locq2` takes mean and deviation over the wrong
/// margin; this takes them over the regions of one industry.
pub fn standardized_quotient(quotients: &[Option<f64>], spread: Spread) -> Vec<Option<f64>> {
    let defined: Vec<f64> = quotients.iter().flatten().copied().collect();
    let all_equal = defined.windows(2).all(|pair| pair[0] == pair[1]);
    match mean_and_deviation(&defined, spread) {
        Some((mean, deviation)) if deviation > 0.0 && !all_equal => {
            let standardize = |quotient: f64| (quotient - mean) / deviation;
            quotients.iter().map(|quotient| quotient.map(standardize).filter(|z| z.is_finite())).collect()
        }
        _ => vec![None; quotients.len()],
    }
}

/// Standardises the logarithms of the location quotients of one industry over regions; see [`standardized_quotient`].
///
/// Regions without the industry have no logarithm: they have no result and are not in mean and deviation.
///
/// # Source
///
/// Tian (2013), Journal of Regional Analysis and Policy 43(2), 186-197.
pub fn standardized_log_quotient(quotients: &[Option<f64>], spread: Spread) -> Vec<Option<f64>> {
    let logs: Vec<Option<f64>> = quotients.iter().map(|quotient| quotient.and_then(log_quotient)).collect();
    standardized_quotient(&logs, spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_deviations_from_the_mean() {
        // Mean 2, sample deviation 1, population deviation sqrt(2/3).
        let quotients = [Some(1.0), None, Some(2.0), Some(3.0)];
        assert_eq!(standardized_quotient(&quotients, Spread::Sample), [Some(-1.0), None, Some(0.0), Some(1.0)]);
        let population = standardized_quotient(&quotients, Spread::Population);
        assert_eq!(population[3], Some(1.0 / (2.0_f64 / 3.0).sqrt()));
    }

    #[test]
    fn absent_industries_have_no_logarithm() {
        let quotients = [Some(0.0), Some(1.0), Some(1.0_f64.exp())];
        let standardized = standardized_log_quotient(&quotients, Spread::Population);
        assert_eq!(standardized, [None, Some(-1.0), Some(1.0)]);
    }

    #[test]
    fn equal_or_too_few_quotients_have_no_standard() {
        assert_eq!(standardized_quotient(&[Some(0.1); 3], Spread::Sample), [None; 3]);
        assert_eq!(standardized_quotient(&[Some(0.1), None], Spread::Sample), [None; 2]);
        assert!(standardized_quotient(&[], Spread::Sample).is_empty());
    }
}
