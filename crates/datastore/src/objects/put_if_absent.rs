//! Writes that are refused where something is there: the commit rests on them.

use bytes::Bytes;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions, UpdateVersion};

use super::names::ROOT;
use super::{Objects, Record, unavailable};
use crate::StoreError;

/// Name of the object that is written twice, to see whether the store refuses that. It stays, so that the next process asks
/// once.
const PROBE: &str = "put-if-absent";
const PROBE_CONTENT: &str = "Written twice, to see that the store refuses to write over what is there.\n";

impl Objects {
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
}
