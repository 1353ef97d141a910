//! One client for both shapes: over a connection, or straight into the routes of this process.

use axum::body::Body as RouterBody;
use bytes::{Buf as _, BufMut as _, Bytes};
use futures_util::{Stream, stream};
use http::uri::PathAndQuery;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Endpoint;
use tonic::{Request, Status, Streaming};
use tower::util::{BoxCloneSyncService, ServiceExt as _};

use crate::failure::Failure;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Wire = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, BoxError>;

/// Bytes that are on their way at most, of one answer and of all. Windows that adapt start at 64 KiB; with small windows,
/// HTTP/2 takes many small messages at once for an attack and ends the connection.
const WINDOW: u32 = 16 * 1024 * 1024;

/// What a call of a command may take where the service lets it: whoever waits can end it. Without a time of its caller's, a
/// call has the service's default, which is shorter than searches may be told to last.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// Calls methods by name, with encoded messages.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    wire: Wire,
}

impl Client {
    /// Connects to `address`: `http://host:port`, `host:port` or `unix:/path`.
    pub(crate) async fn connect(address: &str) -> Result<Self, Failure> {
        let refused = |error: tonic::transport::Error| {
            Status::unavailable(format!("{address} cannot be reached: {}", innermost(&error)))
        };
        let channel = endpoint(address)?
            .connect_timeout(std::time::Duration::from_secs(5))
            .tcp_nodelay(true)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .connect()
            .await
            .map_err(refused)?;
        Ok(Self { wire: BoxCloneSyncService::new(channel.map_err(BoxError::from)) })
    }

    /// Calls the routes of this process, without a socket.
    pub(crate) fn in_process(routes: axum::Router) -> Self {
        let routes = routes
            .map_request(|request: http::Request<Body>| request)
            .map_response(|response: http::Response<RouterBody>| response.map(Body::new))
            .map_err(|never: std::convert::Infallible| match never {});
        Self { wire: BoxCloneSyncService::new(routes) }
    }

    /// Calls a unary method, `package.Service/Method`.
    pub(crate) async fn unary(&self, method: &str, message: Bytes) -> Result<Bytes, Status> {
        let mut grpc = self.ready().await?;
        Ok(grpc.unary(patient(message), path(method)?, BytesCodec).await?.into_inner())
    }

    /// Calls a streaming method; all messages of the caller's are sent, however many the method takes.
    pub(crate) async fn streaming(&self, method: &str, messages: Vec<Bytes>) -> Result<Streaming<Bytes>, Status> {
        self.uploading(method, stream::iter(messages)).await
    }

    /// Calls a streaming method with messages that are made as they are sent.
    pub(crate) async fn uploading(
        &self,
        method: &str,
        messages: impl Stream<Item = Bytes> + Send + 'static,
    ) -> Result<Streaming<Bytes>, Status> {
        let mut grpc = self.ready().await?;
        Ok(grpc.streaming(patient(messages), path(method)?, BytesCodec).await?.into_inner())
    }

    async fn ready(&self) -> Result<Grpc<Wire>, Status> {
        // What this program asked for it also reads, whatever its size.
        let mut grpc = Grpc::new(self.wire.clone()).max_decoding_message_size(usize::MAX);
        grpc.ready().await.map_err(|error| Status::unavailable(format!("the service cannot be reached: {error}")))?;
        Ok(grpc)
    }
}

fn patient<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(PATIENCE);
    request
}

fn endpoint(address: &str) -> Result<Endpoint, Failure> {
    let uri = match address.split_once("://") {
        Some(("http", _)) => address.to_owned(),
        None if address.starts_with("unix:/") => address.to_owned(),
        None => format!("http://{address}"),
        Some(_) => String::new(),
    };
    Endpoint::from_shared(uri).map_err(|_| {
        Failure::Usage(format!(
            "\"{address}\" is no address: write http://127.0.0.1:50051 or unix:/path; TLS is not built yet"
        ))
    })
}

fn path(method: &str) -> Result<PathAndQuery, Status> {
    PathAndQuery::try_from(format!("/{method}"))
        .map_err(|_| Status::invalid_argument(format!("\"{method}\" is no method name")))
}

/// The cause of a transport error; the outer ones say only that there was one.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Leaves messages encoded: types come in where something is shown.
#[derive(Clone, Copy, Debug)]
struct BytesCodec;

impl Codec for BytesCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_no_scheme_and_have_no_other() {
        for good in ["http://127.0.0.1:1", "127.0.0.1:1", "[::1]:1", "localhost:1", "unix:/run/g"] {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        for bad in ["", "https://a:1", "ftp://a", "ht tp"] {
            assert!(matches!(endpoint(bad), Err(Failure::Usage(_))), "{bad}");
        }
    }
}
