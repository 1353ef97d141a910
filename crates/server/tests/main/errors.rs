//! Every error has details, and no mistake of a handler reaches further than its own call.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Code;

use crate::support::{Alive, LONG, Running, info};

#[tokio::test]
async fn a_panic_ends_one_call_only() {
    let server = Running::start(|_| {});
    let caller = server.caller().await;
    let status = caller.unary("/test.Probe/Panic", "").await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::Internal, "INTERNAL"));
    assert!(!status.message().contains("a mistake in a handler"));
    let id = status.metadata().get("x-request-id").unwrap().to_str().unwrap();
    assert_eq!(info(&status).metadata["request_id"], id);
    assert_eq!(caller.unary("/test.Probe/Echo", "still here").await.unwrap().get_ref(), "still here");
}

#[tokio::test]
async fn a_panic_in_a_stream_becomes_its_status() {
    let server = Running::start(|_| {});
    let caller = server.caller().await;
    let mut stream = caller.stream("/test.Probe/PanicLater").await.unwrap();
    assert_eq!(stream.message().await.unwrap().unwrap(), "fine so far");
    let status = stream.message().await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::Internal, "INTERNAL"));
    caller.unary("/test.Probe/Echo", "").await.unwrap();
}

#[tokio::test]
async fn an_oversize_message_names_the_limit() {
    let server = Running::start(|_| {});
    let status = server.caller().await.unary("/test.Probe/Echo", &"x".repeat(5 << 20)).await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::OutOfRange, "MESSAGE_TOO_LARGE"));
    assert_eq!(info(&status).metadata["limit_bytes"], (4 << 20).to_string());
}

#[tokio::test]
async fn unknown_services_and_methods_are_named() {
    let server = Running::start(|_| {});
    let caller = server.caller().await;
    for path in ["/test.Nothing/Nothing", "/test.Probe/Nothing", "/grpc.health.v1.Health/Nothing"] {
        let status = caller.unary(path, "").await.unwrap_err();
        assert_eq!((status.code(), info(&status).reason.as_str()), (Code::Unimplemented, "UNKNOWN_METHOD"), "{path}");
        assert_eq!(info(&status).metadata["path"], path);
    }
}

#[tokio::test]
async fn a_router_without_a_fallback_of_tonics_does_the_same() {
    let server = Running::with_routes(|_| {}, axum::Router::new(), Default::default(), Alive::default());
    let status = server.caller().await.unary("/test.Probe/Echo", "").await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::Unimplemented, "UNKNOWN_METHOD"));
}

#[tokio::test]
async fn a_bare_error_is_named_after_its_code() {
    let server = Running::start(|_| {});
    let status = server.caller().await.unary("/test.Probe/Bare", "").await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::NotFound, "nothing"));
    assert_eq!((info(&status).reason.as_str(), info(&status).domain.as_str()), ("NOT_FOUND", "growthpole"));
}

#[tokio::test]
async fn what_is_not_grpc_gets_a_short_text() {
    let server = Running::start(|_| {});
    let get = "GET /test.Probe/Echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    assert!(http1(&server, get).await.starts_with("HTTP/1.1 404 "));
    let json = "POST /test.Probe/Echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
                connection: close\r\n\r\n{}";
    let answer = http1(&server, json).await;
    assert!(answer.starts_with("HTTP/1.1 415 ") && answer.contains("application/grpc"), "{answer}");
}

async fn http1(server: &Running, request: &str) -> String {
    let mut stream = TcpStream::connect(server.host_and_port()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(LONG, stream.read_to_string(&mut answer)).await.expect("no answer").unwrap();
    answer
}
