//! Vintages on object storage: manifests, tables, catalogues, panels, and the bundled data sets.
//!
//! ```text
//! datasets/<id>/vintages/000003.json      manifest, put if absent: this write is the commit
//! datasets/<id>/data/<sha256>.parquet     observations of one indicator, shared by vintages that agree on it
//! datasets/<id>/data/<sha256>.json        catalogue, shared likewise
//! ```
//!
//! Nothing is ever changed in place, so nothing that is cached can be stale; what is read is checked against its digest.

mod availability;
mod benchmark;
mod cache;
mod catalogue_file;
mod changes;
mod choices;
mod digest;
mod error;
mod handle;
mod import;
mod manifest;
mod objects;
mod observations;
mod package;
mod panel;
mod store;
mod tables;

pub use availability::{Availability, PeriodAvailability};
pub use changes::{ChangeKind, ObservationChange};
pub use error::StoreError;
pub use handle::{DatasetHandle, ResolvedVintage};
pub use import::ImportSummary;
pub use observations::{ObservationQuery, ObservationSet};
pub use package::Package;
pub use panel::StoredPanel;
pub use store::{Datastore, StoreSettings};
