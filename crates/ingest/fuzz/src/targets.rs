//! The targets: bytes to a reader, and what has to hold whatever it answers.

use std::fs::File;
use std::io::{Seek, Write};
use std::ops::ControlFlow;

use growthpole_ingest::{CELLS_IN_RUN, Cell, Format, FormatChoice, Labels, Mapping, Options, Sink, Source, read};

/// Looks at every cell that a reader gives.
struct Checked {
    cells: u64,
    missing: u64,
}

impl Sink for Checked {
    fn cells(&mut self, labels: &Labels, cells: &[Cell]) -> ControlFlow<()> {
        assert!(!cells.is_empty() && cells.len() <= CELLS_IN_RUN);
        for cell in cells {
            assert!(!cell.value.is_infinite());
            assert!((cell.indicator as usize) < labels.indicators.len());
            assert!((cell.region as usize) < labels.regions.len());
            assert!((cell.industry as usize) < labels.industries.len());
            for text in [cell.flag, cell.note, cell.source] {
                assert!((text as usize) < labels.texts.len());
            }
            self.missing += u64::from(cell.value.is_nan());
        }
        self.cells += cells.len() as u64;
        ControlFlow::Continue(())
    }
}

/// A scratch file that every input is written to in turn.
pub struct Scratch(File);

impl Scratch {
    /// In the folder for temporary files, without a name.
    ///
    /// # Panics
    ///
    /// Where there is no room for it.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(tempfile::tempfile().expect("a temporary file"))
    }

    fn source(&mut self, bytes: &[u8]) -> Source {
        self.0.set_len(0).expect("an empty file");
        self.0.rewind().expect("its start");
        self.0.write_all(bytes).expect("room for the input");
        Source::new(self.0.try_clone().expect("a second handle"), "fuzzed").expect("an open file")
    }
}

/// Reads bytes in the format that they show.
pub fn auto(scratch: &mut Scratch, bytes: &[u8]) {
    checked(scratch, bytes, FormatChoice::Auto);
}

/// Reads bytes in the format that the first of them chooses.
pub fn format(scratch: &mut Scratch, bytes: &[u8]) {
    if let Some((choice, bytes)) = bytes.split_first() {
        let (format, _) = Format::ALL[usize::from(*choice) % Format::ALL.len()];
        checked(scratch, bytes, FormatChoice::Named(format));
    }
}

/// Reads bytes up to the first NUL as a mapping file, and those behind it by that mapping.
pub fn mapping(scratch: &mut Scratch, bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (toml, rest) = bytes.split_at(end);
    let Ok(mapping) = Mapping::parse(&String::from_utf8_lossy(toml)) else { return };
    let mut sink = Checked { cells: 0, missing: 0 };
    let options = Options { mapping, ..Options::default() };
    read(&mut scratch.source(rest.get(1..).unwrap_or_default()), &options, &mut sink);
}

fn checked(scratch: &mut Scratch, bytes: &[u8], format: FormatChoice) {
    let mut sink = Checked { cells: 0, missing: 0 };
    let outcome = read(&mut scratch.source(bytes), &Options { format, ..Options::default() }, &mut sink);
    let report = outcome.report;
    assert_eq!((report.cells, report.missing), (sink.cells, sink.missing));
    assert!(report.suppressed <= report.missing && report.findings.len() <= 200);
    assert!(report.cells > 0 || report.errors() > 0 || outcome.format.is_some());
}
