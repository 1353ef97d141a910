//! Imports that are killed at 200 moments: what is stored afterwards is the old state or the new one, and nothing between.
//!
//! The importer is this program again, as a process of its own. It says when its import begins; it is killed a random part
//! of an import's duration later.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use growthpole_datastore::{
    CollectSettings, Committed, Datastore, FileImport, ImportMode, ImportSettings, ImportWatch, StoreSettings,
    published,
};
use growthpole_ingest::{FormatChoice, Mapping, Options, Source};

use crate::demo::now;

const DIRECTORY: &str = "GROWTHPOLE_TEST_CRASH_DIRECTORY";
const VALUE: &str = "GROWTHPOLE_TEST_CRASH_VALUE";
const BEGINS: &str = "the import begins";
const KILLS: u32 = 200;
/// Vintages after which a new directory is taken, so that verification stays short.
const VINTAGES: u32 = 25;

fn open(directory: &Path) -> Datastore {
    Datastore::open(directory.to_str().unwrap(), StoreSettings::default()).unwrap()
}

/// Imports a file of three indicators, of which each value makes another one.
async fn import(store: &Datastore, value: u32) -> Committed {
    let mut file = tempfile::tempfile().unwrap();
    writeln!(file, "indicator,region,industry,period,value").unwrap();
    for (indicator, factor) in [("gdp", 1), ("jobs", 2), ("wages", 3)] {
        for (region, year) in (100..140).flat_map(|region| (2010..2016).map(move |year| (region, year))) {
            writeln!(file, "{indicator},{region},,{year},{}", factor * (value * 1000 + region * 7 + year)).unwrap();
        }
    }
    let import = FileImport {
        dataset: "d".to_owned(),
        source: Source::new(file, "figures.csv").unwrap(),
        options: Options { format: FormatChoice::Auto, mapping: Mapping::parse("").unwrap(), indicator: None },
        published: published("2020-01-01"),
        label: label(value),
        note: String::new(),
        mode: ImportMode::Replace,
        writes: true,
    };
    let imported = store.import_file(import, &ImportSettings::default(), ImportWatch::default(), now()).await.unwrap();
    imported.committed.unwrap_or_else(|| panic!("{}", imported.report))
}

fn label(value: u32) -> String {
    format!("values around {value}")
}

/// The importer; does nothing where nobody started it as one.
#[tokio::test]
async fn importer() {
    let (Ok(directory), Ok(value)) = (std::env::var(DIRECTORY), std::env::var(VALUE)) else { return };
    let store = open(Path::new(&directory));
    writeln!(std::io::stdout(), "\n{BEGINS}").unwrap();
    import(&store, value.parse().unwrap()).await;
}

/// An importer whose import has just begun, with a folder of temporary files of its own.
fn start(directory: &Path, value: u32) -> Child {
    let mut importer = Command::new(std::env::current_exe().unwrap())
        .args(["crash::importer", "--exact", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(VALUE, value.to_string())
        .env("TMPDIR", scratch(directory))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(importer.stdout.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == BEGINS), "the importer ended before its import began");
    importer
}

fn scratch(directory: &Path) -> PathBuf {
    directory.join("scratch")
}

/// How long an import takes that nobody kills.
fn duration(directory: &Path) -> Duration {
    let mut importer = start(directory, 0);
    let began = Instant::now();
    assert!(importer.wait().unwrap().success());
    began.elapsed()
}

/// Numbers in [0, 1), the same in every run (splitmix64).
struct Parts(u64);

impl Parts {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_the_old_state_or_the_new_one() {
    let mut parts = Parts(20_160_303);
    let [mut kept_old, mut made_new] = [0, 0];
    let mut left_behind = 0;
    for round in 0..KILLS / VINTAGES {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path();
        std::fs::create_dir(scratch(directory)).unwrap();
        let takes = duration(directory);
        for value in 1..=VINTAGES {
            let mut importer = start(directory, value);
            std::thread::sleep(takes.mul_f64(parts.next()));
            importer.kill().unwrap();
            importer.wait().unwrap();
            let temporary = std::fs::read_dir(scratch(directory)).unwrap().count();
            assert_eq!(temporary, 0, "round {round}, value {value}: temporary files outlive the importer");

            let store = open(directory);
            store.refresh().await.unwrap();
            let labels = |store: &Datastore| -> Vec<String> {
                store.dataset("d").unwrap().vintages.iter().map(|vintage| vintage.label.clone()).collect()
            };
            let old: Vec<String> = (0..value).map(label).collect();
            let new: Vec<String> = (0..=value).map(label).collect();
            let found = labels(&store);
            assert!(found == old || found == new, "round {round}, value {value}: {found:?}");
            if found == old {
                kept_old += 1
            } else {
                made_new += 1
            }
            let verification = store.verify().await.unwrap();
            assert_eq!(verification.damage, [], "round {round}, value {value}");
            left_behind += verification.unnamed;

            // The same import again makes the state the new one, whatever the first did.
            let again = import(&store, value).await;
            assert_eq!((again.already_there, again.vintage.number), (found == new, value + 1));
            assert_eq!(labels(&store), new);
        }
        let store = open(directory);
        let settings = CollectSettings { grace: Duration::ZERO, dry_run: false };
        store.collect(settings, jiff::Timestamp::now()).await.unwrap();
        let verification = store.verify().await.unwrap();
        assert_eq!((verification.damage.len(), verification.unnamed), (0, 0));
        assert_eq!(verification.vintages, u64::from(VINTAGES) + 1);
        let files = std::fs::read_dir(directory.join("datasets/d/data")).unwrap().count() as u64;
        assert_eq!(files, verification.objects, "temporary files are left");
    }
    eprintln!("killed {KILLS} times: {kept_old} old, {made_new} new, {left_behind} objects left behind");
    // Both were met, or the moments were none.
    assert!(kept_old > 10 && made_new > 0, "{kept_old} {made_new}");
}
