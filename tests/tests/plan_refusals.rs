//! What division plans may not be asked for, over real sockets.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use growthpole_tests::call::Client;
use growthpole_tests::process::{Growthpole, SHAPES, Shape, program};
use serde_json::{Value, json};
use tempfile::TempDir;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A data directory with jobs of as many regions and industries.
fn data(regions: usize, industries: usize) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut file = String::from("region,industry,indicator,period,value\n");
    for region in 0..regions {
        for industry in 0..industries {
            let jobs = 50 + (region * 37 + industry * 61 + region * region * industry) % 1013;
            writeln!(file, "r{region:04},i{industry:03},jobs,2015,{jobs}").unwrap();
        }
    }
    let path = directory.path().join("jobs.csv");
    std::fs::write(&path, file).unwrap();
    let store = directory.path().join("data");
    let import = ["import", path.to_str().unwrap(), "--dataset", "large", "--published", "2016"];
    let output = Command::new(program()).args(import).arg("--data").arg(&store).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    directory
}

fn start(shape: Shape, data: &Path) -> Growthpole {
    Growthpole::start_with(shape, &[("GROWTHPOLE__DATA__DIRECTORY", data.join("data").to_str().unwrap())])
}

async fn propose(client: &Client, mut further: Value) -> Result<Value, Status> {
    further["selection"] = json!({"dataset": "large", "indicator": "jobs", "periods": {"list": {"periods": ["2015"]}}});
    client.json("IndustryDivisionService/ProposeDivision", &further).await
}

fn blamed(status: &Status) -> (Code, String, Vec<String>) {
    let details = status.get_error_details();
    let fields = details.bad_request().into_iter().flat_map(|request| &request.field_violations);
    let reason = details.error_info().map(|info| info.reason.clone()).unwrap_or_default();
    (status.code(), reason, fields.map(|violation| violation.field.clone()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_none_are_refused_by_their_field() {
    let data = data(2, 3);
    for shape in SHAPES {
        let growthpole = start(shape, data.path());
        let client = Client::connect(&growthpole.endpoint).await;
        let cases = [
            (json!({"search": {"alternatives": 1, "alternativesWithin": "NaN"}}), "search.alternatives_within"),
            (json!({"search": {"alternatives": 1, "alternativesWithin": "Infinity"}}), "search.alternatives_within"),
            (json!({"search": {"timeLimitSeconds": "NaN"}}), "search.time_limit_seconds"),
            (json!({"search": {"engine": 17}}), "search.engine"),
            (json!({"minimumPresence": "NaN"}), "minimum_presence"),
            (json!({"frictionWeight": "NaN"}), "friction_weight"),
        ];
        for (request, field) in cases {
            let refused = blamed(&propose(&client, request).await.unwrap_err());
            assert_eq!(refused, (Code::InvalidArgument, "INVALID_FIELD".into(), vec![field.into()]));
        }
    }
}
