//! Rank concordance within and between groups of regions.

use rayon::prelude::*;

use super::groups::{Groups, GroupsError};
use super::neighbour_tau::Draws;
use super::parallel::tasks_a_thread;
use super::rank_pairs::RankPairs;
use crate::stats::PermutationTest;
use crate::stats::random::{generator, shuffle};
use crate::{Progress, Stopped};

/// Why there is no concordance of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegionalTauError {
    /// The groups are not those of the regions.
    #[error(transparent)]
    Groups(#[from] GroupsError),
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Concordance of the regions of two groups, or within one.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupConcordance {
    /// The one group.
    pub first: usize,
    /// The other, not before the one; the same within a group.
    pub second: usize,
    /// Pairs of regions.
    pub pairs: u64,
    /// Concordant less discordant pairs, over all; none within a group of a single region.
    pub tau: Option<f64>,
    /// Against regions that belong to groups at random; none without pairs or permutations.
    pub test: Option<PermutationTest>,
}

/// Computes rank concordance within each group of regions and between every two groups.
///
/// ```text
/// tau[g, h] = sum over r in g, s in h of c[r, s] / number of pairs,   c as in local tau, pairs of two regions
/// ```
///
/// The test deals the regions to groups of the same sizes at random.
///
/// # Shapes and units
///
/// - `groups`: the group of each region.
/// - returns: by pair of groups, in order; numbers from -1 to 1. Weighted by pairs, their mean is tau-a.
///
/// # Errors
///
/// Groups of other regions, or [`Stopped`]; each permutation counts one unit.
///
/// # Source
///
/// Rey (2016), Geographical Analysis 48(4), 438-462, equation 27.
pub fn regional_tau(
    ranks: &RankPairs,
    groups: &Groups,
    draws: Draws,
    progress: &Progress,
) -> Result<Vec<GroupConcordance>, RegionalTauError> {
    groups.check_regions(ranks.n_regions())?;
    let n = groups.n_groups();
    let mut order: Vec<usize> = (0..ranks.n_regions()).collect();
    order.sort_unstable_by_key(|&region| ranks.first()[region]);
    let observed = sums(ranks, &order, groups.of_regions(), n);

    progress.expect(draws.permutations);
    let steps = ranks.n_regions().ilog2() as usize + 1;
    let drawn = (0..draws.permutations)
        .into_par_iter()
        .with_min_len(tasks_a_thread(4 * ranks.n_regions() * steps * n))
        .map(|task| {
            let mut dealt = groups.of_regions().to_vec();
            shuffle(&mut dealt, &mut generator(draws.seed, task as u64));
            let sums = sums(ranks, &order, &dealt, n);
            progress.advance(1)?;
            Ok(sums)
        })
        .collect::<Result<Vec<_>, Stopped>>()?;

    let concordance = |(first, second): (usize, usize)| {
        let cell = first * n + second;
        let (own, other) = (groups.sizes()[first] as u64, groups.sizes()[second] as u64);
        let pairs = if first == second { own * (own - 1) / 2 } else { own * other };
        let tested = pairs > 0 && draws.permutations > 0;
        let share = |sum: i64| sum as f64 / pairs as f64;
        let test = || {
            let drawn: Vec<f64> = drawn.iter().map(|sums| share(sums[cell])).collect();
            PermutationTest::of(share(observed[cell]), &drawn)
        };
        GroupConcordance {
            first,
            second,
            pairs,
            tau: (pairs > 0).then(|| share(observed[cell])),
            test: tested.then(test),
        }
    };
    Ok((0..n).flat_map(|first| (first..n).map(move |second| (first, second))).map(concordance).collect())
}

/// Concordant less discordant pairs by group and group; those of two groups stand in the row of the lower.
fn sums(ranks: &RankPairs, order: &[usize], group_of: &[usize], n: usize) -> Vec<i64> {
    let second = ranks.second();
    let mut seen = GroupCounter::new(order.len(), n);
    let mut sums = vec![0; n * n];
    for equals in order.chunk_by(|&a, &b| ranks.first()[a] == ranks.first()[b]) {
        for &region in equals {
            let own = group_of[region];
            seen.compare(second[region]);
            for (other, &difference) in seen.differences.iter().enumerate() {
                sums[own.min(other) * n + own.max(other)] += i64::from(difference);
            }
        }
        equals.iter().for_each(|&region| seen.add(second[region], group_of[region]));
    }
    sums
}

/// Counts codes by group, and how many more are below one than above it (a tree after Fenwick 1994 with a row of groups in
/// each node).
struct GroupCounter {
    tree: Vec<i32>,
    totals: Vec<i32>,
    n_groups: usize,
    differences: Vec<i32>,
}

impl GroupCounter {
    fn new(n_codes: usize, n_groups: usize) -> Self {
        Self {
            tree: vec![0; (n_codes + 1) * n_groups],
            totals: vec![0; n_groups],
            n_groups,
            differences: vec![0; n_groups],
        }
    }

    fn add(&mut self, code: u32, group: usize) {
        self.totals[group] += 1;
        let mut at = code as usize + 1;
        while let Some(count) = self.tree.get_mut(at * self.n_groups + group) {
            *count += 1;
            at += at & at.wrapping_neg();
        }
    }

    /// Fills `differences`: below less above the code, by group.
    fn compare(&mut self, code: u32) {
        self.differences.iter_mut().zip(&self.totals).for_each(|(difference, total)| *difference = -total);
        self.add_up_to(code);
        self.add_up_to(code + 1);
    }

    fn add_up_to(&mut self, end: u32) {
        let mut at = end as usize;
        while at > 0 {
            let node = &self.tree[at * self.n_groups..(at + 1) * self.n_groups];
            self.differences.iter_mut().zip(node).for_each(|(difference, count)| *difference += count);
            at &= at - 1;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ranks() -> RankPairs {
        let first = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        RankPairs::try_new(&first, &[2.0, 7.0, 1.0, 8.0, 2.0, 8.0, 1.0, 8.0]).unwrap()
    }

    #[test]
    fn is_what_comparing_all_pairs_gives() {
        let of_regions = [0, 1, 0, 1, 2, 0, 1, 0];
        let groups = Groups::try_new(of_regions.to_vec(), 3).unwrap();
        let draws = Draws { permutations: 0, seed: 0 };
        let taus = regional_tau(&ranks(), &groups, draws, &Progress::new()).unwrap();
        assert_eq!(taus.iter().map(|own| own.pairs).collect::<Vec<_>>(), [6, 12, 4, 3, 3, 0]);
        for own in &taus {
            let within = |a: usize, b: usize| {
                let found = (of_regions[a].min(of_regions[b]), of_regions[a].max(of_regions[b]));
                found == (own.first, own.second)
            };
            let pairs = (0..8).flat_map(|a| (0..a).map(move |b| (a, b))).filter(|&(a, b)| within(a, b));
            let sum: i64 = pairs.map(|(a, b)| ranks().concordance(a, b)).sum();
            assert_eq!(own.tau, (own.pairs > 0).then(|| sum as f64 / own.pairs as f64), "{own:?}");
        }
    }

    #[test]
    fn permutations_are_seeded_and_can_be_stopped() {
        let groups = Groups::try_new(vec![0, 1, 0, 1, 1, 0, 1, 0], 2).unwrap();
        let of =
            |seed, progress: &Progress| regional_tau(&ranks(), &groups, Draws { permutations: 99, seed }, progress);
        let progress = Progress::new();
        assert_eq!(of(1, &progress), of(1, &progress));
        assert_ne!(of(1, &progress), of(2, &progress));
        assert_eq!(progress.counted(), (396, 396));
        progress.stop();
        assert_eq!(of(1, &progress), Err(RegionalTauError::Stopped(Stopped)));
    }
}
