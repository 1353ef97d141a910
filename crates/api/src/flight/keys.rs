//! What tools of JDBC and ODBC ask about keys: which columns tell the rows of a table apart.

use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow_flight::sql::CommandGetPrimaryKeys;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use growthpole_contracts::Refusal;
use growthpole_datastore::{SQL_CATALOG, SQL_SCHEMA};
use tonic::Status;

/// The columns that tell the rows of each table apart.
const PRIMARY: [(&str, &[&str]); 6] = [
    ("datasets", &["dataset"]),
    ("indicators", &["dataset", "indicator"]),
    ("industries", &["dataset", "classification", "industry"]),
    ("observations", &["dataset", "vintage", "indicator", "region", "industry", "period"]),
    ("regions", &["dataset", "region"]),
    ("vintages", &["dataset", "vintage"]),
];

/// Columns of a list of primary keys, as Flight SQL defines them.
pub(super) static PRIMARY_KEYS: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("catalog_name", DataType::Utf8, true),
        Field::new("db_schema_name", DataType::Utf8, true),
        Field::new("table_name", DataType::Utf8, false),
        Field::new("column_name", DataType::Utf8, false),
        Field::new("key_name", DataType::Utf8, true),
        Field::new("key_sequence", DataType::Int32, false),
    ]))
});

/// Columns of a list of foreign keys, as Flight SQL defines them.
pub(super) static FOREIGN_KEYS: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("pk_catalog_name", DataType::Utf8, true),
        Field::new("pk_db_schema_name", DataType::Utf8, true),
        Field::new("pk_table_name", DataType::Utf8, false),
        Field::new("pk_column_name", DataType::Utf8, false),
        Field::new("fk_catalog_name", DataType::Utf8, true),
        Field::new("fk_db_schema_name", DataType::Utf8, true),
        Field::new("fk_table_name", DataType::Utf8, false),
        Field::new("fk_column_name", DataType::Utf8, false),
        Field::new("key_sequence", DataType::Int32, false),
        Field::new("fk_key_name", DataType::Utf8, true),
        Field::new("pk_key_name", DataType::Utf8, true),
        Field::new("update_rule", DataType::UInt8, false),
        Field::new("delete_rule", DataType::UInt8, false),
    ]))
});

/// The primary key of a table, a row for each of its columns. No row where there is no such table, as JDBC has it.
pub(super) fn primary(query: &CommandGetPrimaryKeys) -> Result<RecordBatch, Status> {
    let within = query.catalog.as_deref().is_none_or(|catalogue| catalogue == SQL_CATALOG)
        && query.db_schema.as_deref().is_none_or(|schema| schema == SQL_SCHEMA);
    let columns =
        PRIMARY.iter().find(|(table, _)| within && *table == query.table).map_or(&[] as &[&str], |found| found.1);
    let each = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; columns.len()])) };
    let sequence = (1..).take(columns.len()).collect::<Vec<i32>>();
    let lists = vec![
        each(SQL_CATALOG),
        each(SQL_SCHEMA),
        each(&query.table),
        Arc::new(StringArray::from(columns.to_vec())),
        each(&format!("{}_key", query.table)),
        Arc::new(Int32Array::from(sequence)),
    ];
    RecordBatch::try_new(Arc::clone(&PRIMARY_KEYS), lists).map_err(|error| Refusal::internal(error).into())
}

/// No table declares a foreign key: observations of an older vintage may name codes that the lists of regions and
/// industries, which are those of the latest, know no more.
pub(super) fn foreign() -> RecordBatch {
    RecordBatch::new_empty(Arc::clone(&FOREIGN_KEYS))
}
