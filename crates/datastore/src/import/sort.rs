//! Sorts cells by indicator, period, region and industry, in as much memory as is stated: what has no room is sorted in
//! runs, which wait in temporary files until they are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use growthpole_ingest::{Cell, Labels};

use super::ranks::Ranks;
use super::spill::{Run, RunReader};

/// How much room sorting has, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SortSettings {
    /// Bytes of memory.
    pub(crate) memory_bytes: usize,
    /// Folder of temporary files; the system's where there is none.
    pub(crate) folder: Option<PathBuf>,
}

/// What cells are sorted by: positions of indicator, period, region and industry in the order of their texts; then the
/// line, so that of two cells with one key the first stays the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) indicator: u32,
    pub(crate) period: u32,
    pub(crate) region: u32,
    pub(crate) industry: u32,
    line: u64,
}

impl Key {
    /// Whether another cell is about the same thing.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Self { line: 0, ..*self } == Self { line: 0, ..*other }
    }

    fn of(cell: &Cell, ranks: &Ranks) -> Self {
        Self {
            indicator: ranks.indicators.rank(cell.indicator),
            period: cell.period.number(),
            region: ranks.regions.rank(cell.region),
            industry: ranks.industries.rank(cell.industry),
            line: cell.line,
        }
    }
}

/// A run that is sorted on another thread, by the labels known so far: more labels do not change the order of these.
struct Job {
    cells: Vec<Cell>,
    ranks: Arc<Ranks>,
}

/// Takes cells in any order.
pub(crate) struct Sorter {
    cells_in_run: usize,
    folder: Option<PathBuf>,
    buffer: Vec<Cell>,
    spiller: Option<Spiller>,
}

/// The thread that sorts and writes runs while the next one is read.
struct Spiller {
    jobs: SyncSender<Job>,
    emptied: Receiver<Vec<Cell>>,
    runs: JoinHandle<io::Result<Vec<Run>>>,
}

impl Sorter {
    /// With nothing in it.
    pub(crate) fn new(settings: &SortSettings) -> Self {
        // Two runs are in memory at once: one is filled while the other is sorted.
        let cells_in_run = (settings.memory_bytes / (2 * size_of::<Cell>())).max(1);
        Self { cells_in_run, folder: settings.folder.clone(), buffer: Vec::new(), spiller: None }
    }

    /// Takes cells.
    ///
    /// # Errors
    ///
    /// When temporary files cannot be written.
    pub(crate) fn push(&mut self, labels: &Labels, mut cells: &[Cell]) -> io::Result<()> {
        while !cells.is_empty() {
            let room = self.cells_in_run.saturating_sub(self.buffer.len()).min(cells.len());
            let (taken, rest) = cells.split_at(room);
            self.buffer.extend_from_slice(taken);
            cells = rest;
            if self.buffer.len() >= self.cells_in_run {
                self.spill(labels)?;
            }
        }
        Ok(())
    }

    /// Gives the run in the buffer to the other thread.
    fn spill(&mut self, labels: &Labels) -> io::Result<()> {
        let spiller = match &mut self.spiller {
            Some(spiller) => spiller,
            none => none.insert(Spiller::start(self.folder.clone())?),
        };
        let cells = std::mem::take(&mut self.buffer);
        let job = Job { cells, ranks: Arc::new(Ranks::of(labels)) };
        if spiller.jobs.send(job).is_err() {
            // The thread ended, which it does for an error only.
            return self.spiller.take().map_or(Ok(()), |spiller| spiller.finish().map(|_| ()));
        }
        self.buffer = spiller.emptied.recv().unwrap_or_default();
        Ok(())
    }

    /// All cells in order.
    ///
    /// # Errors
    ///
    /// When temporary files cannot be written or read.
    pub(crate) fn finish(mut self, labels: &Labels) -> io::Result<Sorted> {
        let ranks = Ranks::of(labels);
        let mut runs = Vec::new();
        if self.spiller.is_some() {
            if !self.buffer.is_empty() {
                self.spill(labels)?;
            }
            drop(std::mem::take(&mut self.buffer));
            runs = self.spiller.take().map_or(Ok(Vec::new()), Spiller::finish)?;
        } else {
            sort(&mut self.buffer, &ranks);
        }
        let buffer_bytes = (self.cells_in_run.saturating_mul(size_of::<Cell>())) / runs.len().max(1);
        let mut readers = Vec::with_capacity(runs.len());
        for run in runs {
            readers.push(run.read(buffer_bytes)?);
        }
        Sorted::new(ranks, self.buffer, readers)
    }
}

impl Spiller {
    fn start(folder: Option<PathBuf>) -> io::Result<Self> {
        let (jobs, received) = sync_channel::<Job>(0);
        let (give_back, emptied) = sync_channel(2);
        // The first spill gets a second buffer at once.
        give_back.send(Vec::new()).map_err(io::Error::other)?;
        let runs = std::thread::Builder::new().name("import-sort".into()).spawn(move || {
            let mut runs = Vec::new();
            for Job { mut cells, ranks } in received {
                sort(&mut cells, &ranks);
                runs.push(Run::write(folder.as_deref(), &cells)?);
                cells.clear();
                // Nobody takes the last one.
                give_back.send(cells).unwrap_or_default();
            }
            Ok(runs)
        })?;
        Ok(Self { jobs, emptied, runs })
    }

    fn finish(self) -> io::Result<Vec<Run>> {
        let Self { jobs, emptied, runs } = self;
        drop((jobs, emptied));
        runs.join().unwrap_or_else(|_| Err(io::Error::other("the thread that sorts ended early")))
    }
}

fn sort(cells: &mut [Cell], ranks: &Ranks) {
    if ranks.are_positions() {
        cells.sort_unstable_by_key(|cell| Key {
            indicator: cell.indicator,
            period: cell.period.number(),
            region: cell.region,
            industry: cell.industry,
            line: cell.line,
        });
    } else {
        cells.sort_unstable_by_key(|cell| Key::of(cell, ranks));
    }
}

/// Cells in order, one after the other.
pub(crate) struct Sorted {
    ranks: Ranks,
    in_memory: std::vec::IntoIter<Cell>,
    runs: Vec<RunReader>,
    /// The next cell of each run that has one.
    heads: BinaryHeap<Reverse<Head>>,
}

/// The first cell of what is left of a run.
struct Head {
    key: Key,
    run: usize,
    cell: Cell,
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.key, self.run).cmp(&(other.key, other.run))
    }
}

impl Sorted {
    fn new(ranks: Ranks, in_memory: Vec<Cell>, runs: Vec<RunReader>) -> io::Result<Self> {
        let heads = BinaryHeap::with_capacity(runs.len());
        let mut sorted = Self { ranks, in_memory: in_memory.into_iter(), runs, heads };
        for run in 0..sorted.runs.len() {
            let head = sorted.head(run)?;
            sorted.heads.extend(head.map(Reverse));
        }
        Ok(sorted)
    }

    /// The next cell with its key; none at the end.
    ///
    /// # Errors
    ///
    /// When a temporary file cannot be read.
    pub(crate) fn next(&mut self) -> io::Result<Option<(Key, Cell)>> {
        if self.runs.is_empty() {
            let next = self.in_memory.next();
            return Ok(next.map(|cell| (Key::of(&cell, &self.ranks), cell)));
        }
        let Some(Reverse(Head { run, .. })) = self.heads.peek() else { return Ok(None) };
        let following = self.head(*run)?.map(Reverse);
        let Some(mut top) = self.heads.peek_mut() else { return Ok(None) };
        let Reverse(taken) = match following {
            Some(following) => std::mem::replace(&mut *top, following),
            None => std::collections::binary_heap::PeekMut::pop(top),
        };
        Ok(Some((taken.key, taken.cell)))
    }

    fn head(&mut self, run: usize) -> io::Result<Option<Head>> {
        let cell = self.runs.get_mut(run).map_or(Ok(None), RunReader::next)?;
        Ok(cell.map(|cell| Head { key: Key::of(&cell, &self.ranks), run, cell }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use growthpole_domain::{ObservationStatus, Period};

    fn cells(labels: &mut Labels, count: u32) -> Vec<Cell> {
        // A full cycle through all numbers below a prime, so that nothing comes in order.
        let scattered = (0..count).map(|number| number * 7919 % 10_007);
        let texts = scattered.map(|number| {
            let text = |of: u32| format!("{}", number * of % 97);
            Cell {
                line: u64::from(number),
                value: if number % 5 == 0 { f64::NAN } else { f64::from(number) },
                indicator: labels.indicators.position(&text(1)),
                region: labels.regions.position(&text(3)),
                industry: labels.industries.position(&text(5)),
                flag: 1,
                note: 2,
                source: 3,
                period: Period::year(1900 + i16::try_from(number % 90).unwrap()),
                status: ObservationStatus::NORMAL,
            }
        });
        texts.collect()
    }

    fn sorted(memory_bytes: usize) -> Vec<(String, Period, String, String, u64, u64)> {
        let mut labels = Labels::default();
        let cells = cells(&mut labels, 5000);
        let mut sorter = Sorter::new(&SortSettings { memory_bytes, folder: None });
        for run in cells.chunks(700) {
            sorter.push(&labels, run).unwrap();
        }
        let mut sorted = sorter.finish(&labels).unwrap();
        let mut found = Vec::new();
        while let Some((_, cell)) = sorted.next().unwrap() {
            let text = |of: &growthpole_ingest::Interner, at| of.text(at).to_owned();
            found.push((
                text(&labels.indicators, cell.indicator),
                cell.period,
                text(&labels.regions, cell.region),
                text(&labels.industries, cell.industry),
                cell.line,
                cell.value.to_bits(),
            ));
        }
        found
    }

    #[test]
    fn order_is_that_of_the_texts_however_little_room_there_is() {
        let whole = sorted(1 << 30);
        assert_eq!(whole.len(), 5000);
        assert!(whole.is_sorted());
        assert_eq!(sorted(100_000), whole);
        assert_eq!(sorted(9600), whole);
    }

    #[test]
    fn nothing_in_it_is_no_mistake() {
        let sorter = Sorter::new(&SortSettings { memory_bytes: 1, folder: None });
        assert!(sorter.finish(&Labels::default()).unwrap().next().unwrap().is_none());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = Some(PathBuf::from("/nowhere/at/all"));
        let mut labels = Labels::default();
        let cells = cells(&mut labels, 100);
        let mut sorter = Sorter::new(&SortSettings { memory_bytes: 960, folder });
        let failed = (0..10).any(|_| sorter.push(&labels, &cells).is_err());
        assert!(failed || sorter.finish(&labels).is_err());
    }
}
