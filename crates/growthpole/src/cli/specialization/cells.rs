//! Location quotients by region and industry, as they are shown.

use growthpole_contracts::v1::{MeasureSpecializationResponse, QuotientInterval, SpecializationCell};

use super::reference;
use crate::output::csv::Records;
use crate::output::format::{NOTHING, amount, exact, fixed, industry, or_nothing, percent, points, region, yes};
use crate::output::table::Table;

pub(super) fn shown(what: &str, answer: &MeasureSpecializationResponse) -> (Vec<Table>, Records) {
    let against = reference(answer.benchmark.as_ref());
    let has_draws = answer.bootstrap.is_some();
    let mut numbers = vec!["Amount", "Share", "LQ", "Symmetric", "Standardised", "Additive (pp)", "Excess"];
    if has_draws {
        numbers.insert(3, "LQ from");
        numbers.insert(4, "LQ to");
    }
    let mut table = Table::new(format!("Specialisation, {what}{against}"))
        .texts(["Period", "Code", "Region", "Industry"])
        .with_numbers(numbers)
        .texts(["Present", "Why not"]);
    let mut records = Records::new([
        "period",
        "region",
        "region_name",
        "industry",
        "industry_name",
        "amount",
        "share",
        "location_quotient",
        "symmetric",
        "logarithmic",
        "standardized",
        "additive",
        "excess",
        "present",
        "reason",
        "standardized_logarithmic",
        "weighted",
        "normalized",
        "additive_of_industry",
    ])
    .with_columns(intervals(&SpecializationCell::default()).into_iter().flat_map(|(ends, _)| ends));
    for cell in &answer.cells {
        add_row(&mut table, cell, has_draws);
        add_record(&mut records, cell);
    }
    let mut tables = vec![table];
    tables.extend(cut_offs(answer));
    (tables, records)
}

/// Intervals of the forms of a quotient, with the names of their ends.
fn intervals(cell: &SpecializationCell) -> [([&'static str; 2], Option<QuotientInterval>); 10] {
    let own = cell.intervals.unwrap_or_default();
    [
        (["location_quotient_lower", "location_quotient_upper"], own.location_quotient),
        (["symmetric_lower", "symmetric_upper"], own.symmetric),
        (["logarithmic_lower", "logarithmic_upper"], own.logarithmic),
        (["standardized_lower", "standardized_upper"], own.standardized),
        (["standardized_logarithmic_lower", "standardized_logarithmic_upper"], own.standardized_logarithmic),
        (["additive_lower", "additive_upper"], own.additive),
        (["weighted_lower", "weighted_upper"], own.weighted),
        (["excess_lower", "excess_upper"], own.excess),
        (["normalized_lower", "normalized_upper"], own.normalized),
        (["additive_of_industry_lower", "additive_of_industry_upper"], own.additive_of_industry),
    ]
}

/// The interval of a location quotient.
fn interval(cell: &SpecializationCell) -> QuotientInterval {
    cell.intervals.as_ref().and_then(|intervals| intervals.location_quotient).unwrap_or_default()
}

fn add_row(table: &mut Table, cell: &SpecializationCell, has_draws: bool) {
    let ((code, name), (industry, industry_name)) = (region(&cell.region), industry(&cell.industry));
    let three = |number: Option<f64>| or_nothing(number, |number| fixed(number, 3));
    let mut row = vec![
        cell.period.clone(),
        code,
        name,
        format!("{industry} {industry_name}"),
        or_nothing(cell.amount, amount),
        or_nothing(cell.share, percent),
        three(cell.location_quotient),
    ];
    if has_draws {
        let QuotientInterval { lower, upper } = interval(cell);
        row.extend([three(lower), three(upper)]);
    }
    row.extend([
        three(cell.symmetric),
        three(cell.standardized),
        or_nothing(cell.additive, points),
        or_nothing(cell.excess, amount),
        yes(cell.present.unwrap_or(false)).to_owned(),
        cell.reason.clone(),
    ]);
    table.cells(row);
}

fn add_record(records: &mut Records, cell: &SpecializationCell) {
    let ((code, name), (industry, industry_name)) = (region(&cell.region), industry(&cell.industry));
    let further = intervals(cell).map(|(_, interval)| interval.unwrap_or_default());
    let further = further.into_iter().flat_map(|QuotientInterval { lower, upper }| [exact(lower), exact(upper)]);
    let mut own = vec![
        cell.period.clone(),
        code,
        name,
        industry,
        industry_name,
        exact(cell.amount),
        exact(cell.share),
        exact(cell.location_quotient),
        exact(cell.symmetric),
        exact(cell.logarithmic),
        exact(cell.standardized),
        exact(cell.additive),
        exact(cell.excess),
        cell.present.map_or_else(String::new, |present| present.to_string()),
        cell.reason.clone(),
        exact(cell.standardized_logarithmic),
        exact(cell.weighted),
        exact(cell.normalized),
        exact(cell.additive_of_industry),
    ];
    own.extend(further);
    records.cells(own);
}

/// The location quotients that few regions reach.
fn cut_offs(answer: &MeasureSpecializationResponse) -> Option<Table> {
    let level = answer.bootstrap.as_ref().and_then(|bootstrap| bootstrap.level).unwrap_or_default();
    let title = format!("Location quotients that {} of the regions do not exceed", percent(level));
    let mut table = Table::new(title).texts(["Period", "Industry"]).numbers(["LQ", "from", "to"]);
    for own in &answer.cut_offs {
        let (code, name) = industry(&own.industry);
        let end = |of: fn(&QuotientInterval) -> Option<f64>| {
            own.interval.as_ref().and_then(of).map_or_else(|| NOTHING.to_owned(), |end| fixed(end, 3))
        };
        let (lower, upper) = (end(|interval| interval.lower), end(|interval| interval.upper));
        table.row([own.period.clone(), format!("{code} {name}"), fixed(own.location_quotient, 3), lower, upper]);
    }
    (!answer.cut_offs.is_empty()).then_some(table)
}
