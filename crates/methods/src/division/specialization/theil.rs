//! Theil's index of specialisation: the entropy of a structure relative to another.

use super::RegionStructure;
use crate::stats::lanes::{self, TimesLog};

/// Computes Theil's index of specialisation of a region.
///
/// ```text
/// T = sum over i of s[r, i] * ln(s[r, i] / s[i])
/// ```
///
/// # Shapes and units
///
/// - returns: in nats, 0 (the reference's structure) to -ln of the smallest share of the reference; `None` for a region that
///   has an industry which the reference does not have. A share of 0 adds nothing.
///
/// # Source
///
/// Theil (1967), Economics and Information Theory, North-Holland; as a measure of specialisation Cutrini (2009), Regional
/// Science and Urban Economics 39(3), 319-328. It is the divergence of Kullback and Leibler (1951).
pub fn theil_specialization(structure: &RegionStructure<'_>) -> Option<f64> {
    // s ln(s/q) = q * LQ ln LQ. The terms are of both signs, and rounding may leave a little below zero.
    let weights = Some(structure.reference.shares());
    let sum = || lanes::sum(&structure.quotients, weights, TimesLog { scale: 1.0 }).max(0.0);
    (!structure.goes_beyond).then(sum)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::specialization::ReferenceStructure;

    #[test]
    fn is_the_divergence_from_the_reference() {
        let of = |reference: &[f64], amounts: &[f64]| {
            let reference = ReferenceStructure::try_new(reference).unwrap();
            theil_specialization(&RegionStructure::try_new(amounts, &reference).unwrap())
        };
        let expected = 0.75 * 1.5_f64.ln() + 0.25 * 0.5_f64.ln();
        assert!((of(&[2.0, 2.0, 0.0], &[3.0, 1.0, 0.0]).unwrap() - expected).abs() < 1e-16);
        assert!((of(&[2.0, 6.0], &[0.0, 1.0]).unwrap() - (4.0_f64 / 3.0).ln()).abs() < 1e-15);
        assert_eq!(of(&[1.0, 1.0], &[2.0, 2.0]), Some(0.0));
        assert_eq!(of(&[2.0, 0.0], &[3.0, 1.0]), None);
    }
}
