//! A small data set, an API over it, and clients.

use std::borrow::Cow;

use growthpole_api::{Api, ApiSettings, LocalPanels};
use growthpole_contracts::v1;
use growthpole_contracts::v1::catalog_service_client::CatalogServiceClient;
use growthpole_contracts::v1::dataset_service_client::DatasetServiceClient;
use growthpole_contracts::v1::observation_service_client::ObservationServiceClient;
use growthpole_contracts::v1::panel_service_client::PanelServiceClient;
use growthpole_contracts::v1::worker_service_client::WorkerServiceClient;
use growthpole_datastore::{Datastore, Package, QuerySettings, StoreSettings};
use growthpole_server::{Listener, ServerSettings, serve};
use growthpole_worker_kit::Worker;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tonic_types::StatusExt;

const DATASET: &str = r#"
id = "demo"
description = "Three provinces."
publisher = "Nobody"
licence = "None"
boundary_version = "demo-2015"
benchmark_region = "N"
main_level = "PROVINCE"
title = { en = "Demonstration" }
[[classifications]]
id = "K"
title = { en = "Industries" }
[[indicators]]
code = "growth"
name_en = "Growth"
name_zh = ""
unit = "percent"
unit_multiplier = 0
kind = "RATE"
aggregation = "NONE"
decimals = 1
description = ""
[[indicators]]
code = "jobs"
name_en = "Jobs"
name_zh = ""
unit = "persons"
unit_multiplier = 0
kind = "LEVEL"
aggregation = "SUM"
decimals = 0
classification = "K"
description = ""
"#;

const SECOND_VINTAGE: &str = r#"
[[vintages]]
number = 2
published = "2018-10"
precision = "MONTH"
label = "Second"
note = ""
[[vintages.observations]]
file = "growth-revised.csv"
[[vintages.observations]]
file = "jobs.csv"
"#;

const FIRST_VINTAGE: &str = r#"
[[vintages]]
number = 1
published = "2016-02-29"
precision = "DAY"
label = "First"
note = ""
[[vintages.observations]]
file = "growth.csv"
"#;

const REGIONS: &str = "\
code,level,parent,name_en,name_zh,latitude,longitude,other_codes,aliases,valid_from,valid_to,note
N,NATION,,Nation,国,,,,,,,
P1,PROVINCE,N,First,一省,45.5,126.5,ISO3166-2=XX-1,Premier,,,
P2,PROVINCE,N,Second,,,,,,,,
P3,PROVINCE,N,Third,,,,,,,,
C11,PREFECTURE,P1,City,,,,,,,,
C12,PREFECTURE,P1,City,,,,,,,,
";

const INDUSTRIES: &str = "\
classification,code,level,parent,name_en,name_zh,tags,note
K,A,SECTION,,Farming,,traditional,
K,B,SECTION,,Making,,,
";

const GROUPS: &str = "\
id,kind,name_en,name_zh,number,date,date_precision,document,note,source
mixed,CITY_CLUSTER,Mixed,,,2016-02-23,DAY,Letter 1,,s1
east,ECONOMIC_REGION,East,,,,,,,s1
";

const EVENTS: &str = "\
id,kind,number,name_en,name_zh,date,date_precision,document,regions,note,source
one,NEW_AREA,1,One,,2015-12-16,DAY,,P2,,s1
two,NEW_AREA,2,Two,,2016-02,MONTH,,P1;C11,,s1
";

const GROWTH: &str = "\
indicator,region,industry,period,value,status,note,source
growth,N,,2015,6.9,,,s1
growth,P1,,2014,5,,,s1
growth,P1,,2015,5.7,P,first release,s1
growth,P2,,2015,6.5,,,s1
growth,P3,,2015,,Q,,s1
";

const REVISED: &str = "\
indicator,region,industry,period,value,status,note,source
growth,N,,2015,7.0,,,s1
growth,P1,,2014,5,,,s1
growth,P1,,2015,5.4,,,s1
growth,P2,,2015,6.5,,,s1
growth,P3,,2016,3,,,s1
";

const JOBS: &str = "\
indicator,region,industry,period,value,status,note,source
jobs,P1,A,2015,11,,,s1
jobs,P1,B,2015,21,,,s1
jobs,P2,A,2015,31,,,s1
";

/// The data set with its first vintage, or with both.
pub(crate) fn package(vintages: usize) -> Package {
    let second = if vintages > 1 { SECOND_VINTAGE } else { "" };
    let files = [
        ("dataset.toml", format!("{DATASET}{FIRST_VINTAGE}{second}")),
        ("sources.csv", "id,citation\ns1,Yearbook\n".to_owned()),
        ("regions.csv", REGIONS.to_owned()),
        ("industries.csv", INDUSTRIES.to_owned()),
        ("groups.csv", GROUPS.to_owned()),
        ("group_members.csv", "group,region,role,note\nmixed,P3,MEMBER,\nmixed,C11,CENTRE,\n".to_owned()),
        ("events.csv", EVENTS.to_owned()),
        ("borders.csv", "region_a,region_b,source\nP1,P2,s1\nP2,P3,s1\n".to_owned()),
        ("observations/growth.csv", GROWTH.to_owned()),
        ("observations/growth-revised.csv", REVISED.to_owned()),
        ("observations/jobs.csv", JOBS.to_owned()),
    ];
    let only_second = ["observations/growth-revised.csv", "observations/jobs.csv"];
    let files = files.into_iter().filter(|(path, _)| vintages > 1 || !only_second.contains(path));
    Package::new("demo", files.map(|(path, text)| (path.to_owned(), Cow::Owned(text.into_bytes()))))
}

pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_700_000_000).unwrap()
}

/// An API that answers over TCP until it is dropped.
pub(crate) struct Running {
    pub(crate) api: Api,
    pub(crate) store: Datastore,
    pub(crate) channel: Channel,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An API over the data set with some of its vintages.
pub(crate) async fn demo(vintages: usize) -> Running {
    with_queries(vintages, QuerySettings::default()).await
}

/// The same, with other settings of queries.
pub(crate) async fn with_queries(vintages: usize, query: QuerySettings) -> Running {
    let store = Datastore::in_memory(StoreSettings { query, ..StoreSettings::default() });
    store.import_packages(vec![package(vintages)], now()).await.unwrap();
    start(store, |_| Vec::new()).await
}

pub(crate) async fn start(store: Datastore, workers: impl FnOnce(LocalPanels) -> Vec<Worker>) -> Running {
    let workers = workers(LocalPanels::new(store.clone()));
    let api = Api::new(store.clone(), workers, Vec::new(), &ApiSettings::default()).unwrap();
    let settings = ServerSettings { listen: "127.0.0.1:0".parse().unwrap(), ..ServerSettings::default() };
    let listener = Listener::bind(&settings.listen).unwrap();
    let address = listener.local_address();
    let (routes, health) = (api.routes(), api.health());
    let task = tokio::spawn(async move {
        serve(listener, routes, health, &settings, std::future::pending()).await.unwrap();
    });
    let channel = Endpoint::from_shared(address).unwrap().connect().await.unwrap();
    Running { api, store, channel, task }
}

impl Running {
    pub(crate) fn datasets(&self) -> DatasetServiceClient<Channel> {
        DatasetServiceClient::new(self.channel.clone())
    }

    pub(crate) fn catalogue(&self) -> CatalogServiceClient<Channel> {
        CatalogServiceClient::new(self.channel.clone())
    }

    pub(crate) fn observations(&self) -> ObservationServiceClient<Channel> {
        ObservationServiceClient::new(self.channel.clone())
    }

    pub(crate) fn panels(&self) -> PanelServiceClient<Channel> {
        PanelServiceClient::new(self.channel.clone())
    }

    pub(crate) fn workers(&self) -> WorkerServiceClient<Channel> {
        WorkerServiceClient::new(self.channel.clone())
    }
}

/// Checks code, reason and the field to blame.
#[track_caller]
pub(crate) fn assert_provenance(provenance: Option<&v1::Provenance>, vintage: i32, method: &str) {
    let provenance = provenance.expect("provenance");
    assert_eq!((provenance.dataset.as_str(), provenance.vintage), ("demo", vintage));
    assert_eq!((provenance.method.as_str(), provenance.method_revision), (method, 1));
    assert_eq!((provenance.boundary_version.as_str(), provenance.panel_digest.as_str()), ("demo-2015", ""));
    assert!(!provenance.published.is_empty() && !provenance.software_version.is_empty());
}

pub(crate) fn assert_refused(status: &Status, code: Code, reason: &str, field: &str) {
    let details = status.get_error_details();
    let info = details.error_info().expect("an ErrorInfo");
    assert_eq!((status.code(), info.reason.as_str(), info.domain.as_str()), (code, reason, "growthpole"), "{status:?}");
    let fields: Vec<&str> = details
        .bad_request()
        .map(|request| request.field_violations.iter().map(|violation| violation.field.as_str()).collect())
        .unwrap_or_default();
    assert_eq!(fields, [field], "{status:?}");
}

/// The first names that an unknown one is answered with.
pub(crate) fn nearest(status: &Status) -> String {
    status.get_details_error_info().unwrap().metadata["nearest"].clone()
}
