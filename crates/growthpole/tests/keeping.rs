//! Looking after a store: buckets, retraction, verification, collection, and what a service sees of other processes.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::s3_server::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};
use crate::support::{Ran, Serving, program, run_with};

/// A bucket, and a configuration file that leads to it.
struct Bucket {
    directory: tempfile::TempDir,
    server: Server,
}

impl Bucket {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::start(directory.path());
        Self { directory, server }
    }

    fn config(&self) -> PathBuf {
        let path = self.directory.path().join("growthpole.toml");
        let endpoint = &self.server.endpoint;
        let text = format!(
            "[data]\nurl = \"s3://{BUCKET}/pole\"\n\
             options = {{ aws_endpoint = \"{endpoint}\", aws_allow_http = \"true\", aws_region = \"us-east-1\" }}\n"
        );
        std::fs::write(&path, text).unwrap();
        path
    }

    fn run(&self, line: &str) -> Ran {
        self.run_as(line, SECRET_KEY)
    }

    fn run_as(&self, line: &str, secret: &str) -> Ran {
        let config = self.config();
        let arguments: Vec<&str> = line.split(' ').chain(["--config", config.to_str().unwrap()]).collect();
        let mut command = program(&arguments);
        command.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", secret);
        Ran::of(command.output().unwrap())
    }

    fn files(&self) -> PathBuf {
        self.directory.path().join(BUCKET).join("pole/datasets/harbin-changchun")
    }
}

/// A file of a folder, by the end of its name.
fn file(folder: &Path, end: &str) -> PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.to_str().unwrap().ends_with(end)).min().unwrap()
}

#[test]
fn a_bucket_is_looked_after_like_a_directory() {
    let bucket = Bucket::new();
    let datasets = bucket.run("datasets --output json").json();
    assert_eq!(datasets["datasets"][1]["id"], "harbin-changchun");
    let whole = bucket.run("verify --output json").json();
    assert_eq!((&whole["datasets"], &whole["damage"]), (&json!(2), &json!([])));
    assert!(bucket.run("verify").succeeded().contains(": whole"));

    let line = "retract harbin-changchun 1 --reason wrong --output json";
    let retracted = bucket.run(line).json();
    assert_eq!((&retracted["alreadyRetracted"], &retracted["reason"]), (&json!(false), &json!("wrong")));
    assert_eq!(bucket.run(line).json()["alreadyRetracted"], true);
    let vintages = bucket.run("vintages --dataset harbin-changchun --output csv").succeeded();
    assert!(vintages.lines().nth(1).unwrap().ends_with(",wrong"), "{vintages}");
    let collected = bucket.run("gc --grace 0s --output json").json();
    assert_eq!(collected["removed"], json!([]));

    // One table changed on the server's disk.
    let table = file(&bucket.files().join("data"), ".parquet");
    let mut bytes = std::fs::read(&table).unwrap();
    bytes[10] ^= 1;
    std::fs::write(&table, bytes).unwrap();
    let damaged = bucket.run("verify --output json");
    assert_eq!(
        (damaged.code, damaged.stderr.contains("the store is damaged: 1 problem")),
        (1, true),
        "{}",
        damaged.stderr
    );
    let report: Value = serde_json::from_str(&damaged.stdout).unwrap();
    let name = format!("datasets/harbin-changchun/data/{}", table.file_name().unwrap().to_str().unwrap());
    assert_eq!(report["damage"], json!([{"object": name, "problem": "its content has another digest"}]));
}

#[test]
fn a_bucket_that_cannot_be_used_is_told_of() {
    let bucket = Bucket::new();
    let stderr = bucket.run_as("datasets", "another secret").failed(1);
    assert!(stderr.contains(&format!("the data at s3://{BUCKET}/pole cannot be used")), "{stderr}");
    assert!(!stderr.contains("another secret"), "{stderr}");
    let refused = |further: &[&str]| run_with("growthpole verify", further).failed(2);
    let stderr = refused(&["--data", "s5://bucket/x"]);
    assert!(stderr.contains("s5://bucket/x: there is no store \"s5\"; nearest: s3"), "{stderr}");
    let stderr = refused(&["--data", "s3://key:secret@bucket/x"]);
    assert!(stderr.contains("set them in the environment") && !stderr.contains("secret@"), "{stderr}");
}

#[test]
fn leftovers_are_listed_and_removed() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let run = |line: &str| run_with(line, &["--data", data]);
    run("growthpole datasets").succeeded();
    let digest = "ab".repeat(32);
    let folder = directory.path().join("datasets/harbin-changchun");
    std::fs::write(folder.join(format!("data/{digest}.parquet")), "left").unwrap();
    std::fs::write(folder.join("vintages/000009.json#1"), "cut off").unwrap();
    let names = |ran: Ran| -> Vec<String> {
        let removed = ran.json()["removed"].as_array().unwrap().clone();
        removed.iter().map(|removed| removed["object"].as_str().unwrap().to_owned()).collect()
    };
    assert!(names(run("growthpole gc --output json")).is_empty(), "they are young");
    let text = run("growthpole gc --grace 0s --dry-run").succeeded();
    assert!(text.contains("2 objects would be removed (11 B)"), "{text}");
    let expected = [
        format!("datasets/harbin-changchun/data/{digest}.parquet"),
        "datasets/harbin-changchun/vintages/000009.json#1".to_owned(),
    ];
    assert_eq!(names(run("growthpole gc --grace 0s --output json")), expected);
    assert!(names(run("growthpole gc --grace 0s --output json")).is_empty());
    assert!(run("growthpole verify").succeeded().contains(": whole"));
}

#[test]
fn a_service_sees_what_another_process_retracts() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let config = directory.path().join("growthpole.toml");
    std::fs::write(&config, "[data]\nrefresh_seconds = 0.1\n").unwrap();
    let config = config.to_str().unwrap();
    let serving = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--data", data, "--config", config]);
    run_with("growthpole retract china-provinces 4 --reason 'wrong units'", &["--data", data]).succeeded();
    let latest = || {
        let line = "growthpole call growthpole.v1.DatasetService/GetDataset '{\"dataset\":\"china-provinces\"}'";
        run_with(line, &["--server", &serving.address]).json()["dataset"]["latestVintage"].clone()
    };
    let began = Instant::now();
    while latest() != json!(3) {
        assert!(began.elapsed() < Duration::from_secs(30), "the service never looked");
    }
    let by_number = run_with(
        "growthpole observations --dataset china-provinces --indicator gdp --vintage 4 --output csv",
        &["--server", &serving.address],
    );
    assert!(by_number.stderr.contains("was retracted on"), "{}", by_number.stderr);
    assert!(by_number.stderr.contains("wrong units (VINTAGE_RETRACTED)"), "{}", by_number.stderr);
    assert_eq!(serving.stop(), 0);
}

#[test]
fn a_watch_lasts_until_the_service_stops() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("growthpole.toml");
    std::fs::write(&config, "[server]\ndefault_deadline_seconds = 0.2\n").unwrap();
    let (data, config) = (directory.path().to_str().unwrap(), config.to_str().unwrap());
    let serving = Serving::start(&["serve", "--listen", "127.0.0.1:0", "--data", data, "--config", config]);
    let method = "growthpole.v1.DatasetService/WatchDatasets";
    let mut watch = program(&["call", "--server", &serving.address, method, "{}"]);
    let mut watch = watch.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let state: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(state["state"]["datasets"][0]["latestVintage"], 4);
    // Several times as long as other calls may take.
    std::thread::sleep(Duration::from_secs(1));
    assert!(watch.try_wait().unwrap().is_none(), "the watch ended early");
    assert_eq!((serving.stop(), watch.wait().unwrap().code()), (0, Some(0)));
}

#[test]
fn what_is_not_there_is_neither_made_nor_called_whole() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("misspelt");
    for command in ["growthpole verify", "growthpole gc"] {
        let ran = run_with(command, &["--data", place.to_str().unwrap()]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("there is no data directory"), "{}", ran.stderr);
    }
    assert!(!place.exists());
}

#[test]
fn a_folder_is_no_file_to_import() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().to_str().unwrap();
    let ran = run_with("growthpole import", &[folder, "--dataset", "d", "--data", folder]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("it is a folder"), "{}", ran.stderr);
}
