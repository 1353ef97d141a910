//! Queries by Apache DataFusion over the objects of the store.
//!
//! Tables: `observations` reads Parquet objects, a part at a time; `datasets`, `vintages`, `indicators`, `regions` and
//! `industries` are what codes mean. SQL is read only and bounded in memory, rows and time; it runs on threads of its own
//! and ends when its caller goes away.
//!
//! What is checked: an object that is small enough is read whole, once, and compared with its digest before a query sees
//! it. Of a larger one only ranges are read, which no digest is known of: its footer must parse, and its pages must
//! decode. `growthpole verify` reads and compares everything.
//!
//! With the feature `ballista` and `query.ballista` set, plans that read large tables run on an Apache Ballista cluster
//! whose executors read the same store.

mod checked;
#[cfg(feature = "ballista")]
mod cluster;
#[cfg(not(feature = "ballista"))]
#[path = "no_cluster.rs"]
mod cluster;
mod engine;
mod error;
mod functions;
mod large;
mod lists;
mod observations;
mod parameters;
mod plain;
mod settings;
mod sql;
mod tables;
mod threads;

#[cfg(feature = "ballista")]
pub use cluster::{ClusterError, Executor, ExecutorSettings, Scheduler};
pub(crate) use engine::Engine;
pub use engine::{SqlAnswer, SqlBatches, SqlDescription};
pub use error::SqlError;
pub(crate) use large::LargeTable;
pub use parameters::{SqlStatement, SqlValue};
pub use settings::{QuerySettings, scheduler_address};
pub(crate) use tables::part;

/// The name under which the engine knows the store.
const STORE_URL: &str = "growthpole://store/";

/// The catalogue and the schema that the tables are in.
pub const SQL_CATALOG: &str = "growthpole";
/// The schema that the tables are in.
pub const SQL_SCHEMA: &str = "public";
