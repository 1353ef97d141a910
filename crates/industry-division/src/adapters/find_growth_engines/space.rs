//! Regions and industries of the space in some years, none of them empty.

use std::collections::BTreeSet;
use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{Panel, Period, PeriodChoice, RegionChoice, Selection, Warning};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings_where};
use growthpole_worker_kit::{PanelSource, ParsedSelection, SourcedPanel};
use tonic::Status;

use crate::beside::{Beside, rows_of};
use crate::reading::{benchmark, check_indicator, columns_of, whole_of};

/// Most industries, whose proximities are a square of them.
const MOST_INDUSTRIES: usize = 5_000;
/// Most pairs of region and industry.
const MOST_PAIRS: usize = 5_000_000;

/// Activity of all regions by which candidates are judged.
#[derive(Debug)]
pub(super) struct Space {
    /// What is known of the regions and industries of the space; their cells are those of `cells`.
    pub(super) panel: Arc<Panel>,
    /// All regions and industries that were read, by code.
    pub(super) cells: Arc<Panel>,
    /// Positions of those of the space in `cells`.
    pub(super) in_cells: Kept,
    pub(super) source: SourcedPanel,
    /// Rows of the regions of the answer.
    pub(super) rows: Vec<usize>,
    /// Columns of the industries of the answer.
    pub(super) columns: Vec<usize>,
    pub(super) warnings: Vec<Warning>,
}

/// Regions and industries that are not empty, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) regions: Vec<usize>,
    pub(super) industries: Vec<usize>,
}

/// A year in which the indicator has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lacking(pub(super) i16);

impl Space {
    /// Reads the years.
    ///
    /// # Errors
    ///
    /// A status with details; inside, the first year that has no value at all.
    pub(super) async fn read(
        panels: &dyn PanelSource,
        parsed: &ParsedSelection,
        space: &RegionChoice,
        years: &[i16],
    ) -> Result<Result<Self, Lacking>, Status> {
        let unique: BTreeSet<Period> = years.iter().map(|year| Period::year(*year)).collect();
        let periods = PeriodChoice::List(unique.into_iter().collect());
        let selection = Selection { periods, ..parsed.selection.clone() };
        let beside = Beside::read(panels, &selection, space, "space").await?;
        check_indicator(&beside.asked.panel)?;
        let together = panels.panel(&beside.together).await?;
        let source = whole_of(panels, &beside.together, &together).await?;
        if let Some(year) = years.iter().find(|year| lacks(&source.panel, **year)) {
            return Ok(Err(Lacking(*year)));
        }
        check_size(&source.panel)?;
        let (cells, dropped) = resolve(&by_code(&source.panel), parsed.missing)?;
        check_whole(&cells)?;
        benchmark(&cells)?;
        let kept = not_empty(&cells)?;
        let (panel, left_out) = kept.of(&cells);
        let mut warnings = source.panel.warnings.clone();
        warnings.extend(dropped);
        warnings.extend(left_out);
        warnings.extend(status_warnings_where(&cells, None, |region, industry| kept.holds(region, industry)));
        let (rows, columns) = (rows_of(&panel, &beside.asked.panel), columns_of(&panel, &beside.asked.panel));
        Ok(Ok(Self { panel, cells, in_cells: kept, source, rows, columns, warnings }))
    }

    /// Position of a year that was read.
    pub(super) fn position(&self, year: i16) -> Result<usize, Refusal> {
        let position = self.panel.period_position(Period::year(year));
        position.ok_or_else(|| Refusal::internal(format!("the year {year} was not read")))
    }
}

fn lacks(panel: &Panel, year: i16) -> bool {
    panel.period_position(Period::year(year)).is_none_or(|at| panel.is_unknown_in(at))
}

fn check_size(panel: &Panel) -> Result<(), Refusal> {
    let (regions, industries) = (panel.axes.regions.len(), panel.axes.industries.len());
    if industries > MOST_INDUSTRIES {
        let sent = format!("{industries} industries");
        return Err(Refusal::invalid("selection.industries", sent, &format!("at most {MOST_INDUSTRIES} of one level")));
    }
    if regions * industries > MOST_PAIRS {
        let sent = format!("{regions} regions of {industries} industries");
        return Err(Refusal::invalid("space", sent, &format!("at most {MOST_PAIRS} pairs of region and industry")));
    }
    Ok(())
}

/// Relatedness needs every cell.
fn check_whole(panel: &Panel) -> Result<(), Refusal> {
    match panel.values.iter().filter(|value| value.is_nan()).count() {
        0 => Ok(()),
        holes => {
            let allowed = "FAIL, DROP_REGION, DROP_INDUSTRY or AS_ZERO: relatedness needs every cell";
            Err(Refusal::invalid("selection.missing", format!("KEEP with {holes} missing cells"), allowed))
        }
    }
}

/// The regions and industries that are empty in none of the years: the others have no location quotients then.
fn not_empty(panel: &Panel) -> Result<Kept, Refusal> {
    let (n_regions, n_columns) = (panel.axes.regions.len(), panel.axes.n_columns());
    let mut kept = Kept { regions: (0..n_regions).collect(), industries: (0..n_columns).collect() };
    // What is left out may leave something else empty.
    loop {
        let before = (kept.regions.len(), kept.industries.len());
        let (mut regions, mut industries) = (vec![true; n_regions], vec![true; n_columns]);
        for period in 0..panel.axes.periods.len() {
            let (of_regions, of_industries) = kept.somewhere(panel.period_cells(period), n_columns);
            regions.iter_mut().zip(of_regions).for_each(|(all, own)| *all &= own);
            industries.iter_mut().zip(of_industries).for_each(|(all, own)| *all &= own);
        }
        kept.regions.retain(|&region| regions[region]);
        kept.industries.retain(|&industry| industries[industry]);
        if (kept.regions.len(), kept.industries.len()) == before {
            break;
        }
    }
    if kept.regions.is_empty() || kept.industries.is_empty() {
        let message = "every region or every industry is empty in a year that is read";
        return Err(Refusal::new(Reason::UndefinedOnData, message));
    }
    Ok(kept)
}

impl Kept {
    /// Which regions and which industries have something among those kept, of all, in the cells of a period.
    fn somewhere(&self, cells: &[f64], n_columns: usize) -> (Vec<bool>, Vec<bool>) {
        let (mut regions, mut industries) = (vec![false; cells.len() / n_columns], vec![false; n_columns]);
        for &region in &self.regions {
            for &industry in &self.industries {
                let has = cells[region * n_columns + industry] != 0.0;
                regions[region] |= has;
                industries[industry] |= has;
            }
        }
        (regions, industries)
    }

    /// Whether a region and an industry are both kept.
    fn holds(&self, region: usize, industry: usize) -> bool {
        self.regions.binary_search(&region).is_ok() && self.industries.binary_search(&industry).is_ok()
    }

    /// What is known of those kept, and a warning of the others; the panel itself where there are none.
    fn of(&self, panel: &Arc<Panel>) -> (Arc<Panel>, Option<Warning>) {
        let (all_regions, all_industries) = (&panel.axes.regions, &panel.axes.industries);
        if (self.regions.len(), self.industries.len()) == (all_regions.len(), all_industries.len()) {
            return (Arc::clone(panel), None);
        }
        let regions = all_regions.iter().enumerate().filter(|(at, _)| self.regions.binary_search(at).is_err());
        let regions: Vec<String> = regions.map(|(_, own)| own.code.clone()).collect();
        let industries = all_industries.iter().enumerate().filter(|(at, _)| self.industries.binary_search(at).is_err());
        let industries: Vec<String> = industries.map(|(_, own)| own.code.clone()).collect();
        let text = format!(
            "{} regions and {} industries are empty in a year that is read and were left out",
            regions.len(),
            industries.len()
        );
        let warning = Warning::new("EMPTY_LEFT_OUT", text).with_regions(regions).with_industries(industries);
        (Arc::new(panel.without_cells(&self.regions, &self.industries)), Some(warning))
    }
}
