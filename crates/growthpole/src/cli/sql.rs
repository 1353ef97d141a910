//! `sql`: one question in SQL over all data sets and vintages.

mod cells;

use std::io::{Read as _, Write as _};

use arrow_array::RecordBatch;
use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::error::FlightError;
use arrow_flight::sql::{CommandStatementQuery, ProstMessageExt as _};
use arrow_flight::{FlightData, FlightDescriptor, FlightInfo};
use arrow_schema::SchemaRef;
use bytes::Bytes;
use clap::Args;
use futures_util::{StreamExt as _, TryStreamExt as _};
use prost::Message as _;
use tonic::Status;

use self::cells::Cells;
use super::Common;
use super::ask::Ask;
use crate::failure::Failure;
use crate::output::table::Table;
use crate::output::{Format, standard_output};

const GET_FLIGHT_INFO: &str = "arrow.flight.protocol.FlightService/GetFlightInfo";
const DO_GET: &str = "arrow.flight.protocol.FlightService/DoGet";

/// Answers a SELECT statement over the tables observations, datasets, vintages, indicators, regions and industries.
///
/// Statements read and change nothing; memory, rows and time have limits (query.* of the configuration). With --output json
/// every row is an object on a line of its own.
#[derive(Debug, Args)]
pub(super) struct SqlArgs {
    /// Statement, for example "SELECT count(*) FROM observations"; - reads it from standard input
    #[arg(value_name = "STATEMENT|-")]
    statement: String,
    #[command(flatten)]
    pub(super) ask: Ask,
}

impl SqlArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let query = self.statement()?;
        let client = self.ask.client(common).await?;
        let command = CommandStatementQuery { query, transaction_id: None }.as_any().encode_to_vec();
        let asked = Bytes::from(FlightDescriptor::new_cmd(command).encode_to_vec());
        let info = FlightInfo::decode(client.unary(GET_FLIGHT_INFO, asked).await?)?;
        let ticket = info.endpoint.into_iter().next().and_then(|endpoint| endpoint.ticket);
        let ticket = ticket.ok_or_else(|| Status::internal("the service gave no ticket for the answer"))?;
        let messages = client.streaming(DO_GET, vec![Bytes::from(ticket.encode_to_vec())]).await?;
        let messages = messages.map_err(FlightError::from).and_then(|message| async {
            FlightData::decode(message).map_err(|error| FlightError::DecodeError(error.to_string()))
        });
        self.print(FlightRecordBatchStream::new_from_flight_data(messages)).await
    }

    fn statement(&self) -> Result<String, Failure> {
        if self.statement != "-" {
            return Ok(self.statement.clone());
        }
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map_err(|error| Failure::Usage(format!("standard input cannot be read: {error}")))?;
        Ok(text)
    }

    /// Rows as they come; a table when all have come.
    async fn print(&self, mut batches: FlightRecordBatchStream) -> Result<(), Failure> {
        let mut printer = Printer { format: self.ask.output, table: None, header: false };
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(|error| Failure::from(Status::from(error)))?;
            printer.add(&batch)?;
        }
        let schema = batches.schema().cloned().ok_or_else(|| Status::internal("the answer has no columns"))?;
        printer.end(&schema)
    }
}

/// Prints batches in a format.
struct Printer {
    format: Format,
    table: Option<Table>,
    /// Whether the header of the records was written.
    header: bool,
}

impl Printer {
    fn add(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        let cells = Cells::of(batch)?;
        match self.format {
            Format::Table => {
                let table = self.table.get_or_insert_with(|| columns(&batch.schema()));
                (0..batch.num_rows()).for_each(|row| table.cells(cells.texts(row)));
                Ok(())
            }
            Format::Json => {
                let mut output = standard_output();
                for row in 0..batch.num_rows() {
                    serde_json::to_writer(&mut output, &cells.object(row))?;
                    writeln!(output)?;
                }
                Ok(output.flush()?)
            }
            Format::Csv => {
                self.begin_records(&batch.schema())?;
                let mut output = csv::Writer::from_writer(standard_output());
                (0..batch.num_rows()).try_for_each(|row| output.write_record(cells.texts(row)))?;
                Ok(output.flush()?)
            }
        }
    }

    fn begin_records(&mut self, schema: &SchemaRef) -> Result<(), Failure> {
        if std::mem::replace(&mut self.header, true) {
            return Ok(());
        }
        let mut output = csv::Writer::from_writer(standard_output());
        output.write_record(schema.fields().iter().map(|field| field.name()))?;
        Ok(output.flush()?)
    }

    fn end(mut self, schema: &SchemaRef) -> Result<(), Failure> {
        match self.format {
            Format::Json => Ok(()),
            Format::Csv => self.begin_records(schema),
            Format::Table => {
                let mut output = standard_output();
                match self.table {
                    Some(table) if !table.is_empty() => table.write(&mut output)?,
                    _ => writeln!(output, "no rows")?,
                }
                Ok(output.flush()?)
            }
        }
    }
}

/// A table of the columns of an answer, with numbers on the right.
fn columns(schema: &SchemaRef) -> Table {
    schema.fields().iter().fold(Table::new(""), |table, field| match field.data_type().is_numeric() {
        true => table.with_numbers([field.name().clone()]),
        false => table.with_texts([field.name().clone()]),
    })
}
