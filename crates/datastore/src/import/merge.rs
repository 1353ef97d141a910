//! Sorted cells to tables, one an indicator: each key once, what stands twice reported.

use std::io::{self, BufWriter};
use std::path::Path;

use growthpole_ingest::{Cell, Labels, Report, Rule};
use tempfile::NamedTempFile;

use super::checks::Checks;
use super::collect::{Collector, ImportWatch};
use super::sort::{Key, Sorted};
use crate::StoreError;
use crate::tables::{TableWriter, Written, encode_error};

/// A table in a temporary file, which is gone with it.
pub(crate) struct MergedTable {
    /// Position of the indicator.
    pub(crate) indicator: u32,
    pub(crate) written: Written,
    pub(crate) file: NamedTempFile,
}

/// What the cells became.
#[derive(Default)]
pub(crate) struct Merged {
    /// In the order of their indicators' codes; none where nothing was to be written.
    pub(crate) tables: Vec<MergedTable>,
    /// Rows of all tables: keys, each counted once.
    pub(crate) rows: u64,
    /// Series: indicator, region and industry.
    pub(crate) series: u64,
    /// For the position of each region, whether it has a value.
    pub(crate) regions_with_values: Vec<bool>,
    /// For the position of each industry, whether it occurs.
    pub(crate) industries: Vec<bool>,
    /// For the position of each region, whether it occurs.
    pub(crate) regions: Vec<bool>,
}

/// What merging needs to know.
pub(crate) struct Merge<'a> {
    pub(crate) labels: &'a Labels,
    /// Folder of temporary files; the system's where there is none.
    pub(crate) folder: Option<&'a Path>,
    /// Whether tables are written; without, everything is checked all the same.
    pub(crate) writes: bool,
    pub(crate) watch: &'a ImportWatch,
}

/// A table that is being written, and what of its indicator is known by then.
struct Open {
    indicator: u32,
    writer: Option<TableWriter<BufWriter<NamedTempFile>>>,
}

/// How many cells are merged between two looks at whether the import is to be given up.
const CELLS_BETWEEN_LOOKS: u64 = 1 << 16;

impl Merge<'_> {
    /// Merges everything that was collected.
    ///
    /// # Errors
    ///
    /// [`StoreError::Scratch`] for temporary files, [`StoreError::Stopped`] when the import was given up.
    pub(crate) fn run(
        &self,
        collector: Collector,
        checks: &mut Checks<'_>,
        report: &mut Report,
    ) -> Result<Merged, StoreError> {
        let flagged: Vec<bool> =
            (0..).zip(self.labels.indicators.texts()).map(|(at, _)| collector.is_flagged(at)).collect();
        let mut sorted = collector.sorted(self.labels).map_err(scratch)?;
        let mut merged = Merged::default();
        let mut open: Option<Open> = None;
        let mut held: Option<(Key, Cell)> = None;
        while let Some((key, cell)) = self.next(&mut sorted, &mut merged)? {
            if let Some((known, first)) = &mut held
                && known.is_same(&key)
            {
                self.repeated(first, &cell, report);
                continue;
            }
            if let Some((key, cell)) = held.replace((key, cell)) {
                self.take(&key, &cell, &mut open, &flagged, checks, &mut merged)?;
            }
        }
        if let Some((key, cell)) = held {
            self.take(&key, &cell, &mut open, &flagged, checks, &mut merged)?;
        }
        self.close(open, checks, &mut merged)?;
        Ok(merged)
    }

    fn next(&self, sorted: &mut Sorted, merged: &mut Merged) -> Result<Option<(Key, Cell)>, StoreError> {
        if merged.rows.is_multiple_of(CELLS_BETWEEN_LOOKS) && self.watch.is_cancelled() {
            return Err(StoreError::Stopped);
        }
        sorted.next().map_err(scratch)
    }

    /// A key stands a second time. What an upsert brings over from the vintage before (line 0) gives way to what is new.
    fn repeated(&self, first: &mut Cell, second: &Cell, report: &mut Report) {
        if first.line == 0 {
            *first = *second;
            return;
        }
        let is_same = first.value.to_bits() == second.value.to_bits() && first.status == second.status;
        let rule = if is_same { Rule::RepeatedDuplicate } else { Rule::ConflictingDuplicate };
        let value = format!("{} as on {}", self.named(second), report.line_of_cell(first.line));
        report.add_at_cell(rule, second.line, "", &value);
    }

    fn named(&self, cell: &Cell) -> String {
        let Labels { indicators, regions, industries, .. } = self.labels;
        let words = [indicators.text(cell.indicator), regions.text(cell.region), industries.text(cell.industry)];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        format!("{} {}", words.join(" "), cell.period)
    }

    fn take(
        &self,
        key: &Key,
        cell: &Cell,
        open: &mut Option<Open>,
        flagged: &[bool],
        checks: &mut Checks<'_>,
        merged: &mut Merged,
    ) -> Result<(), StoreError> {
        if open.as_ref().is_none_or(|open| open.indicator != cell.indicator) {
            self.close(open.take(), checks, merged)?;
            let is_flagged = flagged.get(cell.indicator as usize).copied().unwrap_or_default();
            *open = Some(self.open(cell.indicator, is_flagged)?);
            checks.begin(cell.indicator)?;
        }
        merged.rows += 1;
        mark(&mut merged.regions, cell.region);
        mark(&mut merged.industries, cell.industry);
        if !cell.value.is_nan() {
            mark(&mut merged.regions_with_values, cell.region);
        }
        checks.cell(key, cell)?;
        match open.as_mut().and_then(|open| open.writer.as_mut()) {
            Some(writer) => writer.push(self.labels, cell).map_err(encode_error),
            None => Ok(()),
        }
    }

    fn open(&self, indicator: u32, is_flagged: bool) -> Result<Open, StoreError> {
        let mut writer = None;
        if self.writes {
            let file = self.folder.map_or_else(NamedTempFile::new, NamedTempFile::new_in).map_err(scratch)?;
            let to = BufWriter::with_capacity(1 << 20, file);
            let code = self.labels.indicators.text(indicator);
            writer = Some(TableWriter::new(code, is_flagged, to).map_err(encode_error)?);
        }
        Ok(Open { indicator, writer })
    }

    fn close(&self, open: Option<Open>, checks: &mut Checks<'_>, merged: &mut Merged) -> Result<(), StoreError> {
        let Some(Open { indicator, writer }) = open else { return Ok(()) };
        merged.series += checks.end()?;
        if let Some(writer) = writer {
            let (written, file) = writer.finish().map_err(encode_error)?;
            let file = file.into_inner().map_err(|error| scratch(error.into_error()))?;
            merged.tables.push(MergedTable { indicator, written, file });
        }
        Ok(())
    }
}

/// What goes wrong with temporary files.
pub(crate) fn scratch(source: io::Error) -> StoreError {
    StoreError::Scratch { source }
}

fn mark(seen: &mut Vec<bool>, position: u32) {
    let place = position as usize;
    if seen.len() <= place {
        seen.resize(place + 1, false);
    }
    if let Some(seen) = seen.get_mut(place) {
        *seen = true;
    }
}
