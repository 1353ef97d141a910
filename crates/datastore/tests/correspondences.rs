//! The correspondence tables that come with the bundled data.

use std::path::Path;

use growthpole_datastore::{
    AggregateQuery, AggregateSet, CorrespondenceSource, Datastore, IndustryTargets, RegionTargets, RollUp,
    StoreSettings,
};
use growthpole_domain::rollup::{CellPolicy, CorrespondenceRow, Split};
use growthpole_domain::{IndustryChoice, PeriodChoice, RegionChoice, VintageChoice};

use crate::demo::{codes, now, period};

fn rows(file: &str) -> Vec<CorrespondenceRow> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bundled/correspondences").join(file);
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::StringRecord| CorrespondenceRow {
        from: record[0].to_owned(),
        to: record[1].to_owned(),
        share: Some(&record[2]).filter(|share| !share.is_empty()).map(|share| share.parse().unwrap()),
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn divisions(rows: Vec<CorrespondenceRow>) -> AggregateQuery {
    let table = CorrespondenceSource::Rows { classification: "GB/T 4754-2017".into(), rows };
    AggregateQuery {
        dataset: "china-provinces".into(),
        vintage: VintageChoice::Latest,
        indicator: "employment_by_division".into(),
        regions: RegionChoice::Codes(codes(&["210000", "220000", "230000"])),
        industries: IndustryChoice::All,
        periods: PeriodChoice::List(vec![period("2015")]),
        regions_to: Some(RollUp { to: RegionTargets::Together("NE".into()), from_level: None }),
        industries_to: Some(RollUp { to: IndustryTargets::Converted { table, split: Split::Join }, from_level: None }),
        method: None,
        weight: None,
        suppressed: CellPolicy::Refuse,
        missing: CellPolicy::Refuse,
    }
}

fn total(set: &AggregateSet) -> f64 {
    set.iter().map(|result| result.value.unwrap()).sum()
}

#[tokio::test]
async fn the_divisions_of_2011_become_those_of_2017_without_loss() {
    let store = Datastore::in_memory(StoreSettings::default());
    store.import_bundled(now()).await.unwrap();
    let query = divisions(rows("gbt4754-2011-2017.csv"));
    let converted = store.aggregate(&query).await.unwrap();
    let together = RollUp { to: IndustryTargets::Together("ALL".into()), from_level: None };
    let all = store.aggregate(&AggregateQuery { industries_to: Some(together), ..query }).await.unwrap();
    assert!((total(&converted) - total(&all)).abs() < 1e-6 * total(&all));
    // Every division is covered; those whose parts went to several divisions are told together.
    assert_eq!(converted.industries.remainder(), None);
    let joined: Vec<&String> = converted.conversion.as_ref().unwrap().conversion.joined.keys().collect();
    assert_eq!(joined, ["C25+D45", "C31+C32+C33", "C34+C35+C37+C38+C39+C40", "D44+F52"]);
    assert!(converted.iter().any(|result| converted.industry(result) == "C36"));
}

#[test]
fn tables_say_one_new_code_or_candidates_for_each_old_one() {
    for (file, n_old) in [("gbt4754-2011-2017.csv", 41), ("gbt4754-2002-2011.csv", 39)] {
        let rows = rows(file);
        let table = growthpole_domain::rollup::Correspondence::try_new(&rows).unwrap();
        assert_eq!(table.from_codes().count(), n_old, "{file}");
        assert!(rows.is_sorted_by(|a, b| (&a.from, &a.to) < (&b.from, &b.to)), "{file}");
    }
}

/// Value added of two provinces and the parts of a third, under the codes of another version of their scheme: P1 has a new
/// code, P2 was divided with known shares, P3 became one with P1.
#[tokio::test]
async fn regions_of_one_version_become_those_of_the_next() {
    let store = crate::demo::store().await;
    let row = |from: &str, to: &str, share| CorrespondenceRow { from: from.into(), to: to.into(), share };
    let query = |rows: Vec<CorrespondenceRow>, split| {
        let table = CorrespondenceSource::Rows { classification: "demo-2020".into(), rows };
        AggregateQuery {
            dataset: "demo".into(),
            vintage: VintageChoice::Number(2),
            indicator: "gdp".into(),
            regions: RegionChoice::Default,
            industries: IndustryChoice::All,
            periods: PeriodChoice::List(vec![period("2014")]),
            regions_to: Some(RollUp { to: RegionTargets::Converted { table, split }, from_level: None }),
            industries_to: None,
            method: None,
            weight: None,
            suppressed: CellPolicy::Refuse,
            missing: CellPolicy::Refuse,
        }
    };
    let plain = |codes_: &[&str]| AggregateQuery {
        regions: RegionChoice::Codes(codes(codes_)),
        regions_to: Some(RollUp { to: RegionTargets::Together("ALL".into()), from_level: None }),
        ..query(vec![row("P1", "P1", None)], Split::Refuse)
    };
    let of = async |codes: &[&str]| store.aggregate(&plain(codes)).await.unwrap().results[0][0].value.unwrap();
    let (first, second) = (of(&["P1"]).await, of(&["P2"]).await);

    let table = vec![row("P1", "Q1", None), row("P2", "Q1", Some(0.25)), row("P2", "Q2", Some(0.75))];
    let set = store.aggregate(&query(table, Split::Refuse)).await.unwrap();
    let shown: Vec<(&str, f64)> =
        set.iter().map(|result| (set.region(result), result.value.unwrap_or(f64::NAN))).collect();
    let (q1, q2) = (first + 0.25 * second, 0.75 * second);
    let of_code = |code: &str| shown.iter().find(|(region, _)| *region == code).unwrap().1;
    assert!((of_code("Q1") - q1).abs() < 1e-9 && (of_code("Q2") - q2).abs() < 1e-9, "{shown:?}");
    // The third province is in no row of the table: it is the remainder, and is named.
    assert_eq!(set.regions.remainder(), Some(0));
    let report = set.region_conversion.as_ref().unwrap();
    assert_eq!((report.table.classification.as_str(), &report.conversion.uncovered), ("demo-2020", &codes(&["P3"])));
    let warned = |code: &str| set.warnings.iter().find(|warning| warning.code == code).unwrap().regions.clone();
    assert_eq!(warned("CORRESPONDENCE_NOT_COVERED"), ["P3"]);
    assert_eq!(warned("CORRESPONDENCE_DIVIDED"), ["P2"]);
    assert!(set.conversion.is_none() && set.region_levels == ["PROVINCE"]);

    let unknown = store.aggregate(&query(vec![row("X9", "Q1", None)], Split::Refuse)).await.unwrap_err().to_string();
    assert!(unknown.contains("regions_to.correspondence") && unknown.contains("demo-2015"), "{unknown}");
}
