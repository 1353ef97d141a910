//! MeasureInequality: how unequal regions are, period by period, and between which of them.

mod measures;
mod options;
mod response;
mod task;
#[cfg(test)]
mod tests;
mod weights;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{BenchmarkChoice, MissingPolicy};
use growthpole_worker_kit::convert::selection;
use growthpole_worker_kit::{Job, Method, PanelSource, SelectionDefaults};
use tonic::Status;

use self::options::Options;
use self::task::{Neighbours, Task};
use super::series::Series;
use super::{named_regions, spatial};

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/MeasureInequality", revision: 1 };

/// Pairs of groups are part of the answer.
const MOST_GROUPS: usize = 100;

/// Most values that an answer shows one by one.
const MOST_VALUES_SHOWN: usize = 100_000;

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    request: v1::MeasureInequalityRequest,
    job: &Job,
) -> Result<v1::MeasureInequalityResponse, Status> {
    let options = Options::of(&request)?;
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::None, missing: MissingPolicy::Keep };
    let policy = selection::parse(request.selection.clone(), defaults.clone())?.missing;
    let series = Series::read(panels, request.selection, request.series.as_ref(), defaults).await?;
    let (mut series, weights) = weights::read(panels, series, &request.weight_indicator, policy).await?;

    let sets = named_regions::read(panels, &series, &request.groups, "groups").await?;
    let groups = if sets.is_empty() { None } else { Some(named_regions::partition(&series, &sets, "groups")?) };
    check_parades(&series, options.pen_parades)?;
    let neighbours = match &request.neighbours {
        None => None,
        Some(message) => Some(read_neighbours(&mut series, message, job).await?),
    };
    let task = Task {
        values: series.values.clone(),
        weights: weights.as_ref().map(|weights| weights.values.clone()),
        groups,
        neighbours,
        options,
    };
    let (task, periods) = job
        .compute(move |progress| {
            let periods = task.run(progress)?;
            Ok((task, periods))
        })
        .await?;
    Ok(response::response(&series, weights.as_ref(), &sets, &task.options, periods))
}

/// The neighbours among the regions that have any, and what there is to warn of.
async fn read_neighbours(series: &mut Series, message: &v1::SpatialWeights, job: &Job) -> Result<Neighbours, Status> {
    let known = series.warnings.len();
    let (kept, weights) = spatial::with_weights(series.clone(), Some(message), "neighbours", job).await?;
    series.warnings.extend(kept.warnings.iter().skip(known).cloned());
    let regions = kept.regions.iter().filter_map(|region| series.position(&region.code)).collect();
    Ok(Neighbours { regions, weights, keep_islands: message.keep_islands })
}

/// Refuses parades of more values than an answer can hold.
fn check_parades(series: &Series, wanted: bool) -> Result<(), Refusal> {
    let values = series.values.cells().len();
    if wanted && values > MOST_VALUES_SHOWN {
        let sent = format!("true for {values} values");
        return Err(Refusal::invalid("pen_parades", sent, &format!("false above {MOST_VALUES_SHOWN} values")));
    }
    Ok(())
}

/// Refuses more groups than an answer can hold the pairs of.
fn check_groups(groups: &[v1::NamedRegions]) -> Result<(), Refusal> {
    if groups.len() > MOST_GROUPS {
        let sent = format!("{} groups", groups.len());
        return Err(Refusal::invalid("groups", sent, &format!("at most {MOST_GROUPS}")));
    }
    Ok(())
}
