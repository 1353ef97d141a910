//! Batches as messages that any client receives.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::error::FlightError;
use arrow_flight::{FlightDescriptor, FlightEndpoint, FlightInfo, Ticket};
use arrow_schema::{Schema, SchemaRef};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use growthpole_contracts::Refusal;
use tonic::{Response, Status};

use super::Data;

/// Bytes of a message, roughly: clients receive 4 MiB by default, and what the size does not count must fit as well.
const BYTES_PER_MESSAGE: usize = 1 << 20;

/// The messages of some batches; the schema comes first, also where there is no batch.
pub(super) fn data(
    schema: SchemaRef,
    batches: impl Stream<Item = Result<RecordBatch, Status>> + Send + 'static,
) -> Data {
    let batches = batches.map_err(|status| FlightError::Tonic(Box::new(status)));
    let messages = FlightDataEncoderBuilder::new()
        .with_schema(schema)
        .with_max_flight_data_size(BYTES_PER_MESSAGE)
        .build(batches)
        .map_err(|error| match error {
            FlightError::Tonic(status) => *status,
            other => Refusal::internal(other).into(),
        });
    Ok(Response::new(messages.boxed()))
}

/// The messages of one batch that is there already.
pub(super) fn one(batch: RecordBatch) -> Data {
    data(batch.schema(), futures_util::stream::iter([Ok(batch)]))
}

/// Where an answer can be fetched: here, with a ticket.
pub(super) fn info(
    descriptor: FlightDescriptor,
    schema: &Schema,
    ticket: Vec<u8>,
) -> Result<Response<FlightInfo>, Status> {
    let info = FlightInfo::new().try_with_schema(schema).map_err(Refusal::internal)?;
    let endpoint = FlightEndpoint::new().with_ticket(Ticket::new(ticket));
    Ok(Response::new(info.with_endpoint(endpoint).with_descriptor(descriptor).with_ordered(true)))
}

/// The schema with facts about the answer as its metadata.
pub(super) fn with_facts<const N: usize>(schema: &SchemaRef, facts: [(&str, String); N]) -> SchemaRef {
    let facts = facts.into_iter().map(|(name, value)| (format!("growthpole.{name}"), value));
    Arc::new(schema.as_ref().clone().with_metadata(facts.collect()))
}
