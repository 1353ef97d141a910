//! Limits hold on a cluster as they do without one.

use std::time::{Duration, Instant};

use crate::processes::{Cluster, answer, bucket, refusal};

/// A question that takes minutes: every figure beside every other of its year.
pub(crate) const LONG: &str = "SELECT a.period, count(*) AS n, sum(a.value - b.value) AS d FROM observations a JOIN observations \
     b ON a.period = b.period WHERE a.dataset = 'made-up' AND b.dataset = 'made-up' AND a.value + b.value > 1 GROUP BY \
     a.period ORDER BY a.period";

#[test]
fn limits_and_mistakes_are_told_as_without_a_cluster() {
    let (bucket, cluster) = (bucket(), Cluster::of_two(bucket()));
    let url = ("GROWTHPOLE__QUERY__BALLISTA", cluster.scheduler_url.as_str());
    let strict = [("GROWTHPOLE__QUERY__MAX_ROWS", "500"), ("GROWTHPOLE__QUERY__TIMEOUT_SECONDS", "5")];
    let there = bucket.serve(&[url, strict[0], strict[1]]);
    let here = bucket.serve(&strict);
    let cases = [
        ("SELECT region, value FROM observations WHERE dataset = 'made-up'", "QUERY_LIMIT"),
        (
            "SELECT region, 1 / (vintage - vintage) AS x FROM observations WHERE dataset = 'made-up'",
            "UNDEFINED_ON_DATA",
        ),
        ("SELECT CAST(region || 'x' AS int) AS x FROM observations WHERE dataset = 'made-up'", "UNDEFINED_ON_DATA"),
        ("SELECT nothing FROM observations", "INVALID_SQL"),
        ("DELETE FROM observations", "INVALID_SQL"),
        ("SELECT 1; SELECT 2", "INVALID_SQL"),
    ];
    for (statement, reason) in cases {
        let words = ["sql", statement];
        let (expected, found) = (refusal(&here.address, &words), refusal(&there.address, &words));
        assert!(expected.contains(reason), "{statement}: {expected}");
        assert_eq!(found, expected, "{statement}");
    }
    let begun = Instant::now();
    let late = refusal(&there.address, &["sql", LONG]);
    assert!(late.contains("QUERY_TIMEOUT"), "{late}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // Its tasks ended with it: the next question finds the executors free.
    let short = ["sql", "SELECT industry, count(*) AS n FROM observations WHERE dataset = 'made-up' GROUP BY industry"];
    assert!(answer(&there.address, &short).contains("I11"));
}
