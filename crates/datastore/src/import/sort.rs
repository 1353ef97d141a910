//! Sorts cells by indicator, period, region and industry, in as much memory as is stated. Short runs are sorted on another
//! thread while the input is read; what has no room is merged into long runs, which wait in temporary files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use growthpole_ingest::{Cell, Labels};

use super::ranks::Ranks;
use super::sorted::{Sorted, Source};
use super::spill::{Run, RunWriter};

/// How much room sorting has, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SortSettings {
    /// Bytes of memory.
    pub(crate) memory_bytes: usize,
    /// Folder of temporary files; the system's where there is none.
    pub(crate) folder: Option<PathBuf>,
}

/// What cells are sorted by: positions of indicator, period, region and industry in the order of their texts, in one
/// number. Of two cells with one key the one on the earlier line comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u128);

impl Key {
    pub(super) fn of(cell: &Cell, ranks: &Ranks) -> Self {
        let parts = [
            ranks.indicators.rank(cell.indicator),
            cell.period.number(),
            ranks.regions.rank(cell.region),
            ranks.industries.rank(cell.industry),
        ];
        Self(parts.into_iter().fold(0, |key, part| key << 32 | u128::from(part)))
    }

    /// What tells the series of an indicator apart: its region and its industry.
    pub(crate) fn series(self) -> u64 {
        self.0 as u64
    }
}

/// A run has this part of the memory at most. One is filled while another waits and a third is sorted, with its keys and
/// its copy; what is sorted may take half of the memory.
const RUNS_IN_MEMORY: usize = 8;
/// So long is a run, unless there are more labels: they are put in order for each. It stays within the processor's last cache
/// while it is sorted.
const USUAL_RUN: usize = 1 << 16;

/// Takes cells in any order.
pub(crate) struct Sorter {
    cells_in_memory: usize,
    folder: Option<PathBuf>,
    buffer: Vec<Cell>,
    ranks: Option<Arc<Ranks>>,
    other: Option<Other>,
}

/// The thread that sorts runs while the next one is read.
struct Other {
    jobs: SyncSender<Job>,
    /// Memory of runs that are in files now: memory that was used before is much faster to fill than new one.
    spare: Receiver<Vec<Cell>>,
    runs: JoinHandle<io::Result<Runs>>,
}

/// A run to be sorted by the labels known so far: more labels do not change the order of these.
struct Job {
    cells: Vec<Cell>,
    ranks: Arc<Ranks>,
}

/// Sorted runs.
#[derive(Default)]
struct Runs {
    in_memory: Vec<Vec<Cell>>,
    cells: usize,
    in_files: Vec<Run>,
    /// Keys of a run, of which the memory is used again.
    keys: Vec<u64>,
    /// Memory for the next run that is sorted.
    spare: Vec<Cell>,
}

impl Sorter {
    /// With nothing in it.
    pub(crate) fn new(settings: &SortSettings) -> Self {
        let cells_in_memory = (settings.memory_bytes / size_of::<Cell>()).max(RUNS_IN_MEMORY);
        Self { cells_in_memory, folder: settings.folder.clone(), buffer: Vec::new(), ranks: None, other: None }
    }

    /// Takes cells.
    ///
    /// # Errors
    ///
    /// When temporary files cannot be written.
    pub(crate) fn push(&mut self, labels: &Labels, mut cells: &[Cell]) -> io::Result<()> {
        let run = USUAL_RUN.max(Ranks::labels(labels)).min(self.cells_in_memory / RUNS_IN_MEMORY);
        while !cells.is_empty() {
            let room = run.saturating_sub(self.buffer.len()).min(cells.len());
            let (taken, rest) = cells.split_at(room);
            self.buffer.extend_from_slice(taken);
            cells = rest;
            if self.buffer.len() >= run {
                self.hand_over(labels)?;
            }
        }
        Ok(())
    }

    /// Gives the run in the buffer to the other thread.
    fn hand_over(&mut self, labels: &Labels) -> io::Result<()> {
        let other = match &mut self.other {
            Some(other) => other,
            none => none.insert(Other::start(self.cells_in_memory / 2, self.folder.clone())?),
        };
        let ranks = match &self.ranks {
            Some(ranks) if ranks.are_of(labels) => Arc::clone(ranks),
            _ => Arc::clone(self.ranks.insert(Arc::new(Ranks::of(labels)))),
        };
        let room = other.spare.try_recv().unwrap_or_else(|_| Vec::with_capacity(self.buffer.len()));
        let job = Job { cells: std::mem::replace(&mut self.buffer, room), ranks };
        if other.jobs.send(job).is_err() {
            // The thread ended, which it does for an error only.
            return self.other.take().map_or(Ok(()), |other| other.finish().map(|_| ()));
        }
        Ok(())
    }

    /// All cells in order.
    ///
    /// # Errors
    ///
    /// When temporary files cannot be written or read.
    pub(crate) fn finish(mut self, labels: &Labels) -> io::Result<Sorted> {
        let ranks = Arc::new(Ranks::of(labels));
        let mut runs = self.other.take().map_or(Ok(Runs::default()), Other::finish)?;
        runs.sort(std::mem::take(&mut self.buffer), &ranks);
        // Where most is in files, the rest goes there too: checks and tables have their memory then.
        if !runs.in_files.is_empty() {
            drop(runs.move_to_file(self.folder.as_deref(), &ranks)?);
        }
        let mut sources: Vec<Source> = runs.in_memory.into_iter().map(Source::in_memory).collect();
        for run in runs.in_files {
            sources.push(Source::in_file(run.read()?)?);
        }
        Ok(Sorted::new(ranks, sources))
    }
}

impl Other {
    /// Starts the thread, which holds as many cells in memory as it has room for.
    fn start(room: usize, folder: Option<PathBuf>) -> io::Result<Self> {
        let (jobs, received) = sync_channel::<Job>(1);
        let (free, spare) = channel();
        let runs = std::thread::Builder::new().name("import-sort".into()).spawn(move || {
            let mut runs = Runs::default();
            for Job { cells, ranks } in received {
                runs.sort(cells, &ranks);
                if runs.cells > room {
                    for cells in runs.move_to_file(folder.as_deref(), &ranks)? {
                        // Where nothing is read any more, nobody takes it.
                        let _ = free.send(cells);
                    }
                }
            }
            Ok(runs)
        })?;
        Ok(Self { jobs, spare, runs })
    }

    fn finish(self) -> io::Result<Runs> {
        let Self { jobs, runs, .. } = self;
        drop(jobs);
        runs.join().unwrap_or_else(|_| Err(io::Error::other("the thread that sorts ended early")))
    }
}

impl Runs {
    /// Sorts a run, and keeps it in memory. Of cells with one key, the one on the earlier line comes first.
    fn sort(&mut self, mut cells: Vec<Cell>, ranks: &Ranks) {
        if cells.is_empty() {
            return;
        }
        self.cells += cells.len();
        match Packing::of(&cells, ranks) {
            Some(packing) => {
                self.keys.clear();
                self.keys.extend((0..).zip(&cells).map(|(place, cell)| packing.key(cell, place, ranks)));
                self.keys.sort_unstable();
                self.spare.clear();
                self.spare.extend(self.keys.iter().filter_map(|key| cells.get(packing.place(*key))));
                std::mem::swap(&mut self.spare, &mut cells);
            }
            None => cells.sort_by_cached_key(|cell| (Key::of(cell, ranks), cell.line)),
        }
        self.in_memory.push(cells);
    }

    /// Merges what is in memory into a file. Gives its memory, empty.
    fn move_to_file(
        &mut self,
        folder: Option<&Path>,
        ranks: &Arc<Ranks>,
    ) -> io::Result<impl Iterator<Item = Vec<Cell>> + use<>> {
        let runs = std::mem::take(&mut self.in_memory);
        let sources = runs.into_iter().map(Source::in_memory).collect();
        let mut sorted = Sorted::new(Arc::clone(ranks), sources);
        let mut writer = RunWriter::new(folder)?;
        while let Some((_, cell)) = sorted.next()? {
            writer.push(&cell)?;
        }
        self.in_files.push(writer.finish()?);
        self.cells = 0;
        Ok(sorted.memory())
    }
}

/// How the key of a cell and its place in the run fit into one number, which is sorted several times as fast as keys.
struct Packing {
    first_period: u32,
    bits: [u32; 4],
}

impl Packing {
    /// The packing of a run in the order of its lines; none where the numbers are too large.
    fn of(cells: &[Cell], ranks: &Ranks) -> Option<Self> {
        let (mut first_period, mut last_period, mut line) = (u32::MAX, 0, 0);
        for cell in cells {
            first_period = first_period.min(cell.period.number());
            last_period = last_period.max(cell.period.number());
            if cell.line < line {
                return None;
            }
            line = cell.line;
        }
        let [indicators, regions, industries] = ranks.bits();
        let places = usize::BITS - cells.len().leading_zeros();
        let bits = [u32::BITS - last_period.saturating_sub(first_period).leading_zeros(), regions, industries, places];
        (indicators + bits.iter().sum::<u32>() <= u64::BITS).then_some(Self { first_period, bits })
    }

    fn key(&self, cell: &Cell, place: u32, ranks: &Ranks) -> u64 {
        let parts = [
            cell.period.number() - self.first_period,
            ranks.regions.rank(cell.region),
            ranks.industries.rank(cell.industry),
            place,
        ];
        let indicator = u64::from(ranks.indicators.rank(cell.indicator));
        parts.into_iter().zip(self.bits).fold(indicator, |key, (part, bits)| key << bits | u64::from(part))
    }

    fn place(&self, key: u64) -> usize {
        let [.., places] = self.bits;
        (key & ((1 << places) - 1)) as usize
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
