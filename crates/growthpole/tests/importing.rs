//! Imports by the program: several processes at once into one directory, and what is said of mistakes in files.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::support::{Ran, data, program, run_with};

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

/// Each indicator has a table of its own, and each table a file that is open until it is stored.
#[test]
#[cfg(unix)]
fn there_may_be_more_indicators_than_open_files_at_first() {
    let folder = tempfile::tempdir().unwrap();
    let (file, store) = (folder.path().join("file.csv"), folder.path().join("store"));
    for vintage in 1..=2 {
        let records: String = (0..400).map(|indicator| format!("a,i{indicator},2015,{vintage}\n")).collect();
        std::fs::write(&file, format!("region,indicator,period,value\n{records}")).unwrap();
        let program = env!("CARGO_BIN_EXE_growthpole");
        let (file, store) = (file.display(), store.display());
        let line = format!("ulimit -Sn 200; exec {program} import {file} --dataset d --data {store} --output json");
        let mut shell = std::process::Command::new("sh");
        let report = Ran::of(shell.args(["-c", &line]).current_dir(folder.path()).output().unwrap()).json();
        assert_eq!(report["vintage"], vintage, "{report}");
    }
}

/// A file with one mistake: an extract of a format, what is replaced in it by what, and what is said of that.
struct Mistake {
    file: &'static str,
    replaced: (&'static str, &'static str),
    said: Value,
}

fn mistake(
    file: &'static str,
    replaced: (&'static str, &'static str),
    code: &str,
    place: (Value, &str, &str),
) -> Mistake {
    let (line, column, value) = place;
    let place = json!({ "file": file, "line": line, "column": column, "value": value });
    Mistake { file, replaced, said: json!({ "code": code, "count": 1, "places": [place] }) }
}

#[test]
fn every_text_format_says_file_line_column_value_and_rule() {
    let bad =
        |file, replaced, line: u64, column| mistake(file, replaced, "BAD_NUMBER", (line.into(), column, replaced.1));
    let infinite = ("7.25", "1e999");
    let mistakes = [
        bad("mapped.csv", ("1.234,5", "1.234,x"), 3, "Besch\u{e4}ftigte"),
        bad("wide.csv", ("-3", "-3x"), 3, "2015Q1"),
        bad("sdmx_csv_2.csv", ("410.2", "41o.2"), 2, "OBS_VALUE"),
        bad("eurostat_old.tsv", ("692", "69z2"), 2, "2014"),
        bad("bea_cagdp.csv", ("1100", "11x0"), 2, "2017"),
        bad("qcew_quarter.csv", ("640000", "64o000"), 2, "month2_emplvl"),
        bad("nbs_provinces.csv", ("1.5", "1.x"), 6, "2017年"),
        mistake("json_stat_2.json", infinite, "NOT_FINITE", (6.into(), "value", "inf")),
    ];
    let folder = tempfile::tempdir().unwrap();
    let extracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/data");
    for Mistake { file, replaced: (from, to), said } in mistakes {
        let bytes = std::fs::read(extracts.join(file)).unwrap();
        let at = bytes.windows(from.len()).position(|bytes| bytes == from.as_bytes()).unwrap();
        let wrong = [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat();
        let path = folder.path().join(file);
        std::fs::write(&path, wrong).unwrap();
        let mut arguments = vec![path.to_str().unwrap(), "--data", data(), "--output", "json"];
        let mapping = extracts.join("mapped.toml");
        if file == "mapped.csv" {
            arguments.extend(["--mapping", mapping.to_str().unwrap()]);
        }
        let ran = run_with("growthpole import --dataset wrong", &arguments);
        assert_eq!(ran.code, 1, "{file}: {}", ran.stderr);
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        let mut errors = report["errors"].clone();
        let message = errors[0].as_object_mut().unwrap().remove("message").unwrap();
        assert_eq!((&errors, &report["vintage"]), (&json!([said]), &Value::Null), "{file}");
        let number = &said["places"][0];
        let kind = if file.ends_with(".json") { "record" } else { "line" };
        let told = format!("first: {file}, {kind} {}, column", number["line"]);
        assert!(message.as_str().unwrap().contains(&told), "{message}");
    }
}
