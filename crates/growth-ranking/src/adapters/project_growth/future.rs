//! Given totals of the benchmark: read by industry, and placed after the last period.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Period};
use growthpole_methods::growth::projection::FutureTotals;
use growthpole_worker_kit::reading::industry_code;

/// Periods after the last that totals may be of.
const FARTHEST: usize = 50;

/// Reads given totals, in the order of their periods.
pub(super) fn read(
    given: &[v1::FutureTotals],
    panel: &Panel,
    last: Period,
) -> Result<(Vec<FutureTotals>, Vec<Period>), Refusal> {
    let mut read: Vec<(FutureTotals, Period)> = Vec::with_capacity(given.len());
    for (position, totals) in given.iter().enumerate() {
        let field = format!("gerfin.future[{position}]");
        let (step, period) = step(&format!("{field}.period"), &totals.period, last)?;
        if read.iter().any(|(other, _)| other.step == step) {
            return Err(Refusal::invalid(&format!("{field}.period"), period, "each period once"));
        }
        read.push((FutureTotals { step, totals: by_industry(&field, &totals.industries, panel)? }, period));
    }
    read.sort_by_key(|(totals, _)| totals.step);
    Ok(read.into_iter().unzip())
}

/// How many periods after the last one a period is.
fn step(field: &str, sent: &str, last: Period) -> Result<(usize, Period), Refusal> {
    let allowed = format!("a period after {last}, of its frequency, and at most {FARTHEST} after it");
    let refused = || Refusal::invalid(field, format!("\"{sent}\""), &allowed);
    let period: Period = sent.parse().map_err(|_| refused())?;
    let mut candidate = last;
    for step in 1..=FARTHEST {
        candidate = candidate.next();
        if candidate == period {
            return Ok((step, period));
        }
    }
    Err(refused())
}

/// A total for each industry of the panel, in its order.
fn by_industry(field: &str, given: &[v1::IndustryTotal], panel: &Panel) -> Result<Vec<f64>, Refusal> {
    let columns = panel.axes.n_columns();
    let mut totals: Vec<Option<f64>> = vec![None; columns];
    for (position, own) in given.iter().enumerate() {
        let field = format!("{field}.industries[{position}]");
        let Some(column) = (0..columns).find(|&column| industry_code(panel, column) == own.industry) else {
            let sent = format!("\"{}\"", own.industry);
            return Err(Refusal::invalid(&format!("{field}.industry"), sent, "an industry of the selection"));
        };
        if !(own.value.is_finite() && (own.value == 0.0 || (1e-100..=1e100).contains(&own.value))) {
            return Err(Refusal::invalid(&format!("{field}.value"), own.value, "an amount that is not negative"));
        }
        if totals[column].replace(own.value).is_some() {
            return Err(Refusal::invalid(&format!("{field}.industry"), &own.industry, "each industry once"));
        }
    }
    let missing = totals.iter().position(Option::is_none).map(|column| industry_code(panel, column));
    match missing {
        Some(code) => {
            let sent = format!("no total of {code}");
            Err(Refusal::invalid(&format!("{field}.industries"), sent, "a total of every industry of the selection"))
        }
        None => Ok(totals.into_iter().flatten().collect()),
    }
}
