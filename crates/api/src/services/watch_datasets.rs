//! WatchDatasets: the data sets as they are, and then each vintage that is committed or retracted.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use growthpole_contracts::v1::{self, watch_datasets_response::Told};
use growthpole_datastore::{DatasetHandle, Datastore, Event, EventKind};
use growthpole_domain::VintageInfo;
use growthpole_server::HealthBoard;
use growthpole_worker_kit::convert::message::count;
use tonic::Response;

use super::{Answer, Messages};

/// Tells the state, and events until the caller goes away or the server drains: a stream that stays open would hold up the
/// drain.
pub(super) fn answer(
    store: &Datastore,
    health: HealthBoard,
    request: v1::WatchDatasetsRequest,
) -> Answer<Messages<v1::WatchDatasetsResponse>> {
    let asked: BTreeSet<String> = request.datasets.into_iter().collect();
    let is_asked = move |dataset: &str| asked.is_empty() || asked.contains(dataset);
    let watch = store.watch();
    let datasets = watch.datasets().filter(|handle| is_asked(&handle.catalogue.dataset.id));
    let state = v1::WatchedState { datasets: datasets.map(|handle| dataset(handle)).collect() };
    let events = stream::unfold(watch, |mut watch| async move { Some((watch.next().await?, watch)) });
    let events = events.flat_map(stream::iter).filter_map(move |happened| {
        let told = is_asked(&happened.dataset).then(|| Told::Event(event(&happened)));
        std::future::ready(told)
    });
    let told = stream::once(std::future::ready(Told::State(state))).chain(events);
    let told = told.map(|told| Ok(v1::WatchDatasetsResponse { told: Some(told) }));
    Ok(Response::new(Box::pin(told.take_until(Box::pin(async move { health.draining().await })))))
}

fn dataset(handle: &DatasetHandle) -> v1::WatchedDataset {
    v1::WatchedDataset {
        dataset: handle.catalogue.dataset.id.clone(),
        latest_vintage: handle.latest().map(|vintage| count(vintage.number)).unwrap_or_default(),
        vintages: handle.vintages.iter().map(vintage).collect(),
    }
}

fn vintage(vintage: &VintageInfo) -> v1::WatchedVintage {
    let retracted = vintage.retracted.is_some();
    v1::WatchedVintage { number: count(vintage.number), digest: vintage.digest.clone(), retracted }
}

fn event(event: &Event) -> v1::DatasetEvent {
    let kind = match event.kind {
        EventKind::Committed => v1::DatasetEventKind::VintageCommitted,
        EventKind::Retracted => v1::DatasetEventKind::VintageRetracted,
    };
    v1::DatasetEvent {
        kind: kind.into(),
        dataset: event.dataset.clone(),
        vintage: Some(vintage(&event.vintage)),
        latest_vintage: event.latest.map(count).unwrap_or_default(),
    }
}
