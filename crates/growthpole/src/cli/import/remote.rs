//! An import by a service elsewhere.

use std::fs::File;
use std::io::Read as _;

use bytes::Bytes;
use futures_util::stream;
use growthpole_contracts::v1::{self, import_vintage_request, import_vintage_response};
use prost::Message as _;

use crate::cli::ask::method;
use crate::failure::Failure;
use crate::output::bar::ImportBar;
use crate::transport::Client;

/// Bytes of the file in one message.
const CHUNK: usize = 256 << 10;

/// Sends a file to be imported, or checked. Where a person watches, a bar says how far it is.
pub(super) async fn import(
    client: &Client,
    header: v1::ImportHeader,
    file: File,
    dry_run: bool,
) -> Result<v1::ImportReport, Failure> {
    // Requests and answers of both have the same fields, and so the same bytes.
    let method =
        if dry_run { method!("DatasetService/ValidateImport") } else { method!("DatasetService/ImportVintage") };
    let total = file.metadata()?.len();
    // A file that cannot be read to its end must not be taken for a shorter one.
    let header = v1::ImportHeader { size_bytes: i64::try_from(total).ok(), ..header };
    let first = stream::iter([encoded(import_vintage_request::Part::Header(header))]);
    let messages = stream::StreamExt::chain(first, stream::unfold(file, next_chunk));
    let mut parts = client.uploading(method, messages).await?;
    let bar = ImportBar::new();
    let mut report = None;
    while let Some(part) = parts.message().await? {
        match v1::ImportVintageResponse::decode(part)?.part {
            Some(import_vintage_response::Part::Progress(progress)) => {
                bar.show(&progress, total);
            }
            Some(import_vintage_response::Part::Report(complete)) => report = Some(complete),
            None => {}
        }
    }
    bar.end();
    report.ok_or_else(|| tonic::Status::internal("the answer ended before it was complete").into())
}

/// The next bytes of the file, encoded; none at its end. A file that cannot be read on ends here too: the service refuses
/// it, as it is shorter than its header says, and here it is told why.
async fn next_chunk(mut file: File) -> Option<(Bytes, File)> {
    let read = tokio::task::spawn_blocking(move || {
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
        (read.map(|_| chunk), file)
    });
    match read.await {
        Ok((Ok(chunk), file)) if !chunk.is_empty() => Some((encoded(import_vintage_request::Part::Chunk(chunk)), file)),
        Ok((Err(error), _)) => {
            crate::output::tell(&format!("the file cannot be read on: {error}"));
            None
        }
        _ => None,
    }
}

fn encoded(part: import_vintage_request::Part) -> Bytes {
    v1::ImportVintageRequest { part: Some(part) }.encode_to_vec().into()
}
