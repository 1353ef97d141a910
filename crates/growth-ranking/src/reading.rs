//! What adapters do with a panel before the mathematics: the policy for missing cells, and the order of regions.

use std::sync::Arc;

use growthpole_contracts::Refusal;
use growthpole_domain::{MissingPolicy, Panel, Warning};
use growthpole_methods::AmountsError;
use growthpole_worker_kit::refuse;

/// Applies the policy for missing cells. A panel that the policy leaves as it is is shared, not copied.
pub(crate) fn resolve(panel: &Arc<Panel>, policy: MissingPolicy) -> Result<(Arc<Panel>, Vec<Warning>), Refusal> {
    if policy == MissingPolicy::Keep || !panel.values.iter().any(|value| value.is_nan()) {
        return Ok((Arc::clone(panel), Vec::new()));
    }
    let (panel, warnings) = panel.resolve_missing(policy).map_err(refuse::panel)?;
    Ok((Arc::new(panel), warnings))
}

/// Positions of the regions, by code.
pub(crate) fn regions_by_code(panel: &Panel) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..panel.axes.regions.len()).collect();
    positions.sort_by(|&a, &b| panel.axes.regions[a].code.cmp(&panel.axes.regions[b].code));
    positions
}

/// The refusal of cells that are no amounts, with the codes of region and industry.
pub(crate) fn no_amounts(panel: &Panel, regions: &[usize], error: AmountsError) -> Refusal {
    match error {
        AmountsError::NotAnAmount { region, industry, value }
        | AmountsError::OutOfScale { region, industry, value } => {
            let region = regions.get(region).and_then(|&region| panel.axes.regions.get(region));
            let region = region.map(|region| region.code.as_str()).unwrap_or_default();
            let industry = panel.axes.industries.get(industry);
            let industry = industry.map(|industry| industry.code.as_str()).unwrap_or_default();
            let message = format!("{region} {industry}: {value} is not an amount");
            refuse::undefined(message, "region", region).with_metadata("industry", industry)
        }
        AmountsError::Empty | AmountsError::NotRectangular { .. } | AmountsError::TotalOutOfScale { .. } => {
            refuse::undefined(error.to_string(), "indicator", &panel.indicator.code)
        }
    }
}
