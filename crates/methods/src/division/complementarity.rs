//! Complementarity: how little two regions overlap where at least one of them is specialised.

use super::StructureError;
use super::similarity::common_part;
use super::structure::check_shares;

/// Computes how little two structures overlap among the industries that at least one of the two is specialised in.
///
/// ```text
/// 1 - sum over i in S of min(a[i] / sum over S of a, b[i] / sum over S of b)
/// ```
///
/// Shares are taken afresh within those industries, so that two regions of the same structure have 0 and two that share
/// none of their specialities have 1, however much else both have.
///
/// # Shapes and units
///
/// - `first`, `second`: shares of the same industries; each list adds up to 1.
/// - `specialised`: S, by industry: whether at least one of the two has a location quotient of 1 or more.
/// - returns: 0 to 1; `None` when S has no industry, or when one of the two has nothing in S.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// Our own, from the overlap of Finger and Kreinin (1979), The Economic Journal 89(356), 905-912.
pub fn complementarity(first: &[f64], second: &[f64], specialised: &[bool]) -> Result<Option<f64>, StructureError> {
    check_shares(first, second)?;
    if specialised.len() != first.len() {
        return Err(StructureError::LengthsDiffer { first: first.len(), second: specialised.len() });
    }
    let within = |shares: &[f64]| -> Option<Vec<f64>> {
        let selected: Vec<f64> =
            shares.iter().zip(specialised).filter(|(_, inside)| **inside).map(|(share, _)| *share).collect();
        let sum: f64 = selected.iter().sum();
        let renewed: Vec<f64> = selected.iter().map(|share| share / sum).collect();
        renewed.iter().all(|share| share.is_finite()).then_some(renewed).filter(|_| sum > 0.0)
    };
    let pair = within(first).zip(within(second));
    Ok(pair.map(|(first, second)| (1.0 - common_part(&first, &second)).max(0.0)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn looks_only_at_specialities() {
        // Within the first two industries the shares are (3/4, 1/4) and (1/4, 3/4).
        let (first, second) = ([0.375, 0.125, 0.5], [0.125, 0.375, 0.5]);
        assert_eq!(complementarity(&first, &second, &[true, true, false]), Ok(Some(0.5)));
        assert_eq!(complementarity(&first, &first, &[true, false, true]), Ok(Some(0.0)));
        assert_eq!(complementarity(&[0.5, 0.0, 0.5], &[0.0, 0.5, 0.5], &[true, true, false]), Ok(Some(1.0)));
    }

    #[test]
    fn is_undefined_where_one_has_nothing() {
        assert_eq!(complementarity(&[1.0, 0.0], &[0.0, 1.0], &[false, false]), Ok(None));
        assert_eq!(complementarity(&[1.0, 0.0], &[0.0, 1.0], &[true, false]), Ok(None));
        assert!(complementarity(&[1.0, 0.0], &[0.0, 1.0], &[true]).is_err());
    }
}
