//! Spillover: regions that join a cluster of significant neighbours.

use crate::stats::SpatialWeights;
use crate::{Progress, Stopped};

/// Why there are no clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpilloverError {
    /// Cores and weights are not of the same regions.
    #[error("period {period}: cores of {cores} regions and weights of {regions} do not go together")]
    RegionsDiffer {
        /// Row of the period.
        period: usize,
        /// Number of flags of the period.
        cores: usize,
        /// Regions of the weights.
        regions: usize,
    },
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Clusters around cores, and the regions that join them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spillover {
    /// The cluster of each region in each period, counted from 0 by the first of its regions; none outside of clusters.
    pub clusters: Vec<Vec<Option<usize>>>,
    /// For each step from one period to the next, whether the region joins a cluster of which some region was in a cluster
    /// before.
    pub joins: Vec<Vec<bool>>,
}

/// Finds the clusters around cores in each period, and the regions that join clusters which were there before.
///
/// A cluster holds a core, its neighbours, and with `neighbours_of_neighbours` theirs; clusters that share a region are
/// one. A region joins by spillover when it was in no cluster, is in one now, and some region of that cluster was in a
/// cluster before.
///
/// # Shapes and units
///
/// - `cores`: by period and region, whether the region is the core of a cluster: significant, say, and HIGH_HIGH.
/// - `weights`: of the same regions; links count in both directions, their weights do not matter.
/// - returns: by period and region; steps are one fewer than periods.
///
/// # Errors
///
/// The first period with another number of regions than the weights, or the caller's wish to stop.
///
/// # Source
///
/// Rey (2001), Geographical Analysis 33(3), 195-214; giddy's `spillover`, which leaves the clusters of the last period out.
pub fn spillover(
    cores: &[Vec<bool>],
    weights: &SpatialWeights,
    neighbours_of_neighbours: bool,
    progress: &Progress,
) -> Result<Spillover, SpilloverError> {
    let regions = weights.n_regions();
    if let Some(period) = cores.iter().position(|cores| cores.len() != regions) {
        return Err(SpilloverError::RegionsDiffer { period, cores: cores[period].len(), regions });
    }
    let of_period = |cores: &Vec<bool>| clusters(cores, weights, neighbours_of_neighbours, progress);
    let clusters: Vec<_> = cores.iter().map(of_period).collect::<Result<_, Stopped>>()?;
    let joins = clusters.windows(2).map(|step| joined(&step[0], &step[1])).collect();
    Ok(Spillover { clusters, joins })
}

/// The clusters of one period.
fn clusters(
    cores: &[bool],
    weights: &SpatialWeights,
    neighbours_of_neighbours: bool,
    progress: &Progress,
) -> Result<Vec<Option<usize>>, Stopped> {
    let mut parents = Parents((0..cores.len()).collect());
    let mut inside = cores.to_vec();
    let mut join = |inside: &mut Vec<bool>, from: usize, to: usize| {
        inside[to] = true;
        parents.join(from, to);
    };
    let is_core = |region: &usize| cores[*region];
    for core in (0..cores.len()).filter(is_core) {
        for (neighbour, _) in weights.links(core) {
            progress.check()?;
            join(&mut inside, core, neighbour);
            if neighbours_of_neighbours {
                weights.links(neighbour).for_each(|(next, _)| join(&mut inside, neighbour, next));
            }
        }
    }
    let mut numbers = vec![None; cores.len()];
    let mut next = 0;
    let number = |region: usize| {
        inside[region].then(|| {
            *numbers[parents.root(region)].get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
    };
    Ok((0..cores.len()).map(number).collect())
}

/// Regions of clusters that some region has come to from a cluster before.
fn joined(before: &[Option<usize>], after: &[Option<usize>]) -> Vec<bool> {
    let mut was_there = vec![false; after.len()];
    for (_, cluster) in before.iter().zip(after).filter(|(before, _)| before.is_some()) {
        if let Some(cluster) = cluster {
            was_there[*cluster] = true;
        }
    }
    let joins = |(before, after): (&Option<usize>, &Option<usize>)| {
        before.is_none() && after.is_some_and(|cluster| was_there[cluster])
    };
    before.iter().zip(after).map(joins).collect()
}

/// Sets of regions, as a forest.
struct Parents(Vec<usize>);

impl Parents {
    fn root(&mut self, region: usize) -> usize {
        let mut at = region;
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::path;

    fn cores(list: &[usize]) -> Vec<bool> {
        (0..7).map(|region| list.contains(&region)).collect()
    }

    #[test]
    fn neighbours_join_a_cluster_that_was_there() {
        let found = spillover(&[cores(&[1]), cores(&[2, 6])], &path(7), false, &Progress::new()).unwrap();
        let (none, first, second) = (None, Some(0), Some(1));
        assert_eq!(found.clusters[0], [first, first, first, none, none, none, none]);
        assert_eq!(found.clusters[1], [none, first, first, first, none, second, second]);
        // 3 joins the cluster of 1 and 2; 5 and 6 make one where there was none.
        assert_eq!(found.joins, [[false, false, false, true, false, false, false]]);
    }

    #[test]
    fn neighbours_of_neighbours_reach_farther() {
        let found = spillover(&[cores(&[1]), cores(&[2, 6])], &path(7), true, &Progress::new()).unwrap();
        assert_eq!(found.clusters[1], [Some(0); 7]);
        assert_eq!(found.joins, [[false, false, false, false, true, true, true]]);
    }

    #[test]
    fn refuses_other_regions() {
        let error = SpilloverError::RegionsDiffer { period: 1, cores: 2, regions: 7 };
        let progress = Progress::new();
        assert_eq!(spillover(&[cores(&[]), vec![true; 2]], &path(7), false, &progress), Err(error));
        progress.stop();
        assert_eq!(spillover(&[cores(&[1])], &path(7), false, &progress), Err(SpilloverError::Stopped(Stopped)));
    }
}
