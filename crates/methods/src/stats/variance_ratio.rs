//! Whether two variances are equal.

use super::distributions::{f_above, student_two_sided};
use super::{Spread, mean_and_deviation};

/// Test of two variances as if the samples were independent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceRatio {
    /// Sample variance of the first over that of the second.
    pub f: f64,
    /// Degrees of freedom above.
    pub numerator: usize,
    /// Degrees of freedom below.
    pub denominator: usize,
    /// Two-sided probability of a ratio that far from 1.
    pub p: f64,
}

/// Tests whether the variances of two independent samples are equal.
///
/// ```text
/// F = var(x) / var(y)        p = 2 min(P(F' <= F), P(F' >= F)),  F' with n(x) - 1 and n(y) - 1 degrees of freedom
/// ```
///
/// # Shapes and units
///
/// - `x`, `y`: at least two finite values each.
/// - returns: `None` for too few values or when one does not vary.
///
/// # Source
///
/// R's `var.test`; in studies of convergence the «ANOVA form», Furceri (2005), Economics Letters 89(2), 212-215.
pub fn variance_ratio(x: &[f64], y: &[f64]) -> Option<VarianceRatio> {
    let (_, of_x) = mean_and_deviation(x, Spread::Sample)?;
    let (_, of_y) = mean_and_deviation(y, Spread::Sample)?;
    if of_x == 0.0 || of_y == 0.0 {
        return None;
    }
    let f = (of_x / of_y) * (of_x / of_y);
    let (numerator, denominator) = (x.len() - 1, y.len() - 1);
    // The lower tail is the upper tail of the reciprocal, which keeps its digits where it is small.
    let above = f_above(f, numerator as f64, denominator as f64)?;
    let below = f_above(1.0 / f, denominator as f64, numerator as f64)?;
    Some(VarianceRatio { f, numerator, denominator, p: (2.0 * above.min(below)).min(1.0) })
}

/// Test of the variances of two variables measured on the same regions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedVariances {
    /// Correlation of sums and differences: positive when the first varies more.
    pub correlation: f64,
    /// The statistic.
    pub t: f64,
    /// Degrees of freedom.
    pub degrees: usize,
    /// Two-sided probability of a t that far from 0.
    pub p: f64,
}

/// Tests whether two variables, measured on the same regions, have equal variances.
///
/// Regions that are rich at the start are rich at the end, so that the two are not independent and the F test is too
/// reluctant. Sums and differences are uncorrelated exactly when the variances are equal:
///
/// ```text
/// r = cor(x + y, x - y) = (Sxx - Syy) / sqrt((Sxx + Syy)^2 - 4 Sxy^2)
/// t = r sqrt((n - 2) / (1 - r^2)) = (Sxx - Syy) / 2 * sqrt((n - 2) / (Sxx Syy - Sxy^2)),  n - 2 degrees of freedom
/// ```
///
/// # Shapes and units
///
/// - `x`, `y`: one finite value a region in each, at least three regions.
/// - returns: `None` for too few regions, lengths that differ, or when one does not vary or both vary together exactly.
///
/// # Source
///
/// Pitman (1939), Biometrika 31(1/2), 9-12; Morgan (1939), Biometrika 31(1/2), 13-19. Carree and Klomp (1997), Review of
/// Economics and Statistics 79(4), 683-686, brought the test into studies of convergence; their T2 is
/// -(n - 2.5) ln(1 - r^2).
pub fn paired_variances(x: &[f64], y: &[f64]) -> Option<PairedVariances> {
    let n = x.len();
    let degrees = n.checked_sub(2).filter(|&degrees| degrees > 0 && y.len() == n)?;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n as f64;
    let (of_x, of_y) = (mean(x), mean(y));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let (x, y) = (x - of_x, y - of_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    // What is left of the one variable without the other; below this it is rounding.
    let apart = xx * yy - xy * xy;
    if apart.is_nan() || apart <= 1e-14 * xx * yy {
        return None;
    }
    let correlation = (xx - yy) / ((xx + yy) * (xx + yy) - 4.0 * xy * xy).sqrt();
    let t = (xx - yy) * (degrees as f64 / (4.0 * apart)).sqrt();
    if !t.is_finite() {
        return None;
    }
    Some(PairedVariances { correlation, t, degrees, p: student_two_sided(t, degrees as f64)? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const X: [f64; 6] = [1.0, 4.0, 2.5, 7.0, 9.0, 3.0];
    const Y: [f64; 6] = [2.0, 4.0, 3.5, 5.0, 6.0, 2.5];

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-11 * expected.abs(), "{own} is not {expected}");
    }

    /// Figures of scipy 1.17: `2 * min(f.sf, f.cdf)` of the ratio of `var(ddof=1)`, and `pearsonr(x + y, x - y)`.
    #[test]
    fn matches_scipy() {
        let ratio = variance_ratio(&X, &Y).unwrap();
        close(ratio.f, 3.988970588235294);
        close(ratio.p, 0.15514684121951106);
        assert_eq!((ratio.numerator, ratio.denominator), (5, 5));
        close(variance_ratio(&Y, &X).unwrap().p, ratio.p);
        let paired = paired_variances(&X, &Y).unwrap();
        close(paired.correlation, 0.9326676159509504);
        close(paired.p, 0.0066478441830828535);
    }

    #[test]
    fn what_does_not_vary_has_no_test() {
        assert_eq!(variance_ratio(&X, &[2.0; 6]), None);
        assert_eq!(variance_ratio(&[1.0], &X), None);
        assert_eq!(paired_variances(&X, &X), None);
        assert_eq!(paired_variances(&X[..2], &Y[..2]), None);
        assert_eq!(paired_variances(&X, &Y[..5]), None);
        assert_eq!(paired_variances(&[3.0; 6], &[1.0; 6]), None);
    }
}
