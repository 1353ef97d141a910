//! The router: assembled once, then a handle that anybody may clone.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use growthpole_server::HealthBoard;
use tokio::task::AbortHandle;
use tonic::body::Body;
use tonic::service::Routes;

use crate::descriptors::{DescriptorFile, DescriptorIndex};
use crate::reflection::{self, MergedReflection};
use crate::settings::RouterSettings;
use crate::snapshot::{MethodSnapshot, WorkerSnapshot, WorkerState};
use crate::view::{Base, RemoteWorker, Shared};
use crate::{InvalidWorker, WorkerEndpoint, proxy, remote};

/// A worker of this process.
#[derive(Debug, Clone)]
pub struct InProcessWorker {
    /// Name, for example `growth-ranking`.
    pub name: String,
    /// Full names of its services.
    pub services: Vec<String>,
    /// The services.
    pub routes: Routes,
}

impl InProcessWorker {
    pub(crate) fn snapshot(&self) -> WorkerSnapshot {
        let mut services = self.services.clone();
        services.sort();
        WorkerSnapshot {
            name: self.name.clone(),
            endpoint: "in-process".to_owned(),
            state: WorkerState::Ready,
            reason: String::new(),
            services,
        }
    }
}

/// The services that the API serves itself, beside reflection.
#[derive(Debug, Clone)]
pub struct OwnServices {
    /// Their full names.
    pub services: Vec<String>,
    /// The encoded `FileDescriptorSet` of all contracts, those of in-process workers included.
    pub descriptors: &'static [u8],
}

/// Why a router cannot be assembled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RouterError {
    /// A worker cannot be dialled as it is configured.
    #[error(transparent)]
    Worker(#[from] InvalidWorker),
    /// Two services of this process have the same name.
    #[error("the service {0} is served twice in this process")]
    DuplicateService(String),
    /// The settings are not valid.
    #[error("{}", .0.join("; "))]
    Settings(Vec<String>),
    /// The descriptors of this process cannot be read.
    #[error("the descriptors cannot be read: {0}")]
    Descriptors(#[from] prost::DecodeError),
}

/// Hands calls to workers by path, and knows what can be called. Clones share everything; with the last clone, and the
/// last of the routes it was mounted on, the watching of workers ends.
#[derive(Debug, Clone)]
pub struct Router {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    tasks: Vec<AbortHandle>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Router {
    /// Assembles a router and begins to dial the remote workers. Must be called within a Tokio runtime.
    ///
    /// In-process services are SERVING on the board from now on, remote ones while their worker is READY.
    ///
    /// # Errors
    ///
    /// When workers, services or settings contradict themselves; a worker that cannot be reached is no error.
    pub fn new(
        in_process: Vec<InProcessWorker>,
        remote: Vec<WorkerEndpoint>,
        own: OwnServices,
        health: HealthBoard,
        settings: &RouterSettings,
    ) -> Result<Self, RouterError> {
        settings.validate().map_err(RouterError::Settings)?;
        check_names(&in_process, &remote)?;
        let base = base(in_process, own)?;
        let workers = remote
            .into_iter()
            .map(|endpoint| {
                let channel = remote::channel(&endpoint, settings)?;
                Ok(RemoteWorker::new(endpoint, channel))
            })
            .collect::<Result<Vec<_>, InvalidWorker>>()?;
        let n_workers = workers.len();
        let shared = Arc::new(Shared::new(base, workers, health));
        let tasks = (0..n_workers)
            .map(|position| {
                tokio::spawn(remote::supervise(Arc::clone(&shared), position, settings.clone())).abort_handle()
            })
            .collect();
        Ok(Self { inner: Arc::new(Inner { shared, tasks }) })
    }

    /// The API's own services with merged reflection (v1 and v1alpha) and, for every other path, the workers.
    pub fn mount(&self, own: Routes) -> axum::Router {
        let reflection = || MergedReflection::new(Arc::clone(&self.inner.shared));
        let router = self.clone();
        own.add_service(reflection().v1())
            .add_service(reflection().v1alpha())
            .into_axum_router()
            .reset_fallback()
            .fallback(move |request: Request| {
                let router = router.clone();
                async move { proxy::pass(&router.inner.shared, request.map(Body::new)).await.map(axum::body::Body::new) }
            })
    }

    /// All workers by name.
    pub fn workers(&self) -> Vec<WorkerSnapshot> {
        self.inner.shared.workers()
    }

    /// All methods that can be called, by service and name.
    pub fn methods(&self) -> Vec<MethodSnapshot> {
        self.inner.shared.view().methods()
    }

    /// Names of the services that the API serves itself, reflection included.
    pub fn own_services(&self) -> Vec<String> {
        self.inner.shared.own_services().to_vec()
    }

    /// Names of all services that can be called, sorted.
    pub fn services(&self) -> Vec<String> {
        self.inner.shared.view().callable.keys().cloned().collect()
    }

    /// Waits until every remote worker is READY or INCOMPATIBLE, but not longer than `timeout`; tells whether they are.
    pub async fn wait_until_settled(&self, timeout: Duration) -> bool {
        let settled = |worker: &RemoteWorker| matches!(worker.state, WorkerState::Ready | WorkerState::Incompatible);
        let mut views = self.inner.shared.subscribe();
        tokio::time::timeout(timeout, views.wait_for(|view| view.remotes.iter().all(settled)))
            .await
            .is_ok_and(|seen| seen.is_ok())
    }
}

fn check_names(in_process: &[InProcessWorker], remote: &[WorkerEndpoint]) -> Result<(), InvalidWorker> {
    remote.iter().try_for_each(WorkerEndpoint::validate)?;
    let mut names: Vec<&str> = in_process.iter().map(|worker| worker.name.as_str()).collect();
    names.extend(remote.iter().map(|worker| worker.name.as_str()));
    names.sort_unstable();
    match names.windows(2).find(|pair| pair.first() == pair.last()) {
        Some([twice, _]) => Err(InvalidWorker::DuplicateName((*twice).to_owned())),
        _ => Ok(()),
    }
}

fn base(in_process: Vec<InProcessWorker>, own: OwnServices) -> Result<Base, RouterError> {
    let mut services = own.services;
    services.extend(reflection::SERVICES.map(str::to_owned));
    let mut all: Vec<&String> = services.iter().chain(in_process.iter().flat_map(|worker| &worker.services)).collect();
    all.sort();
    if let Some([twice, _]) = all.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(RouterError::DuplicateService((*twice).clone()));
    }
    let mut index = DescriptorIndex::default();
    let sets = [own.descriptors, tonic_health::pb::FILE_DESCRIPTOR_SET];
    for set in sets.into_iter().chain(reflection::DESCRIPTORS) {
        let files: Vec<Arc<DescriptorFile>> = DescriptorFile::decode_set(set)?.into_iter().map(Arc::new).collect();
        index.add(&files);
    }
    Ok(Base { own: services, in_process, index })
}
