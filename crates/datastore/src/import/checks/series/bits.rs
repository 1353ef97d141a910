//! Which hashes may have been seen, in two bytes for each.

/// A set of hashes that may hold more than was put into it, and never less (Bloom 1970, with one hash).
pub(super) struct Bits {
    words: Vec<u64>,
    /// Bits of a hash that are left out.
    shift: u32,
}

/// Bits for each hash: of those that were not put in, at most one in so many is held.
const BITS_EACH: u64 = 16;

impl Bits {
    /// Empty, with room for so many hashes.
    pub(super) fn of(hashes: usize) -> Self {
        let bits = (hashes as u64 * BITS_EACH).next_power_of_two().max(u64::from(u64::BITS));
        Self { words: vec![0; (bits / u64::from(u64::BITS)) as usize], shift: u64::BITS - bits.trailing_zeros() }
    }

    pub(super) fn set(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    pub(super) fn may_hold(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let bit = hash >> self.shift;
        ((bit / u64::from(u64::BITS)) as usize, 1 << (bit % u64::from(u64::BITS)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_held_and_little_else() {
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        for hashes in [0, 1, 3, 4, 5000_u32] {
            let mut bits = Bits::of(hashes as usize);
            let hash = |number: u32| u64::from(number).wrapping_mul(FACTOR);
            (0..hashes).for_each(|number| bits.set(hash(number)));
            assert!((0..hashes).all(|number| bits.may_hold(hash(number))));
            let others = (hashes..hashes + 10_000).filter(|number| bits.may_hold(hash(*number))).count();
            assert!(others < 2 * 10_000 / 16 + 1, "{others} of 10000 with {hashes}");
        }
    }
}
