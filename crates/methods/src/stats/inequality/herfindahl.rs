//! Herfindahl index: how much of the total few regions hold.

use super::distribution::{Distribution, InequalityError};

/// The Herfindahl index in its three forms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Herfindahl {
    /// Sum of the squared shares, 1/n to 1.
    pub index: f64,
    /// The index less the least that n regions can have, relative to the distance between that and 1: 0 to 1. None for a
    /// single region, whose least is its most.
    pub normalized: Option<f64>,
    /// How many regions of equal shares would have this index.
    pub equivalent_number: f64,
}

/// Computes the Herfindahl index (Herfindahl-Hirschman).
///
/// ```text
/// H = sum over i of s[i]^2,  s[i] = p[i] * x[i] / m        H* = (H - 1/n) / (1 - 1/n)        N = 1/H
/// ```
///
/// With p = 1/n, s is a value's share of the sum. Weights make values per head totals: s is then the region's share of the
/// total, and H the concentration of totals.
///
/// # Errors
///
/// A negative value, or values that are all zero.
///
/// # Source
///
/// Hirschman (1945), National Power and the Structure of Foreign Trade; Herfindahl (1950), Columbia University.
pub fn herfindahl(distribution: &Distribution<'_>) -> Result<Herfindahl, InequalityError> {
    distribution.check_not_negative()?;
    let index = distribution.total_shares().map(|share| share * share).sum();
    Ok(Herfindahl::of_index(index, distribution.n_regions()))
}

impl Herfindahl {
    /// The three forms of an index of n shares.
    pub(crate) fn of_index(index: f64, n: usize) -> Self {
        let least = 1.0 / n as f64;
        let normalized = (n > 1).then(|| ((index - least) / (1.0 - least)).max(0.0));
        Self { index, normalized, equivalent_number: 1.0 / index }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn runs_from_equal_shares_to_one_who_holds_everything() {
        let of = |values: &[f64]| herfindahl(&Distribution::new(values).unwrap()).unwrap();
        let (equal, one) = (of(&[2.0; 4]), of(&[0.0, 7.0]));
        assert_eq!((equal.index, equal.normalized, equal.equivalent_number), (0.25, Some(0.0), 4.0));
        assert_eq!((one.index, one.normalized, one.equivalent_number), (1.0, Some(1.0), 1.0));
        assert_eq!(of(&[5.0]).normalized, None);
    }

    #[test]
    fn weights_make_totals() {
        let totals = herfindahl(&Distribution::new(&[3.0, 5.0]).unwrap()).unwrap();
        let heads = herfindahl(&Distribution::weighted(&[1.0, 5.0], &[3.0, 1.0]).unwrap()).unwrap();
        assert!((totals.index - heads.index).abs() < 1e-15);
    }
}
