//! Objects by name: content-addressed data, and manifests that are written once.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions};

use crate::StoreError;
use crate::digest::digest_of;

const ROOT: &str = "datasets";

/// What a content-addressed object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Observations of one indicator.
    Table,
    /// A catalogue.
    Catalogue,
}

/// A manifest as it is stored.
pub(crate) struct StoredManifest {
    pub(crate) dataset: String,
    pub(crate) number: u32,
    pub(crate) object: String,
    pub(crate) bytes: Bytes,
}

/// The store, seen as the objects we keep in it.
#[derive(Debug)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where the objects are files: then they are flushed to the disk before a manifest names them.
    directory: Option<PathBuf>,
    /// What was said to be no manifest: it is listed again and again, and said once.
    strays: Mutex<BTreeSet<Path>>,
}

impl Objects {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, directory: Option<PathBuf>) -> Self {
        Self { store, directory, strays: Mutex::default() }
    }

    /// Writes a content-addressed object, unless it is there. One that is there and damaged, as a power failure can
    /// leave it, is written again: no other content can have its name.
    pub(crate) async fn put(
        &self,
        dataset: &str,
        content: Content,
        digest: &str,
        bytes: Bytes,
    ) -> Result<(), StoreError> {
        let path = content_path(dataset, content, digest);
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&path, bytes.clone().into(), options).await {
            Ok(_) => {}
            Err(Error::AlreadyExists { .. }) if self.get(dataset, content, digest).await.is_ok() => {}
            Err(Error::AlreadyExists { .. }) => {
                self.store.put(&path, bytes.into()).await.map_err(|error| unavailable(&path, error))?;
            }
            Err(error) => return Err(unavailable(&path, error)),
        }
        self.flush(path).await
    }

    /// Reads a content-addressed object and checks it against its name.
    pub(crate) async fn get(&self, dataset: &str, content: Content, digest: &str) -> Result<Bytes, StoreError> {
        let path = content_path(dataset, content, digest);
        let corrupt = |problem: &str| StoreError::Corrupt { object: path.to_string(), problem: problem.to_owned() };
        let bytes = match self.read(&path).await {
            Err(Error::NotFound { .. }) => return Err(corrupt("it is not there")),
            other => other.map_err(|error| unavailable(&path, error))?,
        };
        if digest_of(&bytes) == digest { Ok(bytes) } else { Err(corrupt("its content has another digest")) }
    }

    /// Commits a vintage: writes its manifest unless there is one, and says whether it did.
    pub(crate) async fn commit(&self, dataset: &str, number: u32, manifest: Vec<u8>) -> Result<bool, StoreError> {
        let path = manifest_path(dataset, number);
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&path, manifest.clone().into(), options).await {
            Ok(_) => {}
            Err(Error::AlreadyExists { .. }) => {
                let there = self.store.head(&path).await.map_err(|error| unavailable(&path, error))?;
                if there.size > 0 {
                    return Ok(false);
                }
                // What a power failure leaves of a commit that nobody was told of.
                self.store.put(&path, manifest.into()).await.map_err(|error| unavailable(&path, error))?;
            }
            Err(error) => return Err(unavailable(&path, error)),
        }
        self.flush(path).await?;
        Ok(true)
    }

    /// The manifest of a vintage.
    pub(crate) async fn manifest(&self, dataset: &str, number: u32) -> Result<StoredManifest, StoreError> {
        let path = manifest_path(dataset, number);
        let bytes = self.read(&path).await.map_err(|error| unavailable(&path, error))?;
        Ok(StoredManifest { dataset: dataset.to_owned(), number, object: path.to_string(), bytes })
    }

    /// All manifests, by data set and number.
    pub(crate) async fn manifests(&self) -> Result<Vec<StoredManifest>, StoreError> {
        let root = Path::from(ROOT);
        let list = |prefix: Path| async move {
            self.store.list_with_delimiter(Some(&prefix)).await.map_err(|error| unavailable(&prefix, error))
        };
        let mut found = Vec::new();
        for folder in list(root).await?.common_prefixes {
            let Some(dataset) = folder.filename().map(str::to_owned) else { continue };
            for object in list(folder.join("vintages")).await?.objects {
                match object.location.filename().and_then(manifest_number) {
                    Some(number) if object.size > 0 => found.push((dataset.clone(), number)),
                    _ if self.is_news(&object.location) => {
                        tracing::warn!(object = %object.location, "is no manifest and is not read");
                    }
                    _ => {}
                }
            }
        }
        found.sort();
        let mut manifests = Vec::with_capacity(found.len());
        for (dataset, number) in found {
            manifests.push(self.manifest(&dataset, number).await?);
        }
        Ok(manifests)
    }

    fn is_news(&self, stray: &Path) -> bool {
        self.strays.lock().unwrap_or_else(PoisonError::into_inner).insert(stray.clone())
    }

    async fn read(&self, path: &Path) -> Result<Bytes, Error> {
        self.store.get(path).await?.bytes().await
    }

    /// Flushes a file and the name it has in its folder.
    async fn flush(&self, path: Path) -> Result<(), StoreError> {
        let Some(directory) = &self.directory else { return Ok(()) };
        let file = path.parts().fold(directory.clone(), |file, part| file.join(part.as_ref()));
        let flushed = tokio::task::spawn_blocking(move || {
            std::fs::File::open(&file)?.sync_all()?;
            // Folders cannot be opened everywhere; where they cannot, names need no flushing of their own.
            if let Some(Ok(folder)) = file.parent().map(std::fs::File::open) {
                folder.sync_all()?;
            }
            Ok::<(), std::io::Error>(())
        });
        let unavailable = |source| StoreError::Unavailable { object: path.to_string(), source };
        match flushed.await {
            Ok(flushed) => flushed.map_err(|error| unavailable(error.into())),
            Err(_) => Err(StoreError::Stopped),
        }
    }
}

fn content_path(dataset: &str, content: Content, digest: &str) -> Path {
    let extension = match content {
        Content::Table => "parquet",
        Content::Catalogue => "json",
    };
    Path::from_iter([ROOT, dataset, "data", &format!("{digest}.{extension}")])
}

fn manifest_path(dataset: &str, number: u32) -> Path {
    Path::from_iter([ROOT, dataset, "vintages", &format!("{number:06}.json")])
}

fn manifest_number(name: &str) -> Option<u32> {
    let number: u32 = name.strip_suffix(".json")?.parse().ok()?;
    (format!("{number:06}.json") == name).then_some(number)
}

fn unavailable(path: &Path, error: Error) -> StoreError {
    StoreError::Unavailable { object: path.to_string(), source: Box::new(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_file_is_said_to_be_one_once() {
        let objects = Objects::new(Arc::new(object_store::memory::InMemory::new()), None);
        let news = ["a", "b", "a"].map(|name| objects.is_news(&Path::from(name)));
        assert_eq!(news, [true, true, false]);
    }

    #[test]
    fn knows_its_manifests_by_name() {
        assert_eq!(manifest_number("000003.json"), Some(3));
        for other in ["3.json", "000003.json#1", "000003", "+00003.json", "notes.txt"] {
            assert_eq!(manifest_number(other), None, "{other}");
        }
    }
}
