//! Objects on their way into the store: held in memory, or in a file that need not fit in it.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, WriteMultipart};
use tokio::io::AsyncReadExt as _;

use crate::StoreError;
use crate::digest::{digest_of, digest_of_file};

/// Above this, an object is sent in parts of this size. S3 takes at most 10 000 parts: objects of up to 80 GB.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// Parts that are sent at a time.
const PARTS_AT_ONCE: usize = 4;

/// The bytes of an object to be written.
#[derive(Debug, Clone)]
pub enum Body {
    /// In memory.
    Bytes(Bytes),
    /// In a file, which is only read.
    File(PathBuf),
}

impl Body {
    /// Digest and length.
    pub(crate) fn measure(&self) -> Result<(String, u64), StoreError> {
        match self {
            Self::Bytes(bytes) => Ok((digest_of(bytes), bytes.len() as u64)),
            Self::File(file) => {
                let unreadable = |source| StoreError::Unavailable { object: file.display().to_string(), source };
                digest_of_file(file).map_err(|error| unreadable(error.into()))
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
            let file = tokio::fs::File::open(file).await.map_err(generic)?;
            put_parts(store, path, file).await?;
        }
    }
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
    let mut part = Vec::new();
    reader.take(PART_BYTES as u64).read_to_end(&mut part).await.map_err(generic)?;
    Ok(part.into())
}

fn generic(error: std::io::Error) -> Error {
    Error::Generic { store: "the file to be written", source: Box::new(error) }
}
