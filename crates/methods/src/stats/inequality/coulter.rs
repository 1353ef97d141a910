//! Coulter coefficient: the distance between shares of a total and equal shares.

use super::distribution::{Distribution, InequalityError};

/// Computes the Coulter coefficient.
///
/// ```text
/// C = sqrt(sum over i of (s[i] - p[i])^2 / 2),  s[i] = p[i] * x[i] / m
/// ```
///
/// with p = 1/n, or the weights over their sum: s is a region's share of the total, p its share of the heads.
///
/// # Shapes and units
///
/// - returns: 0 where all values are equal, below 1.
///
/// # Errors
///
/// A negative value, or values that are all zero.
///
/// # Source
///
/// Coulter (1989), Measuring Inequality, Westview.
pub fn coulter(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    distribution.check_not_negative()?;
    let difference = |(region, share): (usize, f64)| share - distribution.share(region);
    let squares = distribution.total_shares().enumerate().map(difference).map(|difference| difference * difference);
    Ok((squares.sum::<f64>() / 2.0).sqrt())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn is_the_distance_from_equal_shares() {
        let of = |values: &[f64]| coulter(&Distribution::new(values).unwrap()).unwrap();
        assert_eq!((of(&[0.0, 9.0]), of(&[4.0; 3])), (0.5, 0.0));
        // Shares of the total 0.5 and 0.5, of the heads 0.2 and 0.8.
        let weighted = coulter(&Distribution::weighted(&[4.0, 1.0], &[1.0, 4.0]).unwrap()).unwrap();
        assert!((weighted - 0.3).abs() < 1e-15);
        let negative = Distribution::new(&[1.0, -1.0, 3.0]).unwrap();
        assert_eq!(coulter(&negative), Err(InequalityError::Negative { region: 1, value: -1.0 }));
    }
}
