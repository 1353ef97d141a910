//! Mistakes: wrong usage is 2, an error that the service answers with is 1.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Ran, ask, data, program, run};

#[test]
fn wrong_usage_is_2() {
    for line in [
        "growthpole ranks",
        "growthpole rank",
        "growthpole rank --dataset d --indicator i --output xml",
        "growthpole rank --dataset d --indicator i --regions 1 --group g",
        "growthpole divide --dataset d --indicator i --focus three",
        "growthpole worker city-cluster",
        "growthpole datasets china-provinces --as-of 2016-03-03",
        "growthpole datasets china-provinces --indicators --vintage 1",
        "growthpole rank --dataset d --indicator i --server http://127.0.0.1:1 --data /tmp",
    ] {
        let stderr = run(line).failed(2);
        assert!(stderr.contains("error: "), "{line}: {stderr}");
    }
    for line in ["growthpole --help", "growthpole rank --help", "growthpole --version"] {
        assert!(run(line).succeeded().contains("growthpole"), "{line}");
    }
}

#[test]
fn an_unknown_method_names_the_nearest() {
    let stderr = ask("growthpole call growthpole.v1.CatalogService/ListRegion").failed(2);
    assert!(stderr.contains("nearest: growthpole.v1.CatalogService/ListRegion"), "{stderr}");
    let stderr = ask("growthpole call growthpole.v1.CatalogueService/ListRegions").failed(2);
    assert!(stderr.contains("growthpole.v1.CatalogService/ListRegions"), "{stderr}");
}

#[test]
fn a_mistake_in_json_has_a_position() {
    let stderr = ask("growthpole call growthpole.v1.CatalogService/ListRegions '{\"datast\":\"x\"}'").failed(2);
    assert!(stderr.contains("growthpole.v1.ListRegionsRequest") && stderr.contains("line 1 column"), "{stderr}");
    let stderr = ask("growthpole call growthpole.v1.CatalogService/ListRegions @/nowhere/request.json").failed(2);
    assert!(stderr.contains("/nowhere/request.json"), "{stderr}");
}

#[test]
fn a_request_may_come_from_standard_input() {
    let arguments = ["call", "growthpole.v1.CatalogService/ListRegions", "-", "--data", data()];
    let mut child = program(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{\"dataset\": \"harbin-changchun\"}").unwrap();
    let answer = Ran::of(child.wait_with_output().unwrap()).json();
    assert!(answer["regions"].as_array().unwrap().len() >= 11);
}

#[test]
fn an_error_of_the_service_is_1_and_names_the_nearest() {
    let line = "growthpole rank --dataset china-province --indicator gdp_real_growth --period 2015";
    let stderr = ask(line).failed(1);
    assert!(stderr.contains("error: NOT_FOUND: ") && stderr.contains("reason: UNKNOWN_DATASET"), "{stderr}");
    assert!(stderr.contains("china-provinces"), "{stderr}");
    let stderr = ask(&format!("{line} --output json")).failed(1);
    let status: Value = serde_json::from_str(&stderr).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    assert_eq!(status["code"], 5);
    let info = &status["details"][0];
    assert_eq!(info["@type"], "type.googleapis.com/google.rpc.ErrorInfo");
    assert_eq!((&info["reason"], &info["domain"]), (&"UNKNOWN_DATASET".into(), &"growthpole".into()));
}

#[test]
fn a_server_that_is_not_there_is_1() {
    let stderr = run("growthpole datasets --server http://127.0.0.1:1").failed(1);
    assert!(stderr.contains("UNAVAILABLE") && stderr.contains("127.0.0.1:1"), "{stderr}");
}

#[test]
fn a_data_directory_that_cannot_be_is_1() {
    let stderr = run("growthpole datasets --data /dev/null/data").failed(1);
    assert!(stderr.contains("/dev/null/data"), "{stderr}");
}

#[test]
fn all_mistakes_of_the_configuration_at_once() {
    let mut command = program(&["config", "--listen", "nowhere"]);
    command.env("GROWTHPOLE__SERVER__LISEN", "x").env("GROWTHPOLE__DATA__CACHE_BYTES", "much");
    let stderr = Ran::of(command.output().unwrap()).failed(2);
    for part in ["3 mistakes", "nearest: server.listen", "data.cache_bytes", "flag --listen"] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    let stderr = run("growthpole config --config /nowhere.toml").failed(2);
    assert!(stderr.contains("/nowhere.toml"), "{stderr}");
}

#[test]
fn config_says_where_values_come_from() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("growthpole.toml"), "[log]\nlevel = \"debug\"\n").unwrap();
    let mut command = program(&["config", "--listen", "127.0.0.1:7"]);
    command.current_dir(directory.path()).env("GROWTHPOLE__LOG__FORMAT", "json").env("GROWTHPOLE_LISTEN", "other");
    let text = Ran::of(command.output().unwrap()).succeeded();
    for part in [
        "listen = \"127.0.0.1:7\"  # flag --listen\n",
        "level = \"debug\"  # file growthpole.toml\n",
        "format = \"json\"  # env GROWTHPOLE__LOG__FORMAT\n",
        "insecure = false  # default\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
