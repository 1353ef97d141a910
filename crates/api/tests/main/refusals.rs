//! Bad input: code, reason and field of every refusal, and the names that are offered.

use growthpole_contracts::v1;
use tonic::{Code, Status};
use v1::region_selection::By;

use crate::support::{Running, assert_refused, demo, nearest};

const INVALID: Code = Code::InvalidArgument;

async fn regions(running: &Running, dataset: &str, by: By) -> Status {
    let regions = Some(v1::RegionSelection { by: Some(by) });
    let request = v1::ListRegionsRequest { dataset: dataset.into(), regions };
    running.catalogue().list_regions(request).await.unwrap_err()
}

#[tokio::test]
async fn regions_and_data_sets() {
    let running = demo(2).await;
    let codes = |codes: &[&str]| By::Codes(v1::RegionCodes { codes: codes.iter().map(|&code| code.into()).collect() });
    let status = regions(&running, "dmeo", codes(&["P1"])).await;
    assert_refused(&status, Code::NotFound, "UNKNOWN_DATASET", "dataset");
    assert_eq!(nearest(&status), "demo");
    assert_refused(&regions(&running, "", codes(&["P1"])).await, INVALID, "INVALID_FIELD", "dataset");
    let status = regions(&running, "demo", codes(&["P1", "Secnod"])).await;
    assert_refused(&status, Code::NotFound, "UNKNOWN_REGION", "regions.codes.codes[1]");
    assert_eq!(nearest(&status), "P2");
    assert_refused(&regions(&running, "demo", codes(&[])).await, INVALID, "EMPTY_SELECTION", "regions.codes.codes");
    let status = regions(&running, "demo", codes(&["P1", "P1"])).await;
    assert_refused(&status, INVALID, "INVALID_FIELD", "regions.codes.codes[1]");
    let status = regions(&running, "demo", By::Level("PROVINZ".into())).await;
    assert_refused(&status, Code::NotFound, "UNKNOWN_LEVEL", "regions.level");
    assert_eq!(nearest(&status), "PROVINCE");
    let status = regions(&running, "demo", By::Group("mixd".into())).await;
    assert_refused(&status, Code::NotFound, "UNKNOWN_GROUP", "regions.group");
    let status = regions(&running, "demo", By::ChildrenOf("X".into())).await;
    assert_refused(&status, Code::NotFound, "UNKNOWN_REGION", "regions.children_of");
    let request = v1::GetRegionRequest { dataset: "demo".into(), region: "P9".into() };
    let status = running.catalogue().get_region(request).await.unwrap_err();
    assert_refused(&status, Code::NotFound, "UNKNOWN_REGION", "region");
}

#[tokio::test]
async fn filters_of_lists() {
    let running = demo(2).await;
    let mut client = running.catalogue();
    let request = v1::ListRegionGroupsRequest { dataset: "demo".into(), kind: 99 };
    let status = client.list_region_groups(request).await.unwrap_err();
    assert_refused(&status, INVALID, "INVALID_FIELD", "kind");
    let request = v1::ListEventsRequest { dataset: "demo".into(), kind: -1, regions: vec![] };
    assert_refused(&client.list_events(request).await.unwrap_err(), INVALID, "INVALID_FIELD", "kind");
    let request = v1::ListEventsRequest { dataset: "demo".into(), kind: 0, regions: vec!["P1".into(), "X".into()] };
    assert_refused(&client.list_events(request).await.unwrap_err(), Code::NotFound, "UNKNOWN_REGION", "regions[1]");
    let request = v1::ListIndustriesRequest { dataset: "demo".into(), tag: "modern".into(), ..Default::default() };
    assert_refused(&client.list_industries(request).await.unwrap_err(), INVALID, "INVALID_FIELD", "tag");
    let resolve = |texts: Vec<String>, level: &str| v1::ResolveRegionsRequest {
        dataset: "demo".into(),
        texts,
        level: level.into(),
    };
    for (request, reason, field) in [
        (resolve(vec![], ""), "INVALID_FIELD", "texts"),
        (resolve(vec!["x".into(); 1001], ""), "INVALID_FIELD", "texts"),
        (resolve(vec!["ok".into(), "x".repeat(201)], ""), "INVALID_FIELD", "texts[1]"),
        (resolve(vec!["x".into()], "TOWN"), "UNKNOWN_LEVEL", "level"),
    ] {
        let code = if reason == "UNKNOWN_LEVEL" { Code::NotFound } else { INVALID };
        assert_refused(&client.resolve_regions(request).await.unwrap_err(), code, reason, field);
    }
}

#[tokio::test]
async fn vintages() {
    let running = demo(2).await;
    let mut client = running.datasets();
    let get =
        |by| v1::GetVintageRequest { dataset: "demo".into(), vintage: Some(v1::VintageSelector { by: Some(by) }) };
    use v1::vintage_selector::By;
    for (by, code, reason, field) in [
        (By::Number(7), Code::NotFound, "UNKNOWN_VINTAGE", "vintage.number"),
        (By::Number(0), INVALID, "INVALID_FIELD", "vintage.number"),
        (By::AsOf("2016".into()), INVALID, "INVALID_FIELD", "vintage.as_of"),
        (By::AsOf("2001-01-01".into()), Code::NotFound, "AS_OF_BEFORE_FIRST_VINTAGE", "vintage.as_of"),
    ] {
        assert_refused(&client.get_vintage(get(by)).await.unwrap_err(), code, reason, field);
    }
    for (older, newer, indicator, code, reason, field) in [
        (2, 1, "growth", INVALID, "INVALID_FIELD", "newer"),
        (1, 1, "growth", INVALID, "INVALID_FIELD", "newer"),
        (0, 1, "growth", INVALID, "INVALID_FIELD", "older"),
        (1, 9, "growth", Code::NotFound, "UNKNOWN_VINTAGE", "newer"),
        (8, 9, "growth", Code::NotFound, "UNKNOWN_VINTAGE", "older"),
        (1, 2, "grwoth", Code::NotFound, "UNKNOWN_INDICATOR", "indicators[0]"),
    ] {
        let indicators = vec![indicator.to_owned()];
        let request = v1::DiffVintagesRequest { dataset: "demo".into(), older, newer, indicators, regions: None };
        assert_refused(&client.diff_vintages(request).await.unwrap_err(), code, reason, field);
    }
    let request = v1::GetAvailabilityRequest { dataset: "demo".into(), indicator: "jbos".into(), vintage: None };
    let status = running.catalogue().get_availability(request).await.unwrap_err();
    assert_refused(&status, Code::NotFound, "UNKNOWN_INDICATOR", "indicator");
    assert_eq!(nearest(&status), "jobs");
}

#[tokio::test]
async fn observations() {
    let running = demo(2).await;
    let filter =
        || v1::ObservationFilter { dataset: "demo".into(), indicators: vec!["growth".into()], ..Default::default() };
    let range = |start: &str, end: &str| v1::PeriodSelection {
        by: Some(v1::period_selection::By::Range(v1::PeriodRange { start: start.into(), end: end.into() })),
    };
    let number = |number| v1::VintageSelector { by: Some(v1::vintage_selector::By::Number(number)) };
    let cases = [
        (None, 0, INVALID, "INVALID_FIELD", "filter"),
        (Some(filter()), -1, INVALID, "INVALID_FIELD", "page_size"),
        (
            Some(v1::ObservationFilter { dataset: String::new(), ..filter() }),
            0,
            INVALID,
            "INVALID_FIELD",
            "filter.dataset",
        ),
        (
            Some(v1::ObservationFilter { indicators: vec![], ..filter() }),
            0,
            INVALID,
            "EMPTY_SELECTION",
            "filter.indicators",
        ),
        (
            Some(v1::ObservationFilter { indicators: vec!["nope".into()], ..filter() }),
            0,
            Code::NotFound,
            "UNKNOWN_INDICATOR",
            "filter.indicators[0]",
        ),
        (
            Some(v1::ObservationFilter { periods: Some(range("2016", "2015")), ..filter() }),
            0,
            INVALID,
            "INVALID_FIELD",
            "filter.periods.range",
        ),
        (
            Some(v1::ObservationFilter { periods: Some(range("2015", "soon")), ..filter() }),
            0,
            INVALID,
            "INVALID_FIELD",
            "filter.periods.range.end",
        ),
        (
            Some(v1::ObservationFilter { indicators: vec!["jobs".into()], vintage: Some(number(1)), ..filter() }),
            0,
            Code::FailedPrecondition,
            "INDICATOR_NOT_IN_VINTAGE",
            "filter.vintage.number",
        ),
    ];
    for (filter, page_size, code, reason, field) in cases {
        let request = v1::QueryObservationsRequest { filter: filter.clone(), page_size, page_token: String::new() };
        let status = running.observations().query_observations(request).await.unwrap_err();
        assert_refused(&status, code, reason, field);
        if field != "page_size" {
            let request = v1::StreamObservationsRequest { filter };
            let status = running.observations().stream_observations(request).await.unwrap_err();
            assert_refused(&status, code, reason, field);
        }
    }
}

#[tokio::test]
async fn a_very_long_name_is_refused_in_short() {
    let running = demo(1).await;
    for name in ["x".repeat(300_000), "长".repeat(100_000)] {
        let status = regions(&running, "demo", By::Level(name.clone())).await;
        assert_refused(&status, Code::NotFound, "UNKNOWN_LEVEL", "regions.level");
        assert!(status.message().len() < 2000);
        let filter = v1::ObservationFilter { dataset: name, indicators: vec!["growth".into()], ..Default::default() };
        let request = v1::StreamObservationsRequest { filter: Some(filter) };
        let status = running.observations().stream_observations(request).await.unwrap_err();
        assert_refused(&status, Code::NotFound, "UNKNOWN_DATASET", "filter.dataset");
    }
}
