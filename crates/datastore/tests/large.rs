//! Large tables: read a part at a time by the query engine, they answer as tables do that are decoded whole, to the bit.

use growthpole_datastore::{Datastore, ObservationQuery, QuerySettings, StoreSettings};
use growthpole_domain::{
    BenchmarkChoice, IndustryChoice, Observation, PeriodChoice, QueryError, RegionChoice, Selection, VintageChoice,
};

use crate::demo::{codes, now, package, period};

/// The same data in two stores: every table decoded whole, and every table in parts.
async fn both() -> [Datastore; 2] {
    let store = async |large_table_rows| {
        let query = QuerySettings { large_table_rows, ..QuerySettings::default() };
        let store = Datastore::in_memory(StoreSettings { query, ..StoreSettings::default() });
        store.import_packages(vec![package()], now()).await.unwrap();
        store.import_bundled(now()).await.unwrap();
        store
    };
    [store(u64::MAX).await, store(0).await]
}

fn region_choices() -> Vec<RegionChoice> {
    vec![
        RegionChoice::Default,
        RegionChoice::Codes(codes(&["P1", "P3"])),
        RegionChoice::ChildrenOf("N".into()),
        RegionChoice::Level("PREFECTURE".into()),
        RegionChoice::Group("mixed".into()),
        RegionChoice::Codes(codes(&["XX"])),
    ]
}

fn period_choices() -> Vec<PeriodChoice> {
    vec![
        PeriodChoice::All,
        PeriodChoice::Range(period("2015"), period("2016")),
        PeriodChoice::List(vec![period("2014")]),
        PeriodChoice::List(vec![period("1999")]),
    ]
}

fn industry_choices() -> Vec<IndustryChoice> {
    vec![IndustryChoice::All, IndustryChoice::Codes(codes(&["A"])), IndustryChoice::Level("SECTION".into())]
}

/// Everything that a query answers with.
type Answer = (u32, usize, String, Vec<String>, Vec<Observation>);

async fn observations(store: &Datastore, query: &ObservationQuery, is_large: bool) -> Result<Answer, QueryError> {
    let texts = |warnings: &[growthpole_domain::Warning]| warnings.iter().map(|w| w.text.clone()).collect();
    match store.large_observations(query).await? {
        None => {
            assert!(!is_large);
            let set = store.observations(query).await?;
            Ok((set.vintage.number, set.rows.len(), set.digest.clone(), texts(&set.warnings), set.rows.clone()))
        }
        Some(reader) => {
            assert!(is_large);
            let mut rows = Vec::new();
            for at in 0..reader.parts() {
                rows.extend(reader.part(at).await?);
            }
            assert!(reader.part(reader.parts()).await?.is_empty());
            for (offset, most) in [(0, 3), (2, 4), (5, 100), (rows.len(), 5)] {
                let expected: Vec<_> = rows.iter().skip(offset).take(most).cloned().collect();
                assert_eq!(reader.page(offset, most).await?, expected, "{offset} {most}");
            }
            Ok((reader.vintage.number, reader.total, reader.digest.clone(), texts(&reader.warnings), rows))
        }
    }
}

#[tokio::test]
async fn observations_are_the_same() {
    let [whole, parts] = both().await;
    let mut answered = 0;
    for indicators in [vec![], codes(&["gdp"]), codes(&["growth", "gdp"]), codes(&["jobs"]), codes(&["none"])] {
        for regions in region_choices() {
            for periods in period_choices() {
                for industries in industry_choices() {
                    let query = ObservationQuery {
                        dataset: "demo".into(),
                        vintage: VintageChoice::Latest,
                        indicators: indicators.clone(),
                        regions: regions.clone(),
                        industries,
                        periods: periods.clone(),
                    };
                    let expected = observations(&whole, &query, false).await;
                    assert_eq!(observations(&parts, &query, true).await, expected, "{query:?}");
                    answered += usize::from(expected.is_ok());
                }
            }
        }
    }
    assert!(answered > 50, "{answered}");
}

#[tokio::test]
async fn panels_are_the_same() {
    let [whole, parts] = both().await;
    let benchmarks = [
        BenchmarkChoice::None,
        BenchmarkChoice::DatasetRegion,
        BenchmarkChoice::Region("N".into()),
        BenchmarkChoice::Region("C12".into()),
        BenchmarkChoice::SumOfMainLevel,
        BenchmarkChoice::SumOfLevel("PREFECTURE".into()),
    ];
    let mut answered = 0;
    for indicator in ["gdp", "growth", "jobs"] {
        for regions in region_choices() {
            for periods in period_choices() {
                for benchmark in &benchmarks {
                    for industries in industry_choices() {
                        let selection = Selection {
                            dataset: "demo".into(),
                            vintage: VintageChoice::Latest,
                            indicator: indicator.into(),
                            companions: Vec::new(),
                            regions: regions.clone(),
                            industries,
                            periods: periods.clone(),
                            benchmark: benchmark.clone(),
                            zero_for_missing: false,
                        };
                        let panel = async |store: &Datastore| match store.panel(&selection).await {
                            Ok(stored) => Ok((stored.digest.clone(), format!("{:?}", stored.panel))),
                            Err(error) => Err(error),
                        };
                        let expected = panel(&whole).await;
                        assert_eq!(panel(&parts).await, expected, "{selection:?}");
                        answered += usize::from(expected.is_ok());
                    }
                }
            }
        }
    }
    assert!(answered > 50, "{answered}");
}

#[tokio::test]
async fn availability_and_differences_are_the_same() {
    let [whole, parts] = both().await;
    // A store in which the tables of one side are decoded whole and those of the other are not.
    let query = QuerySettings { large_table_rows: 7, ..QuerySettings::default() };
    let mixed = Datastore::in_memory(StoreSettings { query, ..StoreSettings::default() });
    mixed.import_packages(vec![package()], now()).await.unwrap();
    for indicator in ["gdp", "growth", "jobs", "none"] {
        for choice in [VintageChoice::Latest, VintageChoice::Number(2)] {
            let expected = whole.availability("demo", indicator, choice).await;
            assert_eq!(parts.availability("demo", indicator, choice).await, expected);
        }
    }
    let mut differences = 0;
    for (from, to) in [(1, 2), (2, 3), (1, 3), (3, 2), (2, 2)] {
        for regions in region_choices() {
            for indicators in [vec![], codes(&["gdp"]), codes(&["jobs", "growth"])] {
                let expected = whole.diff("demo", from, to, &indicators, &regions).await;
                assert_eq!(parts.diff("demo", from, to, &indicators, &regions).await, expected, "{from} {to}");
                assert_eq!(mixed.diff("demo", from, to, &indicators, &regions).await, expected, "{from} {to}");
                differences += expected.map_or(0, |found| found.len());
            }
        }
    }
    assert!(differences > 50, "{differences}");
}

#[tokio::test]
async fn the_bundled_data_are_the_same() {
    let [whole, parts] = both().await;
    let selection = Selection {
        dataset: "china-provinces".into(),
        vintage: VintageChoice::Latest,
        indicator: "employment_by_division".into(),
        companions: Vec::new(),
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
        benchmark: BenchmarkChoice::SumOfMainLevel,
        zero_for_missing: false,
    };
    let digests =
        (whole.panel(&selection).await.unwrap().digest.clone(), parts.panel(&selection).await.unwrap().digest.clone());
    assert_eq!(digests.0, digests.1);
    let query = ObservationQuery {
        dataset: "china-provinces".into(),
        vintage: VintageChoice::Latest,
        indicators: codes(&["employment_by_division", "gdp_real_growth"]),
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
    };
    assert_eq!(observations(&parts, &query, true).await, observations(&whole, &query, false).await);
}

#[tokio::test]
async fn panels_of_large_tables_are_kept() {
    let [_, parts] = both().await;
    let selection = Selection {
        dataset: "demo".into(),
        vintage: VintageChoice::Latest,
        indicator: "gdp".into(),
        companions: Vec::new(),
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
        benchmark: BenchmarkChoice::None,
        zero_for_missing: false,
    };
    let one = parts.panel(&selection).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&one, &parts.panel(&selection).await.unwrap()));
}
