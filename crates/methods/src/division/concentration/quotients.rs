//! The Gini coefficient of an industry's location quotients.

use super::Location;
use crate::stats::inequality::{Distribution, InequalityError, gini};

/// Computes the Gini coefficient of an industry's location quotients, each region counting alike.
///
/// ```text
/// G = sum over r, s of |LQ[r] - LQ[s]| / (2 n^2 mean(LQ))
/// ```
///
/// # Shapes and units
///
/// - returns: 0 (spread like the base) to 1 - 1/n. Small regions count as much as large ones: for the measure by size see
///   [`super::ConcentrationCurve::gini`].
///
/// # Errors
///
/// Quotients beyond the range of numbers.
///
/// # Source
///
/// Nakamura and Morrison Paul (2009), in Capello and Nijkamp, Handbook of Regional Growth, 305-328; REAT's `gini.conc`.
pub fn gini_of_quotients(location: &Location) -> Result<f64, InequalityError> {
    let quotients: Vec<f64> = location.quotients().collect();
    gini(&Distribution::new(&quotients)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn counts_regions_alike() {
        // Quotients 2/3 and 2.
        let location = Location::try_new(&[1.0, 1.0], &[30.0, 10.0]).unwrap();
        assert!((gini_of_quotients(&location).unwrap() - 0.25).abs() < 1e-15);
    }
}
