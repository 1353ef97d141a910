//! Bad input: each answered with the right code, the reason, and the field to blame; the server goes on.

mod aggregate_observations;
mod division;
mod growth;
mod parameters;
mod selections;
mod track_ranks;

use growthpole_tests::call::{Client, Refused};
use growthpole_tests::process::{Growthpole, SHAPES};
use serde_json::{Value, json};
use tonic::Code;

/// A call, and how it is to be refused: code, reason, field, and a part of the sentence.
struct Case {
    path: &'static str,
    request: Value,
    code: Code,
    reason: &'static str,
    field: &'static str,
    says: &'static str,
}

fn case(
    path: &'static str,
    request: Value,
    code: Code,
    reason: &'static str,
    field: &'static str,
    says: &'static str,
) -> Case {
    Case { path, request, code, reason, field, says }
}

const RANK: &str = "GrowthRankingService/RankGrowth";
const DIVIDE: &str = "IndustryDivisionService/ProposeDivision";
const COMPARE: &str = "IndustryDivisionService/CompareStructures";
const MEASURE: &str = "IndustryDivisionService/MeasureSpecialization";
const QUERY: &str = "ObservationService/QueryObservations";

/// A valid ranking, with some of its selection replaced.
fn rank(replace: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp_real_growth", "periods": {"list": {"periods": ["2015"]}}
    }});
    set(&mut request["selection"], replace);
    request
}

/// A valid division, with some of its fields and of its selection replaced.
fn divide(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "employment_by_division",
        "periods": {"list": {"periods": ["2015"]}},
        "regions": {"codes": {"codes": ["230000", "220000"]}},
        "industries": {"codes": {"codes": ["C13", "C14", "C34", "C35", "C36", "C37"]}}
    }});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

fn structure(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "employment_by_section",
        "periods": {"list": {"periods": ["2015"]}}
    }});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

fn set(object: &mut Value, fields: Value) {
    for (key, value) in fields.as_object().unwrap() {
        object[key] = value.clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn is_refused_with_details_in_both_shapes() {
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        let cases = [
            aggregate_observations::cases(),
            division::concentration(),
            division::economic_base(),
            growth::convergence(),
            selections::unknown_names(),
            selections::vintages_and_periods(),
            selections::empty_and_undefined(),
            parameters::parameters(),
            division::divisions(),
            division::engines_and_transition(),
            division::plans(),
            division::relatedness_and_complexity(),
            growth::inequalities(),
            growth::decompositions(),
            growth::projections(),
            track_ranks::cases(),
            growth::turning_points(),
        ];
        let cases = cases.into_iter().flatten();
        let mut wrong = Vec::new();
        for case in cases {
            match client.raw(case.path, &case.request).await.map_err(Refused::from) {
                Ok(_) => wrong.push(format!("{} {} was accepted", case.path, case.request)),
                Err(refused) => wrong.extend(mismatch(&case, &refused)),
            }
        }
        assert!(wrong.is_empty(), "{shape:?}: {} refusals differ:\n{}", wrong.len(), wrong.join("\n\n"));
        client.raw(RANK, &rank(json!({}))).await.expect("the server goes on");
        client.raw(DIVIDE, &divide(json!({}), json!({}))).await.expect("the server goes on");
    }
}

fn mismatch(case: &Case, refused: &Refused) -> Option<String> {
    let blames = refused.violations.iter().any(|(field, _)| field == case.field);
    let descriptions = refused.violations.iter().map(|(_, description)| description.as_str());
    let says = descriptions.chain([refused.message.as_str()]).any(|text| text.contains(case.says));
    let fits =
        refused.code == case.code && refused.reason == case.reason && refused.domain == "growthpole" && blames && says;
    (!fits).then(|| {
        format!(
            "{} {}\n  wanted {:?} {} {} \"{}\"\n  got {refused:?}",
            case.path, case.request, case.code, case.reason, case.field, case.says
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_token_of_another_request_is_refused() {
    let growthpole = Growthpole::start(SHAPES[0]);
    let client = Client::connect(&growthpole.endpoint).await;
    let page = |indicator: &str, token: &str| json!({"filter": {"dataset": "china-provinces", "indicators": [indicator]}, "pageSize": 10, "pageToken": token});
    let first = client.json(QUERY, &page("gdp", "")).await.unwrap();
    let token = first["nextPageToken"].as_str().unwrap();
    let second = client.json(QUERY, &page("gdp", token)).await.unwrap();
    assert_ne!(first["observations"], second["observations"]);
    for (indicator, token) in [("population", token), ("gdp", "nonsense"), ("gdp", &token[1..])] {
        let refused = Refused::from(client.raw(QUERY, &page(indicator, token)).await.unwrap_err());
        assert_eq!((refused.code, refused.reason.as_str()), (Code::InvalidArgument, "PAGE_TOKEN_MISMATCH"));
        assert_eq!(refused.violations[0].0, "page_token");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_add_up_to_the_stream() {
    let growthpole = Growthpole::start(SHAPES[0]);
    let client = Client::connect(&growthpole.endpoint).await;
    let filter = json!({"dataset": "harbin-changchun", "indicators": ["gdp", "population_registered"]});
    let stream = client.json_stream("ObservationService/StreamObservations", &json!({"filter": filter})).await.unwrap();
    let streamed: Vec<&Value> = stream.iter().flat_map(|part| part["observations"].as_array().unwrap()).collect();
    let mut paged = Vec::new();
    let mut token = String::new();
    loop {
        let request = json!({"filter": filter, "pageSize": 100, "pageToken": token});
        let page = client.json(QUERY, &request).await.unwrap();
        assert_eq!(page["totalSize"], streamed.len() as i64);
        paged.extend(page["observations"].as_array().unwrap().clone());
        token = page["nextPageToken"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(paged.iter().collect::<Vec<_>>(), streamed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_over_the_limit_is_refused_and_the_server_goes_on() {
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        let codes: Vec<String> = (0..700_000).map(|number| format!("{number:07}")).collect();
        for path in [RANK, "CatalogService/ListRegions"] {
            let key = if path == RANK { "selection" } else { "regions" };
            let regions = json!({"codes": {"codes": codes}});
            let request = if path == RANK {
                rank(json!({"regions": regions}))
            } else {
                json!({"dataset": "china-provinces", key: regions})
            };
            let refused = Refused::from(client.raw(path, &request).await.unwrap_err());
            assert_eq!((refused.code, refused.reason.as_str()), (Code::OutOfRange, "MESSAGE_TOO_LARGE"), "{refused:?}");
        }
        client.raw(RANK, &rank(json!({}))).await.expect("the server goes on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_method_and_a_broken_message_are_refused() {
    let growthpole = Growthpole::start(SHAPES[0]);
    let client = Client::connect(&growthpole.endpoint).await;
    let unknown = Refused::from(client.raw_bytes("/growthpole.v1.Nowhere/Ask", bytes::Bytes::new()).await.unwrap_err());
    assert_eq!((unknown.code, unknown.reason.as_str()), (Code::Unimplemented, "UNKNOWN_METHOD"));
    let broken = client.raw_bytes("/growthpole.v1.DatasetService/GetDataset", bytes::Bytes::from_static(b"\xff\xff"));
    let broken = Refused::from(broken.await.unwrap_err());
    assert_eq!((broken.code, broken.reason.as_str()), (Code::InvalidArgument, "UNREADABLE_MESSAGE"));
}
