//! Imports: once, twice, at once, and of other data under the same number.

use std::collections::BTreeSet;

use growthpole_datastore::{Datastore, StoreError, StoreSettings};
use growthpole_domain::VintageInfo;
use object_store::ObjectStoreExt;

use crate::demo::{backends, now, older_package, package, package_with};

fn vintages(store: &Datastore) -> Vec<VintageInfo> {
    store.datasets().iter().flat_map(|handle| handle.vintages.clone()).collect()
}

#[tokio::test]
async fn the_second_import_finds_the_first() {
    for backend in backends() {
        let first = backend.open();
        let summary = first.import_packages(vec![package()], now()).await.unwrap();
        let all: Vec<(String, u32)> = (1..=3).map(|number| ("demo".to_owned(), number)).collect();
        assert_eq!((summary.imported, summary.unchanged), (all.clone(), vec![]), "{}", backend.name);
        let before = backend.objects().await;

        let second = backend.open();
        let later = now() + jiff::SignedDuration::from_hours(1);
        let summary = second.import_packages(vec![package()], later).await.unwrap();
        assert_eq!((summary.imported, summary.unchanged), (vec![], all), "{}", backend.name);
        assert_eq!((vintages(&second), backend.objects().await), (vintages(&first), before));
    }
}

#[tokio::test]
async fn every_store_gives_the_same_digests() {
    let mut digests = BTreeSet::new();
    for backend in backends() {
        let store = backend.imported().await;
        digests.insert(vintages(&store).into_iter().map(|vintage| vintage.digest).collect::<Vec<_>>());
    }
    assert_eq!(digests.len(), 1);
}

#[tokio::test]
async fn a_store_is_read_without_an_import() {
    for backend in backends() {
        let imported = backend.imported().await;
        let store = backend.open();
        assert!(store.datasets().is_empty());
        store.refresh().await.unwrap();
        assert_eq!(vintages(&store), vintages(&imported));
        assert_eq!(store.datasets()[0].catalogue, imported.datasets()[0].catalogue);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn importers_at_once_end_with_one_content() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new").join("folder");
    let import = |path: std::path::PathBuf| async move {
        let store = Datastore::open_directory(&path, StoreSettings::default()).unwrap();
        let summary = store.import_packages(vec![package()], now()).await.unwrap();
        (summary, vintages(&store))
    };
    let tasks: Vec<_> = (0..6).map(|_| tokio::spawn(import(path.clone()))).collect();
    let mut written = 0;
    let mut seen = Vec::new();
    for task in tasks {
        let (summary, vintages) = task.await.unwrap();
        assert_eq!(summary.imported.len() + summary.unchanged.len(), 3);
        written += summary.imported.len();
        seen.push(vintages);
    }
    // Each vintage was committed by exactly one of them.
    assert_eq!(written, 3);
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn vintages_that_agree_share_their_objects() {
    let backend = &backends()[0];
    let store = backend.open();
    // Without the bound on periods, vintages 2 and 3 have the same jobs.
    let package = package_with("dataset.toml", "through = \"2014\"\n", "");
    store.import_packages(vec![package], now()).await.unwrap();
    let of = |number: usize, indicator: &str| {
        vintages(&store)[number - 1].coverage_of(indicator).unwrap().table_digest.clone()
    };
    assert_eq!((of(1, "growth"), of(2, "jobs")), (of(2, "growth"), of(3, "jobs")));
    assert_ne!(of(2, "gdp"), of(3, "gdp"));
    // One catalogue, four tables, three manifests.
    assert_eq!(backend.objects().await.len(), 8);
}

#[tokio::test]
async fn a_vintage_joins_those_that_are_there() {
    let backend = &backends()[1];
    let whole = backend.imported().await;
    let third = object_store::path::Path::from("datasets/demo/vintages/000003.json");
    backend.store.delete(&third).await.unwrap();
    let store = backend.open();
    let summary = store.import_packages(vec![package()], now()).await.unwrap();
    assert_eq!((summary.imported, summary.unchanged.len()), (vec![("demo".to_owned(), 3)], 2));
    assert_eq!(vintages(&store), vintages(&whole));
}

#[tokio::test]
async fn other_data_under_one_number_are_refused() {
    for backend in backends() {
        let store = backend.imported().await;
        let changed = package_with("observations/growth.csv", "6.9", "7.0");
        let error = backend.open().import_packages(vec![changed], now()).await.unwrap_err();
        assert!(matches!(error, StoreError::DifferentVintage { number: 1, .. }), "{error}");
        assert!(error.to_string().contains("demo holds a vintage 1 with other data"));
        // What was there is there still.
        store.refresh().await.unwrap();
        assert_eq!(vintages(&store).len(), 3);
    }
}

/// A newer program may know more of regions, and older data must not keep it from starting.
#[tokio::test]
async fn the_same_figures_with_another_catalogue_stay_as_they_are() {
    for backend in backends() {
        let store = backend.imported().await;
        let before = vintages(&store);
        for (path, old, new) in
            [("regions.csv", "First,一省,,,", "First,一省,45.5,126.5,"), ("dataset.toml", "Second", "2nd")]
        {
            let summary = backend.open().import_packages(vec![package_with(path, old, new)], now()).await.unwrap();
            assert!(summary.imported.is_empty(), "{}", backend.name);
            let stays = summary.described_otherwise.len();
            assert!(stays > 0 && stays + summary.unchanged.len() == 3, "{}: {path} {summary:?}", backend.name);
            store.refresh().await.unwrap();
            assert_eq!(vintages(&store), before);
        }
    }
}

#[tokio::test]
async fn files_that_say_the_same_in_other_bytes_are_the_same_data() {
    let backend = &backends()[0];
    backend.imported().await;
    let other_bytes = package_with("observations/growth.csv", "growth,P1,,2014,5,", "growth,P1,,2014,5.0,");
    let summary = backend.open().import_packages(vec![other_bytes], now()).await.unwrap();
    assert_eq!((summary.imported.len(), summary.unchanged.len()), (0, 3));
}

#[tokio::test]
async fn what_is_no_manifest_is_not_read() {
    let backend = &backends()[1];
    backend.imported().await;
    // A file that another program left, and what a power failure leaves of a commit.
    for name in ["notes.txt", "000004.json"] {
        let path = object_store::path::Path::from(format!("datasets/demo/vintages/{name}"));
        backend.store.put(&path, "".into()).await.unwrap();
    }
    let store = backend.open();
    store.refresh().await.unwrap();
    assert_eq!(vintages(&store).len(), 3);
}

#[tokio::test]
async fn a_commit_that_a_power_failure_emptied_is_made_again() {
    let backend = &backends()[1];
    let path = object_store::path::Path::from("datasets/demo/vintages/000001.json");
    backend.store.put(&path, "".into()).await.unwrap();
    let store = backend.imported().await;
    assert_eq!(vintages(&store).len(), 3);
}

#[tokio::test]
async fn a_vintage_that_was_lost_is_imported_again() {
    for emptied in [false, true] {
        let backend = &backends()[1];
        let whole = backend.imported().await;
        let path = object_store::path::Path::from("datasets/demo/vintages/000001.json");
        match emptied {
            true => drop(backend.store.put(&path, "".into()).await.unwrap()),
            false => backend.store.delete(&path).await.unwrap(),
        }
        let store = backend.imported().await;
        assert_eq!(vintages(&store), vintages(&whole), "emptied: {emptied}");
    }
}

#[tokio::test]
async fn an_object_that_a_power_failure_damaged_is_written_again() {
    let backend = &backends()[1];
    let whole = backend.imported().await;
    for object in backend.objects().await {
        let path = object_store::path::Path::from(object.as_str());
        match object.contains("/vintages/") {
            true => backend.store.delete(&path).await.unwrap(),
            false => drop(backend.store.put(&path, "".into()).await.unwrap()),
        }
    }
    let store = backend.imported().await;
    assert_eq!(vintages(&store), vintages(&whole));
    store.panel(&crate::demo::selection("jobs")).await.unwrap();
}

#[tokio::test]
async fn a_place_that_is_no_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Datastore::open_directory(&file, StoreSettings::default()).unwrap_err();
    assert!(matches!(error, StoreError::Directory { .. }));
}

#[tokio::test]
async fn a_newer_program_takes_no_number_of_somebody_elses_vintage() {
    for backend in backends() {
        let older = backend.open();
        older.import_packages(vec![older_package()], now()).await.unwrap();
        let theirs = crate::commits::replacing("demo", "2022-05-05", 1.0).await;
        let theirs = older.commit_vintage(theirs, now()).await.unwrap().vintage;
        assert_eq!(theirs.number, 3);
        // The same program starts again beside it.
        let again = backend.open().import_packages(vec![older_package()], now()).await.unwrap();
        assert_eq!((again.imported.len(), again.unchanged.len()), (0, 2), "{}", backend.name);

        // The newer program has a third vintage, which takes the number that is free.
        let newer = backend.open();
        let summary = newer.import_packages(vec![package()], now()).await.unwrap();
        assert_eq!(summary.imported, [("demo".to_owned(), 4)]);
        assert_eq!(summary.unchanged, [("demo".to_owned(), 1), ("demo".to_owned(), 2)]);
        let handle = newer.dataset("demo").unwrap();
        let order: Vec<u32> = handle.vintages.iter().map(|vintage| vintage.number).collect();
        // It came out between the second and theirs, which is what counts.
        assert_eq!(order, [1, 2, 4, 3]);
        assert_eq!(handle.latest().unwrap(), &theirs);
        let summary = backend.open().import_packages(vec![package()], now()).await.unwrap();
        let unchanged: Vec<u32> = summary.unchanged.iter().map(|(_, number)| *number).collect();
        assert_eq!((summary.imported.len(), unchanged.as_slice()), (0, [1, 2, 4].as_slice()));
        // A vintage that was taken back is not brought back by a start.
        newer.retract_vintage("demo", 4, "wrong", now()).await.unwrap();
        let summary = backend.open().import_packages(vec![package()], now()).await.unwrap();
        assert_eq!((summary.imported.len(), summary.unchanged.len()), (0, 3));
        assert!(newer.verify().await.unwrap().damage.is_empty());
    }
}
