//! Tidy tables: one observation a record (RFC 4180, columns by name in any order).

mod rows;

use std::ops::ControlFlow;

pub use rows::{ColumnMapping, Row, read, read_rows};

use crate::cells::Output;
use crate::options::Options;
use crate::report::Rule;
use crate::source::Reading;
use crate::table::{Header, Keys, is_footer, records_of};
use crate::text::Text;
use crate::text::numbers::Numbers;
use crate::text::periods::Periods;

/// Reads a tidy table.
///
/// # Errors
///
/// It cannot be read, has no header, or a record has no end.
pub(crate) fn stream(text: &mut Text<'_>, options: &Options, output: &mut Output<'_>) -> Reading {
    let mapping = &options.mapping;
    let (mut records, delimiter) = records_of(text, &mapping.text)?;
    let mut header = Header::read(&mut records)?.ignoring(&mapping.columns.ignore);
    let report = &mut output.report;
    let keys = Keys::find(&mut header, options, report);
    let period = match &mapping.constants.period {
        Some(_) => None,
        None => header.find_or_report(mapping.columns.period.as_deref(), "period", report),
    };
    let value = header.find_or_report(mapping.columns.value.as_deref(), "value", report);
    header.report_unread(&mapping.columns.ignore, report);
    let (Some(mut keys), Some((value, value_name))) = (keys, value) else {
        return Ok(ControlFlow::Continue(()));
    };
    let mut periods = Periods::new(mapping.periods);
    let constant = match (&mapping.constants.period, &period) {
        (Some(text), _) => {
            let read = periods.read(text.as_bytes());
            if read.is_none() {
                report.add(Rule::BadPeriod, 0, "period", text);
                return Ok(ControlFlow::Continue(()));
            }
            read
        }
        (None, None) => return Ok(ControlFlow::Continue(())),
        (None, Some(_)) => None,
    };
    let mut numbers = Numbers::new(&mapping.values, delimiter);
    while let Some(record) = records.next()? {
        if is_footer(&record, &mapping.text.footer) {
            break;
        }
        let report = &mut output.report;
        report.records += 1;
        if !header.fits(&record, report) {
            continue;
        }
        let read = match &period {
            Some((at, name)) => {
                let read = periods.read(record.bytes(*at));
                if read.is_none() {
                    report.add(Rule::BadPeriod, record.line, name, record.text(*at));
                }
                read
            }
            None => constant,
        };
        let mark = numbers.read_field(&record, value);
        if let Err(rule) = mark {
            report.add(rule, record.line, &value_name, record.text(value));
        }
        let key = keys.read(&record, output);
        let (Some(key), Some(read), Ok(mark)) = (key, read, mark) else { continue };
        let cell = keys.cell(key, read, mark, &mut output.report);
        if output.push(cell).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    numbers.finish(&header, &mut output.report);
    Ok(ControlFlow::Continue(()))
}
