//! Text in any character set, as a stream of UTF-8.

mod ahead;
mod charset;
mod decoding;
mod marks;
pub(crate) mod numbers;
pub(crate) mod periods;
pub(crate) mod records;

use std::io::{self, BufRead, Read};
use std::thread::Scope;

use encoding_rs::Encoding;

use ahead::Ahead;
pub(crate) use charset::{charset_of, declared};
use decoding::{Broken, Chunk, Decoding};

use crate::report::Report;

/// What a text is written in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charset {
    /// The character set.
    pub(crate) first: &'static Encoding,
    /// The one that it is in instead where its first character beyond ASCII shows that it is not in the other.
    pub(crate) fallback: Option<&'static Encoding>,
}

impl From<&'static Encoding> for Charset {
    fn from(charset: &'static Encoding) -> Self {
        Self { first: charset, fallback: None }
    }
}

/// Text of a member in UTF-8, whatever it was written in. Bytes that are no text become U+FFFD and are remembered for
/// the report; so are NUL bytes, which no table of figures has.
pub(crate) struct Text<'a> {
    feed: Feed<'a>,
    chunk: Chunk,
    /// Where the text of the chunk starts that is still to be read.
    start: usize,
    is_done: bool,
    broken: Broken,
}

/// Where chunks come from.
enum Feed<'a> {
    /// They are decoded when they are asked for.
    Here(Decoding<&'a mut dyn Read>),
    /// They are decoded ahead.
    Ahead(Ahead),
}

impl<'a> Text<'a> {
    /// Text in a character set, which is decoded when it is read.
    pub(crate) fn new(input: &'a mut dyn Read, charset: Charset) -> Self {
        Self::of(Feed::Here(Decoding::new(input, charset)))
    }

    /// The same, decoded on a thread of its own, a little ahead of what is read: the same text and findings.
    ///
    /// # Errors
    ///
    /// There is no thread to be had.
    pub(crate) fn ahead<'scope, 'env>(
        scope: &'scope Scope<'scope, 'env>,
        input: &'scope mut (dyn Read + Send),
        charset: Charset,
    ) -> io::Result<Self> {
        Ok(Self::of(Feed::Ahead(Ahead::start(scope, Decoding::new(input, charset))?)))
    }

    fn of(feed: Feed<'a>) -> Self {
        Self { feed, chunk: Chunk::default(), start: 0, is_done: false, broken: Broken::default() }
    }

    /// Reports bytes that were no text.
    pub(crate) fn finish(self, report: &mut Report) {
        self.broken.report(report);
    }

    /// Takes the next chunk, which may be empty.
    fn next(&mut self) -> io::Result<()> {
        self.start = 0;
        self.is_done = match &mut self.feed {
            Feed::Here(decoding) => {
                decoding.next(&mut self.chunk)?;
                decoding.is_done
            }
            Feed::Ahead(ahead) => ahead.next(&mut self.chunk)?.is_break(),
        };
        self.broken.append(std::mem::take(&mut self.chunk.broken));
        Ok(())
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
        while self.start >= self.chunk.text().len() && !self.is_done {
            self.next()?;
        }
        Ok(self.chunk.text().get(self.start..).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.chunk.text().len());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::decoding::CHUNK;
    use super::*;

    fn read(mut text: Text<'_>) -> (String, Report) {
        let mut read = String::new();
        text.read_to_string(&mut read).unwrap();
        let mut report = Report::default();
        text.finish(&mut report);
        (read, report)
    }

    /// The text and what is wrong with it, which is the same when it is decoded ahead.
    fn decoded_as(bytes: &[u8], charset: Charset) -> (String, Report) {
        let here = read(Text::new(&mut &*bytes, charset));
        let mut input = bytes;
        let ahead = std::thread::scope(|scope| read(Text::ahead(scope, &mut input, charset).unwrap()));
        assert!(here == ahead);
        here
    }

    fn decoded(bytes: &[u8], charset: &str) -> (String, Report) {
        decoded_as(bytes, declared(charset).unwrap().into())
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
                let charset = Charset { first: encoding_rs::UTF_8, fallback: Some(encoding_rs::WINDOWS_1252) };
                let (read, _) = decoded_as(&bytes, charset);
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

    /// What is wrong behind the place where reading ended, though it may have been decoded, is not told.
    #[test]
    fn findings_are_those_of_the_text_that_was_read() {
        let bytes = [&[b'a'; CHUNK][..], &[0xFF; 3], &[b'a'; 9 * CHUNK], &[0xFF; 2]].concat();
        for taken in [1, CHUNK, CHUNK + 1, 9 * CHUNK, 11 * CHUNK] {
            let begun = |text: Text<'_>| {
                let mut text = text.take(taken as u64);
                io::copy(&mut text, &mut io::sink()).unwrap();
                let mut report = Report::default();
                text.into_inner().finish(&mut report);
                report
            };
            let here = begun(Text::new(&mut bytes.as_slice(), encoding_rs::UTF_8.into()));
            let mut input = bytes.as_slice();
            let ahead =
                std::thread::scope(|scope| begun(Text::ahead(scope, &mut input, encoding_rs::UTF_8.into()).unwrap()));
            assert_eq!(here, ahead);
            assert_eq!(
                here.errors(),
                if taken <= CHUNK {
                    0
                } else if taken < 10 * CHUNK {
                    3
                } else {
                    5
                },
                "{taken}"
            );
        }
    }

    /// Gives an error after some bytes.
    struct Failing<'a>(&'a [u8]);

    impl Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() { Err(io::Error::other("torn")) } else { self.0.read(buffer) }
        }
    }

    #[test]
    fn an_error_comes_behind_the_text_before_it() {
        let bytes = vec![b'a'; 2 * CHUNK];
        let mut input = Failing(&bytes);
        let found = std::thread::scope(|scope| {
            let mut text = Text::ahead(scope, &mut input, encoding_rs::UTF_8.into()).unwrap();
            let mut read = Vec::new();
            (text.read_to_end(&mut read).map_err(|error| error.to_string()), read.len())
        });
        assert_eq!(found, (Err("torn".to_owned()), 2 * CHUNK));
    }

    proptest! {
        // Each case has some hundred thousand bytes.
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn text_is_the_same_decoded_ahead(
            parts in prop::collection::vec(prop_oneof![Just(&b"a,1\r\n"[..]), Just("地".as_bytes()), Just(&b"\xFF\0\xE5"[..])], 1..60),
            repeats in 1_usize..1500,
        ) {
            decoded(&parts.concat().repeat(repeats), "utf-8");
        }
    }
}
