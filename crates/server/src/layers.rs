//! What happens around every call, and in which order.
//!
//! From the outside to the inside; a request passes them downwards, its response upwards:
//!
//! | layer | what it does | why it stands there |
//! |---|---|---|
//! | `request_id` | takes or makes the `x-request-id` | everything below may name it |
//! | `trace` | one line in the log at the end of the stream | sees what the caller sees |
//! | `grpc_only` | answers what is not gRPC in plain text | below, every answer is a gRPC status |
//! | `compression` | compresses answers of compressed requests only | services and remote workers see the same request |
//! | `details` | gives bare statuses their ErrorInfo | sees the answers of everything below |
//! | `deadline` | ends the call in time, to the last frame | its end gives back the permit below |
//! | `concurrency` | refuses calls beyond the limit; `inner_services` are counted apart | a permit lasts as long as the work |
//! | `panics` | turns a panic into INTERNAL | next to the code that may panic |
//!
//! Handlers find a [`RequestId`] and, where the call has a limit, a [`Deadline`] in the request's extensions.

mod compression;
mod concurrency;
mod deadline;
mod deadline_body;
mod details;
mod grpc_only;
mod grpc_timeout;
mod middleware;
mod panics;
mod request_id;
mod trace;

use std::convert::Infallible;

use http::{Request, Response};
use hyper::body::Incoming;
use tonic::body::Body;
use tower::{Service, ServiceBuilder};

pub use deadline::Deadline;
pub use request_id::RequestId;

use crate::ServerSettings;
use middleware::around_with;

/// The routes with all layers around them.
pub(crate) fn around(
    routes: axum::Router,
    settings: &ServerSettings,
) -> impl Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
+ Clone
+ Send
+ 'static {
    let in_tonics_terms = |response: Response<axum::body::Body>| response.map(Body::new);
    ServiceBuilder::new()
        .layer(around_with(request_id::RequestIds))
        .layer(around_with(trace::Trace))
        .layer(around_with(grpc_only::GrpcOnly))
        .layer(around_with(compression::Compression))
        .layer(around_with(details::Details))
        .layer(around_with(deadline::Deadlines::new(settings)))
        .layer(around_with(concurrency::Concurrency::new(settings)))
        .layer(around_with(panics::Panics))
        .map_response(in_tonics_terms)
        .service(routes)
}

/// Tells whether a path belongs to health or reflection, which neither count as work nor have a time of their own.
fn is_about_the_server(path: &str) -> bool {
    path.starts_with("/grpc.health.v1.Health/") || path.starts_with("/grpc.reflection.")
}
