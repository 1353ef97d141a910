//! Workers of many kinds, the router before them, and a channel to it.

use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use growthpole_contracts::v1::panel_service_server::{PanelService, PanelServiceServer};
use growthpole_contracts::{DESCRIPTORS, Reason, Refusal, v1};
use growthpole_router::{InProcessWorker, OwnServices, Router, RouterSettings, WorkerEndpoint, WorkerState};
use growthpole_server::{HealthBoard, ListenAddress, Listener, ServerSettings, serve};
use http_body_util::BodyExt;
use prost_types::{
    DescriptorProto, FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::codec::CompressionEncoding;
use tonic::server::{Grpc, UnaryService};
use tonic::service::Routes;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

pub(crate) const RANKING: &str = "growthpole.v1.GrowthRankingService";
pub(crate) const PANELS: &str = "growthpole.v1.PanelService";
pub(crate) const ECHO: &str = "example.echo.v1.Echo";

/// A server; it ends at once, connections included, when dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) health: HealthBoard,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it and waits until nobody listens any more.
    pub(crate) async fn kill(mut self) -> SocketAddr {
        self.task.abort();
        let _ = (&mut self.task).await;
        self.address
    }
}

pub(crate) async fn start(routes: axum::Router, health: HealthBoard, address: Option<SocketAddr>) -> Running {
    let listen = ListenAddress::Tcp(address.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0))));
    let settings = ServerSettings { listen, ..ServerSettings::default() };
    let listener = Listener::bind(&settings.listen).unwrap();
    let address = listener.local_address().trim_start_matches("http://").parse().unwrap();
    let board = health.clone();
    let task = tokio::spawn(async move {
        serve(listener, routes, board, &settings, std::future::pending()).await.unwrap();
    });
    Running { address, health, task }
}

/// Which reflection a worker has.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Reflection {
    V1,
    V1Alpha,
    None,
}

/// A worker: services, with health and reflection as every worker has them.
pub(crate) async fn worker(
    routes: Routes,
    services: &[&str],
    descriptors: FileDescriptorSet,
    reflection: Reflection,
    address: Option<SocketAddr>,
) -> Running {
    let health = HealthBoard::new();
    health.set("", true);
    let builder = || {
        services
            .iter()
            .fold(tonic_reflection::server::Builder::configure(), |builder, name| builder.with_service_name(*name))
            .with_service_name("grpc.health.v1.Health")
            .register_file_descriptor_set(descriptors.clone())
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let routes = routes.add_service(health.clone().into_service());
    let routes = match reflection {
        Reflection::V1 => routes.add_service(builder().build_v1().unwrap()),
        Reflection::V1Alpha => routes.add_service(builder().build_v1alpha().unwrap()),
        Reflection::None => routes,
    };
    start(routes.into_axum_router(), health, address).await
}

pub(crate) fn contracts() -> FileDescriptorSet {
    prost::Message::decode(DESCRIPTORS).unwrap()
}

/// A worker of the ranking and panel services of the contracts.
pub(crate) async fn ranking_worker(address: Option<SocketAddr>) -> Running {
    worker(fake_routes(), &[RANKING, PANELS], contracts(), Reflection::V1, address).await
}

/// Methods of the ranking service are served by their paths, and not by the service's trait, which would ask for all of them.
pub(crate) fn fake_routes() -> Routes {
    let rank = |request: axum::extract::Request| async move {
        let codec = ProstCodec::<v1::RankGrowthResponse, v1::RankGrowthRequest>::default();
        let zstd = CompressionEncoding::Zstd;
        Grpc::new(codec).accept_compressed(zstd).send_compressed(zstd).unary(Fake, request).await
    };
    let others = Routes::new(PanelServiceServer::new(Fake)).into_axum_router();
    others.route(&format!("/{RANKING}/RankGrowth"), axum::routing::post(rank)).into()
}

#[derive(Clone)]
pub(crate) struct Fake;

impl UnaryService<v1::RankGrowthRequest> for Fake {
    type Response = v1::RankGrowthResponse;
    type Future = Pin<Box<dyn Future<Output = Result<Response<v1::RankGrowthResponse>, Status>> + Send>>;

    fn call(&mut self, request: Request<v1::RankGrowthRequest>) -> Self::Future {
        Box::pin(async move {
            let selection = request.into_inner().selection.unwrap_or_default();
            match selection.indicator.as_str() {
                "refused" => {
                    Err(Refusal::unknown(Reason::UnknownIndicator, "indicator", "selection.indicator", "refused", &[])
                        .into())
                }
                "slow" => {
                    tokio::time::sleep(Duration::from_secs(30)).await;
                    Err(Status::internal("nobody waited"))
                }
                _ => {
                    let provenance = v1::Provenance { dataset: selection.dataset, ..Default::default() };
                    let answer = v1::RankGrowthResponse { provenance: Some(provenance), ..Default::default() };
                    Ok(Response::new(answer))
                }
            }
        })
    }
}

#[tonic::async_trait]
impl PanelService for Fake {
    type GetPanelStream = ReceiverStream<Result<v1::GetPanelResponse, Status>>;

    /// Three blocks; an error after them, silence, or blocks without end, where the request asks for it by its digest.
    async fn get_panel(&self, request: Request<v1::GetPanelRequest>) -> Result<Response<Self::GetPanelStream>, Status> {
        let end = request.into_inner().if_digest_differs;
        let (send, receive) = tokio::sync::mpsc::channel(1);
        tokio::spawn(async move {
            for offset in 0..3 {
                let block = v1::PanelBlock { offset, values: vec![1.0; 1000], statuses: vec![b'A'; 1000] };
                let part = v1::get_panel_response::Part::Block(block);
                send.send(Ok(v1::GetPanelResponse { part: Some(part) })).await.ok();
            }
            match end.as_str() {
                "error" => {
                    send.send(Err(Refusal::new(Reason::NoData, "nothing more").into())).await.ok();
                }
                "silence" => send.closed().await,
                "flood" => while send.send(Ok(flood())).await.is_ok() {},
                _ => {}
            }
        });
        Ok(Response::new(ReceiverStream::new(receive)))
    }
}

fn flood() -> v1::GetPanelResponse {
    let block = v1::PanelBlock { offset: 3, values: vec![1.0; 10_000], statuses: vec![b'A'; 10_000] };
    v1::GetPanelResponse { part: Some(v1::get_panel_response::Part::Block(block)) }
}

/// The descriptor of a service that only echoes, with a message in it that may be named otherwise.
pub(crate) fn echo_descriptors(message: &str) -> FileDescriptorSet {
    let named = |name: &str| Some(format!(".example.echo.v1.{name}"));
    let chat = MethodDescriptorProto {
        name: Some("Chat".into()),
        input_type: named(message),
        output_type: named(message),
        client_streaming: Some(true),
        server_streaming: Some(true),
        ..Default::default()
    };
    let service = ServiceDescriptorProto { name: Some("Echo".into()), method: vec![chat], options: None };
    let file = FileDescriptorProto {
        name: Some("example/echo.proto".into()),
        package: Some("example.echo.v1".into()),
        message_type: vec![DescriptorProto { name: Some(message.into()), ..Default::default() }],
        service: vec![service],
        syntax: Some("proto3".into()),
        ..Default::default()
    };
    FileDescriptorSet { file: vec![file] }
}

/// A file that declares a service without methods.
pub(crate) fn declaring(service: &str) -> FileDescriptorProto {
    let (package, name) = service.rsplit_once('.').unwrap();
    let declared = ServiceDescriptorProto { name: Some(name.into()), ..Default::default() };
    FileDescriptorProto {
        name: Some("declaring.proto".into()),
        package: Some(package.into()),
        service: vec![declared],
        ..Default::default()
    }
}

/// A service that answers with the frames it is sent.
pub(crate) fn echo_routes() -> Routes {
    let echo = |request: axum::extract::Request| async move {
        let trailers = http::HeaderMap::from_iter([(Status::GRPC_STATUS, http::HeaderValue::from_static("0"))]);
        let body = request.into_body().with_trailers(async move { Some(Ok(trailers)) });
        http::Response::builder()
            .header("content-type", "application/grpc")
            .body(axum::body::Body::new(Body::new(body)))
            .unwrap()
    };
    Routes::from(axum::Router::new().fallback(echo))
}

pub(crate) async fn echo_worker(message: &str, reflection: Reflection, address: Option<SocketAddr>) -> Running {
    // The echo takes every path, so that health and reflection stand before it.
    let health = HealthBoard::new();
    health.set("", true);
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .with_service_name(ECHO)
            .register_file_descriptor_set(echo_descriptors(message))
    };
    let mut routes = echo_routes().add_service(health.clone().into_service());
    routes = match reflection {
        Reflection::V1 => routes.add_service(builder().build_v1().unwrap()),
        Reflection::V1Alpha => {
            // Without this route the echo would answer for v1.
            let none = || async { Status::unimplemented("").into_http::<axum::body::Body>() };
            let v1 =
                axum::Router::new().route("/grpc.reflection.v1.ServerReflection/{*rest}", axum::routing::any(none));
            Routes::from(routes.into_axum_router().merge(v1)).add_service(builder().build_v1alpha().unwrap())
        }
        Reflection::None => routes,
    };
    start(routes.into_axum_router(), health, address).await
}

/// Takes connections and passes them on to `target`, byte by byte, but nothing while it is frozen.
pub(crate) async fn relay(target: SocketAddr, frozen: watch::Receiver<bool>) -> SocketAddr {
    async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut frozen: watch::Receiver<bool>) {
        let mut bytes = vec![0; 64 << 10];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            if frozen.wait_for(|frozen| !frozen).await.is_err() || to.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((caller, _)) = listener.accept().await {
            let (from_caller, to_caller) = caller.into_split();
            let (from_target, to_target) = TcpStream::connect(target).await.unwrap().into_split();
            tokio::spawn(pass(from_caller, to_target, frozen.clone()));
            tokio::spawn(pass(from_target, to_caller, frozen.clone()));
        }
    });
    address
}

/// A router with a server before it.
pub(crate) struct Routed {
    pub(crate) router: Router,
    pub(crate) server: Running,
    pub(crate) channel: Channel,
}

pub(crate) fn quick() -> RouterSettings {
    RouterSettings {
        least_pause_seconds: 0.02,
        greatest_pause_seconds: 0.1,
        incompatible_pause_seconds: 0.2,
        check_interval_seconds: 0.05,
        check_seconds: 0.5,
        ..RouterSettings::default()
    }
}

pub(crate) async fn route(in_process: Vec<InProcessWorker>, remote: Vec<WorkerEndpoint>) -> Routed {
    let health = HealthBoard::new();
    let own = OwnServices { services: vec!["grpc.health.v1.Health".to_owned()], descriptors: DESCRIPTORS };
    let router = Router::new(in_process, remote, own, health.clone(), &quick()).unwrap();
    let routes = router.mount(Routes::new(health.clone().into_service()));
    health.set("", true);
    let server = start(routes, health, None).await;
    let channel = Endpoint::from_shared(server.endpoint()).unwrap().connect().await.unwrap();
    Routed { router, server, channel }
}

/// A router before one worker that is ready.
pub(crate) async fn route_to(name: &str, worker: &Running) -> Routed {
    let routed = route(vec![], vec![WorkerEndpoint::new(name, worker.endpoint())]).await;
    assert!(routed.router.wait_until_settled(Duration::from_secs(5)).await, "{:?}", routed.router.workers());
    routed
}

impl Routed {
    pub(crate) fn state(&self, worker: &str) -> (WorkerState, String) {
        let workers = self.router.workers();
        let found = workers.into_iter().find(|found| found.name == worker).unwrap();
        (found.state, found.reason)
    }

    pub(crate) async fn wait_for(&self, worker: &str, state: WorkerState) {
        for _ in 0..500 {
            if self.state(worker).0 == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{worker} is {:?}, not {state:?}", self.state(worker));
    }
}
