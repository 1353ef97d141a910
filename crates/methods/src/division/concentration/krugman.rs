//! Krugman's index of concentration: how unlike other industries an industry is spread over regions.

use std::cell::RefCell;

use crate::AmountRows;
use crate::division::specialization::{Compared, against_others};
use crate::division::{KrugmanReference, StructureError};

/// Industries whose amounts are gathered from the rows of regions in one go.
const GATHERED: usize = 16;

/// Computes Krugman's index of concentration of some industries against a reference.
///
/// ```text
/// K[i] = sum over r of |c[r, i] - reference[r]|,  c[r, i] = E[r, i] / E[i]
/// ```
///
/// Some columns of the table are gathered at a time, so that it is never turned on its side.
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - `industries`: columns of the industries that count, each once; like indexing, they must be there.
/// - `reference`: these industries together, the others of them together, or the mean of their shares.
/// - returns: one for each of them, 0 (spread like the reference) to 2 (where the reference is not).
///
/// # Errors
///
/// The first industry that is nowhere, by its position among `industries`, as the empty "region" of the table turned on its
/// side; or an industry without others.
///
/// # Source
///
/// Krugman (1991), Geography and Trade, MIT Press; the mean of others is REAT's `krugman.conc2`.
pub fn krugman_concentration(
    amounts: &AmountRows<'_>,
    industries: &[usize],
    reference: KrugmanReference,
) -> Result<Vec<f64>, StructureError> {
    let turned = Turned::of(amounts, industries);
    if industries.is_empty() {
        return Err(StructureError::NothingToCompare);
    }
    if let Some(region) = turned.totals.iter().position(|&total| total == 0.0) {
        return Err(StructureError::EmptyRegion { region });
    }
    match reference {
        KrugmanReference::Whole => Ok(turned.against_whole()),
        _ if industries.len() == 1 => Err(StructureError::NoOtherRegion { region: 0 }),
        KrugmanReference::MeanOfOthers => Ok(against_others(&turned, |industry| turned.total(industry))),
        KrugmanReference::Rest => Ok(against_others(&turned, |_| 1.0)),
    }
}

/// Industries of a table as rows of their amounts by region.
struct Turned<'a> {
    amounts: &'a AmountRows<'a>,
    industries: &'a [usize],
    totals: Vec<f64>,
    /// The first of the industries that are gathered, and their amounts one industry after the other.
    gathered: RefCell<(usize, Vec<f64>)>,
}

impl<'a> Turned<'a> {
    fn of(amounts: &'a AmountRows<'a>, industries: &'a [usize]) -> Self {
        let of_all = amounts.industry_totals();
        let totals = industries.iter().map(|&industry| of_all[industry]).collect();
        Self { amounts, industries, totals, gathered: RefCell::new((usize::MAX, Vec::new())) }
    }

    fn against_whole(&self) -> Vec<f64> {
        let of_region = |row: &[f64]| self.industries.iter().fold(0.0, |sum, &industry| sum + row[industry]);
        let whole: Vec<f64> = self.amounts.regions().map(of_region).collect();
        let total: f64 = self.totals.iter().sum();
        let against = |(industry, own): (usize, &f64)| {
            let difference = |(amount, whole): (&f64, &f64)| (amount / own - whole / total).abs();
            self.with(industry, |cells| cells.iter().zip(&whole).map(difference).sum())
        };
        self.totals.iter().enumerate().map(against).collect()
    }

    /// Gathers the amounts of the industries from `first` on.
    fn gather(&self, first: usize, cells: &mut Vec<f64>) {
        let some = &self.industries[first..(first + GATHERED).min(self.industries.len())];
        let n = self.amounts.n_regions();
        cells.resize(some.len() * n, 0.0);
        for (region, row) in self.amounts.regions().enumerate() {
            some.iter().enumerate().for_each(|(place, &industry)| cells[place * n + region] = row[industry]);
        }
    }
}

impl Compared for Turned<'_> {
    fn n_rows(&self) -> usize {
        self.industries.len()
    }

    fn n_columns(&self) -> usize {
        self.amounts.n_regions()
    }

    fn total(&self, row: usize) -> f64 {
        self.totals[row]
    }

    fn with<T>(&self, row: usize, of: impl FnOnce(&[f64]) -> T) -> T {
        let mut gathered = self.gathered.borrow_mut();
        let first = row / GATHERED * GATHERED;
        if gathered.0 != first {
            self.gather(first, &mut gathered.1);
            gathered.0 = first;
        }
        let n = self.amounts.n_regions();
        of(&gathered.1[(row - first) * n..(row - first + 1) * n])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;
    use crate::division::krugman_against;
    use crate::samples::amounts as table;

    const REFERENCES: [KrugmanReference; 3] =
        [KrugmanReference::Whole, KrugmanReference::Rest, KrugmanReference::MeanOfOthers];

    #[test]
    fn compares_with_all_or_with_others() {
        // Shares over regions: (3/4, 1/4) and (1/2, 1/2); all together (2/3, 1/3).
        let amounts = Amounts::try_new(vec![6.0, 2.0, 2.0, 2.0], 2).unwrap();
        let of = |reference| krugman_concentration(&AmountRows::of(&amounts), &[0, 1], reference).unwrap();
        assert!((of(KrugmanReference::Whole)[0] - 1.0 / 6.0).abs() < 1e-15);
        assert_eq!(of(KrugmanReference::MeanOfOthers), [0.5, 0.5]);
        assert_eq!(of(KrugmanReference::Rest), [0.5, 0.5]);
    }

    #[test]
    fn some_columns_give_the_bits_of_a_table_turned_on_its_side() {
        let amounts = table(37, 50);
        let some: Vec<usize> = (0..50).filter(|industry| industry % 7 != 3).collect();
        let turned: Vec<f64> = some.iter().flat_map(|&industry| amounts.cells().column(industry)).collect();
        let turned = Amounts::try_new(turned, 37).unwrap();
        for reference in REFERENCES {
            let own = krugman_concentration(&AmountRows::of(&amounts), &some, reference).unwrap();
            assert_eq!(own, krugman_against(&turned, reference).unwrap(), "{reference:?}");
        }
    }

    #[test]
    fn refuses_what_has_no_shares_or_no_others() {
        let empty = Amounts::try_new(vec![6.0, 0.0, 2.0, 0.0], 2).unwrap();
        let of =
            |industries: &[usize], reference| krugman_concentration(&AmountRows::of(&empty), industries, reference);
        for reference in REFERENCES {
            assert_eq!(of(&[0, 1], reference), Err(StructureError::EmptyRegion { region: 1 }));
            assert_eq!(of(&[], reference), Err(StructureError::NothingToCompare));
        }
        assert_eq!(of(&[0], KrugmanReference::Rest), Err(StructureError::NoOtherRegion { region: 0 }));
        assert!(of(&[0], KrugmanReference::Whole).is_ok());
    }
}
