//! Variance of values and of their logarithms.

use super::distribution::{Distribution, InequalityError, in_range};
use crate::stats::Spread;

/// Computes the variance; its root is the standard deviation.
///
/// ```text
/// alike:  sum over i of (x[i] - m)^2 / d,  d = n - 1 or n        weighted:  sum over i of p[i] * (x[i] - m)^2
/// ```
///
/// with m the mean by the same weights.
///
/// # Shapes and units
///
/// - returns: in the square of the values' unit.
///
/// # Errors
///
/// A single value as a sample; a sample of weighted values, whose divisor has no meaning; a result beyond the range of
/// numbers.
///
/// # Source
///
/// Textbook. REAT's weighted `var2` takes deviations from the unweighted mean unless `wmean = TRUE`; this does not.
pub fn variance(distribution: &Distribution<'_>, spread: Spread) -> Result<f64, InequalityError> {
    deviations(distribution, spread, |value| value, distribution.mean())
}

/// Computes the variance of the natural logarithms of the values.
///
/// # Shapes and units
///
/// - returns: without unit. Its root is roughly the relative spread of the values.
///
/// # Errors
///
/// A value of zero or below; otherwise as [`variance`].
///
/// # Source
///
/// Textbook; the measure of sigma convergence in Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251.
pub fn log_variance(distribution: &Distribution<'_>, spread: Spread) -> Result<f64, InequalityError> {
    distribution.check_positive()?;
    deviations(distribution, spread, f64::ln, distribution.mean_of_logs())
}

/// Mean squared deviation of a function of the values from `mean`.
fn deviations(
    distribution: &Distribution<'_>,
    spread: Spread,
    of: impl Fn(f64) -> f64,
    mean: f64,
) -> Result<f64, InequalityError> {
    let values = distribution.n_regions();
    let squared = |value: &f64| (of(*value) - mean) * (of(*value) - mean);
    let squares = distribution.values().iter().map(squared);
    let divisor = match (spread, distribution.shares()) {
        (Spread::Sample, Some(_)) => return Err(InequalityError::WeightedSample),
        (Spread::Population, Some(shares)) => {
            return in_range(squares.zip(shares).map(|(square, share)| share * square).sum());
        }
        (Spread::Sample, None) if values < 2 => return Err(InequalityError::TooFew { values, needed: 2 }),
        (Spread::Sample, None) => values - 1,
        (Spread::Population, None) => values,
    };
    in_range(squares.sum::<f64>() / divisor as f64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn divides_by_what_was_asked_for() {
        let values = Distribution::new(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!(variance(&values, Spread::Population), Ok(4.0));
        assert_eq!(variance(&values, Spread::Sample), Ok(32.0 / 7.0));
        let weighted = Distribution::weighted(&[1.0, 5.0], &[3.0, 1.0]).unwrap();
        assert_eq!(variance(&weighted, Spread::Population), Ok(3.0));
        assert_eq!(variance(&weighted, Spread::Sample), Err(InequalityError::WeightedSample));
    }

    #[test]
    fn logarithms_need_positive_values() {
        let values = Distribution::new(&[1.0, std::f64::consts::E]).unwrap();
        assert!((log_variance(&values, Spread::Population).unwrap() - 0.25).abs() < 1e-15);
        let zero = Distribution::new(&[1.0, 0.0]).unwrap();
        let error = InequalityError::NotPositive { region: 1, value: 0.0 };
        assert_eq!(log_variance(&zero, Spread::Sample), Err(error));
        let one = Distribution::new(&[1.0]).unwrap();
        assert_eq!(variance(&one, Spread::Sample), Err(InequalityError::TooFew { values: 1, needed: 2 }));
    }
}
