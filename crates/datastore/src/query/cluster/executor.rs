//! An executor of a cluster: it runs tasks over the store, and keeps their results until they are read.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_flight::flight_service_server::FlightServiceServer;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::BallistaError;
use ballista_core::extension::ballista_scalar_functions;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::utils::create_grpc_server;
use ballista_executor::ArrowFlightServerProvider;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_executor::flight_service::BallistaFlightService;
use ballista_executor::health::ExecutorHealth;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tonic::service::Routes;

use super::runtime::runtime;
use super::scratch::Scratch;
use super::telling::Telling;
use super::{ClusterError, MESSAGE_BYTES};
use crate::Datastore;
use crate::query::checked::CheckedStore;

/// Time between two signs of life of an executor.
pub(super) const HEARTBEAT_SECONDS: u64 = 2;

/// How long an executor waits for its scheduler when it starts.
const SCHEDULER_PATIENCE: Duration = Duration::from_secs(60);

/// Pause between two attempts to reach it.
const PAUSE: Duration = Duration::from_millis(250);

/// Age at which results are removed that nobody asked to remove, and time between two looks for such.
const RESULTS_SECONDS: u64 = 3600;
const LOOK_SECONDS: u64 = 300;

/// How an executor takes part in a cluster.
#[derive(Debug, Clone)]
pub struct ExecutorSettings {
    /// Host and port of the scheduler.
    pub scheduler: (String, u16),
    /// Where results are read.
    pub listen: SocketAddr,
    /// Port on which the scheduler hands in tasks, on the same address.
    pub tasks_port: u16,
    /// Host under which the scheduler, the other executors and the service reach it.
    pub advertise: String,
    /// Folder of results and of what is sorted; none: a temporary one, which is removed at the end, or by the next
    /// executor where this one is killed.
    pub scratch: Option<std::path::PathBuf>,
    /// Tasks at a time; 0 is as many as the machine has cores.
    pub threads: usize,
    /// Bytes that the sorts, joins and groups of all tasks may take together.
    pub memory_bytes: u64,
    /// Bytes of tables and footers that are kept.
    pub cache_bytes: u64,
}

/// An executor that is to be run.
pub struct Executor {
    config: ExecutorProcessConfig,
    health: ExecutorHealth,
    /// Where it writes.
    _scratch: Scratch,
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").field("id", &self.config.executor_id).finish_non_exhaustive()
    }
}

impl Executor {
    /// An executor over a store, which must answer. Beside its results it serves `others`.
    ///
    /// # Errors
    ///
    /// [`ClusterError`] where the store does not answer, or the scratch folder cannot be used.
    pub async fn new(store: &Datastore, settings: &ExecutorSettings, others: Routes) -> Result<Self, ClusterError> {
        store.refresh().await.map_err(|error| ClusterError::new(told_in_full(&error)))?;
        let scratch = Scratch::open(settings.scratch.as_deref());
        let scratch = scratch.map_err(|error| ClusterError(format!("the scratch folder cannot be used: {error}")))?;
        let half = settings.cache_bytes / 2;
        let checked = CheckedStore::new(store.objects.store(), half).on(Handle::current());
        let footers = usize::try_from(half).unwrap_or(usize::MAX);
        // One for all tasks, so that they share what is kept.
        let shared = runtime(Arc::new(checked), footers, Some(&scratch.path)).map_err(ClusterError::new)?;
        let (health, vcores) = (ExecutorHealth::new(), threads(settings.threads));
        let memory = settings.memory_bytes / vcores as u64;
        let place = format!("{}:{}", settings.advertise, settings.listen.port());
        let message_bytes = u32::try_from(MESSAGE_BYTES).unwrap_or(u32::MAX);
        let config = ExecutorProcessConfig {
            bind_host: host(settings.listen),
            external_host: Some(settings.advertise.clone()),
            port: settings.listen.port(),
            grpc_port: settings.tasks_port,
            scheduler_host: settings.scheduler.0.clone(),
            scheduler_port: settings.scheduler.1,
            vcores,
            task_scheduling_policy: TaskSchedulingPolicy::PushStaged,
            work_dir: Some(scratch.path.clone()),
            job_data_ttl_seconds: RESULTS_SECONDS,
            job_data_clean_up_interval_seconds: LOOK_SECONDS,
            grpc_max_decoding_message_size: message_bytes,
            grpc_max_encoding_message_size: message_bytes,
            executor_heartbeat_interval_seconds: HEARTBEAT_SECONDS,
            memory_pool_size: Some(settings.memory_bytes),
            override_runtime_producer: Some(Arc::new(move |_| Ok(Arc::clone(&shared)))),
            override_function_registry: Some(Arc::new(functions())),
            override_execution_engine: Some(Arc::new(Telling::new(place, memory, vcores))),
            override_arrow_flight_service: Some(serving(others)),
            health: health.clone(),
            ..ExecutorProcessConfig::default()
        };
        Ok(Self { config, health, _scratch: scratch })
    }

    /// Tells from time to time whether the scheduler knows it.
    pub fn readiness(&self) -> impl Fn() -> bool + Send + Sync + use<> {
        let health = self.health.clone();
        move || health.is_ready()
    }

    /// Runs until the process is told to stop, and running tasks have ended.
    ///
    /// # Errors
    ///
    /// [`ClusterError`] where the scheduler cannot be reached within a minute or refuses it, an address is taken, or the
    /// scheduler was gone for too long.
    pub async fn run(self) -> Result<(), ClusterError> {
        let (host, port) = (self.config.scheduler_host.clone(), self.config.scheduler_port);
        let begun = Instant::now();
        while let Err(error) = TcpStream::connect((host.as_str(), port)).await {
            if begun.elapsed() > SCHEDULER_PATIENCE {
                return Err(ClusterError(format!("the query scheduler {host}:{port} cannot be reached: {error}")));
            }
            tokio::time::sleep(PAUSE).await;
        }
        let Self { config, health, _scratch } = self;
        start_executor_process(Arc::new(config)).await.map_err(ClusterError::new)?;
        match health.is_ready() {
            true => Ok(()),
            false => Err(ClusterError(format!("the query scheduler {host}:{port} was not reached for too long"))),
        }
    }
}

/// An address as the library wants it.
fn host(listen: SocketAddr) -> String {
    match listen {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}

fn threads(named: usize) -> usize {
    match named {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
        named => named,
    }
}

/// The functions that statements may call, as where they are planned.
fn functions() -> BallistaFunctionRegistry {
    let scalar = ballista_scalar_functions().into_iter().map(|function| (function.name().to_owned(), function));
    BallistaFunctionRegistry { scalar_functions: scalar.collect(), ..BallistaFunctionRegistry::default() }
}

/// An error with its causes.
fn told_in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Serves results, and what else is asked of the same address.
fn serving(others: Routes) -> Arc<ArrowFlightServerProvider> {
    Arc::new(move |folder, address, mut shutdown, settings| {
        let others = others.clone();
        tokio::spawn(async move {
            let flight = FlightServiceServer::new(BallistaFlightService::new(folder))
                .max_decoding_message_size(MESSAGE_BYTES)
                .max_encoding_message_size(MESSAGE_BYTES);
            let server = create_grpc_server(&settings).add_routes(others.add_service(flight));
            server.serve_with_shutdown(address, shutdown.recv()).await.map_err(BallistaError::TonicError)
        })
    })
}
