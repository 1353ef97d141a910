//! Parts of a stored table, read without decoding it whole: by its footer, the dictionaries of its columns, and the
//! statistics of its pages.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::TryStreamExt as _;
use growthpole_domain::Period;
use object_store::ObjectStore;
use object_store::path::Path;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection, RowSelector};
use parquet::arrow::async_reader::{ParquetRecordBatchStream, ParquetRecordBatchStreamBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, RowGroupMetaData};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, channel};

use super::labels::{labels_of, position};
use super::object_reader::ObjectReader;
use super::order::{Group, Order};
use super::rows::RowReader;
use super::{ROWS_IN_BATCH, Row, Table, VALUE};
use crate::StoreError;
use crate::large::AT_ONCE;

/// Columns that rows are made from here; notes, sources and flags stay where they are.
const READ: [&str; 5] = ["region", "industry", "period", "status", VALUE];

/// Batches that wait to be taken, at most.
const BATCHES: usize = 4;

/// A stored table of which parts are read when they are asked for.
#[derive(Debug)]
pub(crate) struct Scan {
    /// Its labels, without rows.
    head: Table,
    metadata: ArrowReaderMetadata,
    reader: ObjectReader,
}

impl Scan {
    /// Reads the footer and the labels of a table; none where its labels cannot be known without decoding it.
    pub(crate) async fn open(store: Arc<dyn ObjectStore>, path: Path, bytes: u64) -> Result<Option<Self>, StoreError> {
        let mut reader = ObjectReader::new(store, path, bytes);
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load_async(&mut reader, options).await;
        let metadata = metadata.map_err(|error| reader.failure(error))?;
        let mut labels = Vec::new();
        for name in ["indicator", "period", "region", "industry"] {
            match labels_of(&metadata, &mut reader, name).await.map_err(|error| reader.failure(error))? {
                Some(found) => labels.push(found),
                None => return Ok(None),
            }
        }
        let head = head(labels).map_err(|problem| reader.corrupt(problem))?;
        Ok(Some(Self { head, metadata, reader }))
    }

    /// Its labels: a table without rows.
    pub(crate) fn head(&self) -> &Table {
        &self.head
    }

    /// Bytes that it takes in memory, roughly: each page has statistics.
    pub(crate) fn weight(&self) -> usize {
        self.head.weight() + self.metadata.metadata().memory_size()
    }

    /// Some of its periods in runs, in order, of which each can be read at once.
    pub(crate) fn chunks(&self, periods: &[Period]) -> Vec<Vec<Period>> {
        let rows = u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or_default();
        self.head.runs(rows, periods)
    }

    /// Hands over the rows of some periods, some at a time, as positions in [`Self::head`]. Their notes, sources and flags
    /// are not read. Those of one group of rows come in order, those of several groups side by side.
    pub(crate) async fn each(
        self: &Arc<Self>,
        periods: &[Period],
        mut take: impl FnMut(&[Row]),
    ) -> Result<(), StoreError> {
        let wanted: Arc<[bool]> = self.wanted(periods).into();
        let groups = self.groups(&periods.iter().map(Period::to_string).collect());
        let n_lanes = AT_ONCE.min(groups.len());
        let groups = Arc::new(Mutex::new(groups.into_iter()));
        // Memory of rows that were taken: it is faster to fill again than new one.
        let spare = Arc::new(Mutex::new(Vec::new()));
        let (to, mut found) = channel(BATCHES);
        let lanes = (0..n_lanes).map(|_| {
            let (scan, wanted, to) = (Arc::clone(self), Arc::clone(&wanted), to.clone());
            let (groups, spare) = (Arc::clone(&groups), Arc::clone(&spare));
            // Decoding takes the time of a thread, which other calls wait for.
            let handle = Handle::current();
            tokio::task::spawn_blocking(move || handle.block_on(scan.read_lane(&groups, &spare, &wanted, &to)))
        });
        let lanes: Vec<_> = lanes.collect();
        drop(to);
        let mut order = Order::default();
        while let Some((group, rows)) = found.recv().await {
            order.add(group, &rows).map_err(|problem| self.reader.corrupt(problem))?;
            take(&rows);
            locked(&spare).push(rows);
        }
        for lane in lanes {
            lane.await.map_err(|_| StoreError::Stopped)??;
        }
        order.check().map_err(|problem| self.reader.corrupt(problem))
    }

    /// Reads the next groups of rows, one after the other, until there are none or nobody takes them any more.
    async fn read_lane(
        &self,
        groups: &Mutex<impl Iterator<Item = Group>>,
        spare: &Mutex<Vec<Vec<Row>>>,
        wanted: &[bool],
        to: &Sender<(usize, Vec<Row>)>,
    ) -> Result<(), StoreError> {
        let failed = |error: ParquetError| self.reader.failure(error);
        let mut reader = RowReader::new(&self.head);
        let next = || locked(groups).next();
        while let Some(group) = next() {
            let mut batches = self.stream(vec![group.at], group.pages.into()).map_err(failed)?;
            while let Some(batch) = batches.try_next().await.map_err(failed)? {
                let mut rows = locked(spare).pop().unwrap_or_default();
                rows.clear();
                reader.add(&batch, wanted, &mut rows).map_err(|problem| self.reader.corrupt(problem))?;
                if to.send((group.at, rows)).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The rows of some periods, under the labels of the whole table. Their notes, sources and flags are not read.
    pub(crate) async fn table(self: &Arc<Self>, periods: &[Period]) -> Result<Table, StoreError> {
        let (scan, periods) = (Arc::clone(self), periods.to_vec());
        // Decoding takes the time of a thread, which other calls wait for.
        let handle = Handle::current();
        let read = tokio::task::spawn_blocking(move || handle.block_on(scan.rows_of(&periods)));
        read.await.map_err(|_| StoreError::Stopped)?
    }

    async fn rows_of(&self, periods: &[Period]) -> Result<Table, StoreError> {
        let mut rows = Vec::new();
        self.in_turn(periods, |batch| rows.extend_from_slice(batch)).await?;
        Ok(Table { rows, ..self.head.labels() })
    }

    /// Hands over the rows of some periods in their order, some at a time, as positions in [`Self::head`]. Their notes, sources
    /// and flags are not read. Decoding takes the time of a thread, which is to be one that may be held up.
    pub(crate) async fn in_turn(&self, periods: &[Period], mut take: impl FnMut(&[Row])) -> Result<(), StoreError> {
        let wanted = self.wanted(periods);
        let groups = self.groups(&periods.iter().map(Period::to_string).collect());
        if groups.is_empty() {
            return Ok(());
        }
        let (failed, corrupt) = (|error| self.reader.failure(error), |problem| self.reader.corrupt(problem));
        let selection = RowSelection::from(groups.iter().flat_map(|group| group.pages.clone()).collect::<Vec<_>>());
        let mut batches = self.stream(groups.iter().map(|group| group.at).collect(), selection).map_err(failed)?;
        let (mut reader, mut rows, mut order) = (RowReader::new(&self.head), Vec::new(), Order::default());
        while let Some(batch) = batches.try_next().await.map_err(failed)? {
            rows.clear();
            reader.add(&batch, &wanted, &mut rows).map_err(corrupt)?;
            // All groups come in one stream.
            order.add(0, &rows).map_err(corrupt)?;
            take(&rows);
        }
        Ok(())
    }

    /// For the position of each period, whether it is one of these.
    fn wanted(&self, periods: &[Period]) -> Vec<bool> {
        self.head.periods.iter().map(|period| periods.contains(period)).collect()
    }

    /// Rows of some groups, batch by batch.
    fn stream(
        &self,
        groups: Vec<usize>,
        selection: RowSelection,
    ) -> Result<ParquetRecordBatchStream<ObjectReader>, ParquetError> {
        let schema = self.metadata.metadata().file_metadata().schema_descr_ptr();
        ParquetRecordBatchStreamBuilder::new_with_metadata(self.reader.clone(), self.metadata.clone())
            .with_projection(ProjectionMask::columns(&schema, READ))
            .with_row_groups(groups)
            .with_row_selection(selection)
            .with_batch_size(ROWS_IN_BATCH)
            .build()
    }

    /// Groups of rows in which some of the periods may occur.
    fn groups(&self, periods: &BTreeSet<String>) -> Vec<Group> {
        let groups = self.metadata.metadata().row_groups().iter().enumerate();
        let groups = groups.map(|(at, group)| Group { at, pages: self.pages_of_group(at, group, periods) });
        groups.filter(|group| group.pages.iter().any(|selector| !selector.skip)).collect()
    }

    /// Which rows of a group may be of some periods: those of pages whose statistics do not exclude them.
    fn pages_of_group(&self, at: usize, group: &RowGroupMetaData, periods: &BTreeSet<String>) -> Vec<RowSelector> {
        let n_rows = usize::try_from(group.num_rows()).unwrap_or_default();
        let metadata = self.metadata.metadata();
        let place = position(group, "period");
        let of_group = metadata.column_index().and_then(|index| index.get(at)).zip(place);
        let statistics = of_group.and_then(|(columns, column)| columns.get(column));
        let offsets = metadata.offset_index().and_then(|index| index.get(at)).zip(place);
        let offsets = offsets.and_then(|(columns, column)| columns.get(column));
        let (Some(ColumnIndexMetaData::BYTE_ARRAY(statistics)), Some(offsets)) = (statistics, offsets) else {
            return vec![RowSelector::select(n_rows)];
        };
        let firsts: Vec<usize> = offsets
            .page_locations()
            .iter()
            .map(|page| usize::try_from(page.first_row_index).unwrap_or_default())
            .collect();
        let ends = firsts.iter().skip(1).copied().chain([n_rows]);
        let selector = |(page, (first, end)): (usize, (&usize, usize))| {
            let (least, greatest) = (statistics.min_value(page), statistics.max_value(page));
            let may_hold = match least.zip(greatest) {
                Some((least, greatest)) => periods.iter().any(|period| (least..=greatest).contains(&period.as_bytes())),
                None => true,
            };
            let length = end.saturating_sub(*first);
            if may_hold { RowSelector::select(length) } else { RowSelector::skip(length) }
        };
        firsts.iter().zip(ends).enumerate().map(selector).collect()
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it is held.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The labels in their order, as a table without rows.
fn head(labels: Vec<BTreeSet<String>>) -> Result<Table, String> {
    let Ok([indicators, periods, regions, industries]) = <[BTreeSet<String>; 4]>::try_from(labels) else {
        return Err("it lacks labels".to_owned());
    };
    let mut indicators = indicators.into_iter();
    let (Some(indicator), None) = (indicators.next(), indicators.next()) else {
        return Err("it does not hold one indicator".to_owned());
    };
    let periods = periods.iter().map(|text| text.parse::<Period>().map_err(|error| error.to_string()));
    let mut periods = periods.collect::<Result<Vec<_>, _>>()?;
    periods.sort_unstable();
    let in_order = |labels: BTreeSet<String>| labels.into_iter().collect();
    let (regions, industries) = (in_order(regions), in_order(industries));
    Ok(Table { indicator, periods, regions, industries, texts: vec![String::new()], rows: Vec::new() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::tables::{decode, encode};
    use growthpole_domain::{Observation, ObservationStatus};
    use object_store::ObjectStoreExt as _;
    use object_store::memory::InMemory;
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::properties::WriterProperties;
    use parquet::schema::types::ColumnPath;

    /// Many rows of a period, so that each takes several pages.
    fn observations(regions: usize, periods: &[&str], name: impl Fn(usize) -> String) -> Vec<Observation> {
        let of_period = |period: &&str| {
            let period: Period = period.parse().unwrap();
            (0..regions).map(|at| (at, name(at))).map(move |(at, region)| Observation {
                region,
                industry: String::new(),
                indicator: "jobs".into(),
                period,
                value: (at % 7 != 0).then_some(at as f64),
                status: if at % 7 == 0 { ObservationStatus::SUPPRESSED } else { ObservationStatus::NORMAL },
                note: String::new(),
                source: "yearbook".into(),
                flag: String::new(),
            })
        };
        periods.iter().flat_map(of_period).collect()
    }

    /// The same table in groups of few rows.
    fn in_groups_of(rows: usize, bytes: bytes::Bytes) -> bytes::Bytes {
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(rows))
            .set_column_dictionary_enabled(ColumnPath::from(VALUE), false)
            .build();
        let mut writer = ArrowWriter::try_new(Vec::new(), reader.schema().clone(), Some(properties)).unwrap();
        reader.build().unwrap().for_each(|batch| writer.write(&batch.unwrap()).unwrap());
        writer.into_inner().unwrap().into()
    }

    #[tokio::test]
    async fn groups_that_are_read_side_by_side_hold_the_same_rows() {
        let texts = ["2014", "2015", "2016"];
        let bytes = encode(&observations(5000, &texts, |at| format!("r{at:05}"))).unwrap();
        let scan = scanned(in_groups_of(999, bytes)).await.unwrap().unwrap();
        for chosen in [&texts[..], &["2015"], &["2013"], &[]] {
            let periods: Vec<Period> = chosen.iter().map(|text| text.parse().unwrap()).collect();
            let mut rows = Vec::new();
            scan.each(&periods, |some| rows.extend_from_slice(some)).await.unwrap();
            rows.sort_unstable_by_key(Row::key);
            let read = scan.table(&periods).await.unwrap();
            assert_eq!(rows.len(), periods.iter().filter(|period| scan.head().periods.contains(period)).count() * 5000);
            let given = Table { rows, ..scan.head().labels() };
            assert_eq!(plain(&given, &periods), plain(&read, &periods), "{chosen:?}");
        }
    }

    async fn scanned(bytes: bytes::Bytes) -> Result<Option<Arc<Scan>>, StoreError> {
        let (store, path, length) = (Arc::new(InMemory::new()), Path::from("table"), bytes.len() as u64);
        store.put(&path, bytes.into()).await.unwrap();
        Ok(Scan::open(store, path, length).await?.map(Arc::new))
    }

    /// The rows of some periods without what a scan does not read.
    fn plain(table: &Table, periods: &[Period]) -> Vec<(String, String, Period, Option<f64>, ObservationStatus)> {
        let of_periods = table.rows().iter().filter(|row| periods.contains(&table.period(row)));
        let plain = |row: &Row| {
            let (region, industry) = (table.region(row).to_owned(), table.industry(row).to_owned());
            (region, industry, table.period(row), row.value(), row.status)
        };
        of_periods.map(plain).collect()
    }

    #[tokio::test]
    async fn reads_the_same_rows_of_any_periods() {
        let texts = ["2014", "2015", "2016", "2015-S1", "2016-Q2"];
        let bytes = encode(&observations(30_000, &texts, |at| format!("r{at:05}"))).unwrap();
        let (whole, scan) = (decode("table", bytes.clone()).unwrap(), scanned(bytes).await.unwrap().unwrap());
        assert_eq!((&scan.head().periods, &scan.head().regions), (&whole.periods, &whole.regions));
        assert_eq!((&scan.head().indicator, &scan.head().industries), (&whole.indicator, &whole.industries));
        let choices: [&[&str]; 6] = [&["2014"], &["2015", "2015-S1"], &["2016-Q2"], &texts, &["2013"], &[]];
        for chosen in choices {
            let periods: Vec<Period> = chosen.iter().map(|text| text.parse().unwrap()).collect();
            let read = scan.table(&periods).await.unwrap();
            assert_eq!(plain(&read, &whole.periods), plain(&whole, &periods), "{chosen:?}");
        }
        let one: Period = "2015".parse().unwrap();
        let groups = scan.groups(&BTreeSet::from([one.to_string()]));
        let selected = groups.iter().flat_map(|group| &group.pages).filter(|selector| !selector.skip);
        let selected: usize = selected.map(|selector| selector.row_count).sum();
        assert!(selected < 100_000, "{selected} of 150000 rows are decoded for one period");
        assert_eq!(scan.chunks(&whole.periods).concat(), whole.periods);
        assert!(scan.weight() > 0);
    }

    #[tokio::test]
    async fn labels_beside_their_dictionary_are_not_known_without_the_rows() {
        // A dictionary of more than one mebibyte is given up by the writer.
        let bytes = encode(&observations(30_000, &["2015"], |at| format!("{at:0>60}"))).unwrap();
        assert!(scanned(bytes).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn damage_is_told_from_a_store_that_cannot_be_reached() {
        let bytes = encode(&observations(10, &["2015"], |at| format!("r{at}"))).unwrap();
        let cut = bytes.slice(..bytes.len() - 9);
        assert!(matches!(scanned(cut).await, Err(StoreError::Corrupt { .. })));
        assert!(matches!(scanned(bytes::Bytes::from_static(b"PAR1")).await, Err(StoreError::Corrupt { .. })));
        let gone = Scan::open(Arc::new(InMemory::new()), Path::from("table"), 100).await;
        assert!(matches!(gone, Err(StoreError::Corrupt { problem, .. }) if problem == "it is not there"));
        let mut damaged = bytes.to_vec();
        damaged.iter_mut().take(200).skip(4).for_each(|byte| *byte ^= 0x55);
        let found = match scanned(damaged.into()).await {
            Ok(Some(scan)) => {
                let each = scan.each(&[Period::year(2015)], |_| ()).await;
                assert!(matches!(each, Err(StoreError::Corrupt { .. })), "{each:?}");
                scan.table(&[Period::year(2015)]).await.map(|_| ())
            }
            other => other.map(|_| ()),
        };
        assert!(matches!(found, Err(StoreError::Corrupt { .. })), "{found:?}");
    }
}
