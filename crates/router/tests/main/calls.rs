//! Calls passed through: all kinds, errors, compression, cancellation.

use std::time::Duration;

use growthpole_contracts::v1;
use growthpole_contracts::v1::growth_ranking_service_client::GrowthRankingServiceClient;
use growthpole_contracts::v1::panel_service_client::PanelServiceClient;
use growthpole_router::InProcessWorker;
use tokio_stream::StreamExt;
use tonic::codec::CompressionEncoding;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;
use tonic_types::StatusExt;

use crate::support::{ECHO, RANKING, Reflection, Routed, echo_worker, fake_routes, ranking_worker, route, route_to};

fn request(indicator: &str) -> v1::RankGrowthRequest {
    let selection = v1::Selection { dataset: "d".into(), indicator: indicator.into(), ..Default::default() };
    v1::RankGrowthRequest { selection: Some(selection), ..Default::default() }
}

async fn unary_and_error(routed: &Routed) {
    let mut client = GrowthRankingServiceClient::new(routed.channel.clone())
        .send_compressed(CompressionEncoding::Zstd)
        .accept_compressed(CompressionEncoding::Zstd);
    let answer = client.rank_growth(request("gdp")).await.unwrap();
    assert_eq!(answer.metadata().get("grpc-encoding").unwrap(), "zstd");
    assert_eq!(answer.into_inner().provenance.unwrap().dataset, "d");

    let status = client.rank_growth(request("refused")).await.unwrap_err();
    let details = status.get_error_details();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(details.error_info().unwrap().reason, "UNKNOWN_INDICATOR");
    assert_eq!(details.bad_request().unwrap().field_violations[0].field, "selection.indicator");
}

#[tokio::test]
async fn unary_calls_and_error_details_pass_from_afar() {
    let worker = ranking_worker(None).await;
    unary_and_error(&route_to("growth-ranking", &worker).await).await;
}

#[tokio::test]
async fn unary_calls_and_error_details_pass_within_the_process() {
    let worker =
        InProcessWorker { name: "growth-ranking".into(), services: vec![RANKING.into()], routes: fake_routes() };
    let routed = route(vec![worker], vec![]).await;
    unary_and_error(&routed).await;
    assert_eq!(routed.server.health.status(RANKING), Some(true));
    assert_eq!(routed.router.workers()[0].endpoint, "in-process");
}

async fn panel(routed: &Routed, end: &str) -> (usize, Option<Status>) {
    let request = v1::GetPanelRequest { if_digest_differs: end.into(), ..Default::default() };
    let mut parts = PanelServiceClient::new(routed.channel.clone()).get_panel(request).await.unwrap().into_inner();
    let mut count = 0;
    loop {
        match parts.message().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => return (count, None),
            Err(status) => return (count, Some(status)),
        }
    }
}

#[tokio::test]
async fn server_streams_pass_with_their_trailers() {
    let worker = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &worker).await;
    assert!(matches!(panel(&routed, "").await, (3, None)));
    let (count, status) = panel(&routed, "error").await;
    assert_eq!(count, 3);
    assert_eq!(status.unwrap().get_details_error_info().unwrap().reason, "NO_DATA");
}

#[tokio::test]
async fn a_stream_whose_worker_dies_ends_as_unavailable() {
    let worker = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &worker).await;
    let killer = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        worker.kill().await;
    };
    let ((count, status), ()) = tokio::join!(panel(&routed, "silence"), killer);
    let status = status.unwrap();
    assert_eq!((count, status.code()), (3, Code::Unavailable), "{status:?}");
    assert_eq!(status.get_details_error_info().unwrap().reason, "WORKER_UNAVAILABLE");
}

#[tokio::test]
async fn callers_who_do_not_read_stall_nobody_else() {
    let worker = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &worker).await;
    let mut unread = Vec::new();
    for _ in 0..8 {
        // Connections of their own, as those of other callers.
        let channel =
            tonic::transport::Endpoint::from_shared(routed.server.endpoint()).unwrap().connect().await.unwrap();
        let request = v1::GetPanelRequest { if_digest_differs: "flood".into(), ..Default::default() };
        unread.push(PanelServiceClient::new(channel).get_panel(request).await.unwrap().into_inner());
    }
    // Until everything between them and the worker is full.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let read = tokio::time::timeout(Duration::from_secs(5), panel(&routed, "")).await;
    assert!(matches!(read, Ok((3, None))), "{read:?}");
    drop(unread);
}

#[tokio::test]
async fn both_sides_may_stream_and_talk_in_turn() {
    let worker = echo_worker("Word", Reflection::V1, None).await;
    let routed = route_to("echo", &worker).await;
    let mut grpc = tonic::client::Grpc::new(routed.channel.clone());
    grpc.ready().await.unwrap();
    let (send, receive) = tokio::sync::mpsc::channel(1);
    let path = format!("/{ECHO}/Chat").parse().unwrap();
    let codec: ProstCodec<String, String> = ProstCodec::default();
    let words = tokio_stream::wrappers::ReceiverStream::new(receive);
    let mut answers = grpc.streaming(Request::new(words), path, codec).await.unwrap().into_inner();
    for word in ["one", "two", "three"] {
        send.send(word.to_owned()).await.unwrap();
        assert_eq!(answers.next().await.unwrap().unwrap(), word);
    }
    drop(send);
    assert!(answers.next().await.is_none());
}

#[tokio::test]
async fn deadlines_end_calls_and_are_not_the_workers_fault() {
    let worker = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &worker).await;
    let mut slow = Request::new(request("slow"));
    slow.set_timeout(Duration::from_millis(300));
    let mut client = GrowthRankingServiceClient::new(routed.channel.clone());
    let status = client.rank_growth(slow).await.unwrap_err();
    assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status:?}");
    assert!(client.rank_growth(request("gdp")).await.is_ok());
}

#[tokio::test]
async fn an_unknown_service_names_the_nearest() {
    let worker = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &worker).await;
    let mut grpc = tonic::client::Grpc::new(routed.channel.clone());
    grpc.ready().await.unwrap();
    let path = "/growthpole.v1.GrowthRakingService/RankGrowth".parse().unwrap();
    let codec: ProstCodec<String, String> = ProstCodec::default();
    let status = grpc.unary(Request::new(String::new()), path, codec).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "UNKNOWN_METHOD");
    assert!(info.metadata["nearest"].starts_with(RANKING), "{info:?}");
    // A method that a known service lacks is refused by the worker, and completed by the server before us.
    grpc.ready().await.unwrap();
    let path = format!("/{RANKING}/Nothing").parse().unwrap();
    let codec: ProstCodec<String, String> = ProstCodec::default();
    let status = grpc.unary(Request::new(String::new()), path, codec).await.unwrap_err();
    assert_eq!(status.get_details_error_info().unwrap().reason, "UNKNOWN_METHOD");
}
