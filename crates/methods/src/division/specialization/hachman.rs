//! Average location quotient, and its inverse, the Hachman index.

use super::RegionStructure;
use crate::stats::lanes;

/// Computes the average location quotient of a region, weighted by its own shares.
///
/// ```text
/// A = sum over i of s[r, i] * LQ[r, i] = sum over i of s[r, i]^2 / s[i]
/// ```
///
/// # Shapes and units
///
/// - returns: from 1 (the reference's structure) on; `None` for a region that has an industry which the reference does not
///   have.
///
/// # Source
///
/// Hoover and Giarratani (1985), An Introduction to Regional Economics, chapter 9; EconGeo's `location.quotient.avg`.
pub fn average_quotient(structure: &RegionStructure<'_>) -> Option<f64> {
    (!structure.goes_beyond).then(|| lanes::product_sum(structure.shares(), &structure.quotients))
}

/// Computes the Hachman index of a region: how close its structure is to the reference's.
///
/// ```text
/// Hachman = 1 / sum over i of s[r, i] * LQ[r, i]
/// ```
///
/// # Shapes and units
///
/// - returns: above 0, to 1 (the reference's structure); 0 for a region that has an industry which the reference does not
///   have, because the quotient grows without bound.
///
/// # Source
///
/// Hachman (1995), Economic Diversity of Utah's Economy, Bureau of Economic and Business Research, University of Utah.
pub fn hachman(structure: &RegionStructure<'_>) -> f64 {
    average_quotient(structure).map_or(0.0, |average| average.recip().min(1.0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::specialization::ReferenceStructure;

    #[test]
    fn is_one_for_the_structure_of_the_reference() {
        let of = |reference: &[f64], amounts: &[f64]| {
            let reference = ReferenceStructure::try_new(reference).unwrap();
            let structure = RegionStructure::try_new(amounts, &reference).unwrap();
            (average_quotient(&structure), hachman(&structure))
        };
        assert_eq!(of(&[2.0, 2.0], &[3.0, 1.0]), (Some(1.25), 0.8));
        assert_eq!(of(&[1.0, 1.0], &[2.0, 2.0]), (Some(1.0), 1.0));
        assert_eq!(of(&[2.0, 0.0], &[3.0, 1.0]), (None, 0.0));
    }
}
