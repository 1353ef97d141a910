//! The report of an import, for people and for programs.

use std::io::Write as _;

use growthpole_contracts::v1::{self, DatePrecision};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::csv::Records;
use crate::output::format::date;
use crate::output::table::Table;
use crate::output::{Format, View, standard_output};

/// Prints a report.
pub(super) fn print(report: &v1::ImportReport, dry_run: bool, format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        let mut output = standard_output();
        serde_json::to_writer_pretty(&mut output, &value(report))?;
        writeln!(output)?;
        return Ok(output.flush()?);
    }
    view(report, dry_run).print(format)
}

/// The report with numbers as numbers, which the protobuf mapping would write as texts.
fn value(report: &v1::ImportReport) -> Value {
    json!({
        "dataset": report.dataset,
        "format": report.format,
        "rows": report.rows,
        "series": report.series,
        "cells": report.cells,
        "missing": report.missing,
        "suppressed": report.suppressed,
        "errors": report.errors.iter().map(finding).collect::<Vec<_>>(),
        "warnings": report.warnings.iter().map(finding).collect::<Vec<_>>(),
        "vintage": report.vintage,
        "already_there": report.already_there,
        "published": published(report),
        "label": report.label,
        "digest": report.digest,
    })
}

fn finding(finding: &v1::ImportFinding) -> Value {
    let place = |place: &v1::ImportPlace| {
        let v1::ImportPlace { file, line, column, value } = place;
        // A place without one is a whole file or column.
        let line = (*line > 0).then_some(*line);
        json!({ "file": file, "line": line, "column": column, "value": value })
    };
    json!({
        "code": finding.code,
        "message": finding.message,
        "count": finding.count,
        "places": finding.places.iter().map(place).collect::<Vec<_>>(),
    })
}

fn published(report: &v1::ImportReport) -> String {
    let precision = DatePrecision::try_from(report.published_precision).unwrap_or_default();
    if report.published.is_empty() { String::new() } else { date(&report.published, precision) }
}

fn view(report: &v1::ImportReport, dry_run: bool) -> View {
    let v1::ImportReport { dataset, label, .. } = report;
    let title = match report.vintage {
        Some(number) if report.already_there => format!("{dataset}: the same data are there as vintage {number}"),
        Some(number) => format!("{dataset}: imported as vintage {number} ({label}, published {})", published(report)),
        None if dry_run => format!("{dataset}: checked, and nothing was written"),
        None => format!("{dataset}: nothing was imported"),
    };
    let mut counts = Table::new(title).texts(["Format"]).numbers(["Rows", "Series", "Cells", "Missing", "Suppressed"]);
    let numbers = [report.rows, report.series, report.cells, report.missing, report.suppressed];
    let [rows, series, cells, missing, suppressed] = numbers.map(|number| number.to_string());
    counts.row([report.format.clone(), rows, series, cells, missing, suppressed]);
    let mut tables = vec![counts];
    let mut records = Records::new(["severity", "code", "count", "message"]);
    let mut findings = Table::new("What was found").texts(["", "Code"]).numbers(["Count"]).texts(["What"]);
    let all = report.errors.iter().map(|finding| ("error", finding));
    for (severity, finding) in all.chain(report.warnings.iter().map(|finding| ("warning", finding))) {
        let v1::ImportFinding { code, message, count, .. } = finding;
        findings.row([severity.to_owned(), code.clone(), count.to_string(), message.clone()]);
        records.row([severity.to_owned(), code.clone(), count.to_string(), message.clone()]);
    }
    if !(report.errors.is_empty() && report.warnings.is_empty()) {
        tables.push(findings);
    }
    View { tables, records, ..View::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_numbers_and_no_vintage_where_there_is_none() {
        let errors = vec![v1::ImportFinding { code: "BAD_NUMBER".into(), count: 2, ..Default::default() }];
        let report = value(&v1::ImportReport { rows: 3, errors, ..Default::default() });
        assert_eq!((&report["rows"], &report["vintage"]), (&json!(3), &Value::Null));
        assert_eq!((&report["errors"][0]["code"], &report["errors"][0]["count"]), (&json!("BAD_NUMBER"), &json!(2)));
        let places = [7, 0].map(|line| v1::ImportPlace { line, ..Default::default() }).to_vec();
        let warnings = vec![v1::ImportFinding { places, ..Default::default() }];
        let report = value(&v1::ImportReport { vintage: Some(4), warnings, ..Default::default() });
        let lines = [0, 1].map(|at| &report["warnings"][0]["places"][at]["line"]);
        assert_eq!(lines, [&json!(7), &Value::Null]);
        assert_eq!(report["vintage"], json!(4));
    }
}
