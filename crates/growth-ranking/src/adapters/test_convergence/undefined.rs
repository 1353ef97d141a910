//! Parts of the analysis that the data do not allow.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_methods::Stopped;
use growthpole_worker_kit::refuse;

/// A part of the analysis that is undefined.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Undefined {
    part: String,
    reason: &'static str,
    text: String,
    /// The field whose choice makes it undefined, and what would do.
    blamed: Option<(&'static str, &'static str)>,
    metadata: Vec<(&'static str, String)>,
}

/// Why there is no part.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NoPart {
    /// The data do not allow it.
    Undefined(Undefined),
    /// The call is refused.
    Refused(Refusal),
}

impl Undefined {
    pub(super) fn new(part: impl Into<String>, reason: &'static str, text: impl Into<String>) -> Self {
        Self { part: part.into(), reason, text: text.into(), blamed: None, metadata: Vec::new() }
    }

    /// Names the field whose choice makes it undefined, and what is allowed.
    pub(super) fn blame(mut self, field: &'static str, allowed: &'static str) -> Self {
        self.blamed = Some((field, allowed));
        self
    }

    /// Names a region, period or term.
    pub(super) fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.metadata.push((key, value.into()));
        self
    }

    /// As an answer lists it.
    pub(super) fn message(self) -> v1::UndefinedConvergence {
        v1::UndefinedConvergence { part: self.part, reason: self.reason.to_owned(), text: self.text }
    }

    /// As the refusal of a call that asked for it.
    pub(super) fn refusal(self) -> Refusal {
        let refusal = match self.blamed {
            Some((field, allowed)) => Refusal::invalid(field, self.text, allowed),
            None => Refusal::new(Reason::UndefinedOnData, self.text),
        };
        let metadata = self.metadata.into_iter();
        metadata.fold(refusal, |refusal, (key, value)| refusal.with_metadata(key, value))
    }
}

impl From<Undefined> for NoPart {
    fn from(undefined: Undefined) -> Self {
        Self::Undefined(undefined)
    }
}

impl From<Refusal> for NoPart {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Stopped> for NoPart {
    fn from(stopped: Stopped) -> Self {
        Self::Refused(refuse::stopped(stopped))
    }
}
