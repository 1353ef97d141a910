//! Structures of regions: shares of industries.

use crate::{Amounts, Matrix};

/// Why structures cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum StructureError {
    /// The two structures are not of the same industries.
    #[error("one structure has {first} industries, the other {second}")]
    LengthsDiffer {
        /// Industries of the first.
        first: usize,
        /// Industries of the second.
        second: usize,
    },
    /// The number is negative, NaN, infinite, or a share above 1.
    #[error("industry {industry}: {value} is not a share or amount")]
    InvalidValue {
        /// Column of the industry.
        industry: usize,
        /// The number.
        value: f64,
    },
    /// The shares do not add up to 1 within 1e-9.
    #[error("the shares add up to {sum}, not to 1")]
    SharesDoNotAddUp {
        /// Their sum.
        sum: f64,
    },
    /// The region holds nothing, so no industry has a share of it.
    #[error("region {region} is empty")]
    EmptyRegion {
        /// Row of the region.
        region: usize,
    },
    /// Neither of the two holds anything.
    #[error("there is nothing to compare")]
    NothingToCompare,
    /// There is no other region to compare with, or all others are empty.
    #[error("there is no other region to compare region {region} with")]
    NoOtherRegion {
        /// Row of the region.
        region: usize,
    },
}

/// Computes the share of every industry in every region.
///
/// ```text
/// s[r, i] = E[r, i] / sum over j of E[r, j]
/// ```
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - returns: the same shape, 0 to 1; each row adds up to 1 within rounding.
///
/// # Errors
///
/// The first region whose total is zero.
pub fn shares(amounts: &Amounts) -> Result<Matrix, StructureError> {
    if let Some(region) = amounts.region_totals().iter().position(|&total| total == 0.0) {
        return Err(StructureError::EmptyRegion { region });
    }
    let share = |region: usize, industry: usize| amounts.region(region)[industry] / amounts.region_totals()[region];
    Ok(Matrix::from_fn(amounts.n_regions(), amounts.n_industries(), share))
}

/// Refuses two lists that are not the shares of the same industries.
pub(crate) fn check_shares(first: &[f64], second: &[f64]) -> Result<(), StructureError> {
    check_lengths(first, second)?;
    for shares in [first, second] {
        let invalid = |share: &f64| !(0.0..=1.0 + 1e-9).contains(share);
        if let Some(industry) = shares.iter().position(invalid) {
            return Err(StructureError::InvalidValue { industry, value: shares[industry] });
        }
        let sum: f64 = shares.iter().sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(StructureError::SharesDoNotAddUp { sum });
        }
    }
    Ok(())
}

/// Refuses lists of different lengths.
pub(crate) fn check_lengths(first: &[f64], second: &[f64]) -> Result<(), StructureError> {
    match (first.len(), second.len()) {
        (first, second) if first != second => Err(StructureError::LengthsDiffer { first, second }),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_the_region() {
        let amounts = Amounts::try_new(vec![3.0, 1.0, 1.0, 1.0], 2).unwrap();
        assert_eq!(shares(&amounts).unwrap().cells(), [0.75, 0.25, 0.5, 0.5]);
        let empty = Amounts::try_new(vec![3.0, 1.0, 0.0, 0.0], 2).unwrap();
        assert_eq!(shares(&empty), Err(StructureError::EmptyRegion { region: 1 }));
    }

    #[test]
    fn checks_that_shares_are_shares() {
        assert_eq!(check_shares(&[0.5, 0.5], &[1.0, 0.0]), Ok(()));
        let lengths = StructureError::LengthsDiffer { first: 1, second: 2 };
        assert_eq!(check_shares(&[1.0], &[0.5, 0.5]), Err(lengths));
        let sum = StructureError::SharesDoNotAddUp { sum: 0.75 };
        assert_eq!(check_shares(&[0.5, 0.25], &[0.5, 0.5]), Err(sum));
        let negative = StructureError::InvalidValue { industry: 1, value: -0.5 };
        assert_eq!(
            check_shares(&[0.5, 0.5], &[1.5, -0.5]).map_err(|e| matches!(e, StructureError::InvalidValue { .. })),
            Err(true)
        );
        assert_eq!(check_shares(&[1.0, 0.0], &[0.5, -0.5]), Err(negative));
        assert_eq!(check_shares(&[], &[]), Err(StructureError::SharesDoNotAddUp { sum: 0.0 }));
    }
}
