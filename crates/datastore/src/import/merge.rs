//! Sorted cells to tables, one an indicator: each key once, what stands twice reported.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use growthpole_ingest::{Cell, Labels, Report, Rule};

use super::checks::Checks;
use super::collect::{Collector, ImportWatch};
use super::sort::Key;
use super::sorted::Sorted;
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

/// What is handed to the threads that check and that write.
pub(crate) enum Piece {
    /// Cells of another indicator follow.
    Begin { indicator: u32, is_flagged: bool },
    /// Cells in order, each key once.
    Cells(Vec<(Key, Cell)>),
}

/// How many cells are handed over at once: what one thread made of them is still in a cache when another takes them.
const CELLS_IN_PIECE: usize = 1 << 13;
/// How many pieces wait at most.
const PIECES: usize = 8;

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
        // Cells are merged on one thread, compressed on another, and checked on this one.
        std::thread::scope(|scope| {
            let (to_checks, pieces) = sync_channel(PIECES);
            let mut takers = vec![to_checks];
            let (free, spare) = channel();
            let writing = match self.writes {
                true => {
                    let (to_writing, pieces) = sync_channel(PIECES);
                    takers.push(to_writing);
                    let pieces = Pieces { pieces, free: free.clone() };
                    Some(Writing::start(scope, pieces, self.labels, self.folder)?)
                }
                false => None,
            };
            let run = Vec::with_capacity(CELLS_IN_PIECE);
            let merging = Merging { merge: self, flagged, takers, spare, merged: Merged::default(), run };
            let thread = std::thread::Builder::new().name("import-merge".into());
            let merging = thread.spawn_scoped(scope, move || merging.run(sorted, report)).map_err(scratch)?;
            let checked = check(Pieces { pieces, free }, checks, self.watch);
            let merged = merging.join().unwrap_or_else(|_| Err(ended_early()));
            // What went wrong with writing or checking is told first: merging has to end with it.
            let tables = writing.map_or(Ok(Vec::new()), Writing::finish)?;
            Ok(Merged { series: checked?, tables, ..merged? })
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
        let value = format!("{} as {}", self.named(second), report.place_of_cell(first.line));
        report.add_at_cell(rule, second.line, "", &value);
    }

    fn named(&self, cell: &Cell) -> String {
        let Labels { indicators, regions, industries, .. } = self.labels;
        let words = [indicators.text(cell.indicator), regions.text(cell.region), industries.text(cell.industry)];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        format!("{} {}", words.join(" "), cell.period)
    }
}

/// Checks what is merged: the number of series. Where it ends early, merging cannot hand over any more, and ends too.
fn check(pieces: Pieces, checks: &mut Checks<'_>, watch: &ImportWatch) -> Result<u64, StoreError> {
    let mut series = 0;
    pieces.each(|piece| {
        match piece {
            Piece::Begin { indicator, .. } => {
                series += checks.end()?;
                checks.begin(*indicator)?;
            }
            Piece::Cells(cells) => {
                checks.cells(cells)?;
                watch.count_checked(cells.len());
            }
        }
        Ok(())
    })?;
    Ok(series + checks.end()?)
}

/// What a thread takes of what is handed over.
pub(super) struct Pieces {
    pieces: Receiver<Arc<Piece>>,
    /// Takes the memory of pieces that all threads are done with: it is faster to fill again than new one.
    free: Sender<Vec<(Key, Cell)>>,
}

impl Pieces {
    /// Shows all pieces, until there are no more or something goes wrong.
    pub(super) fn each(self, mut take: impl FnMut(&Piece) -> Result<(), StoreError>) -> Result<(), StoreError> {
        for piece in self.pieces {
            take(&piece)?;
            if let Some(Piece::Cells(cells)) = Arc::into_inner(piece) {
                // Where nothing is merged any more, nobody takes it.
                let _ = self.free.send(cells);
            }
        }
        Ok(())
    }
}

/// Cells on their way to the checks and to their tables.
struct Merging<'m> {
    merge: &'m Merge<'m>,
    /// For the position of each indicator, whether its cells have flags.
    flagged: Vec<bool>,
    /// Those who take the pieces.
    takers: Vec<SyncSender<Arc<Piece>>>,
    /// Memory of pieces that were taken.
    spare: Receiver<Vec<(Key, Cell)>>,
    merged: Merged,
    /// What is handed over next: cells of one indicator, each key once. The last one may be there again.
    run: Vec<(Key, Cell)>,
}

impl Merging<'_> {
    fn run(mut self, mut sorted: Sorted, report: &mut Report) -> Result<Merged, StoreError> {
        let mut indicator = None;
        while let Some((key, cell)) = sorted.next().map_err(scratch)? {
            if let Some((known, first)) = self.run.last_mut()
                && *known == key
            {
                self.merge.repeated(first, &cell, report);
                continue;
            }
            if self.run.len() >= CELLS_IN_PIECE {
                self.hand_over()?;
            }
            if indicator != Some(cell.indicator) {
                indicator = Some(cell.indicator);
                self.begin(cell.indicator)?;
            }
            self.run.push((key, cell));
        }
        self.hand_over()?;
        Ok(self.merged)
    }

    fn begin(&mut self, indicator: u32) -> Result<(), StoreError> {
        self.hand_over()?;
        let is_flagged = self.flagged.get(indicator as usize).copied().unwrap_or_default();
        self.send(Piece::Begin { indicator, is_flagged })
    }

    fn hand_over(&mut self) -> Result<(), StoreError> {
        if self.run.is_empty() {
            return Ok(());
        }
        self.merge.look()?;
        let Self { merged, run, .. } = self;
        merged.rows += run.len() as u64;
        for (_, cell) in run.iter() {
            mark(&mut merged.regions, cell.region);
            mark(&mut merged.industries, cell.industry);
            if !cell.value.is_nan() {
                mark(&mut merged.regions_with_values, cell.region);
            }
        }
        let mut next = self.spare.try_recv().unwrap_or_else(|_| Vec::with_capacity(CELLS_IN_PIECE));
        next.clear();
        let cells = std::mem::replace(&mut self.run, next);
        self.send(Piece::Cells(cells))
    }

    fn send(&self, piece: Piece) -> Result<(), StoreError> {
        let piece = Arc::new(piece);
        // A thread ended, which it does for an error of its own: that one is told.
        self.takers.iter().try_for_each(|taker| taker.send(Arc::clone(&piece)).map_err(|_| ended_early()))
    }
}

/// A thread of the import ended without a word.
pub(crate) fn ended_early() -> StoreError {
    scratch(io::Error::other("a thread of the import ended early"))
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
