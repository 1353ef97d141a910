//! Objects by name: content-addressed data, and manifests and tombstones that are written once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{Error, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};

use tokio::sync::OnceCell;

use crate::StoreError;
use crate::digest::digest_of;
use crate::upload::{self, Body};

const ROOT: &str = "datasets";

/// Name of the object that is written twice, to see whether the store refuses that. It stays, so that the next process asks
/// once.
const PROBE: &str = "put-if-absent";
const PROBE_CONTENT: &str = "Written twice, to see that the store refuses to write over what is there.\n";

/// Requests at a time where many objects are read: most of each is waiting.
const AT_ONCE: usize = 16;

/// What a content-addressed object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// Observations of one indicator.
    Table,
    /// A catalogue.
    Catalogue,
}

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

/// An object of a data set's folder of vintages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Record {
    /// The manifest of a number.
    Manifest(u32),
    /// The tombstone of a number.
    Tombstone(u32),
}

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

    /// Makes sure, once in a process, that the store refuses to write over an object where it was told to: commits rest on
    /// that, and there are servers that take the condition and do not look at it. A directory is known to.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoConditionalWrites`] where it does not.
    pub(crate) async fn check_conditional_writes(&self) -> Result<(), StoreError> {
        if self.directory.is_some() {
            return Ok(());
        }
        self.refuses_second_writes.get_or_try_init(|| self.write_twice()).await.map(|_| ())
    }

    /// Writes the same object twice. Where it is there from before, the first write is refused already.
    async fn write_twice(&self) -> Result<(), StoreError> {
        let path = Path::from_iter([ROOT, PROBE]);
        for _ in 0..2 {
            let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
            match self.store.put_opts(&path, PROBE_CONTENT.into(), options).await {
                Ok(_) => {}
                Err(Error::AlreadyExists { .. }) => return Ok(()),
                Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => break,
                Err(error) => return Err(unavailable(&path, error)),
            }
        }
        Err(StoreError::NoConditionalWrites { store: self.store.to_string() })
    }

    /// Writes a manifest or a tombstone unless there is one, and says whether it did. A manifest's write is the commit.
    ///
    /// Where the store does not say whether it wrote, the object itself does.
    pub(crate) async fn commit(&self, dataset: &str, record: Record, content: Vec<u8>) -> Result<bool, StoreError> {
        self.check_conditional_writes().await?;
        let path = record.path(dataset);
        let content = Bytes::from(content);
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&path, content.clone().into(), options).await {
            Ok(_) => {}
            Err(Error::AlreadyExists { .. }) => {
                let there = self.store.head(&path).await.map_err(|error| unavailable(&path, error))?;
                // What a power failure leaves of a commit that nobody was told of is empty.
                if there.size > 0 || !self.fill(&path, there, content).await? {
                    return Ok(false);
                }
            }
            Err(error) => match self.read(&path).await {
                Ok(there) if there == content => {}
                _ => return Err(unavailable(&path, error)),
            },
        }
        self.flush(path).await?;
        Ok(true)
    }

    /// Writes an object that is there and empty, unless another does so first.
    async fn fill(&self, path: &Path, empty: ObjectMeta, content: Bytes) -> Result<bool, StoreError> {
        let Some(file) = self.file(path) else {
            let version = UpdateVersion { e_tag: empty.e_tag, version: empty.version };
            let options = PutOptions { mode: PutMode::Update(version), ..PutOptions::default() };
            return match self.store.put_opts(path, content.into(), options).await {
                Ok(_) => Ok(true),
                Err(Error::Precondition { .. }) => Ok(false),
                Err(error) => Err(unavailable(path, error)),
            };
        };
        // Whoever saw the empty file locks it; the first then puts another file in its place, which the others find.
        let locked = tokio::task::spawn_blocking(move || {
            let empty = std::fs::File::open(&file)?;
            empty.lock()?;
            Ok::<_, std::io::Error>((std::fs::metadata(&file)?.len() == 0).then_some(empty))
        });
        let io = |source: std::io::Error| StoreError::Unavailable { object: path.to_string(), source: source.into() };
        let Some(lock) = locked.await.map_err(|_| StoreError::Stopped)?.map_err(io)? else { return Ok(false) };
        self.store.put(path, content.into()).await.map_err(|error| unavailable(path, error))?;
        drop(lock);
        Ok(true)
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

    async fn list(&self, folder: Path) -> Result<(Vec<Path>, Vec<ObjectMeta>), StoreError> {
        let listed = self.store.list_with_delimiter(Some(&folder)).await;
        let listed = listed.map_err(|error| unavailable(&folder, error))?;
        Ok((listed.common_prefixes, listed.objects))
    }

    fn is_news(&self, stray: &Path) -> bool {
        self.strays.lock().unwrap_or_else(PoisonError::into_inner).insert(stray.clone())
    }

    async fn read(&self, path: &Path) -> Result<Bytes, Error> {
        self.store.get(path).await?.bytes().await
    }

    /// The file of an object, where objects are files.
    fn file(&self, path: &Path) -> Option<PathBuf> {
        let directory = self.directory.clone()?;
        Some(path.parts().fold(directory, |file, part| file.join(part.as_ref())))
    }

    /// Flushes a file and the name it has in its folder, and those of the folders above, which may be as new.
    async fn flush(&self, path: Path) -> Result<(), StoreError> {
        let Some((file, root)) = self.file(&path).zip(self.directory.clone()) else { return Ok(()) };
        let flushed = tokio::task::spawn_blocking(move || {
            std::fs::File::open(&file)?.sync_all()?;
            for folder in file.ancestors().skip(1).take_while(|folder| folder.starts_with(&root)) {
                // Folders cannot be opened everywhere; where they cannot, names need no flushing of their own.
                if let Ok(folder) = std::fs::File::open(folder) {
                    folder.sync_all()?;
                }
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

/// The name of a content-addressed object within its data set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ObjectName {
    pub(crate) content: Content,
    pub(crate) digest: String,
}

impl ObjectName {
    pub(crate) fn new(content: Content, digest: &str) -> Self {
        Self { content, digest: digest.to_owned() }
    }

    /// Reads a file name; none where it is not one of ours.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let (digest, extension) = name.split_once('.')?;
        let content = match extension {
            "parquet" => Content::Table,
            "json" => Content::Catalogue,
            _ => return None,
        };
        let is_digit = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
        (digest.len() == 64 && digest.bytes().all(is_digit)).then(|| Self::new(content, digest))
    }

    pub(crate) fn path(&self, dataset: &str) -> Path {
        let extension = match self.content {
            Content::Table => "parquet",
            Content::Catalogue => "json",
        };
        Path::from_iter([ROOT, dataset, "data", &format!("{}.{extension}", self.digest)])
    }
}

impl Record {
    fn name(self) -> String {
        match self {
            Self::Manifest(number) => format!("{number:06}.json"),
            Self::Tombstone(number) => format!("{number:06}.retracted.json"),
        }
    }

    /// Reads a file name; none where it is not one of ours.
    fn of_name(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".json")?;
        let record = match stem.strip_suffix(".retracted") {
            Some(number) => Self::Tombstone(number.parse().ok()?),
            None => Self::Manifest(stem.parse().ok()?),
        };
        (record.name() == name).then_some(record)
    }

    pub(crate) fn path(self, dataset: &str) -> Path {
        Path::from_iter([ROOT, dataset, "vintages", &self.name()])
    }
}

pub(crate) fn unavailable(path: &Path, error: Error) -> StoreError {
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
    fn knows_its_records_by_name() {
        assert_eq!(Record::of_name("000003.json"), Some(Record::Manifest(3)));
        assert_eq!(Record::of_name("000003.retracted.json"), Some(Record::Tombstone(3)));
        for other in ["3.json", "000003.json#1", "000003", "+00003.json", "3.retracted.json", "notes.txt"] {
            assert_eq!(Record::of_name(other), None, "{other}");
        }
    }

    #[test]
    fn knows_its_contents_by_name() {
        let digest = digest_of(b"abc");
        let name = ObjectName::of_name(&format!("{digest}.parquet"));
        assert_eq!(name, Some(ObjectName::new(Content::Table, &digest)));
        for other in ["abc.parquet".to_owned(), format!("{digest}.csv"), digest.to_uppercase() + ".json", digest] {
            assert_eq!(ObjectName::of_name(&other), None, "{other}");
        }
    }
}
