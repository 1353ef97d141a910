//! Some order statistics of many values, without sorting all of them.

use super::lanes;

/// Up to so many values, sorting is faster than counting.
const MOST_SORTED: usize = 96;

/// Buckets that values are counted in.
const BUCKETS: usize = 1024;

/// The values that stand at some places in ascending order.
///
/// Values are counted by bucket; only those that share a bucket with one that is asked for are sorted.
///
/// `values` must be finite, and `places` lie below their number.
pub(crate) fn order_statistics(values: &[f64], places: &[usize]) -> Vec<f64> {
    let ((_, least), (least_positive, greatest)) = (lanes::sum_and_least(values), lanes::extremes(values));
    let scale = BUCKETS as f64 / (greatest - least);
    if values.len() <= MOST_SORTED || least == greatest {
        at_places(values.to_vec(), places.iter().copied())
    } else if least >= 0.0 {
        // The bits of numbers that are not negative are in the order of the numbers, and spread what is skewed. Zeros, whose
        // bits are far from those of all others, are in the bucket of the least other value.
        let first = least_positive.to_bits();
        let range = greatest.to_bits() - first;
        let shift = (u64::BITS - range.leading_zeros()).saturating_sub(BUCKETS.ilog2());
        of_buckets(values, places, |value| ((value + 0.0).to_bits().saturating_sub(first) >> shift) as usize)
    } else if scale.is_normal() {
        of_buckets(values, places, |value| ((value - least) * scale) as usize)
    } else {
        at_places(values.to_vec(), places.iter().copied())
    }
}

/// The same, with the bucket of each value: it must not fall as values rise.
fn of_buckets(values: &[f64], places: &[usize], bucket: impl Fn(f64) -> usize) -> Vec<f64> {
    let bucket = |value: &f64| bucket(*value).min(BUCKETS - 1);
    let mut starts = [0_usize; BUCKETS + 1];
    values.iter().for_each(|value| starts[bucket(value) + 1] += 1);
    (0..BUCKETS).for_each(|bucket| starts[bucket + 1] += starts[bucket]);
    // The last bucket that starts there or before: those before it that start there too are empty.
    let of_place = |place: usize| starts.partition_point(|start| *start <= place) - 1;
    let mut wanted = [false; BUCKETS];
    places.iter().for_each(|&place| wanted[of_place(place)] = true);
    let looked_into: Vec<f64> = values.iter().copied().filter(|value| wanted[bucket(value)]).collect();
    // How many values before each bucket are not looked into.
    let (mut left_out, mut so_far) = ([0; BUCKETS], 0);
    for bucket in 0..BUCKETS {
        left_out[bucket] = so_far;
        so_far += if wanted[bucket] { 0 } else { starts[bucket + 1] - starts[bucket] };
    }
    at_places(looked_into, places.iter().map(|&place| place - left_out[of_place(place)]))
}

fn at_places(mut values: Vec<f64>, places: impl Iterator<Item = usize>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    places.map(|place| values[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_those_of_sorting(values: &[f64]) {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = values.len();
        let places = [0, 0, n / 7 + 1, n / 7, n / 2, n - 1, n - 2];
        let own = order_statistics(values, &places);
        assert_eq!(own, places.map(|place| sorted[place]), "{n}");
    }

    #[test]
    fn are_found_whatever_the_spread() {
        let mut state = 5_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        for n in [14, 96, 97, 1000, 50_000] {
            let even: Vec<f64> = (0..n).map(|_| next()).collect();
            let of = |change: &dyn Fn(f64) -> f64| even.iter().map(|&x| change(x)).collect::<Vec<f64>>();
            are_those_of_sorting(&even);
            are_those_of_sorting(&of(&|x| x - 0.5));
            are_those_of_sorting(&of(&|x| (20.0 * x).exp()));
            are_those_of_sorting(&of(&|x| -(20.0 * x).exp()));
            are_those_of_sorting(&of(&|x| if x < 0.7 { 0.0 } else { x }));
            are_those_of_sorting(&of(&|x| if x < 0.5 { -0.0 } else { x }));
            are_those_of_sorting(&of(&|x| (x * 4.0).floor() - 1.0));
            are_those_of_sorting(&of(&|x| if x < 0.001 { -f64::MAX } else { f64::MAX * x }));
            are_those_of_sorting(&of(&|x| if x < 0.5 { -5e-324 } else { 5e-324 }));
            are_those_of_sorting(&of(&|x| x * 1e-310));
            are_those_of_sorting(&of(&|_| 3.0));
        }
    }
}
