//! Large tables, of which no more is read than a question needs.

use std::sync::Arc;

use growthpole_domain::{Period, QueryError, VintageInfo};

use crate::objects::{Content, ObjectName};
use crate::query::LargeTable;
use crate::tables::{Row, Scan, Table};
use crate::{Datastore, StoreError};

/// Parts of tables that one question reads at once.
pub(crate) const AT_ONCE: usize = 2;

/// A table as it is kept, or in parts.
#[derive(Debug, Clone)]
pub(crate) enum Held {
    /// All of it.
    Whole(Arc<Table>),
    /// What is known of it, and where its rows are. Parts of it are not checked against its digest, which only the whole
    /// has: its footer must parse, its pages decode, and its rows be in order.
    Parts(Arc<Scan>),
    /// What is known of it, and who reads its rows on the query cluster.
    Elsewhere {
        /// Its labels, without rows.
        labels: Arc<Table>,
        /// Its rows.
        rows: Arc<LargeTable>,
    },
}

impl Held {
    /// Its labels; its rows as well, where it is whole.
    pub(crate) fn head(&self) -> &Table {
        match self {
            Self::Whole(table) => table,
            Self::Parts(scan) => scan.head(),
            Self::Elsewhere { labels, .. } => labels,
        }
    }

    /// A table with the rows of some periods at least. `regions` are the only ones that matter, where they are named.
    pub(crate) async fn table(&self, periods: &[Period], regions: Option<&[String]>) -> Result<Arc<Table>, QueryError> {
        match self {
            Self::Whole(table) => Ok(Arc::clone(table)),
            Self::Parts(scan) => scan.table(periods).await.map(Arc::new).map_err(StoreError::into_query_error),
            Self::Elsewhere { labels, rows } => rows.cells(labels, periods, regions).await.map(Arc::new),
        }
    }

    /// Hands over the rows of some periods, which are in order, in theirs, some at a time: as positions in [`Self::head`], without
    /// notes, sources and flags. What is in parts is decoded on this thread, which is to be one that may be held up.
    pub(crate) async fn in_turn(&self, periods: &[Period], mut take: impl FnMut(&[Row])) -> Result<(), QueryError> {
        if let Self::Parts(scan) = self {
            return scan.in_turn(periods, take).await.map_err(StoreError::into_query_error);
        }
        let table = self.table(periods, None).await?;
        let wanted = table.periods.iter().enumerate().filter(|(_, period)| periods.binary_search(period).is_ok());
        wanted.for_each(|(at, _)| take(table.rows_of_period(at)));
        Ok(())
    }

    /// How many periods a question may read at once that goes through them in order.
    pub(crate) fn periods_at_once(&self) -> usize {
        match self {
            Self::Whole(_) => usize::MAX,
            Self::Parts(_) => 1,
            // Each question takes its way through the cluster, which is longer than that of one period's rows.
            Self::Elsewhere { labels, rows } => labels.periods_at_once(rows.n_rows()),
        }
    }

    /// Periods in runs, of which each can be read at once.
    pub(crate) fn chunks(&self, periods: &[Period]) -> Vec<Vec<Period>> {
        match self {
            Self::Whole(_) => vec![periods.to_vec()],
            Self::Parts(scan) => scan.chunks(periods),
            Self::Elsewhere { labels, rows } => labels.runs(rows.n_rows(), periods),
        }
    }
}

impl Datastore {
    /// The table of an indicator, whole where it is small.
    pub(crate) async fn held(&self, dataset: &str, vintage: &VintageInfo, indicator: &str) -> Result<Held, QueryError> {
        let large = vintage.coverage_of(indicator).filter(|coverage| self.engine.is_large(coverage.observations));
        let Some(coverage) = large else {
            return self.table(dataset, vintage, indicator).await.map(Held::Whole);
        };
        if self.engine.has_cluster() {
            let (labels, rows) = self.labelled(dataset, vintage, indicator).await?;
            return Ok(Held::Elsewhere { labels, rows });
        }
        let digest = &coverage.table_digest;
        if let Some(scan) = self.caches.scans.get(digest).await {
            return Ok(Held::Parts(scan));
        }
        let opened = self.open_table(dataset, digest).await.map_err(StoreError::into_query_error)?;
        match opened.map(Arc::new) {
            // Its labels stand beside its rows: only all of them tell.
            None => self.table(dataset, vintage, indicator).await.map(Held::Whole),
            Some(scan) => {
                self.caches.scans.insert(digest.clone(), Arc::clone(&scan)).await;
                Ok(Held::Parts(scan))
            }
        }
    }

    async fn open_table(&self, dataset: &str, digest: &str) -> Result<Option<Scan>, StoreError> {
        let path = ObjectName::new(Content::Table, digest).path(dataset);
        let Some(meta) = self.objects.head(&path).await? else {
            return Err(StoreError::Corrupt { object: path.to_string(), problem: "it is not there".to_owned() });
        };
        Scan::open(self.objects.store(), path, meta.size).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use growthpole_domain::{Observation, ObservationStatus};
    use object_store::memory::InMemory;
    use object_store::path::Path;
    use object_store::{ObjectStore, ObjectStoreExt as _};

    use crate::tables::{decode, encode};

    fn observations(years: &[i16]) -> Vec<Observation> {
        let observation = |year: &i16| Observation {
            region: "r".into(),
            industry: String::new(),
            indicator: "jobs".into(),
            period: Period::year(*year),
            value: Some(f64::from(*year)),
            status: ObservationStatus::NORMAL,
            note: String::new(),
            source: String::new(),
            flag: String::new(),
        };
        years.iter().map(observation).collect()
    }

    /// The same observations whole and in parts.
    async fn both(years: &[i16]) -> [Held; 2] {
        let bytes = encode(&observations(years)).unwrap();
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        store.put(&Path::from("table"), bytes.clone().into()).await.unwrap();
        let scan = Scan::open(store, Path::from("table"), bytes.len() as u64).await.unwrap().unwrap();
        [Held::Whole(Arc::new(decode("table", bytes).unwrap())), Held::Parts(Arc::new(scan))]
    }

    #[tokio::test]
    async fn parts_and_the_whole_hold_the_same_rows() {
        for held in both(&[2013, 2014, 2016]).await {
            let periods = [2014, 2015, 2016].map(Period::year);
            let table = held.table(&periods, None).await.unwrap().of_periods(&periods);
            let found: Vec<Period> = table.rows().iter().map(|row| table.period(row)).collect();
            assert_eq!(found, [2014, 2016].map(Period::year));
            let mut in_turn = Vec::new();
            let take = |rows: &[Row]| in_turn.extend(rows.iter().map(|row| (held.head().period(row), row.value)));
            held.in_turn(&periods, take).await.unwrap();
            assert_eq!(in_turn, [2014, 2016].map(|year| (Period::year(year), f64::from(year))));
            assert_eq!(held.chunks(&periods).concat().len(), if matches!(held, Held::Whole(_)) { 3 } else { 2 });
        }
    }
}
