//! ImportVintage and ValidateImport: a file that comes in parts, kept in a temporary file, imported or checked.

mod answered;
mod spool;
mod upload;

use std::fs::File;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use growthpole_contracts::{Refusal, v1};
use growthpole_datastore::{Datastore, ImportWatch, StoreError};
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status, Streaming};

use super::{Answer, Messages};
use crate::importing::{ImportLimits, check_header, file_import, import_progress, import_refusal, import_report};
use answered::Answered;
use spool::Spool;
use upload::{Part, Upload};

/// Time between two messages of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);

/// Imports into one store. Clones share everything.
#[derive(Debug, Clone)]
pub(crate) struct Importer {
    store: Datastore,
    limits: ImportLimits,
    turns: Arc<Semaphore>,
    spool: Spool,
    answered: Arc<Answered>,
}

/// A part of an answer.
pub(super) trait Reply: Send + Sized + 'static {
    fn progress(progress: v1::ImportProgress) -> Self;
    fn report(report: v1::ImportReport) -> Self;
}

impl Reply for v1::ImportVintageResponse {
    fn progress(progress: v1::ImportProgress) -> Self {
        Self { part: Some(v1::import_vintage_response::Part::Progress(progress)) }
    }

    fn report(report: v1::ImportReport) -> Self {
        Self { part: Some(v1::import_vintage_response::Part::Report(report)) }
    }
}

impl Reply for v1::ValidateImportResponse {
    fn progress(progress: v1::ImportProgress) -> Self {
        Self { part: Some(v1::validate_import_response::Part::Progress(progress)) }
    }

    fn report(report: v1::ImportReport) -> Self {
        Self { part: Some(v1::validate_import_response::Part::Report(report)) }
    }
}

/// Tells the caller how far it is, unless there is no room: what comes next says more.
struct Teller<R>(mpsc::Sender<Result<R, Status>>);

impl<R: Reply> Teller<R> {
    fn tell(&self, progress: v1::ImportProgress) {
        // Progress that nobody waits for is dropped.
        let _no_room = self.0.try_send(Ok(R::progress(progress)));
    }
}

impl Importer {
    pub(crate) fn new(store: Datastore, limits: ImportLimits) -> Self {
        let turns = Arc::new(Semaphore::new(limits.at_once.min(Semaphore::MAX_PERMITS)));
        let spool = Spool::new(limits.spool_bytes);
        Self { store, limits, turns, spool, answered: Arc::default() }
    }

    /// Answers a call. When the caller goes away, or its time is up, the import is given up.
    pub(super) fn answer<P: Part, R: Reply>(&self, parts: Streaming<P>, writes: bool) -> Answer<Messages<R>> {
        const WAITING: usize = 8;
        let (sender, receiver) = mpsc::channel(WAITING);
        let importer = self.clone();
        tokio::spawn(async move {
            let watch = ImportWatch::default();
            let teller = Teller(sender.clone());
            let report = tokio::select! {
                report = importer.run(parts, writes, &watch, &teller) => report,
                () = sender.closed() => {
                    watch.cancel();
                    return;
                }
            };
            // Nobody reads it when the caller went away in this moment.
            let _nobody_reads = sender.send(report.map(R::report).map_err(Status::from)).await;
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn run<P: Part, R: Reply>(
        &self,
        parts: Streaming<P>,
        writes: bool,
        watch: &ImportWatch,
        teller: &Teller<R>,
    ) -> Result<v1::ImportReport, Refusal> {
        let mut upload = Upload::new(parts, &self.limits);
        let header = upload.header().await?;
        check_header(&header)?;
        if !writes || header.request_id.is_empty() {
            return self.take(upload, header, writes, watch, teller).await;
        }
        // Whoever sends the same request meanwhile waits for this answer.
        let known = self.answered.of(&header.request_id);
        let mut known = known.lock().await;
        if let Some(report) = known.answer_to(&header)? {
            return Ok(report);
        }
        let report = self.take(upload, header.clone(), writes, watch, teller).await?;
        known.set(header, report.clone());
        Ok(report)
    }

    async fn take<P: Part, R: Reply>(
        &self,
        mut upload: Upload<P>,
        header: v1::ImportHeader,
        writes: bool,
        watch: &ImportWatch,
        teller: &Teller<R>,
    ) -> Result<v1::ImportReport, Refusal> {
        let received = |received_bytes| teller.tell(v1::ImportProgress { received_bytes, ..Default::default() });
        let (file, _room) = upload.spool(&self.spool, &received).await?;
        check_size(&file, header.size_bytes)?;
        // Taken only now: a caller who sends slowly, or nothing, holds up nobody else. The semaphore is never closed.
        let _turn = self.turns.acquire().await.map_err(Refusal::internal)?;
        self.import(file, header, writes, watch, teller).await
    }

    async fn import<R: Reply>(
        &self,
        file: File,
        header: v1::ImportHeader,
        writes: bool,
        watch: &ImportWatch,
        teller: &Teller<R>,
    ) -> Result<v1::ImportReport, Refusal> {
        let dataset = header.dataset.clone();
        let import = file_import(header, file, writes)?;
        let read = import.source.progress();
        let settings = self.limits.store_settings();
        let now = jiff::Timestamp::now();
        let imported = self.store.import_file(import, &settings, watch.clone(), now);
        let imported = telling(imported, || {
            teller.tell(import_progress(&read, watch));
        });
        let imported = imported.await.map_err(import_refusal)?;
        Ok(import_report(&dataset, &imported))
    }
}

/// A file that is shorter or longer than its caller says was not sent as it is.
fn check_size(file: &File, stated: Option<i64>) -> Result<(), Refusal> {
    let came = file.metadata().map_err(|source| import_refusal(StoreError::Scratch { source }))?.len();
    match stated {
        Some(stated) if u64::try_from(stated) != Ok(came) => {
            let allowed = format!("the length of the file, of which {came} bytes came");
            Err(Refusal::invalid("header.size_bytes", stated, &allowed))
        }
        _ => Ok(()),
    }
}

/// Awaits something, and tells how far it is while it lasts.
async fn telling<T>(work: impl Future<Output = T>, tell: impl Fn()) -> T {
    let mut work = std::pin::pin!(work);
    let mut ticks = tokio::time::interval(PROGRESS_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = ticks.tick() => tell(),
        }
    }
}
