//! Levels of productivity: what the regions that specialise in an industry earn, and what that makes of a region.

use crate::RowSource;
use crate::amounts::{are_amounts, check_amount};
use crate::row_source::for_each_row;

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
    /// The cell holds no amount, or one beyond the scale of amounts.
    #[error("region {region}, industry {industry}: the cell holds no amount")]
    InvalidAmount {
        /// Row of the region.
        region: usize,
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
/// - `amounts`: regions x industries, as in [`Amounts`](crate::Amounts); no table is made of them.
/// - `values`: by region, finite.
/// - returns: both within the range of the values.
///
/// # Errors
///
/// The first cell that is no amount, or else the first empty region, or else the first empty industry; values that are not one
/// finite number a region.
///
/// # Source
///
/// Hausmann, Hwang and Rodrik (2007), Journal of Economic Growth 12(1), 1-25. EconGeo rounds quotients to two digits first,
/// which moves the third digit of a level; nothing is rounded here.
pub fn productivity_levels(amounts: &impl RowSource, values: &[f64]) -> Result<ProductivityLevels, ProductivityError> {
    if values.len() != amounts.n_rows() || values.iter().any(|value| !value.is_finite()) {
        return Err(ProductivityError::InvalidValues { values: values.len(), regions: amounts.n_rows() });
    }
    let n = amounts.n_columns();
    let totals = region_totals(amounts)?;
    let (mut weights, mut sums) = (vec![0.0; n], vec![0.0; n]);
    for_each_row(amounts, |region, row| {
        let (total, value) = (totals[region], values[region]);
        for ((weight, sum), amount) in weights.iter_mut().zip(&mut sums).zip(row) {
            let share = amount / total;
            *weight += share;
            *sum += share * value;
        }
    });
    if let Some(industry) = weights.iter().position(|&weight| weight == 0.0) {
        return Err(ProductivityError::EmptyIndustry { industry });
    }
    let industries: Vec<f64> = sums.iter().zip(&weights).map(|(sum, weight)| sum / weight).collect();
    let mut regions = Vec::with_capacity(totals.len());
    for_each_row(amounts, |region, row| {
        let total = totals[region];
        regions.push(row.iter().zip(&industries).map(|(amount, level)| amount * level).sum::<f64>() / total);
    });
    Ok(ProductivityLevels { industries, regions })
}

/// Totals of regions, none of which is empty.
fn region_totals(amounts: &impl RowSource) -> Result<Vec<f64>, ProductivityError> {
    let (mut totals, mut invalid) = (Vec::with_capacity(amounts.n_rows()), None);
    for_each_row(amounts, |region, row| {
        let wrong = if are_amounts(row) { None } else { row.iter().position(|&own| check_amount(own).is_err()) };
        invalid = invalid.or(wrong.map(|industry| ProductivityError::InvalidAmount { region, industry }));
        totals.push(row.iter().sum());
    });
    let empty = || totals.iter().position(|&total| total == 0.0);
    match invalid.or_else(|| empty().map(|region| ProductivityError::EmptyRegion { region })) {
        Some(error) => Err(error),
        None => Ok(totals),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::Matrix;

    #[test]
    fn matches_a_worked_example() {
        let amounts = Matrix::try_new(vec![3.0, 1.0, 1.0, 1.0], 2).unwrap();
        let found = productivity_levels(&amounts, &[100.0, 200.0]).unwrap();
        // Shares 0.75, 0.25 and 0.5, 0.5: industry 0 is 0.75/1.25 the first region's.
        assert_eq!(found.industries, [175.0 / 1.25, 125.0 / 0.75]);
        assert!((found.regions[1] - (140.0 + 125.0 / 0.75) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_has_no_level() {
        let levels = |cells: [f64; 4], values: &[f64]| {
            productivity_levels(&Matrix::try_new(cells.to_vec(), 2).unwrap(), values).unwrap_err()
        };
        assert_eq!(levels([1.0, 1.0, 0.0, 0.0], &[1.0; 2]), ProductivityError::EmptyRegion { region: 1 });
        assert_eq!(levels([1.0, 0.0, 1.0, 0.0], &[1.0; 2]), ProductivityError::EmptyIndustry { industry: 1 });
        let invalid = ProductivityError::InvalidValues { values: 1, regions: 2 };
        assert_eq!(levels([1.0; 4], &[1.0]), invalid);
        let not_a_number = ProductivityError::InvalidValues { values: 2, regions: 2 };
        assert_eq!(levels([1.0; 4], &[1.0, f64::NAN]), not_a_number);
        let invalid = ProductivityError::InvalidAmount { region: 0, industry: 1 };
        assert_eq!(levels([1.0, f64::NAN, 0.0, 0.0], &[1.0; 2]), invalid);
        assert_eq!(levels([1.0, -1.0, 1.0, 1.0], &[1.0; 2]), invalid);
    }
}
