//! Resource burden: how much another resource industry would add to a dependence that is there.

use crate::{AmountRows, Matrix};

/// Why the resource burden is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResourceBurdenError {
    /// The set names an industry that is not there, or one twice.
    #[error("position {position} of the set names no industry of its own")]
    InvalidSet {
        /// Position in the set.
        position: usize,
    },
    /// The region holds nothing, so that nothing has a share of it.
    #[error("region {region} is empty")]
    EmptyRegion {
        /// Row of the region.
        region: usize,
    },
}

/// Computes the resource burden of every industry in every region.
///
/// ```text
/// burden[r, i] = sum over j in set of E[r, j] / sum over j of E[r, j]     for i in set, else 0
/// ```
///
/// An industry outside the set is no burden anywhere; one of the set is the more so, the more the region depends on the set.
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - `set`: positions of resource industries, each once.
/// - returns: regions x industries, fractions.
///
/// # Errors
///
/// A set that is none, and the first empty region.
///
/// # Source
///
/// Ours.
pub fn resource_burden(amounts: &AmountRows<'_>, set: &[usize]) -> Result<Matrix, ResourceBurdenError> {
    let (regions, industries) = (amounts.n_regions(), amounts.n_industries());
    let mut is_in = vec![false; industries];
    for (position, &industry) in set.iter().enumerate() {
        match is_in.get_mut(industry) {
            Some(known) if !*known => *known = true,
            _ => return Err(ResourceBurdenError::InvalidSet { position }),
        }
    }
    if let Some(region) = amounts.region_totals().iter().position(|&total| total == 0.0) {
        return Err(ResourceBurdenError::EmptyRegion { region });
    }
    let share = |(row, total): (&[f64], &f64)| set.iter().map(|&industry| row[industry]).sum::<f64>() / total;
    let shares: Vec<f64> = amounts.regions().zip(amounts.region_totals()).map(share).collect();
    Ok(Matrix::from_fn(regions, industries, |region, industry| if is_in[industry] { shares[region] } else { 0.0 }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const CELLS: [f64; 6] = [1.0, 2.0, 1.0, 0.0, 0.0, 5.0];

    fn amounts() -> AmountRows<'static> {
        AmountRows::try_new(vec![&CELLS[..3], &CELLS[3..]]).unwrap()
    }

    #[test]
    fn weighs_on_industries_of_the_set_by_the_share_of_the_set() {
        let burden = resource_burden(&amounts(), &[0, 1]).unwrap();
        assert_eq!((burden.row(0), burden.row(1)), ([0.75, 0.75, 0.0].as_slice(), [0.0; 3].as_slice()));
        assert_eq!(resource_burden(&amounts(), &[]).unwrap().cells(), [0.0; 6]);
    }

    #[test]
    fn refuses_sets_that_are_none_and_empty_regions() {
        assert_eq!(resource_burden(&amounts(), &[3]), Err(ResourceBurdenError::InvalidSet { position: 0 }));
        assert_eq!(resource_burden(&amounts(), &[1, 1]), Err(ResourceBurdenError::InvalidSet { position: 1 }));
        let empty = AmountRows::try_new(vec![&[1.0], &[0.0]]).unwrap();
        assert_eq!(resource_burden(&empty, &[0]), Err(ResourceBurdenError::EmptyRegion { region: 1 }));
    }
}
