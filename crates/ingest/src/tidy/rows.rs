//! Observations of a small tidy file, all at once, with a check of duplicates.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::ControlFlow;

use growthpole_domain::Observation;

use crate::cells::{Cell, Labels, Output, Sink};
use crate::mapping::{Columns, Mapping, Values};
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::text::Text;

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

impl ColumnMapping {
    /// The same as options: a column under a name of the caller's own has to be there.
    fn options(&self) -> Options {
        let default = Self::default();
        let asked = |name: &String, own: &String| (name != own).then(|| name.clone());
        let columns = Columns {
            indicator: asked(&self.indicator, &default.indicator),
            region: asked(&self.region, &default.region),
            industry: asked(&self.industry, &default.industry),
            period: asked(&self.period, &default.period),
            value: asked(&self.value, &default.value),
            status: asked(&self.status, &default.status),
            note: asked(&self.note, &default.note),
            source: asked(&self.source, &default.source),
            ..Columns::default()
        };
        let values = Values { decimal: Some('.'), ..Values::default() };
        Options { mapping: Mapping { columns, values, ..Mapping::default() }, ..Options::default() }
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

/// Takes observations with their lines.
struct Rows(Vec<Row>);

impl Sink for Rows {
    fn cells(&mut self, labels: &Labels, cells: &[Cell]) -> ControlFlow<()> {
        let text = |position: u32| labels.texts.text(position).to_owned();
        self.0.extend(cells.iter().map(|cell| Row {
            line: cell.line,
            observation: Observation {
                indicator: labels.indicators.text(cell.indicator).to_owned(),
                region: labels.regions.text(cell.region).to_owned(),
                industry: labels.industries.text(cell.industry).to_owned(),
                period: cell.period,
                value: (!cell.value.is_nan()).then_some(cell.value),
                status: cell.status,
                note: text(cell.note),
                source: text(cell.source),
                flag: text(cell.flag),
            },
        }));
        ControlFlow::Continue(())
    }
}

/// Reads like [`read`], with the line of every observation.
///
/// # Errors
///
/// As [`read`].
pub fn read_rows(bytes: &[u8], mapping: &ColumnMapping) -> Result<(Vec<Row>, Report), Report> {
    let mut rows = Rows(Vec::new());
    let mut output = Output::new(&mut rows);
    let mut input = bytes;
    let mut text = Text::new(&mut input, encoding_rs::UTF_8.into());
    if let Err(error) = super::stream(&mut text, &mapping.options(), &mut output) {
        output.report.add(error.rule, error.line, "", &error.message);
    }
    text.finish(&mut output.report);
    // The sink never breaks.
    let _ = output.flush();
    let mut report = output.report;
    let rows = without_duplicates(rows.0, &mut report);
    if report.errors() > 0 { Err(report) } else { Ok((rows, report)) }
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
        let report = read(b"indicator,region,period,value\n\na,b,2015,\xff", &mapping).unwrap_err();
        assert_eq!(report.findings.last().map(|last| (last.rule, last.line)), Some((Rule::UndecodableText, 3)));
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
