//! Reads the table of one indicator from Parquet, batch by batch.

use std::fs::File;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, RecordBatch};
use arrow_schema::DataType;
use growthpole_domain::{ObservationStatus, Period};
use growthpole_ingest::{Cell, Interner, Labels};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;

use super::{FLAG, ROWS_IN_BATCH, VALUE};
use crate::StoreError;

/// The rows of a stored table, in order.
pub(crate) struct TableReader {
    batches: ParquetRecordBatchReader,
}

impl TableReader {
    /// Over a file. `object` is the name that errors give it.
    pub(crate) fn open(object: &str, file: File) -> Result<Self, StoreError> {
        Self::over(file).map_err(|problem| StoreError::Corrupt { object: object.to_owned(), problem })
    }

    pub(crate) fn over(file: impl ChunkReader + 'static) -> Result<Self, String> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file);
        let batches = builder.and_then(|builder| builder.with_batch_size(ROWS_IN_BATCH).build());
        Ok(Self { batches: batches.map_err(|error| error.to_string())? })
    }

    /// The next rows, by positions in labels, which theirs are added to; none at the end. Their line is 0.
    pub(crate) fn next(&mut self, labels: &mut Labels) -> Result<Option<Vec<Cell>>, String> {
        match self.batches.next() {
            Some(batch) => {
                let batch = batch.map_err(|error| error.to_string())?;
                ["indicator", "note", "source"].iter().try_for_each(|name| column(&batch, name).map(|_| ()))?;
                cells(&batch, labels).map(Some)
            }
            None => Ok(None),
        }
    }
}

/// The rows of a batch, by positions in labels, which theirs are added to. Texts that the batch leaves out are empty.
pub(super) fn cells(batch: &RecordBatch, labels: &mut Labels) -> Result<Vec<Cell>, String> {
    let indicator = positions_or_empty(batch, "indicator", &mut labels.indicators)?;
    let region = positions(batch, "region", &mut labels.regions)?;
    let industry = positions(batch, "industry", &mut labels.industries)?;
    let note = positions_or_empty(batch, "note", &mut labels.texts)?;
    let source = positions_or_empty(batch, "source", &mut labels.texts)?;
    let flag = positions_or_empty(batch, FLAG, &mut labels.texts)?;
    let period = read(batch, "period", |text| text.parse::<Period>().map_err(|error| error.to_string()))?;
    let status = read(batch, "status", status)?;
    let values = column(batch, VALUE)?
        .as_primitive_opt::<Float64Type>()
        .ok_or_else(|| "its values are no numbers".to_owned())?;
    let places = indicator.into_iter().zip(region).zip(industry).zip(note).zip(source).zip(flag);
    let cells = places.zip(period).zip(status).zip(values).map(|(((place, period), status), value)| {
        let (((((indicator, region), industry), note), source), flag) = place;
        let value = value.unwrap_or(f64::NAN);
        Cell { line: 0, value, indicator, region, industry, flag, note, source, period, status }
    });
    Ok(cells.collect())
}

/// A stored status. It is never empty, which would read as normal.
pub(super) fn status(text: &str) -> Result<ObservationStatus, String> {
    let status = ObservationStatus::parse(text).filter(|_| !text.is_empty());
    status.ok_or_else(|| format!("\"{text}\" is no status"))
}

pub(super) fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, String> {
    batch.column_by_name(name).ok_or_else(|| format!("it has no column {name}"))
}

/// Positions of a column's texts among the labels.
fn positions(batch: &RecordBatch, name: &str, labels: &mut Interner) -> Result<Vec<u32>, String> {
    read(batch, name, |text| Ok(labels.position(text)))
}

/// The same; of the empty text where there is no such column.
fn positions_or_empty(batch: &RecordBatch, name: &str, labels: &mut Interner) -> Result<Vec<u32>, String> {
    match batch.column_by_name(name) {
        Some(_) => positions(batch, name, labels),
        None => Ok(vec![labels.position(""); batch.num_rows()]),
    }
}

/// A column of texts, by keys of a dictionary.
pub(super) fn labelled(batch: &RecordBatch, name: &str) -> Result<TypedDictionary, String> {
    let wrong = || format!("its column {name} holds no labels");
    let labels = column(batch, name)?;
    let labels = match labels.data_type() {
        // What comes from a query cluster came as plain texts.
        DataType::Utf8 => {
            let labelled = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            arrow_cast::cast(labels, &labelled).map_err(|error| error.to_string())?
        }
        _ => Arc::clone(labels),
    };
    let dictionary = labels.as_dictionary_opt::<Int32Type>().ok_or_else(wrong)?;
    if dictionary.keys().null_count() > 0 || dictionary.values().as_string_opt::<i32>().is_none() {
        return Err(wrong());
    }
    Ok(dictionary.clone())
}

type TypedDictionary = DictionaryArray<Int32Type>;

/// What a column's texts stand for; each text of its dictionary is read once.
pub(super) fn read<T: Copy>(
    batch: &RecordBatch,
    name: &str,
    mut meaning: impl FnMut(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let wrong = || format!("its column {name} holds no labels");
    let dictionary = labelled(batch, name)?;
    let values = dictionary.values().as_string_opt::<i32>().ok_or_else(wrong)?;
    let mut known: Vec<Option<T>> = vec![None; values.len()];
    let mut found = Vec::with_capacity(dictionary.len());
    for key in dictionary.keys().values() {
        let key = usize::try_from(*key).map_err(|_| wrong())?;
        // Only values that a row names are read: a dictionary may hold others.
        let slot = known.get_mut(key).ok_or_else(wrong)?;
        let read = match *slot {
            Some(read) => read,
            None => meaning(values.value(key))?,
        };
        *slot = Some(read);
        found.push(read);
    }
    Ok(found)
}
