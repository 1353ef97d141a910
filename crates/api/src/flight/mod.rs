//! Arrow Flight: panels and observations by a selection, and tables by SQL (Flight SQL), for clients that read Arrow.
//!
//! Nothing is kept between calls. A ticket holds the whole question, and so does the handle of a prepared statement: any
//! replica answers it, there is nothing to expire, and nobody can fill the memory with handles.

mod about;
mod encode;
mod keys;
mod listed;
mod parameters;
mod selected;
mod served;
mod service;
mod tables;
mod ticket;

use std::pin::Pin;

use arrow_flight::FlightData;
use futures_util::Stream;
use growthpole_contracts::{Reason, Refusal};
use growthpole_datastore::{Datastore, SqlError};
use growthpole_worker_kit::refuse;
use tonic::{Response, Status};

pub(crate) use served::Served;

/// Messages of an answer.
type FlightStream = Pin<Box<dyn Stream<Item = Result<FlightData, Status>> + Send>>;

/// What a call for data is answered with.
type Data = Result<Response<FlightStream>, Status>;

/// What answers; [`Served`] adds the calls that Flight SQL does not know.
pub(crate) struct Flight {
    store: Datastore,
}

impl Flight {
    pub(crate) fn new(store: Datastore) -> Self {
        Self { store }
    }
}

/// The refusal of a statement.
fn refused(error: SqlError) -> Refusal {
    let message = error.to_string();
    match error {
        SqlError::Invalid { place: Some((line, column)), .. } => {
            let message = format!("{message} (line {line}, column {column})");
            Refusal::new(Reason::InvalidSql, message.clone())
                .with_violation("query", message)
                .with_metadata("line", line.to_string())
                .with_metadata("column", column.to_string())
        }
        SqlError::Invalid { place: None, .. } | SqlError::NotAQuestion { .. } => {
            Refusal::new(Reason::InvalidSql, message.clone()).with_violation("query", message)
        }
        SqlError::Undefined(_) => Refusal::new(Reason::UndefinedOnData, message),
        SqlError::Memory { bytes } => limit(message, "query.memory_bytes", bytes.to_string()),
        SqlError::Rows { rows } => limit(message, "query.max_rows", rows.to_string()),
        SqlError::Timeout { seconds } => Refusal::new(Reason::QueryTimeout, message)
            .with_metadata("setting", "query.timeout_seconds")
            .with_metadata("limit", seconds.to_string()),
        SqlError::Data(error) => refuse::query(error, "query"),
        SqlError::Internal(cause) => Refusal::internal(cause),
    }
}

fn limit(message: String, setting: &str, limit: String) -> Refusal {
    Refusal::new(Reason::QueryLimit, message).with_metadata("setting", setting).with_metadata("limit", limit)
}
