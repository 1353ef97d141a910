//! Which industries are left out because they serve their own place.

use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{BenchmarkChoice, IndustryChoice, Panel, Selection, Warning};
use growthpole_methods::division::locational_gini_of_rows;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{PanelSource, SourcedPanel};
use tonic::Status;

use crate::reading::{amount_rows, check_indicator, counted_as_zero, level_of_benchmark};

/// Industries that are left out.
#[derive(Debug, Default)]
pub(crate) struct Mask {
    /// Codes of the industries that are left out, sorted.
    left_out: Vec<String>,
    /// The panel that it rests on.
    pub(crate) source: Option<SourcedPanel>,
    /// What to know about it.
    pub(crate) warning: Option<Warning>,
}

impl Mask {
    /// The panel without what is left out: read for itself, as any selection of industries is.
    pub(crate) async fn apply(
        &self,
        panels: &dyn PanelSource,
        selection: &Selection,
        panel: &Arc<Panel>,
    ) -> Result<Arc<Panel>, Status> {
        if self.left_out.is_empty() {
            return Ok(Arc::clone(panel));
        }
        let industries = panel.axes.industries.iter().map(|industry| &industry.code);
        let kept: Vec<String> = industries.filter(|code| !self.left_out.contains(code)).cloned().collect();
        if kept.is_empty() {
            let message = "tradable_threshold leaves out every industry";
            let refusal = Refusal::new(Reason::UndefinedOnData, message).with_violation("tradable_threshold", message);
            return Err(refusal.into());
        }
        let (vintage, industries) = (panel.vintage_choice(), IndustryChoice::Codes(kept));
        Ok(panels.panel(&Selection { vintage, industries, ..selection.clone() }).await?.panel)
    }

    /// What is left out, as the answer shows it.
    pub(crate) fn non_tradable(&self, panel: &Panel) -> Vec<v1::IndustryLabel> {
        let find = |code: &String| panel.axes.industries.iter().find(|industry| industry.code == *code);
        self.left_out.iter().filter_map(find).map(message::industry_label).collect()
    }
}

/// The industries of a panel whose locational Gini over all regions of the benchmark's level is below the threshold in the last
/// period.
pub(crate) async fn mask(
    panels: &dyn PanelSource,
    selection: &Selection,
    panel: &Panel,
    threshold: Option<f64>,
) -> Result<Mask, Status> {
    let Some(threshold) = threshold else { return Ok(Mask::default()) };
    let all = Selection {
        regions: level_of_benchmark(panel),
        industries: IndustryChoice::All,
        benchmark: BenchmarkChoice::None,
        zero_for_missing: true,
        ..selection.clone()
    };
    let source = panels.panel(&all).await?;
    check_indicator(&source.panel)?;
    let what_for = "to tell which industries are tradable";
    let warning = counted_as_zero(&source.panel, "TRADABLE_WITH_MISSING_CELLS", what_for);
    let ginis = ginis(&source.panel)?;
    let below = |code: &str| ginis.iter().any(|(industry, gini)| industry == code && *gini < threshold);
    let mut left_out: Vec<String> =
        panel.axes.industries.iter().map(|industry| industry.code.clone()).filter(|code| below(code)).collect();
    left_out.sort_unstable();
    Ok(Mask { left_out, source: Some(source), warning })
}

/// Locational Gini by industry code. Empty regions and industries say nothing about the others.
fn ginis(panel: &Panel) -> Result<Vec<(String, f64)>, Refusal> {
    let regions: Vec<usize> = (0..panel.axes.regions.len()).collect();
    let last = panel.axes.periods.len().saturating_sub(1);
    let all = amount_rows(panel, last, &regions)?;
    let rows: Vec<usize> = regions.into_iter().filter(|&region| all.region_totals()[region] > 0.0).collect();
    let of_industries = all.industry_totals();
    let columns: Vec<usize> = (0..all.n_industries()).filter(|&column| of_industries[column] > 0.0).collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let kept = amount_rows(panel, last, &rows)?;
    let ginis = locational_gini_of_rows(&kept, &columns, kept.region_totals()).map_err(Refusal::internal)?;
    let code = |column: usize| panel.axes.industries.get(column).map(|industry| industry.code.clone());
    Ok(columns.into_iter().filter_map(code).zip(ginis).collect())
}
