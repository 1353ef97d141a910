//! Genuine published files, imported by the program: the counts are those that their keeper states, to the cell.
//!
//! They stand in the folder that `GROWTHPOLE_DATA` names, which `.ci/run` sets where it is there.

use std::path::{Path, PathBuf};
use std::process::Command;

use growthpole_tests::process::program;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The folder of genuine files; none, with the reason, where it is not there.
fn folder() -> Option<PathBuf> {
    let Ok(folder) = std::env::var("GROWTHPOLE_DATA") else {
        println!("skipped: GROWTHPOLE_DATA does not name the folder of genuine files");
        return None;
    };
    Some(PathBuf::from(folder))
}

/// Runs the program over a data directory; standard output.
fn run(data: &TempDir, arguments: &[&str]) -> String {
    let output = Command::new(program()).args(arguments).arg("--data").arg(data.path()).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn import(data: &TempDir, file: &Path, further: &[&str]) -> Value {
    let file = file.to_string_lossy();
    let arguments = [&["import", file.as_ref(), "--dataset", "d", "--output", "json"], further].concat();
    serde_json::from_str(&run(data, &arguments)).unwrap()
}

fn counts(report: &Value) -> [&Value; 5] {
    ["rows", "series", "cells", "missing", "suppressed"].map(|name| &report[name])
}

fn warnings(report: &Value) -> Vec<(&str, u64)> {
    let warnings = report["warnings"].as_array().unwrap().iter();
    warnings.map(|warning| (warning["code"].as_str().unwrap(), warning["count"].as_u64().unwrap())).collect()
}

#[test]
fn gdp_by_county_and_industry() {
    let Some(folder) = folder() else { return };
    let data = tempfile::tempdir().unwrap();
    let report = import(&data, &folder.join("bea/CAGDP2_2001_2018.tar.gz"), &[]);
    // 1 734 of the 109 718 rows stand in two files of the archive: the states' own, in their file and in that of the nation.
    assert_eq!(
        counts(&report),
        [&json!(109_718), &json!(107_984), &json!(1_974_924), &json!(338_910), &json!(334_532)]
    );
    assert_eq!(
        (&report["format"], &report["published"], &report["vintage"]),
        (&json!("bea"), &json!("2019-12-12"), &json!(1))
    );
    assert!(warnings(&report).contains(&("REPEATED_DUPLICATE", 31_212)), "{report}");
    assert!(report["errors"].as_array().unwrap().is_empty());
    let found = report["warnings"].as_array().unwrap().iter().find(|warning| warning["code"] == "NOT_THE_SUM");
    let (file, line) = ("CAGDP2/CAGDP2_US_2001_2018.csv", "line 2:");
    assert!(found.unwrap()["message"].as_str().unwrap().contains(&format!("{file}, {line}")), "{found:?}");
    // The nation's own line of CAGDP2_US_2001_2018.csv.
    let asked = "observations --dataset d --indicator CAGDP2 --regions 00000 --industries 1 --period 2018 --output csv";
    let rows = run(&data, &asked.split(' ').collect::<Vec<_>>());
    assert!(rows.lines().nth(1).unwrap().starts_with("CAGDP2,00000,1,2018,20580223000"), "{rows}");
}

#[test]
fn structural_business_statistics() {
    let Some(folder) = folder() else { return };
    let data = tempfile::tempdir().unwrap();
    let report = import(&data, &folder.join("eurostat/sbs_r_nuts06_r2.tsv.gz"), &["--published", "2016"]);
    let [rows, series, cells, missing, _] = counts(&report);
    assert_eq!([rows, series, cells, missing], [&json!(195_227), &json!(195_227), &json!(1_561_816), &json!(460_887)]);
    assert_eq!((&report["format"], &report["vintage"]), (&json!("eurostat-tsv"), &json!(1)));
    // Sums that differ by definition or rounding, and regions whose codes changed, are no damage; Latvia's construction of
    // 2008, whose regions stand there as zeros, is told.
    let counted =
        |code: &str| warnings(&report).iter().find(|(known, _)| *known == code).map_or(0, |(_, count)| *count);
    assert!((1..400).contains(&counted("NOT_THE_SUM")) && (1..40).contains(&counted("COVERAGE_DROP")), "{report}");
    let told = report["warnings"].as_array().unwrap().iter().flat_map(|warning| warning["places"].as_array().unwrap());
    let told: Vec<&str> = told.map(|place| place["value"].as_str().unwrap()).collect();
    assert!(told.iter().any(|told| told.starts_with("V11210 LV F: 2008 is 8706")), "{told:?}");
    assert!(told.iter().any(|told| told.contains("boundaries or codes changed")), "{told:?}");
    // The same file again.
    let again = import(&data, &folder.join("eurostat/sbs_r_nuts06_r2.tsv.gz"), &["--published", "2016"]);
    assert_eq!(
        (&again["vintage"], &again["already_there"], &again["digest"]),
        (&json!(1), &json!(true), &report["digest"])
    );
}

#[test]
fn other_files_are_taken_in_without_an_error() {
    let Some(folder) = folder() else { return };
    for (file, cells) in [
        // Records times periods, counted with other means.
        ("eurostat/nama_10r_2gdp.tsv.gz", 2_564 * 15),
        ("eurostat/nama_10r_3empers_excerpt.tsv", 11 * 28),
        ("eurostat/lfst_r_lfe2en2.tsv.gz", 28_065 * 8),
        ("bea/CAINC1__ALL_AREAS_1969_2018.csv.gz", 9_594 * 50),
    ] {
        let data = tempfile::tempdir().unwrap();
        let report = import(&data, &folder.join(file), &["--published", "2020", "--dry-run"]);
        assert_eq!((&report["vintage"], report["errors"].as_array().unwrap().len()), (&Value::Null, 0), "{file}");
        assert_eq!(report["cells"], json!(cells), "{file}");
        if file.starts_with("bea") {
            // Cells that the source marks as not available are no loss.
            assert!(
                warnings(&report).iter().all(|(code, _)| !["COVERAGE_DROP", "NOT_THE_SUM"].contains(code)),
                "{report}"
            );
        }
    }
}
