//! Writes merged cells as tables, on a thread of its own: encoding and compressing takes as long as merging and checking.

use std::io::BufWriter;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use growthpole_ingest::{Cell, Labels};
use tempfile::NamedTempFile;

use super::merge::scratch;
use crate::StoreError;
use crate::tables::{TableWriter, Written, encode_error};

/// A table in a temporary file, which is gone with it.
pub(crate) struct MergedTable {
    /// Position of the indicator.
    pub(crate) indicator: u32,
    pub(crate) written: Written,
    pub(crate) file: NamedTempFile,
}

/// What is handed to the other thread.
enum Piece {
    /// Cells of another indicator follow.
    Begin { indicator: u32, is_flagged: bool },
    /// Cells in order.
    Cells(Vec<Cell>),
}

/// How many cells are handed over at once.
const CELLS: usize = 1 << 14;
/// How many pieces wait at most.
const PIECES: usize = 8;

/// The thread that writes.
pub(crate) struct Writing<'scope> {
    cells: Vec<Cell>,
    pieces: SyncSender<Piece>,
    tables: ScopedJoinHandle<'scope, Result<Vec<MergedTable>, StoreError>>,
}

impl<'scope> Writing<'scope> {
    /// Starts it.
    pub(crate) fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        labels: &'env Labels,
        folder: Option<&'env Path>,
    ) -> Result<Self, StoreError> {
        let (pieces, received) = sync_channel(PIECES);
        let thread = std::thread::Builder::new().name("import-write".into());
        let tables = thread.spawn_scoped(scope, move || write(&received, labels, folder)).map_err(scratch)?;
        Ok(Self { cells: Vec::with_capacity(CELLS), pieces, tables })
    }

    /// Cells of another indicator follow.
    pub(crate) fn begin(&mut self, indicator: u32, is_flagged: bool) -> Result<(), StoreError> {
        self.hand_over()?;
        self.send(Piece::Begin { indicator, is_flagged })
    }

    /// Takes the next cell.
    pub(crate) fn push(&mut self, cell: &Cell) -> Result<(), StoreError> {
        self.cells.push(*cell);
        if self.cells.len() < CELLS { Ok(()) } else { self.hand_over() }
    }

    /// Waits for what is not written yet: the tables, in the order of their indicators.
    pub(crate) fn finish(mut self) -> Result<Vec<MergedTable>, StoreError> {
        let handed_over = self.hand_over();
        let Self { pieces, tables, .. } = self;
        drop(pieces);
        let tables = tables.join().unwrap_or_else(|_| Err(ended_early()))?;
        handed_over.map(|()| tables)
    }

    fn hand_over(&mut self) -> Result<(), StoreError> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let cells = std::mem::replace(&mut self.cells, Vec::with_capacity(CELLS));
        self.send(Piece::Cells(cells))
    }

    fn send(&self, piece: Piece) -> Result<(), StoreError> {
        // The thread ended, which it does for an error of its own: `finish` tells that one.
        self.pieces.send(piece).map_err(|_| ended_early())
    }
}

fn ended_early() -> StoreError {
    scratch(std::io::Error::other("the thread that writes tables ended early"))
}

fn write(pieces: &Receiver<Piece>, labels: &Labels, folder: Option<&Path>) -> Result<Vec<MergedTable>, StoreError> {
    let mut tables = Vec::new();
    let mut open: Option<Open> = None;
    for piece in pieces {
        match piece {
            Piece::Begin { indicator, is_flagged } => {
                tables.extend(open.take().map(Open::close).transpose()?);
                open = Some(Open::new(indicator, is_flagged, labels, folder)?);
            }
            Piece::Cells(cells) => {
                if let Some(open) = &mut open {
                    cells.iter().try_for_each(|cell| open.writer.push(labels, cell)).map_err(encode_error)?;
                }
            }
        }
    }
    tables.extend(open.map(Open::close).transpose()?);
    Ok(tables)
}

/// A table that is being written.
struct Open {
    indicator: u32,
    writer: TableWriter<BufWriter<NamedTempFile>>,
}

impl Open {
    fn new(indicator: u32, is_flagged: bool, labels: &Labels, folder: Option<&Path>) -> Result<Self, StoreError> {
        let file = folder.map_or_else(NamedTempFile::new, NamedTempFile::new_in).map_err(scratch)?;
        let to = BufWriter::with_capacity(1 << 20, file);
        let code = labels.indicators.text(indicator);
        Ok(Self { indicator, writer: TableWriter::new(code, is_flagged, to).map_err(encode_error)? })
    }

    fn close(self) -> Result<MergedTable, StoreError> {
        let (written, file) = self.writer.finish().map_err(encode_error)?;
        let file = file.into_inner().map_err(|error| scratch(error.into_error()))?;
        Ok(MergedTable { indicator: self.indicator, written, file })
    }
}
