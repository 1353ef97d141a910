//! A job on a cluster, from its submission until its results are no longer needed.

use std::time::{Duration, Instant};

use ballista_core::serde::protobuf::execute_query_params::Query;
use ballista_core::serde::protobuf::job_status::Status as State;
use ballista_core::serde::protobuf::{
    CancelJobParams, CleanJobDataParams, ExecuteQueryParams, GetJobStatusParams, PartitionLocation,
    execute_query_result,
};
use ballista_core::version;
use datafusion::error::Result;
use growthpole_domain::QueryError;
use tokio::runtime::Handle;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status};

use super::client::{SchedulerClient, external};
use super::plan::Sent;
use super::{LOST_HEADER, Lost, told};
use crate::SqlError;

/// The first pause between two questions about a job; it doubles.
const LEAST_PAUSE: Duration = Duration::from_millis(5);

/// The longest such pause.
const GREATEST_PAUSE: Duration = Duration::from_millis(100);

/// How long a scheduler may not know a job that it was given: it takes jobs from a queue.
const UNKNOWN: Duration = Duration::from_secs(10);

/// A job that was submitted. Dropping it ends it, and removes what the executors keep of it.
pub(super) struct Job {
    id: String,
    /// Executors that the scheduler had lost before it took the job on.
    lost_before: u64,
    client: SchedulerClient,
    runtime: Handle,
    is_done: bool,
}

/// A job that came to its end, and where its rows are.
pub(super) struct Done {
    /// Held while they are read.
    _job: Job,
    /// Parts of the result, in order.
    pub(super) parts: Vec<PartitionLocation>,
}

impl Job {
    /// Hands a plan to the scheduler.
    pub(super) async fn submit(mut client: SchedulerClient, session: &str, sent: &Sent) -> Result<Self> {
        let query = ExecuteQueryParams {
            session_id: session.to_owned(),
            settings: sent.settings.clone(),
            operation_id: String::new(),
            query: Some(Query::PhysicalPlan(sent.plan.clone())),
        };
        let mut request = Request::new(query);
        version::insert_version_header(request.metadata_mut());
        // On a task of its own, which is not aborted: a job that was taken on must be known to be cancelled.
        let submitted = tokio::spawn(async move {
            let answer = client.execute_query(request).await?;
            let lost_before = executors_lost(answer.metadata())?;
            match answer.into_inner().result {
                Some(execute_query_result::Result::Success(job)) => {
                    Ok(Self { id: job.job_id, lost_before, client, runtime: Handle::current(), is_done: false })
                }
                other => Err(Status::internal(format!("the plan was not taken: {other:?}"))),
            }
        });
        match submitted.await {
            Ok(submitted) => submitted.map_err(external),
            Err(_) => Err(external(Status::cancelled("this process ends"))),
        }
    }

    /// Waits until it is done.
    pub(super) async fn finish(mut self) -> Result<Done> {
        let (begun, mut pause) = (Instant::now(), LEAST_PAUSE);
        loop {
            let asked = GetJobStatusParams { job_id: self.id.clone() };
            let answer = self.client.get_job_status(asked).await.map_err(external)?;
            if executors_lost(answer.metadata()).map_err(external)? != self.lost_before {
                return Err(external(Lost::new("a query executor was lost while the query ran")));
            }
            match answer.into_inner().status.and_then(|status| status.status) {
                Some(State::Successful(done)) => {
                    self.is_done = true;
                    return Ok(Done { _job: self, parts: done.partition_location });
                }
                Some(State::Failed(failed)) => return Err(failure(&failed.error)),
                None if begun.elapsed() > UNKNOWN => {
                    return Err(external(Lost::new("its scheduler does not know the query any more")));
                }
                Some(State::Queued(_) | State::Running(_)) | None => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(GREATEST_PAUSE);
        }
    }
}

/// Why a job failed: what an executor told of the query, or else what the scheduler says of the cluster.
fn failure(text: &str) -> datafusion::error::DataFusionError {
    match told::read(text) {
        Some(SqlError::Data(QueryError::Cluster(problem))) => external(Lost::new(problem)),
        Some(told) => external(told),
        None => external(SqlError::Data(QueryError::Cluster(text.trim().to_owned()))),
    }
}

/// What the scheduler says about its executors.
fn executors_lost(metadata: &MetadataMap) -> std::result::Result<u64, Status> {
    let said = metadata.get(LOST_HEADER).and_then(|said| said.to_str().ok()).and_then(|said| said.parse().ok());
    said.ok_or_else(|| Status::failed_precondition("it is no growthpole query-scheduler of this version"))
}

impl Drop for Job {
    fn drop(&mut self) {
        let (mut client, job_id, is_done) = (self.client.clone(), std::mem::take(&mut self.id), self.is_done);
        self.runtime.spawn(async move {
            let ended = match is_done {
                true => {
                    client.clean_job_data(CleanJobDataParams { job_id, remove_stage_ids: Vec::new() }).await.map(|_| ())
                }
                false => client.cancel_job(CancelJobParams { job_id }).await.map(|_| ()),
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a job of the cluster could not be ended; it ends with its scheduler");
            }
        });
    }
}
