//! An import into a store of this process.

use std::fs::File;
use std::time::Duration;

use growthpole_api::{file_import, import_progress, import_refusal, import_report};
use growthpole_contracts::v1;
use growthpole_datastore::ImportWatch;
use tonic::Status;

use crate::assemble;
use crate::config::Settings;
use crate::failure::Failure;
use crate::output::bar::ImportBar;

/// Imports, or checks, a file. Where a person watches, a bar says how far it is.
pub(super) async fn import(
    settings: &Settings,
    header: v1::ImportHeader,
    file: File,
    dry_run: bool,
) -> Result<v1::ImportReport, Failure> {
    let store = assemble::open(settings)?;
    let dataset = header.dataset.clone();
    let import = file_import(header, file, !dry_run).map_err(Status::from)?;
    let (watch, read) = (ImportWatch::default(), import.source.progress());
    let limits = settings.import.store_settings();
    let imported = store.import_file(import, &limits, watch.clone(), jiff::Timestamp::now());
    let mut imported = std::pin::pin!(imported);
    let bar = ImportBar::new();
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    let imported = loop {
        tokio::select! {
            imported = &mut imported => break imported,
            _ = ticks.tick() => bar.show(&import_progress(&read, &watch), read.bytes_total()),
        }
    };
    bar.end();
    let imported = imported.map_err(|error| Status::from(import_refusal(error)))?;
    Ok(import_report(&dataset, &imported))
}
