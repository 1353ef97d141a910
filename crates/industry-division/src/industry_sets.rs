//! Sets of industries that a request names or leaves to the classification, found in a panel.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_worker_kit::convert::message;

/// The classification whose sets are known where a request leaves them out.
const KNOWN_CLASSIFICATION: &str = "GB/T 4754";

/// Mining.
pub(crate) const EXTRACTIVE: &[&str] = &["B"];
/// First processing of minerals and fuels.
pub(crate) const FIRST_PROCESSING: &[&str] = &["C25", "C30", "C31", "C32", "D44"];
/// Mining and the six energy-intensive industries on which the NBS reports.
pub(crate) const OLD: &[&str] = &["B", "C25", "C26", "C30", "C31", "C32", "D44"];

/// What a set that a request leaves out is in a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoSet {
    /// The classification has none of its own.
    NotGiven,
    /// The indicator lacks these industries of it.
    Lacks(Vec<String>),
}

/// Finds a set as columns of a panel: the one that the request names in `field`, or else the classification's.
///
/// # Errors
///
/// A refusal of a code that the panel does not have, of one twice, and of no code.
pub(crate) fn find(
    panel: &Panel,
    field: &str,
    given: Option<&v1::IndustryCodes>,
    default: &[&str],
) -> Result<Result<Vec<usize>, NoSet>, Refusal> {
    match given {
        Some(given) => named(panel, &format!("{field}.codes"), &given.codes).map(Ok),
        None if panel.indicator.classification.starts_with(KNOWN_CLASSIFICATION) => Ok(known(panel, default)),
        None => Ok(Err(NoSet::NotGiven)),
    }
}

fn known(panel: &Panel, codes: &[&str]) -> Result<Vec<usize>, NoSet> {
    let mut columns = Vec::new();
    let lacking = codes.iter().filter(|code| !add_columns(panel, code, &mut columns));
    let lacking: Vec<String> = lacking.map(|code| (*code).to_owned()).collect();
    if lacking.is_empty() { Ok(columns) } else { Err(NoSet::Lacks(lacking)) }
}

fn named(panel: &Panel, field: &str, codes: &[String]) -> Result<Vec<usize>, Refusal> {
    if codes.is_empty() {
        return Err(Refusal::invalid(field, "nothing", "at least one code, or no set at all"));
    }
    let mut columns: Vec<usize> = Vec::new();
    for (at, code) in codes.iter().enumerate() {
        let before = columns.len();
        let refused = |allowed: &str| Refusal::invalid(&format!("{field}[{at}]"), format!("\"{code}\""), allowed);
        if !add_columns(panel, code, &mut columns) {
            let allowed = format!("a code of {}, or one directly above such a code", panel.indicator.code);
            return Err(refused(&allowed));
        }
        if columns[before..].iter().any(|column| columns[..before].contains(column)) {
            return Err(refused("each industry once"));
        }
    }
    Ok(columns)
}

/// Adds the column of an industry, or those of the industries directly below it; tells whether there is one.
fn add_columns(panel: &Panel, code: &str, columns: &mut Vec<usize>) -> bool {
    let industries = panel.axes.industries.iter();
    let before = columns.len();
    if let Some(column) = industries.clone().position(|industry| industry.code == code) {
        columns.push(column);
    } else if !code.is_empty() {
        let below = industries.enumerate().filter(|(_, industry)| industry.parent == code);
        columns.extend(below.map(|(column, _)| column));
    }
    columns.len() > before
}

/// Industries in these columns, as answers show them.
pub(crate) fn labels(panel: &Panel, columns: &[usize]) -> Vec<v1::IndustryLabel> {
    columns.iter().filter_map(|&column| panel.axes.industries.get(column)).map(message::industry_label).collect()
}
