//! Ranks and percentiles of values of which some may be missing.

use std::cmp::Ordering;

/// What equal values have for a rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RankMethod {
    /// The best rank of the group, and the ranks of the others are left out: 1, 2, 2, 4.
    #[default]
    Competition,
    /// The best rank of the group, and no rank is left out: 1, 2, 2, 3.
    Dense,
    /// Each its own, by position: 1, 2, 3, 4.
    Ordinal,
    /// The mean of the group's ranks: 1, 2.5, 2.5, 4.
    Average,
    /// The worst rank of the group, and the ranks of the others are left out: 1, 3, 3, 4.
    Worst,
}

/// Which end has rank 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RankOrder {
    /// The highest value.
    #[default]
    HighestFirst,
    /// The lowest value.
    LowestFirst,
}

/// Ranks values, the highest first; see [`rank`].
pub fn rank_descending(values: &[Option<f64>], method: RankMethod) -> Vec<Option<f64>> {
    rank(values, method, RankOrder::HighestFirst)
}

/// Ranks values.
///
/// Values are equal when they are the same number; 0 and -0 are. What is missing or NaN has no rank and takes none away from
/// the others. Ordinal ranks follow the positions among equals, so pass values in the order that is to decide.
///
/// # Shapes and units
///
/// - `values`: any number of values.
/// - returns: as many ranks from 1 on, `None` where there is no value. Whole numbers except for [`RankMethod::Average`].
///
/// # Source
///
/// The methods are those of R's `rank` (`min`, `first`, `average`, `max`) and, for `Dense`, of pandas.
pub fn rank(values: &[Option<f64>], method: RankMethod, order: RankOrder) -> Vec<Option<f64>> {
    let sorted = sorted_positions(values, order);
    let mut ranks = vec![None; values.len()];
    let mut before = 0;
    for (group_index, group) in equal_groups(&sorted).enumerate() {
        for (index, &(position, _)) in group.iter().enumerate() {
            let rank = match method {
                RankMethod::Competition => (before + 1) as f64,
                RankMethod::Dense => (group_index + 1) as f64,
                RankMethod::Ordinal => (before + index + 1) as f64,
                RankMethod::Average => before as f64 + (group.len() + 1) as f64 / 2.0,
                RankMethod::Worst => (before + group.len()) as f64,
            };
            ranks[position] = Some(rank);
        }
        before += group.len();
    }
    ranks
}

/// Computes the share of values that lie below each value, counting half of its equals.
///
/// ```text
/// percentile[k] = (number of values below + number of equals, itself included / 2) / number of values
/// ```
///
/// # Shapes and units
///
/// - `values`: any number of values.
/// - returns: as many shares above 0 and below 1, `None` where the value is missing or NaN. Their mean is one half.
///
/// # Source
///
/// The mid-distribution function of Parzen (2004), Statistical Science 19(4), 652-662.
pub fn percentile(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let sorted = sorted_positions(values, RankOrder::LowestFirst);
    let mut percentiles = vec![None; values.len()];
    let mut below = 0;
    for group in equal_groups(&sorted) {
        let share = (below as f64 + group.len() as f64 / 2.0) / sorted.len() as f64;
        for &(position, _) in group {
            percentiles[position] = Some(share);
        }
        below += group.len();
    }
    percentiles
}

/// Positions of the values that are there, in order; equals by position.
fn sorted_positions(values: &[Option<f64>], order: RankOrder) -> Vec<(usize, f64)> {
    let present = |(position, value): (usize, &Option<f64>)| value.filter(|v| !v.is_nan()).map(|v| (position, v));
    let mut sorted: Vec<(usize, f64)> = values.iter().enumerate().filter_map(present).collect();
    // None of the values is NaN, so every two of them can be compared; the sort is stable.
    let ascending = |a: &(usize, f64), b: &(usize, f64)| a.1.partial_cmp(&b.1).unwrap_or(Ordering::Equal);
    match order {
        RankOrder::LowestFirst => sorted.sort_by(ascending),
        RankOrder::HighestFirst => sorted.sort_by(|a, b| ascending(b, a)),
    }
    sorted
}

/// Runs of equal values.
fn equal_groups(sorted: &[(usize, f64)]) -> impl Iterator<Item = &[(usize, f64)]> {
    sorted.chunk_by(|a, b| a.1 == b.1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    const VALUES: [Option<f64>; 6] = [Some(3.0), Some(7.0), None, Some(5.0), Some(5.0), Some(f64::NAN)];

    fn ranks(method: RankMethod) -> Vec<Option<f64>> {
        rank_descending(&VALUES, method)
    }

    #[test]
    fn equals_share_what_the_method_says() {
        let none = None;
        assert_eq!(ranks(RankMethod::Competition), [Some(4.0), Some(1.0), none, Some(2.0), Some(2.0), none]);
        assert_eq!(ranks(RankMethod::Dense), [Some(3.0), Some(1.0), none, Some(2.0), Some(2.0), none]);
        assert_eq!(ranks(RankMethod::Ordinal), [Some(4.0), Some(1.0), none, Some(2.0), Some(3.0), none]);
        assert_eq!(ranks(RankMethod::Average), [Some(4.0), Some(1.0), none, Some(2.5), Some(2.5), none]);
        assert_eq!(ranks(RankMethod::Worst), [Some(4.0), Some(1.0), none, Some(3.0), Some(3.0), none]);
    }

    #[test]
    fn the_lowest_comes_first_when_asked() {
        let ranks = rank(&VALUES, RankMethod::Ordinal, RankOrder::LowestFirst);
        assert_eq!(ranks, [Some(1.0), Some(4.0), None, Some(2.0), Some(3.0), None]);
    }

    #[test]
    fn zeros_of_either_sign_are_equal() {
        assert_eq!(rank_descending(&[Some(-0.0), Some(0.0)], RankMethod::Competition), [Some(1.0), Some(1.0)]);
    }

    #[test]
    fn percentiles_count_half_of_the_equals() {
        let expected = [Some(0.125), Some(0.875), None, Some(0.5), Some(0.5), None];
        assert_eq!(percentile(&VALUES), expected);
        assert_eq!(percentile(&[Some(1.0)]), [Some(0.5)]);
        assert_eq!(percentile(&[None, Some(f64::NAN)]), [None, None]);
    }
}
