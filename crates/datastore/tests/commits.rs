//! Commits of further vintages: numbers, order, sharing, and others who are faster.

use std::io::Write as _;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Float64Array, RecordBatch};
use growthpole_datastore::{Body, CommitMode, Datastore, NewTable, NewVintage, StoreError};
use growthpole_domain::{Catalogue, DatedPrecision, VintageChoice};
use parquet::arrow::ArrowWriter;

use crate::between::before;
use crate::demo::{self, Backend, backends, now, period};

/// A table of one period's observations of three regions.
pub(crate) fn table(indicator: &str, values: [f64; 3]) -> NewTable {
    let texts = |text: &str| -> ArrayRef { Arc::new([text; 3].into_iter().collect::<DictionaryArray<Int32Type>>()) };
    let regions: DictionaryArray<Int32Type> = ["P1", "P2", "P3"].into_iter().collect();
    let columns: [(&str, ArrayRef); 8] = [
        ("region", Arc::new(regions)),
        ("industry", texts("")),
        ("indicator", texts(indicator)),
        ("period", texts("2015")),
        ("status", texts("A")),
        ("note", texts("")),
        ("source", texts("s1")),
        ("value", Arc::new(Float64Array::from(values.to_vec()))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let (first, last) = (period("2015"), period("2015"));
    NewTable { indicator: indicator.to_owned(), first, last, observations: 3, body: Body::Bytes(bytes.into()) }
}

/// The catalogue of the small data set under another id.
pub(crate) async fn catalogue(dataset: &str) -> Arc<Catalogue> {
    let mut catalogue = (*demo::store().await.datasets()[0].catalogue).clone();
    dataset.clone_into(&mut catalogue.dataset.id);
    Arc::new(catalogue)
}

/// A vintage of GDP that was published on a day, with values of its own.
pub(crate) async fn replacing(dataset: &str, published: &str, value: f64) -> NewVintage {
    NewVintage {
        dataset: dataset.to_owned(),
        published: Some((published.parse().unwrap(), DatedPrecision::Day)),
        label: format!("values around {value}"),
        note: String::new(),
        catalogue: catalogue(dataset).await,
        tables: vec![table("gdp", [value, value + 1.0, value + 2.0])],
        mode: CommitMode::Replace,
    }
}

/// The same as an addition to a vintage, of growth.
async fn upserting(dataset: &str, published: &str, value: f64, base: Option<u32>) -> NewVintage {
    let tables = vec![table("growth", [value, value, value])];
    NewVintage { tables, mode: CommitMode::Upsert { base }, ..replacing(dataset, published, value).await }
}

fn numbers(store: &Datastore, dataset: &str) -> Vec<u32> {
    store.dataset(dataset).unwrap().vintages.iter().map(|vintage| vintage.number).collect()
}

async fn is_whole(backend: &Backend) -> bool {
    let verification = backend.open().verify().await.unwrap();
    assert_eq!(verification.damage, [], "{}", backend.name);
    true
}

#[tokio::test]
async fn a_vintage_of_a_new_data_set_is_its_first() {
    for backend in backends() {
        let store = backend.open();
        let committed = store.commit_vintage(replacing("new-1", "2020-01-01", 1.0).await, now()).await.unwrap();
        assert_eq!((committed.vintage.number, committed.already_there, committed.base), (1, false, None));
        // Known here at once, and to others who look.
        let other = backend.open();
        other.refresh().await.unwrap();
        for store in [&store, &other] {
            assert_eq!(store.dataset("new-1").unwrap().vintages, std::slice::from_ref(&committed.vintage));
        }
        let selection = growthpole_domain::Selection { dataset: "new-1".into(), ..demo::selection("gdp") };
        let panel = other.panel(&selection).await.unwrap();
        assert_eq!(panel.panel.values[0], 1.0);
        assert!(is_whole(&backend).await);
    }
}

#[tokio::test]
async fn the_same_again_is_the_same_vintage() {
    for backend in backends() {
        let store = backend.open();
        let later = now() + jiff::SignedDuration::from_hours(50);
        let first = store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        let objects = backend.objects().await;
        let again = backend.open().commit_vintage(replacing("d", "2020-01-01", 1.0).await, later).await.unwrap();
        assert_eq!((again.already_there, again.vintage), (true, first.vintage), "{}", backend.name);
        // Without a day, only the data count; with another, it is another publication.
        let undated = NewVintage { published: None, ..replacing("d", "2020-01-01", 1.0).await };
        assert!(store.commit_vintage(undated, later).await.unwrap().already_there);
        assert_eq!(backend.objects().await, objects);
        let second = store.commit_vintage(replacing("d", "2020-02-02", 1.0).await, later).await.unwrap();
        assert_eq!((second.vintage.number, second.already_there), (2, false));
        let other = NewVintage { note: "revised".into(), ..replacing("d", "2020-02-02", 1.0).await };
        assert_eq!(store.commit_vintage(other, later).await.unwrap().vintage.number, 3);
        // Back to what was before a correction is a vintage of its own.
        store.commit_vintage(replacing("d", "2020-03-03", 5.0).await, later).await.unwrap();
        let back = NewVintage { published: None, ..replacing("d", "2020-03-03", 1.0).await };
        assert!(!store.commit_vintage(back, later).await.unwrap().already_there);
    }
}

#[tokio::test]
async fn what_was_published_earlier_is_not_the_latest() {
    for backend in backends() {
        let store = backend.open();
        for (day, value) in [("2020-06-01", 6.0), ("2018-01-01", 1.0), ("2019-01-01", 2.0)] {
            store.commit_vintage(replacing("d", day, value).await, now()).await.unwrap();
        }
        assert_eq!(numbers(&store, "d"), [2, 3, 1]);
        let handle = store.dataset("d").unwrap();
        let resolved = |choice| handle.resolve_vintage(choice, &["gdp"]).unwrap().vintage.number;
        let as_of = |text: &str| resolved(VintageChoice::AsOf(text.parse().unwrap()));
        assert_eq!((resolved(VintageChoice::Latest), as_of("2018-12-31"), as_of("2019-01-01")), (1, 2, 3));
        assert_eq!((as_of("2020-06-01"), resolved(VintageChoice::Number(2))), (1, 2));
        let early = handle.resolve_vintage(VintageChoice::AsOf("2017-12-31".parse().unwrap()), &[]).unwrap_err();
        assert!(early.to_string().ends_with("the first vintage is of 2018-01-01"), "{early}");
    }
}

#[tokio::test]
async fn an_upsert_shares_what_it_does_not_touch() {
    for backend in backends() {
        let store = backend.open();
        let first = store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap().vintage;
        let base = store.base_of("d", None, now()).await.unwrap().unwrap();
        assert_eq!(base.vintage, first);
        let second = upserting("d", "2020-02-02", 7.0, Some(1)).await;
        let second = store.commit_vintage(second, now()).await.unwrap();
        assert_eq!((second.vintage.number, second.base), (2, Some(1)));
        assert_eq!(second.vintage.coverage_of("gdp"), first.coverage_of("gdp"));
        assert_eq!(second.vintage.observation_count(), 6);
        // What came out before is made on what was there before.
        let early =
            store.base_of("d", Some(("2019-01-01".parse().unwrap(), DatedPrecision::Day)), now()).await.unwrap();
        assert_eq!(early, None);
        let early = store.commit_vintage(upserting("d", "2019-01-01", 7.0, None).await, now()).await.unwrap();
        assert_eq!((early.vintage.number, early.vintage.observation_count()), (3, 3));
        assert!(is_whole(&backend).await);
    }
}

#[tokio::test]
async fn a_vintage_that_breaks_a_rule_is_refused_before_anything_is_written() {
    let backend = Backend::directory();
    let store = backend.open();
    let good = replacing("d", "2020-01-01", 1.0).await;
    let (twice, nothing) = ([good.tables.clone(), good.tables.clone()].concat(), Vec::new());
    let mut unknown = good.tables.clone();
    unknown[0].indicator = "unheard-of".into();
    let mut empty = good.tables.clone();
    empty[0].observations = 0;
    let with = |tables| NewVintage { tables, ..good.clone() };
    let cases = [
        (NewVintage { dataset: "../x".into(), ..good.clone() }, "dataset: \"../x\" is no id"),
        (NewVintage { dataset: "other".into(), ..good.clone() }, "catalogue: it is of d, not of other"),
        (with(twice), "tables: gdp: there are two tables of it"),
        (with(nothing), "tables: there is none"),
        (with(unknown), "catalogue: it does not hold the indicator unheard-of"),
        (with(empty), "tables: gdp: its table is empty"),
    ];
    for (vintage, expected) in cases {
        let error = store.commit_vintage(vintage, now()).await.unwrap_err();
        assert!(matches!(error, StoreError::InvalidVintage { .. }));
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    assert!(backend.objects().await.is_empty());
}

#[tokio::test]
async fn another_commit_is_faster_and_this_one_takes_the_next_number() {
    for backend in backends() {
        let other = backend.open();
        let theirs = replacing("d", "2020-03-03", 3.0).await;
        let store = before(&backend.store, "/vintages/", || async move {
            assert_eq!(other.commit_vintage(theirs, now()).await.unwrap().vintage.number, 1);
        });
        let store = backend.open_through(store);
        let ours = store.commit_vintage(replacing("d", "2020-02-02", 2.0).await, now()).await.unwrap();
        assert_eq!((ours.vintage.number, ours.overtaken, ours.base), (2, 1, None), "{}", backend.name);
        assert_eq!(numbers(&store, "d"), [2, 1]);
        assert!(is_whole(&backend).await);
    }
}

#[tokio::test]
async fn an_upsert_whose_base_moved_is_merged_again() {
    for backend in backends() {
        let first = backend.open();
        first.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        let theirs = replacing("d", "2020-02-02", 2.0).await;
        let store = before(&backend.store, "/vintages/", || async move {
            first.commit_vintage(theirs, now()).await.unwrap();
        });
        let store = backend.open_through(store);
        let error = store.commit_vintage(upserting("d", "2020-03-03", 3.0, Some(1)).await, now()).await.unwrap_err();
        assert!(matches!(error, StoreError::BaseMoved { now: Some(2), .. }), "{}: {error}", backend.name);
        let merged = upserting("d", "2020-03-03", 3.0, Some(2)).await;
        let merged = store.commit_vintage(merged, now()).await.unwrap().vintage;
        let theirs = store.dataset("d").unwrap().vintages[1].clone();
        assert_eq!((merged.number, merged.coverage_of("gdp")), (3, theirs.coverage_of("gdp")));
    }
}

#[tokio::test]
async fn a_commit_that_is_emptied_by_a_power_failure_is_made_by_one() {
    for backend in backends() {
        let empty = object_store::path::Path::from("datasets/d/vintages/000001.json");
        object_store::ObjectStoreExt::put(&backend.store, &empty, "".into()).await.unwrap();
        let store = backend.open();
        let committed = store.commit_vintage(replacing("d", "2020-01-01", 1.0).await, now()).await.unwrap();
        assert_eq!(committed.vintage.number, 1, "{}", backend.name);
        assert!(is_whole(&backend).await);
    }
}

#[tokio::test]
async fn a_large_table_in_a_file_is_sent_in_parts() {
    for backend in backends() {
        let mut new = replacing("d", "2020-01-01", 1.0).await;
        // Longer than two parts, and no Parquet: that is for verify to say.
        let mut file = tempfile::NamedTempFile::new().unwrap().into_file();
        let bytes: Vec<u8> = (0..20_000_003_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        file.write_all(&bytes).unwrap();
        // No directory can link it, as it had a name and lost it: it is copied.
        new.tables[0].body = Body::File(Arc::new(file));
        let in_memory = NewTable { body: Body::Bytes(bytes.into()), ..new.tables[0].clone() };
        let committed = backend.open().commit_vintage(new.clone(), now()).await.unwrap().vintage;
        let damage = backend.open().verify().await.unwrap().damage;
        assert_eq!(damage.len(), 1);
        assert!(damage[0].problem.starts_with("it is no readable table"), "{damage:?}");
        // The same bytes from memory are the same object.
        let same = NewVintage { tables: vec![in_memory], ..new };
        assert!(backend.open().commit_vintage(same, now()).await.unwrap().already_there, "{committed:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_importers_at_once_lose_nothing() {
    for backend in [Backend::directory(), Backend::strict_s3()] {
        ten_importers_at_once(backend).await;
    }
}

async fn ten_importers_at_once(backend: Backend) {
    const IMPORTERS: usize = 10;
    const EACH: usize = 3;
    let mut importers = Vec::new();
    for importer in 0..IMPORTERS {
        let store = backend.open();
        importers.push(tokio::spawn(async move {
            let mut accepted = Vec::new();
            for turn in 0..EACH {
                let value = (importer * EACH + turn) as f64;
                let committed = match importer % 2 {
                    0 => store.commit_vintage(replacing("d", "2020-01-01", value).await, now()).await.unwrap(),
                    _ => merge_until_it_holds(&store, value).await,
                };
                assert!(!committed.already_there);
                accepted.push(committed.vintage);
            }
            accepted
        }));
    }
    let mut accepted = Vec::new();
    for importer in importers {
        accepted.extend(importer.await.unwrap());
    }
    accepted.sort_by_key(|vintage| vintage.number);
    let store = backend.open();
    store.refresh().await.unwrap();
    let handle = store.dataset("d").unwrap();
    // All of one day: the order of publication is that of the commits.
    assert_eq!(handle.vintages, accepted);
    let expected: Vec<u32> = (1..=u32::try_from(IMPORTERS * EACH).unwrap()).collect();
    assert_eq!(numbers(&store, "d"), expected);
    // Each addition holds what the vintage before it held of the rest.
    for pair in handle.vintages.windows(2) {
        if pair[1].coverage.len() > 1 {
            assert_eq!(pair[1].coverage_of("gdp"), pair[0].coverage_of("gdp"));
        }
    }
    assert!(is_whole(&backend).await);
}

/// An upsert as the import does it: merged again on what is there, until nobody was faster.
async fn merge_until_it_holds(store: &Datastore, value: f64) -> growthpole_datastore::Committed {
    loop {
        let published = Some(("2020-01-01".parse().unwrap(), DatedPrecision::Day));
        let base = store.base_of("d", published, now()).await.unwrap().map(|base| base.vintage.number);
        match store.commit_vintage(upserting("d", "2020-01-01", value, base).await, now()).await {
            Err(StoreError::BaseMoved { .. }) => {}
            committed => return committed.unwrap(),
        }
    }
}
