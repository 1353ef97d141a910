//! Frames passed through: a request's body unread to the worker, the answer with its trailers back.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use growthpole_contracts::{Reason, Refusal};
use http::uri::PathAndQuery;
use http::{HeaderMap, Request, Response, Uri};
use http_body::{Frame, SizeHint};
use tonic::body::Body;
use tonic::transport::Channel;
use tonic::{Code, Status, TimeoutExpired};
use tower::{Service, ServiceExt};

use crate::view::{Shared, Target, View};

/// How long callers are told to wait before they try a worker again that is down.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Answers a request that none of the API's own services takes.
pub(crate) async fn pass(shared: &Shared, request: Request<Body>) -> Response<Body> {
    let view = shared.view();
    let service = request.uri().path().trim_start_matches('/').split('/').next().unwrap_or_default();
    match view.targets.get(service).cloned() {
        None => Status::from(unknown(&view, request.uri().path(), service)).into_http(),
        Some(Target::InProcess(mut routes)) => match routes.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        Some(Target::Remote { worker, unavailable: Some(reason), .. }) => {
            unavailable(&worker.name, &reason).into_http()
        }
        Some(Target::Remote { worker, channel, unavailable: None }) => {
            drop(view);
            forward(channel, request, &worker.name).await.unwrap_or_else(Status::into_http)
        }
    }
}

/// Hands a request to a worker's connection. The request's body is read only as the connection sends it, and the call ends
/// with the future, so that a caller who goes away ends the worker's work.
async fn forward(mut channel: Channel, request: Request<Body>, worker: &str) -> Result<Response<Body>, Status> {
    let (mut parts, body) = request.into_parts();
    // Scheme and authority are the connection's own.
    let path = parts.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    parts.uri = Uri::from(path);
    parts.extensions.clear();
    let connection = channel.ready().await.map_err(|error| broken(&error, worker))?;
    let response = connection.call(Request::from_parts(parts, body)).await.map_err(|error| broken(&error, worker))?;
    Ok(response.map(|inner| Body::new(PassedBody { inner, worker: worker.to_owned(), ended: false })))
}

/// The answer to a service that nobody serves.
fn unknown(view: &View, path: &str, service: &str) -> Refusal {
    let nearest = nearest(service, view.callable.keys().map(String::as_str));
    let hint = nearest.first().map(|name| format!("; nearest: {name}")).unwrap_or_default();
    Refusal::new(Reason::UnknownMethod, format!("there is no service \"{service}\" here{hint}"))
        .with_metadata("path", path)
        .with_metadata("service", service)
        .with_metadata("nearest", nearest.join(","))
}

/// Up to three services whose full or short names are most like `sent`, best first.
fn nearest<'a>(sent: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    const LEAST_LIKENESS: f64 = 0.5;
    let short = |name: &'a str| name.rsplit('.').next().unwrap_or(name);
    let last = sent.rsplit('.').next().unwrap_or(sent);
    let likeness = |name: &'a str| {
        let whole = strsim::normalized_damerau_levenshtein(sent, name);
        whole.max(strsim::normalized_damerau_levenshtein(last, short(name)))
    };
    let mut found: Vec<(f64, &str)> = known.map(|name| (likeness(name), name)).collect();
    found.retain(|(likeness, _)| *likeness >= LEAST_LIKENESS);
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

fn unavailable(worker: &str, reason: &str) -> Status {
    let message = format!("worker {worker} cannot be reached: {reason}");
    let refusal = Refusal::new(Reason::WorkerUnavailable, message).with_metadata("worker", worker);
    refusal.with_retry_after(RETRY_AFTER).into()
}

/// What a failed connection means to the caller. Statuses that a worker sends are answers and never come here.
fn broken(error: &(dyn Error + 'static), worker: &str) -> Status {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TimeoutExpired>() {
            return Status::deadline_exceeded("the time for the call is over");
        }
        if let Some(status) = error.downcast_ref::<Status>()
            && matches!(status.code(), Code::Cancelled | Code::DeadlineExceeded)
        {
            return Status::new(status.code(), status.message());
        }
        cause = error.source();
    }
    let reason = innermost(error);
    tracing::debug!(worker, reason, "a call ended with its connection");
    unavailable(worker, &reason)
}

/// The sentence of the innermost cause, which is the one that says something.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// A worker's answer. Its frames pass as they are; a connection that breaks becomes trailers that say so.
struct PassedBody {
    inner: Body,
    worker: String,
    ended: bool,
}

impl http_body::Body for PassedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        Poll::Ready(match frame {
            Some(Err(status)) => {
                self.ended = true;
                Some(Ok(Frame::trailers(trailers(&broken(&status, &self.worker)))))
            }
            frame => frame,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

fn trailers(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    // Fails only on what no header can hold; the bare code is then still the truth.
    if status.add_header(&mut trailers).is_err() {
        trailers.clear();
        trailers.insert(Status::GRPC_STATUS, http::HeaderValue::from(status.code() as i32));
    }
    trailers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_services_by_short_name_and_with_slips() {
        let known = ["growthpole.v1.CatalogService", "growthpole.v1.GrowthRankingService", "grpc.health.v1.Health"];
        assert_eq!(nearest("GrowthRankingService", known.into_iter())[0], "growthpole.v1.GrowthRankingService");
        assert_eq!(nearest("growthpole.v1.CatalogServcie", known.into_iter())[0], "growthpole.v1.CatalogService");
        assert!(nearest("zzz", known.into_iter()).is_empty());
    }

    #[test]
    fn a_timeout_is_not_an_unavailable_worker() {
        assert_eq!(broken(&TimeoutExpired(()), "w").code(), Code::DeadlineExceeded);
        assert_eq!(broken(&Status::cancelled("gone"), "w").code(), Code::Cancelled);
        // What tonic makes of a connection that the worker's own HTTP/2 ended; no worker's answer.
        let connection = Status::resource_exhausted("h2 protocol error: error reading a body from connection");
        assert_eq!(broken(&connection, "w").code(), Code::Unavailable);
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        assert_eq!(broken(&refused, "w").code(), Code::Unavailable);
    }
}
