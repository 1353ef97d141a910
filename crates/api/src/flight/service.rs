//! The calls of Flight SQL, a line or a few each.

use arrow_array::RecordBatch;
use arrow_flight::flight_service_server::FlightService;
use arrow_flight::sql::server::{FlightSqlService, PeekableFlightDataStream};
use arrow_flight::sql::{
    ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult,
    Any, Command, CommandGetCatalogs, CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys,
    CommandGetImportedKeys, CommandGetPrimaryKeys, CommandGetSqlInfo, CommandGetTableTypes, CommandGetTables,
    CommandGetXdbcTypeInfo, CommandPreparedStatementQuery, CommandStatementQuery, DoPutPreparedStatementResult,
    ProstMessageExt as _, SqlInfo, TicketStatementQuery,
};
use arrow_flight::{Action, FlightDescriptor, FlightInfo, IpcMessage, SchemaAsIpc, Ticket};
use arrow_schema::{ArrowError, Schema};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use growthpole_contracts::Refusal;
use growthpole_datastore::{SQL_CATALOG, SQL_SCHEMA, SqlDescription, SqlStatement};
use prost::Message as _;
use tonic::{Request, Response, Status};

use super::encode::{data, info, one};
use super::selected::{OBSERVATIONS, PANEL};
use super::tables::{TABLE_TYPE, TABLES};
use super::ticket::{self, Wanted};
use super::{Data, Flight, about, keys, parameters, refused};

type Info = Result<Response<FlightInfo>, Status>;

/// A schema as messages hold it; nothing of one without columns, as where a statement has no parameters.
fn ipc(schema: &Schema) -> Result<Bytes, Status> {
    if schema.fields().is_empty() {
        return Ok(Bytes::new());
    }
    let message: Result<IpcMessage, ArrowError> = SchemaAsIpc::new(schema, &Default::default()).try_into();
    message.map(|IpcMessage(bytes)| bytes).map_err(|error| Refusal::internal(error).into())
}

impl Flight {
    async fn answer(&self, statement: SqlStatement) -> Data {
        let answer = self.store.sql(statement).await.map_err(refused)?;
        data(answer.schema, answer.batches.map_err(|error| refused(error).into()))
    }

    async fn described(&self, statement: SqlStatement) -> Result<SqlDescription, Status> {
        Ok(self.store.describe_sql(statement).await.map_err(refused)?)
    }

    /// The list of tables that a client asks for, with their columns where it wants them.
    async fn tables(&self, query: CommandGetTables) -> Result<RecordBatch, Status> {
        let mut list = query.into_builder();
        for table in TABLES {
            let columns = self.columns(table).await?;
            list.append(SQL_CATALOG, SQL_SCHEMA, table, TABLE_TYPE, &columns)
                .map_err(|error| Status::from(Refusal::internal(error)))?;
        }
        list.build().map_err(|error| Refusal::internal(error).into())
    }
}

fn catalogues(query: CommandGetCatalogs) -> Result<RecordBatch, Status> {
    let mut list = query.into_builder();
    list.append(SQL_CATALOG);
    list.build().map_err(|error| Refusal::internal(error).into())
}

fn schemas(query: CommandGetDbSchemas) -> Result<RecordBatch, Status> {
    let mut list = query.into_builder();
    list.append(SQL_CATALOG, SQL_SCHEMA);
    list.build().map_err(|error| Refusal::internal(error).into())
}

fn table_types(query: CommandGetTableTypes) -> Result<RecordBatch, Status> {
    let mut list = query.into_builder();
    list.append(TABLE_TYPE);
    list.build().map_err(|error| Refusal::internal(error).into())
}

fn sql_info(query: CommandGetSqlInfo) -> Result<RecordBatch, Status> {
    query.into_builder(about::info()?).build().map_err(|error| Refusal::internal(error).into())
}

fn types(query: CommandGetXdbcTypeInfo) -> Result<RecordBatch, Status> {
    query.into_builder(about::types()?).build().map_err(|error| Refusal::internal(error).into())
}

#[tonic::async_trait]
impl FlightSqlService for Flight {
    type FlightService = Self;

    async fn get_flight_info_statement(
        &self,
        query: CommandStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Info {
        let statement = SqlStatement::from(query.query.as_str());
        let ticket = TicketStatementQuery { statement_handle: ticket::handle(&statement)?.into() };
        let columns = self.described(statement).await?.columns;
        info(request.into_inner(), &columns, ticket.as_any().encode_to_vec())
    }

    async fn do_get_statement(&self, ticket: TicketStatementQuery, _: Request<Ticket>) -> Data {
        self.answer(ticket::statement(&ticket.statement_handle)?).await
    }

    async fn do_action_create_prepared_statement(
        &self,
        query: ActionCreatePreparedStatementRequest,
        _: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        let statement = SqlStatement::from(query.query.as_str());
        let prepared_statement_handle = ticket::handle(&statement)?.into();
        let described = self.described(statement).await?;
        Ok(ActionCreatePreparedStatementResult {
            prepared_statement_handle,
            dataset_schema: ipc(&described.columns)?,
            parameter_schema: ipc(&described.parameters)?,
        })
    }

    async fn do_action_close_prepared_statement(
        &self,
        _: ActionClosePreparedStatementRequest,
        _: Request<Action>,
    ) -> Result<(), Status> {
        // The handle is the statement: there is nothing to give back.
        Ok(())
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Info {
        let columns = self.described(ticket::statement(&query.prepared_statement_handle)?).await?.columns;
        info(request.into_inner(), &columns, query.as_any().encode_to_vec())
    }

    async fn do_get_prepared_statement(&self, query: CommandPreparedStatementQuery, _: Request<Ticket>) -> Data {
        self.answer(ticket::statement(&query.prepared_statement_handle)?).await
    }

    /// Binds values to the parameters of a statement. They become a part of its handle, which the client takes from now on.
    async fn do_put_prepared_statement_query(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<DoPutPreparedStatementResult, Status> {
        let prepared = ticket::statement(&query.prepared_statement_handle)?;
        let parameters = parameters::read(request.into_inner()).await?;
        let bound = SqlStatement { parameters, ..prepared };
        let handle = ticket::handle(&bound)?;
        // What does not fit is told now, and not when it is asked.
        self.described(bound).await?;
        Ok(DoPutPreparedStatementResult { prepared_statement_handle: Some(handle.into()) })
    }

    async fn get_flight_info_catalogs(&self, query: CommandGetCatalogs, request: Request<FlightDescriptor>) -> Info {
        info(request.into_inner(), &catalogues(query)?.schema(), query.as_any().encode_to_vec())
    }

    async fn do_get_catalogs(&self, query: CommandGetCatalogs, _: Request<Ticket>) -> Data {
        one(catalogues(query)?)
    }

    async fn get_flight_info_schemas(&self, query: CommandGetDbSchemas, request: Request<FlightDescriptor>) -> Info {
        let ticket = query.as_any().encode_to_vec();
        info(request.into_inner(), &schemas(query)?.schema(), ticket)
    }

    async fn do_get_schemas(&self, query: CommandGetDbSchemas, _: Request<Ticket>) -> Data {
        one(schemas(query)?)
    }

    async fn get_flight_info_tables(&self, query: CommandGetTables, request: Request<FlightDescriptor>) -> Info {
        let ticket = query.as_any().encode_to_vec();
        info(request.into_inner(), &query.into_builder().schema(), ticket)
    }

    async fn do_get_tables(&self, query: CommandGetTables, _: Request<Ticket>) -> Data {
        one(self.tables(query).await?)
    }

    async fn get_flight_info_table_types(
        &self,
        query: CommandGetTableTypes,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info(request.into_inner(), &table_types(query)?.schema(), query.as_any().encode_to_vec())
    }

    async fn do_get_table_types(&self, query: CommandGetTableTypes, _: Request<Ticket>) -> Data {
        one(table_types(query)?)
    }

    async fn get_flight_info_sql_info(&self, query: CommandGetSqlInfo, request: Request<FlightDescriptor>) -> Info {
        let ticket = query.as_any().encode_to_vec();
        info(request.into_inner(), &sql_info(query)?.schema(), ticket)
    }

    async fn do_get_sql_info(&self, query: CommandGetSqlInfo, _: Request<Ticket>) -> Data {
        one(sql_info(query)?)
    }

    async fn get_flight_info_xdbc_type_info(
        &self,
        query: CommandGetXdbcTypeInfo,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info(request.into_inner(), &types(query)?.schema(), query.as_any().encode_to_vec())
    }

    async fn do_get_xdbc_type_info(&self, query: CommandGetXdbcTypeInfo, _: Request<Ticket>) -> Data {
        one(types(query)?)
    }

    async fn get_flight_info_primary_keys(
        &self,
        query: CommandGetPrimaryKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info(request.into_inner(), &keys::PRIMARY_KEYS, query.as_any().encode_to_vec())
    }

    async fn do_get_primary_keys(&self, query: CommandGetPrimaryKeys, _: Request<Ticket>) -> Data {
        one(keys::primary(&query)?)
    }

    async fn get_flight_info_exported_keys(
        &self,
        query: CommandGetExportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info(request.into_inner(), &keys::FOREIGN_KEYS, query.as_any().encode_to_vec())
    }

    async fn do_get_exported_keys(&self, _: CommandGetExportedKeys, _: Request<Ticket>) -> Data {
        one(keys::foreign())
    }

    async fn get_flight_info_imported_keys(
        &self,
        query: CommandGetImportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info(request.into_inner(), &keys::FOREIGN_KEYS, query.as_any().encode_to_vec())
    }

    async fn do_get_imported_keys(&self, _: CommandGetImportedKeys, _: Request<Ticket>) -> Data {
        one(keys::foreign())
    }

    async fn get_flight_info_cross_reference(
        &self,
        query: CommandGetCrossReference,
        request: Request<FlightDescriptor>,
    ) -> Info {
        info(request.into_inner(), &keys::FOREIGN_KEYS, query.as_any().encode_to_vec())
    }

    async fn do_get_cross_reference(&self, _: CommandGetCrossReference, _: Request<Ticket>) -> Data {
        one(keys::foreign())
    }

    /// What is no Flight SQL: a selection or a filter, whose ticket is the descriptor's command.
    async fn get_flight_info_fallback(&self, command: Command, request: Request<FlightDescriptor>) -> Info {
        let descriptor = request.into_inner();
        let schema = match ticket::wanted(&command.into_any(), &descriptor.cmd)? {
            Wanted::Panel(_) => &*PANEL,
            Wanted::Observations(_) => &*OBSERVATIONS,
        };
        let ticket = descriptor.cmd.to_vec();
        info(descriptor, schema, ticket)
    }

    async fn do_get_fallback(
        &self,
        request: Request<Ticket>,
        message: Any,
    ) -> Result<Response<<Self as FlightService>::DoGetStream>, Status> {
        match ticket::wanted(&message, &request.get_ref().ticket)? {
            Wanted::Panel(selection) => self.panel(*selection).await,
            Wanted::Observations(filter) => self.observations(*filter).await,
        }
    }

    async fn register_sql_info(&self, _: i32, _: &SqlInfo) {}
}
