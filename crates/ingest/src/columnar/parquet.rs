//! Apache Parquet, by row groups.

use std::ops::ControlFlow;

use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;

use super::table::Table;
use super::{ROWS_IN_BATCH, guarded, pages};
use crate::cells::Output;
use crate::options::Options;
use crate::source::Reading;

/// Reads a Parquet file. Only columns that are read are decoded, page by page.
///
/// # Errors
///
/// It cannot be read, or is damaged.
pub(crate) fn read<R: ChunkReader + 'static>(input: R, options: &Options, output: &mut Output<'_>) -> Reading {
    let metadata = guarded(|| ArrowReaderMetadata::load(&input, ArrowReaderOptions::default()))?;
    let Some(mut table) = Table::new(metadata.schema(), options, &mut output.report) else {
        return Ok(ControlFlow::Continue(()));
    };
    let fields = metadata.schema().fields().iter().enumerate();
    let wanted: Vec<usize> = fields.filter(|(_, field)| table.reads(field.name())).map(|(at, _)| at).collect();
    pages::check(&input, &metadata, |column| wanted.contains(&column))?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(input, metadata);
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let mut batches = guarded(|| builder.with_projection(mask).with_batch_size(ROWS_IN_BATCH).build())?;
    loop {
        match guarded(|| batches.next().transpose())? {
            None => return Ok(ControlFlow::Continue(())),
            Some(batch) => {
                if table.read(&batch, output)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }
}
