//! A name for every call: the caller's, or one of ours.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use tonic::body::Body;

use super::middleware::{Middleware, Next};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const MAX_LENGTH: usize = 128;

/// The name of a call: found in the request's extensions and headers, in the response's headers and in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The name as text, at most 128 visible ASCII characters.
    pub fn as_str(&self) -> &str {
        // Only visible ASCII becomes a RequestId, so that the empty text is never returned.
        self.0.to_str().unwrap_or_default()
    }

    fn from_caller(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(HEADER)?;
        let sane = (1..=MAX_LENGTH).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
        sane.then(|| Self(value.clone()))
    }

    fn generate() -> Self {
        /// Drawn once a process, from the random seed that the standard library has for its hash maps.
        static PREFIX: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
        static COUNTER: AtomicU64 = AtomicU64::new(1);
        let text = format!("{:016x}-{:08x}", *PREFIX, COUNTER.fetch_add(1, Ordering::Relaxed));
        Self(HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("unnamed")))
    }
}

/// The layer that names calls.
#[derive(Clone)]
pub(super) struct RequestIds;

impl Middleware for RequestIds {
    async fn handle<S, B>(self, next: S, mut request: Request<B>) -> Response<Body>
    where
        S: Next<B>,
        B: Send + 'static,
    {
        let id = RequestId::from_caller(request.headers()).unwrap_or_else(RequestId::generate);
        // In the headers too, so that a call passed on keeps its name.
        request.headers_mut().insert(HEADER, id.0.clone());
        request.extensions_mut().insert(id.clone());
        let mut response = next.run(request).await;
        response.headers_mut().insert(HEADER, id.0);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_caller(text: &str) -> Option<RequestId> {
        RequestId::from_caller(&HeaderMap::from_iter([(HEADER, HeaderValue::from_str(text).unwrap())]))
    }

    #[test]
    fn takes_only_sane_names() {
        assert_eq!(from_caller("abc-123").unwrap().as_str(), "abc-123");
        assert!(from_caller(&"x".repeat(MAX_LENGTH)).is_some());
        assert!(from_caller(&"x".repeat(MAX_LENGTH + 1)).is_none());
        assert!(from_caller("").is_none() && from_caller("a b").is_none() && from_caller("\u{e9}").is_none());
    }

    #[test]
    fn generated_names_differ() {
        assert_ne!(RequestId::generate(), RequestId::generate());
        assert_eq!(RequestId::generate().as_str().len(), 25);
    }
}
