//! What clients of Flight SQL ask about the server: its tables, and what it can do.

use std::sync::LazyLock;

use arrow_flight::sql::metadata::{SqlInfoData, SqlInfoDataBuilder};
use arrow_flight::sql::{SqlInfo, SqlSupportedTransaction};
use growthpole_contracts::{Refusal, SOFTWARE_VERSION};
use growthpole_datastore::{SQL_CATALOG, SQL_SCHEMA};
use tonic::Status;

use super::{Flight, refused};

/// Tables are of one kind.
pub(super) const TABLE_TYPE: &str = "TABLE";

/// The tables, by name.
pub(super) const TABLES: [&str; 6] = ["datasets", "indicators", "industries", "observations", "regions", "vintages"];

/// What the server is and can do.
static INFO: LazyLock<Result<SqlInfoData, String>> = LazyLock::new(|| {
    let mut info = SqlInfoDataBuilder::new();
    info.append(SqlInfo::FlightSqlServerName, "Growthpole");
    info.append(SqlInfo::FlightSqlServerVersion, SOFTWARE_VERSION);
    info.append(SqlInfo::FlightSqlServerArrowVersion, "1.3");
    info.append(SqlInfo::FlightSqlServerReadOnly, true);
    info.append(SqlInfo::FlightSqlServerSql, true);
    info.append(SqlInfo::FlightSqlServerSubstrait, false);
    info.append(SqlInfo::FlightSqlServerTransaction, SqlSupportedTransaction::None as i32);
    info.append(SqlInfo::FlightSqlServerCancel, false);
    info.append(SqlInfo::SqlDdlCatalog, false);
    info.append(SqlInfo::SqlDdlSchema, false);
    info.append(SqlInfo::SqlDdlTable, false);
    info.append(SqlInfo::SqlIdentifierQuoteChar, "\"");
    info.build().map_err(|error| error.to_string())
});

/// What the server is and can do.
pub(super) fn info() -> Result<&'static SqlInfoData, Status> {
    INFO.as_ref().map_err(|error| Refusal::internal(error).into())
}

impl Flight {
    /// The columns of a table.
    pub(super) async fn columns(&self, table: &str) -> Result<arrow_schema::SchemaRef, Status> {
        let all = format!("SELECT * FROM {SQL_CATALOG}.{SQL_SCHEMA}.{table}");
        Ok(self.store.describe_sql(all.as_str()).await.map_err(refused)?.columns)
    }
}
