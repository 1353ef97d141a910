//! Queries on an Apache Ballista cluster: the same plans, run by a scheduler and executors that read the same store.
//!
//! A statement is planned here and sent as a physical plan, so that the scheduler needs neither tables nor a store. What it
//! reads is named by paths in the store; executors open these in a store of their own, which is the same bucket. Files of
//! their machines are out of reach of any plan.
//!
//! A lost executor is survived by running the whole query again. The library would run again only the stages that lost
//! something; but as of version 55.0.0 a stage that reads from such a one gets some of its rows twice. What it repairs by
//! itself is therefore never taken for an answer: see [`LOST_HEADER`].
//!
//! A job ends with its caller: what nobody waits for is cancelled, and what was read is removed from the executors.

mod client;
mod connections;
mod executor;
mod fetch;
mod job;
mod plan;
mod runtime;
mod scheduler;
mod scratch;
mod telling;
mod told;
mod watched;

use growthpole_domain::QueryError;

use crate::SqlError;

pub(crate) use client::Cluster;
pub use executor::{Executor, ExecutorSettings};
pub use scheduler::Scheduler;

/// Why a scheduler or an executor cannot work.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ClusterError(String);

impl ClusterError {
    fn new(problem: impl std::fmt::Display) -> Self {
        Self(problem.to_string())
    }
}

/// Bytes of the largest message between the processes: a plan names every object that it reads.
const MESSAGE_BYTES: usize = 64 << 20;

/// The header in which a scheduler says how many executors it lost so far. A result counts where that number is the same
/// before the job and after it; a scheduler that does not say it is none of ours.
const LOST_HEADER: &str = "growthpole-executors-lost";

/// The cluster lost what it computed; asking again may help.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
struct Lost {
    #[source]
    cause: SqlError,
}

impl Lost {
    fn new(problem: impl Into<String>) -> Self {
        Self { cause: SqlError::Data(QueryError::Cluster(problem.into())) }
    }
}
