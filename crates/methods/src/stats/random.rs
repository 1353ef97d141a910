//! Random numbers that are the same on every machine and for every number of threads.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// The generator of one task of a computation: ChaCha8, seeded by the request's seed, on the stream of the task.
///
/// Tasks (permutation 17, bootstrap draw 4) have generators of their own, so that results do not depend on the thread or
/// the order in which tasks run. Nothing else is ever a source of randomness here.
///
/// # Source
///
/// Bernstein (2008), ChaCha, a variant of Salsa20; with eight rounds as in Aumasson (2019), Too Much Crypto.
pub fn generator(seed: u64, task: u64) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(task);
    generator
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::Rng as _;

    #[test]
    fn tasks_have_streams_of_their_own() {
        let first = |seed, task| generator(seed, task).next_u64();
        assert_eq!(first(7, 1), first(7, 1));
        assert_ne!(first(7, 1), first(7, 2));
        assert_ne!(first(7, 1), first(8, 1));
    }
}
