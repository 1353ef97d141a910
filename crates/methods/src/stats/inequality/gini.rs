//! Gini coefficient: the mean difference of two values, relative to twice their mean.

use super::distribution::{Ascending, Distribution, InequalityError};

/// Computes the Gini coefficient.
///
/// With p the weights over their sum (1/n each where all count alike) and m the mean by these weights:
///
/// ```text
/// G = sum over i, j of p[i] * p[j] * |x[i] - x[j]| / (2 m)
/// ```
///
/// computed from the values in order, or, where they count alike, nearly so.
///
/// # Shapes and units
///
/// - returns: 0 where all values are equal, to 1 - 1/n (1 - p of the one that holds everything, with weights).
///
/// # Errors
///
/// A negative value, or values that are all zero.
///
/// # Source
///
/// Gini (1912), Variabilita e mutabilita; in this form Yitzhaki (1979), Quarterly Journal of Economics 93(2), 321-324.
pub fn gini(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    let differences = match distribution.nearly_ascending()? {
        Some(nearly) => nearly.pair_differences() / (distribution.n_regions() as f64).powi(2),
        None => weighted_differences(distribution.ascending()?),
    };
    Ok(differences / distribution.mean())
}

/// Computes the Gini coefficient that samples do not underestimate: [`gini`] times n/(n - 1).
///
/// With weights, n is the number of values all the same.
///
/// # Errors
///
/// As [`gini`]; a single value.
///
/// # Source
///
/// Deltas (2003), Review of Economics and Statistics 85(1), 226-234.
pub fn gini_of_sample(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    let values = distribution.n_regions();
    if values < 2 {
        return Err(InequalityError::TooFew { values, needed: 2 });
    }
    Ok(gini(distribution)? * values as f64 / (values - 1) as f64)
}

/// `sum over pairs, each once, of p[i] * p[j] * |x[i] - x[j]|`.
fn weighted_differences(ascending: &Ascending) -> f64 {
    let Ascending { values, shares } = ascending;
    // Differences to the least value: all terms are then of one sign, and nothing cancels.
    let least = values.first().copied().unwrap_or_default();
    let (mut weight_below, mut sum_below, mut differences) = (0.0, 0.0, 0.0);
    for (value, share) in values.iter().zip(shares.iter().flatten()) {
        let excess = value - least;
        differences += share * (excess * weight_below - sum_below);
        weight_below += share;
        sum_below += share * excess;
    }
    differences
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Result<f64, InequalityError> {
        gini(&Distribution::new(values).unwrap())
    }

    #[test]
    fn is_half_the_relative_mean_difference() {
        // Ordered pairs differ by 2, 4, 2, 2, 4 and 2, and three not at all: 16/9, over twice the mean of 3.
        let gini = of(&[5.0, 1.0, 3.0]).unwrap();
        assert!((gini - 16.0 / 54.0).abs() < 1e-15);
        let own = gini_of_sample(&Distribution::new(&[5.0, 1.0, 3.0]).unwrap()).unwrap();
        assert!((own - 16.0 / 36.0).abs() < 1e-15);
    }

    #[test]
    fn weights_count_like_repetitions() {
        let weighted = gini(&Distribution::weighted(&[5.0, 1.0], &[1.0, 3.0]).unwrap()).unwrap();
        assert!((weighted - of(&[1.0, 5.0, 1.0, 1.0]).unwrap()).abs() < 1e-15);
    }

    #[test]
    fn runs_from_equality_to_one_who_holds_everything() {
        assert_eq!((of(&[4.0; 3]), of(&[0.0, 9.0]), of(&[5.0])), (Ok(0.0), Ok(0.5), Ok(0.0)));
        // Values that differ in the last digits only lose none of them.
        assert!((of(&[1e9, 1e9 + 1e-6]).unwrap() / 2.5e-16 - 1.0).abs() < 0.1);
    }

    #[test]
    fn refuses_what_has_no_shares() {
        assert_eq!(of(&[1.0, -1.0, 3.0]), Err(InequalityError::Negative { region: 1, value: -1.0 }));
        assert_eq!(of(&[0.0, 0.0]), Err(InequalityError::MeanNotPositive { mean: 0.0 }));
        let single = gini_of_sample(&Distribution::new(&[5.0]).unwrap());
        assert_eq!(single, Err(InequalityError::TooFew { values: 1, needed: 2 }));
    }
}
