//! Sums over many values, in eight lanes.
//!
//! A processor adds eight numbers as fast as one. The order of every sum is fixed by the positions alone, and nothing is
//! rounded otherwise on a machine with wider registers, so that results are the same to the last bit on all of them. Where
//! a product and a sum are rounded once (`mul_add`), they are so on a machine without the instruction too, only slowly.

mod logarithm;

use std::sync::LazyLock;

use pulp::{Arch, Simd, WithSimd};

pub(crate) use logarithm::{LookUp, natural_log, natural_logs};
use logarithm::{WithLogs, dispatch};

/// Numbers that are taken at once.
pub(crate) const LANES: usize = 8;

/// What the machine has, looked up once: of few numbers the sum takes no longer than the look.
pub(crate) fn arch() -> Arch {
    static ARCH: LazyLock<Arch> = LazyLock::new(Arch::new);
    *ARCH
}

/// Sum and least of values; of none, 0 and infinity. The sum of values of which one is not finite is not finite either.
pub(crate) fn sum_and_least(values: &[f64]) -> (f64, f64) {
    arch().dispatch(SumAndLeast(values))
}

struct SumAndLeast<'a>(&'a [f64]);

impl WithSimd for SumAndLeast<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> (f64, f64) {
        let (mut sums, mut least) = ([0.0; LANES], [f64::INFINITY; LANES]);
        let (chunks, rest) = self.0.as_chunks::<LANES>();
        for chunk in chunks {
            // A loop for each of the two: one for both is compiled into steps of single numbers.
            for (sum, &value) in sums.iter_mut().zip(chunk) {
                *sum += value;
            }
            for (least, &value) in least.iter_mut().zip(chunk) {
                *least = if value < *least { value } else { *least };
            }
        }
        for ((sum, least), &value) in sums.iter_mut().zip(&mut least).zip(rest) {
            *sum += value;
            *least = if value < *least { value } else { *least };
        }
        (sums.iter().sum(), least.into_iter().fold(f64::INFINITY, f64::min))
    }
}

/// Whether all values are finite; of values whose sum is beyond the range of numbers, no.
pub(crate) fn are_finite(values: &[f64]) -> bool {
    sum(values, None, Itself).is_finite()
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
        let (mut least, mut greatest) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        let (chunks, rest) = self.0.as_chunks::<LANES>();
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

/// Something that is added up over values.
pub(crate) trait Term: Copy {
    /// The part of one value.
    fn of(&self, value: f64) -> f64;

    /// The parts of eight values.
    #[inline(always)]
    fn of_eight(&self, values: &[f64; LANES], _look_up: impl LookUp) -> [f64; LANES] {
        values.map(|value| self.of(value))
    }

    /// Adds the parts of eight values, each to its sum.
    #[inline(always)]
    fn add_eight(&self, sums: &mut [f64; LANES], values: &[f64; LANES], _look_up: impl LookUp) {
        // By position: pairs of iterators are compiled into registers of which some are half full.
        for lane in 0..LANES {
            sums[lane] += self.of(values[lane]);
        }
    }
}

/// `x * scale * ln(x * scale)`, and 0 for a value of 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimesLog {
    /// What values are multiplied by.
    pub(crate) scale: f64,
}

impl Term for TimesLog {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        // The logarithm below is some finite number at 0, so that the product is the limit.
        let ratio = value * self.scale;
        ratio * natural_log(ratio)
    }

    #[inline(always)]
    fn of_eight(&self, values: &[f64; LANES], look_up: impl LookUp) -> [f64; LANES] {
        let ratios = values.map(|value| value * self.scale);
        let logs = natural_logs(ratios, look_up);
        std::array::from_fn(|lane| ratios[lane] * logs[lane])
    }

    #[inline(always)]
    fn add_eight(&self, sums: &mut [f64; LANES], values: &[f64; LANES], look_up: impl LookUp) {
        let ratios = values.map(|value| value * self.scale);
        let logs = natural_logs(ratios, look_up);
        for lane in 0..LANES {
            sums[lane] += ratios[lane] * logs[lane];
        }
    }
}

/// `ln(x * scale)`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    /// What values are multiplied by.
    pub(crate) scale: f64,
}

impl Term for Log {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        natural_log(value * self.scale)
    }

    #[inline(always)]
    fn of_eight(&self, values: &[f64; LANES], look_up: impl LookUp) -> [f64; LANES] {
        natural_logs(values.map(|value| value * self.scale), look_up)
    }

    #[inline(always)]
    fn add_eight(&self, sums: &mut [f64; LANES], values: &[f64; LANES], look_up: impl LookUp) {
        let logs = natural_logs(values.map(|value| value * self.scale), look_up);
        for lane in 0..LANES {
            sums[lane] += logs[lane];
        }
    }
}

/// `-(sqrt(x * scale) - 1)^2 / 2`. Where `x * scale` has a mean of 1, the mean of this is that of `sqrt(x * scale) - 1`, since
/// `r - 1 = (sqrt(r) - 1)^2 + 2 (sqrt(r) - 1)`; but its terms are of one sign, so that nothing cancels where all are nearly equal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RootLessOne {
    /// What values are multiplied by.
    pub(crate) scale: f64,
}

impl Term for RootLessOne {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        let excess = (value * self.scale).sqrt() - 1.0;
        -0.5 * excess * excess
    }
}

/// `1 / (x * scale) - 1`, without losing digits where it is small; of zero, some number or infinity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReciprocalLessOne {
    /// What values are multiplied by.
    pub(crate) scale: f64,
}

impl Term for ReciprocalLessOne {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        let ratio = value * self.scale;
        (1.0 - ratio) / ratio
    }
}

/// Adds the terms of the values up, each times its weight where there are weights.
pub(crate) fn sum<T: Term>(values: &[f64], weights: Option<&[f64]>, term: T) -> f64 {
    match weights {
        None => plain(values, term),
        Some(weights) => dispatch(Weighted { values, weights, term }),
    }
}

fn plain<T: Term>(values: &[f64], term: T) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut sums = if chunks.is_empty() { [0.0; LANES] } else { dispatch(Plain { chunks, term }) };
    if let Some(last) = filled(rest) {
        // Eight at once cost as much as two by themselves; what fills the lanes is not added.
        let parts = dispatch(Plain { chunks: &[last], term });
        sums.iter_mut().zip(parts).take(rest.len()).for_each(|(sum, part)| *sum += part);
    }
    sums.iter().sum()
}

/// The last values, which are fewer than eight: what fills the lanes is not to be used.
#[inline(always)]
fn filled(rest: &[f64]) -> Option<[f64; LANES]> {
    let mut eight = [*rest.first()?; LANES];
    eight[..rest.len()].copy_from_slice(rest);
    Some(eight)
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

/// Puts the term of each value in its place.
pub(crate) fn replace<T: Term>(values: &mut [f64], term: T) {
    let (chunks, rest) = values.as_chunks_mut::<LANES>();
    dispatch(Replace { chunks, term });
    if let Some(last) = filled(rest) {
        let mut chunks = [last];
        dispatch(Replace { chunks: &mut chunks, term });
        rest.copy_from_slice(&chunks.as_flattened()[..rest.len()]);
    }
}

struct Replace<'a, T> {
    chunks: &'a mut [[f64; LANES]],
    term: T,
}

impl<T: Term> WithLogs for Replace<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_logs<L: LookUp>(self, look_up: L) {
        for chunk in self.chunks {
            *chunk = self.term.of_eight(chunk, look_up);
        }
    }
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

/// The value itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Itself;

impl Term for Itself {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        value
    }
}

/// The square of the distance from a centre.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SquareAbout {
    /// What distances are taken from.
    pub(crate) centre: f64,
}

impl Term for SquareAbout {
    #[inline(always)]
    fn of(&self, value: f64) -> f64 {
        let distance = value - self.centre;
        distance * distance
    }
}

/// Appends each value over a total and over its share: `x / total / share`.
pub(crate) fn append_quotients(values: &[f64], total: f64, shares: &[f64], quotients: &mut Vec<f64>) {
    arch().dispatch(Quotients { values, total, shares, quotients });
}

struct Quotients<'a> {
    values: &'a [f64],
    total: f64,
    shares: &'a [f64],
    quotients: &'a mut Vec<f64>,
}

impl WithSimd for Quotients<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.quotients.extend(self.values.iter().zip(self.shares).map(|(value, share)| value / self.total / share));
    }
}

/// Adds values, each over a divisor, to sums.
pub(crate) fn add_over(sums: &mut [f64], values: &[f64], divisor: f64) {
    arch().dispatch(AddOver { sums, values, divisor });
}

struct AddOver<'a> {
    sums: &'a mut [f64],
    values: &'a [f64],
    divisor: f64,
}

impl WithSimd for AddOver<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.sums.iter_mut().zip(self.values).for_each(|(sum, value)| *sum += value / self.divisor);
    }
}

/// Natural logarithms of finite positive values, the same on every machine.
pub fn logs(values: &[f64]) -> Vec<f64> {
    let mut logs = values.to_vec();
    // The fast logarithm is one of normal numbers.
    if arch().dispatch(
        #[inline(always)]
        || values.iter().filter(|value| !value.is_normal()).count() > 0,
    ) {
        logs.iter_mut().for_each(|value| *value = value.ln());
    } else {
        replace(&mut logs, Log { scale: 1.0 });
    }
    logs
}

/// Adds up the excess of each value over the first one, times how many values lie below it less how many lie above:
/// `sum over k of (2 k + 1 - n) * (x[k] - x[0])` for values in ascending order, k from 0. That is the sum of the differences
/// of all pairs.
pub(crate) fn pair_differences(ascending: &[f64]) -> f64 {
    arch().dispatch(PairDifferences(ascending))
}

struct PairDifferences<'a>(&'a [f64]);

impl WithSimd for PairDifferences<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let Some(&first) = self.0.first() else { return 0.0 };
        let mut sums = [0.0; LANES];
        let mut balances: [f64; LANES] = std::array::from_fn(|lane| (2 * lane + 1) as f64 - self.0.len() as f64);
        let (chunks, rest) = self.0.as_chunks::<LANES>();
        for chunk in chunks {
            for lane in 0..LANES {
                sums[lane] += balances[lane] * (chunk[lane] - first);
                balances[lane] += 2.0 * LANES as f64;
            }
        }
        for ((sum, &value), balance) in sums.iter_mut().zip(rest).zip(balances) {
            *sum += balance * (value - first);
        }
        sums.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_of_the_least_numbers_are_those_of_the_library() {
        assert_eq!(logs(&[1.0, 5e-324]), [0.0, 5e-324_f64.ln()]);
        assert_eq!(TimesLog { scale: 1.0 }.of(0.0), 0.0);
    }

    #[test]
    fn every_length_is_added_up_whole() {
        for n in 0_usize..40 {
            let values: Vec<f64> = (0..n).map(|k| (k + 1) as f64).collect();
            let weights: Vec<f64> = (0..n).map(|k| (k % 3) as f64).collect();
            let (whole, least) = sum_and_least(&values);
            assert_eq!((whole, least), ((n * (n + 1) / 2) as f64, if n > 0 { 1.0 } else { f64::INFINITY }));
            let greatest = if n > 0 { n as f64 } else { f64::NEG_INFINITY };
            assert_eq!(extremes(&values), (least, greatest));
            let products: f64 = values.iter().zip(&weights).map(|(value, weight)| value * weight).sum();
            assert_eq!(product_sum(&values, &weights), products);
            let pairs: f64 = values.iter().flat_map(|a| values.iter().map(move |b| (a - b).abs())).sum::<f64>() / 2.0;
            assert_eq!(pair_differences(&values), pairs);
            let less_one = |power: f64| values.iter().map(|value| value.powf(power) - 1.0).sum::<f64>();
            let (roots, reciprocals) = (RootLessOne { scale: 1.0 }, ReciprocalLessOne { scale: 1.0 });
            let expected = less_one(0.5) - less_one(1.0) / 2.0;
            assert!((sum(&values, None, roots) - expected).abs() <= 1e-13 * (n * n) as f64);
            assert!((sum(&values, None, reciprocals) - less_one(-1.0)).abs() <= 1e-13 * n as f64);
            let logs: f64 = values.iter().map(|value| (2.0 * value).ln()).sum();
            assert!((sum(&values, None, Log { scale: 2.0 }) - logs).abs() <= 1e-12 * logs);
            let squares: f64 = values.iter().map(|value| (value - 2.0) * (value - 2.0)).sum();
            assert_eq!(sum(&values, None, SquareAbout { centre: 2.0 }), squares);
            let each = super::logs(&values);
            assert!(each.iter().zip(&values).all(|(own, value)| (own - value.ln()).abs() <= 4.5e-16 * value.ln()));
        }
    }

    #[test]
    fn what_is_not_finite_is_seen_wherever_it_is() {
        for position in 0..19 {
            for fault in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let mut values = [1.0; 19];
                values[position] = fault;
                assert!(!sum_and_least(&values).0.is_finite());
            }
        }
        for position in 0..4 {
            let mut values = [3.0, -2.0, 0.0, 5.0];
            values.rotate_left(position);
            assert_eq!((sum_and_least(&values), extremes(&values)), ((6.0, -2.0), (3.0, 5.0)));
        }
    }
}
