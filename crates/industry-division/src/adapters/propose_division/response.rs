//! The plan as the answer shows it.

use growthpole_contracts::v1;
use growthpole_domain::Warning;
use growthpole_methods::division::DivisionPlan;
use growthpole_methods::division::plan::Margin;
use growthpole_worker_kit::convert::message;

use super::problem::Cluster;

pub(crate) fn regions(cluster: &Cluster, plan: &DivisionPlan) -> Vec<v1::DivisionRegion> {
    let shown = cluster.regions.iter().enumerate().map(|(row, region)| v1::DivisionRegion {
        region: Some(message::region_label(region)),
        focuses: plan
            .focuses(row)
            .into_iter()
            .map(|column| message::industry_label(&cluster.industries[column]))
            .collect(),
    });
    shown.collect()
}

pub(crate) fn cells(cluster: &Cluster, plan: &DivisionPlan) -> Vec<v1::DivisionCell> {
    let mut cells = Vec::with_capacity(cluster.values.len());
    for (row, region) in cluster.regions.iter().enumerate() {
        cells.extend(cluster.industries.iter().enumerate().map(|(column, industry)| {
            let pair = cluster.pair(row, column);
            v1::DivisionCell {
                region: Some(message::region_label(region)),
                industry: Some(message::industry_label(industry)),
                focus: plan.is_assigned(row, column),
                location_quotient: cluster.quotients[pair],
                value: cluster.values[pair],
                importance: cluster.importance[column],
                margin: plan.margin(row, column).and_then(Margin::loss),
            }
        }));
    }
    cells
}

/// The smallest margin of all pairs, where it is known, and a warning about pairs whose margin is not.
pub(crate) fn smallest_margin(plan: &DivisionPlan) -> (Option<f64>, Option<Warning>) {
    let smallest = plan.margins.iter().filter_map(|margin| margin.loss()).min_by(f64::total_cmp);
    let bounds: Vec<f64> = plan
        .margins
        .iter()
        .filter_map(|margin| match margin {
            Margin::AtLeast(bound) => Some(*bound),
            Margin::Loss(_) | Margin::Forced => None,
        })
        .collect();
    let Some(least) = bounds.iter().copied().min_by(f64::total_cmp) else { return (smallest, None) };
    let text = format!(
        "the margins of {} pairs were not found within the limit of work; they are {least} or more",
        bounds.len()
    );
    (smallest.filter(|smallest| *smallest <= least), Some(Warning::new("MARGINS_NOT_PROVEN", text)))
}
