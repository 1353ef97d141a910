//! Checks of sorted cells that warn of damage.

use std::collections::HashMap;

use growthpole_ingest::{Cell, Labels, Report};

use super::sort::Key;
use crate::StoreError;

/// The checks of one import, which see its cells in order, indicator by indicator.
pub(crate) struct Checks<'a> {
    labels: &'a Labels,
    series: HashMap<(u32, u32), u32>,
}

impl<'a> Checks<'a> {
    pub(crate) fn new(labels: &'a Labels) -> Self {
        Self { labels, series: HashMap::new() }
    }

    /// Cells of an indicator follow.
    pub(crate) fn begin(&mut self, _indicator: u32) -> Result<(), StoreError> {
        self.series.clear();
        Ok(())
    }

    /// The next cell.
    pub(crate) fn cell(&mut self, key: &Key, _cell: &Cell) -> Result<(), StoreError> {
        *self.series.entry((key.region, key.industry)).or_default() += 1;
        Ok(())
    }

    /// There are no more cells of the indicator: the number of its series.
    pub(crate) fn end(&mut self) -> Result<u64, StoreError> {
        Ok(self.series.len() as u64)
    }

    /// Reports what was found.
    pub(crate) fn report(self, _report: &mut Report) {
        let _ = self.labels;
    }
}
