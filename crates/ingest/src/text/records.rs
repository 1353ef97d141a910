//! Records of delimited text (RFC 4180), one at a time, in memory that is bounded by the longest record.

use std::io::BufRead;

use super::marks::Marks;
use crate::report::Rule;
use crate::source::SourceError;

/// How long a record may be, in bytes of UTF-8.
pub(crate) const LONGEST_RECORD: usize = 4 << 20;

/// How much is taken from the input at once.
const CHUNK: usize = 1 << 17;

/// How fields are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Between two fields; ASCII.
    pub(crate) delimiter: u8,
    /// Whether blanks around quotes are no part of a field: `"a", "b"`.
    pub(crate) blanks_around_quotes: bool,
    /// Whether blanks at the ends of a field without quotes are no part of it.
    pub(crate) trim: bool,
}

impl Shape {
    /// Fields of RFC 4180, with another delimiter perhaps.
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, blanks_around_quotes: false, trim: false }
    }
}

/// Where a field stands in the buffer, without its quotes.
#[derive(Debug, Clone, Copy)]
struct Field {
    start: usize,
    end: usize,
    has_doubled_quotes: bool,
}

/// What a look at the buffer finds.
enum Scan {
    /// A record of that many bytes with that many line ends in it.
    Whole { length: usize, lines: u64, stray_quote: bool },
    /// Not enough; the line, from that of the record, on which an open quote stands.
    Part { open_quote: Option<u64> },
}

/// Records of a text.
pub(crate) struct Records<R> {
    input: R,
    shape: Shape,
    buffer: Vec<u8>,
    /// Where fields may end in the buffer.
    marks: Marks,
    start: usize,
    is_at_end: bool,
    line: u64,
    fields: Vec<Field>,
}

/// A record.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    bytes: &'a [u8],
    fields: &'a [Field],
    /// Line, from 1, on which it starts.
    pub(crate) line: u64,
    /// Whether a quote stands where none may.
    pub(crate) stray_quote: bool,
}

impl<'a> Record<'a> {
    /// How many fields it has.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The bytes of a field; none where there is none.
    #[inline]
    pub(crate) fn bytes(&self, at: usize) -> &'a [u8] {
        self.fields.get(at).and_then(|field| self.bytes.get(field.start..field.end)).unwrap_or_default()
    }

    /// The text of a field. It is cut from UTF-8 at ASCII characters, and so is UTF-8 itself.
    #[inline]
    pub(crate) fn text(&self, at: usize) -> &'a str {
        std::str::from_utf8(self.bytes(at)).unwrap_or_default()
    }

    /// All fields.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let record = *self;
        (0..record.len()).map(move |at| record.text(at))
    }
}

impl<R: BufRead> Records<R> {
    /// Records of `input`, which is UTF-8, from its line `line` on.
    pub(crate) fn new(input: R, shape: Shape, line: u64) -> Self {
        let (buffer, marks) = (Vec::new(), Marks::default());
        Self { input, shape, buffer, marks, start: 0, is_at_end: false, line, fields: Vec::new() }
    }

    /// The next record that is not an empty line.
    ///
    /// # Errors
    ///
    /// The input cannot be read on, a record is too long, or a quoted field has no end.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        loop {
            let bytes = self.buffer.get(self.start..).unwrap_or_default();
            let pending = Pending { bytes, start: self.start, marks: &self.marks, is_at_end: self.is_at_end };
            let open_quote = match pending.scan(self.shape, &mut self.fields) {
                Scan::Whole { length: 0, .. } => return Ok(None),
                Scan::Whole { length, .. } if length > LONGEST_RECORD => {
                    return Err(SourceError::new(Rule::RecordTooLong, self.line, ""));
                }
                Scan::Whole { length, lines, stray_quote } => {
                    let (line, start) = (self.line, self.start);
                    self.line += lines;
                    self.start += length;
                    if let [only] = self.fields.as_slice()
                        && only.start == only.end
                        && !stray_quote
                        && bytes.first() != Some(&b'"')
                    {
                        continue;
                    }
                    let bytes = self.buffer.get_mut(start..start + length).unwrap_or_default();
                    join_doubled_quotes(bytes, &mut self.fields);
                    return Ok(Some(Record { bytes, fields: &self.fields, line, stray_quote }));
                }
                Scan::Part { open_quote } => open_quote,
            };
            self.refuse_endless(open_quote)?;
            self.fill()?;
        }
    }

    fn refuse_endless(&self, open_quote: Option<u64>) -> Result<(), SourceError> {
        let is_too_long = self.buffer.len() - self.start > LONGEST_RECORD;
        match open_quote {
            Some(lines) if is_too_long || self.is_at_end => {
                Err(SourceError::new(Rule::UnclosedQuote, self.line + lines, ""))
            }
            _ if is_too_long => Err(SourceError::new(Rule::RecordTooLong, self.line, "")),
            _ => Ok(()),
        }
    }

    /// Reads on, behind what is still to be looked at.
    fn fill(&mut self) -> Result<(), SourceError> {
        self.buffer.drain(..self.start);
        self.start = 0;
        // What a long record has is looked at again each time, so that the steps grow with it.
        let wanted = self.buffer.len() + CHUNK.max(self.buffer.len());
        while self.buffer.len() < wanted {
            let more = self.input.fill_buf()?;
            let taken = more.len();
            if taken == 0 {
                self.is_at_end = true;
                break;
            }
            self.buffer.extend_from_slice(more);
            self.input.consume(taken);
        }
        self.marks.find(&self.buffer, self.shape.delimiter);
        Ok(())
    }
}

/// How many lines end in it.
pub(crate) fn line_feeds(bytes: &[u8]) -> u64 {
    // So many bytes have a number of line ends that fits into one, and such numbers are added many at once.
    const FEW: usize = 192;
    let among_few = |few: &[u8]| few.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    bytes.chunks(FEW).map(|few| u64::from(among_few(few))).sum()
}

/// What of a buffer is still to be looked at, from its place `start` on.
struct Pending<'a> {
    bytes: &'a [u8],
    start: usize,
    marks: &'a Marks,
    /// Whether nothing follows.
    is_at_end: bool,
}

impl Pending<'_> {
    /// The first character from a place on that may end a field, with its place.
    #[inline]
    fn mark(&self, from: usize) -> Option<(usize, u8)> {
        let at = self.marks.next(self.start + from)? - self.start;
        self.bytes.get(at).map(|byte| (at, *byte))
    }

    /// Looks for the end of the record at the start, and for its fields.
    fn scan(&self, shape: Shape, fields: &mut Vec<Field>) -> Scan {
        fields.clear();
        let Self { bytes, is_at_end, .. } = *self;
        let (mut at, mut lines, mut stray_quote) = (0, 0, false);
        if bytes.is_empty() && is_at_end {
            return Scan::Whole { length: 0, lines: 0, stray_quote };
        }
        loop {
            let mut start = at;
            if shape.blanks_around_quotes {
                start += blanks(bytes, at);
            }
            let mut field = Field { start: at, end: at, has_doubled_quotes: false };
            if bytes.get(start) == Some(&b'"') {
                let Some(end) = self.closing_quote(start + 1, &mut field) else {
                    return Scan::Part { open_quote: Some(lines) };
                };
                lines += line_feeds(bytes.get(start..end).unwrap_or_default());
                field = Field { start: start + 1, end, ..field };
                at = end + 1;
                if shape.blanks_around_quotes {
                    at += blanks(bytes, at);
                }
            }
            let is_quoted = field.start > start;
            let mut mark = self.mark(at);
            while let Some((quote, b'"')) = mark {
                stray_quote = true;
                mark = self.mark(quote + 1);
            }
            let end = mark.map_or(bytes.len(), |(end, _)| end).max(at);
            if is_quoted {
                stray_quote |= end > at;
            } else {
                field.end = end;
                if shape.trim {
                    field.trim(bytes);
                }
            }
            fields.push(field);
            at = end + 1;
            match mark {
                Some((_, b'\n')) => return Scan::Whole { length: at, lines: lines + 1, stray_quote },
                Some((_, b'\r')) => match bytes.get(at) {
                    Some(b'\n') => return Scan::Whole { length: at + 1, lines: lines + 1, stray_quote },
                    None if !is_at_end => return Scan::Part { open_quote: None },
                    _ => return Scan::Whole { length: at, lines: lines + 1, stray_quote },
                },
                Some(_) => {}
                None if is_at_end => return Scan::Whole { length: bytes.len(), lines, stray_quote },
                None => return Scan::Part { open_quote: None },
            }
        }
    }

    /// Position of the quote that ends a field; none where more has to be read to tell.
    fn closing_quote(&self, from: usize, field: &mut Field) -> Option<usize> {
        let mut at = from;
        loop {
            let (quote, byte) = self.mark(at)?;
            at = quote + 1;
            if byte != b'"' {
                continue;
            }
            match self.bytes.get(at) {
                Some(b'"') => field.has_doubled_quotes = true,
                None if !self.is_at_end => return None,
                _ => return Some(quote),
            }
            at += 1;
        }
    }
}

impl Field {
    /// Takes blanks at its ends off.
    fn trim(&mut self, bytes: &[u8]) {
        let is_blank = |byte: &&u8| **byte == b' ';
        let text = bytes.get(self.start..self.end).unwrap_or_default();
        self.start += text.iter().take_while(is_blank).count();
        let text = bytes.get(self.start..self.end).unwrap_or_default();
        self.end -= text.iter().rev().take_while(is_blank).count();
    }
}

fn blanks(bytes: &[u8], from: usize) -> usize {
    bytes.get(from..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count()
}

/// Makes one quote of two, in place.
fn join_doubled_quotes(bytes: &mut [u8], fields: &mut [Field]) {
    for field in fields.iter_mut().filter(|field| field.has_doubled_quotes) {
        let Some(bytes) = bytes.get_mut(field.start..field.end) else { continue };
        let (mut from, mut to) = (0, 0);
        while from < bytes.len() {
            bytes.copy_within(from..=from, to);
            from += if bytes.get(from..from + 2) == Some(b"\"\"") { 2 } else { 1 };
            to += 1;
        }
        field.end = field.start + to;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    type Read = Result<Vec<(u64, Vec<String>, bool)>, (Rule, u64)>;

    /// Records as they are read through a buffer of `buffer` bytes.
    fn read(text: &str, shape: Shape, buffer: usize) -> Read {
        let mut records = Records::new(BufReader::with_capacity(buffer, text.as_bytes()), shape, 1);
        let mut found = Vec::new();
        while let Some(record) = records.next().map_err(|error| (error.rule, error.line))? {
            found.push((record.line, record.texts().map(str::to_owned).collect(), record.stray_quote));
        }
        Ok(found)
    }

    fn fields(text: &str) -> Vec<Vec<String>> {
        let found = read(text, Shape::new(b','), 8).unwrap();
        found.into_iter().map(|(_, fields, _)| fields).collect()
    }

    #[test]
    fn reads_fields_of_every_form() {
        assert_eq!(fields("a,b\n1,\n\n,2"), [["a", "b"], ["1", ""], ["", "2"]]);
        assert_eq!(fields("a,b\r\n\"x,\"\"y\"\"\",\"\"\r\n"), [["a", "b"], ["x,\"y\"", ""]]);
        assert_eq!(fields("\"\"\n"), [[""]]);
        assert_eq!(fields("a,b\rc,d"), [["a", "b"], ["c", "d"]]);
        let shape = Shape { blanks_around_quotes: true, ..Shape::new(b',') };
        assert_eq!(read(" \"a\" , b", shape, 8).unwrap(), [(1, vec!["a".into(), " b".into()], false)]);
    }

    #[test]
    fn counts_lines_within_fields_and_between_them() {
        let found = read("a\n\n\"b\nc\",\"\n\"\nd", Shape::new(b','), 3).unwrap();
        assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [1, 3, 6]);
    }

    #[test]
    fn quotes_without_end_or_out_of_place_are_found() {
        let of = |text: &str| read(text, Shape::new(b','), 4);
        assert_eq!(of("a\nb,\"c\nd,e\n"), Err((Rule::UnclosedQuote, 2)));
        assert_eq!(of("a,\"b\nc\",\"d"), Err((Rule::UnclosedQuote, 2)));
        let stray: Vec<bool> = of("a\"b\n\"c\"d\n\"e\"\n").unwrap().into_iter().map(|(.., stray)| stray).collect();
        assert_eq!(stray, [true, true, false]);
    }

    #[test]
    fn a_record_without_end_is_refused_before_it_fills_the_memory() {
        let long = "x".repeat(LONGEST_RECORD + CHUNK);
        let of = |text: &str| read(text, Shape::new(b','), 1 << 16).map(|records| records.len());
        assert_eq!(of(&format!("a\n{long}")), Err((Rule::RecordTooLong, 2)));
        assert_eq!(of(&format!("a\n\"{long}\"")), Err((Rule::RecordTooLong, 2)));
        assert_eq!(of(&format!("a\n\"{long}{long}")), Err((Rule::UnclosedQuote, 2)));
    }

    proptest! {
        #[test]
        fn reads_what_the_csv_library_writes(
            rows in prop::collection::vec(prop::collection::vec("[a,\"\n\r \\PC]{0,6}", 2..4), 1..9),
            buffer in 1usize..40,
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let found = read(&text, Shape::new(b','), buffer).unwrap();
            prop_assert!(found.iter().all(|(.., stray)| !stray));
            prop_assert_eq!(found.into_iter().map(|(_, fields, _)| fields).collect::<Vec<_>>(), rows);
        }
    }
}
