//! Rules that the files of a package keep: each broken one is named with its file and line.

use growthpole_datastore::{Datastore, StoreSettings};
use growthpole_domain::{DatedPrecision, EventKind};

use crate::demo::{now, package_with, store};

/// What an import says of the data set with one text replaced by another.
async fn refusal(path: &str, old: &str, new: &str) -> String {
    let store = Datastore::in_memory(StoreSettings::default());
    let error = store.import_packages(vec![package_with(path, old, new)], now()).await.unwrap_err();
    // Nothing of it was written.
    store.refresh().await.unwrap();
    assert!(store.datasets().is_empty());
    error.to_string()
}

#[tokio::test]
async fn broken_rules_are_named_with_file_and_line() {
    let cases = [
        ("dataset.toml", "kind = \"FLOW\"", "kind = \"FLAW\"", "demo/dataset.toml, line 23: "),
        ("dataset.toml", "main_level = \"PROVINCE\"\n", "", "demo/dataset.toml"),
        (
            "dataset.toml",
            "main_level = \"PROVINCE\"",
            "main_level = \"P\"",
            "main_level: no region has the level \"P\"",
        ),
        ("dataset.toml", "benchmark_region = \"N\"", "benchmark_region = \"X\"", "there is no region \"X\""),
        ("dataset.toml", "id = \"demo\"", "id = \"other\"", "the id is \"other\""),
        ("dataset.toml", "number = 2", "number = 3", "vintage 3 stands where 2 is expected"),
        (
            "dataset.toml",
            "published = \"2016-02-29\"",
            "published = \"2016-02-30\"",
            "vintage 1: \"2016-02-30\" is no date",
        ),
        ("dataset.toml", "published = \"2016-02-29\"", "published = \"2019-02-28\"", "vintage 2 was published before"),
        ("dataset.toml", "classification = \"K\"", "classification = \"L\"", "jobs: there is no classification \"L\""),
        (
            "dataset.toml",
            "growth_indicator = \"growth\"",
            "growth_indicator = \"x\"",
            "gdp: there is no indicator \"x\"",
        ),
        (
            "dataset.toml",
            "growth_indicator = \"growth\"",
            "aggregation_weight = \"y\"",
            "gdp: there is no indicator \"y\"",
        ),
        (
            "dataset.toml",
            "file = \"gdp-old.csv\"",
            "file = \"none.csv\"",
            "demo/observations/none.csv: there is no such file",
        ),
        ("dataset.toml", "indicators = [\"jobs\"]", "indicators = [\"gdp\"]", "jobs.csv: it does not hold gdp"),
        ("dataset.toml", "through = \"2014\"", "through = \"2014-Q1\"", "jobs.csv: through is neither a year"),
        ("dataset.toml", "file = \"gdp-old.csv\"", "file = \"growth.csv\"", "growth N  2014 stands in two files"),
        (
            "regions.csv",
            "C11,PREFECTURE,P1",
            "C11,PREFECTURE,P7",
            "demo/regions.csv, line 6: parent: there is no region \"P7\"",
        ),
        ("regions.csv", "P3,PROVINCE", "P1,PROVINCE", "demo/regions.csv, line 5: P1 stands twice"),
        ("regions.csv", "45.756967", "95", "demo/regions.csv, line 3: latitude and longitude"),
        ("regions.csv", "OLD=22", "OLD", "demo/regions.csv, line 3: \"OLD\" is not like"),
        ("regions.csv", ",aliases", ",alias", "demo/regions.csv, line 2: "),
        ("industries.csv", "K,B1,DIVISION,B,", "K,B1,DIVISION,C,", "demo/industries.csv, line 4: parent"),
        ("industries.csv", "K,A", "L,A", "demo/industries.csv, line 2: there is no classification \"L\""),
        ("groups.csv", "2016-02-23", "2016-02-32", "demo/groups.csv, line 2: \"2016-02-32\" is no date"),
        ("groups.csv", ",s1\nempty", ",s9\nempty", "demo/groups.csv, line 2: there is no source \"s9\""),
        ("group_members.csv", "mixed,P3", "mixed,P9", "demo/group_members.csv, line 2: region"),
        ("group_members.csv", "mixed,P3", "mixt,P3", "demo/group_members.csv, line 2: there is no group"),
        ("group_members.csv", "CENTRE", "HEAD", "demo/group_members.csv, line 3: "),
        ("events.csv", "P1;C11", "P1;C99", "demo/events.csv, line 2: regions: there is no region \"C99\""),
        ("events.csv", "2016-02,MONTH", "2016,MONTH", "demo/events.csv, line 2: \"2016\" is less exact"),
        ("borders.csv", "P2,P3", "P2,P2", "demo/borders.csv, line 4: a border has two regions"),
        ("observations/gdp-old.csv", "gdp,P2,,2015", "gdp,P7,,2015", "gdp-old.csv, line 7: there is no region \"P7\""),
        (
            "observations/gdp-old.csv",
            "gdp,P2,,2015",
            "gpd,P2,,2015",
            "gdp-old.csv, line 7: there is no indicator \"gpd\"",
        ),
        ("observations/gdp-old.csv", "gdp,P2,,2015", "gdp,P2,A,2015", "gdp-old.csv, line 7: gdp has no industries"),
        ("observations/gdp-old.csv", "33,,,s1", "33,,,s7", "gdp-old.csv, line 7: there is no source \"s7\""),
        ("observations/gdp-old.csv", "gdp,P2,,2015,33", "gdp,P2,,2015,x", "line 7, column value: \"x\" (BAD_NUMBER"),
        (
            "observations/jobs.csv",
            "jobs,P1,B,2014",
            "jobs,P1,,2014",
            "jobs.csv, line 3: there is no industry \"\" in K",
        ),
        ("sources.csv", "s2,", "s1,", "demo/sources.csv, line 3: s1 stands twice"),
    ];
    for (path, old, new, expected) in cases {
        let said = refusal(path, old, new).await;
        assert!(said.contains(expected), "{path} with {new}: {said}");
    }
}

#[tokio::test]
async fn the_catalogue_holds_what_the_files_say() {
    let store = store().await;
    let catalogue = &store.dataset("demo").unwrap().catalogue;
    let region = &catalogue.regions["P2"];
    assert_eq!(region.coordinates, Some((45.756967, 126.642464)));
    assert_eq!((region.aliases.len(), region.other_codes["OLD"].as_str()), (2, "22"));
    let first = &catalogue.regions["P1"];
    assert_eq!((first.note.as_str(), first.valid_from.as_str(), first.valid_to.as_str()), ("Note", "1949", ""));
    // No region states a scheme of its own: all are of the boundaries of the data set.
    assert_eq!((first.scheme.as_str(), catalogue.scheme_of(first)), ("", "demo-2015"));
    assert_eq!(catalogue.industries[&("K".to_owned(), "A".to_owned())].tags, ["resource_based", "traditional"]);
    let group = &catalogue.groups["mixed"];
    assert_eq!((group.date, group.precision), (Some(jiff::civil::date(2016, 2, 1)), Some(DatedPrecision::Month)));
    assert_eq!((group.members[0].region.as_str(), group.source.as_str()), ("C11", "Yearbook"));
    let events: Vec<_> = catalogue.events.iter().map(|event| (event.kind, event.number, event.date)).collect();
    let (first, second) = (jiff::civil::date(2015, 12, 16), jiff::civil::date(2016, 2, 1));
    assert_eq!(events, [(EventKind::NewArea, Some(1), first), (EventKind::NewArea, Some(2), second)]);
    let pairs = [("C11", "C12"), ("P1", "P2"), ("P2", "P3")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(catalogue.borders, pairs);
}
