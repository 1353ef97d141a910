//! Arrow Flight over TCP, by the client of arrow-flight: what is listed, statements with parameters, and limits.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_flight::error::FlightError;
use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::{FlightClient, FlightDescriptor, FlightInfo};
use futures_util::TryStreamExt as _;
use growthpole_datastore::QuerySettings;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::support::{Running, assert_refused, demo, with_queries};

pub(crate) fn sql_client(running: &Running) -> FlightSqlServiceClient<Channel> {
    FlightSqlServiceClient::new(running.channel.clone())
}

pub(crate) fn client(running: &Running) -> FlightClient {
    FlightClient::new(running.channel.clone())
}

/// The status behind an error of the client.
pub(crate) fn status_of(error: &(dyn std::error::Error + 'static)) -> Status {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(status) = error.downcast_ref::<Status>() {
            return status.clone();
        }
        if let Some(FlightError::Tonic(status)) = error.downcast_ref::<FlightError>() {
            return (**status).clone();
        }
        cause = error.source();
    }
    panic!("{error} has no status");
}

/// The rows of an answer as texts.
pub(crate) fn rows_of(batches: &[RecordBatch]) -> Vec<String> {
    let mut rows = Vec::new();
    for batch in batches {
        let texts = |column: &ArrayRef| arrow_cast::cast(column, &arrow_schema::DataType::Utf8).unwrap();
        let columns: Vec<ArrayRef> = batch.columns().iter().map(texts).collect();
        for row in 0..batch.num_rows() {
            let cell = |column: &ArrayRef| match column.is_null(row) {
                true => "-".to_owned(),
                false => column.as_string::<i32>().value(row).to_owned(),
            };
            rows.push(columns.iter().map(cell).collect::<Vec<_>>().join(" "));
        }
    }
    rows
}

pub(crate) async fn fetched(client: &mut FlightClient, info: FlightInfo) -> Result<Vec<String>, FlightError> {
    let ticket = info.endpoint.into_iter().next().unwrap().ticket.unwrap();
    let batches: Vec<RecordBatch> = client.do_get(ticket).await?.try_collect().await?;
    Ok(rows_of(&batches))
}

pub(crate) async fn answered(running: &Running, statement: &str) -> Result<Vec<String>, Status> {
    let info = sql_client(running).execute(statement.to_owned(), None).await.map_err(|error| status_of(&error))?;
    fetched(&mut client(running), info).await.map_err(|error| status_of(&error))
}

#[tokio::test]
async fn what_there_is_is_listed_and_can_be_fetched() {
    let running = demo(2).await;
    let mut client = client(&running);
    let listed: Vec<FlightInfo> = client.list_flights("").await.unwrap().try_collect().await.unwrap();
    let paths: Vec<String> =
        listed.iter().map(|info| info.flight_descriptor.as_ref().unwrap().path.join("/")).collect();
    let tables = ["datasets", "indicators", "industries", "observations", "regions", "vintages"];
    assert_eq!(paths[..6], tables);
    assert_eq!(paths[6..], ["demo/growth", "demo/jobs"]);
    for info in listed {
        let descriptor = info.flight_descriptor.clone().unwrap();
        let total = info.total_records;
        let schema = info.clone().try_decode_schema().unwrap();
        assert_eq!(client.get_schema(descriptor.clone()).await.unwrap(), schema, "{descriptor:?}");
        assert_eq!(client.get_flight_info(descriptor.clone()).await.unwrap(), info, "{descriptor:?}");
        let rows = fetched(&mut client, info).await.unwrap();
        assert!(!rows.is_empty(), "{descriptor:?}");
        if descriptor.path.len() == 2 {
            assert_eq!(i64::try_from(rows.len()).unwrap(), total, "{descriptor:?}");
        }
    }
    let of_one: Vec<FlightInfo> = client.list_flights("demo").await.unwrap().try_collect().await.unwrap();
    assert_eq!(of_one.len(), 2);
    let status = status_of(&client.list_flights("dmeo").await.err().unwrap());
    assert_refused(&status, Code::NotFound, "UNKNOWN_DATASET", "expression");
    for (path, code, reason, field) in [
        (vec!["table"], Code::InvalidArgument, "INVALID_FIELD", "path"),
        (vec![], Code::InvalidArgument, "INVALID_FIELD", "path"),
        (vec!["dmeo", "growth"], Code::NotFound, "UNKNOWN_DATASET", "path[0]"),
        (vec!["demo", "groth"], Code::NotFound, "UNKNOWN_INDICATOR", "path[1]"),
    ] {
        let descriptor = FlightDescriptor::new_path(path.into_iter().map(str::to_owned).collect());
        for error in [
            client.get_flight_info(descriptor.clone()).await.err().unwrap(),
            client.get_schema(descriptor.clone()).await.err().unwrap(),
        ] {
            assert_refused(&status_of(&error), code, reason, field);
        }
    }
}

#[tokio::test]
async fn schemas_of_statements_and_selections_are_told() {
    let running = demo(2).await;
    let mut client = client(&running);
    let mut sql = sql_client(&running);
    let info = sql.execute("SELECT region, count(*) AS n FROM regions GROUP BY 1".into(), None);
    let descriptor = info.await.unwrap().flight_descriptor.unwrap();
    let schema = client.get_schema(descriptor).await.unwrap();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["region", "n"]);
}

fn row(values: Vec<ArrayRef>) -> RecordBatch {
    let names = (1..).map(|number| format!("${number}"));
    RecordBatch::try_from_iter(names.zip(values)).unwrap()
}

fn text(text: &str) -> ArrayRef {
    Arc::new(StringArray::from(vec![text]))
}

/// The answer to a prepared statement with values.
async fn bound(running: &Running, statement: &str, values: RecordBatch) -> Result<Vec<String>, FlightError> {
    let mut prepared = sql_client(running).prepare(statement.to_owned(), None).await?;
    prepared.set_parameters(values)?;
    let info = prepared.execute().await?;
    let rows = fetched(&mut client(running), info).await?;
    prepared.close().await?;
    Ok(rows)
}

#[tokio::test]
async fn values_are_bound_to_parameters() {
    let running = demo(2).await;
    let statement = "SELECT region, value FROM observations WHERE vintage = ? AND indicator = 'growth' AND region = ? \
                     AND period >= ? ORDER BY period";
    let numbered = "SELECT region, value FROM observations WHERE region = $2 AND indicator = 'growth' AND vintage = $1 \
                    AND period >= $3 ORDER BY period";
    let values =
        |vintage: i64, period: &str| row(vec![Arc::new(Int64Array::from(vec![vintage])), text("P1"), text(period)]);
    for statement in [statement, numbered] {
        assert_eq!(bound(&running, statement, values(1, "2014")).await.unwrap(), ["P1 5.0", "P1 5.7"]);
        assert_eq!(bound(&running, statement, values(2, "2015")).await.unwrap(), ["P1 5.4"]);
    }
    // What is bound is a value, whatever it says.
    let hostile = bound(&running, "SELECT count(*) FROM regions WHERE name = ?", row(vec![text("' OR 1 = 1 --")]));
    assert_eq!(hostile.await.unwrap(), ["0"]);
    assert_eq!(bound(&running, "SELECT ? AS x", row(vec![text("x")])).await.unwrap(), ["x"]);
    let prepared = sql_client(&running).prepare(statement.to_owned(), None).await.unwrap();
    let parameters = prepared.parameter_schema().unwrap();
    let names: Vec<&str> = parameters.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["$1", "$2", "$3"]);
}

#[tokio::test]
async fn values_that_do_not_fit_are_refused() {
    let running = demo(2).await;
    let two = || row(vec![text("a"), text("b")]);
    for (statement, values, about) in [
        ("SELECT * FROM regions WHERE region = ?", two(), "1 parameters; 2 values"),
        ("SELECT * FROM regions WHERE region = ? OR name = $1", two(), "not both"),
        ("SELECT * FROM regions WHERE region = $2 OR name = $3", two(), "without gaps"),
        ("SELECT * FROM regions WHERE region = $code OR name = $name", two(), "$1, $2"),
        ("SELECT * FROM regions WHERE region = ?", row(vec![Arc::new(StringArray::from(vec!["a", "b"]))]), "2 rows"),
    ] {
        let error = bound(&running, statement, values).await.unwrap_err();
        let status = status_of(&error);
        let reason = status.get_details_error_info().unwrap().reason;
        assert_eq!((status.code(), reason.as_str()), (Code::InvalidArgument, "INVALID_SQL"), "{statement}: {status}");
        assert!(status.message().contains(about), "{statement}: {status}");
    }
    // A parameter without a value is no statement that can be answered.
    let status = answered(&running, "SELECT * FROM regions WHERE region = ?").await.unwrap_err();
    assert_refused(&status, Code::InvalidArgument, "INVALID_SQL", "query");
    assert!(status.message().contains("0 values"), "{status}");
}

const PAIRS: &str = "observations a, observations b, observations c, observations d, observations e, observations f, \
                     observations g, observations h";

/// Code, reason, setting and limit of a refusal.
fn limit(status: &Status) -> (Code, String, String, String) {
    let info = status.get_details_error_info().unwrap();
    let of = |key: &str| info.metadata.get(key).cloned().unwrap_or_default();
    (status.code(), info.reason.clone(), of("setting"), of("limit"))
}

#[tokio::test]
async fn memory_rows_and_time_have_limits_that_are_told() {
    let told = |code, reason: &str, setting: &str, limit: &str| {
        (code, reason.to_owned(), setting.to_owned(), limit.to_owned())
    };
    let few = with_queries(2, QuerySettings { max_rows: 5, ..QuerySettings::default() }).await;
    assert_eq!(answered(&few, "SELECT region FROM regions LIMIT 5").await.unwrap().len(), 5);
    let status = answered(&few, "SELECT region FROM regions").await.unwrap_err();
    assert_eq!(limit(&status), told(Code::ResourceExhausted, "QUERY_LIMIT", "query.max_rows", "5"));

    let small = with_queries(2, QuerySettings { memory_bytes: 1 << 20, ..QuerySettings::default() }).await;
    let distinct =
        "SELECT count(DISTINCT concat(a.region, b.region, c.period, d.value, e.value, f.value, g.value)) FROM";
    let status = answered(&small, &format!("{distinct} {PAIRS}")).await.unwrap_err();
    assert_eq!(limit(&status), told(Code::ResourceExhausted, "QUERY_LIMIT", "query.memory_bytes", "1048576"));

    let short = with_queries(2, QuerySettings { timeout_seconds: 1, ..QuerySettings::default() }).await;
    let sum = "SELECT sum(a.value * b.value * c.value * d.value * e.value * f.value * g.value * h.value) FROM";
    let status = answered(&short, &format!("{sum} {PAIRS}")).await.unwrap_err();
    assert_eq!(limit(&status), told(Code::DeadlineExceeded, "QUERY_TIMEOUT", "query.timeout_seconds", "1"));
}

#[tokio::test]
async fn nothing_but_a_question_is_answered() {
    let running = demo(2).await;
    for statement in [
        "DROP TABLE regions",
        "CREATE TABLE t AS SELECT 1",
        "INSERT INTO regions SELECT * FROM regions",
        "DELETE FROM regions",
        "UPDATE regions SET name = 'x'",
        "COPY regions TO '/tmp/regions.csv'",
        "SET datafusion.execution.batch_size = 1",
        "SELECT 1; SELECT 2",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "",
    ] {
        let status = answered(&running, statement).await.unwrap_err();
        assert_refused(&status, Code::InvalidArgument, "INVALID_SQL", "query");
        let prepared = sql_client(&running).prepare(statement.to_owned(), None).await;
        let Err(error) = prepared else { panic!("{statement} was prepared") };
        assert_refused(&status_of(&error), Code::InvalidArgument, "INVALID_SQL", "query");
    }
}
