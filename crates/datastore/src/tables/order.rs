//! The order of rows that are read batch by batch.

use std::collections::BTreeMap;

use parquet::arrow::arrow_reader::RowSelector;

use super::Row;

/// A group of rows of a stored table, and which of its rows are to be read.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) at: usize,
    pub(super) pages: Vec<RowSelector>,
}

type Key = (u32, u32, u32);

/// Whether batches are in order, of which those of several groups of rows come side by side: for each group, its first row
/// and its last one so far.
#[derive(Debug, Default)]
pub(super) struct Order(BTreeMap<usize, (Key, Key)>);

impl Order {
    /// Takes the next rows of a group.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub(super) fn add(&mut self, group: usize, rows: &[Row]) -> Result<(), String> {
        in_order(rows)?;
        let (Some(first), Some(last)) = (rows.first().map(Row::key), rows.last().map(Row::key)) else { return Ok(()) };
        let ends = self.0.entry(group);
        let is_new = matches!(ends, std::collections::btree_map::Entry::Vacant(_));
        let (_, end) = ends.or_insert((first, last));
        follow(is_new || *end < first)?;
        *end = last;
        Ok(())
    }

    /// Looks whether groups follow each other, when all of their rows came.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub(super) fn check(&self) -> Result<(), String> {
        let ends: Vec<&(Key, Key)> = self.0.values().collect();
        follow(ends.is_sorted_by(|(_, end), (next, _)| end < next))
    }
}

/// Refuses rows that are not in order, or of which two have one key.
///
/// # Errors
///
/// What is wrong with them.
fn in_order(rows: &[Row]) -> Result<(), String> {
    follow(rows.is_sorted_by(|one, next| one.key() < next.key()))
}

fn follow(is_so: bool) -> Result<(), String> {
    if is_so { Ok(()) } else { Err("its rows are not in order".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_domain::ObservationStatus;

    fn rows(regions: &[u32]) -> Vec<Row> {
        let row = |region: &u32| Row {
            period: 0,
            region: *region,
            industry: 0,
            note: 0,
            source: 0,
            flag: 0,
            status: ObservationStatus::NORMAL,
            value: 1.0,
        };
        regions.iter().map(row).collect()
    }

    /// Whether batches of these groups are in order.
    fn is_in_order(batches: &[(usize, &[u32])]) -> bool {
        let mut order = Order::default();
        batches.iter().all(|(group, regions)| order.add(*group, &rows(regions)).is_ok()) && order.check().is_ok()
    }

    #[test]
    fn groups_may_come_side_by_side_but_have_to_follow_each_other() {
        assert!(is_in_order(&[]));
        assert!(is_in_order(&[(3, &[7, 9]), (1, &[1, 2]), (3, &[]), (1, &[4]), (3, &[10])]));
        for wrong in [
            [(1, [1, 2].as_slice()), (1, &[2, 3])],
            [(1, &[1, 5]), (2, &[5, 6])],
            [(2, &[1, 2]), (1, &[3, 4])],
            [(1, &[2, 1]), (2, &[])],
            [(1, &[2, 2]), (2, &[3])],
        ] {
            assert!(!is_in_order(&wrong), "{wrong:?}");
        }
    }
}
