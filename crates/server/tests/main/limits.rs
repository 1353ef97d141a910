//! Connections and calls beyond the limits.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;

use crate::support::{LONG, Running, info};

#[tokio::test]
async fn a_connection_too_many_waits_for_a_place() {
    let server = Running::start(|settings| settings.max_connections = 1);
    let caller = server.caller().await;
    caller.unary("/test.Probe/Echo", "").await.unwrap();

    let mut second = TcpStream::connect(server.host_and_port()).await.unwrap();
    second.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut first_bytes = [0; 12];
    let read = tokio::time::timeout(Duration::from_millis(300), second.read_exact(&mut first_bytes)).await;
    assert!(read.is_err(), "the second connection was served beside the first");

    drop(caller);
    tokio::time::timeout(LONG, second.read_exact(&mut first_bytes)).await.expect("no place came free").unwrap();
    assert_eq!(&first_bytes, b"HTTP/1.1 404");
}

#[tokio::test]
async fn a_call_too_many_is_told_when_to_come_back() {
    let server = Running::start(|settings| settings.max_concurrent_requests = 1);
    let caller = server.caller().await;
    let busy = tokio::spawn({
        let caller = caller.clone();
        async move { caller.unary("/test.Probe/Sleep", "60000").await }
    });
    server.alive.becomes(1).await;

    let status = caller.unary("/test.Probe/Echo", "").await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::ResourceExhausted, "TOO_MANY_REQUESTS"));
    assert!(status.get_details_retry_info().unwrap().retry_delay.unwrap() > Duration::ZERO);
    HealthClient::new(caller.0.clone()).check(HealthCheckRequest::default()).await.unwrap();

    busy.abort();
    server.alive.becomes(0).await;
    succeeds_soon(&caller).await;
}

#[tokio::test]
async fn a_place_is_held_until_the_stream_ends() {
    let server = Running::start(|settings| settings.max_concurrent_requests = 1);
    let caller = server.caller().await;
    let mut stream = caller.stream("/test.Probe/Count").await.unwrap();
    stream.message().await.unwrap().unwrap();
    assert_eq!(caller.unary("/test.Probe/Echo", "").await.unwrap_err().code(), Code::ResourceExhausted);
    drop(stream);
    succeeds_soon(&caller).await;
}

#[tokio::test]
async fn services_that_other_calls_wait_for_have_places_of_their_own() {
    let server = Running::start(|settings| {
        settings.max_concurrent_requests = 1;
        settings.inner_services = vec!["test.Inner".to_owned()];
    });
    let caller = server.caller().await;
    let mut outer = caller.stream("/test.Probe/Count").await.unwrap();
    outer.message().await.unwrap().unwrap();
    assert_eq!(caller.unary("/test.Probe/Echo", "").await.unwrap_err().code(), Code::ResourceExhausted);

    let mut inner = caller.stream("/test.Inner/Count").await.unwrap();
    inner.message().await.unwrap().unwrap();
    let status = caller.unary("/test.Inner/Echo", "").await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::ResourceExhausted, "TOO_MANY_REQUESTS"));

    drop(outer);
    succeeds_soon(&caller).await;
    assert_eq!(caller.unary("/test.Inner/Echo", "").await.unwrap_err().code(), Code::ResourceExhausted);
}

async fn succeeds_soon(caller: &crate::support::Caller) {
    let succeeds = async {
        while caller.unary("/test.Probe/Echo", "").await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, succeeds).await.expect("the place is never given back");
}
