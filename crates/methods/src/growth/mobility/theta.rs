//! Theta: whether regions of a group move through the ranks together.

use rayon::prelude::*;

use super::groups::{Groups, GroupsError};
use super::neighbour_tau::Draws;
use super::parallel::tasks_a_thread;
use crate::stats::random::{generator, shuffle};
use crate::stats::{PermutationTest, RankMethod, rank_descending};
use crate::{Matrix, Progress, Stopped};

/// Why there is no theta.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ThetaError {
    /// There is only one period.
    #[error("ranks change between two periods at least, not in {periods}")]
    TooFewPeriods {
        /// Number of periods.
        periods: usize,
    },
    /// A value is missing or infinite, so that ranks of different periods are not those of the same regions.
    #[error("period {period}, region {region}: {value} cannot be ranked")]
    NotFinite {
        /// Row of the period.
        period: usize,
        /// Column of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// The groups are not those of the regions.
    #[error(transparent)]
    Groups(#[from] GroupsError),
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Theta of one step from a period to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Theta {
    /// Ranks by which the regions changed, added up over all regions.
    pub rank_changes: f64,
    /// The share of them that groups make together, from 0 to 1; none where no rank changed.
    pub theta: Option<f64>,
    /// Against regions that belong to groups at random; none without rank changes or permutations.
    pub test: Option<PermutationTest>,
}

/// Computes theta for each step from one period to the next.
///
/// ```text
/// theta = sum over groups of abs(sum over regions of the group of d[r]) / sum over regions of abs(d[r])
/// d[r] = change of the region's rank
/// ```
///
/// It is 1 where all regions of a group move in the same direction, and 0 where they only change places within groups. The
/// test deals the regions to groups of the same sizes at random, the same in all steps.
///
/// # Shapes and units
///
/// - `values`: periods x regions. Equal values share the mean of their ranks.
/// - returns: by step, one less than periods. The most ranks by which n regions can change is n^2 / 2, rounded down.
///
/// # Errors
///
/// Fewer than two periods, the first value that is missing or infinite, groups of other regions, or [`Stopped`]; each
/// permutation counts one unit.
///
/// # Source
///
/// Rey (2004), Spatial Analysis of Regional Income Inequality, in Goodchild and Janelle, Spatially Integrated Social
/// Science, 280-299. giddy's upper p counts only draws that are larger; this counts those that are equal too.
pub fn theta(values: &Matrix, groups: &Groups, draws: Draws, progress: &Progress) -> Result<Vec<Theta>, ThetaError> {
    let (n_periods, n_regions) = (values.n_rows(), values.n_columns());
    if n_periods < 2 {
        return Err(ThetaError::TooFewPeriods { periods: n_periods });
    }
    if let Some(at) = values.cells().iter().position(|value| !value.is_finite()) {
        let (period, region) = (at / n_regions, at % n_regions);
        return Err(ThetaError::NotFinite { period, region, value: values.cells()[at] });
    }
    groups.check_regions(n_regions)?;
    let n_steps = n_periods - 1;
    let changes = doubled_changes(values);
    let observed = together(&changes, groups.of_regions(), groups.n_groups(), n_steps);

    progress.expect(draws.permutations);
    let drawn = (0..draws.permutations)
        .into_par_iter()
        .with_min_len(tasks_a_thread(n_regions * (n_steps / 8 + 4)))
        .map(|task| {
            let mut dealt = groups.of_regions().to_vec();
            shuffle(&mut dealt, &mut generator(draws.seed, task as u64));
            let sums = together(&changes, &dealt, groups.n_groups(), n_steps);
            progress.advance(1)?;
            Ok(sums)
        })
        .collect::<Result<Vec<_>, Stopped>>()?;

    let of_step = |step: usize| {
        let total: i64 = changes.iter().skip(step).step_by(n_steps).map(|change| change.abs()).sum();
        let share = |sum: i64| sum as f64 / total as f64;
        let test = || {
            let drawn: Vec<f64> = drawn.iter().map(|sums| share(sums[step])).collect();
            PermutationTest::of(share(observed[step]), &drawn)
        };
        Theta {
            rank_changes: total as f64 / 2.0,
            theta: (total > 0).then(|| share(observed[step])),
            test: (total > 0 && draws.permutations > 0).then(test),
        }
    };
    Ok((0..n_steps).map(of_step).collect())
}

/// Twice the change of each region's rank, region by region and step by step: whole numbers, since equals share a half.
fn doubled_changes(values: &Matrix) -> Vec<i64> {
    let ranks: Vec<Vec<i64>> = (values.rows())
        .map(|row| {
            let present: Vec<Option<f64>> = row.iter().copied().map(Some).collect();
            let ranks = rank_descending(&present, RankMethod::Average);
            ranks.into_iter().map(|rank| rank.map_or(0, |rank| (2.0 * rank) as i64)).collect()
        })
        .collect();
    (0..values.n_columns())
        .flat_map(|region| ranks.windows(2).map(move |pair| pair[1][region] - pair[0][region]))
        .collect()
}

/// The changes that groups make together, by step.
fn together(changes: &[i64], group_of: &[usize], n_groups: usize, n_steps: usize) -> Vec<i64> {
    let mut sums = vec![0; n_groups * n_steps];
    for (own, &group) in changes.chunks(n_steps).zip(group_of) {
        let of_group = &mut sums[group * n_steps..(group + 1) * n_steps];
        of_group.iter_mut().zip(own).for_each(|(sum, change)| *sum += change);
    }
    let mut by_step = vec![0; n_steps];
    for of_group in sums.chunks(n_steps) {
        by_step.iter_mut().zip(of_group).for_each(|(total, sum)| *total += sum.abs());
    }
    by_step
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NONE: Draws = Draws { permutations: 0, seed: 0 };

    fn groups() -> Groups {
        Groups::try_new(vec![0, 0, 1, 1], 2).unwrap()
    }

    #[test]
    fn groups_that_change_places_have_one_and_regions_within_them_none() {
        let values = Matrix::try_new(
            vec![1.0, 2.0, 3.0, 4.0, 3.0, 4.0, 1.0, 2.0, 4.0, 3.0, 2.0, 1.0, 4.0, 3.0, 2.0, 1.0, 4.0, 2.0, 2.0, 1.0],
            4,
        )
        .unwrap();
        let thetas = theta(&values, &groups(), NONE, &Progress::new()).unwrap();
        let both: Vec<_> = thetas.iter().map(|own| (own.rank_changes, own.theta)).collect();
        assert_eq!(both, [(8.0, Some(1.0)), (4.0, Some(0.0)), (0.0, None), (1.0, Some(1.0))]);
    }

    #[test]
    fn all_ways_to_deal_four_regions_are_drawn_alike() {
        // Regions 0 and 1 rise by two, the others fall: dealt to other groups, each group has none together. Two of the six
        // ways to deal them are the observed one.
        let values = Matrix::try_new(vec![1.0, 2.0, 3.0, 4.0, 3.0, 4.0, 1.0, 2.0], 4).unwrap();
        let draws = Draws { permutations: 6000, seed: 3 };
        let progress = Progress::new();
        let test = theta(&values, &groups(), draws, &progress).unwrap().remove(0).test.unwrap();
        let expected_error = 4.0 * (2.0 / 9.0 / 6000.0_f64).sqrt();
        assert!((test.at_least as f64 / 6000.0 - 1.0 / 3.0).abs() < expected_error, "{test:?}");
        assert_eq!((test.at_most, progress.counted()), (6000, (6000, 6000)));
        assert!((test.mean - 1.0 / 3.0).abs() < expected_error, "{test:?}");
    }

    #[test]
    fn refuses_what_cannot_be_ranked_and_stops_when_asked() {
        let of = |cells: &[f64], draws, progress: &Progress| {
            theta(&Matrix::try_new(cells.to_vec(), 4).unwrap(), &groups(), draws, progress).unwrap_err()
        };
        let progress = Progress::new();
        assert_eq!(of(&[1.0; 4], NONE, &progress), ThetaError::TooFewPeriods { periods: 1 });
        let mut cells = [1.0; 8];
        cells[6] = f64::INFINITY;
        let infinite = ThetaError::NotFinite { period: 1, region: 2, value: f64::INFINITY };
        assert_eq!(of(&cells, NONE, &progress), infinite);
        let two = Matrix::try_new(vec![1.0; 4], 2).unwrap();
        let differ = ThetaError::Groups(GroupsError::RegionsDiffer { grouped: 4, regions: 2 });
        assert_eq!(theta(&two, &groups(), NONE, &progress), Err(differ));
        progress.stop();
        let draws = Draws { permutations: 1, seed: 0 };
        assert_eq!(of(&[1.0; 8], draws, &progress), ThetaError::Stopped(Stopped));
    }
}
