//! Every error carries google.rpc details: bare statuses, tonic's own for instance, get an ErrorInfo here.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};

use super::middleware::{Middleware, Next};
use crate::refusal::{code_name, read_status, refusal};

/// What tonic says of a message over its limit, as it came and once decompressed, and what other implementations say.
const TOO_LARGE: [&str; 3] =
    ["message length too large", "exceeded while decompressing message", "message larger than max"];

/// What prost says of bytes that are not the message they should be, and tonic of a request without a message, or whose
/// message breaks off, is framed wrongly or cannot be decompressed. All are the caller's mistake, though tonic calls them
/// INTERNAL.
const NOT_A_MESSAGE: [&str; 5] = [
    "failed to decode Protobuf message",
    "Missing request message",
    "Unexpected EOF decoding stream",
    "protocol error: received message with ",
    "Error decompressing: ",
];

/// What tonic adds where it read a worker's answer, which no caller of ours has written.
const FROM_A_WORKER: &str = "while receiving response";

/// What tonic says of a request in a compression that it does not know, around the compression's name.
const UNSUPPORTED_COMPRESSION: [&str; 2] = ["Content is compressed with `", "` which isn't supported"];

/// The layer that completes errors. Statuses that have details pass untouched.
#[derive(Clone)]
pub(super) struct Details;

impl Middleware for Details {
    async fn handle<S, B>(self, next: S, request: Request<B>) -> Response<Body>
    where
        S: Next<B>,
        B: Send + 'static,
    {
        let path = request.uri().path().to_owned();
        let mut response = next.run(request).await;
        if let Some(status) = status_of_http(&response) {
            response = status.into_http();
        }
        if response.headers().contains_key(Status::GRPC_STATUS) {
            complete(response.headers_mut(), &path);
            return response;
        }
        response.map(|inner| Body::new(CompletedBody { inner, path }))
    }
}

/// The status that an answer in HTTP's own terms stands for: a route that does not exist, a proxy that gave up.
fn status_of_http(response: &Response<Body>) -> Option<Status> {
    let http = response.status();
    if http == StatusCode::OK || response.headers().contains_key(Status::GRPC_STATUS) {
        return None;
    }
    let code = match http {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Code::Unimplemented,
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Code::Unavailable,
        _ => Code::Internal,
    };
    let message = if code == Code::Unimplemented { String::new() } else { format!("answered by HTTP status {http}") };
    Some(Status::new(code, message))
}

/// Adds details to the status in `fields`, the headers or the trailers of an answer, if it is an error without any.
fn complete(fields: &mut HeaderMap, path: &str) {
    if fields.contains_key(Status::GRPC_STATUS_DETAILS) {
        return;
    }
    if let Some((code, message)) = read_status(fields).filter(|(code, _)| *code != Code::Ok) {
        let completed = with_details(code, &message, path);
        // Fails only on what no header can hold, and what is there came from a header.
        if completed.add_header(fields).is_err() {
            tracing::debug!(path, "cannot complete a status");
        }
    }
}

/// The status `code` and `message` with details. The message stays as long as it is; in the details it is shortened.
fn with_details(code: Code, message: &str, path: &str) -> Status {
    let short = shortened(code, message, path);
    if message.is_empty() {
        return short;
    }
    Status::with_details(short.code(), message, Bytes::copy_from_slice(short.details()))
}

fn shortened(code: Code, message: &str, path: &str) -> Status {
    match code {
        Code::OutOfRange | Code::ResourceExhausted if TOO_LARGE.iter().any(|text| message.contains(text)) => {
            // In both wordings the limit comes last.
            let mut numbers = message.split(|character: char| !character.is_ascii_digit());
            match numbers.rfind(|number| !number.is_empty()).map(str::to_owned) {
                Some(limit) => refusal(code, "MESSAGE_TOO_LARGE", message, &[("limit_bytes", &limit)], None),
                None => refusal(code, "MESSAGE_TOO_LARGE", message, &[], None),
            }
        }
        Code::Internal if is_about_a_request(message) => {
            refusal(Code::InvalidArgument, "UNREADABLE_MESSAGE", message, &[("path", path)], None)
        }
        Code::Unimplemented => match unsupported_compression(message) {
            Some(encoding) => refusal(code, "UNSUPPORTED_COMPRESSION", message, &[("encoding", encoding)], None),
            None => {
                let unknown = || format!("there is no method {path} here");
                let message = if message.is_empty() { unknown() } else { message.to_owned() };
                refusal(code, "UNKNOWN_METHOD", message, &[("path", path)], None)
            }
        },
        code => refusal(code, code_name(code), message, &[], None),
    }
}

/// Tells whether `message` says that a request holds no message.
fn is_about_a_request(message: &str) -> bool {
    NOT_A_MESSAGE.iter().any(|text| message.contains(text)) && !message.contains(FROM_A_WORKER)
}

/// The compression that `message` calls unsupported.
fn unsupported_compression(message: &str) -> Option<&str> {
    let [before, after] = UNSUPPORTED_COMPRESSION;
    message.strip_prefix(before)?.strip_suffix(after)
}

/// A response's body whose trailers are completed.
struct CompletedBody {
    inner: Body,
    path: String,
}

impl http_body::Body for CompletedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| match frame.into_trailers() {
                Ok(mut trailers) => {
                    complete(&mut trailers, &self.path);
                    Frame::trailers(trailers)
                }
                Err(frame) => frame,
            })
        }))
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
    use http::HeaderValue;
    use tonic_types::StatusExt as _;

    use super::*;
    use crate::refusal::trailers_of;

    fn completed(status: &Status) -> Status {
        let mut fields = trailers_of(status);
        fields.insert("x-other", HeaderValue::from_static("kept"));
        complete(&mut fields, "/a.B/C");
        assert_eq!(fields["x-other"], "kept");
        Status::from_header_map(&fields).unwrap()
    }

    #[test]
    fn what_a_worker_answered_is_not_the_callers_mistake() {
        let text = "protocol error: received message with invalid compression flag: 7 (valid flags are 0 and 1) while \
                    receiving response with status: 200 OK";
        let status = completed(&Status::internal(text));
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Internal, "INTERNAL"));
    }

    #[test]
    fn a_long_text_of_others_stays_but_is_not_repeated() {
        let text = "\u{e9}".repeat(5000);
        let status = completed(&Status::not_found(&text));
        assert_eq!((status.message(), reason(&status).as_str()), (text.as_str(), "NOT_FOUND"));
        assert!(status.details().len() < 1000, "{}", status.details().len());
    }

    #[test]
    fn bytes_that_are_no_message_are_the_callers_mistake() {
        let status = completed(&Status::internal("failed to decode Protobuf message: invalid varint"));
        assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "UNREADABLE_MESSAGE"));
    }

    fn reason(status: &Status) -> String {
        status.get_details_error_info().unwrap().reason
    }

    #[test]
    fn a_message_over_the_limit_names_the_limit() {
        for status in [
            Status::out_of_range("Error, decoded message length too large: found 9 bytes, the limit is: 4 bytes"),
            Status::resource_exhausted("SERVER: Received message larger than max (9 vs. 4)"),
        ] {
            let info = completed(&status).get_details_error_info().unwrap();
            assert_eq!((info.reason.as_str(), info.metadata["limit_bytes"].as_str()), ("MESSAGE_TOO_LARGE", "4"));
        }
        assert_eq!(reason(&completed(&Status::out_of_range("offset 7"))), "OUT_OF_RANGE");
    }

    #[test]
    fn an_unknown_method_is_named() {
        let status = completed(&Status::unimplemented(""));
        assert_eq!(status.get_details_error_info().unwrap().metadata["path"], "/a.B/C");
        assert!(status.message().contains("/a.B/C"));
    }

    #[test]
    fn other_bare_errors_are_named_after_their_code() {
        let status = completed(&Status::not_found("the 100 % moon"));
        assert_eq!((reason(&status).as_str(), status.message()), ("NOT_FOUND", "the 100 % moon"));
    }

    #[test]
    fn details_of_others_and_success_stay_as_they_are() {
        let theirs = Status::with_details(Code::Internal, "x", Bytes::from_static(b"anything"));
        assert_eq!(completed(&theirs).details(), b"anything");
        assert!(completed(&Status::ok("")).details().is_empty());
    }

    #[test]
    fn malformed_details_pass_untouched() {
        let mut fields = trailers_of(&Status::internal("x"));
        fields.insert(Status::GRPC_STATUS_DETAILS, HeaderValue::from_static("not base64!"));
        complete(&mut fields, "/a.B/C");
        assert_eq!(fields[Status::GRPC_STATUS_DETAILS], "not base64!");
    }
}
