//! Lines of text, one at a time, none longer than a stated length.

use std::io::{self, BufRead, Read};

use crate::report::{Report, Rule};

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

    /// The next line without its end; none at the end, and none after a line that is too long or no text, which is
    /// reported.
    pub(crate) fn next(&mut self, report: &mut Report) -> io::Result<Option<&str>> {
        self.line.clear();
        self.number += 1;
        let most = LONGEST_LINE as u64 + 1;
        if self.input.by_ref().take(most).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        if self.line.len() > LONGEST_LINE {
            report.add(Rule::RecordTooLong, self.number, "", &format!("more than {LONGEST_LINE} bytes in one line"));
            return Ok(None);
        }
        let text = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let text = if self.number == 1 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
        match std::str::from_utf8(text) {
            Ok(text) => Ok(Some(text)),
            Err(error) => {
                let wrong = text.get(error.valid_up_to()..).unwrap_or_default();
                let wrong: Vec<String> = wrong.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
                report.add(Rule::UndecodableText, self.number, "", &wrong.join(" "));
                Ok(None)
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> (Vec<String>, Report) {
        let mut report = Report::default();
        let mut lines = Lines::new(bytes);
        let mut found = Vec::new();
        while let Some(line) = lines.next(&mut report).unwrap() {
            found.push(line.to_owned());
        }
        (found, report)
    }

    #[test]
    fn ends_of_both_kinds_and_a_mark_are_no_part_of_a_line() {
        let (found, report) = lines("\u{feff}a\r\n\nb c".as_bytes());
        assert_eq!((found, report.errors()), (vec!["a".to_owned(), String::new(), "b c".to_owned()], 0));
    }

    #[test]
    fn bytes_that_are_no_text_and_endless_lines_are_reported() {
        let (found, report) = lines(b"a\nb\xff\nc\n");
        assert_eq!((found.len(), report.findings[0].rule, report.findings[0].line), (1, Rule::UndecodableText, 2));
        let (found, report) = lines(&vec![b'x'; LONGEST_LINE + 2]);
        assert_eq!((found.len(), report.findings[0].rule), (0, Rule::RecordTooLong));
    }
}
