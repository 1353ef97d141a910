//! Plan files: everything that a division may be asked for, in TOML.
//!
//! Sections say what a bureau decides: which cells, what a pair is worth, how many homes and focuses, which pairs, friction,
//! centres, how long is searched, and what is answered beside the plan. Options of the command line replace keys of the file.

mod sections;
#[cfg(test)]
mod tests;

use std::path::Path;

use growthpole_contracts::v1::{self, ProposeDivisionRequest};
use tonic::Status;
use tonic_types::StatusExt as _;

use super::located::Source;
use crate::failure::Failure;
use sections::Sections;

/// A file that was read.
#[derive(Debug, Clone)]
pub(super) struct PlanFile {
    source: Source,
    /// What it asks for.
    pub(super) request: ProposeDivisionRequest,
}

impl PlanFile {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Usage(format!("the plan file {name} cannot be read: {error}")))?;
        Self::parse(name, text)
    }

    fn parse(name: String, text: String) -> Result<Self, Failure> {
        let source = Source::new(name, text);
        let sections: Sections = source.read().map_err(|mistake| Failure::Usage(mistake.to_string()))?;
        let request =
            sections.request().map_err(|(key, text)| Failure::Usage(source.mistake(key, &text).to_string()))?;
        Ok(Self { source, request })
    }

    /// Where in the file stands what the service blames, one line a field; `replaced` are the keys that options replaced.
    pub(super) fn blamed(&self, status: &Status, replaced: &[&str]) -> Vec<String> {
        let details = status.get_error_details();
        let violations = details.bad_request().map(|request| request.field_violations.clone()).unwrap_or_default();
        let keys = violations.iter().filter_map(|violation| self.key(&violation.field));
        let own = keys.filter(|key| !replaced.iter().any(|replaced| is_below(key, replaced)));
        let mut lines: Vec<String> = own
            .filter_map(|key| self.source.find(&key))
            .map(|found| {
                let value = if found.value.is_empty() { String::new() } else { format!(" = {}", found.value) };
                format!("{}:{}: {}{value}", self.source.name(), found.line, found.key)
            })
            .collect();
        lines.dedup();
        lines
    }

    /// The key of the file that a field of the request comes from.
    fn key(&self, field: &str) -> Option<String> {
        if let Some(key) = self.key_by_code(field) {
            return Some(key);
        }
        let below = FIELDS.iter().filter(|(own, _)| is_below(field, own));
        let (own, key) = below.max_by_key(|(own, _)| own.len())?;
        Some(format!("{key}{}", &field[own.len()..]))
    }

    /// Lists of the request that are tables by code in the file.
    fn key_by_code(&self, field: &str) -> Option<String> {
        let (list, rest) = field.split_once('[')?;
        let at: usize = rest.split_once(']')?.0.parse().ok()?;
        let request = &self.request;
        Some(match list {
            "industry_homes" => format!("homes.industries.{}", request.industry_homes.get(at)?.industry),
            "activity_caps" => format!("homes.caps.{}", request.activity_caps.get(at)?.industry),
            "region_focuses" => format!("focuses.regions.{}", request.region_focuses.get(at)?.region),
            "complexity.given.numbers" => {
                let Some(v1::division_complexity::By::Given(given)) = &request.complexity.as_ref()?.by else {
                    return None;
                };
                format!("complexity.given.{}", given.numbers.get(at)?.industry)
            }
            "terms.outlook.given.numbers" => {
                let outlook = request.terms.as_ref()?.outlook.as_ref()?;
                let Some(v1::outlook_term::By::Given(given)) = &outlook.by else { return None };
                format!("value.outlook.given.{}", given.numbers.get(at)?.industry)
            }
            _ => return None,
        })
    }
}

/// Fields of the request, and the keys of the file that they come from.
const FIELDS: &[(&str, &str)] = &[
    ("selection", "selection"),
    ("selection.vintage.number", "selection.vintage"),
    ("selection.vintage.as_of", "selection.as_of"),
    ("selection.regions.codes.codes", "selection.regions"),
    ("selection.regions.group", "selection.group"),
    ("selection.regions.level", "selection.level"),
    ("selection.regions.children_of", "selection.children_of"),
    ("selection.industries.codes.codes", "selection.industries"),
    ("selection.industries.level", "selection.industry_level"),
    ("selection.periods", "selection.period"),
    ("value", "value.quotient"),
    ("weight_by_importance", "value.importance"),
    ("terms", "value"),
    ("terms.outlook.window.periods", "value.outlook.periods"),
    ("terms.outlook.window.indicator", "value.outlook.indicator"),
    ("complexity", "complexity"),
    ("complexity.computed.presence_threshold", "complexity.presence_threshold"),
    ("homes", "homes.each"),
    ("exits", "homes.exits"),
    ("focuses", "focuses.each"),
    ("balances", "focuses.balances"),
    ("pins", "pairs.pins"),
    ("bans", "pairs.bans"),
    ("minimum_presence", "pairs.minimum_presence"),
    ("industry_groups", "groups"),
    ("friction_weight", "friction.weight"),
    ("pair_weights", "friction.pairs"),
    ("frontier.friction_weights", "friction.frontier"),
    ("centre_rule", "centres"),
    ("centre_rule.centres", "centres.regions"),
    ("search", "search"),
    ("stability", "stability"),
    ("reallocation", "after"),
];

/// Whether a path is another one, or leads below it.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
