//! Gini coefficient of a region's location quotients.

use super::RegionStructure;
use crate::stats::inequality::{Distribution, gini};

/// Computes the Gini coefficient of specialisation: how unequal the location quotients of a region's industries are.
///
/// ```text
/// G = sum over i, j of |LQ[r, i] - LQ[r, j]| / (2 n^2 mean(LQ[r]))
/// ```
///
/// # Shapes and units
///
/// - returns: 0 (the reference's structure) to 1 - 1/n, with n the number of industries that the reference has; each counts
///   alike. `None` for a region that has an industry which the reference does not have.
///
/// # Source
///
/// Nakamura and Morrison Paul (2009), Handbook of Regional Growth and Development Theories, 305-328; REAT's `gini.spec`.
pub fn gini_of_quotients(structure: &RegionStructure<'_>) -> Option<f64> {
    if structure.goes_beyond {
        return None;
    }
    let of = |quotients: &[f64]| Distribution::new(quotients).and_then(|distribution| gini(&distribution)).ok();
    if !structure.reference.has_gaps {
        return of(&structure.quotients);
    }
    let pairs = structure.quotients.iter().zip(structure.reference.shares());
    let defined: Vec<f64> = pairs.filter(|(_, whole)| **whole > 0.0).map(|(quotient, _)| *quotient).collect();
    of(&defined)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::specialization::ReferenceStructure;

    #[test]
    fn is_the_inequality_of_quotients() {
        let of = |reference: &[f64], amounts: &[f64]| {
            let reference = ReferenceStructure::try_new(reference).unwrap();
            gini_of_quotients(&RegionStructure::try_new(amounts, &reference).unwrap())
        };
        // Quotients of 1.5 and 0.5: one pair differs by 1, over n^2 times their mean of 1.
        assert_eq!(of(&[2.0, 2.0], &[3.0, 1.0]), Some(0.25));
        assert_eq!(of(&[2.0, 0.0, 2.0], &[3.0, 0.0, 1.0]), Some(0.25), "an industry of nobody does not count");
        assert_eq!(of(&[2.0, 0.0], &[3.0, 1.0]), None);
        assert_eq!(of(&[1.0, 3.0], &[2.0, 6.0]), Some(0.0));
    }
}
