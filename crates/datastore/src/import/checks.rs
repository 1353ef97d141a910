//! Checks of sorted cells that warn of damage. None of them changes what is imported.
//!
//! They see the cells of an indicator in the order of periods, regions and industries, and keep a state a series, the
//! values of a period, and counts a region: memory that does not grow with the number of periods, and has a limit.

mod coverage;
mod found;
mod parents;
mod revision;
mod series;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod totals;
mod units;

use growthpole_domain::{Aggregation, Catalogue, Indicator, IndicatorKind, ObservationStatus, Region};
use growthpole_ingest::{Cell, Described, Labels, Report};

use super::before::Before;
use super::sort::Key;
use crate::StoreError;
use coverage::Coverage;
use found::Found;
use parents::Parents;
use revision::Revision;
use series::SeriesCheck;
use totals::Totals;

/// A map that is looked up for every cell. Nothing may depend on its order, which is another one each time.
type Map<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// What the checks of an import look things up in.
#[derive(Clone, Copy)]
pub(crate) struct CheckSource<'a> {
    pub(crate) labels: &'a Labels,
    pub(crate) described: &'a Described,
    /// The catalogue of the vintage before, for what the input does not describe.
    pub(crate) catalogue: Option<&'a Catalogue>,
    pub(crate) before: &'a Before,
}

impl<'a> CheckSource<'a> {
    fn region(&self, code: &str) -> Option<&'a Region> {
        let before = || self.catalogue.and_then(|catalogue| catalogue.regions.get(code));
        self.described.regions.get(code).or_else(before)
    }

    fn indicator(&self, code: &str) -> Option<&Indicator> {
        let before = || self.catalogue.and_then(|catalogue| catalogue.indicators.get(code));
        self.described.indicators.get(code).or_else(before)
    }
}

/// The checks of one import, which see its cells in order, indicator by indicator.
pub(crate) struct Checks<'a> {
    source: CheckSource<'a>,
    parents: Parents,
    found: Found<'a>,
    open: Option<Open<'a>>,
    /// By position of a region, whether it is one of NUTS that stands for what lies in no region: their codes end with Z.
    extra_regio: Vec<bool>,
}

/// The checks of an indicator.
struct Open<'a> {
    series: SeriesCheck,
    totals: Option<Totals>,
    coverage: Coverage,
    revision: Option<Revision<'a>>,
}

impl<'a> Checks<'a> {
    pub(crate) fn new(source: CheckSource<'a>) -> Self {
        let found = Found::new(source.labels);
        let is_extra_regio =
            |code: &str| code.ends_with('Z') && source.region(code).is_some_and(|of| of.scheme.starts_with("NUTS"));
        let extra_regio = source.labels.regions.texts().map(is_extra_regio).collect();
        Self { source, parents: Parents::new(&source), found, open: None, extra_regio }
    }

    /// Cells of an indicator follow.
    pub(crate) fn begin(&mut self, indicator: u32) -> Result<(), StoreError> {
        let code = self.source.labels.indicators.text(indicator);
        let about = self.source.indicator(code);
        let may_add_up = about.is_none_or(|about| {
            about.aggregation != Aggregation::Mean && matches!(about.kind, IndicatorKind::Level | IndicatorKind::Flow)
        });
        let adds_up = about.is_some_and(|about| about.aggregation == Aggregation::Sum);
        let classification = about.map(|about| about.classification.as_str()).unwrap_or_default();
        let lineage = self.parents.of_industries(&self.source, classification);
        self.found.begin(indicator);
        self.open = Some(Open {
            series: SeriesCheck::new(self.source.labels),
            totals: may_add_up.then(|| Totals::new(self.parents.of_regions(), lineage, adds_up)),
            coverage: Coverage::new(self.parents.of_regions()),
            revision: self.source.before.rows(code)?.map(|rows| Revision::new(rows, self.source.labels, code)),
        });
        Ok(())
    }

    /// The next cells, with their keys.
    pub(crate) fn cells(&mut self, cells: &[(Key, Cell)]) -> Result<(), StoreError> {
        if let Some(open) = &mut self.open {
            open.series.cells(cells);
        }
        cells.iter().try_for_each(|(_, cell)| self.cell(cell))
    }

    /// Shows a cell to the checks that see one at a time.
    fn cell(&mut self, cell: &Cell) -> Result<(), StoreError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        // Regions beyond the land of a country have few figures by their nature.
        if self.extra_regio.get(cell.region as usize) != Some(&true) {
            let has_mark = || !self.source.labels.texts.text(cell.flag).is_empty();
            let is_marked = cell.value.is_nan() && (cell.status == ObservationStatus::SUPPRESSED || has_mark());
            open.coverage.cell(cell, is_marked);
        }
        if let Some(totals) = &mut open.totals {
            totals.cell(cell);
        }
        match &mut open.revision {
            Some(revision) => revision.cell(cell),
            None => Ok(()),
        }
    }

    /// There are no more cells of the indicator: the number of its series.
    pub(crate) fn end(&mut self) -> Result<u64, StoreError> {
        let Some(Open { series, totals, coverage, revision }) = self.open.take() else { return Ok(0) };
        let count = series.finish(&mut self.found);
        if let Some(totals) = totals {
            totals.finish(&mut self.found);
        }
        coverage.finish(&mut self.found);
        if let Some(revision) = revision {
            revision.finish(&mut self.found)?;
        }
        Ok(count)
    }

    /// Reports what was found.
    pub(crate) fn report(self, report: &mut Report) {
        self.found.report(report);
    }
}
