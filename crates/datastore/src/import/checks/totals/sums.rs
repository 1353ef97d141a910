//! Sums of parts by region, industry and level.

use super::super::Map;

/// What a sum is of: region, industry, and the level of its parts.
pub(super) type Place = (u32, u32, u32);

/// The sum of some parts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sum {
    pub(super) value: f64,
    pub(super) parts: u32,
    /// Whether one of them is defined in another way than others, by its source's own word.
    pub(super) has_other: bool,
}

/// Sums of a period. Those of a region and a level lie side by side, since the cells that are added come by regions, and by
/// industries within them: each is found where the one before was found, without a search.
pub(super) struct Sums {
    /// Column of each industry, by position; [`NO_COLUMN`] for those without one.
    columns: Vec<u32>,
    /// Industry of each column.
    industries: Vec<u32>,
    rows: Vec<Row>,
    /// Place of the row of a region and a level.
    row_of: Map<(u32, u32), usize>,
    /// The row that was asked for last.
    last: Option<((u32, u32), usize)>,
    /// How many sums may still lie in rows.
    room: usize,
    /// Sums that have no place in a row.
    beyond: Map<Place, Sum>,
}

/// The sums of a region and a level, by column.
struct Row {
    region: u32,
    level: u32,
    sums: Vec<Sum>,
}

const NO_COLUMN: u32 = u32::MAX;

/// Sums that rows have room for: 64 MB. Where there are more, most of a row would be empty.
const ROOM: usize = 1 << 22;

impl Sums {
    pub(super) fn new() -> Self {
        Self::with_room(ROOM)
    }

    fn with_room(room: usize) -> Self {
        Self {
            columns: Vec::new(),
            industries: Vec::new(),
            rows: Vec::new(),
            row_of: Map::default(),
            last: None,
            room,
            beyond: Map::default(),
        }
    }

    /// Adds a part.
    pub(super) fn add(&mut self, (region, industry, level): Place, value: f64, is_other: bool) {
        let column = self.column(industry);
        let row = self.row(region, level);
        let known = self.industries.len();
        let in_row = self.rows.get_mut(row).and_then(|row| {
            let missing = known - row.sums.len();
            if column >= row.sums.len() && missing <= self.room {
                self.room -= missing;
                row.sums.resize(known, Sum::default());
            }
            row.sums.get_mut(column)
        });
        let sum = match in_row {
            Some(sum) => sum,
            None => self.beyond.entry((region, industry, level)).or_default(),
        };
        sum.value += value;
        sum.parts += 1;
        sum.has_other |= is_other;
    }

    /// All sums, in the order of their places. Nothing is added up any more then.
    pub(super) fn take(&mut self) -> Vec<(Place, Sum)> {
        let mut taken: Vec<(Place, Sum)> = self.beyond.drain().collect();
        for Row { region, level, sums } in &mut self.rows {
            let of_row = self.industries.iter().zip(sums).filter(|(_, sum)| sum.parts > 0);
            taken.extend(of_row.map(|(industry, sum)| ((*region, *industry, *level), std::mem::take(sum))));
        }
        taken.sort_unstable_by_key(|(place, _)| *place);
        taken
    }

    fn column(&mut self, industry: u32) -> usize {
        let place = industry as usize;
        if self.columns.len() <= place {
            self.columns.resize(place + 1, NO_COLUMN);
        }
        match self.columns.get_mut(place) {
            Some(column) if *column == NO_COLUMN => {
                let next = self.industries.len();
                // There are fewer labels than numbers for them.
                *column = u32::try_from(next).unwrap_or(NO_COLUMN);
                self.industries.push(industry);
                next
            }
            Some(column) => *column as usize,
            None => usize::MAX,
        }
    }

    fn row(&mut self, region: u32, level: u32) -> usize {
        let key = (region, level);
        if let Some((last, row)) = self.last
            && last == key
        {
            return row;
        }
        let rows = &mut self.rows;
        let row = *self.row_of.entry(key).or_insert_with(|| {
            rows.push(Row { region, level, sums: Vec::new() });
            rows.len() - 1
        });
        self.last = Some((key, row));
        row
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_those_of_a_map_with_room_and_without(
            periods in prop::collection::vec(
                prop::collection::vec((0_u32..5, 0_u32..40, 0_u32..3, -9_i32..9, prop::bool::weighted(0.1)), 0..80),
                0..4,
            ),
            room in 0_usize..200,
        ) {
            let mut sums = Sums::with_room(room);
            for parts in periods {
                let mut expected: BTreeMap<Place, Sum> = BTreeMap::new();
                for (region, industry, level, value, is_other) in parts {
                    let (place, value) = ((region, industry, level), f64::from(value));
                    sums.add(place, value, is_other);
                    let sum = expected.entry(place).or_default();
                    sum.value += value;
                    sum.parts += 1;
                    sum.has_other |= is_other;
                }
                prop_assert_eq!(sums.take(), expected.into_iter().collect::<Vec<_>>());
                prop_assert!(sums.rows.iter().map(|row| row.sums.len()).sum::<usize>() <= room);
            }
        }
    }
}
