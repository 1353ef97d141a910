//! Sums of differences between values.

use pulp::{Simd, WithSimd};

use super::{LANES, TURNS, arch, together};

/// Adds up the excess of each value over the first one, times how many values stand before it less how many stand after it:
/// `sum over k of (2 k + 1 - n) * (x[k] - x[0])`, k from 0. For values in ascending order, that is the sum of the differences
/// of all pairs.
pub(crate) fn pair_differences(values: &[f64]) -> f64 {
    let Some(&origin) = values.first() else { return 0.0 };
    let first_balance = 1.0 - values.len() as f64;
    let (fours, rest) = values.as_chunks::<{ LANES * TURNS }>();
    let balance_of_rest = first_balance + 2.0 * (values.len() - rest.len()) as f64;
    let of_rest = arch().dispatch(PairDifferences { values: rest, first_balance: balance_of_rest, origin });
    // What fewer values need is not compiled together with this, which then takes steps of single numbers.
    let of_fours = if fours.is_empty() {
        [[0.0; LANES]; TURNS]
    } else {
        arch().dispatch(PairDifferencesInTurns { fours, first_balance, origin })
    };
    together(of_fours).iter().zip(of_rest).map(|(sum, rest)| sum + rest).sum()
}

/// How much the balance of places grows from one eight to the next.
const STEP: f64 = 2.0 * LANES as f64;

/// Balances of eight places.
#[inline(always)]
fn balances(first: f64) -> [f64; LANES] {
    std::array::from_fn(|lane| first + (2 * lane) as f64)
}

struct PairDifferences<'a> {
    values: &'a [f64],
    first_balance: f64,
    origin: f64,
}

impl WithSimd for PairDifferences<'_> {
    type Output = [f64; LANES];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> [f64; LANES] {
        let (mut sums, mut balances) = ([0.0; LANES], balances(self.first_balance));
        let (chunks, rest) = self.values.as_chunks::<LANES>();
        for chunk in chunks {
            for lane in 0..LANES {
                sums[lane] += balances[lane] * (chunk[lane] - self.origin);
                balances[lane] += STEP;
            }
        }
        for ((sum, &value), balance) in sums.iter_mut().zip(rest).zip(balances) {
            *sum += balance * (value - self.origin);
        }
        sums
    }
}

struct PairDifferencesInTurns<'a> {
    fours: &'a [[f64; LANES * TURNS]],
    first_balance: f64,
    origin: f64,
}

impl WithSimd for PairDifferencesInTurns<'_> {
    type Output = [[f64; LANES]; TURNS];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let (mut sums, mut balances) = ([[0.0; LANES]; TURNS], balances(self.first_balance));
        for four in self.fours {
            let (eights, _) = four.as_chunks::<LANES>();
            for turn in 0..TURNS {
                for lane in 0..LANES {
                    sums[turn][lane] += balances[lane] * (eights[turn][lane] - self.origin);
                    balances[lane] += STEP;
                }
            }
        }
        sums
    }
}

/// Adds up by how much values exceed later ones, up to `reach` places on:
/// `sum over d from 1 to reach, k of max(0, x[k] - x[k + d])`. Of values in ascending order, 0.
pub(crate) fn falls(values: &[f64], reach: usize) -> f64 {
    let at_distance = |distance: usize| {
        let (before, after) = (&values[..values.len() - distance], &values[distance..]);
        arch().dispatch(Falls { before, after })
    };
    (1..=reach.min(values.len().saturating_sub(1))).map(at_distance).sum()
}

/// Pairs of values, in the order of both lists.
struct Falls<'a> {
    before: &'a [f64],
    after: &'a [f64],
}

impl WithSimd for Falls<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        // One loop, whose sums LLVM keeps in registers; few of them are not zero.
        let mut sums = [0.0; 2 * LANES];
        let (chunks, rest) = self.before.as_chunks::<{ 2 * LANES }>();
        let (later_chunks, later_rest) = self.after.as_chunks::<{ 2 * LANES }>();
        for (before, after) in chunks.iter().zip(later_chunks) {
            for lane in 0..2 * LANES {
                sums[lane] += fall(before[lane], after[lane]);
            }
        }
        for ((sum, &before), &after) in sums.iter_mut().zip(rest).zip(later_rest) {
            *sum += fall(before, after);
        }
        sums.iter().sum()
    }
}

#[inline(always)]
fn fall(before: f64, after: f64) -> f64 {
    let fall = before - after;
    if fall > 0.0 { fall } else { 0.0 }
}
