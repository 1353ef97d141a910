//! Vintages on object storage: manifests, tables, catalogues, panels, and the bundled data sets.
//!
//! ```text
//! datasets/<id>/vintages/000003.json            manifest, put if absent: this write is the commit
//! datasets/<id>/vintages/000003.retracted.json  tombstone of a vintage that was taken back, put if absent
//! datasets/<id>/data/<sha256>.parquet           observations of one indicator, shared by vintages that agree on it
//! datasets/<id>/data/<sha256>.json              catalogue, shared likewise
//! ```
//!
//! Nothing is ever changed in place, so nothing that is cached can be stale; what is read is checked against its digest.

mod aggregate;
mod availability;
mod benchmark;
mod cache;
mod catalogue_file;
mod changes;
mod choices;
mod commit;
mod difference;
mod digest;
mod error;
mod export;
mod gc;
mod handle;
mod history;
mod import;
mod large;
mod location;
mod manifest;
mod objects;
mod observations;
mod package;
mod panel;
mod publication;
mod query;
mod reader;
mod retract;
mod source;
mod store;
mod tables;
mod tombstone;
mod upload;
mod verify;
mod watching;

pub use aggregate::{
    AggregateQuery, AggregateSet, AggregationMethod, ConversionReport, CorrespondenceSource, CorrespondenceTable,
    IndustryTargets, RegionTargets, RollUp, StoredCorrespondence, UsedMethod,
};
pub use availability::{Availability, PeriodAvailability};
pub use changes::{ChangeKind, ObservationChange};
pub use commit::{Base, CommitMode, Committed, NewTable, NewVintage, check_dataset_id};
pub use difference::DifferenceReader;
pub use error::StoreError;
pub use export::Export;
pub use gc::{CollectSettings, Collected, Collection};
pub use handle::{DatasetHandle, ResolvedVintage};
pub use import::{FileImport, ImportMode, ImportSettings, ImportSummary, ImportWatch, ImportedFile, published};
pub use observations::{ObservationQuery, ObservationSet};
pub use package::Package;
pub use panel::StoredPanel;
#[cfg(feature = "ballista")]
pub use query::{ClusterError, Executor, ExecutorSettings, Scheduler};
pub use query::{
    QuerySettings, SQL_CATALOG, SQL_SCHEMA, SqlAnswer, SqlBatches, SqlDescription, SqlError, SqlStatement, SqlValue,
    scheduler_address,
};
pub use reader::ObservationReader;
pub use retract::Retracted;
pub use store::{Datastore, StoreSettings};
pub use upload::Body;
pub use verify::{Damage, Verification};
pub use watching::{Event, EventKind, Watch};

/// Runs work that takes long, or waits for a disk, where it holds up no other.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)?
}
