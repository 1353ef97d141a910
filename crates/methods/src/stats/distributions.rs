//! Probabilities and quantiles of the distributions that tests refer to.

use statrs::distribution::{ChiSquared, ContinuousCDF as _, FisherSnedecor, Normal, StudentsT};

/// Probability that a standard normal variable is farther from zero than `z`; `None` when `z` is NaN.
pub fn normal_two_sided(z: f64) -> Option<f64> {
    Some(2.0 * Normal::standard().sf(not_nan(z)?.abs()))
}

/// Probability that a standard normal variable is below `z`; `None` when `z` is NaN.
pub fn normal_below(z: f64) -> Option<f64> {
    Some(Normal::standard().cdf(not_nan(z)?))
}

/// The value below which a standard normal variable falls with `probability`, which lies between 0 and 1, exclusive.
pub fn normal_quantile(probability: f64) -> Option<f64> {
    (probability > 0.0 && probability < 1.0).then(|| Normal::standard().inverse_cdf(probability))
}

/// Probability that a Student variable is farther from zero than `t`; `None` without positive degrees of freedom.
pub fn student_two_sided(t: f64, degrees: f64) -> Option<f64> {
    Some(2.0 * StudentsT::new(0.0, 1.0, degrees).ok()?.sf(not_nan(t)?.abs()))
}

/// The value below which a Student variable falls with `probability`, which lies between 0 and 1, exclusive.
pub fn student_quantile(probability: f64, degrees: f64) -> Option<f64> {
    let distribution = StudentsT::new(0.0, 1.0, degrees).ok()?;
    (probability > 0.0 && probability < 1.0).then(|| distribution.inverse_cdf(probability))
}

/// Probability that a chi-squared variable exceeds `x`; `None` without positive degrees of freedom.
pub fn chi_squared_above(x: f64, degrees: f64) -> Option<f64> {
    Some(ChiSquared::new(degrees).ok()?.sf(not_nan(x)?))
}

/// Probability that an F variable exceeds `f`; `None` without positive degrees of freedom.
pub fn f_above(f: f64, numerator: f64, denominator: f64) -> Option<f64> {
    Some(FisherSnedecor::new(numerator, denominator).ok()?.sf(not_nan(f)?))
}

fn not_nan(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn close(own: Option<f64>, expected: f64) {
        let own = own.unwrap();
        assert!((own - expected).abs() <= 1e-10 * expected.abs(), "{own} is not {expected}");
    }

    /// Figures of scipy 1.17.1 (`scipy.stats`: `norm.sf`, `norm.cdf`, `norm.ppf`, `t.sf`, `t.ppf`, `chi2.sf`, `f.sf`), far
    /// out in the tails as well.
    #[test]
    fn agrees_with_another_library() {
        close(normal_two_sided(-1.96), 0.049_995_790_296_440_87);
        close(normal_two_sided(12.0), 3.552_964_224_155_306e-33);
        close(normal_below(-3.0), 0.001_349_898_031_630_093_3);
        close(normal_quantile(0.975), 1.959_963_984_540_054);
        close(student_two_sided(2.5, 29.0), 0.018_325_344_338_426_086);
        close(student_two_sided(40.0, 6.0), 1.631_836_093_054_246_8e-8);
        close(student_quantile(0.975, 7.0), 2.364_624_251_592_784);
        close(chi_squared_above(12.0, 9.0), 0.213_309_305_083_416_53);
        close(chi_squared_above(400.0, 20.0), 2.044_095_593_580_725_6e-72);
        close(f_above(3.2, 2.0, 28.0), 0.056_026_596_759_740_574);
    }

    #[test]
    fn what_has_no_distribution_has_no_probability() {
        assert_eq!(
            (student_two_sided(1.0, 0.0), chi_squared_above(1.0, -1.0), f_above(1.0, 0.0, 1.0)),
            (None, None, None)
        );
        assert_eq!((normal_two_sided(f64::NAN), normal_quantile(1.0), normal_quantile(0.0)), (None, None, None));
    }
}
