//! A whole table that is that of the vintage before, a period earlier or later: rows or columns slipped.

use std::collections::HashMap;

use growthpole_domain::Period;
use growthpole_ingest::{Cell, Labels, Rule};

use super::super::found::Found;

/// So many values are those of the vintage before in another period, of those that can be told apart.
const SHARE: f64 = 0.9;
const LEAST: u64 = 10;
/// Series that are kept of a table; of larger ones, a part that is chosen by their positions.
const MOST_SERIES: u64 = 200_000;

/// Region and industry, by their positions in the new table.
type Series = (u32, u32);

/// Compares the values of a period with those that the vintage before has one period earlier and later.
pub(super) struct Shift {
    /// Positions of regions and industries in the new table, by those in the old one.
    regions: Positions,
    industries: Positions,
    /// One series of so many is kept.
    one_of: u64,
    now: Both,
    before: Both,
    later: Matches,
    earlier: Matches,
}

/// The values of both vintages in a period.
#[derive(Default)]
struct Both {
    period: Option<Period>,
    old: HashMap<Series, u64>,
    new: HashMap<Series, u64>,
}

/// How many values were compared, and how many are equal.
#[derive(Default)]
struct Matches {
    compared: u64,
    equal: u64,
}

impl Matches {
    fn add(&mut self, is_equal: bool) {
        self.compared += 1;
        self.equal += u64::from(is_equal);
    }

    fn are_common(&self) -> bool {
        self.equal >= LEAST && self.equal as f64 >= SHARE * self.compared as f64
    }
}

/// Positions in the new table of what the old one numbers in its own way.
struct Positions {
    by_text: HashMap<String, u32>,
    known: Vec<Option<u32>>,
}

impl Positions {
    fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        Self { by_text: texts.map(str::to_owned).zip(0..).collect(), known: Vec::new() }
    }

    fn of(&mut self, old: u32, text: impl Fn(u32) -> String) -> Option<u32> {
        while self.known.len() <= old as usize {
            let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
            self.known.push(self.by_text.get(&text(next)).copied());
        }
        self.known.get(old as usize).copied().flatten()
    }
}

impl Shift {
    pub(super) fn new(labels: &Labels) -> Self {
        let series = labels.regions.len() as u64 * labels.industries.len().max(1) as u64;
        Self {
            regions: Positions::new(labels.regions.texts()),
            industries: Positions::new(labels.industries.texts()),
            one_of: series.div_ceil(MOST_SERIES).max(1),
            now: Both::default(),
            before: Both::default(),
            later: Matches::default(),
            earlier: Matches::default(),
        }
    }

    /// The next value of the vintage before. Periods come in order.
    pub(super) fn old(&mut self, cell: &Cell, labels: &Labels) {
        self.enter(cell.period);
        let region = self.regions.of(cell.region, |at| labels.regions.text(at).to_owned());
        let industry = self.industries.of(cell.industry, |at| labels.industries.text(at).to_owned());
        let series = region.zip(industry).filter(|series| self.is_kept(*series));
        if let Some(series) = series.filter(|_| is_telling(cell.value)) {
            self.now.old.insert(series, cell.value.to_bits());
        }
    }

    /// The next new value.
    pub(super) fn new_value(&mut self, cell: &Cell) {
        self.enter(cell.period);
        let series = (cell.region, cell.industry);
        if is_telling(cell.value) && self.is_kept(series) {
            self.now.new.insert(series, cell.value.to_bits());
        }
    }

    /// Tells what was found.
    pub(super) fn finish(mut self, found: &mut Found<'_>) {
        self.compare();
        for (matches, other) in [(&self.later, "earlier"), (&self.earlier, "later")] {
            if matches.are_common() {
                found.add(Rule::SeriesShifted, 0, (None, None), || {
                    let Matches { compared, equal } = matches;
                    format!("{equal} of {compared} values are those that the vintage before has one period {other}")
                });
            }
        }
    }

    fn is_kept(&self, (region, industry): Series) -> bool {
        // Neighbours by position are spread: a table may hold industries one after the other.
        let mixed = (u64::from(region) << 32 | u64::from(industry)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32).is_multiple_of(self.one_of)
    }

    fn enter(&mut self, period: Period) {
        if self.now.period != Some(period) {
            self.compare();
            self.before = std::mem::take(&mut self.now);
            self.now.period = Some(period);
        }
    }

    /// Compares the period that ended with the one before it. Only values that changed from one to the other tell anything.
    fn compare(&mut self) {
        let (now, before) = (&self.now, &self.before);
        if before.period.map(Period::next) != now.period {
            return;
        }
        for (series, first) in &before.old {
            let Some(second) = now.old.get(series).filter(|second| *second != first) else { continue };
            if let Some(value) = now.new.get(series) {
                self.later.add(value == first);
            }
            if let Some(value) = before.new.get(series) {
                self.earlier.add(value == second);
            }
        }
    }
}

/// Whether a value is one that others are not by chance.
fn is_telling(value: f64) -> bool {
    !value.is_nan() && value != 0.0
}
