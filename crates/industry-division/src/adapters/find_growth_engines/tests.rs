use growthpole_worker_kit::testing::{
    NAN, Table, Tables, benchmark, codes, industries, invalid, refusal, regions, selection,
};
use v1::EngineCriterion;
use v1::benchmark::By;

use super::*;

const REGIONS: [&str; 8] = ["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"];
const INDUSTRIES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const YEARS: [&str; 5] = ["2006", "2008", "2010", "2012", "2014"];

/// Amounts without a pattern, which change over the years.
fn cell(year: usize, region: usize, industry: usize) -> f64 {
    let fixed = (region * 7 + industry * 13 + region * industry * 3) % 17;
    let moving = (region * 5 + industry * industry * 7 + year * (region + 2 * industry + 3)) % 11;
    (10 + 5 * fixed + 4 * moving) as f64
}

fn table() -> Table {
    let rows: Vec<(&'static str, Vec<f64>)> = REGIONS
        .into_iter()
        .enumerate()
        .map(|(region, code)| {
            let cells = (0..YEARS.len()).flat_map(|year| (0..INDUSTRIES.len()).map(move |at| cell(year, region, at)));
            (code, cells.collect())
        })
        .collect();
    let rows: Vec<(&'static str, &[f64])> = rows.iter().map(|(code, cells)| (*code, cells.as_slice())).collect();
    let mut table = Table::new("jobs", &YEARS, &rows).with_industries(&INDUSTRIES);
    // A ring without the last region, which has no neighbours.
    table.borders = Some((0..7).map(|at| (REGIONS[at], REGIONS[(at + 1) % 7])).collect());
    table
}

fn request() -> v1::FindGrowthEnginesRequest {
    v1::FindGrowthEnginesRequest {
        selection: Some(selection("jobs", "2010")),
        outlook_years: Some(2),
        resource_industries: Some(v1::IndustryCodes { codes: vec!["a".into(), "b".into()] }),
        ..Default::default()
    }
}

fn changed(change: impl FnOnce(&mut v1::FindGrowthEnginesRequest)) -> v1::FindGrowthEnginesRequest {
    let mut request = request();
    change(&mut request);
    request
}

async fn ask(table: Table, request: v1::FindGrowthEnginesRequest) -> Result<v1::FindGrowthEnginesResponse, Status> {
    answer(&Tables(vec![table]), request, &Job::new()).await
}

fn weigh(criterion: EngineCriterion, weight: f64) -> v1::EngineWeight {
    v1::EngineWeight { criterion: criterion.into(), weight }
}

fn given(industry: &str, value: f64) -> v1::IndustryValue {
    v1::IndustryValue { industry: industry.into(), value }
}

fn all_engines(response: &v1::FindGrowthEnginesResponse) -> Vec<&v1::GrowthEngine> {
    response.regions.iter().flat_map(|region| &region.engines).collect()
}

#[tokio::test]
async fn ranks_absent_industries_by_what_criteria_add() {
    let response = ask(table(), changed(|request| request.limit = Some(0))).await.unwrap();
    assert_eq!((response.regions.len(), response.space_regions, response.period.as_str()), (8, 8, "2010"));
    let listed: i32 = response.regions.iter().map(|region| region.candidates).sum();
    assert_eq!(listed, response.space_candidates);
    for engine in all_engines(&response) {
        assert!(engine.location_quotient < 1.0);
        assert_eq!(engine.values.len(), 5);
        let added: f64 = engine.values.iter().map(|value| value.contribution).sum();
        assert!((added - engine.score).abs() < 1e-12);
        let burden = engine.values.iter().find(|value| value.criterion() == EngineCriterion::ResourceBurden).unwrap();
        assert_eq!(burden.contribution, -burden.standardized);
        let is_resource = ["a", "b"].contains(&engine.industry.as_ref().unwrap().code.as_str());
        assert_eq!(burden.value > 0.0, is_resource);
    }
    for region in &response.regions {
        assert_eq!(region.engines.len() as i32, region.candidates);
        assert!(region.engines.is_sorted_by(|a, b| a.score >= b.score && a.rank <= b.rank));
        let in_set: Vec<&str> = region.pareto.iter().map(|label| label.code.as_str()).collect();
        let marked = region.engines.iter().filter(|engine| engine.pareto);
        assert_eq!(in_set, marked.map(|engine| engine.industry.as_ref().unwrap().code.as_str()).collect::<Vec<_>>());
        assert!(region.engines.first().is_none_or(|best| best.pareto), "nobody beats the best in everything");
        assert_eq!(region.unscored, []);
    }
    // Over all candidates standardised values have the mean 0 and the deviation 1.
    let density = |engine: &&v1::GrowthEngine| engine.values[0].standardized;
    let all: Vec<f64> = all_engines(&response).iter().map(density).collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let variance = all.iter().map(|z| z * z).sum::<f64>() / all.len() as f64;
    assert!(mean.abs() < 1e-12 && (variance - 1.0).abs() < 1e-12);
    let summaries: Vec<(EngineCriterion, f64, bool)> =
        response.criteria.iter().map(|own| (own.criterion(), own.weight, own.mean.is_some())).collect();
    assert_eq!(summaries[0], (EngineCriterion::Density, 1.0, true));
    assert_eq!(summaries[5], (EngineCriterion::Overcapacity, 0.0, false));
    assert_eq!(response.resource_industries.len(), 2);
    assert_eq!(response.benchmark_sum_of_level, "PROVINCE");
    assert!(codes(&response.warnings).contains(&"NO_NEIGHBOURS"));
    let lonely = response.regions.iter().find(|region| region.region.as_ref().unwrap().code == "r8").unwrap();
    assert!(lonely.engines.iter().all(|engine| engine.values[3].value == 0.0));
}

#[tokio::test]
async fn tests_the_weights_on_a_past_time_and_tells_what_came_of_the_candidates() {
    let response = ask(table(), changed(|request| request.outcome_period = "2014".into())).await.unwrap();
    let test = response.backtest.as_ref().unwrap();
    // 2005 to 2007 and 2009 have no data; 2008 is the earliest start whose outlook has.
    assert_eq!((test.start.as_str(), test.end.as_str(), test.reason.as_str()), ("2008", "2010", ""));
    assert!(test.entries > 0 && test.entries < test.candidates);
    let score = test.score.as_ref().unwrap();
    assert!(score.low.unwrap() <= score.area.unwrap() && score.area.unwrap() <= score.high.unwrap());
    assert_eq!(test.alone.len(), 5);
    let against = test.against_density.as_ref().unwrap();
    assert!((against.difference - (score.area.unwrap() - test.alone[0].area.unwrap())).abs() < 1e-12);
    assert_eq!(test.better_than_chance, score.low.unwrap() > 0.5);
    assert_eq!(codes(&response.warnings).contains(&"WEIGHTS_UNPROVEN"), !test.better_than_density);
    let outcome = response.outcome.as_ref().unwrap();
    assert_eq!((outcome.start.as_str(), outcome.end.as_str()), ("2010", "2014"));
    assert_eq!(outcome.candidates, response.space_candidates);
    let entered = all_engines(&response).iter().filter(|engine| engine.entered == Some(true)).count();
    assert_eq!(entered as i32, outcome.entries, "no region has more than ten candidates");
    assert!(
        all_engines(&response).iter().all(|engine| engine.entered == Some(engine.outcome_quotient.unwrap() >= 1.0))
    );
    assert_eq!(response.provenance.as_ref().unwrap().further_inputs[0].role, "backtest");

    let named = changed(|request| {
        request.backtest = Some(v1::BacktestPeriods { start: "2010".into(), end: "2014".into() });
    });
    let response = ask(table(), named).await.unwrap();
    let test = response.backtest.unwrap();
    assert_eq!((test.score, test.entries), (outcome.score, outcome.entries), "the same years are the same test");
}

#[tokio::test]
async fn without_a_past_there_is_no_test_and_the_weights_are_unproven() {
    let early = changed(|request| request.selection = Some(selection("jobs", "2008")));
    let response = ask(table(), early).await.unwrap();
    assert_eq!(response.backtest.unwrap().reason, "NO_DATA");
    assert!(codes(&response.warnings).contains(&"WEIGHTS_UNPROVEN"));
    assert_eq!((response.outcome, response.regions[0].engines[0].entered), (None, None));
}

#[tokio::test]
async fn weights_are_taken_as_they_are_named() {
    let only = changed(|request| request.weights = vec![weigh(EngineCriterion::Density, 2.0)]);
    let response = ask(table(), only).await.unwrap();
    for engine in all_engines(&response) {
        assert!((engine.score - 2.0 * engine.values[0].standardized).abs() < 1e-12);
    }
    let test = response.backtest.unwrap();
    assert_eq!((test.against_density.unwrap().difference, test.better_than_density), (0.0, false));
    let burdened = changed(|request| {
        request.overcapacity = vec![given("a", 0.4), given("b", 0.1), given("c", 0.2)];
        request.limit = Some(1);
    });
    let response = ask(table(), burdened).await.unwrap();
    assert!(response.regions.iter().all(|region| region.engines.len() <= 1));
    let unscored = response.regions.iter().flat_map(|region| &region.unscored);
    assert!(unscored.clone().count() > 0);
    assert!(unscored.clone().all(|own| own.criterion() == EngineCriterion::Overcapacity));
    let warned = codes(&response.warnings);
    assert!(warned.contains(&"CANDIDATES_UNSCORED") && warned.contains(&"BACKTEST_LEAVES_OUT"));
    let alone = changed(|request| {
        request.overcapacity = INDUSTRIES.iter().enumerate().map(|(at, code)| given(code, at as f64)).collect();
        request.weights = vec![weigh(EngineCriterion::Overcapacity, 1.0)];
    });
    assert_eq!(ask(table(), alone).await.unwrap().backtest.unwrap().reason, "NO_CRITERION");
}

#[tokio::test]
async fn complexity_is_of_the_industry_or_of_the_outlook() {
    let with = |complexity: v1::EngineComplexity| changed(|request| request.complexity = complexity.into());
    let industry = ask(table(), with(v1::EngineComplexity::Industry)).await.unwrap();
    let values = |response: &v1::FindGrowthEnginesResponse, code: &str| {
        let own = all_engines(response).into_iter().filter(|engine| engine.industry.as_ref().unwrap().code == code);
        own.map(|engine| engine.values[1].value).collect::<Vec<_>>()
    };
    let of_c = values(&industry, "c");
    assert!(of_c.len() > 1 && of_c.iter().all(|value| *value == of_c[0]), "alike in all regions");
    let gain = ask(table(), with(v1::EngineComplexity::Unspecified)).await.unwrap();
    assert_eq!(gain.complexity(), v1::EngineComplexity::OutlookGain);
    assert!(values(&gain, "c").windows(2).any(|pair| pair[0] != pair[1]));
}

#[tokio::test]
async fn the_space_is_wider_than_the_answer() {
    let some = changed(|request| {
        let selection = request.selection.as_mut().unwrap();
        selection.regions = regions(&["r3", "r2"]);
        selection.industries = industries(&["d", "a"]);
        request.limit = Some(0);
    });
    let response = ask(table(), some).await.unwrap();
    let all = ask(table(), changed(|request| request.limit = Some(0))).await.unwrap();
    assert_eq!((response.regions.len(), response.space_candidates), (2, all.space_candidates));
    let scores = |response: &v1::FindGrowthEnginesResponse, code: &str| {
        let region = response.regions.iter().find(|own| own.region.as_ref().unwrap().code == code).unwrap();
        let wanted = |engine: &&v1::GrowthEngine| ["a", "d"].contains(&engine.industry.as_ref().unwrap().code.as_str());
        region.engines.iter().filter(wanted).map(|engine| engine.score).collect::<Vec<_>>()
    };
    assert_eq!(scores(&response, "r2"), scores(&all, "r2"));
    let narrow = changed(|request| request.space = regions(&["r1", "r2", "r3", "r4", "r5"]));
    let response = ask(table(), narrow).await.unwrap();
    assert_eq!((response.space_regions, response.regions.len()), (8, 8), "those of the selection are in the space");
}

#[tokio::test]
async fn what_is_not_known_does_not_count_and_is_said() {
    let mut landless = table();
    landless.borders = None;
    let nothing = changed(|request| request.resource_industries = None);
    let response = ask(landless.clone(), nothing).await.unwrap();
    let known: Vec<f64> = response.criteria.iter().map(|own| own.weight).collect();
    assert_eq!(known, [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(codes(&response.warnings).iter().filter(|code| **code == "CRITERION_UNKNOWN").count(), 2);
    let asked = changed(|request| {
        request.weights = vec![weigh(EngineCriterion::Density, 1.0), weigh(EngineCriterion::Spillover, 1.0)];
    });
    assert_eq!(refusal(ask(landless, asked).await), invalid("weights[1].weight"));
}

#[tokio::test]
async fn empty_and_missing_cells_follow_the_policy() {
    let mut holed = table();
    holed.rows[2].1[2 * 6 + 1] = NAN;
    assert_eq!(refusal(ask(holed.clone(), request()).await).0, "MISSING_CELLS");
    let policy =
        |policy: v1::MissingPolicy| changed(|request| request.selection.as_mut().unwrap().missing = policy.into());
    let kept = ask(holed.clone(), policy(v1::MissingPolicy::Keep)).await;
    assert_eq!(refusal(kept), invalid("selection.missing"));
    let dropped = ask(holed.clone(), policy(v1::MissingPolicy::DropRegion)).await.unwrap();
    assert_eq!((dropped.regions.len(), dropped.space_regions), (7, 7));
    let zero = ask(holed, policy(v1::MissingPolicy::AsZero)).await.unwrap();
    let third = &zero.regions[2];
    assert!(third.engines.iter().any(|engine| engine.location_quotient == 0.0));
    let mut empty = table();
    empty.rows[7].1.fill(0.0);
    empty.rows.iter_mut().for_each(|(_, cells)| cells[12 + 5] = 0.0);
    let response = ask(empty, request()).await.unwrap();
    let warning = response.warnings.iter().find(|warning| warning.code == "EMPTY_LEFT_OUT").unwrap();
    assert_eq!(
        (warning.regions.as_slice(), warning.industries.as_slice()),
        (["r8".to_owned()].as_slice(), ["f".to_owned()].as_slice())
    );
    assert_eq!(response.regions.len(), 7);
}

/// A table whose first two regions lie 11 km apart, and the others at the far side of the globe.
fn placed() -> Table {
    let mut table = table();
    let place = |at: usize| if at < 2 { (0.0, 0.1 * at as f64) } else { (0.1 * at as f64, 180.0) };
    table.coordinates = REGIONS.into_iter().enumerate().map(|(at, code)| (code, place(at))).collect();
    table
}

#[tokio::test]
async fn spillover_falls_with_distance_where_it_is_asked_for() {
    let asked =
        |kilometres| changed(|request| (request.limit, request.spillover_distance_km) = (Some(0), Some(kilometres)));
    let response = ask(placed(), asked(100.0)).await.unwrap();
    assert!(!codes(&response.warnings).contains(&"NO_NEIGHBOURS"), "every region is a neighbour");
    // All but all of the weight of the first is the second's: what spills over is the second's density.
    let values = |region: usize, industry: &str| {
        let mut engines = response.regions[region].engines.iter();
        let engine = engines.find(|engine| engine.industry.as_ref().unwrap().code == industry)?;
        Some((engine.values[0].value, engine.values[3].value))
    };
    let both: Vec<_> = INDUSTRIES.iter().filter_map(|own| values(0, own).zip(values(1, own))).collect();
    assert!(!both.is_empty());
    for (first, second) in both {
        assert!((first.1 - second.0).abs() < 1e-12 && (second.1 - first.0).abs() < 1e-12);
    }
    // A distance within which nobody lives: every weight vanishes.
    let alone = ask(placed(), asked(1e-3)).await.unwrap();
    assert!(codes(&alone.warnings).contains(&"NO_NEIGHBOURS"));
    let nowhere = ask(table(), asked(100.0)).await;
    assert_eq!(refusal(nowhere).0, "UNDEFINED_ON_DATA", "there are no coordinates");
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    type Change = fn(&mut v1::FindGrowthEnginesRequest);
    fn past(request: &mut v1::FindGrowthEnginesRequest, start: &str, end: &str) {
        request.backtest = Some(v1::BacktestPeriods { start: start.into(), end: end.into() });
    }
    let cases: [(Change, &str); 27] = [
        (|r| r.selection = Some(selection("jobs", "2010,2012")), "selection.periods"),
        (|r| r.selection = Some(selection("jobs", "2010-Q1")), "selection.periods"),
        (|r| r.selection.as_mut().unwrap().benchmark = benchmark(By::None(true)), "selection.benchmark"),
        (|r| r.presence_threshold = Some(0.0), "presence_threshold"),
        (|r| r.presence_threshold = Some(NAN), "presence_threshold"),
        (|r| r.outlook_years = Some(0), "outlook_years"),
        (|r| r.outlook_years = Some(21), "outlook_years"),
        (|r| r.outlook_years = Some(3), "outlook_years"),
        (|r| r.complexity = 9, "complexity"),
        (|r| r.weights = vec![v1::EngineWeight { criterion: 0, weight: 1.0 }], "weights[0].criterion"),
        (|r| r.weights = vec![v1::EngineWeight { criterion: 9, weight: 1.0 }], "weights[0].criterion"),
        (|r| r.weights = vec![weigh(EngineCriterion::Density, -1.0)], "weights[0].weight"),
        (|r| r.weights = vec![weigh(EngineCriterion::Density, f64::INFINITY)], "weights[0].weight"),
        (|r| r.weights = vec![weigh(EngineCriterion::Density, 1.0); 2], "weights[1].criterion"),
        (|r| r.weights = vec![weigh(EngineCriterion::Density, 0.0)], "weights"),
        (|r| r.overcapacity = vec![given("a", NAN)], "overcapacity[0].value"),
        (|r| r.emission_intensity = vec![given("a", 1.0), given("a", 2.0)], "emission_intensity[1].industry"),
        (
            |r| r.resource_industries = Some(v1::IndustryCodes { codes: vec!["x".into()] }),
            "resource_industries.codes[0]",
        ),
        (|r| r.limit = Some(-1), "limit"),
        (|r| past(r, "2010", "2010"), "backtest.end"),
        (|r| past(r, "then", "2010"), "backtest.start"),
        (|r| past(r, "2009", "2010"), "backtest.start"),
        (|r| r.outcome_period = "2010".into(), "outcome_period"),
        (|r| r.outcome_period = "2013".into(), "outcome_period"),
        (|r| r.confidence = Some(1.0), "confidence"),
        (|r| r.spillover_distance_km = Some(0.0), "spillover_distance_km"),
        (|r| r.spillover_distance_km = Some(NAN), "spillover_distance_km"),
    ];
    for (change, field) in cases {
        assert_eq!(refusal(ask(table(), changed(change)).await), invalid(field), "{field}");
    }
    let unknown = changed(|request| request.overcapacity = vec![given("x", 1.0)]);
    assert_eq!(refusal(ask(table(), unknown).await), ("UNKNOWN_INDUSTRY".to_owned(), vec!["overcapacity".to_owned()]));
    let high = changed(|request| request.presence_threshold = Some(50.0));
    assert_eq!(refusal(ask(table(), high).await).0, "UNDEFINED_ON_DATA");
}
