//! Dalton's index: the logarithm of the mean over the mean of the logarithms. It depends on the unit.

use super::distribution::{Distribution, InequalityError, in_range};

/// Computes Dalton's index in the form that regional science uses.
///
/// ```text
/// D = ln(m) / (sum over i of p[i] * ln x[i])
/// ```
///
/// **It depends on the unit**: the same incomes in yuan and in thousands of yuan have different indices, which can be compared
/// with nothing but themselves in the same unit. It is offered because others publish it; the mean log deviation
/// is the difference of the two logarithms, and does not depend on the unit.
///
/// # Shapes and units
///
/// - returns: 1 where all values are equal, above 1 otherwise, for values whose logarithms are positive on average; below
///   1 when they are negative.
///
/// # Errors
///
/// A value of zero or below; a geometric mean of exactly 1, whose logarithm is zero.
///
/// # Source
///
/// Portnov and Felsenstein (2010), Social Indicators Research 95, 219-233, after Dalton (1920), Economic Journal 30, 348-361.
pub fn dalton(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    distribution.check_positive()?;
    in_range(distribution.mean().ln() / distribution.mean_of_logs())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Result<f64, InequalityError> {
        dalton(&Distribution::new(values).unwrap())
    }

    #[test]
    fn depends_on_the_unit() {
        let expected = 17_f64.ln() / 8_f64.ln();
        assert!((of(&[2.0, 32.0]).unwrap() - expected).abs() < 1e-15);
        assert!((of(&[20.0, 320.0]).unwrap() - expected).abs() > 0.1);
        assert_eq!(of(&[4.0; 3]), Ok(1.0));
    }

    #[test]
    fn refuses_what_has_no_logarithm_or_one_of_zero() {
        assert_eq!(of(&[1.0, 0.0]), Err(InequalityError::NotPositive { region: 1, value: 0.0 }));
        assert_eq!(of(&[0.5, 2.0]), Err(InequalityError::OutOfRange));
    }
}
