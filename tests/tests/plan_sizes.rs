//! How large division plans may be, over real sockets: in, at and above every limit, and how soon large ones end.

use std::time::Duration;

use growthpole_contracts::v1::ProposeDivisionResponse;
use growthpole_contracts::v1::analyze_division_response::Part;
use growthpole_tests::analysis::ONE_THREAD;
use growthpole_tests::call::{Client, Refused};
use growthpole_tests::division::{begin, freed_within, search};
use growthpole_tests::jobs::{data, start, with};
use growthpole_tests::process::SHAPES;
use serde_json::{Value, json};
use tonic::Code;

/// A request of the first so many regions and industries.
fn request(regions: usize, industries: usize, further: &Value) -> Value {
    let codes = |letter: char, digits: usize, number: usize| {
        (0..number).map(|at| format!("{letter}{at:0digits$}")).collect::<Vec<_>>()
    };
    let selection = json!({
        "dataset": "large", "indicator": "jobs", "periods": {"list": {"periods": ["2015"]}},
        "regions": {"codes": {"codes": codes('r', 4, regions)}},
        "industries": {"codes": {"codes": codes('i', 3, industries)}}
    });
    with(further.clone(), "selection", selection)
}

async fn planned(client: &Client, request: &Value) -> Result<Value, Refused> {
    client.json("IndustryDivisionService/ProposeDivision", request).await.map_err(Refused::from)
}

fn assert_too_large(refused: Result<Value, Refused>, field: &str, facts: &[(&str, &str)]) {
    let refused = refused.expect_err("it is too large");
    assert_eq!((refused.code, refused.reason.as_str()), (Code::InvalidArgument, "DIVISION_TOO_LARGE"), "{refused:?}");
    assert!(refused.violations.iter().all(|(own, _)| own == field) && refused.violations.len() == 1, "{refused:?}");
    for (key, value) in facts {
        assert!(refused.metadata.contains(&((*key).to_owned(), (*value).to_owned())), "{refused:?}");
    }
}

fn answer_of(part: Option<Part>) -> Option<ProposeDivisionResponse> {
    match part {
        Some(Part::ProposeDivision(answer)) => Some(answer),
        Some(Part::Progress(_)) => None,
        other => panic!("{other:?}"),
    }
}

/// Any flow is a plan, so that time that is up leaves one.
fn loose() -> Value {
    json!({"homes": {"min": 0, "max": 25}, "focuses": {"min": 0, "max": 2}})
}

#[tokio::test(flavor = "multi_thread")]
async fn transportation_of_thousands_of_regions_is_planned_up_to_its_limits() {
    let data = data(3126, 129);
    for shape in SHAPES {
        let growthpole = start(shape, data.path(), &[ONE_THREAD, ("GROWTHPOLE__COMPUTE__AT_ONCE", "1")]);
        let client = Client::connect(&growthpole.endpoint).await;

        // 3 000 counties and 34 industries, with all margins.
        let counties = request(3000, 34, &json!({"homes": {"min": 89, "max": 89}}));
        let mut parts = search(&client, &counties).await;
        let mut answer = None;
        while let Some(part) = parts.message().await.unwrap() {
            answer = answer_of(part.part).or(answer);
        }
        let answer = answer.expect("an answer ends the stream");
        assert!(answer.proven && answer.margin.is_some() && answer.warnings.is_empty(), "{:?}", answer.warnings);
        assert_eq!((answer.regions.len(), answer.cells.len()), (3000, 102_000));
        assert!(answer.regions.iter().all(|row| (1..=2).contains(&row.focuses.len())));
        assert_eq!(answer.cells.iter().filter(|cell| cell.focus).count(), 34 * 89);
        assert!(answer.cells.iter().all(|cell| cell.forced || cell.margin.is_some_and(|margin| margin >= 0.0)));

        // At the limit of pairs, and where time is up.
        let search = json!({"withoutMargins": true, "timeLimitSeconds": 10.0});
        let at_most = with(loose(), "search", search);
        let answer = planned(&client, &request(3125, 128, &at_most)).await.unwrap();
        assert_eq!(answer["cells"].as_array().unwrap().len(), 400_000);
        assert!(answer["gap"].as_f64().unwrap() >= 0.0);
        let facts = [("regions", "3126"), ("industries", "128")];
        assert_too_large(planned(&client, &request(3126, 128, &at_most)).await, "selection", &facts);
        // At the limit of the shorter side, and above.
        planned(&client, &request(128, 129, &at_most)).await.unwrap();
        let facts = [("regions", "129"), ("industries", "129")];
        assert_too_large(planned(&client, &request(129, 129, &at_most)).await, "selection", &facts);

        // A hundred further plans of 400 000 pairs take far longer than anybody waits.
        let long = request(3125, 128, &with(loose(), "search", json!({"alternatives": 100})));
        let (mut parts, first) = begin(&client, &long).await;
        let next = parts.message().await.unwrap().expect("it goes on");
        let Some(Part::Progress(next)) = next.part else { panic!("it takes longer than a second and a half") };
        assert!(first.total > 0 && next.done > first.done, "{first:?} {next:?}");
        drop(parts);
        let freed = freed_within(&client, &long, &request(2, 3, &json!({}))).await;
        assert!(freed < Duration::from_millis(100), "the search went on for {freed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_of_other_constraints_are_taken_up_to_their_limits() {
    let data = data(129, 257);
    for shape in SHAPES {
        let growthpole = start(shape, data.path(), &[]);
        let client = Client::connect(&growthpole.endpoint).await;
        // A group makes it no transportation problem.
        let grouped = json!({
            "industryGroups": [{"rule": "GROUP_RULE_APART", "industries": ["i000", "i001"]}],
            "search": {"withoutMargins": true, "timeLimitSeconds": 20.0}
        });
        let answer = planned(&client, &request(128, 256, &grouped)).await.unwrap();
        let own =
            |row: &Value| row["focuses"].as_array().unwrap().iter().map(|own| own["code"].clone()).collect::<Vec<_>>();
        let rows: Vec<Vec<Value>> = answer["regions"].as_array().unwrap().iter().map(own).collect();
        assert!(rows.len() == 128 && rows.iter().all(|row| row.len() == 2), "{rows:?}");
        assert!(!rows.iter().any(|row| row.contains(&json!("i000")) && row.contains(&json!("i001"))), "{rows:?}");
        for (regions, industries) in [(129, 2), (2, 257), (129, 257)] {
            let [rows, columns] = [regions, industries].map(|number| number.to_string());
            let facts = [("regions", rows.as_str()), ("industries", columns.as_str())];
            assert_too_large(planned(&client, &request(regions, industries, &grouped)).await, "selection", &facts);
        }
        // An integer programme has a limit of its own: pairs, and pairs of homes that cost something together.
        let shared = json!({
            "homes": {"min": 1, "max": 2}, "frictionWeight": 1.0,
            "search": {"engine": "DIVISION_ENGINE_MICROLP", "timeLimitSeconds": 5.0}
        });
        let refused = planned(&client, &request(128, 30, &shared)).await;
        assert_too_large(refused, "search.engine", &[("variables", "247680")]);
    }
}
