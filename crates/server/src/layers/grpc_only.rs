//! Requests that are not gRPC get a short answer in plain text.

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use tonic::body::Body;

use super::middleware::{Middleware, Next};

const GRPC: &str = "application/grpc";

/// The layer that keeps other protocols out.
#[derive(Clone)]
pub(super) struct GrpcOnly;

impl Middleware for GrpcOnly {
    async fn handle<S, B>(self, next: S, request: Request<B>) -> Response<Body>
    where
        S: Next<B>,
        B: Send + 'static,
    {
        match objection(request.method(), request.version(), request.headers()) {
            None => next.run(request).await,
            Some((status, sentence)) => in_plain_text(status, sentence),
        }
    }
}

fn objection(method: &Method, version: Version, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    if method != Method::POST {
        Some((StatusCode::NOT_FOUND, "This is a gRPC server: there are no pages here, only calls.\n"))
    } else if !is_grpc(headers) {
        Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, "This is a gRPC server: content-type must be application/grpc.\n"))
    } else if version != Version::HTTP_2 {
        Some((StatusCode::HTTP_VERSION_NOT_SUPPORTED, "gRPC needs HTTP/2.\n"))
    } else {
        None
    }
}

/// Tells `application/grpc`, `application/grpc+proto` and the like from `application/grpc-web`.
fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let rest = content_type.and_then(|content_type| content_type.strip_prefix(GRPC));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';']))
}

fn in_plain_text(status: StatusCode, sentence: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::new(http_body_util::Full::from(sentence)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: Method, version: Version, content_type: &'static str) -> Option<u16> {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        objection(&method, version, &headers).map(|(status, _)| status.as_u16())
    }

    #[test]
    fn tells_grpc_from_the_rest() {
        assert_eq!(status(Method::POST, Version::HTTP_2, "application/grpc"), None);
        assert_eq!(status(Method::POST, Version::HTTP_2, "application/grpc+proto"), None);
        assert_eq!(status(Method::POST, Version::HTTP_2, "application/grpc-web"), Some(415));
        assert_eq!(status(Method::POST, Version::HTTP_2, "application/json"), Some(415));
        assert_eq!(status(Method::GET, Version::HTTP_2, "application/grpc"), Some(404));
        assert_eq!(status(Method::POST, Version::HTTP_11, "application/grpc"), Some(505));
    }
}
