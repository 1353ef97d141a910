//! RetractVintage and WatchDatasets.

use std::time::Duration;

use growthpole_contracts::v1::{self, watch_datasets_response::Told};
use tonic::{Code, Streaming};

use crate::support::{Running, assert_refused, demo};

fn retraction(dataset: &str, number: i32, reason: &str) -> v1::RetractVintageRequest {
    v1::RetractVintageRequest { dataset: dataset.into(), number, reason: reason.into() }
}

async fn watch(running: &Running, datasets: &[&str]) -> Streaming<v1::WatchDatasetsResponse> {
    let datasets = datasets.iter().map(|dataset| (*dataset).to_owned()).collect();
    running.datasets().watch_datasets(v1::WatchDatasetsRequest { datasets }).await.unwrap().into_inner()
}

async fn told(stream: &mut Streaming<v1::WatchDatasetsResponse>) -> Option<Told> {
    let message = tokio::time::timeout(Duration::from_secs(20), stream.message()).await.unwrap().unwrap();
    message.map(|message| message.told.unwrap())
}

#[tokio::test]
async fn a_retracted_vintage_is_told_of_wherever_it_answers() {
    let running = demo(2).await;
    let mut client = running.datasets();
    let answer = client.retract_vintage(retraction("demo", 2, "wrong units")).await.unwrap().into_inner();
    assert_eq!((answer.number, answer.already_retracted, answer.latest_vintage), (2, false, 1));
    let again = client.retract_vintage(retraction("demo", 2, "another reason")).await.unwrap().into_inner();
    assert!(again.already_retracted);
    assert_eq!((again.reason.as_str(), &again.retracted_at), ("wrong units", &answer.retracted_at));

    let by = |by| Some(v1::VintageSelector { by: Some(by) });
    let vintage = |selector| v1::GetVintageRequest { dataset: "demo".into(), vintage: selector };
    let second = client.get_vintage(vintage(by(v1::vintage_selector::By::Number(2)))).await.unwrap().into_inner();
    let told = second.vintage.unwrap().retracted.unwrap();
    assert_eq!((told.reason, told.retracted_at), ("wrong units".to_owned(), answer.retracted_at));
    let latest = client.get_vintage(vintage(None)).await.unwrap().into_inner().vintage.unwrap();
    assert_eq!((latest.number, latest.retracted), (1, None));
    let request = v1::ListVintagesRequest { dataset: "demo".into() };
    let vintages = client.list_vintages(request).await.unwrap().into_inner().vintages;
    assert_eq!(vintages.iter().map(|vintage| vintage.retracted.is_some()).collect::<Vec<_>>(), [false, true]);

    let filter = v1::ObservationFilter {
        dataset: "demo".into(),
        vintage: by(v1::vintage_selector::By::Number(2)),
        indicators: vec!["growth".into()],
        ..Default::default()
    };
    let request = v1::QueryObservationsRequest { filter: Some(filter), ..Default::default() };
    let observations = running.observations().query_observations(request).await.unwrap().into_inner();
    assert_eq!(observations.warnings[0].code, "VINTAGE_RETRACTED");
    assert!(observations.warnings[0].text.ends_with(": wrong units") && observations.total_size > 0);

    let request = v1::DiffVintagesRequest { dataset: "demo".into(), older: 1, newer: 2, ..Default::default() };
    let mut parts = client.diff_vintages(request).await.unwrap().into_inner();
    let first = parts.message().await.unwrap().unwrap();
    let codes: Vec<&str> = first.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["VINTAGE_RETRACTED"]);

    client.retract_vintage(retraction("demo", 1, "also wrong")).await.unwrap();
    let status = client.get_vintage(vintage(None)).await.unwrap_err();
    assert_refused(&status, Code::FailedPrecondition, "ALL_VINTAGES_RETRACTED", "vintage");
    let request = v1::GetDatasetRequest { dataset: "demo".into() };
    let dataset = client.get_dataset(request).await.unwrap().into_inner().dataset.unwrap();
    assert_eq!((dataset.vintage_count, dataset.latest_vintage), (2, 0));
}

#[tokio::test]
async fn what_cannot_be_retracted_is_refused_by_field() {
    let running = demo(2).await;
    let long = "x".repeat(501);
    let cases = [
        (retraction("", 1, "x"), Code::InvalidArgument, "INVALID_FIELD", "dataset"),
        (retraction("dmeo", 1, "x"), Code::NotFound, "UNKNOWN_DATASET", "dataset"),
        (retraction("../demo", 1, "x"), Code::NotFound, "UNKNOWN_DATASET", "dataset"),
        (retraction("demo", 0, "x"), Code::InvalidArgument, "INVALID_FIELD", "number"),
        (retraction("demo", 7, "x"), Code::NotFound, "UNKNOWN_VINTAGE", "number"),
        (retraction("demo", 1, " "), Code::InvalidArgument, "INVALID_FIELD", "reason"),
        (retraction("demo", 1, &long), Code::InvalidArgument, "INVALID_FIELD", "reason"),
    ];
    for (request, code, reason, field) in cases {
        let status = running.datasets().retract_vintage(request).await.unwrap_err();
        assert_refused(&status, code, reason, field);
    }
    assert!(running.store.dataset("demo").unwrap().vintages.iter().all(|vintage| vintage.retracted.is_none()));
}

#[tokio::test]
async fn watchers_hear_the_state_and_what_changes_until_the_server_drains() {
    let running = demo(2).await;
    let mut all = watch(&running, &[]).await;
    let mut others = watch(&running, &["other"]).await;
    let Some(Told::State(state)) = told(&mut all).await else { panic!("no state") };
    let vintages =
        |dataset: &v1::WatchedDataset| dataset.vintages.iter().map(|vintage| vintage.number).collect::<Vec<_>>();
    assert_eq!((state.datasets[0].latest_vintage, vintages(&state.datasets[0])), (2, vec![1, 2]));
    assert_eq!(told(&mut others).await, Some(Told::State(v1::WatchedState::default())));

    running.datasets().retract_vintage(retraction("demo", 2, "wrong")).await.unwrap();
    let Some(Told::Event(event)) = told(&mut all).await else { panic!("no event") };
    assert_eq!((event.kind(), event.dataset.as_str()), (v1::DatasetEventKind::VintageRetracted, "demo"));
    let digest = state.datasets[0].vintages[1].digest.clone();
    assert_eq!(event.vintage, Some(v1::WatchedVintage { number: 2, digest, retracted: true }));
    assert_eq!(event.latest_vintage, 1);

    running.api.health().drain();
    // What nobody asked for was told to nobody, and both streams end without an error.
    assert_eq!((told(&mut all).await, told(&mut others).await), (None, None));
}
