//! Answers that come in parts.

use std::io::Write;

use super::{Format, View, csv, standard_output};
use crate::failure::Failure;

/// What has come so far.
pub(crate) struct Stream {
    format: Format,
    pub(crate) output: Box<dyn Write>,
    /// The first part; for a table, with the rows of the later ones.
    first: Option<View>,
}

impl Stream {
    /// Nothing has come.
    pub(crate) fn new(format: Format) -> Self {
        Self { format, output: Box::new(standard_output()), first: None }
    }

    /// Takes the next part. The first one says where all come from.
    pub(crate) fn add(&mut self, part: View) -> Result<(), Failure> {
        if self.format == Format::Csv {
            let provenance = self.first.as_ref().unwrap_or(&part).provenance.as_ref();
            let mut writer = csv::Writer::new(&mut self.output);
            if self.first.is_none() {
                writer.header(&part.records, provenance.is_some())?;
            }
            writer.rows(&part.records, provenance)?;
        }
        match &mut self.first {
            None => self.first = Some(part),
            Some(_) if self.format == Format::Csv => {}
            Some(first) => first.tables.iter_mut().zip(part.tables).for_each(|(table, more)| table.append(more)),
        }
        Ok(())
    }

    /// Ends the answer; `nothing` shows one without parts.
    pub(crate) fn end(mut self, nothing: impl FnOnce() -> View) -> Result<(), Failure> {
        self.output.flush()?;
        match (self.format, self.first) {
            (Format::Json, _) => Ok(()),
            (Format::Csv, Some(first)) => {
                first.tell_notes();
                Ok(())
            }
            (format, first) => first.unwrap_or_else(nothing).print(format),
        }
    }
}
