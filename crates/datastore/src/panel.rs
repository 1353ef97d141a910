//! Panels: the dense cells of a selection, cut out of a table.

use std::collections::HashMap;
use std::sync::Arc;

use growthpole_domain::shared_out::share_out;
use growthpole_domain::{
    Catalogue, Indicator, Industry, ObservationStatus, Panel, PanelAxes, QueryError, Region, Selection, VintageInfo,
    Warning,
};

use crate::StoreError;
use crate::benchmark::Measured;
use crate::choices::{self, HeldPeriods};
use crate::handle::ResolvedVintage;
use crate::source::{Part, TableSource};
use crate::tables::{Row, Table};

/// The most cells that a panel may have: 450 MB in memory.
const MOST_CELLS: u64 = 50_000_000;

/// Cells that a thread clears before it takes the next ones.
const CELLS_AT_ONCE: usize = 1 << 19;

/// A panel and its digest, which takes longer to compute than the panel to find.
#[derive(Debug)]
pub struct StoredPanel {
    /// The panel.
    pub panel: Arc<Panel>,
    /// [`Panel::digest`] of it.
    pub digest: String,
}

/// What panels are cached by: what was asked for, the vintage that answers, and what was said about its choice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PanelKey {
    /// With the number of the vintage in place of the caller's choice.
    pub(crate) selection: Selection,
    pub(crate) vintage_digest: String,
    pub(crate) warnings: Vec<String>,
}

/// All that a panel is built from.
pub(crate) struct PanelSource {
    pub(crate) selection: Selection,
    pub(crate) vintage: VintageInfo,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) table: TableSource,
}

impl PanelSource {
    pub(crate) fn new(selection: Selection, resolved: ResolvedVintage<'_>, table: TableSource) -> Self {
        let ResolvedVintage { vintage, catalogue, warnings } = resolved;
        Self { selection, vintage: vintage.clone(), catalogue: Arc::clone(catalogue), warnings, table }
    }

    /// Checks the selection and builds its panel from the rows of parts of the table, which `each` hands over.
    pub(crate) fn build(
        self,
        each: impl Fn(&Part, &[String], &mut dyn FnMut(&[Row])) -> Result<(), QueryError>,
    ) -> Result<StoredPanel, QueryError> {
        let indicator = self.catalogue.indicator("indicator", &self.selection.indicator)?;
        let axes = self.axes(indicator)?;
        let cut = Cut::new(self.table.labels(), &axes);
        let mut measured = Measured::new(&self, indicator, &axes)?;
        let regions: Vec<String> =
            axes.regions.iter().chain(measured.regions()).map(|region| region.code.clone()).collect();
        let mut values = missing_values(axes.n_cells());
        let mut statuses = vec![ObservationStatus::MISSING; axes.n_cells()];
        for part in self.table.parts(&axes.periods) {
            each(&part, &regions, &mut |rows| {
                for row in rows {
                    let cell = cut.cell(row).and_then(|at| values.get_mut(at).zip(statuses.get_mut(at)));
                    if let Some((value, status)) = cell {
                        *value = row.value;
                        *status = row.status;
                    }
                    measured.add(row);
                }
            })?;
        }
        let (benchmark, warning) = measured.finish(&axes);
        let borders = borders(&self.catalogue, &axes.regions);
        let panel = Panel {
            dataset: self.selection.dataset,
            vintage: self.vintage.number,
            published: self.vintage.published,
            precision: self.vintage.precision,
            indicator: indicator.clone(),
            boundary_version: self.catalogue.dataset.boundary_version.clone(),
            axes,
            values,
            statuses,
            benchmark,
            borders,
            warnings: self.warnings.into_iter().chain(warning).collect(),
            filled: Vec::new(),
        };
        let mut panel = panel.checked().map_err(|error| QueryError::Corrupt(error.to_string()))?;
        let digest = panel.digest();
        if self.selection.zero_for_missing {
            panel.fill_missing();
        }
        Ok(StoredPanel { panel: Arc::new(panel), digest })
    }

    fn axes(&self, indicator: &Indicator) -> Result<PanelAxes, QueryError> {
        let Self { selection, catalogue, .. } = self;
        let table = self.table.labels();
        let regions = match choices::regions(catalogue, &selection.regions)? {
            Some(regions) => regions,
            None => choices::main_regions(catalogue)?,
        };
        let industries = choices::industries(catalogue, indicator, &selection.industries, &table.industries)?;
        let coverage = self.vintage.coverage_of(&indicator.code).ok_or_else(|| {
            // The vintage was chosen because it holds the indicator.
            QueryError::Corrupt(format!("vintage {} lost {}", self.vintage.number, indicator.code))
        })?;
        let held = HeldPeriods { coverage, vintage: self.vintage.number, periods: &table.periods };
        let periods = choices::periods_with_data(&selection.periods, &held)?;
        refuse_too_large([periods.len(), regions.len(), industries.len().max(1)])?;
        Ok(PanelAxes {
            periods,
            regions: regions.into_iter().cloned().collect(),
            industries: industries.into_iter().cloned().collect(),
        })
    }
}

/// Refuses a panel that would take too much memory, before any of it is taken.
fn refuse_too_large(lengths: [usize; 3]) -> Result<(), QueryError> {
    let cells = lengths.into_iter().fold(1, |cells: u64, length| cells.saturating_mul(length as u64));
    if cells <= MOST_CELLS {
        return Ok(());
    }
    Err(QueryError::InvalidField {
        field: "periods".to_owned(),
        sent: format!("{cells} cells: periods x regions x industries"),
        allowed: format!("at most {MOST_CELLS} cells"),
    })
}

/// So many values, all missing.
///
/// Memory is cleared when it is first touched, which of a large panel takes longer than to read its rows: on all cores.
fn missing_values(n: usize) -> Vec<f64> {
    let mut values = vec![0.0; n];
    share_out(n.div_ceil(CELLS_AT_ONCE), values.chunks_mut(CELLS_AT_ONCE), |part| part.fill(f64::NAN));
    values
}

/// Where the rows of a table lie on axes.
pub(crate) struct Cut {
    periods: Vec<Option<usize>>,
    regions: Vec<Option<usize>>,
    columns: Vec<Option<usize>>,
    n_regions: usize,
    n_columns: usize,
}

impl Cut {
    pub(crate) fn new(table: &Table, axes: &PanelAxes) -> Self {
        let regions: Vec<&Region> = axes.regions.iter().collect();
        Self::of_regions(table, axes, &regions)
    }

    /// With other regions than the axes have.
    pub(crate) fn of_regions(table: &Table, axes: &PanelAxes, regions: &[&Region]) -> Self {
        let columns = if axes.industries.is_empty() {
            vec![""]
        } else {
            axes.industries.iter().map(|industry: &Industry| industry.code.as_str()).collect()
        };
        let codes: Vec<&str> = regions.iter().map(|region| region.code.as_str()).collect();
        let periods: HashMap<_, _> = axes.periods.iter().enumerate().map(|(at, period)| (period, at)).collect();
        Self {
            periods: table.periods.iter().map(|period| periods.get(period).copied()).collect(),
            regions: places(&table.regions, &codes),
            columns: places(&table.industries, &columns),
            n_regions: regions.len(),
            n_columns: columns.len(),
        }
    }

    /// Position of a row's cell; none where it lies off the axes.
    pub(crate) fn cell(&self, row: &Row) -> Option<usize> {
        let place = |places: &[Option<usize>], position: u32| places.get(position as usize).copied().flatten();
        let period = place(&self.periods, row.period)?;
        let region = place(&self.regions, row.region)?;
        let column = place(&self.columns, row.industry)?;
        Some((period * self.n_regions + region) * self.n_columns + column)
    }
}

fn places(labels: &[String], chosen: &[&str]) -> Vec<Option<usize>> {
    let chosen: HashMap<&str, usize> = chosen.iter().enumerate().map(|(at, label)| (*label, at)).collect();
    labels.iter().map(|label| chosen.get(label.as_str()).copied()).collect()
}

/// Borders between the regions, by position; none when the data set holds no borders.
fn borders(catalogue: &Catalogue, regions: &[Region]) -> Option<Vec<(usize, usize)>> {
    if catalogue.borders.is_empty() {
        return None;
    }
    let places: HashMap<&str, usize> =
        regions.iter().enumerate().map(|(at, region)| (region.code.as_str(), at)).collect();
    let place = |code: &String| places.get(code.as_str()).copied();
    Some(catalogue.borders.iter().filter_map(|(a, b)| Some((place(a)?, place(b)?))).collect())
}

/// Panels are kept by what they weigh.
pub(crate) fn weight(panel: &StoredPanel) -> usize {
    panel.panel.weight()
}

/// Runs the build of a panel where it cannot hold up other calls.
pub(crate) async fn build(source: PanelSource) -> Result<Arc<StoredPanel>, QueryError> {
    let runtime = tokio::runtime::Handle::current();
    let each = move |part: &Part, regions: &[String], take: &mut dyn FnMut(&[Row])| {
        runtime.block_on(part.each(Some(regions), take))
    };
    let built = tokio::task::spawn_blocking(move || source.build(each)).await;
    built.map_err(|_| StoreError::Stopped.into_query_error())?.map(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_missing_at_first() {
        for n in [0, 1, CELLS_AT_ONCE, 3 * CELLS_AT_ONCE + 1] {
            let values = missing_values(n);
            assert!(values.len() == n && values.iter().all(|value| value.is_nan()));
        }
    }

    #[test]
    fn refuses_more_cells_than_memory_should_hold() {
        assert_eq!(refuse_too_large([1000, 1000, 50]), Ok(()));
        for lengths in [[1001, 1000, 50], [usize::MAX, usize::MAX, 2]] {
            assert!(matches!(refuse_too_large(lengths), Err(QueryError::InvalidField { .. })));
        }
    }
}
