//! Panels: dense values of one indicator with labelled axes, as analyses read them.

use std::collections::BTreeSet;

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

    /// Counts cells without a value as 0, where they lie, and remembers which they were.
    pub fn fill_missing(&mut self) {
        let mut filled = std::mem::take(&mut self.filled);
        for (at, value) in self.values.iter_mut().enumerate().filter(|(_, value)| value.is_nan()) {
            *value = 0.0;
            filled.resize(filled.len().max(at / 64 + 1), 0);
            filled[at / 64] |= 1 << (at % 64);
        }
        self.filled = filled;
    }

    /// Whether a cell, by its position among all values, is counted as 0 for want of a value.
    fn is_filled(&self, at: usize) -> bool {
        self.filled.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Whether no cell of a period has a value of its own.
    pub fn is_unknown_in(&self, period: usize) -> bool {
        let size = self.axes.regions.len() * self.axes.n_columns();
        let is_known = |value: &f64| !value.is_nan();
        (period * size..(period + 1) * size).all(|at| self.is_filled(at) || !self.values.get(at).is_some_and(is_known))
    }

    /// Number of the cells that are counted as 0 for want of a value.
    pub fn n_filled(&self) -> usize {
        self.filled.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Codes of the regions and industries that have cells which are counted as 0 for want of a value, in order.
    pub fn labels_of_filled(&self) -> (Vec<String>, Vec<String>) {
        let (n_regions, n_columns) = (self.axes.regions.len().max(1), self.axes.n_columns());
        let (mut rows, mut columns) = (vec![false; n_regions], vec![false; n_columns]);
        for (place, &word) in self.filled.iter().enumerate() {
            let mut left = word;
            while left != 0 {
                let at = place * 64 + left.trailing_zeros() as usize;
                (rows[at / n_columns % n_regions], columns[at % n_columns]) = (true, true);
                left &= left - 1;
            }
        }
        let regions = self.axes.regions.iter().zip(rows).filter(|(_, is)| *is).map(|(own, _)| own.code.clone());
        let industries =
            self.axes.industries.iter().zip(columns).filter(|(_, is)| *is).map(|(own, _)| own.code.clone());
        let sorted = |codes: BTreeSet<String>| codes.into_iter().collect();
        (sorted(regions.collect()), sorted(industries.collect()))
    }

    /// What counting missing cells as zero warns of; nothing where none was.
    pub fn missing_as_zero(&self) -> Option<Warning> {
        let (count, (regions, industries)) = (self.n_filled(), self.labels_of_filled());
        let text = format!("{count} missing cells were counted as zero");
        let warning = Warning::new("MISSING_AS_ZERO", text).with_regions(regions).with_industries(industries);
        (count > 0).then_some(warning)
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
mod tests {
    use super::*;
    use crate::{Aggregation, IndicatorKind, Names, PriceBasis};

    fn region(code: &str) -> Region {
        Region { code: code.into(), level: "PROVINCE".into(), ..Region::default() }
    }

    fn industry(code: &str) -> Industry {
        Industry {
            classification: "K".into(),
            code: code.into(),
            level: "SECTION".into(),
            parent: String::new(),
            names: Names::default(),
            tags: vec![],
            note: String::new(),
        }
    }

    fn panel(values: &[f64]) -> Panel {
        let status = |value: &f64| if value.is_nan() { ObservationStatus::MISSING } else { ObservationStatus::NORMAL };
        Panel {
            dataset: "d".into(),
            vintage: 1,
            published: jiff::civil::date(2016, 2, 29),
            precision: DatedPrecision::Day,
            indicator: Indicator {
                code: "jobs".into(),
                names: Names::default(),
                unit: "persons".into(),
                unit_multiplier: 0,
                kind: IndicatorKind::Level,
                price_basis: PriceBasis::None,
                aggregation: Aggregation::Sum,
                decimals: 0,
                classification: "K".into(),
                growth_indicator: String::new(),
                aggregation_weight: String::new(),
                description: String::new(),
            },
            boundary_version: "b".into(),
            axes: PanelAxes {
                periods: vec![Period::year(2015)],
                regions: vec![region("r0"), region("r1")],
                industries: vec![industry("i0"), industry("i1")],
            },
            values: values.to_vec(),
            statuses: values.iter().map(status).collect(),
            benchmark: None,
            borders: Some(vec![(0, 1)]),
            warnings: vec![],
            filled: vec![],
        }
        .checked()
        .unwrap()
    }

    #[test]
    fn refuses_sizes_that_do_not_fit() {
        let mut wrong = panel(&[1.0; 4]);
        wrong.values.pop();
        assert_eq!(wrong.checked(), Err(PanelError::WrongSize { cells: 3, expected: 4 }));
    }

    #[test]
    fn applies_every_policy() {
        let holed = panel(&[1.0, 2.0, 3.0, f64::NAN]);
        let Err(PanelError::MissingCells { count: 1, first }) = holed.resolve_missing(MissingPolicy::Fail) else {
            panic!("accepted a missing cell");
        };
        assert_eq!((first[0].region.as_str(), first[0].industry.as_str()), ("r1", "i1"));

        let (kept, warnings) = holed.resolve_missing(MissingPolicy::Keep).unwrap();
        assert!(kept.value(0, 1, 1).is_none() && warnings.is_empty());

        let (fewer, warnings) = holed.resolve_missing(MissingPolicy::DropRegion).unwrap();
        assert_eq!(
            (fewer.values.as_slice(), warnings[0].regions.as_slice()),
            ([1.0, 2.0].as_slice(), ["r1".to_owned()].as_slice())
        );
        assert_eq!(fewer.borders, Some(vec![]));

        let (fewer, warnings) = holed.resolve_missing(MissingPolicy::DropIndustry).unwrap();
        assert_eq!(
            (fewer.values.as_slice(), warnings[0].industries.as_slice()),
            ([1.0, 3.0].as_slice(), ["i1".to_owned()].as_slice())
        );

        let (filled, warnings) = holed.resolve_missing(MissingPolicy::AsZero).unwrap();
        assert_eq!(
            (filled.values.as_slice(), warnings[0].code.as_ref()),
            ([1.0, 2.0, 3.0, 0.0].as_slice(), "MISSING_AS_ZERO")
        );
    }

    #[test]
    fn what_is_filled_where_it_lies_is_remembered() {
        let holed = panel(&[f64::NAN, 2.0, f64::NAN, 0.0]);
        let (copied, warnings) = holed.resolve_missing(MissingPolicy::AsZero).unwrap();
        let mut filled = holed.clone();
        filled.fill_missing();
        filled.fill_missing();
        assert_eq!((&filled, filled.missing_as_zero().as_slice()), (&copied, warnings.as_slice()));
        assert_eq!((filled.values.as_slice(), filled.n_filled()), ([0.0, 2.0, 0.0, 0.0].as_slice(), 2));
        assert_eq!(filled.labels_of_filled(), (vec!["r0".to_owned(), "r1".to_owned()], vec!["i0".to_owned()]));
        assert!(!filled.is_unknown_in(0) && !filled.has_holes(0) && holed.has_holes(0));
        // A measured zero is not one of them, and those of a part are its own.
        assert_eq!(filled.subset(&[1], &[1, 0]).filled, [0b10]);
        assert!(filled.subset(&[0], &[0]).is_unknown_in(0) && filled.subset(&[1], &[1]).missing_as_zero().is_none());
        let labels = filled.without_cells(&[1], &[1, 0]);
        let own = filled.subset(&[1], &[1, 0]);
        assert_eq!((labels.axes, labels.borders, labels.values.len()), (own.axes, own.borders, 0));
        let mut whole = panel(&[1.0; 4]);
        whole.fill_missing();
        assert_eq!((whole.filled.len(), whole.missing_as_zero()), (0, None));
    }

    #[test]
    fn digest_sees_values_and_labels_but_not_the_kind_of_nan() {
        let one = panel(&[1.0, 2.0, 3.0, f64::NAN]);
        let same = panel(&[1.0, 2.0, 3.0, -f64::NAN]);
        assert_eq!(one.digest(), same.digest());
        assert_ne!(one.digest(), panel(&[1.0, 2.0, 3.0, 4.0]).digest());
        let mut renamed = one.clone();
        renamed.axes.regions[0].code = "r9".into();
        assert_ne!(one.digest(), renamed.digest());
    }
}
