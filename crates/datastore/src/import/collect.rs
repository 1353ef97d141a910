//! Takes what a reader finds, and notes on the way what has to be known before tables are written.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use growthpole_ingest::{Cell, Labels, Report, Rule, Sink};

use super::sort::{SortSettings, Sorter};
use super::sorted::Sorted;

/// How far an import is, and whether it is to be given up; watched and said from other threads.
#[derive(Debug, Clone, Default)]
pub struct ImportWatch {
    rows: Arc<AtomicU64>,
    cells: Arc<AtomicU64>,
    checked: Arc<AtomicU64>,
    is_cancelled: Arc<AtomicBool>,
}

impl ImportWatch {
    /// Records that were read, of those that have cells.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Cells that were read.
    pub fn cells(&self) -> u64 {
        self.cells.load(Ordering::Relaxed)
    }

    /// Cells that were checked, and are on their way to tables where they are to be written: 0 until all were read.
    pub fn checked(&self) -> u64 {
        self.checked.load(Ordering::Relaxed)
    }

    pub(crate) fn count_checked(&self, cells: usize) {
        self.checked.fetch_add(cells as u64, Ordering::Relaxed);
    }

    /// Counts from the start again: the file is read again.
    pub(crate) fn begin_again(&self) {
        for counted in [&self.rows, &self.cells, &self.checked] {
            counted.store(0, Ordering::Relaxed);
        }
    }

    /// Gives the import up: nothing is written any more, unless the commit was made.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it is to be given up.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

/// What cells of an indicator were like.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    is_flagged: bool,
    /// Line of the first cell with an industry.
    with_industry: Option<u64>,
    /// Line of the first cell without one.
    without_industry: Option<u64>,
}

/// Takes the cells of one import.
pub(crate) struct Collector {
    sorter: Sorter,
    seen: Vec<Seen>,
    /// Positions of indicator, industry and flag of the last cell: those of the next one are the same more often than not.
    last: Option<(u32, u32, u32)>,
    /// Line of the last cell.
    line: u64,
    watch: ImportWatch,
    failure: Option<io::Error>,
}

impl Collector {
    pub(crate) fn new(settings: &SortSettings, watch: ImportWatch) -> Self {
        Self { sorter: Sorter::new(settings), seen: Vec::new(), last: None, line: 0, watch, failure: None }
    }

    /// Whether cells of the indicator at a position have flags.
    pub(crate) fn is_flagged(&self, indicator: u32) -> bool {
        self.seen.get(indicator as usize).is_some_and(|seen| seen.is_flagged)
    }

    /// Whether cells of the indicator at a position have industries.
    pub(crate) fn has_industries(&self, indicator: u32) -> bool {
        self.seen.get(indicator as usize).is_some_and(|seen| seen.with_industry.is_some())
    }

    /// Reports indicators of which some cells have an industry and some have none, those among them that an upsert keeps
    /// of the vintage before (line 0).
    pub(crate) fn report_mixed(&self, labels: &Labels, report: &mut Report) {
        for (indicator, seen) in labels.indicators.texts().zip(&self.seen) {
            match (seen.with_industry, seen.without_industry) {
                (Some(0), Some(line)) => {
                    let value = format!("{indicator}, of which the vintage before has industries");
                    report.add_at_cell(Rule::IndustryMissing, line, "", &value);
                }
                (Some(line), Some(0)) => {
                    let value = format!("{indicator}, of which the vintage before has no industries");
                    report.add_at_cell(Rule::IndustryMissing, line, "", &value);
                }
                (Some(_), Some(line)) => report.add_at_cell(Rule::IndustryMissing, line, "", indicator),
                _ => {}
            }
        }
    }

    /// The cells in order, and what they were like.
    ///
    /// # Errors
    ///
    /// When temporary files cannot be written or read, at any time before.
    pub(crate) fn sorted(self, labels: &Labels) -> io::Result<Sorted> {
        match self.failure {
            Some(failure) => Err(failure),
            None => self.sorter.finish(labels),
        }
    }

    #[inline]
    fn look(&mut self, labels: &Labels, cell: &Cell) {
        let kind = (cell.indicator, cell.industry, cell.flag);
        if self.last != Some(kind) {
            self.last = Some(kind);
            self.note(labels, cell);
        }
    }

    fn note(&mut self, labels: &Labels, cell: &Cell) {
        let place = cell.indicator as usize;
        if self.seen.len() <= place {
            self.seen.resize(place + 1, Seen::default());
        }
        let Some(seen) = self.seen.get_mut(place) else { return };
        seen.is_flagged |= !labels.texts.text(cell.flag).is_empty();
        let has_none = labels.industries.text(cell.industry).is_empty();
        let first = if has_none { &mut seen.without_industry } else { &mut seen.with_industry };
        first.get_or_insert(cell.line);
    }
}

impl Sink for Collector {
    fn cells(&mut self, labels: &Labels, cells: &[Cell]) -> ControlFlow<()> {
        let mut rows = 0;
        for cell in cells {
            self.look(labels, cell);
            rows += u64::from(cell.line != self.line);
            self.line = cell.line;
        }
        self.watch.rows.fetch_add(rows, Ordering::Relaxed);
        self.watch.cells.fetch_add(cells.len() as u64, Ordering::Relaxed);
        if self.watch.is_cancelled() {
            return ControlFlow::Break(());
        }
        match self.sorter.push(labels, cells) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                self.failure = Some(failure);
                ControlFlow::Break(())
            }
        }
    }
}
