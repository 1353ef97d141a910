//! Imports of small files, from the first byte to what the store answers.

use growthpole_domain::{DatedPrecision, IndustryChoice, PeriodChoice, RegionChoice, VintageChoice};
use growthpole_ingest::{FormatChoice, Mapping, Options, Rule, Severity, Source};
use jiff::civil::date;

use super::*;
use crate::{ObservationQuery, StoreSettings};

/// The first of January 2026.
const NOW: jiff::Timestamp = jiff::Timestamp::constant(1_767_225_600, 0);

fn import(text: &str, mapping: &str) -> FileImport {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    FileImport {
        dataset: "d".into(),
        source: Source::new(file, "file.csv").unwrap(),
        options: Options { format: FormatChoice::Auto, mapping: Mapping::parse(mapping).unwrap(), indicator: None },
        published: Some((date(2020, 1, 31), DatedPrecision::Day)),
        label: String::new(),
        note: String::new(),
        mode: ImportMode::Replace,
        writes: true,
    }
}

async fn run(store: &Datastore, import: FileImport) -> ImportedFile {
    store.import_file(import, &ImportSettings::default(), ImportWatch::default(), NOW).await.unwrap()
}

fn store() -> Datastore {
    Datastore::in_memory(StoreSettings::default())
}

async fn rows(store: &Datastore) -> Vec<String> {
    let query = ObservationQuery {
        dataset: "d".into(),
        vintage: VintageChoice::Latest,
        indicators: Vec::new(),
        regions: RegionChoice::default(),
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
    };
    let row = |row: &growthpole_domain::Observation| {
        let value = row.value.map(|value| value.to_string()).unwrap_or_default();
        format!(
            "{} {} {} {} {value} {} {} {}",
            row.indicator, row.region, row.industry, row.period, row.status, row.flag, row.note
        )
    };
    store.observations(&query).await.unwrap().rows.iter().map(row).collect()
}

fn codes(imported: &ImportedFile) -> Vec<(&'static str, u64)> {
    [Severity::Error, Severity::Warning]
        .into_iter()
        .flat_map(|severity| imported.report.summaries(severity))
        .map(|summary| (summary.rule.code(), summary.count))
        .collect()
}

const TIDY: &str = "region,indicator,period,value,status,flag,note\n\
    b,gdp,2016,2.5,,,\nb,gdp,2015,2,E,e,estimated\na,gdp,2015,,Q,(D),\na,jobs,2015,0,,,\n";

#[tokio::test]
async fn a_file_becomes_a_vintage_with_everything_that_it_says() {
    let store = store();
    let imported = run(&store, import(TIDY, "")).await;
    let committed = imported.committed.as_ref().unwrap();
    assert_eq!((committed.vintage.number, committed.vintage.label.as_str()), (1, "file.csv"));
    assert_eq!((imported.report.records, imported.report.cells, imported.series), (4, 4, 3));
    assert_eq!((imported.report.missing, imported.report.suppressed), (1, 1));
    assert_eq!(codes(&imported), [("KIND_ASSUMED", 2)]);
    let expected = ["gdp a  2015  Q (D) ", "gdp b  2015 2 E e estimated", "gdp b  2016 2.5 A  ", "jobs a  2015 0 A  "];
    assert_eq!(rows(&store).await, expected);
    let handle = store.dataset("d").unwrap();
    assert_eq!((handle.catalogue.dataset.main_level.as_str(), handle.catalogue.regions.len()), ("REGION", 2));
}

#[tokio::test]
async fn the_same_file_again_is_the_same_vintage() {
    let store = store();
    let first = run(&store, import(TIDY, "")).await.committed.unwrap();
    let again = run(&store, import(TIDY, "")).await.committed.unwrap();
    assert_eq!((first.already_there, again.already_there), (false, true));
    assert_eq!(first.vintage, again.vintage);
    // Without a date it is the same as well, whenever that is.
    let undated = run(&store, FileImport { published: None, ..import(TIDY, "") }).await;
    assert_eq!(undated.committed.as_ref().unwrap().vintage.number, 1);
    // No day was assumed: the vintage has its own.
    assert_eq!(codes(&undated), [("KIND_ASSUMED", 2)]);
}

#[tokio::test]
async fn a_file_with_an_error_changes_nothing() {
    let store = store();
    let conflicting = format!("{TIDY}b,gdp,2015,3,,,\nb,gdp,2016,2.5,,,again\n");
    let imported = run(&store, import(&conflicting, "")).await;
    assert!(imported.committed.is_none() && store.datasets().is_empty());
    assert_eq!(codes(&imported)[0], ("CONFLICTING_DUPLICATE", 1));
    // Nothing was imported, and so on no day.
    let undated = run(&store, FileImport { published: None, ..import(&conflicting, "") }).await;
    assert!(codes(&undated).iter().all(|(code, _)| *code != "PUBLISHED_ASSUMED"));
    let sound = run(&store, FileImport { published: None, writes: false, ..import(TIDY, "") }).await;
    assert_eq!(codes(&sound)[0], ("PUBLISHED_ASSUMED", 1));
    let finding = imported.report.findings.iter().find(|finding| finding.rule == Rule::ConflictingDuplicate).unwrap();
    assert_eq!((finding.line, finding.value.as_str()), (6, "gdp b 2015 as on line 3"));
    assert!(imported.report.counts.contains_key(&Rule::RepeatedDuplicate));
    let nothing = run(&store, import("region,indicator,period,value\n", "")).await;
    assert_eq!((codes(&nothing)[0], nothing.committed.is_none()), (("NO_DATA", 1), true));
}

#[tokio::test]
async fn a_check_writes_nothing() {
    let store = store();
    let checked = run(&store, FileImport { writes: false, ..import(TIDY, "") }).await;
    assert_eq!((checked.report.cells, checked.series, checked.committed.is_none()), (4, 3, true));
    store.refresh().await.unwrap();
    assert!(store.datasets().is_empty());
}

#[tokio::test]
async fn an_upsert_keeps_what_it_does_not_replace() {
    let store = store();
    run(&store, import(TIDY, "")).await;
    let more = "region,indicator,period,value\nb,gdp,2016,2.75\nc,gdp,2016,9\n";
    let published = Some((date(2021, 1, 1), DatedPrecision::Day));
    let upsert = FileImport { mode: ImportMode::Upsert, published, ..import(more, "") };
    let committed = run(&store, upsert).await.committed.unwrap();
    assert_eq!((committed.vintage.number, committed.base), (2, Some(1)));
    let expected = [
        "gdp a  2015  Q (D) ",
        "gdp b  2015 2 E e estimated",
        "gdp b  2016 2.75 A  ",
        "gdp c  2016 9 A  ",
        "jobs a  2015 0 A  ",
    ];
    assert_eq!(rows(&store).await, expected);
}

#[tokio::test]
async fn industries_stand_for_all_cells_of_an_indicator_or_for_none() {
    let store = store();
    let mixed = "region,indicator,industry,period,value\na,jobs,C,2015,1\na,jobs,,2015,2\n";
    assert_eq!(codes(&run(&store, import(mixed, "")).await)[0], ("INDUSTRY_MISSING", 1));
    let whole = "region,indicator,industry,period,value\na,jobs,C,2015,1\na,gdp,,2015,2\n";
    assert!(run(&store, import(whole, "")).await.committed.is_some());
    let catalogue = store.dataset("d").unwrap().catalogue.clone();
    assert_eq!(catalogue.indicators["jobs"].classification, "INDUSTRIES");
    assert!(!catalogue.indicators["gdp"].has_industries());
    assert_eq!(catalogue.industries.len(), 1);
}

#[tokio::test]
async fn an_upsert_does_not_mix_cells_with_and_without_industries() {
    let upserted = async |before: &str, after: &str| {
        let store = store();
        assert!(run(&store, import(before, "")).await.committed.is_some());
        let published = Some((date(2021, 1, 1), DatedPrecision::Day));
        let imported = run(&store, FileImport { mode: ImportMode::Upsert, published, ..import(after, "") }).await;
        let found = imported.report.findings.iter().find(|finding| finding.rule == Rule::IndustryMissing).unwrap();
        (imported.committed.is_some(), found.line, found.value.clone())
    };
    let with = "region,indicator,industry,period,value\na,jobs,C,2015,1\n";
    let without = "region,indicator,period,value\na,jobs,2016,2\n";
    let expected = (false, 2, "jobs, of which the vintage before has industries".to_owned());
    assert_eq!(upserted(with, without).await, expected);
    let expected = (false, 2, "jobs, of which the vintage before has no industries".to_owned());
    assert_eq!(upserted(without, with).await, expected);
}

#[tokio::test]
async fn a_mapping_that_says_something_of_an_indicator_leaves_the_rest_as_the_file_has_it() {
    let store = store();
    let text = "GeoFIPS,GeoName,Region,TableName,LineCode,IndustryClassification,Description,Unit,2017\n\
        \"50001\",\"Addison, VT\",1,CAGDP2,1,...,All industry total,Thousands of dollars,7\n";
    run(&store, import(text, "[indicators.CAGDP2]\naggregation = \"SUM\"\nkind = \"FLOW\"\n")).await;
    let catalogue = store.dataset("d").unwrap().catalogue.clone();
    let indicator = &catalogue.indicators["CAGDP2"];
    assert_eq!((indicator.unit.as_str(), indicator.unit_multiplier), ("USD", 3));
    assert_eq!(indicator.classification, "BEA CAGDP2");
}

#[tokio::test]
async fn codes_that_are_described_in_part_have_names_and_levels() {
    let catalogue = async |text: &str, mapping: &str| {
        let store = store();
        assert!(run(&store, import(text, mapping)).await.committed.is_some());
        store.dataset("d").unwrap().catalogue.clone()
    };
    let text = "region,indicator,industry,period,value\na,x,C,2015,1\n";
    let leveled = catalogue(text, "[constants]\nregion_level = \"DISTRICT\"\n").await;
    let of = |catalogue: &growthpole_domain::Catalogue| {
        let region = &catalogue.regions["a"];
        let industry = catalogue.industries.values().next().unwrap();
        [region.names.display(), region.level.as_str(), industry.names.display(), industry.level.as_str()]
            .map(str::to_owned)
    };
    assert_eq!(of(&leveled), ["a", "DISTRICT", "C", "INDUSTRY"]);
    assert_eq!(leveled.dataset.main_level, "DISTRICT");
    let text = "region,region_name,indicator,industry,industry_name,period,value\na,A.,x,C,C.,2015,1\n";
    let named = catalogue(text, "").await;
    assert_eq!(of(&named), ["A.", "REGION", "C.", "INDUSTRY"]);
    assert_eq!(named.dataset.main_level, "REGION");
}

#[tokio::test]
async fn what_a_later_file_does_not_say_of_an_industry_stays() {
    let store = store();
    let first = "region,indicator,industry,industry_name,industry_level,period,value\na,x,C,Making,SECTION,2015,1\n";
    run(&store, import(first, "")).await;
    let second = "region,indicator,industry,industry_parent,period,value\na,x,C,T,2016,1\na,x,T,,2016,1\n";
    run(&store, FileImport { published: published("2021-01-01"), ..import(second, "") }).await;
    let catalogue = store.dataset("d").unwrap().catalogue.clone();
    let industry = &catalogue.industries[&("INDUSTRIES".to_owned(), "C".to_owned())];
    let said = (industry.names.display(), industry.level.as_str(), industry.parent.as_str());
    assert_eq!(said, ("Making", "SECTION", "T"));
}

#[tokio::test]
async fn tables_do_not_depend_on_how_much_room_there_is() {
    let mut text = String::from("region,indicator,period,value\n");
    for number in 0..3000 {
        let scattered = number * 7919 % 3000;
        text.push_str(&format!("r{},i{},{},{number}\n", scattered % 50, scattered % 3, 1900 + scattered / 50));
    }
    let mut digests = Vec::new();
    for sort_bytes in [1 << 20, 10_000] {
        let store = store();
        let settings = ImportSettings { sort_bytes, ..ImportSettings::default() };
        let imported = store.import_file(import(&text, ""), &settings, ImportWatch::default(), NOW).await.unwrap();
        digests.push(imported.committed.unwrap().vintage.digest);
    }
    assert_eq!(digests[0], digests[1]);
}

#[tokio::test]
async fn what_was_given_up_leaves_nothing() {
    let (store, watch) = (store(), ImportWatch::default());
    watch.cancel();
    let given_up = store.import_file(import(TIDY, ""), &ImportSettings::default(), watch, NOW).await;
    assert!(matches!(given_up, Err(StoreError::Stopped)) && store.datasets().is_empty());
}

fn schemes(store: &Datastore) -> Vec<String> {
    let catalogue = store.dataset("d").unwrap().catalogue.clone();
    catalogue.regions.values().map(|region| format!("{} {}", region.code, catalogue.scheme_of(region))).collect()
}

#[tokio::test]
async fn regions_are_of_the_scheme_that_is_declared_and_of_no_version_that_is_not() {
    let eurostat = "unit,geo\\time\t2015\nEUR,DE1\t1\nEUR,DE2\t2\n";
    let store = store();
    run(&store, import(eurostat, "")).await;
    assert_eq!(schemes(&store), ["DE NUTS", "DE1 NUTS", "DE2 NUTS"]);
    let other = "unit,geo\\time\t2016\nEUR,DE1\t3\n";
    let mut upsert = import(other, "[dataset]\nboundary_version = \"NUTS 2016\"\n");
    upsert.mode = ImportMode::Upsert;
    upsert.published = Some((date(2021, 1, 31), DatedPrecision::Day));
    run(&store, upsert).await;
    // What the file does not hold stays what it was.
    assert_eq!(schemes(&store), ["DE NUTS 2016", "DE1 NUTS 2016", "DE2 NUTS"]);
    let difference = store.difference("d", 1, 2, &[], &RegionChoice::Default).unwrap();
    let told = |warning: &growthpole_domain::Warning| (warning.code.to_string(), warning.regions.join(","));
    let warnings: Vec<(String, String)> = difference.warnings().iter().map(told).collect();
    assert_eq!(warnings, [("REGION_SCHEME_CHANGED".to_owned(), "DE,DE1".to_owned())]);
}

#[tokio::test]
async fn a_table_of_codes_alone_is_of_the_scheme_of_its_mapping() {
    let store = store();
    let mapping = "[constants]\nregion_scheme = \"LAU 2020\"\nindicator = \"x\"\n";
    run(&store, import("region,period,value\n01,2015,1\n", mapping)).await;
    assert_eq!(schemes(&store), ["01 LAU 2020"]);
    let later = "[dataset]\nboundary_version = \"LAU 2021\"\n[constants]\nindicator = \"x\"\n";
    let mut upsert = import("region,period,value\n01,2016,1\n02,2016,1\n", later);
    upsert.mode = ImportMode::Upsert;
    upsert.published = Some((date(2021, 1, 31), DatedPrecision::Day));
    run(&store, upsert).await;
    assert_eq!(schemes(&store), ["01 LAU 2021", "02 LAU 2021"]);
}

const COUNTIES: &str = "region,indicator,period,value\n\
    00000,jobs,2015,60\n01000,jobs,2015,30\n01001,jobs,2015,10\n01003,jobs,2015,20\n02000,jobs,2015,30\n02013,jobs,2015,30\n";

#[tokio::test]
async fn a_state_and_its_counties_are_never_added_together_where_their_scheme_is_declared() {
    let store = store();
    let mapping = "[constants]\nregion_scheme = \"US-FIPS 2020\"\n[indicators.jobs]\naggregation = \"SUM\"\n";
    let imported = run(&store, import(COUNTIES, mapping)).await;
    assert_eq!(codes(&imported), []);
    let handle = store.dataset("d").unwrap();
    let place = |code: &str| {
        let region = &handle.catalogue.regions[code];
        (region.level.clone(), region.parent.clone())
    };
    assert_eq!(place("01003"), ("COUNTY".to_owned(), "01000".to_owned()));
    assert_eq!(place("01000"), ("STATE".to_owned(), "00000".to_owned()));
    assert_eq!(handle.catalogue.dataset.main_level, "COUNTY");
    let together = |regions_to| crate::AggregateQuery {
        dataset: "d".into(),
        vintage: VintageChoice::Latest,
        indicator: "jobs".into(),
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
        regions_to: Some(crate::RollUp { to: regions_to, from_level: None }),
        industries_to: None,
        method: None,
        weight: None,
        suppressed: Default::default(),
        missing: Default::default(),
    };
    for (to, expected) in [
        (crate::RegionTargets::Together("ALL".to_owned()), vec![Some(60.0)]),
        (crate::RegionTargets::Level("STATE".to_owned()), vec![Some(30.0), Some(30.0)]),
    ] {
        let set = store.aggregate(&together(to)).await.unwrap();
        assert_eq!(set.iter().map(|result| result.value).collect::<Vec<_>>(), expected);
    }
    // Without a state's own row its counties stand alone, and nothing is said to be missing.
    let other = Datastore::in_memory(StoreSettings::default());
    let alone = run(&other, import("region,indicator,period,value\n03001,jobs,2015,1\n", mapping)).await;
    assert_eq!(codes(&alone), []);
}
