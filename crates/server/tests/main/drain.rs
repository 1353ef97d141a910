//! A server that is told to stop does, in order and in time.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::support::{LONG, Running};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_to_finish_takes_no_time() {
    let server = Running::start(|settings| settings.drain_seconds = 600.0);
    server.caller().await.unary("/test.Probe/Echo", "").await.unwrap();
    assert_eq!(server.stopped().await.aborted, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_connection_does_not_hold_it_up() {
    let server = Running::start(|settings| settings.drain_seconds = 600.0);
    let silent = TcpStream::connect(server.host_and_port()).await.unwrap();
    // Accepted after the silent one, so that both are inside.
    server.caller().await.unary("/test.Probe/Echo", "").await.unwrap();
    let report = server.stopped().await;
    assert_eq!(report.aborted, 0);
    drop(silent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_falls_silent_is_cut() {
    let server = Running::start(|settings| settings.drain_seconds = 0.5);
    let mut silent = TcpStream::connect(server.host_and_port()).await.unwrap();
    // HTTP/2's preface and empty settings, and then no answer to anything.
    silent.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    silent.readable().await.unwrap();
    let report = server.stopped().await;
    assert_eq!((report.finished, report.aborted), (0, 1));
    assert!(report.took >= Duration::from_millis(500));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_stream_is_cut_and_its_work_ends() {
    let server = Running::start(|settings| settings.drain_seconds = 0.5);
    let mut stream = server.caller().await.stream("/test.Probe/Count").await.unwrap();
    stream.message().await.unwrap().unwrap();
    let alive = server.alive.clone();
    let report = server.stopped().await;
    assert_eq!(report.aborted, 1);
    alive.becomes(0).await;
    let broken = async { while let Ok(Some(_)) = stream.message().await {} };
    tokio::time::timeout(LONG, broken).await.expect("the stream goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_call_finishes_while_health_says_no() {
    let server = Running::start(|settings| settings.drain_seconds = 600.0);
    server.health.set_all(true);
    let (caller, alive, health) = (server.caller().await, server.alive.clone(), server.health.clone());
    let address = server.host_and_port().to_owned();
    let call = tokio::spawn(async move { caller.unary("/test.Probe/Sleep", "1500").await });
    alive.becomes(1).await;

    let ended = server.stop();
    health.draining().await;
    assert_eq!(health.status(""), Some(false));
    crate::support::eventually(|| std::net::TcpStream::connect(&address).is_err()).await;
    assert!(!ended.is_finished());

    assert_eq!(call.await.unwrap().unwrap().get_ref(), "slept");
    let report = tokio::time::timeout(LONG, ended).await.unwrap().unwrap().unwrap();
    assert_eq!((report.finished, report.aborted), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_are_told_and_do_not_hold_it_up() {
    let server = Running::start(|settings| settings.drain_seconds = 600.0);
    server.health.set("", true);
    let mut client = HealthClient::new(server.caller().await.0);
    let mut watch = client.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    let ended = server.stop();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    assert!(watch.message().await.unwrap().is_none());
    assert_eq!(tokio::time::timeout(LONG, ended).await.unwrap().unwrap().unwrap().aborted, 0);
}
