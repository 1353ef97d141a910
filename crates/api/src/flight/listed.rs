//! What there is to fetch: the tables of SQL, and the observations of every indicator, of the latest vintage that holds it.

use std::sync::Arc;

use arrow_flight::sql::{ProstMessageExt as _, TicketStatementQuery};
use arrow_flight::{FlightDescriptor, FlightInfo};
use growthpole_contracts::{Refusal, v1};
use growthpole_datastore::{DatasetHandle, ResolvedVintage, SQL_CATALOG, SQL_SCHEMA, SqlStatement};
use growthpole_domain::VintageChoice;
use growthpole_worker_kit::refuse;
use prost::Message as _;
use tonic::Status;

use super::encode::info;
use super::selected::OBSERVATIONS;
use super::tables::TABLES;
use super::{Flight, ticket};

/// What paths may be.
const ALLOWED: &str =
    "[table], one of datasets, indicators, industries, observations, regions, vintages; or [data set, indicator]";

impl Flight {
    /// All flights; only those of a data set where the expression is its id.
    pub(super) async fn flights(&self, expression: &[u8]) -> Result<Vec<FlightInfo>, Status> {
        let mut flights = Vec::new();
        let datasets = match std::str::from_utf8(expression) {
            Ok("") => {
                for table in TABLES {
                    flights.push(self.table(table, FlightDescriptor::new_path(vec![table.to_owned()])).await?);
                }
                self.store.datasets()
            }
            Ok(id) => vec![self.dataset(id, "expression")?],
            Err(_) => {
                return Err(Refusal::invalid("expression", "bytes that are no text", "the id of a data set").into());
            }
        };
        for handle in datasets {
            for indicator in handle.catalogue.indicators.keys() {
                let path = vec![handle.catalogue.dataset.id.clone(), indicator.clone()];
                // One that no vintage holds any more is nothing to fetch.
                let Ok(resolved) = handle.resolve_vintage(VintageChoice::Latest, &[indicator]) else { continue };
                flights.push(observations(&resolved, indicator, FlightDescriptor::new_path(path))?);
            }
        }
        Ok(flights)
    }

    /// The flight of a path.
    pub(super) async fn flight(&self, descriptor: &FlightDescriptor) -> Result<FlightInfo, Status> {
        match descriptor.path.as_slice() {
            [table] if TABLES.contains(&table.as_str()) => self.table(table, descriptor.clone()).await,
            [dataset, indicator] => {
                let handle = self.dataset(dataset, "path[0]")?;
                handle.catalogue.indicator("path[1]", indicator).map_err(|error| refuse::query(error, ""))?;
                let resolved = handle.resolve_vintage(VintageChoice::Latest, &[indicator]);
                let resolved = resolved.map_err(|error| refuse::query(error, "path"))?;
                observations(&resolved, indicator, descriptor.clone())
            }
            path => Err(Refusal::invalid("path", format!("[{}]", path.join(", ")), ALLOWED).into()),
        }
    }

    /// The data set of an id, which stands in a field.
    fn dataset(&self, id: &str, field: &str) -> Result<Arc<DatasetHandle>, Status> {
        let refused = |error| refuse::rename_field(refuse::query(error, "").into(), "dataset", field);
        self.store.dataset(id).map_err(refused)
    }

    async fn table(&self, table: &str, descriptor: FlightDescriptor) -> Result<FlightInfo, Status> {
        let all = SqlStatement::from(format!("SELECT * FROM {SQL_CATALOG}.{SQL_SCHEMA}.{table}").as_str());
        let ticket = TicketStatementQuery { statement_handle: ticket::handle(&all)?.into() };
        let columns = self.columns(table).await?;
        info(descriptor, &columns, ticket.as_any().encode_to_vec()).map(tonic::Response::into_inner)
    }
}

/// The observations of an indicator, in a vintage that the ticket names: it answers the same whatever is imported meanwhile.
fn observations(
    resolved: &ResolvedVintage<'_>,
    indicator: &str,
    descriptor: FlightDescriptor,
) -> Result<FlightInfo, Status> {
    let ResolvedVintage { vintage, catalogue, .. } = resolved;
    let number = v1::vintage_selector::By::Number(growthpole_worker_kit::convert::message::count(vintage.number));
    let filter = v1::ObservationFilter {
        dataset: catalogue.dataset.id.clone(),
        vintage: Some(v1::VintageSelector { by: Some(number) }),
        indicators: vec![indicator.to_owned()],
        ..Default::default()
    };
    let rows = vintage.coverage_of(indicator).map_or(0, |coverage| coverage.observations);
    let found = info(descriptor, &OBSERVATIONS, ticket::of_filter(&filter))?.into_inner();
    Ok(found.with_total_records(crate::convert::long(rows)))
}
