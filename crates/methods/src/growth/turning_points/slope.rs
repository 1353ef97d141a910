//! The slope of one series on another, with errors that may be correlated over time.

use crate::stats::distributions::student_two_sided;
use crate::stats::is_constant;

/// A slope by ordinary least squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// Change of the outcome per unit of the regressor.
    pub slope: f64,
    /// The outcome where the regressor is zero.
    pub intercept: f64,
    /// Newey and West's standard error of the slope; none where the fit is exact.
    pub standard_error: Option<f64>,
    /// Slope over standard error.
    pub t: Option<f64>,
    /// Two-sided probability of a larger t by Student's distribution with n - 2 degrees of freedom, if the slope were zero.
    pub p_value: Option<f64>,
    /// Share of the outcome's variance that is explained.
    pub r_squared: f64,
}

/// Number of autocovariances by the usual rule, `floor(4 (n/100)^(2/9))`.
pub(super) fn usual_lags(n: usize) -> usize {
    (4.0 * (n as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize
}

/// Fits `y = intercept + slope x`.
///
/// ```text
/// V = n/(n - 2) (G[0] + 2 sum over j <= L of (1 - j/(L + 1)) G[j]) / (sum (x - mean)^2)^2
/// G[j] = sum over t of s[t] s[t - j],   s[t] = (x[t] - mean) e[t]
/// ```
///
/// # Shapes and units
///
/// - `y`, `x`: as many finite values each. `lags`: L.
/// - returns: `None` for fewer than three values or where one of the series is constant.
///
/// # Source
///
/// Newey and West (1987), Econometrica 55(3), 703-708, with the correction n/(n - 2) for small samples (statsmodels'
/// `use_correction`).
pub(super) fn slope(y: &[f64], x: &[f64], lags: usize) -> Option<Slope> {
    let n = y.len();
    if n < 3 || n != x.len() {
        return None;
    }
    let [y_mean, x_mean] = [y, x].map(|values| values.iter().sum::<f64>() / n as f64);
    let centred: Vec<f64> = x.iter().map(|value| value - x_mean).collect();
    let x_squares: f64 = centred.iter().map(|value| value * value).sum();
    let y_squares: f64 = y.iter().map(|value| (value - y_mean) * (value - y_mean)).sum();
    if is_constant(x_squares, x) || is_constant(y_squares, y) {
        return None;
    }
    let products: f64 = centred.iter().zip(y).map(|(x, y)| x * (y - y_mean)).sum();
    let slope = products / x_squares;
    let residuals: Vec<f64> = centred.iter().zip(y).map(|(x, y)| y - y_mean - slope * x).collect();
    let left: f64 = residuals.iter().map(|residual| residual * residual).sum();
    let scores: Vec<f64> = centred.iter().zip(&residuals).map(|(x, residual)| x * residual).collect();
    let autocovariance = |lag: usize| scores.iter().zip(&scores[lag..]).map(|(a, b)| a * b).sum::<f64>();
    let lags = lags.min(n - 1);
    let weighted = (1..=lags).map(|lag| (1.0 - lag as f64 / (lags + 1) as f64) * autocovariance(lag));
    let long_run = autocovariance(0) + 2.0 * weighted.sum::<f64>();
    let degrees = (n - 2) as f64;
    let standard_error = (n as f64 / degrees * long_run).sqrt() / x_squares;
    // Rounding is all that is left of an exact fit.
    let is_exact = left <= y_squares * 1e-24;
    let standard_error = (!is_exact && standard_error > 0.0).then_some(standard_error);
    let t = standard_error.map(|error| slope / error);
    Some(Slope {
        slope,
        intercept: y_mean - slope * x_mean,
        standard_error,
        t,
        p_value: t.and_then(|t| student_two_sided(t, degrees)),
        r_squared: 1.0 - left / y_squares,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stats::correlation;

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-10 * expected.abs(), "{own} is not {expected}");
    }

    const Y: [f64; 8] = [2.0, 1.5, 3.0, 4.5, 4.0, 6.0, 5.5, 8.0];
    const X: [f64; 8] = [1.0, 2.0, 2.5, 3.0, 4.5, 5.0, 6.5, 7.0];

    /// statsmodels 0.14: `OLS(y, add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True},
    /// use_t=True)`: slope, constant, standard error and p-value of the slope, R squared.
    const SLOPE: [f64; 5] = [
        0.914_040_114_613_180_8,
        0.713_467_048_710_600_7,
        0.094_156_515_315_876_28,
        6.857_943_310_138_826e-5,
        0.829_134_018_658_591_2,
    ];

    #[test]
    fn agrees_with_another_program() {
        let fit = slope(&Y, &X, 2).unwrap();
        close(fit.slope, SLOPE[0]);
        close(fit.intercept, SLOPE[1]);
        close(fit.standard_error.unwrap(), SLOPE[2]);
        close(fit.p_value.unwrap(), SLOPE[3]);
        close(fit.r_squared, SLOPE[4]);
        close(correlation(&Y, &X).unwrap(), SLOPE[4].sqrt());
    }

    #[test]
    fn constants_and_exact_fits_are_told_apart() {
        assert_eq!((slope(&Y, &[0.1; 8], 1), correlation(&[0.3; 8], &X)), (None, None));
        let double = X.map(|x| 2.0 * x + 1.0);
        let fit = slope(&double, &X, 1).unwrap();
        assert_eq!((fit.slope, fit.standard_error, fit.p_value), (2.0, None, None));
        assert_eq!((slope(&Y[..2], &X[..2], 0), correlation(&[1e200; 3], &[-1e200, 0.0, 1e200])), (None, None));
        assert_eq!((usual_lags(20), usual_lags(100)), (2, 4));
    }
}
