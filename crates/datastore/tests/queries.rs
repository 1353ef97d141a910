//! Observations, availability and differences between vintages.

use growthpole_datastore::{ChangeKind, ObservationQuery};
use growthpole_domain::{IndustryChoice, PeriodChoice, QueryError, RegionChoice, UnknownKind, VintageChoice};

use crate::demo::{backends, codes, period, store};

fn query(indicators: &[&str]) -> ObservationQuery {
    ObservationQuery {
        dataset: "demo".into(),
        vintage: VintageChoice::Latest,
        indicators: codes(indicators),
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
    }
}

#[tokio::test]
async fn observations_come_in_full_and_in_order() {
    for backend in backends() {
        let store = backend.imported().await;
        let found = store.observations(&query(&["gdp", "growth"])).await.unwrap();
        assert_eq!((found.vintage.number, found.rows.len(), found.warnings.len()), (2, 13, 1));
        assert!(found.rows.is_sorted_by(|a, b| a.sort_key() < b.sort_key()));
        let release = found.rows.iter().find(|row| row.note == "first release").unwrap();
        assert_eq!((release.value, release.status.code(), release.source.as_str()), (Some(5.7), b'P', "Yearbook"));
        let secret = found.rows.iter().find(|row| row.status.code() == b'Q').unwrap();
        assert_eq!((secret.value, secret.source.as_str()), (None, "Communiqué, 2016"));
    }
}

#[tokio::test]
async fn all_indicators_of_the_newest_vintage_where_none_is_named() {
    let store = store().await;
    let found = store.observations(&query(&[])).await.unwrap();
    assert_eq!((found.vintage.number, found.rows.len(), found.warnings.len()), (3, 13, 0));
}

#[tokio::test]
async fn filters_by_region_industry_and_period() {
    let store = store().await;
    let keys = |filter: ObservationQuery| {
        let store = store.clone();
        async move {
            let found = store.observations(&filter).await.unwrap();
            found
                .rows
                .iter()
                .map(|row| format!("{} {}{} {}", row.indicator, row.region, row.industry, row.period))
                .collect::<Vec<_>>()
        }
    };
    let cities = ObservationQuery { regions: RegionChoice::ChildrenOf("P1".into()), ..query(&[]) };
    assert_eq!(keys(cities).await, ["jobs C11A 2015"]);
    let making = ObservationQuery { industries: IndustryChoice::Codes(codes(&["B"])), ..query(&["gdp", "jobs"]) };
    assert_eq!(keys(making).await, ["jobs P1B 2014", "jobs P2B 2015"]);
    let first = ObservationQuery {
        periods: PeriodChoice::Range(period("2010"), period("2014")),
        regions: RegionChoice::Codes(codes(&["P1"])),
        industries: IndustryChoice::Level("SECTION".into()),
        ..query(&["jobs"])
    };
    assert_eq!(keys(first).await, ["jobs P1A 2014", "jobs P1B 2014"]);
    // No such row in a period that has others is an empty answer, not an error.
    let nothing = ObservationQuery { regions: RegionChoice::Codes(codes(&["C12"])), ..query(&["jobs"]) };
    assert!(keys(nothing).await.is_empty());
}

#[tokio::test]
async fn digest_sees_the_rows() {
    let store = store().await;
    let digest = |filter: ObservationQuery| {
        let store = store.clone();
        async move { store.observations(&filter).await.unwrap().digest.clone() }
    };
    let all = digest(query(&["jobs"])).await;
    assert_eq!(all, digest(ObservationQuery { vintage: VintageChoice::Number(3), ..query(&["jobs"]) }).await);
    assert_ne!(all, digest(ObservationQuery { vintage: VintageChoice::Number(2), ..query(&["jobs"]) }).await);
    let fewer = ObservationQuery { regions: RegionChoice::Codes(codes(&["P1"])), ..query(&["jobs"]) };
    assert_ne!(all, digest(fewer).await);
}

#[tokio::test]
async fn refuses_what_is_not_known_or_has_no_data() {
    let store = store().await;
    let error = async |filter| store.observations(&filter).await.unwrap_err();
    let misspelt = error(query(&["gdp", "job"])).await;
    assert!(
        matches!(misspelt, QueryError::Unknown { kind: UnknownKind::Indicator, field, .. } if field == "indicators[1]")
    );
    let twice = error(query(&["gdp", "gdp"])).await;
    assert!(matches!(twice, QueryError::InvalidField { field, .. } if field == "indicators[1]"));
    let later = PeriodChoice::List(vec![period("2030")]);
    let later = error(ObservationQuery { periods: later, ..query(&["gdp", "jobs"]) }).await;
    assert!(matches!(later, QueryError::NoData { .. }));
    let industries = |codes_: &[&str], indicators: &[&str]| ObservationQuery {
        industries: IndustryChoice::Codes(codes(codes_)),
        ..query(indicators)
    };
    assert!(
        matches!(error(industries(&["A"], &["gdp"])).await, QueryError::InvalidField { field, .. } if field == "industries")
    );
    let unknown = error(industries(&["A", "Z"], &["jobs"])).await;
    assert!(matches!(unknown, QueryError::Unknown { field, .. } if field == "industries.codes.codes[1]"));
    let none = error(industries(&[], &["jobs"])).await;
    assert_eq!(none, QueryError::EmptySelection { field: "industries.codes.codes".into() });
}

#[tokio::test]
async fn availability_counts_values_and_lists_what_is_missing() {
    let store = store().await;
    let found = store.availability("demo", "jobs", VintageChoice::Latest).await.unwrap();
    assert_eq!((found.vintage, found.vintages_with_indicator.as_slice()), (3, [2, 3].as_slice()));
    let counts = |at: usize| {
        let of = &found.periods[at];
        (of.period.to_string(), of.regions, of.industries, of.observations)
    };
    assert_eq!((counts(0), counts(1)), (("2014".into(), 2, 2, 3), ("2015".into(), 3, 1, 3)));
    let missing = |at: usize| {
        found.periods[at].missing.iter().map(|(region, industry)| format!("{region}{industry}")).collect::<Vec<_>>()
    };
    assert_eq!(missing(0), ["P2B", "P3A", "P3B"]);
    assert_eq!(missing(1), ["P1B", "P2B", "P3A", "P3B"]);

    let growth = store.availability("demo", "growth", VintageChoice::Number(1)).await.unwrap();
    let of = &growth.periods[1];
    assert_eq!((of.regions, of.industries, of.observations), (3, 0, 3));
    // Suppressed is missing too: there is no value.
    assert_eq!(of.missing, [("P3".to_owned(), String::new())]);
    assert!(store.availability("demo", "gowth", VintageChoice::Latest).await.is_err());
}

#[tokio::test]
async fn differences_are_additions_removals_and_revisions() {
    for backend in backends() {
        let store = backend.imported().await;
        let gdp = codes(&["gdp"]);
        let found = store.diff("demo", 2, 3, &gdp, &RegionChoice::Default).await.unwrap();
        let shown: Vec<_> =
            found.iter().map(|change| (change.period.to_string(), change.region.as_str(), change.kind)).collect();
        let expected = [
            ("2014".to_owned(), "N", ChangeKind::Removed),
            ("2014".to_owned(), "P2", ChangeKind::Revised),
            ("2015".to_owned(), "N", ChangeKind::Removed),
            ("2015".to_owned(), "P1", ChangeKind::Revised),
            ("2015".to_owned(), "P3", ChangeKind::Added),
        ];
        assert_eq!(shown, expected);
        let status = &found[1];
        assert_eq!((status.old_value, status.new_value), (Some(30.0), Some(30.0)));
        assert_eq!((status.old_status.unwrap().code(), status.new_status.unwrap().code()), (b'A', b'E'));
        assert_eq!((found[3].old_value, found[3].new_value), (Some(44.0), Some(43.5)));
        assert_eq!((found[4].old_status, found[4].new_value), (None, Some(0.0)));

        let of_p1 = RegionChoice::Codes(codes(&["P1"]));
        assert_eq!(store.diff("demo", 2, 3, &gdp, &of_p1).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn differences_of_whole_vintages_cover_what_only_one_holds() {
    let store = store().await;
    let found = store.diff("demo", 2, 3, &[], &RegionChoice::Default).await.unwrap();
    let count = |indicator: &str| found.iter().filter(|change| change.indicator == indicator).count();
    // Growth is gone; of jobs, the year 2015 came.
    assert_eq!((count("gdp"), count("growth"), count("jobs")), (5, 6, 4));
    assert!(
        found.iter().filter(|change| change.indicator == "growth").all(|change| change.kind == ChangeKind::Removed)
    );
    assert!(found.is_sorted_by_key(|change| change.indicator.clone()));
    assert!(store.diff("demo", 1, 2, &codes(&["growth"]), &RegionChoice::Default).await.unwrap().is_empty());
}

#[tokio::test]
async fn differences_with_vintages_or_indicators_that_are_not_there_are_refused() {
    let store = store().await;
    let diff = async |from, to, indicators: &[&str]| {
        store.diff("demo", from, to, &codes(indicators), &RegionChoice::Default).await.unwrap_err()
    };
    assert!(matches!(diff(0, 2, &[]).await, QueryError::Unknown { field, .. } if field == "from"));
    assert!(matches!(diff(1, 9, &[]).await, QueryError::Unknown { field, .. } if field == "to"));
    assert!(matches!(diff(1, 2, &["x"]).await, QueryError::Unknown { field, .. } if field == "indicators[0]"));
    let neither = QueryError::IndicatorNotInVintage { vintage: 1, indicator: "gdp".into(), held_by: vec![2, 3] };
    assert_eq!(diff(1, 1, &["gdp"]).await, neither);
}
