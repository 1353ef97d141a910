//! The tables that clients of Flight SQL see.

use growthpole_datastore::{SQL_CATALOG, SQL_SCHEMA};
use tonic::Status;

use super::{Flight, refused};

/// Tables are of one kind.
pub(super) const TABLE_TYPE: &str = "TABLE";

/// The tables, by name.
pub(super) const TABLES: [&str; 6] = ["datasets", "indicators", "industries", "observations", "regions", "vintages"];

impl Flight {
    /// The columns of a table.
    pub(super) async fn columns(&self, table: &str) -> Result<arrow_schema::SchemaRef, Status> {
        let all = format!("SELECT * FROM {SQL_CATALOG}.{SQL_SCHEMA}.{table}");
        Ok(self.store.describe_sql(all.as_str()).await.map_err(refused)?.columns)
    }
}
