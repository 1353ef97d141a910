//! A data set of jobs in as many regions and industries as a test wants.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Growthpole, Shape, program};

const MAPPING: &str = r#"
[columns]
region = "region"
industry = "industry"
period = "period"
value = "value"

[constants]
indicator = "jobs"

[indicators.jobs]
names = { en = "Jobs" }
unit = "persons"
aggregation = "SUM"
classification = "classes"
"#;

/// A folder whose `data` is a data directory with the data set `large`: jobs of 2015 in regions `r0000` on and industries
/// `i000` on.
pub fn data(regions: usize, industries: usize) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut file = String::from("region,industry,period,value\n");
    for region in 0..regions {
        for industry in 0..industries {
            let jobs = 50 + (region * 37 + industry * 61 + region * region * industry) % 1013;
            writeln!(file, "r{region:04},i{industry:03},2015,{jobs}").unwrap();
        }
    }
    let (path, mapping) = (directory.path().join("jobs.csv"), directory.path().join("mapping.toml"));
    std::fs::write(&path, file).unwrap();
    std::fs::write(&mapping, MAPPING).unwrap();
    let import = ["import", path.to_str().unwrap(), "--dataset", "large", "--published", "2016"];
    let mut command = Command::new(program());
    command.args(import).arg("--mapping").arg(&mapping).arg("--data").arg(directory.path().join("data"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    directory
}

/// Starts a shape over such a folder.
pub fn start(shape: Shape, folder: &Path, variables: &[(&str, &str)]) -> Growthpole {
    let store = folder.join("data");
    let store = ("GROWTHPOLE__DATA__DIRECTORY", store.to_str().unwrap());
    Growthpole::start_with(shape, &[variables, &[store]].concat())
}

/// A request with one field more.
pub fn with(mut request: Value, field: &str, value: Value) -> Value {
    request[field] = value;
    request
}
