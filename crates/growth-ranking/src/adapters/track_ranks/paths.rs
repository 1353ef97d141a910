//! Rank paths.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::growth::mobility::{ClassPaths, RankAt, RankPath, rank_paths};
use growthpole_methods::stats::RankMethod;
use growthpole_worker_kit::refuse;

use super::Tracked;

/// The rank path of each region, with the ranks of all periods and their classes where there are any.
pub(super) fn compute(
    tracked: &Tracked,
    method: RankMethod,
    with_ranks: bool,
    classes: Option<&ClassPaths>,
    progress: &Progress,
) -> Result<Vec<v1::RankPath>, Refusal> {
    let paths = rank_paths(&tracked.values, method, tracked.order, progress).map_err(refuse::stopped)?;
    Ok((paths.iter().enumerate())
        .map(|(region, path)| {
            let ranks = if with_ranks { ranks(tracked, region, path, classes) } else { Vec::new() };
            let period = |at: Option<RankAt>| at.map(|at| tracked.period(at.period)).unwrap_or_default();
            v1::RankPath {
                region: tracked.region(region),
                ranks,
                places_gained: path.gained,
                best_rank: path.best.map(|best| best.rank),
                best_period: period(path.best),
                worst_rank: path.worst.map(|worst| worst.rank),
                worst_period: period(path.worst),
                mean_rank: path.mean,
                places_moved: path.moved,
            }
        })
        .collect())
}

fn ranks(tracked: &Tracked, region: usize, path: &RankPath, classes: Option<&ClassPaths>) -> Vec<v1::RankInPeriod> {
    let in_period = |(period, rank): (usize, &Option<f64>)| {
        Some(v1::RankInPeriod {
            period: tracked.period(period),
            rank: (*rank)?,
            value: tracked.values.get(period, region),
            class: classes.and_then(|classes| classes.period(period)[region]).map(|class| i32::from(class) + 1),
        })
    };
    path.ranks.iter().enumerate().filter_map(in_period).collect()
}
