//! Panels: dense values of one indicator with labelled axes, as analyses read them.

mod filled;

use sha2::{Digest, Sha256};

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

    /// SHA-256 over everything an analysis can see of the panel but its warnings, in hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut writer = DigestWriter(Sha256::new());
        for text in [&self.dataset, &self.published.to_string(), &self.boundary_version, &self.indicator.code] {
            writer.text(text);
        }
        writer.number(u64::from(self.vintage));
        for text in [&self.indicator.unit, &self.indicator.classification, &self.indicator.growth_indicator] {
            writer.text(text);
        }
        writer.count(self.axes.periods.len());
        self.axes.periods.iter().for_each(|period| writer.text(&period.to_string()));
        writer.count(self.axes.regions.len());
        for region in &self.axes.regions {
            [&region.code, &region.level, &region.parent].into_iter().for_each(|text| writer.text(text));
            writer.text(region.names.display());
            let (latitude, longitude) = region.coordinates.unwrap_or((f64::NAN, f64::NAN));
            writer.values(&[latitude, longitude]);
        }
        writer.count(self.axes.industries.len());
        for industry in &self.axes.industries {
            [&industry.code, &industry.level, &industry.parent].into_iter().for_each(|text| writer.text(text));
            writer.text(industry.names.display());
        }
        writer.values(&self.values);
        writer.in_blocks(&self.statuses, |status| [status.code()]);
        if let Some(benchmark) = &self.benchmark {
            match &benchmark.source {
                BenchmarkSource::Region { code, .. } => writer.text(&format!("region {code}")),
                BenchmarkSource::SumOfLevel(level) => writer.text(&format!("sum {level}")),
            }
            writer.values(&benchmark.values);
            benchmark.absent.iter().for_each(|&absent| writer.number(u64::from(absent)));
        }
        if let Some(borders) = &self.borders {
            writer.count(borders.len());
            borders.iter().for_each(|&(a, b)| [a, b].into_iter().for_each(|position| writer.count(position)));
        }
        writer.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
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

/// Feeds a hash so that no two different panels write the same bytes: texts and lists come with their length.
struct DigestWriter(Sha256);

impl DigestWriter {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    fn values(&mut self, values: &[f64]) {
        self.count(values.len());
        // One pattern for every NaN: their bits may differ by where they came from.
        self.in_blocks(values, |value| if value.is_nan() { f64::NAN } else { *value }.to_bits().to_le_bytes());
    }

    /// Hashes what items are as bytes, many at a time: one by one takes twice as long.
    fn in_blocks<T, const N: usize>(&mut self, items: &[T], bytes: impl Fn(&T) -> [u8; N]) {
        const ITEMS: usize = 1024;
        let mut block = [[0; N]; ITEMS];
        for items in items.chunks(ITEMS) {
            block.iter_mut().zip(items).for_each(|(place, item)| *place = bytes(item));
            self.0.update(block.as_flattened().get(..items.len() * N).unwrap_or_default());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
