//! Sums over lists of values, and over pairs.

use super::logarithm::{LookUp, WithLogs, dispatch};
use super::{Itself, LANES, TURNS, Term, filled, together};

/// Adds the terms of the values up, each times its weight where there are weights.
pub(crate) fn sum<T: Term>(values: &[f64], weights: Option<&[f64]>, term: T) -> f64 {
    match weights {
        None => plain(values, term),
        Some(weights) => dispatch(Weighted { values, weights, term }),
    }
}

fn plain<T: Term>(values: &[f64], term: T) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    // The sums of long terms never wait for the sums before.
    let (fours, single) = if T::IS_LONG { (&[][..], chunks) } else { chunks.as_chunks::<TURNS>() };
    let mut sums = if single.is_empty() { [0.0; LANES] } else { dispatch(Plain { chunks: single, term }) };
    let mut add = |parts: [f64; LANES]| {
        for lane in 0..LANES {
            sums[lane] += parts[lane];
        }
    };
    if !fours.is_empty() {
        add(together(dispatch(InTurns { fours, term })));
    }
    if let Some(last) = filled(rest) {
        // Eight at once cost as much as two by themselves; what fills the lanes is not added.
        let mut parts = dispatch(Plain { chunks: &[last], term });
        parts[rest.len()..].fill(0.0);
        add(parts);
    }
    sums.iter().sum()
}

struct Plain<'a, T> {
    chunks: &'a [[f64; LANES]],
    term: T,
}

impl<T: Term> WithLogs for Plain<'_, T> {
    type Output = [f64; LANES];

    #[inline(always)]
    fn with_logs<L: LookUp>(self, look_up: L) -> [f64; LANES] {
        let mut sums = [0.0; LANES];
        for chunk in self.chunks {
            self.term.add_eight(&mut sums, chunk, look_up);
        }
        sums
    }
}

struct InTurns<'a, T> {
    fours: &'a [[[f64; LANES]; TURNS]],
    term: T,
}

impl<T: Term> WithLogs for InTurns<'_, T> {
    type Output = [[f64; LANES]; TURNS];

    #[inline(always)]
    fn with_logs<L: LookUp>(self, look_up: L) -> Self::Output {
        let [mut a, mut b, mut c, mut d] = [[0.0; LANES]; TURNS];
        for [first, second, third, fourth] in self.fours {
            self.term.add_eight(&mut a, first, look_up);
            self.term.add_eight(&mut b, second, look_up);
            self.term.add_eight(&mut c, third, look_up);
            self.term.add_eight(&mut d, fourth, look_up);
        }
        [a, b, c, d]
    }
}

struct Weighted<'a, T> {
    values: &'a [f64],
    weights: &'a [f64],
    term: T,
}

impl<T: Term> WithLogs for Weighted<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_logs<L: LookUp>(self, look_up: L) -> f64 {
        let mut sums = [0.0; LANES];
        let (chunks, rest) = self.values.as_chunks::<LANES>();
        let (weight_chunks, weight_rest) = self.weights.as_chunks::<LANES>();
        for (chunk, weights) in chunks.iter().zip(weight_chunks) {
            let parts = self.term.of_eight(chunk, look_up);
            for lane in 0..LANES {
                sums[lane] += weights[lane] * parts[lane];
            }
        }
        for ((sum, &value), &weight) in sums.iter_mut().zip(rest).zip(weight_rest) {
            *sum += weight * self.term.of(value);
        }
        sums.iter().sum()
    }
}

/// Sum of the values. Those that fill no lane twice are added up as they come, which is the same.
pub(crate) fn total(values: &[f64]) -> f64 {
    if values.len() > LANES { sum(values, None, Itself) } else { values.iter().sum() }
}

/// Sum of the values, each times its weight.
pub(crate) fn product_sum(values: &[f64], weights: &[f64]) -> f64 {
    sum(values, Some(weights), Itself)
}

/// Something that is added up over pairs of values.
pub(crate) trait PairTerm: Copy {
    /// The part of one pair.
    fn of(&self, first: f64, second: f64) -> f64;

    /// Adds the parts of eight pairs, each to its sum.
    #[inline(always)]
    fn add_eight(&self, sums: &mut [f64; LANES], first: &[f64; LANES], second: &[f64; LANES], _look_up: impl LookUp) {
        for lane in 0..LANES {
            sums[lane] += self.of(first[lane], second[lane]);
        }
    }
}

/// Adds the terms of pairs of values up; of lists of different lengths, as many as the shorter one has.
pub(crate) fn sum_of_pairs<T: PairTerm>(first: &[f64], second: &[f64], term: T) -> f64 {
    let n = first.len().min(second.len());
    let (chunks, rest) = first[..n].as_chunks::<LANES>();
    let (others, other_rest) = second[..n].as_chunks::<LANES>();
    let mut sums = dispatch(Pairs { chunks, others, term });
    if let Some((last, other)) = filled(rest).zip(filled(other_rest)) {
        let parts = dispatch(Pairs { chunks: &[last], others: &[other], term });
        sums.iter_mut().zip(parts).take(rest.len()).for_each(|(sum, part)| *sum += part);
    }
    sums.iter().sum()
}

struct Pairs<'a, T> {
    chunks: &'a [[f64; LANES]],
    others: &'a [[f64; LANES]],
    term: T,
}

impl<T: PairTerm> WithLogs for Pairs<'_, T> {
    type Output = [f64; LANES];

    #[inline(always)]
    fn with_logs<L: LookUp>(self, look_up: L) -> [f64; LANES] {
        let mut sums = [0.0; LANES];
        for (chunk, other) in self.chunks.iter().zip(self.others) {
            self.term.add_eight(&mut sums, chunk, other, look_up);
        }
        sums
    }
}
