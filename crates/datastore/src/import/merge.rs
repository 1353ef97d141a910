//! Sorted cells to tables, one an indicator: each key once, what stands twice reported.

use std::io;
use std::path::Path;

use growthpole_ingest::{Cell, Labels, Report, Rule};

use super::checks::Checks;
use super::collect::{Collector, ImportWatch};
use super::sort::{Key, Sorted};
use super::writing::{MergedTable, Writing};
use crate::StoreError;

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

/// How many cells are merged between two looks at whether the import is to be given up.
const CELLS_BETWEEN_LOOKS: u32 = 1 << 16;

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
        let sorted = collector.sorted(self.labels).map_err(scratch)?;
        // Tables are compressed on another thread while the next cells are merged and checked.
        std::thread::scope(|scope| {
            let writing = if self.writes { Some(Writing::start(scope, self.labels, self.folder)?) } else { None };
            let mut merging =
                Merging { merge: self, flagged, checks, writing, merged: Merged::default(), indicator: None };
            let ended = merging.run(sorted, report);
            let Merging { writing, mut merged, .. } = merging;
            // What went wrong with writing is told first: merging has to end with it.
            merged.tables = writing.map_or(Ok(Vec::new()), Writing::finish)?;
            ended.map(|()| merged)
        })
    }

    /// Whether to go on.
    fn look(&self) -> Result<(), StoreError> {
        if self.watch.is_cancelled() { Err(StoreError::Stopped) } else { Ok(()) }
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
}

/// Cells on their way to their tables.
struct Merging<'m, 's, 'c> {
    merge: &'m Merge<'m>,
    /// For the position of each indicator, whether its cells have flags.
    flagged: Vec<bool>,
    checks: &'m mut Checks<'c>,
    writing: Option<Writing<'s>>,
    merged: Merged,
    /// The indicator whose cells come by.
    indicator: Option<u32>,
}

impl Merging<'_, '_, '_> {
    fn run(&mut self, mut sorted: Sorted, report: &mut Report) -> Result<(), StoreError> {
        let mut held: Option<(Key, Cell)> = None;
        let mut until_look = 0;
        while let Some((key, cell)) = sorted.next().map_err(scratch)? {
            if until_look == 0 {
                self.merge.look()?;
                until_look = CELLS_BETWEEN_LOOKS;
            }
            until_look -= 1;
            if let Some((known, first)) = &mut held
                && *known == key
            {
                self.merge.repeated(first, &cell, report);
                continue;
            }
            if let Some((key, cell)) = held.replace((key, cell)) {
                self.take(key, &cell)?;
            }
        }
        if let Some((key, cell)) = held {
            self.take(key, &cell)?;
        }
        self.end_indicator()
    }

    fn take(&mut self, key: Key, cell: &Cell) -> Result<(), StoreError> {
        if self.indicator != Some(cell.indicator) {
            self.end_indicator()?;
            self.indicator = Some(cell.indicator);
            self.checks.begin(cell.indicator)?;
            if let Some(writing) = &mut self.writing {
                let is_flagged = self.flagged.get(cell.indicator as usize).copied().unwrap_or_default();
                writing.begin(cell.indicator, is_flagged)?;
            }
        }
        let merged = &mut self.merged;
        merged.rows += 1;
        mark(&mut merged.regions, cell.region);
        mark(&mut merged.industries, cell.industry);
        if !cell.value.is_nan() {
            mark(&mut merged.regions_with_values, cell.region);
        }
        self.checks.cell(key, cell)?;
        match &mut self.writing {
            Some(writing) => writing.push(cell),
            None => Ok(()),
        }
    }

    fn end_indicator(&mut self) -> Result<(), StoreError> {
        if self.indicator.take().is_some() {
            self.merged.series += self.checks.end()?;
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
