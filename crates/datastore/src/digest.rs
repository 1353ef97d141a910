//! SHA-256 digests in hexadecimal digits.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

/// The digest of some bytes.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The digest and the length of what a reader gives, read to its end in pieces.
pub(crate) fn digest_of_reader(mut reader: impl Read) -> std::io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    let mut length = 0;
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 {
            return Ok((hexadecimal(&hash.finalize()), length));
        }
        length += read as u64;
        hash.update(piece.get(..read).unwrap_or_default());
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Feeds a hash so that no two different sequences write the same bytes: texts come with their length.
#[derive(Default)]
pub(crate) struct DigestWriter {
    hash: Sha256,
    buffer: Vec<u8>,
}

impl DigestWriter {
    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    /// One pattern stands for every value that is missing, and it is that of no number.
    pub(crate) fn value(&mut self, value: Option<f64>) {
        self.number(value.unwrap_or(f64::NAN).to_bits());
    }

    pub(crate) fn finish(mut self) -> String {
        self.hash.update(&self.buffer);
        hexadecimal(&self.hash.finalize())
    }

    fn bytes(&mut self, bytes: &[u8]) {
        const FULL: usize = 64 * 1024;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= FULL {
            self.hash.update(&self.buffer);
            self.buffer.clear();
        }
    }
}

/// Passes bytes on, and hashes them on the way.
pub(crate) struct HashingWriter<W> {
    to: W,
    hash: Sha256,
    bytes: u64,
}

impl<W> HashingWriter<W> {
    pub(crate) fn new(to: W) -> Self {
        Self { to, hash: Sha256::new(), bytes: 0 }
    }

    /// Where the bytes went, their digest, and how many there were.
    pub(crate) fn finish(self) -> (W, String, u64) {
        (self.to, hexadecimal(&self.hash.finalize()), self.bytes)
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_what_passes_through() {
        let mut writer = HashingWriter::new(Vec::new());
        assert!(writer.write_all(b"a").and_then(|()| writer.write_all(b"bc")).is_ok());
        assert_eq!(writer.finish(), (b"abc".to_vec(), digest_of(b"abc"), 3));
    }

    #[test]
    fn is_the_standard_digest() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(digest_of(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn tells_apart_where_a_text_ends() {
        let digest = |texts: [&str; 2]| {
            let mut writer = DigestWriter::default();
            texts.into_iter().for_each(|text| writer.text(text));
            writer.finish()
        };
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
    }
}
