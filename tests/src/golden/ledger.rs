//! What is not met, case by case, with the reason: `tests/golden/not_applicable.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::compare::{Terms, ToleranceOf, Unmet};

/// The list.
#[derive(Debug, Clone)]
pub struct Ledger {
    not_applicable: BTreeMap<String, String>,
    unmet: BTreeMap<String, Vec<Unmet>>,
    tolerances: BTreeMap<String, Vec<ToleranceOf>>,
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    not_applicable: Vec<NotApplicable>,
    partly: Vec<Partly>,
    tolerance: Vec<Tolerances>,
}

/// Cases that are not met at all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotApplicable {
    reason: String,
    cases: Vec<String>,
}

/// Fields of cases that are met otherwise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Partly {
    reason: String,
    cases: Vec<String>,
    fields: Vec<String>,
}

/// Fields of cases that are met within another tolerance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tolerances {
    reason: String,
    cases: Vec<String>,
    fields: Vec<String>,
    #[serde(default)]
    relative: f64,
    #[serde(default)]
    absolute: f64,
}

impl Ledger {
    /// Reads the list of this repository.
    ///
    /// # Errors
    ///
    /// A file that is not such a list, a case without a reason, or one that is listed twice.
    pub fn read() -> Result<Self, String> {
        let path = format!("{}/not_applicable.toml", super::DIRECTORY);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut ledger = Self { not_applicable: BTreeMap::new(), unmet: BTreeMap::new(), tolerances: BTreeMap::new() };
        for entry in file.not_applicable {
            for case in entry.cases {
                if entry.reason.trim().is_empty() {
                    return Err(format!("{case} is listed without a reason"));
                }
                if ledger.not_applicable.insert(case.clone(), entry.reason.clone()).is_some() {
                    return Err(format!("{case} is listed twice"));
                }
            }
        }
        for entry in file.partly {
            let unmet = Unmet { fields: entry.fields, reason: entry.reason };
            for case in entry.cases {
                if ledger.not_applicable.contains_key(&case) {
                    return Err(format!("{case} is listed as not applicable and as partly met"));
                }
                ledger.unmet.entry(case).or_default().push(unmet.clone());
            }
        }
        for entry in file.tolerance {
            let Tolerances { reason, cases, fields, relative, absolute } = entry;
            let tolerance = ToleranceOf { fields, relative, absolute, reason };
            for case in cases {
                ledger.tolerances.entry(case).or_default().push(tolerance.clone());
            }
        }
        Ok(ledger)
    }

    /// Why a case is not met, where it is listed.
    pub fn reason(&self, case: &str) -> Option<&str> {
        self.not_applicable.get(case).map(String::as_str)
    }

    /// Tolerances of a case, and what of it is not met.
    pub fn terms(&self, case: &str) -> Terms<'_> {
        Terms {
            tolerances: self.tolerances.get(case).map(Vec::as_slice).unwrap_or_default(),
            unmet: self.unmet.get(case).map(Vec::as_slice).unwrap_or_default(),
        }
    }

    /// All cases that are named anywhere.
    pub fn cases(&self) -> impl Iterator<Item = &str> {
        self.not_applicable.keys().chain(self.unmet.keys()).chain(self.tolerances.keys()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_a_reason_and_stands_once() {
        let rest = "partly = []\ntolerance = []\n";
        let entry = |reason: &str| format!("[[not_applicable]]\nreason = \"{reason}\"\ncases = [\"a\"]\n");
        let text = format!("{rest}{}", entry("method not built yet"));
        assert_eq!(Ledger::parse(&text).unwrap().reason("a"), Some("method not built yet"));
        let text = format!("{rest}{}", entry(" "));
        assert_eq!(Ledger::parse(&text).unwrap_err(), "a is listed without a reason");
        let text = format!("{rest}{}{}", entry("one"), entry("two"));
        assert_eq!(Ledger::parse(&text).unwrap_err(), "a is listed twice");
    }
}
