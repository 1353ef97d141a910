//! Large tables over TCP: every call is answered as by a server to which no table is large.

use arrow_flight::sql::Any;
use arrow_flight::{FlightDescriptor, Ticket};
use futures_util::TryStreamExt as _;
use growthpole_contracts::v1;
use growthpole_datastore::QuerySettings;
use prost::Message;
use tonic::{Status, Streaming};

use crate::flight::{answered, client, fetched, rows_of, status_of};
use crate::support::{Running, with_queries};

/// Two servers over the same data: to one every table is large, to the other none.
async fn both() -> [Running; 2] {
    let with = |large_table_rows| with_queries(2, QuerySettings { large_table_rows, ..QuerySettings::default() });
    [with(u64::MAX).await, with(1).await]
}

/// All parts of an answer, or how it ended.
async fn all<T>(answer: Result<tonic::Response<Streaming<T>>, Status>) -> Result<Vec<T>, (tonic::Code, String)> {
    let told = |status: Status| (status.code(), status.message().to_owned());
    answer.map_err(told)?.into_inner().try_collect().await.map_err(told)
}

fn regions() -> Vec<Option<v1::RegionSelection>> {
    use v1::region_selection::By;
    let by = |by| Some(v1::RegionSelection { by: Some(by) });
    let codes = |codes: &[&str]| By::Codes(v1::RegionCodes { codes: codes.iter().map(|&code| code.into()).collect() });
    vec![
        None,
        by(codes(&["P1"])),
        by(codes(&["P3", "P1", "N"])),
        by(By::Level("PROVINCE".into())),
        by(By::Group("mixed".into())),
        by(codes(&["X"])),
    ]
}

fn periods() -> Vec<Option<v1::PeriodSelection>> {
    let list = |periods: &[&str]| {
        let list = v1::PeriodList { periods: periods.iter().map(|&period| period.into()).collect() };
        Some(v1::PeriodSelection { by: Some(v1::period_selection::By::List(list)) })
    };
    vec![None, list(&["2015"]), list(&["2014", "2016"]), list(&["1999"])]
}

/// Every part of observations: regions, then periods.
fn parts() -> impl Iterator<Item = (Option<v1::RegionSelection>, Option<v1::PeriodSelection>)> {
    regions().into_iter().flat_map(|regions| periods().into_iter().map(move |periods| (regions.clone(), periods)))
}

#[tokio::test]
async fn roll_ups_are_the_same() {
    let [small, large] = both().await;
    let mut answers = 0;
    for (indicator, industries_to) in [("jobs", false), ("jobs", true), ("growth", false)] {
        for (regions, periods) in parts() {
            for policy in [v1::CellPolicy::Refuse, v1::CellPolicy::KnownOnly, v1::CellPolicy::Bounds] {
                let nation = v1::RegionCodes { codes: vec!["N".into()] };
                let together = v1::industry_roll_up::To::TogetherAs("ALL".into());
                let request = v1::AggregateObservationsRequest {
                    dataset: "demo".into(),
                    indicator: indicator.into(),
                    regions: regions.clone(),
                    periods: periods.clone(),
                    regions_to: Some(v1::RegionRollUp {
                        to: Some(v1::region_roll_up::To::Codes(nation)),
                        ..Default::default()
                    }),
                    industries_to: industries_to
                        .then(|| v1::IndustryRollUp { to: Some(together.clone()), ..Default::default() }),
                    suppressed: policy.into(),
                    missing: policy.into(),
                    ..Default::default()
                };
                let expected = all(small.observations().aggregate_observations(request.clone()).await).await;
                assert_eq!(all(large.observations().aggregate_observations(request).await).await, expected);
                answers += usize::from(expected.is_ok());
            }
        }
    }
    assert!(answers > 20, "{answers}");
}

#[tokio::test]
async fn differences_are_the_same() {
    let [small, large] = both().await;
    let mut changes = 0;
    for regions in regions() {
        for indicators in [vec![], vec!["growth".to_owned()], vec!["none".to_owned()]] {
            let request = v1::DiffVintagesRequest {
                dataset: "demo".into(),
                older: 1,
                newer: 2,
                indicators,
                regions: regions.clone(),
            };
            let joined = |parts: Result<Vec<v1::DiffVintagesResponse>, _>| {
                parts.map(|parts| parts.into_iter().flat_map(|part| part.changes).collect::<Vec<_>>())
            };
            // A large table is compared in more parts, which hold the same changes.
            let expected = joined(all(small.datasets().diff_vintages(request.clone()).await).await);
            assert_eq!(joined(all(large.datasets().diff_vintages(request).await).await), expected);
            changes += expected.map_or(0, |changes| changes.len());
        }
    }
    assert!(changes > 10, "{changes}");
}

fn selections() -> Vec<v1::Selection> {
    let of = |indicator: &str, regions, periods| v1::Selection {
        dataset: "demo".into(),
        indicator: indicator.into(),
        regions,
        periods,
        ..Default::default()
    };
    let each = |(regions, periods): (Option<v1::RegionSelection>, Option<v1::PeriodSelection>)| {
        ["growth", "jobs"].map(|indicator| of(indicator, regions.clone(), periods.clone()))
    };
    parts().flat_map(each).collect()
}

#[tokio::test]
async fn panels_are_the_same() {
    let [small, large] = both().await;
    let mut answers = 0;
    for selection in selections() {
        let request = v1::GetPanelRequest { selection: Some(selection), ..Default::default() };
        // By their bytes: cells without a value are equal to nothing.
        let bytes = |parts: Vec<v1::GetPanelResponse>| parts.iter().map(Message::encode_to_vec).collect::<Vec<_>>();
        let expected = all(small.panels().get_panel(request.clone()).await).await.map(bytes);
        assert_eq!(all(large.panels().get_panel(request).await).await.map(bytes), expected);
        answers += usize::from(expected.is_ok());
    }
    assert!(answers > 10, "{answers}");
}

/// What a ticket is answered with.
async fn got(
    running: &Running,
    ticket: Vec<u8>,
) -> Result<(Vec<String>, Vec<(String, String)>), (tonic::Code, String)> {
    let told = |status: Status| (status.code(), status.message().to_owned());
    let mut client = client(running);
    let stream = client.do_get(Ticket::new(ticket)).await.map_err(|error| told(status_of(&error)))?;
    let batches: Vec<_> = stream.try_collect().await.map_err(|error| told(status_of(&error)))?;
    let mut facts: Vec<(String, String)> = Vec::new();
    if let Some(batch) = batches.first() {
        facts.extend(batch.schema().metadata().clone());
        facts.sort();
    }
    Ok((rows_of(&batches), facts))
}

#[tokio::test]
async fn flights_are_the_same() {
    let [small, large] = both().await;
    let mut answers = 0;
    for selection in selections() {
        let filter = v1::ObservationFilter {
            dataset: selection.dataset.clone(),
            indicators: vec![selection.indicator.clone()],
            regions: selection.regions.clone(),
            periods: selection.periods.clone(),
            ..Default::default()
        };
        let type_url = "type.googleapis.com/growthpole.v1.ObservationFilter".to_owned();
        let filter = Any { type_url, value: filter.encode_to_vec().into() };
        for ticket in [selection.encode_to_vec(), filter.encode_to_vec()] {
            let expected = got(&small, ticket.clone()).await;
            assert_eq!(got(&large, ticket).await, expected);
            answers += usize::from(expected.is_ok());
        }
    }
    assert!(answers > 20, "{answers}");
    let path = FlightDescriptor::new_path(vec!["demo".into(), "growth".into()]);
    let mut rows = Vec::new();
    for running in [&small, &large] {
        let mut client = client(running);
        let info = client.get_flight_info(path.clone()).await.unwrap();
        rows.push(fetched(&mut client, info).await.unwrap());
    }
    assert_eq!(rows[0], rows[1]);
}

#[tokio::test]
async fn statements_are_answered_the_same() {
    let [small, large] = both().await;
    for statement in [
        "SELECT * FROM observations ORDER BY dataset, vintage, indicator, period, region, industry",
        "SELECT region, sum(value) FROM observations WHERE indicator = 'growth' GROUP BY region ORDER BY region",
        "SELECT a.region, a.value, b.value FROM observations a JOIN observations b USING (dataset, indicator, region, \
         industry, period) WHERE a.vintage = 1 AND b.vintage = 2 AND a.value <> b.value ORDER BY 1",
    ] {
        let expected = answered(&small, statement).await.unwrap();
        assert!(!expected.is_empty(), "{statement}");
        assert_eq!(answered(&large, statement).await.unwrap(), expected, "{statement}");
    }
}
