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
    set.results.iter().map(|result| result.value.unwrap()).sum()
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
    assert!(converted.results.iter().any(|result| converted.industry(result) == "C36"));
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
