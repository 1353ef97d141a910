//! A running server, the service it serves, and a caller.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request as HttpRequest;
use axum::routing::post;
use growthpole_server::{DrainReport, HealthBoard, ListenAddress, Listener, ServerSettings, serve};
use http::uri::PathAndQuery;
use http_body_util::BodyExt as _;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_stream::{Stream, StreamExt as _};
use tonic::codec::CompressionEncoding;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tonic_types::{ErrorInfo, StatusExt as _};
use tower::Service as _;

/// Longer than anything here takes on the busiest machine.
pub(crate) const LONG: Duration = Duration::from_secs(20);

type Texts = Pin<Box<dyn Stream<Item = Result<String, Status>> + Send>>;

/// Counts the handlers and streams that are alive.
#[derive(Clone, Default)]
pub(crate) struct Alive(Arc<AtomicUsize>);

impl Alive {
    pub(crate) fn enter(&self) -> Self {
        self.0.fetch_add(1, Ordering::SeqCst);
        self.clone()
    }

    fn leave(&self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }

    /// Waits until `count` are alive.
    pub(crate) async fn becomes(&self, count: usize) {
        eventually(|| self.0.load(Ordering::SeqCst) == count).await;
    }
}

/// One handler or stream that is alive.
struct Life(Alive);

impl Drop for Life {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Waits until `condition` holds.
pub(crate) async fn eventually(mut condition: impl FnMut() -> bool) {
    let holds = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, holds).await.expect("the condition does not come to hold");
}

/// A server in this process.
pub(crate) struct Running {
    pub(crate) address: String,
    pub(crate) health: HealthBoard,
    pub(crate) alive: Alive,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<DrainReport>>,
}

impl Running {
    /// Starts a server on a free port, or where `change` says, with the probe and the health service.
    pub(crate) fn start(change: impl FnOnce(&mut ServerSettings)) -> Self {
        let alive = Alive::default();
        let health = HealthBoard::new();
        let routes = tonic::service::Routes::from(probe(&alive)).add_service(health.clone().into_service());
        Self::with_routes(change, routes.into_axum_router(), health, alive)
    }

    /// Starts a server with `routes`.
    pub(crate) fn with_routes(
        change: impl FnOnce(&mut ServerSettings),
        routes: axum::Router,
        health: HealthBoard,
        alive: Alive,
    ) -> Self {
        let mut settings = ServerSettings {
            listen: "127.0.0.1:0".parse::<ListenAddress>().unwrap(),
            drain_seconds: 1.0,
            ..ServerSettings::default()
        };
        change(&mut settings);
        let listener = Listener::bind(&settings.listen).unwrap();
        let address = listener.local_address();
        let (stop, stopped) = oneshot::channel();
        let board = health.clone();
        let task = tokio::spawn(async move {
            let shutdown = async { drop(stopped.await) };
            serve(listener, routes, board, &settings, shutdown).await
        });
        Self { address, health, alive, stop, task }
    }

    /// Host and port, for raw connections.
    pub(crate) fn host_and_port(&self) -> &str {
        self.address.strip_prefix("http://").unwrap()
    }

    pub(crate) async fn caller(&self) -> Caller {
        Caller(Endpoint::from_shared(self.address.clone()).unwrap().connect().await.unwrap())
    }

    /// Tells the server to stop and goes on at once.
    pub(crate) fn stop(self) -> JoinHandle<io::Result<DrainReport>> {
        drop(self.stop);
        self.task
    }

    /// Stops the server and waits until it has ended.
    pub(crate) async fn stopped(self) -> DrainReport {
        tokio::time::timeout(LONG, self.stop()).await.expect("the server hangs").unwrap().unwrap()
    }
}

/// A caller of the probe service.
#[derive(Clone)]
pub(crate) struct Caller(pub(crate) Channel);

impl Caller {
    pub(crate) async fn unary(&self, path: &'static str, text: &str) -> Result<Response<String>, Status> {
        self.unary_with(path, Request::new(text.to_owned())).await
    }

    pub(crate) async fn unary_with(
        &self,
        path: &'static str,
        request: Request<String>,
    ) -> Result<Response<String>, Status> {
        let mut client = tonic::client::Grpc::new(self.0.clone());
        client.ready().await.map_err(|error| Status::from_error(error.into()))?;
        client.unary(request, PathAndQuery::from_static(path), ProstCodec::<String, String>::default()).await
    }

    /// Sends `bytes` as they are, as a broken caller would, and returns the status.
    pub(crate) async fn raw(&self, path: &str, headers: &[(&'static str, &str)], bytes: &[u8]) -> Status {
        let body = tonic::body::Body::new(http_body_util::Full::from(bytes.to_vec()));
        let mut request = http::Request::post(path).header("content-type", "application/grpc").body(body).unwrap();
        request
            .headers_mut()
            .extend(headers.iter().map(|&(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())));
        let mut channel = self.0.clone();
        let response = tower::ServiceExt::ready(&mut channel).await.unwrap().call(request).await.unwrap();
        let (head, body) = response.into_parts();
        let trailers = body.collect().await.unwrap().trailers().cloned().unwrap_or_default();
        Status::from_header_map(&head.headers).or_else(|| Status::from_header_map(&trailers)).unwrap()
    }

    pub(crate) async fn stream(&self, path: &'static str) -> Result<tonic::Streaming<String>, Status> {
        self.stream_with(path, Request::new(String::new())).await
    }

    pub(crate) async fn stream_with(
        &self,
        path: &'static str,
        request: Request<String>,
    ) -> Result<tonic::Streaming<String>, Status> {
        let mut client = tonic::client::Grpc::new(self.0.clone());
        client.ready().await.map_err(|error| Status::from_error(error.into()))?;
        let codec = ProstCodec::<String, String>::default();
        Ok(client.server_streaming(request, PathAndQuery::from_static(path), codec).await?.into_inner())
    }
}

/// The ErrorInfo of a status; every refusal must have one.
pub(crate) fn info(status: &Status) -> ErrorInfo {
    let info = status.get_details_error_info();
    info.unwrap_or_else(|| panic!("{status:?} has no ErrorInfo"))
}

/// The service test.Probe, whose methods misbehave in one way each, and test.Inner beside it.
fn probe(alive: &Alive) -> axum::Router {
    let (sleeping, counting, silent, flooding) = (alive.clone(), alive.clone(), alive.clone(), alive.clone());
    let inner = alive.clone();
    tonic::service::Routes::default()
        .into_axum_router()
        .route("/test.Probe/Echo", unary(|request| async { Ok(request.into_inner()) }))
        .route("/test.Probe/Headers", unary(|request| async move { Ok(seen_by_a_handler(&request)) }))
        .route("/test.Probe/Bare", unary(|_| async { Err(Status::not_found("nothing")) }))
        .route("/test.Probe/Panic", unary(|_| async { panic!("a mistake in a handler") }))
        .route(
            "/test.Probe/Sleep",
            unary(move |request| {
                let life = Life(sleeping.enter());
                async move {
                    let milliseconds = request.into_inner().parse().unwrap();
                    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                    drop(life);
                    Ok("slept".to_owned())
                }
            }),
        )
        .route("/test.Probe/Count", streaming(move || endless(&counting, Duration::from_millis(10), 1)))
        .route("/test.Inner/Echo", unary(|request| async { Ok(request.into_inner()) }))
        .route("/test.Inner/Count", streaming(move || endless(&inner, Duration::from_millis(10), 1)))
        .route("/test.Probe/Silence", streaming(move || endless(&silent, LONG * 10, 1)))
        .route("/test.Probe/Flood", streaming(move || endless(&flooding, Duration::ZERO, 65_536)))
        .route(
            "/test.Probe/PanicLater",
            streaming(|| {
                let late = futures_util::stream::once(async {
                    // Ready items travel together: one that panics at once would take the first along.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    panic!("a mistake in a stream")
                });
                Box::pin(tokio_stream::once(Ok("fine so far".to_owned())).chain(late))
            }),
        )
}

fn seen_by_a_handler(request: &Request<String>) -> String {
    let header = |name| request.metadata().get(name).map_or("-", |value| value.to_str().unwrap());
    let id = request.extensions().get::<growthpole_server::RequestId>().unwrap();
    let remaining = request.extensions().get::<growthpole_server::Deadline>().unwrap().remaining();
    assert!(remaining > Duration::ZERO);
    format!("{} {} {}", header("grpc-timeout"), header("x-request-id"), id.as_str())
}

/// Messages of `bytes` bytes for ever, the first one at once.
fn endless(alive: &Alive, pause: Duration, bytes: usize) -> Texts {
    let life = Life(alive.enter());
    Box::pin(futures_util::stream::unfold((life, false), move |(life, started)| async move {
        if started && !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        Some((Ok("x".repeat(bytes)), (life, true)))
    }))
}

fn unary<F, R>(handler: F) -> axum::routing::MethodRouter
where
    F: Fn(Request<String>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<String, Status>> + Send + 'static,
{
    post(move |request: HttpRequest| async move {
        let service = tower::service_fn(move |request| {
            let answer = handler(request);
            async move { Ok::<_, Status>(Response::new(answer.await?)) }
        });
        let codec = ProstCodec::<String, String>::default();
        tonic::server::Grpc::new(codec)
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip)
            .unary(service, request)
            .await
            .map(Body::new)
    })
}

fn streaming<F>(handler: F) -> axum::routing::MethodRouter
where
    F: Fn() -> Texts + Clone + Send + Sync + 'static,
{
    post(move |request: HttpRequest| async move {
        let service = tower::service_fn(move |_: Request<String>| {
            let texts = handler();
            async move { Ok::<_, Status>(Response::new(texts)) }
        });
        let codec = ProstCodec::<String, String>::default();
        tonic::server::Grpc::new(codec).server_streaming(service, request).await.map(Body::new)
    })
}
