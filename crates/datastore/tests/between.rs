//! A store in which something happens at a given moment: right before a request, and once.

use std::fmt;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, Result,
};

type Happening = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// Passes everything on; before the first write of a path that holds a text, something happens.
struct Between {
    inner: Arc<dyn ObjectStore>,
    before: &'static str,
    happening: Mutex<Option<Happening>>,
}

/// A store in which, right before the first write of a path that holds `text`, `happening` happens.
pub(crate) fn before<F>(
    inner: &Arc<dyn ObjectStore>,
    text: &'static str,
    happening: impl FnOnce() -> F + Send + 'static,
) -> Arc<dyn ObjectStore>
where
    F: Future<Output = ()> + Send + 'static,
{
    let happening: Happening = Box::new(|| Box::pin(happening()));
    Arc::new(Between { inner: Arc::clone(inner), before: text, happening: Mutex::new(Some(happening)) })
}

impl Between {
    async fn happen(&self, path: &Path) {
        let happening = match path.as_ref().contains(self.before) {
            true => self.happening.lock().unwrap().take(),
            false => None,
        };
        if let Some(happening) = happening {
            happening().await;
        }
    }
}

impl fmt::Debug for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with something before {}", self.inner, self.before)
    }
}

// Written as the macro of the trait would write it.
impl ObjectStore for Between {
    fn put_opts<'a, 'b, 'c>(
        &'a self,
        path: &'b Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> BoxFuture<'c, Result<PutResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            self.happen(path).await;
            self.inner.put_opts(path, payload, options).await
        })
    }

    fn put_multipart_opts<'a, 'b, 'c>(
        &'a self,
        path: &'b Path,
        options: PutMultipartOptions,
    ) -> BoxFuture<'c, Result<Box<dyn MultipartUpload>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.put_multipart_opts(path, options)
    }

    fn get_opts<'a, 'b, 'c>(&'a self, path: &'b Path, options: GetOptions) -> BoxFuture<'c, Result<GetResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.get_opts(path, options)
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_delimiter<'a, 'b, 'c>(&'a self, prefix: Option<&'b Path>) -> BoxFuture<'c, Result<ListResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.list_with_delimiter(prefix)
    }

    fn copy_opts<'a, 'b, 'd, 'c>(
        &'a self,
        from: &'b Path,
        to: &'d Path,
        options: CopyOptions,
    ) -> BoxFuture<'c, Result<()>>
    where
        'a: 'c,
        'b: 'c,
        'd: 'c,
        Self: 'c,
    {
        self.inner.copy_opts(from, to, options)
    }
}
