//! Imports, as messages ask for them and report on them; for calls, and for this process itself.

use std::fs::File;

use growthpole_contracts::v1;
use growthpole_contracts::{Reason, Refusal};
use growthpole_datastore::{FileImport, ImportMode, ImportSettings, ImportWatch, ImportedFile, StoreError, published};
use growthpole_ingest::{Finding, FormatChoice, Mapping, Options, Progress, Report, Severity, Source, Summary};
use growthpole_worker_kit::convert::message::{count, precision};
use serde::{Deserialize, Serialize};

use crate::convert::long;

/// The longest name, label and id that is taken.
const LONGEST_NAME: usize = 255;
const LONGEST_REQUEST_ID: usize = 128;

/// Settings of imports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportLimits {
    /// Bytes of an uploaded file, as it is sent.
    pub max_bytes: u64,
    /// Imports at a time; the next ones wait for their turn, which they have when their file is there as a whole.
    pub at_once: usize,
    /// Bytes of uploads that may lie in temporary files at a time, of files that are on their way or wait for their turn.
    pub spool_bytes: u64,
    /// Seconds that the next part of an upload may take to come.
    pub idle_seconds: f64,
    /// Bytes of memory in which the cells of one import are sorted.
    pub sort_bytes: usize,
    /// Folder of temporary files: uploads and what is being sorted. Empty: the system's.
    pub scratch: std::path::PathBuf,
}

impl Default for ImportLimits {
    fn default() -> Self {
        let ImportSettings { sort_bytes, scratch } = ImportSettings::default();
        Self { max_bytes: 16 << 30, at_once: 2, spool_bytes: 64 << 30, idle_seconds: 30.0, sort_bytes, scratch }
    }
}

impl ImportLimits {
    /// Checks the values.
    ///
    /// # Errors
    ///
    /// A sentence for every value that is not allowed, each starting with its key.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        const LEAST_SORT_BYTES: usize = 1 << 20;
        let mut mistakes = Vec::new();
        if self.max_bytes == 0 {
            mistakes.push("max_bytes must be at least 1".to_owned());
        }
        if self.spool_bytes < self.max_bytes {
            mistakes.push(format!("spool_bytes = {} must be at least max_bytes", self.spool_bytes));
        }
        if self.at_once == 0 {
            mistakes.push("at_once must be at least 1".to_owned());
        }
        if !(self.idle_seconds > 0.0 && self.idle_seconds <= 86_400.0) {
            mistakes.push(format!("idle_seconds = {} must lie between 0 and 86400", self.idle_seconds));
        }
        if self.sort_bytes < LEAST_SORT_BYTES {
            mistakes.push(format!("sort_bytes = {} must be at least {LEAST_SORT_BYTES}", self.sort_bytes));
        }
        if !(self.scratch.as_os_str().is_empty() || self.scratch.is_dir()) {
            mistakes.push(format!("scratch = \"{}\" is no folder", self.scratch.display()));
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    /// How much room the store has for an import.
    pub fn store_settings(&self) -> ImportSettings {
        ImportSettings { sort_bytes: self.sort_bytes, scratch: self.scratch.clone() }
    }
}

/// Checks a header: everything about an import that can be wrong before the file is there.
///
/// # Errors
///
/// A refusal that names the field.
pub fn check_header(header: &v1::ImportHeader) -> Result<(), Refusal> {
    parsed(header).map(|_| ())
}

/// The import of a file, by its header. Without `writes` the file is only checked.
///
/// # Errors
///
/// A refusal that names the field, and one for a file that cannot be read.
pub fn file_import(header: v1::ImportHeader, file: File, writes: bool) -> Result<FileImport, Refusal> {
    let Parsed { options, published, mode } = parsed(&header)?;
    let name = if header.file_name.is_empty() { "upload" } else { header.file_name.as_str() };
    let source = Source::new(file, name).map_err(|source| import_refusal(StoreError::Scratch { source }))?;
    let v1::ImportHeader { dataset, label, note, .. } = header;
    Ok(FileImport { dataset, source, options, published, label, note, mode, writes })
}

struct Parsed {
    options: Options,
    published: Option<(jiff::civil::Date, growthpole_domain::DatedPrecision)>,
    mode: ImportMode,
}

fn parsed(header: &v1::ImportHeader) -> Result<Parsed, Refusal> {
    if growthpole_datastore::check_dataset_id(&header.dataset).is_err() {
        let allowed = "1 to 64 of a-z, 0-9, - and _, and a letter or digit first";
        return Err(Refusal::invalid("header.dataset", format!("\"{}\"", header.dataset), allowed));
    }
    for (field, text, most) in [
        ("header.file_name", &header.file_name, LONGEST_NAME),
        ("header.label", &header.label, LONGEST_NAME),
        ("header.indicator", &header.indicator, LONGEST_NAME),
        ("header.request_id", &header.request_id, LONGEST_REQUEST_ID),
    ] {
        if text.len() > most {
            return Err(Refusal::invalid(field, format!("{} bytes", text.len()), &format!("at most {most} bytes")));
        }
    }
    let format = if header.format.is_empty() { "auto" } else { header.format.as_str() };
    let format: FormatChoice = format.parse().map_err(|error: growthpole_ingest::format::UnknownFormatError| {
        Refusal::new(Reason::InvalidField, error.to_string()).with_violation("header.format", error.to_string())
    })?;
    let mapping = Mapping::parse(&header.mapping).map_err(|error| {
        Refusal::new(Reason::InvalidField, error.to_string()).with_violation("header.mapping", error.to_string())
    })?;
    let date = match header.published.as_str() {
        "" => None,
        text => Some(published(text).ok_or_else(|| {
            Refusal::invalid("header.published", format!("\"{text}\""), "a day like 2019-12-12, 2019-12 or 2019")
        })?),
    };
    let mode = match v1::ImportMode::try_from(header.mode) {
        Ok(v1::ImportMode::Unspecified | v1::ImportMode::Replace) => ImportMode::Replace,
        Ok(v1::ImportMode::Upsert) => ImportMode::Upsert,
        Err(_) => return Err(Refusal::invalid("header.mode", header.mode, "REPLACE, UPSERT")),
    };
    let indicator = (!header.indicator.is_empty()).then(|| header.indicator.clone());
    Ok(Parsed { options: Options { format, mapping, indicator }, published: date, mode })
}

/// How far an import is of a file that is all there.
pub fn import_progress(read: &Progress, watch: &ImportWatch) -> v1::ImportProgress {
    let total_bytes = long(read.bytes_total());
    v1::ImportProgress {
        received_bytes: total_bytes,
        read_bytes: long(read.bytes_read()),
        total_bytes,
        rows: long(watch.rows()),
        cells: long(watch.cells()),
        checked_cells: long(watch.checked()),
    }
}

/// What an import found and did.
pub fn import_report(dataset: &str, imported: &ImportedFile) -> v1::ImportReport {
    let report = &imported.report;
    let vintage = imported.committed.as_ref().map(|committed| &committed.vintage);
    v1::ImportReport {
        dataset: dataset.to_owned(),
        format: imported.format.map(|format| format.name().to_owned()).unwrap_or_default(),
        rows: long(report.records),
        series: long(imported.series),
        cells: long(report.cells),
        missing: long(report.missing),
        suppressed: long(report.suppressed),
        errors: findings(report, Severity::Error),
        warnings: findings(report, Severity::Warning),
        vintage: vintage.map(|vintage| count(vintage.number)),
        already_there: imported.committed.as_ref().is_some_and(|committed| committed.already_there),
        digest: vintage.map(|vintage| vintage.digest.clone()).unwrap_or_default(),
        published: vintage.map(|vintage| vintage.published.to_string()).unwrap_or_default(),
        published_precision: vintage.map(|vintage| precision(vintage.precision).into()).unwrap_or_default(),
        label: vintage.map(|vintage| vintage.label.clone()).unwrap_or_default(),
    }
}

fn findings(report: &Report, severity: Severity) -> Vec<v1::ImportFinding> {
    let finding = |summary: Summary| v1::ImportFinding {
        code: summary.rule.code().to_owned(),
        message: summary.message,
        count: long(summary.count),
        places: report.findings.iter().filter(|finding| finding.rule == summary.rule).map(place).collect(),
    };
    report.summaries(severity).into_iter().map(finding).collect()
}

fn place(finding: &Finding) -> v1::ImportPlace {
    v1::ImportPlace {
        file: finding.file.clone(),
        line: long(finding.line),
        column: finding.column.clone(),
        value: finding.value.clone(),
    }
}

/// The refusal of an import that the store could not make.
pub fn import_refusal(error: StoreError) -> Refusal {
    crate::services::stored(error)
}
