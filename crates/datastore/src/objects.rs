//! Objects by name: content-addressed data, and manifests and tombstones that are written once.

mod files;
mod names;
mod put_if_absent;
mod records;

pub(crate) use names::{Content, ObjectName, Record};
pub(crate) use records::{StoredManifest, StoredObject};

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{Error, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::sync::OnceCell;

use self::names::ROOT;
use crate::StoreError;
use crate::digest::digest_of;
use crate::upload::{self, Body};

/// The store, seen as the objects we keep in it.
#[derive(Debug)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where the objects are files: then they are flushed to the disk before a manifest names them.
    directory: Option<PathBuf>,
    /// What was said to be no manifest: it is listed again and again, and said once.
    strays: Mutex<BTreeSet<Path>>,
    /// Manifests and tombstones that were read: they are listed again and again, and read again only when they are others.
    read: Mutex<HashMap<Path, (ObjectMeta, Bytes)>>,
    /// Set once the store was seen to refuse a second write of an object.
    refuses_second_writes: OnceCell<()>,
}

impl Objects {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, directory: Option<PathBuf>) -> Self {
        Self {
            store,
            directory,
            strays: Mutex::default(),
            read: Mutex::default(),
            refuses_second_writes: OnceCell::new(),
        }
    }

    /// The store itself.
    pub(crate) fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// The directory, where the objects are files.
    pub(crate) fn directory(&self) -> Option<&std::path::Path> {
        self.directory.as_deref()
    }

    /// Writes a content-addressed object that no manifest names yet, also where it is there: what is there may be damaged,
    /// as a power failure can leave it, and old enough to be collected, while what is written anew is young. No other
    /// content can have its name.
    pub(crate) async fn put(&self, dataset: &str, name: &ObjectName, body: &Body) -> Result<(), StoreError> {
        let path = name.path(dataset);
        let is_linked = match (body, self.file(&path)) {
            (Body::File(from), Some(to)) => {
                let from = from.clone();
                // A file that cannot be linked, such as one of another file system, is copied.
                let linked = tokio::task::spawn_blocking(move || upload::link(&from, &to).is_ok());
                linked.await.map_err(|_| StoreError::Stopped)?
            }
            _ => false,
        };
        if !is_linked {
            upload::put(&self.store, &path, body).await.map_err(|error| unavailable(&path, error))?;
        }
        self.flush(path).await
    }

    /// The size of a content-addressed object; none where there is no such object.
    pub(crate) async fn size(&self, dataset: &str, name: &ObjectName) -> Result<Option<u64>, StoreError> {
        Ok(self.head(&name.path(dataset)).await?.map(|meta| meta.size))
    }

    /// What is known of an object without reading it; none where there is none.
    pub(crate) async fn head(&self, path: &Path) -> Result<Option<ObjectMeta>, StoreError> {
        match self.store.head(path).await {
            Ok(meta) => Ok(Some(meta)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(path, error)),
        }
    }

    /// Reads a content-addressed object and checks it against its name.
    pub(crate) async fn get(&self, dataset: &str, content: Content, digest: &str) -> Result<Bytes, StoreError> {
        let path = ObjectName::new(content, digest).path(dataset);
        let corrupt = |problem: &str| StoreError::Corrupt { object: path.to_string(), problem: problem.to_owned() };
        let bytes = match self.read(&path).await {
            Err(Error::NotFound { .. }) => return Err(corrupt("it is not there")),
            other => other.map_err(|error| unavailable(&path, error))?,
        };
        if digest_of(&bytes) == digest { Ok(bytes) } else { Err(corrupt("its content has another digest")) }
    }

    /// An object as a stream or a file; none where it is not there.
    pub(crate) async fn open(&self, path: &Path) -> Result<Option<GetResult>, StoreError> {
        match self.store.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(path, error)),
        }
    }

    /// Deletes an object that was unreferenced and of this age a moment ago.
    pub(crate) async fn delete(&self, path: &Path) -> Result<(), StoreError> {
        match self.store.delete(path).await {
            // Two collectors at once want the same.
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(path, error)),
        }
    }

    /// The ids of all data sets that there are folders of.
    pub(crate) async fn datasets(&self) -> Result<Vec<String>, StoreError> {
        let folders = self.list(Path::from(ROOT)).await?.0;
        Ok(folders.iter().filter_map(|folder| folder.filename().map(str::to_owned)).collect())
    }

    /// The content-addressed objects of a data set, with their sizes and ages, and others that stand among them.
    pub(crate) async fn contents(&self, dataset: &str) -> Result<Vec<ObjectMeta>, StoreError> {
        Ok(self.list(Path::from_iter([ROOT, dataset, "data"])).await?.1)
    }

    async fn list(&self, folder: Path) -> Result<(Vec<Path>, Vec<ObjectMeta>), StoreError> {
        let listed = self.store.list_with_delimiter(Some(&folder)).await;
        let listed = listed.map_err(|error| unavailable(&folder, error))?;
        Ok((listed.common_prefixes, listed.objects))
    }

    async fn read(&self, path: &Path) -> Result<Bytes, Error> {
        self.store.get(path).await?.bytes().await
    }
}

pub(crate) fn unavailable(path: &Path, error: Error) -> StoreError {
    StoreError::Unavailable { object: path.to_string(), source: Box::new(error) }
}
