//! Panels: axes, cells, benchmarks, borders, warnings, and every selection that is refused.

use growthpole_datastore::Datastore;
use growthpole_domain::{
    BenchmarkChoice, BenchmarkSource, IndustryChoice, Panel, PeriodChoice, QueryError, RegionChoice, Selection,
    UnknownKind, VintageChoice,
};

use crate::demo::{backends, codes, period, selection, store};

async fn panel(store: &Datastore, selection: &Selection) -> Panel {
    (*store.panel(selection).await.unwrap().panel).clone()
}

fn labels(panel: &Panel) -> (Vec<String>, Vec<String>, Vec<String>) {
    let periods = panel.axes.periods.iter().map(ToString::to_string).collect();
    let regions = panel.axes.regions.iter().map(|region| region.code.clone()).collect();
    (periods, regions, panel.axes.industries.iter().map(|industry| industry.code.clone()).collect())
}

/// Values with a text for each cell: what assert_eq can compare and people can read.
fn cells(values: &[f64]) -> String {
    values.iter().map(|value| if value.is_nan() { "-".into() } else { value.to_string() }).collect::<Vec<_>>().join(" ")
}

fn statuses(panel: &Panel) -> String {
    panel.statuses.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn every_store_gives_the_same_panel() {
    let mut digests = Vec::new();
    for backend in backends() {
        let store = backend.imported().await;
        let stored = store.panel(&selection("jobs")).await.unwrap();
        assert_eq!(stored.digest, stored.panel.digest());
        digests.push(stored.digest.clone());
    }
    assert_eq!(digests[0], digests[1]);
}

#[tokio::test]
async fn axes_are_in_order_and_absent_cells_are_missing() {
    let store = store().await;
    let found = panel(&store, &selection("jobs")).await;
    assert_eq!(labels(&found), (codes(&["2014", "2015"]), codes(&["P1", "P2", "P3"]), codes(&["A", "B"])));
    assert_eq!(cells(&found.values), "10 20 30 - - - 11 - 31 - - -");
    assert_eq!(statuses(&found), "AAAOOOAOAOOO");
    assert_eq!((found.vintage, found.boundary_version.as_str()), (3, "demo-2015"));
    // Pairs within the regions only.
    assert_eq!(found.borders, Some(vec![(0, 1), (1, 2)]));
}

#[tokio::test]
async fn absent_cells_come_as_zero_where_that_is_asked_for() {
    let store = store().await;
    let filled = Selection { zero_for_missing: true, ..selection("jobs") };
    let (plain, zeros) = (store.panel(&selection("jobs")).await.unwrap(), store.panel(&filled).await.unwrap());
    assert_eq!(cells(&zeros.panel.values), "10 20 30 0 0 0 11 0 31 0 0 0");
    assert_eq!((&zeros.digest, statuses(&zeros.panel)), (&plain.digest, statuses(&plain.panel)));
    let warning = zeros.panel.missing_as_zero().unwrap();
    assert_eq!(
        (warning.text.as_str(), warning.regions),
        ("7 missing cells were counted as zero", codes(&["P1", "P2", "P3"]))
    );
    // It is made once for all who ask, and by itself.
    assert!(std::sync::Arc::ptr_eq(&zeros, &store.panel(&filled).await.unwrap()));
    assert!(store.panel(&selection("jobs")).await.unwrap().panel.values[3].is_nan());
}

#[tokio::test]
async fn statuses_and_zeros_stay_what_they_are() {
    let store = store().await;
    let growth = Selection { periods: PeriodChoice::List(vec![period("2015")]), ..selection("growth") };
    let found = panel(&store, &growth).await;
    assert_eq!((cells(&found.values), statuses(&found)), ("5.7 6.5 -".into(), "PAQ".into()));
    let gdp = Selection { periods: PeriodChoice::List(vec![period("2015")]), ..selection("gdp") };
    assert_eq!(cells(&panel(&store, &gdp).await.values), "43.5 33 0");
}

#[tokio::test]
async fn chosen_codes_come_in_the_order_of_codes_and_periods_in_order_of_time() {
    let store = store().await;
    let chosen = Selection {
        regions: RegionChoice::Codes(codes(&["P3", "C11", "P1"])),
        industries: IndustryChoice::Codes(codes(&["B1", "A"])),
        periods: PeriodChoice::List(vec![period("2016"), period("2015")]),
        ..selection("jobs")
    };
    let found = panel(&store, &chosen).await;
    assert_eq!(labels(&found), (codes(&["2015", "2016"]), codes(&["C11", "P1", "P3"]), codes(&["A", "B1"])));
    assert_eq!(cells(&found.values), "5 - 11 - - - - - - - - -");
    assert_eq!(found.borders, Some(vec![]));
}

#[tokio::test]
async fn every_way_to_choose_regions_and_industries() {
    let store = store().await;
    let regions = [
        (RegionChoice::ChildrenOf("P1".into()), codes(&["C11", "C12"])),
        (RegionChoice::Level("NATION".into()), codes(&["N"])),
        (RegionChoice::Group("mixed".into()), codes(&["C11", "P3"])),
    ];
    for (regions, expected) in regions {
        let found = panel(&store, &Selection { regions, ..selection("jobs") }).await;
        assert_eq!(labels(&found).1, expected);
    }
    let sections = Selection { industries: IndustryChoice::Level("DIVISION".into()), ..selection("jobs") };
    assert_eq!(labels(&panel(&store, &sections).await).2, codes(&["B1"]));
}

#[tokio::test]
async fn a_range_keeps_every_period() {
    let store = store().await;
    let periods = PeriodChoice::Range(period("2013"), period("2016"));
    let found = panel(&store, &Selection { periods, ..selection("gdp") }).await;
    assert_eq!(cells(&found.values), "- - - 40 30 20 43.5 33 0 - - -");
}

#[tokio::test]
async fn a_newer_vintage_without_the_indicator_is_told() {
    let store = store().await;
    let found = panel(&store, &selection("growth")).await;
    assert_eq!((found.vintage, found.warnings.len()), (2, 1));
    assert_eq!(found.warnings[0].code, "NEWER_VINTAGE_LACKS_INDICATOR");
    // The same cells by number: another answer, without the warning, of the same digest.
    let by_number = Selection { vintage: VintageChoice::Number(2), ..selection("growth") };
    let (one, other) = (store.panel(&selection("growth")).await.unwrap(), store.panel(&by_number).await.unwrap());
    assert_eq!((other.panel.warnings.len(), &other.digest), (0, &one.digest));
}

#[tokio::test]
async fn a_panel_is_built_once() {
    let store = store().await;
    let (one, other) = (store.panel(&selection("jobs")).await.unwrap(), store.panel(&selection("jobs")).await.unwrap());
    assert!(std::sync::Arc::ptr_eq(&one, &other));
}

#[tokio::test]
async fn a_benchmark_is_the_row_of_a_region() {
    let store = store().await;
    let growth =
        |benchmark| Selection { benchmark, regions: RegionChoice::Codes(codes(&["P1"])), ..selection("growth") };
    for choice in [BenchmarkChoice::Region("N".into()), BenchmarkChoice::DatasetRegion] {
        let found = panel(&store, &growth(choice)).await.benchmark.unwrap();
        assert_eq!((cells(&found.values), found.absent), ("7.3 6.9".into(), vec![0, 0]));
        assert_eq!(found.source, BenchmarkSource::Region { code: "N".into(), name: "Nation".into() });
    }
    let found = panel(&store, &growth(BenchmarkChoice::Region("P2".into()))).await.benchmark.unwrap();
    assert_eq!(cells(&found.values), "- 6.5");
    // A row that is held, though not of this period, is a benchmark without a value.
    let unheld = Selection {
        periods: PeriodChoice::List(vec![period("2015"), period("2016")]),
        ..growth(BenchmarkChoice::DatasetRegion)
    };
    let found = panel(&store, &unheld).await.benchmark.unwrap();
    assert_eq!(cells(&found.values), "6.9 -");
    // The third vintage has no GDP of the nation: no benchmark, and no error as nobody asked for that region.
    let gdp = Selection { benchmark: BenchmarkChoice::DatasetRegion, ..selection("gdp") };
    assert_eq!(panel(&store, &gdp).await.benchmark, None);
}

#[tokio::test]
async fn a_benchmark_is_a_sum_that_counts_what_it_leaves_out() {
    let store = store().await;
    for benchmark in [BenchmarkChoice::SumOfMainLevel, BenchmarkChoice::SumOfLevel("PROVINCE".into())] {
        // The sum is over the level, whatever regions the panel has.
        let chosen = Selection { benchmark, regions: RegionChoice::Codes(codes(&["P3"])), ..selection("jobs") };
        let found = panel(&store, &chosen).await;
        let benchmark = found.benchmark.unwrap();
        // In 2015 industry B has no value anywhere: no sum, not zero.
        assert_eq!((cells(&benchmark.values), benchmark.absent), ("40 20 42 -".into(), vec![1, 2, 1, 3]));
        assert_eq!(benchmark.source, BenchmarkSource::SumOfLevel("PROVINCE".into()));
        let [warning] = found.warnings.as_slice() else { panic!("not one warning: {:?}", found.warnings) };
        assert_eq!((warning.code.as_ref(), warning.text.contains(" 7 cells")), ("BENCHMARK_CELLS_ABSENT", true));
        let touched = (warning.regions.clone(), warning.industries.clone());
        assert_eq!(touched, (codes(&["P1", "P2", "P3"]), codes(&["A", "B"])));
    }
    let whole = Selection { benchmark: BenchmarkChoice::SumOfMainLevel, ..selection("gdp") };
    let found = panel(&store, &whole).await;
    assert_eq!((cells(&found.benchmark.unwrap().values), found.warnings.len()), ("90 76.5".into(), 0));
}

fn unknown(kind: UnknownKind, field: &str, sent: &str, nearest: &[&str]) -> QueryError {
    QueryError::Unknown { kind, field: field.into(), sent: sent.into(), nearest: codes(nearest) }
}

fn empty(field: &str) -> QueryError {
    QueryError::EmptySelection { field: field.into() }
}

#[tokio::test]
async fn names_that_are_not_known_are_refused_with_the_nearest() {
    let store = store().await;
    let regions = |regions| Selection { regions, ..selection("jobs") };
    let industries = |industries| Selection { industries, ..selection("jobs") };
    let benchmark = |benchmark| Selection { benchmark, ..selection("jobs") };
    let cases = [
        (
            Selection { dataset: "dmeo".into(), ..selection("gdp") },
            unknown(UnknownKind::Dataset, "dataset", "dmeo", &["demo"]),
        ),
        (selection("gpd"), unknown(UnknownKind::Indicator, "indicator", "gpd", &["gdp"])),
        (
            regions(RegionChoice::Codes(codes(&["P1", "Zweit"]))),
            unknown(UnknownKind::Region, "regions.codes.codes[1]", "Zweit", &["P2"]),
        ),
        (
            regions(RegionChoice::ChildrenOf("P9".into())),
            unknown(UnknownKind::Region, "regions.children_of", "P9", &["N", "P1", "P2"]),
        ),
        (
            regions(RegionChoice::Level("PROVINCES".into())),
            unknown(UnknownKind::Level, "regions.level", "PROVINCES", &["PROVINCE"]),
        ),
        (regions(RegionChoice::Group("mixd".into())), unknown(UnknownKind::Group, "regions.group", "mixd", &["mixed"])),
        (
            industries(IndustryChoice::Codes(codes(&["B2"]))),
            unknown(UnknownKind::Industry, "industries.codes.codes[0]", "B2", &["B", "B1"]),
        ),
        (
            industries(IndustryChoice::Level("X".into())),
            unknown(UnknownKind::Level, "industries.level", "X", &["DIVISION", "SECTION"]),
        ),
        (
            benchmark(BenchmarkChoice::Region("P4".into())),
            unknown(UnknownKind::Region, "benchmark.region", "P4", &["P1", "P2", "P3"]),
        ),
        (
            benchmark(BenchmarkChoice::SumOfLevel("CITY".into())),
            unknown(UnknownKind::Level, "benchmark.sum_of_level", "CITY", &["NATION", "PREFECTURE", "PROVINCE"]),
        ),
        (
            Selection { vintage: VintageChoice::Number(4), ..selection("gdp") },
            unknown(UnknownKind::Vintage, "vintage.number", "4", &["1", "2", "3"]),
        ),
    ];
    for (selection, expected) in cases {
        let error = store.panel(&selection).await.unwrap_err();
        let (QueryError::Unknown { nearest, .. }, QueryError::Unknown { nearest: wanted, .. }) = (&error, &expected)
        else {
            panic!("{error:?}");
        };
        // Which of several come first is the matter of `nearest`; that the right one is offered is ours.
        assert!(wanted.iter().any(|name| nearest.contains(name)), "{nearest:?} offers none of {wanted:?}");
        let without = |error: &QueryError| match error.clone() {
            QueryError::Unknown { kind, field, sent, .. } => Some((kind, field, sent)),
            _ => None,
        };
        assert_eq!(without(&error), without(&expected));
    }
}

#[tokio::test]
async fn selections_of_nothing_are_refused() {
    let store = store().await;
    let cases = [
        (Selection { regions: RegionChoice::Codes(vec![]), ..selection("gdp") }, empty("regions.codes.codes")),
        (
            Selection { regions: RegionChoice::ChildrenOf("P2".into()), ..selection("gdp") },
            empty("regions.children_of"),
        ),
        (Selection { regions: RegionChoice::Group("empty".into()), ..selection("gdp") }, empty("regions.group")),
        (Selection { industries: IndustryChoice::Codes(vec![]), ..selection("jobs") }, empty("industries.codes.codes")),
        (Selection { periods: PeriodChoice::List(vec![]), ..selection("gdp") }, empty("periods.list.periods")),
    ];
    for (selection, expected) in cases {
        assert_eq!(store.panel(&selection).await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn fields_that_make_no_sense_are_refused_by_name() {
    let store = store().await;
    let regions = |list: &[&str]| Selection { regions: RegionChoice::Codes(codes(list)), ..selection("gdp") };
    let industries = |list: &[&str]| IndustryChoice::Codes(codes(list));
    let periods = |periods| Selection { periods, ..selection("gdp") };
    let list = |list: &[&str]| periods(PeriodChoice::List(list.iter().map(|text| period(text)).collect()));
    let range = |start, end| periods(PeriodChoice::Range(period(start), period(end)));
    let benchmark = |indicator: &str, benchmark| Selection { benchmark, ..selection(indicator) };
    let cases = [
        (regions(&["P1", "P2", "P1"]), "regions.codes.codes[2]", "P1"),
        (Selection { industries: industries(&["A", "A"]), ..selection("jobs") }, "industries.codes.codes[1]", "A"),
        (Selection { industries: industries(&["A"]), ..selection("gdp") }, "industries", "A"),
        (
            Selection { industries: IndustryChoice::Level("SECTION".into()), ..selection("gdp") },
            "industries",
            "SECTION",
        ),
        (list(&["2015", "2014", "2015"]), "periods.list.periods[2]", "2015"),
        (list(&["2015", "2015-Q1"]), "periods.list.periods[1]", "2015-Q1"),
        (range("2015", "2014"), "periods.range", "2015 to 2014"),
        (range("2014", "2015-Q1"), "periods.range", "2014 to 2015-Q1"),
        (range("0001-W01", "9999-W52"), "periods.range", "0001-W01 to 9999-W52"),
        (benchmark("jobs", BenchmarkChoice::Region("N".into())), "benchmark.region", "N"),
        (benchmark("growth", BenchmarkChoice::SumOfMainLevel), "benchmark.sum_of_main_level", "PROVINCE"),
        (benchmark("growth", BenchmarkChoice::SumOfLevel("PROVINCE".into())), "benchmark.sum_of_level", "PROVINCE"),
    ];
    for (selection, field, sent) in cases {
        match store.panel(&selection).await.unwrap_err() {
            QueryError::InvalidField { field: found, sent: shown, .. } => {
                assert_eq!((found.as_str(), shown.as_str()), (field, sent));
            }
            other => panic!("{field}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn periods_without_data_and_vintages_without_the_indicator_are_refused() {
    let store = store().await;
    let no_data = |sent: &str| QueryError::NoData {
        indicator: "gdp".into(),
        vintage: 3,
        sent: sent.into(),
        first: period("2014"),
        last: period("2015"),
    };
    for (periods, sent) in [
        (PeriodChoice::Range(period("2030"), period("2031")), "2030 to 2031"),
        (PeriodChoice::Range(period("2030"), period("2030")), "2030"),
        (PeriodChoice::List(vec![period("2015-Q2"), period("2015-Q1")]), "2015-Q2, 2015-Q1"),
    ] {
        let error = store.panel(&Selection { periods, ..selection("gdp") }).await.unwrap_err();
        assert_eq!(error, no_data(sent));
    }
    let strict = Selection { vintage: VintageChoice::Number(3), ..selection("growth") };
    let lacks = QueryError::IndicatorNotInVintage { vintage: 3, indicator: "growth".into(), held_by: vec![1, 2] };
    assert_eq!(store.panel(&strict).await.unwrap_err(), lacks);
    let early = jiff::civil::date(2018, 10, 30);
    let as_of = Selection { vintage: VintageChoice::AsOf(early), ..selection("gdp") };
    let lacks = QueryError::IndicatorNotInVintage { vintage: 1, indicator: "gdp".into(), held_by: vec![2, 3] };
    assert_eq!(store.panel(&as_of).await.unwrap_err(), lacks);
    let earlier = jiff::civil::date(2000, 1, 1);
    let as_of = Selection { vintage: VintageChoice::AsOf(earlier), ..selection("gdp") };
    let before = QueryError::AsOfBeforeFirstVintage { as_of: earlier, first: jiff::civil::date(2018, 10, 31) };
    assert_eq!(store.panel(&as_of).await.unwrap_err(), before);
}

#[tokio::test]
async fn a_failed_selection_is_not_remembered_for_a_good_one() {
    let store = store().await;
    let bad = Selection { regions: RegionChoice::Codes(vec![]), ..selection("gdp") };
    assert_eq!(store.panel(&bad).await.unwrap_err(), store.panel(&bad).await.unwrap_err());
    assert!(store.panel(&selection("gdp")).await.is_ok());
}
