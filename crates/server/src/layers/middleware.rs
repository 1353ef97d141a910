//! The shape that all layers share: one asynchronous function around the rest.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::body::Body;
use tower::layer::{LayerFn, layer_fn};
use tower::{Service, ServiceExt as _};

/// What a layer does with a request and with the response of the rest.
pub(crate) trait Middleware: Clone + Send + Sync + 'static {
    fn handle<S, B>(self, next: S, request: Request<B>) -> impl Future<Output = Response<Body>> + Send
    where
        S: Next<B>,
        B: Send + 'static;
}

/// The rest of the layers, down to the routes.
pub(crate) trait Next<B>:
    Service<Request<B>, Response = Response<Body>, Error = Infallible, Future: Send + 'static> + Send + 'static
{
    /// Lets the rest answer.
    fn run(self, request: Request<B>) -> impl Future<Output = Response<Body>> + Send
    where
        Self: Sized,
        B: Send + 'static,
    {
        async move {
            match self.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    }
}

impl<S, B> Next<B> for S where
    S: Service<Request<B>, Response = Response<Body>, Error = Infallible, Future: Send + 'static> + Send + 'static
{
}

/// Makes a tower layer of `middleware`.
pub(crate) fn around_with<M: Middleware, S>(middleware: M) -> LayerFn<impl Fn(S) -> Around<M, S> + Clone> {
    layer_fn(move |inner| Around { middleware: middleware.clone(), inner })
}

/// A middleware around a service.
#[derive(Clone)]
pub(crate) struct Around<M, S> {
    middleware: M,
    inner: S,
}

impl<M, S, B> Service<Request<B>> for Around<M, S>
where
    M: Middleware,
    S: Next<B> + Clone,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Each call waits for the readiness of a clone of its own.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (middleware, next) = (self.middleware.clone(), self.inner.clone());
        Box::pin(async move { Ok(middleware.handle(next, request).await) })
    }
}
