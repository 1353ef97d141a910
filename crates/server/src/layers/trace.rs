//! One line in the log for every call, written when its stream ends.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body as _, Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};
use tracing::{Instrument as _, Level, Span};

use super::middleware::{Middleware, Next};
use super::{RequestId, is_about_the_server};
use crate::refusal::{code_name, read_status};

/// The layer that logs calls.
#[derive(Clone)]
pub(super) struct Trace;

impl Middleware for Trace {
    async fn handle<S, B>(self, next: S, request: Request<B>) -> Response<Body>
    where
        S: Next<B>,
        B: Send + 'static,
    {
        let mut record = Record::of(&request);
        let span = record.span.clone();
        let response = next.run(request).instrument(span).await;
        record.http_status = response.status();
        if record.ends_with(response.headers()) {
            return response;
        }
        response.map(|inner| Body::new(TracedBody { inner, record }))
    }
}

/// What is known of a call. Dropped before the stream's end, it says that the caller went away.
struct Record {
    started: Instant,
    path: String,
    http_status: StatusCode,
    span: Span,
    written: bool,
}

impl Record {
    fn of<B>(request: &Request<B>) -> Self {
        let id = request.extensions().get::<RequestId>().map(RequestId::as_str).unwrap_or_default();
        Self {
            started: Instant::now(),
            path: request.uri().path().to_owned(),
            http_status: StatusCode::OK,
            span: tracing::info_span!("call", request_id = id),
            written: false,
        }
    }

    /// Writes the line if `fields` hold the status; they are the headers, or else the trailers.
    fn ends_with(&mut self, fields: &HeaderMap) -> bool {
        let status = read_status(fields);
        if let Some((code, message)) = &status {
            self.write(code_name(*code), level_of(*code), message);
        }
        status.is_some()
    }

    fn write(&mut self, status: &str, level: Level, detail: &str) {
        if std::mem::replace(&mut self.written, true) {
            return;
        }
        let _entered = self.span.enter();
        let (path, duration_ms) = (&self.path, self.started.elapsed().as_secs_f64() * 1e3);
        let http_status = self.http_status.as_u16();
        // A level has to be known where the macro stands.
        macro_rules! line {
            ($level:expr) => {
                tracing::event!($level, path, grpc_status = status, http_status, duration_ms, detail, "call ended")
            };
        }
        match level {
            Level::ERROR => line!(Level::ERROR),
            // Probes come every few seconds.
            _ if is_about_the_server(path) => line!(Level::DEBUG),
            _ => line!(Level::INFO),
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.write(code_name(Code::Cancelled), Level::INFO, "the caller went away");
    }
}

/// Mistakes of ours are errors; mistakes of callers are everyday life.
fn level_of(code: Code) -> Level {
    match code {
        Code::Internal | Code::Unknown | Code::DataLoss => Level::ERROR,
        _ => Level::INFO,
    }
}

/// A response's body that notices its end.
struct TracedBody {
    inner: Body,
    record: Record,
}

impl TracedBody {
    fn notice(&mut self, frame: Option<&Result<Frame<Bytes>, Status>>) {
        match frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.record.ends_with(trailers);
                } else if self.inner.is_end_stream() {
                    self.notice_end();
                }
            }
            Some(Err(status)) => {
                self.record.write(code_name(status.code()), level_of(status.code()), status.message());
            }
            None => self.notice_end(),
        }
    }

    /// A stream without a status: plain text, or a worker's answer that broke off.
    fn notice_end(&mut self) {
        self.record.write("none", Level::INFO, "");
    }
}

impl http_body::Body for TracedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let span = self.record.span.clone();
        let _entered = span.enter();
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        if let Poll::Ready(frame) = &polled {
            self.notice(frame.as_ref());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mistakes_of_ours_are_errors() {
        for code in (0..=16).map(Code::from_i32) {
            let ours = matches!(code, Code::Internal | Code::Unknown | Code::DataLoss);
            assert_eq!(level_of(code) == Level::ERROR, ours, "{code:?}");
        }
    }
}
