//! Standardised location quotient: how unusual a quotient is among regions.

use super::log_quotient;
use crate::stats::{Spread, mean_and_deviation};

/// Quotients that differ by no more than this part of the greatest are equal: only rounding separates them, and
/// standardising would blow it up to whole deviations.
const ALIKE: f64 = 1e-12;

/// Standardises the location quotients of one industry over regions.
///
/// ```text
/// z[r] = (LQ[r] - mean(LQ)) / deviation(LQ)
/// ```
///
/// # Shapes and units
///
/// - `quotients`: location quotients of one industry, by region, not negative; `None` where undefined.
/// - `spread`: the divisor of the standard deviation. O'Donoghue and Gleave use the sample's, n - 1.
/// - returns: standard deviations from the mean, by region; `None` where the quotient is undefined, and everywhere when there
///   are too few quotients or all are equal. Quotients that differ by at most 1e-12 of the greatest count as equal.
///
/// # Source
///
/// O'Donoghue and Gleave (2004), Regional Studies 38(4), 419-427. REAT's `locq2` takes mean and deviation over the wrong
/// margin; this takes them over the regions of one industry.
pub fn standardized_quotient(quotients: &[Option<f64>], spread: Spread) -> Vec<Option<f64>> {
    let standard = QuotientStandard::of(quotients, spread);
    quotients.iter().map(|quotient| standard?.score((*quotient)?)).collect()
}

/// Standardises the logarithms of the location quotients of one industry over regions; see [`standardized_quotient`].
///
/// Regions without the industry have no logarithm: they have no result and are not in mean and deviation. The quotients of
/// the other regions, not their logarithms, decide whether all are equal.
///
/// # Source
///
/// Tian (2013), Journal of Regional Analysis and Policy 43(2), 186-197.
pub fn standardized_log_quotient(quotients: &[Option<f64>], spread: Spread) -> Vec<Option<f64>> {
    let standard = QuotientStandard::of_logarithms(quotients, spread);
    quotients.iter().map(|quotient| standard?.score(log_quotient((*quotient)?)?)).collect()
}

/// What the location quotients of one industry are standardised by, for those who look at one quotient at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuotientStandard {
    mean: f64,
    /// Positive.
    deviation: f64,
}

impl QuotientStandard {
    /// Mean and deviation of quotients; `None` where [`standardized_quotient`] has no result.
    pub fn of(quotients: &[Option<f64>], spread: Spread) -> Option<Self> {
        if are_alike(quotients) { None } else { Self::of_values(quotients.iter().flatten().copied(), spread) }
    }

    /// Mean and deviation of the logarithms of quotients; `None` where [`standardized_log_quotient`] has no result.
    pub fn of_logarithms(quotients: &[Option<f64>], spread: Spread) -> Option<Self> {
        let with_log = |quotient: &f64| log_quotient(*quotient).is_some();
        let present: Vec<Option<f64>> = quotients.iter().flatten().copied().filter(with_log).map(Some).collect();
        let logs = present.iter().flatten().filter_map(|quotient| log_quotient(*quotient));
        if are_alike(&present) { None } else { Self::of_values(logs, spread) }
    }

    fn of_values(values: impl Iterator<Item = f64>, spread: Spread) -> Option<Self> {
        let (mean, deviation) = mean_and_deviation(&values.collect::<Vec<_>>(), spread)?;
        (deviation > 0.0).then_some(Self { mean, deviation })
    }

    /// Deviations of a value from the mean; `None` where that is beyond the range of numbers.
    pub fn score(&self, value: f64) -> Option<f64> {
        let score = (value - self.mean) / self.deviation;
        score.is_finite().then_some(score)
    }
}

/// Whether only rounding separates the quotients that are defined.
fn are_alike(quotients: &[Option<f64>]) -> bool {
    let defined = || quotients.iter().flatten().copied();
    let (least, most) = (defined().fold(f64::INFINITY, f64::min), defined().fold(0.0, f64::max));
    most - least <= ALIKE * most
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

    #[test]
    fn what_only_rounding_separates_is_equal() {
        let rounded = [Some(0.1 + 0.2), Some(0.3), Some(0.3)];
        assert_ne!(rounded[0], rounded[1]);
        assert_eq!(standardized_quotient(&rounded, Spread::Sample), [None; 3]);
        // An absent industry counts among quotients, but has no logarithm that could differ from the others.
        let with_absent = [Some(0.1 + 0.2), Some(0.3), Some(0.0)];
        assert!(standardized_quotient(&with_absent, Spread::Sample).iter().all(Option::is_some));
        assert_eq!(standardized_log_quotient(&with_absent, Spread::Sample), [None; 3]);
        // Logarithms near zero differ by a great part of themselves.
        let near_one = [Some(1.0), Some(1.0 + f64::EPSILON)];
        assert_eq!(standardized_log_quotient(&near_one, Spread::Population), [None; 2]);
        let distinct = [Some(1.0), Some(1.0 + 1e-9)];
        assert!(standardized_quotient(&distinct, Spread::Sample).iter().all(Option::is_some));
        assert!(standardized_log_quotient(&distinct, Spread::Sample).iter().all(Option::is_some));
    }
}
