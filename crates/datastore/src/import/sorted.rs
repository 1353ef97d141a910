//! Sorted runs, merged cell by cell.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::sync::Arc;

use growthpole_ingest::Cell;

use super::ranks::Ranks;
use super::sort::Key;
use super::spill::RunReader;

/// Where the cells of a sorted run come from.
pub(super) struct Source {
    /// Those that are in memory now: all of them, or some that were read from the file.
    cells: Vec<Cell>,
    /// Place of the first of what is left of them.
    first: usize,
    file: Option<RunReader>,
}

impl Source {
    /// A run in memory.
    pub(super) fn in_memory(cells: Vec<Cell>) -> Self {
        Self { cells, first: 0, file: None }
    }

    /// A run in a file, of which some cells are read at a time.
    pub(super) fn in_file(file: RunReader) -> io::Result<Self> {
        let mut source = Self { cells: Vec::new(), first: 0, file: Some(file) };
        source.read()?;
        Ok(source)
    }

    /// The first cell of what is left.
    fn first(&self) -> Option<&Cell> {
        self.cells.get(self.first)
    }

    /// Goes on behind the first cell.
    fn step(&mut self) -> io::Result<()> {
        self.first += 1;
        if self.first == self.cells.len() { self.read() } else { Ok(()) }
    }

    fn read(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        self.first = 0;
        file.read(&mut self.cells)
    }
}

/// The first cell of what is left of a run: its key, its line, and which run it is.
type Head = (Key, u64, usize);

/// Cells in order, one after the other.
pub(crate) struct Sorted {
    ranks: Arc<Ranks>,
    runs: Vec<Source>,
    /// The lowest of all heads.
    lowest: Option<Head>,
    /// One for each other run that has cells left.
    heads: BinaryHeap<Reverse<Head>>,
}

impl Sorted {
    /// Of some runs, each in order by the same ranks.
    pub(super) fn new(ranks: Arc<Ranks>, runs: Vec<Source>) -> Self {
        let mut sorted = Self { ranks, heads: BinaryHeap::with_capacity(runs.len()), runs, lowest: None };
        let heads = (0..sorted.runs.len()).filter_map(|run| sorted.head(run)).map(Reverse);
        sorted.heads = heads.collect();
        sorted.lowest = sorted.heads.pop().map(|Reverse(head)| head);
        sorted
    }

    /// The next cell with its key; none at the end.
    ///
    /// # Errors
    ///
    /// When a temporary file cannot be read.
    pub(crate) fn next(&mut self) -> io::Result<Option<(Key, Cell)>> {
        let Some((key, _, run)) = self.lowest else { return Ok(None) };
        let Some(source) = self.runs.get_mut(run) else { return Ok(None) };
        let cell = source.first().copied();
        source.step()?;
        self.lowest = match self.head(run) {
            Some(following) => Some(self.lower(following)),
            None => self.heads.pop().map(|Reverse(head)| head),
        };
        Ok(cell.map(|cell| (key, cell)))
    }

    /// The memory of the runs, empty, when their cells were taken.
    pub(super) fn memory(self) -> impl Iterator<Item = Vec<Cell>> {
        self.runs.into_iter().map(|mut run| {
            run.cells.clear();
            run.cells
        })
    }

    /// The lowest of all heads, of which this one may take another's place. Several cells of a run often follow each other.
    fn lower(&mut self, head: Head) -> Head {
        match self.heads.peek_mut() {
            Some(mut other) if other.0 < head => std::mem::replace(&mut other.0, head),
            _ => head,
        }
    }

    fn head(&self, run: usize) -> Option<Head> {
        let cell = self.runs.get(run)?.first()?;
        Some((Key::of(cell, &self.ranks), cell.line, run))
    }
}
