//! Local tau: how concordant each region's moves are with those of all others.

use super::rank_pairs::RankPairs;

/// Computes for each region the concordant less the discordant pairs it is in, as a share of its pairs.
///
/// ```text
/// tau[r] = sum over s of c[r, s] / (n - 1),   c = 1 in the same order both times, -1 in the opposite, 0 at equals
/// ```
///
/// # Shapes and units
///
/// - returns: numbers from -1 to 1 by region, whose mean is tau-a. The cost grows as n log n.
///
/// # Source
///
/// Rey (2016), Geographical Analysis 48(4), 438-462, equation 9.
pub fn local_tau(pairs: &RankPairs) -> Vec<f64> {
    let others = (pairs.n_regions() - 1) as f64;
    concordance_sums(pairs).into_iter().map(|sum| sum as f64 / others).collect()
}

/// Concordant less discordant pairs by region.
fn concordance_sums(pairs: &RankPairs) -> Vec<i64> {
    let mut order: Vec<usize> = (0..pairs.n_regions()).collect();
    order.sort_unstable_by_key(|&region| pairs.first()[region]);
    let mut sums = vec![0; order.len()];
    // A region that is below in the first ranking agrees where it is below in the second too; above, the same mirrored.
    add_from_one_side(pairs, &order, 1, &mut sums);
    order.reverse();
    add_from_one_side(pairs, &order, -1, &mut sums);
    sums
}

/// Compares each region with those that come before it in the order, without its equals.
fn add_from_one_side(pairs: &RankPairs, order: &[usize], sign: i64, sums: &mut [i64]) {
    let second = pairs.second();
    let mut seen = Counter::new(order.len());
    for group in order.chunk_by(|&a, &b| pairs.first()[a] == pairs.first()[b]) {
        for &region in group {
            let below = seen.below(second[region]);
            let above = seen.total - seen.below(second[region] + 1);
            sums[region] += sign * (below - above);
        }
        group.iter().for_each(|&region| seen.add(second[region]));
    }
}

/// Counts codes, and how many are below one (a tree after Fenwick 1994).
struct Counter {
    tree: Vec<i64>,
    total: i64,
}

impl Counter {
    fn new(n_codes: usize) -> Self {
        Self { tree: vec![0; n_codes + 1], total: 0 }
    }

    fn add(&mut self, code: u32) {
        self.total += 1;
        let mut at = code as usize + 1;
        while let Some(count) = self.tree.get_mut(at) {
            *count += 1;
            at += at & at.wrapping_neg();
        }
    }

    fn below(&self, code: u32) -> i64 {
        let (mut at, mut sum) = (code as usize, 0);
        while at > 0 {
            sum += self.tree[at];
            at &= at - 1;
        }
        sum
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn is_what_comparing_all_pairs_gives() {
        let first = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0];
        let second = [2.0, 7.0, 1.0, 8.0, 2.0, 8.0, 1.0, 8.0, 2.0, 8.0];
        let pairs = RankPairs::try_new(&first, &second).unwrap();
        let sum = |region| (0..10).map(|other| pairs.concordance(region, other)).sum::<i64>();
        let expected: Vec<f64> = (0..10).map(|region| sum(region) as f64 / 9.0).collect();
        assert_eq!(local_tau(&pairs), expected);
    }
}
