//! Kendall's rank correlation, with ties.

use super::rank_pairs::RankPairs;
use crate::stats::distributions::normal_two_sided;

/// Kendall's rank correlation of two rankings, and the pairs of regions that it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kendall {
    /// Pairs in the same order both times.
    pub concordant: u64,
    /// Pairs in the opposite order.
    pub discordant: u64,
    /// Pairs that are equal in the first ranking only.
    pub equal_in_first: u64,
    /// Pairs that are equal in the second ranking only.
    pub equal_in_second: u64,
    /// Pairs that are equal in both.
    pub equal_in_both: u64,
    /// Tau-a: (concordant - discordant) over all pairs.
    pub tau_a: f64,
    /// Tau-b: over the geometric mean of the pairs that are not equal in the first and in the second.
    pub tau_b: f64,
    /// Tau as a standard normal variable, with the variance that ties leave.
    pub z: f64,
    /// Two-sided probability of a larger size of z where the rankings have nothing to do with each other.
    pub p: f64,
}

/// Computes Kendall's rank correlation.
///
/// With C concordant and D discordant ones of the n0 pairs, n1 pairs equal in the first ranking and n2 in the second, and
/// groups of t equal values in the first and u in the second:
///
/// ```text
/// tau_a = (C - D) / n0        tau_b = (C - D) / sqrt((n0 - n1)(n0 - n2))        z = (C - D) / sqrt(v)
/// v = [n(n-1)(2n+5) - sum t(t-1)(2t+5) - sum u(u-1)(2u+5)] / 18
///   + sum t(t-1) sum u(u-1) / (2 n(n-1)) + sum t(t-1)(t-2) sum u(u-1)(u-2) / (9 n(n-1)(n-2))
/// ```
///
/// # Shapes and units
///
/// - returns: correlations from -1 to 1. Without ties tau_a = tau_b. The cost grows as n log n.
///
/// # Source
///
/// Kendall and Gibbons (1990), Rank Correlation Methods, chapters 3 and 4; counted after Knight (1966), Journal of the
/// American Statistical Association 61(314), 436-439. giddy's p-value leaves the ties out of the variance.
pub fn kendall(pairs: &RankPairs) -> Kendall {
    let n = pairs.n_regions();
    let mut both: Vec<(u32, u32)> = pairs.first().iter().copied().zip(pairs.second().iter().copied()).collect();
    both.sort_unstable();
    let first = Ties::of(both.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len));
    let equal_in_both = Ties::of(both.chunk_by(|a, b| a == b).map(<[_]>::len)).pairs;
    let mut second: Vec<u32> = both.iter().map(|pair| pair.1).collect();
    let discordant = sort_and_count(&mut second);
    let second = Ties::of(second.chunk_by(|a, b| a == b).map(<[_]>::len));

    let all = pairs.n_pairs();
    let concordant = all + equal_in_both - first.pairs - second.pairs - discordant;
    let difference = concordant as f64 - discordant as f64;
    let z = difference / variance(n as f64, &first, &second).sqrt();
    Kendall {
        concordant,
        discordant,
        equal_in_first: first.pairs - equal_in_both,
        equal_in_second: second.pairs - equal_in_both,
        equal_in_both,
        tau_a: difference / all as f64,
        tau_b: difference / ((all - first.pairs) as f64 * (all - second.pairs) as f64).sqrt(),
        z,
        // Neither ranking is all equal, so that the variance is positive and z a number.
        p: normal_two_sided(z).unwrap_or(f64::NAN),
    }
}

/// Sums over the groups of equal values of a ranking.
struct Ties {
    /// t(t-1)/2, the pairs that are equal.
    pairs: u64,
    /// t(t-1)(t-2).
    triples: f64,
    /// t(t-1)(2t+5).
    weighted: f64,
}

impl Ties {
    fn of(groups: impl Iterator<Item = usize>) -> Self {
        let mut ties = Self { pairs: 0, triples: 0.0, weighted: 0.0 };
        for size in groups.filter(|&size| size > 1) {
            let t = size as f64;
            ties.pairs += size as u64 * (size as u64 - 1) / 2;
            ties.triples += t * (t - 1.0) * (t - 2.0);
            ties.weighted += t * (t - 1.0) * (2.0 * t + 5.0);
        }
        ties
    }
}

fn variance(n: f64, first: &Ties, second: &Ties) -> f64 {
    let plain = (n * (n - 1.0) * (2.0 * n + 5.0) - first.weighted - second.weighted) / 18.0;
    let pairs = 2.0 * first.pairs as f64 * second.pairs as f64 / (n * (n - 1.0));
    // Two regions make no triples.
    let triples = if n > 2.0 { first.triples * second.triples / (9.0 * n * (n - 1.0) * (n - 2.0)) } else { 0.0 };
    plain + pairs + triples
}

/// Sorts by merging and counts the pairs that stood in the wrong order.
fn sort_and_count(values: &mut [u32]) -> u64 {
    let mut buffer = vec![0; values.len()];
    let (mut wrong, mut width) = (0, 1);
    while width < values.len() {
        for (block, merged) in values.chunks(2 * width).zip(buffer.chunks_mut(2 * width)) {
            let (left, right) = block.split_at(width.min(block.len()));
            wrong += merge(left, right, merged);
        }
        values.copy_from_slice(&buffer);
        width *= 2;
    }
    wrong
}

/// Merges two sorted lists and counts, for each value of the right, those of the left that are larger.
fn merge(left: &[u32], right: &[u32], merged: &mut [u32]) -> u64 {
    let (mut l, mut r, mut wrong) = (0, 0, 0);
    for slot in merged {
        if l < left.len() && (r == right.len() || left[l] <= right[r]) {
            *slot = left[l];
            l += 1;
        } else {
            *slot = right[r];
            r += 1;
            wrong += (left.len() - l) as u64;
        }
    }
    wrong
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(first: &[f64], second: &[f64]) -> Kendall {
        kendall(&RankPairs::try_new(first, second).unwrap())
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-12 * expected.abs(), "{own} is not {expected}");
    }

    #[test]
    fn agrees_with_another_library_at_ties() {
        // scipy 1.17.1: kendalltau(x, y, method="asymptotic"); its variance has the ties, unlike giddy's (p = 0.248).
        let tau = of(&[12.0, 2.0, 1.0, 12.0, 2.0], &[1.0, 4.0, 7.0, 1.0, 0.0]);
        assert_eq!((tau.concordant, tau.discordant), (2, 6));
        assert_eq!((tau.equal_in_first, tau.equal_in_second, tau.equal_in_both), (1, 0, 1));
        close(tau.tau_b, -0.471_404_520_791_031_7);
        close(tau.tau_a, -0.4);
        assert!((tau.p - 0.282_745_459_932_774_67).abs() < 1e-10, "{}", tau.p);
    }

    #[test]
    fn is_one_for_the_same_order_and_minus_one_for_the_opposite() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let opposite: Vec<f64> = values.iter().rev().copied().collect();
        assert_eq!((of(&values, &values).tau_b, of(&values, &opposite).tau_b), (1.0, -1.0));
        let two = of(&[1.0, 2.0], &[3.0, 4.0]);
        assert_eq!((two.tau_b, two.z), (1.0, 1.0));
    }
}
