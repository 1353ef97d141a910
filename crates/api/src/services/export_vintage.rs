//! ExportVintage: a vintage as a file, written while it is sent.

use std::io::{self, Write};
use std::sync::Arc;

use growthpole_contracts::Refusal;
use growthpole_contracts::v1::{self, export_vintage_response::Part};
use growthpole_datastore::{Datastore, Export, ObservationQuery};
use growthpole_domain::QueryError;
use growthpole_ingest::write::{About, ExportFormat, WriteError, write};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::{Method, refuse};
use tokio::sync::{Semaphore, mpsc};
use tonic::{Response, Status};

use super::{Answer, Messages};

const EXPORT: Method = Method { name: "growthpole.v1.ObservationService/ExportVintage", revision: 1 };

/// The most bytes of a part.
const CHUNK: usize = 256 << 10;

/// How many parts wait for a caller who is slower than we are.
const PARTS_AHEAD: usize = 4;

/// How many exports are written at a time; others wait for their turn. Each holds a group of rows of its file.
const AT_A_TIME: usize = 4;

/// Writes vintages.
#[derive(Debug, Clone)]
pub(crate) struct Exports {
    store: Datastore,
    turns: Arc<Semaphore>,
}

impl Exports {
    pub(crate) fn new(store: Datastore) -> Self {
        Self { store, turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// Answers with the header at once and with the bytes as they are written.
    pub(crate) async fn export(
        &self,
        request: v1::ExportVintageRequest,
    ) -> Answer<Messages<v1::ExportVintageResponse>> {
        let format = format(request.format())?;
        let query = query(request)?;
        let export = self.store.export(&query).map_err(|error| refuse::query(error, ""))?;
        // The semaphore is never closed, so that there is always a turn to wait for.
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Refusal::internal("no turn"))?;
        let (parts, answer) = mpsc::channel(PARTS_AHEAD);
        let header = Part::Header(header(&export, &query, format));
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut sender = Sender { parts, chunk: Vec::with_capacity(CHUNK) };
            // A caller who went away is told nothing.
            let _ = sender.send(Ok(header));
            if let Err(refused) = sender.write(export, format) {
                let _ = sender.send(Err(refused));
            }
        });
        Ok(Response::new(Box::pin(tokio_stream::wrappers::ReceiverStream::new(answer))))
    }
}

/// Where the bytes of a file go: in parts to whoever asked for it.
struct Sender {
    parts: mpsc::Sender<Result<v1::ExportVintageResponse, Status>>,
    chunk: Vec<u8>,
}

impl Sender {
    fn write(&mut self, mut export: Export, format: ExportFormat) -> Result<(), Refusal> {
        let (catalogue, vintage) = (Arc::clone(&export.catalogue), export.vintage.clone());
        let about = About { catalogue: &catalogue, vintage: &vintage };
        let written = write(format, about, &mut export, &mut *self).and_then(|()| Ok(self.send_chunk()?));
        match written {
            // The caller went away: nobody waits for the rest.
            Ok(()) | Err(WriteError::Output(_)) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }

    fn send(&self, part: Result<Part, Refusal>) -> io::Result<()> {
        let part = part.map(|part| v1::ExportVintageResponse { part: Some(part) }).map_err(Status::from);
        self.parts.blocking_send(part).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn send_chunk(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        self.send(Ok(Part::Chunk(chunk)))
    }
}

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if self.chunk.len() == CHUNK {
            self.send_chunk()?;
        }
        Ok(taken)
    }

    /// Parts are sent when they are full; the last one at the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn refused(error: WriteError) -> Refusal {
    match error {
        WriteError::Input(source) => match source.downcast::<QueryError>() {
            Ok(error) => refuse::query(*error, ""),
            Err(source) => Refusal::internal(source.to_string()),
        },
        WriteError::TooManyCells(_) => {
            Refusal::invalid("format", "EXPORT_FORMAT_JSON_STAT", &format!("another format: {error}"))
        }
        error => Refusal::internal(error.to_string()),
    }
}

/// The format of a request.
fn format(format: v1::ExportFormat) -> Result<ExportFormat, Refusal> {
    match format {
        v1::ExportFormat::Csv => Ok(ExportFormat::Csv),
        v1::ExportFormat::SdmxCsv => Ok(ExportFormat::SdmxCsv),
        v1::ExportFormat::JsonStat => Ok(ExportFormat::JsonStat),
        v1::ExportFormat::Parquet => Ok(ExportFormat::Parquet),
        v1::ExportFormat::Arrow => Ok(ExportFormat::Arrow),
        v1::ExportFormat::Unspecified => {
            let allowed = "EXPORT_FORMAT_CSV, _SDMX_CSV, _JSON_STAT, _PARQUET or _ARROW";
            Err(Refusal::invalid("format", "nothing that is known", allowed))
        }
    }
}

fn query(request: v1::ExportVintageRequest) -> Result<ObservationQuery, Refusal> {
    selection::required("dataset", &request.dataset, "the id of a data set, as ListDatasets gives it")?;
    Ok(ObservationQuery {
        dataset: request.dataset,
        vintage: selection::vintage(request.vintage, "vintage")?,
        indicators: request.indicators,
        regions: selection::regions(request.regions),
        industries: selection::industries(request.industries, "industries")?,
        periods: selection::periods(request.periods, "periods")?,
    })
}

fn header(export: &Export, query: &ObservationQuery, format: ExportFormat) -> v1::ExportHeader {
    let provenance = super::provenance(&export.catalogue, &export.vintage, &EXPORT);
    v1::ExportHeader {
        provenance: Some(provenance),
        warnings: message::warnings(&export.warnings),
        media_type: format.media_type().to_owned(),
        file_name: format!("{}-{}.{}", query.dataset, export.vintage.number, format.extension()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_256_kib_but_for_the_last() {
        let (parts, mut answer) = mpsc::channel(8);
        let mut sender = Sender { parts, chunk: Vec::new() };
        let bytes: Vec<u8> = (0..u8::MAX).cycle().take(2 * CHUNK + 5).collect();
        assert!(sender.write_all(&bytes).is_ok() && sender.send_chunk().is_ok());
        drop(sender);
        let mut chunks = Vec::new();
        while let Some(Ok(v1::ExportVintageResponse { part: Some(Part::Chunk(chunk)) })) = answer.blocking_recv() {
            chunks.push(chunk);
        }
        assert_eq!(chunks.iter().map(|chunk| chunk.len()).collect::<Vec<_>>(), [CHUNK, CHUNK, 5]);
        assert_eq!(chunks.concat(), bytes);
    }

    #[test]
    fn a_caller_who_went_away_ends_the_writing() {
        let (parts, answer) = mpsc::channel(1);
        drop(answer);
        let mut sender = Sender { parts, chunk: Vec::new() };
        let ended = sender.write_all(&vec![0; CHUNK]).map_err(|error| error.kind());
        assert_eq!(ended, Err(io::ErrorKind::BrokenPipe));
    }
}
