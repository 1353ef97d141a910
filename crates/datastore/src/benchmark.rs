//! Benchmarks: what the regions of a panel are measured against.

use std::collections::BTreeSet;

use growthpole_domain::{
    Aggregation, Benchmark, BenchmarkChoice, BenchmarkSource, Indicator, PanelAxes, QueryError, Region, Warning,
};

use crate::choices::regions_of_level;
use crate::panel::{Cut, PanelSource};

type WithWarning = (Option<Benchmark>, Option<Warning>);

/// The benchmark that a selection asks for.
pub(crate) fn benchmark(
    source: &PanelSource,
    indicator: &Indicator,
    axes: &PanelAxes,
) -> Result<WithWarning, QueryError> {
    let dataset = &source.catalogue.dataset;
    match &source.selection.benchmark {
        BenchmarkChoice::None => Ok((None, None)),
        BenchmarkChoice::Region(code) => {
            let region = source.catalogue.region("benchmark.region", code)?;
            if source.table.regions.binary_search(code).is_err() {
                return Err(QueryError::InvalidField {
                    field: "benchmark.region".to_owned(),
                    sent: code.clone(),
                    allowed: format!(
                        "a region that vintage {} holds {} of, or a sum",
                        source.vintage.number, indicator.code
                    ),
                });
            }
            Ok((Some(row(source, axes, region)), None))
        }
        BenchmarkChoice::DatasetRegion => {
            let region = dataset.benchmark_region.as_ref().and_then(|code| source.catalogue.regions.get(code));
            // A region that is held, though not of these periods, stays the benchmark: one without a value.
            let held = region.filter(|region| source.table.regions.binary_search(&region.code).is_ok());
            Ok((held.map(|region| row(source, axes, region)), None))
        }
        BenchmarkChoice::SumOfLevel(level) => sum(source, indicator, axes, "benchmark.sum_of_level", level),
        BenchmarkChoice::SumOfMainLevel => {
            sum(source, indicator, axes, "benchmark.sum_of_main_level", &dataset.main_level)
        }
    }
}

/// The published row of a region.
fn row(source: &PanelSource, axes: &PanelAxes, region: &Region) -> Benchmark {
    let mut values = vec![f64::NAN; axes.periods.len() * axes.n_columns()];
    let cut = Cut::of_regions(&source.table, axes, &[region]);
    for row in source.table.rows() {
        if let Some(value) = cut.cell(row).and_then(|at| values.get_mut(at)) {
            *value = row.value;
        }
    }
    let absent = vec![0; values.len()];
    let name = region.names.display().to_owned();
    Benchmark { source: BenchmarkSource::Region { code: region.code.clone(), name }, values, absent }
}

/// The sum of all regions of a level over the cells that have a value, in the order of their codes.
fn sum(
    source: &PanelSource,
    indicator: &Indicator,
    axes: &PanelAxes,
    field: &str,
    level: &str,
) -> Result<WithWarning, QueryError> {
    let regions = regions_of_level(&source.catalogue, field, level)?;
    if indicator.aggregation != Aggregation::Sum {
        return Err(QueryError::InvalidField {
            field: field.to_owned(),
            sent: level.to_owned(),
            allowed: format!("a region: values of {} do not add up", indicator.code),
        });
    }
    let (n_columns, n_regions) = (axes.n_columns(), regions.len());
    let mut cells = vec![f64::NAN; axes.periods.len() * n_regions * n_columns];
    let cut = Cut::of_regions(&source.table, axes, &regions);
    for row in source.table.rows() {
        if let Some(cell) = cut.cell(row).and_then(|at| cells.get_mut(at)) {
            *cell = row.value;
        }
    }
    let mut benchmark =
        Benchmark { source: BenchmarkSource::SumOfLevel(level.to_owned()), values: Vec::new(), absent: Vec::new() };
    let mut gaps = Gaps::default();
    for period in cells.chunks(n_regions * n_columns) {
        for column in 0..n_columns {
            let of_regions: Vec<f64> = period.iter().skip(column).step_by(n_columns).copied().collect();
            let present: Vec<f64> = of_regions.iter().copied().filter(|value| !value.is_nan()).collect();
            // No value at all is no sum, and not a sum of zero.
            benchmark.values.push(if present.is_empty() { f64::NAN } else { present.iter().sum() });
            benchmark.absent.push(u32::try_from(n_regions - present.len()).unwrap_or(u32::MAX));
            gaps.note(&of_regions, column);
        }
    }
    Ok((Some(benchmark), gaps.warning(level, axes, &regions)))
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
