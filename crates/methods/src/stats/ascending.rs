//! Sorting of numbers that are not negative.

use pulp::{Simd, WithSimd};

use super::lanes;

/// From so many items on, dealing them out is faster than comparing them.
const FEWEST_DEALT: usize = 64;

/// Up to so many items, positions and buckets are numbers of sixteen bits, and the counters stay in the nearest caches.
const MOST_DEALT: usize = 1 << 15;

/// Leading bits of which no more make buckets.
const MOST_BUCKET_BITS: u32 = 15;

/// Counters that are added up at once.
const LANES: usize = 32;

/// A bucket of more items than this is sorted by itself.
const LARGEST_MIXED: u16 = 12;

/// Places before the first and after the last number that two exchanges in a row look at.
const MARGIN: usize = 2;

/// Numbers are filled up to a multiple of this, so that no loop over them has a rest.
const PERIOD: usize = 16;

/// Sorts items by their values, which must be finite and not below zero; a zero must not be a negative one.
///
/// `least` is the least value above zero, `greatest` the greatest value.
///
/// The bits of such numbers are in the order of the numbers. Items are dealt out to buckets by their leading bits, two or more
/// buckets an item, so that most buckets hold one or none; what shares a bucket is put in order by insertion. Zeros are in
/// the bucket of the least other value, since their bits are far from those of all others.
///
/// Items of equal values stay in their order.
pub(crate) fn sort_ascending<T: Copy>(items: &mut [T], least: f64, greatest: f64, value: impl Fn(&T) -> f64 + Copy) {
    let bits = |item: &T| value(item).to_bits();
    if is_dealt(items.len(), least, greatest) {
        let source = items.to_vec();
        deal(&source, items, least, greatest, bits, |item| item);
        insert(items, bits);
    } else {
        items.sort_by_key(bits);
    }
}

/// What stands in the middle of an ascending order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Middle {
    /// The two numbers in the middle; of an odd number of them, the one there is, twice.
    pub(crate) numbers: [f64; 2],
    /// Sum of the numbers before the second of the two.
    pub(crate) sum_below: f64,
}

/// Numbers in nearly ascending order: runs of at most `reach + 1` numbers, of which no number is less than one of a run before
/// it. Sums over pairs, and the numbers at few places, need no more.
#[derive(Debug, Clone)]
pub(crate) struct NearlyAscending {
    numbers: Vec<f64>,
    reach: usize,
}

impl NearlyAscending {
    /// Takes numbers that are finite and not below zero. Of a zero it makes a positive one.
    ///
    /// `least` is the least number above zero, `greatest` the greatest number.
    pub(crate) fn new(numbers: &[f64], least: f64, greatest: f64) -> Self {
        if !is_dealt(numbers.len(), least, greatest) {
            let mut numbers: Vec<f64> = numbers.iter().map(|number| number + 0.0).collect();
            numbers.sort_unstable_by_key(|number| number.to_bits());
            return Self { numbers, reach: 0 };
        }
        let mut dealt = vec![0.0; numbers.len()];
        let bits = |number: &f64| (number + 0.0).to_bits();
        let largest = deal(numbers, &mut dealt, least, greatest, bits, |number| number + 0.0);
        Self { numbers: dealt, reach: usize::from(largest).saturating_sub(1) }
    }

    /// What stands in the middle of the ascending order; there must be a number at least.
    pub(crate) fn middle(&self) -> Middle {
        let [lower, upper] = [(self.numbers.len() - 1) / 2, self.numbers.len() / 2];
        let first = lower.saturating_sub(self.reach);
        let around = self.in_order_around(first, upper);
        Middle {
            numbers: [lower, upper].map(|place| around[place - first]),
            sum_below: lanes::total(&self.numbers[..first]) + around[..upper - first].iter().sum::<f64>(),
        }
    }

    /// Numbers from `first` on to `reach` after `place`, in order. Runs that the ends cut stay at the ends.
    fn in_order_around(&self, first: usize, place: usize) -> Vec<f64> {
        let last = (place + self.reach + 1).min(self.numbers.len());
        let mut around = self.numbers[first..last].to_vec();
        insert(&mut around, |number| number.to_bits());
        around
    }

    /// Sum of the differences of all pairs.
    ///
    /// As they stand, pairs count by the later number less the earlier one; those that stand the wrong way round count with the
    /// wrong sign, and twice their difference is missing.
    pub(crate) fn pair_differences(&self) -> f64 {
        let falls = if self.reach > 0 { lanes::falls(&self.numbers, self.reach) } else { 0.0 };
        lanes::pair_differences(&self.numbers) + 2.0 * falls
    }

    /// The numbers in ascending order. Those that are not yet are put in order by exchanges of neighbours, many at once: no step
    /// depends on what they are, so that none is guessed wrong.
    pub(crate) fn in_order(&self) -> Vec<f64> {
        if self.reach == 0 {
            return self.numbers.clone();
        }
        let places = MARGIN..MARGIN + self.numbers.len();
        let mut padded = vec![f64::INFINITY; self.numbers.len().next_multiple_of(PERIOD) + 2 * MARGIN];
        padded[..MARGIN].fill(f64::NEG_INFINITY);
        padded[places.clone()].copy_from_slice(&self.numbers);
        lanes::arch().dispatch(ExchangeNeighbours(padded))[places].to_vec()
    }
}

/// Whether items are worth dealing out.
fn is_dealt(items: usize, least: f64, greatest: f64) -> bool {
    (FEWEST_DEALT..=MOST_DEALT).contains(&items) && least < greatest
}

/// Puts what `made` makes of the items of a source in the order of their buckets, and those of overfull buckets in the order of
/// their values. Answers how many are in the largest of the other buckets, at most.
fn deal<T: Copy>(
    source: &[T],
    items: &mut [T],
    least: f64,
    greatest: f64,
    bits: impl Fn(&T) -> u64 + Copy,
    made: impl Fn(T) -> T,
) -> u16 {
    let (least, range) = (least.to_bits(), greatest.to_bits() - least.to_bits());
    let bucket_bits = (2 * items.len()).next_power_of_two().ilog2().min(MOST_BUCKET_BITS);
    let shift = (u64::BITS - range.leading_zeros()).saturating_sub(bucket_bits);
    let row_bits = bucket_bits - LANES.ilog2();
    let slots = lanes::arch().dispatch(Slots { items: source, bits, least, shift, row_bits });
    let mut counters = vec![[0_u16; LANES]; 1 << row_bits];
    for &slot in &slots {
        counters.as_flattened_mut()[slot as usize] += 1;
    }
    let largest = lanes::arch().dispatch(Starts(&mut counters));
    // The start of each bucket moves to its end as the items come in.
    let ends = counters.as_flattened_mut();
    for (item, &slot) in source.iter().zip(&slots) {
        let end = &mut ends[slot as usize];
        items[*end as usize] = made(*item);
        *end += 1;
    }
    if largest > LARGEST_MIXED {
        let mut start = 0;
        for bucket in 0..ends.len() {
            let end = ends[slot(bucket, row_bits)];
            if end - start > LARGEST_MIXED {
                items[start as usize..end as usize].sort_by_key(bits);
            }
            start = end;
        }
    }
    largest.min(LARGEST_MIXED)
}

/// Where the counter of a bucket is: the first of the lanes has the first buckets, one in each row.
#[inline(always)]
fn slot(bucket: usize, row_bits: u32) -> usize {
    (bucket & ((1 << row_bits) - 1)) * LANES + (bucket >> row_bits)
}

/// The slot of each item.
struct Slots<'a, T, B> {
    items: &'a [T],
    bits: B,
    least: u64,
    shift: u32,
    row_bits: u32,
}

impl<T, B: Fn(&T) -> u64> WithSimd for Slots<'_, T, B> {
    type Output = Vec<u16>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<u16> {
        let Self { items, bits, least, shift, row_bits } = self;
        let of = |item: &T| slot((bits(item).saturating_sub(least) >> shift) as usize, row_bits) as u16;
        items.iter().map(of).collect()
    }
}

/// Turns the numbers of items by bucket into the positions at which the buckets start; answers the largest number.
struct Starts<'a>(&'a mut [[u16; LANES]]);

impl WithSimd for Starts<'_> {
    type Output = u16;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> u16 {
        let (mut totals, mut largest) = ([0_u16; LANES], [0_u16; LANES]);
        for row in &*self.0 {
            for lane in 0..LANES {
                totals[lane] += row[lane];
            }
            for lane in 0..LANES {
                largest[lane] = largest[lane].max(row[lane]);
            }
        }
        let mut running = [0_u16; LANES];
        for lane in 1..LANES {
            running[lane] = running[lane - 1] + totals[lane - 1];
        }
        for row in self.0 {
            let counts = *row;
            *row = running;
            for lane in 0..LANES {
                running[lane] += counts[lane];
            }
        }
        largest.into_iter().fold(0, u16::max)
    }
}

/// Puts nearly sorted items in order.
fn insert<T: Copy>(items: &mut [T], bits: impl Fn(&T) -> u64) {
    for next in 1..items.len() {
        let item = items[next];
        let mut hole = next;
        while hole > 0 && bits(&items[hole - 1]) > bits(&item) {
            items[hole] = items[hole - 1];
            hole -= 1;
        }
        items[hole] = item;
    }
}

/// Puts nearly sorted numbers in order: exchanges those of each pair of neighbours that are the wrong way round, pairs that
/// start at even and at odd positions in turn, until none is. Before them are two of minus infinity, after them two of infinity.
struct ExchangeNeighbours(Vec<f64>);

impl WithSimd for ExchangeNeighbours {
    type Output = Vec<f64>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<f64> {
        let mut numbers = self.0;
        let mut exchanged = numbers.clone();
        while !is_sorted(&numbers) {
            exchange_twice(&numbers, &mut exchanged);
            std::mem::swap(&mut numbers, &mut exchanged);
        }
        numbers
    }
}

#[inline(always)]
fn is_sorted(numbers: &[f64]) -> bool {
    let (first, second) = (&numbers[..numbers.len() - 1], &numbers[1..]);
    let (firsts, first) = first.as_chunks::<64>();
    let (seconds, second) = second.as_chunks::<64>();
    let falls = |first: &[f64], second: &[f64]| first.iter().zip(second).fold(false, |falls, (a, b)| falls | (a > b));
    !firsts.iter().zip(seconds).any(|(a, b)| falls(a, b)) && !falls(first, second)
}

/// Exchanges within pairs that start at even positions, then within those that start at odd ones. What becomes of a number
/// follows from the two before it and the two after it, so that both exchanges are one step from one list to another.
#[inline(always)]
fn exchange_twice(from: &[f64], to: &mut [f64]) {
    let n = to.len() - 2 * MARGIN;
    let to = &mut to[MARGIN..MARGIN + n];
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|shift| &from[shift..shift + n]);
    for at in 0..n {
        let (a, b, c, d, e) = (a[at], b[at], c[at], d[at], e[at]);
        // Both are computed, and one is taken: a choice beforehand would be one for each number.
        let at_even = greater(greater(a, b), lesser(c, d));
        let at_odd = lesser(greater(b, c), lesser(d, e));
        to[at] = if at % 2 == 0 { at_even } else { at_odd };
    }
}

#[inline(always)]
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[inline(always)]
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(values: &[f64]) -> (f64, f64) {
        let positive = values.iter().copied().filter(|value| *value > 0.0);
        (positive.fold(f64::INFINITY, f64::min), values.iter().copied().fold(0.0, f64::max))
    }

    fn sorts(values: Vec<f64>) {
        let mut own = values.clone();
        let (least, greatest) = ends(&own);
        sort_ascending(&mut own, least, greatest, |value| *value);
        let nearly = NearlyAscending::new(&values, least, greatest);
        let mut expected = values;
        expected.sort_by(f64::total_cmp);
        assert_eq!(own, expected);
        assert_eq!(nearly.in_order(), expected);
        let alike = |own: f64, other: f64| own == other || (own - other).abs() <= 1e-13 * other;
        assert!(alike(nearly.pair_differences(), lanes::pair_differences(&expected)));
        if let Some(last) = expected.len().checked_sub(1) {
            let Middle { numbers, sum_below } = nearly.middle();
            assert_eq!(numbers, [expected[last / 2], expected[last.div_ceil(2)]]);
            assert!(alike(sum_below, expected[..last.div_ceil(2)].iter().sum()));
        }
    }

    /// Numbers between 0 and 1.
    fn numbers(n: usize) -> impl Iterator<Item = f64> {
        let mut state = 7_u64;
        (0..n).map(move |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        })
    }

    #[test]
    fn sorts_whatever_the_spread() {
        for n in [0, 1, 2, 63, 64, 65, 1000, 40_000] {
            sorts(numbers(n).collect());
            sorts(numbers(n).map(|x| (20.0 * x).exp()).collect());
            sorts(numbers(n).map(|x| if x < 0.7 { 0.0 } else { x }).collect());
            sorts(numbers(n).map(|x| (x * 5.0).floor()).collect());
            sorts(vec![3.0; n]);
            sorts(vec![0.0; n]);
        }
    }

    #[test]
    fn an_outlier_does_not_spoil_the_order_of_the_others() {
        let mut values: Vec<f64> = numbers(500).map(|x| 1.0 + x).collect();
        values.extend([1e-300, 1e300, 5e-324, f64::MAX, 0.0]);
        sorts(values);
    }

    #[test]
    fn items_go_with_their_values() {
        let mut items: Vec<(f64, usize)> = numbers(300).enumerate().map(|(at, x)| (x, at)).collect();
        let before = items.clone();
        sort_ascending(&mut items, 0.0, 1.0, |item| item.0);
        assert!(items.is_sorted_by_key(|item| item.0));
        assert!(items.iter().all(|item| before[item.1] == *item));
    }
}
