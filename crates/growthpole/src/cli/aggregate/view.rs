//! Results of a roll-up, for people and for programs.

use growthpole_contracts::v1::{AggregateObservationsResponse, AggregatedObservation};

use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{NOTHING, amount, exact, or_nothing};
use crate::output::table::Table;

/// A part of the answer. The first columns of the records are those of observations, so that they can be imported.
pub(super) fn part(title: &str, answer: &AggregateObservationsResponse) -> View {
    let mut table = Table::new(title)
        .texts(["Period", "Region", "Industry"])
        .numbers(["Value"])
        .texts(["Status", "Bounds"])
        .numbers(["Cells", "Suppressed", "Missing", "Published", "Difference"]);
    let mut records = Records::new([
        "indicator",
        "region",
        "industry",
        "period",
        "value",
        "status",
        "cells",
        "known",
        "suppressed",
        "missing",
        "absent",
        "unweighted",
        "lower",
        "upper",
        "published_value",
        "published_status",
        "difference",
        "is_remainder",
    ]);
    for of in &answer.observations {
        let remainder = |code: &String| match code.is_empty() && of.is_remainder {
            true => "(remainder)".to_owned(),
            false => code.clone(),
        };
        table.row([
            of.period.clone(),
            remainder(&of.region),
            remainder(&of.industry),
            or_nothing(of.value, amount),
            of.status.clone(),
            bounds(of),
            of.cell_count.to_string(),
            of.suppressed_count.to_string(),
            (of.missing_count + of.unweighted_count).to_string(),
            or_nothing(of.published, amount),
            or_nothing(of.difference, amount),
        ]);
        records.row(record(of));
    }
    View { tables: vec![table], records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

fn bounds(of: &AggregatedObservation) -> String {
    match (of.lower_bound, of.upper_bound) {
        (None, _) => NOTHING.to_owned(),
        (Some(lower), None) => format!("at least {}", amount(lower)),
        (Some(lower), Some(upper)) => format!("{} to {}", amount(lower), amount(upper)),
    }
}

fn record(of: &AggregatedObservation) -> [String; 18] {
    [
        of.indicator.clone(),
        of.region.clone(),
        of.industry.clone(),
        of.period.clone(),
        exact(of.value),
        of.status.clone(),
        of.cell_count.to_string(),
        of.known_count.to_string(),
        of.suppressed_count.to_string(),
        of.missing_count.to_string(),
        of.absent_count.to_string(),
        of.unweighted_count.to_string(),
        exact(of.lower_bound),
        exact(of.upper_bound),
        exact(of.published),
        of.published_status.clone(),
        exact(of.difference),
        of.is_remainder.to_string(),
    ]
}
