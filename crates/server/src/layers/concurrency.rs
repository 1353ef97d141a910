//! How many calls the process works on at a time.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tonic::{Code, Status};

use super::is_about_the_server;
use super::middleware::{Middleware, Next};
use crate::ServerSettings;
use crate::refusal::refusal;

/// When a refused caller should come back.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The layer that refuses calls beyond the limit. Clones share the limit.
#[derive(Clone)]
pub(super) struct Concurrency {
    places: Arc<Semaphore>,
    /// For calls that other calls wait for: those must not be refused because the waiting ones have taken all places.
    inner_places: Arc<Semaphore>,
    inner_services: Arc<[String]>,
    limit: usize,
}

impl Concurrency {
    pub(super) fn new(settings: &ServerSettings) -> Self {
        let limit = settings.max_concurrent_requests;
        Self {
            places: Arc::new(Semaphore::new(limit)),
            inner_places: Arc::new(Semaphore::new(limit)),
            inner_services: settings.inner_services.as_slice().into(),
            limit,
        }
    }

    /// The places among which a call of `path` gets one.
    fn places_of(&self, path: &str) -> &Arc<Semaphore> {
        let service = path.strip_prefix('/').and_then(|path| path.split_once('/')).map(|(service, _)| service);
        let inner = service.is_some_and(|service| self.inner_services.iter().any(|inner| inner == service));
        if inner { &self.inner_places } else { &self.places }
    }

    fn refuse(&self) -> Status {
        let limit = self.limit.to_string();
        refusal(
            Code::ResourceExhausted,
            "TOO_MANY_REQUESTS",
            format!("the server works on {limit} calls already"),
            &[("limit", &limit)],
            Some(RETRY_AFTER),
        )
    }
}

impl Middleware for Concurrency {
    async fn handle<S, B>(self, next: S, request: Request<B>) -> Response<Body>
    where
        S: Next<B>,
        B: Send + 'static,
    {
        // A busy server has to be able to say that it is alive.
        if is_about_the_server(request.uri().path()) {
            return next.run(request).await;
        }
        match Arc::clone(self.places_of(request.uri().path())).try_acquire_owned() {
            Ok(place) => next.run(request).await.map(|inner| Body::new(PlacedBody { inner, _place: place })),
            Err(_) => self.refuse().into_http(),
        }
    }
}

/// A response's body with the call's place, given back when it is dropped.
struct PlacedBody {
    inner: Body,
    _place: OwnedSemaphorePermit,
}

impl http_body::Body for PlacedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
