//! TestConvergence: dispersion over time, growth against the initial level, and clubs.

mod beta;
mod clubs;
mod conditions;
mod estimates;
mod inputs;
mod options;
mod sigma;
mod spatial;
#[cfg(test)]
mod tests;
mod undefined;

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{Job, Method, PanelSource};
use tonic::Status;

use inputs::Inputs;
use options::Options;
use undefined::{NoPart, Undefined};

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/TestConvergence", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    request: v1::TestConvergenceRequest,
    job: &Job,
) -> Result<v1::TestConvergenceResponse, Status> {
    let options = Options::read(&request)?;
    let inputs = Inputs::read(panels, request, job).await?;
    let (inputs, parts) = job
        .compute(move |progress| {
            let parts = Parts::compute(&inputs, options, progress)?;
            Ok((inputs, parts))
        })
        .await?;
    let mut warnings = inputs.series.warnings.clone();
    warnings.extend(inputs.warnings.iter().cloned());
    Ok(v1::TestConvergenceResponse {
        regions: inputs.series.regions.iter().map(message::region_label).collect(),
        periods: inputs.series.periods.iter().map(ToString::to_string).collect(),
        years: inputs.years(),
        values: Some(inputs.series.description.clone()),
        sigma: parts.sigma,
        beta: parts.beta,
        clubs: parts.clubs,
        undefined: parts.undefined.into_iter().map(Undefined::message).collect(),
        warnings: message::warnings(&warnings),
        provenance: Some(inputs.series.provenance(METHOD, &inputs.further(), None)),
    })
}

/// The analyses that were made, and what of them is undefined.
#[derive(Debug, Default)]
struct Parts {
    sigma: Option<v1::SigmaConvergence>,
    beta: Option<v1::BetaConvergence>,
    clubs: Option<v1::ConvergenceClubs>,
    undefined: Vec<Undefined>,
}

impl Parts {
    fn compute(inputs: &Inputs, options: Options, progress: &Progress) -> Result<Self, Refusal> {
        let mut parts = Self::default();
        if let Some(sigma) = options.sigma {
            let own = sigma::answer(inputs, sigma, &mut parts.undefined);
            parts.sigma = parts.settle(own, options.asked)?;
        }
        progress.check().map_err(growthpole_worker_kit::refuse::stopped)?;
        if let Some(beta) = options.beta {
            let own = beta::answer(inputs, beta, progress, &mut parts.undefined);
            parts.beta = parts.settle(own, options.asked)?;
        }
        if let Some(clubs) = options.clubs {
            let own = clubs::answer(inputs, clubs, progress);
            parts.clubs = parts.settle(own, options.asked)?;
        }
        Ok(parts)
    }

    /// What was asked for by name and is undefined is refused; what came by default is listed.
    fn settle<T>(&mut self, part: Result<T, NoPart>, asked: bool) -> Result<Option<T>, Refusal> {
        match part {
            Ok(part) => Ok(Some(part)),
            Err(NoPart::Refused(refusal)) => Err(refusal),
            Err(NoPart::Undefined(undefined)) if asked => Err(undefined.refusal()),
            Err(NoPart::Undefined(undefined)) => {
                self.undefined.push(undefined);
                Ok(None)
            }
        }
    }
}
