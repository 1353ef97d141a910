//! Sets of industries, found in the panel.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Warning};
use growthpole_worker_kit::convert::message;

use super::{INDUSTRIES_NOT_IN_DATA, NOT_GIVEN};

/// The classification whose sets are known where the request leaves them out.
const KNOWN_CLASSIFICATION: &str = "GB/T 4754";
const EXTRACTIVE: &[&str] = &["B"];
const FIRST_PROCESSING: &[&str] = &["C25", "C30", "C31", "C32", "D44"];
/// Mining and the six energy-intensive industries on which the NBS reports.
const OLD: &[&str] = &["B", "C25", "C26", "C30", "C31", "C32", "D44"];

/// A set of industries as columns of the panel, or the reason why there is none.
#[derive(Debug, Clone)]
pub(super) struct Set(pub(super) Result<Vec<usize>, &'static str>);

impl Set {
    /// The industries, as answers show them.
    pub(super) fn labels(&self, panel: &Panel) -> Vec<v1::IndustryLabel> {
        let columns = self.0.as_deref().unwrap_or_default();
        columns.iter().filter_map(|&column| panel.axes.industries.get(column)).map(message::industry_label).collect()
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.clone().and_then(|mut columns| {
            columns.extend(other.0.clone()?);
            columns.sort_unstable();
            columns.dedup();
            Ok(columns)
        }))
    }
}

/// The sets of a request.
#[derive(Debug)]
pub(super) struct Sets {
    pub(super) extractive: Set,
    pub(super) first_processing: Set,
    /// Both together.
    pub(super) resource: Set,
    pub(super) old: Set,
}

impl Sets {
    /// Finds the sets of a request in a panel; a default that the indicator lacks a part of is warned of, one that the caller
    /// named is refused.
    pub(super) fn find(
        asked: &v1::TransitionIndustries,
        panel: &Panel,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Refusal> {
        let mut absent = Vec::new();
        let mut set = |name: &str, given: &Option<v1::IndustryCodes>, default: &[&str]| {
            find(panel, name, given.as_ref(), default, &mut absent)
        };
        let extractive = set("extractive", &asked.extractive, EXTRACTIVE)?;
        let first_processing = set("first_processing", &asked.first_processing, FIRST_PROCESSING)?;
        let old = set("old", &asked.old, OLD)?;
        if !absent.is_empty() {
            absent.sort_unstable();
            absent.dedup();
            let indicator = &panel.indicator.code;
            let text =
                format!("{indicator} lacks industries of sets that are measured together, which have no figures");
            warnings.push(Warning::new(INDUSTRIES_NOT_IN_DATA, text).with_industries(absent));
        }
        Ok(Self { resource: extractive.and(&first_processing), extractive, first_processing, old })
    }
}

fn find(
    panel: &Panel,
    name: &str,
    given: Option<&v1::IndustryCodes>,
    default: &[&str],
    absent: &mut Vec<String>,
) -> Result<Set, Refusal> {
    let mut columns = Vec::new();
    let Some(given) = given else {
        if !panel.indicator.classification.starts_with(KNOWN_CLASSIFICATION) {
            return Ok(Set(Err(NOT_GIVEN)));
        }
        let lacking = default.iter().filter(|code| !add_columns(panel, code, &mut columns));
        let lacking: Vec<String> = lacking.map(|code| (*code).to_owned()).collect();
        if lacking.is_empty() {
            return Ok(Set(Ok(columns)));
        }
        absent.extend(lacking);
        return Ok(Set(Err(INDUSTRIES_NOT_IN_DATA)));
    };
    let field = format!("industries.{name}.codes");
    if given.codes.is_empty() {
        return Err(Refusal::invalid(&field, "nothing", "at least one code, or no set at all"));
    }
    for (at, code) in given.codes.iter().enumerate() {
        let before = columns.len();
        let found = add_columns(panel, code, &mut columns);
        let sent = || format!("\"{code}\"");
        if !found {
            let allowed = format!("a code of {}, or one directly above such a code", panel.indicator.code);
            return Err(Refusal::invalid(&format!("{field}[{at}]"), sent(), &allowed));
        }
        if columns[before..].iter().any(|column| columns[..before].contains(column)) {
            return Err(Refusal::invalid(&format!("{field}[{at}]"), sent(), "each industry once"));
        }
    }
    Ok(Set(Ok(columns)))
}

/// Adds the column of an industry, or those of the industries directly below it; tells whether there is one.
fn add_columns(panel: &Panel, code: &str, columns: &mut Vec<usize>) -> bool {
    let industries = panel.axes.industries.iter();
    let before = columns.len();
    if let Some(column) = industries.clone().position(|industry| industry.code == code) {
        columns.push(column);
    } else if !code.is_empty() {
        columns
            .extend(industries.enumerate().filter(|(_, industry)| industry.parent == code).map(|(column, _)| column));
    }
    columns.len() > before
}
