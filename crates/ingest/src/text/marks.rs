//! Where the characters of a text stand that end fields and records or quote them: a bit for each byte, found for 64 bytes
//! at once, so that the others need not be looked at one by one.

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// A delimiter, the ends of lines, and quotes, among the bytes of a buffer.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// A bit for each byte, the first in the lowest place.
    bits: Vec<u64>,
}

impl Marks {
    /// Looks at a buffer, in place of the last one.
    pub(super) fn find(&mut self, bytes: &[u8], delimiter: u8) {
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        self.bits.clear();
        self.bits.extend(blocks.iter().map(|block| bits_of(block, delimiter)));
        if !rest.is_empty() {
            let mut last = [0; BLOCK];
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            // What fills the block up is none of the buffer's, whatever the delimiter is.
            self.bits.push(bits_of(&last, delimiter) & !(u64::MAX << rest.len()));
        }
    }

    /// The first of them from a place on.
    #[inline]
    pub(super) fn next(&self, from: usize) -> Option<usize> {
        let mut word = from / BLOCK;
        let mut bits = self.bits.get(word)? & (u64::MAX << (from % BLOCK));
        while bits == 0 {
            word += 1;
            bits = *self.bits.get(word)?;
        }
        Some(word * BLOCK + bits.trailing_zeros() as usize)
    }
}

/// A bit for each byte of a block that is one of them.
fn bits_of(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    // Eight bytes of zeros and ones become eight bits by one multiplication: that of byte k is moved to place 56 + k, and
    // no two are moved to one place.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let marked = block.map(|byte| {
        u8::from(byte == delimiter) | u8::from(byte == b'\n') | u8::from(byte == b'\r') | u8::from(byte == b'"')
    });
    let eights = marked.as_chunks::<8>().0.iter().rev();
    eights.fold(0, |bits, eight| bits << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_those_that_a_look_at_each_byte_finds(
            bytes in prop::collection::vec(prop_oneof![Just(b','), Just(b'\n'), Just(b'\r'), Just(b'"'), Just(0), any::<u8>()], 0..300),
            delimiter in prop_oneof![Just(b','), Just(b'\t'), Just(0)],
        ) {
            let mut marks = Marks::default();
            marks.find(b"before,\n", b',');
            marks.find(&bytes, delimiter);
            let is_mark = |byte: &u8| *byte == delimiter || b"\n\r\"".contains(byte);
            for from in 0..bytes.len() + 130 {
                let expected = bytes.get(from..).and_then(|rest| rest.iter().position(is_mark)).map(|at| from + at);
                prop_assert_eq!(marks.next(from), expected);
            }
        }
    }
}
