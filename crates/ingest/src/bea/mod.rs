//! Regional accounts of the US Bureau of Economic Analysis: CAGDP, CAINC, SAGDP, SAINC and their kin, as they are
//! downloaded.
//!
//! A record is a line of a table in an area, with years as columns. Of tables of gross domestic product the lines are
//! industries, but for the summary (CAGDP1); of all others they are indicators. An archive has one file a state and one
//! with the nation, its states and regions, so that states stand in two of them, with the same figures; files of
//! metropolitan areas, which overlap the counties, are read only by themselves.

mod areas;
mod footer;
mod lines;

use std::ops::ControlFlow;

use growthpole_domain::{ObservationStatus, Period};

use crate::cells::{Cell, Output};
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::source::{Reading, SourceError};
use crate::table::{Header, describe_defaults, describe_publisher, period_columns};
use crate::text::Text;
use crate::text::records::{Record, Records, Shape};

use areas::Areas;
use lines::Lines;

/// Positions of the columns.
struct Columns {
    area: usize,
    name: usize,
    region: Option<usize>,
    table: usize,
    line: usize,
    industry: Option<usize>,
    description: usize,
    unit: usize,
    periods: Vec<(usize, Period)>,
}

/// Reads a table of the BEA; `member` is the name of its file, `is_of_archive` whether others lie beside it.
///
/// # Errors
///
/// It cannot be read, has no header, or a record has no end.
pub(crate) fn stream(
    text: &mut Text<'_>,
    (member, is_of_archive): (&str, bool),
    options: &Options,
    output: &mut Output<'_>,
) -> Reading {
    let kind = areas::Kind::of_file(member);
    if is_of_archive && kind != areas::Kind::Counties {
        output.report.add(Rule::MemberNotRead, 1, "", "its areas overlap the counties; import it by itself");
        return Ok(ControlFlow::Continue(()));
    }
    let shape = Shape { blanks_around_quotes: true, trim: true, ..Shape::new(b',') };
    let mut records = Records::new(text, shape, 1);
    let mut header = Header::read(&mut records)?;
    let columns = columns(&mut header, options, &mut output.report)?;
    let (mut areas, mut lines) = (Areas::new(kind), Lines::default());
    while let Some(record) = records.next()? {
        if record.len() == 1 && footer::read(record.text(0), &lines, &mut output.described) {
            continue;
        }
        output.report.records += 1;
        if !header.fits(&record, &mut output.report) {
            continue;
        }
        let Some(region) = areas.position(&record, &columns, output) else { continue };
        let Some((indicator, industry)) = lines.position(&record, &columns, options, output) else { continue };
        let (flag, line) = (output.labels.texts.position(""), record.line);
        let (note, source, value) = (flag, flag, f64::NAN);
        let period = Period::year(1);
        let status = ObservationStatus::NORMAL;
        let cell = Cell { line, value, indicator, region, industry, flag, note, source, period, status };
        if read_values(&record, (&header, &columns), cell, output).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    describe_publisher("US Bureau of Economic Analysis", "public domain", output);
    describe_defaults(&["COUNTY", kind.level(), "STATE", "NATION"], areas::NATION, output);
    Ok(ControlFlow::Continue(()))
}

fn columns(header: &mut Header, options: &Options, report: &mut Report) -> Result<Columns, SourceError> {
    let mut find = |name: &str| {
        let found = header.find(None, name, report);
        found.map(|(at, _)| at).ok_or_else(|| SourceError::new(Rule::MissingColumn, 1, name))
    };
    let (area, name) = (find("GeoFIPS")?, find("GeoName")?);
    let (table, line) = (find("TableName")?, find("LineCode")?);
    let (description, unit) = (find("Description")?, find("Unit")?);
    let (region, industry) = (find("Region").ok(), find("IndustryClassification").ok());
    let periods = period_columns(header, &options.mapping, report);
    header.report_unread(&options.mapping.columns.ignore, report);
    Ok(Columns { area, name, region, table, line, industry, description, unit, periods })
}

/// Reads the values of a record into copies of `cell`.
fn read_values(
    record: &Record<'_>,
    (header, columns): (&Header, &Columns),
    cell: Cell,
    output: &mut Output<'_>,
) -> ControlFlow<()> {
    for (at, period) in &columns.periods {
        let text = record.text(*at);
        let cell = Cell { period: *period, ..cell };
        let cell = match (text.parse::<f64>(), status_of(text)) {
            (Ok(value), None) if value.is_finite() => Cell { value: value + 0.0, ..cell },
            (_, Some(status)) => Cell { status, flag: output.labels.texts.position(text), ..cell },
            _ => {
                output.report.add(Rule::BadNumber, record.line, header.name(*at), text);
                continue;
            }
        };
        output.push(cell)?;
    }
    ControlFlow::Continue(())
}

/// What a mark in place of a value says. The BEA explains its marks in the footnotes of each table.
fn status_of(mark: &str) -> Option<ObservationStatus> {
    let code = match mark {
        // Not shown, to avoid disclosure of confidential information.
        "(D)" => b'Q',
        // Not available; less than half a unit; suppressed in neither case.
        "(NA)" | "(N)" | "(L)" | "(T)" | "" => b'O',
        // Not meaningful.
        "(NM)" | "(X)" => b'M',
        _ => return None,
    };
    ObservationStatus::from_code(code)
}
