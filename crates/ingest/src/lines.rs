//! Lines of text, one at a time, none longer than a stated length.

use std::io::{BufRead, Read};

use crate::report::Rule;
use crate::source::SourceError;

/// The most bytes of a line. A series of every week of a thousand years has an eighth of it.
pub(crate) const LONGEST_LINE: usize = 4 << 20;

/// Lines of an input, numbered from 1.
pub(crate) struct Lines<R> {
    input: R,
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, line: Vec::new(), number: 0 }
    }

    /// Number of the line that was read last.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line without its end; none behind the last.
    ///
    /// # Errors
    ///
    /// The input cannot be read on, or the line is too long.
    pub(crate) fn next(&mut self) -> Result<Option<&str>, SourceError> {
        self.line.clear();
        self.number += 1;
        let most = LONGEST_LINE as u64 + 1;
        if self.input.by_ref().take(most).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        if self.line.len() > LONGEST_LINE {
            return Err(SourceError::new(Rule::RecordTooLong, self.number, ""));
        }
        let text = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let text = std::str::from_utf8(text);
        text.map(Some).map_err(|_| SourceError::new(Rule::UndecodableText, self.number, ""))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Result<Vec<String>, SourceError> {
        let mut lines = Lines::new(bytes);
        let mut found = Vec::new();
        while let Some(line) = lines.next()? {
            found.push(line.to_owned());
        }
        Ok(found)
    }

    #[test]
    fn ends_of_both_kinds_are_no_part_of_a_line() {
        assert_eq!(lines(b"a\r\n\nb c").unwrap(), ["a", "", "b c"]);
    }

    #[test]
    fn endless_lines_are_refused() {
        let error = lines(&vec![b'x'; LONGEST_LINE + 2]).unwrap_err();
        assert_eq!((error.rule, error.line), (Rule::RecordTooLong, 1));
    }
}
