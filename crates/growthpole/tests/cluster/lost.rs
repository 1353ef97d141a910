//! An executor that is killed while it computes.

use std::thread::JoinHandle;
use std::time::Duration;

use crate::limits::LONG;
use crate::processes::{Cluster, Process, answer, bucket, refusal};

/// A question that takes some seconds.
fn some_seconds() -> String {
    LONG.replace(
        "a.value + b.value > 1",
        "a.vintage = 1 AND b.vintage = 2 AND a.industry < 'I04' AND b.industry < 'I08'",
    )
}

/// Asks while the test goes on.
fn meanwhile(there: &Process, statement: &str, ask: fn(&str, &[&str]) -> String) -> JoinHandle<String> {
    let (address, statement) = (there.address.clone(), statement.to_owned());
    std::thread::spawn(move || ask(&address, &["sql", &statement, "--output", "json"]))
}

#[test]
fn an_executor_that_is_killed_in_the_middle_is_survived() {
    let bucket = bucket();
    let mut cluster = Cluster::of_two(bucket);
    let (here, there) = (bucket.serve(&[]), bucket.serve_by(&cluster));
    let statement = some_seconds();
    let words = ["sql", statement.as_str(), "--output", "json"];
    let expected = answer(&here.address, &words);
    let asked = meanwhile(&there, &statement, answer);
    std::thread::sleep(Duration::from_secs(2));
    assert!(!asked.is_finished(), "the question is too short to be interrupted");
    cluster.executors[1].kill();
    assert_eq!(asked.join().unwrap(), expected);
    // And the next ones are answered by the one that is left.
    assert_eq!(answer(&there.address, &words), expected);

    // Without any executor there is an error, and no part of an answer.
    let asked = meanwhile(&there, &statement, refusal);
    std::thread::sleep(Duration::from_secs(2));
    cluster.executors[0].kill();
    let error = asked.join().unwrap();
    assert!(error.contains("CLUSTER_UNAVAILABLE"), "{error}");
    let error = refusal(&there.address, &words);
    assert!(error.contains("CLUSTER_UNAVAILABLE") && error.contains("no query executor is there"), "{error}");

    // A new one takes over, and removes what the two that were killed left of their results.
    let folders = || std::fs::read_dir(bucket.temporary()).unwrap().count();
    assert_eq!(folders(), 2);
    cluster.add(|arguments| bucket.program(arguments, &[]));
    assert_eq!(folders(), 1);
    cluster.scheduler.wait_until_ready();
    assert_eq!(answer(&there.address, &words), expected);
    // The scheduler itself is gone.
    cluster.scheduler.kill();
    let error = refusal(&there.address, &words);
    assert!(error.contains("CLUSTER_UNAVAILABLE") && error.contains(&cluster.scheduler_url), "{error}");
}
