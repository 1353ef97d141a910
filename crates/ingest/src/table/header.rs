//! The header of a delimited table, and what stands between its fields.

use std::io::BufRead;

use crate::mapping::Layout;
use crate::report::{Report, Rule};
use crate::source::SourceError;
use crate::text::Text;
use crate::text::records::{Record, Records, Shape};

/// Delimiters that are recognised.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// Records of a text, from the header on, that is laid out as `layout` says.
///
/// # Errors
///
/// The text cannot be read.
pub(crate) fn records_of<'t, 'a>(
    text: &'t mut Text<'a>,
    layout: &Layout,
) -> Result<(Records<&'t mut Text<'a>>, u8), SourceError> {
    for _ in 0..layout.skip {
        skip_line(text)?;
    }
    let declared = layout.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
    let delimiter = match declared {
        Some(delimiter) => delimiter,
        None => delimiter_of(text.fill_buf()?),
    };
    let shape = Shape { trim: layout.trim, ..Shape::new(delimiter) };
    Ok((Records::new(text, shape, 1 + layout.skip), delimiter))
}

fn skip_line(text: &mut Text<'_>) -> Result<(), SourceError> {
    loop {
        let chunk = text.fill_buf()?;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let (length, is_done) = end.map_or((chunk.len(), chunk.is_empty()), |end| (end + 1, true));
        text.consume(length);
        if is_done {
            return Ok(());
        }
    }
}

/// What stands between the fields of a header: of the delimiters that are recognised, the one that is there most often,
/// outside of quotes. A wrong one finds no columns, and so is never taken in silence.
pub(crate) fn delimiter_of(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in head {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            byte if !is_quoted => {
                let counted = DELIMITERS.iter().zip(&mut counts).find(|(delimiter, _)| *delimiter == byte);
                if let Some((_, count)) = counted {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    DELIMITERS.iter().zip(counts).find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter)
}

/// Whether a record is the first of a footer: its first field begins so.
#[inline]
pub(crate) fn is_footer(record: &Record<'_>, footer: &[String]) -> bool {
    !footer.is_empty() && footer.iter().any(|start| record.text(0).starts_with(start))
}

/// The header of a table: names of columns, and which of them are read.
#[derive(Debug, Default)]
pub(crate) struct Header {
    columns: Vec<(String, bool)>,
    /// Columns that are not read, whatever they are called.
    ignored: Vec<String>,
    /// Line on which it stands.
    pub(crate) line: u64,
}

impl Header {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be read.
    pub(crate) fn read<R: BufRead>(records: &mut Records<R>) -> Result<Self, SourceError> {
        let record = records.next()?.filter(|record| record.texts().any(|name| !name.is_empty()));
        let record = record.ok_or_else(|| SourceError::new(Rule::NoHeader, 1, ""))?;
        let columns = record.texts().map(|name| (name.to_owned(), false)).collect();
        Ok(Self { columns, ignored: Vec::new(), line: record.line })
    }

    /// The same, of which some columns are not to be read under a name of their own.
    pub(crate) fn ignoring(self, ignored: &[String]) -> Self {
        Self { ignored: ignored.to_vec(), ..self }
    }

    /// Names of the columns, with their positions.
    pub(crate) fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        self.columns.iter().enumerate().map(|(at, (name, _))| (at, name.as_str()))
    }

    /// Name of a column, as it stands in the header.
    pub(crate) fn name(&self, at: usize) -> &str {
        self.columns.get(at).map_or("", |(name, _)| name)
    }

    /// Says that a column is read.
    pub(crate) fn take(&mut self, at: usize) {
        if let Some((_, is_read)) = self.columns.get_mut(at) {
            *is_read = true;
        }
    }

    /// Finds a column that is read: under the name that was asked for, which has to be there, else under its own.
    pub(crate) fn find(&mut self, asked: Option<&str>, own: &str, report: &mut Report) -> Option<(usize, String)> {
        let name = asked.unwrap_or(own);
        if asked.is_none() && self.ignored.iter().any(|ignored| ignored == own) {
            return None;
        }
        let mut positions = self.names().filter(|(_, column)| *column == name).map(|(at, _)| at);
        let (found, is_again) = (positions.next(), positions.next().is_some());
        drop(positions);
        if is_again {
            report.add(Rule::DuplicateColumn, self.line, name, name);
        }
        if found.is_none() && asked.is_some() {
            self.report_missing(name, report);
        }
        let at = found?;
        self.take(at);
        Some((at, name.to_owned()))
    }

    /// Finds a column as [`Header::find`] does, and reports it where it is not there.
    pub(crate) fn find_or_report(
        &mut self,
        asked: Option<&str>,
        own: &str,
        report: &mut Report,
    ) -> Option<(usize, String)> {
        let found = self.find(asked, own, report);
        if found.is_none() && asked.is_none() {
            self.report_missing(own, report);
        }
        found
    }

    /// Whether a record has as many fields as the header, and its quotes where they belong; reports it otherwise.
    #[inline]
    pub(crate) fn fits(&self, record: &Record<'_>, report: &mut Report) -> bool {
        if record.stray_quote {
            report.add(Rule::StrayQuote, record.line, "", record.texts().find(|text| text.contains('"')).unwrap_or(""));
        } else if record.len() != self.columns.len() {
            report.add(Rule::WrongFieldCount, record.line, "", &record.len().to_string());
        }
        !record.stray_quote && record.len() == self.columns.len()
    }

    /// Reports that a column is not there, and which ones are.
    pub(crate) fn report_missing(&self, name: &str, report: &mut Report) {
        let columns: Vec<&str> = self.names().map(|(_, name)| name).take(20).collect();
        report.add(Rule::MissingColumn, self.line, name, &format!("has: {}", columns.join(", ")));
    }

    /// Reports columns that nothing reads.
    pub(crate) fn report_unread(&self, ignored: &[String], report: &mut Report) {
        for (name, _) in self.columns.iter().filter(|(name, is_read)| !is_read && !ignored.contains(name)) {
            report.add(Rule::ColumnNotRead, self.line, name, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_delimiter_of_the_header_is_taken() {
        assert_eq!(delimiter_of(b"a;b,c;d\n1,2,3,4,5"), b';');
        assert_eq!(delimiter_of(b"a\tb\tc"), b'\t');
        assert_eq!(delimiter_of(b"\"a;b;c\",d\r\n"), b',');
        assert_eq!(delimiter_of(b"a|b"), b'|');
        assert_eq!(delimiter_of(b"a"), b',');
    }
}
