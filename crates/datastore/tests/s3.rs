//! Clients of the S3 server of the tests.

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{ObjectStore, ObjectStoreExt};

use crate::s3_server::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};

/// A client of the bucket.
pub(crate) fn bucket(server: &Server, secret: &str) -> AmazonS3 {
    let builder = AmazonS3Builder::new().with_bucket_name(BUCKET).with_region("us-east-1").with_allow_http(true);
    let builder = builder.with_access_key_id(ACCESS_KEY).with_secret_access_key(secret);
    builder.with_endpoint(&server.endpoint).build().unwrap()
}

#[tokio::test]
async fn the_server_checks_signatures() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path());
    let path = object_store::path::Path::from("object");
    bucket(&server, SECRET_KEY).put(&path, "text".into()).await.unwrap();
    assert_eq!(bucket(&server, SECRET_KEY).get(&path).await.unwrap().bytes().await.unwrap(), "text");
    let forged = bucket(&server, "another secret");
    let error = forged.get(&path).await.unwrap_err();
    assert!(matches!(error, object_store::Error::PermissionDenied { .. }), "{error}");
    let error = forged.put(&path, "other".into()).await.unwrap_err();
    assert!(matches!(error, object_store::Error::PermissionDenied { .. }), "{error}");
    assert!(forged.list_with_delimiter(None).await.is_err());
}
