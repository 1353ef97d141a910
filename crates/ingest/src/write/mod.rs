//! Writers of statistical formats: observations to bytes, batch by batch, in memory that does not grow with their number.

mod columns;
mod csv;
mod json_stat;
mod sdmx_csv;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use growthpole_domain::{Catalogue, Observation, VintageInfo};

/// A format that is written. Everything that is written is read back as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExportFormat {
    /// One observation a record, columns by name.
    Csv,
    /// SDMX-CSV 2.0.
    SdmxCsv,
    /// JSON-stat 2.0: one cube, of which the cells that are there are written.
    JsonStat,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC, as a file.
    Arrow,
}

impl ExportFormat {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Csv, "csv"),
        (Self::SdmxCsv, "sdmx-csv"),
        (Self::JsonStat, "json-stat"),
        (Self::Parquet, "parquet"),
        (Self::Arrow, "arrow"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::SdmxCsv => "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8",
            Self::JsonStat => "application/json",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Arrow => "application/vnd.apache.arrow.file",
        }
    }

    /// What names of its files end with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::SdmxCsv => "sdmx.csv",
            Self::JsonStat => "json",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no format's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{sent}\" is not written; allowed: csv, sdmx-csv, json-stat, parquet, arrow")]
pub struct UnknownExportFormat {
    /// The name.
    pub sent: String,
}

impl FromStr for ExportFormat {
    type Err = UnknownExportFormat;

    fn from_str(text: &str) -> Result<Self, UnknownExportFormat> {
        let found = Self::ALL.iter().find(|(_, name)| *name == text).map(|(format, _)| *format);
        found.ok_or_else(|| UnknownExportFormat { sent: text.to_owned() })
    }
}

/// Why observations could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The bytes could not be given on.
    #[error("the output cannot be written")]
    Output(#[from] io::Error),
    /// They cannot be encoded.
    #[error("the observations cannot be encoded: {0}")]
    Encode(String),
    /// The cube has more cells than JSON can number.
    #[error("a cube of {0} has more cells than JSON can number")]
    TooManyCells(String),
    /// The observations could not be read.
    #[error("the observations cannot be read")]
    Input(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Observations in batches.
pub trait Batches {
    /// Gives every batch to `take`, the same ones in the same order each time.
    ///
    /// # Errors
    ///
    /// Those of `take`, and [`WriteError::Input`] where the observations cannot be read.
    fn each(&mut self, take: &mut dyn FnMut(&[Observation]) -> Result<(), WriteError>) -> Result<(), WriteError>;
}

/// What a file is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// What the codes mean.
    pub catalogue: &'a Catalogue,
    /// The vintage that the observations are of.
    pub vintage: &'a VintageInfo,
}

/// Writes observations in a format. The same observations give the same bytes.
///
/// # Errors
///
/// The observations cannot be read, or the output cannot be written.
pub fn write(
    format: ExportFormat,
    about: About<'_>,
    batches: &mut dyn Batches,
    output: impl Write + Send,
) -> Result<(), WriteError> {
    match format {
        ExportFormat::Csv => csv::write(batches, output),
        ExportFormat::SdmxCsv => sdmx_csv::write(about, batches, output),
        ExportFormat::JsonStat => json_stat::write(about, batches, output),
        ExportFormat::Parquet => columns::write_parquet(batches, output),
        ExportFormat::Arrow => columns::write_arrow(batches, output),
    }
}

/// A value as text: the shortest that is read back as the same, without an exponent where that is short too.
fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-7..1e17).contains(&size) { format!("{value}") } else { format!("{value:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        for (value, text) in
            [(0.0, "0"), (-1.5, "-1.5"), (1e300, "1e300"), (2.5e-9, "2.5e-9"), (1e16, "10000000000000000")]
        {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn every_format_has_a_name_that_is_read() {
        for (format, name) in ExportFormat::ALL {
            assert_eq!((format.to_string().as_str(), name.parse()), (name, Ok(format)));
        }
        let refused = "xlsx".parse::<ExportFormat>().map_err(|error| error.to_string());
        assert!(refused.is_err_and(|text| ExportFormat::ALL.iter().all(|(_, name)| text.contains(name))));
    }
}
