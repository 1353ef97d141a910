//! Inequality as people read it.

use growthpole_contracts::v1::{
    GiniByNeighbourhood, InequalityMeasure, InequalityTrend, MeasureInequalityResponse, PeriodInequality,
};

use super::parts::Parts;
use super::{PREFIX, listed};
use crate::output::format::{NOTHING, amount, fixed, or_nothing, percent, words};
use crate::output::table::Table;

/// The tables of an answer.
pub(super) fn tables(what: &str, counted_by: &str, answer: &MeasureInequalityResponse) -> Vec<Table> {
    let unit = answer.values.as_ref().map(|values| values.unit.as_str()).unwrap_or_default();
    let base = answer.values.as_ref().map(|values| values.base_period.as_str()).unwrap_or_default();
    let prices = if base.is_empty() { String::new() } else { format!(" at prices of {base}") };
    let title = format!("Inequality between regions, {what} ({unit}{prices}){counted_by}");
    let mut tables = vec![if answer.trends.is_empty() { levels(title, answer) } else { changes(title, answer) }];
    let several = answer.periods.len() > 1;
    tables.extend(several.then(|| by_period(answer)).filter(|_| !answer.periods.is_empty()));
    tables.extend(by_groups(answer));
    tables.extend(answer.periods.last().and_then(groups_of));
    tables.extend(by_neighbourhood(answer));
    tables.extend(undefined(answer));
    tables
}

/// A measure as people read it: `atkinson (0.5)`.
fn label(measure: InequalityMeasure, parameters: &[f64]) -> String {
    let name = words(measure.as_str_name(), PREFIX);
    match parameters {
        [] => name,
        parameters => format!("{name} ({})", listed(parameters, "/")),
    }
}

/// A value: four decimals, or thousands apart where it is in the values' unit.
fn shown(value: f64) -> String {
    if value.abs() >= 1000.0 { amount(value) } else { fixed(value, 4) }
}

/// The measures of a single period.
fn levels(title: String, answer: &MeasureInequalityResponse) -> Table {
    let mut table = Table::new(title).texts(["Period", "Measure"]).numbers(["Value"]);
    for period in &answer.periods {
        for own in &period.measures {
            let value = or_nothing(own.value, shown);
            table.row([period.period.clone(), label(own.measure(), &own.parameters), value]);
        }
    }
    table
}

/// The measures of the first and the last period.
fn changes(title: String, answer: &MeasureInequalityResponse) -> Table {
    let mut table =
        Table::new(title).texts(["Measure", "From", "To"]).numbers(["First", "Last", "Change", "Change of it"]);
    for own in &answer.trends {
        let InequalityTrend { first_period, last_period, .. } = own;
        table.row([
            label(own.measure(), &own.parameters),
            first_period.clone(),
            last_period.clone(),
            shown(own.first),
            shown(own.last),
            shown(own.change),
            or_nothing(own.relative_change, percent),
        ]);
    }
    table
}

/// The best-known measures of every period, as far as they were asked for.
fn by_period(answer: &MeasureInequalityResponse) -> Table {
    const COLUMNS: [InequalityMeasure; 5] = [
        InequalityMeasure::Gini,
        InequalityMeasure::TheilT,
        InequalityMeasure::MeanLogDeviation,
        InequalityMeasure::Hoover,
        InequalityMeasure::Mean,
    ];
    let mut table = Table::new("Period by period").texts(["Period"]).numbers([
        "Regions",
        "Gini",
        "Theil T",
        "Mean log deviation",
        "Hoover",
        "Mean",
    ]);
    for period in &answer.periods {
        let value = |measure: InequalityMeasure| {
            let own = period.measures.iter().find(|own| own.measure() == measure);
            or_nothing(own.and_then(|own| own.value), shown)
        };
        let [gini, theil, deviation, hoover, mean] = COLUMNS.map(value);
        table.row([period.period.clone(), period.n_regions.to_string(), gini, theil, deviation, hoover, mean]);
    }
    table
}

fn by_groups(answer: &MeasureInequalityResponse) -> Option<Table> {
    let mut table = Table::new("By groups of regions").texts(["Period", "Measure"]).numbers([
        "Whole",
        "Between",
        "Within",
        "Overlap",
        "Between, share",
        "p (between)",
    ]);
    let mut any = false;
    for period in &answer.periods {
        for parts in Parts::of_period(period).into_iter().filter(|parts| parts.undefined.is_none()) {
            any = true;
            table.row([
                period.period.clone(),
                parts.measure.replace('-', " "),
                shown(parts.whole),
                shown(parts.between),
                shown(parts.within),
                or_nothing(parts.overlap, shown),
                if parts.whole > 0.0 { percent(parts.between / parts.whole) } else { NOTHING.to_owned() },
                or_nothing(parts.between_test.map(|test| test.p_value), |p| fixed(p, 4)),
            ]);
        }
    }
    any.then_some(table)
}

/// The groups of a period.
fn groups_of(period: &PeriodInequality) -> Option<Table> {
    let theil = period.theil_by_groups.as_ref().filter(|own| own.undefined.is_none())?;
    let gini = period.gini_by_groups.as_ref()?;
    let mut table = Table::new(format!("Groups in {}", period.period)).texts(["Group"]).numbers([
        "Regions",
        "Weight, share",
        "Total, share",
        "Mean",
        "Theil T",
        "Gini",
        "Theil T within, share",
    ]);
    for (own, by_pairs) in theil.groups.iter().zip(&gini.groups) {
        table.row([
            own.name.clone(),
            own.n_regions.to_string(),
            percent(own.population_share),
            percent(own.total_share),
            shown(own.mean),
            or_nothing(own.own, shown),
            or_nothing(by_pairs.own, shown),
            if theil.total > 0.0 { percent(own.within / theil.total) } else { NOTHING.to_owned() },
        ]);
    }
    Some(table)
}

fn by_neighbourhood(answer: &MeasureInequalityResponse) -> Option<Table> {
    let mut table = Table::new("By neighbourhood: pairs of neighbours (near) and others (far)")
        .texts(["Period"])
        .numbers(["Regions", "Gini", "Near", "Far", "Far, share", "Polarization", "p (far)"]);
    let own = |period: &PeriodInequality| period.gini_by_neighbourhood.clone().filter(|own| own.undefined.is_none());
    let parts: Vec<(&str, GiniByNeighbourhood)> =
        answer.periods.iter().filter_map(|period| Some((period.period.as_str(), own(period)?))).collect();
    for (period, own) in &parts {
        table.row([
            (*period).to_owned(),
            own.n_regions.to_string(),
            shown(own.gini),
            shown(own.near),
            shown(own.far),
            or_nothing(own.far_share, percent),
            or_nothing(own.polarization, shown),
            or_nothing(own.far_test.map(|test| test.p_value), |p| fixed(p, 4)),
        ]);
    }
    (!parts.is_empty()).then_some(table)
}

/// What has no value, and why.
fn undefined(answer: &MeasureInequalityResponse) -> Option<Table> {
    let mut table = Table::new("Undefined").texts(["Period", "Measure", "Why"]);
    let mut any = false;
    for period in &answer.periods {
        let measures = period.measures.iter().map(|own| (label(own.measure(), &own.parameters), &own.undefined));
        let parts = Parts::of_period(period);
        let parts = parts.iter().map(|own| (format!("{} by groups", own.measure.replace('-', " ")), &own.undefined));
        let far = period.gini_by_neighbourhood.iter().map(|own| ("gini by neighbourhood".to_owned(), &own.undefined));
        for (what, why) in measures.chain(parts).chain(far) {
            if let Some(why) = why {
                any = true;
                table.row([period.period.clone(), what, why.text.clone()]);
            }
        }
    }
    any.then_some(table)
}
