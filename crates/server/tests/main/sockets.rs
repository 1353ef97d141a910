//! Unix sockets, and settings that are refused.

use growthpole_server::{HealthBoard, ListenAddress, Listener, ServerSettings, serve};

use crate::support::Running;

#[tokio::test]
async fn serves_a_unix_socket_and_removes_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("growthpole.sock");
    let server = Running::start(|settings| settings.listen = ListenAddress::Unix(path.clone()));
    assert_eq!(server.address, format!("unix:{}", path.display()));
    let caller = server.caller().await;
    assert_eq!(caller.unary("/test.Probe/Echo", "hello").await.unwrap().get_ref(), "hello");
    drop(caller);
    server.stopped().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn settings_with_mistakes_are_not_served() {
    let listener = Listener::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
    let settings =
        ServerSettings { listen: "0.0.0.0:50051".parse().unwrap(), max_connections: 0, ..ServerSettings::default() };
    let error = serve(listener, axum::Router::new(), HealthBoard::new(), &settings, async {}).await.unwrap_err();
    assert!(error.to_string().contains("insecure = true") && error.to_string().contains("max_connections"), "{error}");
}
