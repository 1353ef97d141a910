//! Resource burden: how much another resource industry would add to a dependence that is there.

use crate::RowSource;
use crate::row_source::for_each_row;

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

/// The resource burden of every industry in every region, by region and by industry.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceBurden {
    /// Share of the set in each region.
    shares: Vec<f64>,
    /// Whether each industry is one of the set.
    is_in: Vec<bool>,
}

impl ResourceBurden {
    /// The burden of an industry in a region, a fraction; like indexing, both must be there.
    pub fn get(&self, region: usize, industry: usize) -> f64 {
        if self.is_in[industry] { self.shares[region] } else { 0.0 }
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.shares.len()
    }

    /// Number of industries.
    pub fn n_industries(&self) -> usize {
        self.is_in.len()
    }
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
/// - returns: regions x industries, fractions, of which no table is made.
///
/// # Errors
///
/// A set that is none, and the first empty region.
///
/// # Source
///
/// Ours.
pub fn resource_burden(amounts: &impl RowSource, set: &[usize]) -> Result<ResourceBurden, ResourceBurdenError> {
    let mut is_in = vec![false; amounts.n_columns()];
    for (position, &industry) in set.iter().enumerate() {
        match is_in.get_mut(industry) {
            Some(known) if !*known => *known = true,
            _ => return Err(ResourceBurdenError::InvalidSet { position }),
        }
    }
    let (mut shares, mut empty) = (Vec::with_capacity(amounts.n_rows()), None);
    for_each_row(amounts, |region, row| {
        let total: f64 = row.iter().sum();
        empty = empty.or((total == 0.0).then_some(region));
        shares.push(set.iter().map(|&industry| row[industry]).sum::<f64>() / total);
    });
    empty.map_or(Ok(ResourceBurden { shares, is_in }), |region| Err(ResourceBurdenError::EmptyRegion { region }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::AmountRows;

    const CELLS: [f64; 6] = [1.0, 2.0, 1.0, 0.0, 0.0, 5.0];

    fn amounts() -> AmountRows<'static> {
        AmountRows::try_new(vec![&CELLS[..3], &CELLS[3..]]).unwrap()
    }

    #[test]
    fn weighs_on_industries_of_the_set_by_the_share_of_the_set() {
        let burden = resource_burden(&amounts(), &[0, 1]).unwrap();
        let row = |burden: &ResourceBurden, region| [0, 1, 2].map(|industry| burden.get(region, industry));
        assert_eq!((row(&burden, 0), row(&burden, 1)), ([0.75, 0.75, 0.0], [0.0; 3]));
        assert_eq!((burden.n_regions(), burden.n_industries()), (2, 3));
        assert_eq!(row(&resource_burden(&amounts(), &[]).unwrap(), 0), [0.0; 3]);
    }

    #[test]
    fn refuses_sets_that_are_none_and_empty_regions() {
        assert_eq!(resource_burden(&amounts(), &[3]), Err(ResourceBurdenError::InvalidSet { position: 0 }));
        assert_eq!(resource_burden(&amounts(), &[1, 1]), Err(ResourceBurdenError::InvalidSet { position: 1 }));
        let empty = AmountRows::try_new(vec![&[1.0], &[0.0]]).unwrap();
        assert_eq!(resource_burden(&empty, &[0]), Err(ResourceBurdenError::EmptyRegion { region: 1 }));
    }
}
