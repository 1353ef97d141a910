//! Every kind of query, with and without a cluster.

use serde_json::{Value, json};

use crate::processes::{Cluster, answer, bucket, refusal};

/// Statements that read large tables, each in an order of its own.
const STATEMENTS: [&str; 12] = [
    "SELECT * FROM observations WHERE dataset = 'made-up' AND vintage = 1 AND industry = 'I03' ORDER BY period, region",
    "SELECT region, sum(value) AS total, count(*) AS n, count(value) AS known FROM observations \
     WHERE dataset = 'made-up' AND vintage = 1 GROUP BY region ORDER BY region",
    "SELECT vintage, status, industry, min(value), max(value), avg(value) FROM observations WHERE dataset = 'made-up' \
     GROUP BY vintage, status, industry ORDER BY vintage, status, industry",
    "SELECT r.level, o.period, sum(o.value) AS total FROM observations o JOIN regions r ON r.dataset = o.dataset AND \
     r.region = o.region WHERE o.dataset = 'made-up' AND o.vintage = 2 GROUP BY r.level, o.period ORDER BY 1, 2",
    "SELECT a.region, a.industry, a.period, a.value, b.value FROM observations a JOIN observations b ON \
     a.region = b.region AND a.industry = b.industry AND a.period = b.period WHERE a.dataset = 'made-up' AND \
     b.dataset = 'made-up' AND a.vintage = 1 AND b.vintage = 2 AND a.value <> b.value ORDER BY 1, 2, 3",
    "SELECT region, period, value, rank() OVER (PARTITION BY period ORDER BY value DESC, region) AS place FROM \
     observations WHERE dataset = 'made-up' AND vintage = 1 AND industry = 'I01' AND value > 0 ORDER BY period, place LIMIT 90",
    "SELECT region, count(*) AS n FROM observations WHERE dataset = 'made-up' AND vintage = 1 AND region NOT IN (SELECT \
     region FROM observations WHERE dataset = 'made-up' AND vintage = 2 AND value > 99900) GROUP BY region ORDER BY region",
    "SELECT period, count(*) FROM observations WHERE dataset = 'made-up' AND vintage = 1 AND value > (SELECT avg(value) FROM \
     observations WHERE dataset = 'made-up' AND vintage = 1) GROUP BY period ORDER BY period",
    "SELECT DISTINCT upper(region) AS code FROM observations WHERE dataset = 'made-up' UNION SELECT industry FROM \
     observations WHERE dataset = 'made-up' ORDER BY code",
    "SELECT region, array_agg(DISTINCT period ORDER BY period) AS periods FROM observations WHERE dataset = 'made-up' AND \
     value = 0 AND vintage = 2 GROUP BY region HAVING count(*) > 20 ORDER BY region",
    "WITH totals AS (SELECT period, sum(value) AS total FROM observations WHERE dataset = 'made-up' AND vintage = 2 GROUP \
     BY period) SELECT a.period, a.total - b.total AS change FROM totals a LEFT JOIN totals b ON \
     CAST(a.period AS int) = CAST(b.period AS int) + 1 ORDER BY a.period",
    "SELECT region FROM observations WHERE dataset = 'made-up' AND value < -1 ORDER BY region",
];

/// The other kinds, as method and request.
const CALLS: [(&str, &str); 9] = [
    (
        "ObservationService/QueryObservations",
        r#"{"filter":{"dataset":"made-up","indicators":["jobs"]},"pageSize":1000}"#,
    ),
    (
        "ObservationService/StreamObservations",
        r#"{"filter":{"dataset":"made-up","indicators":["jobs"],"vintage":{"number":1}}}"#,
    ),
    (
        "ObservationService/StreamObservations",
        r#"{"filter":{"dataset":"made-up","indicators":["jobs"],"regions":{"codes":{"codes":["01001","20020"]}},"periods":{"list":{"periods":["2012"]}}}}"#,
    ),
    (
        "PanelService/GetPanel",
        r#"{"selection":{"dataset":"made-up","indicator":"jobs","regions":{"level":"COUNTY"},"benchmark":{"sumOfLevel":"STATE"}}}"#,
    ),
    (
        "PanelService/GetPanel",
        r#"{"selection":{"dataset":"made-up","indicator":"jobs","regions":{"codes":{"codes":["03001","03002"]}},"periods":{"list":{"periods":["2015"]}}}}"#,
    ),
    (
        "ObservationService/AggregateObservations",
        r#"{"dataset":"made-up","indicator":"jobs","regionsTo":{"level":"STATE","fromLevel":"COUNTY"},"suppressed":"CELL_POLICY_BOUNDS","missing":"CELL_POLICY_BOUNDS"}"#,
    ),
    ("DatasetService/DiffVintages", r#"{"dataset":"made-up","older":1,"newer":2}"#),
    (
        "DatasetService/DiffVintages",
        r#"{"dataset":"made-up","older":1,"newer":2,"regions":{"codes":{"codes":["07003","07004"]}}}"#,
    ),
    ("CatalogService/GetAvailability", r#"{"dataset":"made-up","indicator":"jobs"}"#),
];

/// Everything that is asked, as a command line asks it.
fn questions() -> Vec<Vec<String>> {
    let statements = STATEMENTS.iter().map(|statement| vec!["sql", statement, "--output", "json"]);
    let questions = statements.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let calls = CALLS
        .iter()
        .map(|(method, request)| vec!["call".to_owned(), format!("growthpole.v1.{method}"), (*request).to_owned()]);
    questions.chain(calls).collect()
}

/// Changes between vintages without the borders of messages: a cluster hands over more periods at once.
fn joined(answer: &str) -> String {
    let messages: Result<Vec<Value>, _> = answer.lines().map(serde_json::from_str).collect();
    let Some(messages) = messages.ok().filter(|messages| messages.iter().any(|message| message["changes"].is_array()))
    else {
        return answer.to_owned();
    };
    let (mut changes, mut others) = (Vec::new(), Vec::new());
    for mut message in messages {
        if let Some(Value::Array(some)) = message.as_object_mut().and_then(|fields| fields.remove("changes")) {
            changes.extend(some);
        }
        others.extend(Some(message).filter(|message| *message != json!({ "warnings": [] })));
    }
    json!({ "changes": changes, "others": others }).to_string()
}

/// How many characters two answers have in common, from their start.
fn same(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

#[test]
fn every_kind_of_query_answers_the_same_as_without_a_cluster() {
    let bucket = bucket();
    let cluster = Cluster::of_two(bucket);
    let (here, there) = (bucket.serve(&[]), bucket.serve_by(&cluster));
    for words in questions() {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (expected, found) = (joined(&answer(&here.address, &words)), joined(&answer(&there.address, &words)));
        let from = same(&expected, &found).saturating_sub(200);
        let near = |text: &str| text.chars().skip(from).take(1000).collect::<String>();
        assert!(expected == found, "{words:?} gave\n{}\ninstead of\n{}", near(&found), near(&expected));
        let is_empty = words.iter().any(|word| word.contains("value < -1"));
        assert_eq!(expected.trim().is_empty(), is_empty, "{words:?}");
    }
    // What is asked of small tables, of plans and in circles is answered by the service itself.
    for statement in [
        "SELECT count(*) AS n FROM regions WHERE dataset = 'made-up'",
        "SELECT table_name FROM information_schema.tables ORDER BY table_name",
        "WITH RECURSIVE years AS (SELECT 2010 AS year UNION ALL SELECT year + 1 FROM years WHERE year < 2019) SELECT \
         year, count(*) AS n FROM years JOIN observations ON CAST(period AS int) = year WHERE dataset = 'made-up' GROUP BY \
         year ORDER BY year",
    ] {
        let words = ["sql", statement, "--output", "json"];
        assert_eq!(answer(&there.address, &words), answer(&here.address, &words));
    }
    assert_eq!(there.stop(), Some(0));
    for executor in cluster.executors {
        assert_eq!(executor.stop(), Some(0));
    }
    assert_eq!(cluster.scheduler.stop(), Some(0));
}

#[test]
fn without_its_scheduler_no_kind_of_query_is_answered() {
    // Nothing listens there: what is still answered does not come from a cluster.
    let there = bucket().serve(&[("GROWTHPOLE__QUERY__BALLISTA", "df://127.0.0.1:9")]);
    for words in questions() {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let error = refusal(&there.address, &words);
        assert!(error.contains("CLUSTER_UNAVAILABLE") && error.contains("df://127.0.0.1:9"), "{words:?}: {error}");
    }
    let small = ["sql", "SELECT count(*) AS n FROM regions WHERE dataset = 'made-up'", "--output", "json"];
    assert_eq!(answer(&there.address, &small), "{\"n\":420}\n");
}
