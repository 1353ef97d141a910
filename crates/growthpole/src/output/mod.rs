//! What commands print: tables for people, JSON and CSV for programs. Nothing else writes to standard output.

pub(crate) mod bar;
pub(crate) mod csv;
pub(crate) mod error;
pub(crate) mod format;
pub(crate) mod json;
pub(crate) mod new_file;
pub(crate) mod stream;
pub(crate) mod table;

use std::io::{self, BufWriter, Write};

use growthpole_contracts::v1::{Provenance, Warning};

use crate::failure::Failure;

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A table for people, with rates in per cent.
    Table,
    /// The answer in the protobuf JSON mapping; a stream as one message a line.
    Json,
    /// Records for programs, with rates as fractions.
    Csv,
}

/// An answer as it is shown.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// For people.
    pub(crate) tables: Vec<table::Table>,
    /// For programs.
    pub(crate) records: csv::Records,
    /// Where the answer comes from, where the answer says so.
    pub(crate) provenance: Option<Provenance>,
    /// What to know about it.
    pub(crate) warnings: Vec<Warning>,
}

/// Standard output, buffered; what is written by others goes through here as well.
pub(crate) fn standard_output() -> impl Write {
    BufWriter::new(io::stdout())
}

/// Prints `text` and sends it off at once.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut output = standard_output();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}

/// Tells a person something on standard error. Nobody may be there to read it.
pub(crate) fn tell(text: &str) {
    let _nobody_reads = writeln!(io::stderr(), "{text}");
}

impl View {
    /// Prints the view; notes go to standard error.
    pub(crate) fn print(&self, format: Format) -> Result<(), Failure> {
        let mut output = standard_output();
        match format {
            Format::Csv => csv::write(&mut output, &self.records, self.provenance.as_ref())?,
            Format::Table | Format::Json => {
                for (position, table) in self.tables.iter().enumerate() {
                    if position > 0 {
                        writeln!(output)?;
                    }
                    table.write(&mut output)?;
                }
            }
        }
        output.flush()?;
        self.tell_notes();
        Ok(())
    }

    /// Tells a person what to know, on standard error.
    pub(crate) fn tell_notes(&self) {
        self.notes().iter().for_each(|note| tell(note));
    }

    /// Warnings, and one line on where the answer comes from.
    fn notes(&self) -> Vec<String> {
        let warning = |warning: &Warning| format!("warning: {} ({})", warning.text, warning.code);
        self.warnings.iter().map(warning).chain(self.provenance.as_ref().map(source)).collect()
    }
}

fn source(provenance: &Provenance) -> String {
    let Provenance { dataset, vintage, panel_digest, .. } = provenance;
    let published = format::date(&provenance.published, provenance.published_precision());
    let mut text = match dataset.as_str() {
        "" => "source: figures of the request".to_owned(),
        dataset => format!("source: {dataset}, vintage {vintage}, published {published}"),
    };
    if !provenance.boundary_version.is_empty() {
        text += &format!("; boundaries {}", provenance.boundary_version);
    }
    if let Some(digest) = panel_digest.get(..12) {
        text += &format!("; panel {digest}");
    }
    for input in &provenance.further_inputs {
        text += &match (input.indicator.as_str(), input.dataset.as_str()) {
            // A table that came with the request.
            ("", _) => format!("; {} {}", input.role, input.panel_digest.get(..12).unwrap_or_default()),
            (indicator, "") => format!("; {} {indicator} of vintage {}", input.role, input.vintage),
            (indicator, dataset) => format!("; {} {indicator} of {dataset}, vintage {}", input.role, input.vintage),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_contracts::v1::DatePrecision;

    #[test]
    fn notes_name_warnings_and_the_source() {
        let view = View {
            warnings: vec![Warning { code: "X".into(), text: "Beware.".into(), ..Default::default() }],
            provenance: Some(Provenance {
                dataset: "d".into(),
                vintage: 2,
                published: "2016-02-01".into(),
                published_precision: DatePrecision::Month.into(),
                panel_digest: "0123456789abcdef".into(),
                ..Default::default()
            }),
            ..View::default()
        };
        assert_eq!(
            view.notes(),
            ["warning: Beware. (X)", "source: d, vintage 2, published 2016-02; panel 0123456789ab"]
        );
        let own = View { provenance: Some(Provenance::default()), ..View::default() };
        assert_eq!(own.notes(), ["source: figures of the request"]);
    }
}
