//! Keys of labels in the hybrid of run lengths and packed bits in which Parquet stores them.

/// Values that are packed together: the bytes of a group are whole ones, however many bits a value has.
const GROUP: usize = 8;
/// A packed run has fewer groups than this, so that their number fits into the byte before it.
const GROUPS: usize = 64;

/// Appends keys of `width` bits each. The bytes are those that the Parquet library's own encoder gives: eight equal ones,
/// from a group's start on, begin a run.
pub(super) fn encode(keys: &[u32], width: u32, to: &mut Vec<u8>) {
    let mut encoder = Encoder { width, to, waiting: [0; GROUP], length: 0, last: 0, repeats: 0, groups: 0, header: 0 };
    for same in keys.chunk_by(|one, next| one == next) {
        if let Some(key) = same.first() {
            encoder.put(*key, same.len());
        }
    }
    encoder.finish();
}

struct Encoder<'a> {
    width: u32,
    to: &'a mut Vec<u8>,
    /// Values that no group has been made of yet, and how many there are.
    waiting: [u32; GROUP],
    length: usize,
    last: u32,
    /// How often the last value came, one after the other, since the last group.
    repeats: usize,
    /// Groups of the packed run that is written, and where the byte before it stands.
    groups: usize,
    header: usize,
}

impl Encoder<'_> {
    /// Takes a value so many times.
    fn put(&mut self, value: u32, times: usize) {
        for taken in 0..times {
            if self.last == value && self.repeats >= GROUP {
                self.repeats += times - taken;
                return;
            }
            if self.last != value {
                if self.repeats >= GROUP {
                    self.end_run();
                }
                (self.repeats, self.last) = (0, value);
            }
            self.repeats += 1;
            if let Some(place) = self.waiting.get_mut(self.length) {
                *place = value;
            }
            self.length += 1;
            if self.length == GROUP {
                self.take_group();
            }
        }
    }

    fn take_group(&mut self) {
        if self.repeats >= GROUP {
            self.length = 0;
            self.end_packed();
            return;
        }
        self.pack();
        if self.groups + 1 >= GROUPS {
            self.end_packed();
        }
        self.repeats = 0;
    }

    /// Writes a group behind those of the packed run.
    fn pack(&mut self) {
        if self.groups == 0 {
            self.header = self.to.len();
            self.to.push(0);
        }
        self.groups += 1;
        let (mut bits, mut count) = (0_u64, 0);
        for value in self.waiting {
            bits |= u64::from(value) << count;
            count += self.width;
            if count >= u32::BITS {
                self.to.extend_from_slice(&(bits as u32).to_le_bytes());
                bits >>= u32::BITS;
                count -= u32::BITS;
            }
        }
        let rest = bits.to_le_bytes();
        self.to.extend(rest.iter().take((count / u8::BITS) as usize));
        self.length = 0;
    }

    fn end_packed(&mut self) {
        if self.groups > 0
            && let Some(header) = self.to.get_mut(self.header)
        {
            // Fewer than 64 groups.
            *header = (self.groups as u8) << 1 | 1;
        }
        self.groups = 0;
    }

    fn end_run(&mut self) {
        let mut length = self.repeats << 1;
        while length >= 0x80 {
            self.to.push(length as u8 | 0x80);
            length >>= 7;
        }
        self.to.push(length as u8);
        let value = self.last.to_le_bytes();
        self.to.extend(value.iter().take(self.width.div_ceil(u8::BITS) as usize));
        (self.length, self.repeats) = (0, 0);
    }

    fn finish(mut self) {
        let is_run = self.groups == 0 && (self.repeats == self.length || self.length == 0);
        if is_run && self.repeats > 0 {
            self.end_run();
            return;
        }
        if self.length > 0 {
            self.waiting.iter_mut().skip(self.length).for_each(|value| *value = 0);
            self.pack();
        }
        self.end_packed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(keys: &[u32], width: u32) -> Vec<u8> {
        let mut to = Vec::new();
        encode(keys, width, &mut to);
        to
    }

    /// The examples of the format's description, and runs beside them.
    #[test]
    fn values_are_packed_or_counted() {
        let packed = [0b1000_1000, 0b1100_0110, 0b1111_1010];
        assert_eq!(encoded(&[0, 1, 2, 3, 4, 5, 6, 7], 3), [&[0b11][..], &packed].concat());
        assert_eq!(encoded(&[5; 100], 3), [200, 1, 5]);
        assert_eq!(encoded(&[300; 9], 9), [18, 44, 1]);
        assert_eq!(encoded(&[1, 0], 1), [0b11, 1]);
        assert_eq!((encoded(&[0; 20], 0), encoded(&[], 4)), (vec![40], vec![]));
        let both: Vec<u32> = (0..8).chain([7; 8]).chain([1]).collect();
        assert_eq!(encoded(&both, 3), [&[0b11][..], &packed, &[16, 7, 2, 1]].concat());
    }
}
