//! Small changes that make a plan meet its rows, and then make it better.

use super::super::homes::{Mask, ones};
use super::super::model::Model;
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
    least_gain: f64,
}

/// Improves a plan by regions more, fewer or instead of each other, and by exchanges between two units, as long as rows
/// are less violated or else the objective rises. Nothing comes back where rows stay violated.
pub(super) fn polish(
    model: &Model,
    masks: &[Mask],
    homes: Vec<u128>,
    meter: &mut Meter<'_>,
) -> Result<Option<Vec<u128>>, Halt> {
    let values = model.units.iter().zip(&homes).map(|(unit, &homes)| unit.value(homes)).collect();
    let sums = model.sums(&homes);
    let mut draft = Draft { model, masks, homes, values, sums, least_gain: model.scale * 1e-10 };
    for _ in 0..MOST_PASSES {
        meter.look()?;
        meter.spend((model.entries.len() * 4) as u64)?;
        let mut changed = draft.change_units(meter)?;
        if !changed {
            meter.spend(draft.exchanges() as u64)?;
            changed = draft.exchange(meter)?;
        }
        if !changed {
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
            for region in 0..self.model.n_regions {
                let (homes, bit) = (self.homes[unit], 1_u128 << region);
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

    /// Goes through all exchanges of two regions between two units, and makes those that help.
    fn exchange(&mut self, meter: &Meter<'_>) -> Result<bool, Halt> {
        let mut changed = false;
        for first in 0..self.homes.len() {
            for second in first + 1..self.homes.len() {
                meter.look_for_stop()?;
                changed |= self.exchange_between(first, second);
            }
        }
        Ok(changed)
    }

    fn exchange_between(&mut self, first: usize, second: usize) -> bool {
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

    /// Makes changes if they help.
    fn try_changes(&mut self, changes: &[(usize, u128)]) -> bool {
        let allowed = |&(unit, homes): &(usize, u128)| self.model.units[unit].allows(self.masks[unit], homes);
        if !changes.iter().all(allowed) {
            return false;
        }
        let mut moved: Vec<(usize, f64)> = Vec::new();
        let mut gain = 0.0;
        for &(unit, homes) in changes {
            gain += self.model.units[unit].value(homes) - self.values[unit];
            for region in ones(homes ^ self.homes[unit]) {
                let sign = if homes >> region & 1 == 1 { 1.0 } else { -1.0 };
                for &(row, coefficient) in &self.model.entries[self.model.slot(unit, region)] {
                    match moved.iter_mut().find(|(other, _)| *other == row) {
                        Some((_, sum)) => *sum += sign * coefficient,
                        None => moved.push((row, sign * coefficient)),
                    }
                }
            }
        }
        let mut relief = 0.0;
        for &(row, change) in &moved {
            let content = &self.model.rows[row];
            relief += content.excess(self.sums[row]).abs() - content.excess(self.sums[row] + change).abs();
        }
        let helps = relief > 1e-9 || (relief >= 0.0 && gain > self.least_gain);
        if helps {
            for &(unit, homes) in changes {
                self.homes[unit] = homes;
                self.values[unit] = self.model.units[unit].value(homes);
            }
            // Summed afresh, so that rounding does not add up.
            if moved.iter().any(|(_, change)| change.fract() != 0.0) {
                self.sums = self.model.sums(&self.homes);
            } else {
                moved.iter().for_each(|&(row, change)| self.sums[row] += change);
            }
        }
        helps
    }
}
