//! Entropy of a region's structure.

use super::RegionStructure;
use crate::stats::lanes::{self, TimesLog};

/// The entropy of a structure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entropy {
    /// In nats; over ln 2, in bits. 0 for a single industry, to ln n.
    pub nats: f64,
    /// Relative to ln n, its largest value: 0 to 1. None for a table of one industry.
    pub relative: Option<f64>,
}

/// Computes the entropy of a region's shares, its diversity.
///
/// ```text
/// E = -sum over i of s[r, i] * ln s[r, i]        relative = E / ln n
/// ```
///
/// # Shapes and units
///
/// - returns: with n the number of industries of the table, also those that the region does not have. A share of 0 adds
///   nothing.
///
/// # Source
///
/// Shannon (1948), Bell System Technical Journal 27, 379-423. EconGeo's `entropy` is in bits, adds 1e-9 to each share and
/// rounds.
pub fn entropy(structure: &RegionStructure<'_>) -> Entropy {
    let shares = structure.shares();
    let nats = (-lanes::sum(shares, None, TimesLog { scale: 1.0 })).max(0.0);
    let relative = (shares.len() > 1).then(|| (nats / (shares.len() as f64).ln()).min(1.0));
    Entropy { nats, relative }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::specialization::ReferenceStructure;

    #[test]
    fn runs_from_one_industry_to_equal_shares() {
        let of = |amounts: &[f64]| {
            let reference = ReferenceStructure::try_new(&vec![1.0; amounts.len()]).unwrap();
            entropy(&RegionStructure::try_new(amounts, &reference).unwrap())
        };
        assert_eq!(of(&[0.0, 5.0, 0.0]), Entropy { nats: 0.0, relative: Some(0.0) });
        assert_eq!(of(&[5.0]), Entropy { nats: 0.0, relative: None });
        let equal = of(&[2.0; 4]);
        assert!((equal.nats - 4.0_f64.ln()).abs() < 1e-15 && (equal.relative.unwrap() - 1.0).abs() < 1e-15);
        // Shares of 3/4 and 1/4: 2 - 3/4 log2(3) bits.
        assert!((of(&[3.0, 1.0]).nats / 2.0_f64.ln() - (2.0 - 0.75 * 3.0_f64.log2())).abs() < 1e-15);
    }
}
