//! Vintages and what they hold.

use crate::{DatedPrecision, ObservationStatus, Period};

/// A dated, immutable publication of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VintageInfo {
    /// Number, from 1, in order of publication.
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
}

impl VintageInfo {
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
}

impl Observation {
    /// The order that observations are stored and listed in.
    pub fn sort_key(&self) -> (&str, Period, &str, &str) {
        (&self.indicator, self.period, &self.region, &self.industry)
    }
}
