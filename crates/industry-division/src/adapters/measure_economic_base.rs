//! MeasureEconomicBase: what regions live on, and what hangs on each sector of an input-output table.

mod activity;
mod analysis;
mod area_trend;
mod areas;
mod bases;
mod options;
mod table;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Refusal, SOFTWARE_VERSION, v1};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{Job, Method, PanelSource, SourcedPanel};
use tonic::Status;

use activity::Activity;
use options::Options;
use table::Table;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/MeasureEconomicBase", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::MeasureEconomicBaseRequest,
    job: &Job,
) -> Result<v1::MeasureEconomicBaseResponse, Status> {
    let selection = request.selection.take();
    let options = Options::read(&request, selection.is_some())?;
    let table = request.input_output.as_ref().map(Table::read).transpose()?;
    let activity = match selection {
        Some(selection) => Some(Activity::read(panels, selection).await?),
        None => None,
    };
    let bases = activity.as_ref().map(|activity| bases::bases(activity, &options)).transpose()?.unwrap_or_default();
    let (areas, history) = match (&activity, options.trend) {
        (Some(activity), Some(trend)) => area_trend::areas(panels, activity, &options, trend).await?,
        (Some(activity), None) => (areas::areas(activity, &options)?, None),
        (None, _) => (Vec::new(), None),
    };
    let further: Vec<(&str, &SourcedPanel)> = history.iter().map(|source| ("area_trend", source)).collect();
    let analyses = analysis::Analyses::of(activity.as_ref(), table, &options)?;
    let mut warnings = activity.as_ref().map(|own| own.warnings.clone()).unwrap_or_default();
    warnings.extend(analyses.warning());
    let tables = job.compute(move |progress| analyses.run(progress)).await?;
    let own = || v1::Provenance {
        method: METHOD.name.to_owned(),
        method_revision: METHOD.revision,
        software_version: SOFTWARE_VERSION.to_owned(),
        ..Default::default()
    };
    Ok(v1::MeasureEconomicBaseResponse {
        period: activity.as_ref().map(|own| own.period.clone()).unwrap_or_default(),
        bases,
        tables,
        areas,
        methods: if activity.is_some() { options.methods.iter().map(|&own| own.into()).collect() } else { Vec::new() },
        quotient: options.quotient.map_or(0, |(quotient, _)| quotient.into()),
        delta: options.quotient.and_then(|(_, delta)| delta),
        warnings: message::warnings(&warnings),
        provenance: Some(activity.map_or_else(own, |activity| METHOD.provenance(&activity.source, &further))),
    })
}

/// The refusal of what needs a selection.
fn needs_selection(field: &str) -> Refusal {
    Refusal::invalid(field, "no selection", "a selection beside it")
}
