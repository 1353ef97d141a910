//! What amounts are compared with to tell presence, region by region.

use super::bits::Bits;
use super::{Presence, PresenceError};
use crate::amounts::{are_amounts, check_amount};
use crate::division::QuotientBase;

/// Presence of rows that come one after the other.
pub(super) struct Revealing<'a> {
    reaches: Reaches<'a>,
    by_region: Bits,
    filled: usize,
}

impl<'a> Revealing<'a> {
    pub(super) fn try_new(base: &'a QuotientBase, threshold: f64) -> Result<Self, PresenceError> {
        let by_region = Bits::none(base.region_totals().len(), base.reference_totals().len());
        Ok(Self { reaches: Reaches::try_new(base, threshold)?, by_region, filled: 0 })
    }

    pub(super) fn n_regions(&self) -> usize {
        self.by_region.n_rows()
    }

    /// Takes the row of the next region, of which there is one.
    #[inline]
    pub(super) fn add(&mut self, row: &[f64]) -> Result<(), PresenceError> {
        let (base, region) = (self.reaches.base, self.filled);
        let industries = base.reference_totals().len();
        if row.len() != industries {
            return Err(PresenceError::NotRectangular { cells: region * industries + row.len(), industries });
        }
        if !are_amounts(row)
            && let Some(industry) = row.iter().position(|&amount| check_amount(amount).is_err())
        {
            let (cell, regions) = (region * industries + industry, self.n_regions());
            return Err(PresenceError::InvalidCell { cell, regions, industries });
        }
        let (reaches, total) = (&self.reaches, base.region_totals()[region]);
        self.by_region.fill_row_where(region, row, base.reference_totals(), |amount, reference| {
            reaches.reached(amount, total, reference)
        });
        self.filled += 1;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Presence, PresenceError> {
        let industries = self.reaches.base.reference_totals().len();
        if self.filled < self.n_regions() {
            return Err(PresenceError::NotRectangular { cells: self.filled * industries, industries });
        }
        Ok(Presence::of_rows(self.by_region))
    }
}

/// What an amount is compared with, as [`crate::division::revealed_presence_cell`] does, with the checks done once.
pub(super) struct Reaches<'a> {
    base: &'a QuotientBase,
    threshold: f64,
}

impl<'a> Reaches<'a> {
    pub(super) fn try_new(base: &'a QuotientBase, threshold: f64) -> Result<Self, PresenceError> {
        let empty = |totals: &[f64]| totals.iter().position(|&total| total == 0.0);
        let (region, industry) = (empty(base.region_totals()), empty(base.reference_totals()));
        match (region, industry) {
            _ if !(threshold.is_finite() && threshold > 0.0) => {
                Err(PresenceError::Undefined { region: 0, industry: 0 })
            }
            (Some(0), _) => Err(PresenceError::Undefined { region: 0, industry: 0 }),
            (_, Some(industry)) => Err(PresenceError::Undefined { region: 0, industry }),
            (Some(region), None) => Err(PresenceError::Undefined { region, industry: 0 }),
            (None, None) => Ok(Self { base, threshold }),
        }
    }

    #[inline]
    pub(super) fn at(&self, region: usize, industry: usize, amount: f64) -> bool {
        self.reached(amount, self.base.region_totals()[region], self.base.reference_totals()[industry])
    }

    /// Whether an amount reaches the threshold, with the totals of its region and industry.
    #[inline(always)]
    fn reached(&self, amount: f64, region_total: f64, reference: f64) -> bool {
        let needed = self.threshold * (region_total * reference);
        amount * self.base.reference_total() >= needed * (1.0 - 1e-12)
    }
}
