//! Regions and industries of the space in some years, none of them empty.

use std::collections::BTreeSet;
use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{Panel, Period, PeriodChoice, RegionChoice, Selection, Warning};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
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
    pub(super) panel: Arc<Panel>,
    pub(super) source: SourcedPanel,
    /// Rows of the regions of the answer.
    pub(super) rows: Vec<usize>,
    /// Columns of the industries of the answer.
    pub(super) columns: Vec<usize>,
    pub(super) warnings: Vec<Warning>,
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
        let (panel, dropped) = resolve(&by_code(&source.panel), parsed.missing)?;
        check_whole(&panel)?;
        benchmark(&panel)?;
        let (panel, left_out) = without_empty(&panel)?;
        let mut warnings = source.panel.warnings.clone();
        warnings.extend(dropped);
        warnings.extend(left_out);
        warnings.extend(status_warnings(&panel, None));
        let (rows, columns) = (rows_of(&panel, &beside.asked.panel), columns_of(&panel, &beside.asked.panel));
        Ok(Ok(Self { panel, source, rows, columns, warnings }))
    }

    /// Position of a year that was read.
    pub(super) fn position(&self, year: i16) -> Result<usize, Refusal> {
        let position = self.panel.period_position(Period::year(year));
        position.ok_or_else(|| Refusal::internal(format!("the year {year} was not read")))
    }
}

fn lacks(panel: &Panel, year: i16) -> bool {
    let cells = panel.period_position(Period::year(year)).map(|at| panel.period_cells(at)).unwrap_or_default();
    cells.iter().all(|cell| cell.is_nan())
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

/// The panel without regions and industries that are empty in one of its years: they have no location quotients then.
fn without_empty(panel: &Arc<Panel>) -> Result<(Arc<Panel>, Option<Warning>), Refusal> {
    let (n_regions, n_columns) = (panel.axes.regions.len(), panel.axes.n_columns());
    let (mut rows, mut columns): (Vec<usize>, Vec<usize>) = ((0..n_regions).collect(), (0..n_columns).collect());
    let periods = 0..panel.axes.periods.len();
    let is_empty = |rows: &[usize], columns: &[usize]| {
        let in_period = |period: usize| {
            let cells = panel.period_cells(period);
            let row_is_zero = |row: &usize| columns.iter().all(|column| cells[row * n_columns + column] == 0.0);
            rows.iter().all(row_is_zero)
        };
        periods.clone().any(in_period)
    };
    // What is left out may leave something else empty.
    loop {
        let before = (rows.len(), columns.len());
        rows.retain(|&row| !is_empty(&[row], &columns));
        columns.retain(|&column| !is_empty(&rows, &[column]));
        if (rows.len(), columns.len()) == before {
            break;
        }
    }
    if rows.is_empty() || columns.is_empty() {
        let message = "every region or every industry is empty in a year that is read";
        return Err(Refusal::new(Reason::UndefinedOnData, message));
    }
    if (rows.len(), columns.len()) == (n_regions, n_columns) {
        return Ok((Arc::clone(panel), None));
    }
    let regions = (0..n_regions).filter(|row| !rows.contains(row));
    let regions: Vec<String> = regions.filter_map(|row| Some(panel.axes.regions.get(row)?.code.clone())).collect();
    let industries = (0..n_columns).filter(|column| !columns.contains(column));
    let industries: Vec<String> =
        industries.filter_map(|column| Some(panel.axes.industries.get(column)?.code.clone())).collect();
    let text = format!(
        "{} regions and {} industries are empty in a year that is read and were left out",
        regions.len(),
        industries.len()
    );
    let warning = Warning::new("EMPTY_LEFT_OUT", text).with_regions(regions).with_industries(industries);
    Ok((Arc::new(panel.subset(&rows, &columns)), Some(warning)))
}
