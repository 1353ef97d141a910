//! The datastore: data sets, observations and panels over any object store.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use growthpole_domain::{
    Catalogue, Coverage, QueryError, RegionChoice, Selection, VintageChoice, VintageInfo, Warning,
};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use tokio::sync::{Mutex, watch};

use crate::availability::{self, Availability};
use crate::cache::Caches;
use crate::catalogue_file;
use crate::changes::ObservationChange;
use crate::choices;
use crate::difference::DifferenceReader;
use crate::handle::ResolvedVintage;
use crate::large::Held;
use crate::manifest::Recorded;
use crate::objects::{Content, Objects};
use crate::observations::{self, ObservationKey, ObservationQuery, ObservationSet, ObservationSource};
use crate::panel::{self, PanelKey, PanelSource, StoredPanel};
use crate::query::{self, Engine, LargeTable, QuerySettings, SqlAnswer, SqlDescription, SqlError, SqlStatement};
use crate::reader::{ObservationReader, Summary};
use crate::source::TableSource;
use crate::tables::{self, Table};
use crate::{DatasetHandle, StoreError};

/// Settings of a datastore.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSettings {
    /// Bytes that cached tables, panels and observations may take together.
    pub cache_bytes: u64,
    /// Options of a bucket, by the names that [`Datastore::open`] tells of. They win over the environment.
    pub options: BTreeMap<String, String>,
    /// What queries may take.
    pub query: QuerySettings,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { cache_bytes: 256 * 1024 * 1024, options: BTreeMap::new(), query: QuerySettings::default() }
    }
}

/// Vintages on object storage. Clones share everything.
#[derive(Debug, Clone)]
pub struct Datastore {
    pub(crate) objects: Arc<Objects>,
    pub(crate) caches: Caches,
    pub(crate) engine: Arc<Engine>,
    state: Arc<watch::Sender<Arc<State>>>,
    /// Held while the manifests are listed, so that an older listing never replaces a newer one.
    refreshing: Arc<Mutex<()>>,
}

/// What the manifests said when they were last listed.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) datasets: BTreeMap<String, Arc<DatasetHandle>>,
    /// By digest.
    catalogues: HashMap<String, Arc<Catalogue>>,
}

impl Datastore {
    /// Opens a directory, and makes it where there is none. Its data sets are known after [`Self::refresh`] or
    /// [`Self::import_bundled`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Directory`].
    pub fn open_directory(path: &Path, settings: StoreSettings) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Directory { path: path.to_owned(), source };
        std::fs::create_dir_all(path).map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(path).map_err(|error| failed(std::io::Error::other(error)))?;
        let store = store.with_automatic_cleanup(true);
        Ok(Self::over(Objects::new(Arc::new(store), Some(path.to_owned())), &settings))
    }

    /// An empty store that lasts as long as the process.
    pub fn in_memory(settings: StoreSettings) -> Self {
        Self::with_store(Arc::new(InMemory::new()), settings)
    }

    /// Keeps its objects in a store of the caller's.
    pub fn with_store(store: Arc<dyn ObjectStore>, settings: StoreSettings) -> Self {
        Self::over(Objects::new(store, None), &settings)
    }

    pub(crate) fn over(objects: Objects, settings: &StoreSettings) -> Self {
        let engine = Engine::new(objects.store(), settings.query.clone(), settings.cache_bytes / 4);
        Self {
            objects: Arc::new(objects),
            caches: Caches::new(settings.cache_bytes / 4 * 3),
            engine: Arc::new(engine),
            state: Arc::new(watch::Sender::new(Arc::default())),
            refreshing: Arc::default(),
        }
    }

    /// Lists data sets and vintages again. Where that fails, what was known before stays known.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], [`StoreError::Corrupt`] and [`StoreError::NewerFormat`].
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.refreshing.lock().await;
        let before = self.state();
        let mut catalogues = HashMap::new();
        let mut vintages: BTreeMap<String, Vec<(VintageInfo, Arc<Catalogue>)>> = BTreeMap::new();
        for stored in self.objects.manifests().await? {
            let recorded = Recorded::decode(&stored)?;
            let (dataset, digest) = (&recorded.manifest.content.dataset, &recorded.manifest.content.catalogue);
            let catalogue = match catalogues.get(digest).or_else(|| before.catalogues.get(digest)) {
                Some(known) => Arc::clone(known),
                None => {
                    let bytes = self.objects.get(dataset, Content::Catalogue, digest).await?;
                    Arc::new(catalogue_file::decode(digest, &bytes)?)
                }
            };
            catalogues.insert(digest.clone(), Arc::clone(&catalogue));
            vintages.entry(dataset.clone()).or_default().push((recorded.vintage()?, catalogue));
        }
        let datasets = vintages.into_iter();
        let datasets = datasets.filter_map(|(id, vintages)| Some((id, Arc::new(DatasetHandle::new(vintages)?))));
        let state = State { datasets: datasets.collect(), catalogues };
        self.state.send_replace(Arc::new(state));
        Ok(())
    }

    /// Data sets, by id.
    pub fn datasets(&self) -> Vec<Arc<DatasetHandle>> {
        self.state().datasets.values().cloned().collect()
    }

    /// The data set of an id.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unknown`] with the nearest ids.
    pub fn dataset(&self, id: &str) -> Result<Arc<DatasetHandle>, QueryError> {
        let state = self.state();
        let found = state.datasets.get(id).cloned();
        found.ok_or_else(|| observations::unknown_dataset(id, state.datasets.keys().map(String::as_str)))
    }

    /// The observations of a query.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`]; fields are paths below the query.
    pub async fn observations(&self, query: &ObservationQuery) -> Result<Arc<ObservationSet>, QueryError> {
        let handle = self.dataset(&query.dataset)?;
        let resolved = resolve(&handle, query)?;
        let key = observation_key(query, &resolved);
        if let Some(known) = self.caches.observations.get(&key).await {
            return Ok(known);
        }
        let load = async {
            let mut tables = Vec::new();
            for indicator in observations::indicators_of(query, resolved.vintage) {
                tables.push(TableSource::Held(Held::Whole(
                    self.table(&query.dataset, resolved.vintage, &indicator).await?,
                )));
            }
            let source = ObservationSource::new(query.clone(), resolved, tables);
            let built = tokio::task::spawn_blocking(move || source.build()).await;
            built.map_err(|_| StoreError::Stopped.into_query_error())?.map(Arc::new)
        };
        self.caches.observations.try_get_with(key, load).await.map_err(|error: Arc<QueryError>| (*error).clone())
    }

    /// The observations of a query, where its tables together are too large to be kept; none where they are not, and
    /// [`Self::observations`] gives them.
    ///
    /// # Errors
    ///
    /// As [`Self::observations`].
    pub async fn large_observations(&self, query: &ObservationQuery) -> Result<Option<ObservationReader>, QueryError> {
        let handle = self.dataset(&query.dataset)?;
        let resolved = resolve(&handle, query)?;
        let indicators = observations::indicators_of(query, resolved.vintage);
        let rows = indicators.iter().filter_map(|indicator| resolved.vintage.coverage_of(indicator));
        if !self.engine.is_large(rows.map(|coverage| coverage.observations).sum()) {
            return Ok(None);
        }
        let key = observation_key(query, &resolved);
        let mut tables = Vec::new();
        for indicator in indicators {
            tables.push(self.large_table(&query.dataset, resolved.vintage, &indicator).await?);
        }
        let source = Arc::new(ObservationSource::new(query.clone(), resolved, tables));
        let summary = self.caches.summaries.try_get_with(key, async { Summary::of(&source).await.map(Arc::new) });
        let summary = summary.await.map_err(|error: Arc<QueryError>| (*error).clone())?;
        ObservationReader::new(source, &summary).map(Some)
    }

    /// The panel of a selection.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`]; fields are paths below the selection.
    pub async fn panel(&self, selection: &Selection) -> Result<Arc<StoredPanel>, QueryError> {
        let handle = self.dataset(&selection.dataset)?;
        handle.check_indicator("indicator", &selection.indicator)?;
        for (at, companion) in selection.companions.iter().enumerate() {
            handle.check_indicator(&format!("companions[{at}]"), companion)?;
        }
        let indicators: Vec<&str> =
            std::iter::once(&selection.indicator).chain(&selection.companions).map(String::as_str).collect();
        let resolved = handle.resolve_vintage(selection.vintage, &indicators)?;
        let key = PanelKey {
            selection: Selection {
                vintage: VintageChoice::Number(resolved.vintage.number),
                companions: Vec::new(),
                ..selection.clone()
            },
            vintage_digest: resolved.vintage.digest.clone(),
            warnings: texts_of(&resolved.warnings),
        };
        if let Some(known) = self.caches.panels.get(&key).await {
            return Ok(known);
        }
        let load = async {
            let table =
                self.held(&selection.dataset, resolved.vintage, &selection.indicator).await.map(TableSource::Held)?;
            panel::build(PanelSource::new(selection.clone(), resolved, table)).await
        };
        self.caches.panels.try_get_with(key, load).await.map_err(|error: Arc<QueryError>| (*error).clone())
    }

    /// What exists of an indicator, period by period.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`].
    pub async fn availability(
        &self,
        dataset: &str,
        indicator: &str,
        choice: VintageChoice,
    ) -> Result<Availability, QueryError> {
        let handle = self.dataset(dataset)?;
        handle.check_indicator("indicator", indicator)?;
        let resolved = handle.resolve_vintage(choice, &[indicator])?;
        let table = self.held(dataset, resolved.vintage, indicator).await.map(TableSource::Held)?;
        availability::availability(&resolved, handle.holding(indicator), &table).await
    }

    /// The observations that differ between two vintages, by indicator, period, region and industry. Without
    /// indicators: all that either of the two holds. By default the regions of every level.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`]; [`QueryError::IndicatorNotInVintage`] for an indicator that neither holds. What is damaged or
    /// cannot be reached is found while it is read.
    pub fn difference(
        &self,
        dataset: &str,
        from: u32,
        to: u32,
        indicators: &[String],
        regions: &RegionChoice,
    ) -> Result<DifferenceReader, QueryError> {
        let handle = self.dataset(dataset)?;
        let old = handle.numbered("from", from, &[])?;
        let new = handle.numbered("to", to, &[])?;
        let indicators = compared_indicators(&handle, &old, &new, indicators)?;
        let chosen = choices::regions(new.catalogue, regions)?;
        let chosen = chosen.map(|regions| regions.into_iter().map(|region| region.code.clone()).collect());
        Ok(DifferenceReader::new(self.clone(), dataset.to_owned(), (old, new), indicators, chosen))
    }

    /// All of [`Self::difference`].
    ///
    /// # Errors
    ///
    /// Any [`QueryError`].
    pub async fn diff(
        &self,
        dataset: &str,
        from: u32,
        to: u32,
        indicators: &[String],
        regions: &RegionChoice,
    ) -> Result<Vec<ObservationChange>, QueryError> {
        let mut difference = self.difference(dataset, from, to, indicators, regions)?;
        let mut found = Vec::new();
        while let Some(mut more) = difference.next().await? {
            found.append(&mut more);
        }
        Ok(found)
    }

    /// Answers a SQL statement that asks and changes nothing, within the limits of [`QuerySettings`].
    ///
    /// # Errors
    ///
    /// Any [`SqlError`]; those that are found while rows are computed end the stream of rows.
    pub async fn sql(&self, statement: impl Into<SqlStatement>) -> Result<SqlAnswer, SqlError> {
        self.engine.answer(self.datasets(), statement.into()).await
    }

    /// The columns of the answer to a SQL statement and its parameters, without computing it. Values need not be bound yet.
    ///
    /// # Errors
    ///
    /// [`SqlError`] for a statement that would not be answered.
    pub async fn describe_sql(&self, statement: impl Into<SqlStatement>) -> Result<SqlDescription, SqlError> {
        self.engine.describe(self.datasets(), statement.into()).await
    }

    pub(crate) fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.borrow())
    }

    /// What is known, from now on: the receiver is told each time that it was listed again.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<State>> {
        self.state.subscribe()
    }

    /// The table of an indicator in parts that hold everything.
    async fn large_table(
        &self,
        dataset: &str,
        vintage: &VintageInfo,
        indicator: &str,
    ) -> Result<TableSource, QueryError> {
        let (labels, rows) = self.labelled(dataset, vintage, indicator).await?;
        Ok(TableSource::Full { labels, rows })
    }

    /// The labels of a large table, and who reads its rows.
    pub(crate) async fn labelled(
        &self,
        dataset: &str,
        vintage: &VintageInfo,
        indicator: &str,
    ) -> Result<(Arc<Table>, Arc<LargeTable>), QueryError> {
        let coverage = held(vintage, indicator)?;
        let rows = LargeTable::new(Arc::clone(&self.engine), query::part(dataset, vintage.number, coverage));
        let labels = async { rows.labels().await.map(Arc::new) };
        let labels = self.caches.labels.try_get_with(coverage.table_digest.clone(), labels).await;
        let labels = labels.map_err(|error: Arc<QueryError>| (*error).clone())?;
        Ok((labels, Arc::new(rows)))
    }

    /// The table of an indicator that a vintage holds.
    pub(crate) async fn table(
        &self,
        dataset: &str,
        vintage: &VintageInfo,
        indicator: &str,
    ) -> Result<Arc<Table>, QueryError> {
        let coverage = held(vintage, indicator)?;
        let digest = coverage.table_digest.clone();
        let load = async {
            let bytes = self.objects.get(dataset, Content::Table, &digest).await?;
            let object = format!("the table {digest}");
            let decoded = tokio::task::spawn_blocking(move || tables::decode(&object, bytes)).await;
            decoded.map_err(|_| StoreError::Stopped)?.map(Arc::new)
        };
        let loaded =
            self.caches.tables.try_get_with(digest.clone(), async { load.await.map_err(StoreError::into_query_error) });
        loaded.await.map_err(|error: Arc<QueryError>| (*error).clone())
    }
}

fn held<'a>(vintage: &'a VintageInfo, indicator: &str) -> Result<&'a Coverage, QueryError> {
    vintage.coverage_of(indicator).ok_or_else(|| QueryError::IndicatorNotInVintage {
        vintage: vintage.number,
        indicator: indicator.to_owned(),
        held_by: Vec::new(),
    })
}

/// Checks the indicators of a query and chooses its vintage.
pub(crate) fn resolve<'a>(
    handle: &'a DatasetHandle,
    query: &ObservationQuery,
) -> Result<ResolvedVintage<'a>, QueryError> {
    for (at, indicator) in query.indicators.iter().enumerate() {
        handle.check_indicator(&format!("indicators[{at}]"), indicator)?;
    }
    choices::refuse_duplicates("indicators", &query.indicators)?;
    let names: Vec<&str> = query.indicators.iter().map(String::as_str).collect();
    handle.resolve_vintage(query.vintage, &names)
}

fn observation_key(query: &ObservationQuery, resolved: &ResolvedVintage<'_>) -> ObservationKey {
    ObservationKey {
        query: ObservationQuery { vintage: VintageChoice::Number(resolved.vintage.number), ..query.clone() },
        vintage_digest: resolved.vintage.digest.clone(),
        warnings: texts_of(&resolved.warnings),
    }
}

/// The indicators that two vintages are compared by, in order.
fn compared_indicators(
    handle: &DatasetHandle,
    old: &ResolvedVintage<'_>,
    new: &ResolvedVintage<'_>,
    sent: &[String],
) -> Result<BTreeSet<String>, QueryError> {
    let held = |indicator: &str| [old, new].iter().any(|side| side.vintage.coverage_of(indicator).is_some());
    for (at, indicator) in sent.iter().enumerate() {
        handle.check_indicator(&format!("indicators[{at}]"), indicator)?;
        if !held(indicator) {
            return Err(QueryError::IndicatorNotInVintage {
                vintage: new.vintage.number,
                indicator: indicator.clone(),
                held_by: handle.holding(indicator),
            });
        }
    }
    if !sent.is_empty() {
        return Ok(sent.iter().cloned().collect());
    }
    let both = old.vintage.coverage.iter().chain(&new.vintage.coverage);
    Ok(both.map(|coverage| coverage.indicator.clone()).collect())
}

fn texts_of(warnings: &[Warning]) -> Vec<String> {
    warnings.iter().map(|warning| warning.text.clone()).collect()
}
