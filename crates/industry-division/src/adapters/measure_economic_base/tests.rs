#![allow(clippy::unwrap_used)]

use growthpole_worker_kit::testing::{
    NAN, Table as Cells, Tables, codes, industries, invalid, refusal, regions, selection,
};
use v1::{BaseMethod, RegionalQuotient};

use super::*;

type Answer = Result<v1::MeasureEconomicBaseResponse, Status>;

/// Jobs of two regions and of one without any.
fn tables() -> Tables {
    let table =
        |code, rows: &[(&'static str, &[f64])]| Cells::new(code, &["2015"], rows).with_industries(&["a", "b", "c"]);
    Tables(vec![
        table("jobs", &[("r2", &[10.0, 30.0, 0.0]), ("r1", &[30.0, 10.0, 0.0]), ("r3", &[0.0; 3])]),
        table("alone", &[("r1", &[30.0, 10.0, 0.0])]),
        table("holed", &[("r1", &[30.0, NAN, 0.0]), ("r2", &[10.0, 30.0, 0.0])]),
    ])
}

fn request(indicator: &str) -> v1::MeasureEconomicBaseRequest {
    v1::MeasureEconomicBaseRequest { selection: Some(selection(indicator, "2015")), ..Default::default() }
}

async fn ask(request: v1::MeasureEconomicBaseRequest) -> Answer {
    answer(&tables(), request, &Job::new()).await
}

fn sector(code: &str) -> v1::Sector {
    v1::Sector { code: code.into(), ..Default::default() }
}

fn column(name: &str, values: &[f64]) -> v1::SectorFigures {
    v1::SectorFigures { name: name.into(), values: values.to_vec() }
}

/// Two sectors of Miller and Blair (2009), table 2.3.
fn miller_blair() -> v1::InputOutputOptions {
    let table = v1::InputOutputTable {
        sectors: vec![sector("a"), sector("b")],
        flows: vec![150.0, 500.0, 200.0, 100.0],
        final_demand: vec![column("home", &[350.0, 1700.0])],
        figures: vec![column("jobs", &[300.0, 0.0])],
        ..Default::default()
    };
    v1::InputOutputOptions { table: Some(table), ..Default::default() }
}

fn with_table(change: impl FnOnce(&mut v1::InputOutputOptions)) -> v1::MeasureEconomicBaseRequest {
    let mut options = miller_blair();
    change(&mut options);
    v1::MeasureEconomicBaseRequest { input_output: Some(options), ..Default::default() }
}

fn close(actual: f64, expected: f64) -> bool {
    (actual - expected).abs() < 1e-9
}

#[tokio::test]
async fn methods_differ_in_what_is_basic() {
    let mut asked = request("jobs");
    asked.basic_parts = vec![v1::BasicPart { industry: "a".into(), part: None }];
    let response = ask(asked).await.unwrap();
    let of: Vec<_> = response
        .bases
        .iter()
        .map(|own| (own.method(), own.region.as_ref().unwrap().code.as_str(), own.basic, own.multiplier))
        .collect();
    let (quotient, minimum, assumed) =
        (BaseMethod::LocationQuotient, BaseMethod::MinimumRequirements, BaseMethod::Assumption);
    assert_eq!(
        of,
        [
            (quotient, "r1", 10.0, Some(4.0)),
            (quotient, "r2", 10.0, Some(4.0)),
            (minimum, "r1", 20.0, Some(2.0)),
            (minimum, "r2", 20.0, Some(2.0)),
            (assumed, "r1", 30.0, Some(40.0 / 30.0)),
            (assumed, "r2", 10.0, Some(4.0)),
        ]
    );
    let industry = &response.bases[0].industries[0];
    assert_eq!((industry.industry.as_ref().unwrap().code.as_str(), industry.amount), ("a", 30.0));
    assert_eq!((industry.basic, industry.location_quotient), (10.0, Some(1.5)));
    assert_eq!((codes(&response.warnings), response.period.as_str()), (vec!["EMPTY_REGIONS"], "2015"));
    assert_eq!(response.provenance.unwrap().method, METHOD.name);
}

#[tokio::test]
async fn shares_are_compared_over_all_regions_whatever_is_shown() {
    let mut asked = request("jobs");
    let selection = asked.selection.as_mut().unwrap();
    (selection.regions, selection.industries) = (regions(&["r1"]), industries(&["b"]));
    asked.methods = vec![BaseMethod::MinimumRequirements.into()];
    let response = ask(asked).await.unwrap();
    let [base] = response.bases.as_slice() else { panic!("{:?}", response.bases) };
    assert_eq!((base.basic, base.total, base.industries.len()), (20.0, 40.0, 0));
}

#[tokio::test]
async fn analyses_a_table_by_itself() {
    let request = with_table(|own| {
        own.extractions = vec![v1::SectorGroup { name: "all".into(), sectors: vec!["b".into(), "a".into()] }];
        own.matrices = true;
    });
    let response = ask(request).await.unwrap();
    let [table] = response.tables.as_slice() else { panic!("{:?}", response.tables) };
    assert_eq!(
        (table.output, table.region.as_ref(), table.coefficients.as_slice()),
        (3000.0, None, &[0.15, 0.25, 0.2, 0.05][..])
    );
    let a = &table.sectors[0];
    assert!(close(a.output_multiplier, 1.15 / 0.7575) && close(a.supply_multiplier, 1.45 / 0.7575));
    assert_eq!((a.kind(), a.location_quotient), (v1::SectorKind::Key, None));
    let jobs = &a.figures[0];
    assert!(close(jobs.direct, 0.3) && close(jobs.type_one.unwrap(), 0.95 / 0.7575));
    let lost = a.extraction.unwrap();
    assert!(
        close(lost.total, 1000.0 + 2000.0 - 1700.0 / 0.95) && lost.backward < lost.total && lost.forward < lost.total
    );
    assert!(close(table.extractions[0].loss.unwrap().share.unwrap(), 1.0));
    assert_eq!((table.leontief.len(), table.ghosh.len(), table.accounts.len()), (4, 4, 0));
    assert_eq!((response.bases.len(), response.methods.len(), response.provenance.unwrap().dataset.len()), (0, 0, 0));
}

/// The households of Miller and Blair (2009), section 2.5.
fn households() -> v1::Households {
    v1::Households {
        income: vec![300.0, 500.0],
        consumption: vec![50.0, 400.0],
        total_income: Some(1000.0),
        own: Some(50.0),
    }
}

#[tokio::test]
async fn households_that_spend_again_make_multipliers_of_type_two() {
    let response = ask(with_table(|own| own.table.as_mut().unwrap().households = Some(households()))).await.unwrap();
    let a = &response.tables[0].sectors[0];
    // Printed there: 1.365 + 0.527 of outputs, 0.570 of incomes.
    assert!((a.output_multiplier_with_households.unwrap() - 1.892).abs() < 1e-3);
    assert!((a.household_income.unwrap() - 0.570).abs() < 1e-3);
    let jobs = &a.figures[0];
    assert!((jobs.type_two.unwrap() - 1.365).abs() < 1e-3 && jobs.type_two > jobs.type_one);
    assert!(close(jobs.total_with_households.unwrap(), 0.3 * jobs.type_two.unwrap()));
    let none = ask(with_table(|_| {})).await.unwrap();
    let a = &none.tables[0].sectors[0];
    assert_eq!((a.household_income, a.figures[0].type_two), (None, None));
}

#[tokio::test]
async fn households_that_are_none_are_refused_by_field() {
    type Change = fn(&mut v1::Households);
    let cases: [(&str, Change); 7] = [
        ("income", |own| own.income = vec![1.0]),
        ("consumption", |own| own.consumption = vec![1.0]),
        ("income[1]", |own| own.income[1] = -1.0),
        ("consumption[0]", |own| own.consumption[0] = f64::NAN),
        ("total_income", |own| own.total_income = Some(849.0)),
        ("own", |own| own.own = Some(-1.0)),
        ("consumption", |own| (own.consumption, own.total_income) = (vec![900.0, 1200.0], None)),
    ];
    for (field, change) in cases {
        let mut own = households();
        change(&mut own);
        let refused = ask(with_table(|options| options.table.as_mut().unwrap().households = Some(own))).await;
        assert_eq!(refusal(refused), invalid(&format!("input_output.table.households.{field}")), "{field}");
    }
}

#[tokio::test]
async fn groups_of_sectors_have_accounts() {
    let request = with_table(|own| {
        let table = own.table.as_mut().unwrap();
        table.sectors[0].group = "north".into();
        table.sectors[1].group = "south".into();
        table.final_demand = vec![column("north", &[350.0, 0.0]), column("south", &[0.0, 1700.0])];
    });
    let response = ask(request).await.unwrap();
    let [north, south] = response.tables[0].accounts.as_slice() else { panic!("{:?}", response.tables[0].accounts) };
    assert!(close(north.production, 300.0) && south.production == 0.0);
    assert!(close(north.exports, south.imports) && close(north.consumption + south.consumption, 300.0));
}

#[tokio::test]
async fn makes_regional_tables_by_quotients() {
    let with = |quotient: RegionalQuotient, delta: Option<f64>| {
        let mut asked = with_table(|own| {
            own.regionalization = Some(v1::Regionalization { quotient: quotient.into(), delta });
            own.matrices = true;
        });
        asked.selection = Some(selection("jobs", "2015"));
        ask(asked)
    };
    let response = with(RegionalQuotient::Slq, None).await.unwrap();
    assert_eq!((response.quotient(), response.delta, response.tables.len()), (RegionalQuotient::Slq, None, 3));
    let r1 = &response.tables[0];
    // LQ 1.5 and 0.5; three quarters and a quarter of both outputs.
    assert_eq!((r1.sectors[0].location_quotient, r1.sectors[1].location_quotient), (Some(1.5), Some(0.5)));
    assert_eq!((r1.sectors[0].output, r1.sectors[1].output), (750.0, 500.0));
    let expected = [0.15, 0.25, 0.1, 0.025];
    assert!(r1.coefficients.iter().zip(expected).all(|(own, expected)| close(*own, expected)), "{:?}", r1.coefficients);
    assert!(r1.sectors[0].figures.is_empty());
    assert_eq!((response.tables[2].reason.as_str(), response.tables[2].sectors.len()), ("EMPTY_REGION", 0));
    let flegg = with(RegionalQuotient::Unspecified, None).await.unwrap();
    assert_eq!((flegg.quotient(), flegg.delta), (RegionalQuotient::Flq, Some(0.3)));
    // x = 1/2: the diagonal of a is 0.15 min(1, 1.5 log2(1.5)^0.3); that of b is 0.05 * 0.5 log2(1.5)^0.3.
    let size = 1.5_f64.log2().powf(0.3);
    let own = &flegg.tables[0].coefficients;
    assert!(close(own[0], 0.15) && close(own[3], 0.025 * size) && close(own[1], 0.25));
    assert!(close(own[2], 0.2 * size / 3.0));
}

#[tokio::test]
async fn land_is_for_those_who_settle_or_move() {
    let mut asked = request("jobs");
    asked.area_rates = vec![v1::CommercialAreaRates {
        industry: "a".into(),
        on_commercial_land: Some(0.5),
        resettled: 0.2,
        relocated: 0.1,
        reused: 0.5,
        area_per_job: 100.0,
        ..Default::default()
    }];
    let response = ask(asked).await.unwrap();
    let own = &response.areas[0];
    assert!(close(own.resettled, 3.0) && close(own.relocated, 1.5) && close(own.area, 225.0));
    assert_eq!((response.areas.len(), own.period.as_str(), own.jobs), (2, "2015", 30.0));
}

/// Jobs of two regions in four years, of which one lacks a value.
fn history() -> Tables {
    let rows: [(&str, &[f64]); 2] =
        [("r1", &[10.0, 8.0, 20.0, 4.0, 30.0, 2.0, 40.0, 1.0]), ("r2", &[5.0, 9.0, NAN, 6.0, 5.0, 3.0, 5.0, 0.0])];
    let years = ["2012", "2013", "2014", "2015"];
    Tables(vec![Cells::new("jobs", &years, &rows).with_industries(&["a", "b"])])
}

fn trend_request(first: &str, curve: v1::AreaCurve) -> v1::MeasureEconomicBaseRequest {
    let rates = |industry: &str, curve: v1::AreaCurve| v1::CommercialAreaRates {
        industry: industry.into(),
        resettled: 0.1,
        area_per_job: 10.0,
        curve: curve.into(),
        ..Default::default()
    };
    let mut asked = request("jobs");
    asked.area_rates = vec![rates("a", v1::AreaCurve::Unspecified), rates("b", curve)];
    asked.area_trend = Some(v1::AreaTrend { first: first.into(), years: 2 });
    asked
}

#[tokio::test]
async fn land_is_demanded_for_the_jobs_of_trends() {
    let ask = |curve| answer_of(trend_request("2012", curve));
    let response = ask(v1::AreaCurve::Exponential).await.unwrap();
    let shown = |own: &v1::CommercialArea| {
        let (region, industry) = (own.region.as_ref().unwrap(), own.industry.as_ref().unwrap());
        (format!("{} {} {}", region.code, industry.code, own.period), own.jobs, own.area, own.reason.clone())
    };
    let areas: Vec<_> = response.areas.iter().map(shown).collect();
    assert_eq!(areas.len(), 8);
    // 10, 20, 30, 40 go on to 50 and 60; 8, 4, 2, 1 to a half and a quarter.
    let expected = [("r1 a 2016", 50.0), ("r1 a 2017", 60.0), ("r1 b 2016", 0.5), ("r1 b 2017", 0.25)];
    for ((name, jobs, area, reason), (wanted, number)) in areas.iter().zip(expected) {
        assert!(name == wanted && close(*jobs, number) && close(*area, number) && reason.is_empty(), "{name} {jobs}");
    }
    let reasons: Vec<(&str, &str)> = areas[4..].iter().map(|own| (own.0.as_str(), own.3.as_str())).collect();
    let missing = "MISSING_VALUE";
    let not_positive = "NOT_POSITIVE";
    assert_eq!(
        reasons,
        [("r2 a 2016", missing), ("r2 a 2017", missing), ("r2 b 2016", not_positive), ("r2 b 2017", not_positive)]
    );
    assert_eq!(response.provenance.unwrap().further_inputs[0].role, "area_trend");
    // 9, 6, 3, 0 in a straight line goes below zero.
    let below = ask(v1::AreaCurve::Linear).await.unwrap();
    let last = below.areas.last().unwrap();
    assert!(close(last.jobs, -6.0) && last.area == 0.0 && last.reason == "BELOW_ZERO");
}

async fn answer_of(request: v1::MeasureEconomicBaseRequest) -> Answer {
    answer(&history(), request, &Job::new()).await
}

#[tokio::test]
async fn refuses_trends_without_years_or_rates() {
    let mut cases = vec![
        ("area_trend.first", trend_request("2014", v1::AreaCurve::Linear)),
        ("area_trend.first", trend_request("2012Q1", v1::AreaCurve::Linear)),
        ("area_trend.first", trend_request("long ago", v1::AreaCurve::Linear)),
    ];
    let mut change = |field, of: fn(&mut v1::MeasureEconomicBaseRequest)| {
        let mut request = trend_request("2012", v1::AreaCurve::Power);
        of(&mut request);
        cases.push((field, request));
    };
    change("area_trend.years", |own| own.area_trend.as_mut().unwrap().years = 0);
    change("area_trend.years", |own| own.area_trend.as_mut().unwrap().years = 101);
    change("area_trend", |own| own.area_rates.clear());
    change("area_rates[1].curve", |own| own.area_trend = None);
    change("area_rates[1].curve", |own| own.area_rates[1].curve = 9);
    for (field, request) in cases {
        assert_eq!(refusal(answer_of(request).await), invalid(field), "{field}");
    }
}

#[tokio::test]
async fn a_table_that_uses_up_what_it_makes_has_no_analysis() {
    let request = with_table(|own| {
        let table = own.table.as_mut().unwrap();
        (table.final_demand, table.outputs) = (vec![], vec![500.0, 300.0]);
    });
    let response = ask(request).await.unwrap();
    assert_eq!((response.tables[0].reason.as_str(), response.tables[0].sectors.len()), ("NOT_PRODUCTIVE", 0));
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let table = |change: &dyn Fn(&mut v1::InputOutputTable)| with_table(|own| change(own.table.as_mut().unwrap()));
    let base = |change: &dyn Fn(&mut v1::MeasureEconomicBaseRequest)| {
        let mut changed = request("jobs");
        change(&mut changed);
        changed
    };
    let regional = |change: &dyn Fn(&mut v1::InputOutputOptions)| {
        let mut asked = with_table(|own| {
            own.regionalization = Some(v1::Regionalization::default());
            change(own);
        });
        asked.selection = Some(selection("jobs", "2015"));
        asked
    };
    let part = |industry: &str, part: f64| v1::BasicPart { industry: industry.into(), part: Some(part) };
    let cases = vec![
        ("selection", v1::MeasureEconomicBaseRequest::default()),
        ("methods", with_table(|_| ()).tap(|own| own.methods = vec![1])),
        ("area_rates", with_table(|_| ()).tap(|own| own.area_rates = vec![v1::CommercialAreaRates::default()])),
        ("input_output.regionalization", with_table(|own| own.regionalization = Some(v1::Regionalization::default()))),
        ("methods[0]", base(&|own| own.methods = vec![9])),
        ("methods[1]", base(&|own| own.methods = vec![1, 1])),
        ("basic_parts", base(&|own| own.methods = vec![3])),
        ("basic_parts[0].part", base(&|own| own.basic_parts = vec![part("a", 1.5)])),
        ("basic_parts[1].industry", base(&|own| own.basic_parts = vec![part("a", 1.0), part("a", 1.0)])),
        ("basic_parts[0].industry", base(&|own| own.basic_parts = vec![part("z", 1.0)])),
        ("area_rates[0].industry", base(&|own| own.area_rates = vec![v1::CommercialAreaRates::default()])),
        (
            "area_rates[0].reused",
            base(&|own| {
                own.area_rates = vec![v1::CommercialAreaRates { reused: NAN, ..Default::default() }];
            }),
        ),
        ("input_output.table", with_table(|own| own.table = None)),
        ("input_output.table.sectors", table(&|own| own.sectors.clear())),
        ("input_output.table.sectors[1].code", table(&|own| own.sectors[1].code = "a".into())),
        ("input_output.table.sectors[1].industries", table(&|own| own.sectors[1].industries = vec!["a".into()])),
        ("input_output.table.sectors[0].group", table(&|own| own.sectors[0].group = "away".into())),
        ("input_output.table.flows", table(&|own| own.flows.truncate(3))),
        ("input_output.table.flows[2]", table(&|own| own.flows[2] = -1.0)),
        ("input_output.table.outputs", table(&|own| own.final_demand.clear())),
        ("input_output.table.outputs", table(&|own| own.outputs = vec![1.0])),
        ("input_output.table.outputs[0]", table(&|own| own.outputs = vec![0.0, 1.0])),
        ("input_output.table.final_demand[0].name", table(&|own| own.final_demand[0].name.clear())),
        ("input_output.table.figures[0].values", table(&|own| own.figures[0].values.truncate(1))),
        ("input_output.table.figures[0].values[0]", table(&|own| own.figures[0].values[0] = f64::INFINITY)),
        ("input_output.extractions[0].sectors", with_table(|own| own.extractions = vec![v1::SectorGroup::default()])),
        (
            "input_output.extractions[0].sectors[0]",
            with_table(|own| {
                own.extractions = vec![v1::SectorGroup { name: "g".into(), sectors: vec!["z".into()] }];
            }),
        ),
        (
            "input_output.regionalization.quotient",
            regional(&|own| {
                own.regionalization = Some(v1::Regionalization { quotient: 9, delta: None });
            }),
        ),
        (
            "input_output.regionalization.delta",
            regional(&|own| {
                own.regionalization = Some(v1::Regionalization { quotient: 3, delta: Some(1.0) });
            }),
        ),
        (
            "input_output.regionalization.delta",
            regional(&|own| {
                own.regionalization = Some(v1::Regionalization { quotient: 1, delta: Some(0.3) });
            }),
        ),
        (
            "input_output.table.sectors[1].industries",
            regional(&|own| {
                own.table.as_mut().unwrap().sectors[1].industries = vec!["z".into()];
            }),
        ),
    ];
    for (field, request) in cases {
        assert_eq!(refusal(ask(request).await), invalid(field), "{field}");
    }
}

/// Changes a request and passes it on.
trait Tap: Sized {
    fn tap(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl Tap for v1::MeasureEconomicBaseRequest {}

#[tokio::test]
async fn refuses_data_that_have_no_base() {
    assert_eq!(refusal(ask(request("alone")).await).0, "UNDEFINED_ON_DATA");
    assert_eq!(refusal(ask(request("holed")).await).0, "MISSING_CELLS");
    let mut kept = request("holed");
    kept.selection.as_mut().unwrap().missing = v1::MissingPolicy::Keep.into();
    assert_eq!(refusal(ask(kept).await).0, "MISSING_CELLS");
    let mut dropped = request("holed");
    dropped.selection.as_mut().unwrap().missing = v1::MissingPolicy::DropIndustry.into();
    assert_eq!(codes(&ask(dropped).await.unwrap().warnings), ["INDUSTRIES_DROPPED"]);
}
