//! Collection of what no manifest names, also while others import.

use std::path::Path;
use std::time::{Duration, SystemTime};

use growthpole_datastore::{CollectSettings, Collection, Datastore, StoreError};
use object_store::ObjectStoreExt;

use crate::between::before;
use crate::commits::{catalogue, replacing, table};
use crate::demo::{Backend, backends, now};

const HOUR: Duration = Duration::from_secs(3600);

async fn collect(store: &Datastore, grace: Duration, dry_run: bool) -> Collection {
    // Objects bear the time of the real clock.
    store.collect(CollectSettings { grace, dry_run }, jiff::Timestamp::now()).await.unwrap()
}

/// Makes every file two days older.
fn age(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            age(&path);
        } else {
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - 48 * HOUR).unwrap();
        }
    }
}

/// Leaves behind what an import leaves that ended before its commit: a table and a catalogue.
async fn leave_behind(backend: &Backend) {
    let store = backend.open();
    store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
    let manifest = object_store::path::Path::from("datasets/d/vintages/000001.json");
    backend.store.delete(&manifest).await.unwrap();
}

#[tokio::test]
async fn what_nothing_names_is_removed_when_it_is_old() {
    for backend in backends() {
        leave_behind(&backend).await;
        let store = backend.open();
        store.commit_vintage(replacing("d", "2020-01-01", 2.0).await, now()).await.unwrap();
        store.retract_vintage("d", 1, "wrong", now()).await.unwrap();
        store.commit_vintage(replacing("other", "2020-01-01", 3.0).await, now()).await.unwrap();
        let before = backend.objects().await;
        assert_eq!(collect(&store, 24 * HOUR, false).await.removed, []);
        let would = collect(&store, Duration::ZERO, true).await;
        // Both tables of the first import are gone but one: the catalogue is that of the second.
        assert_eq!((would.removed.len(), would.named, would.young), (1, 4, 0), "{}", backend.name);
        assert_eq!(backend.objects().await, before);
        let removed = collect(&store, Duration::ZERO, false).await;
        assert_eq!(removed.removed, would.removed);
        let gone: Vec<&str> = removed.removed.iter().map(|removed| removed.object.as_str()).collect();
        let after = backend.objects().await;
        assert_eq!(before.difference(&after).map(String::as_str).collect::<Vec<_>>(), gone);
        // What a retracted vintage names is there still.
        assert_eq!(store.verify().await.unwrap().damage, []);
        assert_eq!(collect(&store, Duration::ZERO, false).await.removed, []);
    }
}

#[tokio::test]
async fn temporary_files_are_removed_when_they_are_old() {
    let backend = Backend::directory();
    let store = backend.imported().await;
    let folder = backend.files.as_ref().unwrap().join("datasets/demo");
    for name in ["data/ab.parquet#1", "vintages/000009.json#2", "data/notes.txt"] {
        std::fs::write(folder.join(name), "cut off").unwrap();
    }
    assert_eq!(collect(&store, HOUR, false).await.removed, []);
    age(&folder);
    let removed = collect(&store, HOUR, false).await.removed;
    let names: Vec<&str> = removed.iter().map(|removed| removed.object.as_str()).collect();
    assert_eq!(names, ["datasets/demo/data/ab.parquet#1", "datasets/demo/vintages/000009.json#2"]);
    // What is not ours is left alone.
    assert!(folder.join("data/notes.txt").exists() && !folder.join("data/ab.parquet#1").exists());
    assert_eq!(store.verify().await.unwrap().damage, []);
}

#[tokio::test]
async fn an_old_object_that_an_import_finds_is_young_again() {
    for backend in backends().into_iter().filter(|backend| backend.files.is_some()) {
        leave_behind(&backend).await;
        age(backend.files.as_ref().unwrap());
        // Right before its commit, a collector comes by.
        let collector = backend.open();
        let store = before(&backend.store, "/vintages/", || async move {
            let collection = collect(&collector, 24 * HOUR, false).await;
            assert_eq!((collection.removed.len(), collection.young), (0, 2));
        });
        let store = backend.open_through(store);
        store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        assert_eq!(store.verify().await.unwrap().damage, [], "{}", backend.name);
    }
}

#[tokio::test]
async fn what_is_removed_in_the_last_moment_is_written_again() {
    for backend in backends() {
        // As if the collector had found both objects old and forgotten right before the import wrote them anew.
        let inner = std::sync::Arc::clone(&backend.store);
        let collector = backend.open();
        let store = before(&backend.store, "/vintages/", || async move {
            let removed = collect(&collector, Duration::ZERO, false).await.removed;
            assert_eq!(removed.len(), 2);
            let path = object_store::path::Path::from(removed[0].object.as_str());
            assert!(inner.head(&path).await.is_err());
        });
        let store = backend.open_through(store);
        store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        assert_eq!(store.verify().await.unwrap().damage, [], "{}", backend.name);
    }
}

#[tokio::test]
async fn an_import_that_lost_its_objects_is_made_whole_by_the_next() {
    for backend in backends() {
        let store = backend.open();
        store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        let lost = backend.objects().await.into_iter().find(|name| name.ends_with(".parquet")).unwrap();
        backend.store.delete(&lost.as_str().into()).await.unwrap();
        assert_eq!(store.verify().await.unwrap().damage.len(), 1);
        let again = store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        assert!(again.already_there);
        assert_eq!(store.verify().await.unwrap().damage, [], "{}", backend.name);
    }
}

#[tokio::test]
async fn nothing_is_removed_beside_a_manifest_that_cannot_be_read() {
    for backend in backends() {
        leave_behind(&backend).await;
        let manifest = object_store::path::Path::from("datasets/d/vintages/000001.json");
        backend.store.put(&manifest, "{".into()).await.unwrap();
        let before = backend.objects().await;
        let settings = CollectSettings { grace: Duration::ZERO, dry_run: false };
        let error = backend.open().collect(settings, jiff::Timestamp::now()).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }));
        assert_eq!(backend.objects().await, before, "{}", backend.name);
    }
}

#[tokio::test]
async fn objects_that_vintages_share_are_written_once() {
    for backend in backends() {
        let store = backend.open();
        store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        let before = backend.objects().await;
        let mut second = replacing("d", "2020-02-02", 1.0).await;
        second.tables.push(table("growth", [1.0, 2.0, 3.0]));
        second.catalogue = catalogue("d").await;
        store.commit_vintage(second, now()).await.unwrap();
        // One table and one manifest more.
        assert_eq!(backend.objects().await.len(), before.len() + 2);
    }
}
