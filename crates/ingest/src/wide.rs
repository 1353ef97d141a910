//! Wide tables: one series a record, periods as columns.

use std::ops::ControlFlow;

use growthpole_domain::Period;

use crate::cells::Output;
use crate::mapping::Mapping;
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::source::Reading;
use crate::table::{Header, Keys, is_footer, records_of};
use crate::text::Text;
use crate::text::numbers::Numbers;
use crate::text::periods::{self, Periods};

/// Reads a wide table.
///
/// # Errors
///
/// It cannot be read, has no header, or a record has no end.
pub(crate) fn stream(text: &mut Text<'_>, options: &Options, output: &mut Output<'_>) -> Reading {
    let mapping = &options.mapping;
    let (mut records, delimiter) = records_of(text, &mapping.text)?;
    let mut header = Header::read(&mut records)?;
    let report = &mut output.report;
    let columns = period_columns(&mut header, mapping, report);
    let keys = Keys::find(&mut header, options, report);
    header.report_unread(&mapping.columns.ignore, report);
    let (Some(mut keys), false) = (keys, columns.is_empty()) else {
        return Ok(ControlFlow::Continue(()));
    };
    let mut numbers = Numbers::new(&mapping.values, delimiter);
    while let Some(record) = records.next()? {
        if is_footer(&record, &mapping.text.footer) {
            break;
        }
        output.report.records += 1;
        if !header.fits(&record, &mut output.report) {
            continue;
        }
        let Some(key) = keys.read(&record, output) else { continue };
        for (at, period) in &columns {
            match numbers.read(record.text(*at), record.line) {
                Ok(mark) => {
                    let cell = keys.cell(key, *period, mark, &mut output.report);
                    if output.push(cell).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Err(rule) => output.report.add(rule, record.line, &period.to_string(), record.text(*at)),
            }
        }
    }
    numbers.finish("", &mut output.report);
    Ok(ControlFlow::Continue(()))
}

/// The columns that are periods: those that the mapping names, else those whose names are periods.
fn period_columns(header: &mut Header, mapping: &Mapping, report: &mut Report) -> Vec<(usize, Period)> {
    let mut columns = Vec::new();
    if mapping.wide.periods.is_empty() {
        let found = header.names().map(|(at, name)| (at, periods::parse(name.trim(), mapping.periods)));
        columns.extend(found.filter_map(|(at, period)| Some((at, period?))));
        if columns.is_empty() {
            header.report_missing("2015", report);
        }
    } else {
        let mut read = Periods::new(mapping.periods);
        for name in &mapping.wide.periods {
            let Some((at, _)) = header.find(Some(name), name, report) else { continue };
            match read.read(name.trim()) {
                Some(period) => columns.push((at, period)),
                None => report.add(Rule::BadPeriod, header.line, name, name),
            }
        }
    }
    for (at, _) in &columns {
        header.take(*at);
    }
    columns
}
