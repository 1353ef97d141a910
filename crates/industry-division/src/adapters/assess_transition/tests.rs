use growthpole_domain::{IndicatorKind, PriceBasis};
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, industries, invalid, refusal, regions, selection,
};
use v1::TransitionMeasure as Measure;
use v1::benchmark::By;

use super::*;

/// Two years of three regions and the industries B06, C25 and C99, each in the section of its letter.
fn jobs() -> Table {
    let rows: [(&str, &[f64]); 3] = [
        ("r1", &[50.0, 10.0, 40.0, 30.0, 10.0, 60.0]),
        ("r2", &[5.0, 20.0, 75.0, 5.0, 20.0, 75.0]),
        ("r3", &[5.0, 10.0, 185.0, NAN, 10.0, 190.0]),
    ];
    Table::new("jobs", &["2010", "2012"], &rows).with_industries(&["B06", "C25", "C99"])
}

/// An indicator without industries of r1, r2 and r3 from 2009 to 2012.
fn yearly(code: &str, kind: IndicatorKind, rows: [&[f64]; 3]) -> Table {
    let rows: Vec<(&'static str, &[f64])> = ["r1", "r2", "r3"].into_iter().zip(rows).collect();
    let mut table = Table::new(code, &["2009", "2010", "2011", "2012"], &rows);
    table.indicator.kind = kind;
    table
}

fn tables() -> Tables {
    let mut gdp = yearly("gdp", IndicatorKind::Flow, [&[100.0, 110.0, 120.0, 130.0], &[100.0; 4], &[50.0; 4]]);
    gdp.indicator.price_basis = PriceBasis::Current;
    let growth = yearly("growth", IndicatorKind::Rate, [&[10.0; 4], &[0.0; 4], &[NAN; 4]]).rates();
    let mut invested = yearly("invested", IndicatorKind::Flow, [&[30.0, 33.0, 36.3, 39.93], &[30.0; 4], &[30.0; 4]]);
    invested.indicator.price_basis = PriceBasis::Current;
    let prices = yearly("prices", IndicatorKind::Index, [&[1.0, 1.1, 1.21, 1.331], &[1.0; 4], &[1.0; 4]]);
    let capital = yearly("capital", IndicatorKind::Level, [&[100.0, 110.0, 132.0, 158.4], &[0.0; 4], &[10.0; 4]]);
    let heads = yearly("heads", IndicatorKind::Level, [&[10.0, 10.0, 8.0, 8.0], &[10.0; 4], &[10.0; 4]]);
    let mut owned = yearly("owned", IndicatorKind::Share, [&[60.0; 4], &[20.0, 20.0, 20.0, 30.0], &[20.0; 4]]);
    owned.indicator.unit = "percent".into();
    Tables(vec![jobs(), gdp, growth, invested, prices, capital, heads, owned])
}

fn sets() -> Option<v1::TransitionIndustries> {
    let codes = |codes: &[&str]| Some(v1::IndustryCodes { codes: codes.iter().map(|code| (*code).into()).collect() });
    Some(v1::TransitionIndustries {
        extractive: codes(&["B06"]),
        first_processing: codes(&["C25"]),
        old: codes(&["C25", "B06"]),
    })
}

fn request() -> v1::AssessTransitionRequest {
    v1::AssessTransitionRequest {
        selection: Some(selection("jobs", "2010,2012")),
        industries: sets(),
        window_years: Some(1),
        ..Default::default()
    }
}

fn changed(change: impl FnOnce(&mut v1::AssessTransitionRequest)) -> v1::AssessTransitionRequest {
    let mut request = request();
    change(&mut request);
    request
}

fn knowing(change: impl FnOnce(&mut v1::TransitionIndicators)) -> v1::AssessTransitionRequest {
    let mut indicators = v1::TransitionIndicators {
        output: "gdp".into(),
        output_growth: "growth".into(),
        investment: "invested".into(),
        investment_prices: "prices".into(),
        capital: "capital".into(),
        employment: "heads".into(),
        state_owned_share: "owned".into(),
        ..Default::default()
    };
    change(&mut indicators);
    changed(|request| request.indicators = Some(indicators))
}

async fn ask(tables: Tables, request: v1::AssessTransitionRequest) -> Result<v1::AssessTransitionResponse, Status> {
    answer(&tables, request, &Job::new()).await
}

fn figure<'a>(response: &'a v1::AssessTransitionResponse, region: &str, measure: Measure) -> &'a v1::TransitionFigure {
    let region = response.regions.iter().find(|own| own.region.as_ref().unwrap().code == region).unwrap();
    region.figures.iter().find(|figure| figure.measure() == measure).unwrap()
}

fn close(found: Option<f64>, wanted: f64) -> bool {
    found.is_some_and(|found| (found - wanted).abs() < 1e-12)
}

#[tokio::test]
async fn measures_dependence_among_peers() {
    let response = ask(tables(), request()).await.unwrap();
    let share = figure(&response, "r1", Measure::ExtractiveShare);
    assert!(close(share.level, 0.3) && close(share.base_level, 0.5) && close(share.change, -0.2));
    assert_eq!((share.rank, share.change_rank, share.reason.as_str()), (Some(1), Some(2), ""));
    // In 2012 the sum of the regions has 35 of 400 in B06: the cell of r3 is missing.
    let quotient = figure(&response, "r1", Measure::ExtractiveQuotient);
    assert!(close(quotient.level, 0.3 / (35.0 / 400.0)) && close(quotient.base_level, 0.5 / (60.0 / 400.0)));
    assert!(close(figure(&response, "r2", Measure::ResourceShare).level, 0.25));
    assert!(close(figure(&response, "r2", Measure::OldIndustryShare).level, 0.25));
    let spread = figure(&response, "r2", Measure::Herfindahl);
    assert!(close(spread.level, 0.05_f64.powi(2) + 0.2_f64.powi(2) + 0.75_f64.powi(2)));
    let missing = figure(&response, "r3", Measure::ExtractiveShare);
    assert_eq!((missing.level, missing.rank, missing.reason.as_str()), (None, None, "MISSING_VALUE"));
    assert!(close(missing.base_level, 0.025) && missing.base_reason.is_empty() && missing.change.is_none());
    let peers = &response.peers[0];
    assert_eq!((peers.measure(), peers.count, peers.change_count), (Measure::ExtractiveShare, 2, 2));
    assert!(close(peers.median, 0.175) && close(peers.median_change, -0.1));
    assert_eq!((response.peer_count, response.base_period.as_str(), response.period.as_str()), (3, "2010", "2012"));
    assert_eq!((response.extractive[0].code.as_str(), response.old.len()), ("B06", 2));
    assert_eq!(response.benchmark_sum_of_level, "PROVINCE");
    let reasons: Vec<&str> = response.regions[0].figures[9..].iter().map(|figure| figure.reason.as_str()).collect();
    assert_eq!(reasons, ["NOT_GIVEN"; 6]);
}

#[tokio::test]
async fn measures_capital_against_its_use() {
    let response = ask(tables(), knowing(|_| {})).await.unwrap();
    // At the prices of 2011 r1 invests 36.3, and output grows by a tenth of 120.
    let ratio = figure(&response, "r1", Measure::IncrementalCapitalOutputRatio);
    assert!(close(ratio.level, 36.3 / 12.0) && close(ratio.base_level, 30.0 / 10.0));
    assert_eq!(figure(&response, "r2", Measure::IncrementalCapitalOutputRatio).reason, "OUTPUT_DID_NOT_GROW");
    assert_eq!(figure(&response, "r3", Measure::IncrementalCapitalOutputRatio).reason, "MISSING_VALUE");
    let deepening = figure(&response, "r1", Measure::CapitalAgainstOutput);
    assert!(close(deepening.level, (1.2_f64 / 1.1).ln()) && close(deepening.base_level, 0.0));
    assert_eq!(figure(&response, "r2", Measure::CapitalAgainstOutput).reason, "NOT_POSITIVE");
    let per_head = figure(&response, "r1", Measure::CapitalAgainstEmployment);
    assert!(close(per_head.level, 1.2_f64.ln()) && close(per_head.base_level, 1.1_f64.ln()));
    let owned = figure(&response, "r1", Measure::StateOwnedShare);
    assert!(close(owned.level, 0.6) && close(owned.change, 0.0) && owned.rank == Some(1));
    let roles: Vec<String> = response.provenance.unwrap().further_inputs.into_iter().map(|input| input.role).collect();
    assert_eq!(roles.len(), 7);
    assert!(roles.contains(&"investment_prices".to_owned()));
}

#[tokio::test]
async fn prices_are_converted_or_refused_but_never_mixed() {
    let nominal = ask(tables(), knowing(|named| named.output_growth.clear())).await.unwrap();
    let ratio = figure(&nominal, "r1", Measure::IncrementalCapitalOutputRatio);
    assert!(close(ratio.level, 39.93 / 10.0), "all in current prices");
    assert_eq!(figure(&nominal, "r1", Measure::CapitalAgainstOutput).reason, "GROWTH_NOT_GIVEN");
    assert!(codes(&nominal.warnings).contains(&"NOMINAL_VALUES"));
    let unpriced = ask(tables(), knowing(|named| named.investment_prices.clear())).await.unwrap();
    assert_eq!(figure(&unpriced, "r1", Measure::IncrementalCapitalOutputRatio).reason, "PRICES_NOT_GIVEN");
}

#[tokio::test]
async fn a_stock_is_inferred_from_a_long_history_only() {
    let inferred = |named: &mut v1::TransitionIndicators| {
        named.capital.clear();
        named.depreciation_rate = Some(0.1);
    };
    let short = ask(tables(), knowing(inferred)).await.unwrap();
    assert_eq!(figure(&short, "r1", Measure::CapitalAgainstOutput).reason, "HISTORY_TOO_SHORT");
    let years: Vec<&'static str> = (1996..=2012).map(|year| &*Box::leak(year.to_string().into_boxed_str())).collect();
    let steady: Vec<f64> = (0..17).map(|year| 10.0 * 1.05_f64.powi(year)).collect();
    let mut long = Table::new("invested", &years, &[("r1", &steady), ("r2", &steady), ("r3", &[NAN; 17])]);
    long.indicator.kind = IndicatorKind::Flow;
    long.indicator.price_basis = PriceBasis::Constant;
    let mut tables = tables();
    tables.0.retain(|table| table.indicator.code != "invested");
    tables.0.push(long);
    let found = ask(tables, knowing(inferred)).await.unwrap();
    // Investment that grows by 5 % makes a stock that does, against output that grows by 10 %, or not at all.
    assert!(close(figure(&found, "r1", Measure::CapitalAgainstOutput).level, (1.05_f64 / 1.1).ln()));
    assert!(close(figure(&found, "r2", Measure::CapitalAgainstOutput).level, 1.05_f64.ln()));
    assert_eq!(figure(&found, "r3", Measure::CapitalAgainstEmployment).reason, "MISSING_VALUE");
}

#[tokio::test]
async fn tells_the_stage_with_its_evidence() {
    let response = ask(tables(), request()).await.unwrap();
    let stages: Vec<(v1::ResourceStage, &str)> =
        response.regions.iter().map(|region| (region.stage(), region.stage_reason.as_str())).collect();
    // Other activity of r1 grows by 40 %, that of all regions by less.
    let expected = [
        (v1::ResourceStage::Regenerating, ""),
        (v1::ResourceStage::NotResourceBased, ""),
        (v1::ResourceStage::Unspecified, "MISSING_VALUE"),
    ];
    assert_eq!(stages, expected);
    let evidence = response.regions[0].evidence.as_ref().unwrap();
    assert!(
        close(evidence.extractive_growth, 0.6_f64.sqrt() - 1.0) && close(evidence.other_growth, 1.4_f64.sqrt() - 1.0)
    );
    assert_eq!((evidence.peak_period.as_str(), evidence.first_share, evidence.last_share), ("2012", 0.5, 0.3));
    assert!(close(evidence.peak_quotient, 0.3 / (35.0 / 400.0)));
    let strict = v1::StageRule { quotient: Some(5.0), steady_growth: None };
    let response = ask(tables(), changed(|request| request.stage_rule = Some(strict))).await.unwrap();
    assert_eq!(response.regions[0].stage(), v1::ResourceStage::NotResourceBased);
    assert_eq!(response.stage_rule.unwrap().steady_growth, Some(0.01));
}

#[tokio::test]
async fn a_composite_comes_with_its_parts_or_not_at_all() {
    let weigh = |measure: Measure, weight: f64| v1::TransitionWeight { measure: measure.into(), weight };
    let weights = vec![weigh(Measure::OldIndustryShare, 1.0), weigh(Measure::StateOwnedShare, -3.0)];
    let mut request = knowing(|_| {});
    request.composite.clone_from(&weights);
    let response = ask(tables(), request).await.unwrap();
    let first = &response.regions[0];
    let parts: Vec<f64> = first.parts.iter().map(|part| part.part.unwrap()).collect();
    assert!(close(first.composite, parts.iter().sum()));
    // Old industries have shares of 0.4 and 0.25; state ownership is 0.6, 0.3 and 0.2.
    assert!(close(first.parts[0].standardized, 1.0) && close(Some(first.parts[1].weight), -0.75));
    assert_eq!((first.composite_rank, response.regions[1].composite_rank), (Some(2), Some(1)));
    let third = &response.regions[2];
    assert_eq!((third.composite, third.composite_rank, third.parts[0].part), (None, None, None));
    assert!(third.parts[1].part.is_some());
    let unknown = changed(|request| request.composite = weights);
    assert_eq!(ask(tables(), unknown).await.unwrap().regions[0].composite, None, "nobody has a state-owned share");
}

#[tokio::test]
async fn peers_may_be_others_than_the_regions_assessed() {
    let one = changed(|request| {
        request.selection.as_mut().unwrap().regions = regions(&["r2"]);
        request.peers = regions(&["r1"]);
    });
    let response = ask(tables(), one).await.unwrap();
    assert_eq!((response.regions.len(), response.peer_count), (1, 1));
    let share = figure(&response, "r2", Measure::ExtractiveShare);
    assert_eq!((share.rank, response.peers[0].count), (Some(2), 1));
    assert!(close(response.peers[0].median, 0.3));
    let all = changed(|request| request.selection.as_mut().unwrap().regions = regions(&["r2"]));
    assert_eq!(ask(tables(), all).await.unwrap().peer_count, 3);
}

#[tokio::test]
async fn totals_are_over_all_industries_and_the_policy_is_applied() {
    let some = changed(|request| request.selection.as_mut().unwrap().industries = industries(&["B06", "C25"]));
    assert!(close(figure(&ask(tables(), some).await.unwrap(), "r1", Measure::ExtractiveShare).level, 0.3));
    let zero = changed(|request| request.selection.as_mut().unwrap().missing = v1::MissingPolicy::AsZero.into());
    let response = ask(tables(), zero).await.unwrap();
    assert!(close(figure(&response, "r3", Measure::ExtractiveShare).level, 0.0));
    assert_eq!(codes(&response.warnings), ["MISSING_AS_ZERO"]);
    let fail = changed(|request| request.selection.as_mut().unwrap().missing = v1::MissingPolicy::Fail.into());
    assert_eq!(refusal(ask(tables(), fail).await).0, "MISSING_CELLS");
}

#[tokio::test]
async fn sets_have_defaults_in_the_classification_that_has_them() {
    let without = changed(|request| request.industries = None);
    let response = ask(tables(), without.clone()).await.unwrap();
    assert_eq!(figure(&response, "r1", Measure::ExtractiveShare).reason, "NOT_GIVEN");
    assert_eq!(response.regions[0].stage_reason, "NOT_GIVEN");
    let mut tables = tables();
    tables.0[0].indicator.classification = "GB/T 4754-2011".into();
    tables.0[0].industries = vec!["B", "C25", "C99"];
    let response = ask(tables, without).await.unwrap();
    assert!(close(figure(&response, "r1", Measure::ExtractiveShare).level, 0.3));
    assert_eq!(figure(&response, "r1", Measure::ResourceShare).reason, "INDUSTRIES_NOT_IN_DATA");
    assert_eq!(codes(&response.warnings), ["INDUSTRIES_NOT_IN_DATA"]);
    assert_eq!(response.warnings[0].industries, ["C26", "C30", "C31", "C32", "D44"]);
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    type Change = fn(&mut v1::AssessTransitionRequest);
    fn name(request: &mut v1::AssessTransitionRequest, change: fn(&mut v1::TransitionIndicators)) {
        change(request.indicators.get_or_insert_default());
    }
    fn set(request: &mut v1::AssessTransitionRequest, codes: &[&str]) {
        let codes = codes.iter().map(|code| (*code).into()).collect();
        request.industries.get_or_insert_default().old = Some(v1::IndustryCodes { codes });
    }
    fn weigh(request: &mut v1::AssessTransitionRequest, measure: i32, weight: f64) {
        request.composite.push(v1::TransitionWeight { measure, weight });
    }
    let cases: [(Change, &str); 24] = [
        (|r| r.selection = Some(selection("jobs", "2010")), "selection.periods"),
        (|r| r.selection = Some(selection("owned", "2010,2012")), "selection.indicator"),
        (|r| r.window_years = Some(0), "window_years"),
        (|r| r.window_years = Some(21), "window_years"),
        (|r| r.stage_rule = Some(v1::StageRule { quotient: Some(0.0), steady_growth: None }), "stage_rule.quotient"),
        (
            |r| r.stage_rule = Some(v1::StageRule { quotient: None, steady_growth: Some(NAN) }),
            "stage_rule.steady_growth",
        ),
        (|r| set(r, &[]), "industries.old.codes"),
        (|r| set(r, &["X"]), "industries.old.codes[0]"),
        (|r| set(r, &["B06", "B06"]), "industries.old.codes[1]"),
        (|r| weigh(r, 0, 1.0), "composite[0].measure"),
        (|r| weigh(r, 99, 1.0), "composite[0].measure"),
        (|r| weigh(r, 1, 0.0), "composite[0].weight"),
        (|r| weigh(r, 1, f64::INFINITY), "composite[0].weight"),
        (
            |r| {
                weigh(r, 1, 1.0);
                weigh(r, 1, 1.0);
            },
            "composite[1].measure",
        ),
        (|r| name(r, |named| named.depreciation_rate = Some(0.1)), "indicators.depreciation_rate"),
        (|r| name(r, |named| named.depreciation_rate = Some(1.0)), "indicators.depreciation_rate"),
        (
            |r| {
                name(r, |named| {
                    named.depreciation_rate = Some(0.1);
                    named.capital = "capital".into();
                });
            },
            "indicators.depreciation_rate",
        ),
        (|r| name(r, |named| named.output = "owned".into()), "indicators.output"),
        (|r| name(r, |named| named.output = "jobs".into()), "indicators.output"),
        (|r| name(r, |named| named.output_growth = "gdp".into()), "indicators.output_growth"),
        (|r| name(r, |named| named.investment = "heads".into()), "indicators.investment"),
        (|r| name(r, |named| named.investment_prices = "gdp".into()), "indicators.investment_prices"),
        (|r| name(r, |named| named.capacity_utilization = "gdp".into()), "indicators.capacity_utilization"),
        (|r| r.selection.as_mut().unwrap().benchmark = benchmark(By::None(true)), "selection.benchmark"),
    ];
    for (change, field) in cases {
        assert_eq!(refusal(ask(tables(), changed(change)).await), invalid(field), "{field}");
    }
    let unknown = changed(|r| name(r, |named| named.employment = "nobody".into()));
    assert_eq!(
        refusal(ask(tables(), unknown).await),
        ("UNKNOWN_INDICATOR".to_owned(), vec!["indicators.employment".to_owned()])
    );
    let stranger = changed(|r| r.peers = regions(&["r9"]));
    assert_eq!(refusal(ask(tables(), stranger).await), ("UNKNOWN_REGION".to_owned(), vec!["peers.codes".to_owned()]));
}

#[tokio::test]
async fn a_reference_without_the_set_gives_no_quotient() {
    let mut tables = tables();
    tables.0[0].rows.push((NATION, vec![0.0, 10.0, 90.0, 0.0, 10.0, 90.0]));
    let published =
        changed(|request| request.selection.as_mut().unwrap().benchmark = benchmark(By::DatasetRegion(true)));
    let response = ask(tables, published).await.unwrap();
    assert_eq!(figure(&response, "r1", Measure::ExtractiveQuotient).reason, "REFERENCE_EMPTY");
    assert!(close(figure(&response, "r1", Measure::FirstProcessingQuotient).level, 1.0));
    assert_eq!(response.regions[0].stage(), v1::ResourceStage::NotResourceBased);
    assert_eq!(response.benchmark_region.unwrap().code, NATION);
}

fn given(measure: Measure, region: &str, period: &str, value: f64) -> v1::GivenTransition {
    v1::GivenTransition { measure: measure.into(), region: region.into(), period: period.into(), value }
}

#[tokio::test]
async fn figures_that_the_data_lack_come_with_the_request() {
    let used = Measure::CapacityUtilization;
    let sent = vec![
        given(used, "r1", "2010", 0.8),
        given(used, "r1", "2012", 0.6),
        given(used, "r2", "2012", 0.75),
        given(Measure::StateOwnedShare, "r3", "2010", 0.25),
    ];
    let response = ask(tables(), changed(|request| request.given.clone_from(&sent))).await.unwrap();
    let own = figure(&response, "r1", used);
    assert!(close(own.level, 0.6) && close(own.base_level, 0.8) && close(own.change, -0.2), "{own:?}");
    assert_eq!((own.rank, own.reason.as_str()), (Some(2), ""));
    let half = figure(&response, "r2", used);
    assert_eq!((half.level, half.base_reason.as_str(), half.change), (Some(0.75), "MISSING_VALUE", None));
    assert_eq!(figure(&response, "r3", used).reason, "MISSING_VALUE");
    let peers = response.peers.iter().find(|peers| peers.measure() == used).unwrap();
    assert!(close(peers.median, 0.675) && (peers.count, peers.change_count) == (2, 1));
    assert_eq!(figure(&response, "r3", Measure::StateOwnedShare).base_level, Some(0.25));
    assert_eq!(figure(&response, "r1", Measure::LossMakingShare).reason, "NOT_GIVEN");
    // r3 has a missing cell: where the policy drops it, what is given of it is no mistake.
    let dropped = changed(|request| {
        request.selection.as_mut().unwrap().missing = v1::MissingPolicy::DropRegion.into();
        request.given = vec![given(used, "r3", "2012", 0.5), given(used, "r2", "2012", 0.75)];
    });
    let response = ask(tables(), dropped).await.unwrap();
    assert_eq!((response.regions.len(), figure(&response, "r2", used).level), (2, Some(0.75)));
}

#[tokio::test]
async fn refuses_figures_that_are_none() {
    let (used, owned) = (Measure::CapacityUtilization, Measure::StateOwnedShare);
    let cases = [
        (given(Measure::Herfindahl, "r1", "2012", 0.5), "given[1].measure"),
        (given(Measure::Unspecified, "r1", "2012", 0.5), "given[1].measure"),
        (given(owned, "r1", "2012", 1.5), "given[1].value"),
        (given(used, "r1", "2012", 76.5), "given[1].value"),
        (given(used, "r1", "2012", NAN), "given[1].value"),
        (given(used, "r1", "2012-Q1", 0.5), "given[1].period"),
        (given(used, "r1", "2011", 0.5), "given[1].period"),
        (given(used, "r9", "2012", 0.5), "given[1].region"),
        (given(used, "r1", "2010", 0.5), "given[1]"),
    ];
    for (wrong, field) in cases {
        let sent = changed(|request| request.given = vec![given(used, "r1", "2010", 0.8), wrong.clone()]);
        assert_eq!(refusal(ask(tables(), sent).await), invalid(field), "{wrong:?}");
    }
    let mut both = knowing(|_| {});
    both.given = vec![given(owned, "r1", "2012", 0.5)];
    assert_eq!(refusal(ask(tables(), both).await), invalid("given[0].measure"));
    let many = changed(|request| request.given = vec![given(used, "r1", "2012", 0.5); 100_001]);
    assert_eq!(refusal(ask(tables(), many).await), invalid("given"));
}
