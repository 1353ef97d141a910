//! The name of a call, given or made.

use tonic::Request;

use crate::support::Running;

#[tokio::test]
async fn the_callers_name_comes_back_and_reaches_the_handler() {
    let server = Running::start(|_| {});
    let mut request = Request::new(String::new());
    request.metadata_mut().insert("x-request-id", "mine-1".parse().unwrap());
    let response = server.caller().await.unary_with("/test.Probe/Headers", request).await.unwrap();
    assert_eq!(response.metadata().get("x-request-id").unwrap(), "mine-1");
    assert!(response.get_ref().ends_with(" mine-1 mine-1"), "{response:?}");
}

#[tokio::test]
async fn calls_without_a_sane_name_get_one_each() {
    let server = Running::start(|_| {});
    let caller = server.caller().await;
    let mut request = Request::new(String::new());
    request.metadata_mut().insert("x-request-id", "two words".parse().unwrap());
    let first = caller.unary_with("/test.Probe/Echo", request).await.unwrap();
    let failed = caller.unary("/test.Probe/Bare", "").await.unwrap_err();
    let (first, second) =
        (first.metadata().get("x-request-id").unwrap(), failed.metadata().get("x-request-id").unwrap());
    assert_ne!(first, "two words");
    assert_ne!(first, second);
}
