//! Statuses with google.rpc details, for everything that this crate refuses.

use std::collections::HashMap;
use std::time::Duration;

use http::HeaderMap;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// The domain of every reason that Growthpole gives.
pub const DOMAIN: &str = "growthpole";

/// Makes a status whose details are an ErrorInfo and, where a later attempt may succeed, a RetryInfo.
///
/// `reason` is in UPPER_SNAKE and is what callers match on; `message` is a sentence for people. It and the values of
/// `metadata` are shortened when they are longer than 800 bytes.
pub fn refusal(
    code: Code,
    reason: &str,
    message: impl Into<String>,
    metadata: &[(&str, &str)],
    retry_after: Option<Duration>,
) -> Status {
    let metadata: HashMap<String, String> =
        metadata.iter().map(|&(key, value)| (key.to_owned(), shorten(value.to_owned()))).collect();
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
    if retry_after.is_some() {
        details.set_retry_info(retry_after);
    }
    Status::with_error_details(code, shorten(message.into()), details)
}

/// Bytes that one text of a refusal may have. A status travels in headers, of which clients take 8 to 16 KiB in all: what a
/// caller sent comes back in it, and may be megabytes long.
const GREATEST_TEXT: usize = 800;

/// The beginning of a text that is too long for a header.
fn shorten(mut text: String) -> String {
    if text.len() > GREATEST_TEXT {
        text.truncate(text.floor_char_boundary(GREATEST_TEXT));
        text.push('…');
    }
    text
}

/// The name of a code as the gRPC specification writes it, `NOT_FOUND` for instance.
pub fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// Reads code and message from the headers or trailers of an answer; `None` if they hold no status.
pub(crate) fn read_status(fields: &HeaderMap) -> Option<(Code, String)> {
    // Without the details, because tonic panics on details that are not base64, and a worker may send anything.
    let names = [Status::GRPC_STATUS, Status::GRPC_MESSAGE];
    let bare = names.into_iter().filter_map(|name| Some((name.clone(), fields.get(name)?.clone())));
    let status = Status::from_header_map(&bare.collect())?;
    Some((status.code(), status.message().to_owned()))
}

/// The trailers that end a stream with `status`.
pub(crate) fn trailers_of(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    // Fails only on a message or details that no header can hold; the bare code is then still the truth.
    if status.add_header(&mut trailers).is_err() {
        trailers.clear();
        trailers.insert(Status::GRPC_STATUS, http::HeaderValue::from(status.code() as i32));
    }
    trailers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_why_and_when_to_come_back() {
        let status = refusal(
            Code::ResourceExhausted,
            "TOO_MANY_REQUESTS",
            "busy",
            &[("limit", "3")],
            Some(Duration::from_secs(2)),
        );
        let info = status.get_details_error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("TOO_MANY_REQUESTS", DOMAIN));
        assert_eq!(info.metadata["limit"], "3");
        assert_eq!(status.get_details_retry_info().unwrap().retry_delay, Some(Duration::from_secs(2)));
        assert!(refusal(Code::NotFound, "X", "", &[], None).get_details_retry_info().is_none());
    }

    #[test]
    fn a_refusal_fits_in_headers_whatever_the_caller_sent() {
        let long = format!("a{}", "\u{96c4}".repeat(3000));
        let status = refusal(Code::NotFound, "X", long.as_str(), &[("name", &long), ("short", "kept")], None);
        let info = status.get_details_error_info().unwrap();
        assert_eq!(info.metadata["short"], "kept");
        for text in [status.message(), &info.metadata["name"]] {
            let beginning = text.strip_suffix('\u{2026}').unwrap();
            assert!(long.starts_with(beginning) && (798..=800).contains(&beginning.len()), "{}", text.len());
        }
        let exact = "x".repeat(800);
        assert_eq!(refusal(Code::NotFound, "X", exact.as_str(), &[], None).message(), exact);
    }

    #[test]
    fn trailers_carry_the_whole_status() {
        let status = refusal(Code::NotFound, "X", "no such thing", &[], None);
        let read = Status::from_header_map(&trailers_of(&status)).unwrap();
        assert_eq!((read.code(), read.message(), read.details()), (status.code(), status.message(), status.details()));
    }
}
