//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tonic::body::Body;
use tower::Service;

use crate::ServerSettings;
use crate::accept::Accepted;
use crate::counted::Counted;

/// A peer that connects and then says nothing, or too little to tell its protocol, gives its place back after this time.
const FIRST_BYTES_WITHIN: Duration = Duration::from_secs(10);
/// Bytes that tell the protocol: HTTP/2's preface. Whoever sent as many is watched by the timers of its protocol.
const FIRST_BYTES: usize = 24;
/// HTTP/1 headers have to be complete within this time.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// A peer that vanished without a word is found out by pings this often, and dropped when one is not answered in time.
const PING_EVERY: Duration = Duration::from_secs(60);
const PONG_WITHIN: Duration = Duration::from_secs(20);
/// The smallest buffer that hyper's HTTP/1 accepts.
const LEAST_HTTP1_BUFFER: usize = 8192;

/// What is spoken on a connection.
#[derive(Clone)]
pub(crate) struct Protocols {
    builder: auto::Builder<TokioExecutor>,
    first_bytes_within: Duration,
}

/// The protocol part of the settings: HTTP/2 with prior knowledge, HTTP/1.1, and their limits.
pub(crate) fn protocols(settings: &ServerSettings) -> Protocols {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    let header_bytes = usize::try_from(settings.max_header_list_bytes).unwrap_or(usize::MAX);
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(header_bytes.max(LEAST_HTTP1_BUFFER));
    let mut http2 = builder.http2();
    http2
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_WITHIN)
        .max_concurrent_streams(settings.max_concurrent_streams)
        .max_header_list_size(settings.max_header_list_bytes);
    if settings.adaptive_window {
        http2.adaptive_window(true);
    } else {
        http2
            .initial_stream_window_size(settings.stream_window_bytes)
            .initial_connection_window_size(settings.connection_window_bytes);
    }
    Protocols { builder, first_bytes_within: FIRST_BYTES_WITHIN }
}

/// Serves `accepted` until the peer closes it, or until its calls have ended once `draining` turns true.
pub(crate) async fn serve_connection<S>(
    accepted: Accepted,
    protocols: Protocols,
    service: S,
    draining: watch::Receiver<bool>,
) where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>,
    S: Clone + Send + 'static,
{
    match accepted {
        Accepted::Tcp(stream) => speak(stream, protocols, service, draining).await,
        Accepted::Unix(stream) => speak(stream, protocols, service, draining).await,
    }
}

async fn speak<IO, S>(stream: IO, protocols: Protocols, service: S, mut draining: watch::Receiver<bool>)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>,
    S: Clone + Send + 'static,
{
    let (stream, arrived) = Counted::new(stream);
    let Protocols { builder, first_bytes_within } = protocols;
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut draining) => {
            // GOAWAY: no new calls, the running ones go on.
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = silence(&arrived, first_bytes_within) => {
            return tracing::debug!("closing a connection that said too little");
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error, "the connection ended with an error");
    }
}

/// Completes after `limit` if fewer bytes than tell a protocol have arrived by then, and otherwise never.
async fn silence(arrived: &AtomicUsize, limit: Duration) {
    tokio::time::sleep(limit).await;
    if arrived.load(Ordering::Relaxed) >= FIRST_BYTES {
        std::future::pending().await
    }
}

/// Completes once `draining` is true, or whoever would say so is gone.
async fn told(draining: &mut watch::Receiver<bool>) {
    let _ = draining.wait_for(|&draining| draining).await;
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
