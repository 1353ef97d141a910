//! Numbers of series, by their keys, which come in order within a period.

use super::super::Map;

/// Numbers of series, from 0 in the order in which they are seen.
///
/// Nearly every series of a period was there in one before: those are found by going on from where the last one stood,
/// which stays within the processor's caches, as looking up each of some million would not. Once a good part of the regions
/// has a good part of the industries, a table of both says the number at once.
#[derive(Default)]
pub(super) struct Slots {
    /// Series that were put in the order of their keys, with their numbers.
    known: Vec<(u64, u32)>,
    /// Where the last key of the period stood, or would have stood.
    cursor: usize,
    /// Series that came since, and do not stand behind all others.
    recent: Map<u64, u32>,
    count: u32,
    /// How many regions and industries there are: both halves of a key are below.
    regions: usize,
    industries: usize,
    /// By region and industry, the number of the series; in place of the other two once it is there.
    table: Vec<u32>,
}

/// The most series that come before the others are put in order: this part of those that are.
const RECENT_PART: usize = 4;
/// There is a table when this part of it is used, or more.
const USED_PART: usize = 8;
/// The largest table, in 128 MiB.
const LARGEST_TABLE: usize = 1 << 25;
/// A series that has not come by.
const UNSEEN: u32 = u32::MAX;

impl Slots {
    /// Of series whose keys are places of regions and of industries among so many.
    pub(super) fn new(regions: usize, industries: usize) -> Self {
        Self { regions, industries, ..Self::default() }
    }

    /// The number of a series; the next one where it is new. Keys ascend from one call of [`Self::begin_period`] to another.
    pub(super) fn slot(&mut self, key: u64) -> u32 {
        let slot = match self.table.get_mut(place(key, self.industries)) {
            Some(slot) if *slot == UNSEEN => {
                *slot = self.count;
                self.count
            }
            Some(slot) => return *slot,
            None => self.searched(key),
        };
        self.count += u32::from(slot == self.count);
        slot
    }

    /// The number of a series where there is no table.
    fn searched(&mut self, key: u64) -> u32 {
        self.cursor = self.first_not_below(key);
        match self.known.get(self.cursor) {
            Some((known, slot)) if *known == key => *slot,
            None if self.recent.is_empty() => {
                self.known.push((key, self.count));
                self.count
            }
            _ => *self.recent.entry(key).or_insert(self.count),
        }
    }

    /// Keys start from the lowest again.
    pub(super) fn begin_period(&mut self) {
        self.cursor = 0;
        let size = self.regions.saturating_mul(self.industries);
        if self.table.is_empty() && size > 0 && size <= LARGEST_TABLE && self.len() as usize > size / USED_PART {
            self.table = vec![UNSEEN; size];
            for (key, slot) in std::mem::take(&mut self.known).into_iter().chain(self.recent.drain()) {
                if let Some(place) = self.table.get_mut(place(key, self.industries)) {
                    *place = slot;
                }
            }
        }
        if self.recent.len() > self.known.len() / RECENT_PART {
            self.known.extend(self.recent.drain());
            self.known.sort_unstable();
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        self.count
    }

    /// The first place from the cursor on whose key is not below `key`: in steps that double, and then by halves.
    fn first_not_below(&self, key: u64) -> usize {
        let ahead = self.known.get(self.cursor..).unwrap_or_default();
        let is_below = |place: usize| ahead.get(place).is_some_and(|(known, _)| *known < key);
        let (mut step, mut from) = (1, 0);
        while is_below(from + step - 1) {
            from += step;
            step *= 2;
        }
        let rest = ahead.get(from..(from + step).min(ahead.len())).unwrap_or_default();
        self.cursor + from + rest.partition_point(|(known, _)| *known < key)
    }
}

/// Place of a key in the table: its halves are places of a region and of an industry.
fn place(key: u64, industries: usize) -> usize {
    let (region, industry) = ((key >> 32) as usize, (key & u64::from(u32::MAX)) as usize);
    region * industries + industry
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_series_keeps_its_number(
            periods in prop::collection::vec(prop::collection::btree_set((0_u64..6, 0_u64..10), 0..40), 0..12),
            regions in prop::sample::select(vec![6_usize, 600]),
        ) {
            // With many regions, most of which never occur, there is no table.
            let mut slots = Slots::new(regions, 10);
            let mut expected: HashMap<u64, u32> = HashMap::new();
            for period in periods {
                let period: BTreeSet<u64> =
                    period.into_iter().map(|(region, industry)| region << 32 | industry).collect();
                slots.begin_period();
                for key in period {
                    let next = u32::try_from(expected.len()).unwrap_or(u32::MAX);
                    let slot = *expected.entry(key).or_insert(next);
                    prop_assert_eq!(slots.slot(key), slot);
                }
            }
            prop_assert_eq!(slots.len() as usize, expected.len());
        }
    }
}
