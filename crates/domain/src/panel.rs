//! Panels: dense values of one indicator with labelled axes, as analyses read them.

mod digest;
mod filled;

use crate::{
    DatedPrecision, Indicator, Industry, MissingPolicy, ObservationStatus, Period, Region, VintageChoice, Warning,
};

/// The labels of a panel. Indicators without industries have one unlabelled column.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelAxes {
    /// Periods, in order.
    pub periods: Vec<Period>,
    /// Regions, by code.
    pub regions: Vec<Region>,
    /// Industries, by code; none for indicators without industries.
    pub industries: Vec<Industry>,
}

impl PanelAxes {
    /// Number of columns: industries, or 1.
    pub fn n_columns(&self) -> usize {
        self.industries.len().max(1)
    }

    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        self.periods.len() * self.regions.len() * self.n_columns()
    }
}

/// Cells without a value that a refusal names at most.
const LISTED: usize = 20;

/// What the values of a benchmark are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BenchmarkSource {
    /// The published row of a region.
    Region {
        /// Code.
        code: String,
        /// English name.
        name: String,
    },
    /// The sum of all regions of a level.
    SumOfLevel(String),
}

/// What regions are measured against.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark {
    /// What the values are.
    pub source: BenchmarkSource,
    /// Values, periods x columns; NaN where there is none.
    pub values: Vec<f64>,
    /// Cells without a value that a sum left out, periods x columns.
    pub absent: Vec<u32>,
}

/// A cell without a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellIssue {
    /// Region code.
    pub region: String,
    /// Industry code; empty for indicators without industries.
    pub industry: String,
    /// Period.
    pub period: Period,
    /// Status of the cell.
    pub status: ObservationStatus,
}

/// Why a panel cannot be built, or not be used under a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PanelError {
    /// The number of cells does not fit the axes.
    #[error("{cells} cells do not fit axes of {expected}")]
    WrongSize {
        /// Cells that came.
        cells: usize,
        /// Cells that the axes have.
        expected: usize,
    },
    /// Cells have no value and the policy is to refuse.
    #[error("{count} cells have no value")]
    MissingCells {
        /// How many.
        count: usize,
        /// The first of them.
        first: Vec<CellIssue>,
    },
    /// Nothing is left after regions or industries with a missing cell were left out.
    #[error("no region or industry is without a missing cell")]
    NothingLeft,
}

/// Dense values of one indicator, `[period][region][column]`, with labels and statuses. Missing is NaN with a status.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Data set.
    pub dataset: String,
    /// Number of the vintage.
    pub vintage: u32,
    /// Its day of publication.
    pub published: jiff::civil::Date,
    /// How exactly that day is known.
    pub precision: DatedPrecision,
    /// The indicator.
    pub indicator: Indicator,
    /// Version of the region boundaries.
    pub boundary_version: String,
    /// Labels.
    pub axes: PanelAxes,
    /// Values.
    pub values: Vec<f64>,
    /// Statuses, as many.
    pub statuses: Vec<ObservationStatus>,
    /// What regions are measured against.
    pub benchmark: Option<Benchmark>,
    /// Pairs of positions of regions that share a border; none when the data set holds no borders.
    pub borders: Option<Vec<(usize, usize)>>,
    /// What to know about the selection.
    pub warnings: Vec<Warning>,
    /// Cells without a value that are given as 0, one bit each from the lowest of the first word on; empty where there are none.
    pub filled: Vec<u64>,
}

impl Panel {
    /// Checks that values and statuses fit the axes.
    ///
    /// # Errors
    ///
    /// [`PanelError::WrongSize`].
    pub fn checked(self) -> Result<Self, PanelError> {
        let expected = self.axes.n_cells();
        let columns = self.axes.periods.len() * self.axes.n_columns();
        let sizes = [(self.values.len(), expected), (self.statuses.len(), expected)];
        let benchmark = self.benchmark.as_ref().map(|b| [(b.values.len(), columns), (b.absent.len(), columns)]);
        for (cells, expected) in sizes.into_iter().chain(benchmark.into_iter().flatten()) {
            if cells != expected {
                return Err(PanelError::WrongSize { cells, expected });
            }
        }
        Ok(self)
    }

    /// Position of a cell.
    fn position(&self, period: usize, region: usize, column: usize) -> usize {
        (period * self.axes.regions.len() + region) * self.axes.n_columns() + column
    }

    /// The value of a cell, where it has one.
    pub fn value(&self, period: usize, region: usize, column: usize) -> Option<f64> {
        let value = self.values.get(self.position(period, region, column)).copied()?;
        (!value.is_nan()).then_some(value)
    }

    /// Values of a period, regions x columns; NaN where there is none.
    pub fn period_cells(&self, period: usize) -> &[f64] {
        let size = self.axes.regions.len() * self.axes.n_columns();
        self.values.get(period * size..(period + 1) * size).unwrap_or_default()
    }

    /// Values of the benchmark in a period, by column; NaN where there is none.
    pub fn benchmark_cells(&self, period: usize) -> Option<&[f64]> {
        let size = self.axes.n_columns();
        self.benchmark.as_ref()?.values.get(period * size..(period + 1) * size)
    }

    /// Position of a period.
    pub fn period_position(&self, period: Period) -> Option<usize> {
        self.axes.periods.iter().position(|known| *known == period)
    }

    /// Whether a region has a cell without a value.
    pub fn has_holes(&self, region: usize) -> bool {
        let columns = self.axes.n_columns();
        (0..self.axes.periods.len()).any(|period| {
            let row = self.period_cells(period).get(region * columns..(region + 1) * columns);
            row.is_some_and(|row| row.iter().any(|value| value.is_nan()))
        })
    }

    /// Cells of a region without a value.
    pub fn missing_of_region(&self, region: usize) -> Vec<CellIssue> {
        let columns = 0..self.axes.n_columns();
        (0..self.axes.periods.len())
            .flat_map(|period| columns.clone().map(move |column| (period, column)))
            .filter(|&(period, column)| self.value(period, region, column).is_none())
            .map(|(period, column)| self.issue(period, region, column))
            .collect()
    }

    fn issue(&self, period: usize, region: usize, column: usize) -> CellIssue {
        CellIssue {
            region: self.axes.regions.get(region).map(|r| r.code.clone()).unwrap_or_default(),
            industry: self.axes.industries.get(column).map(|i| i.code.clone()).unwrap_or_default(),
            period: self.axes.periods.get(period).copied().unwrap_or(Period::year(1)),
            status: self
                .statuses
                .get(self.position(period, region, column))
                .copied()
                .unwrap_or(ObservationStatus::MISSING),
        }
    }

    /// The panel of some of the regions and columns, in the order given. Positions that do not exist are left out.
    #[must_use]
    pub fn subset(&self, regions: &[usize], columns: &[usize]) -> Self {
        let (regions, columns) = (self.regions_of(regions), self.columns_of(columns));
        let rows = (0..self.axes.periods.len()).flat_map(|period| regions.iter().map(move |&region| (period, region)));
        let columns = &columns;
        let cells = || {
            let of_row = |(period, region)| columns.iter().map(move |&column| self.position(period, region, column));
            rows.clone().flat_map(of_row)
        };
        let mut own = self.without_cells(&regions, columns);
        own.values = cells().filter_map(|cell| self.values.get(cell).copied()).collect();
        own.statuses = cells().filter_map(|cell| self.statuses.get(cell).copied()).collect();
        if !self.filled.is_empty() {
            for (at, _) in cells().enumerate().filter(|(_, from)| self.is_filled(*from)) {
                own.filled.resize(at / 64 + 1, 0);
                own.filled[at / 64] |= 1 << (at % 64);
            }
        }
        own
    }

    /// What is said of some of the regions and columns, in the order given, without their values and statuses: for who reads these
    /// where they lie. Positions that do not exist are left out.
    #[must_use]
    pub fn without_cells(&self, regions: &[usize], columns: &[usize]) -> Self {
        let (regions, columns, n_columns) = (self.regions_of(regions), self.columns_of(columns), self.axes.n_columns());
        let benchmark_cells: Vec<usize> = (0..self.axes.periods.len())
            .flat_map(|period| columns.iter().map(move |&column| period * n_columns + column))
            .collect();
        let new_position = |old: usize| regions.iter().position(|&region| region == old);
        Self {
            axes: PanelAxes {
                periods: self.axes.periods.clone(),
                regions: pick(&self.axes.regions, &regions),
                industries: pick(&self.axes.industries, &columns),
            },
            values: Vec::new(),
            statuses: Vec::new(),
            benchmark: self.benchmark.as_ref().map(|benchmark| Benchmark {
                source: benchmark.source.clone(),
                values: pick(&benchmark.values, &benchmark_cells),
                absent: pick(&benchmark.absent, &benchmark_cells),
            }),
            borders: self.borders.as_ref().map(|borders| {
                borders.iter().filter_map(|&(a, b)| Some((new_position(a)?, new_position(b)?))).collect()
            }),
            dataset: self.dataset.clone(),
            indicator: self.indicator.clone(),
            boundary_version: self.boundary_version.clone(),
            warnings: self.warnings.clone(),
            filled: Vec::new(),
            ..*self
        }
    }

    /// Those of some positions of regions that exist.
    fn regions_of(&self, positions: &[usize]) -> Vec<usize> {
        positions.iter().copied().filter(|&region| region < self.axes.regions.len()).collect()
    }

    /// Those of some positions of columns that exist.
    fn columns_of(&self, positions: &[usize]) -> Vec<usize> {
        positions.iter().copied().filter(|&column| column < self.axes.n_columns()).collect()
    }

    /// Applies a policy for missing cells: what is left out or counted as zero comes back as warnings.
    ///
    /// # Errors
    ///
    /// [`PanelError::MissingCells`] under [`MissingPolicy::Fail`]; [`PanelError::NothingLeft`].
    pub fn resolve_missing(&self, policy: MissingPolicy) -> Result<(Self, Vec<Warning>), PanelError> {
        let count = self.values.iter().filter(|value| value.is_nan()).count();
        if count == 0 || policy == MissingPolicy::Keep {
            return Ok((self.clone(), Vec::new()));
        }
        match policy {
            MissingPolicy::Fail | MissingPolicy::Keep => {
                let first = (0..self.axes.regions.len()).flat_map(|region| self.missing_of_region(region));
                Err(PanelError::MissingCells { count, first: first.take(LISTED).collect() })
            }
            MissingPolicy::DropRegion => self.without_incomplete_regions(),
            MissingPolicy::DropIndustry => self.without_incomplete_industries(),
            MissingPolicy::AsZero => {
                let mut filled = self.clone();
                filled.fill_missing();
                let warnings = filled.missing_as_zero().into_iter().collect();
                Ok((filled, warnings))
            }
        }
    }

    fn without_incomplete_regions(&self) -> Result<(Self, Vec<Warning>), PanelError> {
        let (whole, incomplete): (Vec<usize>, Vec<usize>) =
            (0..self.axes.regions.len()).partition(|&region| !self.has_holes(region));
        if whole.is_empty() {
            return Err(PanelError::NothingLeft);
        }
        let codes: Vec<String> = pick(&self.axes.regions, &incomplete).into_iter().map(|r| r.code).collect();
        let text = format!("{} regions with a missing cell were left out", codes.len());
        let all: Vec<usize> = (0..self.axes.n_columns()).collect();
        Ok((self.subset(&whole, &all), vec![Warning::new("REGIONS_DROPPED", text).with_regions(codes)]))
    }

    fn without_incomplete_industries(&self) -> Result<(Self, Vec<Warning>), PanelError> {
        let mut has_holes = vec![false; self.axes.n_columns()];
        for row in self.values.chunks_exact(has_holes.len()) {
            has_holes.iter_mut().zip(row).for_each(|(holed, value)| *holed |= value.is_nan());
        }
        let (whole, incomplete): (Vec<usize>, Vec<usize>) =
            (0..has_holes.len()).partition(|&column| !has_holes[column]);
        if whole.is_empty() {
            return Err(PanelError::NothingLeft);
        }
        let codes: Vec<String> = pick(&self.axes.industries, &incomplete).into_iter().map(|i| i.code).collect();
        let text = format!("{} industries with a missing cell were left out", codes.len());
        let all: Vec<usize> = (0..self.axes.regions.len()).collect();
        Ok((self.subset(&all, &whole), vec![Warning::new("INDUSTRIES_DROPPED", text).with_industries(codes)]))
    }

    /// Bytes that it takes in memory, roughly.
    pub fn weight(&self) -> usize {
        self.values.len() * 9 + (self.axes.regions.len() + self.axes.industries.len()) * 512 + 4096
    }

    /// The selection of vintage that reads the same one again.
    pub fn vintage_choice(&self) -> VintageChoice {
        VintageChoice::Number(self.vintage)
    }
}

fn pick<T: Clone>(items: &[T], positions: &[usize]) -> Vec<T> {
    positions.iter().filter_map(|&position| items.get(position).cloned()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
