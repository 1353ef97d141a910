//! Dependence of a region on a set of industries.

use crate::amounts::check_amount;
use crate::division::location_quotient_cell;

/// How much a region depends on a set of industries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dependence {
    /// Share of the set in the region, 0 to 1.
    pub share: f64,
    /// Location quotient of the set as if it were one industry; none where the reference has nothing of it.
    pub quotient: Option<f64>,
}

/// Why a dependence is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DependenceError {
    /// The reference is not of as many industries.
    #[error("a reference of {reference} industries for {industries}")]
    LengthsDiffer {
        /// Industries of the region.
        industries: usize,
        /// Industries of the reference.
        reference: usize,
    },
    /// The set is empty, names an industry that is not there, or one twice.
    #[error("position {position} of the set names no industry of its own")]
    InvalidSet {
        /// Position in the set; its length when it is empty.
        position: usize,
    },
    /// The cell holds NaN, infinity, or something negative.
    #[error("industry {industry}: {value} is not an amount")]
    NotAnAmount {
        /// Position of the industry.
        industry: usize,
        /// The value.
        value: f64,
    },
    /// The region holds nothing, so that no industry has a share of it.
    #[error("the region is empty")]
    EmptyRegion,
}

/// Computes a region's dependence on a set of industries.
///
/// ```text
/// share = sum over i in set of E[i] / sum of E        LQ = share / (the same of the reference)
/// ```
///
/// # Shapes and units
///
/// - `amounts`: of the region, one an industry, in one unit.
/// - `reference`: of what the region is measured against, the same industries.
/// - `set`: positions of industries, each once.
/// - returns: fractions.
///
/// # Errors
///
/// Lengths that differ, a set that is none, the first cell of the region that is no amount, and an empty region.
///
/// # Source
///
/// Share of extractive industries as a criterion of resource-based cities: Macroeconomic Research Institute of the State
/// Planning Commission (2002), Macroeconomics 11, 37-39; location quotient: Hoen and Oosterhaven (2006), Annals of Regional Science 40(3),
/// 677-691.
pub fn dependence(amounts: &[f64], reference: &[f64], set: &[usize]) -> Result<Dependence, DependenceError> {
    if amounts.len() != reference.len() {
        return Err(DependenceError::LengthsDiffer { industries: amounts.len(), reference: reference.len() });
    }
    check_set(set, amounts.len())?;
    if let Some(industry) = amounts.iter().position(|&amount| check_amount(amount).is_err()) {
        return Err(DependenceError::NotAnAmount { industry, value: amounts[industry] });
    }
    let sum_of = |cells: &[f64]| set.iter().map(|&industry| cells[industry]).sum::<f64>();
    let (own, total) = (sum_of(amounts), amounts.iter().sum::<f64>());
    if total == 0.0 {
        return Err(DependenceError::EmptyRegion);
    }
    let quotient = location_quotient_cell(own, total, sum_of(reference), reference.iter().sum());
    Ok(Dependence { share: own / total, quotient })
}

fn check_set(set: &[usize], industries: usize) -> Result<(), DependenceError> {
    let repeats = |at: usize| set[..at].contains(&set[at]);
    match (0..set.len()).find(|&at| set[at] >= industries || repeats(at)) {
        Some(position) => Err(DependenceError::InvalidSet { position }),
        None if set.is_empty() => Err(DependenceError::InvalidSet { position: 0 }),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn adds_the_set_up_before_it_compares() {
        // 30 of 100 against 20 of 200.
        let found = dependence(&[10.0, 20.0, 70.0], &[15.0, 5.0, 180.0], &[1, 0]).unwrap();
        assert!((found.share - 0.3).abs() < 1e-15 && (found.quotient.unwrap() - 3.0).abs() < 1e-12);
        let all = dependence(&[1.0, 2.0], &[5.0, 5.0], &[0, 1]).unwrap();
        assert_eq!((all.share, all.quotient), (1.0, Some(1.0)));
    }

    #[test]
    fn nothing_to_compare_with_has_no_quotient() {
        let found = dependence(&[1.0, 3.0], &[0.0, 4.0], &[0]).unwrap();
        assert_eq!((found.share, found.quotient), (0.25, None));
        assert_eq!(dependence(&[1.0, 3.0], &[f64::NAN, 4.0], &[0]).unwrap().quotient, None);
    }

    #[test]
    fn refuses_what_has_no_share() {
        assert_eq!(dependence(&[0.0; 2], &[1.0; 2], &[0]), Err(DependenceError::EmptyRegion));
        let differ = DependenceError::LengthsDiffer { industries: 1, reference: 2 };
        assert_eq!(dependence(&[1.0], &[1.0; 2], &[0]), Err(differ));
        for (set, position) in [(vec![], 0), (vec![0, 2], 1), (vec![1, 1], 1)] {
            assert_eq!(dependence(&[1.0; 2], &[1.0; 2], &set), Err(DependenceError::InvalidSet { position }));
        }
        let negative = dependence(&[1.0, -1.0], &[1.0; 2], &[0]);
        assert_eq!(negative, Err(DependenceError::NotAnAmount { industry: 1, value: -1.0 }));
    }
}
