//! Damaged stores: nothing that was changed is answered from.

use growthpole_datastore::StoreError;
use growthpole_domain::QueryError;
use object_store::ObjectStoreExt;
use object_store::path::Path;

use crate::demo::{Backend, backends, selection};

async fn table_path(backend: &Backend, indicator: &str) -> Path {
    let store = backend.open();
    store.refresh().await.unwrap();
    let handle = store.dataset("demo").unwrap();
    let digest = &handle.vintages[2].coverage_of(indicator).unwrap().table_digest;
    Path::from(format!("datasets/demo/data/{digest}.parquet"))
}

#[tokio::test]
async fn a_changed_table_is_not_read() {
    for backend in backends() {
        backend.imported().await;
        let path = table_path(&backend, "gdp").await;
        let mut bytes = backend.store.get(&path).await.unwrap().bytes().await.unwrap().to_vec();
        bytes[40] ^= 1;
        backend.store.put(&path, bytes.into()).await.unwrap();
        let store = backend.open();
        store.refresh().await.unwrap();
        let error = store.panel(&selection("gdp")).await.unwrap_err();
        assert!(matches!(&error, QueryError::Corrupt(text) if text.contains("another digest")), "{error}");
        // What is whole still answers.
        assert!(store.panel(&selection("jobs")).await.is_ok(), "{}", backend.name);
    }
}

#[tokio::test]
async fn a_lost_table_is_not_taken_for_an_empty_one() {
    for backend in backends() {
        backend.imported().await;
        let path = table_path(&backend, "gdp").await;
        backend.store.delete(&path).await.unwrap();
        let store = backend.open();
        store.refresh().await.unwrap();
        let error = store.panel(&selection("gdp")).await.unwrap_err();
        assert!(matches!(&error, QueryError::Corrupt(text) if text.contains("not there")), "{error}");
    }
}

#[tokio::test]
async fn a_changed_manifest_or_catalogue_is_not_read() {
    for backend in backends() {
        let whole = backend.imported().await;
        let path = Path::from("datasets/demo/vintages/000002.json");
        let text = backend.store.get(&path).await.unwrap().bytes().await.unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        let changed = text.replace("\"published\": \"2018-10-01\"", "\"published\": \"2015-10-01\"");
        assert_ne!(changed, text);
        backend.store.put(&path, changed.into()).await.unwrap();
        let error = backend.open().refresh().await.unwrap_err();
        assert!(matches!(&error, StoreError::Corrupt { object, .. } if object.ends_with("000002.json")), "{error}");
        // A process that knew the whole state goes on with it.
        assert!(whole.refresh().await.is_err());
        assert!(whole.panel(&selection("gdp")).await.is_ok());

        backend.store.put(&path, text.clone().into()).await.unwrap();
        let catalogue = text.split("\"catalogue\": \"").nth(1).unwrap().split('"').next().unwrap();
        let path = Path::from(format!("datasets/demo/data/{catalogue}.json"));
        backend.store.put(&path, "{}".into()).await.unwrap();
        assert!(matches!(backend.open().refresh().await, Err(StoreError::Corrupt { .. })));
    }
}

#[tokio::test]
async fn a_manifest_under_another_number_is_not_read() {
    let backend = &backends()[0];
    backend.imported().await;
    let [from, to] = [2, 4].map(|number| Path::from(format!("datasets/demo/vintages/00000{number}.json")));
    backend.store.copy(&from, &to).await.unwrap();
    assert!(matches!(backend.open().refresh().await, Err(StoreError::Corrupt { .. })));
}
