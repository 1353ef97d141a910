//! Runs of cells in temporary files, which nobody but this process sees: they are gone when it ends, however it ends.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write as _};
use std::path::Path;

use growthpole_domain::{ObservationStatus, Period};
use growthpole_ingest::Cell;

/// Cells that are written and read at once, by columns. Each column takes as few bytes a cell as its range in the block
/// needs: of sorted cells most columns hardly change, so that they take a third of the room that they have in memory.
const IN_BLOCK: usize = 1 << 10;

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
    /// Reads it from its start.
    pub(crate) fn read(mut self) -> io::Result<RunReader> {
        self.file.rewind()?;
        Ok(RunReader { bytes: Vec::new(), file: self.file, left: self.cells })
    }
}

/// Writes a run, cell by cell.
pub(crate) struct RunWriter {
    writer: BufWriter<File>,
    block: Vec<Cell>,
    bytes: Vec<u8>,
    cells: usize,
}

impl RunWriter {
    pub(crate) fn new(folder: Option<&Path>) -> io::Result<Self> {
        const BUFFER: usize = 1 << 20;
        let writer = BufWriter::with_capacity(BUFFER, temporary(folder)?);
        Ok(Self { writer, block: Vec::with_capacity(IN_BLOCK), bytes: Vec::new(), cells: 0 })
    }

    pub(crate) fn push(&mut self, cell: &Cell) -> io::Result<()> {
        self.block.push(*cell);
        if self.block.len() == IN_BLOCK { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> io::Result<()> {
        self.bytes.clear();
        pack_cells(&self.block, &mut self.bytes);
        self.writer.write_all(&(self.bytes.len() as u64).to_le_bytes())?;
        self.writer.write_all(&self.bytes)?;
        self.cells += self.block.len();
        self.block.clear();
        Ok(())
    }

    pub(crate) fn finish(mut self) -> io::Result<Run> {
        if !self.block.is_empty() {
            self.write()?;
        }
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
        let count = self.left.min(IN_BLOCK);
        if count == 0 {
            return Ok(());
        }
        let mut length = [0; 8];
        self.file.read_exact(&mut length)?;
        let length = usize::try_from(u64::from_le_bytes(length)).ok().filter(|length| *length <= MOST_BYTES);
        self.bytes.resize(length.ok_or_else(changed)?, 0);
        self.file.read_exact(&mut self.bytes)?;
        cells.resize(count, EMPTY);
        unpack_cells(&self.bytes, cells).ok_or_else(changed)?;
        self.left -= count;
        Ok(())
    }
}

/// Somebody wrote to a file that nobody else should see.
fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a temporary file was changed")
}

/// Bytes of a packed column before its cells: the least number, and the bytes that each takes beyond it.
const HEAD: usize = 9;

/// More bytes than a block can have.
const MOST_BYTES: usize = 10 * (HEAD + 8 * IN_BLOCK);

const EMPTY: Cell = Cell {
    line: 0,
    value: f64::NAN,
    indicator: 0,
    region: 0,
    industry: 0,
    flag: 0,
    note: 0,
    source: 0,
    period: Period::year(0),
    status: ObservationStatus::MISSING,
};

fn pack_cells(cells: &[Cell], bytes: &mut Vec<u8>) {
    pack(cells, bytes, |cell| cell.line);
    pack(cells, bytes, |cell| cell.value.to_bits());
    pack(cells, bytes, |cell| cell.indicator.into());
    pack(cells, bytes, |cell| cell.region.into());
    pack(cells, bytes, |cell| cell.industry.into());
    pack(cells, bytes, |cell| cell.flag.into());
    pack(cells, bytes, |cell| cell.note.into());
    pack(cells, bytes, |cell| cell.source.into());
    pack(cells, bytes, |cell| cell.period.number().into());
    pack(cells, bytes, |cell| cell.status.code().into());
}

/// Fills cells with what [`pack_cells`] wrote of as many; none where it did not write this.
fn unpack_cells(mut bytes: &[u8], cells: &mut [Cell]) -> Option<()> {
    let bytes = &mut bytes;
    unpack(bytes, cells, Some, |cell, line| cell.line = line)?;
    unpack(bytes, cells, |number| Some(f64::from_bits(number)), |cell, value| cell.value = value)?;
    unpack(bytes, cells, position, |cell, indicator| cell.indicator = indicator)?;
    unpack(bytes, cells, position, |cell, region| cell.region = region)?;
    unpack(bytes, cells, position, |cell, industry| cell.industry = industry)?;
    unpack(bytes, cells, position, |cell, flag| cell.flag = flag)?;
    unpack(bytes, cells, position, |cell, note| cell.note = note)?;
    unpack(bytes, cells, position, |cell, source| cell.source = source)?;
    unpack(bytes, cells, |number| Period::from_number(position(number)?), |cell, period| cell.period = period)?;
    unpack(
        bytes,
        cells,
        |number| ObservationStatus::from_code(number.try_into().ok()?),
        |cell, status| cell.status = status,
    )
}

fn position(number: u64) -> Option<u32> {
    number.try_into().ok()
}

/// Writes a column: what is least in it, and how far above that each cell is, in one width.
fn pack(cells: &[Cell], bytes: &mut Vec<u8>, number: impl Fn(&Cell) -> u64) {
    let (mut least, mut most) = (u64::MAX, 0);
    for cell in cells {
        let number = number(cell);
        (least, most) = (least.min(number), most.max(number));
    }
    let width = match most.saturating_sub(least) {
        0 => 0,
        1..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    };
    bytes.extend_from_slice(&least.to_le_bytes());
    bytes.push(width);
    let above = cells.iter().map(|cell| number(cell).wrapping_sub(least));
    match width {
        0 => {}
        1 => bytes.extend(above.map(|above| above as u8)),
        2 => above.for_each(|above| bytes.extend_from_slice(&(above as u16).to_le_bytes())),
        4 => above.for_each(|above| bytes.extend_from_slice(&(above as u32).to_le_bytes())),
        _ => above.for_each(|above| bytes.extend_from_slice(&above.to_le_bytes())),
    }
}

/// Takes a column from the front of what [`pack`] wrote.
fn unpack<T: Copy>(
    bytes: &mut &[u8],
    cells: &mut [Cell],
    meaning: impl Fn(u64) -> Option<T>,
    put: impl Fn(&mut Cell, T),
) -> Option<()> {
    let (least, rest) = bytes.split_first_chunk()?;
    let (width, rest) = rest.split_first()?;
    let (column, rest) = rest.split_at_checked(usize::from(*width) * cells.len())?;
    *bytes = rest;
    let least = u64::from_le_bytes(*least);
    match width {
        0 => {
            let same = meaning(least)?;
            cells.iter_mut().for_each(|cell| put(cell, same));
            Some(())
        }
        1 => spread::<1, T>(column, least, cells, meaning, put),
        2 => spread::<2, T>(column, least, cells, meaning, put),
        4 => spread::<4, T>(column, least, cells, meaning, put),
        8 => spread::<8, T>(column, least, cells, meaning, put),
        _ => None,
    }
}

fn spread<const WIDTH: usize, T>(
    column: &[u8],
    least: u64,
    cells: &mut [Cell],
    meaning: impl Fn(u64) -> Option<T>,
    put: impl Fn(&mut Cell, T),
) -> Option<()> {
    let (numbers, _) = column.as_chunks::<WIDTH>();
    for (cell, number) in cells.iter_mut().zip(numbers) {
        let mut above = [0; 8];
        above.first_chunk_mut::<WIDTH>()?.copy_from_slice(number);
        put(cell, meaning(least.wrapping_add(u64::from_le_bytes(above)))?);
    }
    Some(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cell(line: u64) -> Cell {
        Cell {
            line,
            value: if line == 2 { f64::NAN } else { -0.1 * line as f64 },
            indicator: 1,
            region: if line == 3 { u32::MAX } else { 0 },
            industry: u32::try_from(line % 300).unwrap(),
            flag: u32::try_from(line % 70_000).unwrap(),
            note: 5,
            source: 6,
            period: if line == 2 { "2015-W53".parse().unwrap() } else { Period::year(2015) },
            status: if line == 2 { ObservationStatus::SUPPRESSED } else { ObservationStatus::NORMAL },
        }
    }

    /// What is found of a run that holds the cells of some lines.
    fn written_and_read(lines: &[u64]) -> Vec<Cell> {
        let mut writer = RunWriter::new(None).unwrap();
        lines.iter().for_each(|line| writer.push(&cell(*line)).unwrap());
        let mut reader = writer.finish().unwrap().read().unwrap();
        let (mut cells, mut found) = (Vec::new(), Vec::new());
        loop {
            reader.read(&mut cells).unwrap();
            if cells.is_empty() {
                return found;
            }
            found.append(&mut cells);
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let many: Vec<u64> = (1..200_000).chain([u64::MAX]).collect();
        let block: Vec<u64> = (1..=IN_BLOCK as u64).collect();
        for lines in [&[][..], &[1], &[1, 2], &[0, 3, u64::MAX], &block, &many] {
            let found = written_and_read(lines);
            assert_eq!(found.len(), lines.len());
            for (found, line) in found.iter().zip(lines) {
                let expected = cell(*line);
                assert_eq!(found.value.to_bits(), expected.value.to_bits());
                assert_eq!(Cell { value: 0.0, ..*found }, Cell { value: 0.0, ..expected });
            }
        }
    }

    #[test]
    fn what_was_not_written_is_told() {
        let cells: Vec<Cell> = (1..=10).map(cell).collect();
        let mut bytes = Vec::new();
        pack_cells(&cells, &mut bytes);
        let mut found = vec![EMPTY; cells.len()];
        assert!(unpack_cells(&bytes, &mut found).is_some());
        let status = bytes.len() - cells.len();
        for (place, byte) in [(status, 200), (8, 3), (status - 1, 7)] {
            let mut damaged = bytes.clone();
            damaged[place] = byte;
            assert!(unpack_cells(&damaged, &mut found).is_none(), "byte {place}");
        }
        assert!(unpack_cells(&bytes[..bytes.len() - 1], &mut found).is_none());
    }
}
