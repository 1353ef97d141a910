//! A small data set, and the stores that the tests run over.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Once};

use futures_util::TryStreamExt as _;

use growthpole_datastore::{Datastore, Package, StoreSettings};
use growthpole_domain::{
    BenchmarkChoice, IndustryChoice, Period, PeriodChoice, RegionChoice, Selection, VintageChoice,
};
use object_store::ObjectStore;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;

use crate::s3::bucket;
use crate::s3_server::{BUCKET, SECRET_KEY, Server};

/// The account of the Azure Blob emulator and its key, which are the same for everybody.
const EMULATOR_ACCOUNT: &str = "devstoreaccount1";
const EMULATOR_KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const DATASET: &str = r#"
id = "demo"
description = "Three provinces."
publisher = "Nobody"
licence = "None"
boundary_version = "demo-2015"
benchmark_region = "N"
main_level = "PROVINCE"

[title]
en = "Demonstration"

[[classifications]]
id = "K"
title = { en = "Industries" }

[[indicators]]
code = "gdp"
name_en = "GDP"
name_zh = "地区生产总值"
unit = "CNY"
unit_multiplier = 8
kind = "FLOW"
price_basis = "CURRENT"
aggregation = "SUM"
decimals = 1
growth_indicator = "growth"
description = ""

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

[[vintages]]
number = 1
published = "2016-02-29"
precision = "day"
label = "First"
note = ""
[[vintages.observations]]
file = "growth.csv"

[[vintages]]
number = 2
published = "2018-10"
precision = "MONTH"
label = "Second"
note = ""
[[vintages.observations]]
file = "growth.csv"
[[vintages.observations]]
file = "gdp-old.csv"
[[vintages.observations]]
file = "jobs.csv"
through = "2014"

[[vintages]]
number = 3
published = "2021"
precision = "Year"
label = "Third"
note = ""
[[vintages.observations]]
file = "gdp-new.csv"
[[vintages.observations]]
file = "jobs.csv"
indicators = ["jobs"]
"#;

const REGIONS: &str = "\
code,level,parent,name_en,name_zh,latitude,longitude,other_codes,aliases,valid_from,valid_to,note
N,NATION,,Nation,国,,,,,,,
P2,PROVINCE,N,Second,,45.756967,126.642464,ISO3166-2=DE-2;OLD=22,Deuxième;Zweite,,,
P1,PROVINCE,N,First,一省,,,,,1949,,Note
P3,PROVINCE,N,Third,,,,,,,,
C11,PREFECTURE,P1,City,,,,,,,,
C12,PREFECTURE,P1,Town,,,,,,,,
";

const INDUSTRIES: &str = "\
classification,code,level,parent,name_en,name_zh,tags,note
K,A,SECTION,,Farming,,traditional;resource_based,
K,B,SECTION,,Making,,,
K,B1,DIVISION,B,Making food,,,
";

const GROUPS: &str = "\
id,kind,name_en,name_zh,number,date,date_precision,document,note,source
mixed,CITY_CLUSTER,Mixed,,,2016-02-23,MONTH,Letter 1,,s1
empty,ECONOMIC_REGION,Empty,,,,,,,s1
";

const MEMBERS: &str = "group,region,role,note\nmixed,P3,MEMBER,\nmixed,C11,CENTRE,\n";

const EVENTS: &str = "\
id,kind,number,name_en,name_zh,date,date_precision,document,regions,note,source
second,NEW_AREA,2,Two,,2016-02,MONTH,,P1;C11,,s1
first,NEW_AREA,1,One,,2015-12-16,DAY,,P2,,s1
";

const GROWTH: &str = "\
indicator,region,industry,period,value,status,note,source
growth,N,,2014,7.3,,,s1
growth,N,,2015,6.9,,,s1
growth,P1,,2014,5,,,s1
growth,P1,,2015,5.7,P,first release,s1
growth,P2,,2015,6.5,,,s1
growth,P3,,2015,,Q,,s2
";

const GDP_OLD: &str = "\
indicator,region,industry,period,value,status,note,source
gdp,N,,2014,100,,,s1
gdp,N,,2015,110,,,s1
gdp,P1,,2014,40,,,s1
gdp,P1,,2015,44,,,s1
gdp,P2,,2014,30,,,s1
gdp,P2,,2015,33,,,s1
gdp,P3,,2014,20,,,s1
";

const GDP_NEW: &str = "\
indicator,region,industry,period,value,status,note,source
gdp,P1,,2014,40,,,s1
gdp,P1,,2015,43.5,,,s1
gdp,P2,,2014,30,E,,s1
gdp,P2,,2015,33,,another note,s1
gdp,P3,,2014,20,,,s1
gdp,P3,,2015,0,,,s1
";

const JOBS: &str = "\
indicator,region,industry,period,value,status,note,source
jobs,P1,A,2014,10,,,s1
jobs,P1,B,2014,20,,,s1
jobs,P2,A,2014,30,,,s1
jobs,P1,A,2015,11,,,s1
jobs,P2,A,2015,31,,,s1
jobs,P2,B,2015,,,,s1
jobs,C11,A,2015,5,,,s1
";

/// The files of the data set, by path.
pub(crate) fn files() -> Vec<(&'static str, String)> {
    [
        ("dataset.toml", DATASET),
        ("sources.csv", "id,citation\ns1,Yearbook\ns2,\"Communiqué, 2016\"\n"),
        ("regions.csv", REGIONS),
        ("industries.csv", INDUSTRIES),
        ("groups.csv", GROUPS),
        ("group_members.csv", MEMBERS),
        ("events.csv", EVENTS),
        ("borders.csv", "region_a,region_b,source\nP2,P1,s1\nP1,P2,s1\nP2,P3,s1\nC11,C12,s1\n"),
        ("observations/growth.csv", GROWTH),
        ("observations/gdp-old.csv", GDP_OLD),
        ("observations/gdp-new.csv", GDP_NEW),
        ("observations/jobs.csv", JOBS),
    ]
    .map(|(path, content)| (path, content.to_owned()))
    .to_vec()
}

/// The data set, with one text of one file replaced by another.
pub(crate) fn package_with(path: &str, old: &str, new: &str) -> Package {
    let mut files = files();
    let file = files.iter_mut().find(|(name, _)| *name == path).unwrap();
    assert!(file.1.contains(old), "{path} holds no {old}");
    file.1 = file.1.replacen(old, new, 1);
    package_of(files)
}

pub(crate) fn package() -> Package {
    package_of(files())
}

/// The data set as an older program had it: without its third vintage.
pub(crate) fn older_package() -> Package {
    let mut files = files();
    let description = &mut files.iter_mut().find(|(name, _)| *name == "dataset.toml").unwrap().1;
    let third = description.rfind("[[vintages]]\nnumber = 3").unwrap();
    description.truncate(third);
    package_of(files)
}

fn package_of(files: Vec<(&'static str, String)>) -> Package {
    let files = files.into_iter().map(|(path, content)| (path.to_owned(), Cow::Owned(content.into_bytes())));
    Package::new("demo", files)
}

pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_700_000_000).unwrap()
}

/// An object store of a test, empty.
pub(crate) struct Backend {
    pub(crate) name: &'static str,
    /// The objects, past everything that the datastore does.
    pub(crate) store: Arc<dyn ObjectStore>,
    /// The folder whose files the objects are: also those of the S3 server.
    pub(crate) files: Option<PathBuf>,
    is_directory: bool,
    _directory: Option<tempfile::TempDir>,
    _server: Option<Server>,
}

impl Backend {
    fn memory() -> Self {
        let store = Arc::new(InMemory::new());
        Self { name: "memory", store, files: None, is_directory: false, _directory: None, _server: None }
    }

    pub(crate) fn directory() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Arc::new(LocalFileSystem::new_with_prefix(directory.path()).unwrap());
        let files = Some(directory.path().to_owned());
        Self { name: "directory", store, files, is_directory: true, _directory: Some(directory), _server: None }
    }

    /// A bucket of a server in this process, below a prefix.
    pub(crate) fn s3() -> Self {
        Self::s3_of(Server::start)
    }

    /// The same of a server whose conditional writes hold when many write at once.
    pub(crate) fn strict_s3() -> Self {
        Self::s3_of(crate::s3::strict)
    }

    fn s3_of(start: impl FnOnce(&std::path::Path) -> Server) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = start(directory.path());
        let store = Arc::new(PrefixStore::new(bucket(&server, SECRET_KEY), "pre/fix"));
        let files = Some(directory.path().join(BUCKET).join("pre/fix"));
        Self { name: "s3", store, files, is_directory: false, _directory: Some(directory), _server: Some(server) }
    }

    /// A container of the Azure Blob emulator that `GROWTHPOLE_AZURITE` names, below a prefix that no other test has; none,
    /// with the reason, where there is no emulator.
    fn azure() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(endpoint) = std::env::var("GROWTHPOLE_AZURITE") else {
            static SAID: Once = Once::new();
            #[allow(clippy::print_stdout)] // what is skipped is said where the tests run
            SAID.call_once(|| {
                println!("skipped: GROWTHPOLE_AZURITE names no Azure Blob emulator; `.ci/run` starts one");
            });
            return None;
        };
        let builder = MicrosoftAzureBuilder::new()
            .with_account(EMULATOR_ACCOUNT)
            .with_access_key(EMULATOR_KEY)
            .with_endpoint(format!("{endpoint}/{EMULATOR_ACCOUNT}"))
            .with_allow_http(true)
            .with_container_name(BUCKET);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("{}-{number}", std::process::id());
        let store = Arc::new(PrefixStore::new(builder.build().unwrap(), prefix));
        Some(Self { name: "azure", store, files: None, is_directory: false, _directory: None, _server: None })
    }

    /// A new process over the same objects.
    pub(crate) fn open(&self) -> Datastore {
        match &self.files {
            Some(files) if self.is_directory => {
                Datastore::open(files.to_str().unwrap(), StoreSettings::default()).unwrap()
            }
            _ => self.open_through(Arc::clone(&self.store)),
        }
    }

    /// A new process that reaches the objects through another store.
    pub(crate) fn open_through(&self, store: Arc<dyn ObjectStore>) -> Datastore {
        Datastore::with_store(store, StoreSettings::default())
    }

    pub(crate) async fn imported(&self) -> Datastore {
        let store = self.open();
        store.import_packages(vec![package()], now()).await.unwrap();
        store
    }

    /// Names of all objects, but for the one that is written to see that nothing is written over.
    pub(crate) async fn objects(&self) -> BTreeSet<String> {
        let mut all: BTreeSet<String> =
            self.store.list(None).map_ok(|object| object.location.to_string()).try_collect().await.unwrap();
        all.remove("datasets/put-if-absent");
        all
    }
}

/// One of each kind of store: every test of what is stored runs over all of them.
pub(crate) fn backends() -> Vec<Backend> {
    [Backend::memory(), Backend::directory(), Backend::s3()].into_iter().chain(Backend::azure()).collect()
}

/// A store in memory with the data set.
pub(crate) async fn store() -> Datastore {
    let store = Datastore::in_memory(StoreSettings::default());
    store.import_packages(vec![package()], now()).await.unwrap();
    store
}

pub(crate) fn period(text: &str) -> Period {
    text.parse().unwrap()
}

pub(crate) fn codes(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// Everything of an indicator.
pub(crate) fn selection(indicator: &str) -> Selection {
    Selection {
        dataset: "demo".into(),
        vintage: VintageChoice::Latest,
        indicator: indicator.into(),
        companions: vec![],
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
        benchmark: BenchmarkChoice::None,
        zero_for_missing: false,
    }
}
