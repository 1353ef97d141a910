//! ProjectGrowth: projections with intervals and a backtest, of series or by shift-share.
//!
//! What the request says is read and checked first ([`options`]). Series of regions are projected in [`series`], industries
//! of regions that follow a benchmark in [`gerfin`].

mod future;
mod gerfin;
mod industries;
mod options;
mod reasons;
mod series;
mod shown;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Frequency, Period, Warning};
use growthpole_worker_kit::{Job, Method, PanelSource};
use options::{Asked, Options};
use tonic::Status;

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/ProjectGrowth", revision: 1 };

/// Most values that are projected from.
const MOST_VALUES: usize = 1_000_000;

/// Backtests of fewer origins are warned of.
const FEW_ORIGINS: usize = 3;

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    request: v1::ProjectGrowthRequest,
    job: &Job,
) -> Result<v1::ProjectGrowthResponse, Status> {
    let options = Options::read(&request)?;
    match options.asked.clone() {
        Asked::Series(method) => series::answer(panels, request, options, method, job).await,
        Asked::Gerfin(of_gerfin) => gerfin::answer(panels, request, options, of_gerfin, job).await,
    }
}

/// Refuses periods between which others are left out.
fn check_consecutive(periods: &[Period]) -> Result<(), Refusal> {
    let gap = periods.windows(2).find(|pair| pair[0].next() != pair[1]);
    match gap {
        Some(pair) => {
            let sent = format!("{} after {}", pair[1], pair[0]);
            Err(Refusal::invalid("selection.periods", sent, "consecutive periods of one frequency"))
        }
        None => Ok(()),
    }
}

/// Refuses more than can be computed in a call.
fn check_values(values: usize) -> Result<(), Refusal> {
    if values > MOST_VALUES {
        return Err(Refusal::invalid(
            "selection",
            format!("{values} values"),
            &format!("at most {MOST_VALUES} values"),
        ));
    }
    Ok(())
}

/// The periods after the last one.
fn coming(periods: &[Period], horizon: usize) -> Vec<Period> {
    let mut coming = Vec::with_capacity(horizon);
    let mut last = periods.last().copied();
    for _ in 0..horizon {
        last = last.map(Period::next);
        coming.extend(last);
    }
    coming
}

fn seasons(periods: &[Period]) -> Option<Warning> {
    let within_years = periods.iter().any(|period| period.frequency() != Frequency::Year);
    let text = "no model here knows seasons: they go into the errors, and into the intervals";
    within_years.then(|| Warning::new("SEASONS_NOT_MODELLED", text))
}

/// Warns of backtests that rest on few origins.
fn few_origins(projected: &[v1::RegionProjection]) -> Option<Warning> {
    let has_few = |own: &&v1::RegionProjection| {
        own.backtest.as_ref().is_some_and(|backtest| usize::try_from(backtest.origins).unwrap_or(0) < FEW_ORIGINS)
    };
    let codes: Vec<String> =
        projected.iter().filter(has_few).filter_map(|own| Some(own.region.as_ref()?.code.clone())).collect();
    let text = format!("the backtests of {} regions have fewer than {FEW_ORIGINS} origins", codes.len());
    (!codes.is_empty()).then(|| Warning::new("FEW_ORIGINS", text).with_regions(codes))
}
