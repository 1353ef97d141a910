//! Writes merged cells as tables, on a thread of its own: encoding and compressing takes as long as checking.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::thread::{Scope, ScopedJoinHandle};

use growthpole_ingest::Labels;

use super::merge::{Piece, Pieces, ended_early, scratch};
use super::spill::temporary;
use crate::StoreError;
use crate::tables::{TableWriter, Written, encode_error};

/// A table in a temporary file.
pub(crate) struct MergedTable {
    /// Position of the indicator.
    pub(crate) indicator: u32,
    pub(crate) written: Written,
    pub(crate) file: Arc<File>,
}

/// The thread that writes.
pub(crate) struct Writing<'scope>(ScopedJoinHandle<'scope, Result<Vec<MergedTable>, StoreError>>);

impl<'scope> Writing<'scope> {
    /// Starts it.
    pub(crate) fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        pieces: Pieces,
        labels: &'env Labels,
        folder: Option<&'env Path>,
    ) -> Result<Self, StoreError> {
        let thread = std::thread::Builder::new().name("import-write".into());
        thread.spawn_scoped(scope, move || write(pieces, labels, folder)).map(Self).map_err(scratch)
    }

    /// Waits for what is not written yet: the tables, in the order of their indicators.
    pub(crate) fn finish(self) -> Result<Vec<MergedTable>, StoreError> {
        self.0.join().unwrap_or_else(|_| Err(ended_early()))
    }
}

fn write(pieces: Pieces, labels: &Labels, folder: Option<&Path>) -> Result<Vec<MergedTable>, StoreError> {
    let mut tables = Vec::new();
    let mut open: Option<Open> = None;
    pieces.each(|piece| {
        match piece {
            Piece::Begin { indicator, is_flagged } => {
                tables.extend(open.take().map(Open::close).transpose()?);
                open = Some(Open::new(*indicator, *is_flagged, labels, folder)?);
            }
            Piece::Cells(cells) => {
                if let Some(open) = &mut open {
                    cells.iter().try_for_each(|(_, cell)| open.writer.push(labels, cell)).map_err(encode_error)?;
                }
            }
        }
        Ok(())
    })?;
    tables.extend(open.map(Open::close).transpose()?);
    Ok(tables)
}

/// A table that is being written.
struct Open {
    indicator: u32,
    writer: TableWriter<BufWriter<File>>,
}

impl Open {
    fn new(indicator: u32, is_flagged: bool, labels: &Labels, folder: Option<&Path>) -> Result<Self, StoreError> {
        let to = BufWriter::with_capacity(1 << 20, temporary(folder).map_err(scratch)?);
        let code = labels.indicators.text(indicator);
        Ok(Self { indicator, writer: TableWriter::new(code, is_flagged, to).map_err(encode_error)? })
    }

    fn close(self) -> Result<MergedTable, StoreError> {
        let (written, file) = self.writer.finish().map_err(encode_error)?;
        let file = file.into_inner().map_err(|error| scratch(error.into_error()))?;
        Ok(MergedTable { indicator: self.indicator, written, file: Arc::new(file) })
    }
}
