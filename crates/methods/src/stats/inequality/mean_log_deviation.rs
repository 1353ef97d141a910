//! Mean log deviation: how far, in logarithms, values lie below their mean on average.

use super::distribution::{Distribution, InequalityError, Members};
use crate::stats::lanes::Log;

/// Computes the mean log deviation, which is Theil's L and the generalised entropy of order 0.
///
/// ```text
/// L = sum over i of p[i] * ln(m / x[i])
/// ```
///
/// with p the weights over their sum and m the mean.
///
/// # Shapes and units
///
/// - returns: 0 where all values are equal, without an upper bound.
///
/// # Errors
///
/// A value that is zero or below: its logarithm does not exist, and a tiny number in its place would decide the result.
///
/// # Source
///
/// Theil (1967), Economics and Information Theory, North-Holland. REAT's `theil` is this measure.
pub fn mean_log_deviation(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    distribution.check_positive()?;
    Ok(of_members(&distribution.members()))
}

/// The mean log deviation of positive values.
pub(super) fn of_members(members: &Members<'_>) -> f64 {
    (-mean_log_ratio(members)).max(0.0)
}

/// Mean of `ln(x / m)` of positive values.
pub(super) fn mean_log_ratio(members: &Members<'_>) -> f64 {
    let scale = members.mean.recip();
    // The fast logarithm is one of normal numbers.
    if members.least * scale >= f64::MIN_POSITIVE {
        return members.mean_of(Log { scale });
    }
    let log = |value: &f64| value.ln() - members.mean.ln();
    let sum: f64 = match members.weights {
        None => members.values.iter().map(log).sum(),
        Some(weights) => members.values.iter().zip(weights).map(|(value, weight)| weight * log(value)).sum(),
    };
    sum / members.weight
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Result<f64, InequalityError> {
        mean_log_deviation(&Distribution::new(values).unwrap())
    }

    #[test]
    fn is_the_logarithm_of_the_mean_over_the_geometric_mean() {
        assert!((of(&[1.0, 4.0, 16.0]).unwrap() - (7.0_f64 / 4.0).ln()).abs() < 1e-15);
        let weighted = mean_log_deviation(&Distribution::weighted(&[1.0, 9.0], &[3.0, 1.0]).unwrap()).unwrap();
        assert!((weighted - of(&[1.0, 1.0, 9.0, 1.0]).unwrap()).abs() < 1e-15);
        assert_eq!(of(&[4.0; 5]), Ok(0.0));
    }

    #[test]
    fn the_least_of_numbers_has_a_logarithm_and_zero_has_none() {
        let expected = -(5e-324_f64.ln() + 2_f64.ln()) / 2.0 - 2_f64.ln() / 2.0;
        assert!((of(&[5e-324, 1.0]).unwrap() / expected - 1.0).abs() < 1e-3);
        assert_eq!(of(&[1.0, 0.0]), Err(InequalityError::NotPositive { region: 1, value: 0.0 }));
    }
}
