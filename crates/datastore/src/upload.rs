//! Objects on their way into the store: held in memory, or in a file that need not fit in it.

use std::fs::File;
use std::io::{self, ErrorKind, Seek as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, WriteMultipart};
use tokio::io::AsyncReadExt as _;

use crate::StoreError;
use crate::digest::{digest_of, digest_of_reader};

/// Above this, an object is sent in parts of this size. S3 takes at most 10 000 parts: objects of up to 80 GB.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// Parts that are sent at a time.
const PARTS_AT_ONCE: usize = 4;

/// The bytes of an object to be written.
#[derive(Debug, Clone)]
pub enum Body {
    /// In memory.
    Bytes(Bytes),
    /// In a file, which is only read, from its start; it needs no name.
    File(Arc<File>),
}

impl Body {
    /// Digest and length.
    pub(crate) fn measure(&self) -> Result<(String, u64), StoreError> {
        match self {
            Self::Bytes(bytes) => Ok((digest_of(bytes), bytes.len() as u64)),
            Self::File(file) => {
                let measured = from_start(file).and_then(digest_of_reader);
                measured.map_err(|source| StoreError::Scratch { source })
            }
        }
    }
}

/// Writes an object, whole or not at all.
pub(crate) async fn put(store: &Arc<dyn ObjectStore>, path: &Path, body: &Body) -> Result<(), Error> {
    match body {
        Body::Bytes(bytes) if bytes.len() <= PART_BYTES => drop(store.put(path, bytes.clone().into()).await?),
        Body::Bytes(bytes) => put_parts(store, path, bytes.as_ref()).await?,
        Body::File(file) => {
            let file = from_start(file).and_then(File::try_clone).map_err(generic)?;
            put_parts(store, path, tokio::fs::File::from_std(file)).await?;
        }
    }
    Ok(())
}

/// A file at its start, from which one at a time reads it.
fn from_start(file: &File) -> io::Result<&File> {
    let mut reader = file;
    reader.rewind()?;
    Ok(file)
}

/// Puts a file where an object belongs that is a file too, without a copy: a temporary file of our own, which nobody writes
/// to any more, gets the name of the object.
///
/// # Errors
///
/// It cannot be linked. Nothing was changed then.
pub(crate) fn link(from: &File, to: &std::path::Path) -> io::Result<()> {
    static LINKS: AtomicU64 = AtomicU64::new(0);
    let (Some(folder), Some(name)) = (to.parent(), to.file_name()) else { return Err(ErrorKind::InvalidInput.into()) };
    std::fs::create_dir_all(folder)?;
    // As the store names what is not there yet: nobody lists it.
    let mut staged = name.to_owned();
    staged.push(format!("#{}{:06}", std::process::id(), LINKS.fetch_add(1, Ordering::Relaxed)));
    let staged = folder.join(staged);
    give_name(from, &staged)?;
    let put = readable_as(folder, from)
        // Its age is that of the object.
        .and_then(|()| from.set_modified(std::time::SystemTime::now()))
        .and_then(|()| std::fs::rename(&staged, to));
    // It is there still where something failed, and where both names were those of one file already.
    let _ = std::fs::remove_file(&staged);
    put
}

/// Gives a name to an open file, which may have none: Linux knows it by the number under which it is open.
#[cfg(target_os = "linux")]
fn give_name(file: &File, to: &std::path::Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd as _;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, CWD, to, AtFlags::SYMLINK_FOLLOW)?)
}

/// Elsewhere nothing can: the file is copied.
#[cfg(not(target_os = "linux"))]
fn give_name(_: &File, _: &std::path::Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Lets those read a file who may enter its folder: temporary files are their owner's alone.
#[cfg(unix)]
fn readable_as(folder: &std::path::Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    const READ_AND_WRITE: u32 = 0o666;
    let mode = std::fs::metadata(folder)?.permissions().mode() & READ_AND_WRITE;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

/// Where files have no modes, those of the folder hold.
#[cfg(not(unix))]
fn readable_as(_: &std::path::Path, _: &File) -> io::Result<()> {
    Ok(())
}

async fn put_parts(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    mut reader: impl tokio::io::AsyncRead + Unpin,
) -> Result<(), Error> {
    let first = next_part(&mut reader).await?;
    if first.len() < PART_BYTES {
        return store.put(path, first.into()).await.map(drop);
    }
    let mut upload = WriteMultipart::new_with_chunk_size(store.put_multipart(path).await?, PART_BYTES);
    let sent = send(&mut upload, first, &mut reader).await;
    match sent {
        Ok(()) => upload.finish().await.map(drop),
        Err(error) => {
            // What was sent is thrown away; that this may fail as well changes nothing about the error.
            let _aborted = upload.abort().await;
            Err(error)
        }
    }
}

async fn send(
    upload: &mut WriteMultipart,
    first: Bytes,
    reader: &mut (impl tokio::io::AsyncRead + Unpin),
) -> Result<(), Error> {
    let mut part = first;
    while !part.is_empty() {
        upload.wait_for_capacity(PARTS_AT_ONCE).await?;
        upload.put(part);
        part = next_part(reader).await?;
    }
    Ok(())
}

/// Up to a part's worth of bytes; fewer at the end only.
async fn next_part(reader: &mut (impl tokio::io::AsyncRead + Unpin)) -> Result<Bytes, Error> {
    let mut part = Vec::with_capacity(PART_BYTES);
    reader.take(PART_BYTES as u64).read_to_end(&mut part).await.map_err(generic)?;
    Ok(part.into())
}

fn generic(error: std::io::Error) -> Error {
    Error::Generic { store: "the file to be written", source: Box::new(error) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_without_a_name_is_linked_once_or_twice_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut from = tempfile::tempfile_in(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it has a name");
        from.write_all(b"rows").unwrap();
        let to = folder.path().join("data/there/table");
        for _ in 0..2 {
            link(&from, &to).unwrap();
            assert_eq!(std::fs::read_to_string(&to).unwrap(), "rows");
            assert_eq!(std::fs::read_dir(to.parent().unwrap()).unwrap().count(), 1);
        }
        drop(from);
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "rows");
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&to) & 0o777, mode(to.parent().unwrap()) & 0o666);
    }

    #[test]
    fn a_file_that_cannot_be_linked_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("table");
        std::fs::write(&to, "damaged").unwrap();
        // One that had a name and lost it gets none any more.
        let mut from = tempfile::NamedTempFile::new_in(folder.path()).unwrap().into_file();
        from.write_all(b"rows").unwrap();
        assert!(link(&from, &to).is_err());
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "damaged");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
