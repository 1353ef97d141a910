//! Amounts of activity by region and industry, checked once.

use crate::Matrix;
use crate::stats::lanes;

/// Smallest positive amount: whatever is below is taken for a mistake.
pub const SMALLEST_AMOUNT: f64 = 1e-100;

/// Largest amount, also of a total: whatever is above is taken for a mistake.
pub const LARGEST_AMOUNT: f64 = 1e100;

/// Why cells are not amounts.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum AmountsError {
    /// There is no region or no industry.
    #[error("amounts need at least one region and one industry")]
    Empty,
    /// The last region would lack industries.
    #[error("{cells} cells do not fill regions of {industries} industries")]
    NotRectangular {
        /// Number of cells that were given.
        cells: usize,
        /// Number of industries that were asked for.
        industries: usize,
    },
    /// The cell is negative, NaN or infinite.
    #[error("region {region}, industry {industry}: {value} is not an amount")]
    NotAnAmount {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
        /// What the cell holds.
        value: f64,
    },
    /// The cell is so small or so large that ratios of amounts could leave the range of numbers.
    #[error("region {region}, industry {industry}: {value} is beyond the scale of amounts, 1e-100 to 1e100")]
    OutOfScale {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
        /// What the cell holds.
        value: f64,
    },
    /// The amounts together exceed the largest amount.
    #[error("the amounts add up to {total}, beyond the scale of amounts, 1e100")]
    TotalOutOfScale {
        /// Sum of all cells.
        total: f64,
    },
}

/// Amounts of one activity (jobs, say) by region and industry: finite, not negative, all in one unit.
///
/// Positive amounts lie between [`SMALLEST_AMOUNT`] and [`LARGEST_AMOUNT`], also in total, so that shares, their ratios and
/// products of two amounts are finite and do not vanish. A zero is a zero that was measured: what is missing has been dealt
/// with before.
#[derive(Debug, Clone, PartialEq)]
pub struct Amounts {
    cells: Matrix,
    region_totals: Vec<f64>,
    industry_totals: Vec<f64>,
    total: f64,
}

impl Amounts {
    /// Checks cells, given region by region.
    ///
    /// # Errors
    ///
    /// Cells that fill no rectangle, and the first cell that is not an amount or beyond the scale of amounts.
    pub fn try_new(cells: Vec<f64>, n_industries: usize) -> Result<Self, AmountsError> {
        let n_cells = cells.len();
        if n_cells == 0 || n_industries == 0 {
            return Err(AmountsError::Empty);
        }
        let Ok(cells) = Matrix::try_new(cells, n_industries) else {
            return Err(AmountsError::NotRectangular { cells: n_cells, industries: n_industries });
        };
        for (position, &value) in cells.cells().iter().enumerate() {
            let (region, industry) = (position / n_industries, position % n_industries);
            match check_amount(value) {
                Ok(()) => {}
                Err(AmountFault::NotAnAmount) => return Err(AmountsError::NotAnAmount { region, industry, value }),
                Err(AmountFault::OutOfScale) => return Err(AmountsError::OutOfScale { region, industry, value }),
            }
        }
        let region_totals: Vec<f64> = cells.rows().map(|row| row.iter().sum()).collect();
        let total: f64 = region_totals.iter().sum();
        if total > LARGEST_AMOUNT {
            return Err(AmountsError::TotalOutOfScale { total });
        }
        let industry_totals = sum_of_rows(cells.rows(), n_industries);
        Ok(Self { cells, region_totals, industry_totals, total })
    }

    /// The amounts of one region, by industry; like indexing, `region` must be below [`Amounts::n_regions`].
    pub fn region(&self, region: usize) -> &[f64] {
        self.cells.row(region)
    }

    /// The regions in order.
    pub fn regions(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.cells.rows()
    }

    /// Number of regions, at least one.
    pub fn n_regions(&self) -> usize {
        self.cells.n_rows()
    }

    /// Number of industries, at least one.
    pub fn n_industries(&self) -> usize {
        self.cells.n_columns()
    }

    /// Sum of each region over its industries.
    pub fn region_totals(&self) -> &[f64] {
        &self.region_totals
    }

    /// Sum of each industry over the regions.
    pub fn industry_totals(&self) -> &[f64] {
        &self.industry_totals
    }

    /// Sum of everything.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The cells as a matrix, regions x industries.
    pub fn cells(&self) -> &Matrix {
        &self.cells
    }
}

/// Adds rows up, in their order: a row at a time, so that memory is read as it lies.
pub(crate) fn sum_of_rows<'a>(rows: impl Iterator<Item = &'a [f64]>, n_columns: usize) -> Vec<f64> {
    let mut sums = vec![0.0; n_columns];
    rows.for_each(|row| sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value));
    sums
}

/// What is wrong with one number that should be an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmountFault {
    /// Negative, NaN or infinite.
    NotAnAmount,
    /// Positive but outside of the scale.
    OutOfScale,
}

/// Whether all numbers are amounts; where that is told by their sum and ends, in one look.
pub(crate) fn are_amounts(values: &[f64]) -> bool {
    let ((sum, least), (least_positive, greatest)) = (lanes::sum_and_least(values), lanes::extremes(values));
    sum.is_finite() && least >= 0.0 && least_positive >= SMALLEST_AMOUNT && greatest <= LARGEST_AMOUNT
}

/// Checks one amount or total.
pub(crate) fn check_amount(value: f64) -> Result<(), AmountFault> {
    if !value.is_finite() || value < 0.0 {
        return Err(AmountFault::NotAnAmount);
    }
    if value != 0.0 && !(SMALLEST_AMOUNT..=LARGEST_AMOUNT).contains(&value) {
        return Err(AmountFault::OutOfScale);
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_both_ways() {
        let amounts = Amounts::try_new(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3).unwrap();
        assert_eq!((amounts.n_regions(), amounts.n_industries()), (2, 3));
        assert_eq!(amounts.region(1), [4.0, 5.0, 6.0]);
        assert_eq!(amounts.region_totals(), [6.0, 15.0]);
        assert_eq!(amounts.industry_totals(), [5.0, 7.0, 9.0]);
        assert_eq!(amounts.total(), 21.0);
    }

    #[test]
    fn names_the_cell_that_is_no_amount() {
        let negative = AmountsError::NotAnAmount { region: 1, industry: 0, value: -1.0 };
        assert_eq!(Amounts::try_new(vec![0.0, 1.0, -1.0, 2.0], 2), Err(negative));
        let infinite = AmountsError::NotAnAmount { region: 0, industry: 1, value: f64::INFINITY };
        assert_eq!(Amounts::try_new(vec![0.0, f64::INFINITY], 2), Err(infinite));
        assert!(matches!(Amounts::try_new(vec![f64::NAN], 1), Err(AmountsError::NotAnAmount { .. })));
    }

    #[test]
    fn refuses_other_shapes_and_scales() {
        assert_eq!(Amounts::try_new(vec![], 2), Err(AmountsError::Empty));
        assert_eq!(Amounts::try_new(vec![1.0], 0), Err(AmountsError::Empty));
        let short = AmountsError::NotRectangular { cells: 3, industries: 2 };
        assert_eq!(Amounts::try_new(vec![1.0; 3], 2), Err(short));
        let tiny = AmountsError::OutOfScale { region: 0, industry: 0, value: 1e-101 };
        assert_eq!(Amounts::try_new(vec![1e-101], 1), Err(tiny));
        let total = AmountsError::TotalOutOfScale { total: 1.2e100 };
        assert_eq!(Amounts::try_new(vec![6e99, 6e99], 1), Err(total));
    }
}
