//! Configuration: defaults, a file, the environment and flags, in this order; the later ones win.

mod keys;
mod layers;
mod show;
mod workers;

use std::collections::BTreeMap;
use std::path::PathBuf;

use etcetera::BaseStrategy as _;
use growthpole_api::ImportLimits;
use growthpole_datastore::QuerySettings;
use growthpole_router::{RouterSettings, WorkerEndpoint};
use growthpole_server::ServerSettings;
use growthpole_worker_kit::ComputeSettings;
use serde::{Deserialize, Serialize};

pub(crate) use layers::{Effective, FileChoice, Flag, Origin, Sources, load};
pub(crate) use show::{effective_toml, reference};

/// The name of the configuration file that is read from the working directory when it is there.
pub(crate) const FILE_NAME: &str = "growthpole.toml";

/// The longest time between two looks at the store: a day.
const MOST_REFRESH_SECONDS: f64 = 86_400.0;

/// What other calls wait for: workers elsewhere read their panels from this process.
const INNER_SERVICES: [&str; 1] = ["growthpole.v1.PanelService"];

/// Methods that are endless, or as long as the file that they take in or give out.
const UNLIMITED_METHODS: [&str; 6] = [
    // Statements have `query.timeout_seconds`, and the rest of what it answers is as long as the table.
    "arrow.flight.protocol.FlightService/DoGet",
    "growthpole.v1.DatasetService/ImportVintage",
    "growthpole.v1.DatasetService/ValidateImport",
    "growthpole.v1.DatasetService/WatchDatasets",
    "growthpole.v1.ObservationService/ExportVintage",
    "growthpole.v1.ObservationService/StreamObservations",
];

/// All settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// How the service listens and what it allows its callers.
    pub(crate) server: ServerSettings,
    /// Where data are kept.
    pub(crate) data: DataSettings,
    /// What queries may take, and from which size on tables are read a part at a time.
    pub(crate) query: QuerySettings,
    /// How much room imports have.
    pub(crate) import: ImportLimits,
    /// How much of the machine long computations may take.
    pub(crate) compute: ComputeSettings,
    /// How workers elsewhere are dialled and watched.
    pub(crate) router: RouterSettings,
    /// Logs.
    pub(crate) log: LogSettings,
    /// Workers that run as processes of their own.
    #[serde(deserialize_with = "workers::deserialize")]
    pub(crate) workers: Vec<WorkerEndpoint>,
}

impl Default for Settings {
    fn default() -> Self {
        let inner_services = INNER_SERVICES.map(str::to_owned).to_vec();
        let unlimited_methods = UNLIMITED_METHODS.map(str::to_owned).to_vec();
        Self {
            server: ServerSettings { inner_services, unlimited_methods, ..ServerSettings::default() },
            data: DataSettings::default(),
            import: ImportLimits::default(),
            query: QuerySettings::default(),
            compute: ComputeSettings::default(),
            router: RouterSettings::default(),
            log: LogSettings::default(),
            workers: Vec::new(),
        }
    }
}

/// Where data are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DataSettings {
    /// The data directory. Empty where the system names none for this user.
    pub(crate) directory: PathBuf,
    /// A bucket in its place; empty where there is none.
    pub(crate) url: String,
    /// How the bucket is reached, beside what the environment says.
    pub(crate) options: BTreeMap<String, String>,
    /// Time between two looks for what other processes committed; 0 is never.
    pub(crate) refresh_seconds: f64,
    /// Size of the panels and catalogues kept in memory.
    pub(crate) cache_bytes: u64,
}

impl DataSettings {
    fn mistakes(&self) -> Vec<String> {
        let seconds = self.refresh_seconds;
        if (0.0..=MOST_REFRESH_SECONDS).contains(&seconds) {
            return Vec::new();
        }
        vec![format!("data.refresh_seconds = {seconds} must lie between 0 and {MOST_REFRESH_SECONDS}")]
    }
}

impl Default for DataSettings {
    fn default() -> Self {
        let directory = etcetera::choose_base_strategy().map(|base| base.data_dir().join("growthpole"));
        Self {
            directory: directory.unwrap_or_default(),
            url: String::new(),
            options: BTreeMap::new(),
            refresh_seconds: 30.0,
            cache_bytes: 256 * 1024 * 1024,
        }
    }
}

/// Logs, which go to standard error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LogSettings {
    /// How a line looks.
    pub(crate) format: LogFormat,
    /// What is logged, as tracing's filters are written: `info`, or `warn,growthpole_api=debug`.
    pub(crate) level: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs, one object a line.
    Json,
}

impl Settings {
    /// A sentence for every value that is not allowed, each starting with its key.
    fn mistakes(&self) -> Vec<String> {
        let mut mistakes: Vec<String> =
            self.server.validate().err().into_iter().flatten().map(|mistake| format!("server.{mistake}")).collect();
        mistakes.extend(self.data.mistakes());
        let query = self.query.validate().err().into_iter().flatten();
        mistakes.extend(query.map(|mistake| format!("query.{mistake}")));
        let import = self.import.validate().err().into_iter().flatten();
        mistakes.extend(import.map(|mistake| format!("import.{mistake}")));
        let compute = self.compute.validate().err().into_iter().flatten();
        mistakes.extend(compute.map(|mistake| format!("compute.{mistake}")));
        let router = self.router.validate().err().into_iter().flatten();
        mistakes.extend(router.map(|mistake| format!("router.{mistake}")));
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&self.log.level) {
            let level = &self.log.level;
            mistakes.push(format!("log.level = \"{level}\" is no filter ({error}): write error, warn, info or debug"));
        }
        mistakes.extend(workers::mistakes(&self.workers));
        mistakes
    }
}
