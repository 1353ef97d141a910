//! A worker: its services, and how it runs as a process of its own.

use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};

use growthpole_contracts::{DESCRIPTORS, Refusal};
use growthpole_server::{DrainReport, HealthBoard, Listener, ServerSettings, serve};
use tokio::sync::Semaphore;
use tonic::Status;
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

/// Runs a long computation on the blocking pool, so that the process goes on answering.
///
/// As many run at a time as the machine has cores; others wait for their turn, and a call whose caller went away while it
/// waited never begins. A computation that has begun is finished, and keeps its place until then, so that abandoned work
/// cannot pile up.
///
/// # Errors
///
/// What the computation refuses; a refusal without a cause when it panicked.
pub async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Status> {
    static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Arc::new(Semaphore::new(cores))
    });
    let place = Arc::clone(&PLACES).acquire_owned().await.map_err(Refusal::internal)?;
    let in_its_place = move || {
        let result = work();
        drop(place);
        result
    };
    match tokio::task::spawn_blocking(in_its_place).await {
        Ok(result) => result.map_err(Status::from),
        Err(stopped) => Err(Refusal::internal(stopped).into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn work_whose_caller_went_away_in_the_queue_never_begins() {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let finished = Arc::new(std::sync::Mutex::new(finished));
        let running: Vec<_> = (0..cores)
            .map(|_| {
                let finished = Arc::clone(&finished);
                tokio::spawn(compute(move || Ok(finished.lock().unwrap().recv().is_err())))
            })
            .collect();
        // All places are taken once nothing can be begun any more.
        let begun = Arc::new(AtomicUsize::new(0));
        loop {
            let count = Arc::clone(&begun);
            let waiting = compute(move || Ok(count.fetch_add(1, Ordering::Relaxed)));
            if tokio::time::timeout(Duration::from_millis(100), waiting).await.is_err() {
                break;
            }
        }
        let before = begun.load(Ordering::Relaxed);
        drop(finish);
        for task in running {
            task.await.unwrap().unwrap();
        }
        compute(|| Ok(())).await.unwrap();
        assert_eq!(begun.load(Ordering::Relaxed), before);
    }
}
