//! Groups of rows of a stored table, column by column.

use std::io::Write;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::ColumnDescPtr;

use super::label_chunk::{LabelChunk, Rows};

/// Some rows of a column.
pub(super) enum Part {
    /// So many of one label.
    Same(String, usize),
    /// Of several labels, each with its key.
    Labels(Vec<String>, Vec<i32>),
    /// Of numbers.
    Values(ArrayRef),
}

/// Writes batches of rows as groups. The bytes are those of the library's own writer.
pub(super) struct GroupWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    groups: ArrowRowGroupWriterFactory,
    schema: Arc<Schema>,
    properties: WriterPropertiesPtr,
    rows_in_group: usize,
    /// Columns of the group that is written; none between two groups.
    columns: Vec<Column>,
    /// For each column, the memory of its labels, between two groups.
    spare: Vec<Option<LabelChunk>>,
    rows: usize,
}

/// A column of a group.
struct Column {
    /// The library's writer, of values, and of labels that have no place in a dictionary.
    writer: ArrowColumnWriter,
    labels: Option<LabelChunk>,
}

impl<W: Write + Send> GroupWriter<W> {
    pub(super) fn new(
        to: W,
        schema: Arc<Schema>,
        properties: WriterProperties,
        rows_in_group: usize,
    ) -> Result<Self, ParquetError> {
        let writer = ArrowWriter::try_new(to, Arc::clone(&schema), Some(properties))?;
        let (file, groups) = writer.into_serialized_writer()?;
        let properties = Arc::clone(file.properties());
        let spare = schema.fields().iter().map(|_| None).collect();
        Ok(Self { file, groups, schema, properties, rows_in_group, columns: Vec::new(), spare, rows: 0 })
    }

    /// Writes so many rows: a part of each column, in the order of the schema. A group ends where they fill it: its length
    /// is a multiple of theirs.
    pub(super) fn write(&mut self, rows: usize, parts: Vec<Part>) -> Result<(), ParquetError> {
        if self.columns.is_empty() {
            self.columns = self.begin_group()?;
        }
        for ((column, field), part) in self.columns.iter_mut().zip(self.schema.fields()).zip(parts) {
            match part {
                Part::Same(label, rows) => column.write_labels(field, vec![label], Rows::Same(rows))?,
                Part::Labels(labels, keys) => column.write_labels(field, labels, Rows::Keys(&keys))?,
                Part::Values(array) => column.write(field, &array)?,
            }
        }
        self.rows += rows;
        if self.rows < self.rows_in_group { Ok(()) } else { self.close_group() }
    }

    /// Writes the last group, and what ends a table.
    pub(super) fn finish(mut self) -> Result<W, ParquetError> {
        self.close_group()?;
        self.file.into_inner()
    }

    fn begin_group(&mut self) -> Result<Vec<Column>, ParquetError> {
        let writers = self.groups.create_column_writers(self.file.flushed_row_groups().len())?;
        let columns = writers.into_iter().zip(self.file.schema_descr().columns()).zip(&mut self.spare);
        let columns = columns.map(|((writer, column), spare)| {
            let labels = match spare.take() {
                Some(known) => Some(known),
                None => labels_of(column, &self.properties)?,
            };
            Ok(Column { writer, labels })
        });
        columns.collect()
    }

    fn close_group(&mut self) -> Result<(), ParquetError> {
        if self.columns.is_empty() {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for (column, spare) in self.columns.drain(..).zip(&mut self.spare) {
            *spare = column.append_to(&mut group)?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

/// Takes the labels of a column; none where it holds no labels, or is compressed in another way.
fn labels_of(column: &ColumnDescPtr, properties: &WriterPropertiesPtr) -> Result<Option<LabelChunk>, ParquetError> {
    match properties.compression(column.path()) {
        Compression::ZSTD(level) if properties.dictionary_enabled(column.path()) => {
            LabelChunk::new(Arc::clone(column), Arc::clone(properties), level.compression_level()).map(Some)
        }
        _ => Ok(None),
    }
}

impl Column {
    fn write(&mut self, field: &Field, rows: &ArrayRef) -> Result<(), ParquetError> {
        compute_leaves(field, rows)?.iter().try_for_each(|leaf| self.writer.write(leaf))
    }

    fn write_labels(&mut self, field: &Field, labels: Vec<String>, rows: Rows<'_>) -> Result<(), ParquetError> {
        if let Some(chunk) = &mut self.labels {
            if chunk.push(&labels, rows)? {
                return Ok(());
            }
            self.hand_over(field)?;
        }
        let labels = texts(labels);
        match rows {
            Rows::Same(rows) => self.write(field, &labelled(&labels, std::iter::repeat_n(0, rows))?),
            Rows::Keys(keys) => self.write(field, &labelled(&labels, keys.iter().copied())?),
        }
    }

    /// Gives the rows so far to the library's writer, which takes those that follow as well.
    fn hand_over(&mut self, field: &Field) -> Result<(), ParquetError> {
        let Some(chunk) = self.labels.take() else { return Ok(()) };
        let (labels, mut batches) = chunk.batches();
        let labels = texts(labels.to_vec());
        batches.try_for_each(|keys| {
            let keys = keys.iter().map(|key| i32::try_from(*key).unwrap_or(i32::MAX));
            self.write(field, &labelled(&labels, keys)?)
        })
    }

    /// Writes what is encoded; the memory of its labels, where there were any.
    fn append_to<W: Write + Send>(
        self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<Option<LabelChunk>, ParquetError> {
        let Some(mut labels) = self.labels else {
            self.writer.close()?.append_to_row_group(group)?;
            return Ok(None);
        };
        let (bytes, close) = labels.close()?;
        group.append_column(&bytes, close)?;
        Ok(Some(labels))
    }
}

/// Labels as a dictionary.
fn texts(labels: Vec<String>) -> Arc<StringArray> {
    // With a text that no key stands for: where all others are empty, there would be no memory behind them, and comparing
    // bytes that are nowhere takes a processor that masks its vectors longer than all else that is done with a row.
    Arc::new(StringArray::from_iter_values(labels.into_iter().chain(std::iter::once("-".to_owned()))))
}

/// Labels of rows, by their keys among texts.
fn labelled(texts: &Arc<StringArray>, keys: impl Iterator<Item = i32>) -> Result<ArrayRef, ParquetError> {
    let keys = Int32Array::from_iter_values(keys);
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::clone(texts) as ArrayRef)?))
}
