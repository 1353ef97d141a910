//! Genuine files of Eurostat and of the JSON-stat samples, to the cell. All counts and sums were made by a program that
//! shares nothing with the readers: Python's csv and json modules, splitting lines at tabs and cells at blanks.

use std::collections::BTreeMap;

use growthpole_ingest::{Format, Options, Rule};

use crate::collected::{Collected, genuine};

fn read_eurostat(path: &str, indicator: &str) -> Option<Collected> {
    let indicator = (!indicator.is_empty()).then(|| indicator.to_owned());
    let found = genuine(path, &Options { indicator, ..Options::default() })?;
    assert_eq!((found.report.errors(), found.format), (0, Some(Format::EurostatTsv)), "{}", found.report);
    Some(found)
}

fn read_json_stat(path: &str) -> Option<Collected> {
    let found = genuine(path, &Options::default())?;
    assert_eq!(found.format, Some(Format::JsonStat));
    Some(found)
}

/// Rows, cells, cells without a value, and those that were suppressed.
fn counts(found: &Collected) -> (u64, u64, u64, u64) {
    let report = &found.report;
    assert_eq!(found.cells.len() as u64, report.cells);
    (report.records, report.cells, report.missing, report.suppressed)
}

#[test]
fn structural_business_statistics_to_the_cell() {
    let Some(found) = read_eurostat("eurostat/sbs_r_nuts06_r2.tsv.gz", "") else { return };
    // Suppressed are all that have a `c` and no value: c 93 421, cd 3 883, bc 2 773, cu 1 644, cp 575, ci 247.
    assert_eq!(counts(&found), (195_227, 1_561_816, 460_887, 102_543));
    let with_value = [("", 1_050_627), ("b", 18_408), ("d", 17_588), ("i", 1_766), ("p", 11_868), ("r", 672)];
    assert_eq!(found.flags(false), BTreeMap::from(with_value));
    let without = [
        ("", 344_284),
        ("b", 1_284),
        ("bc", 2_773),
        ("bu", 8),
        ("c", 93_421),
        ("cd", 3_883),
        ("ci", 247),
        ("cp", 575),
        ("cu", 1_644),
        ("d", 439),
        ("i", 47),
        ("p", 267),
        ("u", 12_015),
    ];
    assert_eq!(found.flags(true), BTreeMap::from(without));
    assert_eq!((found.labels.regions.len(), found.labels.industries.len()), (467, 101));
    let indicators: Vec<&str> = found.labels.indicators.texts().collect();
    assert_eq!(indicators, ["V11210", "V13320", "V16110", "V91290", "V94310"]);
    assert_eq!(found.report.counts, BTreeMap::from([(Rule::DimensionJoined, 1)]));
    let group = &found.described.industries[&("NACE Rev. 2".to_owned(), "G451".to_owned())];
    assert_eq!((group.level.as_str(), group.parent.as_str()), ("GROUP", "G45"));
    assert_eq!(found.described.regions["AT11"].parent, "AT1");
}

#[test]
fn the_other_files_of_eurostat_to_the_cell() {
    let Some(found) = read_eurostat("eurostat/lfst_r_lfe2en2.tsv.gz", "") else { return };
    assert_eq!(counts(&found), (28_065, 224_520, 63_285, 9_333));
    assert_eq!(found.flags(false), BTreeMap::from([("", 114_872), ("b", 27_510), ("bu", 3_103), ("u", 15_750)]));
    let without = [("", 19_689), ("b", 7), ("bc", 1_837), ("bu", 7_193), ("c", 7_496), ("u", 27_063)];
    assert_eq!(found.flags(true), BTreeMap::from(without));

    let Some(found) = read_eurostat("eurostat/nama_10r_2gdp.tsv.gz", "gdp") else { return };
    assert_eq!(counts(&found), (2_564, 38_460, 1_186, 0));
    assert_eq!((found.flags(false)["e"], found.flags(true)["e"], found.labels.indicators.len()), (130, 14, 6));
    assert!(found.labels.indicators.texts().any(|code| code == "gdp.MIO_EUR"));

    let Some(found) = read_eurostat("eurostat/nama_10r_2gvagr.tsv.gz", "gva-growth") else { return };
    assert_eq!(counts(&found), (282, 4_230, 635, 0));
    assert_eq!(found.labels.indicators.texts().collect::<Vec<_>>(), ["gva-growth"]);

    let Some(found) = read_eurostat("eurostat/nama_10r_3empers_excerpt.tsv", "") else { return };
    assert_eq!(counts(&found), (11, 308, 62, 0));
    assert_eq!(found.flags(false), BTreeMap::from([("", 240), ("b", 3), ("p", 3)]));
    assert_eq!(found.labels.indicators.texts().collect::<Vec<_>>(), ["THS.SAL", "THS.EMP"]);
}

#[test]
fn samples_of_json_stat_to_the_cell() {
    let Some(found) = read_json_stat("jsonstat/us-labor.json") else { return };
    assert_eq!((counts(&found), found.labels.regions.len()), ((12_880, 12_880, 0, 0), 3_220));
    assert_eq!(found.sum().round(), 312_551_709.0);
    assert_eq!(found.described.indicators["unr"].unit, "Per cent");

    let Some(found) = read_json_stat("jsonstat/galicia.json") else { return };
    assert_eq!((counts(&found), found.sum()), ((3_960, 3_960, 4, 0), 87_493_659.0));
    let joined: Vec<&str> = found.report.findings.iter().map(|finding| finding.column.as_str()).collect();
    assert_eq!((joined, found.labels.regions.len()), (vec!["birth", "age", "gender"], 5));

    let Some(found) = read_json_stat("jsonstat/oecd.json") else { return };
    assert_eq!((counts(&found), found.flags(false)["e"]), ((432, 432, 0, 0), 72));
    assert!((found.sum() - 3_323.825_331_658).abs() < 1e-6);

    let Some(found) = read_json_stat("jsonstat/eurostat-name_gpd_c-geo_IT_FR.json") else { return };
    assert_eq!((counts(&found), found.sum()), ((138, 138, 74, 0), 1_266_000.0));
    assert_eq!(found.labels.indicators.texts().collect::<Vec<_>>(), ["EUR_HAB.B1GM"]);
}

#[test]
fn samples_that_hold_no_statistics_are_refused_with_the_rule() {
    let cases = [
        // Links to eight data sets, and none of them.
        ("jsonstat/collection.json", Rule::NoData),
        // One dimension of commodities.
        ("jsonstat/hierarchy.json", Rule::MissingDimension),
        // Values are texts that show their order.
        ("jsonstat/order.json", Rule::BadNumber),
    ];
    for (path, rule) in cases {
        let Some(found) = read_json_stat(path) else { return };
        assert!(found.report.counts.contains_key(&rule) && found.cells.is_empty(), "{path}: {}", found.report);
    }
}

#[test]
fn the_excerpt_in_sdmx_csv_with_its_header_in_lower_case() {
    let Some(found) = genuine("eurostat/nama_10r_3empers_sdmx_csv_excerpt.csv", &Options::default()) else { return };
    assert_eq!((counts(&found), found.format), ((100, 100, 0, 0), Some(Format::SdmxCsv)));
    assert_eq!((found.report.errors(), found.flags(false)), (0, BTreeMap::from([("", 100)])));
}
