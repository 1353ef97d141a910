//! Threads that queries run on, so that calls are answered while a query computes.

use std::future::Future;
use std::sync::OnceLock;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures_util::{Stream, StreamExt as _};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};

use super::SqlError;
use crate::StoreError;

/// Batches that wait for a caller: while they do, the query pauses.
const BATCHES_AHEAD: usize = 2;

/// What the longest statement takes while it is planned, many times over; memory that is not touched is not taken.
const STACK_BYTES: usize = 64 << 20;

/// A runtime of its own, started with the first query.
#[derive(Debug, Default)]
pub(crate) struct QueryThreads {
    runtime: OnceLock<Runtime>,
}

impl Drop for QueryThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting for its threads is not allowed on a thread that answers calls.
            runtime.shutdown_background();
        }
    }
}

/// Ends the work of a query when nobody waits for it any more.
struct Abort(AbortHandle);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl QueryThreads {
    fn runtime(&self, threads: usize) -> Result<&Runtime, StoreError> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(threads).thread_name("query").thread_stack_size(STACK_BYTES).enable_all();
        let started = builder.build();
        let started = started.map_err(|source| StoreError::Unavailable {
            object: "the threads of the query engine".to_owned(),
            source: source.into(),
        })?;
        if let Err(second) = self.runtime.set(started) {
            second.shutdown_background();
        }
        self.runtime.get().ok_or(StoreError::Stopped)
    }

    /// Runs some work of a query; it ends when the future is dropped.
    pub(crate) async fn run<T, E>(
        &self,
        threads: usize,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let task = self.runtime(threads)?.spawn(work);
        let _abort = Abort(task.abort_handle());
        task.await.unwrap_or_else(|_| Err(StoreError::Stopped.into()))
    }

    /// Hands the batches of a query over to another thread; the query ends when the stream is dropped, or when it is late,
    /// also while nobody takes its batches.
    pub(crate) fn stream(
        &self,
        threads: usize,
        mut batches: SendableRecordBatchStream,
        deadline: Instant,
        late: SqlError,
    ) -> Result<impl Stream<Item = Result<RecordBatch, DataFusionError>> + Send + use<>, StoreError> {
        let (sender, receiver) = mpsc::channel(BATCHES_AHEAD);
        let task = self.runtime(threads)?.spawn(async move {
            let handed_over = async move {
                while let Some(batch) = batches.next().await {
                    if sender.send(batch).await.is_err() {
                        break;
                    }
                }
            };
            timeout_at(deadline, handed_over).await.map_err(|_| late)
        });
        let abort = Abort(task.abort_handle());
        Ok(futures_util::stream::unfold((receiver, Some(task), abort), |(mut receiver, mut task, abort)| async move {
            if let Some(batch) = receiver.recv().await {
                return Some((batch, (receiver, task, abort)));
            }
            // A query that panicked or was late has not come to its end, however it looks.
            let error = match task.take()?.await {
                Ok(Ok(())) => return None,
                Ok(Err(late)) => DataFusionError::External(Box::new(late)),
                Err(panicked) => DataFusionError::External(Box::new(panicked)),
            };
            Some((Err(error), (receiver, task, abort)))
        }))
    }
}
