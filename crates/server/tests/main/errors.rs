//! Every error has details, and no mistake of a handler reaches further than its own call.

use http::uri::PathAndQuery;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::codec::CompressionEncoding;
use tonic::{Code, Request};
use tonic_prost::ProstCodec;

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
async fn an_oversize_message_that_was_compressed_names_the_limit_too() {
    let server = Running::start(|_| {});
    let mut client = tonic::client::Grpc::new(server.caller().await.0).send_compressed(CompressionEncoding::Gzip);
    client.ready().await.unwrap();
    let (request, path) = (Request::new("x".repeat(5 << 20)), PathAndQuery::from_static("/test.Probe/Echo"));
    let status = client.unary(request, path, ProstCodec::<String, String>::default()).await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    assert_eq!(info(&status).metadata["limit_bytes"], (4 << 20).to_string());
}

#[tokio::test]
async fn a_compression_that_is_not_spoken_here_is_no_unknown_method() {
    let server = Running::start(|_| {});
    let deflate = [("grpc-encoding", "deflate")];
    let status = server.caller().await.raw("/test.Probe/Echo", &deflate, b"\x01\0\0\0\x01x").await;
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::Unimplemented, "UNSUPPORTED_COMPRESSION"));
    assert_eq!(info(&status).metadata["encoding"], "deflate");
    assert!(status.message().contains("`deflate`"), "{status:?}");
}

#[tokio::test]
async fn bytes_that_are_no_message_are_the_callers_mistake() {
    let server = Running::start(|_| {});
    let caller = server.caller().await;
    let gzip = [("grpc-encoding", "gzip")];
    for (headers, bytes) in [
        (&[][..], &b""[..]),
        (&[], b"\0\0"),
        (&[], b"\0\0\0\0\x09ab"),
        (&[], b"\x07\0\0\0\0"),
        (&[], b"\x01\0\0\0\x01x"),
        (&gzip, b"\x01\0\0\0\x01x"),
        (&[], b"\0\0\0\0\x01\xff"),
    ] {
        let status = caller.raw("/test.Probe/Echo", headers, bytes).await;
        let found = (status.code(), info(&status).reason);
        assert_eq!(found, (Code::InvalidArgument, "UNREADABLE_MESSAGE".to_owned()), "{bytes:?} {}", status.message());
        assert_eq!(info(&status).metadata["path"], "/test.Probe/Echo");
    }
}

#[tokio::test]
async fn a_long_name_does_not_make_a_long_refusal() {
    let server = Running::start(|_| {});
    let path = format!("/test.Probe/{}", "x".repeat(5000));
    let status = server.caller().await.raw(&path, &[], b"\0\0\0\0\0").await;
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::Unimplemented, "UNKNOWN_METHOD"));
    assert!(status.message().len() + status.details().len() < 3000, "{status:?}");
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
