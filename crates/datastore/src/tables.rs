//! Observation tables: the observations of one indicator, as Parquet in the store and by position in memory.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringDictionaryBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use bytes::Bytes;
use growthpole_domain::{Observation, ObservationStatus, Period, PeriodError};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::StoreError;

/// Columns of texts, by name. The values are a column of their own, `value`.
const TEXTS: [&str; 7] = ["region", "industry", "indicator", "period", "status", "note", "source"];
const VALUE: &str = "value";
const ROWS_IN_GROUP: usize = 1 << 20;
const ROWS_IN_BATCH: usize = 1 << 16;

/// Writes observations of one indicator. They are sorted; the same observations give the same bytes.
pub(crate) fn encode(observations: &[Observation]) -> Result<Bytes, StoreError> {
    let encode_error =
        |source: Box<dyn std::error::Error + Send + Sync>| StoreError::Encode { what: "a table", source };
    let batch = batch(observations).map_err(|error| encode_error(Box::new(error)))?;
    let properties = WriterProperties::builder()
        // No version in it: a new release of a library must not change the bytes for that alone.
        .set_created_by("growthpole".into())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(ROWS_IN_GROUP))
        .build();
    let mut bytes = Vec::new();
    let write = || {
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties))?;
        writer.write(&batch)?;
        writer.close()
    };
    write().map_err(|error| encode_error(Box::new(error)))?;
    Ok(bytes.into())
}

fn batch(observations: &[Observation]) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let mut columns: Vec<(&str, ArrayRef, bool)> = Vec::with_capacity(TEXTS.len() + 1);
    for name in TEXTS {
        columns.push((name, text_column(observations, name)?, false));
    }
    let mut values = Float64Builder::with_capacity(observations.len());
    observations.iter().for_each(|observation| values.append_option(observation.value));
    columns.push((VALUE, Arc::new(values.finish()), true));
    RecordBatch::try_from_iter_with_nullable(columns)
}

fn text_column(observations: &[Observation], name: &str) -> Result<ArrayRef, arrow_schema::ArrowError> {
    let mut column = StringDictionaryBuilder::<Int32Type>::new();
    for observation in observations {
        match name {
            "region" => column.append(&observation.region)?,
            "industry" => column.append(&observation.industry)?,
            "indicator" => column.append(&observation.indicator)?,
            "period" => column.append(observation.period.to_string())?,
            "status" => column.append(observation.status.to_string())?,
            "note" => column.append(&observation.note)?,
            _ => column.append(&observation.source)?,
        };
    }
    Ok(Arc::new(column.finish()))
}

/// An observation by positions in its table's labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row {
    pub(crate) period: u32,
    pub(crate) region: u32,
    pub(crate) industry: u32,
    note: u32,
    source: u32,
    pub(crate) status: ObservationStatus,
    /// NaN where there is none.
    pub(crate) value: f64,
}

impl Row {
    /// Its value, where it has one.
    pub(crate) fn value(&self) -> Option<f64> {
        (!self.value.is_nan()).then_some(self.value)
    }

    fn key(&self) -> (u32, u32, u32) {
        (self.period, self.region, self.industry)
    }
}

/// The observations of one indicator, sorted by period, region and industry.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) indicator: String,
    /// Periods that occur, in order.
    pub(crate) periods: Vec<Period>,
    /// Codes of the regions that occur, in order.
    pub(crate) regions: Vec<String>,
    /// Codes of the industries that occur, in order: one empty code for indicators without industries.
    pub(crate) industries: Vec<String>,
    texts: Vec<String>,
    rows: Vec<Row>,
}

impl Table {
    /// All rows, sorted.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Rows of the period at a position.
    pub(crate) fn rows_of_period(&self, period: usize) -> &[Row] {
        let start = self.rows.partition_point(|row| (row.period as usize) < period);
        let end = self.rows.partition_point(|row| row.period as usize <= period);
        self.rows.get(start..end).unwrap_or_default()
    }

    /// Code of a row's region.
    pub(crate) fn region(&self, row: &Row) -> &str {
        label(&self.regions, row.region)
    }

    /// Code of a row's industry.
    pub(crate) fn industry(&self, row: &Row) -> &str {
        label(&self.industries, row.industry)
    }

    /// A row's period.
    pub(crate) fn period(&self, row: &Row) -> Period {
        // Every position was made together with its period.
        self.periods.get(row.period as usize).copied().unwrap_or(Period::year(1))
    }

    /// A row in full.
    pub(crate) fn observation(&self, row: &Row) -> Observation {
        Observation {
            region: self.region(row).to_owned(),
            industry: self.industry(row).to_owned(),
            indicator: self.indicator.clone(),
            period: self.period(row),
            value: row.value(),
            status: row.status,
            note: label(&self.texts, row.note).to_owned(),
            source: label(&self.texts, row.source).to_owned(),
        }
    }

    /// Bytes that it takes in memory, roughly.
    pub(crate) fn weight(&self) -> usize {
        let labels = self.regions.iter().chain(&self.industries).chain(&self.texts);
        let of_labels: usize = labels.map(|text| text.len() + size_of::<String>()).sum();
        size_of::<Self>() + self.rows.len() * size_of::<Row>() + self.periods.len() * size_of::<Period>() + of_labels
    }
}

fn label(labels: &[String], position: u32) -> &str {
    labels.get(position as usize).map_or("", String::as_str)
}

/// Reads a table that was written by [`encode`].
pub(crate) fn decode(object: &str, bytes: Bytes) -> Result<Table, StoreError> {
    decode_rows(bytes).map_err(|problem| StoreError::Corrupt { object: object.to_owned(), problem })
}

fn decode_rows(bytes: Bytes) -> Result<Table, String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .and_then(|builder| builder.with_batch_size(ROWS_IN_BATCH).build());
    let mut decoder = Decoder::default();
    for batch in reader.map_err(|error| error.to_string())? {
        decoder.add(&batch.map_err(|error| error.to_string())?)?;
    }
    decoder.finish()
}

/// Texts in the order they came, each once.
#[derive(Default)]
struct Interner {
    positions: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Interner {
    fn position(&mut self, text: &str) -> Result<u32, String> {
        if let Some(position) = self.positions.get(text) {
            return Ok(*position);
        }
        let position = u32::try_from(self.texts.len()).map_err(|_| "it has too many labels".to_owned())?;
        self.positions.insert(text.to_owned(), position);
        self.texts.push(text.to_owned());
        Ok(position)
    }
}

/// Collects rows from batches; labels are brought into order at the end.
#[derive(Default)]
struct Decoder {
    indicators: Interner,
    regions: Interner,
    industries: Interner,
    periods: Interner,
    statuses: Interner,
    /// Notes and sources.
    texts: Interner,
    rows: Vec<Row>,
}

impl Decoder {
    fn add(&mut self, batch: &RecordBatch) -> Result<(), String> {
        positions(batch, "indicator", &mut self.indicators)?;
        let region = positions(batch, "region", &mut self.regions)?;
        let industry = positions(batch, "industry", &mut self.industries)?;
        let period = positions(batch, "period", &mut self.periods)?;
        let status = positions(batch, "status", &mut self.statuses)?;
        let note = positions(batch, "note", &mut self.texts)?;
        let source = positions(batch, "source", &mut self.texts)?;
        let read_status = |text: &String| {
            // Stored statuses are never empty, which would read as normal.
            let status = ObservationStatus::parse(text).filter(|_| !text.is_empty());
            status.ok_or_else(|| format!("\"{text}\" is no status"))
        };
        let statuses: Vec<ObservationStatus> = self.statuses.texts.iter().map(read_status).collect::<Result<_, _>>()?;
        let values = column(batch, VALUE)?
            .as_primitive_opt::<Float64Type>()
            .ok_or_else(|| "its values are no numbers".to_owned())?;
        let places = region.into_iter().zip(industry).zip(period).zip(status).zip(note).zip(source).zip(values);
        for ((((((region, industry), period), status), note), source), value) in places {
            let status = statuses.get(status as usize).copied().unwrap_or(ObservationStatus::MISSING);
            let value = value.unwrap_or(f64::NAN);
            self.rows.push(Row { period, region, industry, note, source, status, value });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Table, String> {
        let indicator = match self.indicators.texts.as_slice() {
            [indicator] => indicator.clone(),
            _ => return Err("it does not hold one indicator".into()),
        };
        let read_period = |text: &String| text.parse().map_err(|error: PeriodError| error.to_string());
        let periods: Vec<Period> = self.periods.texts.iter().map(read_period).collect::<Result<_, _>>()?;
        let (region_ranks, regions) = ranked(self.regions.texts);
        let (industry_ranks, industries) = ranked(self.industries.texts);
        let (period_ranks, periods) = ranked(periods);
        let rank = |ranks: &[u32], position: u32| ranks.get(position as usize).copied().unwrap_or_default();
        for row in &mut self.rows {
            row.region = rank(&region_ranks, row.region);
            row.industry = rank(&industry_ranks, row.industry);
            row.period = rank(&period_ranks, row.period);
        }
        if !self.rows.is_sorted_by(|one, next| one.key() < next.key()) {
            return Err("its rows are not in order".into());
        }
        Ok(Table { indicator, periods, regions, industries, texts: self.texts.texts, rows: self.rows })
    }
}

/// Labels in order, and for each position the one that its label has in that order.
fn ranked<T: Ord>(labels: Vec<T>) -> (Vec<u32>, Vec<T>) {
    let mut ranks = vec![0; labels.len()];
    let mut numbered: Vec<(T, usize)> = labels.into_iter().zip(0..).collect();
    numbered.sort();
    for (rank, (_, position)) in (0..).zip(&numbered) {
        if let Some(place) = ranks.get_mut(*position) {
            *place = rank;
        }
    }
    (ranks, numbered.into_iter().map(|(label, _)| label).collect())
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, String> {
    batch.column_by_name(name).ok_or_else(|| format!("it has no column {name}"))
}

/// Positions of a column's texts among the labels.
fn positions(batch: &RecordBatch, name: &str, labels: &mut Interner) -> Result<Vec<u32>, String> {
    let wrong = || format!("its column {name} holds no labels");
    let dictionary = column(batch, name)?.as_dictionary_opt::<Int32Type>().ok_or_else(wrong)?;
    let values = dictionary.values().as_string_opt::<i32>().ok_or_else(wrong)?;
    let mut known: Vec<Option<u32>> = vec![None; values.len()];
    let mut found = Vec::with_capacity(dictionary.len());
    for key in dictionary.keys() {
        let key = key.and_then(|key| usize::try_from(key).ok()).ok_or_else(wrong)?;
        // Only values that a row names become labels: a dictionary may hold others.
        let slot = known.get_mut(key).ok_or_else(wrong)?;
        let position = match *slot {
            Some(position) => position,
            None => labels.position(values.value(key))?,
        };
        *slot = Some(position);
        found.push(position);
    }
    Ok(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn observation(region: &str, industry: &str, period: &str, value: Option<f64>) -> Observation {
        Observation {
            region: region.into(),
            industry: industry.into(),
            indicator: "jobs".into(),
            period: period.parse().unwrap(),
            value,
            status: if value.is_some() { ObservationStatus::NORMAL } else { ObservationStatus::MISSING },
            note: format!("note on {region}"),
            source: "yearbook".into(),
        }
    }

    fn sorted(mut rows: Vec<Observation>) -> Vec<Observation> {
        rows.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        rows
    }

    #[test]
    fn reads_what_it_writes() {
        let rows = sorted(vec![
            observation("b", "x", "2016", Some(0.0)),
            observation("a", "y", "2016", None),
            observation("c", "x", "2015-S2", Some(-1.5)),
            observation("a", "x", "2015", Some(f64::MIN_POSITIVE)),
        ]);
        let bytes = encode(&rows).unwrap();
        assert_eq!(encode(&rows).unwrap(), bytes);
        let table = decode("o", bytes).unwrap();
        let read: Vec<Observation> = table.rows().iter().map(|row| table.observation(row)).collect();
        assert_eq!(read, rows);
        assert_eq!(
            (table.regions.as_slice(), table.rows_of_period(1).len()),
            (["a", "b", "c"].map(str::to_owned).as_slice(), 2)
        );
        assert!(table.rows_of_period(9).is_empty() && table.weight() > 0);
    }

    #[test]
    fn refuses_what_is_no_table_or_not_in_order() {
        assert!(matches!(decode("o", Bytes::from_static(b"PAR1")), Err(StoreError::Corrupt { .. })));
        let backwards = [observation("b", "", "2016", None), observation("a", "", "2016", None)];
        assert!(decode("o", encode(&backwards).unwrap()).is_err());
        assert!(decode("o", encode(&[]).unwrap()).is_err());
        let twice = [observation("a", "", "2016", None), observation("a", "", "2016", None)];
        assert!(decode("o", encode(&twice).unwrap()).is_err());
    }
}
