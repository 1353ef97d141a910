//! Whether computed figures agree with expected ones, and with what is listed as not met.

use serde::Deserialize;

use super::figures::{Figures, Path, Value};

/// How far figures may differ: by either of the two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// As a fraction of the expected number.
    pub relative: f64,
    /// In the figure's own unit.
    pub absolute: f64,
}

/// What holds unless a case states another tolerance with its reason.
pub const TOLERANCE: Tolerance = Tolerance { relative: 1e-9, absolute: 1e-12 };

/// Another tolerance for some figures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToleranceOf {
    /// Patterns of paths.
    pub fields: Vec<String>,
    /// As a fraction of the expected number.
    #[serde(default)]
    pub relative: f64,
    /// In the figure's own unit.
    #[serde(default)]
    pub absolute: f64,
    /// Why the usual one does not do.
    pub reason: String,
}

/// Figures of a case that are not met.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmet {
    /// Patterns of paths.
    pub fields: Vec<String>,
    /// Why.
    pub reason: String,
}

/// What a case says beside its figures.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms<'a> {
    /// Other tolerances.
    pub tolerances: &'a [ToleranceOf],
    /// What is not met.
    pub unmet: &'a [Unmet],
}

impl Terms<'_> {
    /// Whether the figure is listed as not met.
    pub fn excuses(&self, path: &Path) -> bool {
        self.unmet.iter().flat_map(|unmet| &unmet.fields).any(|pattern| path.matches(pattern))
    }

    fn tolerance(&self, path: &Path) -> Tolerance {
        let own = self.tolerances.iter().find(|own| own.fields.iter().any(|pattern| path.matches(pattern)));
        own.map_or(TOLERANCE, |own| Tolerance { relative: own.relative, absolute: own.absolute })
    }

    /// Patterns that name no figure of the case.
    pub fn idle(&self, expected: &Figures) -> Vec<String> {
        let patterns = self.unmet.iter().flat_map(|unmet| &unmet.fields);
        let patterns = patterns.chain(self.tolerances.iter().flat_map(|own| &own.fields));
        let idle = patterns.filter(|pattern| !expected.iter().any(|(path, _)| path.matches(pattern)));
        idle.map(|pattern| format!("{pattern} is listed, and the case does not hold it")).collect()
    }

    /// Exceptions without a reason.
    fn faults(&self) -> impl Iterator<Item = String> {
        let reasons = self.tolerances.iter().map(|own| &own.reason).chain(self.unmet.iter().map(|unmet| &unmet.reason));
        reasons.filter(|reason| reason.trim().is_empty()).map(|_| "an exception without a reason".to_owned())
    }
}

/// Compares figures; a sentence for everything that is wrong.
///
/// Every expected figure is met, or listed as not met and indeed not met. Nothing is computed that the case does not hold.
pub fn compare(expected: &Figures, computed: &Figures, terms: Terms<'_>) -> Vec<String> {
    let mut faults: Vec<String> = terms.faults().collect();
    for (path, expected) in expected.iter() {
        let computed = computed.get(path);
        let agrees = computed.is_some_and(|computed| agree(expected, computed, terms.tolerance(path)));
        match (agrees, terms.excuses(path), computed) {
            (true, false, _) | (false, true, _) => {}
            (true, true, _) => faults.push(format!("{path} is listed as not met, and it is met")),
            (false, false, Some(computed)) => {
                faults.push(format!("{path} is {}, expected {}", show(computed), show(expected)))
            }
            (false, false, None) => faults.push(format!("{path} is neither computed nor listed as not met")),
        }
    }
    let unknown = computed.iter().filter(|(path, _)| expected.get(path).is_none() && !terms.excuses(path));
    faults.extend(unknown.map(|(path, _)| format!("{path} is computed, and the case does not hold it")));
    faults
}

/// Whether two figures agree.
pub fn agree(expected: &Value, computed: &Value, tolerance: Tolerance) -> bool {
    match (expected, computed) {
        (Value::Number(expected), Value::Number(computed)) => {
            (expected - computed).abs() <= (tolerance.relative * expected.abs()).max(tolerance.absolute)
        }
        (Value::Text(expected), Value::Text(computed)) => expected == computed,
        (Value::Undefined, Value::Undefined) => true,
        _ => false,
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("\"{text}\""),
        Value::Undefined => "undefined".to_owned(),
    }
}

/// Sums many faults up: how many, and the first few.
pub fn summary(faults: &[String]) -> String {
    let first = faults.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
    if faults.len() > 5 { format!("{first}; and {} more", faults.len() - 5) } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(values: &[(&str, f64)]) -> Figures {
        let mut figures = Figures::default();
        figures.put_all("result", values.iter().copied());
        figures
    }

    fn unmet(field: &str, reason: &str) -> [Unmet; 1] {
        [Unmet { fields: vec![field.to_owned()], reason: reason.to_owned() }]
    }

    #[test]
    fn agrees_to_the_tolerance_and_not_beyond() {
        let expected = figures(&[("a", 1.0), ("zero", 0.0)]);
        assert!(compare(&expected, &figures(&[("a", 1.0 + 9e-10), ("zero", 9e-13)]), Terms::default()).is_empty());
        assert_eq!(compare(&expected, &figures(&[("a", 1.0 + 2e-9), ("zero", 2e-12)]), Terms::default()).len(), 2);
    }

    #[test]
    fn what_is_missing_or_too_much_is_a_fault() {
        let expected = figures(&[("a", 1.0), ("b", 2.0)]);
        let faults = compare(&expected, &figures(&[("a", 1.0)]), Terms::default());
        assert_eq!(faults, ["result/b is neither computed nor listed as not met"]);
        let faults = compare(&figures(&[("a", 1.0)]), &expected, Terms::default());
        assert_eq!(faults, ["result/b is computed, and the case does not hold it"]);
    }

    #[test]
    fn a_known_failure_must_go_on_failing_and_have_a_reason() {
        let expected = figures(&[("a", 1.0)]);
        let known = unmet("result/a", "not built");
        let terms = Terms { unmet: &known, tolerances: &[] };
        assert!(compare(&expected, &figures(&[]), terms).is_empty());
        assert!(compare(&expected, &figures(&[("a", 3.0)]), terms).is_empty());
        assert_eq!(
            compare(&expected, &figures(&[("a", 1.0)]), terms),
            ["result/a is listed as not met, and it is met"]
        );
        let silent = unmet("result/a", " ");
        let terms = Terms { unmet: &silent, tolerances: &[] };
        assert_eq!(compare(&expected, &figures(&[]), terms), ["an exception without a reason"]);
    }

    #[test]
    fn undefined_agrees_with_undefined_only() {
        let expected = figures(&[("a", f64::NAN)]);
        assert!(compare(&expected, &figures(&[("a", f64::INFINITY)]), Terms::default()).is_empty());
        assert_eq!(compare(&expected, &figures(&[("a", 0.0)]), Terms::default()).len(), 1);
    }
}
