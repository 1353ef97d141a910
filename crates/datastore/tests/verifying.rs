//! Verification finds every kind of damage, by object.

use growthpole_datastore::{Damage, NewVintage, Verification};
use object_store::ObjectStoreExt;
use object_store::path::Path;

use crate::commits::{replacing, table};
use crate::demo::{Backend, backends, now};

async fn verified(backend: &Backend) -> Verification {
    backend.open().verify().await.unwrap()
}

/// Does something to one object, and gives the damage that is found then.
async fn damage_after(backend: &Backend, path: &str, content: Option<Vec<u8>>) -> Vec<Damage> {
    let path = Path::from(path);
    let before = match backend.store.get(&path).await {
        Ok(found) => Some(found.bytes().await.unwrap()),
        Err(_) => None,
    };
    match content {
        Some(content) => drop(backend.store.put(&path, content.into()).await.unwrap()),
        None => backend.store.delete(&path).await.unwrap(),
    }
    let damage = verified(backend).await.damage;
    match before {
        Some(before) => drop(backend.store.put(&path, before.into()).await.unwrap()),
        None => backend.store.delete(&path).await.unwrap(),
    }
    damage
}

#[tokio::test]
async fn a_whole_store_is_whole() {
    for backend in backends() {
        assert_eq!(verified(&backend).await, Verification::default());
        let store = backend.imported().await;
        store.retract_vintage("demo", 2, "wrong", now()).await.unwrap();
        store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        let found = verified(&backend).await;
        assert_eq!((found.datasets, found.vintages, found.retracted, found.unnamed), (2, 4, 1, 0));
        // Five tables and a catalogue, and a table and a catalogue.
        assert_eq!((found.objects, found.damage.as_slice()), (8, [].as_slice()), "{}", backend.name);
    }
}

#[tokio::test]
async fn every_object_that_is_changed_or_lost_is_told() {
    for backend in backends() {
        let store = backend.imported().await;
        store.retract_vintage("demo", 3, "wrong", now()).await.unwrap();
        for object in backend.objects().await {
            let bytes = backend.store.get(&object.as_str().into()).await.unwrap().bytes().await.unwrap();
            let mut changed = bytes.to_vec();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            let damage = damage_after(&backend, &object, Some(changed)).await;
            // A manifest that was changed may be read as damaged together with its tombstone, no more than that.
            assert!(damage.iter().any(|damage| damage.object == object), "{}: {object}: {damage:?}", backend.name);
            if object.ends_with("retracted.json") || object.ends_with("000003.json") {
                continue;
            }
            assert_eq!(damage.len(), 1, "{object}");
            let damage = damage_after(&backend, &object, None).await;
            assert_eq!(damage.iter().map(|damage| &damage.object).collect::<Vec<_>>(), [&object]);
            assert!(damage[0].problem.starts_with("it is not there"), "{damage:?}");
        }
        assert_eq!(verified(&backend).await.damage, []);
    }
}

#[tokio::test]
async fn what_does_not_belong_together_is_told() {
    for backend in backends() {
        let store = backend.imported().await;
        store.retract_vintage("demo", 3, "wrong", now()).await.unwrap();
        let read = |path: &'static str| {
            let store = &backend.store;
            async move { store.get(&path.into()).await.unwrap().bytes().await.unwrap().to_vec() }
        };
        let tombstone = read("datasets/demo/vintages/000003.retracted.json").await;
        let manifest = read("datasets/demo/vintages/000003.json").await;
        let [beside_another, without, copied, newer] = [
            ("datasets/demo/vintages/000001.retracted.json", tombstone.clone()),
            ("datasets/demo/vintages/000009.retracted.json", tombstone),
            ("datasets/demo/vintages/000004.json", manifest.clone()),
            ("datasets/demo/vintages/000003.json", String::from_utf8(manifest).unwrap().replacen("1", "2", 1).into()),
        ];
        for ((path, content), expected) in [
            (beside_another, "it takes back another vintage"),
            (without, "it takes back a vintage whose manifest is not there"),
            (copied, "it stands under the name of another vintage"),
            (newer, "it has format 2, and this version reads format 1"),
        ] {
            let damage = damage_after(&backend, path, Some(content)).await;
            assert_eq!(damage.iter().map(|damage| damage.object.as_str()).collect::<Vec<_>>(), [path]);
            assert!(damage[0].problem.starts_with(expected), "{damage:?}");
        }
    }
}

#[tokio::test]
async fn a_table_is_compared_with_what_is_stated_of_it() {
    for backend in backends() {
        let mut cases = [(); 3].map(|()| table("gdp", [1.0, 2.0, 3.0]));
        cases[0].observations = 4;
        cases[1].last = "2016".parse().unwrap();
        cases[2].indicator = "growth".into();
        let expected = [
            "a manifest states observations 4, it holds 3 in",
            "a manifest states periods 2015 to 2016, it holds 2015 to 2015",
            "a manifest states the indicator growth, it holds gdp",
        ];
        for ((dataset, table), expected) in ["a", "b", "c"].into_iter().zip(cases).zip(expected) {
            let vintage = NewVintage { tables: vec![table], ..replacing(dataset, "2020-01-01", 1.0).await };
            backend.open().commit_vintage(vintage, now()).await.unwrap();
            let damage = verified(&backend).await.damage;
            let told = damage.iter().find(|damage| damage.object.starts_with(&format!("datasets/{dataset}/"))).unwrap();
            assert!(told.problem.starts_with(expected), "{}: {told:?}", backend.name);
        }
    }
}
