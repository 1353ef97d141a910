//! SQL: what it answers, what it refuses, and what it opens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use futures_util::{StreamExt as _, TryStreamExt as _};
use growthpole_datastore::{Datastore, QuerySettings, SqlError, SqlStatement, SqlValue, StoreSettings};
use object_store::ObjectStoreExt as _;
use object_store::memory::InMemory;
use object_store::path::Path;

use crate::demo::{backends, now, package, store};

async fn rows(store: &Datastore, sql: &str) -> Result<Vec<String>, SqlError> {
    let answer = store.sql(sql).await?;
    let batches: Vec<RecordBatch> = answer.batches.try_collect().await?;
    let mut rows = Vec::new();
    for batch in batches {
        assert_eq!(batch.schema(), answer.schema);
        let cells =
            batch.columns().iter().map(|column| arrow_cast::cast(column, &arrow_schema::DataType::Utf8).unwrap());
        let cells: Vec<_> = cells.collect();
        for row in 0..batch.num_rows() {
            let of_row = cells.iter().map(|column| {
                let column = column.as_string::<i32>();
                if arrow_array::Array::is_null(column, row) { "-" } else { column.value(row) }
            });
            rows.push(of_row.collect::<Vec<_>>().join(" "));
        }
    }
    Ok(rows)
}

async fn bounded(query: QuerySettings) -> Datastore {
    let store = Datastore::in_memory(StoreSettings { query, ..StoreSettings::default() });
    store.import_packages(vec![package()], now()).await.unwrap();
    store
}

#[tokio::test]
async fn reads_every_table() {
    for backend in backends() {
        let store = backend.imported().await;
        let of = async |sql| rows(&store, sql).await.unwrap();
        let sql = "SELECT region, value, status, note, source FROM observations \
                   WHERE dataset = 'demo' AND vintage = 1 AND indicator = 'growth' AND period = '2015' ORDER BY region";
        let expected =
            ["N 6.9 A  Yearbook", "P1 5.7 P first release Yearbook", "P2 6.5 A  Yearbook", "P3 - Q  Communiqué, 2016"];
        assert_eq!(of(sql).await, expected, "{}", backend.name);
        assert_eq!(
            of("SELECT vintage, count(*) FROM observations GROUP BY 1 ORDER BY 1").await,
            ["1 6", "2 16", "3 13"]
        );
        assert_eq!(of("SELECT count(*) FROM observations").await, ["35"]);
        assert_eq!(
            of("SELECT dataset, title, vintages, latest_vintage FROM datasets").await,
            ["demo Demonstration 3 3"]
        );
        assert_eq!(
            of("SELECT vintage, published, observations FROM vintages WHERE published_precision <> 'DAY'").await,
            ["2 2018-10-01 16", "3 2021-01-01 13"]
        );
        assert_eq!(of("SELECT region FROM regions WHERE parent = 'P1'").await, ["C11", "C12"]);
        assert_eq!(of("SELECT industry, name FROM industries WHERE level = 'DIVISION'").await, ["B1 Making food"]);
        assert_eq!(
            of("SELECT indicator, unit, aggregation FROM indicators WHERE classification = 'K'").await,
            ["jobs persons SUM"]
        );
    }
}

#[tokio::test]
async fn joins_and_functions_work() {
    let store = store().await;
    let sql = "WITH latest AS (SELECT max(vintage) AS vintage FROM vintages WHERE dataset = 'demo') \
               SELECT r.name, round(sum(o.value), 1) AS total FROM observations o JOIN regions r USING (dataset, region) \
               WHERE o.vintage = (SELECT vintage FROM latest) AND indicator = 'gdp' GROUP BY r.name ORDER BY total DESC";
    assert_eq!(rows(&store, sql).await.unwrap(), ["First 83.5", "Second 63.0", "Third 20.0"]);
}

#[tokio::test]
async fn a_statement_knows_when_it_is_asked() {
    let sql = "SELECT now() > to_timestamp('2020-01-01'), current_date > to_date('2020-01-01'), current_time IS NULL, \
               count(*) FROM observations WHERE now() = now()";
    assert_eq!(rows(&store().await, sql).await.unwrap(), ["true true false 35"]);
}

#[tokio::test]
async fn the_answer_has_the_columns_that_were_described() {
    let store = store().await;
    let sql = "SELECT dataset, vintage, value, upper(region) AS r, array_agg(status) AS s FROM observations GROUP BY 1, 2, 3, 4";
    let described = store.describe_sql(sql).await.unwrap().columns;
    let types: Vec<String> = described.fields().iter().map(|field| field.data_type().to_string()).collect();
    assert_eq!(types[..4], ["Utf8", "Int32", "Float64", "Utf8"]);
    assert_eq!(store.sql(sql).await.unwrap().schema, described);
    assert_eq!(rows(&store, sql).await.unwrap().len(), 33);
}

#[tokio::test]
async fn only_questions_are_answered() {
    let store = store().await;
    let refused = [
        "CREATE TABLE t AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '/etc'",
        "CREATE VIEW v AS SELECT 1",
        "DROP TABLE observations",
        "INSERT INTO regions SELECT * FROM regions",
        "DELETE FROM regions",
        "UPDATE regions SET note = ''",
        "COPY regions TO '/tmp/x.csv'",
        "COPY (SELECT 1) TO 'x.parquet'",
        "SET datafusion.execution.batch_size = 1",
        "RESET datafusion.execution.batch_size",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "BEGIN",
        "EXPLAIN CREATE TABLE t AS SELECT 1",
        "EXPLAIN ANALYZE INSERT INTO regions SELECT * FROM regions",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE regions",
    ];
    for sql in refused {
        let error = rows(&store, sql).await.unwrap_err();
        assert!(matches!(error, SqlError::NotAQuestion { .. }), "{sql}: {error:?}");
    }
    // There are no tables but those of the store.
    for sql in [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM generate_series(1, 10)",
        "SELECT * INTO t FROM regions",
        "",
        "-- nothing",
    ] {
        let error = rows(&store, sql).await.unwrap_err();
        assert!(matches!(error, SqlError::Invalid { .. } | SqlError::NotAQuestion { .. }), "{sql}: {error:?}");
    }
    for sql in [
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT count(*) FROM regions",
        "SHOW TABLES",
        "DESCRIBE regions",
        "VALUES (1)",
    ] {
        assert!(!rows(&store, sql).await.unwrap().is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn a_slip_is_told_with_its_place() {
    let store = store().await;
    let cases = [
        ("SELEC 1", Some((1, 1))),
        ("SELECT region\nFROM observations\nWHERE", Some((3, 6))),
        ("SELECT region FROM", Some((1, 19))),
        ("SELECT 'open", Some((1, 8))),
        ("SELECT regoin FROM regions", Some((1, 8))),
        ("SELECT * FROM regoins", Some((1, 15))),
    ];
    for (sql, expected) in cases {
        match rows(&store, sql).await.unwrap_err() {
            SqlError::Invalid { place, message } => assert_eq!(place, expected, "{sql}: {message}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
    let deep = format!("SELECT {}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(matches!(rows(&store, &deep).await, Err(SqlError::Invalid { .. })));
    for (first, next, most) in
        [("SELECT 1", " + 1", 990), ("SELECT 1 = 1", " OR 2 = 1", 490), ("SELECT 1", " UNION ALL SELECT 1", 300)]
    {
        assert!(rows(&store, &format!("{first}{}", next.repeat(most))).await.is_ok(), "{next}");
        let longer = rows(&store, &format!("{first}{}", next.repeat(20_000))).await;
        assert!(matches!(longer, Err(SqlError::Invalid { .. })), "{next}");
    }
    let many: Vec<String> = (0..20_000).map(|code| format!("'{code}'")).collect();
    assert!(
        rows(&store, &format!("SELECT 1 FROM regions WHERE region IN ({})", many.join(","))).await.unwrap().is_empty()
    );
    assert!(matches!(rows(&store, "SELECT 1 / (vintage - vintage) FROM vintages").await, Err(SqlError::Undefined(_))));
}

const PAIRS: &str = "observations a, observations b, observations c, observations d, observations e, observations f";

#[tokio::test]
async fn memory_rows_and_time_have_limits() {
    let few = bounded(QuerySettings { max_rows: 35, ..QuerySettings::default() }).await;
    assert_eq!(rows(&few, "SELECT region FROM observations").await.unwrap().len(), 35);
    let error = rows(&few, "SELECT o.region FROM observations o, vintages").await.unwrap_err();
    assert_eq!(error, SqlError::Rows { rows: 35 });

    let small = bounded(QuerySettings { memory_bytes: 1 << 20, ..QuerySettings::default() }).await;
    let sql =
        format!("SELECT count(DISTINCT concat(a.region, b.region, c.note, d.value, e.value, f.value)) FROM {PAIRS}");
    assert_eq!(rows(&small, &sql).await.unwrap_err(), SqlError::Memory { bytes: 1 << 20 });

    let short = bounded(QuerySettings { timeout_seconds: 1, ..QuerySettings::default() }).await;
    let begun = Instant::now();
    let sql = format!("SELECT sum(a.value * b.value * c.value * d.value * e.value * f.value) FROM {PAIRS}");
    assert_eq!(rows(&short, &sql).await.unwrap_err(), SqlError::Timeout { seconds: 1 });
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn no_function_takes_as_much_as_a_statement_says() {
    let store = store().await;
    let refused = [
        ("repeat", "repeat('x', 2000000000)"),
        ("range", "range(0, 100000000000)"),
        ("generate_series", "generate_series(0, 100000000000)"),
        ("array_repeat", "array_repeat(1, 100000000000)"),
        ("list_repeat", "list_repeat(1, 100000000000)"),
        ("array_resize", "array_resize([1], 100000000000)"),
        ("list_resize", "list_resize([1], 100000000000)"),
        ("arrow_cast", "arrow_cast(NULL, 'FixedSizeBinary(2000000000)')"),
        ("arrow_try_cast", "arrow_try_cast(NULL, 'FixedSizeBinary(2000000000)')"),
        ("approx_percentile_cont", "approx_percentile_cont(value, 0.5, 100000000000000)"),
        ("approx_percentile_cont_with_weight", "approx_percentile_cont_with_weight(value, 1, 0.5, 100000000000000)"),
        ("lpad", "lpad('x', 2000000000)"),
        ("rpad", "rpad('x', 500 + 500 * vintage)"),
        ("lpad", "upper((SELECT max(lpad(region, 1001)) FROM regions))"),
    ];
    for (name, call) in refused {
        let error = rows(&store, &format!("SELECT {call} FROM observations")).await.unwrap_err();
        assert!(matches!(&error, SqlError::Invalid { message, .. } if message.contains(name)), "{call}: {error:?}");
    }
    let others =
        "SELECT percentile_cont(value, 0.5), approx_median(value), array_length(array_agg(value)) FROM observations";
    assert_eq!(rows(&store, others).await.unwrap().len(), 1);
    assert_eq!(rows(&store, "SELECT lpad('1001', 5, '0'), length(rpad('x', 1000))").await.unwrap(), ["01001 1000"]);
    let padded = |length| SqlStatement {
        parameters: vec![SqlValue::Integer(length)],
        ..SqlStatement::from("SELECT lpad('1001', $1, '0')")
    };
    assert!(store.sql(padded(5)).await.is_ok());
    assert!(matches!(store.sql(padded(1001)).await, Err(SqlError::Invalid { .. })));
}

#[tokio::test]
async fn a_query_ends_when_nobody_waits_for_it() {
    let store = bounded(QuerySettings { threads: 1, ..QuerySettings::default() }).await;
    let endless = format!("SELECT a.region, b.region FROM {PAIRS}");
    let mut answer = store.sql(endless.as_str()).await.unwrap();
    assert!(answer.batches.next().await.unwrap().is_ok());
    drop(answer);
    // The only thread is free again.
    let counted = tokio::time::timeout(Duration::from_secs(10), rows(&store, "SELECT count(*) FROM observations"));
    assert_eq!(counted.await.unwrap().unwrap(), ["35"]);
}

/// Counts the objects that a statement opens, by what it scans.
async fn opened(store: &Datastore, sql: &str) -> i64 {
    let answer = store.sql(format!("EXPLAIN ANALYZE {sql}").as_str()).await.unwrap();
    let batches: Vec<RecordBatch> = answer.batches.try_collect().await.unwrap();
    let text = batches[0].column(1).as_string::<i32>().value(0).to_owned();
    let count = text.split("files_opened=").nth(1).map_or("0", |rest| rest.split([',', ']']).next().unwrap());
    count.trim().parse().unwrap_or_else(|_| panic!("{text}"))
}

#[tokio::test]
async fn objects_are_left_out_before_they_are_opened() {
    let store = store().await;
    let cases = [
        ("SELECT sum(value) FROM observations", 6),
        ("SELECT sum(value) FROM observations WHERE vintage = 2", 3),
        ("SELECT sum(value) FROM observations WHERE vintage IN (1, 3) AND indicator LIKE 'g%'", 2),
        ("SELECT sum(value) FROM observations WHERE dataset = 'demo' AND vintage > 1 AND indicator = 'jobs'", 2),
        ("SELECT sum(value) FROM observations WHERE dataset = 'other'", 0),
        ("SELECT sum(value) FROM observations WHERE vintage = 3 AND region = 'P1'", 2),
    ];
    for (sql, expected) in cases {
        let found = opened(&store, sql).await;
        assert_eq!(found, expected, "{sql}");
    }
}

#[tokio::test]
async fn what_is_damaged_is_told() {
    let objects = Arc::new(InMemory::new());
    let store = Datastore::with_store(objects.clone(), StoreSettings::default());
    store.import_packages(vec![package()], now()).await.unwrap();
    let listed: Vec<Path> =
        futures_util::StreamExt::filter_map(object_store::ObjectStore::list(objects.as_ref(), None), async |found| {
            found.ok().map(|meta| meta.location).filter(|path| path.as_ref().ends_with(".parquet"))
        })
        .collect()
        .await;
    for path in &listed {
        let bytes = objects.get(path).await.unwrap().bytes().await.unwrap();
        let mut changed = bytes.to_vec();
        changed[10] ^= 1;
        objects.put(path, changed.into()).await.unwrap();
    }
    let error = rows(&store, "SELECT sum(value) FROM observations").await.unwrap_err();
    assert!(
        matches!(&error, SqlError::Data(growthpole_domain::QueryError::Corrupt(text)) if text.contains("another digest")),
        "{error:?}"
    );
    for path in &listed {
        objects.delete(path).await.unwrap();
    }
    let fresh = Datastore::with_store(objects, StoreSettings::default());
    fresh.refresh().await.unwrap();
    let error = rows(&fresh, "SELECT sum(value) FROM observations").await.unwrap_err();
    assert!(matches!(&error, SqlError::Data(growthpole_domain::QueryError::Corrupt(_))), "{error:?}");
}

#[tokio::test]
async fn counts_are_whole_numbers() {
    let answer = store().await.sql("SELECT count(*) AS n FROM regions").await.unwrap();
    let batches: Vec<RecordBatch> = answer.batches.try_collect().await.unwrap();
    assert_eq!(batches[0].column(0).as_primitive::<Int64Type>().value(0), 6);
}

#[tokio::test]
async fn what_no_argument_bounds_is_refused() {
    let store = store().await;
    for (about, sql) in [
        ("pattern", "SELECT regexp_replace(region, note, '') FROM observations"),
        ("pattern", "SELECT 1 FROM observations WHERE region ~ note"),
        ("pattern", "SELECT 1 FROM observations WHERE regexp_like(region, concat('(', region, '){9}'))"),
        ("array_agg", "SELECT array_agg(region) OVER () FROM observations"),
        ("string_agg", "SELECT string_agg(region, ',') OVER (ORDER BY period) FROM observations"),
    ] {
        let error = rows(&store, sql).await.unwrap_err();
        assert!(matches!(&error, SqlError::Invalid { message, .. } if message.contains(about)), "{sql}: {error:?}");
    }
    let pattern = |text: &str| SqlStatement {
        parameters: vec![SqlValue::Text(text.to_owned())],
        ..SqlStatement::from("SELECT count(*) FROM regions WHERE regexp_like(region, $1)")
    };
    assert!(store.sql(pattern("^P")).await.is_ok());
}

#[tokio::test]
async fn a_late_query_ends_although_nobody_takes_its_rows() {
    let store = bounded(QuerySettings { threads: 1, timeout_seconds: 1, ..QuerySettings::default() }).await;
    let endless = format!("SELECT a.region, b.region FROM {PAIRS}");
    let mut answer = store.sql(endless.as_str()).await.unwrap();
    assert!(answer.batches.next().await.unwrap().is_ok());
    tokio::time::sleep(Duration::from_millis(1500)).await;
    // What was ready is handed out, and then that it is no whole answer.
    let rest: Vec<Result<RecordBatch, SqlError>> = answer.batches.collect().await;
    assert!(rest.len() < 10, "{}", rest.len());
    assert_eq!(rest.last().unwrap().as_ref().unwrap_err(), &SqlError::Timeout { seconds: 1 });
}

#[tokio::test]
async fn what_grows_while_it_is_planned_is_refused() {
    let store = store().await;
    let twice = |levels: usize, both: &dyn Fn(String) -> String| {
        let level = |n: usize| match n {
            0 => "t0 AS (SELECT region FROM regions)".to_owned(),
            n => format!("t{n} AS ({})", both(format!("t{}", n - 1))),
        };
        let levels: Vec<String> = (0..levels).map(level).collect();
        format!("WITH {} SELECT count(*) FROM t{}", levels.join(", "), levels.len() - 1)
    };
    let union = |of: String| format!("SELECT region FROM {of} UNION ALL SELECT region FROM {of}");
    let joined = |of: String| format!("SELECT region FROM {of} NATURAL JOIN {of} AS b");
    let nested =
        |of: String| format!("SELECT region FROM (SELECT * FROM {of} AS a, (SELECT region AS r FROM {of}) AS b) AS c");
    assert_eq!(rows(&store, &twice(4, &union)).await.unwrap(), ["48"]);
    for sql in [
        twice(20, &union),
        twice(20, &joined),
        twice(20, &nested),
        format!("EXPLAIN {}", twice(20, &union)),
        format!("SELECT * FROM ({}) AS x", twice(20, &union)),
        format!("SELECT length(concat({}))", vec!["'a'"; 20_000].join(", ")),
    ] {
        let error = rows(&store, &sql).await.unwrap_err();
        assert!(matches!(&error, SqlError::Invalid { .. }), "{sql}: {error:?}");
        assert!(matches!(store.describe_sql(sql.as_str()).await, Err(SqlError::Invalid { .. })));
    }
}
