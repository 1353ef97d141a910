//! Putting the parts together: store, workers and API in one process, or one worker in its own.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use growthpole_api::{Api, ApiSettings, LocalPanels};
use growthpole_datastore::{Datastore, StoreSettings};
use growthpole_worker_kit::{PanelSource, RemotePanels, Worker, compute};

use crate::cli::worker::Name;
use crate::config::Settings;
use crate::failure::Failure;
use crate::output::tell;

/// The routes of the whole service, for calls within this process. Workers elsewhere are not asked.
pub(crate) async fn in_process(settings: &Settings) -> Result<axum::Router, Failure> {
    let settings = Settings { workers: Vec::new(), ..settings.clone() };
    Ok(service(&settings).await?.routes())
}

/// The whole service over the data directory, with the bundled data sets. Workers that run elsewhere are dialled, the
/// others are part of it.
pub(crate) async fn service(settings: &Settings) -> Result<Api, Failure> {
    let datastore = store(settings).await?;
    let panels = Arc::new(LocalPanels::new(datastore.clone()));
    let elsewhere = |name: Name| settings.workers.iter().any(|worker| worker.name == name.as_str());
    let workers = Name::ALL.into_iter().filter(|name| !elsewhere(*name));
    let workers = workers.map(|name| build(name, panels.clone(), settings)).collect();
    let max_message_bytes = settings.server.max_message_bytes;
    let api_settings = ApiSettings { max_message_bytes, router: settings.router.clone() };
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
    let directory = &settings.data.directory;
    if directory.as_os_str().is_empty() {
        let text = "the system names no data directory for this user: say --data DIR, or set data.directory";
        return Err(Failure::Usage(text.to_owned()));
    }
    let cannot = || format!("the data directory {} cannot be used", directory.display());
    let store_settings = StoreSettings { cache_bytes: settings.data.cache_bytes, ..StoreSettings::default() };
    tell_of_first_start(directory);
    let datastore = Datastore::open_directory(directory, store_settings).with_context(cannot)?;
    let summary = datastore.import_bundled(jiff::Timestamp::now()).await.with_context(cannot)?;
    for (dataset, vintage) in &summary.imported {
        tracing::info!(dataset, vintage, "imported");
    }
    Ok(datastore)
}

/// The first start takes a moment longer; says what for.
fn tell_of_first_start(directory: &Path) {
    if !directory.join("datasets").exists() {
        tell(&format!("importing the bundled data sets into {} (only once)", directory.display()));
    }
}
