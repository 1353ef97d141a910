//! A handler that panics ends its own call, and nothing else.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};

use super::RequestId;
use super::middleware::{Middleware, Next};
use crate::refusal::{refusal, trailers_of};

/// The layer that catches panics, of handlers and of the streams they return.
#[derive(Clone)]
pub(super) struct Panics;

impl Middleware for Panics {
    async fn handle<S, B>(self, next: S, request: Request<B>) -> Response<Body>
    where
        S: Next<B>,
        B: Send + 'static,
    {
        let id = request.extensions().get::<RequestId>().cloned();
        // What a panic leaves half done belongs to the call, and is dropped with it.
        match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(response) => response.map(|inner| Body::new(CaughtBody { inner, id })),
            Err(panic) => status_of(panic.as_ref(), id.as_ref()).into_http(),
        }
    }
}

/// Logs the panic; the caller learns only that it was not the caller's fault, and the name to ask after.
fn status_of(panic: &(dyn Any + Send), id: Option<&RequestId>) -> Status {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("not a text"), "a handler panicked");
    let id = id.map(RequestId::as_str).unwrap_or_default();
    refusal(
        Code::Internal,
        "INTERNAL",
        format!("the server made a mistake; its log tells more under request id {id}"),
        &[("request_id", id)],
        None,
    )
}

/// A response's body whose panics become trailers.
struct CaughtBody {
    inner: Body,
    id: Option<RequestId>,
}

impl http_body::Body for CaughtBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.inner).poll_frame(context)));
        polled.unwrap_or_else(|panic| {
            self.inner = Body::empty();
            let status = status_of(panic.as_ref(), self.id.as_ref());
            Poll::Ready(Some(Ok(Frame::trailers(trailers_of(&status)))))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
