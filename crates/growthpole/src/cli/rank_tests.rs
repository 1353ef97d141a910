use growthpole_contracts::v1::rank_uncertainty_options::From;
use growthpole_contracts::v1::{
    AccelerationOptions, AccelerationRanking, GrowthVolatility, IndicatorAgreement, IndicatorCorrelation,
    PeriodBootstrap, RankUncertainty, RankUncertaintyMethod, RankedIndicator, RankedRegion, RegionAcceleration,
    RegionLabel, RegionRanks, ShareOf, UnrankedRegion, WeightedGrowth,
};

use super::*;
use crate::cli::probe::read;

fn request(options: &str) -> RankGrowthRequest {
    let line = format!("--dataset d --indicator i --period 2015 {options}");
    read::<RankArgs>(&line).unwrap().request()
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
fn further_options_become_fields() {
    let sent = request(
        "--per population --shares --weighted --acceleration=2000:2007 --volatility --also unemployment,lowest-first \
         --also gdp,growth=gdp_real_growth,per=population,allow-current-prices --uncertainty bootstrap --block-length 3 \
         --draws 500 --seed 9 --confidence 0.9 --confidence-sets --simultaneous-sets --rank-probabilities",
    );
    assert_eq!((sent.denominator_indicator.as_str(), sent.share_of()), ("population", ShareOf::Benchmark));
    assert!(sent.weighted_statistics && sent.volatility);
    let earlier = sent.acceleration.unwrap().earlier.unwrap();
    assert_eq!((earlier.start.as_str(), earlier.end.as_str()), ("2000", "2007"));
    let [idle, output] = sent.further_indicators.as_slice() else { panic!("two indicators") };
    assert_eq!((idle.indicator.as_str(), idle.rank_order()), ("unemployment", RankOrder::LowestFirst));
    assert_eq!(
        (output.growth_indicator.as_str(), output.denominator_indicator.as_str()),
        ("gdp_real_growth", "population")
    );
    assert!(output.allow_current_prices && output.rank_order() == RankOrder::Unspecified);
    let options = sent.uncertainty.unwrap();
    assert_eq!(options.from, Some(From::Bootstrap(PeriodBootstrap { block_length: Some(3) })));
    assert_eq!((options.draws, options.seed, options.level), (Some(500), 9, Some(0.9)));
    assert!(options.confidence_sets && options.simultaneous_sets && options.rank_probabilities);
}

#[test]
fn what_is_left_out_is_left_to_the_service() {
    let sent = request("--shares=selected --acceleration");
    assert_eq!((sent.share_of(), sent.acceleration), (ShareOf::Selected, Some(AccelerationOptions::default())));
    assert_eq!(request("").uncertainty, None);
    let given = request("--uncertainty standard-errors --standard-errors a:0.1,b:0.2 --benchmark-standard-error 0.3");
    let Some(From::StandardErrors(errors)) = given.uncertainty.unwrap().from else { panic!("standard errors") };
    assert_eq!((errors.regions.len(), errors.regions[1].region.as_str(), errors.benchmark), (2, "b", 0.3));
    for wrong in ["--draws 5", "--also x,y=z", "--uncertainty standard-errors --standard-errors a", "--shares=all"] {
        let line = format!("--dataset d --indicator i --period 2015 {wrong}");
        assert!(read::<RankArgs>(&line).is_err(), "{wrong}");
    }
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

/// An answer to everything.
fn full() -> RankGrowthResponse {
    let mut full = answer();
    let region = full.ranked[0].region.clone();
    let uncertainty = RankUncertainty {
        standard_error: 0.004,
        expected_rank: 2.25,
        rank_lower: 1.0,
        rank_upper: 4.5,
        probability_last: 0.125,
        probability_above_benchmark: Some(0.375),
        set_lower: Some(1),
        set_upper: Some(6),
        ..Default::default()
    };
    full.ranked[0].uncertainty = Some(uncertainty);
    full.ranked[0].volatility = Some(GrowthVolatility { standard_deviation: 0.021, ..Default::default() });
    full.ranked[0].share_before = Some(0.031);
    full.ranked[0].share_last = Some(0.028);
    full.ranked[0].weight = Some(300.0);
    full.ranked[0].weighted_percentile = Some(0.07);
    full.share_of = ShareOf::Selected.into();
    full.denominator_indicator = "population".into();
    full.weighted =
        Some(WeightedGrowth { mean: 0.066, weight_indicator: "jobs".into(), period: "2014".into(), regions: 30 });
    full.uncertainty =
        Some(RankUncertaintyMethod { draws: 500, seed: 9, level: 0.9, block_length: 3, periods: 19, regions: 1 });
    let (earlier, later) = (("2001".to_owned(), "2007".to_owned()), ("2008".to_owned(), "2015".to_owned()));
    full.acceleration = Some(AccelerationRanking {
        earlier_first_period: earlier.0,
        earlier_last_period: earlier.1,
        later_first_period: later.0,
        later_last_period: later.1,
        ranked: vec![RegionAcceleration {
            region: region.clone(),
            rank: 1.0,
            earlier_growth: 0.1,
            later_growth: 0.057,
            acceleration: -0.043,
        }],
        unranked: Vec::new(),
        benchmark: Some(-0.01),
    });
    let indicator = |code: &str| RankedIndicator { indicator: code.into(), ..Default::default() };
    full.agreement = Some(IndicatorAgreement {
        indicators: vec![indicator("i"), indicator("k")],
        regions: vec![RegionRanks {
            region,
            growth: vec![0.057, 0.01],
            ranks: vec![2.0, 3.5],
            mean_rank: 2.75,
            aggregate_rank: 4.0,
        }],
        kendall_w: 0.42,
        p_value: 0.0312,
        correlations: vec![IndicatorCorrelation { first: 0, second: 1, kendall_tau: 0.51, ..Default::default() }],
        ..Default::default()
    });
    full
}

#[test]
fn people_see_everything_that_was_asked_for() {
    let mut written = Vec::new();
    for table in &people("i of d", &full()).tables {
        table.write(&mut written).unwrap();
    }
    let written = String::from_utf8(written).unwrap();
    for part in [
        "Growth of shares of the selected regions, i of d per population, 2015",
        "1–4.5",
        "1–6",
        "12.50 %",
        "37.50 %",
        "3.10 %",
        "7.00 %",
        "2.10 %",
        "0.40 %",
        "weighted by jobs of 2014: 6.60 %",
        "Acceleration, 2008 to 2015 after 2001 to 2007; benchmark: -1.00",
        "-4.30",
        "Agreement of i, k: Kendall's W 0.420, p 0.0312",
        "2, 3.5",
        "0.510",
        "Ranks at 90 %: 500 draws of 19 years in blocks of 3, seed 9",
    ] {
        assert!(written.contains(part), "{part}\n{written}");
    }
}

#[test]
fn programs_see_a_column_for_everything_that_was_asked_for() {
    let mut written = Vec::new();
    crate::output::csv::write(&mut written, &programs(&full()).records, None).unwrap();
    let written = String::from_utf8(written).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    let cells: std::collections::BTreeMap<&str, &str> = lines[0].split(',').zip(lines[1].split(',')).collect();
    for (name, expected) in [
        ("growth", "0.057"),
        ("share_last", "0.028"),
        ("weight", "300"),
        ("standard_deviation", "0.021"),
        ("rank_upper", "4.5"),
        ("set_upper", "6"),
        ("probability_above_benchmark", "0.375"),
        ("acceleration", "-0.043"),
        ("acceleration_rank", "1"),
        ("aggregate_rank", "4"),
    ] {
        assert_eq!(cells.get(name), Some(&expected), "{name}");
    }
    assert_eq!(lines[2].split(',').count(), lines[0].split(',').count());
}

#[test]
fn amounts_are_no_per_cent() {
    let mut amounts = answer();
    amounts.measure = GrowthMeasure::Change.into();
    amounts.ranked[0].growth = 12_345.5;
    amounts.ranked[0].gap = Some(-99.0);
    let mut written = Vec::new();
    people("i of d", &amounts).tables[0].write(&mut written).unwrap();
    let written = String::from_utf8(written).unwrap();
    assert!(written.contains("12,345.5") && written.contains("-99") && written.contains("Gap "), "{written}");
}
