//! Putting the parts together: store, workers and API in one process, or one worker in its own.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use growthpole_api::{Api, ApiSettings, LocalPanels};
use growthpole_datastore::{Datastore, ImportSummary, StoreError, StoreSettings};
use growthpole_worker_kit::{PanelSource, RemotePanels, Worker, compute};

use crate::cli::worker::Name;
use crate::config::Settings;
use crate::failure::Failure;
use crate::output::tell;

/// The whole service, which also looks for what other processes do to its data.
pub(crate) async fn serving(settings: &Settings) -> Result<Api, Failure> {
    let datastore = store(settings).await?;
    let pause = Duration::try_from_secs_f64(settings.data.refresh_seconds).unwrap_or_default();
    if !pause.is_zero() {
        tokio::spawn(datastore.clone().refresh_every(pause));
    }
    assembled(datastore, settings)
}

/// The routes of the whole service, for calls within this process. Workers elsewhere are not asked.
pub(crate) async fn in_process(settings: &Settings) -> Result<axum::Router, Failure> {
    let settings = Settings { workers: Vec::new(), ..settings.clone() };
    Ok(assembled(store(&settings).await?, &settings)?.routes())
}

/// The whole service over a store. Workers that run elsewhere are dialled, the others are part of it.
fn assembled(datastore: Datastore, settings: &Settings) -> Result<Api, Failure> {
    let panels = Arc::new(LocalPanels::new(datastore.clone()));
    let elsewhere = |name: Name| settings.workers.iter().any(|worker| worker.name == name.as_str());
    let workers = Name::ALL.into_iter().filter(|name| !elsewhere(*name));
    let workers = workers.map(|name| build(name, panels.clone(), settings)).collect();
    let max_message_bytes = settings.server.max_message_bytes;
    let api_settings =
        ApiSettings { max_message_bytes, router: settings.router.clone(), import: settings.import.clone() };
    let api = Api::new(datastore, workers, settings.workers.clone(), &api_settings);
    Ok(api.context("the service cannot be assembled")?)
}

/// One worker that reads its panels from the API at `api`.
pub(crate) fn worker(name: Name, api: &str, settings: &Settings) -> Result<Worker, Failure> {
    let panels =
        RemotePanels::new(api, settings.data.cache_bytes).map_err(|error| Failure::Usage(format!("--api: {error}")))?;
    Ok(build(name, Arc::new(panels), settings))
}

fn build(name: Name, panels: Arc<dyn PanelSource>, settings: &Settings) -> Worker {
    compute::configure(&settings.compute);
    let max_message_bytes = settings.server.max_message_bytes;
    match name {
        Name::GrowthRanking => growthpole_growth_ranking::worker(panels, max_message_bytes),
        Name::IndustryDivision => growthpole_industry_division::worker(panels, max_message_bytes),
    }
}

async fn store(settings: &Settings) -> Result<Datastore, Failure> {
    let datastore = open(settings)?;
    tell_of_first_start(settings);
    let cannot = || format!("the data {} cannot be used", place(settings));
    let summary = datastore.import_bundled(jiff::Timestamp::now()).await.with_context(cannot)?;
    for (dataset, vintage) in &summary.imported {
        tracing::info!(dataset, vintage, "imported");
    }
    tell_of_older_descriptions(&summary);
    Ok(datastore)
}

/// Vintages that an older program described stay as they are; says so once a data set.
fn tell_of_older_descriptions(summary: &ImportSummary) {
    let mut datasets: Vec<&str> = summary.described_otherwise.iter().map(|(dataset, _)| dataset.as_str()).collect();
    datasets.dedup();
    for dataset in datasets {
        tracing::warn!(
            dataset,
            "an older program imported it, with the same figures and another description of regions, industries or vintages, \
             which stays; an empty data directory gets the new one"
        );
    }
}

/// The store that the settings name, as it is.
pub(crate) fn open(settings: &Settings) -> Result<Datastore, Failure> {
    let data = &settings.data;
    let store_settings =
        StoreSettings { cache_bytes: data.cache_bytes, options: data.options.clone(), query: settings.query.clone() };
    let opened = match data.url.as_str() {
        "" if data.directory.as_os_str().is_empty() => {
            let text = "the system names no data directory for this user: say --data DIR, or set data.directory";
            return Err(Failure::Usage(text.to_owned()));
        }
        "" => Datastore::open_directory(&data.directory, store_settings),
        url => Datastore::open(url, store_settings),
    };
    match opened {
        Err(error @ StoreError::Location { .. }) => Err(Failure::Usage(error.to_string())),
        opened => Ok(opened.with_context(|| format!("the data {} cannot be used", place(settings)))?),
    }
}

fn place(settings: &Settings) -> String {
    match settings.data.url.as_str() {
        "" => format!("directory {}", settings.data.directory.display()),
        url => format!("at {url}"),
    }
}

/// The first start takes a moment longer; says what for.
fn tell_of_first_start(settings: &Settings) {
    let directory = &settings.data.directory;
    if settings.data.url.is_empty() && !directory.join("datasets").exists() {
        tell(&format!("importing the bundled data sets into {} (only once)", directory.display()));
    }
}
