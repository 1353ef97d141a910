//! The portfolio of regions, as it is shown.

use growthpole_contracts::v1::{MeasureSpecializationResponse, PortfolioEntry};

use super::reference;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, fixed, industry, or_nothing, percent, region, words};
use crate::output::table::Table;

pub(super) fn shown(what: &str, answer: &MeasureSpecializationResponse) -> (Vec<Table>, Records) {
    let against = reference(answer.benchmark.as_ref());
    let mut table = Table::new(format!("Portfolio, {what}{against}"))
        .texts(["Code", "Region", "Industry", "Class"])
        .numbers(["LQ (mean)", "Change of LQ", "Growth", "Compared with", "Amount"])
        .texts(["Why not"]);
    let mut records = Records::new([
        "region",
        "region_name",
        "industry",
        "industry_name",
        "class",
        "location_quotient",
        "location_quotient_change",
        "growth",
        "reference_growth",
        "benchmark_growth",
        "amount",
        "relative_size",
        "reason",
    ]);
    let mut entries: Vec<&PortfolioEntry> = answer.portfolio.iter().collect();
    // People read the largest first; programs get the order of the answer.
    let code = |entry: &PortfolioEntry| region(&entry.region).0;
    let size = |entry: &PortfolioEntry| entry.amount.unwrap_or(-1.0);
    entries.sort_by(|a, b| code(a).cmp(&code(b)).then(size(b).total_cmp(&size(a))));
    entries.into_iter().for_each(|entry| add_row(&mut table, entry));
    answer.portfolio.iter().for_each(|entry| add_record(&mut records, entry));
    (vec![table], records)
}

fn class(entry: &PortfolioEntry) -> String {
    words(entry.class().as_str_name(), "PORTFOLIO_CLASS")
}

fn add_row(table: &mut Table, entry: &PortfolioEntry) {
    let ((code, name), (industry, industry_name)) = (region(&entry.region), industry(&entry.industry));
    let three = |number: Option<f64>| or_nothing(number, |number| fixed(number, 3));
    table.row([
        code,
        name,
        format!("{industry} {industry_name}"),
        class(entry),
        three(entry.location_quotient),
        three(entry.location_quotient_change),
        or_nothing(entry.growth, percent),
        or_nothing(entry.reference_growth, percent),
        or_nothing(entry.amount, amount),
        entry.reason.clone(),
    ]);
}

fn add_record(records: &mut Records, entry: &PortfolioEntry) {
    let ((code, name), (industry, industry_name)) = (region(&entry.region), industry(&entry.industry));
    records.row([
        code,
        name,
        industry,
        industry_name,
        class(entry),
        exact(entry.location_quotient),
        exact(entry.location_quotient_change),
        exact(entry.growth),
        exact(entry.reference_growth),
        exact(entry.benchmark_growth),
        exact(entry.amount),
        exact(entry.relative_size),
        entry.reason.clone(),
    ]);
}
