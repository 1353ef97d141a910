//! Who sends compressed gets compressed answers, and nobody else.

use http::uri::PathAndQuery;
use tonic::Request;
use tonic::codec::CompressionEncoding;
use tonic_prost::ProstCodec;

use crate::support::Running;

/// The encoding of the answer to a client that reads gzip, and perhaps sends it.
async fn encoding_of_the_answer(sends_it: bool) -> Option<String> {
    let server = Running::start(|_| {});
    let client = tonic::client::Grpc::new(server.caller().await.0).accept_compressed(CompressionEncoding::Gzip);
    let mut client = if sends_it { client.send_compressed(CompressionEncoding::Gzip) } else { client };
    client.ready().await.unwrap();
    let (request, path) = (Request::new("x".repeat(1000)), PathAndQuery::from_static("/test.Probe/Echo"));
    let response = client.unary(request, path, ProstCodec::<String, String>::default()).await.unwrap();
    assert_eq!(response.get_ref(), &"x".repeat(1000));
    response.metadata().get("grpc-encoding").map(|encoding| encoding.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_answer_is_compressed_where_the_request_is() {
    assert_eq!(encoding_of_the_answer(true).await.as_deref(), Some("gzip"));
    assert_eq!(encoding_of_the_answer(false).await, None);
}
