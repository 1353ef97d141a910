//! Clusters that are put together wrongly.

use crate::processes::{Cluster, Process, bare, bucket, free_ports, refusal};

#[test]
fn an_executor_needs_its_store_when_it_starts() {
    let cluster = Cluster::alone();
    let listen = format!("127.0.0.1:{}", free_ports()[0]);
    let arguments = ["query-executor", "--scheduler", &cluster.scheduler_url, "--listen", &listen];
    let mut command = bucket().program(&arguments, &[("AWS_SECRET_ACCESS_KEY", "wrong")]);
    let ended = command.output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{error}");
    assert!(error.contains("the executor cannot work") && error.contains("cannot reach"), "{error}");
}

#[test]
fn an_executor_over_another_store_is_told_from_a_query_without_rows() {
    let bucket = bucket();
    let mut cluster = Cluster::alone();
    let nothing = bucket.path().join("nothing");
    let directory = nothing.to_str().unwrap().to_owned();
    cluster.add(|arguments| {
        let mut command = bare(arguments);
        command.args(["--data", &directory]);
        command
    });
    cluster.scheduler.wait_until_ready();
    let there: Process = bucket.serve_by(&cluster);
    let statement = "SELECT region, sum(value) AS total FROM observations WHERE dataset = 'made-up' GROUP BY region";
    let error = refusal(&there.address, &["sql", statement]);
    let executor = cluster.executors[0].address.trim_start_matches("http://");
    assert!(error.contains("DATA_CORRUPT") && error.contains(&format!("query executor {executor}")), "{error}");
}

#[test]
fn what_is_no_scheduler_is_a_mistake_of_the_configuration() {
    for (sent, wrong) in
        [("http://scheduler:50050", "write df://host:port"), ("df://scheduler", "write df://host:port")]
    {
        let mut command = bare(&["config"]);
        let ended = command.env("GROWTHPOLE__QUERY__BALLISTA", sent).output().unwrap();
        let error = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{error}");
        assert!(error.contains("query.ballista") && error.contains(wrong), "{error}");
    }
}
