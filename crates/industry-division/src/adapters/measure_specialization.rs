//! MeasureSpecialization: location quotients and their variants.

mod cells;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Refusal, v1};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Method, PanelSource};
use tonic::Status;

use crate::reading::{DEFAULTS, benchmark, benchmark_message, check_indicator, whole_of};
use cells::Cells;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/MeasureSpecialization", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    request: v1::MeasureSpecializationRequest,
) -> Result<v1::MeasureSpecializationResponse, Status> {
    let parsed = selection::parse(request.selection, DEFAULTS)?;
    let threshold = threshold(request.presence_threshold)?;
    let asked = panels.panel(&parsed.selection).await?;
    check_indicator(&asked.panel)?;
    let whole = whole_of(panels, &parsed.selection, &asked).await?;
    let (panel, dropped) = resolve(&by_code(&whole.panel), parsed.missing)?;
    let benchmark = benchmark_message(benchmark(&panel)?);
    let cells = Cells { panel: &panel, shown: &asked.panel, threshold, policy: parsed.missing };

    let statuses = status_warnings(&panel, None);
    let warnings = whole.panel.warnings.iter().chain(&dropped).chain(&statuses);
    Ok(v1::MeasureSpecializationResponse {
        cells: cells.all()?,
        presence_threshold: threshold,
        benchmark: Some(benchmark),
        warnings: message::warnings(warnings),
        provenance: Some(METHOD.provenance(&whole, &[])),
    })
}

fn threshold(sent: Option<f64>) -> Result<f64, Refusal> {
    match sent.unwrap_or(1.0) {
        threshold if threshold.is_finite() && threshold > 0.0 => Ok(threshold),
        other => Err(Refusal::invalid("presence_threshold", other, "a finite number above 0")),
    }
}
