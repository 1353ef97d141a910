//! Runs of cells in temporary files, which nobody but this process sees: they are gone when it ends, however it ends.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write as _};
use std::path::Path;

use growthpole_domain::{ObservationStatus, Period};
use growthpole_ingest::Cell;

/// Bytes of a cell in a file.
const BYTES: usize = 45;

/// A temporary file without a name.
pub(crate) fn temporary(folder: Option<&Path>) -> io::Result<File> {
    folder.map_or_else(tempfile::tempfile, tempfile::tempfile_in)
}

/// A run in a file.
pub(crate) struct Run {
    file: File,
    cells: usize,
}

impl Run {
    /// Reads it from its start, so many bytes at a time.
    pub(crate) fn read(mut self, buffer_bytes: usize) -> io::Result<RunReader> {
        const LEAST: usize = 32 << 10;
        // More would not stay within the processor's caches.
        const MOST: usize = 256 << 10;
        self.file.rewind()?;
        Ok(RunReader { bytes: vec![0; buffer_bytes.clamp(LEAST, MOST)], file: self.file, left: self.cells })
    }
}

/// Writes a run, cell by cell.
pub(crate) struct RunWriter {
    writer: BufWriter<File>,
    cells: usize,
}

impl RunWriter {
    pub(crate) fn new(folder: Option<&Path>) -> io::Result<Self> {
        const BUFFER: usize = 1 << 20;
        Ok(Self { writer: BufWriter::with_capacity(BUFFER, temporary(folder)?), cells: 0 })
    }

    pub(crate) fn push(&mut self, cell: &Cell) -> io::Result<()> {
        self.cells += 1;
        self.writer.write_all(&encode(cell))
    }

    pub(crate) fn finish(self) -> io::Result<Run> {
        let file = self.writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Run { file, cells: self.cells })
    }
}

/// The cells of a run, some at a time.
pub(crate) struct RunReader {
    file: File,
    bytes: Vec<u8>,
    left: usize,
}

impl RunReader {
    /// Reads the next cells in place of those there; none at the end.
    pub(crate) fn read(&mut self, cells: &mut Vec<Cell>) -> io::Result<()> {
        cells.clear();
        let count = self.left.min(self.bytes.len() / BYTES);
        let Some(bytes) = self.bytes.get_mut(..count * BYTES) else { return Ok(()) };
        self.file.read_exact(bytes)?;
        self.left -= count;
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a temporary file was changed");
        for bytes in bytes.chunks_exact(BYTES) {
            let cell = bytes.try_into().ok().and_then(decode);
            cells.push(cell.ok_or_else(wrong)?);
        }
        Ok(())
    }
}

fn encode(cell: &Cell) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let (line, rest) = bytes.split_at_mut(8);
    line.copy_from_slice(&cell.line.to_le_bytes());
    let (value, rest) = rest.split_at_mut(8);
    value.copy_from_slice(&cell.value.to_bits().to_le_bytes());
    let numbers = [cell.indicator, cell.region, cell.industry, cell.flag, cell.note, cell.source, cell.period.number()];
    for (place, number) in rest.chunks_exact_mut(4).zip(numbers) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    if let Some(last) = rest.last_mut() {
        *last = cell.status.code();
    }
    bytes
}

fn decode(bytes: &[u8; BYTES]) -> Option<Cell> {
    let (line, rest) = bytes.split_first_chunk()?;
    let (value, rest) = rest.split_first_chunk()?;
    let mut numbers = rest.chunks_exact(4).filter_map(|four| Some(u32::from_le_bytes(four.try_into().ok()?)));
    Some(Cell {
        line: u64::from_le_bytes(*line),
        value: f64::from_bits(u64::from_le_bytes(*value)),
        indicator: numbers.next()?,
        region: numbers.next()?,
        industry: numbers.next()?,
        flag: numbers.next()?,
        note: numbers.next()?,
        source: numbers.next()?,
        period: Period::from_number(numbers.next()?)?,
        status: ObservationStatus::from_code(*rest.last()?)?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let cell = |line: u64| Cell {
            line,
            value: if line == 2 { f64::NAN } else { -0.1 },
            indicator: 1,
            region: u32::MAX,
            industry: 3,
            flag: 4,
            note: 5,
            source: 6,
            period: "2015-W53".parse().unwrap(),
            status: ObservationStatus::SUPPRESSED,
        };
        let mut writer = RunWriter::new(None).unwrap();
        writer.push(&cell(1)).unwrap();
        writer.push(&cell(2)).unwrap();
        let mut reader = writer.finish().unwrap().read(0).unwrap();
        let mut cells = Vec::new();
        reader.read(&mut cells).unwrap();
        assert_eq!((cells[0], cells[1].line, cells.len()), (cell(1), 2, 2));
        assert!(cells[1].value.is_nan());
        reader.read(&mut cells).unwrap();
        assert!(cells.is_empty());
    }
}
