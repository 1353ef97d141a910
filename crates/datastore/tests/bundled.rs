//! The data sets that are part of the program.

use growthpole_datastore::{Datastore, ObservationQuery, StoreSettings};
use growthpole_domain::{
    BenchmarkChoice, IndustryChoice, PeriodChoice, QueryError, RegionChoice, Selection, VintageChoice,
};

use crate::demo::{now, period};

#[tokio::test]
async fn the_bundled_data_are_imported_once_and_answer() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Datastore::open_directory(directory.path(), StoreSettings::default()).unwrap();
    let store = open();
    let started = std::time::Instant::now();
    let summary = store.import_bundled(now()).await.unwrap();
    let imported = started.elapsed();
    assert!(summary.imported.len() >= 5 && summary.unchanged.is_empty());

    let started = std::time::Instant::now();
    let again = open();
    let summary = again.import_bundled(now()).await.unwrap();
    eprintln!("imported in {imported:?}, opened again in {:?}", started.elapsed());
    assert!(summary.imported.is_empty() && summary.unchanged.len() >= 5);

    let growth = Selection {
        dataset: "china-provinces".into(),
        vintage: VintageChoice::AsOf(jiff::civil::date(2016, 3, 3)),
        indicator: "gdp_real_growth".into(),
        companions: vec![],
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::List(vec![period("2015")]),
        benchmark: BenchmarkChoice::DatasetRegion,
        zero_for_missing: false,
    };
    let started = std::time::Instant::now();
    let stored = again.panel(&growth).await.unwrap();
    eprintln!("cold panel in {:?}", started.elapsed());
    let started = std::time::Instant::now();
    for _ in 0..1000 {
        again.panel(&growth).await.unwrap();
    }
    eprintln!("warm panel in {:?}", started.elapsed() / 1000);
    let panel = &stored.panel;
    assert_eq!((panel.axes.regions.len(), panel.vintage), (31, 1));
    let value = |code: &str| {
        let region = panel.axes.regions.iter().position(|region| region.code == code).unwrap();
        panel.value(0, region, 0)
    };
    // Jilin, Heilongjiang, Liaoning and the nation, as published early in 2016.
    assert_eq!([value("220000"), value("230000"), value("210000")], [Some(6.5), Some(5.7), Some(3.0)]);
    assert_eq!(panel.benchmark_cells(0), Some([6.9].as_slice()));

    // The newest vintage with product has no growth: together they are read from the newest that has both.
    let product = Selection { vintage: VintageChoice::Latest, indicator: "gdp".into(), ..growth };
    let alone = again.panel(&product).await.unwrap();
    let with = |companion: &str| Selection { companions: vec![companion.to_owned()], ..product.clone() };
    let together = again.panel(&with("gdp_real_growth")).await.unwrap();
    assert_eq!((alone.panel.vintage, together.panel.vintage), (4, 3));
    assert_eq!(together.panel.warnings[0].code, "NEWER_VINTAGE_LACKS_INDICATOR");
    let unknown = again.panel(&with("gdp_real_grwoth")).await.unwrap_err();
    assert!(matches!(unknown, QueryError::Unknown { field, .. } if field == "companions[0]"));
}

#[tokio::test]
async fn every_bundled_table_is_whole() {
    let store = Datastore::in_memory(StoreSettings::default());
    store.import_bundled(now()).await.unwrap();
    for handle in store.datasets() {
        let dataset = &handle.catalogue.dataset.id;
        for vintage in &handle.vintages {
            let query = ObservationQuery {
                dataset: dataset.clone(),
                vintage: VintageChoice::Number(vintage.number),
                indicators: vec![],
                regions: RegionChoice::Default,
                industries: IndustryChoice::All,
                periods: PeriodChoice::All,
            };
            let found = store.observations(&query).await.unwrap();
            assert_eq!(found.rows.len() as u64, vintage.observation_count(), "{dataset} {}", vintage.number);
            assert!(found.rows.iter().all(|row| !row.source.is_empty()));
        }
    }
}
