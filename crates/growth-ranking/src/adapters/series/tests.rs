use growthpole_contracts::v1;
use growthpole_domain::{BenchmarkChoice, MissingPolicy};
use growthpole_worker_kit::SelectionDefaults;
use growthpole_worker_kit::testing::{NAN, NATION, Table, Tables, industries, invalid, refusal, selection};
use tonic::Status;

use super::Series;
use crate::adapters::named_regions::{self, RegionSet, partition};

/// Money of 2014 to 2016 in current prices, its growth, heads, and jobs of two industries.
fn tables() -> Tables {
    let years = ["2014", "2015", "2016"];
    let money: [(&str, &[f64]); 3] =
        [("b", &[50.0, 100.0, 400.0]), ("a", &[1.0, 200.0, 2.0]), (NATION, &[80.0, 300.0, 500.0])];
    let growth: [(&str, &[f64]); 3] =
        [("b", &[NAN, 25.0, 10.0]), ("a", &[NAN, -50.0, NAN]), (NATION, &[NAN, 0.0, 10.0])];
    let heads: [(&str, &[f64]); 3] = [("b", &[4.0, 5.0, 5.0]), ("a", &[2.0, 2.0, 2.0]), (NATION, &[6.0, 7.0, 7.0])];
    let mut money = Table::new("money", &years, &money).current_prices("growth");
    money.indicator.unit = "yuan".into();
    money.indicator.unit_multiplier = 8;
    let mut heads = Table::new("heads", &years, &heads);
    heads.indicator.unit_multiplier = 4;
    let mut nobody = Table::new("nobody", &years, &[("a", &[1.0, 0.0, 1.0]), ("b", &[1.0, 1.0, 1.0])]);
    nobody.indicator.unit = "ghosts".into();
    let jobs = Table::new("jobs", &["2015"], &[("a", &[1.0, 2.0]), ("b", &[3.0, 4.0])]).with_industries(&["x", "y"]);
    Tables(vec![money, Table::new("growth", &years, &growth).rates(), heads, nobody, jobs])
}

async fn read(
    indicator: &str,
    periods: &str,
    missing: MissingPolicy,
    options: v1::SeriesOptions,
) -> Result<Series, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::DatasetRegion, missing };
    Series::read(&tables(), Some(selection(indicator, periods)), Some(&options), defaults).await
}

fn chained(base: &str, denominator: &str) -> v1::SeriesOptions {
    v1::SeriesOptions {
        growth_indicator: "growth".into(),
        base_period: base.into(),
        denominator_indicator: denominator.into(),
    }
}

fn of_region(series: &Series, region: usize) -> Vec<f64> {
    series.values.column(region).collect()
}

fn codes(series: &Series) -> Vec<&str> {
    series.warnings.iter().map(|warning| warning.code.as_ref()).collect()
}

#[tokio::test]
async fn published_values_stand_by_code_and_rates_as_fractions() {
    let series = read("money", "2015..2016", MissingPolicy::Fail, Default::default()).await.unwrap();
    assert_eq!(series.values.cells(), [200.0, 100.0, 2.0, 400.0]);
    assert_eq!(series.benchmark.as_ref().unwrap().values, [300.0, 500.0]);
    assert_eq!(
        (of_region(&series, 1), series.position("b"), codes(&series)),
        (vec![100.0, 400.0], Some(1), vec!["NOMINAL_VALUES"])
    );
    let rates = read("growth", "2015", MissingPolicy::Fail, Default::default()).await.unwrap();
    assert_eq!((rates.values.cells(), rates.description.is_rate), ([-0.5, 0.25].as_slice(), true));
}

#[tokio::test]
async fn growth_carries_the_level_of_the_base_both_ways() {
    let series = read("money", "2014..2016", MissingPolicy::Keep, chained("2015", "")).await.unwrap();
    // a: 200 in 2015, halved since 2014, and not known after; b: 100 in 2015.
    assert_eq!(of_region(&series, 1), [80.0, 100.0, 100.0 * 1.1]);
    assert_eq!(of_region(&series, 0)[..2], [400.0, 200.0]);
    assert!(of_region(&series, 0)[2].is_nan());
    assert_eq!(series.benchmark.as_ref().unwrap().values, [300.0, 300.0, 300.0 * 1.1]);
    assert_eq!((series.description.base_period.as_str(), codes(&series).len()), ("2015", 0));
    let first = read("money", "2014..2015", MissingPolicy::Fail, chained("", "")).await.unwrap();
    assert_eq!(of_region(&first, 0), [1.0, 0.5]);
}

#[tokio::test]
async fn multipliers_count_where_values_are_divided() {
    let series = read("money", "2014..2015", MissingPolicy::Fail, chained("2015", "heads")).await.unwrap();
    // 100 hundred millions by 5 ten thousands are 200 000 a head.
    assert_eq!(of_region(&series, 1), [200_000.0, 200_000.0]);
    assert_eq!(series.description.unit, "yuan per person");
    assert_eq!(series.benchmark.as_ref().unwrap().values, [500_000.0, 300.0 * 1e4 / 7.0]);
    let provenance = series.provenance(growthpole_worker_kit::Method { name: "m", revision: 1 }, &[], Some(3));
    let roles: Vec<&str> = provenance.further_inputs.iter().map(|input| input.role.as_str()).collect();
    assert_eq!((roles, provenance.seed), (vec!["chain", "denominator"], Some(3)));
}

#[tokio::test]
async fn the_policy_decides_on_what_comes_out() {
    let refused = read("money", "2014..2016", MissingPolicy::Fail, chained("2015", "")).await.unwrap_err();
    assert!(refused.message().starts_with("1 cells have no value: a 2016;"), "{}", refused.message());
    let dropped = read("money", "2014..2016", MissingPolicy::DropRegion, chained("2015", "")).await.unwrap();
    assert_eq!((dropped.regions.len(), codes(&dropped)), (1, vec!["REGIONS_DROPPED"]));
    let zero = read("money", "2014..2016", MissingPolicy::AsZero, chained("2015", "")).await;
    assert_eq!(refusal(zero), invalid("selection.missing"));
    let industries = read("growth", "2014..2015", MissingPolicy::DropIndustry, Default::default()).await;
    assert_eq!(refusal(industries), invalid("selection.missing"));
}

#[tokio::test]
async fn what_makes_no_series_is_refused_by_its_field() {
    let with = |growth: &str, base: &str, denominator: &str| v1::SeriesOptions {
        growth_indicator: growth.into(),
        base_period: base.into(),
        denominator_indicator: denominator.into(),
    };
    for (indicator, periods, options, field) in [
        ("money", "2015", with("", "2014", ""), "series.base_period"),
        ("money", "2015", with("growth", "2014-Q1", ""), "series.base_period"),
        ("money", "", with("growth", "", ""), "selection.periods"),
        ("money", "2015-Q1", with("growth", "", ""), "selection.periods"),
        ("money", "2015", with("heads", "", ""), "series.growth_indicator"),
        ("heads", "2015", with("growth", "", ""), "series.growth_indicator"),
        ("growth", "2015", with("", "", "heads"), "series.denominator_indicator"),
        ("money", "2015", with("", "", "growth"), "series.denominator_indicator"),
        ("jobs", "2015", with("", "", ""), "selection.industries"),
    ] {
        assert_eq!(refusal(read(indicator, periods, MissingPolicy::Fail, options).await), invalid(field), "{field}");
    }
    let (reason, fields) = refusal(read("money", "2015", MissingPolicy::Fail, with("grwoth", "", "")).await);
    assert_eq!((reason.as_str(), fields[0].as_str()), ("UNKNOWN_INDICATOR", "series.growth_indicator"));
    let (reason, fields) = refusal(read("money", "2015", MissingPolicy::Fail, with("", "", "haeds")).await);
    assert_eq!((reason.as_str(), fields[0].as_str()), ("UNKNOWN_INDICATOR", "series.denominator_indicator"));
    let empty = read("money", "2015", MissingPolicy::Fail, with("", "", "nobody")).await.unwrap_err();
    assert_eq!(empty.message(), "nobody of a in 2015 is 0, which divides nothing");
}

#[tokio::test]
async fn one_industry_makes_a_series() {
    let mut asked = selection("jobs", "2015");
    asked.industries = industries(&["y"]);
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::None, missing: MissingPolicy::Fail };
    let series = Series::read(&tables(), Some(asked), None, defaults).await.unwrap();
    assert_eq!(series.values.cells(), [2.0, 4.0]);
}

#[tokio::test]
async fn sets_of_regions_are_read_and_make_a_partition() {
    let series = read("heads", "2015", MissingPolicy::Fail, Default::default()).await.unwrap();
    let set = |name: &str, codes: &[&str]| v1::NamedRegions {
        name: name.into(),
        by: Some(v1::named_regions::By::Codes(v1::RegionCodes {
            codes: codes.iter().map(|&code| code.into()).collect(),
        })),
    };
    let read = |sets: Vec<v1::NamedRegions>| {
        let series = series.clone();
        async move { named_regions::read(&tables(), &series, &sets, "groups").await }
    };
    let sets = read(vec![set("one", &["b"]), set("two", &["a"])]).await.unwrap();
    assert_eq!(sets[0], RegionSet { name: "one".into(), members: vec![1] });
    assert_eq!(partition(&series, &sets, "groups"), Ok(vec![1, 0]));
    let refused = |sets: &[RegionSet]| partition(&series, sets, "groups").unwrap_err().message.clone();
    assert!(refused(&sets[..1]).contains("sets without a"));
    let twice = [sets[0].clone(), RegionSet { name: "three".into(), members: vec![0, 1] }];
    assert!(refused(&twice).contains("b in \"one\" and in \"three\""));
    assert_eq!(refusal(read(vec![set("", &["a"])]).await), invalid("groups[0].name"));
    assert_eq!(refusal(read(vec![set("x", &["a"]), set("x", &["b"])]).await), invalid("groups[1].name"));
    assert_eq!(refusal(read(vec![set("x", &[])]).await), invalid("groups[0]"));
    assert_eq!(refusal(read(vec![set("x", &["a", "a"])]).await), invalid("groups[0].codes.codes[1]"));
    assert_eq!(refusal(read(vec![v1::NamedRegions { name: "x".into(), by: None }]).await), invalid("groups[0]"));
    assert_eq!(refusal(read(vec![set("x", &["z"])]).await).0, "UNKNOWN_REGION");
}
