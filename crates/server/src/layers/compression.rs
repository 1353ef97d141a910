//! Answers are compressed where the request is.
//!
//! Clients in Python, Go and others say of every call that they can read gzip, whether anybody asked them to use it or not.
//! Figures hardly shrink, and compressing them takes a hundred times as long as sending them over a fast network. So it is
//! done for those who compress what they send, as gRPC libraries do when they are told to.

use http::{HeaderMap, Request, Response};
use tonic::body::Body;

use super::middleware::{Middleware, Next};

const ENCODING: &str = "grpc-encoding";
const ACCEPTED: &str = "grpc-accept-encoding";

/// The layer that does not compress unasked.
#[derive(Clone)]
pub(super) struct Compression;

impl Middleware for Compression {
    async fn handle<S, B>(self, next: S, mut request: Request<B>) -> Response<Body>
    where
        S: Next<B>,
        B: Send + 'static,
    {
        if !is_compressed(request.headers()) {
            request.headers_mut().remove(ACCEPTED);
        }
        next.run(request).await
    }
}

fn is_compressed(headers: &HeaderMap) -> bool {
    headers.get(ENCODING).is_some_and(|encoding| encoding != "identity")
}
