//! Coefficient of variation: the standard deviation relative to the mean. Weighted by population it is Williamson's index.

use super::distribution::{Distribution, InequalityError, in_range};
use super::variance;
use crate::stats::Spread;

/// Computes the coefficient of variation.
///
/// ```text
/// cv = sqrt(variance) / m
/// ```
///
/// # Shapes and units
///
/// - returns: 0 where all values are equal, to sqrt(n - 1) with the divisor n.
///
/// # Errors
///
/// A mean that is not positive; otherwise as [`variance`].
///
/// # Source
///
/// Pearson (1896), Philosophical Transactions of the Royal Society A 187, 253-318.
pub fn coefficient_of_variation(distribution: &Distribution<'_>, spread: Spread) -> Result<f64, InequalityError> {
    distribution.check_mean()?;
    in_range(variance(distribution, spread)?.sqrt() / distribution.mean())
}

/// Computes the coefficient of variation relative to the largest that n values can have with the divisor n.
///
/// ```text
/// cv* = cv / sqrt(n - 1)
/// ```
///
/// # Shapes and units
///
/// - returns: 0 to 1 for [`Spread::Population`]; a sample's reaches sqrt(n/(n - 1)).
///
/// # Errors
///
/// A single value; otherwise as [`coefficient_of_variation`].
///
/// # Source
///
/// Sheret (1984), Social Indicators Research 15, 289-295. REAT's `cv(coefnorm = TRUE)` counts missing values in n; here there are none.
pub fn normalized_coefficient_of_variation(
    distribution: &Distribution<'_>,
    spread: Spread,
) -> Result<f64, InequalityError> {
    let values = distribution.n_regions();
    if values < 2 {
        return Err(InequalityError::TooFew { values, needed: 2 });
    }
    Ok(coefficient_of_variation(distribution, spread)? / ((values - 1) as f64).sqrt())
}

/// Computes Williamson's index: the coefficient of variation of incomes per head, weighted by population.
///
/// ```text
/// W = sqrt(sum over i of p[i] * (x[i] - m)^2) / m,  m = sum over i of p[i] * x[i]
/// ```
///
/// # Errors
///
/// Values that count alike, for which the index is not defined; otherwise as [`coefficient_of_variation`].
///
/// # Source
///
/// Williamson (1965), Economic Development and Cultural Change 13(4), 1-84. REAT's `williamson` takes the unweighted mean in
/// the numerator and the weighted one in the denominator unless `wmean = TRUE`; this does not.
pub fn williamson(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    if !distribution.is_weighted() {
        return Err(InequalityError::Unweighted);
    }
    coefficient_of_variation(distribution, Spread::Population)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn is_relative_to_the_mean() {
        let values = Distribution::new(&[0.0, 9.0]).unwrap();
        assert_eq!(coefficient_of_variation(&values, Spread::Population), Ok(1.0));
        assert!((coefficient_of_variation(&values, Spread::Sample).unwrap() - 2_f64.sqrt()).abs() < 1e-15);
        assert_eq!(normalized_coefficient_of_variation(&values, Spread::Population), Ok(1.0));
        let negative = Distribution::new(&[-2.0, 1.0]).unwrap();
        let mean = InequalityError::MeanNotPositive { mean: -0.5 };
        assert_eq!(coefficient_of_variation(&negative, Spread::Sample), Err(mean));
    }

    #[test]
    fn the_largest_is_one() {
        let values = Distribution::new(&[0.0, 0.0, 0.0, 0.0, 3.0]).unwrap();
        assert!((normalized_coefficient_of_variation(&values, Spread::Population).unwrap() - 1.0).abs() < 1e-15);
        let one = Distribution::new(&[3.0]).unwrap();
        let few = InequalityError::TooFew { values: 1, needed: 2 };
        assert_eq!(normalized_coefficient_of_variation(&one, Spread::Population), Err(few));
    }

    #[test]
    fn williamson_counts_heads() {
        let weighted = Distribution::weighted(&[1.0, 5.0], &[3.0, 1.0]).unwrap();
        assert!((williamson(&weighted).unwrap() - 3_f64.sqrt() / 2.0).abs() < 1e-15);
        assert_eq!(williamson(&Distribution::new(&[1.0, 5.0]).unwrap()), Err(InequalityError::Unweighted));
    }
}
