//! A file on its way in: the header, then its bytes, which go to a temporary file that has no name.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_datastore::StoreError;
use tokio::io::{AsyncWriteExt as _, BufWriter};
use tonic::Streaming;

use super::PROGRESS_EVERY;
use super::spool::{Room, Spool};
use crate::importing::{ImportLimits, import_refusal};

/// A part of a request.
pub(in crate::services) trait Part: Send + 'static {
    /// Its header, or its bytes; none where it is empty.
    fn content(self) -> Option<Content>;
}

/// What a part of a request is.
pub(in crate::services) enum Content {
    /// The header.
    Header(Box<v1::ImportHeader>),
    /// The next bytes.
    Chunk(Vec<u8>),
}

impl Part for v1::ImportVintageRequest {
    fn content(self) -> Option<Content> {
        Some(match self.part? {
            v1::import_vintage_request::Part::Header(header) => Content::Header(Box::new(header)),
            v1::import_vintage_request::Part::Chunk(chunk) => Content::Chunk(chunk),
        })
    }
}

impl Part for v1::ValidateImportRequest {
    fn content(self) -> Option<Content> {
        Some(match self.part? {
            v1::validate_import_request::Part::Header(header) => Content::Header(Box::new(header)),
            v1::validate_import_request::Part::Chunk(chunk) => Content::Chunk(chunk),
        })
    }
}

/// A file on its way in.
pub(super) struct Upload<P> {
    parts: Streaming<P>,
    max_bytes: u64,
    idle: Duration,
    folder: std::path::PathBuf,
}

impl<P: Part> Upload<P> {
    pub(super) fn new(parts: Streaming<P>, limits: &ImportLimits) -> Self {
        Self {
            parts,
            max_bytes: limits.max_bytes,
            idle: Duration::from_secs_f64(limits.idle_seconds),
            folder: limits.scratch.clone(),
        }
    }

    /// The header, which comes first.
    pub(super) async fn header(&mut self) -> Result<v1::ImportHeader, Refusal> {
        let first = match self.next().await? {
            Some(part) => part.content(),
            None => None,
        };
        match first {
            Some(Content::Header(header)) => Ok(*header),
            Some(Content::Chunk(_)) => Err(Refusal::invalid("header", "a chunk", "the header in the first part")),
            None => Err(Refusal::invalid("header", "nothing", "the header in the first part")),
        }
    }

    /// The rest as a file, which is gone when nobody has it open, and the room that it takes. `received` hears how many
    /// bytes there are.
    pub(super) async fn spool(
        &mut self,
        spool: &Spool,
        received: &(impl Fn(i64) + Sync),
    ) -> Result<(File, Room), Refusal> {
        let mut room = spool.room();
        let scratch = |source| import_refusal(StoreError::Scratch { source });
        let folder = Some(self.folder.as_path()).filter(|folder| *folder != Path::new(""));
        let file = folder.map_or_else(tempfile::tempfile, tempfile::tempfile_in).map_err(scratch)?;
        let mut writer = BufWriter::with_capacity(1 << 20, tokio::fs::File::from_std(file));
        let (mut bytes, mut told) = (0, Instant::now());
        while let Some(part) = self.next().await? {
            let chunk = match part.content() {
                Some(Content::Chunk(chunk)) => chunk,
                Some(Content::Header(_)) => {
                    return Err(Refusal::invalid("header", "a second one", "one header, in the first part"));
                }
                None => Vec::new(),
            };
            bytes += chunk.len() as u64;
            if bytes > self.max_bytes {
                let message = format!("the file has more than {} bytes (import.max_bytes)", self.max_bytes);
                return Err(Refusal::new(Reason::UploadTooLarge, message.clone()).with_violation("chunk", message));
            }
            room.take(chunk.len() as u64)?;
            writer.write_all(&chunk).await.map_err(scratch)?;
            if told.elapsed() >= PROGRESS_EVERY {
                received(crate::convert::long(bytes));
                told = Instant::now();
            }
        }
        writer.flush().await.map_err(scratch)?;
        Ok((writer.into_inner().into_std().await, room))
    }

    /// The next part, which may take as long as `import.idle_seconds` to come.
    async fn next(&mut self) -> Result<Option<P>, Refusal> {
        match tokio::time::timeout(self.idle, self.parts.message()).await {
            Ok(Ok(part)) => Ok(part),
            Ok(Err(status)) => Err(Refusal::new(Reason::Stopped, format!("the upload ended: {}", status.message()))),
            Err(_) => {
                let seconds = self.idle.as_secs_f64();
                let message = format!("nothing was sent for {seconds} seconds (import.idle_seconds)");
                Err(Refusal::new(Reason::UploadStalled, message))
            }
        }
    }
}
