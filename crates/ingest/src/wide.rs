//! Wide tables: one series a record, periods as columns.

use std::ops::ControlFlow;

use crate::cells::Output;
use crate::options::Options;
use crate::source::Reading;
use crate::table::{Header, Keys, is_footer, period_columns, records_of};
use crate::text::Text;
use crate::text::numbers::Numbers;

/// Reads a wide table.
///
/// # Errors
///
/// It cannot be read, has no header, or a record has no end.
pub(crate) fn stream(text: &mut Text<'_>, options: &Options, output: &mut Output<'_>) -> Reading {
    let mapping = &options.mapping;
    let (mut records, delimiter) = records_of(text, &mapping.text)?;
    let mut header = Header::read(&mut records)?.ignoring(&mapping.columns.ignore);
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
            match numbers.read_field(&record, *at) {
                Ok(mark) => {
                    let cell = keys.cell(key, *period, mark, &mut output.report);
                    if output.push(cell).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Err(rule) => output.report.add(rule, record.line, header.name(*at), record.text(*at)),
            }
        }
    }
    numbers.finish(&header, &mut output.report);
    Ok(ControlFlow::Continue(()))
}
