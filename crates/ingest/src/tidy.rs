//! Tidy CSV: one observation a record (RFC 4180, UTF-8, columns by name in any order).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use csv::StringRecord;
use growthpole_domain::{Observation, ObservationStatus, Period};

use crate::report::{Report, Rule};

/// Which column holds what. The default names the columns as the fields are named.
///
/// Indicator, region, period and value must be there. Industry, status, note and source may be absent under their
/// default names; under a name of the caller's own they must be there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnMapping {
    /// Column of indicator codes.
    pub indicator: String,
    /// Column of region codes.
    pub region: String,
    /// Column of industry codes; empty cells for indicators without industries.
    pub industry: String,
    /// Column of periods.
    pub period: String,
    /// Column of values; empty cells where there is none.
    pub value: String,
    /// Column of statuses; empty cells for normal and for missing values.
    pub status: String,
    /// Column of notes.
    pub note: String,
    /// Column of sources.
    pub source: String,
}

impl Default for ColumnMapping {
    fn default() -> Self {
        let [indicator, region, industry, period, value, status, note, source] =
            ["indicator", "region", "industry", "period", "value", "status", "note", "source"].map(str::to_owned);
        Self { indicator, region, industry, period, value, status, note, source }
    }
}

/// Reads observations from tidy CSV, in the order of the input.
///
/// An empty value is a missing one: its status is `O` unless the record gives another. Nothing is trimmed, and no text
/// but the empty one stands for "missing".
///
/// # Errors
///
/// The report, when it holds an error: then nothing is to be imported. A report that holds only warnings comes with the
/// observations.
pub fn read(bytes: &[u8], mapping: &ColumnMapping) -> Result<(Vec<Observation>, Report), Report> {
    let (rows, report) = read_rows(bytes, mapping)?;
    Ok((rows.into_iter().map(|row| row.observation).collect(), report))
}

/// An observation and where it stands, for checks that only the caller can make.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Line, from 1, on which the record starts.
    pub line: u64,
    /// The observation.
    pub observation: Observation,
}

/// Reads like [`read`], with the line of every observation.
///
/// # Errors
///
/// As [`read`].
pub fn read_rows(bytes: &[u8], mapping: &ColumnMapping) -> Result<(Vec<Row>, Report), Report> {
    let mut report = Report::default();
    let rows = text_of(bytes, &mut report).map(|text| read_text(text, mapping, &mut report)).unwrap_or_default();
    let rows = without_duplicates(rows, &mut report);
    if report.errors() > 0 { Err(report) } else { Ok((rows, report)) }
}

fn text_of<'a>(bytes: &'a [u8], report: &mut Report) -> Option<&'a str> {
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let (before, after) = bytes.split_at(error.valid_up_to());
            let wrong: Vec<String> = after.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            report.add(Rule::UndecodableText, 1 + line_ends(before), "", &wrong.join(" "));
            None
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn read_text(text: &str, mapping: &ColumnMapping, report: &mut Report) -> Vec<Row> {
    if let Some(line) = line_of_unclosed_quote(text) {
        report.add(Rule::UnclosedQuote, line, "", "");
        return Vec::new();
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) if header.iter().any(|name| !name.is_empty()) => header.clone(),
        Ok(_) | Err(_) => {
            report.add(Rule::NoHeader, 1, "", "");
            return Vec::new();
        }
    };
    let Some(columns) = Columns::find(&header, mapping, report) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    // The text is UTF-8 and records may be of any length, so that the reader has nothing left to refuse.
    while reader.read_record(&mut record).unwrap_or(false) {
        report.records += 1;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() == header.len() {
            rows.extend(columns.read(&record, line, report).map(|observation| Row { line, observation }));
        } else {
            report.add(Rule::WrongFieldCount, line, "", &record.len().to_string());
        }
    }
    rows
}

/// Quotes stand in pairs in every RFC 4180 text, within quoted fields too. The CSV reader accepts an odd one and takes
/// all that follows for a part of the field.
fn line_of_unclosed_quote(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    if bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 0 {
        return None;
    }
    let last = bytes.iter().rposition(|byte| *byte == b'"').unwrap_or_default();
    Some(1 + line_ends(bytes.get(..last).unwrap_or_default()))
}

/// Positions and names of the columns that are read.
struct Columns<'a> {
    mapping: &'a ColumnMapping,
    indicator: usize,
    region: usize,
    industry: Option<usize>,
    period: usize,
    value: usize,
    status: Option<usize>,
    note: Option<usize>,
    source: Option<usize>,
}

impl<'a> Columns<'a> {
    /// Finds the columns, or reports what the header lacks.
    fn find(header: &StringRecord, mapping: &'a ColumnMapping, report: &mut Report) -> Option<Self> {
        let default = ColumnMapping::default();
        let mut known: Vec<&str> = Vec::new();
        let mut position = |name: &'a str, may_be_absent: bool| {
            known.push(name);
            let mut positions = header.iter().enumerate().filter(|(_, column)| *column == name).map(|(at, _)| at);
            let found = positions.next();
            match (found, positions.next()) {
                (_, Some(_)) => report.add(Rule::DuplicateColumn, 1, name, name),
                (None, None) if !may_be_absent => report.add(Rule::MissingColumn, 1, name, ""),
                _ => {}
            }
            found
        };
        let indicator = position(&mapping.indicator, false);
        let region = position(&mapping.region, false);
        let period = position(&mapping.period, false);
        let value = position(&mapping.value, false);
        let industry = position(&mapping.industry, mapping.industry == default.industry);
        let status = position(&mapping.status, mapping.status == default.status);
        let note = position(&mapping.note, mapping.note == default.note);
        let source = position(&mapping.source, mapping.source == default.source);
        for name in header.iter().filter(|name| !known.contains(name)) {
            report.add(Rule::ColumnNotRead, 1, name, name);
        }
        let (indicator, region, period, value) = (indicator?, region?, period?, value?);
        Some(Self { mapping, indicator, region, industry, period, value, status, note, source })
    }

    /// Reads a record, or reports everything that is wrong with it.
    fn read(&self, record: &StringRecord, line: u64, report: &mut Report) -> Option<Observation> {
        let text = |position: usize| record.get(position).unwrap_or_default();
        let optional = |position: Option<usize>| position.map(text).unwrap_or_default();
        let names = self.mapping;
        if text(self.indicator).is_empty() {
            report.add(Rule::EmptyIndicator, line, &names.indicator, "");
        }
        if text(self.region).is_empty() {
            report.add(Rule::EmptyRegion, line, &names.region, "");
        }
        let period: Option<Period> = text(self.period).parse().ok();
        if period.is_none() {
            report.add(Rule::BadPeriod, line, &names.period, text(self.period));
        }
        let value = number(text(self.value)).map_err(|rule| report.add(rule, line, &names.value, text(self.value)));
        let status = ObservationStatus::parse(optional(self.status));
        if status.is_none() {
            report.add(Rule::UnknownStatus, line, &names.status, optional(self.status));
        }
        let (period, value, status) = (period?, value.ok()?, status?);
        Some(Observation {
            indicator: text(self.indicator).to_owned(),
            region: text(self.region).to_owned(),
            industry: optional(self.industry).to_owned(),
            period,
            value,
            status: self.agreed(value, status, optional(self.status), line, report),
            note: optional(self.note).to_owned(),
            source: optional(self.source).to_owned(),
        })
    }

    /// The status of a value, where the record may have left it to the reader.
    fn agreed(
        &self,
        value: Option<f64>,
        status: ObservationStatus,
        sent: &str,
        line: u64,
        report: &mut Report,
    ) -> ObservationStatus {
        if value.is_none() && sent.is_empty() {
            return ObservationStatus::MISSING;
        }
        if value.is_some() && status.is_missing() {
            report.add(Rule::ValueWithMissingStatus, line, &self.mapping.status, sent);
        }
        if value.is_none() && status == ObservationStatus::NORMAL {
            report.add(Rule::NormalStatusWithoutValue, line, &self.mapping.status, sent);
        }
        status
    }
}

/// Reads a decimal number with a point, or nothing.
fn number(text: &str) -> Result<Option<f64>, Rule> {
    if text.is_empty() {
        return Ok(None);
    }
    let value: f64 = text.parse().map_err(|_| Rule::BadNumber)?;
    // Both zeros are one value; adding zero leaves only the positive one.
    if value.is_finite() { Ok(Some(value + 0.0)) } else { Err(Rule::NotFinite) }
}

/// Keeps the first of observations with one key, and reports the others.
fn without_duplicates(rows: Vec<Row>, report: &mut Report) -> Vec<Row> {
    let mut first_by_key: HashMap<_, &Row> = HashMap::with_capacity(rows.len());
    let mut repeated = vec![false; rows.len()];
    for (row, repeated) in rows.iter().zip(&mut repeated) {
        match first_by_key.entry(row.observation.sort_key()) {
            Entry::Vacant(free) => {
                free.insert(row);
            }
            Entry::Occupied(taken) => {
                let (one, other) = (&taken.get().observation, &row.observation);
                let same = one.value == other.value && one.status == other.status;
                let rule = if same { Rule::RepeatedDuplicate } else { Rule::ConflictingDuplicate };
                let Observation { indicator, region, industry, period, .. } = other;
                let value = format!("{indicator} {region} {industry} {period} as on line {}", taken.get().line);
                report.add(rule, row.line, "", &value);
                *repeated = true;
            }
        }
    }
    drop(first_by_key);
    rows.into_iter().zip(repeated).filter(|(_, repeated)| !repeated).map(|(row, _)| row).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HEADER: &str = "indicator,region,industry,period,value,status,note,source\n";

    fn rules(records: &str) -> Vec<(Rule, u64)> {
        let report = match read(format!("{HEADER}{records}").as_bytes(), &ColumnMapping::default()) {
            Ok((_, report)) | Err(report) => report,
        };
        report.findings.iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    #[test]
    fn reads_values_missing_ones_and_zeros_apart() {
        let text = format!("{HEADER}gdp,r,,2015,0,,,\ngdp,r,,2016,,,,\ngdp,r,,2017,,Q,\"secret, they say\",s\n");
        let (read, report) = read(text.as_bytes(), &ColumnMapping::default()).unwrap();
        let found: Vec<(Option<f64>, u8)> = read.iter().map(|row| (row.value, row.status.code())).collect();
        assert_eq!(found, [(Some(0.0), b'A'), (None, b'O'), (None, b'Q')]);
        assert_eq!((read[2].note.as_str(), read[2].source.as_str()), ("secret, they say", "s"));
        assert_eq!((report.records, report.findings.len()), (3, 0));
    }

    #[test]
    fn reads_columns_in_any_order_under_any_name_behind_a_byte_order_mark() {
        let mapping = ColumnMapping { value: "OBS_VALUE".into(), region: "GEO".into(), ..ColumnMapping::default() };
        let text = "\u{feff}OBS_VALUE,period,GEO,indicator,FREQ\r\n-1.5e3,2015-Q2,AT,gdp,Q\r\n";
        let (read, report) = read(text.as_bytes(), &mapping).unwrap();
        assert_eq!((read[0].value, read[0].region.as_str(), read[0].industry.as_str()), (Some(-1500.0), "AT", ""));
        assert_eq!(report.counts.keys().collect::<Vec<_>>(), [&Rule::ColumnNotRead]);
    }

    #[test]
    fn a_column_that_was_asked_for_by_name_must_be_there() {
        let mapping = ColumnMapping { status: "FLAG".into(), ..ColumnMapping::default() };
        let report = read(HEADER.as_bytes(), &mapping).unwrap_err();
        assert_eq!((report.findings[0].rule, report.findings[0].column.as_str()), (Rule::MissingColumn, "FLAG"));
    }

    #[test]
    fn reports_every_broken_rule_with_its_line() {
        let cases = [
            ("gdp,r,,2015,x,,,", Rule::BadNumber),
            ("gdp,r,,2015,\"1,5\",,,", Rule::BadNumber),
            ("gdp,r,,2015, 1,,,", Rule::BadNumber),
            ("gdp,r,,2015,NaN,,,", Rule::NotFinite),
            ("gdp,r,,2015,-inf,,,", Rule::NotFinite),
            ("gdp,r,,2015,1e999,,,", Rule::NotFinite),
            ("gdp,r,,15,1,,,", Rule::BadPeriod),
            ("gdp,r,,2015,1,Z,,", Rule::UnknownStatus),
            ("gdp,r,,2015,1,Q,,", Rule::ValueWithMissingStatus),
            ("gdp,r,,2015,,A,,", Rule::NormalStatusWithoutValue),
            ("gdp,,,2015,1,,,", Rule::EmptyRegion),
            (",r,,2015,1,,,", Rule::EmptyIndicator),
            ("gdp,r,,2015,1", Rule::WrongFieldCount),
            ("gdp,r,,2015,1,,\"open,", Rule::UnclosedQuote),
            ("gdp,ok,,2015,2,,,", Rule::ConflictingDuplicate),
            ("gdp,ok,,2015,1,E,,", Rule::ConflictingDuplicate),
            ("gdp,ok,,2015,1.0,,another note,", Rule::RepeatedDuplicate),
        ];
        for (record, rule) in cases {
            assert_eq!(rules(&format!("gdp,ok,,2015,1,,,\n{record}\n")), [(rule, 3)], "{record}");
        }
    }

    #[test]
    fn reports_all_that_is_wrong_with_one_record() {
        assert_eq!(rules("gdp,,,x,y,Z,,\n").len(), 4);
    }

    #[test]
    fn refuses_what_has_no_header_or_is_no_text() {
        let mapping = ColumnMapping::default();
        assert_eq!(read(b"", &mapping).unwrap_err().findings[0].rule, Rule::NoHeader);
        let report = read(b"indicator\n\n\xff\xfe", &mapping).unwrap_err();
        assert_eq!((report.findings[0].rule, report.findings[0].line), (Rule::UndecodableText, 3));
        let twice = read(b"indicator,region,period,value,value\n", &mapping).unwrap_err();
        assert_eq!(twice.findings[0].rule, Rule::DuplicateColumn);
    }

    #[test]
    fn a_duplicate_with_the_same_value_is_kept_once() {
        let text = format!("{HEADER}gdp,r,,2015,1,,first,\ngdp,r,,2015,1,,second,\n");
        let (read, report) = read(text.as_bytes(), &ColumnMapping::default()).unwrap();
        assert_eq!((read.len(), read[0].note.as_str(), report.warnings()), (1, "first", 1));
    }
}
