//! An S3 server in this process, on loopback: path style, and requests are refused unless their signatures are right.

use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::S3;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;

pub(crate) const BUCKET: &str = "statistics";
pub(crate) const ACCESS_KEY: &str = "access";
pub(crate) const SECRET_KEY: &str = "secret-of-the-tests";

/// Ends with the value.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) endpoint: String,
    /// There until it is dropped.
    runtime: Option<tokio::runtime::Runtime>,
}

impl Server {
    /// Serves the folders of a directory as buckets, of which it makes one.
    pub(crate) fn start(directory: &Path) -> Self {
        Self::over(directory, |files| files)
    }

    /// The same, with something between the requests and the files.
    pub(crate) fn over<S: S3>(directory: &Path, between: impl FnOnce(s3s_fs::FileSystem) -> S) -> Self {
        std::fs::create_dir(directory.join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(between(s3s_fs::FileSystem::new(directory).unwrap()));
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        // Of its own: tests block theirs while they wait for other processes.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(serve(listener, service));
        Self { endpoint, runtime: Some(runtime) }
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
