use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, industries, invalid, refusal, regions, selection,
};
use tonic_types::StatusExt as _;
use v1::benchmark::By;

use super::{answer, response};

mod beside;
mod rules;
mod terms;

type Answer = Result<v1::ProposeDivisionResponse, tonic::Status>;

/// Jobs in a, b, c, d and everything else; the nation has a hundred of each and 600 others.
const R1: &[f64] = &[8.0, 6.0, 2.0, 1.0, 83.0];
const R2: &[f64] = &[4.0, 2.0, 6.0, 0.0, 88.0];
const WHOLE: &[f64] = &[100.0, 100.0, 100.0, 100.0, 600.0];
const ROWS: [(&str, &[f64]); 3] = [("r2", R2), ("r1", R1), (NATION, WHOLE)];

fn table(rows: &[(&'static str, &[f64])]) -> Table {
    let mut table = Table::new("jobs", &["2015"], rows).with_industries(&["a", "b", "c", "d", "x"]);
    table.borders = Some(vec![("r1", "r2")]);
    table
}

fn request() -> v1::ProposeDivisionRequest {
    let mut selection = selection("jobs", "2015");
    selection.industries = industries(&["a", "b", "c"]);
    selection.benchmark = benchmark(By::DatasetRegion(true));
    v1::ProposeDivisionRequest { selection: Some(selection), ..v1::ProposeDivisionRequest::default() }
}

fn changed(change: impl FnOnce(&mut v1::ProposeDivisionRequest)) -> v1::ProposeDivisionRequest {
    let mut request = request();
    change(&mut request);
    request
}

fn selecting(change: impl FnOnce(&mut v1::Selection)) -> v1::ProposeDivisionRequest {
    changed(|request| change(request.selection.as_mut().unwrap()))
}

async fn ask(request: v1::ProposeDivisionRequest) -> Answer {
    ask_of(table(&ROWS), request).await
}

async fn ask_of(table: Table, request: v1::ProposeDivisionRequest) -> Answer {
    let mut rates = table.clone().rates();
    rates.indicator.code = "rates".into();
    answer(&Tables(vec![table, rates]), request, &Job::new()).await
}

fn pair(region: &str, industry: &str) -> v1::DivisionPair {
    v1::DivisionPair { region: region.into(), industry: industry.into() }
}

fn bounds(min: i32, max: i32) -> Option<v1::CountBounds> {
    Some(v1::CountBounds { min: Some(min), max: Some(max) })
}

fn focuses(response: &v1::ProposeDivisionResponse) -> Vec<(&str, Vec<&str>)> {
    let shown = response.regions.iter().map(|region| {
        let industries = region.focuses.iter().map(|industry| industry.code.as_str()).collect();
        (region.region.as_ref().unwrap().code.as_str(), industries)
    });
    shown.collect()
}

fn close(actual: f64, expected: f64) -> bool {
    (actual - expected).abs() < 1e-12
}

#[tokio::test]
async fn proposes_with_every_field() {
    let response = ask(request()).await.unwrap();
    assert_eq!(focuses(&response), [("r1", vec!["a", "b"]), ("r2", vec!["c"])]);
    // Quotients are shares of all jobs of the region over a tenth: 0.8, 0.6 and 0.2 against 0.4, 0.2 and 0.6.
    assert!(close(response.objective, (0.8_f64 * 0.6 * 0.6).ln()));
    assert_eq!((response.value_sum, response.friction_sum), (response.objective, 0.0));
    // The least costly change swaps nothing but gives r2 also a, and r1 only b.
    assert!(close(response.margin.unwrap(), 2.0_f64.ln()));
    assert_eq!(response.value, v1::DivisionValue::LogQuotient as i32);
    assert!(!response.weighted_by_importance);
    assert_eq!((response.period.as_str(), response.warnings), ("2015", vec![]));
    let against = response.benchmark.unwrap();
    assert_eq!((against.region.unwrap().code.as_str(), against.sum_of_level.as_str()), (NATION, ""));

    let order: Vec<(&str, &str)> = response
        .cells
        .iter()
        .map(|cell| (cell.region.as_ref().unwrap().code.as_str(), cell.industry.as_ref().unwrap().code.as_str()))
        .collect();
    assert_eq!(order, [("r1", "a"), ("r1", "b"), ("r1", "c"), ("r2", "a"), ("r2", "b"), ("r2", "c")]);
    let cell = &response.cells[0];
    assert!(cell.focus && close(cell.location_quotient.unwrap(), 0.8) && close(cell.value.unwrap(), 0.8_f64.ln()));
    assert_eq!((cell.importance, response.cells[2].focus), (1.0, false));
    assert!(close(cell.margin.unwrap(), 2.0_f64.ln()));
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.IndustryDivisionService/ProposeDivision");
    assert_eq!((provenance.method_revision, provenance.panel_digest.len()), (1, 64));
}

#[tokio::test]
async fn uses_the_value_that_is_asked_for() {
    let response = ask(changed(|r| r.value = v1::DivisionValue::SymmetricQuotient.into())).await.unwrap();
    assert_eq!(response.value, v1::DivisionValue::SymmetricQuotient as i32);
    assert!(close(response.cells[0].value.unwrap(), -0.2 / 1.8));
    // An industry that is not there has no logarithm, but a symmetric quotient.
    let with_d = |value: v1::DivisionValue| {
        changed(|r| {
            r.value = value.into();
            r.selection.as_mut().unwrap().industries = industries(&["a", "b", "c", "d"]);
        })
    };
    let response = ask(with_d(v1::DivisionValue::LogQuotient)).await.unwrap();
    assert_eq!((response.cells[7].location_quotient, response.cells[7].value), (Some(0.0), None));
    assert_eq!(response.cells[7].margin, None);
    let response = ask(with_d(v1::DivisionValue::SymmetricQuotient)).await.unwrap();
    assert_eq!(response.cells[7].value, Some(-1.0));
}

#[tokio::test]
async fn importance_is_the_share_among_the_candidates() {
    let response = ask(changed(|r| r.weight_by_importance = true)).await.unwrap();
    assert!(response.weighted_by_importance);
    let importance: Vec<f64> = response.cells[..3].iter().map(|cell| cell.importance).collect();
    assert_eq!(importance, [12.0 / 28.0, 8.0 / 28.0, 8.0 / 28.0]);
    assert!(close(response.cells[0].value.unwrap(), 0.8_f64.ln()), "values are shown before importance");
    let nothing: &[f64] = &[0.0, 0.0, 0.0, 0.0, 1.0];
    let rows: [(&str, &[f64]); 3] = [("r1", nothing), ("r2", nothing), (NATION, WHOLE)];
    let refused = ask_of(table(&rows), changed(|r| r.weight_by_importance = true)).await;
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn obeys_pins_bans_and_numbers() {
    let response = ask(changed(|r| r.pins = vec![pair("r2", "a")])).await.unwrap();
    assert_eq!(focuses(&response), [("r1", vec!["b"]), ("r2", vec!["a", "c"])]);
    assert_eq!(response.cells[3].margin, None, "what is pinned cannot be flipped");
    let response = ask(changed(|r| r.bans = vec![pair("r1", "a")])).await.unwrap();
    assert_eq!(focuses(&response), [("r1", vec!["b"]), ("r2", vec!["a", "c"])]);
    let only = |region: &str, bounds| vec![v1::RegionFocus { region: region.into(), bounds }];
    let response = ask(changed(|r| {
        r.focuses = bounds(0, 3);
        r.region_focuses = only("r1", bounds(3, 3));
    }))
    .await
    .unwrap();
    assert_eq!(focuses(&response), [("r1", vec!["a", "b", "c"]), ("r2", vec![])]);
    let response = ask(changed(|r| r.homes = bounds(0, 2))).await.unwrap();
    assert_eq!(response.objective, 0.0, "nobody is specialised, and nobody must be");
    // r2 has a third of a, and a quarter of b.
    let response = ask(changed(|r| {
        r.focuses = bounds(0, 3);
        r.minimum_presence = 0.3;
    }))
    .await
    .unwrap();
    assert_eq!(response.cells[4].margin, None);
    assert!(response.cells[3].margin.is_some());
}

#[tokio::test]
async fn friction_is_taken_off_where_homes_are_shared() {
    let shared = |weight: f64| {
        changed(|r| {
            r.value = v1::DivisionValue::SymmetricQuotient.into();
            r.homes = bounds(2, 2);
            r.focuses = bounds(0, 3);
            r.friction_weight = weight;
            r.pair_weights =
                Some(v1::PairWeights { by: Some(v1::pair_weights::By::Neighbours(v1::NeighbourWeights {})) });
        })
    };
    let without = ask(shared(0.0)).await.unwrap();
    let with = ask(shared(2.0)).await.unwrap();
    // Shares of all jobs of the region: the smaller of 0.08 and 0.04, of 0.06 and 0.02, of 0.02 and 0.06.
    assert!(close(with.friction_sum, 2.0 * 0.08));
    assert!(close(with.objective, without.objective - 0.16));
    let mut landless = table(&ROWS);
    landless.borders = None;
    assert_eq!(refusal(ask_of(landless, shared(2.0)).await), invalid("pair_weights"));
}

#[tokio::test]
async fn contradictions_are_named() {
    let told = |answer: Answer| {
        let status = answer.unwrap_err();
        let details = status.get_error_details();
        let conflict = details.error_info().unwrap().metadata.get("conflict").cloned().unwrap_or_default();
        let request = details.bad_request().unwrap().field_violations.clone();
        let told: Vec<(String, String)> = request.into_iter().map(|v| (v.field, v.description)).collect();
        (details.error_info().unwrap().reason.clone(), conflict, told)
    };
    let both = ask(changed(|r| {
        r.pins = vec![pair("r1", "b"), pair("r1", "a")];
        r.bans = vec![pair("r1", "a")];
    }))
    .await;
    let (reason, conflict, violations) = told(both);
    assert_eq!((reason.as_str(), conflict.as_str()), ("CONTRADICTORY_CONSTRAINTS", "BAN r1 a, PIN r1 a"));
    let expected =
        [("bans[0]", "region r1 must not focus on industry a"), ("pins[1]", "region r1 must focus on industry a")];
    assert_eq!(violations, expected.map(|(field, text)| (field.to_owned(), text.to_owned())));

    let (_, _, violations) = told(ask(changed(|r| r.focuses = bounds(3, 3))).await);
    assert!(
        violations.contains(&("focuses.min".into(), "region r1 must focus on at least 3 industries".into())),
        "{violations:?}"
    );
    assert!(
        violations.contains(&("homes".into(), "industry c must be given to at most 1 region".into())),
        "{violations:?}"
    );

    let few = vec![v1::RegionFocus { region: "r2".into(), bounds: bounds(0, 0) }];
    let (_, _, violations) = told(
        ask(changed(|r| {
            r.region_focuses = few;
            r.homes = bounds(1, 2);
            r.focuses = bounds(0, 2);
        }))
        .await,
    );
    let fields: Vec<&str> = violations.iter().map(|(field, _)| field.as_str()).collect();
    assert!(fields.contains(&"focuses.max") && fields.contains(&"region_focuses[0].bounds.max"), "{fields:?}");
    assert!(fields.contains(&"homes.min"), "{fields:?}");

    let (_, conflict, violations) = told(
        ask(changed(|r| {
            r.selection.as_mut().unwrap().industries = industries(&["a", "d"]);
            r.pins = vec![pair("r2", "d")];
        }))
        .await,
    );
    assert_eq!(conflict, "UNDEFINED_VALUE r2 d, PIN r2 d");
    assert_eq!(violations[0], ("value".into(), "industry d has no value in region r2".into()));
    let (_, conflict, _) = told(
        ask(changed(|r| {
            r.minimum_presence = 0.5;
            r.pins = vec![pair("r2", "a")];
        }))
        .await,
    );
    assert_eq!(conflict, "MINIMUM_PRESENCE r2 a, PIN r2 a");
}

#[tokio::test]
async fn applies_the_policy_for_missing_cells() {
    // The hole is in an industry that is no candidate, but counts for the region's total.
    let holed: &[f64] = &[1.0, 1.0, 1.0, 1.0, NAN];
    let rows: [(&str, &[f64]); 4] = [("r1", R1), ("r2", R2), ("r3", holed), (NATION, WHOLE)];
    let policy = |policy: v1::MissingPolicy| selecting(|selection| selection.missing = policy.into());
    assert_eq!(refusal(ask_of(table(&rows), request()).await).0, "MISSING_CELLS");
    let keep = policy(v1::MissingPolicy::Keep);
    assert_eq!(refusal(ask_of(table(&rows), keep.clone()).await), invalid("selection.missing"));
    assert_eq!(ask(keep).await.unwrap().regions.len(), 2);
    let response = ask_of(table(&rows), policy(v1::MissingPolicy::DropRegion)).await.unwrap();
    assert_eq!((response.regions.len(), codes(&response.warnings)), (2, vec!["REGIONS_DROPPED"]));
    let response = ask_of(table(&rows), policy(v1::MissingPolicy::DropIndustry)).await.unwrap();
    assert_eq!((response.regions.len(), codes(&response.warnings)), (3, vec!["INDUSTRIES_DROPPED"]));
    let response = ask_of(table(&rows), policy(v1::MissingPolicy::AsZero)).await.unwrap();
    assert_eq!((response.regions.len(), codes(&response.warnings)), (3, vec!["MISSING_AS_ZERO"]));
    // A region that a policy left out cannot be pinned.
    let mut dropped = policy(v1::MissingPolicy::DropRegion);
    dropped.pins = vec![pair("r3", "a")];
    assert_eq!(refusal(ask_of(table(&rows), dropped).await), invalid("pins[0].region"));
}

#[tokio::test]
async fn the_order_of_the_request_does_not_matter() {
    let mut results = Vec::new();
    for (order, chosen) in [(["r1", "r2"], ["a", "b", "c"]), (["r2", "r1"], ["c", "a", "b"])] {
        let request = selecting(|selection| {
            selection.regions = regions(&order);
            selection.industries = industries(&chosen);
        });
        let response = ask(request).await.unwrap();
        results.push((response.regions, response.cells, response.objective, response.margin));
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn more_regions_than_a_plan_with_friction_takes_are_refused() {
    let names: Vec<&'static str> = (0..129).map(|at| &*format!("q{at:03}").leak()).collect();
    let rows = names.into_iter().enumerate().map(|(at, name)| (name, if at % 2 == 0 { R1 } else { R2 }));
    let rows: Vec<(&'static str, &[f64])> = rows.collect();
    let sum = |homes| {
        let mut request = selecting(|selection| selection.benchmark = None);
        (request.homes, request.friction_weight) = (homes, 0.1);
        request
    };
    let (reason, fields) = refusal(ask_of(table(&rows), sum(bounds(1, 2))).await);
    assert_eq!((reason.as_str(), fields), ("DIVISION_TOO_LARGE", vec!["selection".to_owned()]));
    assert_eq!(ask_of(table(&rows), sum(bounds(1, 1))).await.unwrap().regions.len(), 129, "no homes are shared");
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    type Change = fn(&mut v1::ProposeDivisionRequest);
    let cases: [(Change, &str); 24] = [
        (|r| r.value = 99, "value"),
        (|r| r.minimum_presence = NAN, "minimum_presence"),
        (|r| r.minimum_presence = -0.1, "minimum_presence"),
        (|r| r.minimum_presence = 1.1, "minimum_presence"),
        (|r| r.friction_weight = -1.0, "friction_weight"),
        (|r| r.friction_weight = NAN, "friction_weight"),
        (|r| r.friction_weight = f64::INFINITY, "friction_weight"),
        (|r| distance(r, -1.0), "pair_weights.exponential.distance_km"),
        (|r| r.homes = bounds(-1, 1), "homes.min"),
        (|r| r.homes = bounds(2, 1), "homes.max"),
        (|r| r.focuses = bounds(-1, 1), "focuses.min"),
        (|r| r.focuses = bounds(0, -1), "focuses.max"),
        (|r| focus(r, "r9", bounds(1, 1)), "region_focuses[0].region"),
        (|r| focus(r, "r1", None), "region_focuses[0].bounds"),
        (|r| focus(r, "r1", bounds(2, 1)), "region_focuses[0].bounds.max"),
        (|r| (focus(r, "r1", bounds(1, 1)), focus(r, "r1", bounds(1, 1))).0, "region_focuses[1].region"),
        (|r| r.pins = vec![pair("r1", "a"), pair("r1", "x")], "pins[1].industry"),
        (|r| r.pins = vec![pair("r8", "a")], "pins[0].region"),
        (|r| r.bans = vec![pair("r1", "C14")], "bans[0].industry"),
        (|r| r.bans = vec![pair("", "a")], "bans[0].region"),
        (|r| r.selection = Some(selection("jobs", "")), "selection.periods"),
        (|r| r.selection = Some(selection("jobs", "2014..2015")), "selection.periods"),
        (|r| r.selection = Some(selection("rates", "2015")), "selection.indicator"),
        (|r| r.selection.as_mut().unwrap().benchmark = benchmark(By::None(true)), "selection.benchmark"),
    ];
    for (change, field) in cases {
        assert_eq!(refusal(ask(changed(change)).await), invalid(field), "{field}");
    }
    let near = ask(changed(|r| r.pins = vec![pair("r11", "a")])).await.unwrap_err();
    assert_eq!(near.get_error_details().error_info().unwrap().metadata["nearest"], "r1");
    let unknown = ask(selecting(|selection| selection.industries = industries(&["q"]))).await;
    assert_eq!(refusal(unknown), ("UNKNOWN_INDUSTRY".into(), vec!["selection.industries.codes".into()]));
    let unplaced = ask(changed(|r| {
        r.friction_weight = 1.0;
        distance(r, 100.0);
    }))
    .await;
    assert_eq!(refusal(unplaced).0, "UNDEFINED_ON_DATA");
}

fn distance(request: &mut v1::ProposeDivisionRequest, distance_km: f64) {
    let by = v1::pair_weights::By::Exponential(v1::ExponentialWeights { distance_km });
    request.pair_weights = Some(v1::PairWeights { by: Some(by) });
}

fn focus(request: &mut v1::ProposeDivisionRequest, region: &str, bounds: Option<v1::CountBounds>) {
    request.region_focuses.push(v1::RegionFocus { region: region.into(), bounds });
}
