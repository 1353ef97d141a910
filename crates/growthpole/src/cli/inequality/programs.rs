//! Inequality as programs read it.

use growthpole_contracts::v1::{MeasureInequalityResponse, MeasuredInequality};

use super::parts::Parts;
use super::{listed, name};
use crate::output::csv::Records;
use crate::output::format::exact;

/// One record a figure: of a measure, of a part of it, of a group's part, of a test.
pub(super) fn records(answer: &MeasureInequalityResponse) -> Records {
    let header = ["period", "regions", "measure", "parameters", "part", "group", "value", "undefined_reason"];
    let mut records = Records::new(header);
    for period in &answer.periods {
        let mut row = |measure: &str, parameters: String, part: &str, group: &str, value: Option<f64>, reason: &str| {
            records.row([
                period.period.clone(),
                period.n_regions.to_string(),
                measure.to_owned(),
                parameters,
                part.to_owned(),
                group.to_owned(),
                exact(value),
                reason.to_owned(),
            ]);
        };
        for own in &period.measures {
            let MeasuredInequality { parameters, value, undefined, .. } = own;
            let reason = undefined.as_ref().map(|why| why.reason.as_str()).unwrap_or_default();
            row(&name(own.measure()), listed(parameters, ";"), "", "", *value, reason);
        }
        for step in &period.pen_parade {
            row("pen-parade", String::new(), "value", &step.region, Some(step.value), "");
            row("pen-parade", String::new(), "passed", &step.region, Some(step.passed), "");
        }
        for parts in Parts::of_period(period) {
            part_records(&parts, |part, group, value, reason| {
                row(parts.measure, String::new(), part, group, value, reason)
            });
        }
        if let Some(own) = &period.gini_by_neighbourhood {
            let reason = own.undefined.as_ref().map(|why| why.reason.as_str()).unwrap_or_default();
            let is_defined = own.undefined.is_none();
            let figures = [
                ("gini-near", Some(own.near)),
                ("gini-far", Some(own.far)),
                ("far-share", own.far_share),
                ("polarization", own.polarization),
                ("far-p-value", own.far_test.map(|test| test.p_value)),
            ];
            for (part, value) in figures {
                row("gini-by-neighbourhood", String::new(), part, "", value.filter(|_| is_defined), reason);
            }
        }
    }
    records
}

fn part_records(parts: &Parts, mut row: impl FnMut(&str, &str, Option<f64>, &str)) {
    if let Some(why) = &parts.undefined {
        return row("between", "", None, &why.reason);
    }
    let figures = [
        ("whole", Some(parts.whole)),
        ("between", Some(parts.between)),
        ("within", Some(parts.within)),
        ("overlap", parts.overlap),
        ("between-p-value", parts.between_test.map(|test| test.p_value)),
        ("overlap-p-value", parts.overlap_test.map(|test| test.p_value)),
    ];
    for (part, value) in figures.into_iter().filter(|(_, value)| value.is_some()) {
        row(part, "", value, "");
    }
    for (group, own, within, between) in &parts.groups {
        row("own", group, *own, "");
        row("within", group, Some(*within), "");
        if let Some(between) = between {
            row("between", group, Some(*between), "");
        }
    }
}
