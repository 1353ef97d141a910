//! What a reader found wrong with its input.

use std::collections::BTreeMap;
use std::fmt;

use growthpole_domain::ObservationStatus;

/// How many findings a report holds in full; the others are only counted.
pub const FINDINGS_IN_FULL: usize = 100;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is imported.
    Error,
    /// The input is imported; somebody should look.
    Warning,
}

/// A rule that the input broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The input has no header.
    NoHeader,
    /// The header lacks a column.
    MissingColumn,
    /// The header names a column twice.
    DuplicateColumn,
    /// A quoted field has no end.
    UnclosedQuote,
    /// A record has more or fewer fields than the header.
    WrongFieldCount,
    /// An indicator is empty.
    EmptyIndicator,
    /// A region is empty.
    EmptyRegion,
    /// A period has none of the forms that are read.
    BadPeriod,
    /// A value is no number.
    BadNumber,
    /// A value is infinite or no number by name.
    NotFinite,
    /// A status is not in the code list.
    UnknownStatus,
    /// A status says that the value is missing, and there is one.
    ValueWithMissingStatus,
    /// A key stands twice, with different values or statuses.
    ConflictingDuplicate,
    /// A key stands twice, with the same value and status; the first is kept.
    RepeatedDuplicate,
    /// A status says that the value is normal, and there is none.
    NormalStatusWithoutValue,
    /// A column is not read.
    ColumnNotRead,
}

impl Rule {
    /// How bad it is to break it.
    pub fn severity(self) -> Severity {
        match self {
            Self::RepeatedDuplicate | Self::NormalStatusWithoutValue | Self::ColumnNotRead => Severity::Warning,
            Self::NotUtf8
            | Self::NoHeader
            | Self::MissingColumn
            | Self::DuplicateColumn
            | Self::UnclosedQuote
            | Self::WrongFieldCount
            | Self::EmptyIndicator
            | Self::EmptyRegion
            | Self::BadPeriod
            | Self::BadNumber
            | Self::NotFinite
            | Self::UnknownStatus
            | Self::ValueWithMissingStatus
            | Self::ConflictingDuplicate => Severity::Error,
        }
    }

    /// The name that programs match on; stable.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "NOT_UTF8",
            Self::NoHeader => "NO_HEADER",
            Self::MissingColumn => "MISSING_COLUMN",
            Self::DuplicateColumn => "DUPLICATE_COLUMN",
            Self::UnclosedQuote => "UNCLOSED_QUOTE",
            Self::WrongFieldCount => "WRONG_FIELD_COUNT",
            Self::EmptyIndicator => "EMPTY_INDICATOR",
            Self::EmptyRegion => "EMPTY_REGION",
            Self::BadPeriod => "BAD_PERIOD",
            Self::BadNumber => "BAD_NUMBER",
            Self::NotFinite => "NOT_FINITE",
            Self::UnknownStatus => "UNKNOWN_STATUS",
            Self::ValueWithMissingStatus => "VALUE_WITH_MISSING_STATUS",
            Self::ConflictingDuplicate => "CONFLICTING_DUPLICATE",
            Self::RepeatedDuplicate => "REPEATED_DUPLICATE",
            Self::NormalStatusWithoutValue => "NORMAL_STATUS_WITHOUT_VALUE",
            Self::ColumnNotRead => "COLUMN_NOT_READ",
        }
    }

    /// What the rule asks for, for people.
    pub fn demand(self) -> &'static str {
        match self {
            Self::NotUtf8 => "the input is in UTF-8",
            Self::NoHeader => "the first line names the columns",
            Self::MissingColumn => "the header has this column",
            Self::DuplicateColumn => "the header names each column once",
            Self::UnclosedQuote => "every quoted field has an end",
            Self::WrongFieldCount => "every record has as many fields as the header",
            Self::EmptyIndicator => "every record names an indicator",
            Self::EmptyRegion => "every record names a region",
            Self::BadPeriod => "a period is like 2015, 2015-S1, 2015-Q1, 2015-03 or 2015-W07",
            Self::BadNumber => "a value is a decimal number with a point, or empty",
            Self::NotFinite => "a value is finite; where there is none, the field is empty",
            Self::UnknownStatus => "a status is a code of the SDMX list CL_OBS_STATUS",
            Self::ValueWithMissingStatus => "a status of a missing value has no value",
            Self::ConflictingDuplicate => "indicator, region, industry and period stand once, or with the same value",
            Self::RepeatedDuplicate => "indicator, region, industry and period stand once; the first was kept",
            Self::NormalStatusWithoutValue => "a normal value is there",
            Self::ColumnNotRead => "every column is one that is read",
        }
    }
}

/// One place where the input broke a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line, from 1, on which the record starts.
    pub line: u64,
    /// Name of the column; empty when it is about the whole record or input.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// The rule.
    pub rule: Rule,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", column {}", self.column)?;
        }
        write!(f, ": \"{}\" ({}: {})", self.value, self.rule.code(), self.rule.demand())
    }
}

/// What a reader found wrong with its input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Records that were read, without the header.
    pub records: u64,
    /// Cells that were read, with and without a value.
    pub cells: u64,
    /// Cells without a value, the suppressed ones among them.
    pub missing: u64,
    /// Cells without a value that the source suppressed (status `Q`).
    pub suppressed: u64,
    /// How often each rule was broken.
    pub counts: BTreeMap<Rule, u64>,
    /// The first hundred findings, in the order of the checks.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Counts a finding, and keeps it while there is room.
    pub(crate) fn add(&mut self, rule: Rule, line: u64, column: &str, value: &str) {
        *self.counts.entry(rule).or_default() += 1;
        if self.findings.len() < FINDINGS_IN_FULL {
            self.findings.push(Finding { line, column: column.to_owned(), value: shortened(value), rule });
        }
    }

    /// Counts a cell.
    pub(crate) fn count_cell(&mut self, is_missing: bool, status: ObservationStatus) {
        self.cells += 1;
        self.missing += u64::from(is_missing);
        self.suppressed += u64::from(is_missing && status == ObservationStatus::SUPPRESSED);
    }

    /// Number of errors.
    pub fn errors(&self) -> u64 {
        self.count(Severity::Error)
    }

    /// Number of warnings.
    pub fn warnings(&self) -> u64 {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> u64 {
        self.counts.iter().filter(|(rule, _)| rule.severity() == severity).map(|(_, count)| count).sum()
    }
}

/// A value of any length must not make a report of any length.
fn shortened(value: &str) -> String {
    const LONGEST: usize = 200;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} errors and {} warnings in {} records", self.errors(), self.warnings(), self.records)?;
        let first = self.findings.iter().find(|finding| finding.rule.severity() == Severity::Error);
        first.map_or(Ok(()), |finding| write!(f, "; first: {finding}"))
    }
}

impl std::error::Error for Report {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_all_and_keeps_a_hundred() {
        let mut report = Report::default();
        for line in 0..250 {
            report.add(Rule::BadNumber, line, "value", "x");
        }
        report.add(Rule::RepeatedDuplicate, 251, "", "");
        assert_eq!((report.errors(), report.warnings(), report.findings.len()), (250, 1, FINDINGS_IN_FULL));
    }

    #[test]
    fn shortens_long_values_between_letters() {
        let mut report = Report::default();
        report.add(Rule::BadNumber, 1, "value", &"长".repeat(1000));
        assert_eq!(report.findings.first().map(|finding| finding.value.chars().count()), Some(201));
        assert!(report.to_string().starts_with("1 errors and 0 warnings in 0 records; first: line 1, column value"));
    }
}
