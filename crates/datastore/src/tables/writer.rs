//! Writes the table of one indicator as Parquet, row by row, and its digest on the way.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::Float64Builder;
use arrow_schema::{DataType, Field, Schema};
use growthpole_domain::Period;
use growthpole_ingest::{Cell, Labels};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::groups::{GroupWriter, Part};
use super::{FLAG, ROWS_IN_BATCH, TEXTS, VALUE};
use crate::digest::HashingWriter;

/// Rows of a group; a multiple of those of a batch.
const ROWS_IN_GROUP: usize = 1 << 20;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// SHA-256 of the file, in hexadecimal digits.
    pub(crate) digest: String,
    /// Bytes of the file.
    pub(crate) bytes: u64,
    /// Rows.
    pub(crate) rows: u64,
    /// First and last period; none without rows.
    pub(crate) periods: Option<(Period, Period)>,
}

/// Writes rows, which come sorted by period, region and industry. The same rows give the same bytes, however their labels
/// are numbered.
///
/// There are no bloom filters: within a group of rows, which is sorted by period first, nearly every region and industry
/// occurs, so that one would never exclude a group. The statistics of pages do, since pages are sorted by region.
pub(crate) struct TableWriter<W: Write + Send> {
    groups: GroupWriter<HashingWriter<W>>,
    columns: Columns,
    rows_in_batch: usize,
    rows: u64,
    periods: Option<(Period, Period)>,
}

impl<W: Write + Send> TableWriter<W> {
    /// A table of one indicator. Without flags it has no column of them.
    pub(crate) fn new(indicator: &str, has_flags: bool, to: W) -> Result<Self, ParquetError> {
        Self::with_lengths(indicator, has_flags, to, ROWS_IN_BATCH, ROWS_IN_GROUP)
    }

    fn with_lengths(
        indicator: &str,
        has_flags: bool,
        to: W,
        rows_in_batch: usize,
        rows_in_group: usize,
    ) -> Result<Self, ParquetError> {
        let schema = Arc::new(schema(has_flags));
        let groups = GroupWriter::new(HashingWriter::new(to), schema, properties(rows_in_group), rows_in_group)?;
        let columns = Columns::new(indicator, has_flags);
        Ok(Self { groups, columns, rows_in_batch, rows: 0, periods: None })
    }

    /// Appends a row; its indicator and its line are not looked at.
    pub(crate) fn push(&mut self, labels: &Labels, cell: &Cell) -> Result<(), ParquetError> {
        self.columns.push(labels, cell);
        self.rows += 1;
        let (first, last) = self.periods.unwrap_or((cell.period, cell.period));
        self.periods = Some((first.min(cell.period), last.max(cell.period)));
        if self.columns.len() < self.rows_in_batch { Ok(()) } else { self.write() }
    }

    /// Writes the rest.
    pub(crate) fn finish(mut self) -> Result<(Written, W), ParquetError> {
        self.write()?;
        let (to, digest, bytes) = self.groups.finish()?.finish();
        Ok((Written { digest, bytes, rows: self.rows, periods: self.periods }, to))
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        let rows = self.columns.len();
        if rows == 0 {
            return Ok(());
        }
        self.groups.write(rows, self.columns.take())
    }
}

fn schema(has_flags: bool) -> Schema {
    let labels = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let mut fields: Vec<Field> = TEXTS.iter().map(|name| Field::new(*name, labels.clone(), false)).collect();
    fields.push(Field::new(VALUE, DataType::Float64, true));
    if has_flags {
        fields.push(Field::new(FLAG, labels, false));
    }
    Schema::new(fields)
}

fn properties(rows_in_group: usize) -> WriterProperties {
    WriterProperties::builder()
        // No version in it: a new release of a library must not change the bytes for that alone.
        .set_created_by("growthpole".into())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(rows_in_group))
        // Published figures hardly ever repeat: a dictionary of them would only be given up.
        .set_column_dictionary_enabled(ColumnPath::from(VALUE), false)
        .build()
}

/// The rows of a batch, column by column.
struct Columns {
    indicator: String,
    region: LabelColumn,
    industry: LabelColumn,
    period: LabelColumn,
    status: LabelColumn,
    note: LabelColumn,
    source: LabelColumn,
    flag: Option<LabelColumn>,
    last_period: Option<(Period, u32)>,
    /// Periods of the batch: their positions are places in this list.
    periods: Vec<Period>,
    values: Float64Builder,
}

impl Columns {
    fn new(indicator: &str, has_flags: bool) -> Self {
        Self {
            indicator: indicator.to_owned(),
            region: LabelColumn::default(),
            industry: LabelColumn::default(),
            period: LabelColumn::default(),
            status: LabelColumn::default(),
            note: LabelColumn::default(),
            source: LabelColumn::default(),
            flag: has_flags.then(LabelColumn::default),
            last_period: None,
            periods: Vec::new(),
            values: Float64Builder::new(),
        }
    }

    fn len(&self) -> usize {
        self.region.keys.len()
    }

    fn push(&mut self, labels: &Labels, cell: &Cell) {
        self.region.push(cell.region, || labels.regions.text(cell.region).to_owned());
        self.industry.push(cell.industry, || labels.industries.text(cell.industry).to_owned());
        let period = self.period_position(cell.period);
        self.period.push(period, || cell.period.to_string());
        self.status.push(u32::from(cell.status.code()), || cell.status.to_string());
        self.note.push(cell.note, || labels.texts.text(cell.note).to_owned());
        self.source.push(cell.source, || labels.texts.text(cell.source).to_owned());
        if let Some(flag) = &mut self.flag {
            flag.push(cell.flag, || labels.texts.text(cell.flag).to_owned());
        }
        self.values.append_option((!cell.value.is_nan()).then_some(cell.value));
    }

    fn period_position(&mut self, period: Period) -> u32 {
        match self.last_period {
            Some((last, position)) if last == period => position,
            _ => {
                // Rows are sorted by period: each is new once.
                let position = u32::try_from(self.periods.len()).unwrap_or(u32::MAX);
                self.periods.push(period);
                self.last_period = Some((period, position));
                position
            }
        }
    }

    /// The columns in the order of the schema; nothing is left in them.
    fn take(&mut self) -> Vec<Part> {
        let rows = self.len();
        self.last_period = None;
        self.periods.clear();
        let mut columns = vec![
            self.region.take(),
            self.industry.take(),
            Part::Same(self.indicator.clone(), rows),
            self.period.take(),
            self.status.take(),
            self.note.take(),
            self.source.take(),
            Part::Values(Arc::new(self.values.finish())),
        ];
        if let Some(flag) = &mut self.flag {
            columns.push(flag.take());
        }
        columns
    }
}

/// A column of labels: each label once, in the order they came, and for each row the key of its label.
#[derive(Default)]
struct LabelColumn {
    /// Key of each position that occurs, by position; `ABSENT` for the others.
    key_of_position: Vec<i32>,
    positions: Vec<u32>,
    texts: Vec<String>,
    keys: Vec<i32>,
}

const ABSENT: i32 = -1;

impl LabelColumn {
    fn push(&mut self, position: u32, text: impl FnOnce() -> String) {
        let place = position as usize;
        if self.key_of_position.len() <= place {
            self.key_of_position.resize(place + 1, ABSENT);
        }
        let Some(key) = self.key_of_position.get_mut(place) else { return };
        if *key == ABSENT {
            // A batch has fewer rows than there are keys.
            *key = i32::try_from(self.texts.len()).unwrap_or(i32::MAX);
            self.positions.push(position);
            self.texts.push(text());
        }
        self.keys.push(*key);
    }

    fn take(&mut self) -> Part {
        for position in self.positions.drain(..) {
            if let Some(key) = self.key_of_position.get_mut(position as usize) {
                *key = ABSENT;
            }
        }
        let mut texts = std::mem::take(&mut self.texts);
        if let [_] = texts.as_slice() {
            let rows = self.keys.len();
            self.keys.clear();
            return Part::Same(texts.pop().unwrap_or_default(), rows);
        }
        Part::Labels(texts, std::mem::take(&mut self.keys))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use arrow_array::RecordBatch;
    use bytes::Bytes;
    use growthpole_domain::ObservationStatus;
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    /// Few rows, of which columns are of one label for a while, or for all of the table.
    fn few(labels: &mut Labels) -> Vec<Cell> {
        let cell = |at: u32| Cell {
            line: 0,
            value: if at.is_multiple_of(5) { f64::NAN } else { f64::from(at) },
            indicator: 0,
            region: labels.regions.position(&format!("r{:03}", at / 3)),
            industry: labels.industries.position(&format!("i{}", at % 3)),
            flag: labels.texts.position(if at == 700 { "b" } else { "" }),
            note: labels.texts.position(""),
            source: labels.texts.position(if (300..600).contains(&at) { "yearbook" } else { "press" }),
            period: Period::year(if at < 520 { 2014 } else { 2015 }),
            status: if at.is_multiple_of(5) { ObservationStatus::MISSING } else { ObservationStatus::NORMAL },
        };
        (0..1000).map(cell).collect()
    }

    /// Rows of several pages: labels in order, against it, and in none; in runs of any length; one that is too long for
    /// statistics, and more than a dictionary has room for.
    fn many(labels: &mut Labels) -> Vec<Cell> {
        let scattered = |at: u32, of: u32| at.wrapping_mul(2_654_435_761) >> 8 & of;
        let cell = |at: u32| Cell {
            line: 0,
            value: f64::from(at),
            indicator: 0,
            region: labels.regions.position(&format!("r{:03}", at / 1500)),
            industry: labels.industries.position(&format!("i{}", scattered(at, 1023) * at / 140_000)),
            flag: labels.texts.position(&format!("flag {at:07}")),
            note: labels.texts.position(if at == 100_000 { LONG } else { "short" }),
            source: labels.texts.position(if scattered(at / 11, 7) == 0 { "press" } else { "yearbook" }),
            period: Period::year(2024 - i16::try_from(at / 30_000).unwrap()),
            status: if scattered(at, 63) == 0 { ObservationStatus::MISSING } else { ObservationStatus::NORMAL },
        };
        (0..140_001).map(cell).collect()
    }

    const LONG: &str = "A label of more than sixty-four bytes, which statistics hold only the start of";

    struct Lengths {
        batch: usize,
        group: usize,
    }

    fn written(cells: fn(&mut Labels) -> Vec<Cell>, flags: bool, lengths: &Lengths) -> Vec<u8> {
        let mut labels = Labels::default();
        let cells = cells(&mut labels);
        let mut writer = TableWriter::with_lengths("jobs", flags, Vec::new(), lengths.batch, lengths.group).unwrap();
        cells.iter().for_each(|cell| writer.push(&labels, cell).unwrap());
        writer.finish().unwrap().1
    }

    /// The same rows as the library's own writer encodes them, each column row by row.
    fn plain(bytes: &[u8], flags: bool, Lengths { batch, group }: &Lengths) -> Vec<u8> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(bytes)).unwrap();
        let batches = reader.with_batch_size(1 << 20).build().unwrap().map(Result::unwrap);
        let whole = arrow_select::concat::concat_batches(&Arc::new(schema(flags)), &batches.collect::<Vec<_>>());
        let (whole, schema) = (whole.unwrap(), Arc::new(schema(flags)));
        let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties(*group))).unwrap();
        for from in (0..whole.num_rows()).step_by(*batch) {
            let batch = whole.slice(from, (*batch).min(whole.num_rows() - from));
            writer.write(&RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec()).unwrap()).unwrap();
        }
        writer.into_inner().unwrap()
    }

    #[test]
    fn columns_of_labels_are_the_bytes_that_the_library_writes() {
        for flags in [false, true] {
            for (cells, lengths) in [
                (few as fn(&mut Labels) -> Vec<Cell>, Lengths { batch: 32, group: 128 }),
                (many, Lengths { batch: 1 << 16, group: 1 << 17 }),
                (many, Lengths { batch: 50_000, group: 100_000 }),
            ] {
                let bytes = written(cells, flags, &lengths);
                assert!(bytes == plain(&bytes, flags, &lengths), "{flags} {}", lengths.batch);
            }
        }
    }
}
