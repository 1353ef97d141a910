//! What can be called at one moment: one immutable view, swapped as a whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use growthpole_server::HealthBoard;
use tokio::sync::watch;
use tonic::service::Routes;
use tonic::transport::Channel;

use crate::descriptors::{DescriptorFile, DescriptorIndex};
use crate::remote::Offer;
use crate::router::InProcessWorker;
use crate::snapshot::{MethodSnapshot, WorkerSnapshot, WorkerState};
use crate::{WorkerEndpoint, remote};

/// The name under which the API's own services are listed.
const API: &str = "api";

/// What never changes: services of this process, with their descriptors.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) own: Vec<String>,
    pub(crate) in_process: Vec<InProcessWorker>,
    pub(crate) index: DescriptorIndex,
}

impl Base {
    /// Who serves `service` in this process.
    pub(crate) fn server_of(&self, service: &str) -> Option<&str> {
        if self.own.iter().any(|own| own == service) {
            return Some(API);
        }
        let worker = self.in_process.iter().find(|worker| worker.services.iter().any(|known| known == service));
        worker.map(|worker| worker.name.as_str())
    }
}

/// A worker elsewhere, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct RemoteWorker {
    pub(crate) endpoint: Arc<WorkerEndpoint>,
    pub(crate) channel: Channel,
    pub(crate) state: WorkerState,
    pub(crate) reason: String,
    /// What it serves or would serve.
    pub(crate) services: Vec<String>,
    /// Its descriptors, once they were found to fit the others; its services are then its own.
    pub(crate) admitted: Option<Vec<Arc<DescriptorFile>>>,
}

impl RemoteWorker {
    pub(crate) fn new(endpoint: WorkerEndpoint, channel: Channel) -> Self {
        Self {
            endpoint: Arc::new(endpoint),
            channel,
            state: WorkerState::Discovered,
            reason: "not reached yet".to_owned(),
            services: Vec::new(),
            admitted: None,
        }
    }

    /// Services whose calls are this worker's to answer, be it with WORKER_UNAVAILABLE.
    fn claims(&self) -> Vec<String> {
        if self.admitted.is_some() { self.services.clone() } else { self.endpoint.expected_services() }
    }

    fn snapshot(&self) -> WorkerSnapshot {
        WorkerSnapshot {
            name: self.endpoint.name.clone(),
            endpoint: self.endpoint.endpoint.clone(),
            state: self.state,
            reason: self.reason.clone(),
            services: if self.services.is_empty() { self.claims() } else { self.services.clone() },
        }
    }
}

/// Where calls of a service go.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    InProcess(Routes),
    Remote { worker: Arc<WorkerEndpoint>, channel: Channel, unavailable: Option<String> },
}

/// What can be called at one moment.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) remotes: Vec<RemoteWorker>,
    pub(crate) targets: HashMap<String, Target>,
    pub(crate) index: DescriptorIndex,
    /// Services that can be called, sorted, with who serves them.
    pub(crate) callable: BTreeMap<String, String>,
}

impl View {
    fn build(base: &Base, remotes: Vec<RemoteWorker>) -> Self {
        let mut index = base.index.clone();
        let mut targets = HashMap::new();
        let mut callable: BTreeMap<String, String> = base.own.iter().map(|own| (own.clone(), API.to_owned())).collect();
        for worker in &base.in_process {
            for service in &worker.services {
                targets.insert(service.clone(), Target::InProcess(worker.routes.clone()));
                callable.insert(service.clone(), worker.name.clone());
            }
        }
        // Admitted workers last, so that what they serve wins over what others are only expected to.
        let (admitted, expected): (Vec<_>, Vec<_>) = remotes.iter().partition(|worker| worker.admitted.is_some());
        for worker in expected.into_iter().chain(admitted) {
            let ready = worker.state == WorkerState::Ready;
            for service in worker.claims() {
                if base.server_of(&service).is_some() {
                    continue;
                }
                if ready {
                    callable.insert(service.clone(), worker.endpoint.name.clone());
                }
                let target = Target::Remote {
                    worker: Arc::clone(&worker.endpoint),
                    channel: worker.channel.clone(),
                    unavailable: (!ready).then(|| worker.reason.clone()),
                };
                targets.insert(service, target);
            }
            index.add(worker.admitted.as_deref().unwrap_or_default());
        }
        Self { remotes, targets, index, callable }
    }

    /// All methods that can be called, by service and name.
    pub(crate) fn methods(&self) -> Vec<MethodSnapshot> {
        self.callable.iter().flat_map(|(service, worker)| self.index.methods(service, worker)).collect()
    }
}

/// The view that is valid now, and the only way to change it.
#[derive(Debug)]
pub(crate) struct Shared {
    base: Base,
    health: HealthBoard,
    view: watch::Sender<Arc<View>>,
}

impl Shared {
    pub(crate) fn new(base: Base, remotes: Vec<RemoteWorker>, health: HealthBoard) -> Self {
        base.in_process.iter().flat_map(|worker| &worker.services).for_each(|service| health.set(service, true));
        let view = View::build(&base, remotes);
        say_health(&health, None, &view);
        Self { base, health, view: watch::Sender::new(Arc::new(view)) }
    }

    pub(crate) fn health(&self) -> &HealthBoard {
        &self.health
    }

    pub(crate) fn own_services(&self) -> &[String] {
        &self.base.own
    }

    pub(crate) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.borrow())
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<View>> {
        self.view.subscribe()
    }

    /// Changes one remote worker and swaps the view.
    pub(crate) fn update(&self, position: usize, change: impl FnOnce(&mut RemoteWorker)) {
        self.view.send_modify(|view| {
            let mut remotes = view.remotes.clone();
            let Some(worker) = remotes.get_mut(position) else { return };
            change(worker);
            let next = View::build(&self.base, remotes);
            say_health(&self.health, Some(view), &next);
            *view = Arc::new(next);
        });
    }

    /// Takes up what a worker offers, unless it conflicts with what is here; the conflict becomes its reason.
    pub(crate) fn admit(&self, position: usize, offer: Offer) -> Result<(), String> {
        let mut outcome = Ok(());
        self.view.send_modify(|view| {
            let mut remotes = view.remotes.clone();
            outcome = remote::objection(&self.base, &remotes, position, &offer).map_or(Ok(()), Err);
            let Some(worker) = remotes.get_mut(position) else { return };
            worker.services = offer.services;
            worker.admitted = outcome.is_ok().then_some(offer.files);
            if let Err(reason) = &outcome {
                (worker.state, worker.reason) = (WorkerState::Incompatible, reason.clone());
            }
            let next = View::build(&self.base, remotes);
            say_health(&self.health, Some(view), &next);
            *view = Arc::new(next);
        });
        outcome
    }

    /// All workers by name.
    pub(crate) fn workers(&self) -> Vec<WorkerSnapshot> {
        let here = self.base.in_process.iter().map(InProcessWorker::snapshot);
        let mut workers: Vec<_> = here.chain(self.view().remotes.iter().map(RemoteWorker::snapshot)).collect();
        workers.sort_by(|a, b| a.name.cmp(&b.name));
        workers
    }
}

/// Writes on the board which services of remote workers can be called.
fn say_health(health: &HealthBoard, before: Option<&View>, now: &View) {
    let remote = |view: &View, service: &str| matches!(view.targets.get(service), Some(Target::Remote { .. }));
    for service in before.into_iter().flat_map(|view| view.targets.keys()) {
        if before.is_some_and(|view| remote(view, service)) && !now.targets.contains_key(service) {
            health.remove(service);
        }
    }
    for (service, target) in &now.targets {
        if let Target::Remote { unavailable, .. } = target {
            health.set(service, unavailable.is_none());
        }
    }
}
