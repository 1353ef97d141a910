//! Series over time: jumps of the unit, runs of one value, and series that repeat another one a period earlier or later.

mod bits;
mod slots;
mod state;

use std::collections::BTreeMap;
use std::hint::black_box;

use growthpole_domain::Period;
use growthpole_ingest::{Cell, Labels, Rule};

use super::super::sort::Key;
use super::Map;
use super::found::Found;
use super::units::{power_of_ten, times};
use bits::Bits;
use slots::Slots;
use state::State;

/// The most series of an indicator that are looked at, in about half a gigabyte; more are counted only.
const MOST_SERIES: usize = 4_000_000;
/// Series in one piece of memory: a list that grows would be there twice while it does.
const IN_PIECE: usize = 1 << 14;
/// When so many series of a period jump by the same power of ten, the period is told and not each of them.
const COMMON_SHARE: f64 = 0.6;
const LEAST_JUMPS: u64 = 4;

/// Series whose states are fetched together; they stay within the processor's first cache.
const AT_ONCE: usize = 64;

/// The series of an indicator.
pub(super) struct SeriesCheck {
    slots: Slots,
    period: Option<Period>,
    pieces: Vec<Vec<State>>,
    unchecked: u64,
    /// By period, in order: series with a value and one before it, and of these, those that became a power of ten times as
    /// much.
    jumps: Vec<(Period, Jumps)>,
}

#[derive(Default)]
struct Jumps {
    series: u64,
    by_power: BTreeMap<i8, u64>,
}

impl Jumps {
    /// The power that most series jump by, where it is that of nearly all.
    fn common(&self) -> Option<(i8, u64)> {
        let (power, count) = self.by_power.iter().max_by_key(|(_, count)| **count)?;
        let is_common = *count >= LEAST_JUMPS && *count as f64 >= COMMON_SHARE * self.series as f64;
        is_common.then_some((*power, *count))
    }
}

impl SeriesCheck {
    pub(super) fn new(labels: &Labels) -> Self {
        let slots = Slots::new(labels.regions.len(), labels.industries.len());
        Self { slots, period: None, pieces: Vec::new(), unchecked: 0, jumps: Vec::new() }
    }

    /// The next cells, with their keys.
    pub(super) fn cells(&mut self, cells: &[(Key, Cell)]) {
        for cells in cells.chunks(AT_ONCE) {
            let mut slots = [usize::MAX; AT_ONCE];
            for ((key, cell), slot) in cells.iter().zip(&mut slots) {
                *slot = self.slot(*key, cell);
            }
            // States lie far apart. Asked for one after the other, with work in between, each would be waited for.
            for slot in slots {
                black_box(self.state(slot).map(State::look));
            }
            for ((_, cell), slot) in cells.iter().zip(slots) {
                self.add(slot, cell);
            }
        }
    }

    /// Place of the state of a cell's series, which is there then, unless there is no room for more of them.
    fn slot(&mut self, key: Key, cell: &Cell) -> usize {
        if self.period != Some(cell.period) {
            self.period = Some(cell.period);
            self.slots.begin_period();
        }
        let known = self.slots.len();
        let slot = self.slots.slot(key.series());
        let is_new = slot == known;
        let slot = slot as usize;
        if slot >= MOST_SERIES {
            self.unchecked += u64::from(is_new);
            return slot;
        }
        if is_new {
            let piece = slot / IN_PIECE;
            if self.pieces.len() <= piece {
                self.pieces.push(Vec::with_capacity(if piece == 0 { 0 } else { IN_PIECE }));
            }
            if let Some(piece) = self.pieces.get_mut(piece) {
                piece.push(State::new(cell));
            }
        }
        slot
    }

    fn state(&self, slot: usize) -> Option<&State> {
        self.pieces.get(slot / IN_PIECE)?.get(slot % IN_PIECE)
    }

    fn add(&mut self, slot: usize, cell: &Cell) {
        if cell.value.is_nan() {
            return;
        }
        let Some(state) = self.pieces.get_mut(slot / IN_PIECE).and_then(|piece| piece.get_mut(slot % IN_PIECE)) else {
            return;
        };
        let power = state.last().and_then(|before| power_of_ten(cell.value, before));
        if state.last().is_some() {
            if self.jumps.last().is_none_or(|(period, _)| *period != cell.period) {
                self.jumps.push((cell.period, Jumps::default()));
            }
            if let Some((_, jumps)) = self.jumps.last_mut() {
                jumps.series += 1;
                if let Some(power) = power {
                    *jumps.by_power.entry(power).or_default() += 1;
                }
            }
        }
        state.add(cell, power);
    }

    /// Tells what was found; the number of series.
    pub(super) fn finish(self, found: &mut Found<'_>) -> u64 {
        let common: BTreeMap<Period, (i8, u64)> =
            self.jumps.iter().filter_map(|(period, jumps)| Some((*period, jumps.common()?))).collect();
        for (period, (power, count)) in &common {
            found.add(Rule::UnitJump, 0, (None, None), || {
                format!("{count} of the series are {} what they were before, from {period} on", times(*power))
            });
        }
        for state in self.states() {
            let place = (Some(state.region), Some(state.industry));
            if let Some((period, power, line)) = state.jump()
                && common.get(&period).is_none_or(|(common, _)| *common != power)
            {
                found.add(Rule::UnitJump, line, place, || {
                    format!("values are {} those before, in {period}", times(power))
                });
            }
            if let Some((value, periods)) = state.constant_run() {
                found.add(Rule::ConstantRun, 0, place, || format!("{value} in {periods} periods, one after the other"));
            }
        }
        self.shifted(found);
        found.count_unchecked(self.unchecked);
        u64::from(self.slots.len())
    }

    /// Series that repeat another one: all but the first value of one are all but the last of the other.
    fn shifted(&self, found: &mut Found<'_>) {
        let telling = || self.states().filter(|state| state.is_telling());
        // Most series repeat none, which bits tell in a small part of the memory that a table of all would take.
        let mut bits = Bits::of(self.pieces.iter().map(Vec::len).sum());
        telling().for_each(|state| bits.set(state.without_first()));
        let repeated = telling().map(State::without_last).filter(|hash| bits.may_hold(*hash));
        let mut others: Map<u64, Option<&State>> = repeated.map(|hash| (hash, None)).collect();
        for state in telling() {
            if let Some(other) = others.get_mut(&state.without_first()) {
                other.get_or_insert(state);
            }
        }
        for state in telling() {
            let other = others.get(&state.without_last()).copied().flatten();
            if let Some(other) = other.filter(|other| state.spans_as(other)) {
                found.add_pair(Rule::SeriesShifted, (state.region, state.industry), (other.region, other.industry));
            }
        }
    }

    fn states(&self) -> impl Iterator<Item = &State> {
        self.pieces.iter().flatten()
    }
}
