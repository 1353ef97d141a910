//! AssessTransition: how far regions have come from resources and old industries.

mod capital;
mod figures;
mod further;
mod given;
mod inputs;
mod options;
mod rows;
mod sets;
mod stages;
#[cfg(test)]
mod tests;

use growthpole_contracts::v1;
use growthpole_domain::MissingPolicy;
use growthpole_methods::Progress;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::{Job, Method, PanelSource, SelectionDefaults, refuse};
use tonic::Status;

use crate::reading::{DEFAULTS, benchmark};
use inputs::Inputs;
use options::Options;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/AssessTransition", revision: 1 };

/// A value, or the reason why there is none.
type Outcome = Result<f64, &'static str>;

const NOT_GIVEN: &str = "NOT_GIVEN";
const INDUSTRIES_NOT_IN_DATA: &str = "INDUSTRIES_NOT_IN_DATA";
const MISSING_VALUE: &str = "MISSING_VALUE";
const EMPTY_REGION: &str = "EMPTY_REGION";
const NOT_AN_AMOUNT: &str = "NOT_AN_AMOUNT";

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::AssessTransitionRequest,
    job: &Job,
) -> Result<v1::AssessTransitionResponse, Status> {
    let defaults = SelectionDefaults { missing: MissingPolicy::Keep, ..DEFAULTS };
    let parsed = selection::parse(request.selection.take(), defaults)?.filled();
    let options = Options::read(request)?;
    let inputs = Inputs::read(panels, &parsed, &options).await?;
    let (benchmark_region, benchmark_sum_of_level) = message::benchmark_source(&benchmark(&inputs.panel)?.source);
    let provenance = METHOD.provenance(&inputs.source, &inputs.further.sources());
    let work = move |progress: &Progress| {
        let figures = figures::of(&inputs, &options, progress).map_err(refuse::stopped)?;
        let labels = |set: &sets::Set| set.labels(&inputs.panel);
        Ok(v1::AssessTransitionResponse {
            regions: rows::regions(&inputs, &options, &figures, progress)?,
            peers: rows::peers(&inputs, &figures),
            extractive: labels(&inputs.sets.extractive),
            first_processing: labels(&inputs.sets.first_processing),
            old: labels(&inputs.sets.old),
            base_period: inputs.first.to_string(),
            period: inputs.last.to_string(),
            window_years: i32::from(options.window),
            stage_rule: Some(v1::StageRule {
                quotient: Some(options.rule.quotient),
                steady_growth: Some(options.rule.steady_growth),
            }),
            peer_count: message::count(inputs.peers.len()),
            benchmark_region,
            benchmark_sum_of_level,
            warnings: message::warnings(&inputs.warnings),
            provenance: Some(provenance),
        })
    };
    job.compute(work).await
}
