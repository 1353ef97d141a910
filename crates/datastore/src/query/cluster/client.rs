//! The cluster as the engine sees it.

use std::sync::OnceLock;
use std::time::Duration;

use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::SendableRecordBatchStream;
use growthpole_domain::QueryError;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use super::fetch;
use super::job::Job;
use super::plan::{self, Sent};
use super::{Lost, MESSAGE_BYTES};
use crate::SqlError;
use crate::query::{QuerySettings, scheduler_address};

/// Time for a connection to be made.
pub(super) const CONNECT: Duration = Duration::from_secs(5);

/// Time for one message to be answered.
const ANSWER: Duration = Duration::from_secs(20);

/// How often a job is run whose result is lost before any of it was read: an executor that died may be found to be lost by
/// those who read from it, by the scheduler who hands it a task, and by its silence.
const ATTEMPTS: usize = 5;

/// Pause before it is run again.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) type SchedulerClient = SchedulerGrpcClient<Channel>;

/// A cluster that queries run on.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Its scheduler, as the settings name it.
    scheduler: String,
    endpoint: Endpoint,
    /// Connected when it is needed, and again when it was lost.
    channel: OnceLock<Channel>,
    /// Under which the scheduler and the executors remember settings: one for all queries of this process.
    session: String,
    partitions: usize,
}

impl Cluster {
    /// The cluster that the settings name.
    pub(crate) fn new(settings: &QuerySettings) -> Option<Self> {
        let (host, port) = scheduler_address(&settings.ballista)?;
        let endpoint = Endpoint::from_shared(format!("http://{host}:{port}")).ok()?;
        let endpoint = endpoint
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(ANSWER)
            .keep_alive_timeout(CONNECT);
        Some(Self {
            scheduler: settings.ballista.clone(),
            endpoint,
            channel: OnceLock::new(),
            session: format!("growthpole-{}", ballista_core::ids::new_instance_id()),
            partitions: settings.ballista_partitions,
        })
    }

    /// A plan for the cluster; none where this process answers it.
    pub(crate) async fn plan(
        &self,
        state: &SessionState,
        plan: &LogicalPlan,
        least_rows: u64,
    ) -> std::result::Result<Option<Sent>, SqlError> {
        plan::plan(state, plan, self.partitions, least_rows).await
    }

    /// Whether an answer was lost after some of it had been handed out.
    pub(crate) fn lost(error: &DataFusionError) -> bool {
        match error.find_root() {
            DataFusionError::External(cause) => cause.downcast_ref::<Lost>().is_some(),
            _ => false,
        }
    }

    /// Runs a plan. A result that is lost before its first rows were read is computed again.
    pub(crate) async fn run(&self, sent: Sent) -> Result<SendableRecordBatchStream> {
        let mut attempts = 1;
        loop {
            let begun = async {
                let job = Job::submit(self.client(), &self.session, &sent).await?;
                let done = job.finish().await?;
                fetch::rows(done).await
            };
            match begun.await {
                Err(error) if attempts < ATTEMPTS && Self::lost(&error) => {
                    tracing::warn!(%error, attempts, "the cluster runs a query again");
                    attempts += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                begun => return begun.map_err(|error| self.named(error)),
            }
        }
    }

    fn client(&self) -> SchedulerClient {
        let channel = self.channel.get_or_init(|| self.endpoint.connect_lazy()).clone();
        SchedulerGrpcClient::new(channel)
            .max_encoding_message_size(MESSAGE_BYTES)
            .max_decoding_message_size(MESSAGE_BYTES)
    }

    /// An error of the way to the scheduler, with its address.
    fn named(&self, error: DataFusionError) -> DataFusionError {
        match error {
            DataFusionError::External(cause) => match cause.downcast::<Status>() {
                Ok(status) => {
                    let problem = format!("the query scheduler {}: {}", self.scheduler, sentence(&status));
                    external(SqlError::Data(QueryError::Cluster(problem)))
                }
                Err(other) => DataFusionError::External(other),
            },
            other => other,
        }
    }
}

/// An error of this software in the engine's terms.
pub(super) fn external(error: impl std::error::Error + Send + Sync + 'static) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// What a status says, with the cause that its own sentence leaves out.
fn sentence(status: &Status) -> String {
    let mut text = status.message().to_owned();
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = if text.is_empty() { more } else { format!("{text}: {more}") };
        }
        cause = error.source();
    }
    text
}
