//! The regions of the benchmark, which are drawn.

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, BenchmarkSource, IndustryChoice, MissingPolicy, Panel, RegionChoice, Selection, Warning,
};
use growthpole_methods::Progress;
use growthpole_methods::division::{
    BootstrappedQuotients, QuotientBootstrap, QuotientBootstrapError, bootstrap_quotients,
};
use growthpole_worker_kit::convert::selection::ParsedSelection;
use growthpole_worker_kit::reading::{by_code, region_code, resolve};
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

use super::cells::interval_message;
use super::options::Options;
use super::period::PeriodData;
use super::{industry_label, period_text};
use crate::reading::amount_rows;

/// Draws times cells that a call may ask for.
const MOST_DRAWN: usize = 1_000_000_000;

/// Draws times industries that are held at once.
const MOST_HELD: usize = 10_000_000;

/// The panel whose regions are drawn, and which of them can be.
#[derive(Debug, Clone)]
pub(super) struct DrawnRegions {
    panel: Arc<Panel>,
    /// By period, the regions that have a structure.
    by_period: Vec<Vec<usize>>,
}

/// What is drawn, and where it comes from.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) regions: DrawnRegions,
    pub(super) source: SourcedPanel,
    /// Names the regions that are left out.
    pub(super) warning: Option<Warning>,
}

impl Drawn {
    /// Reads the regions of the benchmark's level, where a bootstrap is asked for.
    pub(super) async fn read(
        panels: &dyn PanelSource,
        parsed: &ParsedSelection,
        panel: &Arc<Panel>,
        options: &Options,
        whole: &SourcedPanel,
    ) -> Result<Option<Self>, Status> {
        let (Some(how), Some(benchmark)) = (options.bootstrap, &panel.benchmark) else { return Ok(None) };
        let BenchmarkSource::SumOfLevel(level) = &benchmark.source else { return Ok(None) };
        let industries = panel.axes.industries.iter().map(|industry| industry.code.clone()).collect();
        let selection = Selection {
            regions: RegionChoice::Level(level.clone()),
            industries: IndustryChoice::Codes(industries),
            benchmark: BenchmarkChoice::None,
            ..parsed.selection.clone()
        };
        let source = panels.panel(&selection).await?;
        let ordered = by_code(&source.panel);
        let filled = match parsed.missing {
            MissingPolicy::AsZero => resolve(&ordered, MissingPolicy::AsZero)?.0,
            _ => ordered,
        };
        check_size(how, &filled, &whole.panel)?;
        let regions = DrawnRegions::of(filled)?;
        let warning = regions.left_out();
        Ok(Some(Self { regions, source, warning }))
    }
}

/// Refuses more draws than a call may ask for.
fn check_size(how: QuotientBootstrap, drawn: &Panel, measured: &Panel) -> Result<(), Refusal> {
    let sent = |what: &str| format!("{} draws of {what}", how.draws);
    let industries = drawn.axes.n_columns();
    if how.draws.saturating_mul(industries) > MOST_HELD {
        let allowed = format!("draws times industries up to {MOST_HELD}");
        return Err(Refusal::invalid("bootstrap.draws", sent(&format!("{industries} industries")), &allowed));
    }
    let cells = drawn.axes.n_cells().max(measured.axes.n_cells());
    if how.draws.saturating_mul(cells) > MOST_DRAWN {
        let allowed = format!("draws times cells up to {MOST_DRAWN}");
        return Err(Refusal::invalid("bootstrap.draws", sent(&format!("{cells} cells")), &allowed));
    }
    Ok(())
}

impl DrawnRegions {
    fn of(panel: Arc<Panel>) -> Result<Self, Refusal> {
        let periods = 0..panel.axes.periods.len();
        let defined = |period: usize| -> Result<Vec<usize>, Refusal> {
            let holds = |region: &usize| {
                let columns = panel.axes.n_columns();
                let row = panel.period_cells(period).get(region * columns..(region + 1) * columns).unwrap_or_default();
                row.iter().all(|cell| !cell.is_nan()) && row.iter().any(|cell| *cell > 0.0)
            };
            let regions: Vec<usize> = (0..panel.axes.regions.len()).filter(holds).collect();
            if regions.len() < 2 {
                let message = "fewer than two regions of the benchmark have all their cells: there is nothing to draw";
                return Err(refuse::undefined(message, "period", &period_text(&panel, period)));
            }
            Ok(regions)
        };
        let by_period = periods.map(defined).collect::<Result<_, _>>()?;
        Ok(Self { panel, by_period })
    }

    /// Warns of the regions that are left out in some period.
    fn left_out(&self) -> Option<Warning> {
        let is_drawn = |region: &usize| self.by_period.iter().all(|regions| regions.binary_search(region).is_ok());
        let regions = (0..self.panel.axes.regions.len()).filter(|region| !is_drawn(region));
        let codes: Vec<String> = regions.map(|region| region_code(&self.panel, region).to_owned()).collect();
        let text = format!("not drawn where empty or without a value: {}", codes.join(", "));
        (!codes.is_empty()).then(|| Warning::new("BOOTSTRAP_WITHOUT_REGIONS", text).with_regions(codes))
    }

    /// The intervals of a period; nothing where no region has a structure.
    pub(super) fn bootstrap(
        &self,
        data: &PeriodData<'_>,
        how: QuotientBootstrap,
        progress: &Progress,
    ) -> Result<Option<BootstrappedQuotients>, Refusal> {
        let Some(measured) = data.rows()? else { return Ok(None) };
        let regions = self.by_period.get(data.period).map(Vec::as_slice).unwrap_or_default();
        let drawn = amount_rows(&self.panel, data.period, regions)?;
        bootstrap_quotients(&drawn, &measured, how, progress).map(Some).map_err(|error| match error {
            QuotientBootstrapError::Stopped(stopped) => refuse::stopped(stopped),
            error => Refusal::internal(error),
        })
    }
}

/// The cut-offs of a period, of the columns that are shown.
pub(super) fn cut_offs(
    data: &PeriodData<'_>,
    columns: &[usize],
    draws: &BootstrappedQuotients,
) -> Vec<v1::IndustryCutOff> {
    let one = |&column: &usize| {
        let cut_off = draws.cut_offs.get(column).copied().flatten()?;
        Some(v1::IndustryCutOff {
            period: period_text(data.panel, data.period),
            industry: industry_label(data.panel, column),
            location_quotient: cut_off.mean,
            interval: Some(interval_message(cut_off.interval)),
        })
    };
    columns.iter().filter_map(one).collect()
}
