//! Records for programs: RFC 4180, one header line, rates as fractions.

use std::io::Write;

use growthpole_contracts::v1::Provenance;

use super::format::precision;
use crate::failure::Failure;

/// The columns that say where each record comes from.
const PROVENANCE: [&str; 4] = ["dataset", "vintage", "published", "published_precision"];

/// Records of one kind.
#[derive(Debug, Default)]
pub(crate) struct Records {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Records {
    /// No records so far.
    pub(crate) fn new<const N: usize>(header: [&'static str; N]) -> Self {
        Self { header: header.into(), rows: Vec::new() }
    }

    /// Adds columns that only some requests ask for.
    #[must_use]
    pub(crate) fn with_columns(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.header.extend(names);
        self
    }

    /// Adds a record.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.cells(cells.into());
    }

    /// Adds a record of as many cells as there are columns by now.
    pub(crate) fn cells(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.header.len(), "cells of a record");
        self.rows.push(cells);
    }
}

/// Writes the header and all records, with where they come from in the last columns.
pub(crate) fn write(
    output: &mut impl Write,
    records: &Records,
    provenance: Option<&Provenance>,
) -> Result<(), Failure> {
    let mut writer = Writer::new(output);
    writer.header(records, provenance.is_some())?;
    writer.rows(records, provenance)
}

/// Writes records part by part.
pub(crate) struct Writer<W: Write>(::csv::Writer<W>);

impl<W: Write> Writer<W> {
    /// Writes to `output`.
    pub(crate) fn new(output: W) -> Self {
        Self(::csv::Writer::from_writer(output))
    }

    /// Writes the header of `records`.
    pub(crate) fn header(&mut self, records: &Records, with_provenance: bool) -> Result<(), Failure> {
        let provenance: &[&str] = if with_provenance { &PROVENANCE } else { &[] };
        Ok(self.0.write_record(records.header.iter().chain(provenance))?)
    }

    /// Writes the rows of `records`.
    pub(crate) fn rows(&mut self, records: &Records, provenance: Option<&Provenance>) -> Result<(), Failure> {
        let source = provenance.map(|provenance| {
            [
                provenance.dataset.clone(),
                provenance.vintage.to_string(),
                provenance.published.clone(),
                precision(provenance.published_precision()),
            ]
        });
        for row in &records.rows {
            self.0.write_record(row.iter().chain(source.iter().flatten()))?;
        }
        Ok(self.0.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_contracts::v1::DatePrecision;

    #[test]
    #[allow(clippy::unwrap_used)]
    fn quotes_what_needs_it_and_ends_with_the_source() {
        let mut records = Records::new(["region", "growth"]);
        records.row(["A, B".to_owned(), "0.057".to_owned()]);
        let provenance = Provenance {
            dataset: "d".into(),
            vintage: 2,
            published: "2016-02-01".into(),
            published_precision: DatePrecision::Month.into(),
            ..Default::default()
        };
        let mut written = Vec::new();
        write(&mut written, &records, Some(&provenance)).unwrap();
        let expected =
            "region,growth,dataset,vintage,published,published_precision\n\"A, B\",0.057,d,2,2016-02-01,month\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }
}
