//! The signals that end a program in good order.

use std::future::pending;

use tokio::signal::unix::{SignalKind, signal};

/// Completes when the process is told to stop, by SIGTERM or SIGINT.
///
/// The signals are caught from the first poll on. One that cannot be caught is logged and keeps its usual effect.
pub async fn shutdown_signal() {
    tokio::select! {
        () = received(SignalKind::terminate(), "SIGTERM") => {}
        () = received(SignalKind::interrupt(), "SIGINT") => {}
    }
}

async fn received(kind: SignalKind, name: &'static str) {
    match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
            tracing::info!(signal = name, "told to stop");
        }
        Err(error) => {
            tracing::warn!(signal = name, %error, "cannot catch the signal");
            pending().await
        }
    }
}
