//! MeasureSpecialization: location quotients and their variants, and how one-sided regions are.

mod bootstrap;
mod cells;
mod groups;
mod options;
mod period;
mod portfolio;
mod regions;
mod task;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use growthpole_contracts::v1;
use growthpole_domain::Panel;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, SourcedPanel};
use tonic::Status;

use crate::reading::{DEFAULTS, benchmark, benchmark_message, check_indicator, columns_of, whole_of};
use groups::NamedGroups;
use options::Options;
use task::Task;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/MeasureSpecialization", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::MeasureSpecializationRequest,
    job: &Job,
) -> Result<v1::MeasureSpecializationResponse, Status> {
    let parsed = selection::parse(request.selection.take(), DEFAULTS)?.filled();
    let options = Options::read(&request)?;
    let asked = panels.panel(&parsed.selection).await?;
    check_indicator(&asked.panel)?;
    let whole = whole_of(panels, &parsed.selection, &asked).await?;
    let (panel, dropped) = resolve(&by_code(&whole.panel), parsed.missing)?;
    let benchmark = benchmark_message(benchmark(&panel)?);
    options.check_against(&panel, &columns_of(&panel, &asked.panel))?;
    let groups = NamedGroups::read(&panel, &request.industry_groups)?;
    let drawn = bootstrap::Drawn::read(panels, &parsed, &panel, &options, &whole).await?;
    let statuses = status_warnings(&panel, None);

    let names = groups.as_ref().map(NamedGroups::message).unwrap_or_default();
    let task = Task {
        panel: Arc::clone(&panel),
        shown: Arc::clone(&asked.panel),
        policy: parsed.missing,
        options,
        groups: groups.map(|groups| groups.of),
        drawn: drawn.as_ref().map(|drawn| drawn.regions.clone()),
    };
    let results = job.compute(move |progress| task.run(progress)).await?;
    let left_out = drawn.as_ref().and_then(|drawn| drawn.warning.clone());
    let warnings = whole.panel.warnings.iter().chain(&dropped).chain(&statuses).chain(&left_out);
    let further: Vec<(&str, &SourcedPanel)> = drawn.iter().map(|drawn| ("bootstrap", &drawn.source)).collect();
    Ok(v1::MeasureSpecializationResponse {
        cells: results.cells,
        presence_threshold: options.threshold,
        benchmark: Some(benchmark),
        warnings: message::warnings(warnings),
        provenance: Some(v1::Provenance {
            seed: options.bootstrap.map(|bootstrap| bootstrap.seed),
            ..METHOD.provenance(&whole, &further)
        }),
        regions: results.regions,
        cut_offs: results.cut_offs,
        portfolio: results.portfolio,
        bootstrap: options.bootstrap.map(options::bootstrap_message),
        industry_groups: names,
    })
}

/// Label of a region, by its position.
fn region_label(panel: &Panel, region: usize) -> Option<v1::RegionLabel> {
    panel.axes.regions.get(region).map(message::region_label)
}

/// Label of an industry, by its column.
fn industry_label(panel: &Panel, column: usize) -> Option<v1::IndustryLabel> {
    panel.axes.industries.get(column).map(message::industry_label)
}

/// A period as answers show it.
fn period_text(panel: &Panel, period: usize) -> String {
    panel.axes.periods.get(period).map(ToString::to_string).unwrap_or_default()
}
