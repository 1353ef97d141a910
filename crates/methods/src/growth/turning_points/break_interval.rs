//! Confidence intervals of break dates.

use statrs::function::erf::erfc;

use crate::stats::distributions::normal_below;

/// Steps towards a quantile; about ten are needed.
const MOST_STEPS: usize = 100;

/// How near to its probability a quantile is, and how near its bounds come to each other, relatively.
const NEAR: f64 = 1e-14;

/// Whether errors are as variable after a break as before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorVariances {
    /// One variance for the whole series: intervals are symmetric.
    #[default]
    Common,
    /// A variance for each segment.
    BySegment,
}

/// How far a true break date may lie before and after its estimate, in periods.
///
/// With d the jump of the fitted value at the break and s1^2, s2^2 the error variances before and after it,
///
/// ```text
/// (k^ - k) d^2 / s1^2  ->  argmax of W1(-v) - |v|/2 for v <= 0, (s2/s1) W2(v) - v/2 for v > 0
/// ```
///
/// # Shapes and units
///
/// - `jump`: d. `variances`: s1^2 and s2^2, finite and not negative; two zeros are an exact fit.
/// - `confidence`: above 0 and below 1.
/// - returns: periods before and after the estimate. Infinite where there is no jump, or no error on one side only: then the
///   date is not confined by this distribution.
///
/// # Source
///
/// Bai (1997), Review of Economics and Statistics 79(4), 551-563, whose distribution function also covers regressors whose
/// moments change; with trends the fitted values at the break take the place of coefficients (the same, section on trending
/// regressors).
pub(super) fn distances(jump: f64, [before, after]: [f64; 2], confidence: f64) -> [f64; 2] {
    if jump == 0.0 {
        return [f64::INFINITY; 2];
    }
    if before == 0.0 && after == 0.0 {
        return [0.0; 2];
    }
    if before == 0.0 || after == 0.0 {
        return [f64::INFINITY; 2];
    }
    let tail = (1.0 - confidence) / 2.0;
    // An estimate that tends to be late has a true date that tends to be earlier.
    [quantile(tail, before / after) * after / (jump * jump), quantile(tail, after / before) * before / (jump * jump)]
}

/// The distance that the maximum exceeds with probability `tail`; zero where that side is less likely as a whole.
fn quantile(tail: f64, ratio: f64) -> f64 {
    let excess = |distance: f64| beyond(distance, ratio) - tail;
    let (mut low, mut above) = (0.0, excess(0.0));
    if above <= 0.0 {
        return 0.0;
    }
    let mut high = 8.0;
    let mut below = excess(high);
    while below > 0.0 {
        (low, above) = (high, below);
        high *= 2.0;
        below = excess(high);
    }
    // False position; an end that stays twice counts half (the Illinois rule), so that both ends come near.
    let mut side = 0;
    for _ in 0..MOST_STEPS {
        let middle = (low * below - high * above) / (below - above);
        let own = excess(middle);
        if own.abs() <= NEAR * tail || high - low <= NEAR * high {
            return middle;
        }
        if own > 0.0 {
            (low, above) = (middle, own);
            below /= if side == 1 { 2.0 } else { 1.0 };
            side = 1;
        } else {
            (high, below) = (middle, own);
            above /= if side == -1 { 2.0 } else { 1.0 };
            side = -1;
        }
    }
    high
}

/// Probability that the maximum lies at more than `distance` on the side whose variance is 1, while that of the other side is
/// `ratio`.
///
/// ```text
/// P = -sqrt(x / 2 pi) e^(-x/8) - r (r + 2)/(r + 1) e^(-x/8) M(b sqrt x) + (x/2 - 2 + (r + 2)^2/(r + 1)) Phi(-sqrt(x)/2)
/// M(z) = e^(z^2/2) Phi(-z),  b = 1/2 + 1/r
/// ```
fn beyond(distance: f64, ratio: f64) -> f64 {
    let root = distance.sqrt();
    let decay = (-distance / 8.0).exp();
    let mills = scaled_normal_tail((0.5 + 1.0 / ratio) * root);
    let tail = normal_below(-root / 2.0).unwrap_or_default();
    let weight = distance / 2.0 - 2.0 + (ratio + 2.0) * (ratio + 2.0) / (ratio + 1.0);
    let first = root / (2.0 * std::f64::consts::PI).sqrt() * decay;
    weight * tail - first - ratio * (ratio + 2.0) / (ratio + 1.0) * decay * mills
}

/// `e^(z^2/2) Phi(-z)` for z not below zero, which neither overflows nor vanishes.
fn scaled_normal_tail(z: f64) -> f64 {
    if z < 5.0 {
        return (z * z / 2.0).exp() * erfc(z / std::f64::consts::SQRT_2) / 2.0;
    }
    // The continued fraction of Mills' ratio, from the inside; at 5 forty terms are exact.
    let fraction = (1..=40).rev().fold(z, |inner, term| z + f64::from(term) / inner);
    1.0 / (fraction * (2.0 * std::f64::consts::PI).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(own: f64, expected: f64, tolerance: f64) {
        assert!((own - expected).abs() <= tolerance * expected.abs(), "{own} is not {expected}");
    }

    /// Bai (1997) prints 7 and 11 for 90 and 95 per cent; digits by scipy's `erfcx` and `brentq`.
    #[test]
    fn equal_variances_have_the_published_quantiles() {
        close(quantile(0.05, 1.0), 7.687_275_546_291_318, 1e-9);
        close(quantile(0.025, 1.0), 11.033_292_445_409_35, 1e-9);
        close(quantile(0.005, 1.0), 19.766_528_970_925_43, 1e-9);
        let [early, late] = distances(2.0, [3.0, 3.0], 0.95);
        close(early, 11.033_292_445_409_35 * 0.75, 1e-9);
        assert_eq!(early, late);
    }

    /// 20 000 simulated paths with a right side of half the variance (numpy, steps of 0.02): 0.367, 0.182 and 0.083 beyond 1, 3
    /// and 6 on the left, 0.157, 0.057 and 0.018 on the right.
    #[test]
    fn unequal_variances_agree_with_simulated_paths() {
        for (distance, left, right) in [(1.0, 0.366_45, 0.156_9), (3.0, 0.182_35, 0.057), (6.0, 0.082_55, 0.018_05)] {
            assert!((beyond(distance, 0.5) - left).abs() < 0.006);
            assert!((beyond(distance / 0.5, 2.0) - right).abs() < 0.006);
        }
        // The side of the larger variance holds the maximum more often.
        close(beyond(0.0, 0.5), 1.0 / 1.5, 1e-12);
    }

    #[test]
    fn the_tail_is_smooth_where_its_form_changes() {
        close(scaled_normal_tail(4.999_999_999), scaled_normal_tail(5.0), 1e-9);
        close(scaled_normal_tail(40.0), 1.0 / ((40.0 + 1.0 / 40.0) * (2.0 * std::f64::consts::PI).sqrt()), 1e-5);
    }

    #[test]
    fn extremes_stay_numbers() {
        assert_eq!(distances(0.0, [1.0, 1.0], 0.95), [f64::INFINITY; 2]);
        assert_eq!(distances(1.0, [0.0, 0.0], 0.95), [0.0; 2]);
        assert_eq!(distances(1.0, [0.0, 1.0], 0.95), [f64::INFINITY; 2]);
        let lopsided = distances(1.0, [1e-12, 1.0], 0.95);
        assert!(lopsided.iter().all(|distance| distance.is_finite()), "{lopsided:?}");
    }
}
