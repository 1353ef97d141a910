//! The engine of an executor.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ballista_core::JobId;
use ballista_core::error::BallistaError;
use ballista_core::serde::protobuf::{RuntimeStatsReport, ShuffleWritePartition, TaskColumnStats, WindowStateReport};
use ballista_executor::execution_engine::{DefaultExecutionEngine, ExecutionEngine, QueryStageExecutor};
use datafusion::arrow::error::ArrowError;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::prelude::SessionConfig;
use growthpole_domain::QueryError;
use tokio::runtime::{Builder, Runtime};

use super::connections::Connections;
use super::told::Told;
use crate::SqlError;

/// The library's engine. Errors are told in words that the service understands, and tasks run on threads of their own: what
/// the library starts for a task goes on when the task is cancelled, unless its threads end.
pub(super) struct Telling {
    place: String,
    memory_bytes: usize,
    threads: usize,
}

impl Telling {
    pub(super) fn new(place: String, memory_bytes: u64, threads: usize) -> Self {
        Self { place, memory_bytes: usize::try_from(memory_bytes).unwrap_or(usize::MAX), threads }
    }
}

impl ExecutionEngine for Telling {
    fn create_query_stage_exec(
        &self,
        job_id: JobId,
        stage_id: usize,
        task_id: usize,
        global_output_partition_ids: Vec<usize>,
        plan: Arc<dyn ExecutionPlan>,
        work_dir: &str,
        config: &SessionConfig,
    ) -> Result<Arc<dyn QueryStageExecutor>> {
        // Connections live on the threads of the task, and end with them.
        let engine = DefaultExecutionEngine::with_client_pool(Arc::new(Connections::default()));
        let stage = engine.create_query_stage_exec(
            job_id,
            stage_id,
            task_id,
            global_output_partition_ids,
            plan,
            work_dir,
            config,
        )?;
        let (place, memory_bytes, threads) = (self.place.clone(), self.memory_bytes, self.threads);
        Ok(Arc::new(TellingStage { stage, place, memory_bytes, threads }))
    }
}

#[derive(Debug)]
struct TellingStage {
    stage: Arc<dyn QueryStageExecutor>,
    place: String,
    memory_bytes: usize,
    threads: usize,
}

/// Threads that end when they are dropped, with everything that was started on them.
struct OwnThreads(Option<Runtime>);

impl Drop for OwnThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl TellingStage {
    fn told(&self, error: &DataFusionError) -> DataFusionError {
        Told::new(self.of_engine(error), &self.place).into_error()
    }

    fn of_engine(&self, error: &DataFusionError) -> SqlError {
        match error.find_root() {
            DataFusionError::External(cause) => match cause.downcast_ref::<BallistaError>() {
                Some(error) => self.of_library(error),
                None => SqlError::running(error, self.memory_bytes),
            },
            _ => SqlError::running(error, self.memory_bytes),
        }
    }

    /// The library wraps errors of the engine. Its own are of the way to other executors.
    fn of_library(&self, error: &BallistaError) -> SqlError {
        match error {
            BallistaError::DataFusionError(error) => self.of_engine(error),
            BallistaError::ArrowError(error) => match error.as_ref() {
                ArrowError::ExternalError(cause) => match cause.downcast_ref::<DataFusionError>() {
                    Some(error) => self.of_engine(error),
                    None => SqlError::Internal(error.to_string()),
                },
                error => SqlError::Undefined(error.to_string()),
            },
            other => SqlError::Data(QueryError::Cluster(other.to_string())),
        }
    }
}

impl fmt::Display for TellingStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.stage, f)
    }
}

#[async_trait]
impl QueryStageExecutor for TellingStage {
    async fn execute_query_stage(
        &self,
        task_id: usize,
        context: Arc<TaskContext>,
    ) -> Result<Vec<ShuffleWritePartition>> {
        let threads = Builder::new_multi_thread().worker_threads(self.threads).thread_name("task").enable_all().build();
        let threads = threads.map_err(DataFusionError::IoError)?;
        let stage = Arc::clone(&self.stage);
        let work = threads.spawn(async move { stage.execute_query_stage(task_id, context).await });
        let _ended_when_dropped = OwnThreads(Some(threads));
        match work.await {
            Ok(ended) => ended.map_err(|error| self.told(&error)),
            Err(error) => Err(self.told(&DataFusionError::Internal(format!("a task ended in a panic: {error}")))),
        }
    }

    fn collect_plan_metrics(&self) -> Vec<MetricsSet> {
        self.stage.collect_plan_metrics()
    }

    fn collect_runtime_stats_reports(&self) -> Vec<RuntimeStatsReport> {
        self.stage.collect_runtime_stats_reports()
    }

    fn collect_window_state_reports(&self) -> Result<Vec<WindowStateReport>> {
        self.stage.collect_window_state_reports()
    }

    fn collect_column_stats(&self) -> Vec<TaskColumnStats> {
        self.stage.collect_column_stats()
    }
}
