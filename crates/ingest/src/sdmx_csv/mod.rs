//! SDMX-CSV, versions 1.0 and 2.0: one observation a record, dimensions before the value and attributes behind it.
//!
//! Names of columns are read in any case, since Eurostat and some who pass its files on write them in lower case.

mod columns;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use growthpole_domain::{ObservationStatus, Period};

use crate::cells::{Cell, Output};
use crate::describe::{Codes, Unit};
use crate::dimensions::{DimensionChoice, Dimensions, agrees};
use crate::eurostat::flags;
use crate::numbers;
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::source::Reading;
use crate::table::{Header, records_of};
use crate::text::Text;
use crate::text::periods::Periods;
use crate::text::records::Record;

use columns::Columns;

/// Reads an SDMX-CSV file, record by record.
///
/// `GEO` or `REF_AREA` becomes the region, `NACE_R2` or `ACTIVITY` the industry, `TIME_PERIOD` the period, and all other
/// columns before the value the indicator.
///
/// # Errors
///
/// It cannot be read, has no header, or a record has no end.
pub(crate) fn stream(text: &mut Text<'_>, options: &Options, output: &mut Output<'_>) -> Reading {
    let choice = DimensionChoice::from(options);
    let (mut records, _) = records_of(text, &options.mapping.text)?;
    let header = Header::read(&mut records)?;
    let names: Vec<&str> = header.names().map(|(_, name)| name).collect();
    let columns = Columns::find(&names, header.line, &choice, &options.mapping.columns, &mut output.report);
    let Some((columns, dimensions)) = columns.filter(|_| output.report.errors() == 0) else {
        return Ok(ControlFlow::Continue(()));
    };
    let codes = vec![Codes::default(); columns.dimensions.len()];
    let periods = Periods::new(options.mapping.periods);
    let mut table = Table { columns, dimensions, codes, periods, units: BTreeMap::new() };
    while let Some(record) = records.next()? {
        output.report.records += 1;
        if header.fits(&record, &mut output.report) && table.read(&record, output).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    let Table { dimensions, codes, units, .. } = table;
    dimensions.finish(&codes, &choice, output);
    for (position, unit) in units {
        describe(output, position, unit);
    }
    Ok(ControlFlow::Continue(()))
}

/// Writes what attributes say of an indicator's unit into its description.
fn describe(output: &mut Output<'_>, position: u32, unit: Unit) {
    let code = output.labels.indicators.text(position).to_owned();
    if let Some(indicator) = output.described.indicators.get_mut(&code) {
        if !unit.name.is_empty() {
            indicator.unit = unit.name;
        }
        indicator.unit_multiplier = unit.multiplier;
        indicator.decimals = unit.decimals;
    }
}

struct Table {
    columns: Columns,
    dimensions: Dimensions,
    codes: Vec<Codes>,
    periods: Periods,
    /// Units that attributes give, by the indicator's position.
    units: BTreeMap<u32, Unit>,
}

impl Table {
    /// Reads a record, or reports everything that is wrong with it.
    fn read(&mut self, record: &Record<'_>, output: &mut Output<'_>) -> ControlFlow<()> {
        let Self { columns, dimensions, codes, .. } = self;
        if !is_added(columns, record, output) {
            return ControlFlow::Continue(());
        }
        let code = |dimension: usize| columns.dimensions.get(dimension).map_or("", |at| columns.code(record, *at).0);
        let known = output.labels.indicators.len() + output.labels.regions.len() + output.labels.industries.len();
        let place = dimensions.place(code, record.line, output);
        if known != output.labels.indicators.len() + output.labels.regions.len() + output.labels.industries.len() {
            learn_names(columns, record, codes);
        }
        let period = self.period(record, output);
        let value = self.value(record, output);
        let (Some(place), Some(period), Some(value)) = (place, period, value) else {
            return ControlFlow::Continue(());
        };
        self.learn_unit(place.indicator, record, output);
        let Some((status, flag)) = self.status(record, value.is_none(), output) else {
            return ControlFlow::Continue(());
        };
        let text = |at: Option<usize>| at.map_or("", |at| record.text(at));
        let texts = &mut output.labels.texts;
        let flag = texts.position(&flag);
        let (note, source) = (texts.position(text(self.columns.note)), texts.position(text(self.columns.source)));
        let (line, value) = (record.line, value.unwrap_or(f64::NAN));
        let (indicator, region, industry) = (place.indicator, place.region, place.industry);
        output.push(Cell { line, value, indicator, region, industry, flag, note, source, period, status })
    }

    fn period(&mut self, record: &Record<'_>, output: &mut Output<'_>) -> Option<Period> {
        let text = self.columns.code(record, self.columns.period).0;
        let period = self.periods.read(text.as_bytes());
        let frequency = self.columns.frequency.map(|at| self.columns.code(record, at).0);
        let frequency = frequency.filter(|code| !code.is_empty());
        let fits = period.filter(|period| frequency.is_none_or(|frequency| agrees(frequency, *period)));
        if fits.is_none() {
            let sent = frequency.map_or_else(|| text.to_owned(), |frequency| format!("{text} ({frequency})"));
            output.report.add(Rule::BadPeriod, record.line, "TIME_PERIOD", &sent);
        }
        fits
    }

    /// The value; none within where it is missing, which SDMX may write as NaN.
    fn value(&self, record: &Record<'_>, output: &mut Output<'_>) -> Option<Option<f64>> {
        let text = record.text(self.columns.value);
        if text == "NaN" {
            return Some(None);
        }
        let value = numbers::parse(text);
        if let Err(rule) = value {
            output.report.add(rule, record.line, &self.columns.value_name, text);
        }
        value.ok()
    }

    /// Status and flag: by the status column where it says something, else by the flag of Eurostat.
    fn status(
        &self,
        record: &Record<'_>,
        is_missing: bool,
        output: &mut Output<'_>,
    ) -> Option<(ObservationStatus, String)> {
        let text = |at: Option<usize>| self.columns.attribute(record, at);
        let (sent, flag, confidentiality) =
            (text(self.columns.status), text(self.columns.flag), text(self.columns.confidentiality));
        let hides = flags::is_confidential(confidentiality);
        let kept = if hides { format!("{flag}@{confidentiality}") } else { flag.to_owned() };
        if sent.is_empty() {
            let flagged = flags::status(&kept, is_missing);
            if !flagged.is_known {
                output.report.add(Rule::UnknownFlag, record.line, "OBS_FLAG", flag);
            }
            return Some((flagged.status, kept));
        }
        let Some(status) = ObservationStatus::parse(sent) else {
            output.report.add(Rule::UnknownStatus, record.line, "OBS_STATUS", sent);
            return None;
        };
        if status.is_missing() && !is_missing {
            output.report.add(Rule::ValueWithMissingStatus, record.line, "OBS_STATUS", sent);
        }
        if hides && is_missing && !status.is_missing() {
            return Some((ObservationStatus::SUPPRESSED, kept));
        }
        if status == ObservationStatus::NORMAL && is_missing {
            output.report.add(Rule::NormalStatusWithoutValue, record.line, "OBS_STATUS", sent);
        }
        Some((status, kept))
    }

    /// Keeps the unit that attributes give an indicator, which must be the same in all its records.
    fn learn_unit(&mut self, indicator: u32, record: &Record<'_>, output: &mut Output<'_>) {
        let Columns { unit, multiplier, decimals, .. } = self.columns;
        if unit.is_none() && multiplier.is_none() && decimals.is_none() {
            return;
        }
        let text = |at: Option<usize>| self.columns.attribute(record, at);
        let found = Unit {
            name: text(unit).to_owned(),
            multiplier: whole(text(multiplier), record.line, "UNIT_MULT", &mut output.report),
            decimals: whole(text(decimals), record.line, "DECIMALS", &mut output.report),
        };
        let known = self.units.entry(indicator).or_insert_with(|| found.clone());
        known.decimals = known.decimals.max(found.decimals);
        if (&known.name, known.multiplier) != (&found.name, found.multiplier) {
            let sent =
                format!("{} x 10^{} after {} x 10^{}", found.name, found.multiplier, known.name, known.multiplier);
            output.report.add(Rule::Inconsistent, record.line, "UNIT_MULT", &sent);
        }
    }
}

/// A whole number of an attribute; 0 where there is none. Another text is reported.
fn whole<N: std::str::FromStr + Default>(text: &str, line: u64, column: &str, report: &mut Report) -> N {
    if text.is_empty() {
        return N::default();
    }
    text.parse().unwrap_or_else(|_| {
        report.add(Rule::BadNumber, line, column, text);
        N::default()
    })
}

/// Whether a record is to be added; reports it where it asks for something else.
fn is_added(columns: &Columns, record: &Record<'_>, output: &mut Output<'_>) -> bool {
    const ADDING: [&str; 9] = ["", "A", "I", "M", "R", "APPEND", "INFORMATION", "MERGE", "REPLACE"];
    let action = columns.attribute(record, columns.action);
    let is_added = ADDING.iter().any(|known| action.eq_ignore_ascii_case(known));
    if !is_added {
        output.report.add(Rule::UnknownAction, record.line, "ACTION", action);
    }
    is_added
}

/// Keeps the names of a record's codes.
fn learn_names(columns: &Columns, record: &Record<'_>, codes: &mut [Codes]) {
    for ((at, name), codes) in columns.dimensions.iter().zip(&columns.names).zip(codes) {
        let (code, label) = columns.code(record, *at);
        let label = name.map_or(label, |name| record.text(name));
        if !label.is_empty() {
            codes.names.entry(code.to_owned()).or_insert_with(|| label.to_owned());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::collected::{Collected, collect};

    fn read_with(text: &str, options: &Options) -> Collected {
        collect(|output| {
            let mut bytes = text.as_bytes();
            let mut text = Text::new(&mut bytes, encoding_rs::UTF_8.into());
            stream(&mut text, options, output).unwrap().is_continue().then(|| output.flush());
        })
    }

    fn read_text(text: &str) -> Collected {
        read_with(text, &Options::default())
    }

    #[test]
    fn reads_version_1_as_eurostat_writes_it_in_any_case() {
        let header = "DATAFLOW,LAST UPDATE,freq,unit,nace_r2,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS";
        let records = "ESTAT:X(1.0),31/07/26,A,THS,C,AT11,2015,1.5,p,\nESTAT:X(1.0),,A,THS,C,AT,2016,,,C\n";
        for header in [header.to_owned(), header.to_lowercase()] {
            let found = read_text(&format!("{header}\n{records}"));
            assert_eq!(found.rows(), ["THS AT11 C 2015 1.5 P p", "THS AT C 2016 - Q @C"]);
            assert_eq!((found.report.errors(), found.report.warnings()), (0, 0));
            assert_eq!(found.described.industries.len(), 1);
        }
    }

    #[test]
    fn reads_version_2_with_actions_attributes_and_semicolons() {
        let text = "STRUCTURE;STRUCTURE_ID;ACTION;FREQ;INDICATOR;REF_AREA;TIME_PERIOD;OBS_VALUE;OBS_STATUS;UNIT_MULT;SOURCE\n\
                    dataflow;A:B(1.0);I;Q;GDP;FR;2015-Q1;NaN;M;6;book\ndataflow;A:B(1.0);Replace;Q;GDP;FR;2015-Q2;-1e3;E;6;\n";
        let found = read_text(text);
        assert_eq!(found.rows(), ["GDP FR  2015-Q1 - M ", "GDP FR  2015-Q2 -1000 E "]);
        assert_eq!(found.described.indicators["GDP"].unit_multiplier, 6);
        assert_eq!(found.labels.texts.text(found.cells[0].source), "book");
    }

    #[test]
    fn reads_names_of_codes_in_both_forms() {
        let texts = [
            "DATAFLOW,FREQ: Frequency,unit: Unit,geo: Place,TIME_PERIOD: Time,OBS_VALUE: Value\n\
             X,A: Annual,THS: Thousand,AT: Austria,2015,1\n",
            "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,freq,Time frequency,unit,Unit,geo,Geopolitical entity,TIME_PERIOD,Time,OBS_VALUE,Observation value\n\
             dataflow,X,x,A,Annual,THS,Thousand,AT,Austria,2015,,1,\n",
        ];
        for text in texts {
            let found = read_text(text);
            assert_eq!(
                (found.rows(), found.report.findings.len()),
                (vec!["THS AT  2015 1 A ".to_owned()], 0),
                "{text}"
            );
            assert_eq!(found.described.regions["AT"].names.display(), "Austria");
            assert_eq!(found.described.indicators["THS"].names.display(), "Thousand");
        }
    }

    #[test]
    fn a_mapping_names_columns_and_what_is_not_read() {
        let mut options = Options { indicator: Some("jobs".into()), ..Options::default() };
        options.mapping.columns.region = Some("LAND".into());
        options.mapping.columns.ignore = vec!["DECL".into()];
        let found = read_with("DATAFLOW,LAND,TIME_PERIOD,OBS_VALUE,DECL,PUB\nX,AT,2015,1,a,b\n", &options);
        assert_eq!(found.rows(), ["jobs AT  2015 1 A "]);
        let unread: Vec<&str> = found.report.findings.iter().map(|finding| finding.column.as_str()).collect();
        assert_eq!(unread, ["PUB"]);
    }

    #[test]
    fn reports_every_broken_rule_with_its_line() {
        let header = "DATAFLOW,ACTION,FREQ,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_STATUS,OBS_FLAG,UNIT_MULT";
        let cases = [
            ("X,D,A,THS,AT,2015,1,,,0", Rule::UnknownAction),
            ("X,Delete,A,THS,AT,2015,1,,,0", Rule::UnknownAction),
            ("X,,Q,THS,AT,2015,1,,,0", Rule::BadPeriod),
            ("X,,A,THS,AT,15,1,,,0", Rule::BadPeriod),
            ("X,,A,THS,AT,2015,x,,,0", Rule::BadNumber),
            ("X,,A,THS,AT,2015,inf,,,0", Rule::NotFinite),
            ("X,,A,THS,AT,2015,1,?,,0", Rule::UnknownStatus),
            ("X,,A,THS,AT,2015,1,M,,0", Rule::ValueWithMissingStatus),
            ("X,,A,THS,AT,2015,,A,,0", Rule::NormalStatusWithoutValue),
            ("X,,A,THS,AT,2015,1,,y,0", Rule::UnknownFlag),
            ("X,,A,THS,,2015,1,,,0", Rule::EmptyRegion),
            ("X,,A,,AT,2015,1,,,0", Rule::EmptyIndicator),
            ("X,,A,THS,AT,2015,1,,,3", Rule::Inconsistent),
            ("X,,A,THS,AT,2015,1,,,six", Rule::BadNumber),
            ("X,,A,THS,AT,2015", Rule::WrongFieldCount),
        ];
        for (record, rule) in cases {
            let found = read_text(&format!("{header}\nX,,A,THS,DE,2015,1,,,0\n{record}\n"));
            let first = found.report.findings.first().unwrap();
            assert_eq!((first.rule, first.line), (rule, 3), "{record}");
        }
    }

    #[test]
    fn refuses_what_lacks_a_column() {
        let cases = [
            ("DATAFLOW,unit,geo,TIME_PERIOD\n", Rule::MissingColumn),
            ("DATAFLOW,unit,geo,OBS_VALUE\n", Rule::MissingDimension),
            ("DATAFLOW,unit,TIME_PERIOD,OBS_VALUE\n", Rule::MissingDimension),
            ("DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\n", Rule::MissingDimension),
            ("DATAFLOW,geo,REF_AREA,unit,TIME_PERIOD,OBS_VALUE\n", Rule::DuplicateColumn),
            ("DATAFLOW,geo,unit,TIME_PERIOD,OBS_VALUE,OBS_FLAG,OBS_FLAG\n", Rule::DuplicateColumn),
        ];
        for (text, rule) in cases {
            assert_eq!(read_text(text).report.findings.first().map(|finding| finding.rule), Some(rule), "{text}");
        }
    }
}
