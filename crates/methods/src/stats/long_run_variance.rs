//! Variance of a sum of terms that are correlated over time.

use std::f64::consts::PI;

/// How the variance is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LongRunVariance {
    /// Quadratic spectral kernel with Andrews' bandwidth, and the sums of Phillips and Sul's own program: autocovariances
    /// run over all terms but the last, and everything is divided by n - 1. ConvergenceClubs' `FQSB` and Stata's `logtreg`
    /// follow that program.
    #[default]
    PhillipsSul,
    /// The same kernel and bandwidth with the autocovariances of the textbook: over all terms, divided by n.
    Andrews,
    /// Bartlett kernel over floor(4 (n / 100)^(2/9)) lags, divided by n.
    NeweyWest,
}

impl LongRunVariance {
    /// Estimates the long-run variance of terms with mean zero.
    ///
    /// ```text
    /// V = g[0] + 2 sum over j of k(j / S) g[j],   g[j] = sum over t of x[t] x[t + j] / n
    /// quadratic spectral: k(x) = 3 / z^2 (sin(z) / z - cos(z)),  z = 6 pi x / 5,  S = 1.3221 (a n)^(1/5),
    ///   a = 4 r^2 / (1 - r)^4,  r the first-order autocorrelation of x
    /// Bartlett: k(j) = 1 - j / (L + 1)
    /// ```
    ///
    /// # Shapes and units
    ///
    /// - `terms`: one a period, in order of time, finite.
    /// - returns: their squared unit; not negative, but for rounding. 0 for fewer than two terms or terms that are all 0.
    ///
    /// # Source
    ///
    /// Andrews (1991), Econometrica 59(3), 817-858; Newey and West (1987), Econometrica 55(3), 703-708; Newey and West (1994),
    /// Review of Economic Studies 61(4), 631-653, for the number of lags; Phillips and Sul (2007), Econometrica 75(6),
    /// 1771-1855.
    pub fn estimate(self, terms: &[f64]) -> f64 {
        let n = terms.len();
        let Some(inner) = n.checked_sub(1).filter(|&inner| inner > 0) else { return 0.0 };
        let own: f64 = terms.iter().map(|x| x * x).sum();
        if own == 0.0 {
            return 0.0;
        }
        match self {
            Self::PhillipsSul => spectral(terms, &terms[..inner], own),
            Self::Andrews => spectral(terms, terms, own),
            Self::NeweyWest => {
                let lags = newey_west_lags(n).min(inner);
                let weighted = |lag: usize| (1.0 - lag as f64 / (lags as f64 + 1.0)) * products(terms, lag);
                (own + 2.0 * (1..=lags).map(weighted).sum::<f64>()) / n as f64
            }
        }
    }
}

/// Lags of the Bartlett kernel for a number of terms.
pub fn newey_west_lags(n: usize) -> usize {
    (4.0 * (n as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize
}

/// The quadratic spectral estimate: bandwidth from all terms, autocovariances from `inner`, divided by its length.
fn spectral(terms: &[f64], inner: &[f64], own: f64) -> f64 {
    let before_last: f64 = terms[..terms.len() - 1].iter().map(|x| x * x).sum();
    let correlation = if before_last > 0.0 { products(terms, 1) / before_last } else { 0.0 };
    let spread = 4.0 * correlation * correlation / (1.0 - correlation).powi(4);
    let bandwidth = 1.3221 * (spread * terms.len() as f64).powf(0.2);
    let mut sum = own;
    if bandwidth > 0.0 {
        for lag in 1..inner.len() {
            sum += 2.0 * quadratic_spectral(lag as f64 / bandwidth) * products(inner, lag);
        }
    }
    sum / inner.len() as f64
}

/// The kernel; 1 at 0, which an infinite bandwidth makes of every lag.
fn quadratic_spectral(x: f64) -> f64 {
    let z = 1.2 * PI * x;
    // The two terms cancel near 0, where the series 1 - z^2 / 10 is closer.
    if z < 1e-3 { 1.0 - z * z / 10.0 } else { 3.0 / (z * z) * (z.sin() / z - z.cos()) }
}

/// Sum of the products of terms that are `lag` apart.
fn products(terms: &[f64], lag: usize) -> f64 {
    terms.iter().zip(terms.iter().skip(lag)).map(|(early, late)| early * late).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: [f64; 12] = [0.3, 0.1, -0.2, -0.4, -0.1, 0.2, 0.5, 0.1, -0.3, -0.2, 0.1, -0.1];

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-12 * expected.abs(), "{own} is not {expected}");
    }

    /// Computed with numpy from the formulas above, lag by lag with full matrices of products.
    #[test]
    fn matches_an_independent_computation() {
        close(LongRunVariance::PhillipsSul.estimate(&TERMS), 0.0804529131028786);
        close(LongRunVariance::Andrews.estimate(&TERMS), 0.07400712577642964);
        close(LongRunVariance::NeweyWest.estimate(&TERMS), 0.07166666666666667);
    }

    #[test]
    fn degenerate_terms_have_a_variance_too() {
        for method in [LongRunVariance::PhillipsSul, LongRunVariance::Andrews, LongRunVariance::NeweyWest] {
            assert_eq!((method.estimate(&[]), method.estimate(&[2.0]), method.estimate(&[0.0; 5])), (0.0, 0.0, 0.0));
            // Autocorrelations of exactly 1 and 0 make the bandwidth infinite and zero.
            assert!(method.estimate(&[1.0, 1.0, 1.0]).is_finite());
            assert!(method.estimate(&[1.0, 0.0, 1.0, 0.0]) > 0.0);
            assert!(method.estimate(&[0.0, 0.0, 0.0, 1.0]) > 0.0);
        }
    }

    #[test]
    fn the_kernel_is_smooth_near_zero() {
        for x in [2.6e-4, 2.7e-4] {
            assert!((quadratic_spectral(x) - 1.0).abs() < 1e-6);
        }
        close(quadratic_spectral(1.0 / 1.2), 3.0 / (PI * PI));
    }
}
