//! Amounts of activity that lie in a table of somebody else, row by row.

use crate::amounts::{AmountFault, check_amount, sum_of_rows};
use crate::{Amounts, AmountsError, LARGEST_AMOUNT};

/// Amounts by region and industry like [`Amounts`], but borrowed: rows of a larger table, of which nothing is copied.
#[derive(Debug, Clone)]
pub struct AmountRows<'a> {
    rows: Vec<&'a [f64]>,
    region_totals: Vec<f64>,
    n_industries: usize,
}

impl<'a> AmountRows<'a> {
    /// Checks rows, each a region's amounts by industry.
    ///
    /// # Errors
    ///
    /// No rows or no industries, the first row of another length than the first one, and the first cell that is not an
    /// amount or beyond the scale of amounts.
    pub fn try_new(rows: Vec<&'a [f64]>) -> Result<Self, AmountsError> {
        let n_industries = rows.first().map_or(0, |row| row.len());
        if n_industries == 0 {
            return Err(AmountsError::Empty);
        }
        if let Some(row) = rows.iter().find(|row| row.len() != n_industries) {
            return Err(AmountsError::NotRectangular { cells: row.len(), industries: n_industries });
        }
        for (region, row) in rows.iter().enumerate() {
            for (industry, &value) in row.iter().enumerate() {
                match check_amount(value) {
                    Ok(()) => {}
                    Err(AmountFault::NotAnAmount) => return Err(AmountsError::NotAnAmount { region, industry, value }),
                    Err(AmountFault::OutOfScale) => return Err(AmountsError::OutOfScale { region, industry, value }),
                }
            }
        }
        let region_totals: Vec<f64> = rows.iter().map(|row| row.iter().sum()).collect();
        let total: f64 = region_totals.iter().sum();
        if total > LARGEST_AMOUNT {
            return Err(AmountsError::TotalOutOfScale { total });
        }
        Ok(Self { rows, region_totals, n_industries })
    }

    /// The rows of amounts that have been checked.
    pub fn of(amounts: &'a Amounts) -> Self {
        let (rows, region_totals) = (amounts.regions().collect(), amounts.region_totals().to_vec());
        Self { rows, region_totals, n_industries: amounts.n_industries() }
    }

    /// The amounts of one region, by industry; like indexing, `region` must be below [`AmountRows::n_regions`].
    pub fn region(&self, region: usize) -> &'a [f64] {
        self.rows[region]
    }

    /// The regions in order.
    pub fn regions(&self) -> impl Iterator<Item = &'a [f64]> {
        self.rows.iter().copied()
    }

    /// The amounts of one industry, from the first region on; like indexing, `industry` must be below
    /// [`AmountRows::n_industries`].
    pub fn column(&self, industry: usize) -> impl Iterator<Item = f64> {
        self.rows.iter().map(move |row| row[industry])
    }

    /// Number of regions, at least one.
    pub fn n_regions(&self) -> usize {
        self.rows.len()
    }

    /// Number of industries, at least one.
    pub fn n_industries(&self) -> usize {
        self.n_industries
    }

    /// Sum of each region over its industries.
    pub fn region_totals(&self) -> &[f64] {
        &self.region_totals
    }

    /// Sum of each industry over the regions.
    pub fn industry_totals(&self) -> Vec<f64> {
        sum_of_rows(self.regions(), self.n_industries)
    }

    /// The first region without anything, if there is one.
    pub fn first_empty(&self) -> Option<usize> {
        self.region_totals.iter().position(|&total| total == 0.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn borrows_rows_and_adds_them_up() {
        let cells = [1.0, 2.0, 3.0, 4.0, 0.0, 0.0];
        let rows = AmountRows::try_new(vec![&cells[4..], &cells[..2], &cells[2..4]]).unwrap();
        assert_eq!((rows.n_regions(), rows.n_industries(), rows.first_empty()), (3, 2, Some(0)));
        assert_eq!((rows.region_totals(), rows.industry_totals()), ([0.0, 3.0, 7.0].as_slice(), vec![4.0, 6.0]));
        assert!(std::ptr::eq(rows.region(1), &cells[..2]));
        assert_eq!(rows.column(1).collect::<Vec<_>>(), [0.0, 2.0, 4.0]);
        let owned = Amounts::try_new(cells.to_vec(), 2).unwrap();
        assert_eq!(AmountRows::of(&owned).industry_totals(), owned.industry_totals());
    }

    #[test]
    fn refuses_what_is_no_table_of_amounts() {
        assert_eq!(AmountRows::try_new(vec![]).err(), Some(AmountsError::Empty));
        assert_eq!(AmountRows::try_new(vec![&[]]).err(), Some(AmountsError::Empty));
        let short = AmountsError::NotRectangular { cells: 1, industries: 2 };
        assert_eq!(AmountRows::try_new(vec![&[1.0, 2.0], &[1.0]]).err(), Some(short));
        let negative = AmountsError::NotAnAmount { region: 1, industry: 0, value: -1.0 };
        assert_eq!(AmountRows::try_new(vec![&[1.0], &[-1.0]]).err(), Some(negative));
        let tiny = AmountsError::OutOfScale { region: 0, industry: 0, value: 1e-101 };
        assert_eq!(AmountRows::try_new(vec![&[1e-101]]).err(), Some(tiny));
        let total = AmountsError::TotalOutOfScale { total: 1.2e100 };
        assert_eq!(AmountRows::try_new(vec![&[6e99], &[6e99]]).err(), Some(total));
    }
}
