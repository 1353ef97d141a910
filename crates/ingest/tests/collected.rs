//! All that a reader gives, in one piece, and the files that it is given.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use growthpole_ingest::{Cell, Described, Labels, Output, Report, Sink};

/// All that a reader gave.
pub(crate) struct Collected {
    pub(crate) cells: Vec<Cell>,
    pub(crate) labels: Labels,
    pub(crate) described: Described,
    pub(crate) report: Report,
}

struct Kept(Vec<Cell>);

impl Sink for Kept {
    fn cells(&mut self, _: &Labels, cells: &[Cell]) -> ControlFlow<()> {
        self.0.extend(cells);
        ControlFlow::Continue(())
    }
}

/// Runs a reader and keeps what it gives.
pub(crate) fn collect(read: impl FnOnce(&mut Output<'_>)) -> Collected {
    let mut kept = Kept(Vec::new());
    let mut output = Output::new(&mut kept);
    read(&mut output);
    let Output { labels, described, report, .. } = output;
    Collected { cells: kept.0, labels, described, report }
}

impl Collected {
    /// How many cells have each flag: those with a value, and those without.
    pub(crate) fn flags(&self, missing: bool) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for cell in self.cells.iter().filter(|cell| cell.value.is_nan() == missing) {
            *counts.entry(self.labels.texts.text(cell.flag)).or_default() += 1;
        }
        counts
    }

    /// The sum of all values, as an integer where they are integers.
    pub(crate) fn sum(&self) -> f64 {
        self.cells.iter().map(|cell| cell.value).filter(|value| !value.is_nan()).sum()
    }
}

/// A genuine file, expanded; nothing, with the reason printed, where there is none.
pub(crate) fn genuine(path: &str) -> Option<Box<dyn Read>> {
    let Some(folder) = std::env::var_os("GROWTHPOLE_DATA") else {
        println!("skipped: GROWTHPOLE_DATA does not say where the genuine files are");
        return None;
    };
    let path: PathBuf = Path::new(&folder).join(path);
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let is_compressed = path.extension().is_some_and(|extension| extension == "gz");
    Some(if is_compressed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) })
}
