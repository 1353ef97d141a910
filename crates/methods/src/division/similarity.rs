//! Similarity of two structures: overlap, cosine and Bray-Curtis.

use super::StructureError;
use super::structure::{check_lengths, check_shares};
use crate::amounts::check_amount;

/// Computes how much of two structures is common to both.
///
/// ```text
/// O = sum over i of min(a[i], b[i]) = 1 - K/2
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: shares of the same industries; each list adds up to 1.
/// - returns: 0 disjoint to 1 alike.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// Finger and Kreinin (1979), The Economic Journal 89(356), 905-912.
pub fn overlap(first: &[f64], second: &[f64]) -> Result<f64, StructureError> {
    check_shares(first, second)?;
    Ok(common_part(first, second))
}

/// Sum of the smaller of each two shares.
pub(crate) fn common_part(first: &[f64], second: &[f64]) -> f64 {
    first.iter().zip(second).map(|(a, b)| a.min(*b)).sum()
}

/// Computes the structural similarity coefficient, the cosine of two structures.
///
/// ```text
/// cos = sum(a * b) / sqrt(sum(a^2) * sum(b^2))
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: shares of the same industries; each list adds up to 1.
/// - returns: 0 disjoint to 1 alike.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// United Nations Industrial Development Organization (1979), World Industry since 1960: Progress and Prospects.
pub fn cosine(first: &[f64], second: &[f64]) -> Result<f64, StructureError> {
    check_shares(first, second)?;
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    // Shares add up to 1, so that the sums of squares are at least 1/n. Rounding may lead a little beyond 1.
    Ok((dot(first, second) / (dot(first, first) * dot(second, second)).sqrt()).min(1.0))
}

/// Computes the Bray-Curtis dissimilarity of the amounts of two regions, which also tells regions of different size apart.
///
/// ```text
/// sum over i of |a[i] - b[i]| / sum over i of (a[i] + b[i])
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: amounts of the same industries, in one unit.
/// - returns: 0 alike, also in size, to 1 disjoint.
///
/// # Errors
///
/// Lists of different lengths, the first number that is not an amount, or nothing in either.
///
/// # Source
///
/// Bray and Curtis (1957), Ecological Monographs 27(4), 325-349.
pub fn bray_curtis(first: &[f64], second: &[f64]) -> Result<f64, StructureError> {
    check_lengths(first, second)?;
    for amounts in [first, second] {
        if let Some(industry) = amounts.iter().position(|&amount| check_amount(amount).is_err()) {
            return Err(StructureError::InvalidValue { industry, value: amounts[industry] });
        }
    }
    let difference: f64 = first.iter().zip(second).map(|(a, b)| (a - b).abs()).sum();
    let sum: f64 = first.iter().zip(second).map(|(a, b)| a + b).sum();
    if sum == 0.0 { Err(StructureError::NothingToCompare) } else { Ok(difference / sum) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_the_common_part() {
        assert_eq!(overlap(&[0.75, 0.25], &[0.25, 0.75]), Ok(0.5));
        assert_eq!(overlap(&[1.0, 0.0], &[0.0, 1.0]), Ok(0.0));
        assert!(overlap(&[1.0], &[0.5, 0.5]).is_err());
    }

    #[test]
    fn cosine_is_one_for_equal_structures() {
        assert_eq!(cosine(&[0.5, 0.5], &[0.5, 0.5]), Ok(1.0));
        assert_eq!(cosine(&[1.0, 0.0], &[0.0, 1.0]), Ok(0.0));
        // (0.75 * 0.25 * 2) / (0.5625 + 0.0625)
        assert_eq!(cosine(&[0.75, 0.25], &[0.25, 0.75]), Ok(0.6));
    }

    #[test]
    fn bray_curtis_counts_size() {
        assert_eq!(bray_curtis(&[3.0, 1.0], &[3.0, 1.0]), Ok(0.0));
        assert_eq!(bray_curtis(&[3.0, 1.0], &[9.0, 3.0]), Ok(0.5));
        assert_eq!(bray_curtis(&[3.0, 0.0], &[0.0, 1.0]), Ok(1.0));
        assert_eq!(bray_curtis(&[0.0], &[0.0]), Err(StructureError::NothingToCompare));
        let invalid = StructureError::InvalidValue { industry: 0, value: -1.0 };
        assert_eq!(bray_curtis(&[-1.0], &[0.0]), Err(invalid));
    }
}
