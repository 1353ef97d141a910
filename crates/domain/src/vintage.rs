//! Vintages and what they hold.

use crate::{DatedPrecision, ObservationStatus, Period};

/// A dated, immutable publication of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VintageInfo {
    /// Number, from 1, in the order in which vintages were taken in; see [`Self::published`] for when they came out.
    pub number: u32,
    /// Day of publication.
    pub published: jiff::civil::Date,
    /// How exactly that day is known.
    pub precision: DatedPrecision,
    /// Short name.
    pub label: String,
    /// What was known then, and what was compiled later.
    pub note: String,
    /// SHA-256 of the manifest, in hexadecimal digits.
    pub digest: String,
    /// What it holds, by indicator code.
    pub coverage: Vec<Coverage>,
    /// Why and when it was taken back; none while it stands.
    pub retracted: Option<Retraction>,
}

/// That a vintage was taken back: it answers by its number only, so that what was computed from it can be computed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retraction {
    /// When.
    pub at: jiff::Timestamp,
    /// Why, for people.
    pub reason: String,
}

impl VintageInfo {
    /// The first day on which it was certainly published: the last day of a month or year, where no more is known.
    pub fn known_from(&self) -> jiff::civil::Date {
        self.precision.last_day(self.published)
    }

    /// What it holds of an indicator.
    pub fn coverage_of(&self, indicator: &str) -> Option<&Coverage> {
        self.coverage.iter().find(|coverage| coverage.indicator == indicator)
    }

    /// Number of observations.
    pub fn observation_count(&self) -> u64 {
        self.coverage.iter().map(|coverage| coverage.observations).sum()
    }
}

/// What a vintage holds of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Indicator code.
    pub indicator: String,
    /// First period with an observation.
    pub first: Period,
    /// Last period with an observation.
    pub last: Period,
    /// Number of observations.
    pub observations: u64,
    /// SHA-256 of the stored table, in hexadecimal digits.
    pub table_digest: String,
    /// Size of the stored table.
    pub table_bytes: u64,
}

/// One published figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Region code.
    pub region: String,
    /// Industry code; empty for indicators without industries.
    pub industry: String,
    /// Indicator code.
    pub indicator: String,
    /// Period.
    pub period: Period,
    /// Value in the indicator's unit; none where the source gives none.
    pub value: Option<f64>,
    /// Status.
    pub status: ObservationStatus,
    /// What to know about this figure.
    pub note: String,
    /// Where it was found.
    pub source: String,
    /// The source's own flag, verbatim; empty where it gives none.
    pub flag: String,
}

impl Observation {
    /// The order that observations are stored and listed in.
    pub fn sort_key(&self) -> (&str, Period, &str, &str) {
        (&self.indicator, self.period, &self.region, &self.industry)
    }
}
