//! What rows alone say about a part.

use std::sync::Arc;

use super::super::super::homes::{HomeSet, ones};
use super::super::super::model::{Range, Row, Span};
use super::super::super::watch::Halt;
use super::super::relaxation::Choice;
use super::{Part, Search, retain};

/// Passes over all rows while totals of balances become narrower.
const MOST_PASSES: usize = 4;

/// A pass is worth another one when a total has become narrower by this part.
const NARROWER: f64 = 0.05;

impl Search<'_, '_> {
    /// Drops the sets of homes with which some row could not be met, and what totals of balances cannot be. Says whether
    /// every unit has some left.
    pub(super) fn propagate(&mut self, part: &mut Part) -> Result<bool, Halt> {
        for _ in 0..MOST_PASSES {
            let before = part.totals.clone();
            for (total, admissible) in part.totals.iter_mut().zip(&self.model.admissible) {
                match within(admissible, *total) {
                    Some(left) => *total = left,
                    None => return Ok(false),
                }
            }
            for row in 0..self.model.rows.len() {
                if !self.propagate_row(part, row)? {
                    return Ok(false);
                }
            }
            let width = |(least, most): Range| most - least;
            let mut both = before.iter().zip(&part.totals);
            if both.all(|(&before, &now)| width(now) >= (1.0 - NARROWER) * width(before)) {
                break;
            }
        }
        let Choice::Listed(sets) = &part.choice else { return Ok(true) };
        Ok(sets.iter().all(|sets| !sets.is_empty()))
    }

    /// Says whether the row can be met.
    fn propagate_row(&mut self, part: &mut Part, row: usize) -> Result<bool, Halt> {
        let Choice::Listed(sets) = &mut part.choice else { return Ok(true) };
        let row = &self.model.rows[row];
        let by_unit = by_unit(row, self.model.n_places);
        let mut ranges = Vec::with_capacity(by_unit.len());
        let (mut least, mut most) = (0.0, 0.0);
        for (unit, coefficients) in &by_unit {
            self.meter.spend(sets[*unit].len() as u64)?;
            let range = range(&sets[*unit], coefficients);
            (least, most) = (least + range.0, most + range.1);
            ranges.push(range);
        }
        if !narrow_total(&mut part.totals, row, (least, most)) {
            return Ok(false);
        }
        let ends = row.ends(&part.totals);
        let (up_to, from) = (ends.1 + row.tolerance, ends.0 - row.tolerance);
        if !(least <= up_to && most >= from) {
            return Ok(false);
        }
        for ((unit, coefficients), range) in by_unit.iter().zip(ranges) {
            let (up_to, from) = (up_to - (least - range.0), from - (most - range.1));
            if range.1 > up_to || range.0 < from {
                retain(&mut sets[*unit], |set| {
                    let sum = sum(coefficients, set.homes);
                    sum <= up_to && sum >= from
                });
            }
        }
        Ok(true)
    }
}

/// From the first to the last total of a range that is in one of the admissible ranges; nothing where none is.
fn within(admissible: &[Range], (least, most): Range) -> Option<Range> {
    let first = admissible.get(admissible.partition_point(|range| range.1 < least))?;
    let last = admissible.get(admissible.partition_point(|range| range.0 <= most).checked_sub(1)?)?;
    let left = (least.max(first.0), most.min(last.1));
    (left.0 <= left.1).then_some(left)
}

/// The units of a row, and the coefficients of their places.
fn by_unit(row: &Row, n_places: usize) -> Vec<(usize, Vec<f64>)> {
    let chunks = row.terms.chunk_by(|a, b| a.0 / n_places == b.0 / n_places);
    let unit = |terms: &[(usize, f64)]| {
        let mut coefficients = vec![0.0; n_places];
        terms.iter().for_each(|(slot, coefficient)| coefficients[slot % n_places] = *coefficient);
        (terms[0].0 / n_places, coefficients)
    };
    chunks.map(unit).collect()
}

fn sum(coefficients: &[f64], homes: u128) -> f64 {
    ones(homes).fold(0.0, |sum, place| sum + coefficients[place])
}

fn range(sets: &Arc<Vec<HomeSet>>, coefficients: &[f64]) -> Range {
    let sums = sets.iter().map(|set| sum(coefficients, set.homes));
    sums.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), sum| (a.min(sum), b.max(sum)))
}

/// Leaves of a balance's total what it can be where the sum of a row is within a range. Says whether anything is left.
fn narrow_total(totals: &mut [Range], row: &Row, (least, most): Range) -> bool {
    let (balance, least, most) = match row.span {
        Span::Fixed(_) => return true,
        Span::Total { balance, .. } => (balance, least - row.tolerance, most + row.tolerance),
        Span::Share { balance, shares: (floor, ceiling) } => {
            let from = if ceiling > 0.0 { (least - row.tolerance) / ceiling } else { f64::NEG_INFINITY };
            let up_to = if floor > 0.0 { (most + row.tolerance) / floor } else { f64::INFINITY };
            (balance, from, up_to)
        }
    };
    let total = &mut totals[balance];
    *total = (total.0.max(least), total.1.min(most));
    total.0 <= total.1
}
