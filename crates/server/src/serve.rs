//! The accept loop, and the drain at its end.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::accept::{Accepted, Acceptor};
use crate::connection::{protocols, serve_connection};
use crate::layers::around;
use crate::{HealthBoard, Listener, ServerSettings};

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrainReport {
    /// Connections open when the drain began that ended by themselves in time.
    pub finished: usize,
    /// Connections that had to be cut when the time was over.
    pub aborted: usize,
    /// How long the drain took.
    pub took: Duration,
}

/// Serves `routes` on `listener` until `shutdown` completes, then drains: first everything on `health` becomes
/// NOT_SERVING, then no connection is accepted any more and callers are told to go elsewhere (GOAWAY), running calls
/// may finish within the settings' `drain_seconds`, and what remains is cut.
///
/// The health service itself is one of the `routes`: add [`HealthBoard::into_service`] to them.
///
/// # Errors
///
/// When the settings are not valid or the listener cannot be polled; never while serving.
pub async fn serve(
    listener: Listener,
    routes: axum::Router,
    health: HealthBoard,
    settings: &ServerSettings,
    shutdown: impl Future<Output = ()>,
) -> io::Result<DrainReport> {
    settings.validate().map_err(|mistakes| io::Error::new(io::ErrorKind::InvalidInput, mistakes.join("; ")))?;
    tracing::info!(address = listener.local_address(), "serving");
    let acceptor = Acceptor::new(listener)?;
    let service = around(routes, settings);
    let protocols = protocols(settings);
    let places = Arc::new(Semaphore::new(settings.max_connections));
    let (drain, draining) = watch::channel(false);
    let mut connections = JoinSet::new();

    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => log_panic(ended),
            Some((accepted, place)) = next_connection(&acceptor, &places) => {
                let connection = serve_connection(accepted, protocols.clone(), service.clone(), draining.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
        }
    }

    health.drain();
    drop(acceptor);
    drain.send_replace(true);
    let limit = Duration::try_from_secs_f64(settings.drain_seconds).unwrap_or_default();
    Ok(finish(connections, limit).await)
}

/// The next connection, as soon as there is a place for it; the place travels with the connection.
async fn next_connection(acceptor: &Acceptor, places: &Arc<Semaphore>) -> Option<(Accepted, OwnedSemaphorePermit)> {
    if places.available_permits() == 0 {
        tracing::warn!("every connection allowed is in use; the next ones wait");
    }
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    Some((acceptor.next().await, place))
}

/// Waits for `connections` to end, and cuts those that have not ended within `limit`.
async fn finish(mut connections: JoinSet<()>, limit: Duration) -> DrainReport {
    let started = Instant::now();
    let mut finished = 0;
    let all_ended = async {
        while let Some(ended) = connections.join_next().await {
            log_panic(ended);
            finished += 1;
        }
    };
    let in_time = tokio::time::timeout(limit, all_ended).await.is_ok();
    let aborted = connections.len();
    connections.shutdown().await;
    let report = DrainReport { finished, aborted, took: started.elapsed() };
    let took_ms = report.took.as_millis();
    if in_time {
        tracing::info!(finished, took_ms, "drained");
    } else {
        tracing::warn!(finished, aborted, took_ms, "drained; cut connections that had not ended");
    }
    report
}

fn log_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection ended in a panic");
    }
}
