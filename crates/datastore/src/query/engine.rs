//! The engine: one for a store, with one pool of memory and one set of threads for all queries.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{SendableRecordBatchStream, execute_stream};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::ObjectStore;
use tokio::time::{Instant, timeout_at};

use super::checked::CheckedStore;
use super::cluster::Cluster;
use super::functions::bounded;
use super::plain::{plain, plain_schema};
use super::tables::Tables;
use super::threads::QueryThreads;
use super::{QuerySettings, SQL_CATALOG, SQL_SCHEMA, STORE_URL, SqlError, SqlStatement, parameters, sql};
use crate::DatasetHandle;

/// Bytes that a sort may read ahead of its turn; the library's gibibyte is more than all queries have.
const SORT_AHEAD_BYTES: usize = 16 << 20;

/// Bytes that a sort keeps back for merging; the library's ten mebibytes would leave small pools nothing to sort with.
const SORT_RESERVE_BYTES: usize = 1 << 20;

/// How often one of our own questions is asked of a cluster that loses its answer.
const ATTEMPTS: usize = 3;

/// Batches of an answer, as they are computed.
pub type SqlBatches = Pin<Box<dyn Stream<Item = Result<RecordBatch, SqlError>> + Send>>;

/// The answer to a statement.
pub struct SqlAnswer {
    /// Its columns: texts are plain texts.
    pub schema: SchemaRef,
    /// Its rows. Dropping them ends the query.
    pub batches: SqlBatches,
}

impl fmt::Debug for SqlAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlAnswer").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// What can be known of a statement without computing it.
#[derive(Debug, Clone)]
pub struct SqlDescription {
    /// The columns of its answer. Those that are nothing but a parameter have no type until a value is bound to it.
    pub columns: SchemaRef,
    /// Its parameters, named `$1`, `$2`.
    pub parameters: SchemaRef,
}

/// Runs queries over a store.
pub(crate) struct Engine {
    store: Arc<dyn ObjectStore>,
    settings: QuerySettings,
    cache_bytes: u64,
    /// Where large tables are queried; none: here.
    cluster: Option<Cluster>,
    base: OnceLock<SessionState>,
    threads: QueryThreads,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that keeps up to `cache_bytes` of what it reads: half of it as tables, half of it as their footers.
    pub(crate) fn new(store: Arc<dyn ObjectStore>, settings: QuerySettings, cache_bytes: u64) -> Self {
        let cluster = Cluster::new(&settings);
        Self { store, settings, cache_bytes, cluster, base: OnceLock::new(), threads: QueryThreads::default() }
    }

    /// The columns of the answer to a statement and its parameters, without computing it.
    pub(crate) async fn describe(
        self: &Arc<Self>,
        datasets: Vec<Arc<DatasetHandle>>,
        statement: SqlStatement,
    ) -> Result<SqlDescription, SqlError> {
        let state = self.state(datasets)?;
        let deadline = self.deadline();
        let planned = self.threads.run(self.settings.threads(), async move {
            let unbound = sql::unbound(&state, &statement.text).await?;
            let parameters = parameters::schema(&unbound)?;
            let plan = match statement.parameters.as_slice() {
                [] => unbound,
                values => parameters::bind(unbound, values)?,
            };
            Ok(SqlDescription { columns: plain_schema(plan.schema().as_arrow()), parameters })
        });
        timeout_at(deadline, planned).await.map_err(|_| self.late())?
    }

    /// Answers a statement within the limits.
    pub(crate) async fn answer(
        self: &Arc<Self>,
        datasets: Vec<Arc<DatasetHandle>>,
        statement: SqlStatement,
    ) -> Result<SqlAnswer, SqlError> {
        let state = self.state(datasets)?;
        let deadline = self.deadline();
        let engine = Arc::clone(self);
        let begun = self.threads.run(self.settings.threads(), async move {
            let plan = sql::plan(&state, &statement).await?;
            let schema = plain_schema(plan.schema().as_arrow());
            let batches = engine.begin(&state, &plan).await?;
            Ok::<_, SqlError>((schema, batches))
        });
        let (schema, batches) = timeout_at(deadline, begun).await.map_err(|_| self.late())??;
        let batches = self.threads.stream(self.settings.threads(), batches, deadline, self.late())?;
        Ok(SqlAnswer { schema: Arc::clone(&schema), batches: Box::pin(self.bounded(batches, schema, deadline)) })
    }

    /// All rows that one of our own questions gives.
    pub(crate) async fn collect(
        self: &Arc<Self>,
        question: impl FnOnce(SessionContext) -> Result<DataFrame, DataFusionError> + Send + 'static,
    ) -> Result<Vec<RecordBatch>, SqlError> {
        let context = SessionContext::new_with_state(self.state(Vec::new())?);
        let engine = Arc::clone(self);
        let collected = self.threads.run(self.settings.threads(), async move {
            let running = |error: DataFusionError| SqlError::running(&error, engine.settings.memory_bytes);
            let (state, plan) = question(context).map_err(running)?.into_parts();
            let mut attempts = 0;
            loop {
                let batches = engine.begin(&state, &plan).await?;
                attempts += 1;
                match batches.try_collect().await {
                    // Nothing was handed out yet: the whole answer is asked for again.
                    Err(error) if attempts < ATTEMPTS && Cluster::lost(&error) => {
                        tracing::warn!(%error, "a query is run again");
                    }
                    collected => return collected.map_err(running),
                }
            }
        });
        collected.await
    }

    /// Begins to compute an answer: on the cluster where there is one and the plan reads a large table, else here.
    async fn begin(&self, state: &SessionState, plan: &LogicalPlan) -> Result<SendableRecordBatchStream, SqlError> {
        let running = |error: DataFusionError| SqlError::running(&error, self.settings.memory_bytes);
        if let Some(cluster) = &self.cluster
            && let Some(job) = cluster.plan(state, plan, self.settings.large_table_rows).await?
        {
            return cluster.run(job).await.map_err(running);
        }
        let physical = state.create_physical_plan(plan).await.map_err(|error| SqlError::planning(&error))?;
        execute_stream(physical, state.task_ctx()).map_err(running)
    }

    /// Whether large tables are queried on a cluster.
    pub(crate) fn has_cluster(&self) -> bool {
        self.cluster.is_some()
    }

    /// Whether a table of so many rows is read a part at a time.
    pub(crate) fn is_large(&self, rows: u64) -> bool {
        rows >= self.settings.large_table_rows
    }

    /// The rows of an answer, up to the limits; the first error is the last of it.
    fn bounded(
        self: &Arc<Self>,
        batches: impl Stream<Item = Result<RecordBatch, DataFusionError>> + Send + 'static,
        schema: SchemaRef,
        deadline: Instant,
    ) -> impl Stream<Item = Result<RecordBatch, SqlError>> + Send + 'static {
        let engine = Arc::clone(self);
        let state = Some((Box::pin(batches), 0));
        futures_util::stream::unfold(state, move |state| {
            let (engine, schema) = (Arc::clone(&engine), Arc::clone(&schema));
            async move {
                let (mut batches, rows) = state?;
                let next = match timeout_at(deadline, batches.next()).await {
                    Err(_) => Err(engine.late()),
                    Ok(None) => return None,
                    Ok(Some(batch)) => engine.counted(batch, &schema, rows),
                };
                match next {
                    Ok((batch, rows)) => Some((Ok(batch), Some((batches, rows)))),
                    Err(error) => Some((Err(error), None)),
                }
            }
        })
    }

    /// A batch as it is handed out, and the rows of the answer with it.
    fn counted(
        &self,
        batch: Result<RecordBatch, DataFusionError>,
        schema: &SchemaRef,
        before: u64,
    ) -> Result<(RecordBatch, u64), SqlError> {
        let running = |error: DataFusionError| SqlError::running(&error, self.settings.memory_bytes);
        let batch = batch.map_err(running)?;
        let rows = before + batch.num_rows() as u64;
        if rows > self.settings.max_rows {
            return Err(SqlError::Rows { rows: self.settings.max_rows });
        }
        Ok((plain(&batch, schema).map_err(|error| running(error.into()))?, rows))
    }

    fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_secs(self.settings.timeout_seconds)
    }

    fn late(&self) -> SqlError {
        SqlError::Timeout { seconds: self.settings.timeout_seconds }
    }

    /// What a statement is planned and run with.
    fn state(&self, datasets: Vec<Arc<DatasetHandle>>) -> Result<SessionState, SqlError> {
        let base = match self.base.get() {
            Some(base) => base,
            None => {
                let made = self.base().map_err(|error| SqlError::Internal(error.to_string()))?;
                self.base.get_or_init(|| made)
            }
        };
        let catalogue = MemoryCatalogProvider::new();
        catalogue
            .register_schema(SQL_SCHEMA, Arc::new(Tables::new(datasets)))
            .map_err(|error| SqlError::Internal(error.to_string()))?;
        let catalogues = MemoryCatalogProviderList::new();
        catalogues.register_catalog(SQL_CATALOG.to_owned(), Arc::new(catalogue));
        let mut state =
            SessionStateBuilder::new_from_existing(base.clone()).with_catalog_list(Arc::new(catalogues)).build();
        // What now() answers, wherever it stands in the statement.
        state.mark_start_execution();
        Ok(state)
    }

    /// What all statements share: functions, rules, memory, caches.
    fn base(&self) -> Result<SessionState, DataFusionError> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(self.settings.memory_bytes)))
            // Nothing is written, also not to a temporary folder: a query that does not fit is refused.
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
            .with_metadata_cache_limit(usize::try_from(self.cache_bytes / 2).unwrap_or(usize::MAX))
            .build_arc()?;
        let store = CheckedStore::new(Arc::clone(&self.store), self.cache_bytes / 2);
        runtime.register_object_store(ObjectStoreUrl::parse(STORE_URL)?.as_ref(), Arc::new(store));
        let state = bounded(SessionStateBuilder::new_with_default_features())
            .with_config(self.config())
            .with_runtime_env(runtime)
            // Tables come from the store alone: no files by name, no formats, nothing that makes rows of nothing.
            .with_table_functions(std::collections::HashMap::new())
            .with_file_formats(Vec::new());
        Ok(state.build())
    }

    fn config(&self) -> SessionConfig {
        let mut config = SessionConfig::new()
            .with_default_catalog_and_schema(SQL_CATALOG, SQL_SCHEMA)
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(true)
            .with_target_partitions(self.settings.threads());
        let options = config.options_mut();
        options.sql_parser.collect_spans = true;
        options.execution.parquet.pushdown_filters = true;
        options.execution.parquet.reorder_filters = true;
        options.execution.parquet.schema_force_view_types = false;
        // As joins, they tell the scan of the other side what to leave out before it opens anything.
        options.optimizer.enable_physical_uncorrelated_scalar_subquery = false;
        options.execution.sort_pushdown_buffer_capacity = SORT_AHEAD_BYTES;
        options.execution.sort_spill_reservation_bytes = SORT_RESERVE_BYTES;
        config
    }
}
