//! Small files of every form, made for these tests: recognised by their first bytes, and read to the cell.

use std::path::Path;

use growthpole_ingest::{Format, Options, Rule, Source};

use crate::collected::{Collected, collect};

fn extract(name: &str) -> Collected {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let found = collect(&mut Source::open(&path).unwrap(), &Options::default());
    assert_eq!(found.report.errors(), 0, "{name}: {}", found.report);
    found
}

#[test]
fn eurostat_in_its_old_layout() {
    let found = extract("eurostat_old.tsv");
    assert_eq!(found.format, Some(Format::EurostatTsv));
    assert_eq!(
        found.rows()[..6],
        [
            "V11210 XA C10 2015 708 A ",
            "V11210 XA C10 2014 692 A ",
            "V11210 XA C10 2013 677 B b",
            "V11210 XA1 C10 2015 215 D d",
            "V11210 XA1 C10 2014 - Q c",
            "V11210 XA1 C10 2013 - O ",
        ]
    );
    assert_eq!(
        found.rows()[7..],
        [
            "V11210 XA11 C10 2014 - Q cu",
            "V11210 XA11 C10 2013 25 B bp",
            "V16110 XA C 2015 1200.5 A ",
            "V16110 XA C 2014 - O u",
            "V16110 XA C 2013 1188 E e",
        ]
    );
    assert_eq!((found.report.records, found.report.missing, found.report.suppressed), (4, 4, 2));
    assert_eq!(found.report.counts.get(&Rule::DimensionJoined), Some(&1));
}

#[test]
fn eurostat_in_its_new_layout_with_two_frequencies() {
    let found = extract("eurostat_new.tsv");
    assert_eq!(
        found.rows(),
        [
            "THS AT11 F 2014 2.88 A ",
            "THS AT11 F 2015 2.79 P p",
            "THS AT F 2014 - O ",
            "THS AT F 2015 - M z",
            "THS AT F 2015-Q1 3.06 A ",
        ]
    );
    let levels: Vec<&str> = found.described.regions.values().map(|region| region.level.as_str()).collect();
    assert_eq!(levels, ["COUNTRY", "NUTS1", "NUTS2"]);
}

#[test]
fn sdmx_csv_of_both_versions() {
    let found = extract("sdmx_csv_1.csv");
    assert_eq!(found.format, Some(Format::SdmxCsv));
    assert_eq!(found.rows(), ["THS AT11 C 2014 12.5 A ", "THS AT11 C 2015 12.75 P p", "THS AT12 C 2015 - Q @C"]);
    let found = extract("sdmx_csv_2.csv");
    assert_eq!(found.rows(), ["GVA FR C 2015-Q1 410.2 E ", "GVA FR C 2015-Q2 - M ", "GVA DE C 2015-Q1 698 A "]);
    let indicator = &found.described.indicators["GVA"];
    assert_eq!((indicator.unit.as_str(), indicator.unit_multiplier, indicator.decimals), ("EUR", 6, 1));
    assert_eq!(found.labels.texts.text(found.cells[0].note), "first, then revised");
}

#[test]
fn json_stat_of_both_versions() {
    let found = extract("json_stat_1.json");
    assert_eq!(found.format, Some(Format::JsonStat));
    assert_eq!(
        found.rows(),
        ["THS FR  2014 12.5 A ", "THS FR  2015 - O ", "THS IT  2014 0 A ", "THS IT  2015 13.25 P p"]
    );
    let found = extract("json_stat_2.json");
    assert_eq!(
        found.rows(),
        [
            "jobs S  2012 300 E e",
            "rate S  2012 6.5 A ",
            "jobs 01001  2012 100 A ",
            "rate 01001  2012 - Q c",
            "rate 01003  2012 7.25 B b",
        ]
    );
    let first = &found.described.regions["01001"];
    assert_eq!((first.parent.as_str(), first.level.as_str(), first.names.display()), ("S", "COUNTY_2", "First"));
    assert_eq!(
        (found.described.dataset.title.as_str(), found.described.dataset.published.as_str()),
        ("Jobs by county", "2019-12-12")
    );
    assert_eq!(found.described.indicators["rate"].unit, "%");
}

/// Written by pyarrow 26: dictionaries, large strings, 32-bit years; a row group of 25 rows, a batch of 20.
#[test]
fn tables_of_pyarrow() {
    let cases = [
        ("table.parquet", Format::Parquet, 60, 6),
        ("table.arrow", Format::Arrow, 30, 3),
        ("stream.arrow", Format::Arrow, 60, 6),
    ];
    for (name, format, rows, suppressed) in cases {
        let found = extract(name);
        assert_eq!(
            (found.format, found.report.cells, found.report.missing),
            (Some(format), rows, suppressed),
            "{name}"
        );
        assert_eq!(found.rows()[6..8], ["jobs AT C 2011 7.5 A ", "jobs DE C 2011 - Q c"], "{name}");
        assert_eq!((found.report.suppressed, found.report.findings.len()), (suppressed, 0), "{name}");
    }
}
