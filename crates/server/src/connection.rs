//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::pin::pin;
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

/// A peer that connects and then says nothing gives its place back after this time.
const FIRST_BYTE_WITHIN: Duration = Duration::from_secs(10);
/// HTTP/1 headers have to be complete within this time.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// A peer that vanished without a word is found out by pings this often, and dropped when one is not answered in time.
const PING_EVERY: Duration = Duration::from_secs(60);
const PONG_WITHIN: Duration = Duration::from_secs(20);
/// The smallest buffer that hyper's HTTP/1 accepts.
const LEAST_HTTP1_BUFFER: usize = 8192;

/// The protocol part of the settings: HTTP/2 with prior knowledge, HTTP/1.1, and their limits.
pub(crate) fn protocols(settings: &ServerSettings) -> auto::Builder<TokioExecutor> {
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
    builder
}

/// Serves `accepted` until the peer closes it, or until its calls have ended once `draining` turns true.
pub(crate) async fn serve_connection<S>(
    accepted: Accepted,
    protocols: auto::Builder<TokioExecutor>,
    service: S,
    mut draining: watch::Receiver<bool>,
) where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>,
    S: Clone + Send + 'static,
{
    tokio::select! {
        // Nothing has been asked yet, so there is nothing to finish.
        () = told(&mut draining) => return,
        first = tokio::time::timeout(FIRST_BYTE_WITHIN, accepted.readable()) => match first {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return tracing::debug!(%error, "the connection broke off"),
            Err(_) => return tracing::debug!("closing a connection that said nothing"),
        },
    }
    match accepted {
        Accepted::Tcp(stream) => speak(stream, protocols, service, draining).await,
        Accepted::Unix(stream) => speak(stream, protocols, service, draining).await,
    }
}

async fn speak<IO, S>(
    stream: IO,
    protocols: auto::Builder<TokioExecutor>,
    service: S,
    mut draining: watch::Receiver<bool>,
) where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>,
    S: Clone + Send + 'static,
{
    let mut connection = pin!(protocols.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut draining) => {
            // GOAWAY: no new calls, the running ones go on.
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error, "the connection ended with an error");
    }
}

/// Completes once `draining` is true, or whoever would say so is gone.
async fn told(draining: &mut watch::Receiver<bool>) {
    let _ = draining.wait_for(|&draining| draining).await;
}
