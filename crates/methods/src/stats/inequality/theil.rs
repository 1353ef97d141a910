//! Theil's T: the entropy that equal shares would have beyond the shares there are.

use super::distribution::{Distribution, InequalityError, Members};
use crate::stats::lanes::TimesLog;

/// Computes Theil's T, the generalised entropy of order 1.
///
/// ```text
/// T = sum over i of p[i] * (x[i] / m) * ln(x[i] / m)
/// ```
///
/// with p the weights over their sum and m the mean. A value of 0 adds nothing: r ln r goes to 0 with r.
///
/// # Shapes and units
///
/// - returns: 0 where all values are equal, to ln n (-ln p of the one that holds everything, with weights).
///
/// # Errors
///
/// A negative value, or values that are all zero.
///
/// # Source
///
/// Theil (1967), Economics and Information Theory, North-Holland. REAT's `theil` is the mean log deviation instead.
pub fn theil_t(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    distribution.check_not_negative()?;
    Ok(of_members(&distribution.members()))
}

/// Theil's T of values that are not negative.
pub(super) fn of_members(members: &Members<'_>) -> f64 {
    // The terms are of both signs; what rounding leaves of equal values may lie just below zero.
    members.mean_of(TimesLog { scale: members.mean.recip() }).max(0.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Result<f64, InequalityError> {
        theil_t(&Distribution::new(values).unwrap())
    }

    #[test]
    fn is_the_mean_of_shares_times_their_logarithms() {
        // Relative to the mean of 2 the values are 1/2 and 3/2.
        let expected = (0.5 * 0.5_f64.ln() + 1.5 * 1.5_f64.ln()) / 2.0;
        assert!((of(&[1.0, 3.0]).unwrap() - expected).abs() < 1e-15);
        let weighted = theil_t(&Distribution::weighted(&[1.0, 3.0], &[3.0, 1.0]).unwrap()).unwrap();
        assert!((weighted - of(&[1.0, 1.0, 3.0, 1.0]).unwrap()).abs() < 1e-15);
    }

    #[test]
    fn zeros_add_nothing_and_one_who_holds_everything_has_the_most() {
        assert_eq!(of(&[4.0; 5]), Ok(0.0));
        assert!((of(&[0.0, 0.0, 0.0, 7.0]).unwrap() - 4_f64.ln()).abs() < 1e-15);
        assert_eq!(of(&[0.0, 0.0]), Err(InequalityError::MeanNotPositive { mean: 0.0 }));
        assert_eq!(of(&[1.0, -1.0]), Err(InequalityError::Negative { region: 1, value: -1.0 }));
    }
}
