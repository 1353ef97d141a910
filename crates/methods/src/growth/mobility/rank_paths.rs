//! Rank paths: the rank of each region, period by period.

use crate::stats::{RankMethod, RankOrder, rank};
use crate::{Matrix, Progress, Stopped};

/// The ranks of one region over the periods.
#[derive(Debug, Clone, PartialEq)]
pub struct RankPath {
    /// Rank by period; none where the region has no value.
    pub ranks: Vec<Option<f64>>,
    /// Places gained from the first period to the last: the first rank less the last, so that climbing is positive. None
    /// where either is missing.
    pub gained: Option<f64>,
    /// Best rank and the first period that has it; none for a region without values.
    pub best: Option<RankAt>,
    /// Worst rank and the first period that has it.
    pub worst: Option<RankAt>,
    /// Mean of the ranks.
    pub mean: Option<f64>,
    /// Places moved up or down between neighbouring periods, added up over those where both ranks are known.
    pub moved: f64,
}

/// A rank and its period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankAt {
    /// The rank.
    pub rank: f64,
    /// The period.
    pub period: usize,
}

/// Ranks regions in each period, and follows each through the periods.
///
/// # Shapes and units
///
/// - `values`: periods x regions; what is NaN has no rank and takes none away from the others.
/// - `method`, `order`: as in [`rank`]; rank 1 is the best.
/// - returns: by region.
///
/// # Errors
///
/// [`Stopped`] when the caller wants no more; each period counts one unit.
pub fn rank_paths(
    values: &Matrix,
    method: RankMethod,
    order: RankOrder,
    progress: &Progress,
) -> Result<Vec<RankPath>, Stopped> {
    progress.expect(values.n_rows());
    let ranks = |row: &[f64]| {
        let ranks = rank(&row.iter().map(|&value| Some(value)).collect::<Vec<_>>(), method, order);
        progress.advance(1)?;
        Ok(ranks)
    };
    let by_period: Vec<Vec<Option<f64>>> = values.rows().map(ranks).collect::<Result<_, Stopped>>()?;
    let of_region = |region: usize| {
        progress.check()?;
        Ok(path(by_period.iter().map(|ranks| ranks[region]).collect()))
    };
    (0..values.n_columns()).map(of_region).collect()
}

fn path(ranks: Vec<Option<f64>>) -> RankPath {
    let known = || ranks.iter().enumerate().filter_map(|(period, rank)| Some(RankAt { rank: (*rank)?, period }));
    let (sum, n) = known().fold((0.0, 0_usize), |(sum, n), own| (sum + own.rank, n + 1));
    let step = |pair: &[Option<f64>]| Some((pair[1]? - pair[0]?).abs());
    let ends = ranks.first().copied().flatten().zip(ranks.last().copied().flatten());
    RankPath {
        gained: ends.map(|(first, last)| first - last),
        best: known().reduce(|best, own| if own.rank < best.rank { own } else { best }),
        worst: known().reduce(|worst, own| if own.rank > worst.rank { own } else { worst }),
        mean: (n > 0).then(|| sum / n as f64),
        moved: ranks.windows(2).filter_map(step).sum(),
        ranks,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn follows_each_region() {
        let at = |rank, period| Some(RankAt { rank, period });
        let values = Matrix::try_new(vec![3.0, 2.0, 1.0, 1.0, 2.0, f64::NAN, 1.0, 2.0, 3.0], 3).unwrap();
        let of = |progress: &Progress| rank_paths(&values, RankMethod::Competition, RankOrder::HighestFirst, progress);
        let paths = of(&Progress::new()).unwrap();
        assert_eq!(paths[0].ranks, [Some(1.0), Some(2.0), Some(3.0)]);
        assert_eq!((paths[0].gained, paths[0].best, paths[0].worst), (Some(-2.0), at(1.0, 0), at(3.0, 2)));
        assert_eq!((paths[0].mean, paths[0].moved), (Some(2.0), 2.0));
        assert_eq!((paths[1].gained, paths[1].best, paths[1].moved), (Some(0.0), at(1.0, 1), 2.0));
        assert_eq!(paths[2].ranks, [Some(3.0), None, Some(1.0)]);
        assert_eq!((paths[2].gained, paths[2].moved, paths[2].mean), (Some(2.0), 0.0, Some(2.0)));
        let stopped = Progress::new();
        stopped.stop();
        assert_eq!(of(&stopped), Err(Stopped));
    }

    #[test]
    fn a_region_without_values_has_no_path() {
        let missing = Matrix::try_new(vec![f64::NAN], 1).unwrap();
        let paths = rank_paths(&missing, RankMethod::Average, RankOrder::LowestFirst, &Progress::new()).unwrap();
        assert_eq!((paths[0].gained, paths[0].best, paths[0].worst, paths[0].mean), (None, None, None, None));
    }
}
