//! Objects that are files: they are flushed to the disk before a manifest names them.

use std::path::PathBuf;

use object_store::path::Path;

use super::Objects;
use crate::StoreError;

impl Objects {
    /// The file of an object, where objects are files.
    pub(super) fn file(&self, path: &Path) -> Option<PathBuf> {
        let directory = self.directory.clone()?;
        Some(path.parts().fold(directory, |file, part| file.join(part.as_ref())))
    }

    /// Flushes a file and the name it has in its folder, and those of the folders above, which may be as new.
    pub(super) async fn flush(&self, path: Path) -> Result<(), StoreError> {
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
