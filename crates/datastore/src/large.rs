//! Large tables, of which no more is read than a question needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _};
use growthpole_domain::{Period, PeriodChoice, QueryError, VintageInfo};

use crate::changes::{ObservationChange, changes};
use crate::objects::{Content, ObjectName};
use crate::tables::{Scan, Table};
use crate::{Datastore, StoreError, choices};

/// A table of more rows than these is read in parts; one of fewer takes up to 10 MB in memory, and is read whole, checked
/// against its digest, and kept.
const ROWS_READ_WHOLE: u64 = 1 << 18;

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
}

impl Held {
    /// Its labels; its rows as well, where it is whole.
    pub(crate) fn head(&self) -> &Table {
        match self {
            Self::Whole(table) => table,
            Self::Parts(scan) => scan.head(),
        }
    }

    /// A table with the rows of some periods at least.
    pub(crate) async fn table(&self, periods: &[Period]) -> Result<Arc<Table>, QueryError> {
        match self {
            Self::Whole(table) => Ok(Arc::clone(table)),
            Self::Parts(scan) => scan.table(periods).await.map(Arc::new).map_err(StoreError::into_query_error),
        }
    }

    /// Periods in runs, of which each can be read at once.
    pub(crate) fn chunks(&self, periods: &[Period]) -> Vec<Vec<Period>> {
        match self {
            Self::Whole(_) => vec![periods.to_vec()],
            Self::Parts(scan) => scan.chunks(periods),
        }
    }
}

impl Datastore {
    /// The table of an indicator, whole where it is small.
    pub(crate) async fn held(&self, dataset: &str, vintage: &VintageInfo, indicator: &str) -> Result<Held, QueryError> {
        let large = vintage.coverage_of(indicator).filter(|coverage| coverage.observations > ROWS_READ_WHOLE);
        let Some(coverage) = large else {
            return self.table(dataset, vintage, indicator).await.map(Held::Whole);
        };
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

    /// The table of an indicator with the rows of the chosen periods at least. Of a large table, no notes, sources and
    /// flags.
    pub(crate) async fn table_of_periods(
        &self,
        dataset: &str,
        vintage: &VintageInfo,
        indicator: &str,
        choice: &PeriodChoice,
    ) -> Result<Arc<Table>, QueryError> {
        let held = self.held(dataset, vintage, indicator).await?;
        let chosen = choices::periods(choice)?;
        held.table(chosen.as_deref().unwrap_or(&held.head().periods)).await
    }

    /// What differs between two vintages of an indicator, of which either may lack it.
    pub(crate) async fn changes(
        &self,
        dataset: &str,
        indicator: &str,
        vintages: [&VintageInfo; 2],
        regions: Option<Arc<BTreeSet<String>>>,
    ) -> Result<Vec<ObservationChange>, QueryError> {
        let [old, new] = vintages;
        let (old, new) =
            tokio::try_join!(self.if_held(dataset, old, indicator), self.if_held(dataset, new, indicator))?;
        let runs = runs([&old, &new]);
        let compared = runs.into_iter().map(|run| {
            let (indicator, regions) = (indicator.to_owned(), regions.clone());
            let (old, new) = (old.clone(), new.clone());
            async move {
                let (old, new) = tokio::try_join!(rows_of(old.as_ref(), &run), rows_of(new.as_ref(), &run))?;
                let compare = move || changes(&indicator, old.as_deref(), new.as_deref(), regions.as_deref());
                let found = tokio::task::spawn_blocking(compare).await;
                found.map_err(|_| StoreError::Stopped.into_query_error())
            }
        });
        let parts: Vec<Vec<ObservationChange>> =
            futures_util::stream::iter(compared).buffered(AT_ONCE).try_collect().await?;
        Ok(parts.into_iter().flatten().collect())
    }

    async fn if_held(&self, dataset: &str, vintage: &VintageInfo, indicator: &str) -> Result<Option<Held>, QueryError> {
        match vintage.coverage_of(indicator) {
            Some(_) => self.held(dataset, vintage, indicator).await.map(Some),
            None => Ok(None),
        }
    }
}

/// The periods of two tables in runs that are compared one by one: each period alone where either table is large.
fn runs(held: [&Option<Held>; 2]) -> Vec<Vec<Period>> {
    let is_large = held.iter().any(|held| matches!(held, Some(Held::Parts(_))));
    let both = held.into_iter().flatten().flat_map(|held| held.head().periods.clone());
    let periods: BTreeSet<Period> = both.collect();
    match is_large {
        true => periods.into_iter().map(|period| vec![period]).collect(),
        false => vec![periods.into_iter().collect()],
    }
}

/// The rows of some periods and of no others.
async fn rows_of(held: Option<&Held>, periods: &[Period]) -> Result<Option<Arc<Table>>, QueryError> {
    match held {
        None => Ok(None),
        Some(held) => Ok(Some(held.table(periods).await?.of_periods(periods))),
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
            let table = rows_of(Some(&held), &periods).await.unwrap().unwrap();
            let found: Vec<Period> = table.rows().iter().map(|row| table.period(row)).collect();
            assert_eq!(found, [2014, 2016].map(Period::year));
            assert_eq!(held.chunks(&periods).concat().len(), if matches!(held, Held::Whole(_)) { 3 } else { 2 });
        }
    }

    #[tokio::test]
    async fn tables_are_compared_period_by_period_where_one_is_large() {
        let ([whole, parts], [other, _]) = (both(&[2014, 2015]).await, both(&[2015, 2016]).await);
        assert_eq!(runs([&Some(whole), &Some(other.clone())]).len(), 1);
        let runs = runs([&Some(parts), &Some(other)]);
        assert_eq!(runs, [2014, 2015, 2016].map(|year| vec![Period::year(year)]));
    }
}
