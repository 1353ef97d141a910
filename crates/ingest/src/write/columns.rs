//! Apache Parquet and Apache Arrow IPC: the columns of an observation, by batches.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use growthpole_domain::Observation;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Batches, WriteError};

/// Columns of texts; the values are a column of their own behind them.
const TEXTS: [&str; 8] = ["indicator", "region", "industry", "period", "status", "note", "source", "flag"];

/// The most bytes of a row group before it is written; what is written at once is what is held at once.
const BYTES_IN_GROUP: usize = 64 << 20;

/// Writes Parquet.
pub(super) fn write_parquet(batches: &mut dyn Batches, output: impl Write + Send) -> Result<(), WriteError> {
    let properties = WriterProperties::builder()
        // No version in it: a new release of a library must not change the bytes for that alone.
        .set_created_by("growthpole".into())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(1 << 20))
        .set_max_row_group_bytes(Some(BYTES_IN_GROUP))
        .build();
    let schema = schema();
    let mut writer = ArrowWriter::try_new(output, schema.clone(), Some(properties)).map_err(encode)?;
    batches.each(&mut |observations| writer.write(&batch(&schema, observations)?).map_err(encode))?;
    writer.close().map_err(encode)?;
    Ok(())
}

/// Writes an Arrow file.
pub(super) fn write_arrow(batches: &mut dyn Batches, output: impl Write) -> Result<(), WriteError> {
    let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::ZSTD)).map_err(encode)?;
    let schema = schema();
    let mut writer = FileWriter::try_new_with_options(output, &schema, options).map_err(encode)?;
    batches.each(&mut |observations| writer.write(&batch(&schema, observations)?).map_err(encode))?;
    writer.finish().map_err(encode)
}

fn encode(error: impl std::fmt::Display) -> WriteError {
    WriteError::Encode(error.to_string())
}

fn schema() -> SchemaRef {
    let texts = TEXTS.map(|name| Field::new(name, DataType::Utf8, false));
    let value = Field::new("value", DataType::Float64, true);
    Arc::new(Schema::new(texts.into_iter().chain([value]).collect::<Vec<_>>()))
}

fn batch(schema: &SchemaRef, observations: &[Observation]) -> Result<RecordBatch, WriteError> {
    let mut texts = TEXTS.map(|_| StringBuilder::with_capacity(observations.len(), 0));
    let mut values = Float64Builder::with_capacity(observations.len());
    for row in observations {
        let (period, status) = (row.period.to_string(), row.status.to_string());
        let parts = [&row.indicator, &row.region, &row.industry, &period, &status, &row.note, &row.source, &row.flag];
        for (text, part) in texts.iter_mut().zip(parts) {
            text.append_value(part);
        }
        values.append_option(row.value);
    }
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(TEXTS.len() + 1);
    for text in &mut texts {
        columns.push(Arc::new(text.finish()));
    }
    columns.push(Arc::new(values.finish()));
    RecordBatch::try_new(schema.clone(), columns).map_err(encode)
}
