//! The service grpc.health.v1.Health over a board.

use std::pin::Pin;

use tokio_stream::Stream;
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::health::HealthBoard;
use crate::refusal::refusal;

impl HealthBoard {
    /// The gRPC service that tells callers what is on this board.
    pub fn into_service(self) -> HealthServer<Self> {
        HealthServer::new(self)
    }
}

#[tonic::async_trait]
impl Health for HealthBoard {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        let service = &request.get_ref().service;
        match self.status(service) {
            Some(serving) => Ok(Response::new(response(Some(serving)))),
            None => Err(refusal(
                Code::NotFound,
                "UNKNOWN_SERVICE",
                format!("there is no service {service:?} here"),
                &[("service", service)],
                None,
            )),
        }
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let watcher = Watcher { board: self.subscribe(), service: request.into_inner().service, told: None };
        let statuses = futures_util::stream::unfold(watcher, |mut watcher| async move {
            let status = watcher.next().await?;
            Some((Ok(status), watcher))
        });
        Ok(Response::new(Box::pin(statuses)))
    }
}

/// One caller that watches one service.
struct Watcher {
    board: tokio::sync::watch::Receiver<crate::health::State>,
    service: String,
    told: Option<HealthCheckResponse>,
}

impl Watcher {
    /// The next status that differs from what was told last. Ends when the server drains, because a stream that stays
    /// open would hold up the drain; the specification has watchers call again.
    async fn next(&mut self) -> Option<HealthCheckResponse> {
        loop {
            let (status, draining) = {
                let state = self.board.borrow_and_update();
                (response(state.status(&self.service)), state.draining)
            };
            if self.told != Some(status) {
                self.told = Some(status);
                return Some(status);
            }
            if draining {
                return None;
            }
            self.board.changed().await.ok()?;
        }
    }
}

fn response(serving: Option<bool>) -> HealthCheckResponse {
    let status = match serving {
        Some(true) => ServingStatus::Serving,
        Some(false) => ServingStatus::NotServing,
        None => ServingStatus::ServiceUnknown,
    };
    HealthCheckResponse { status: status.into() }
}
