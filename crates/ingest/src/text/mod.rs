//! Text in any character set, as a stream of UTF-8.

mod charset;
pub(crate) mod numbers;
pub(crate) mod periods;
pub(crate) mod records;

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

pub(crate) use charset::{charset_of, declared};

use crate::report::{FINDINGS_IN_FULL, Report, Rule};

/// How many bytes are decoded at once.
const CHUNK: usize = 1 << 16;

/// How many bytes a character of UTF-8 has at most.
const LONGEST_CHARACTER: usize = 4;

/// Text of a member in UTF-8, whatever it was written in. Bytes that are no text become U+FFFD and are remembered for
/// the report; so are NUL bytes, which no table of figures has.
pub(crate) struct Text<'a> {
    input: &'a mut dyn Read,
    decoder: Decoder,
    /// The character set to go on with where the first character beyond ASCII is none of the decoder's.
    fallback: Option<&'static Encoding>,
    raw: Vec<u8>,
    /// Where the bytes of `raw` start that are still to be decoded.
    raw_start: usize,
    text: Vec<u8>,
    /// Where the text starts that is still to be read.
    start: usize,
    end: usize,
    /// Whether the input has been read up.
    is_at_end: bool,
    /// Whether it has been decoded too: the decoder must not be called again.
    is_done: bool,
    /// Line ends before `end`.
    lines: u64,
    broken: Broken,
}

/// Bytes that are no text.
#[derive(Debug, Default)]
struct Broken {
    count: u64,
    first: Vec<(u64, String)>,
}

impl Broken {
    fn add(&mut self, line: u64, bytes: &[u8]) {
        self.count += 1;
        if self.first.len() < FINDINGS_IN_FULL {
            let bytes: Vec<String> = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            self.first.push((line, bytes.join(" ")));
        }
    }
}

impl<'a> Text<'a> {
    /// Text that is in a character set, without a byte order mark where the set has one.
    pub(crate) fn new(input: &'a mut dyn Read, charset: &'static Encoding) -> Self {
        Self {
            input,
            decoder: charset.new_decoder_with_bom_removal(),
            fallback: None,
            raw: Vec::with_capacity(CHUNK),
            raw_start: 0,
            // A byte of a single-byte set becomes three of UTF-8 at most.
            text: vec![0; 3 * CHUNK + 16],
            start: 0,
            end: 0,
            is_at_end: false,
            is_done: false,
            lines: 0,
            broken: Broken::default(),
        }
    }

    /// The same, in `fallback` where the first character beyond ASCII shows that it is not in the other set.
    pub(crate) fn or(self, fallback: &'static Encoding) -> Self {
        Self { fallback: Some(fallback), ..self }
    }

    /// Reports bytes that were no text.
    pub(crate) fn finish(self, report: &mut Report) {
        let rest = self.broken.count - self.broken.first.len() as u64;
        let last = self.broken.first.len().saturating_sub(1);
        for (at, (line, bytes)) in self.broken.first.iter().enumerate() {
            let count = if at == last { 1 + rest } else { 1 };
            report.add_many(Rule::UndecodableText, *line, "", bytes, count);
        }
    }

    /// Decodes the next bytes into `text`, which has been read up.
    fn decode(&mut self) -> io::Result<()> {
        (self.start, self.end) = (0, 0);
        if self.raw_start == self.raw.len() && !self.is_at_end {
            // The start of a character may have been decoded that turns out to be none.
            self.raw.drain(..self.raw.len().saturating_sub(LONGEST_CHARACTER));
            self.raw_start = self.raw.len();
            let read = (&mut *self.input).take(CHUNK as u64).read_to_end(&mut self.raw)?;
            self.is_at_end = read < CHUNK;
        }
        loop {
            let (raw, free) = (self.raw.get(self.raw_start..), self.text.get_mut(self.end..));
            let (Some(raw), Some(free)) = (raw, free) else { return Ok(()) };
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(raw, free, self.is_at_end);
            self.raw_start += read;
            let decoded = self.end..self.end + written;
            self.end = decoded.end;
            self.check(decoded);
            match result {
                DecoderResult::InputEmpty => {
                    self.is_done = self.is_at_end;
                    return Ok(());
                }
                DecoderResult::OutputFull => return Ok(()),
                DecoderResult::Malformed(bad, after) => match self.fallback.take() {
                    Some(fallback) => {
                        self.raw_start = self.raw_start.saturating_sub(usize::from(bad) + usize::from(after));
                        self.decoder = fallback.new_decoder_without_bom_handling();
                    }
                    None => self.replace(usize::from(bad), usize::from(after)),
                },
            }
            if self.text.len() - self.end < 16 {
                return Ok(());
            }
        }
    }

    /// Counts lines of what was decoded, and looks for bytes that no text has.
    fn check(&mut self, decoded: std::ops::Range<usize>) {
        let decoded = self.text.get(decoded).unwrap_or_default();
        if self.fallback.is_some() && !decoded.is_ascii() {
            self.fallback = None;
        }
        if decoded.contains(&0) {
            for byte in decoded {
                self.lines += u64::from(*byte == b'\n');
                if *byte == 0 {
                    self.broken.add(self.lines + 1, &[0]);
                }
            }
        } else {
            self.lines += records::line_feeds(decoded);
        }
    }

    /// Remembers what could not be decoded, and puts U+FFFD in its place.
    fn replace(&mut self, bad: usize, after: usize) {
        let end = self.raw_start.saturating_sub(after);
        let bytes = self.raw.get(end.saturating_sub(bad)..end).unwrap_or_default();
        self.broken.add(self.lines + 1, bytes);
        let mark = "\u{FFFD}".as_bytes();
        if let Some(free) = self.text.get_mut(self.end..self.end + mark.len()) {
            free.copy_from_slice(mark);
            self.end += mark.len();
        }
    }
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Text<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.start == self.end && !self.is_done {
            self.decode()?;
        }
        Ok(self.text.get(self.start..self.end).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.end);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], charset: &str) -> (String, Report) {
        let mut input = bytes;
        let mut text = Text::new(&mut input, declared(charset).unwrap());
        let mut read = String::new();
        text.read_to_string(&mut read).unwrap();
        let mut report = Report::default();
        text.finish(&mut report);
        (read, report)
    }

    #[test]
    fn decodes_every_character_set_over_the_ends_of_chunks() {
        let text = "地区,2015年\r\n北京市,1\n".repeat(20_000);
        for charset in ["utf-8", "gb18030", "utf-16le", "utf-16be"] {
            let (bytes, _, _) = declared(charset).unwrap().encode(&text);
            let bytes = match charset {
                "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                _ => bytes.into_owned(),
            };
            let (read, report) = decoded(&bytes, charset);
            assert!(read == text, "{charset}");
            assert_eq!(report, Report::default(), "{charset}");
        }
    }

    #[test]
    fn the_first_character_beyond_ascii_decides_between_two_sets() {
        // Around the end of a chunk too, in which the character's first byte is the last one.
        for length in [0, 7, CHUNK - 1, CHUNK, 2 * CHUNK - 1] {
            let ascii = "x".repeat(length);
            for (character, bytes) in [("ña", &b"\xF1a"[..]), ("ña", "ña".as_bytes())] {
                let bytes = [ascii.as_bytes(), bytes].concat();
                let mut input = bytes.as_slice();
                let mut text = Text::new(&mut input, encoding_rs::UTF_8).or(encoding_rs::WINDOWS_1252);
                let mut read = String::new();
                text.read_to_string(&mut read).unwrap();
                assert!(read == format!("{ascii}{character}"), "{length}");
            }
        }
    }

    #[test]
    fn byte_order_marks_are_no_text() {
        assert_eq!(decoded(b"\xEF\xBB\xBFa", "utf-8").0, "a");
        assert_eq!(decoded(b"\xFF\xFEa\0", "utf-16le").0, "a");
    }

    #[test]
    fn bytes_that_are_no_text_are_reported_with_their_lines() {
        let (read, report) = decoded(b"a\nb\n\xFFc\nd\0\n\xE5\x9C", "utf-8");
        assert_eq!(read, "a\nb\n\u{FFFD}c\nd\0\n\u{FFFD}");
        let found: Vec<(u64, &str)> = report.findings.iter().map(|found| (found.line, found.value.as_str())).collect();
        assert_eq!(found, [(3, "ff"), (4, "00"), (5, "e5 9c")]);
        assert_eq!(decoded(&[0xFF; 250_000], "utf-8").1.errors(), 250_000);
    }
}
