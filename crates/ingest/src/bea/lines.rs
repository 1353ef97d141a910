//! Lines of the BEA's tables: industries of gross domestic product, or indicators.

use std::collections::HashMap;

use growthpole_domain::{Aggregation, Indicator, IndicatorKind, Industry, PriceBasis};

use super::Columns;
use crate::cells::Output;
use crate::mapping::IndicatorEntry;
use crate::options::Options;
use crate::report::Rule;
use crate::table::named;
use crate::text::records::Record;

/// What a record says about its line.
#[derive(Debug, Clone, Copy)]
struct Row<'r> {
    table: &'r str,
    line: &'r str,
    /// With its indentation.
    description: &'r str,
    unit: &'r str,
    /// Industries of NAICS that it has together.
    naics: &'r str,
}

impl<'r> Row<'r> {
    fn of(record: &Record<'r>, columns: &Columns) -> Self {
        let text = |at: usize| record.text(at).trim();
        Self {
            table: text(columns.table),
            line: text(columns.line),
            description: record.text(columns.description),
            unit: text(columns.unit),
            naics: columns.industry.map_or("", text),
        }
    }
}

/// Lines that were met in a file.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Positions of indicator and industry, by table and line.
    known: HashMap<(String, String), (u32, u32)>,
    /// Lines above the present one that are less indented, outermost first: indentation and code.
    above: Vec<(usize, String)>,
    /// Table, and code of its indicator where its lines are industries.
    pub(super) tables: Vec<(String, Option<String>)>,
}

impl Lines {
    /// Positions of a record's indicator and industry, which are described when they are new.
    pub(super) fn position(
        &mut self,
        record: &Record<'_>,
        columns: &Columns,
        options: &Options,
        output: &mut Output<'_>,
    ) -> Option<(u32, u32)> {
        let row = Row::of(record, columns);
        let key = (row.table.to_owned(), row.line.to_owned());
        if let Some(found) = self.known.get(&key) {
            return Some(*found);
        }
        let is_code = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        for (name, text) in [("TableName", row.table), ("LineCode", row.line)] {
            if !is_code(text) {
                output.report.add(Rule::BadCode, record.line, name, text);
                return None;
            }
        }
        // The first table of each kind is a summary: its lines are real, nominal and chained product, not industries.
        let has_industries = row.table.contains("GDP") && !row.table.ends_with("GDP1");
        let found = match has_industries {
            true => self.industry(row, record.line, options, output),
            false => self.indicator(row, options, output),
        };
        self.known.insert(key, found);
        Some(found)
    }

    /// A line that is an industry, which a record of the file is the first of. All have the table's unit.
    fn industry(&mut self, row: Row<'_>, at: u64, options: &Options, output: &mut Output<'_>) -> (u32, u32) {
        let Row { table, line, .. } = row;
        let code = options.indicator.as_deref().unwrap_or(table);
        if !self.tables.iter().any(|(known, _)| known == table) {
            self.tables.push((table.to_owned(), Some(code.to_owned())));
        }
        let classification = format!("BEA {table}");
        let indicator = self::indicator(code, table, row.unit, &classification);
        let known = output.described.indicators.entry(code.to_owned()).or_insert_with(|| indicator.clone());
        if (&known.unit, known.unit_multiplier) != (&indicator.unit, indicator.unit_multiplier) {
            let sent = format!("{} after {} x 10^{}", row.unit, known.unit, known.unit_multiplier);
            output.report.add(Rule::Inconsistent, at, "Unit", &sent);
        }
        let (level, parent) = self.place(row.description, line);
        let industry = Industry {
            classification: classification.clone(),
            code: line.to_owned(),
            level,
            parent,
            names: named("en", plain(row.description)),
            tags: Vec::new(),
            note: if matches!(row.naics, "" | "...") { String::new() } else { format!("NAICS {}", row.naics) },
        };
        output.described.industries.entry((classification, line.to_owned())).or_insert(industry);
        (output.labels.indicators.position(code), output.labels.industries.position(line))
    }

    /// Level and parent of a line, by its indentation. Government is not indented, and yet a part of the total; what else
    /// is not indented repeats parts of it.
    fn place(&mut self, description: &str, line: &str) -> (String, String) {
        let indentation = description.len() - description.trim_start().len();
        let first = self.above.first().map(|(_, code)| code.clone());
        self.above.retain(|(above, _)| *above < indentation || *above == 0);
        let parent = match (indentation, &first) {
            (0, None) => return self.enter(0, line, "TOTAL", ""),
            (0, Some(total)) if description.starts_with("Government") => total.clone(),
            (0, Some(_)) => return ("ADDENDUM".to_owned(), String::new()),
            _ => self.above.last().map(|(_, code)| code.clone()).unwrap_or_default(),
        };
        let level = format!("LEVEL_{}", indentation.max(1));
        self.enter(indentation.max(1), line, &level, &parent)
    }

    fn enter(&mut self, indentation: usize, line: &str, level: &str, parent: &str) -> (String, String) {
        self.above.push((indentation, line.to_owned()));
        (level.to_owned(), parent.to_owned())
    }

    /// A line that is an indicator.
    fn indicator(&mut self, row: Row<'_>, options: &Options, output: &mut Output<'_>) -> (u32, u32) {
        let Row { table, line, unit, .. } = row;
        if !self.tables.iter().any(|(known, _)| known == table) {
            self.tables.push((table.to_owned(), None));
        }
        let prefix = options.indicator.as_deref().unwrap_or(table);
        let code = format!("{prefix}.{line}");
        let mut indicator = self::indicator(&code, plain(row.description), unit, "");
        // Line 3 of these tables is line 1 divided by the population on line 2.
        if matches!(table, "CAINC1" | "SAINC1") && line == "3" {
            let aggregation_weight = format!("{prefix}.2");
            indicator = Indicator { aggregation: Aggregation::Mean, aggregation_weight, ..indicator };
        }
        output.described.indicators.entry(code.clone()).or_insert(indicator);
        (output.labels.indicators.position(&code), output.labels.industries.position(""))
    }
}

/// A description without its indentation and the mark of a footnote: ` Private industries 2/`.
pub(super) fn plain(description: &str) -> &str {
    let text = description.trim();
    let without = text.strip_suffix('/').map(|rest| rest.trim_end_matches(|letter: char| letter.is_ascii_digit()));
    without.filter(|rest| rest.ends_with(' ')).map_or(text, str::trim_end)
}

/// An indicator by what the table says of its unit.
fn indicator(code: &str, name: &str, unit: &str, classification: &str) -> Indicator {
    let (unit, unit_multiplier) = unit_of(unit);
    let is_real = unit.contains("chained");
    let per_head = name.to_ascii_lowercase().contains("per capita") || name.contains("Average ");
    let (kind, aggregation) = match unit.as_str() {
        _ if per_head => (IndicatorKind::Share, Aggregation::None),
        "persons" | "jobs" => (IndicatorKind::Level, Aggregation::Sum),
        "USD" => (IndicatorKind::Flow, Aggregation::Sum),
        // Chained dollars do not add up.
        _ if is_real => (IndicatorKind::Flow, Aggregation::None),
        text if text.to_ascii_lowercase().contains("index") => (IndicatorKind::Index, Aggregation::None),
        text if text.to_ascii_lowercase().contains("percent") => (IndicatorKind::Rate, Aggregation::None),
        _ => (IndicatorKind::Level, Aggregation::None),
    };
    let price_basis = match unit.as_str() {
        _ if is_real => PriceBasis::Constant,
        "USD" => PriceBasis::Current,
        _ => PriceBasis::None,
    };
    let classification = classification.to_owned();
    let entry = IndicatorEntry {
        unit,
        unit_multiplier,
        kind,
        aggregation,
        price_basis,
        classification,
        ..IndicatorEntry::default()
    };
    IndicatorEntry { names: named("en", name), ..entry }.described(code)
}

/// A unit of the BEA as unit and power of ten.
fn unit_of(text: &str) -> (String, i32) {
    let lower = text.to_ascii_lowercase();
    let (rest, power) = [("thousands of ", 3), ("millions of ", 6), ("billions of ", 9), ("number of ", 0)]
        .into_iter()
        .find_map(|(prefix, power)| Some((lower.strip_prefix(prefix)?, power)))
        .unwrap_or((&lower, 0));
    let unit = match rest {
        "dollars" | "current dollars" => "USD".to_owned(),
        "persons" => "persons".to_owned(),
        "jobs" => "jobs".to_owned(),
        _ => match rest.strip_prefix("chained ").and_then(|rest| rest.strip_suffix(" dollars")) {
            Some(year) => format!("USD, chained {year}"),
            None => return (text.to_owned(), 0),
        },
    };
    (unit, power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_with_their_powers() {
        assert_eq!(unit_of("Thousands of dollars"), ("USD".into(), 3));
        assert_eq!(unit_of("Thousands of chained 2012 dollars"), ("USD, chained 2012".into(), 3));
        assert_eq!(unit_of("Number of persons"), ("persons".into(), 0));
        assert_eq!(unit_of("Quantity index"), ("Quantity index".into(), 0));
    }

    #[test]
    fn footnote_marks_are_no_part_of_a_name() {
        assert_eq!(plain("  Private goods-producing industries 2/"), "Private goods-producing industries");
        assert_eq!((plain("and/or"), plain("1/"), plain("a 1/b")), ("and/or", "1/", "a 1/b"));
    }

    #[test]
    fn indentation_tells_parents() {
        let mut lines = Lines::default();
        let mut place = |text: &str, line: &str| {
            let (level, parent) = lines.place(text, line);
            format!("{level} {parent}")
        };
        assert_eq!(place("All industry total", "1"), "TOTAL ");
        assert_eq!(place(" Private industries", "2"), "LEVEL_1 1");
        assert_eq!(place("  Manufacturing", "12"), "LEVEL_2 2");
        assert_eq!(place("   Durable goods", "13"), "LEVEL_3 12");
        assert_eq!(place("  Wholesale trade", "34"), "LEVEL_2 2");
        assert_eq!(place("Government and government enterprises", "83"), "LEVEL_1 1");
        assert_eq!(place("Natural resources and mining", "87"), "ADDENDUM ");
    }
}
