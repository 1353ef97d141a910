//! How uncertain ranks are: intervals of ranks, and the probability of being first, last, or above a benchmark.

use rayon::prelude::*;

use super::draws::{CELLS_A_TASK, Draws};
use super::{RankMethod, RankOrder};
use crate::{Progress, Stopped};

/// Why ranks have no distribution.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RankUncertaintyError {
    /// The level is not between 0 and 1.
    #[error("{level} is not a level between 0 and 1")]
    InvalidLevel {
        /// The level.
        level: f64,
    },
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The ranks of regions in each of many draws.
#[derive(Debug, Clone, PartialEq)]
pub struct RankDraws {
    /// Twice the rank, so that half ranks are whole numbers: draws x regions.
    doubled: Vec<u32>,
    /// Twice the best and the worst rank that was given away in each draw.
    ends: Vec<(u32, u32)>,
    /// In how many draws a region is above the benchmark, where there is one.
    above: Option<Vec<u32>>,
    n_regions: usize,
}

/// The distribution of a region's rank over draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankDistribution {
    /// Mean rank.
    pub expected: f64,
    /// The best rank of the interval.
    pub lower: f64,
    /// The worst rank of the interval.
    pub upper: f64,
    /// Share of the draws in which no region has a better rank.
    pub first: f64,
    /// Share of the draws in which no region has a worse rank.
    pub last: f64,
    /// Share of the draws in which the figure is greater than the benchmark's, whichever end is rank 1.
    pub above_benchmark: Option<f64>,
}

/// Ranks the regions in every draw.
///
/// # Shapes and units
///
/// - `draws`: figures, draws x regions.
/// - returns: as many ranks, by `method` and `order` as in [`rank`](super::rank).
///
/// # Errors
///
/// [`Stopped`].
pub fn rank_draws(
    draws: &Draws,
    method: RankMethod,
    order: RankOrder,
    progress: &Progress,
) -> Result<RankDraws, Stopped> {
    let (n_draws, n_regions) = (draws.n_draws(), draws.n_regions());
    progress.expect(n_draws);
    let mut doubled = vec![0; n_draws * n_regions];
    let mut ends = vec![(0, 0); n_draws];
    let rows_a_task = (CELLS_A_TASK / n_regions).max(1);
    let tasks = doubled.par_chunks_mut(rows_a_task * n_regions).zip(ends.par_chunks_mut(rows_a_task)).enumerate();
    tasks.try_for_each_init(Vec::new, |sorted, (task, (ranks, ends))| {
        for (row, (ranks, end)) in ranks.chunks_exact_mut(n_regions).zip(ends.iter_mut()).enumerate() {
            *end = rank_row(draws.regions(task * rows_a_task + row), method, order, sorted, ranks);
        }
        progress.advance(ends.len())
    })?;
    Ok(RankDraws { doubled, ends, above: above(draws), n_regions })
}

/// Ranks one draw; returns twice the best and the worst rank. `sorted` is room to sort in.
fn rank_row(
    figures: &[f64],
    method: RankMethod,
    order: RankOrder,
    sorted: &mut Vec<u128>,
    ranks: &mut [u32],
) -> (u32, u32) {
    // Figure and position in one number, which sorts by figure and then by position.
    let key = |(position, &figure): (usize, &f64)| (u128::from(sort_key(figure, order)) << 32) | position as u128;
    sorted.clear();
    sorted.extend(figures.iter().enumerate().map(key));
    sorted.sort_unstable();
    let (mut before, mut groups, mut ends) = (0_u32, 0_u32, (u32::MAX, 0));
    for group in sorted.chunk_by(|a, b| a >> 32 == b >> 32) {
        let size = group.len() as u32;
        for (&entry, index) in group.iter().zip(1_u32..) {
            let doubled = match method {
                RankMethod::Competition => 2 * (before + 1),
                RankMethod::Dense => 2 * (groups + 1),
                RankMethod::Ordinal => 2 * (before + index),
                RankMethod::Average => 2 * before + size + 1,
                RankMethod::Worst => 2 * (before + size),
            };
            ranks[(entry & u128::from(u32::MAX)) as usize] = doubled;
            ends = (ends.0.min(doubled), ends.1.max(doubled));
        }
        before += size;
        groups += 1;
    }
    ends
}

/// A whole number that sorts as the figure does, from rank 1 on. Zeros of either sign are equal.
fn sort_key(figure: f64, order: RankOrder) -> u64 {
    let bits = (figure + 0.0).to_bits();
    let ascending = if bits >> 63 == 1 { !bits } else { bits | (1 << 63) };
    match order {
        RankOrder::LowestFirst => ascending,
        RankOrder::HighestFirst => !ascending,
    }
}

fn above(draws: &Draws) -> Option<Vec<u32>> {
    draws.benchmark(0)?;
    let mut above = vec![0; draws.n_regions()];
    for draw in 0..draws.n_draws() {
        let benchmark = draws.benchmark(draw)?;
        above.iter_mut().zip(draws.regions(draw)).for_each(|(count, &figure)| *count += u32::from(figure > benchmark));
    }
    Some(above)
}

impl RankDraws {
    /// Number of draws.
    pub fn n_draws(&self) -> usize {
        self.ends.len()
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.n_regions
    }

    /// Computes the distribution of each region's rank.
    ///
    /// ```text
    /// lower = the smallest rank k with P(rank <= k) >= (1 - level) / 2
    /// upper = the smallest rank k with P(rank <= k) >= (1 + level) / 2
    /// ```
    ///
    /// so that the interval holds the rank in at least `level` of the draws. It describes the draws: where figures are close
    /// together, the true rank lies outside more often than that; see
    /// [`rank_confidence_sets`](super::rank_confidence_sets).
    ///
    /// # Shapes and units
    ///
    /// - `level`: between 0 and 1, exclusive; 0.95, say.
    /// - returns: one a region; ranks from 1 on, probabilities as shares of the draws.
    ///
    /// # Errors
    ///
    /// A level that is none, or [`Stopped`].
    ///
    /// # Source
    ///
    /// Goldstein and Spiegelhalter (1996), Journal of the Royal Statistical Society A 159(3), 385-443.
    pub fn distributions(
        &self,
        level: f64,
        progress: &Progress,
    ) -> Result<Vec<RankDistribution>, RankUncertaintyError> {
        if !(level > 0.0 && level < 1.0) {
            return Err(RankUncertaintyError::InvalidLevel { level });
        }
        progress.expect(self.n_regions);
        let one = |ranks: &mut Vec<u32>, region: usize| {
            progress.advance(1)?;
            Ok(self.distribution(region, level, ranks))
        };
        (0..self.n_regions).into_par_iter().with_min_len(16).map_init(Vec::new, one).collect()
    }

    fn distribution(&self, region: usize, level: f64, ranks: &mut Vec<u32>) -> RankDistribution {
        ranks.clear();
        ranks.extend(self.ranks_of(region));
        let n = self.n_draws() as f64;
        let share = |count: usize| count as f64 / n;
        let ended = |end: fn(&(u32, u32)) -> u32| {
            share(ranks.iter().zip(&self.ends).filter(|(rank, ends)| **rank == end(ends)).count())
        };
        let (first, last) = (ended(|ends| ends.0), ended(|ends| ends.1));
        let sum: u64 = ranks.iter().map(|&rank| u64::from(rank)).sum();
        ranks.sort_unstable();
        // A share that rounding puts a hair above a whole number of draws is that number.
        let quantile = |probability: f64| {
            let count = (probability * n - 1e-9).ceil().max(1.0) as usize;
            ranks.get(count - 1).map_or(f64::NAN, |&doubled| f64::from(doubled) / 2.0)
        };
        RankDistribution {
            expected: sum as f64 / (2.0 * n),
            lower: quantile((1.0 - level) / 2.0),
            upper: quantile((1.0 + level) / 2.0),
            first,
            last,
            above_benchmark: self.above.as_ref().map(|above| f64::from(above[region]) / n),
        }
    }

    /// The ranks that a region has in any draw, with their shares of the draws, from the best on; like indexing, `region`
    /// must be below [`RankDraws::n_regions`].
    pub fn probabilities(&self, region: usize) -> Vec<(f64, f64)> {
        let mut ranks: Vec<u32> = self.ranks_of(region).collect();
        ranks.sort_unstable();
        let n = self.n_draws() as f64;
        ranks.chunk_by(|a, b| a == b).map(|equal| (f64::from(equal[0]) / 2.0, equal.len() as f64 / n)).collect()
    }

    fn ranks_of(&self, region: usize) -> impl Iterator<Item = u32> {
        self.doubled[region..].iter().step_by(self.n_regions).copied()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Matrix;

    fn ranked(cells: &[f64], width: usize, benchmark: bool, method: RankMethod) -> RankDraws {
        let draws = Draws::try_new(Matrix::try_new(cells.to_vec(), width).unwrap(), benchmark).unwrap();
        rank_draws(&draws, method, RankOrder::HighestFirst, &Progress::new()).unwrap()
    }

    #[test]
    fn counts_what_the_draws_say() {
        // Four draws of three regions and a benchmark.
        let cells = [3.0, 2.0, 1.0, 2.5, 3.0, 1.0, 2.0, 2.5, 1.0, 3.0, 2.0, 2.5, 3.0, 2.0, 1.0, 0.0];
        let ranks = ranked(&cells, 4, true, RankMethod::Competition);
        let all = ranks.distributions(0.5, &Progress::new()).unwrap();
        assert_eq!(ranks.probabilities(0), [(1.0, 0.75), (3.0, 0.25)]);
        assert_eq!(ranks.probabilities(1), [(1.0, 0.25), (2.0, 0.5), (3.0, 0.25)]);
        let expected = RankDistribution {
            expected: 2.0,
            lower: 1.0,
            upper: 2.0,
            first: 0.25,
            last: 0.25,
            above_benchmark: Some(0.5),
        };
        assert_eq!(all[1], expected);
        assert_eq!((all[0].expected, all[0].lower, all[0].upper), (1.5, 1.0, 1.0));
        assert_eq!((all[0].first, all[0].last, all[0].above_benchmark), (0.75, 0.25, Some(0.75)));
    }

    #[test]
    fn ties_are_ranked_as_asked() {
        let ends = |method| {
            let all = ranked(&[2.0, -0.0, 0.0], 3, false, method).distributions(0.9, &Progress::new()).unwrap();
            all.iter().map(|own| (own.lower, own.first, own.last)).collect::<Vec<_>>()
        };
        let first = (1.0, 1.0, 0.0);
        assert_eq!(ends(RankMethod::Competition), [first, (2.0, 0.0, 1.0), (2.0, 0.0, 1.0)]);
        assert_eq!(ends(RankMethod::Dense), [first, (2.0, 0.0, 1.0), (2.0, 0.0, 1.0)]);
        assert_eq!(ends(RankMethod::Average), [first, (2.5, 0.0, 1.0), (2.5, 0.0, 1.0)]);
        assert_eq!(ends(RankMethod::Worst), [first, (3.0, 0.0, 1.0), (3.0, 0.0, 1.0)]);
        assert_eq!(ends(RankMethod::Ordinal), [first, (2.0, 0.0, 0.0), (3.0, 0.0, 1.0)]);
    }

    #[test]
    fn intervals_hold_at_least_the_level() {
        // A hundred draws in which the second of two regions is ahead five times: 2.5 at each end.
        let cells: Vec<f64> = (0..100).flat_map(|draw| [0.0, if draw < 5 { 1.0 } else { -1.0 }]).collect();
        let of = |level| {
            let all = ranked(&cells, 2, false, RankMethod::Competition).distributions(level, &Progress::new());
            all.map(|all| (all[1].lower, all[1].upper))
        };
        assert_eq!((of(0.95), of(0.9), of(0.89)), (Ok((1.0, 2.0)), Ok((1.0, 2.0)), Ok((2.0, 2.0))));
        assert_eq!(of(1.0), Err(RankUncertaintyError::InvalidLevel { level: 1.0 }));
        assert!(of(f64::NAN).is_err() && of(0.0).is_err());
    }

    #[test]
    fn stops_when_asked() {
        let ranks = ranked(&[1.0, 2.0], 2, false, RankMethod::Competition);
        let progress = Progress::new();
        progress.stop();
        assert_eq!(ranks.distributions(0.9, &progress), Err(RankUncertaintyError::Stopped(Stopped)));
    }
}
