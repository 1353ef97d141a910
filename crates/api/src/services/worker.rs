//! WorkerService: which workers are connected, and which methods can be called.

use growthpole_contracts::v1::{self, worker_service_server::WorkerService};
use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::nearest::nearest;
use growthpole_router::{MethodSnapshot, Router, WorkerSnapshot, WorkerState};
use tonic::{Request, Response};

use super::Answer;

/// The service.
pub(crate) struct Workers {
    router: Router,
}

impl Workers {
    pub(crate) fn new(router: Router) -> Self {
        Self { router }
    }
}

#[tonic::async_trait]
impl WorkerService for Workers {
    async fn list_workers(&self, _: Request<v1::ListWorkersRequest>) -> Answer<v1::ListWorkersResponse> {
        let workers = self.router.workers().into_iter().map(worker).collect();
        Ok(Response::new(v1::ListWorkersResponse { workers }))
    }

    /// A service that cannot be called is a field that is not allowed, not UNIMPLEMENTED: that would say that ListMethods
    /// itself is missing.
    async fn list_methods(&self, request: Request<v1::ListMethodsRequest>) -> Answer<v1::ListMethodsResponse> {
        let service = &request.get_ref().service;
        let services = self.router.services();
        if !service.is_empty() && !services.contains(service) {
            let nearest = like(service, services.iter().map(String::as_str).collect());
            return Err(Refusal::unknown(Reason::InvalidField, "service", "service", service, &nearest).into());
        }
        let methods = self.router.methods().into_iter();
        let methods = methods.filter(|method| service.is_empty() || method.service == *service).map(method);
        Ok(Response::new(v1::ListMethodsResponse { methods: methods.collect() }))
    }
}

/// The services with the nearest names; where none is alike, by their names without the package.
fn like(sent: &str, services: Vec<&str>) -> Vec<String> {
    let full = nearest(sent, services.iter().copied(), 3);
    if !full.is_empty() {
        return full;
    }
    let short = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let shorts: Vec<String> = services.iter().map(|name| short(name)).collect();
    let alike = nearest(&short(sent), shorts.iter().map(String::as_str), 3);
    services.into_iter().filter(|name| alike.contains(&short(name))).map(str::to_owned).collect()
}

fn worker(worker: WorkerSnapshot) -> v1::Worker {
    let state = match worker.state {
        WorkerState::Discovered => v1::WorkerState::Discovered,
        WorkerState::Connected => v1::WorkerState::Connected,
        WorkerState::Ready => v1::WorkerState::Ready,
        WorkerState::Lost => v1::WorkerState::Lost,
        WorkerState::Incompatible => v1::WorkerState::Incompatible,
    };
    v1::Worker {
        name: worker.name,
        endpoint: worker.endpoint,
        state: state.into(),
        reason: worker.reason,
        services: worker.services,
    }
}

fn method(method: MethodSnapshot) -> v1::Method {
    v1::Method {
        service: method.service,
        name: method.name,
        worker: method.worker,
        request_type: method.request_type,
        response_type: method.response_type,
        client_streaming: method.client_streaming,
        server_streaming: method.server_streaming,
        documentation: method.documentation,
    }
}
