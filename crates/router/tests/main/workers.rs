//! Workers that come, go, and do not fit.

use std::net::SocketAddr;
use std::time::Duration;

use growthpole_contracts::v1;
use growthpole_contracts::v1::growth_ranking_service_client::GrowthRankingServiceClient;
use growthpole_router::{
    InProcessWorker, InvalidWorker, OwnServices, Router, RouterError, WorkerEndpoint, WorkerState,
};
use growthpole_server::HealthBoard;
use tonic::service::Routes;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::{
    ECHO, PANELS, RANKING, Reflection, Routed, Running, contracts, declaring, echo_descriptors, echo_worker,
    fake_routes, quick, ranking_worker, relay, route, route_to, worker,
};

async fn rank(routed: &Routed) -> Result<(), Status> {
    let mut client = GrowthRankingServiceClient::new(routed.channel.clone());
    client.rank_growth(v1::RankGrowthRequest::default()).await.map(drop)
}

fn assert_unavailable(status: &Status) {
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!((status.code(), info.reason.as_str()), (Code::Unavailable, "WORKER_UNAVAILABLE"), "{status:?}");
    assert_eq!(info.metadata["worker"], "growth-ranking");
    assert!(details.retry_info().unwrap().retry_delay.is_some());
}

#[tokio::test]
async fn a_worker_that_dies_is_unavailable_and_works_again_when_it_is_back() {
    let running = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &running).await;
    assert_eq!(routed.state("growth-ranking"), (WorkerState::Ready, String::new()));
    assert_eq!(routed.server.health.status(RANKING), Some(true));
    rank(&routed).await.unwrap();

    let address = running.kill().await;
    assert_unavailable(&rank(&routed).await.unwrap_err());
    routed.wait_for("growth-ranking", WorkerState::Lost).await;
    assert_unavailable(&rank(&routed).await.unwrap_err());
    assert_eq!(routed.server.health.status(RANKING), Some(false));
    assert!(!routed.router.services().contains(&RANKING.to_owned()));

    let _running = ranking_worker(Some(address)).await;
    routed.wait_for("growth-ranking", WorkerState::Ready).await;
    rank(&routed).await.unwrap();
    assert_eq!(routed.server.health.status(RANKING), Some(true));
}

#[tokio::test]
async fn a_built_in_worker_that_was_never_reached_is_unavailable_not_unknown() {
    let nobody = nobody();
    let routed = route(vec![], vec![WorkerEndpoint::new("growth-ranking", format!("http://{nobody}"))]).await;
    assert_unavailable(&rank(&routed).await.unwrap_err());
    assert!(!routed.router.wait_until_settled(Duration::from_millis(100)).await);
    let (state, reason) = routed.state("growth-ranking");
    assert_eq!(state, WorkerState::Discovered);
    assert!(reason.to_lowercase().contains("refused"), "{reason}");
    assert_eq!(routed.server.health.status(RANKING), Some(false));

    let _running = ranking_worker(Some(nobody)).await;
    routed.wait_for("growth-ranking", WorkerState::Ready).await;
    rank(&routed).await.unwrap();
}

#[tokio::test]
async fn a_worker_that_says_it_does_not_serve_gets_no_calls() {
    let running = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &running).await;
    running.health.set("", false);
    routed.wait_for("growth-ranking", WorkerState::Lost).await;
    assert_unavailable(&rank(&routed).await.unwrap_err());
    running.health.set("", true);
    routed.wait_for("growth-ranking", WorkerState::Ready).await;
    rank(&routed).await.unwrap();
}

#[tokio::test]
async fn a_worker_that_freezes_is_lost_until_it_goes_on() {
    let running = ranking_worker(None).await;
    let (freeze, frozen) = tokio::sync::watch::channel(false);
    let relay = relay(running.address, frozen).await;
    let routed = route(vec![], vec![WorkerEndpoint::new("growth-ranking", format!("http://{relay}"))]).await;
    routed.wait_for("growth-ranking", WorkerState::Ready).await;
    freeze.send_replace(true);
    routed.wait_for("growth-ranking", WorkerState::Lost).await;
    assert_unavailable(&rank(&routed).await.unwrap_err());
    freeze.send_replace(false);
    routed.wait_for("growth-ranking", WorkerState::Ready).await;
    rank(&routed).await.unwrap();
}

#[tokio::test]
async fn a_built_in_worker_under_a_misspelt_name_is_told_the_right_one() {
    let in_process = InProcessWorker {
        name: "growth-ranking".into(),
        services: vec![RANKING.into(), PANELS.into()],
        routes: fake_routes(),
    };
    let running = ranking_worker(None).await;
    let routed = route(vec![in_process], vec![WorkerEndpoint::new("growth-rankin", running.endpoint())]).await;
    routed.wait_for("growth-rankin", WorkerState::Incompatible).await;
    assert_incompatible(routed.state("growth-rankin"), "nearest built-in name: growth-ranking");
}

#[tokio::test]
async fn the_old_reflection_is_enough() {
    let running = echo_worker("Word", Reflection::V1Alpha, None).await;
    let routed = route_to("echo", &running).await;
    assert_eq!(routed.state("echo").0, WorkerState::Ready);
    assert!(routed.router.services().contains(&ECHO.to_owned()));
}

/// What becomes of a worker that comes after the ranking worker and the echo.
async fn third(name: &str, start: impl AsyncFnOnce(SocketAddr) -> Running) -> (WorkerState, String) {
    let (ranking, echo) = (ranking_worker(None).await, echo_worker("Word", Reflection::V1, None).await);
    let address = nobody();
    let remote =
        [("growth-ranking", ranking.endpoint()), ("echo", echo.endpoint()), (name, format!("http://{address}"))];
    let routed = route(vec![], remote.map(|(name, endpoint)| WorkerEndpoint::new(name, endpoint)).to_vec()).await;
    routed.wait_for("growth-ranking", WorkerState::Ready).await;
    routed.wait_for("echo", WorkerState::Ready).await;
    let _running = start(address).await;
    assert!(routed.router.wait_until_settled(Duration::from_secs(5)).await);
    rank(&routed).await.unwrap();
    routed.state(name)
}

fn nobody() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn assert_incompatible((state, reason): (WorkerState, String), expected: &str) {
    assert_eq!(state, WorkerState::Incompatible, "{reason}");
    assert!(reason.contains(expected), "{reason}");
}

#[tokio::test]
async fn a_worker_without_reflection_is_incompatible() {
    let start = async |address| worker(Routes::default(), &[], contracts(), Reflection::None, Some(address)).await;
    assert_incompatible(third("bare", start).await, "no reflection");
}

#[tokio::test]
async fn reserved_packages_are_incompatible() {
    for service in ["google.longrunning.Operations", "grpc.invented.Service", "growthpole.v9.InventedService"] {
        let start = async |address| {
            let mut descriptors = contracts();
            descriptors.file.push(declaring(service));
            worker(Routes::default(), &[service], descriptors, Reflection::V1, Some(address)).await
        };
        assert_incompatible(third("reserved", start).await, "reserved");
    }
}

#[tokio::test]
async fn a_service_that_another_serves_is_incompatible() {
    let start = async |address| echo_worker("Word", Reflection::V1, Some(address)).await;
    assert_incompatible(third("twin", start).await, "example.echo.v1.Echo is already served by echo");
}

#[tokio::test]
async fn a_file_that_means_something_else_is_incompatible() {
    let start = async |address| {
        let mut other = echo_descriptors("Sentence");
        other.file[0].service[0].name = Some("Other".into());
        worker(Routes::default(), &["example.echo.v1.Other"], other, Reflection::V1, Some(address)).await
    };
    assert_incompatible(third("clash", start).await, "example/echo.proto differs");
}

#[tokio::test]
async fn an_incompatible_worker_is_asked_again() {
    let running = worker(Routes::default(), &[], contracts(), Reflection::None, None).await;
    let routed = route(vec![], vec![WorkerEndpoint::new("growth-ranking", running.endpoint())]).await;
    routed.wait_for("growth-ranking", WorkerState::Incompatible).await;
    assert_unavailable(&rank(&routed).await.unwrap_err());
    let address = running.kill().await;
    let _running = ranking_worker(Some(address)).await;
    routed.wait_for("growth-ranking", WorkerState::Ready).await;
}

#[tokio::test]
async fn configuration_that_contradicts_itself_is_refused() {
    let new = |remote: Vec<WorkerEndpoint>, services: &[&str]| {
        let services = services.iter().map(|service| (*service).to_owned()).collect();
        let own = OwnServices { services, descriptors: growthpole_contracts::DESCRIPTORS };
        Router::new(vec![], remote, own, HealthBoard::new(), &quick()).map(drop)
    };
    let worker = |name: &str| WorkerEndpoint::new(name, "http://127.0.0.1:1");
    assert_eq!(new(vec![worker("a"), worker("b")], &["x.Y"]), Ok(()));
    let duplicate = RouterError::Worker(InvalidWorker::DuplicateName("a".into()));
    assert_eq!(new(vec![worker("a"), worker("b"), worker("a")], &[]), Err(duplicate));
    assert_eq!(new(vec![], &["x.Y", "x.Y"]), Err(RouterError::DuplicateService("x.Y".into())));
    assert!(new(vec![WorkerEndpoint::new("a", "nowhere")], &[]).is_err());
}
