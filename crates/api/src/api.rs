//! The assembly: data services, in-process workers and the router in one set of routes.

use arrow_flight::flight_service_server::FlightServiceServer;
use growthpole_contracts::SERVED_DESCRIPTORS;
use growthpole_contracts::v1::{
    catalog_service_server, dataset_service_server, observation_service_server, panel_service_server,
    worker_service_server,
};
use growthpole_datastore::Datastore;
use growthpole_router::{InProcessWorker, OwnServices, Router, RouterError, RouterSettings, WorkerEndpoint};
use growthpole_server::HealthBoard;
use growthpole_worker_kit::Worker;
use serde::{Deserialize, Serialize};
use tonic::codec::CompressionEncoding::{Gzip, Zstd};
use tonic::service::Routes;

use crate::flight::Served;
use crate::importing::ImportLimits;
use crate::services::{catalog, dataset, import_vintage, observation, panel, worker};

/// Settings of the data services and of the router.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiSettings {
    /// Size of a received message.
    pub max_message_bytes: usize,
    /// How remote workers are dialled and watched.
    pub router: RouterSettings,
    /// How much room imports have.
    pub import: ImportLimits,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self { max_message_bytes: 4 << 20, router: RouterSettings::default(), import: ImportLimits::default() }
    }
}

/// Everything that one API process serves.
#[derive(Debug, Clone)]
pub struct Api {
    routes: axum::Router,
    health: HealthBoard,
    router: Router,
}

/// Limits and compression, which every generated server has under the same names without a trait to share.
macro_rules! bounded {
    ($server:expr, $settings:expr) => {
        $server
            .max_decoding_message_size($settings.max_message_bytes)
            .accept_compressed(Gzip)
            .accept_compressed(Zstd)
            .send_compressed(Gzip)
            .send_compressed(Zstd)
    };
}

impl Api {
    /// Assembles the services over a datastore that was loaded (by `refresh` or by an import), and begins to dial the
    /// remote workers. Must be called within a Tokio runtime.
    ///
    /// From now on the board says SERVING of the whole server and of all services of this process, and of remote ones
    /// while their worker is ready. To wait for remote workers first, see [`Router::wait_until_settled`].
    ///
    /// # Errors
    ///
    /// When workers or settings contradict themselves; a worker that cannot be reached is no error.
    pub fn new(
        datastore: Datastore,
        workers: Vec<Worker>,
        remote: Vec<WorkerEndpoint>,
        settings: &ApiSettings,
    ) -> Result<Self, RouterError> {
        let health = HealthBoard::new();
        let own = OwnServices { services: own_services(), descriptors: SERVED_DESCRIPTORS };
        let in_process = workers.into_iter().map(in_process).collect();
        let router = Router::new(in_process, remote, own, health.clone(), &settings.router)?;
        let routes = router
            .mount(data_services(datastore, &router, &health, settings).add_service(health.clone().into_service()));
        for service in router.own_services().iter().map(String::as_str).chain([""]) {
            health.set(service, true);
        }
        Ok(Self { routes, health, router })
    }

    /// All routes: what `growthpole_server::serve` serves.
    pub fn routes(&self) -> axum::Router {
        self.routes.clone()
    }

    /// The board that says what can be called.
    pub fn health(&self) -> HealthBoard {
        self.health.clone()
    }

    /// The router, which knows workers and methods.
    pub fn router(&self) -> &Router {
        &self.router
    }
}

/// Arrow Flight, whose generated code tells its name by a trait only.
const FLIGHT_SERVICE: &str = <FlightServiceServer<Served> as tonic::server::NamedService>::NAME;

fn own_services() -> Vec<String> {
    [
        catalog_service_server::SERVICE_NAME,
        dataset_service_server::SERVICE_NAME,
        observation_service_server::SERVICE_NAME,
        panel_service_server::SERVICE_NAME,
        worker_service_server::SERVICE_NAME,
        FLIGHT_SERVICE,
        "grpc.health.v1.Health",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn in_process(worker: Worker) -> InProcessWorker {
    InProcessWorker {
        name: worker.name.to_owned(),
        services: worker.services.iter().map(|service| (*service).to_owned()).collect(),
        routes: worker.routes,
    }
}

fn data_services(store: Datastore, router: &Router, health: &HealthBoard, settings: &ApiSettings) -> Routes {
    use catalog_service_server::CatalogServiceServer;
    use dataset_service_server::DatasetServiceServer;
    use observation_service_server::ObservationServiceServer;
    use panel_service_server::PanelServiceServer;
    use worker_service_server::WorkerServiceServer;
    let importer = import_vintage::Importer::new(store.clone(), settings.import.clone());
    let datasets = dataset::Datasets::new(store.clone(), health.clone(), importer);
    Routes::new(bounded!(DatasetServiceServer::new(datasets), settings))
        .add_service(bounded!(CatalogServiceServer::new(catalog::Catalogues::new(store.clone())), settings))
        .add_service(bounded!(ObservationServiceServer::new(observation::Observations::new(store.clone())), settings))
        .add_service(bounded!(PanelServiceServer::new(panel::Panels::new(store.clone())), settings))
        .add_service(bounded!(FlightServiceServer::new(Served::new(store)), settings))
        .add_service(bounded!(WorkerServiceServer::new(worker::Workers::new(router.clone())), settings))
}
