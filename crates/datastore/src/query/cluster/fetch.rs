//! The rows of a job that is done, from the executors that hold them.

use std::collections::VecDeque;
use std::sync::Arc;

use ballista_core::client::BallistaClient;
use ballista_core::extension::BallistaConfigGrpcEndpoint;
use ballista_core::serde::protobuf::PartitionLocation;
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures_util::StreamExt as _;

use super::client::{CONNECT, external};
use super::job::Done;
use super::{Lost, MESSAGE_BYTES};

/// The parts that are still to be read.
struct Parts {
    /// Held until all are read.
    _done: Done,
    waiting: VecDeque<PartitionLocation>,
    current: Option<Part>,
}

/// A part that is being read.
struct Part {
    batches: SendableRecordBatchStream,
    executor: String,
    /// Rows that the executor wrote, and those that came.
    expected: Option<u64>,
    read: u64,
}

/// The rows of a job. Its first rows are there when this returns; a part that ends before all of its rows came is an error.
pub(super) async fn rows(mut done: Done) -> Result<SendableRecordBatchStream> {
    let waiting = std::mem::take(&mut done.parts).into();
    let mut parts = Parts { _done: done, waiting, current: None };
    let Some(first) = parts.next().await.transpose()? else {
        let nothing = futures_util::stream::empty();
        return Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::new(Schema::empty()), nothing)));
    };
    let schema = first.schema();
    let rest = futures_util::stream::unfold(Some(parts), |parts| async move {
        let mut parts = parts?;
        match parts.next().await? {
            Ok(batch) => Some((Ok(batch), Some(parts))),
            Err(error) => Some((Err(error), None)),
        }
    });
    let batches = futures_util::stream::iter([Ok(first)]).chain(rest);
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
}

impl Parts {
    async fn next(&mut self) -> Option<Result<RecordBatch>> {
        loop {
            if let Some(part) = &mut self.current {
                match part.next().await {
                    None => self.current = None,
                    some => return some,
                }
            }
            let location = self.waiting.pop_front()?;
            match Part::open(location).await {
                Ok(part) => self.current = Some(part),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Part {
    async fn open(location: PartitionLocation) -> Result<Self> {
        let layout = location.layout();
        let (Some(executor), Some(partition)) = (location.executor_meta, location.partition_id) else {
            return Err(external(Lost::new("its scheduler does not say where rows are")));
        };
        let place = format!("{}:{}", executor.host, executor.port);
        let lost = |problem: &dyn std::fmt::Display| {
            external(Lost::new(format!("the query executor {place} was lost with rows that it holds: {problem}")))
        };
        let port = u16::try_from(executor.port).map_err(|error| lost(&error))?;
        let client = BallistaClient::try_new(&executor.host, port, MESSAGE_BYTES, false, Some(patience()), 1, 0, 0, 0);
        let mut client = client.await.map_err(|error| lost(&error))?;
        let batches = client.fetch_partition(&executor.id, &partition.into(), location.file_id, layout, true).await;
        let expected = location.partition_stats.and_then(|stats| u64::try_from(stats.num_rows).ok());
        Ok(Self { batches: batches.map_err(|error| lost(&error))?, executor: place, expected, read: 0 })
    }

    async fn next(&mut self) -> Option<Result<RecordBatch>> {
        match self.batches.next().await {
            Some(Ok(batch)) => {
                self.read += batch.num_rows() as u64;
                Some(Ok(batch))
            }
            Some(Err(error)) => Some(Err(self.lost(&error))),
            None => match self.expected.take() {
                Some(expected) if expected != self.read => {
                    Some(Err(self.lost(&format!("{} of {expected} rows came", self.read))))
                }
                _ => None,
            },
        }
    }

    fn lost(&self, problem: &dyn std::fmt::Display) -> datafusion::error::DataFusionError {
        external(Lost::new(format!(
            "the query executor {} was lost while its rows were read: {problem}",
            self.executor
        )))
    }
}

/// Connections notice in seconds that the other side is gone.
pub(super) fn patience() -> Arc<BallistaConfigGrpcEndpoint> {
    Arc::new(BallistaConfigGrpcEndpoint::new(Arc::new(|endpoint| {
        let endpoint = endpoint.connect_timeout(CONNECT).http2_keep_alive_interval(CONNECT);
        Ok(endpoint.keep_alive_timeout(CONNECT).keep_alive_while_idle(true))
    })))
}
