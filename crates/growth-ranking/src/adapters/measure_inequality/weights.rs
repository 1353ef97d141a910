//! What regions count by.

use std::collections::BTreeSet;

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{IndicatorKind, MissingPolicy, PeriodChoice, Warning};
use growthpole_methods::Matrix;
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

use crate::adapters::series::Series;

const FIELD: &str = "weight_indicator";

/// Weights of the regions of a series.
pub(super) struct Weights {
    /// Periods x regions, positive; NaN where there is none.
    pub(super) values: Matrix,
    /// The panel they come from.
    pub(super) panel: SourcedPanel,
}

/// Reads the weights of a series, none for an empty code. A missing weight counts by the policy like a missing value.
///
/// # Errors
///
/// A status that names the field, or the region and period of a weight that is not positive.
pub(super) async fn read(
    panels: &dyn PanelSource,
    series: Series,
    indicator: &str,
    policy: MissingPolicy,
) -> Result<(Series, Option<Weights>), Status> {
    if indicator.is_empty() {
        return Ok((series, None));
    }
    let periods = PeriodChoice::List(series.periods.clone());
    let panel = series.read_further(panels, indicator, FIELD, periods).await?;
    if !matches!(panel.panel.indicator.kind, IndicatorKind::Level | IndicatorKind::Flow) {
        return Err(Refusal::invalid(FIELD, format!("\"{indicator}\""), "a level or a flow").into());
    }
    let n_regions = series.regions.len();
    let values = Matrix::try_new(panel.panel.values.clone(), n_regions).map_err(Refusal::internal)?;
    if (values.n_rows(), values.n_columns()) != (series.periods.len(), n_regions) {
        return Err(Refusal::internal("weights of other regions or periods").into());
    }
    if let Some(at) = values.cells().iter().position(|weight| *weight <= 0.0 || weight.is_infinite()) {
        let (region, period) = (&series.regions[at % n_regions].code, series.periods[at / n_regions]);
        let message = format!("{indicator} of {region} in {period} is {}, which is no weight", values.cells()[at]);
        return Err(refuse::undefined(message, "region", region).with_metadata("period", period.to_string()).into());
    }
    let missing: BTreeSet<usize> =
        (0..values.cells().len()).filter(|&at| values.cells()[at].is_nan()).map(|at| at % n_regions).collect();
    let weights = Weights { values, panel };
    match policy {
        _ if missing.is_empty() => Ok((series, Some(weights))),
        MissingPolicy::DropRegion => Ok(dropped(series, weights, &missing, indicator)?),
        MissingPolicy::Keep => Ok((series, Some(weights))),
        MissingPolicy::Fail | MissingPolicy::AsZero | MissingPolicy::DropIndustry => {
            let listed = codes(&series, &missing).join(", ");
            let message = format!("{indicator} has no value in some period for {listed}");
            let refusal = Refusal::new(Reason::MissingCells, message.clone()).with_violation(FIELD, message);
            Err(refusal.with_metadata("count", missing.len().to_string()).into())
        }
    }
}

fn codes(series: &Series, regions: &BTreeSet<usize>) -> Vec<String> {
    regions.iter().filter_map(|&region| Some(series.regions.get(region)?.code.clone())).collect()
}

/// Leaves out the regions without a weight.
fn dropped(
    series: Series,
    mut weights: Weights,
    missing: &BTreeSet<usize>,
    indicator: &str,
) -> Result<(Series, Option<Weights>), Refusal> {
    let kept: Vec<usize> = (0..series.regions.len()).filter(|region| !missing.contains(region)).collect();
    let codes = codes(&series, missing);
    let text = format!("{} regions without a value of {indicator} were left out", codes.len());
    let cells = weights.values.rows().flat_map(|row| kept.iter().map(|&region| row[region])).collect();
    weights.values = Matrix::try_new(cells, kept.len()).map_err(|_| {
        let message = format!("no region has a value of {indicator} in every period");
        Refusal::new(Reason::MissingCells, message.clone()).with_violation(FIELD, message)
    })?;
    let mut series = series.subset(&kept);
    series.warnings.push(Warning::new("REGIONS_DROPPED", text).with_regions(codes));
    Ok((series, Some(weights)))
}
