//! An indicator beside the vintage before: regions that lost values, units that changed, and tables that slipped.

mod shift;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use growthpole_ingest::{Cell, Labels, Rule};

use super::found::Found;
use super::units::{power_of_ten_revised, times};
use crate::StoreError;
use crate::tables::TableReader;
use shift::Shift;

/// A region has collapsed that has less than this share of what it had.
const COLLAPSED: f64 = 0.5;
/// The others have not, if they kept at least this share.
const KEPT: f64 = 0.8;
const LEAST_VALUES: u64 = 4;
/// A unit changed where so many values did, by the same power of ten.
const CHANGED_SHARE: f64 = 0.8;
const LEAST_CHANGED: u64 = 3;

/// The rows of the vintage before, beside those of the new one.
pub(super) struct Revision<'a> {
    rows: TableReader,
    indicator: String,
    labels: &'a Labels,
    /// Labels of the vintage before, which has its own positions.
    old_labels: Labels,
    batch: std::vec::IntoIter<Cell>,
    next: Option<Cell>,
    is_started: bool,
    /// By the code of the region.
    regions: BTreeMap<String, Counts>,
    powers: BTreeMap<i8, u64>,
    both: u64,
    shift: Shift,
}

#[derive(Default)]
struct Counts {
    position: Option<u32>,
    old: u64,
    new: u64,
    both: u64,
    powers: BTreeMap<i8, u64>,
}

impl<'a> Revision<'a> {
    pub(super) fn new(rows: TableReader, labels: &'a Labels, indicator: &str) -> Self {
        Self {
            rows,
            indicator: indicator.to_owned(),
            labels,
            old_labels: Labels::default(),
            batch: Vec::new().into_iter(),
            next: None,
            is_started: false,
            regions: BTreeMap::new(),
            powers: BTreeMap::new(),
            both: 0,
            shift: Shift::new(labels),
        }
    }

    /// The next new cell.
    pub(super) fn cell(&mut self, cell: &Cell) -> Result<(), StoreError> {
        if !self.is_started {
            self.is_started = true;
            self.advance()?;
        }
        while let Some(old) = self.next {
            match self.order(&old, cell) {
                Ordering::Less => {
                    self.count_old(&old);
                    self.advance()?;
                }
                Ordering::Equal => {
                    self.count_old(&old);
                    self.compare(&old, cell);
                    self.advance()?;
                    break;
                }
                Ordering::Greater => break,
            }
        }
        if !cell.value.is_nan() {
            self.shift.new_value(cell);
            let region = self.labels.regions.text(cell.region);
            let counts = counts_of(&mut self.regions, region);
            counts.position = Some(cell.region);
            counts.new += 1;
        }
        Ok(())
    }

    /// Tells what was found.
    pub(super) fn finish(mut self, found: &mut Found<'_>) -> Result<(), StoreError> {
        while let Some(old) = self.next {
            self.count_old(&old);
            self.advance()?;
        }
        self.shift.finish(found);
        let sum = |of: fn(&Counts) -> u64| self.regions.values().map(of).sum::<u64>() as f64;
        let others_kept = sum(|counts| counts.new) >= KEPT * sum(|counts| counts.old);
        for (code, counts) in &self.regions {
            let collapsed = counts.old >= LEAST_VALUES && (counts.new as f64) < COLLAPSED * counts.old as f64;
            if others_kept && collapsed {
                found.add(Rule::CoverageDrop, 0, (counts.position, None), || {
                    let name = if counts.position.is_none() { format!("{code} has ") } else { String::new() };
                    format!("{name}{} values, after {} in the vintage before", counts.new, counts.old)
                });
            }
        }
        if let Some((power, count)) = changed(&self.powers, self.both) {
            found.add(Rule::UnitJump, 0, (None, None), || {
                format!("{count} values are {} those of the vintage before", times(power))
            });
            return Ok(());
        }
        for counts in self.regions.values() {
            if let Some((power, count)) = changed(&counts.powers, counts.both) {
                found.add(Rule::UnitJump, 0, (counts.position, None), || {
                    format!("{count} values are {} those of the vintage before", times(power))
                });
            }
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<(), StoreError> {
        self.next = self.batch.next();
        while self.next.is_none() {
            let corrupt = |problem| StoreError::Corrupt { object: format!("the table of {}", self.indicator), problem };
            let Some(cells) = self.rows.next(&mut self.old_labels).map_err(corrupt)? else { break };
            self.batch = cells.into_iter();
            self.next = self.batch.next();
        }
        Ok(())
    }

    /// The order of an old and a new cell, by period and the texts of region and industry.
    fn order(&self, old: &Cell, new: &Cell) -> Ordering {
        let regions = || self.old_labels.regions.text(old.region).cmp(self.labels.regions.text(new.region));
        let industries =
            || self.old_labels.industries.text(old.industry).cmp(self.labels.industries.text(new.industry));
        old.period.cmp(&new.period).then_with(regions).then_with(industries)
    }

    fn count_old(&mut self, old: &Cell) {
        if !old.value.is_nan() {
            self.shift.old(old, &self.old_labels);
            counts_of(&mut self.regions, self.old_labels.regions.text(old.region)).old += 1;
        }
    }

    fn compare(&mut self, old: &Cell, new: &Cell) {
        if old.value.is_nan() || new.value.is_nan() || old.value == 0.0 || new.value == 0.0 {
            return;
        }
        let counts = counts_of(&mut self.regions, self.labels.regions.text(new.region));
        counts.both += 1;
        self.both += 1;
        if let Some(power) = power_of_ten_revised(new.value, old.value) {
            *counts.powers.entry(power).or_default() += 1;
            *self.powers.entry(power).or_default() += 1;
        }
    }
}

fn counts_of<'m>(regions: &'m mut BTreeMap<String, Counts>, region: &str) -> &'m mut Counts {
    regions.entry(region.to_owned()).or_default()
}

/// The power of ten by which nearly all values changed.
fn changed(powers: &BTreeMap<i8, u64>, both: u64) -> Option<(i8, u64)> {
    let (power, count) = powers.iter().max_by_key(|(_, count)| **count)?;
    let is_common = *count >= LEAST_CHANGED && *count as f64 >= CHANGED_SHARE * both as f64;
    is_common.then_some((*power, *count))
}
