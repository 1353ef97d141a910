//! The regions of the benchmark, which are drawn.

use std::sync::Arc;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, BenchmarkSource, IndustryChoice, MissingPolicy, Panel, RegionChoice, Selection, Warning,
};
use growthpole_methods::division::{QuotientBootstrap, QuotientBootstrapError, QuotientDraws, QuotientIntervals};
use growthpole_methods::{AmountRows, Progress};
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

    /// The draws of a period; nothing where no region has a structure.
    pub(super) fn bootstrap(
        &self,
        data: &PeriodData<'_>,
        how: QuotientBootstrap,
        progress: &Progress,
    ) -> Result<Option<QuotientDraws>, Refusal> {
        if data.defined.is_empty() {
            return Ok(None);
        }
        let regions = self.by_period.get(data.period).map(Vec::as_slice).unwrap_or_default();
        let drawn = amount_rows(&self.panel, data.period, regions)?;
        QuotientDraws::of(&drawn, how, progress).map(Some).map_err(refused)
    }
}

fn refused(error: QuotientBootstrapError) -> Refusal {
    match error {
        QuotientBootstrapError::Stopped(stopped) => refuse::stopped(stopped),
        error => Refusal::internal(error),
    }
}

/// Regions whose intervals are there at once.
const AT_ONCE: usize = 16;

/// Intervals of the regions that have a structure, of some of them at a time.
pub(super) struct Intervals<'a> {
    draws: &'a QuotientDraws,
    measured: AmountRows<'a>,
    /// The first region of those that are there, and what they have.
    first: usize,
    some: Vec<QuotientIntervals>,
    progress: &'a Progress,
}

impl<'a> Intervals<'a> {
    /// Those of a period; nothing where no region has a structure.
    pub(super) fn of(
        data: &PeriodData<'a>,
        draws: &'a QuotientDraws,
        progress: &'a Progress,
    ) -> Result<Option<Self>, Refusal> {
        let measured = data.rows()?;
        Ok(measured.map(|measured| Self { draws, measured, first: 0, some: Vec::new(), progress }))
    }

    /// The intervals of a region by industry, by its position among those that have a structure.
    pub(super) fn of_region(&mut self, at: usize) -> Result<&[QuotientIntervals], Refusal> {
        let n = self.measured.n_industries();
        if !(self.first..self.first + self.some.len() / n).contains(&at) {
            self.first = at / AT_ONCE * AT_ONCE;
            let regions = self.first..(self.first + AT_ONCE).min(self.measured.n_regions());
            self.some = self.draws.intervals(&self.measured, regions, self.progress).map_err(refused)?;
        }
        Ok(self.some.get((at - self.first) * n..(at - self.first + 1) * n).unwrap_or_default())
    }
}

/// The cut-offs of a period, of the columns that are shown.
pub(super) fn cut_offs(data: &PeriodData<'_>, columns: &[usize], draws: &QuotientDraws) -> Vec<v1::IndustryCutOff> {
    let cut_offs = draws.cut_offs();
    let one = |&column: &usize| {
        let cut_off = cut_offs.get(column).copied().flatten()?;
        Some(v1::IndustryCutOff {
            period: period_text(data.panel, data.period),
            industry: industry_label(data.panel, column),
            location_quotient: cut_off.mean,
            interval: Some(interval_message(cut_off.interval)),
        })
    };
    columns.iter().filter_map(one).collect()
}
