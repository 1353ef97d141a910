//! CompareStructures: how alike regions are, pair by pair, against the reference, in all, in clusters, and over time.

mod clusters;
mod compared;
mod convergence;
mod friction;
mod options;
mod pairs;
mod task;
#[cfg(test)]
mod tests;
mod tradable;

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Warning};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, SourcedPanel};
use tonic::Status;

use crate::reading::{DEFAULTS, check_indicator, level_of_codes, some_periods};
use options::Options;
use task::Task;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/CompareStructures", revision: 2 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::CompareStructuresRequest,
    job: &Job,
) -> Result<v1::CompareStructuresResponse, Status> {
    let parsed = selection::parse(request.selection.take(), DEFAULTS)?.filled();
    let options = Options::read(request)?;
    some_periods(&parsed.selection.periods)?;

    let source = panels.panel(&parsed.selection).await?;
    check_indicator(&source.panel)?;
    options.check_against(&source.panel)?;
    level_of_codes(&parsed.selection.industries, &source.panel)?;
    let weights = options.weights_on(&source.panel)?;
    let mask = tradable::mask(panels, &parsed.selection, &source.panel, options.tradable_threshold).await?;
    let masked = mask.apply(panels, &parsed.selection, &source.panel).await?;
    let (panel, dropped) = resolve(&by_code(&masked), parsed.missing)?;
    let statuses = status_warnings(&panel, None);
    let reference = options.reference;
    let task = Task { panel: Arc::clone(&panel), policy: parsed.missing, options, weights };
    let results = job.compute(move |progress| task.run(progress)).await?;

    let warnings = source.panel.warnings.iter().chain(&mask.warning).chain(&dropped).chain(&statuses);
    let unweighted = weights.is_none().then(no_pair_weights);
    let warnings = warnings.chain(&unweighted);
    let further: Vec<(&str, &SourcedPanel)> = mask.source.iter().map(|source| ("tradable", source)).collect();
    Ok(v1::CompareStructuresResponse {
        krugman_reference: options::write_reference(reference).into(),
        non_tradable: mask.non_tradable(&source.panel),
        period: panel.axes.periods.last().map(ToString::to_string).unwrap_or_default(),
        warnings: message::warnings(warnings),
        provenance: Some(METHOD.provenance(&source, &further)),
        ..results
    })
}

fn no_pair_weights() -> Warning {
    let text = "there is no friction: the data set holds no borders, and no other weights of pairs were asked for";
    Warning::new("NO_PAIR_WEIGHTS", text)
}

/// Label of a region, by its position.
fn region_label(panel: &Panel, region: usize) -> Option<v1::RegionLabel> {
    panel.axes.regions.get(region).map(message::region_label)
}

/// Label of an industry, by its column.
fn industry_label(panel: &Panel, column: usize) -> Option<v1::IndustryLabel> {
    panel.axes.industries.get(column).map(message::industry_label)
}

/// Industries by the size of their part, the greatest first and then by code.
fn by_size(parts: &[f64]) -> Vec<usize> {
    let mut columns: Vec<usize> = (0..parts.len()).collect();
    columns.sort_by(|&a, &b| parts[b].abs().total_cmp(&parts[a].abs()));
    columns
}

/// What a structural method was stopped by, or has found that the adapter should have.
fn refused(error: growthpole_methods::division::DissimilarityError) -> Refusal {
    match error {
        growthpole_methods::division::DissimilarityError::Stopped(stopped) => {
            growthpole_worker_kit::refuse::stopped(stopped)
        }
        error @ growthpole_methods::division::DissimilarityError::Structure(_) => Refusal::internal(error),
    }
}
