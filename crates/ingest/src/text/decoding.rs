//! Bytes in any character set to UTF-8, some at a time.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::{Charset, records};
use crate::report::{FINDINGS_IN_FULL, Report, Rule};

/// How many bytes are decoded at once.
pub(super) const CHUNK: usize = 1 << 16;

/// How many bytes a character of UTF-8 has at most.
const LONGEST_CHARACTER: usize = 4;

/// Text that was decoded, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    end: usize,
    pub(super) broken: Broken,
}

impl Chunk {
    /// The text, in UTF-8.
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or_default()
    }
}

/// Bytes that are no text.
#[derive(Debug, Default)]
pub(super) struct Broken {
    count: u64,
    first: Vec<(u64, String)>,
}

impl Broken {
    /// Takes those of the text behind.
    pub(super) fn append(&mut self, next: Self) {
        self.count += next.count;
        let room = FINDINGS_IN_FULL - self.first.len();
        self.first.extend(next.first.into_iter().take(room));
    }

    /// Reports them.
    pub(super) fn report(&self, report: &mut Report) {
        let rest = self.count - self.first.len() as u64;
        let last = self.first.len().saturating_sub(1);
        for (at, (line, bytes)) in self.first.iter().enumerate() {
            let count = if at == last { 1 + rest } else { 1 };
            report.add_many(Rule::UndecodableText, *line, "", bytes, count);
        }
    }

    fn add(&mut self, line: u64, bytes: &[u8]) {
        self.count += 1;
        if self.first.len() < FINDINGS_IN_FULL {
            let bytes: Vec<String> = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            self.first.push((line, bytes.join(" ")));
        }
    }
}

/// Decodes an input, chunk by chunk.
pub(super) struct Decoding<R> {
    input: R,
    decoder: Decoder,
    /// The character set to go on with where the first character beyond ASCII is none of the decoder's.
    fallback: Option<&'static Encoding>,
    raw: Vec<u8>,
    /// Where the bytes of `raw` start that are still to be decoded.
    raw_start: usize,
    chunk: Chunk,
    /// Whether the input has been read up.
    is_at_end: bool,
    /// Whether it has been decoded too: the decoder must not be called again.
    pub(super) is_done: bool,
    /// Line ends in what was decoded.
    lines: u64,
}

impl<R: Read> Decoding<R> {
    /// Of text in a character set, without a byte order mark where the set has one.
    pub(super) fn new(input: R, charset: Charset) -> Self {
        Self {
            input,
            decoder: charset.first.new_decoder_with_bom_removal(),
            fallback: charset.fallback,
            raw: Vec::with_capacity(CHUNK),
            raw_start: 0,
            chunk: Chunk::default(),
            is_at_end: false,
            is_done: false,
            lines: 0,
        }
    }

    /// Decodes the next bytes in place of what a chunk holds. Without any, the input may still go on.
    pub(super) fn next(&mut self, chunk: &mut Chunk) -> io::Result<()> {
        std::mem::swap(&mut self.chunk, chunk);
        // A byte of a single-byte set becomes three of UTF-8 at most.
        self.chunk.bytes.resize(3 * CHUNK + 16, 0);
        (self.chunk.end, self.chunk.broken) = (0, Broken::default());
        let decoded = self.decode();
        std::mem::swap(&mut self.chunk, chunk);
        decoded
    }

    fn decode(&mut self) -> io::Result<()> {
        if self.raw_start == self.raw.len() && !self.is_at_end {
            // The start of a character may have been decoded that turns out to be none.
            self.raw.drain(..self.raw.len().saturating_sub(LONGEST_CHARACTER));
            self.raw_start = self.raw.len();
            let read = (&mut self.input).take(CHUNK as u64).read_to_end(&mut self.raw)?;
            self.is_at_end = read < CHUNK;
        }
        loop {
            let (raw, free) = (self.raw.get(self.raw_start..), self.chunk.bytes.get_mut(self.chunk.end..));
            let (Some(raw), Some(free)) = (raw, free) else { return Ok(()) };
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(raw, free, self.is_at_end);
            self.raw_start += read;
            let decoded = self.chunk.end..self.chunk.end + written;
            self.chunk.end = decoded.end;
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
            if self.chunk.bytes.len() - self.chunk.end < 16 {
                return Ok(());
            }
        }
    }

    /// Counts lines of what was decoded, and looks for bytes that no text has.
    fn check(&mut self, decoded: std::ops::Range<usize>) {
        let decoded = self.chunk.bytes.get(decoded).unwrap_or_default();
        if self.fallback.is_some() && !decoded.is_ascii() {
            self.fallback = None;
        }
        if decoded.contains(&0) {
            for byte in decoded {
                self.lines += u64::from(*byte == b'\n');
                if *byte == 0 {
                    self.chunk.broken.add(self.lines + 1, &[0]);
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
        self.chunk.broken.add(self.lines + 1, bytes);
        let mark = "\u{FFFD}".as_bytes();
        if let Some(free) = self.chunk.bytes.get_mut(self.chunk.end..self.chunk.end + mark.len()) {
            free.copy_from_slice(mark);
            self.chunk.end += mark.len();
        }
    }
}
