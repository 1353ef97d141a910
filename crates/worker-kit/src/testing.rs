//! What tests of workers need: a source of panels made of small tables in memory, requests to it, and looks at answers.
#![allow(clippy::unwrap_used)] // only tests call this, and tests fail by panicking

use std::collections::BTreeMap;
use std::sync::Arc;

use growthpole_contracts::v1;
use growthpole_domain::{
    Aggregation, Benchmark, BenchmarkChoice, BenchmarkSource, DatedPrecision, Indicator, IndicatorKind, Industry,
    IndustryChoice, Names, ObservationStatus, Panel, PanelAxes, Period, PeriodChoice, PriceBasis, QueryError, Region,
    RegionChoice, Selection, UnknownKind,
};
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::{PanelSource, SourcedPanel, refuse};

/// No value.
pub const NAN: f64 = f64::NAN;
/// Code of the region whose published row is the benchmark; regions without it are of the level PROVINCE.
pub const NATION: &str = "N";

/// All values of one indicator.
#[derive(Debug, Clone)]
pub struct Table {
    /// The indicator, which a test may change.
    pub indicator: Indicator,
    /// Periods, in order.
    pub periods: Vec<&'static str>,
    /// Codes of industries; none where there is one column without a label.
    pub industries: Vec<&'static str>,
    /// By region, periods x industries; the benchmark's under [`NATION`].
    pub rows: Vec<(&'static str, Vec<f64>)>,
    /// Latitude and longitude by region, where they are known.
    pub coordinates: BTreeMap<&'static str, (f64, f64)>,
    /// Pairs of regions that share a border; none when nothing is known of borders.
    pub borders: Option<Vec<(&'static str, &'static str)>>,
}

impl Table {
    /// Levels of an indicator without industries that adds up over regions, in the order given.
    pub fn new(code: &str, periods: &[&'static str], rows: &[(&'static str, &[f64])]) -> Self {
        Self {
            indicator: Indicator {
                code: code.into(),
                names: Names::default(),
                unit: "persons".into(),
                unit_multiplier: 0,
                kind: IndicatorKind::Level,
                price_basis: PriceBasis::None,
                aggregation: Aggregation::Sum,
                decimals: 1,
                classification: String::new(),
                growth_indicator: String::new(),
                aggregation_weight: String::new(),
                description: String::new(),
            },
            periods: periods.to_vec(),
            industries: Vec::new(),
            rows: rows.iter().map(|(region, cells)| (*region, cells.to_vec())).collect(),
            coordinates: BTreeMap::new(),
            borders: None,
        }
    }

    /// The same values as cells by industry of the classification K.
    pub fn with_industries(mut self, industries: &[&'static str]) -> Self {
        self.industries = industries.to_vec();
        self.indicator.classification = "K".into();
        self
    }

    /// The same values as rates in per cent, which do not add up.
    pub fn rates(mut self) -> Self {
        self.indicator.kind = IndicatorKind::Rate;
        self.indicator.unit = "percent".into();
        self.indicator.aggregation = Aggregation::None;
        self
    }

    /// The same values in current prices, with the indicator that has their real growth, or none.
    pub fn current_prices(mut self, growth_indicator: &str) -> Self {
        self.indicator.price_basis = PriceBasis::Current;
        self.indicator.growth_indicator = growth_indicator.into();
        self
    }

    fn cell(&self, region: &str, period: Period, industry: usize) -> f64 {
        let row = self.rows.iter().find(|(code, _)| *code == region).map(|(_, cells)| cells);
        let period = self.periods.iter().position(|known| *known == period.to_string());
        let position = period.map(|period| period * self.industries.len().max(1) + industry);
        row.zip(position).and_then(|(cells, position)| cells.get(position).copied()).unwrap_or(NAN)
    }

    fn regions(&self, choice: &RegionChoice) -> Result<Vec<Region>, QueryError> {
        let all: Vec<&str> = self.rows.iter().map(|(code, _)| *code).filter(|code| *code != NATION).collect();
        match choice {
            RegionChoice::Codes(codes) => codes
                .iter()
                .map(|code| match all.iter().find(|known| *known == code) {
                    Some(code) => Ok(self.region(code)),
                    None => Err(unknown(UnknownKind::Region, "regions.codes", code, &all)),
                })
                .collect(),
            _ => Ok(all.into_iter().map(|code| self.region(code)).collect()),
        }
    }

    fn region(&self, code: &str) -> Region {
        Region {
            code: code.into(),
            level: "PROVINCE".into(),
            parent: NATION.into(),
            names: Names([("en".to_owned(), format!("Region {code}"))].into()),
            coordinates: self.coordinates.get(code).copied(),
            ..Region::default()
        }
    }

    /// Positions of the industries.
    fn columns(&self, choice: &IndustryChoice) -> Result<Vec<usize>, QueryError> {
        match choice {
            IndustryChoice::Codes(codes) => codes
                .iter()
                .map(|code| {
                    let found = self.industries.iter().position(|known| known == code);
                    found.ok_or_else(|| unknown(UnknownKind::Industry, "industries.codes", code, &self.industries))
                })
                .collect(),
            _ => Ok((0..self.industries.len().max(1)).collect()),
        }
    }

    fn periods(&self, choice: &PeriodChoice) -> Result<Vec<Period>, QueryError> {
        let known: Vec<Period> = self.periods.iter().filter_map(|text| text.parse().ok()).collect();
        let asked = match choice {
            PeriodChoice::All => known.clone(),
            PeriodChoice::Range(first, last) => Period::range(*first, *last),
            PeriodChoice::List(list) => list.clone(),
        };
        match (known.first(), known.last()) {
            (Some(&first), Some(&last)) if !asked.iter().any(|period| known.contains(period)) => {
                Err(QueryError::NoData {
                    indicator: self.indicator.code.clone(),
                    vintage: 1,
                    sent: asked.iter().map(Period::to_string).collect::<Vec<_>>().join(","),
                    first,
                    last,
                })
            }
            _ => Ok(asked),
        }
    }

    fn benchmark(&self, choice: &BenchmarkChoice, periods: &[Period], columns: &[usize]) -> Option<Benchmark> {
        let cells = || periods.iter().flat_map(|&period| columns.iter().map(move |&column| (period, column)));
        let published = self.rows.iter().any(|(code, _)| *code == NATION);
        match choice {
            BenchmarkChoice::None => None,
            BenchmarkChoice::DatasetRegion if !published => None,
            BenchmarkChoice::DatasetRegion | BenchmarkChoice::Region(_) => Some(Benchmark {
                source: BenchmarkSource::Region { code: NATION.into(), name: "Nation".into() },
                values: cells().map(|(period, column)| self.cell(NATION, period, column)).collect(),
                absent: cells().map(|_| 0).collect(),
            }),
            BenchmarkChoice::SumOfLevel(_) | BenchmarkChoice::SumOfMainLevel => {
                let column = |(period, column)| {
                    let provinces = self.rows.iter().filter(|(code, _)| *code != NATION);
                    provinces.map(|(code, _)| self.cell(code, period, column)).collect::<Vec<f64>>()
                };
                let present = |cells: Vec<f64>| cells.into_iter().filter(|cell| !cell.is_nan()).sum();
                let absent = |cells: Vec<f64>| cells.iter().filter(|cell| cell.is_nan()).count() as u32;
                Some(Benchmark {
                    source: BenchmarkSource::SumOfLevel("PROVINCE".into()),
                    values: cells().map(column).map(present).collect(),
                    absent: cells().map(column).map(absent).collect(),
                })
            }
        }
    }

    fn panel(&self, selection: &Selection) -> Result<Panel, QueryError> {
        let regions = self.regions(&selection.regions)?;
        let columns = self.columns(&selection.industries)?;
        let periods = self.periods(&selection.periods)?;
        let rows: BTreeMap<&str, &[f64]> = self.rows.iter().map(|(code, cells)| (*code, cells.as_slice())).collect();
        let mut values = Vec::with_capacity(periods.len() * regions.len() * columns.len());
        for period in &periods {
            let period = period.to_string();
            let at = self.periods.iter().position(|known| *known == period);
            for region in &regions {
                let cells = at.and_then(|at| rows.get(region.code.as_str())?.get(at * self.industries.len().max(1)..));
                values.extend(columns.iter().map(|&column| cells.and_then(|cells| cells.get(column)).unwrap_or(&NAN)));
            }
        }
        let status = |value: &f64| if value.is_nan() { ObservationStatus::MISSING } else { ObservationStatus::NORMAL };
        let position = |code: &str| regions.iter().position(|region| region.code == code);
        let borders = self.borders.as_ref();
        let panel = Panel {
            dataset: selection.dataset.clone(),
            vintage: 1,
            published: jiff::civil::date(2016, 2, 29),
            precision: DatedPrecision::Day,
            indicator: self.indicator.clone(),
            boundary_version: "b".into(),
            statuses: values.iter().map(status).collect(),
            values,
            benchmark: self.benchmark(&selection.benchmark, &periods, &columns),
            borders: borders.map(|all| all.iter().filter_map(|(a, b)| Some((position(a)?, position(b)?))).collect()),
            warnings: Vec::new(),
            filled: Vec::new(),
            axes: PanelAxes {
                industries: columns.iter().filter_map(|&column| self.industries.get(column)).map(industry).collect(),
                periods,
                regions,
            },
        };
        Ok(panel.checked().unwrap())
    }
}

fn industry(code: &&'static str) -> Industry {
    Industry {
        classification: "K".into(),
        code: (*code).into(),
        level: "SECTION".into(),
        parent: String::new(),
        names: Names([("en".to_owned(), format!("Industry {code}"))].into()),
        tags: vec![],
        note: String::new(),
    }
}

fn unknown(kind: UnknownKind, field: &str, sent: &str, known: &[&'static str]) -> QueryError {
    let nearest = known.first().map(|code| (*code).to_owned()).into_iter().collect();
    QueryError::Unknown { kind, field: field.into(), sent: sent.into(), nearest }
}

/// The data set of a test, which gives panels in the order asked for, so that adapters have to order them.
#[derive(Debug, Clone)]
pub struct Tables(
    /// One for each indicator.
    pub Vec<Table>,
);

impl Tables {
    fn table(&self, field: &str, indicator: &str) -> Result<&Table, QueryError> {
        let found = self.0.iter().find(|table| table.indicator.code == indicator);
        found.ok_or_else(|| unknown(UnknownKind::Indicator, field, indicator, &[]))
    }

    /// The panel of a selection, whose companions must exist as in the datastore; there is one vintage only.
    fn select(&self, selection: &Selection) -> Result<Panel, QueryError> {
        let table = self.table("indicator", &selection.indicator)?;
        for (at, companion) in selection.companions.iter().enumerate() {
            self.table(&format!("companions[{at}]"), companion)?;
        }
        table.panel(selection)
    }
}

#[tonic::async_trait]
impl PanelSource for Tables {
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, Status> {
        let mut panel = self.select(selection).map_err(|error| refuse::query(error, "selection"))?;
        let digest = panel.digest().into();
        if selection.zero_for_missing {
            panel.fill_missing();
        }
        Ok(SourcedPanel { panel: Arc::new(panel), digest })
    }
}

/// A selection of these periods: nothing, a list with commas, or a range given as `first..last`.
pub fn selection(indicator: &str, periods: &str) -> v1::Selection {
    use v1::period_selection::By;
    let by = match periods.split_once("..") {
        None if periods.is_empty() => None,
        None => Some(By::List(v1::PeriodList { periods: periods.split(',').map(str::to_owned).collect() })),
        Some((start, end)) => Some(By::Range(v1::PeriodRange { start: start.into(), end: end.into() })),
    };
    v1::Selection {
        dataset: "d".into(),
        indicator: indicator.into(),
        periods: by.map(|by| v1::PeriodSelection { by: Some(by) }),
        ..v1::Selection::default()
    }
}

/// These regions, in this order.
pub fn regions(codes: &[&str]) -> Option<v1::RegionSelection> {
    let codes = codes.iter().map(|code| (*code).to_owned()).collect();
    Some(v1::RegionSelection { by: Some(v1::region_selection::By::Codes(v1::RegionCodes { codes })) })
}

/// These industries, in this order.
pub fn industries(codes: &[&str]) -> Option<v1::IndustrySelection> {
    let codes = codes.iter().map(|code| (*code).to_owned()).collect();
    Some(v1::IndustrySelection { by: Some(v1::industry_selection::By::Codes(v1::IndustryCodes { codes })) })
}

/// This benchmark.
pub fn benchmark(by: v1::benchmark::By) -> Option<v1::Benchmark> {
    Some(v1::Benchmark { by: Some(by) })
}

/// Reason and blamed fields of a refusal.
///
/// # Panics
///
/// When the answer is no refusal.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, Status>) -> (String, Vec<String>) {
    let details = answer.unwrap_err().get_error_details();
    let reason = details.error_info().map(|info| info.reason.clone()).unwrap_or_default();
    let fields = details.bad_request().map(|request| request.field_violations.clone()).unwrap_or_default();
    (reason, fields.into_iter().map(|violation| violation.field).collect())
}

/// What [`refusal`] gives for a field that holds what is not allowed.
pub fn invalid(field: &str) -> (String, Vec<String>) {
    ("INVALID_FIELD".to_owned(), vec![field.to_owned()])
}

/// Warnings by code.
pub fn codes(warnings: &[v1::Warning]) -> Vec<&str> {
    warnings.iter().map(|warning| warning.code.as_str()).collect()
}
