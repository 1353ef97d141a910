//! Numbers of series, by their keys, which come in order within a period.

use super::super::Map;

/// Numbers of series, from 0 in the order in which they are seen.
///
/// Nearly every series of a period was there in one before: those are found by going on from where the last one stood,
/// which stays within the processor's caches, as looking up each of some million would not.
#[derive(Default)]
pub(super) struct Slots {
    /// Series that were put in the order of their keys, with their numbers.
    known: Vec<(u64, u32)>,
    /// Where the last key of the period stood, or would have stood.
    cursor: usize,
    /// Series that came since.
    recent: Map<u64, u32>,
    count: u32,
}

/// The most series that come before the others are put in order: this part of those that are.
const RECENT_PART: usize = 4;

impl Slots {
    /// The number of a series; the next one where it is new. Keys ascend from one call of [`Self::begin_period`] to another.
    pub(super) fn slot(&mut self, key: u64) -> u32 {
        self.cursor = self.first_not_below(key);
        if let Some((known, slot)) = self.known.get(self.cursor)
            && *known == key
        {
            return *slot;
        }
        let slot = *self.recent.entry(key).or_insert(self.count);
        self.count += u32::from(slot == self.count);
        slot
    }

    /// Keys start from the lowest again.
    pub(super) fn begin_period(&mut self) {
        self.cursor = 0;
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_series_keeps_its_number(periods in prop::collection::vec(prop::collection::btree_set(0_u64..60, 0..40), 0..12)) {
            let mut slots = Slots::default();
            let mut expected: HashMap<u64, u32> = HashMap::new();
            for period in periods {
                let period: BTreeSet<u64> = period;
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
