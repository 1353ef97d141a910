//! Small changes that make a plan meet its rows, and then make it better.

use super::super::homes::{Mask, ones};
use super::super::model::{Model, Span};
use super::super::watch::{Halt, Meter};

/// Passes over all changes, at most.
const MOST_PASSES: usize = 30;

/// A plan on its way.
struct Draft<'a> {
    model: &'a Model,
    masks: &'a [Mask],
    homes: Vec<u128>,
    values: Vec<f64>,
    sums: Vec<f64>,
    /// By how much shares of balances are violated.
    unbalance: f64,
    least_gain: f64,
}

/// Improves a plan by places more, fewer or instead of each other, and by moves and exchanges between two units, as long
/// as rows are less violated or else the objective rises. Nothing comes back where rows stay violated.
pub(super) fn polish(
    model: &Model,
    masks: &[Mask],
    homes: Vec<u128>,
    meter: &mut Meter<'_>,
) -> Result<Option<Vec<u128>>, Halt> {
    let values = model.units.iter().zip(&homes).map(|(unit, &homes)| unit.value(homes)).collect();
    let sums = model.sums(&homes);
    let unbalance = unbalance(model, &sums);
    let mut draft = Draft { model, masks, homes, values, sums, unbalance, least_gain: model.scale * 1e-10 };
    for _ in 0..MOST_PASSES {
        meter.look()?;
        meter.spend((model.entries.len() * 4) as u64)?;
        if draft.change_units(meter)? {
            continue;
        }
        meter.spend(draft.exchanges() as u64)?;
        if !draft.between_units(meter, Draft::exchange)? && !draft.between_units(meter, Draft::hand_over)? {
            break;
        }
    }
    Ok(model.is_met(&draft.sums).then_some(draft.homes))
}

impl Draft<'_> {
    /// How many exchanges there are to look at.
    fn exchanges(&self) -> usize {
        let pairs: usize = self.homes.iter().map(|homes| homes.count_ones() as usize).sum();
        pairs * pairs
    }

    /// Goes through all changes of one unit, and makes those that help.
    fn change_units(&mut self, meter: &Meter<'_>) -> Result<bool, Halt> {
        let mut changed = false;
        for unit in 0..self.homes.len() {
            meter.look_for_stop()?;
            for place in 0..self.model.n_places {
                let (homes, bit) = (self.homes[unit], 1_u128 << place);
                changed |= self.try_changes(&[(unit, homes ^ bit)]);
                if self.homes[unit] & bit == 0 {
                    for other in ones(self.homes[unit]) {
                        if self.try_changes(&[(unit, self.homes[unit] & !(1 << other) | bit)]) {
                            changed = true;
                            break;
                        }
                    }
                }
            }
        }
        Ok(changed)
    }

    /// Goes through all pairs of units, and makes a change between them that helps.
    fn between_units(
        &mut self,
        meter: &Meter<'_>,
        change: impl Fn(&mut Self, usize, usize) -> bool,
    ) -> Result<bool, Halt> {
        let mut changed = false;
        for first in 0..self.homes.len() {
            for second in first + 1..self.homes.len() {
                meter.look_for_stop()?;
                changed |= change(self, first, second);
            }
        }
        Ok(changed)
    }

    /// Exchanges two places of two units.
    fn exchange(&mut self, first: usize, second: usize) -> bool {
        let (a, b) = (self.homes[first], self.homes[second]);
        for given in ones(a & !b) {
            for taken in ones(b & !a) {
                let swapped = 1_u128 << given | 1 << taken;
                if self.try_changes(&[(first, a ^ swapped), (second, b ^ swapped)]) {
                    return true;
                }
            }
        }
        false
    }

    /// Gives a place of one unit to another.
    fn hand_over(&mut self, first: usize, second: usize) -> bool {
        let (a, b) = (self.homes[first], self.homes[second]);
        ones(a ^ b)
            .map(|place| 1_u128 << place)
            .any(|moved| self.try_changes(&[(first, a ^ moved), (second, b ^ moved)]))
    }

    /// Makes changes if they help.
    fn try_changes(&mut self, changes: &[(usize, u128)]) -> bool {
        let allowed = |&(unit, homes): &(usize, u128)| self.model.units[unit].allows(self.masks[unit], homes);
        if !changes.iter().all(allowed) {
            return false;
        }
        let gain: f64 =
            changes.iter().map(|&(unit, homes)| self.model.units[unit].value(homes) - self.values[unit]).sum();
        let before = self.moved(changes);
        let (relief, unbalance) = self.relief(&before);
        let helps = relief > 1e-9 || (relief >= 0.0 && gain > self.least_gain);
        if !helps {
            before.iter().for_each(|&(row, sum)| self.sums[row] = sum);
            return false;
        }
        for &(unit, homes) in changes {
            self.homes[unit] = homes;
            self.values[unit] = self.model.units[unit].value(homes);
        }
        self.unbalance = unbalance;
        // Summed afresh, so that rounding does not add up.
        if before.iter().any(|&(row, sum)| (self.sums[row] - sum).fract() != 0.0) {
            self.sums = self.model.sums(&self.homes);
        }
        true
    }

    /// Moves the sums of rows as changes do. Returns the rows that have moved, and what their sums were.
    fn moved(&mut self, changes: &[(usize, u128)]) -> Vec<(usize, f64)> {
        let mut before: Vec<(usize, f64)> = Vec::new();
        for &(unit, homes) in changes {
            for place in ones(homes ^ self.homes[unit]) {
                let sign = if homes >> place & 1 == 1 { 1.0 } else { -1.0 };
                for &(row, coefficient) in &self.model.entries[self.model.slot(unit, place)] {
                    if !before.iter().any(|(other, _)| *other == row) {
                        before.push((row, self.sums[row]));
                    }
                    self.sums[row] += sign * coefficient;
                }
            }
        }
        before
    }

    /// By how much rows are less violated than before, and by how much shares of balances are violated now.
    fn relief(&self, before: &[(usize, f64)]) -> (f64, f64) {
        let (mut relief, mut balanced) = (0.0, true);
        for &(row, sum) in before {
            let content = &self.model.rows[row];
            match content.span {
                Span::Fixed(ends) => {
                    relief += content.excess(sum, ends).abs() - content.excess(self.sums[row], ends).abs();
                }
                Span::Total { .. } | Span::Share { .. } => balanced = false,
            }
        }
        let unbalance = if balanced { self.unbalance } else { unbalance(self.model, &self.sums) };
        (relief + (self.unbalance - unbalance), unbalance)
    }
}

/// By how much shares of balances are violated.
fn unbalance(model: &Model, sums: &[f64]) -> f64 {
    if model.totals.is_empty() {
        return 0.0;
    }
    let totals = model.totals_of(sums);
    let shares = model.rows.iter().zip(sums).filter(|(row, _)| matches!(row.span, Span::Share { .. }));
    shares.map(|(row, &sum)| row.excess(sum, row.ends(&totals)).abs()).sum()
}
