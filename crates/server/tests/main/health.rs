//! grpc.health.v1 as its specification has it.

use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::support::{Running, info};

fn of(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

#[tokio::test]
async fn check_tells_what_is_on_the_board() {
    let server = Running::start(|_| {});
    let mut client = HealthClient::new(server.caller().await.0);
    assert_eq!(client.check(of("")).await.unwrap().get_ref().status(), ServingStatus::NotServing);
    server.health.set("", true);
    assert_eq!(client.check(of("")).await.unwrap().get_ref().status(), ServingStatus::Serving);

    let status = client.check(of("a.B")).await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::NotFound, "UNKNOWN_SERVICE"));
    assert_eq!(info(&status).metadata["service"], "a.B");

    let status = client.check(of(&"x".repeat(5000))).await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::NotFound, "UNKNOWN_SERVICE"));
    // Of headers, clients take 8 KiB in all.
    assert!(status.message().len() + status.details().len() < 3000, "{status:?}");
}

#[tokio::test]
async fn watch_of_an_unknown_service_waits_for_it() {
    let server = Running::start(|_| {});
    let mut client = HealthClient::new(server.caller().await.0);
    let mut watch = client.watch(of("a.B")).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::ServiceUnknown);
    // Another service's news is no news of this one.
    server.health.set("other", true);
    server.health.set("a.B", true);
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    server.health.set("a.B", false);
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    server.health.remove("a.B");
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::ServiceUnknown);
}
