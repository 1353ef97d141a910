//! An S3 server in this process, on loopback: path style, and requests are refused unless their signatures are right.

use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{ObjectStore, ObjectStoreExt};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;

pub(crate) const BUCKET: &str = "statistics";
const ACCESS_KEY: &str = "access";
const SECRET_KEY: &str = "secret-of-the-tests";

/// Ends with the value.
pub(crate) struct Server {
    endpoint: String,
    /// There until it is dropped.
    runtime: Option<tokio::runtime::Runtime>,
}

impl Server {
    /// Serves the folders of a directory as buckets.
    pub(crate) fn start(directory: &Path) -> Self {
        std::fs::create_dir(directory.join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(directory).unwrap());
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        // Of its own: tests block their runtimes in the middle of a request on purpose.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(serve(listener, service));
        Self { endpoint, runtime: Some(runtime) }
    }

    /// A client of the bucket.
    pub(crate) fn bucket(&self) -> AmazonS3 {
        self.bucket_with(SECRET_KEY)
    }

    fn bucket_with(&self, secret: &str) -> AmazonS3 {
        let builder = AmazonS3Builder::new().with_bucket_name(BUCKET).with_region("us-east-1").with_allow_http(true);
        let builder = builder.with_access_key_id(ACCESS_KEY).with_secret_access_key(secret);
        builder.with_endpoint(&self.endpoint).build().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A runtime must not wait for its tasks where another one runs.
        self.runtime.take().unwrap().shutdown_background();
    }
}

async fn serve(listener: std::net::TcpListener, service: S3Service) {
    let listener = TcpListener::from_std(listener).unwrap();
    while let Ok((socket, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            let _closed = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

#[tokio::test]
async fn the_server_checks_signatures() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path());
    let path = object_store::path::Path::from("object");
    server.bucket().put(&path, "text".into()).await.unwrap();
    assert_eq!(server.bucket().get(&path).await.unwrap().bytes().await.unwrap(), "text");
    let forged = server.bucket_with("another secret");
    let error = forged.get(&path).await.unwrap_err();
    assert!(matches!(error, object_store::Error::PermissionDenied { .. }), "{error}");
    let error = forged.put(&path, "other".into()).await.unwrap_err();
    assert!(matches!(error, object_store::Error::PermissionDenied { .. }), "{error}");
    assert!(forged.list_with_delimiter(None).await.is_err());
}
