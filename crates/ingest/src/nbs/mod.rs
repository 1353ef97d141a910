//! Exports of National Data, the data bank of the National Bureau of Statistics of China, as the site writes them.
//!
//! ```text
//! 数据库：分省年度数据          three lines: data bank, what is the same for all rows, span of time
//! 指标：地区生产总值(亿元)
//! 时间：最近20年
//! 地区,2024年,2023年,…           rows are regions, or indicators where the second line names a region
//! 北京市,49670.2,47353.7,…
//! 注：…                          notes
//! 数据来源：国家统计局
//! ```

mod places;
mod units;

use std::io::BufRead;
use std::ops::ControlFlow;

use growthpole_domain::{ObservationStatus, Period};

use crate::cells::{Cell, Output};
use crate::numbers;
use crate::options::Options;
use crate::report::Rule;
use crate::source::{Reading, SourceError};
use crate::table::{Header, describe_defaults, describe_publisher, period_columns, region};
use crate::text::Text;
use crate::text::records::{Record, Records, Shape};

/// Scheme of the codes that the names of provincial regions are given; exports do not say of which year.
const SCHEME: &str = "GB/T 2260";

/// How many lines may stand above the table.
const LINES_ABOVE: usize = 10;

/// What is the same for all rows.
#[derive(Debug, Default)]
struct Preamble {
    indicator: Option<String>,
    region: Option<String>,
    lines: u64,
}

/// Reads an export.
///
/// # Errors
///
/// It cannot be read, or has no table.
pub(crate) fn stream(text: &mut Text<'_>, options: &Options, output: &mut Output<'_>) -> Reading {
    let preamble = preamble(text)?;
    let mut records = Records::new(text, Shape { trim: true, ..Shape::new(b',') }, 1 + preamble.lines);
    let mut header = Header::read(&mut records)?;
    let rows = header.names().next().map(|(_, name)| name.to_owned()).unwrap_or_default();
    header.take(0);
    let periods = period_columns(&mut header, &options.mapping, &mut output.report);
    header.report_unread(&options.mapping.columns.ignore, &mut output.report);
    describe_publisher("National Bureau of Statistics of China", "", output);
    if output.described.dataset.boundary_version.is_empty() {
        SCHEME.clone_into(&mut output.described.dataset.boundary_version);
    }
    while let Some(record) = records.next()? {
        if is_footer(record.text(0)) {
            // Notes may have several lines and commas; nothing follows them but the source.
            break;
        }
        output.report.records += 1;
        if !header.fits(&record, &mut output.report) {
            continue;
        }
        let (region, indicator) = match rows.as_str() {
            "地区" => (record.text(0), preamble.indicator.as_deref().unwrap_or_default()),
            _ => (preamble.region.as_deref().unwrap_or("全国"), record.text(0)),
        };
        let Some(region) = place(region, record.line, output) else { continue };
        let is_only = rows == "地区";
        let Some(indicator) = indicator_of(indicator, is_only, record.line, options, output) else { continue };
        if read_values(&record, (&header, &periods), (region, indicator), output).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    describe_defaults(&["PROVINCE", "NATION"], places::NATION, output);
    Ok(ControlFlow::Continue(()))
}

/// Whether a record is the first line below the table.
fn is_footer(text: &str) -> bool {
    ["注：", "数据来源：", "注:", "数据来源:"].iter().any(|start| text.starts_with(start))
}

/// Reads the lines above the table: those with a colon, which the header has not.
fn preamble(text: &mut Text<'_>) -> Result<Preamble, SourceError> {
    let mut preamble = Preamble::default();
    for _ in 0..LINES_ABOVE {
        // The whole head of the file is in the first piece of text; a longer line is none of these.
        let chunk = text.fill_buf()?;
        let end = chunk.iter().position(|byte| *byte == b'\n').unwrap_or(chunk.len());
        let line = std::str::from_utf8(chunk.get(..end).unwrap_or_default()).unwrap_or_default().trim_end();
        let Some((name, value)) = line.split_once(['：', ':']) else { return Ok(preamble) };
        match name {
            "指标" => preamble.indicator = Some(value.to_owned()),
            "地区" => preamble.region = Some(value.to_owned()),
            _ => {}
        }
        let length = (end + 1).min(chunk.len());
        text.consume(length);
        preamble.lines += 1;
    }
    Err(SourceError::new(Rule::NoHeader, preamble.lines, ""))
}

/// Position of the region of a name, which is described when it is new.
fn place(name: &str, line: u64, output: &mut Output<'_>) -> Option<u32> {
    let Some(known) = places::find(name) else {
        output.report.add(Rule::UnknownRegionName, line, "地区", name);
        return None;
    };
    // The nation is described with the provinces that lie in it.
    for known in places::find("全国").into_iter().chain([known]) {
        if !output.described.regions.contains_key(known.code) {
            let mut described = region(known.code, "zh", known.name, known.level(), known.parent());
            described.names.0.insert("en".to_owned(), known.english.to_owned());
            SCHEME.clone_into(&mut described.scheme);
            output.described.regions.insert(known.code.to_owned(), described);
        }
    }
    Some(output.labels.regions.position(known.code))
}

/// Position of an indicator that is written with its unit, `地区生产总值(亿元)`. It is described when it is new.
fn indicator_of(text: &str, is_only: bool, line: u64, options: &Options, output: &mut Output<'_>) -> Option<u32> {
    let (name, unit) = units::split(text);
    if name.is_empty() {
        output.report.add(Rule::EmptyIndicator, line, "指标", text);
        return None;
    }
    let code = match &options.indicator {
        Some(code) if is_only => code.clone(),
        Some(code) => format!("{code}.{name}"),
        None => name.to_owned(),
    };
    if !output.described.indicators.contains_key(&code) {
        let indicator = units::described(name, unit).described(&code);
        output.described.indicators.insert(code.clone(), indicator);
    }
    Some(output.labels.indicators.position(&code))
}

fn read_values(
    record: &Record<'_>,
    (header, periods): (&Header, &[(usize, Period)]),
    (region, indicator): (u32, u32),
    output: &mut Output<'_>,
) -> ControlFlow<()> {
    let (industry, none) = (output.labels.industries.position(""), output.labels.texts.position(""));
    for (at, period) in periods {
        let (value, status) = match numbers::parse(record.text(*at)) {
            Ok(Some(value)) => (value, ObservationStatus::NORMAL),
            Ok(None) => (f64::NAN, ObservationStatus::MISSING),
            Err(rule) => {
                output.report.add(rule, record.line, header.name(*at), record.text(*at));
                continue;
            }
        };
        let (line, period) = (record.line, *period);
        output.push(Cell {
            line,
            value,
            indicator,
            region,
            industry,
            flag: none,
            note: none,
            source: none,
            period,
            status,
        })?;
    }
    ControlFlow::Continue(())
}
