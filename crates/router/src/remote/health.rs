//! A worker's health: watched, or checked where watching is refused.

use std::time::Duration;

use tokio::time::timeout;
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::settings::{RouterSettings, seconds};

/// Why a worker's health cannot be followed any more.
#[derive(Debug)]
pub(super) enum HealthEnd {
    /// The worker is gone, or has to be asked again.
    Lost(String),
    /// The worker has no health service.
    Unsuitable(String),
}

/// Follows a worker's health and calls `say` with every change, until it ends.
pub(super) async fn follow(channel: &Channel, settings: &RouterSettings, say: impl Fn(bool)) -> HealthEnd {
    let mut client = HealthClient::new(channel.clone());
    // The first answer of a watch comes at once; a server that queues the stream does not answer.
    let opened = timeout(seconds(settings.learn_seconds), open(&mut client)).await;
    match opened {
        // A frozen process keeps its connection and its stream: only an answer shows that it is alive.
        Ok(Ok((first, statuses))) => tokio::select! {
            end = watch(first, statuses, say) => end,
            end = check(&mut client, settings, |_| {}) => end,
        },
        Ok(Err(status)) if !is_refusal(status.code()) => HealthEnd::Lost(reason(&status)),
        Ok(Err(_)) | Err(_) => check(&mut client, settings, say).await,
    }
}

fn whole_server() -> Request<HealthCheckRequest> {
    Request::new(HealthCheckRequest { service: String::new() })
}

async fn open(
    client: &mut HealthClient<Channel>,
) -> Result<(HealthCheckResponse, Streaming<HealthCheckResponse>), Status> {
    let mut statuses = client.watch(whole_server()).await?.into_inner();
    let first = statuses.message().await?.ok_or_else(|| Status::unavailable("the health stream ended"))?;
    Ok((first, statuses))
}

/// Whether the worker takes calls but not this one.
fn is_refusal(code: Code) -> bool {
    matches!(code, Code::Unimplemented | Code::ResourceExhausted | Code::PermissionDenied | Code::Unauthenticated)
}

async fn watch(
    first: HealthCheckResponse,
    mut statuses: Streaming<HealthCheckResponse>,
    say: impl Fn(bool),
) -> HealthEnd {
    say(is_serving(first));
    loop {
        match statuses.message().await {
            Ok(Some(response)) => say(is_serving(response)),
            Ok(None) => return HealthEnd::Lost("it ended its health stream".to_owned()),
            Err(status) => return HealthEnd::Lost(reason(&status)),
        }
    }
}

async fn check(client: &mut HealthClient<Channel>, settings: &RouterSettings, say: impl Fn(bool)) -> HealthEnd {
    let (mut misses, mut said) = (0, None);
    loop {
        let missed = match timeout(seconds(settings.check_seconds), client.check(whole_server())).await {
            Ok(Ok(response)) => {
                let serving = is_serving(response.into_inner());
                if said.replace(serving) != Some(serving) {
                    say(serving);
                }
                None
            }
            Ok(Err(status)) if status.code() == Code::Unimplemented => {
                return HealthEnd::Unsuitable("it has no grpc.health.v1.Health".to_owned());
            }
            Ok(Err(status)) => Some(reason(&status)),
            Err(_) => Some("it does not answer health checks in time".to_owned()),
        };
        misses = if missed.is_some() { misses + 1 } else { 0 };
        if let Some(reason) = missed.filter(|_| misses >= settings.check_misses) {
            return HealthEnd::Lost(reason);
        }
        tokio::time::sleep(seconds(settings.check_interval_seconds).max(Duration::from_millis(1))).await;
    }
}

fn is_serving(response: HealthCheckResponse) -> bool {
    response.status() == ServingStatus::Serving
}

fn reason(status: &Status) -> String {
    match std::error::Error::source(status) {
        Some(cause) => crate::proxy::innermost(cause),
        None if status.message().is_empty() => format!("its health answers {:?}", status.code()),
        None => status.message().to_owned(),
    }
}
