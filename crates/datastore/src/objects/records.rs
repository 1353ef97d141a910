//! Manifests and tombstones, as they are listed and read.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::ObjectMeta;
use object_store::path::Path;

use super::names::ROOT;
use super::{Objects, Record, unavailable};
use crate::StoreError;

/// Requests at a time where many objects are read: most of each is waiting.
const AT_ONCE: usize = 16;

/// An object as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredObject {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

impl StoredObject {
    /// It is not what was written.
    pub(crate) fn corrupt(&self, problem: &str) -> StoreError {
        StoreError::Corrupt { object: self.name.clone(), problem: problem.to_owned() }
    }
}

/// A manifest as it is stored, with the tombstone that stands beside it.
#[derive(Debug, Clone)]
pub(crate) struct StoredManifest {
    pub(crate) dataset: String,
    pub(crate) number: u32,
    pub(crate) object: StoredObject,
    pub(crate) tombstone: Option<StoredObject>,
}

impl Objects {
    /// All manifests, by data set and number.
    pub(crate) async fn manifests(&self) -> Result<Vec<StoredManifest>, StoreError> {
        let datasets = self.datasets().await?;
        let of_each = futures_util::stream::iter(datasets).map(|dataset| self.manifests_of(dataset)).buffered(AT_ONCE);
        of_each.try_concat().await
    }

    /// The manifests of a data set, by number, each with its tombstone.
    pub(crate) async fn manifests_of(&self, dataset: String) -> Result<Vec<StoredManifest>, StoreError> {
        let records = self.records(&dataset).await?;
        let read = |(record, listed): (Record, ObjectMeta)| {
            let path = record.path(&dataset);
            async move {
                let bytes = self.read_record(&path, listed).await?;
                Ok::<_, StoreError>((record, StoredObject { name: path.to_string(), bytes }))
            }
        };
        let reads = futures_util::stream::iter(records).map(read).buffered(AT_ONCE);
        let mut objects: BTreeMap<Record, StoredObject> = reads.try_collect().await?;
        let mut manifests = Vec::new();
        while let Some((Record::Manifest(number), object)) = objects.pop_first() {
            let tombstone = objects.remove(&Record::Tombstone(number));
            manifests.push(StoredManifest { dataset: dataset.clone(), number, object, tombstone });
        }
        Ok(manifests)
    }

    /// What stands in a data set's folder of vintages. Empty objects are what a power failure left of a write.
    pub(crate) async fn records(&self, dataset: &str) -> Result<Vec<(Record, ObjectMeta)>, StoreError> {
        let mut found = Vec::new();
        for object in self.list(Path::from_iter([ROOT, dataset, "vintages"])).await?.1 {
            match object.location.filename().and_then(Record::of_name) {
                Some(record) if object.size > 0 => found.push((record, object)),
                _ if self.is_news(&object.location) => {
                    tracing::warn!(object = %object.location, "is no manifest and is not read");
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// Reads a manifest or tombstone, unless it was read as it is listed now: with the same size, time and tag.
    async fn read_record(&self, path: &Path, listed: ObjectMeta) -> Result<Bytes, StoreError> {
        let read = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bytes)) = read().get(path).filter(|(known, _)| *known == listed) {
            return Ok(bytes.clone());
        }
        let bytes = self.read(path).await.map_err(|error| unavailable(path, error))?;
        read().insert(path.clone(), (listed, bytes.clone()));
        Ok(bytes)
    }

    /// Forgets what was read, so that it is read again from the store.
    pub(crate) fn forget(&self) {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn is_news(&self, stray: &Path) -> bool {
        self.strays.lock().unwrap_or_else(PoisonError::into_inner).insert(stray.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_stray_file_is_said_to_be_one_once() {
        let objects = Objects::new(Arc::new(object_store::memory::InMemory::new()), None);
        let news = ["a", "b", "a"].map(|name| objects.is_news(&Path::from(name)));
        assert_eq!(news, [true, true, false]);
    }
}
