//! Groups of rows of a stored table. Columns of one label, such as that of an indicator, are encoded once: the same bytes
//! stand in every group that is as long.

use std::io::Write;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::Schema;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::writer::labelled;

/// Some rows of a column.
pub(super) enum Part {
    /// All of one label.
    One(String),
    /// Of any kind.
    Many(ArrayRef),
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
    rows: usize,
    /// For each column, what was written of it last as a whole group of one label.
    repeated: Vec<Option<Repeated>>,
}

/// A column of a group.
struct Column {
    writer: ArrowColumnWriter,
    /// What waits to be encoded: so many batches of one label.
    waiting: Option<Waiting>,
}

/// Rows of one label at the start of a group.
#[derive(Debug, Default, PartialEq, Eq)]
struct Waiting {
    label: String,
    /// Rows of each batch: pages are cut by batches too.
    batches: Vec<usize>,
}

/// An encoded column of one label.
struct Repeated {
    of: Waiting,
    bytes: Bytes,
    close: ColumnCloseResult,
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
        let repeated = schema.fields().iter().map(|_| None).collect();
        Ok(Self { file, groups, schema, properties, rows_in_group, columns: Vec::new(), rows: 0, repeated })
    }

    /// Writes so many rows: a part of each column, in the order of the schema. A group ends where they fill it: its length
    /// is a multiple of theirs.
    pub(super) fn write(&mut self, rows: usize, parts: Vec<Part>) -> Result<(), ParquetError> {
        if self.columns.is_empty() {
            let writers = self.groups.create_column_writers(self.file.flushed_row_groups().len())?;
            let column = |writer| Column { writer, waiting: Some(Waiting::default()) };
            self.columns = writers.into_iter().map(column).collect();
        }
        for ((column, field), part) in self.columns.iter_mut().zip(self.schema.fields()).zip(parts) {
            match (part, &mut column.waiting) {
                (Part::One(label), Some(waiting)) if waiting.batches.is_empty() || waiting.label == label => {
                    waiting.label = label;
                    waiting.batches.push(rows);
                }
                (Part::One(label), _) => {
                    column.encode_waiting(field)?;
                    column.encode(field, &same(label, rows)?)?;
                }
                (Part::Many(array), _) => {
                    column.encode_waiting(field)?;
                    column.encode(field, &array)?;
                }
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

    fn close_group(&mut self) -> Result<(), ParquetError> {
        if self.columns.is_empty() {
            return Ok(());
        }
        let is_full = self.rows >= self.rows_in_group;
        let mut group = self.file.next_row_group()?;
        let columns = self.columns.drain(..).zip(self.schema.fields());
        for ((mut column, field), repeated) in columns.zip(&mut self.repeated) {
            let waiting = column.waiting.take();
            match (waiting, &repeated) {
                (Some(waiting), Some(known)) if known.of == waiting => known.append_to(&mut group)?,
                (Some(waiting), _) => {
                    column.encode_batches(field, &waiting)?;
                    let chunk = column.writer.close()?;
                    if is_full {
                        let known = Repeated::new(waiting, chunk, &self.properties)?;
                        known.append_to(&mut group)?;
                        *repeated = Some(known);
                    } else {
                        chunk.append_to_row_group(&mut group)?;
                    }
                }
                (None, _) => column.writer.close()?.append_to_row_group(&mut group)?,
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl Column {
    /// Encodes what waits: not all of the group is of one label.
    fn encode_waiting(&mut self, field: &arrow_schema::Field) -> Result<(), ParquetError> {
        match self.waiting.take() {
            Some(waiting) => self.encode_batches(field, &waiting),
            None => Ok(()),
        }
    }

    fn encode_batches(&mut self, field: &arrow_schema::Field, waiting: &Waiting) -> Result<(), ParquetError> {
        let Waiting { label, batches } = waiting;
        batches.iter().try_for_each(|rows| self.encode(field, &same(label.clone(), *rows)?))
    }

    fn encode(&mut self, field: &arrow_schema::Field, rows: &ArrayRef) -> Result<(), ParquetError> {
        compute_leaves(field, rows)?.iter().try_for_each(|leaf| self.writer.write(leaf))
    }
}

/// Rows of one label.
fn same(label: String, rows: usize) -> Result<ArrayRef, ParquetError> {
    labelled(vec![label], vec![0; rows])
}

impl Repeated {
    /// Takes the bytes of an encoded column out of a file of its own, in memory.
    fn new(of: Waiting, chunk: ArrowColumnChunk, properties: &WriterPropertiesPtr) -> Result<Self, ParquetError> {
        let close = chunk.close().clone();
        let column = close.metadata.column_descr().self_type_ptr();
        let schema = Type::group_type_builder("schema").with_fields(vec![column]).build()?;
        let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::clone(properties))?;
        let mut group = file.next_row_group()?;
        chunk.append_to_row_group(&mut group)?;
        let written = group.close()?;
        let written = written.column(0);
        let (start, length) = written.byte_range();
        let dictionary = written.dictionary_page_offset().map_or(0, |offset| written.data_page_offset() - offset);
        let place = |number: u64| usize::try_from(number).map_err(|error| ParquetError::General(error.to_string()));
        let (start, end) = (place(start)?, place(start + length)?);
        let dictionary = usize::try_from(dictionary).map_err(|error| ParquetError::General(error.to_string()))?;
        let bytes = file.into_inner()?;
        let bytes = bytes.get(start..end).ok_or_else(|| ParquetError::EOF("a column ends early".to_owned()))?;
        Ok(Self { of, bytes: Bytes::copy_from_slice(bytes), close: close.update_dictionary_location(dictionary)? })
    }

    fn append_to<W: Write + Send>(&self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<(), ParquetError> {
        group.append_column(&self.bytes, self.close.clone())
    }
}
