//! Which column of a table holds what, and the cells of its batches.

use std::ops::ControlFlow;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_cast::display::array_value_to_string;
use arrow_schema::{DataType, Schema};
use growthpole_domain::{ObservationStatus, Period};

use super::column::{Numbers, Texts, holds_numbers, holds_texts};
use super::guarded;
use crate::cells::{Cell, Interner, Output};
use crate::numbers::finite;
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::source::{Reading, SourceError};
use crate::text::periods;

/// Parts of an observation that are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Region,
    Industry,
    Indicator,
    Status,
    Flag,
    Note,
    Source,
}

/// A part that is a column, or the same for all rows.
#[derive(Debug, Clone)]
enum From {
    Column(String),
    Constant(String),
}

/// Which column holds what.
pub(super) struct Table<'o> {
    options: &'o Options,
    parts: Vec<(Part, From)>,
    /// What codes of indicators begin with, before a point, where they stand in a column.
    prefix: Option<&'o str>,
    period: From,
    value: String,
    /// The row that comes next, from 1.
    row: u64,
}

/// The names of the columns that a mapping gives.
struct Names<'a> {
    schema: &'a Schema,
    /// Columns that are not read under a name of their own.
    ignored: &'a [String],
    read: Vec<String>,
}

impl Names<'_> {
    /// The column of a part: under the name that was asked for, which has to be there, else under its own.
    fn find(&mut self, asked: Option<&String>, own: &str, report: &mut Report) -> Option<String> {
        let name = asked.map_or(own, String::as_str);
        if asked.is_none() && self.ignored.iter().any(|ignored| ignored == own) {
            return None;
        }
        let mut found = self.schema.fields().iter().filter(|field| field.name() == name);
        let is_there = found.next().is_some();
        if found.next().is_some() {
            report.add(Rule::DuplicateColumn, 0, name, name);
        }
        if !is_there && asked.is_some() {
            self.report_missing(name, report);
        }
        is_there.then(|| {
            self.read.push(name.to_owned());
            name.to_owned()
        })
    }

    fn report_missing(&self, name: &str, report: &mut Report) {
        let names: Vec<&str> = self.schema.fields().iter().take(20).map(|field| field.name().as_str()).collect();
        report.add(Rule::MissingColumn, 0, name, &format!("has: {}", names.join(", ")));
    }
}

impl<'o> Table<'o> {
    /// Finds the columns, or reports what the table lacks and what cannot be read.
    pub(super) fn new(schema: &Schema, options: &'o Options, report: &mut Report) -> Option<Self> {
        let (columns, constants) = (&options.mapping.columns, &options.mapping.constants);
        let wanted = [
            (Part::Region, "region", &columns.region, constants.region.as_ref()),
            (Part::Industry, "industry", &columns.industry, constants.industry.as_ref()),
            (Part::Indicator, "indicator", &columns.indicator, constants.indicator.as_ref()),
            (Part::Status, "status", &columns.status, constants.status.as_ref()),
            (Part::Flag, "flag", &columns.flag, constants.flag.as_ref()),
            (Part::Note, "note", &columns.note, constants.note.as_ref()),
            (Part::Source, "source", &columns.source, constants.source.as_ref()),
        ];
        let mut names = Names { schema, ignored: &columns.ignore, read: Vec::new() };
        let mut parts = Vec::new();
        let mut prefix = None;
        for (part, own, asked, constant) in wanted {
            let mut found = match constant {
                Some(constant) => Some(From::Constant(constant.clone())),
                None => names.find(asked.as_ref(), own, report).map(From::Column),
            };
            if let Some(code) = options.indicator.as_ref().filter(|_| part == Part::Indicator) {
                // A column tells several indicators apart; their codes begin with what the caller asked for.
                match found {
                    Some(From::Column(_)) => prefix = Some(code.as_str()),
                    _ => found = Some(From::Constant(code.clone())),
                }
            }
            if found.is_none() && asked.is_none() && matches!(part, Part::Region | Part::Indicator) {
                names.report_missing(own, report);
            }
            parts.extend(found.map(|found| (part, found)));
        }
        let mut needed = |asked: &Option<String>, own: &str| {
            let found = names.find(asked.as_ref(), own, report);
            if found.is_none() && asked.is_none() {
                names.report_missing(own, report);
            }
            found
        };
        let value = needed(&columns.value, "value");
        let period = match &constants.period {
            Some(constant) => Some(From::Constant(constant.clone())),
            None => needed(&columns.period, "period").map(From::Column),
        };
        check_types(schema, &names.read, value.as_deref(), period.as_ref(), options, report);
        let (value, period) = (value?, period?);
        (report.errors() == 0).then_some(Self { options, parts, prefix, period, value, row: 1 })
    }

    /// Whether a column is read.
    pub(super) fn reads(&self, name: &str) -> bool {
        let is = |from: &From| matches!(from, From::Column(column) if column == name);
        self.value == name || is(&self.period) || self.parts.iter().any(|(_, from)| is(from))
    }

    /// Reads a batch, or reports what is wrong with its rows.
    pub(super) fn read(&mut self, batch: &RecordBatch, output: &mut Output<'_>) -> Reading {
        let column = column(batch, &self.value)?;
        let values = guarded(|| Numbers::new(column))?;
        let mut periods = PeriodColumn::new(&self.period, batch)?;
        let mut parts = Parts::new(&self.parts, self.prefix, batch, output)?;
        for row in 0..batch.num_rows() {
            let line = self.row;
            self.row += 1;
            output.report.records += 1;
            let period = periods.at(row, self.options);
            if let Err(sent) = &period {
                output.report.add(Rule::BadPeriod, line, periods.name(), sent);
            }
            let value = match values.at(row).map_err(|_| Rule::BadNumber).map(|value| value.map(finite).transpose()) {
                Ok(Ok(value)) => Some(value),
                Ok(Err(rule)) | Err(rule) => {
                    let sent = array_value_to_string(column, row).unwrap_or_default();
                    output.report.add(rule, line, &self.value, &sent);
                    None
                }
            };
            let cell = parts.cell(row, line, output);
            let (Some(cell), Ok(period), Some(value)) = (cell, period, value) else { continue };
            let status = agreed(value, cell.status, line, &mut output.report);
            if output.push(Cell { period, value: value.unwrap_or(f64::NAN), status, ..cell.cell }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn column<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b ArrayRef, SourceError> {
    batch.column_by_name(name).ok_or_else(|| SourceError::new(Rule::MissingColumn, 0, name))
}

/// The status of a value, where the row may have left it to the reader.
fn agreed(value: Option<f64>, sent: Option<ObservationStatus>, line: u64, report: &mut Report) -> ObservationStatus {
    let Some(status) = sent else {
        return if value.is_some() { ObservationStatus::NORMAL } else { ObservationStatus::MISSING };
    };
    if value.is_some() && status.is_missing() {
        report.add(Rule::ValueWithMissingStatus, line, "status", &status.to_string());
    }
    if value.is_none() && status == ObservationStatus::NORMAL {
        report.add(Rule::NormalStatusWithoutValue, line, "status", &status.to_string());
    }
    status
}

/// Reports columns of types that are not read, and columns that nothing reads.
fn check_types(
    schema: &Schema,
    read: &[String],
    value: Option<&str>,
    period: Option<&From>,
    options: &Options,
    report: &mut Report,
) {
    let is_period = |name: &str| matches!(period, Some(From::Column(column)) if column == name);
    for field in schema.fields() {
        let (name, kind) = (field.name().as_str(), field.data_type());
        if options.mapping.columns.ignore.iter().any(|ignored| ignored == name) {
            continue;
        }
        if !read.iter().any(|known| known == name) {
            let rule = if kind.is_nested() { Rule::ColumnType } else { Rule::ColumnNotRead };
            report.add(rule, 0, name, &kind.to_string());
            continue;
        }
        let fits = if value == Some(name) {
            holds_numbers(kind)
        } else {
            holds_texts(kind) || is_period(name) && kind.is_floating()
        };
        if !fits {
            report.add(Rule::ColumnType, 0, name, &kind.to_string());
        }
    }
}

/// Periods by row: texts, or whole numbers for years.
enum PeriodColumn<'a> {
    Texts { name: &'a str, texts: Texts, last: Option<(String, Option<Period>)> },
    Years { name: &'a str, years: Numbers },
    Constant(&'a str),
}

impl<'a> PeriodColumn<'a> {
    fn new(from: &'a From, batch: &RecordBatch) -> Result<Self, SourceError> {
        let name = match from {
            From::Constant(text) => return Ok(Self::Constant(text)),
            From::Column(name) => name.as_str(),
        };
        let column = column(batch, name)?;
        if matches!(column.data_type(), DataType::Float16 | DataType::Float32 | DataType::Float64) {
            return Ok(Self::Years { name, years: guarded(|| Numbers::new(column))? });
        }
        Ok(Self::Texts { name, texts: guarded(|| Texts::new(column))?, last: None })
    }

    fn name(&self) -> &str {
        match self {
            Self::Texts { name, .. } | Self::Years { name, .. } => name,
            Self::Constant(_) => "period",
        }
    }

    /// The period of a row, or what stands there instead.
    fn at(&mut self, row: usize, options: &Options) -> Result<Period, String> {
        let forms = options.mapping.periods;
        match self {
            Self::Constant(text) => periods::parse(text, forms).ok_or_else(|| (*text).to_owned()),
            Self::Years { years, .. } => {
                let text = years.at(row).ok().flatten().map(|year| year.to_string()).unwrap_or_default();
                periods::parse(&text, forms).ok_or(text)
            }
            Self::Texts { texts, last, .. } => {
                let text = texts.at(row);
                let period = match last {
                    Some((known, period)) if known == text => *period,
                    _ => {
                        let period = periods::parse(text, forms);
                        *last = Some((text.to_owned(), period));
                        period
                    }
                };
                period.ok_or_else(|| text.to_owned())
            }
        }
    }
}

/// A cell without period and value, and the status that the row gives.
struct Begun {
    cell: Cell,
    status: Option<ObservationStatus>,
}

/// The texts of a batch, each with the positions that its labels have.
struct Parts<'a> {
    columns: Vec<(Part, &'a str, Texts, Known<'a>)>,
    constants: Cell,
    status: Option<ObservationStatus>,
}

/// Positions of labels that were looked up already.
struct Known<'a> {
    by_key: Vec<Option<u32>>,
    last: Option<(String, u32)>,
    prefix: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn new(
        parts: &'a [(Part, From)],
        prefix: Option<&'a str>,
        batch: &RecordBatch,
        output: &mut Output<'_>,
    ) -> Result<Self, SourceError> {
        let empty = output.labels.texts.position("");
        let industry = if parts.iter().any(|(part, _)| *part == Part::Industry) {
            0
        } else {
            output.labels.industries.position("")
        };
        let (indicator, region, period) = (0, 0, Period::year(1));
        let (line, value, status) = (0, f64::NAN, ObservationStatus::MISSING);
        let constants =
            Cell { line, value, indicator, region, industry, flag: empty, note: empty, source: empty, period, status };
        let mut found = Self { columns: Vec::new(), constants, status: None };
        for (part, from) in parts {
            match from {
                From::Constant(text) => found.constant(*part, text, output),
                From::Column(name) => {
                    let column = column(batch, name)?;
                    let texts = guarded(|| Texts::new(column))?;
                    let prefix = prefix.filter(|_| *part == Part::Indicator);
                    let known = Known { by_key: vec![None; texts.keys().unwrap_or_default()], last: None, prefix };
                    found.columns.push((*part, name, texts, known));
                }
            }
        }
        Ok(found)
    }

    fn constant(&mut self, part: Part, text: &str, output: &mut Output<'_>) {
        if part == Part::Status {
            self.status = ObservationStatus::parse(text).filter(|_| !text.is_empty());
            if self.status.is_none() && !text.is_empty() {
                output.report.add(Rule::UnknownStatus, 0, "status", text);
            }
            return;
        }
        let position = labels_of(part, output).position(text);
        set(&mut self.constants, part, position);
    }

    /// What the texts of a row say, or reports what is wrong with them.
    fn cell(&mut self, row: usize, line: u64, output: &mut Output<'_>) -> Option<Begun> {
        let mut cell = Cell { line, ..self.constants };
        let (mut status, mut is_whole) = (self.status, true);
        for (part, name, texts, known) in &mut self.columns {
            if *part == Part::Status {
                let text = texts.at(row);
                status = ObservationStatus::parse(text).filter(|_| !text.is_empty());
                if status.is_none() && !text.is_empty() {
                    output.report.add(Rule::UnknownStatus, line, name, text);
                    is_whole = false;
                }
                continue;
            }
            let position = known.position(texts, row, labels_of(*part, output));
            let rule = match part {
                Part::Region => Some(Rule::EmptyRegion),
                Part::Indicator => Some(Rule::EmptyIndicator),
                _ => None,
            };
            if let Some(rule) = rule.filter(|_| texts.at(row).is_empty()) {
                output.report.add(rule, line, name, "");
                is_whole = false;
            }
            set(&mut cell, *part, position);
        }
        is_whole.then_some(Begun { cell, status })
    }
}

impl Known<'_> {
    fn position(&mut self, texts: &Texts, row: usize, labels: &mut Interner) -> u32 {
        let prefix = self.prefix;
        let mut label = |text: &str| match prefix {
            Some(prefix) => labels.position(&format!("{prefix}.{text}")),
            None => labels.position(text),
        };
        if let Some(slot) = texts.key(row).and_then(|key| self.by_key.get_mut(key)) {
            return *slot.get_or_insert_with(|| label(texts.at(row)));
        }
        let text = texts.at(row);
        if let Some((last, position)) = &self.last
            && last == text
        {
            return *position;
        }
        let position = label(text);
        self.last = Some((text.to_owned(), position));
        position
    }
}

fn labels_of<'l>(part: Part, output: &'l mut Output<'_>) -> &'l mut Interner {
    match part {
        Part::Region => &mut output.labels.regions,
        Part::Industry => &mut output.labels.industries,
        Part::Indicator => &mut output.labels.indicators,
        Part::Status | Part::Flag | Part::Note | Part::Source => &mut output.labels.texts,
    }
}

fn set(cell: &mut Cell, part: Part, position: u32) {
    match part {
        Part::Region => cell.region = position,
        Part::Industry => cell.industry = position,
        Part::Indicator => cell.indicator = position,
        Part::Flag => cell.flag = position,
        Part::Note => cell.note = position,
        Part::Source => cell.source = position,
        Part::Status => {}
    }
}
