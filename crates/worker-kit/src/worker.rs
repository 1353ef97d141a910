//! A worker: its services, and how it runs as a process of its own.

use std::future::Future;

use growthpole_contracts::DESCRIPTORS;
use growthpole_server::{DrainReport, HealthBoard, Listener, ServerSettings, serve};
use tonic::service::Routes;

/// A worker's services, ready to be mounted in the API's process or to be served by one of their own.
#[derive(Debug, Clone)]
pub struct Worker {
    /// Name, for example `growth-ranking`.
    pub name: &'static str,
    /// Full names of its services.
    pub services: &'static [&'static str],
    /// The services.
    pub routes: Routes,
}

/// Serves a worker with health and reflection until `shutdown`, then drains.
///
/// # Errors
///
/// When reflection cannot be built from the descriptors, or the listener fails.
pub async fn run(
    listener: Listener,
    worker: Worker,
    settings: &ServerSettings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<DrainReport> {
    let health = HealthBoard::new();
    let reflection = || {
        worker
            .services
            .iter()
            .fold(tonic_reflection::server::Builder::configure(), |builder, service| {
                builder.with_service_name(*service)
            })
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .with_service_name("grpc.health.v1.Health")
    };
    let routes = worker
        .routes
        .clone()
        .add_service(health.clone().into_service())
        .add_service(reflection().build_v1().map_err(std::io::Error::other)?)
        .add_service(reflection().build_v1alpha().map_err(std::io::Error::other)?);
    for service in worker.services.iter().chain(&["", "grpc.health.v1.Health"]) {
        health.set(service, true);
    }
    tracing::info!(worker = worker.name, address = %listener.local_address(), "serving");
    serve(listener, routes.into_axum_router(), health, settings, shutdown).await
}
