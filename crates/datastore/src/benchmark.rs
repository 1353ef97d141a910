//! Benchmarks: what the regions of a panel are measured against.

use std::collections::BTreeSet;

use growthpole_domain::{
    Aggregation, Benchmark, BenchmarkChoice, BenchmarkSource, Indicator, PanelAxes, QueryError, Region, Warning,
};

use crate::choices::regions_of_level;
use crate::panel::{Cut, PanelSource};
use crate::tables::Row;

type WithWarning = (Option<Benchmark>, Option<Warning>);

/// The benchmark of a panel while rows of its table are read.
pub(crate) enum Measured<'a> {
    /// Nothing is measured against.
    Nothing,
    /// The published row of a region.
    Row(Filled<'a>),
    /// The sum of all regions of a level.
    Sum(String, Filled<'a>),
}

/// Cells of some regions, on the axes of the panel.
pub(crate) struct Filled<'a> {
    regions: Vec<&'a Region>,
    cut: Cut,
    cells: Vec<f64>,
}

impl<'a> Filled<'a> {
    fn new(source: &PanelSource, axes: &PanelAxes, regions: Vec<&'a Region>) -> Self {
        let cut = Cut::of_regions(source.table.labels(), axes, &regions);
        let cells = vec![f64::NAN; axes.periods.len() * regions.len() * axes.n_columns()];
        Self { regions, cut, cells }
    }
}

impl<'a> Measured<'a> {
    /// What a selection asks for, without its values so far.
    pub(crate) fn new(source: &'a PanelSource, indicator: &Indicator, axes: &PanelAxes) -> Result<Self, QueryError> {
        let dataset = &source.catalogue.dataset;
        let held = |code: &String| source.table.labels().regions.binary_search(code).is_ok();
        let row = |region| Self::Row(Filled::new(source, axes, vec![region]));
        match &source.selection.benchmark {
            BenchmarkChoice::None => Ok(Self::Nothing),
            BenchmarkChoice::Region(code) => {
                let region = source.catalogue.region("benchmark.region", code)?;
                if held(code) { Ok(row(region)) } else { Err(not_held(source, indicator, code)) }
            }
            BenchmarkChoice::DatasetRegion => {
                let region = dataset.benchmark_region.as_ref().and_then(|code| source.catalogue.regions.get(code));
                // A region that is held, though not of these periods, stays the benchmark: one without a value.
                Ok(region.filter(|region| held(&region.code)).map_or(Self::Nothing, row))
            }
            BenchmarkChoice::SumOfLevel(level) => sum(source, indicator, axes, "benchmark.sum_of_level", level),
            BenchmarkChoice::SumOfMainLevel => {
                sum(source, indicator, axes, "benchmark.sum_of_main_level", &dataset.main_level)
            }
        }
    }

    /// The regions whose rows it needs.
    pub(crate) fn regions(&self) -> impl Iterator<Item = &'a Region> + '_ {
        let filled = match self {
            Self::Nothing => None,
            Self::Row(filled) | Self::Sum(_, filled) => Some(filled),
        };
        filled.into_iter().flat_map(|filled| filled.regions.iter().copied())
    }

    /// Takes a row of the table.
    pub(crate) fn add(&mut self, row: &Row) {
        if let Self::Row(filled) | Self::Sum(_, filled) = self
            && let Some(cell) = filled.cut.cell(row).and_then(|at| filled.cells.get_mut(at))
        {
            *cell = row.value;
        }
    }

    /// The benchmark, once all rows were taken.
    pub(crate) fn finish(self, axes: &PanelAxes) -> WithWarning {
        match self {
            Self::Nothing => (None, None),
            Self::Row(filled) => (row(filled), None),
            Self::Sum(level, filled) => summed(level, &filled, axes),
        }
    }
}

fn not_held(source: &PanelSource, indicator: &Indicator, code: &str) -> QueryError {
    let (vintage, indicator) = (source.vintage.number, &indicator.code);
    QueryError::InvalidField {
        field: "benchmark.region".to_owned(),
        sent: code.to_owned(),
        allowed: format!("a region that vintage {vintage} holds {indicator} of, or a sum"),
    }
}

/// The published row of a region.
fn row(filled: Filled<'_>) -> Option<Benchmark> {
    let region = filled.regions.first()?;
    let absent = vec![0; filled.cells.len()];
    let name = region.names.display().to_owned();
    let source = BenchmarkSource::Region { code: region.code.clone(), name };
    Some(Benchmark { source, values: filled.cells, absent })
}

/// The sum of a level, which its regions must allow.
fn sum<'a>(
    source: &'a PanelSource,
    indicator: &Indicator,
    axes: &PanelAxes,
    field: &str,
    level: &str,
) -> Result<Measured<'a>, QueryError> {
    let regions = regions_of_level(&source.catalogue, field, level)?;
    if indicator.aggregation != Aggregation::Sum {
        return Err(QueryError::InvalidField {
            field: field.to_owned(),
            sent: level.to_owned(),
            allowed: format!("a region: values of {} do not add up", indicator.code),
        });
    }
    Ok(Measured::Sum(level.to_owned(), Filled::new(source, axes, regions)))
}

/// The sum of all regions of a level over the cells that have a value, in the order of their codes.
fn summed(level: String, filled: &Filled<'_>, axes: &PanelAxes) -> WithWarning {
    let (n_columns, n_regions) = (axes.n_columns(), filled.regions.len());
    let mut benchmark =
        Benchmark { source: BenchmarkSource::SumOfLevel(level.clone()), values: Vec::new(), absent: Vec::new() };
    let mut gaps = Gaps::default();
    for period in filled.cells.chunks(n_regions * n_columns) {
        for column in 0..n_columns {
            let of_regions: Vec<f64> = period.iter().skip(column).step_by(n_columns).copied().collect();
            let present: Vec<f64> = of_regions.iter().copied().filter(|value| !value.is_nan()).collect();
            // No value at all is no sum, and not a sum of zero.
            benchmark.values.push(if present.is_empty() { f64::NAN } else { present.iter().sum() });
            benchmark.absent.push(u32::try_from(n_regions - present.len()).unwrap_or(u32::MAX));
            gaps.note(&of_regions, column);
        }
    }
    let warning = gaps.warning(&level, axes, &filled.regions);
    (Some(benchmark), warning)
}

/// Which regions and columns lack a value somewhere.
#[derive(Default)]
struct Gaps {
    cells: usize,
    regions: BTreeSet<usize>,
    columns: BTreeSet<usize>,
}

impl Gaps {
    fn note(&mut self, of_regions: &[f64], column: usize) {
        for (region, _) in of_regions.iter().enumerate().filter(|(_, value)| value.is_nan()) {
            self.cells += 1;
            self.regions.insert(region);
            self.columns.insert(column);
        }
    }

    fn warning(&self, level: &str, axes: &PanelAxes, regions: &[&Region]) -> Option<Warning> {
        if self.cells == 0 {
            return None;
        }
        let cells = self.cells;
        let text =
            format!("the sum of level {level} leaves out {cells} cells (period, region, industry) without a value");
        let codes = self.regions.iter().filter_map(|at| regions.get(*at)).map(|region| region.code.clone());
        let industries = self.columns.iter().filter_map(|at| axes.industries.get(*at));
        let warning = Warning::new("BENCHMARK_CELLS_ABSENT", text).with_regions(codes);
        Some(warning.with_industries(industries.map(|industry| industry.code.clone())))
    }
}
