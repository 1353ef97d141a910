//! Formats that are read, by the names of `--format`, and how they are recognised.

use std::fmt;
use std::str::FromStr;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// One observation a record, columns by name or by a mapping.
    Csv,
    /// One series a record, periods as columns.
    WideCsv,
    /// A table in Apache Parquet.
    Parquet,
    /// A table in the Apache Arrow file format (IPC, Feather 2).
    Arrow,
    /// SDMX-CSV 1.0 or 2.0.
    SdmxCsv,
    /// Eurostat's tab-separated bulk files, old and new.
    EurostatTsv,
    /// JSON-stat 1 or 2.
    JsonStat,
    /// Regional accounts of the US Bureau of Economic Analysis (CAGDP, CAINC and their kin).
    Bea,
    /// Quarterly Census of Employment and Wages of the US Bureau of Labor Statistics.
    Qcew,
    /// Exports of National Data of the National Bureau of Statistics of China.
    Nbs,
}

impl Format {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Csv, "csv"),
        (Self::WideCsv, "wide-csv"),
        (Self::Parquet, "parquet"),
        (Self::Arrow, "arrow"),
        (Self::SdmxCsv, "sdmx-csv"),
        (Self::EurostatTsv, "eurostat-tsv"),
        (Self::JsonStat, "json-stat"),
        (Self::Bea, "bea"),
        (Self::Qcew, "qcew"),
        (Self::Nbs, "nbs"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }

    /// Whether it is read by position, from a file that is not compressed.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::Arrow)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The format of an input, as a caller names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum FormatChoice {
    /// The one that the first bytes show: `auto`.
    #[default]
    Auto,
    /// This one.
    Named(Format),
}

/// A name that is no format's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{sent}\" is no format; allowed: auto, csv, wide-csv, parquet, arrow, sdmx-csv, eurostat-tsv, json-stat, bea, qcew, nbs"
)]
pub struct UnknownFormatError {
    /// The name.
    pub sent: String,
}

impl FromStr for FormatChoice {
    type Err = UnknownFormatError;

    fn from_str(text: &str) -> Result<Self, UnknownFormatError> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let named = Format::ALL.iter().find(|(_, name)| *name == text);
        named.map(|(format, _)| Self::Named(*format)).ok_or_else(|| UnknownFormatError { sent: text.to_owned() })
    }
}

impl fmt::Display for FormatChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Named(format) => write!(f, "{format}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_name_that_is_read() {
        for (format, name) in Format::ALL {
            assert_eq!((format.to_string().as_str(), name.parse()), (name, Ok(FormatChoice::Named(format))));
        }
        assert_eq!("auto".parse::<FormatChoice>().unwrap().to_string(), "auto");
        let refused = "xlsx".parse::<FormatChoice>().unwrap_err().to_string();
        assert!(Format::ALL.iter().all(|(_, name)| refused.contains(name)), "{refused}");
    }
}
