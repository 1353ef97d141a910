//! The folder of what an executor writes: one that is named, or one of its own, which does not outlive it.

use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::TempDir;

/// What the names of executors' own folders begin with.
const PREFIX: &str = "growthpole-executor-";

/// The file in such a folder that its executor keeps locked. The lock is gone when the process is, however it ended.
const LOCK: &str = "lock";

/// What an executor writes, beside the lock: the library removes what it finds there.
const RESULTS: &str = "results";

/// A folder that an executor may write to.
pub(super) struct Scratch {
    /// Its path.
    pub(super) path: String,
    /// What removes it at the end.
    _own: Option<Own>,
}

struct Own {
    _lock: File,
    folder: TempDir,
}

impl Scratch {
    /// The folder that is named, which is made where it is not there; else one of its own. Then the folders are removed that
    /// executors left when they were killed.
    pub(super) fn open(named: Option<&Path>) -> io::Result<Self> {
        let (path, own) = match named {
            Some(path) => (path.to_owned(), None),
            None => {
                let own = Own::new(&std::env::temp_dir())?;
                (own.folder.path().join(RESULTS), Some(own))
            }
        };
        std::fs::create_dir_all(&path)?;
        let path = path.into_os_string().into_string().map_err(|path| {
            io::Error::new(io::ErrorKind::InvalidFilename, format!("{} is no UTF-8", path.display()))
        })?;
        Ok(Self { path, _own: own })
    }
}

impl Own {
    fn new(parent: &Path) -> io::Result<Self> {
        remove_left(parent);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        // It is locked before it has the name by which others find it.
        let unnamed = folder.path().join("new");
        let lock = File::create_new(&unnamed)?;
        lock.lock()?;
        std::fs::rename(unnamed, folder.path().join(LOCK))?;
        Ok(Self { _lock: lock, folder })
    }
}

/// Removes the folders whose executors are gone, as far as that is allowed: some may be another user's.
fn remove_left(parent: &Path) {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let folder = entry.path();
        let is_left = File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if is_left && let Err(error) = std::fs::remove_dir_all(&folder) {
            tracing::warn!(folder = %folder.display(), %error, "an executor that is gone left a folder");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_outlives_its_executor_until_the_next_one_starts() {
        let parent = tempfile::tempdir().unwrap();
        let names = || std::fs::read_dir(parent.path()).unwrap().count();
        let [ended, running, killed] = [(); 3].map(|()| Own::new(parent.path()).unwrap());
        std::fs::create_dir(parent.path().join("growthpole-executor-without-lock")).unwrap();
        assert_eq!(names(), 4);
        drop(ended);
        // As the system does with a process that is killed: its files are closed, and nothing is removed.
        let Own { _lock, folder } = killed;
        let left = folder.keep();
        std::fs::write(left.join("result"), "rows").unwrap();
        drop(_lock);
        assert_eq!(names(), 3);
        let _next = Own::new(parent.path()).unwrap();
        assert!(!left.exists() && running.folder.path().exists());
        assert_eq!(names(), 3);
    }
}
