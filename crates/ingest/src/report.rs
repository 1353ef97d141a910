//! What a reader found wrong with its input.

mod rules;

use std::collections::BTreeMap;
use std::fmt;

use growthpole_domain::ObservationStatus;

pub use rules::{Rule, Severity};

/// How many findings a report holds in full; the others are only counted.
pub const FINDINGS_IN_FULL: usize = 100;

/// How many findings of each rule it holds in full, however many there are of others.
const FIRST_OF_EACH_RULE: u64 = 10;

/// What the numbers of places count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbered {
    /// Lines of text.
    #[default]
    Lines,
    /// Records, in a format without lines.
    Records,
}

/// One place where the input broke a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Member of an archive, or the file; empty where the caller knows which it is, and where it is about several.
    pub file: String,
    /// Line, from 1, on which the record starts, or the number of the record where the format has no lines; 0 where it is
    /// about no record.
    pub line: u64,
    /// Which of both.
    pub numbered: Numbered,
    /// Name of the column; empty when it is about the whole record or input.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// The rule.
    pub rule: Rule,
}

impl Finding {
    /// Where it is, as far as it is anywhere, and what stands there.
    fn place(&self) -> String {
        let file = (!self.file.is_empty()).then(|| self.file.clone());
        let line = match self.numbered {
            _ if self.line == 0 => None,
            Numbered::Lines => Some(format!("line {}", self.line)),
            Numbered::Records => Some(format!("record {}", self.line)),
        };
        let column = (!self.column.is_empty()).then(|| format!("column {}", self.column));
        // An empty value says something of a field, and nothing of a whole file.
        let has_value = line.is_some() || column.is_some() || !self.value.is_empty();
        let value = has_value.then(|| format!("\"{}\"", self.value));
        let place: Vec<String> = [file, line, column].into_iter().flatten().collect();
        let parts: Vec<String> =
            Some(place.join(", ")).filter(|place| !place.is_empty()).into_iter().chain(value).collect();
        parts.join(": ")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, rule) = (self.place(), self.rule);
        match place.as_str() {
            "" => write!(f, "{}: {}", rule.code(), rule.demand()),
            place => write!(f, "{place} ({}: {})", rule.code(), rule.demand()),
        }
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
    /// The first hundred errors and the first hundred warnings, in the order of the checks.
    pub findings: Vec<Finding>,
    /// Files, or members of an archive, in the order they were read, each with the lines of those before it.
    files: Vec<(u64, String)>,
    /// Number of the last line that a cell came from, counted through all files.
    last_line: u64,
    /// What lines are in the present file.
    numbered: Numbered,
}

/// How often a rule was broken, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The rule.
    pub rule: Rule,
    /// What it asks for, and where it was broken first.
    pub message: String,
    /// How often it was broken.
    pub count: u64,
}

impl Report {
    /// Says which file, or member of an archive, the next findings are about.
    pub fn enter(&mut self, file: &str) {
        self.files.retain(|(before, _)| *before < self.last_line);
        self.files.push((self.last_line, file.to_owned()));
        self.numbered = Numbered::Lines;
    }

    /// Says that what follows has records and no lines.
    pub(crate) fn number_records(&mut self) {
        self.numbered = Numbered::Records;
    }

    /// The line of a header; 0 where there are no lines.
    pub(crate) fn header_line(&self) -> u64 {
        match self.numbered {
            Numbered::Lines => 1,
            Numbered::Records => 0,
        }
    }

    /// Counts a line of the present file through all files.
    pub(crate) fn count_line(&mut self, line: u64) -> u64 {
        let line = self.files.last().map_or(0, |(before, _)| *before) + line;
        self.last_line = self.last_line.max(line);
        line
    }

    /// File and line of a line that was counted through all files.
    fn file_and_line(&self, line: u64) -> (&str, u64) {
        let file = self.files.iter().rev().find(|(before, _)| *before < line);
        file.map_or(("", line), |(before, file)| (file, line - before))
    }

    /// Names the place of a cell: `on line 7`, with its file where there are several.
    pub fn place_of_cell(&self, line: u64) -> String {
        let (file, line) = self.file_and_line(line);
        let place = match self.numbered {
            Numbered::Lines => format!("on line {line}"),
            Numbered::Records => format!("in record {line}"),
        };
        if self.files.len() > 1 { format!("{place} of {file}") } else { place }
    }

    /// Counts a finding about a cell, whose line is counted through all files.
    pub fn add_at_cell(&mut self, rule: Rule, line: u64, column: &str, value: &str) {
        let (file, line) = self.file_and_line(line);
        let file = file.to_owned();
        self.add_in(file, rule, line, column, value, 1);
    }

    /// Counts a finding about no record, but all that was read.
    pub fn add_overall(&mut self, rule: Rule, column: &str, value: &str) {
        let file = match self.files.as_slice() {
            [(_, only)] => only.clone(),
            _ => String::new(),
        };
        self.add_in(file, rule, 0, column, value, 1);
    }

    /// Counts a finding, and keeps it while there is room.
    pub fn add(&mut self, rule: Rule, line: u64, column: &str, value: &str) {
        self.add_many(rule, line, column, value, 1);
    }

    /// Counts several findings of which the first is given.
    pub(crate) fn add_many(&mut self, rule: Rule, line: u64, column: &str, value: &str, count: u64) {
        let file = self.files.last().map(|(_, file)| file.clone()).unwrap_or_default();
        self.add_in(file, rule, line, column, value, count);
    }

    fn add_in(&mut self, file: String, rule: Rule, line: u64, column: &str, value: &str, count: u64) {
        let known = self.counts.entry(rule).or_default();
        // However often another rule is broken: the first places of each are kept.
        let is_among_first = *known < FIRST_OF_EACH_RULE;
        *known += count;
        if is_among_first || self.kept(rule.severity()) < FINDINGS_IN_FULL {
            let (column, value, numbered) = (column.to_owned(), shortened(value), self.numbered);
            self.findings.push(Finding { file, line, numbered, column, value, rule });
        }
    }

    fn kept(&self, severity: Severity) -> usize {
        // At most two hundred, and ten of each rule, are there.
        self.findings.iter().filter(|finding| finding.rule.severity() == severity).count()
    }

    /// The rules of a severity that were broken, each once, with the first place.
    pub fn summaries(&self, severity: Severity) -> Vec<Summary> {
        let broken = self.counts.iter().filter(|(rule, _)| rule.severity() == severity);
        let summary = |(rule, count): (&Rule, &u64)| {
            let first = self.findings.iter().find(|finding| finding.rule == *rule);
            let place = first.map(Finding::place).filter(|place| !place.is_empty());
            let place = place.map(|place| format!("; first: {place}")).unwrap_or_default();
            Summary { rule: *rule, message: format!("{}{place}", rule.demand()), count: *count }
        };
        broken.map(summary).collect()
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
    fn counts_all_and_keeps_a_hundred_of_each_severity() {
        let mut report = Report::default();
        for line in 1..251 {
            report.add(Rule::BadNumber, line, "value", "x");
        }
        report.add(Rule::RepeatedDuplicate, 251, "", "");
        assert_eq!((report.errors(), report.warnings(), report.findings.len()), (250, 1, FINDINGS_IN_FULL + 1));
        let summaries = report.summaries(Severity::Error);
        let message = "a value is a decimal number with a point, or empty; first: line 1, column value: \"x\"";
        assert_eq!((summaries.len(), summaries[0].count, summaries[0].message.as_str()), (1, 250, message));
    }

    #[test]
    fn lines_of_cells_are_counted_through_all_files() {
        let mut report = Report::default();
        for file in ["archive", "empty", "one"] {
            report.enter(file);
        }
        assert_eq!((report.count_line(2), report.place_of_cell(2)), (2, "on line 2".into()));
        report.count_line(7);
        report.enter("two");
        assert_eq!((report.count_line(2), report.place_of_cell(9)), (9, "on line 2 of two".into()));
        report.add_at_cell(Rule::ConflictingDuplicate, 7, "", "");
        assert_eq!((report.findings[0].file.as_str(), report.findings[0].line), ("one", 7));
    }

    #[test]
    fn places_are_named_as_far_as_there_are_any() {
        let mut report = Report::default();
        report.enter("gdp.csv");
        report.add_overall(Rule::KindAssumed, "", "gdp");
        report.add_overall(Rule::PublishedAssumed, "", "");
        report.add_overall(Rule::BadDate, "published", "today");
        report.add(Rule::EmptyRegion, 7, "region", "");
        report.number_records();
        report.add(Rule::NotFinite, 7, "value", "inf");
        report.files.clear();
        report.add_overall(Rule::NoData, "", "");
        let places: Vec<String> = report.findings.iter().map(Finding::place).collect();
        let expected = [
            "gdp.csv: \"gdp\"",
            "gdp.csv",
            "gdp.csv, column published: \"today\"",
            "gdp.csv, line 7, column region: \"\"",
            "gdp.csv, record 7, column value: \"inf\"",
            "",
        ];
        assert_eq!(places, expected);
        let last = report.findings.last().map(ToString::to_string);
        assert_eq!(last.as_deref(), Some("NO_DATA: the file holds observations"));
        let messages: Vec<String> = report.summaries(Severity::Error).into_iter().map(|found| found.message).collect();
        assert_eq!(messages.first().map(String::as_str), Some("the file holds observations"));
        assert_eq!(report.place_of_cell(3), "in record 3");
    }

    #[test]
    fn what_is_about_all_files_names_none_of_them() {
        let mut report = Report::default();
        report.enter("one");
        report.count_line(1);
        report.enter("two");
        report.add_overall(Rule::KindAssumed, "", "gdp");
        assert_eq!(
            report.findings.first().map(ToString::to_string).as_deref(),
            Some(&*format!("\"gdp\" (KIND_ASSUMED: {})", Rule::KindAssumed.demand()))
        );
    }

    #[test]
    fn no_rule_leaves_another_without_its_first_places() {
        let mut report = Report::default();
        (0..500).for_each(|line| report.add(Rule::RepeatedDuplicate, line, "", ""));
        (0..20).for_each(|line| report.add(Rule::NotTheSum, line, "", "x"));
        let of = |rule| report.findings.iter().filter(|finding| finding.rule == rule).count();
        assert_eq!((of(Rule::RepeatedDuplicate), of(Rule::NotTheSum)), (FINDINGS_IN_FULL, 10));
    }

    #[test]
    fn shortens_long_values_between_letters() {
        let mut report = Report::default();
        report.add(Rule::BadNumber, 1, "value", &"长".repeat(1000));
        assert_eq!(report.findings.first().map(|finding| finding.value.chars().count()), Some(201));
        assert!(report.to_string().starts_with("1 errors and 0 warnings in 0 records; first: line 1, column value"));
    }
}
