//! Levels of productivity: what the regions that specialise in an industry earn, and what that makes of a region.

use crate::{Amounts, Matrix};

/// Why levels of productivity are undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProductivityError {
    /// The region holds nothing, so that industries have no share of it.
    #[error("region {region} is empty")]
    EmptyRegion {
        /// Row of the region.
        region: usize,
    },
    /// The industry is nowhere, so that no region's level counts for it.
    #[error("industry {industry} is empty")]
    EmptyIndustry {
        /// Column of the industry.
        industry: usize,
    },
    /// There is not one finite value for each region.
    #[error("{values} values, or values that are no numbers, for {regions} regions")]
    InvalidValues {
        /// Number of values.
        values: usize,
        /// Number of regions.
        regions: usize,
    },
}

/// Levels of industries and of regions.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductivityLevels {
    /// Level of each industry (PRODY), in the unit of the regions' values.
    pub industries: Vec<f64>,
    /// Level of each region (EXPY), in the same unit.
    pub regions: Vec<f64>,
}

/// Computes the level of each industry from the values of regions, and the level of each region from its industries'.
///
/// ```text
/// PRODY[i] = sum over r of (s[r, i] / sum over r of s[r, i]) * y[r]
/// EXPY[r]  = sum over i of s[r, i] * PRODY[i]
/// s = share of the industry in the region, y = value of the region (income per head, say)
/// ```
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - `values`: by region, finite.
/// - returns: both within the range of the values.
///
/// # Errors
///
/// The first empty region or industry; values that are not one finite number a region.
///
/// # Source
///
/// Hausmann, Hwang and Rodrik (2007), Journal of Economic Growth 12(1), 1-25. EconGeo rounds quotients to two digits first,
/// which moves the third digit of a level; nothing is rounded here.
pub fn productivity_levels(amounts: &Amounts, values: &[f64]) -> Result<ProductivityLevels, ProductivityError> {
    let shares = shares(amounts)?;
    if values.len() != amounts.n_regions() || values.iter().any(|value| !value.is_finite()) {
        return Err(ProductivityError::InvalidValues { values: values.len(), regions: amounts.n_regions() });
    }
    let n = amounts.n_industries();
    let (mut weights, mut sums) = (vec![0.0; n], vec![0.0; n]);
    for (row, value) in shares.rows().zip(values) {
        for ((weight, sum), share) in weights.iter_mut().zip(&mut sums).zip(row) {
            *weight += share;
            *sum += share * value;
        }
    }
    let industries: Vec<f64> = sums.iter().zip(&weights).map(|(sum, weight)| sum / weight).collect();
    let regions = shares.rows().map(|row| row.iter().zip(&industries).map(|(share, level)| share * level).sum());
    Ok(ProductivityLevels { regions: regions.collect(), industries })
}

/// Shares of industries in regions of which none is empty, nor any industry.
fn shares(amounts: &Amounts) -> Result<Matrix, ProductivityError> {
    let empty = |totals: &[f64]| totals.iter().position(|&total| total == 0.0);
    if let Some(region) = empty(amounts.region_totals()) {
        return Err(ProductivityError::EmptyRegion { region });
    }
    if let Some(industry) = empty(amounts.industry_totals()) {
        return Err(ProductivityError::EmptyIndustry { industry });
    }
    let share = |region: usize, industry: usize| amounts.region(region)[industry] / amounts.region_totals()[region];
    Ok(Matrix::from_fn(amounts.n_regions(), amounts.n_industries(), share))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn matches_a_worked_example() {
        let amounts = Amounts::try_new(vec![3.0, 1.0, 1.0, 1.0], 2).unwrap();
        let found = productivity_levels(&amounts, &[100.0, 200.0]).unwrap();
        // Shares 0.75, 0.25 and 0.5, 0.5: industry 0 is 0.75/1.25 the first region's.
        assert_eq!(found.industries, [175.0 / 1.25, 125.0 / 0.75]);
        assert!((found.regions[1] - (140.0 + 125.0 / 0.75) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_has_no_level() {
        let levels = |cells: [f64; 4], values: &[f64]| {
            productivity_levels(&Amounts::try_new(cells.to_vec(), 2).unwrap(), values).unwrap_err()
        };
        assert_eq!(levels([1.0, 1.0, 0.0, 0.0], &[1.0; 2]), ProductivityError::EmptyRegion { region: 1 });
        assert_eq!(levels([1.0, 0.0, 1.0, 0.0], &[1.0; 2]), ProductivityError::EmptyIndustry { industry: 1 });
        let invalid = ProductivityError::InvalidValues { values: 1, regions: 2 };
        assert_eq!(levels([1.0; 4], &[1.0]), invalid);
        let not_a_number = ProductivityError::InvalidValues { values: 2, regions: 2 };
        assert_eq!(levels([1.0; 4], &[1.0, f64::NAN]), not_a_number);
    }
}
