//! The structure of a region beside the one it is measured against.

use crate::amounts::{AmountFault, check_amount};
use crate::progress::Stopped;

/// Why measures of specialisation are undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SpecializationError {
    /// The region, or the groups, are of other industries than the reference.
    #[error("{industries} industries beside {reference} of the reference")]
    IndustriesDiffer {
        /// Number of industries.
        industries: usize,
        /// Number of industries of the reference.
        reference: usize,
    },
    /// There are no industries.
    #[error("there are no industries")]
    Empty,
    /// The number is negative, NaN, infinite or beyond the scale of amounts.
    #[error("industry {industry}: {value} is not an amount")]
    NotAnAmount {
        /// Position of the industry.
        industry: usize,
        /// The number.
        value: f64,
    },
    /// The reference holds nothing, so that no industry has a share of it.
    #[error("the reference is empty")]
    EmptyReference,
    /// The region holds nothing, so that no industry has a share of it.
    #[error("region {region} is empty")]
    EmptyRegion {
        /// Position of the region; 0 where a single one is measured.
        region: usize,
    },
    /// There is no other region to be measured against.
    #[error("region {region} has no other beside it")]
    NoOtherRegion {
        /// Position of the region.
        region: usize,
    },
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The shares of industries that regions are measured against; they add up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceStructure {
    shares: Vec<f64>,
    /// Whether some industry has no share, so that quotients to it are undefined.
    pub(super) has_gaps: bool,
}

impl ReferenceStructure {
    /// Takes the shares of the reference's amounts by industry.
    ///
    /// # Errors
    ///
    /// No industries, the first number that is not an amount, or nothing at all.
    pub fn try_new(amounts: &[f64]) -> Result<Self, SpecializationError> {
        if amounts.is_empty() {
            return Err(SpecializationError::Empty);
        }
        let total = checked_total(amounts)?;
        if total == 0.0 {
            return Err(SpecializationError::EmptyReference);
        }
        let shares: Vec<f64> = amounts.iter().map(|amount| amount / total).collect();
        let has_gaps = shares.contains(&0.0);
        Ok(Self { shares, has_gaps })
    }

    /// The shares, by industry.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }
}

/// The structure of one region: its shares of industries, and their quotients to those of the reference.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionStructure<'a> {
    shares: Vec<f64>,
    /// 0 where neither the region nor the reference has the industry.
    pub(super) quotients: Vec<f64>,
    /// Whether the region has an industry that the reference does not have.
    pub(super) goes_beyond: bool,
    pub(super) reference: &'a ReferenceStructure,
}

impl<'a> RegionStructure<'a> {
    /// Takes the amounts of a region by industry.
    ///
    /// # Errors
    ///
    /// Other industries than the reference's, the first number that is not an amount, or nothing at all.
    pub fn try_new(amounts: &[f64], reference: &'a ReferenceStructure) -> Result<Self, SpecializationError> {
        let (industries, expected) = (amounts.len(), reference.shares.len());
        if industries != expected {
            return Err(SpecializationError::IndustriesDiffer { industries, reference: expected });
        }
        let total = checked_total(amounts)?;
        if total == 0.0 {
            return Err(SpecializationError::EmptyRegion { region: 0 });
        }
        Ok(Self::checked(amounts, total, reference))
    }

    /// Takes amounts that have been checked, of the reference's industries, and their total, which is not zero.
    pub(super) fn checked(amounts: &[f64], total: f64, reference: &'a ReferenceStructure) -> Self {
        let shares: Vec<f64> = amounts.iter().map(|amount| amount / total).collect();
        let pairs = || shares.iter().zip(&reference.shares);
        let (quotients, goes_beyond) = if reference.has_gaps {
            let quotient = |(share, whole): (&f64, &f64)| if *whole > 0.0 { share / whole } else { 0.0 };
            (pairs().map(quotient).collect(), pairs().any(|(share, whole)| *share > 0.0 && *whole == 0.0))
        } else {
            (pairs().map(|(share, whole)| share / whole).collect(), false)
        };
        Self { shares, quotients, goes_beyond, reference }
    }

    /// The region's shares, by industry.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }
}

/// Sum of amounts; refuses the first that is none.
fn checked_total(amounts: &[f64]) -> Result<f64, SpecializationError> {
    let is_none =
        |amount: &f64| matches!(check_amount(*amount), Err(AmountFault::NotAnAmount | AmountFault::OutOfScale));
    match amounts.iter().position(is_none) {
        Some(industry) => Err(SpecializationError::NotAnAmount { industry, value: amounts[industry] }),
        None => Ok(amounts.iter().sum()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn sets_shares_beside_those_of_the_reference() {
        let reference = ReferenceStructure::try_new(&[4.0, 4.0, 0.0]).unwrap();
        assert_eq!(reference.shares(), [0.5, 0.5, 0.0]);
        let structure = RegionStructure::try_new(&[3.0, 1.0, 0.0], &reference).unwrap();
        assert_eq!((structure.shares(), structure.goes_beyond), ([0.75, 0.25, 0.0].as_slice(), false));
        assert_eq!(structure.quotients, [1.5, 0.5, 0.0]);
        assert!(RegionStructure::try_new(&[3.0, 0.0, 1.0], &reference).unwrap().goes_beyond);
    }

    #[test]
    fn refuses_what_has_no_structure() {
        assert_eq!(ReferenceStructure::try_new(&[]), Err(SpecializationError::Empty));
        assert_eq!(ReferenceStructure::try_new(&[0.0]), Err(SpecializationError::EmptyReference));
        let negative = SpecializationError::NotAnAmount { industry: 1, value: -1.0 };
        assert_eq!(ReferenceStructure::try_new(&[1.0, -1.0]), Err(negative));
        let reference = ReferenceStructure::try_new(&[1.0, 1.0]).unwrap();
        let differ = SpecializationError::IndustriesDiffer { industries: 1, reference: 2 };
        assert_eq!(RegionStructure::try_new(&[1.0], &reference), Err(differ));
        assert_eq!(RegionStructure::try_new(&[1.0, -1.0], &reference), Err(negative));
        let empty = SpecializationError::EmptyRegion { region: 0 };
        assert_eq!(RegionStructure::try_new(&[0.0, 0.0], &reference), Err(empty));
    }
}
