//! The object store as the engine reads it: tables that are small enough are read whole once and checked against their
//! digest; of larger ones only the parts that a query needs are read, which no digest is known of.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use moka::future::Cache;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use tokio::runtime::Handle;

use crate::StoreError;
use crate::digest::digest_of;

const NAME: &str = "checked tables";

/// Sizes that are remembered; each is a short text and a number.
const SIZES: u64 = 100_000;

/// Reads tables of another store, and checks those that it reads whole. Nothing can be written through it.
#[derive(Debug)]
pub(crate) struct CheckedStore {
    inner: Arc<dyn ObjectStore>,
    /// Size of the largest table that is read whole.
    most: u64,
    whole: Cache<Path, (ObjectMeta, Bytes)>,
    sizes: Cache<Path, u64>,
    /// Where requests begin, so that their connections outlive the threads that they are made on; none: anywhere.
    runtime: Option<Handle>,
}

impl CheckedStore {
    /// Keeps tables of up to `bytes` together, and reads those whole that take an eighth of it or less.
    pub(crate) fn new(inner: Arc<dyn ObjectStore>, bytes: u64) -> Self {
        let weigh = |_: &Path, (_, bytes): &(ObjectMeta, Bytes)| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Self {
            inner,
            most: bytes / 8,
            whole: Cache::builder().max_capacity(bytes).weigher(weigh).build(),
            sizes: Cache::new(SIZES),
            runtime: None,
        }
    }

    /// Begins every request on a runtime that lasts.
    #[cfg(feature = "ballista")]
    pub(crate) fn on(self, runtime: Handle) -> Self {
        Self { runtime: Some(runtime), ..self }
    }

    async fn begin<T: Send + 'static>(&self, request: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        match &self.runtime {
            Some(runtime) => runtime.spawn(request).await.map_err(|source| Error::JoinError { source })?,
            None => request.await,
        }
    }

    async fn get_inner(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let (inner, location) = (Arc::clone(&self.inner), location.clone());
        self.begin(async move { inner.get_opts(&location, options).await }).await
    }

    /// A small table, checked; none of a large one.
    async fn whole(&self, location: &Path) -> Result<Option<(ObjectMeta, Bytes)>> {
        let head =
            async { self.get_inner(location, GetOptions::new().with_head(true)).await.map(|found| found.meta.size) };
        let size = self.sizes.try_get_with_by_ref(location, head);
        if size.await.map_err(shared)? > self.most {
            return Ok(None);
        }
        let load = async {
            let found = self.get_inner(location, GetOptions::default()).await?;
            let meta = found.meta.clone();
            let bytes = found.bytes().await?;
            check(location, &bytes)?;
            Ok((meta, bytes))
        };
        self.whole.try_get_with_by_ref(location, load).await.map(Some).map_err(shared)
    }
}

/// Compares a table with its name.
fn check(location: &Path, bytes: &Bytes) -> Result<()> {
    let digest = location.filename().and_then(|name| name.strip_suffix(".parquet")).unwrap_or_default();
    if digest_of(bytes) == digest {
        return Ok(());
    }
    let damaged =
        StoreError::Corrupt { object: location.to_string(), problem: "its content has another digest".to_owned() };
    Err(Error::Generic { store: NAME, source: Box::new(damaged) })
}

fn shared(error: Arc<Error>) -> Error {
    Error::Generic { store: NAME, source: Box::new(error) }
}

fn read_only() -> Error {
    Error::NotSupported { source: "tables are only read".into() }
}

impl fmt::Display for CheckedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NAME} of {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for CheckedStore {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Some((meta, bytes)) = self.whole(location).await? else {
            return self.get_inner(location, options).await;
        };
        let range = match &options.range {
            Some(range) => range
                .as_range(bytes.len() as u64)
                .map_err(|error| Error::Generic { store: NAME, source: Box::new(error) })?,
            None => 0..bytes.len() as u64,
        };
        let part = if options.head { Bytes::new() } else { slice(&bytes, &range) };
        let payload = GetResultPayload::Stream(stream::iter([Ok(part)]).boxed());
        Ok(GetResult { payload, meta, range, attributes: object_store::Attributes::default() })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        match self.whole(location).await? {
            Some((_, bytes)) => Ok(ranges.iter().map(|range| slice(&bytes, range)).collect()),
            None => {
                let (inner, location, ranges) = (Arc::clone(&self.inner), location.clone(), ranges.to_vec());
                self.begin(async move { inner.get_ranges(&location, &ranges).await }).await
            }
        }
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(read_only())
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(read_only())
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        locations.map(|_| Err(read_only())).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(read_only())
    }
}

/// A range, as far as it lies within the bytes: the reader finds out what is missing.
fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let end = usize::try_from(range.end).map_or(bytes.len(), |end| end.min(bytes.len()));
    let start = usize::try_from(range.start).map_or(end, |start| start.min(end));
    bytes.slice(start..end)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use object_store::ObjectStoreExt as _;
    use object_store::memory::InMemory;

    fn named(content: &[u8]) -> Path {
        Path::from(format!("datasets/d/data/{}.parquet", digest_of(content)))
    }

    #[tokio::test]
    async fn checks_what_it_reads_whole() {
        let (good, bad) = (named(b"good"), named(b"another"));
        let store = Arc::new(InMemory::new());
        store.put(&good, Bytes::from_static(b"good").into()).await.unwrap();
        store.put(&bad, Bytes::from_static(b"changed").into()).await.unwrap();
        let checked = CheckedStore::new(Arc::clone(&store) as Arc<dyn ObjectStore>, 1000);
        assert_eq!(checked.get_range(&good, 1..3).await.unwrap(), "oo");
        assert_eq!(checked.get_ranges(&good, &[0..1, 3..9]).await.unwrap(), ["g", "d"]);
        assert_eq!(checked.head(&good).await.unwrap().size, 4);
        let error = checked.get_range(&bad, 1..3).await.unwrap_err();
        assert!(format!("{error:?}").contains("another digest"), "{error:?}");
        assert!(checked.put(&good, Bytes::new().into()).await.is_err());
        assert!(checked.delete(&good).await.is_err());
        assert!(checked.get_range(&named(b"absent"), 0..1).await.is_err());
    }

    #[tokio::test]
    async fn reads_parts_of_what_is_large() {
        let large = named(&[7; 100]);
        let store = Arc::new(InMemory::new());
        store.put(&large, Bytes::from(vec![8; 100]).into()).await.unwrap();
        let checked = CheckedStore::new(store, 64);
        assert_eq!(checked.get_range(&large, 0..2).await.unwrap(), [8, 8].as_slice());
    }
}
