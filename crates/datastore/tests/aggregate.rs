//! Roll-ups over regions and industries, and conversions to other classifications.

use std::borrow::Cow;

use growthpole_datastore::{
    AggregateQuery, AggregateSet, AggregationMethod, CorrespondenceSource, Datastore, IndustryTargets, Package,
    RegionTargets, RollUp,
};
use growthpole_domain::rollup::{CellPolicy, CorrespondenceRow, Split};
use growthpole_domain::{IndustryChoice, PeriodChoice, QueryError, RegionChoice, UnknownKind, VintageChoice};

use crate::demo::{backends, codes, now, period, store};

fn query(indicator: &str) -> AggregateQuery {
    AggregateQuery {
        dataset: "demo".into(),
        vintage: VintageChoice::Latest,
        indicator: indicator.into(),
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
        regions_to: None,
        industries_to: None,
        method: None,
        weight: None,
        suppressed: CellPolicy::Refuse,
        missing: CellPolicy::Refuse,
    }
}

fn to<Targets>(to: Targets) -> Option<RollUp<Targets>> {
    Some(RollUp { to, from_level: None })
}

fn nation() -> Option<RollUp<RegionTargets>> {
    to(RegionTargets::Codes(codes(&["N"])))
}

/// Results as `2014 N: 100 A`, with the industry where there is one.
fn shown(set: &AggregateSet) -> Vec<String> {
    let value = |value: Option<f64>| value.map_or("-".to_owned(), |value| value.to_string());
    let show = |result| {
        let (region, industry) = (set.region(result), set.industry(result));
        format!("{} {region}{industry}: {} {}", result.period, value(result.value), result.status)
    };
    set.iter().map(show).collect()
}

fn has_warning(set: &AggregateSet, code: &str) -> bool {
    set.warnings.iter().any(|warning| warning.code == code)
}

async fn error(store: &Datastore, query: AggregateQuery) -> QueryError {
    store.aggregate(&query).await.unwrap_err()
}

#[tokio::test]
async fn provinces_add_up_beside_the_published_nation() {
    for backend in backends() {
        let store = backend.imported().await;
        let old = AggregateQuery { vintage: VintageChoice::Number(2), regions_to: nation(), ..query("gdp") };
        let set = store.aggregate(&old).await.unwrap();
        // The third province has no figure for 2015; the nation's own 100 and 110 are not added.
        assert_eq!(shown(&set), ["2014 N: 90 A", "2015 N: - O"], "{}", backend.name);
        assert_eq!(set.results[0][0].published.unwrap().value, Some(100.0));
        assert_eq!((set.results[0][1].counts.missing, set.results[0][1].counts.absent), (1, 1));
        assert_eq!(set.region_levels, ["PROVINCE"]);
        assert!(has_warning(&set, "RESULTS_WITHOUT_VALUE"));
        let known = AggregateQuery { missing: CellPolicy::KnownOnly, ..old.clone() };
        let set = store.aggregate(&known).await.unwrap();
        assert_eq!(shown(&set), ["2014 N: 90 A", "2015 N: 77 D"]);
        assert!(has_warning(&set, "MISSING_CELLS_LEFT_OUT") && !has_warning(&set, "RESULTS_WITHOUT_VALUE"));
        let published = AggregateQuery { missing: CellPolicy::Published, ..old };
        let set = store.aggregate(&published).await.unwrap();
        assert_eq!(shown(&set), ["2014 N: 90 A", "2015 N: 110 A"]);
        assert!(has_warning(&set, "PUBLISHED_INSTEAD"));
    }
}

#[tokio::test]
async fn what_is_added_is_one_level_and_never_a_parent_with_its_child() {
    let store = store().await;
    let jobs = || AggregateQuery { regions_to: nation(), missing: CellPolicy::KnownOnly, ..query("jobs") };
    // The city C11 lies in P1, whose figures hold it already.
    let set = store.aggregate(&jobs()).await.unwrap();
    assert_eq!(shown(&set), ["2014 NA: 40 D", "2014 NB: 20 D", "2015 NA: 42 D", "2015 NB: - O"]);
    let both = RegionChoice::Codes(codes(&["P1", "C11"]));
    let overlap = error(&store, AggregateQuery { regions: both.clone(), ..jobs() }).await;
    assert!(
        matches!(&overlap, QueryError::InvalidField { field, sent, .. } if field == "regions" && sent.contains("P1 together with C11")),
        "{overlap}"
    );
    let from_level = Some("PREFECTURE".to_owned());
    let cities = RollUp { to: RegionTargets::Codes(codes(&["N"])), from_level };
    let set = store.aggregate(&AggregateQuery { regions: both, regions_to: Some(cities), ..jobs() }).await.unwrap();
    assert_eq!(shown(&set), ["2015 NA: 5 A"]);
    // A section and its divisions are not of one level.
    let together = |from_level: Option<&str>| {
        Some(RollUp { to: IndustryTargets::Together("ALL".into()), from_level: from_level.map(str::to_owned) })
    };
    let industries = IndustryChoice::Codes(codes(&["B", "B1"]));
    let overlap = AggregateQuery { industries, industries_to: together(None), ..query("jobs") };
    assert!(matches!(error(&store, overlap).await, QueryError::InvalidField { field, .. } if field == "industries"));
    let sections = AggregateQuery { industries_to: together(Some("SECTION")), ..query("jobs") };
    let set = store.aggregate(&sections).await.unwrap();
    assert_eq!(shown(&set)[..2], ["2014 P1ALL: 30 A", "2014 P2ALL: - O"]);
    assert_eq!(set.industry_levels, ["SECTION"]);
}

#[tokio::test]
async fn groups_and_all_together() {
    let store = store().await;
    let groups = AggregateQuery { regions_to: to(RegionTargets::Groups(codes(&["mixed"]))), ..query("jobs") };
    let set = store.aggregate(&AggregateQuery { missing: CellPolicy::KnownOnly, ..groups }).await.unwrap();
    // P3 and C11: only the city has a figure.
    assert_eq!(shown(&set), ["2015 mixedA: 5 D"]);
    let warning = set.warnings.iter().find(|warning| warning.code == "REGIONS_WITHOUT_OBSERVATIONS").unwrap();
    assert_eq!(warning.regions, ["P3"]);
    let together = AggregateQuery {
        regions: RegionChoice::Codes(codes(&["P1", "P2"])),
        regions_to: to(RegionTargets::Together("12".into())),
        ..query("gdp")
    };
    assert_eq!(shown(&store.aggregate(&together).await.unwrap()), ["2014 12: 70 E", "2015 12: 76.5 A"]);
    // Without a choice: the main level.
    let all = AggregateQuery { regions: RegionChoice::Default, ..together };
    assert_eq!(shown(&store.aggregate(&all).await.unwrap()), ["2014 12: 90 E", "2015 12: 76.5 A"]);
}

#[tokio::test]
async fn means_need_a_weight_and_rates_a_method() {
    let store = store().await;
    let growth = |method: Option<AggregationMethod>, weight: Option<&str>| AggregateQuery {
        vintage: VintageChoice::Number(2),
        regions: RegionChoice::Codes(codes(&["P1", "P2"])),
        regions_to: nation(),
        method,
        weight: weight.map(str::to_owned),
        ..query("growth")
    };
    let undefined = error(&store, growth(None, None)).await;
    assert!(
        matches!(&undefined, QueryError::Undefined { field, message } if field == "method" && message.contains("MEAN"))
    );
    let unweighted = error(&store, growth(Some(AggregationMethod::Mean), None)).await;
    assert!(matches!(unweighted, QueryError::InvalidField { field, .. } if field == "weight_indicator"));
    let useless = error(&store, growth(Some(AggregationMethod::Sum), Some("gdp"))).await;
    assert!(matches!(useless, QueryError::InvalidField { field, .. } if field == "weight_indicator"));
    let by_gdp = growth(Some(AggregationMethod::Mean), Some("gdp"));
    let set = store.aggregate(&by_gdp).await.unwrap();
    let mean = (5.7 * 44.0 + 6.5 * 33.0) / 77.0;
    // P2 has no rate in 2014.
    assert_eq!((set.results[0][0].value, set.results[0][0].counts.missing), (None, 1));
    assert!((set.results[0][1].value.unwrap() - mean).abs() < 1e-12);
    assert_eq!(set.results[0][1].published.unwrap().value, Some(6.9));
    assert_eq!(set.method.weight(), Some("gdp"));
    assert!(set.weight_digest.is_some());
    let plain = store.aggregate(&growth(Some(AggregationMethod::PlainMean), None)).await.unwrap();
    assert_eq!(plain.results[0][1].value, Some((5.7 + 6.5) / 2.0));
    // A weight without industries does not tell industries apart.
    let sections = AggregateQuery {
        industries_to: to(IndustryTargets::Together("ALL".into())),
        method: Some(AggregationMethod::Mean),
        weight: Some("gdp".into()),
        ..query("jobs")
    };
    assert!(
        matches!(error(&store, sections).await, QueryError::InvalidField { field, .. } if field == "weight_indicator")
    );
    let bounds = AggregateQuery { suppressed: CellPolicy::Bounds, ..by_gdp };
    assert!(matches!(error(&store, bounds).await, QueryError::InvalidField { field, .. } if field == "suppressed"));
}

fn converted(rows: &[(&str, &str, Option<f64>)], split: Split) -> Option<RollUp<IndustryTargets>> {
    let row = |(from, to, share): &(&str, &str, Option<f64>)| CorrespondenceRow {
        from: (*from).to_owned(),
        to: (*to).to_owned(),
        share: *share,
    };
    let rows = rows.iter().map(row).collect();
    to(IndustryTargets::Converted { table: CorrespondenceSource::Rows { classification: "K2".into(), rows }, split })
}

#[tokio::test]
async fn a_correspondence_converts_and_reports() {
    let store = store().await;
    let jobs = |rows: &[(&str, &str, Option<f64>)], split: Split| AggregateQuery {
        periods: PeriodChoice::List(vec![period("2014")]),
        regions: RegionChoice::Codes(codes(&["P1"])),
        industries_to: converted(rows, split),
        ..query("jobs")
    };
    let shares = [("A", "x", Some(0.4)), ("A", "y", Some(0.6)), ("B", "y", Some(1.0))];
    let set = store.aggregate(&jobs(&shares, Split::Refuse)).await.unwrap();
    assert_eq!(shown(&set), ["2014 P1x: 4 A", "2014 P1y: 26 A"]);
    assert!(has_warning(&set, "CORRESPONDENCE_DIVIDED"));
    assert_eq!(set.conversion.as_ref().unwrap().table.classification, "K2");
    let partly = store.aggregate(&jobs(&[("A", "x", None)], Split::Refuse)).await.unwrap();
    assert_eq!(shown(&partly), ["2014 P1: 20 A", "2014 P1x: 10 A"]);
    assert_eq!(partly.industries.remainder(), Some(0));
    assert!(has_warning(&partly, "CORRESPONDENCE_NOT_COVERED"));
    let unshared = [("A", "x", None), ("A", "y", None), ("B", "z", None)];
    let refused = error(&store, jobs(&unshared, Split::Refuse)).await;
    assert!(matches!(&refused, QueryError::InvalidField { allowed, .. } if allowed.contains("JOIN")), "{refused}");
    let joined = store.aggregate(&jobs(&unshared, Split::Join)).await.unwrap();
    assert_eq!(shown(&joined), ["2014 P1x+y: 10 A", "2014 P1z: 20 A"]);
    let foreign = error(&store, jobs(&[("Q9", "x", None)], Split::Refuse)).await;
    assert!(matches!(&foreign, QueryError::InvalidField { allowed, .. } if allowed.contains('K')), "{foreign}");
}

/// A data set that holds a correspondence table: A is divided, B goes to y.
fn shares() -> Package {
    const DATASET: &str = r#"
id = "shares"
description = "Industries of K in K2."
publisher = "Nobody"
licence = "None"
boundary_version = "K"
main_level = "CODE"

[title]
en = "From K to K2"

[[classifications]]
id = "K2"
title = { en = "Other industries" }

[[indicators]]
code = "share"
name_en = "Share"
name_zh = ""
unit = "one"
unit_multiplier = 0
kind = "SHARE"
aggregation = "NONE"
decimals = 2
classification = "K2"
description = ""

[[vintages]]
number = 1
published = "2020"
precision = "YEAR"
label = "First"
note = ""
[[vintages.observations]]
file = "shares.csv"
"#;
    const REGIONS: &str = "\
code,level,parent,name_en,name_zh,latitude,longitude,other_codes,aliases,valid_from,valid_to,note
A,CODE,,Farming,,,,,,,,
B,CODE,,Making,,,,,,,,
";
    const SHARES: &str = "\
indicator,region,industry,period,value,status,note,source
share,A,x,2020,0.25,,,s
share,A,y,2020,0.75,,,s
share,B,y,2020,1,,,s
";
    let files = [
        ("dataset.toml", DATASET),
        ("sources.csv", "id,citation\ns,Table\n"),
        ("regions.csv", REGIONS),
        (
            "industries.csv",
            "classification,code,level,parent,name_en,name_zh,tags,note\nK2,x,CODE,,X,,,\nK2,y,CODE,,Y,,,\n",
        ),
        ("groups.csv", "id,kind,name_en,name_zh,number,date,date_precision,document,note,source\n"),
        ("group_members.csv", "group,region,role,note\n"),
        ("events.csv", "id,kind,number,name_en,name_zh,date,date_precision,document,regions,note,source\n"),
        ("borders.csv", "region_a,region_b,source\n"),
        ("observations/shares.csv", SHARES),
    ];
    Package::new("shares", files.map(|(path, text)| (path.to_owned(), Cow::Owned(text.as_bytes().to_vec()))))
}

#[tokio::test]
async fn a_data_set_may_hold_the_correspondence() {
    let store = store().await;
    store.import_packages(vec![shares()], now()).await.unwrap();
    let table = |period: Option<&str>| CorrespondenceSource::Dataset {
        classification: None,
        dataset: "shares".into(),
        indicator: "share".into(),
        vintage: VintageChoice::Latest,
        period: period.map(|text| text.parse().unwrap()),
    };
    let jobs = |table: CorrespondenceSource| AggregateQuery {
        periods: PeriodChoice::List(vec![period("2014")]),
        regions: RegionChoice::Codes(codes(&["P1"])),
        industries_to: to(IndustryTargets::Converted { table, split: Split::Refuse }),
        ..query("jobs")
    };
    let set = store.aggregate(&jobs(table(None))).await.unwrap();
    assert_eq!(shown(&set), ["2014 P1x: 2.5 A", "2014 P1y: 27.5 A"]);
    let used = &set.conversion.as_ref().unwrap().table;
    assert_eq!((used.classification.as_str(), used.stored.as_ref().unwrap().vintage.number), ("K2", 1));
    assert_eq!(used.digest.len(), 64);
    assert!(matches!(error(&store, jobs(table(Some("2019")))).await, QueryError::NoData { .. }));
}

#[tokio::test]
async fn a_correspondence_that_was_retracted_is_warned_of() {
    let store = store().await;
    store.import_packages(vec![shares()], now()).await.unwrap();
    let jobs = AggregateQuery {
        periods: PeriodChoice::List(vec![period("2014")]),
        regions: RegionChoice::Codes(codes(&["P1"])),
        industries_to: to(IndustryTargets::Converted {
            table: CorrespondenceSource::Dataset {
                classification: None,
                dataset: "shares".into(),
                indicator: "share".into(),
                vintage: VintageChoice::Number(1),
                period: None,
            },
            split: Split::Refuse,
        }),
        ..query("jobs")
    };
    let before = store.aggregate(&jobs).await.unwrap();
    assert!(!before.warnings.iter().any(|warning| warning.code == "VINTAGE_RETRACTED"));
    store.retract_vintage("shares", 1, "wrong shares", now()).await.unwrap();
    let after = store.aggregate(&jobs).await.unwrap();
    assert_eq!(shown(&after), shown(&before));
    let warning = after.warnings.iter().find(|warning| warning.code == "VINTAGE_RETRACTED").unwrap();
    assert!(warning.text.starts_with("correspondence table shares: vintage 1 "), "{}", warning.text);
    assert!(warning.text.ends_with("wrong shares"), "{}", warning.text);
}

#[tokio::test]
async fn refuses_what_is_not_known_or_says_nothing() {
    let store = store().await;
    let field = async |query: AggregateQuery| match error(&store, query).await {
        QueryError::Unknown { field, .. }
        | QueryError::InvalidField { field, .. }
        | QueryError::EmptySelection { field } => field,
        other => panic!("{other}"),
    };
    assert_eq!(field(query("gdp")).await, "regions_to");
    let regions = |to_: RegionTargets| AggregateQuery { regions_to: to(to_), ..query("gdp") };
    assert_eq!(field(regions(RegionTargets::Level("PROVINZ".into()))).await, "regions_to.level");
    assert_eq!(field(regions(RegionTargets::ChildrenOf("X".into()))).await, "regions_to.children_of");
    assert_eq!(field(regions(RegionTargets::ChildrenOf("P2".into()))).await, "regions_to.children_of");
    assert_eq!(field(regions(RegionTargets::Codes(codes(&["N", "X"])))).await, "regions_to.codes.codes[1]");
    assert_eq!(field(regions(RegionTargets::Codes(codes(&["N", "N"])))).await, "regions_to.codes.codes[1]");
    assert_eq!(field(regions(RegionTargets::Codes(vec![]))).await, "regions_to.codes.codes");
    assert_eq!(field(regions(RegionTargets::Groups(codes(&["none"])))).await, "regions_to.groups.ids[0]");
    assert_eq!(field(regions(RegionTargets::Together(String::new()))).await, "regions_to.together_as");
    // Nothing below a prefecture.
    assert_eq!(field(regions(RegionTargets::Level("PREFECTURE".into()))).await, "regions_to.level");
    let level = Some(RollUp { to: RegionTargets::Codes(codes(&["N"])), from_level: Some("COUNTY".into()) });
    assert_eq!(field(AggregateQuery { regions_to: level, ..query("gdp") }).await, "regions_to.from_level");
    let sections = AggregateQuery { industries_to: to(IndustryTargets::Level("SECTION".into())), ..query("gdp") };
    assert_eq!(field(sections).await, "industries_to");
    let weight = AggregateQuery { regions_to: nation(), weight: Some("gpd".into()), ..query("gdp") };
    let unknown = error(&store, weight).await;
    assert!(
        matches!(unknown, QueryError::Unknown { kind: UnknownKind::Indicator, field, .. } if field == "weight_indicator")
    );
    let later = PeriodChoice::List(vec![period("2030")]);
    let later = AggregateQuery { regions_to: nation(), periods: later, ..query("gdp") };
    assert!(matches!(error(&store, later).await, QueryError::NoData { .. }));
}
