//! Activity by region and industry: of all regions whose shares are compared, with those that are shown.

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, BenchmarkSource, MissingPolicy, Panel, Period, Region, RegionChoice, Selection, Warning,
};
use growthpole_methods::AmountRows;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

use crate::reading::{
    DEFAULTS, amount_rows, benchmark, benchmark_amounts, check_indicator, columns_of, single_period, whole_of,
};

/// Activity, by position of region and industry.
#[derive(Debug)]
pub(super) struct Activity {
    pub(super) period: String,
    /// Regions that have any activity.
    pub(super) regions: Vec<v1::RegionLabel>,
    pub(super) industries: Vec<v1::IndustryLabel>,
    /// Total of each of these regions.
    pub(super) totals: Vec<f64>,
    /// By code, without missing cells, and the rows of these regions in it.
    panel: Arc<Panel>,
    rows: Vec<usize>,
    /// Of the benchmark, by industry.
    pub(super) benchmark: Vec<f64>,
    pub(super) shown_regions: Vec<usize>,
    pub(super) shown_industries: Vec<usize>,
    /// Regions that were asked for and are empty.
    pub(super) empty: Vec<v1::RegionLabel>,
    pub(super) warnings: Vec<Warning>,
    /// What it was read from.
    pub(super) source: SourcedPanel,
    /// What was selected, of the vintage that answered.
    pub(super) selection: Selection,
    pub(super) at: Period,
}

impl Activity {
    /// Reads the regions of the benchmark's level.
    pub(super) async fn read(panels: &dyn PanelSource, sent: v1::Selection) -> Result<Self, Status> {
        let parsed = selection::parse(Some(sent), DEFAULTS)?.filled();
        let period = single_period(&parsed.selection.periods)?;
        let asked = panels.panel(&parsed.selection).await?;
        check_indicator(&asked.panel)?;
        let regions = match &benchmark(&asked.panel)?.source {
            BenchmarkSource::SumOfLevel(level) => RegionChoice::Level(level.clone()),
            BenchmarkSource::Region { .. } => RegionChoice::Default,
        };
        let compared = Selection { regions, ..parsed.selection.clone() };
        let whole = whole_of(panels, &compared, &panels.panel(&compared).await?).await?;
        let policy = if parsed.missing == MissingPolicy::Keep { MissingPolicy::Fail } else { parsed.missing };
        let (panel, dropped) = resolve(&by_code(&whole.panel), policy)?;

        let all: Vec<usize> = (0..panel.axes.regions.len()).collect();
        let cells = amount_rows(&panel, 0, &all)?;
        let (kept, empty): (Vec<usize>, Vec<usize>) =
            all.into_iter().partition(|&region| cells.region_totals()[region] > 0.0);
        let label = |&region: &usize| message::region_label(&panel.axes.regions[region]);
        let is_asked = |own: &v1::RegionLabel| asked.panel.axes.regions.iter().any(|region| region.code == own.code);
        let regions: Vec<v1::RegionLabel> = kept.iter().map(label).collect();
        let shown_regions: Vec<usize> = (0..regions.len()).filter(|&region| is_asked(&regions[region])).collect();
        if kept.is_empty() {
            return Err(refuse::undefined("no region has any activity", "indicator", &panel.indicator.code).into());
        }
        let totals = kept.iter().map(|&region| cells.region_totals()[region]).collect();
        let nowhere: Vec<v1::RegionLabel> = empty.iter().map(label).collect();
        let mut warnings = whole.panel.warnings.clone();
        warnings
            .extend(dropped.into_iter().chain(status_warnings(&panel, Some(period))).chain(empty_regions(&nowhere)));
        check_level(&asked.panel.axes.regions, &panel.axes.regions)?;
        Ok(Self {
            period: period.to_string(),
            industries: panel.axes.industries.iter().map(message::industry_label).collect(),
            benchmark: benchmark_amounts(&panel, 0)?,
            shown_industries: columns_of(&panel, &asked.panel),
            empty: nowhere.into_iter().filter(is_asked).collect(),
            selection: Selection {
                vintage: panel.vintage_choice(),
                benchmark: BenchmarkChoice::None,
                ..parsed.selection
            },
            at: period,
            source: whole,
            regions,
            totals,
            rows: kept,
            panel,
            shown_regions,
            warnings,
        })
    }

    /// Amounts of a region by industry, where they lie.
    pub(super) fn row(&self, region: usize) -> &[f64] {
        let columns = self.panel.axes.n_columns();
        let row =
            self.rows.get(region).and_then(|&row| self.panel.period_cells(0).get(row * columns..(row + 1) * columns));
        row.unwrap_or_default()
    }

    /// Amounts of all regions that have any, where they lie.
    pub(super) fn amounts(&self) -> Result<AmountRows<'_>, Refusal> {
        amount_rows(&self.panel, 0, &self.rows)
    }

    /// Position of an industry.
    pub(super) fn industry(&self, code: &str) -> Option<usize> {
        self.industries.iter().position(|label| label.code == code)
    }
}

/// Refuses regions that are not of the level that shares are compared over. Those that the policy dropped are of it.
fn check_level(asked: &[Region], compared: &[Region]) -> Result<(), Refusal> {
    let level = compared.first().map(|region| region.level.as_str()).unwrap_or_default();
    match asked.iter().find(|region| region.level != level) {
        Some(region) => {
            let sent = format!("{}, of the level {}", region.code, region.level);
            Err(Refusal::invalid("selection.regions", sent, &format!("regions of the level {level}")))
        }
        None => Ok(()),
    }
}

fn empty_regions(regions: &[v1::RegionLabel]) -> Option<Warning> {
    let codes: Vec<String> = regions.iter().map(|region| region.code.clone()).collect();
    let text = format!("{} regions have no activity, and so no base", codes.len());
    (!codes.is_empty()).then(|| Warning::new("EMPTY_REGIONS", text).with_regions(codes))
}
