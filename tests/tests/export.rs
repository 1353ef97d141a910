//! A vintage as a file, over a real socket and by the command line: every format holds what StreamObservations gives.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::process::Command;

use growthpole_contracts::v1::export_vintage_response::Part;
use growthpole_contracts::v1::{ExportHeader, ExportVintageResponse, StreamObservationsResponse};
use growthpole_ingest::{Cell, Labels, Options, Sink, Source, read};
use growthpole_tests::call::{Client, Refused};
use growthpole_tests::process::{Growthpole, Shape, data_directory, program};
use prost::Message as _;
use serde_json::{Value, json};
use tonic::Code;

const EXPORT: &str = "ObservationService/ExportVintage";
const INDICATORS: [&str; 3] = ["employment_by_section", "gdp", "gdp_real_growth"];

/// Names of formats on the command line, and in requests.
const FORMATS: [(&str, &str); 5] = [
    ("csv", "EXPORT_FORMAT_CSV"),
    ("sdmx-csv", "EXPORT_FORMAT_SDMX_CSV"),
    ("json-stat", "EXPORT_FORMAT_JSON_STAT"),
    ("parquet", "EXPORT_FORMAT_PARQUET"),
    ("arrow", "EXPORT_FORMAT_ARROW"),
];

/// An observation by its key: the bits of its value, status, note, source and flag.
type Rows = BTreeMap<[String; 4], (Option<u64>, [String; 4])>;

struct Kept(Rows);

impl Sink for Kept {
    fn cells(&mut self, labels: &Labels, cells: &[Cell]) -> ControlFlow<()> {
        let Labels { indicators, regions, industries, texts } = labels;
        for cell in cells {
            let codes = [indicators.text(cell.indicator), regions.text(cell.region), industries.text(cell.industry)];
            let [indicator, region, industry] = codes.map(str::to_owned);
            let [note, source, flag] = [cell.note, cell.source, cell.flag].map(|at| texts.text(at).to_owned());
            let value = (!cell.value.is_nan()).then(|| cell.value.to_bits());
            let said = [cell.status.to_string(), note, source, flag];
            let before = self.0.insert([indicator, region, industry, cell.period.to_string()], (value, said));
            assert_eq!(before, None);
        }
        ControlFlow::Continue(())
    }
}

/// The observations of a file, by the readers of imports.
fn rows_of(bytes: &[u8]) -> Rows {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let mut kept = Kept(Rows::new());
    let outcome = read(&mut Source::new(file, "export").unwrap(), &Options::default(), &mut kept);
    assert_eq!((outcome.report.errors(), outcome.report.warnings()), (0, 0), "{}", outcome.report);
    kept.0
}

async fn streamed(client: &Client) -> Rows {
    let request = json!({"filter": {"dataset": "china-provinces", "indicators": INDICATORS}});
    let parts = client.raw("ObservationService/StreamObservations", &request).await.unwrap();
    let parts = parts.into_iter().map(|part| StreamObservationsResponse::decode(part).unwrap());
    let row = |row: growthpole_contracts::v1::Observation| {
        let value = row.value.map(f64::to_bits);
        ([row.indicator, row.region, row.industry, row.period], (value, [row.status, row.note, row.source, row.flag]))
    };
    parts.flat_map(|part| part.observations).map(row).collect()
}

fn request(format: &str) -> Value {
    json!({"dataset": "china-provinces", "indicators": INDICATORS, "format": format})
}

async fn exported(client: &Client, request: &Value) -> (ExportHeader, Vec<u8>) {
    let parts = client.raw(EXPORT, request).await.unwrap();
    let mut parts = parts.into_iter().map(|part| ExportVintageResponse::decode(part).unwrap().part.unwrap());
    let Some(Part::Header(header)) = parts.next() else { panic!("the header comes first") };
    let mut bytes = Vec::new();
    for part in parts {
        let Part::Chunk(chunk) = part else { panic!("chunks follow the header") };
        assert!(!chunk.is_empty() && chunk.len() <= 256 * 1024);
        bytes.extend(chunk);
    }
    (header, bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_holds_what_is_streamed_and_the_command_line_writes_the_same_bytes() {
    let growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    let expected = streamed(&client).await;
    assert!(expected.len() > 5000, "{}", expected.len());
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in FORMATS {
        let (header, bytes) = exported(&client, &request(format)).await;
        let provenance = header.provenance.unwrap();
        assert_eq!(provenance.dataset, "china-provinces");
        assert!(
            header.file_name.starts_with(&format!("china-provinces-{}.", provenance.vintage)),
            "{}",
            header.file_name
        );
        assert!(rows_of(&bytes) == expected, "{name}");
        assert_eq!(exported(&client, &request(format)).await.1, bytes, "{name}");

        let file = folder.path().join(&header.file_name);
        let indicators = INDICATORS.join(",");
        let arguments = ["export", "china-provinces", "--format", name, "--indicator", indicators.as_str()];
        let mut command = Command::new(program());
        let output =
            command.args(arguments).arg("--output").arg(&file).args(["--server", &growthpole.endpoint]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(std::fs::read(&file).unwrap() == bytes, "{name}");
        let mut command = Command::new(program());
        let output = command.args(arguments).arg("--data").arg(data_directory()).output().unwrap();
        assert!(output.stdout == bytes, "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), FORMATS.len(), "nothing is left beside the files");
}

#[test]
fn a_link_is_followed_a_pipe_is_written_to_and_a_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let export = |output: &str| {
        let mut command = Command::new(program());
        command.args(["export", "china-provinces", "--indicator", "gdp", "--data"]).arg(data_directory());
        command.arg("--output").arg(output).current_dir(folder.path()).output().unwrap()
    };
    assert!(export("file.csv").status.success());
    let expected = std::fs::read(path("file.csv")).unwrap();
    assert!(expected.len() > 1000);

    std::fs::write(path("other.csv"), "what was there before").unwrap();
    std::os::unix::fs::symlink("other.csv", path("link.csv")).unwrap();
    assert!(export("link.csv").status.success());
    assert!(path("link.csv").is_symlink() && std::fs::read(path("other.csv")).unwrap() == expected);

    assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    let reading = std::thread::spawn({
        let pipe = path("pipe");
        move || std::fs::read(pipe).unwrap()
    });
    let piped = export("pipe");
    assert!(piped.status.success(), "{}", String::from_utf8_lossy(&piped.stderr));
    assert!(reading.join().unwrap() == expected);

    let refused = export(".");
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && text.contains(". cannot be written: it is a folder"), "{text}");
    let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["file.csv", "link.csv", "other.csv", "pipe"]);
}

#[test]
#[cfg(target_os = "linux")]
fn an_export_that_is_killed_leaves_no_part_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file.csv");
    let start = || {
        let mut command = Command::new(program());
        command.args(["export", "china-provinces", "--data"]).arg(data_directory()).arg("--output").arg(&file);
        command.stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    let began = std::time::Instant::now();
    assert!(start().wait().unwrap().success());
    let (lasts, expected) = (began.elapsed(), std::fs::read(&file).unwrap());
    for turn in 0..40 {
        let _ = std::fs::remove_file(&file);
        let mut export = start();
        std::thread::sleep(lasts * turn / 40);
        export.kill().unwrap();
        export.wait().unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let left = entry.unwrap().path();
            assert!(left == file && std::fs::read(&left).unwrap() == expected, "{turn}: {}", left.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_exported_and_without_one_the_whole_vintage() {
    let growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    let chosen = json!({
        "dataset": "china-provinces", "indicators": ["gdp"], "format": "EXPORT_FORMAT_CSV", "vintage": {"number": 3},
        "regions": {"codes": {"codes": ["220000", "230000"]}}, "periods": {"range": {"start": "2014", "end": "2015"}}
    });
    let (header, bytes) = exported(&client, &chosen).await;
    let keys: Vec<[String; 4]> = rows_of(&bytes).into_keys().collect();
    assert_eq!((keys.len(), header.file_name.as_str()), (4, "china-provinces-3.csv"));
    assert!(keys.iter().all(|[indicator, region, _, period]| {
        indicator == "gdp"
            && ["220000", "230000"].contains(&region.as_str())
            && ["2014", "2015"].contains(&period.as_str())
    }));
    let whole = json!({"dataset": "harbin-changchun", "format": "EXPORT_FORMAT_PARQUET"});
    let (_, bytes) = exported(&client, &whole).await;
    let vintage = client.json("DatasetService/GetVintage", &json!({"dataset": "harbin-changchun"})).await.unwrap();
    let count = vintage["vintage"]["observationCount"].as_u64();
    assert_eq!(count, Some(rows_of(&bytes).len() as u64), "{vintage}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exported_is_refused_by_field() {
    let growthpole = Growthpole::start(Shape::OneProcess);
    let client = Client::connect(&growthpole.endpoint).await;
    let csv = "EXPORT_FORMAT_CSV";
    let cases = [
        (json!({"dataset": "china-provinces"}), Code::InvalidArgument, "INVALID_FIELD", "format"),
        (json!({"format": csv}), Code::InvalidArgument, "INVALID_FIELD", "dataset"),
        (json!({"dataset": "chyna-provinces", "format": csv}), Code::NotFound, "UNKNOWN_DATASET", "dataset"),
        (
            json!({"dataset": "china-provinces", "format": csv, "indicators": ["gdpp"]}),
            Code::NotFound,
            "UNKNOWN_INDICATOR",
            "indicators[0]",
        ),
        (
            json!({"dataset": "china-provinces", "format": csv, "regions": {"codes": {"codes": ["nowhere"]}}}),
            Code::NotFound,
            "UNKNOWN_REGION",
            "regions.codes.codes[0]",
        ),
        (
            json!({"dataset": "china-provinces", "format": csv, "periods": {"list": {"periods": ["1815"]}}}),
            Code::NotFound,
            "NO_DATA",
            "periods",
        ),
    ];
    for (request, code, reason, field) in cases {
        let refused = Refused::from(client.raw(EXPORT, &request).await.unwrap_err());
        assert_eq!((refused.code, refused.reason.as_str()), (code, reason), "{request}: {refused:?}");
        assert!(refused.violations.iter().any(|(known, _)| known == field), "{request}: {refused:?}");
    }
}
