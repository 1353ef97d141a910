use growthpole_contracts::v1;
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, industries, invalid, refusal, regions, selection,
};
use v1::benchmark::By;

use super::answer;

type Answer = Result<v1::MeasureSpecializationResponse, tonic::Status>;

const INDUSTRIES: [&str; 3] = ["a", "b", "c"];

/// Jobs in a, b and c; one or two years.
fn tables(rows: &[(&'static str, &[f64])]) -> Tables {
    let jobs = Table::new("jobs", &["2014", "2015"], rows).with_industries(&INDUSTRIES);
    let rates = Table::new("rates", &["2014"], rows).with_industries(&INDUSTRIES).rates();
    Tables(vec![jobs, rates, Table::new("plain", &["2014"], &[("r1", &[1.0])])])
}

const R1: &[f64] = &[30.0, 10.0, 0.0, 1.0, 1.0, 2.0];
const R2: &[f64] = &[10.0, 50.0, 0.0, 1.0, 1.0, 0.0];

fn request(indicator: &str, periods: &str) -> v1::MeasureSpecializationRequest {
    v1::MeasureSpecializationRequest { selection: Some(selection(indicator, periods)), presence_threshold: None }
}

async fn ask(rows: &[(&'static str, &[f64])], request: v1::MeasureSpecializationRequest) -> Answer {
    answer(&tables(rows), request).await
}

fn with(change: impl FnOnce(&mut v1::Selection)) -> v1::MeasureSpecializationRequest {
    let mut request = request("jobs", "2014");
    change(request.selection.as_mut().unwrap());
    request
}

fn close(actual: Option<f64>, expected: f64) -> bool {
    actual.is_some_and(|actual| (actual - expected).abs() < 1e-12)
}

fn cell<'a>(
    response: &'a v1::MeasureSpecializationResponse,
    region: &str,
    industry: &str,
) -> &'a v1::SpecializationCell {
    let is = |cell: &&v1::SpecializationCell| {
        cell.region.as_ref().unwrap().code == region && cell.industry.as_ref().unwrap().code == industry
    };
    response.cells.iter().find(is).unwrap()
}

#[tokio::test]
async fn measures_with_every_field() {
    let response = ask(&[("r2", R2), ("r1", R1)], request("jobs", "2014")).await.unwrap();
    let order: Vec<(&str, &str)> = response
        .cells
        .iter()
        .map(|cell| (cell.region.as_ref().unwrap().code.as_str(), cell.industry.as_ref().unwrap().code.as_str()))
        .collect();
    assert_eq!(order, [("r1", "a"), ("r1", "b"), ("r1", "c"), ("r2", "a"), ("r2", "b"), ("r2", "c")]);
    // Shares of r1 are 0.75 and 0.25; shares overall are 0.4 and 0.6.
    let first = cell(&response, "r1", "a");
    assert_eq!((first.period.as_str(), first.amount, first.share), ("2014", Some(30.0), Some(0.75)));
    assert_eq!((first.region.as_ref().unwrap().name.as_str(), first.reason.as_str()), ("Region r1", ""));
    assert!(close(first.location_quotient, 1.875));
    assert!(close(first.symmetric, 0.875 / 2.875));
    assert!(close(first.logarithmic, 1.875_f64.ln()));
    assert!(close(first.additive, 0.35));
    assert!(close(first.excess, 14.0));
    // Of two values, each lies half of the square root of 2 from their mean.
    assert!(close(first.standardized, 0.5_f64.sqrt()));
    assert!(close(cell(&response, "r2", "a").standardized, -(0.5_f64.sqrt())));
    assert_eq!((first.present, cell(&response, "r2", "a").present), (Some(true), Some(false)));
    let nowhere = cell(&response, "r1", "c");
    assert_eq!(
        (nowhere.reason.as_str(), nowhere.location_quotient, nowhere.share),
        ("EMPTY_INDUSTRY", None, Some(0.0))
    );
    assert_eq!((nowhere.standardized, nowhere.present), (None, None));
    let against = response.benchmark.unwrap();
    assert_eq!((against.region, against.sum_of_level.as_str()), (None, "PROVINCE"));
    assert_eq!((response.presence_threshold, response.warnings), (1.0, vec![]));
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.IndustryDivisionService/MeasureSpecialization");
    assert_eq!((provenance.method_revision, provenance.panel_digest.len()), (1, 64));
}

#[tokio::test]
async fn equal_shares_count_as_present_and_are_not_standardised() {
    let mut request = request("jobs", "2015");
    request.presence_threshold = Some(1.0);
    let equal: &[f64] = &[1.0, 1.0, 1.0, 0.1, 0.1, 0.1];
    let larger: &[f64] = &[1.0, 1.0, 1.0, 0.7, 0.7, 0.7];
    let response = ask(&[("r1", equal), ("r2", larger)], request.clone()).await.unwrap();
    assert!(response.cells.iter().all(|cell| cell.present == Some(true) && cell.standardized.is_none()));
    request.presence_threshold = Some(1.5);
    let response = ask(&[("r1", equal), ("r2", larger)], request).await.unwrap();
    assert!(response.cells.iter().all(|cell| cell.present == Some(false)));
    assert_eq!(response.presence_threshold, 1.5);
}

#[tokio::test]
async fn totals_are_over_all_industries_whatever_is_shown() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    let chosen = with(|selection| {
        selection.industries = industries(&["b"]);
        selection.regions = regions(&["r1"]);
    });
    let response = ask(&rows, chosen).await.unwrap();
    assert_eq!((response.cells.len(), response.cells[0].share), (1, Some(0.25)));
    assert!(close(response.cells[0].location_quotient, 0.25 / 0.6));
    assert_eq!(response.cells[0].standardized, None, "one region has no spread");
    let unknown = ask(&rows, with(|selection| selection.industries = industries(&["x"]))).await;
    assert_eq!(refusal(unknown), ("UNKNOWN_INDUSTRY".into(), vec!["selection.industries.codes".into()]));
}

#[tokio::test]
async fn measures_several_periods() {
    let response = ask(&[("r1", R1), ("r2", R2)], request("jobs", "2014..2015")).await.unwrap();
    let periods: Vec<&str> = response.cells.iter().map(|cell| cell.period.as_str()).collect();
    assert_eq!((periods.len(), periods[0], periods[6]), (12, "2014", "2015"));
    // In 2015 r1 has 4 of 6 jobs, and all of industry c.
    assert!(close(response.cells[8].location_quotient, 0.5 / (2.0 / 6.0)));
}

#[tokio::test]
async fn the_order_of_the_request_does_not_matter() {
    let mut results = Vec::new();
    for (order, chosen) in [(["r1", "r2"], ["a", "b"]), (["r2", "r1"], ["b", "a"])] {
        let request = with(|selection| {
            selection.regions = regions(&order);
            selection.industries = industries(&chosen);
        });
        results.push(ask(&[("r2", R2), ("r1", R1)], request).await.unwrap().cells);
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn applies_the_policy_for_missing_cells() {
    let holed: &[f64] = &[1.0, NAN, 1.0];
    let empty: &[f64] = &[0.0, 0.0, 0.0];
    let rows: [(&str, &[f64]); 4] = [("r1", R1), ("r2", R2), ("r3", holed), ("r4", empty)];
    let policy = |policy: v1::MissingPolicy| with(|selection| selection.missing = policy.into());
    let (reason, fields) = refusal(ask(&rows, request("jobs", "2014")).await);
    assert_eq!((reason.as_str(), fields), ("MISSING_CELLS", vec!["selection.missing".to_owned()]));
    // The missing cell counts for the region's total even when its industry is not shown.
    let hidden = with(|selection| selection.industries = industries(&["a"]));
    assert_eq!(refusal(ask(&rows, hidden).await).0, "MISSING_CELLS");

    let response = ask(&rows, policy(v1::MissingPolicy::Keep)).await.unwrap();
    assert_eq!(response.cells.len(), 12);
    let missing = cell(&response, "r3", "b");
    assert_eq!((missing.reason.as_str(), missing.amount, missing.share), ("MISSING_VALUE", None, None));
    let beside = cell(&response, "r3", "a");
    assert_eq!((beside.reason.as_str(), beside.amount, beside.share), ("MISSING_VALUE", Some(1.0), None));
    assert_eq!(cell(&response, "r1", "a").reason, "");
    let nothing = cell(&response, "r4", "a");
    assert_eq!((nothing.reason.as_str(), nothing.share, nothing.location_quotient), ("EMPTY_REGION", None, None));

    let response = ask(&rows, policy(v1::MissingPolicy::DropRegion)).await.unwrap();
    assert_eq!((response.cells.len(), codes(&response.warnings)), (9, vec!["REGIONS_DROPPED"]));
    let response = ask(&rows, policy(v1::MissingPolicy::DropIndustry)).await.unwrap();
    assert_eq!((response.cells.len(), codes(&response.warnings)), (8, vec!["INDUSTRIES_DROPPED"]));
    let response = ask(&rows, policy(v1::MissingPolicy::AsZero)).await.unwrap();
    assert_eq!((cell(&response, "r3", "a").share, codes(&response.warnings)), (Some(0.5), vec!["MISSING_AS_ZERO"]));
}

#[tokio::test]
async fn needs_the_whole_benchmark() {
    let published = |policy: v1::MissingPolicy| {
        with(|selection| {
            selection.benchmark = benchmark(By::DatasetRegion(true));
            selection.missing = policy.into();
        })
    };
    let whole: &[f64] = &[40.0, 60.0, 1.0];
    let holed: &[f64] = &[40.0, NAN, 1.0];
    let usual = v1::MissingPolicy::Unspecified;
    let response = ask(&[("r1", R1), (NATION, whole)], published(usual)).await.unwrap();
    assert_eq!(response.benchmark.unwrap().region.unwrap().code, NATION);
    let refused = ask(&[("r1", R1), (NATION, holed)], published(usual)).await;
    assert!(refused.as_ref().unwrap_err().message().contains("industry b in 2014"));
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
    let response = ask(&[("r1", R1), (NATION, holed)], published(v1::MissingPolicy::Keep)).await.unwrap();
    assert!(response.cells.iter().all(|cell| cell.reason == "MISSING_VALUE" && cell.amount.is_some()));
    assert_eq!(refusal(ask(&[("r1", R1)], published(usual)).await), invalid("selection.benchmark"));
    let empty: &[f64] = &[0.0, 0.0, 0.0];
    assert_eq!(refusal(ask(&[("r1", empty)], request("jobs", "2014")).await).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    for threshold in [0.0, -1.0, NAN, f64::INFINITY] {
        let mut request = request("jobs", "2014");
        request.presence_threshold = Some(threshold);
        assert_eq!(refusal(ask(&rows, request).await), invalid("presence_threshold"), "{threshold}");
    }
    for indicator in ["rates", "plain"] {
        assert_eq!(refusal(ask(&rows, request(indicator, "2014")).await), invalid("selection.indicator"));
    }
    let without = with(|selection| selection.benchmark = benchmark(By::None(true)));
    assert_eq!(refusal(ask(&rows, without).await), invalid("selection.benchmark"));
    let negative: &[f64] = &[1.0, -2.0, 1.0];
    let refused = ask(&[("r1", negative), ("r2", R2)], request("jobs", "2014")).await;
    assert_eq!(refused.as_ref().unwrap_err().message(), "r1 b: -2 is not an amount");
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
}
