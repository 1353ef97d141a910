//! Eurostat TSV: one series a line, one period a column, flags behind the values.
//!
//! The header names the dimensions, joined by commas, and behind a backslash what the columns are:
//! `unit,geo\time` with the newest year first in files until 2022, `freq,unit,geo\TIME_PERIOD` since then. Cells are a
//! number or a colon for a missing value, then a blank and the flags.

pub(crate) mod flags;

use std::io::BufRead;
use std::ops::ControlFlow;

use growthpole_domain::Period;

use crate::cells::{Cell, Output};
use crate::dimensions::{DimensionChoice, Dimensions, Place, Role, agrees};
use crate::lines::Lines;
use crate::mapping::PeriodForms;
use crate::numbers;
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::source::{Reading, SourceError};
use crate::text::periods;

/// Reads a TSV file of Eurostat, line by line.
///
/// `geo` becomes the region, `nace_r2` the industry, the columns the periods, and all other dimensions the indicator.
///
/// # Errors
///
/// It cannot be read, has no header, or a line has no end.
pub(crate) fn stream(text: impl BufRead, options: &Options, output: &mut Output<'_>) -> Reading {
    let choice = DimensionChoice::from(options);
    let mut lines = Lines::new(text);
    let header = lines.next()?.ok_or_else(|| SourceError::new(Rule::NoHeader, 1, ""))?;
    let Some(mut table) = Table::new(header, &choice, &mut output.report) else {
        return Ok(ControlFlow::Continue(()));
    };
    loop {
        let number = lines.number() + 1;
        let Some(line) = lines.next()? else { break };
        if line.is_empty() {
            continue;
        }
        output.report.records += 1;
        if table.read(line, number, output).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    table.dimensions.finish(&[], &choice, output);
    Ok(ControlFlow::Continue(()))
}

/// What the header says.
struct Table {
    dimensions: Dimensions,
    frequency: Option<usize>,
    names: Vec<String>,
    periods: Vec<Period>,
}

impl Table {
    fn new(header: &str, choice: &DimensionChoice, report: &mut Report) -> Option<Self> {
        let mut columns = header.split('\t');
        let key = columns.next().unwrap_or_default();
        let Some((keys, across)) = key.split_once('\\') else {
            report.add(Rule::NoHeader, 1, "", key);
            return None;
        };
        if choice.role(across.trim()) != Role::Period {
            report.add(Rule::MissingDimension, 1, "period", across);
            return None;
        }
        let names: Vec<String> = keys.split(',').map(|name| name.trim().to_owned()).collect();
        let roles = names.iter().map(|name| choice.role(name)).collect();
        let dimensions = Dimensions::new(names, roles, choice, true, report)?;
        let names: Vec<String> = columns.map(|name| name.trim().to_owned()).collect();
        let periods: Vec<Period> = names.iter().filter_map(|name| period(name, report)).collect();
        let frequency = dimensions.find(Role::Frequency);
        (periods.len() == names.len()).then_some(Self { dimensions, frequency, names, periods })
    }

    /// Reads a line, or reports what is wrong with it.
    fn read(&mut self, line: &str, number: u64, output: &mut Output<'_>) -> ControlFlow<()> {
        let mut cells = line.split('\t');
        let key: Vec<&str> = cells.next().unwrap_or_default().split(',').map(str::trim).collect();
        let count = cells.clone().count();
        if key.len() != self.dimensions.len() || count != self.periods.len() {
            let sent = format!("{} dimensions and {count} periods", key.len());
            output.report.add(Rule::WrongFieldCount, number, "", &sent);
            return ControlFlow::Continue(());
        }
        let value = |dimension: usize| key.get(dimension).copied().unwrap_or_default();
        let Some(place) = self.dimensions.place(value, number, output) else {
            return ControlFlow::Continue(());
        };
        let frequency = self.frequency.map(value);
        for ((text, period), name) in cells.zip(&self.periods).zip(&self.names) {
            let agrees = frequency.is_none_or(|frequency| agrees(frequency, *period));
            read_cell(text.trim(), place, *period, agrees, At { line: number, column: name }, output)?;
        }
        ControlFlow::Continue(())
    }
}

fn period(name: &str, report: &mut Report) -> Option<Period> {
    let period = periods::parse(name, PeriodForms::default());
    if period.is_none() {
        report.add(Rule::BadPeriod, 1, name, name);
    }
    period
}

/// Where a cell stands.
#[derive(Clone, Copy)]
struct At<'a> {
    line: u64,
    column: &'a str,
}

fn read_cell(
    text: &str,
    place: Place,
    period: Period,
    agrees: bool,
    at: At<'_>,
    output: &mut Output<'_>,
) -> ControlFlow<()> {
    let (value, flag) = parts(text);
    if !agrees {
        // A file of several frequencies has columns for all of them, with a colon where a series has another.
        if !(value.is_empty() && flag.is_empty()) {
            output.report.add(Rule::BadPeriod, at.line, at.column, text);
        }
        return ControlFlow::Continue(());
    }
    let value = match numbers::parse(value) {
        Ok(value) => value,
        Err(rule) => {
            output.report.add(rule, at.line, at.column, text);
            return ControlFlow::Continue(());
        }
    };
    let flagged = flags::status(flag, value.is_none());
    if !flagged.is_known {
        output.report.add(Rule::UnknownFlag, at.line, at.column, text);
    }
    let empty = output.labels.texts.position("");
    let flag = if flag.is_empty() { empty } else { output.labels.texts.position(flag) };
    output.push(Cell {
        line: at.line,
        value: value.unwrap_or(f64::NAN),
        indicator: place.indicator,
        region: place.region,
        industry: place.industry,
        flag,
        note: empty,
        source: empty,
        period,
        status: flagged.status,
    })
}

/// Value and flag of a cell; the value is empty where there is none.
fn parts(text: &str) -> (&str, &str) {
    if let Some(flag) = text.strip_prefix(':') {
        return ("", flag.trim_start());
    }
    text.split_once(' ').map_or((text, ""), |(value, flag)| (value, flag.trim_start()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::collected::{Collected, collect};

    fn read_text(text: &str) -> Collected {
        collect(|output| match stream(text.as_bytes(), &Options::default(), output) {
            Ok(_) => drop(output.flush()),
            Err(error) => output.report.add(error.rule, error.line, "", &error.message),
        })
    }

    #[test]
    fn reads_the_old_layout_newest_year_first_with_blanks_and_flags() {
        let found = read_text("unit,nace_r2,geo\\time\t2015 \t2014 \t2013 \nTHS,C10,AT11\t1.5 bu\t: c\t: \n");
        assert_eq!(found.rows(), ["THS AT11 C10 2015 1.5 B bu", "THS AT11 C10 2014 - Q c", "THS AT11 C10 2013 - O ",]);
        let regions: Vec<(&str, &str)> =
            found.described.regions.values().map(|region| (region.code.as_str(), region.level.as_str())).collect();
        assert_eq!(regions, [("AT", "COUNTRY"), ("AT1", "NUTS1"), ("AT11", "NUTS2")]);
        let indicator = &found.described.indicators["THS"];
        assert_eq!((indicator.unit.as_str(), indicator.classification.as_str()), ("THS", "NACE Rev. 2"));
        assert_eq!((found.report.records, found.report.missing, found.report.suppressed), (1, 2, 1));
    }

    #[test]
    fn reads_the_new_layout_with_its_frequency() {
        let text = "freq,unit,geo\\TIME_PERIOD\t2015\t2015-Q1 \nA,MIO_EUR,DE\t3\t: \nQ,MIO_EUR,DE\t: \t1 p\n";
        assert_eq!(read_text(text).rows(), ["MIO_EUR DE  2015 3 A ", "MIO_EUR DE  2015-Q1 1 P p"]);
        let wrong = read_text("freq,unit,geo\\TIME_PERIOD\t2015-Q1\nA,MIO_EUR,DE\t3\n");
        assert_eq!(wrong.report.findings[0].rule, Rule::BadPeriod);
    }

    #[test]
    fn reports_every_broken_rule_with_line_and_column() {
        let header = "unit,geo\\time\t2015\t2014\n";
        let cases = [
            ("THS,AT\t1,5\t2", Rule::BadNumber, "2015"),
            ("THS,AT\t1\tn.a.", Rule::BadNumber, "2014"),
            ("THS,AT\tinf\t2", Rule::NotFinite, "2015"),
            ("THS,AT\t1 y\t2", Rule::UnknownFlag, "2015"),
            ("THS,AT\t1", Rule::WrongFieldCount, ""),
            ("THS\t1\t2", Rule::WrongFieldCount, ""),
            ("THS,\t1\t2", Rule::EmptyRegion, "geo"),
        ];
        for (line, rule, column) in cases {
            let found = read_text(&format!("{header}{line}\n"));
            let finding = found.report.findings.first().unwrap();
            assert_eq!((finding.rule, finding.line, finding.column.as_str()), (rule, 2, column), "{line}");
        }
    }

    #[test]
    fn refuses_what_is_no_such_table() {
        let cases = [
            ("", Rule::NoHeader),
            ("region,2015\n", Rule::NoHeader),
            ("unit,time\\geo\tAT\n", Rule::MissingDimension),
            ("unit,sex\\time\t2015\n", Rule::MissingDimension),
            ("geo\\time\t2015\n", Rule::MissingDimension),
            ("unit,geo\\time\t2015\tsoon\n", Rule::BadPeriod),
        ];
        for (text, rule) in cases {
            assert_eq!(read_text(text).report.findings[0].rule, rule, "{text}");
        }
    }
}
