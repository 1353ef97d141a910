//! The scheduler of a cluster: it cuts plans into stages and hands their tasks to executors.

use std::fmt;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::extension::SessionConfigExt as _;
use ballista_core::serde::protobuf::scheduler_grpc_server::SchedulerGrpcServer;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::cluster::memory::InMemoryJobState;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::create_scheduler;
use ballista_scheduler::scheduler_server::SchedulerServer;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::SessionConfig;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use object_store::memory::InMemory;
use tonic::Status;
use tonic::service::Routes;

use super::executor::HEARTBEAT_SECONDS;
use super::runtime::runtime;
use super::watched::{LostExecutors, WatchedState};
use super::{ClusterError, LOST_HEADER, MESSAGE_BYTES};

/// Heartbeats that an executor misses before it counts as lost, and its tasks are run elsewhere.
const HEARTBEATS_MISSED: u64 = 5;

/// Time for which results are kept that nobody asked to remove: their reader went away without a word.
const RESULTS_SECONDS: u64 = 600;

/// The call that hands in a plan.
const EXECUTE: &str = "/ballista.protobuf.SchedulerGrpc/ExecuteQuery";

type Server = SchedulerServer<LogicalPlanNode, PhysicalPlanNode>;

/// A scheduler. It keeps its jobs in memory: with it they end.
#[derive(Clone)]
pub struct Scheduler {
    server: Server,
    lost: LostExecutors,
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("id", &self.server.scheduler_id).finish_non_exhaustive()
    }
}

impl Scheduler {
    /// Starts a scheduler that executors reach under a host and a port. It reads no data: executors do.
    ///
    /// # Errors
    ///
    /// [`ClusterError`] where it cannot be started.
    pub async fn start(host: &str, port: u16) -> Result<Self, ClusterError> {
        let timeout = HEARTBEAT_SECONDS * HEARTBEATS_MISSED;
        let message_bytes = u32::try_from(MESSAGE_BYTES).unwrap_or(u32::MAX);
        let config = SchedulerConfig {
            external_host: host.to_owned(),
            bind_port: port,
            scheduling_policy: TaskSchedulingPolicy::PushStaged,
            // So that every executor has a part in a query.
            task_distribution: TaskDistributionPolicy::RoundRobin,
            finished_job_data_clean_up_interval_seconds: RESULTS_SECONDS,
            finished_job_state_clean_up_interval_seconds: RESULTS_SECONDS,
            executor_timeout_seconds: timeout,
            expire_dead_executor_interval_seconds: HEARTBEAT_SECONDS,
            no_executors_grace_period_seconds: timeout,
            // What fails is run again as a whole, by whoever asked.
            task_max_failures: 1,
            stage_max_failures: 1,
            grpc_server_max_decoding_message_size: message_bytes,
            grpc_server_max_encoding_message_size: message_bytes,
            grpc_client_max_message_size: message_bytes,
            ..SchedulerConfig::default()
        };
        // Plans name objects of the store, which is not opened here.
        let nothing = runtime(Arc::new(InMemory::new()), 0, None).map_err(ClusterError::new)?;
        let state = move |config: SessionConfig| {
            let builder = SessionStateBuilder::new_with_default_features().with_config(config);
            Ok(builder.with_runtime_env(Arc::clone(&nothing)).build())
        };
        let lost = LostExecutors::default();
        let jobs = InMemoryJobState::new(
            config.scheduler_id.clone(),
            Arc::new(state),
            Arc::new(SessionConfig::new_with_ballista),
        );
        let cluster = BallistaCluster::new(Arc::new(WatchedState::new(lost.clone())), Arc::new(jobs));
        let server = create_scheduler(cluster, Arc::new(config)).await.map_err(ClusterError::new)?;
        Ok(Self { server, lost })
    }

    /// What it serves. While no executor is there, plans are refused with UNAVAILABLE.
    pub fn routes(&self) -> axum::Router {
        let service = SchedulerGrpcServer::new(self.server.clone())
            .max_decoding_message_size(MESSAGE_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES);
        let scheduler = self.clone();
        let answered = move |request: Request, next: Next| {
            let scheduler = scheduler.clone();
            async move { scheduler.answered(request, next).await }
        };
        Routes::new(service).into_axum_router().layer(axum::middleware::from_fn(answered))
    }

    /// Answers a call, and says how many executors were lost: before a plan is taken on, and after anything else was done.
    async fn answered(&self, request: Request, next: Next) -> Response {
        let is_plan = request.uri().path() == EXECUTE;
        if is_plan && !self.is_ready() {
            return Status::unavailable("no query executor is there").into_http::<axum::body::Body>();
        }
        let before = self.lost.count();
        let mut answer: Response = next.run(request).await;
        let lost = if is_plan { before } else { self.lost.count() };
        answer.headers_mut().insert(LOST_HEADER, lost.into());
        answer
    }

    /// Whether an executor is there.
    pub fn is_ready(&self) -> bool {
        self.server.is_ready()
    }
}
