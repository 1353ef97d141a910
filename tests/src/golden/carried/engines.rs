//! Industries that regions could enter.

use growthpole_contracts::v1::{self, EngineCriterion};

use super::{Case, industry, region, selection};
use crate::golden::figures::{Figures, Value};
use crate::golden::service::Service;

pub(super) fn found_and_tested(service: &Service, case: &Case) -> Figures {
    let [start, decided, outcome] = case.input.periods.as_slice() else {
        panic!("{} names the years that are tested from, decided in, and told by", case.name)
    };
    let answer = service.find_growth_engines(v1::FindGrowthEnginesRequest {
        selection: Some(selection(case, &[decided])),
        backtest: Some(v1::BacktestPeriods { start: start.clone(), end: decided.clone() }),
        outcome_period: outcome.clone(),
        limit: Some(0),
        ..Default::default()
    });
    let mut figures = Figures::default();
    for own in answer.criteria.iter().filter(|own| own.mean.is_some()) {
        figures.put("result/scale/mean", &[name(own.criterion())], own.mean);
        figures.put("result/scale/deviation", &[name(own.criterion())], own.deviation);
    }
    for own in &answer.regions {
        put_region(&mut figures, own);
    }
    put_test(&mut figures, "result/backtest", answer.backtest.as_ref().expect("there is a past"));
    put_test(&mut figures, "result/outcome", answer.outcome.as_ref().expect("an outcome was asked for"));
    figures
}

fn name(criterion: EngineCriterion) -> &'static str {
    criterion.as_str_name().strip_prefix("ENGINE_CRITERION_").expect("criteria have the prefix of their enum")
}

fn put_region(figures: &mut Figures, own: &v1::RegionEngines) {
    let code = region(&own.region);
    figures.put("result/candidates", &[code], f64::from(own.candidates));
    let codes = |labels: Vec<&str>| Value::Text(labels.join(","));
    let in_set = own.pareto.iter().map(|label| label.code.as_str());
    figures.put("result/pareto", &[code], codes(in_set.collect()));
    figures.put("result/order", &[code], codes(own.engines.iter().map(|engine| industry(&engine.industry)).collect()));
    for engine in &own.engines {
        let labels = [code, industry(&engine.industry)];
        figures.put("result/score", &labels, engine.score);
        figures.put("result/quotient", &labels, engine.location_quotient);
        figures.put("result/outcome_quotient", &labels, engine.outcome_quotient);
        figures.put("result/entered", &labels, engine.entered.map(|entered| f64::from(u8::from(entered))));
        for value in &engine.values {
            let labels = [name(value.criterion()), code, industry(&engine.industry)];
            figures.put("result/standardized", &labels, value.standardized);
        }
    }
}

fn put_test(figures: &mut Figures, parts: &str, test: &v1::EntryTest) {
    figures.put(&format!("{parts}/candidates"), &["all"], f64::from(test.candidates));
    figures.put(&format!("{parts}/entries"), &["all"], f64::from(test.entries));
    for own in test.score.iter().chain(&test.alone) {
        let label = match own.criterion() {
            EngineCriterion::Unspecified => "SCORE",
            criterion => name(criterion),
        };
        figures.put(&format!("{parts}/area"), &[label], own.area);
        figures.put(&format!("{parts}/standard_error"), &[label], own.standard_error);
    }
    let against = test.against_density.as_ref().expect("density has an area");
    let ends = [("low", against.low), ("high", against.high), ("standard_error", against.standard_error)];
    figures.put(&format!("{parts}/against_density"), &["difference"], against.difference);
    figures.put_all(&format!("{parts}/against_density"), ends);
}
