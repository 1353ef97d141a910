//! Observation tables: the observations of one indicator, as Parquet in the store and by position in memory.

mod groups;
mod hybrid;
mod label_chunk;
mod labels;
mod object_reader;
mod order;
mod reader;
mod rows;
mod scan;
mod writer;

use std::sync::Arc;

use arrow_array::{Array as _, RecordBatch};
use bytes::Bytes;
use growthpole_domain::{Observation, ObservationStatus, Period};
use growthpole_ingest::{Cell, Labels};
use parquet::errors::ParquetError;

pub(crate) use reader::TableReader;
pub(crate) use scan::Scan;
pub(crate) use writer::{TableWriter, Written};

use crate::StoreError;

/// Columns of texts, by name. The values are a column of their own, `value`.
const TEXTS: [&str; 7] = ["region", "industry", "indicator", "period", "status", "note", "source"];
const VALUE: &str = "value";
/// Flags of the source: a column that only tables with flags have.
const FLAG: &str = "flag";
const ROWS_IN_BATCH: usize = 1 << 16;

/// Rows of a large table that are read at once, about; 20 MB in memory.
const ROWS_AT_ONCE: u64 = 1 << 19;

/// Writes observations of one indicator. They are sorted; the same observations give the same bytes.
pub(crate) fn encode(observations: &[Observation]) -> Result<Bytes, StoreError> {
    let mut labels = Labels::default();
    let indicator = observations.first().map_or("", |observation| observation.indicator.as_str());
    let has_flags = observations.iter().any(|observation| !observation.flag.is_empty());
    let mut write = || {
        let mut writer = TableWriter::new(indicator, has_flags, Vec::new())?;
        for observation in observations {
            let cell = cell(observation, &mut labels);
            writer.push(&labels, &cell)?;
        }
        writer.finish()
    };
    let (_, bytes) = write().map_err(encode_error)?;
    Ok(bytes.into())
}

/// What a table that cannot be written gives: it is written to memory or to a temporary file, for which there may be no room.
pub(crate) fn encode_error(error: ParquetError) -> StoreError {
    let encode = |source: Box<dyn std::error::Error + Send + Sync>| StoreError::Encode { what: "a table", source };
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(source) => StoreError::Scratch { source: *source },
            Err(cause) => encode(cause),
        },
        error => encode(Box::new(error)),
    }
}

/// An observation by positions in labels, which it is added to.
fn cell(observation: &Observation, labels: &mut Labels) -> Cell {
    Cell {
        line: 0,
        value: observation.value.unwrap_or(f64::NAN),
        indicator: labels.indicators.position(&observation.indicator),
        region: labels.regions.position(&observation.region),
        industry: labels.industries.position(&observation.industry),
        flag: labels.texts.position(&observation.flag),
        note: labels.texts.position(&observation.note),
        source: labels.texts.position(&observation.source),
        period: observation.period,
        status: observation.status,
    }
}

/// An observation by positions in its table's labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row {
    pub(crate) period: u32,
    pub(crate) region: u32,
    pub(crate) industry: u32,
    note: u32,
    source: u32,
    flag: u32,
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
    /// A table of which only the labels are known, in any order.
    pub(crate) fn without_rows(
        indicator: String,
        mut periods: Vec<Period>,
        mut regions: Vec<String>,
        mut industries: Vec<String>,
    ) -> Self {
        periods.sort_unstable();
        regions.sort_unstable();
        industries.sort_unstable();
        Self { indicator, periods, regions, industries, texts: Vec::new(), rows: Vec::new() }
    }

    /// Rows of the same table, in any order, by positions in its labels. A column of flags may be empty; notes, sources and
    /// flags may be left out.
    pub(crate) fn with_rows(&self, batches: &[RecordBatch]) -> Result<Self, String> {
        let (mut labels, mut cells) = (Labels::default(), Vec::new());
        for batch in batches {
            cells.append(&mut reader::cells(&without_empty_flags(batch)?, &mut labels)?);
        }
        let known = |list: &[String], text: &str| {
            let found =
                list.binary_search_by(|label| label.as_str().cmp(text)).ok().and_then(|at| u32::try_from(at).ok());
            found.ok_or_else(|| format!("\"{text}\" is not among its labels"))
        };
        let regions = labels.regions.texts().map(|text| known(&self.regions, text)).collect::<Result<Vec<_>, _>>()?;
        let industries = labels.industries.texts().map(|text| known(&self.industries, text));
        let industries = industries.collect::<Result<Vec<_>, _>>()?;
        let mut rows = rows(cells, &self.periods, &regions, &industries);
        rows.sort_unstable_by_key(Row::key);
        Ok(Self {
            indicator: self.indicator.clone(),
            periods: self.periods.clone(),
            regions: self.regions.clone(),
            industries: self.industries.clone(),
            texts: labels.texts.texts().map(str::to_owned).collect(),
            rows,
        })
    }

    /// How many periods of a table of these labels and so many rows are read at once.
    pub(crate) fn periods_at_once(&self, rows: u64) -> usize {
        let of_period = rows / (self.periods.len().max(1) as u64);
        usize::try_from(ROWS_AT_ONCE / of_period.max(1)).unwrap_or(1).max(1)
    }

    /// Those of the periods that occur, in runs, in order, of which each is read at once.
    pub(crate) fn runs(&self, rows: u64, periods: &[Period]) -> Vec<Vec<Period>> {
        let held = periods.iter().copied().filter(|period| self.periods.binary_search(period).is_ok());
        held.collect::<Vec<_>>().chunks(self.periods_at_once(rows)).map(<[Period]>::to_vec).collect()
    }

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
            flag: label(&self.texts, row.flag).to_owned(),
        }
    }

    /// Its rows of some periods and no others, under the same labels.
    pub(crate) fn of_periods(self: Arc<Self>, periods: &[Period]) -> Arc<Self> {
        let is_wanted = |row: &&Row| periods.contains(&self.period(row));
        if self.rows.iter().all(|row| is_wanted(&row)) {
            return self;
        }
        let rows = self.rows.iter().filter(is_wanted).copied().collect();
        Arc::new(Self { rows, ..self.labels() })
    }

    /// The same labels without rows.
    fn labels(&self) -> Self {
        let Self { indicator, periods, regions, industries, texts, .. } = self;
        let (indicator, periods, texts) = (indicator.clone(), periods.clone(), texts.clone());
        Self { indicator, periods, regions: regions.clone(), industries: industries.clone(), texts, rows: Vec::new() }
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
    let mut reader = TableReader::over(bytes)?;
    let (mut labels, mut cells) = (Labels::default(), Vec::new());
    while let Some(mut batch) = reader.next(&mut labels)? {
        cells.append(&mut batch);
    }
    if labels.indicators.len() != 1 {
        return Err("it does not hold one indicator".into());
    }
    let mut periods: Vec<Period> = cells.iter().map(|cell| cell.period).collect();
    periods.dedup();
    periods.sort_unstable();
    periods.dedup();
    let (region_ranks, regions) = ranked(labels.regions.texts());
    let (industry_ranks, industries) = ranked(labels.industries.texts());
    let rows = rows(cells, &periods, &region_ranks, &industry_ranks);
    if !rows.is_sorted_by(|one, next| one.key() < next.key()) {
        return Err("its rows are not in order".into());
    }
    let texts = labels.texts.texts().map(str::to_owned).collect();
    Ok(Table { indicator: labels.indicators.text(0).to_owned(), periods, regions, industries, texts, rows })
}

/// The batch, without its column of flags where that holds none.
fn without_empty_flags(batch: &RecordBatch) -> Result<RecordBatch, String> {
    match batch.schema().index_of(FLAG) {
        Ok(at) if batch.columns().get(at).is_some_and(|flags| flags.null_count() == flags.len()) => {
            let others: Vec<usize> = (0..batch.num_columns()).filter(|column| *column != at).collect();
            batch.project(&others).map_err(|error| error.to_string())
        }
        _ => Ok(batch.clone()),
    }
}

/// Cells as rows of a table, by the places that their labels have there.
fn rows(cells: Vec<Cell>, periods: &[Period], region_ranks: &[u32], industry_ranks: &[u32]) -> Vec<Row> {
    let rank = |ranks: &[u32], position: u32| ranks.get(position as usize).copied().unwrap_or_default();
    let row = |cell: Cell| Row {
        // Every period is in the list, which has fewer entries than there are numbers.
        period: periods.binary_search(&cell.period).ok().and_then(|at| u32::try_from(at).ok()).unwrap_or_default(),
        region: rank(region_ranks, cell.region),
        industry: rank(industry_ranks, cell.industry),
        note: cell.note,
        source: cell.source,
        flag: cell.flag,
        status: cell.status,
        value: cell.value,
    };
    cells.into_iter().map(row).collect()
}

/// For the position of each label its place in the order of labels, and the labels in order.
fn ranked<'a>(labels: impl Iterator<Item = &'a str>) -> (Vec<u32>, Vec<String>) {
    let mut numbered: Vec<(&str, usize)> = labels.zip(0..).collect();
    numbered.sort_unstable();
    let mut ranks = vec![0; numbered.len()];
    for (rank, (_, position)) in (0..).zip(&numbered) {
        if let Some(place) = ranks.get_mut(*position) {
            *place = rank;
        }
    }
    (ranks, numbered.into_iter().map(|(label, _)| label.to_owned()).collect())
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
            flag: String::new(),
        }
    }

    fn sorted(mut rows: Vec<Observation>) -> Vec<Observation> {
        rows.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        rows
    }

    #[test]
    fn a_table_that_has_no_room_is_no_mistake_of_its_encoding() {
        const NO_ROOM: i32 = 28;
        let full = ParquetError::from(std::io::Error::from_raw_os_error(NO_ROOM));
        assert!(matches!(encode_error(full), StoreError::Scratch { source } if source.raw_os_error() == Some(NO_ROOM)));
        assert!(matches!(encode_error(ParquetError::General("x".into())), StoreError::Encode { .. }));
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
    fn flags_have_a_column_where_there_is_one() {
        let mut rows = vec![observation("a", "", "2015", None), observation("b", "", "2015", Some(1.0))];
        rows[0].flag = "(D)".into();
        let table = decode("o", encode(&rows).unwrap()).unwrap();
        let read: Vec<Observation> = table.rows().iter().map(|row| table.observation(row)).collect();
        assert_eq!(read, rows);
    }

    #[test]
    fn bytes_do_not_depend_on_how_labels_are_numbered() {
        let rows = [observation("a", "x", "2015", Some(1.0)), observation("b", "y", "2015", Some(2.0))];
        let mut labels = Labels::default();
        for label in ["other", "b", "a"] {
            labels.regions.position(label);
            labels.texts.position(label);
        }
        let mut writer = TableWriter::new("jobs", false, Vec::new()).unwrap();
        for row in &rows {
            let cell = cell(row, &mut labels);
            writer.push(&labels, &cell).unwrap();
        }
        let (written, bytes) = writer.finish().unwrap();
        assert_eq!(bytes, encode(&rows).unwrap());
        assert_eq!((written.digest, written.bytes), (crate::digest::digest_of(&bytes), bytes.len() as u64));
        assert_eq!((written.rows, written.periods), (2, Some((Period::year(2015), Period::year(2015)))));
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
