//! DetectTurningPoints: breaks, thresholds, peaks and troughs, co-movement.

mod analyses;
mod inputs;
mod options;
mod response;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{BenchmarkChoice, MissingPolicy};
use growthpole_worker_kit::{Job, Method, PanelSource, SelectionDefaults};
use tonic::Status;

use super::series::Series;
use analyses::analyse;
use inputs::Inputs;
use options::Options;

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/DetectTurningPoints", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    request: v1::DetectTurningPointsRequest,
    job: &Job,
) -> Result<v1::DetectTurningPointsResponse, Status> {
    let options = Options::read(&request)?;
    let policy = request.selection.as_ref().map(|selection| selection.missing()).unwrap_or_default();
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::DatasetRegion, missing: MissingPolicy::Keep };
    let series = Series::read(panels, request.selection, request.series.as_ref(), defaults).await?;
    let inputs = Inputs::of(&series, &options, policy)?;
    let options = options.for_inputs(&inputs)?;
    let (inputs, analyses, options) = job
        .compute(move |progress| {
            let analyses = analyse(&inputs, &options, progress)?;
            Ok::<_, Refusal>((inputs, analyses, options))
        })
        .await?;
    Ok(response::response(&series, &inputs, &options, analyses))
}
