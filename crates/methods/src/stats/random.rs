//! Random numbers that are the same on every machine and for every number of threads.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

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

/// Puts items in a random order, each order with the same probability.
///
/// Fisher and Yates's exchanges, with several positions from one random word: a word times a bound is a position and another
/// word, which is as good as new for the next one. A word of which two positions might have been made is thrown away.
///
/// # Source
///
/// Brackett-Rozinsky and Lemire (2025), Software: Practice and Experience 55(1), 155-165.
pub fn shuffle<T>(items: &mut [T], generator: &mut ChaCha8Rng) {
    exchanges(items.len(), generator, |place, position| items.swap(place, position));
}

/// Tells each item and its place in the order in which [`shuffle`] would put them, from the last place on. What is left in
/// the list is of no use.
pub(crate) fn deal<T: Copy>(items: &mut [T], generator: &mut ChaCha8Rng, mut to: impl FnMut(usize, T)) {
    exchanges(items.len(), generator, |place, position| {
        to(place, items[position]);
        // Nobody looks at a place again that has been decided.
        items[position] = items[place];
    });
    items.first().into_iter().for_each(|&first| to(0, first));
}

/// Decides which position each place exchanges with, from the last of `n` places to the second one.
#[inline(always)]
fn exchanges(n: usize, generator: &mut ChaCha8Rng, mut exchange: impl FnMut(usize, usize)) {
    // The more positions, the more words are thrown away: one in 256 at most.
    let mut left = n;
    while left > 1 << 28 {
        left = some_exchanges::<1>(left, generator, &mut exchange);
    }
    while left > 1 << 18 {
        left = some_exchanges::<2>(left, generator, &mut exchange);
    }
    while left > 1 << 14 {
        left = some_exchanges::<3>(left, generator, &mut exchange);
    }
    while left > 4 {
        left = some_exchanges::<4>(left, generator, &mut exchange);
    }
    while left > 1 {
        left = some_exchanges::<1>(left, generator, &mut exchange);
    }
}

/// Decides the last N of the first `left` places; answers how many are left.
#[inline(always)]
fn some_exchanges<const N: usize>(
    left: usize,
    generator: &mut ChaCha8Rng,
    exchange: &mut impl FnMut(usize, usize),
) -> usize {
    for (before, position) in positions::<N>(left, generator).into_iter().enumerate() {
        exchange(left - 1 - before, position);
    }
    left - N
}

/// Positions below `most`, `most` - 1, and so on.
fn positions<const N: usize>(most: usize, generator: &mut ChaCha8Rng) -> [usize; N] {
    let mut product = 1_u64;
    (0..N).for_each(|before| product *= (most - before) as u64);
    loop {
        let mut word = generator.next_u64();
        let positions = std::array::from_fn(|before| {
            let wide = u128::from(word) * (most - before) as u128;
            word = wide as u64;
            (wide >> 64) as usize
        });
        // Words below 2^64 modulo the product are one too many; the remainder is taken only where it may matter.
        if word >= product || word >= product.wrapping_neg() % product {
            return positions;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_have_streams_of_their_own() {
        let first = |seed, task| generator(seed, task).next_u64();
        assert_eq!(first(7, 1), first(7, 1));
        assert_ne!(first(7, 1), first(7, 2));
        assert_ne!(first(7, 1), first(8, 1));
    }

    #[test]
    fn orders_are_equally_likely() {
        let mut generator = generator(1, 0);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            shuffle(&mut items, &mut generator);
            *counts.entry(items).or_insert(0.0) += 1.0_f64;
        }
        // 23 degrees of freedom: above 49.7 once in a thousand.
        let statistic: f64 = counts.values().map(|count| (count - 1e3) * (count - 1e3) / 1e3).sum();
        assert!(counts.len() == 24 && statistic < 49.7, "{statistic}");
    }

    #[test]
    fn items_come_to_all_places() {
        for n in [0, 1, 7, 40, 20_000, 300_000] {
            let mut generator = generator(2, n as u64);
            let mut items: Vec<usize> = (0..n).collect();
            shuffle(&mut items, &mut generator);
            let kept = items.iter().enumerate().filter(|(place, item)| place == *item).count();
            // Each place keeps its own with a probability of 1/n.
            assert!(kept < 8, "{n} {kept}");
            let (mut dealt, mut list) = (vec![n; n], (0..n).collect::<Vec<_>>());
            deal(&mut list, &mut super::generator(2, n as u64), |place, item| dealt[place] = item);
            assert_eq!(dealt, items);
            items.sort_unstable();
            assert!(items.into_iter().eq(0..n));
        }
        // Where the first of forty goes: 39 degrees of freedom, above 72.1 once in a thousand.
        let (mut generator, mut counts) = (generator(3, 0), [0.0_f64; 40]);
        for _ in 0..8_000 {
            let mut items: Vec<usize> = (0..40).collect();
            shuffle(&mut items, &mut generator);
            counts[items.iter().position(|&item| item == 0).unwrap_or(0)] += 1.0;
        }
        let statistic: f64 = counts.iter().map(|count| (count - 200.0) * (count - 200.0) / 200.0).sum();
        assert!(statistic < 72.1, "{statistic}");
    }
}
