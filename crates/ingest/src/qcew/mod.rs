//! Quarterly Census of Employment and Wages of the US Bureau of Labor Statistics, as its files by area, by industry and
//! of all at once are downloaded.
//!
//! A record holds one area, ownership, industry and size class in one year or quarter, with a column for each figure.
//! Figures with disclosure code `N` are withheld, and stand as zero in the file; the number of establishments never is.
//! Ownership and size class become a part of the indicator's code: `annual_avg_emplvl.5` is employment in private
//! establishments. Location quotients and changes over the year, which follow from the other figures, are not read.

mod areas;
mod figures;
mod industries;

use std::ops::ControlFlow;

use growthpole_domain::{ObservationStatus, Period};

use crate::cells::{Cell, Output};
use crate::numbers;
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::source::{Reading, SourceError};
use crate::table::{Header, Labelled, describe_defaults, describe_publisher, records_of};
use crate::text::Text;
use crate::text::records::Record;

use figures::{About, Figures};

/// Positions of the columns.
struct Columns {
    area: usize,
    ownership: usize,
    industry: usize,
    size: usize,
    year: usize,
    quarter: usize,
    disclosure: usize,
    area_title: Option<usize>,
    industry_title: Option<usize>,
}

/// Reads a file of the census.
///
/// # Errors
///
/// It cannot be read, has no header, or a record has no end.
pub(crate) fn stream(text: &mut Text<'_>, options: &Options, output: &mut Output<'_>) -> Reading {
    let (mut records, _) = records_of(text, &options.mapping.text)?;
    let mut header = Header::read(&mut records)?;
    let columns = columns(&mut header, &mut output.report)?;
    let mut figures = Figures::find(&mut header, &mut output.report);
    header.report_unread(&options.mapping.columns.ignore, &mut output.report);
    describe_publisher("US Bureau of Labor Statistics", "public domain", output);
    let mut area = Labelled::column(columns.area, "area_fips").never_empty(Rule::EmptyRegion);
    let mut industry = Labelled::column(columns.industry, "industry_code").never_empty(Rule::BadCode);
    while let Some(record) = records.next()? {
        output.report.records += 1;
        if !header.fits(&record, &mut output.report) {
            continue;
        }
        let about = about(&record, &columns, &mut figures, &mut output.report);
        let place = place(&record, &columns, (&mut area, &mut industry), output);
        let (Some(about), Some(place)) = (about, place) else { continue };
        for at in 0..figures.len() {
            let Some(cell) = figures.read(at, &record, about, place, (options, output)) else { continue };
            if output.push(cell).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    figures.finish(&mut output.report);
    describe_defaults(&["COUNTY", "STATE", "METROPOLITAN_AREA", "NATION"], areas::NATION, output);
    Ok(ControlFlow::Continue(()))
}

/// What a record says of all its figures; what is wrong with that is reported.
fn about(record: &Record<'_>, columns: &Columns, figures: &mut Figures, report: &mut Report) -> Option<About> {
    let span = Span::of(record, columns, report);
    let is_withheld = is_withheld(record, columns, report);
    let (ownership, size) = (record.text(columns.ownership), record.text(columns.size));
    let owner = figures.owner(ownership, size);
    if owner.is_none() {
        report.add(Rule::BadCode, record.line, "own_code, size_code", &format!("{ownership}, {size}"));
    }
    Some(About { owner: owner?, span: span?, is_withheld: is_withheld? })
}

/// A cell of the record's area and industry, which are described where they are new; its figures are still to be put in.
fn place(
    record: &Record<'_>,
    columns: &Columns,
    (area, industry): (&mut Labelled<'_>, &mut Labelled<'_>),
    output: &mut Output<'_>,
) -> Option<Cell> {
    let (areas, industries) = (output.labels.regions.len(), output.labels.industries.len());
    let region = area.position(record, &mut output.labels.regions, &mut output.report);
    let industry = industry.position(record, &mut output.labels.industries, &mut output.report);
    let title = |at: Option<usize>| at.map_or("", |at| record.text(at));
    if areas < output.labels.regions.len() {
        areas::describe(record.text(columns.area), title(columns.area_title), &mut output.described);
    }
    if industries < output.labels.industries.len() {
        industries::describe(record.text(columns.industry), title(columns.industry_title), &mut output.described);
    }
    let none = output.labels.texts.position("");
    Some(Cell {
        line: record.line,
        value: f64::NAN,
        indicator: 0,
        region: region?,
        industry: industry?,
        flag: none,
        note: none,
        source: none,
        period: Period::year(1),
        status: ObservationStatus::MISSING,
    })
}

fn columns(header: &mut Header, report: &mut Report) -> Result<Columns, SourceError> {
    let mut find = |name: &str| {
        let found = header.find(None, name, report);
        found.map(|(at, _)| at).ok_or_else(|| SourceError::new(Rule::MissingColumn, 1, name))
    };
    let columns = Columns {
        area: find("area_fips")?,
        ownership: find("own_code")?,
        industry: find("industry_code")?,
        size: find("size_code")?,
        year: find("year")?,
        quarter: find("qtr")?,
        disclosure: find("disclosure_code")?,
        area_title: find("area_title").ok(),
        industry_title: find("industry_title").ok(),
    };
    // What the level of aggregation and the titles say follows from the codes.
    for name in ["agglvl_code", "agglvl_title", "own_title", "size_title"] {
        let _ = find(name);
    }
    Ok(columns)
}

/// Whether the figures of a record are withheld; none where the code is not known, which is reported.
fn is_withheld(record: &Record<'_>, columns: &Columns, report: &mut Report) -> Option<bool> {
    match record.text(columns.disclosure).trim() {
        "" => Some(false),
        "N" => Some(true),
        other => {
            report.add(Rule::UnknownStatus, record.line, "disclosure_code", other);
            None
        }
    }
}

/// A year, or a quarter of one.
#[derive(Debug, Clone, Copy)]
struct Span {
    year: i16,
    quarter: Option<u8>,
}

impl Span {
    fn of(record: &Record<'_>, columns: &Columns, report: &mut Report) -> Option<Self> {
        let (year, quarter) = (record.text(columns.year), record.text(columns.quarter));
        let quarter = match quarter {
            "A" => Some(None),
            "1" | "2" | "3" | "4" => quarter.parse().ok().map(Some),
            _ => None,
        };
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let year = year.parse().ok().filter(|year| is_year && *year > 0);
        if let (Some(year), Some(quarter)) = (year, quarter) {
            return Some(Self { year, quarter });
        }
        let sent = format!("{} {}", record.text(columns.year), record.text(columns.quarter));
        report.add(Rule::BadPeriod, record.line, "year", &sent);
        None
    }

    /// The year, the quarter, or that month (from 1) of the quarter.
    fn period(self, month: Option<u8>) -> Period {
        let year = self.year;
        let text = match (self.quarter, month) {
            (None, _) => return Period::year(year),
            (Some(quarter), None) => format!("{year:04}-Q{quarter}"),
            (Some(quarter), Some(month)) => format!("{year:04}-{:02}", 3 * (quarter - 1) + month),
        };
        // Every quarter and month that can be put together so is a period.
        text.parse().unwrap_or(Period::year(year))
    }
}

/// A number of the file.
fn number(record: &Record<'_>, at: usize, name: &str, report: &mut Report) -> Option<f64> {
    match numbers::parse(record.text(at)) {
        Ok(value) => Some(value.unwrap_or(f64::NAN)),
        Err(rule) => {
            report.add(rule, record.line, name, record.text(at));
            None
        }
    }
}
