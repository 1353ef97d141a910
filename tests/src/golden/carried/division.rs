//! The division of industries between regions.

use std::collections::BTreeMap;

use growthpole_contracts::v1::{self, DivisionValue};

use super::specialization::measure;
use super::{Case, industry, region, selection};
use crate::golden::figures::{Figures, Value};
use crate::golden::service::Service;

/// Values of a pair, by the names of the case, and whether importance is switched on.
const PLANS: [(&str, DivisionValue, bool); 3] = [
    ("ln_lq", DivisionValue::LogQuotient, false),
    ("ln_lq_with_importance", DivisionValue::LogQuotient, true),
    ("symmetric_lq", DivisionValue::SymmetricQuotient, false),
];

pub(super) fn six_industries(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for year in &case.input.periods {
        for (name, value, weighted) in PLANS {
            let plan = service.propose_division(v1::ProposeDivisionRequest {
                selection: Some(selection(case, &[year])),
                value: value.into(),
                weight_by_importance: weighted,
                search: Some(v1::DivisionSearch { alternatives: 1, ..Default::default() }),
                ..Default::default()
            });
            let scale = if weighted { share_of_candidates(service, case, year) } else { 1.0 };
            put_plan(&mut figures, &format!("result/{year}/{name}"), &plan, scale);
            if name == "ln_lq" {
                put_quotients(&mut figures, &format!("result/{year}/lq"), &plan);
            }
        }
    }
    figures
}

/// Share of the candidate industries in all that the two regions do. Ours weighs by shares of the candidates, the case by
/// shares of everything.
fn share_of_candidates(service: &Service, case: &Case, year: &str) -> f64 {
    let everything = v1::Selection { industries: None, ..selection(case, &[year]) };
    let cells = measure(service, everything);
    let sum = |keep: &dyn Fn(&str) -> bool| -> f64 {
        cells.iter().filter(|cell| keep(industry(&cell.industry))).filter_map(|cell| cell.amount).sum()
    };
    sum(&|code| case.input.industries.iter().any(|candidate| candidate == code)) / sum(&|_| true)
}

fn put_quotients(figures: &mut Figures, parts: &str, plan: &v1::ProposeDivisionResponse) {
    for cell in &plan.cells {
        figures.put(parts, &[region(&cell.region), industry(&cell.industry)], cell.location_quotient);
    }
}

fn put_plan(figures: &mut Figures, parts: &str, plan: &v1::ProposeDivisionResponse, scale: f64) {
    for own in &plan.regions {
        for (at, focus) in own.focuses.iter().enumerate() {
            let labels = ["assignment", region(&own.region), &at.to_string()];
            figures.put(parts, &labels, Value::Text(industry(&Some(focus.clone())).to_owned()));
        }
    }
    figures.put(parts, &["objective"], plan.objective * scale);
    // With two regions an industry is taken from the one when it is given to the other: both pairs have one margin.
    let mut margins: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for cell in &plan.cells {
        margins.entry(industry(&cell.industry)).or_default().push(cell.margin.expect("there is another plan"));
    }
    for (code, margins) in &margins {
        assert!((margins[0] - margins[1]).abs() < 1e-12, "{parts} {code}: both pairs have the margin {margins:?}");
        figures.put(parts, &["margin", code], margins[0] * scale);
    }
    let second = plan.alternatives.first().expect("there is another plan");
    let smallest = plan.margin.expect("there is another plan");
    assert!((second.loss - smallest).abs() < 1e-12, "{parts}: the second best loses the smallest margin");
    figures.put(parts, &["second_best", "objective"], second.objective * scale);
    for own in &plan.regions {
        let change = second.differences.iter().find(|change| change.region == own.region);
        let (gains, gives_up) = change.map_or((&[][..], &[][..]), |change| (&change.gains, &change.gives_up));
        let kept = own.focuses.iter().filter(|industry| !gives_up.contains(industry));
        let mut codes: Vec<&str> = kept.chain(gains).map(|label| label.code.as_str()).collect();
        codes.sort_unstable();
        for (at, code) in codes.into_iter().enumerate() {
            let labels = ["second_best", "assignment", region(&own.region), &at.to_string()];
            figures.put(parts, &labels, Value::Text(code.to_owned()));
        }
    }
}
