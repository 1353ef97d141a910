//! Which industries are present in which regions.

use super::bits::Bits;
use super::revealing::{Reaches, Revealing};
use crate::Amounts;
use crate::amounts::check_amount;
use crate::division::{LocationQuotientError, QuotientBase};

/// Why presence is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PresenceError {
    /// There is no region or no industry, or the last region lacks industries.
    #[error("{cells} cells do not fill regions of {industries} industries")]
    NotRectangular {
        /// Number of cells that were given.
        cells: usize,
        /// Number of industries that were asked for.
        industries: usize,
    },
    /// Presence of the industry in the region is undefined: one of the two is empty, or the threshold is no positive number.
    #[error("region {region}, industry {industry}: whether it is present is undefined")]
    Undefined {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
    /// The cell lies outside the table, or holds no amount.
    #[error("cell {cell} is none of {regions} regions x {industries} industries, or no amount")]
    InvalidCell {
        /// Position of the cell in the list.
        cell: usize,
        /// Number of regions.
        regions: usize,
        /// Number of industries.
        industries: usize,
    },
    /// The base is of other regions or industries.
    #[error(transparent)]
    Base(#[from] LocationQuotientError),
}

/// A cell of a table of which only the cells that are not empty are listed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Row of the region.
    pub region: usize,
    /// Column of the industry.
    pub industry: usize,
    /// The amount, as in [`Amounts`].
    pub amount: f64,
}

/// Which industries are present in which regions, one bit a pair, by region and by industry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    pub(super) by_region: Bits,
    pub(super) by_industry: Bits,
}

impl Presence {
    /// Takes presences region by region.
    ///
    /// # Errors
    ///
    /// Cells that fill no rectangle.
    pub fn try_new(cells: &[bool], n_industries: usize) -> Result<Self, PresenceError> {
        if cells.is_empty() || n_industries == 0 || !cells.len().is_multiple_of(n_industries) {
            return Err(PresenceError::NotRectangular { cells: cells.len(), industries: n_industries });
        }
        let mut by_region = Bits::none(cells.len() / n_industries, n_industries);
        for (region, row) in cells.chunks(n_industries).enumerate() {
            by_region.fill_row(region, row.iter().copied());
        }
        Ok(Self::of_rows(by_region))
    }

    /// Presence by location quotients that reach a threshold; see [`crate::division::revealed_presence()`].
    ///
    /// # Errors
    ///
    /// A base of another shape, and the first pair whose location quotient is undefined.
    pub fn revealed(amounts: &Amounts, base: &QuotientBase, threshold: f64) -> Result<Self, PresenceError> {
        base.check_shape(amounts)?;
        Self::revealed_of_rows(amounts.regions(), base, threshold)
    }

    /// The same of rows that lie somewhere already: no table is made of them.
    ///
    /// # Errors
    ///
    /// Rows that are not those of the base, the first cell that is not an amount, and the first pair whose location quotient
    /// is undefined.
    pub fn revealed_of_rows<'a>(
        rows: impl Iterator<Item = &'a [f64]>,
        base: &QuotientBase,
        threshold: f64,
    ) -> Result<Self, PresenceError> {
        let mut revealing = Revealing::try_new(base, threshold)?;
        rows.take(revealing.n_regions()).try_for_each(|row| revealing.add(row))?;
        revealing.finish()
    }

    /// The same of some columns of such rows, in the order they are listed: a single row is copied at a time.
    ///
    /// # Errors
    ///
    /// As [`Presence::revealed_of_rows`], with positions among the columns listed; a row without one of them is no row of the
    /// base.
    pub fn revealed_of_columns<'a>(
        rows: impl Iterator<Item = &'a [f64]>,
        columns: &[usize],
        base: &QuotientBase,
        threshold: f64,
    ) -> Result<Self, PresenceError> {
        let mut revealing = Revealing::try_new(base, threshold)?;
        let mut picked = Vec::with_capacity(columns.len());
        for row in rows.take(revealing.n_regions()) {
            picked.clear();
            picked.extend(columns.iter().filter_map(|&column| row.get(column)));
            revealing.add(&picked)?;
        }
        revealing.finish()
    }

    /// Presence that is known from elsewhere: of these pairs of region and industry, and no others.
    ///
    /// # Errors
    ///
    /// A table without regions or industries, and the first pair outside of it.
    pub fn of_pairs(
        pairs: impl IntoIterator<Item = (usize, usize)>,
        n_regions: usize,
        n_industries: usize,
    ) -> Result<Self, PresenceError> {
        if n_regions == 0 || n_industries == 0 {
            return Err(PresenceError::NotRectangular { cells: 0, industries: n_industries });
        }
        let mut by_region = Bits::none(n_regions, n_industries);
        for (cell, (region, industry)) in pairs.into_iter().enumerate() {
            if region >= n_regions || industry >= n_industries {
                return Err(PresenceError::InvalidCell { cell, regions: n_regions, industries: n_industries });
            }
            by_region.set(region, industry);
        }
        Ok(Self::of_rows(by_region))
    }

    /// What is present here and in the other, where both are of as many regions and industries.
    pub fn and(&self, other: &Self) -> Option<Self> {
        let shape = |presence: &Self| (presence.n_regions(), presence.n_industries());
        (shape(self) == shape(other)).then(|| Self {
            by_region: self.by_region.and(&other.by_region),
            by_industry: self.by_industry.and(&other.by_industry),
        })
    }

    /// Presence by location quotients, of a table whose empty cells are not listed: it is never laid out in full.
    ///
    /// The regions together are the benchmark. Whatever is not listed is nothing, so that it is absent.
    ///
    /// # Errors
    ///
    /// The first cell outside the table or without an amount, and the first region or industry of which nothing is listed.
    pub fn revealed_of_cells(
        cells: &[Cell],
        n_regions: usize,
        n_industries: usize,
        threshold: f64,
    ) -> Result<Self, PresenceError> {
        let (mut region_totals, mut industry_totals, mut total) = (vec![0.0; n_regions], vec![0.0; n_industries], 0.0);
        for (position, cell) in cells.iter().enumerate() {
            let inside = cell.region < n_regions && cell.industry < n_industries;
            if !inside || check_amount(cell.amount).is_err() {
                let (regions, industries) = (n_regions, n_industries);
                return Err(PresenceError::InvalidCell { cell: position, regions, industries });
            }
            region_totals[cell.region] += cell.amount;
            industry_totals[cell.industry] += cell.amount;
            total += cell.amount;
        }
        let base = QuotientBase::try_new(region_totals, industry_totals, total)
            .map_err(|_| PresenceError::Undefined { region: 0, industry: 0 })?;
        let reaches = Reaches::try_new(&base, threshold)?;
        let mut by_region = Bits::none(n_regions, n_industries);
        for cell in cells.iter().filter(|cell| reaches.at(cell.region, cell.industry, cell.amount)) {
            by_region.set(cell.region, cell.industry);
        }
        Ok(Self::of_rows(by_region))
    }

    pub(super) fn of_rows(by_region: Bits) -> Self {
        let by_industry = by_region.transposed();
        Self { by_region, by_industry }
    }

    /// Regions as industries and industries as regions.
    pub fn transposed(&self) -> Self {
        Self { by_region: self.by_industry.clone(), by_industry: self.by_region.clone() }
    }

    /// Presence in some regions of some industries, in the order they are listed; like indexing, all must be there.
    pub fn restricted(&self, regions: &[usize], industries: &[usize]) -> Self {
        let mut by_region = Bits::none(regions.len(), industries.len());
        for (position, &region) in regions.iter().enumerate() {
            by_region.fill_row(position, industries.iter().map(|&industry| self.by_region.is_set(region, industry)));
        }
        Self::of_rows(by_region)
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.by_region.n_rows()
    }

    /// Number of industries.
    pub fn n_industries(&self) -> usize {
        self.by_industry.n_rows()
    }

    /// Whether the industry is present in the region; like indexing, both must be there.
    pub fn is_present(&self, region: usize, industry: usize) -> bool {
        self.by_region.is_set(region, industry)
    }

    /// Number of industries that are present in each region: its diversity.
    pub fn diversity(&self) -> Vec<u32> {
        self.by_region.counts()
    }

    /// Number of regions in which each industry is present: its ubiquity.
    pub fn ubiquity(&self) -> Vec<u32> {
        self.by_industry.counts()
    }

    /// Industries that are present in the region, ascending; like indexing, it must be there.
    pub fn industries_of(&self, region: usize) -> impl Iterator<Item = usize> {
        self.by_region.columns(region)
    }

    /// For each region, the sum over its industries of what they have, one value for each industry.
    pub(in crate::division) fn sums_of_regions(&self, of_industries: &[f64]) -> Vec<f64> {
        self.by_region.sums(of_industries)
    }

    /// For each industry, the sum over its regions of what they have, one value for each region.
    pub(in crate::division) fn sums_of_industries(&self, of_regions: &[f64]) -> Vec<f64> {
        self.by_industry.sums(of_regions)
    }

    /// Regions in which the industry is present, ascending; like indexing, it must be there.
    pub fn regions_of(&self, industry: usize) -> impl Iterator<Item = usize> {
        self.by_industry.columns(industry)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::division::revealed_presence;

    #[test]
    fn more_regions_than_a_word_has_bits_are_counted() {
        let cells: Vec<bool> =
            (0..200).flat_map(|region| [usize::is_multiple_of(region, 2), region.is_multiple_of(3)]).collect();
        let presence = Presence::try_new(&cells, 2).unwrap();
        assert_eq!(presence.ubiquity(), [100, 67]);
        assert_eq!(presence.diversity()[..4], [2, 0, 1, 1]);
        assert!(presence.is_present(198, 1) && !presence.is_present(199, 1));
        assert_eq!(presence.regions_of(1).collect::<Vec<_>>(), (0..200).step_by(3).collect::<Vec<_>>());
        let some = presence.restricted(&[199, 0, 66], &[1, 0]);
        assert_eq!(some, Presence::try_new(&[false, false, true, true, true, true], 2).unwrap());
        assert_eq!(some.transposed().diversity(), some.ubiquity());
    }

    #[test]
    fn agrees_cell_by_cell_with_revealed_presence_also_where_cells_are_listed() {
        let cell = |at: usize| if at.is_multiple_of(3) { 0.0 } else { ((at * 7919) % 101) as f64 };
        let amounts = Amounts::try_new((0..70 * 130).map(cell).collect(), 130).unwrap();
        let base = QuotientBase::of_whole(&amounts).unwrap();
        let presence = Presence::revealed(&amounts, &base, 0.8).unwrap();
        let cells: Option<Vec<bool>> = revealed_presence(&amounts, &base, 0.8).unwrap().into_iter().collect();
        assert_eq!(presence, Presence::try_new(&cells.unwrap(), 130).unwrap());
        let listed: Vec<Cell> = amounts
            .regions()
            .enumerate()
            .flat_map(|(region, row)| {
                let filled = row.iter().enumerate().filter(|(_, amount)| **amount > 0.0);
                filled.map(move |(industry, &amount)| Cell { region, industry, amount })
            })
            .collect();
        assert_eq!(Presence::revealed_of_cells(&listed, 70, 130, 0.8).unwrap(), presence);
    }

    #[test]
    fn columns_that_are_picked_are_as_a_table_of_their_own() {
        let cell = |at: usize| ((at * 7919) % 101) as f64;
        let table: Vec<f64> = (0..9 * 20).map(cell).collect();
        let columns = [18, 3, 4, 11];
        let picked = table.chunks(20).flat_map(|row| columns.map(|column| row[column])).collect();
        let amounts = Amounts::try_new(picked, 4).unwrap();
        let base = QuotientBase::of_whole(&amounts).unwrap();
        let of_columns = |columns: &[usize]| Presence::revealed_of_columns(table.chunks(20), columns, &base, 1.0);
        assert_eq!(of_columns(&columns), Presence::revealed(&amounts, &base, 1.0));
        let outside = PresenceError::NotRectangular { cells: 3, industries: 4 };
        assert_eq!(of_columns(&[18, 3, 4, 20]), Err(outside));
    }

    #[test]
    fn pairs_that_are_known_are_present_and_both_conditions_must_hold() {
        let given = Presence::of_pairs([(0, 1), (1, 0), (0, 1)], 2, 2).unwrap();
        assert_eq!(given, Presence::try_new(&[false, true, true, false], 2).unwrap());
        let other = Presence::try_new(&[true, true, false, false], 2).unwrap();
        assert_eq!(given.and(&other), Some(Presence::of_pairs([(0, 1)], 2, 2).unwrap()));
        assert_eq!(given.and(&Presence::of_pairs([], 2, 3).unwrap()), None);
        let outside = PresenceError::InvalidCell { cell: 1, regions: 2, industries: 2 };
        assert_eq!(Presence::of_pairs([(0, 1), (2, 0)], 2, 2), Err(outside));
        assert!(Presence::of_pairs([], 0, 2).is_err() && Presence::of_pairs([], 2, 0).is_err());
    }

    #[test]
    fn zero_rows_are_refused_and_not_turned_into_zeros() {
        let amounts = |cells: &[f64]| Amounts::try_new(cells.to_vec(), 2).unwrap();
        let revealed = |amounts: &Amounts| Presence::revealed(amounts, &QuotientBase::of_whole(amounts).unwrap(), 1.0);
        let undefined = |region, industry| Err(PresenceError::Undefined { region, industry });
        assert_eq!(revealed(&amounts(&[1.0, 2.0, 0.0, 0.0])), undefined(1, 0));
        assert_eq!(revealed(&amounts(&[1.0, 0.0, 3.0, 0.0])), undefined(0, 1));
        let listed = [Cell { region: 0, industry: 1, amount: 2.0 }];
        assert_eq!(Presence::revealed_of_cells(&listed, 2, 2, 1.0), undefined(0, 0));
    }

    #[test]
    fn refuses_what_is_no_presence() {
        let shape = PresenceError::NotRectangular { cells: 3, industries: 2 };
        assert_eq!(Presence::try_new(&[true; 3], 2), Err(shape));
        let amounts = Amounts::try_new(vec![1.0; 4], 2).unwrap();
        let base = QuotientBase::of_whole(&amounts).unwrap();
        for threshold in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Presence::revealed(&amounts, &base, threshold).is_err());
        }
        for cell in [(2, 0, 1.0), (0, 2, 1.0), (0, 0, f64::NAN), (0, 0, -1.0)] {
            let listed = [Cell { region: cell.0, industry: cell.1, amount: cell.2 }];
            let invalid = PresenceError::InvalidCell { cell: 0, regions: 2, industries: 2 };
            assert_eq!(Presence::revealed_of_cells(&listed, 2, 2, 1.0), Err(invalid));
        }
        assert!(Presence::revealed_of_cells(&[], 2, 2, 1.0).is_err());
        let of_rows = |rows: [&[f64]; 2]| Presence::revealed_of_rows(rows.into_iter(), &base, 1.0);
        let short = PresenceError::NotRectangular { cells: 3, industries: 2 };
        assert_eq!(of_rows([&[1.0, 1.0], &[1.0]]), Err(short));
        let one = PresenceError::NotRectangular { cells: 2, industries: 2 };
        assert_eq!(Presence::revealed_of_rows([[1.0, 1.0].as_slice()].into_iter(), &base, 1.0), Err(one));
        let invalid = PresenceError::InvalidCell { cell: 3, regions: 2, industries: 2 };
        assert_eq!(of_rows([&[1.0, 1.0], &[1.0, f64::NAN]]), Err(invalid));
    }
}
