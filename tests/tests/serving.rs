//! Serving: health, reflection for stock tools, and ending.

use growthpole_tests::call::Client;
use growthpole_tests::process::{Growthpole, SHAPES, Shape};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus};

const SERVICES: [&str; 7] = [
    "growthpole.v1.CatalogService",
    "growthpole.v1.DatasetService",
    "growthpole.v1.GrowthRankingService",
    "growthpole.v1.IndustryDivisionService",
    "growthpole.v1.ObservationService",
    "growthpole.v1.PanelService",
    "growthpole.v1.WorkerService",
];

async fn status(client: &Client, service: &str) -> ServingStatus {
    let request = HealthCheckRequest { service: service.to_owned() };
    HealthClient::new(client.channel()).check(request).await.unwrap().into_inner().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_serving_for_every_service() {
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        for service in SERVICES.iter().chain(&[""]) {
            assert_eq!(status(&client, service).await, ServingStatus::Serving, "{service:?}, {shape:?}");
        }
        let unknown = HealthCheckRequest { service: "nobody".to_owned() };
        let refused = HealthClient::new(client.channel()).check(unknown.clone()).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::NotFound);
        let mut watch = HealthClient::new(client.channel()).watch(unknown).await.unwrap().into_inner();
        assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::ServiceUnknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_when_a_worker_is_lost() {
    let mut growthpole = Growthpole::start(Shape::SeparateWorkers);
    let client = Client::connect(&growthpole.endpoint).await;
    let service = "growthpole.v1.GrowthRankingService";
    growthpole.kill("growth-ranking");
    wait_until_it_does_not_serve(&client, service).await;
    assert_eq!(status(&client, "growthpole.v1.CatalogService").await, ServingStatus::Serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_when_a_worker_is_frozen() {
    let growthpole = Growthpole::start(Shape::SeparateWorkers);
    let client = Client::connect(&growthpole.endpoint).await;
    growthpole.freeze("industry-division");
    wait_until_it_does_not_serve(&client, "growthpole.v1.IndustryDivisionService").await;
    assert_eq!(status(&client, "growthpole.v1.GrowthRankingService").await, ServingStatus::Serving);
}

async fn wait_until_it_does_not_serve(client: &Client, service: &str) {
    for _ in 0..300 {
        if status(client, service).await == ServingStatus::NotServing {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{service} is still said to be serving after 30 seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn reflection_shows_all_services_in_both_versions() {
    use tonic_reflection::pb::{v1, v1alpha};
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;

        let request = v1::ServerReflectionRequest {
            message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(String::new())),
            ..Default::default()
        };
        let mut reflection = v1::server_reflection_client::ServerReflectionClient::new(client.channel());
        let mut answer = reflection.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
        let listed = match answer.message().await.unwrap().unwrap().message_response {
            Some(v1::server_reflection_response::MessageResponse::ListServicesResponse(list)) => list.service,
            other => panic!("{other:?}"),
        };
        let names: Vec<String> = listed.into_iter().map(|service| service.name).collect();
        for service in SERVICES.iter().chain(&["grpc.health.v1.Health"]) {
            assert!(names.iter().any(|name| name == service), "{service} in {names:?}, {shape:?}");
        }

        let request = v1alpha::ServerReflectionRequest {
            message_request: Some(v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(
                "growthpole.v1.GrowthRankingService.RankGrowth".to_owned(),
            )),
            ..Default::default()
        };
        let mut reflection = v1alpha::server_reflection_client::ServerReflectionClient::new(client.channel());
        let mut answer = reflection.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
        match answer.message().await.unwrap().unwrap().message_response {
            Some(v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(files)) => {
                assert!(!files.file_descriptor_proto.is_empty());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_termination_signal_ends_it_well_even_with_a_silent_connection() {
    let mut growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    assert_eq!(status(&client, "").await, ServingStatus::Serving);
    let address = growthpole.endpoint.trim_start_matches("http://").to_owned();
    let _silent = std::net::TcpStream::connect(address).unwrap();
    let exit = tokio::task::spawn_blocking(move || growthpole.terminate()).await.unwrap();
    assert_eq!(exit, Some(0));
}
