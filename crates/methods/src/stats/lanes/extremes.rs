//! The least and the greatest of many values.

use pulp::{Simd, WithSimd};

use super::{Itself, LANES, TURNS, arch, sum, together};

/// Sum and least of values; of none, 0 and infinity. The sum of values of which one is not finite is not finite either.
pub(crate) fn sum_and_least(values: &[f64]) -> (f64, f64) {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let (fours, single) = chunks.as_chunks::<TURNS>();
    let (mut sums, mut least) = arch().dispatch(SumAndLeast { chunks: single, rest });
    // What fewer values need is not compiled together with this, which then takes steps of single numbers.
    if !fours.is_empty() {
        let (of_fours, [mut p, q, r, s]) = arch().dispatch(SumAndLeastInTurns(fours));
        let of_fours = together(of_fours);
        add(&mut sums, &of_fours);
        [q, r, s].iter().for_each(|other| lower(&mut p, other));
        lower(&mut least, &p);
    }
    (sums.iter().sum(), least.into_iter().fold(f64::INFINITY, f64::min))
}

struct SumAndLeast<'a> {
    chunks: &'a [[f64; LANES]],
    rest: &'a [f64],
}

impl WithSimd for SumAndLeast<'_> {
    type Output = ([f64; LANES], [f64; LANES]);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let (mut sums, mut least) = ([0.0; LANES], [f64::INFINITY; LANES]);
        for chunk in self.chunks {
            // A loop for each of the two: one for both is compiled into steps of single numbers.
            add(&mut sums, chunk);
            lower(&mut least, chunk);
        }
        for ((sum, least), &value) in sums.iter_mut().zip(&mut least).zip(self.rest) {
            *sum += value;
            *least = if value < *least { value } else { *least };
        }
        (sums, least)
    }
}

struct SumAndLeastInTurns<'a>(&'a [[[f64; LANES]; TURNS]]);

impl WithSimd for SumAndLeastInTurns<'_> {
    type Output = ([[f64; LANES]; TURNS], [[f64; LANES]; TURNS]);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let [mut a, mut b, mut c, mut d] = [[0.0; LANES]; TURNS];
        let [mut p, mut q, mut r, mut s] = [[f64::INFINITY; LANES]; TURNS];
        for [first, second, third, fourth] in self.0 {
            add(&mut a, first);
            add(&mut b, second);
            add(&mut c, third);
            add(&mut d, fourth);
            lower(&mut p, first);
            lower(&mut q, second);
            lower(&mut r, third);
            lower(&mut s, fourth);
        }
        ([a, b, c, d], [p, q, r, s])
    }
}

#[inline(always)]
fn add(sums: &mut [f64; LANES], values: &[f64; LANES]) {
    for lane in 0..LANES {
        sums[lane] += values[lane];
    }
}

#[inline(always)]
fn lower(least: &mut [f64; LANES], values: &[f64; LANES]) {
    for lane in 0..LANES {
        least[lane] = if values[lane] < least[lane] { values[lane] } else { least[lane] };
    }
}

/// Whether all values are finite; of values whose sum is beyond the range of numbers, no.
pub(crate) fn are_finite(values: &[f64]) -> bool {
    sum(values, None, Itself).is_finite()
}

/// The greatest value; minus infinity where there is none.
pub(crate) fn greatest(values: &[f64]) -> f64 {
    arch().dispatch(Greatest(values))
}

struct Greatest<'a>(&'a [f64]);

impl WithSimd for Greatest<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        // Four eights at once, since each waits for the one before.
        let mut greatest = [f64::NEG_INFINITY; TURNS * LANES];
        let (chunks, rest) = self.0.as_chunks::<{ TURNS * LANES }>();
        for chunk in chunks {
            for lane in 0..TURNS * LANES {
                greatest[lane] = if chunk[lane] > greatest[lane] { chunk[lane] } else { greatest[lane] };
            }
        }
        greatest.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max)
    }
}

/// The least value above zero, and the greatest value; infinity and minus infinity where there is none.
pub(crate) fn extremes(values: &[f64]) -> (f64, f64) {
    arch().dispatch(Extremes(values))
}

struct Extremes<'a>(&'a [f64]);

impl WithSimd for Extremes<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> (f64, f64) {
        // Two eights at once, since each waits for the one before.
        let (mut least, mut greatest) = ([f64::INFINITY; 2 * LANES], [f64::NEG_INFINITY; 2 * LANES]);
        let (chunks, rest) = self.0.as_chunks::<{ 2 * LANES }>();
        for chunk in chunks {
            for (least, &value) in least.iter_mut().zip(chunk) {
                let value = if value > 0.0 { value } else { f64::INFINITY };
                *least = if value < *least { value } else { *least };
            }
            for (greatest, &value) in greatest.iter_mut().zip(chunk) {
                *greatest = if value > *greatest { value } else { *greatest };
            }
        }
        for ((least, greatest), &value) in least.iter_mut().zip(&mut greatest).zip(rest) {
            *least = if value > 0.0 && value < *least { value } else { *least };
            *greatest = if value > *greatest { value } else { *greatest };
        }
        let least = least.into_iter().fold(f64::INFINITY, f64::min);
        (least, greatest.into_iter().fold(f64::NEG_INFINITY, f64::max))
    }
}
