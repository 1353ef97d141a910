//! What tools of JDBC and ODBC ask before they show a table: abilities, types and keys, over TCP.

use std::collections::BTreeSet;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, UInt32Type};
use arrow_flight::FlightInfo;
use arrow_flight::sql::{
    CommandGetCrossReference, CommandGetExportedKeys, CommandGetImportedKeys, CommandGetPrimaryKeys,
    CommandGetXdbcTypeInfo, SqlInfo,
};
use futures_util::TryStreamExt as _;

use crate::flight::{answered, client, rows_of, sql_client};
use crate::support::{Running, demo};

/// The batches behind a flight, which have the schema that it tells.
async fn batches(running: &Running, info: FlightInfo) -> Vec<RecordBatch> {
    let schema = info.clone().try_decode_schema().unwrap();
    let ticket = info.endpoint.into_iter().next().unwrap().ticket.unwrap();
    let batches: Vec<RecordBatch> = client(running).do_get(ticket).await.unwrap().try_collect().await.unwrap();
    for batch in &batches {
        assert_eq!(batch.schema().fields(), schema.fields());
    }
    batches
}

#[tokio::test]
async fn everything_is_told_that_a_driver_may_ask_about_the_sql() {
    let running = demo(2).await;
    let info = sql_client(&running).get_sql_info(Vec::new()).await.unwrap();
    let told = batches(&running, info).await;
    let names: Vec<u32> =
        told.iter().flat_map(|batch| batch.column(0).as_primitive::<UInt32Type>().values().to_vec()).collect();
    let distinct: BTreeSet<u32> = names.iter().copied().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
    let missing: Vec<u32> = (500..=576).filter(|name| !distinct.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?} of Flight SQL's list is not told");

    let one = sql_client(&running).get_sql_info(vec![SqlInfo::SqlIdentifierQuoteChar]).await.unwrap();
    let one = batches(&running, one).await;
    assert_eq!(one[0].num_rows(), 1);
    assert_eq!(one[0].column(0).as_primitive::<UInt32Type>().value(0), 504);
}

/// The drivers of JDBC cast each value to one type, and fail on any other: `ArrowDatabaseMetadata` of arrow-java.
#[tokio::test]
async fn numbers_are_told_in_the_types_that_drivers_of_jdbc_read() {
    let running = demo(2).await;
    let info = sql_client(&running).get_sql_info(Vec::new()).await.unwrap();
    let told = batches(&running, info).await;
    let (names, values) = (told[0].column(0).as_primitive::<UInt32Type>(), told[0].column(1).as_union());
    let of = |name: SqlInfo| {
        let at = names.values().iter().position(|told| *told == name as u32).unwrap();
        (values.type_id(at), values.value(at))
    };
    // Of the union: 2 is a long number, 3 a short one.
    let (kind, value) = of(SqlInfo::SqlDefaultTransactionIsolation);
    assert_eq!((kind, value.as_primitive::<arrow_array::types::Int64Type>().value(0)), (2, 0));
    for name in [SqlInfo::SqlMaxStatementLength, SqlInfo::SqlMaxUsernameLength, SqlInfo::SqlIdentifierCase] {
        assert_eq!(of(name).0, 2, "{name:?}");
    }
    let (kind, value) = of(SqlInfo::SqlOuterJoinsSupportLevel);
    assert_eq!((kind, value.as_primitive::<Int32Type>().value(0)), (3, 0b110));
}

/// The texts of one of the lists of functions.
async fn functions(running: &Running, of: SqlInfo) -> Vec<String> {
    let info = sql_client(running).get_sql_info(vec![of]).await.unwrap();
    let told = batches(running, info).await;
    let union = told[0].column(1).as_union();
    let (kind, place) = (union.type_id(0), union.value_offset(0));
    let list = union.child(kind).as_list::<i32>().value(place);
    list.as_string::<i32>().iter().map(|name| name.unwrap().to_owned()).collect()
}

#[tokio::test]
async fn functions_that_are_told_are_there() {
    let running = demo(2).await;
    let known = answered(&running, "SELECT DISTINCT routine_name FROM information_schema.routines").await.unwrap();
    // What is no function of the list is syntax: asked as such.
    let known: BTreeSet<String> = known.into_iter().collect();
    let mut told = 0;
    for of in [
        SqlInfo::SqlNumericFunctions,
        SqlInfo::SqlStringFunctions,
        SqlInfo::SqlDatetimeFunctions,
        SqlInfo::SqlSystemFunctions,
    ] {
        for name in functions(&running, of).await {
            assert!(known.contains(&name), "{name} is told, and is not there");
            told += 1;
        }
    }
    assert!(told > 50, "{told}");
}

#[tokio::test]
async fn types_of_all_columns_are_told() {
    let running = demo(2).await;
    let info = sql_client(&running).get_xdbc_type_info(CommandGetXdbcTypeInfo { data_type: None }).await.unwrap();
    let told = batches(&running, info).await;
    let numbers: BTreeSet<i32> =
        told.iter().flat_map(|batch| batch.column(1).as_primitive::<Int32Type>().values().to_vec()).collect();
    let columns =
        "SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema <> 'information_schema'";
    for data_type in answered(&running, columns).await.unwrap() {
        let number = match data_type.as_str() {
            "Int64" => -5,
            "Int32" => 4,
            "Float64" => 8,
            "Date32" => 91,
            text if text.contains("Utf8") => 12,
            other => panic!("no type of JDBC is known here for {other}"),
        };
        assert!(numbers.contains(&number), "{data_type}: {number} is not among {numbers:?}");
    }
    let doubles = CommandGetXdbcTypeInfo { data_type: Some(8) };
    let doubles = batches(&running, sql_client(&running).get_xdbc_type_info(doubles).await.unwrap()).await;
    assert_eq!(doubles[0].column(0).as_string::<i32>().value(0), "DOUBLE");
    assert_eq!(doubles[0].num_rows(), 1);
}

fn of_table(table: &str) -> CommandGetPrimaryKeys {
    CommandGetPrimaryKeys { catalog: None, db_schema: None, table: table.to_owned() }
}

/// The columns of the primary key that is told, in their order.
async fn key(running: &Running, query: CommandGetPrimaryKeys) -> Vec<String> {
    let info = sql_client(running).get_primary_keys(query).await.unwrap();
    let told = batches(running, info).await;
    let sequence: Vec<i32> =
        told.iter().flat_map(|batch| batch.column(5).as_primitive::<Int32Type>().values().to_vec()).collect();
    assert!(sequence.iter().copied().eq((1..).take(sequence.len())), "{sequence:?}");
    let columns = |batch: &RecordBatch| rows_of(&[batch.project(&[3]).unwrap()]);
    told.iter().flat_map(columns).collect()
}

#[tokio::test]
async fn keys_tell_the_rows_of_a_table_apart() {
    let running = demo(2).await;
    for table in ["datasets", "indicators", "industries", "observations", "regions", "vintages"] {
        let columns = key(&running, of_table(table)).await;
        assert!(!columns.is_empty(), "{table}");
        let columns = columns.join(", ");
        let twice =
            format!("SELECT count(*) FROM (SELECT {columns} FROM {table} GROUP BY {columns} HAVING count(*) > 1) AS x");
        assert_eq!(answered(&running, &twice).await.unwrap(), ["0"], "{table}: {columns}");
        // And none of its columns is too many: a part of a key does not.
        if table == "observations" {
            for left_out in ["vintage", "period"] {
                let fewer = columns.replace(&format!("{left_out}, "), "").replace(&format!(", {left_out}"), "");
                let twice = format!(
                    "SELECT count(*) > 0 FROM (SELECT {fewer} FROM {table} GROUP BY {fewer} HAVING count(*) > 1) AS x"
                );
                assert_eq!(answered(&running, &twice).await.unwrap(), ["true"], "{fewer}");
            }
        }
    }
}

#[tokio::test]
async fn tables_that_are_not_there_have_no_keys_and_none_has_a_foreign_one() {
    let running = demo(2).await;
    for query in [
        of_table("table"),
        CommandGetPrimaryKeys { catalog: Some("other".into()), ..of_table("regions") },
        CommandGetPrimaryKeys { db_schema: Some(String::new()), ..of_table("regions") },
    ] {
        assert_eq!(key(&running, query.clone()).await, [""; 0], "{query:?}");
    }
    let mut sql = sql_client(&running);
    let table = || "regions".to_owned();
    let exported = CommandGetExportedKeys { catalog: None, db_schema: None, table: table() };
    let imported = CommandGetImportedKeys { catalog: None, db_schema: None, table: table() };
    let crossed = CommandGetCrossReference { pk_table: table(), fk_table: "observations".into(), ..Default::default() };
    for info in [
        sql.get_exported_keys(exported).await.unwrap(),
        sql.get_imported_keys(imported).await.unwrap(),
        sql.get_cross_reference(crossed).await.unwrap(),
    ] {
        assert_eq!(info.clone().try_decode_schema().unwrap().fields().len(), 13);
        assert_eq!(batches(&running, info).await.iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
    }
}
