use clap::Parser;
use growthpole_contracts::v1::{RankedRegion, RegionLabel, UnrankedRegion};

use super::*;

#[derive(Debug, Parser)]
struct Probe {
    #[command(flatten)]
    args: RankArgs,
}

fn request(options: &str) -> RankGrowthRequest {
    let words = "probe --dataset d --indicator i --period 2015".split(' ').chain(options.split_whitespace());
    Probe::try_parse_from(words).unwrap().args.request()
}

#[test]
fn options_become_fields() {
    let sent = request(
        "--measure log-difference --ranks average --lowest-first --growth-indicator g --weight-indicator w \
         --allow-current-prices",
    );
    assert_eq!((sent.measure(), sent.rank_method()), (GrowthMeasure::LogDifference, RankMethod::Average));
    assert_eq!(sent.rank_order(), RankOrder::LowestFirst);
    assert_eq!((sent.growth_indicator.as_str(), sent.weight_indicator.as_str()), ("g", "w"));
    assert!(sent.allow_current_prices);
}

#[test]
fn every_name_of_an_option_is_a_value() {
    for name in ["year-on-year", "compound-annual", "mean", "log-difference", "simple-annual", "change"] {
        assert_ne!(request(&format!("--measure {name}")).measure, 0, "{name}");
    }
    for name in ["competition", "dense", "ordinal", "average", "worst"] {
        assert_ne!(request(&format!("--ranks {name}")).rank_method, 0, "{name}");
    }
}

fn answer() -> RankGrowthResponse {
    let label = |code: &str| Some(RegionLabel { code: code.into(), name: format!("Name of {code}") });
    RankGrowthResponse {
        ranked: vec![RankedRegion {
            region: label("230000"),
            rank: 2.5,
            growth: 0.057,
            gap: Some(-0.012),
            percentile: 0.05,
            ..Default::default()
        }],
        unranked: vec![UnrankedRegion {
            region: label("540000"),
            reason: "MISSING_VALUE".into(),
            text: "no value".into(),
            periods: vec!["2015".into()],
        }],
        first_period: "2015".into(),
        last_period: "2015".into(),
        measure: GrowthMeasure::YearOnYear.into(),
        benchmark: Some(GrowthBenchmark { region: label("100000"), growth: Some(0.069), ..Default::default() }),
        ..Default::default()
    }
}

#[test]
fn people_see_per_cent_and_regions_without_a_rank() {
    let mut written = Vec::new();
    for table in &people("i of d", &answer()).tables {
        table.write(&mut written).unwrap();
    }
    let written = String::from_utf8(written).unwrap();
    for part in ["2015, year on year; Name of 100000: 6.90 %", "2.5", "5.70 %", "-1.20", "5.00 %", "Without a rank"] {
        assert!(written.contains(part), "{part}\n{written}");
    }
}

#[test]
fn programs_see_fractions_and_regions_without_a_rank() {
    let mut written = Vec::new();
    crate::output::csv::write(&mut written, &programs(&answer()).records, None).unwrap();
    let written = String::from_utf8(written).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[1], "2.5,230000,Name of 230000,0.057,-0.012,0.05,,,,2015,2015");
    assert_eq!(lines[2], ",540000,Name of 540000,,,,,,MISSING_VALUE,2015,2015");
}
