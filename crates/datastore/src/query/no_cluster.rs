//! In the place of [`cluster`](super) where the feature `ballista` is off: there is never a cluster.

use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::SendableRecordBatchStream;

use super::{QuerySettings, SqlError};

/// What there is none of.
#[derive(Debug)]
pub(crate) enum Cluster {}

/// What is never sent.
#[derive(Debug)]
pub(crate) enum Sent {}

impl Cluster {
    /// None: settings that name a cluster are refused before.
    pub(crate) fn new(_: &QuerySettings) -> Option<Self> {
        None
    }

    pub(crate) fn lost(_: &DataFusionError) -> bool {
        false
    }

    pub(crate) async fn plan(&self, _: &SessionState, _: &LogicalPlan, _: u64) -> Result<Option<Sent>, SqlError> {
        match *self {}
    }

    pub(crate) async fn run(&self, sent: Sent) -> Result<SendableRecordBatchStream, DataFusionError> {
        match sent {}
    }
}
