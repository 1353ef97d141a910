//! Clients of the S3 server of the tests.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use growthpole_datastore::{Datastore, StoreError, StoreSettings};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{ObjectStore, ObjectStoreExt};
use s3s::dto::{
    GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output,
    PutObjectInput, PutObjectOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result};

use crate::commits::replacing;
use crate::demo::{now, package};
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

#[tokio::test]
async fn nothing_is_committed_to_a_server_that_forgets_conditions() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::over(directory.path(), |files| Strict::new(files, true));
    let open = || Datastore::with_store(Arc::new(bucket(&server, SECRET_KEY)), StoreSettings::default());
    for _ in 0..2 {
        let store = open();
        let error = store.import_packages(vec![package()], now()).await.unwrap_err();
        assert!(matches!(error, StoreError::NoConditionalWrites { .. }), "{error}");
        assert!(error.to_string().contains("If-None-Match"), "{error}");
        let error = store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap_err();
        assert!(matches!(error, StoreError::NoConditionalWrites { .. }), "{error}");
        store.refresh().await.unwrap();
        assert!(store.datasets().is_empty());
    }
    // Nothing but what was written to find out.
    let objects: Vec<String> = bucket(&server, SECRET_KEY)
        .list(None)
        .map_ok(|object| object.location.to_string())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(objects, ["datasets/put-if-absent"]);
}

/// A server that answers one write at a time, as a cloud's do where they are conditional: the file server compares first and
/// writes then, and two writers may come between. One that is forgetful takes no notice of conditions. Of S3 it knows what
/// commits ask.
struct Strict {
    files: s3s_fs::FileSystem,
    is_forgetful: bool,
    writing: tokio::sync::Mutex<()>,
}

impl Strict {
    fn new(files: s3s_fs::FileSystem, is_forgetful: bool) -> Self {
        Self { files, is_forgetful, writing: tokio::sync::Mutex::default() }
    }
}

/// A server that two writers can trust, over a directory.
pub(crate) fn strict(directory: &std::path::Path) -> Server {
    Server::over(directory, |files| Strict::new(files, false))
}

#[async_trait::async_trait]
impl S3 for Strict {
    async fn put_object(&self, mut request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        if self.is_forgetful {
            request.input.if_none_match = None;
        }
        let _one_at_a_time = self.writing.lock().await;
        self.files.put_object(request).await
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.files.get_object(request).await
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        self.files.head_object(request).await
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.files.list_objects_v2(request).await
    }
}
