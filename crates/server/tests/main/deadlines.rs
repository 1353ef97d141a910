//! Calls end in time, before the caller's own timer and to the last frame.

use std::collections::BTreeMap;
use std::time::Duration;

use tonic::{Code, Request};

use crate::support::{LONG, Running, info};

fn with_limit(method: &str, seconds: f64) -> Running {
    let limits = BTreeMap::from([(method.to_owned(), seconds)]);
    Running::start(|settings| settings.method_deadlines = limits)
}

#[tokio::test]
async fn the_answer_comes_before_the_callers_timer() {
    let server = Running::start(|_| {});
    let caller = server.caller().await;
    // tonic's own timer says CANCELLED 20 ms later; a busy machine may miss that once, but not every time.
    let mut codes = Vec::new();
    for _ in 0..10 {
        let mut request = Request::new("60000".to_owned());
        request.set_timeout(Duration::from_millis(300));
        let status = caller.unary_with("/test.Probe/Sleep", request).await.unwrap_err();
        if status.code() == Code::DeadlineExceeded {
            assert_eq!(info(&status).reason, "DEADLINE_EXCEEDED");
            assert_eq!(info(&status).metadata["limit_milliseconds"], "280");
            server.alive.becomes(0).await;
            return;
        }
        codes.push(status.code());
    }
    panic!("never DEADLINE_EXCEEDED, but {codes:?}");
}

#[tokio::test]
async fn a_methods_own_limit_cancels_the_work() {
    let server = with_limit("test.Probe/Sleep", 0.2);
    let status = server.caller().await.unary("/test.Probe/Sleep", "60000").await.unwrap_err();
    assert_eq!((status.code(), info(&status).domain.as_str()), (Code::DeadlineExceeded, "growthpole"));
    server.alive.becomes(0).await;
}

#[tokio::test]
async fn a_stream_ends_in_the_middle() {
    let server = with_limit("test.Probe/Count", 0.5);
    let mut stream = server.caller().await.stream("/test.Probe/Count").await.unwrap();
    let mut messages = 0;
    let status = loop {
        match stream.message().await {
            Ok(Some(_)) => messages += 1,
            Ok(None) => panic!("the stream ended without an error"),
            Err(status) => break status,
        }
    };
    assert!(messages > 0);
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
    server.alive.becomes(0).await;
}

#[tokio::test]
async fn a_silent_stream_ends_too() {
    let server = with_limit("test.Probe/Silence", 0.3);
    let mut stream = server.caller().await.stream("/test.Probe/Silence").await.unwrap();
    stream.message().await.unwrap().unwrap();
    let status = tokio::time::timeout(LONG, stream.message()).await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_caller_who_does_not_read_keeps_nothing_alive() {
    let server = with_limit("test.Probe/Flood", 0.3);
    let stream = server.caller().await.stream("/test.Probe/Flood").await.unwrap();
    server.alive.becomes(0).await;
    drop(stream);
}

#[tokio::test]
async fn a_caller_who_goes_away_ends_the_work() {
    let server = Running::start(|_| {});
    let caller = server.caller().await;
    let mut stream = caller.stream("/test.Probe/Silence").await.unwrap();
    stream.message().await.unwrap().unwrap();
    server.alive.becomes(1).await;
    drop(stream);
    server.alive.becomes(0).await;
}

#[tokio::test]
async fn what_is_passed_on_runs_a_little_beyond_our_timer() {
    let server = Running::start(|_| {});
    let mut request = Request::new(String::new());
    request.set_timeout(Duration::from_secs(20));
    let seen = server.caller().await.unary_with("/test.Probe/Headers", request).await.unwrap();
    assert!(seen.get_ref().starts_with("19995000u "), "{seen:?}");
}

#[tokio::test]
async fn a_malformed_timeout_is_the_callers_mistake() {
    let server = Running::start(|_| {});
    let mut request = Request::new(String::new());
    request.metadata_mut().insert("grpc-timeout", "soon".parse().unwrap());
    let status = server.caller().await.unary_with("/test.Probe/Echo", request).await.unwrap_err();
    assert_eq!((status.code(), info(&status).reason.as_str()), (Code::InvalidArgument, "MALFORMED_TIMEOUT"));
    assert_eq!(info(&status).metadata["value"], "soon");
}
