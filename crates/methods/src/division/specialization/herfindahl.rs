//! Herfindahl index of a region's industries.

use super::RegionStructure;
use crate::stats::inequality::Herfindahl;
use crate::stats::lanes;

/// Computes how much of a region few industries hold: the Herfindahl index, what it is beyond its least value, and its
/// inverse, the number of equal industries that would have it.
///
/// ```text
/// H = sum over i of s[r, i]^2        H* = (H - 1/n) / (1 - 1/n)        N = 1/H
/// ```
///
/// # Shapes and units
///
/// - returns: with n the number of industries of the table, also those that the region does not have; see
///   [`Herfindahl`].
///
/// # Source
///
/// Hirschman (1945), National Power and the Structure of Foreign Trade; Herfindahl (1950), Columbia University.
pub fn herfindahl_of_industries(structure: &RegionStructure<'_>) -> Herfindahl {
    let shares = structure.shares();
    Herfindahl::of_index(lanes::product_sum(shares, shares), shares.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::specialization::ReferenceStructure;
    use crate::stats::inequality::{Distribution, herfindahl};

    #[test]
    fn is_that_of_the_amounts() {
        let amounts = [3.0, 1.0, 0.0, 4.0];
        let reference = ReferenceStructure::try_new(&[1.0; 4]).unwrap();
        let own = herfindahl_of_industries(&RegionStructure::try_new(&amounts, &reference).unwrap());
        let expected = herfindahl(&Distribution::new(&amounts).unwrap()).unwrap();
        assert!((own.index - 26.0 / 64.0).abs() < 1e-15 && (own.index - expected.index).abs() < 1e-15);
        assert!((own.normalized.unwrap() - expected.normalized.unwrap()).abs() < 1e-15);
        assert!((own.equivalent_number - 64.0 / 26.0).abs() < 1e-14);
    }
}
