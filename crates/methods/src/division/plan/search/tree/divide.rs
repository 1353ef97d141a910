//! How a part is divided.

use super::super::super::model::Range;
use super::super::super::watch::Halt;
use super::super::is_open;
use super::super::relaxation::{Relaxation, worths};
use super::{Part, Search, with_slot};

/// Totals of balances are divided until their width is no more than this part of the greatest.
const NARROW: f64 = 1.0 / 64.0;

/// Nor are totals divided that are no wider than this many times what sums may be off by.
const LEAST_WIDTH: f64 = 1e3;

impl Search<'_, '_> {
    /// Divides a part by a total, and where all are narrow by a slot of the row that is furthest off, of which the unit cares least.
    pub(super) fn divide(&mut self, part: &Part, relaxation: &Relaxation) -> Result<Option<[Part; 2]>, Halt> {
        if let Some(halves) = self.divide_total(part, relaxation) {
            return Ok(Some(halves));
        }
        let worths = worths(self.model, &part.choice, relaxation, &mut self.meter)?;
        let care = |slot: usize| match (worths[slot] - relaxation.prices_by_slot[slot]).abs() {
            care if care.is_finite() => care,
            _ => f64::MAX,
        };
        let is_chosen =
            |slot: usize| relaxation.chosen[slot / self.model.n_places] >> (slot % self.model.n_places) & 1 == 1;
        let open: Vec<bool> = (0..worths.len()).map(|slot| is_open(self.model, part, slot)).collect();
        let chosen = self.model.totals_of(&relaxation.sums);
        let off = |(at, sum): (usize, &f64)| {
            let row = &self.model.rows[at];
            let totals = if self.model.charges_total(row) { &chosen } else { &part.totals };
            (row.excess(*sum, row.ends(totals)), at)
        };
        let furthest = relaxation
            .sums
            .iter()
            .enumerate()
            .map(off)
            .max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()).then(b.1.cmp(&a.1)));
        let least_care = |slots: &mut dyn Iterator<Item = usize>| {
            slots.filter(|&slot| open[slot]).min_by(|&a, &b| care(a).total_cmp(&care(b)).then(a.cmp(&b)))
        };
        let mut slot = None;
        if let Some((excess, row)) = furthest.filter(|(excess, _)| *excess != 0.0) {
            let helps = |&&(slot, coefficient): &&(usize, f64)| {
                let change = if is_chosen(slot) { -coefficient } else { coefficient };
                change * excess < 0.0
            };
            slot = least_care(&mut self.model.rows[row].terms.iter().filter(helps).map(|(slot, _)| *slot));
        }
        let slot = slot.or_else(|| least_care(&mut (0..open.len())));
        Ok(slot.map(|slot| {
            let chosen = is_chosen(slot);
            [with_slot(self.model, part, slot, chosen), with_slot(self.model, part, slot, !chosen)]
        }))
    }

    /// Halves the widest total of a balance, if one is wide, the half first in which the choices are: within a narrow one,
    /// a region's share is a matter of what it chooses.
    fn divide_total(&self, part: &Part, relaxation: &Relaxation) -> Option<[Part; 2]> {
        let width = |(at, &(least, most)): (usize, &Range)| match most - least {
            // Beside the least total there are plans whose total is nothing.
            width if width > LEAST_WIDTH * self.model.rows[self.model.totals[at]].tolerance => (at, width / most),
            _ => (at, 0.0),
        };
        let widths = part.totals.iter().enumerate().map(width);
        let (at, width) = widths.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        if width <= NARROW {
            return None;
        }
        let (least, most) = part.totals[at];
        let middle = least + (most - least) / 2.0;
        let with_total = |total| {
            let mut half = part.clone();
            half.totals[at] = total;
            half
        };
        let mut halves = [with_total((least, middle)), with_total((middle, most))];
        if relaxation.sums[self.model.totals[at]] > middle {
            halves.reverse();
        }
        Some(halves)
    }
}
