//! Krugman's index of specialisation, Hoover's coefficient and the relative diversity, which are one sum.

use super::RegionStructure;
use crate::division::krugman::distance;

/// Below this, structures differ by the rounding of their shares only.
const ALIKE: f64 = 1e-13;

/// Computes Krugman's index of specialisation of a region.
///
/// ```text
/// K = sum over i of |s[r, i] - s[i]|
/// ```
///
/// # Shapes and units
///
/// - returns: 0 (the reference's structure) to 2 (none of its industries).
///
/// # Source
///
/// Krugman (1991), Geography and Trade, MIT Press. Not halved.
pub fn krugman_specialization(structure: &RegionStructure<'_>) -> f64 {
    distance(structure.shares(), structure.reference.shares())
}

/// Computes Hoover's coefficient of specialisation: the share of the region that would have to be in other industries.
///
/// ```text
/// H = sum over i of |s[r, i] - s[i]| / 2
/// ```
///
/// # Shapes and units
///
/// - returns: 0 (the reference's structure) to 1 (none of its industries).
///
/// # Source
///
/// Hoover and Giarratani (1985), An Introduction to Regional Economics, chapter 9.
pub fn hoover_specialization(structure: &RegionStructure<'_>) -> f64 {
    krugman_specialization(structure) / 2.0
}

/// Computes the relative diversity of a region.
///
/// ```text
/// RDI = 1 / sum over i of |s[r, i] - s[i]|
/// ```
///
/// # Shapes and units
///
/// - returns: from 0.5 on; `None` for a region of the reference's structure, which is infinitely diverse: its shares differ by
///   no more than rounding.
///
/// # Source
///
/// Duranton and Puga (2000), Urban Studies 37(3), 533-555. REAT's `durpug` answers infinity.
pub fn relative_diversity(structure: &RegionStructure<'_>) -> Option<f64> {
    let krugman = krugman_specialization(structure);
    (krugman > ALIKE).then(|| krugman.recip())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::specialization::ReferenceStructure;

    #[test]
    fn adds_differences_of_shares_up() {
        let reference = ReferenceStructure::try_new(&[1.0, 1.0]).unwrap();
        let structure = RegionStructure::try_new(&[3.0, 1.0], &reference).unwrap();
        assert_eq!((krugman_specialization(&structure), hoover_specialization(&structure)), (0.5, 0.25));
        assert_eq!(relative_diversity(&structure), Some(2.0));
    }

    #[test]
    fn the_structure_of_the_reference_has_no_diversity_and_none_that_is_infinite() {
        let reference = ReferenceStructure::try_new(&[1.0, 1.0]).unwrap();
        let alike = RegionStructure::try_new(&[0.1, 0.1], &reference).unwrap();
        assert_eq!((krugman_specialization(&alike), relative_diversity(&alike)), (0.0, None));
    }
}
