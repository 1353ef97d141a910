//! Transition of regions from resources and old industries.

use growthpole_contracts::v1;

use super::{Case, region, selection};
use crate::golden::figures::{Figures, Value};
use crate::golden::service::Service;

/// Those whose figures the case holds; of the others it holds the stage.
const NORTHEAST: [&str; 3] = ["210000", "220000", "230000"];

pub(super) fn among_all_provinces(service: &Service, case: &Case) -> Figures {
    let (first, last) = case.ends();
    let answer = service.assess_transition(v1::AssessTransitionRequest {
        selection: Some(selection(case, &[first, last])),
        indicators: Some(v1::TransitionIndicators {
            output: "gdp".to_owned(),
            output_growth: "gdp_real_growth".to_owned(),
            investment: "gross_fixed_capital_formation".to_owned(),
            investment_prices: "investment_price_index".to_owned(),
            depreciation_rate: Some(0.096),
            employment: "employment_urban_units".to_owned(),
            state_owned_share: "soe_share_assets".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    });
    let mut figures = Figures::default();
    for peers in answer.peers.iter().filter(|peers| peers.count > 0) {
        figures.put("result/median", &[name(peers.measure())], peers.median);
        figures.put("result/count", &[name(peers.measure())], f64::from(peers.count));
    }
    for own in &answer.regions {
        let stage = own.stage().as_str_name().strip_prefix("RESOURCE_STAGE_").expect("stages have their prefix");
        figures.put("result/stage", &[region(&own.region)], Value::Text(stage.to_owned()));
        if NORTHEAST.contains(&region(&own.region)) {
            put_region(&mut figures, own);
        }
    }
    figures
}

fn name(measure: v1::TransitionMeasure) -> &'static str {
    measure.as_str_name().strip_prefix("TRANSITION_MEASURE_").expect("measures have the prefix of their enum")
}

/// The figures of a region, as far as there are any.
fn put_region(figures: &mut Figures, own: &v1::TransitionRegion) {
    let code = region(&own.region);
    let mut put = |parts: &str, label: &str, value: Option<f64>| {
        if let Some(value) = value {
            figures.put(parts, &[label, code], value);
        }
    };
    for figure in &own.figures {
        let measure = name(figure.measure());
        put("result/level", measure, figure.level);
        put("result/change", measure, figure.change);
        put("result/rank", measure, figure.rank.map(f64::from));
        put("result/change_rank", measure, figure.change_rank.map(f64::from));
    }
    let evidence = own.evidence.as_ref().expect("every province has activity in all years");
    put("result/evidence", "peak_quotient", evidence.peak_quotient);
    put("result/evidence", "extractive_growth", evidence.extractive_growth);
    put("result/evidence", "other_growth", evidence.other_growth);
    put("result/evidence", "benchmark_other_growth", evidence.benchmark_other_growth);
    figures.put("result/evidence/peak_period", &[code], Value::Text(evidence.peak_period.clone()));
}
