//! Several processes that import into one directory at once.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::{Ran, program, run_with};

const IMPORTERS: usize = 10;
const EACH: usize = 3;

/// What one import accepted.
struct Accepted {
    vintage: u64,
    importer: usize,
    value: f64,
}

/// Starts an import. Even importers replace what is there by figures of an indicator of all; odd ones add to it figures of
/// their own.
fn start(directory: &Path, importer: usize, value: f64) -> Child {
    let (indicator, mode) = match importer % 2 {
        0 => ("gdp".to_owned(), "replace"),
        _ => (format!("jobs{importer}"), "upsert"),
    };
    let file = directory.join(format!("{importer}-{value}.csv"));
    let figures = format!("region,indicator,period,value\na,{indicator},2015,{value}\nb,{indicator},2015,{value}\n");
    std::fs::write(&file, figures).unwrap();
    let store = directory.join("store");
    let arguments = ["--dataset", "d", "--published", "2020-01-01", "--mode", mode, "--output", "json", "--data"];
    let mut command = program(&["import", file.to_str().unwrap()]);
    command.args(arguments).arg(store).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn finish(importer: usize, value: f64, child: Child) -> Accepted {
    let report = Ran::of(child.wait_with_output().unwrap()).json();
    assert_eq!(report["already_there"], Value::Bool(false), "{report}");
    Accepted { vintage: report["vintage"].as_u64().unwrap(), importer, value }
}

#[test]
fn ten_processes_at_once_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().join("store").to_str().unwrap().to_owned();
    // So that the ten do not all take in the bundled data first.
    run_with("growthpole datasets", &["--data", &store]).succeeded();
    let mut accepted = Vec::new();
    for turn in 0..EACH {
        let value = |importer: usize| (turn * IMPORTERS + importer + 1) as f64;
        let running: Vec<(usize, Child)> =
            (0..IMPORTERS).map(|importer| (importer, start(directory.path(), importer, value(importer)))).collect();
        accepted.extend(running.into_iter().map(|(importer, child)| finish(importer, value(importer), child)));
    }
    // Every import was accepted, each under a number of its own, and no number is missing.
    let numbers: BTreeSet<u64> = accepted.iter().map(|accepted| accepted.vintage).collect();
    assert!(numbers.iter().copied().eq(1..=(IMPORTERS * EACH) as u64), "{numbers:?}");
    let listed = run_with("growthpole vintages --dataset d --output json", &["--data", &store]).json();
    assert_eq!(listed["vintages"].as_array().unwrap().len(), IMPORTERS * EACH);

    accepted.sort_by_key(|accepted| accepted.vintage);
    let mut expected: Vec<(String, f64)> = Vec::new();
    for Accepted { vintage, importer, value } in accepted {
        match importer % 2 {
            0 => expected = vec![("gdp".to_owned(), value)],
            _ => {
                let indicator = format!("jobs{importer}");
                expected.retain(|(known, _)| *known != indicator);
                expected.push((indicator, value));
            }
        }
        // A vintage holds its own figures, and one that adds holds those of the vintage before it as well.
        let described = run_with(
            &format!("growthpole vintages --dataset d --vintage {vintage} --output json"),
            &["--data", &store],
        );
        let described = described.json();
        let held = described["vintage"]["coverage"].as_array().unwrap();
        assert_eq!(held.len(), expected.len(), "vintage {vintage}");
        let held: Vec<&str> = held.iter().map(|held| held["indicator"].as_str().unwrap()).collect();
        let indicators = held.join(",");
        let line = format!(
            "growthpole observations --dataset d --vintage {vintage} --indicator {indicators} --regions a --output csv"
        );
        let csv = run_with(&line, &["--data", &store]).succeeded();
        let mut found: Vec<(String, f64)> = csv.lines().skip(1).map(figure).collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, expected, "vintage {vintage}");
    }
    assert!(run_with("growthpole verify", &["--data", &store]).succeeded().contains(": whole"));
}

/// Indicator and value of a line of observations.
fn figure(line: &str) -> (String, f64) {
    let fields: Vec<&str> = line.split(',').collect();
    (fields[0].to_owned(), fields[4].parse().unwrap())
}
