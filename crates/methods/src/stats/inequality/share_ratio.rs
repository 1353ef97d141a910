//! Ratio of what the richest hold to what the poorest hold; with 10 and 40 per cent it is Palma's.

use super::distribution::{Distribution, InequalityError};
use super::lorenz;

/// Computes the ratio of the share of the total that the richest hold to the share that the poorest hold.
///
/// ```text
/// R = (1 - L(1 - richest)) / L(poorest)        L the Lorenz curve, interpolated
/// ```
///
/// # Shapes and units
///
/// - `richest`, `poorest`: which part of the regions, or of the weights, 0 to 1, exclusive: 0.1 and 0.4 for Palma's ratio,
///   0.2 and 0.2 for S80/S20.
/// - returns: `richest`/`poorest` where all values are equal.
///
/// # Errors
///
/// A part that is none; a negative value; values that are all zero; a poorest part that holds nothing.
///
/// # Source
///
/// Palma (2011), Development and Change 42(1), 87-153; Cobham, Schlogl and Sumner (2016), Global Policy 7(1), 25-36.
pub fn share_ratio(distribution: &Distribution<'_>, richest: f64, poorest: f64) -> Result<f64, InequalityError> {
    for part in [richest, poorest] {
        if !(part > 0.0 && part < 1.0) {
            return Err(InequalityError::InvalidParameter { value: part });
        }
    }
    let curve = lorenz(distribution)?;
    let ratio = (1.0 - curve.at(1.0 - richest)) / curve.at(poorest);
    if ratio.is_finite() { Ok(ratio) } else { Err(InequalityError::NothingBelow) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn compares_both_ends_of_the_curve() {
        // Ten values of 1..10 add up to 55: the greatest holds 10, the four least 1 + 2 + 3 + 4.
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        let values = Distribution::new(&values).unwrap();
        assert!((share_ratio(&values, 0.1, 0.4).unwrap() - 1.0).abs() < 1e-14);
        assert!((share_ratio(&values, 0.2, 0.2).unwrap() - 19.0 / 3.0).abs() < 1e-13);
        let equal = Distribution::new(&[3.0; 7]).unwrap();
        assert!((share_ratio(&equal, 0.1, 0.4).unwrap() - 0.25).abs() < 1e-15);
    }

    #[test]
    fn refuses_parts_that_are_none_or_hold_nothing() {
        let values = Distribution::new(&[0.0, 0.0, 3.0]).unwrap();
        assert_eq!(share_ratio(&values, 0.1, 0.4), Err(InequalityError::NothingBelow));
        assert_eq!(share_ratio(&values, 0.0, 0.4), Err(InequalityError::InvalidParameter { value: 0.0 }));
        assert_eq!(share_ratio(&values, 0.1, 1.0), Err(InequalityError::InvalidParameter { value: 1.0 }));
    }
}
