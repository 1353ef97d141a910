//! Export: the observations of a vintage from its stored tables, some rows at a time.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use growthpole_domain::{Catalogue, Observation, QueryError, VintageInfo, Warning};
use growthpole_ingest::write::{Batches, WriteError};
use growthpole_ingest::{Cell, Labels};
use tokio::runtime::Handle;

use crate::choices::{self, HeldPeriods};
use crate::import::fetch;
use crate::observations::{Filter, ObservationQuery, indicators_of};
use crate::store::resolve;
use crate::tables::TableReader;
use crate::{Datastore, StoreError};

/// How many observations are held at once.
const OBSERVATIONS_AT_ONCE: usize = 1 << 13;

/// The observations of a query, read from stored tables as they are written. A table is a temporary file while it is
/// read; of its rows only some are in memory.
///
/// It reads where it is called: outside of the threads of an asynchronous runtime.
#[derive(Debug)]
pub struct Export {
    /// Catalogue of the vintage.
    pub catalogue: Arc<Catalogue>,
    /// The vintage.
    pub vintage: VintageInfo,
    /// What to know about the choice.
    pub warnings: Vec<Warning>,
    /// Indicators, in order.
    pub indicators: Vec<String>,
    query: ObservationQuery,
    store: Datastore,
    runtime: Handle,
    /// Tables that were read before, by indicator.
    files: BTreeMap<String, File>,
}

impl Datastore {
    /// Prepares the observations of a query to be written. Must be called within a Tokio runtime.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`]; fields are paths below the query.
    pub fn export(&self, query: &ObservationQuery) -> Result<Export, QueryError> {
        let handle = self.dataset(&query.dataset)?;
        let resolved = resolve(&handle, query)?;
        let indicators = indicators_of(query, resolved.vintage);
        let names: Vec<&str> = indicators.iter().map(String::as_str).collect();
        let filter = Filter::new(resolved.catalogue, query, &names)?;
        check_periods(&filter, query, resolved.vintage, &names)?;
        Ok(Export {
            catalogue: Arc::clone(resolved.catalogue),
            vintage: resolved.vintage.clone(),
            warnings: resolved.warnings,
            indicators,
            query: query.clone(),
            store: self.clone(),
            runtime: Handle::current(),
            files: BTreeMap::new(),
        })
    }
}

/// One period at least lies within what the vintage covers.
fn check_periods(
    filter: &Filter<'_>,
    query: &ObservationQuery,
    vintage: &VintageInfo,
    indicators: &[&str],
) -> Result<(), QueryError> {
    let Some(periods) = &filter.periods else { return Ok(()) };
    let covered: Vec<_> = indicators.iter().filter_map(|indicator| vintage.coverage_of(indicator)).collect();
    let covers = |period| covered.iter().any(|coverage| (coverage.first..=coverage.last).contains(period));
    match covered.first() {
        Some(coverage) if !periods.iter().any(covers) => {
            let held = HeldPeriods { coverage, vintage: vintage.number, periods: &[] };
            Err(choices::no_data(&query.periods, &held))
        }
        _ => Ok(()),
    }
}

impl Batches for Export {
    fn each(&mut self, take: &mut dyn FnMut(&[Observation]) -> Result<(), WriteError>) -> Result<(), WriteError> {
        for indicator in self.indicators.clone() {
            let file = self.file(&indicator).map_err(unreadable)?;
            let mut rows = TableReader::open(&indicator, file).map_err(unreadable)?;
            let names: Vec<&str> = self.indicators.iter().map(String::as_str).collect();
            let filter = Filter::new(&self.catalogue, &self.query, &names);
            let filter = filter.map_err(|error| WriteError::Input(Box::new(error)))?;
            let classification = filter.classification(&indicator);
            let mut labels = Labels::default();
            let corrupt = |problem| StoreError::Corrupt { object: format!("the table of {indicator}"), problem };
            while let Some(cells) = rows.next(&mut labels).map_err(|problem| unreadable(corrupt(problem)))? {
                for some in cells.chunks(OBSERVATIONS_AT_ONCE) {
                    let chosen = some.iter().filter(|cell| {
                        let (region, industry) =
                            (labels.regions.text(cell.region), labels.industries.text(cell.industry));
                        filter.keeps(classification, region, industry, cell.period)
                    });
                    let observations: Vec<Observation> = chosen.map(|cell| observation(cell, &labels)).collect();
                    if !observations.is_empty() {
                        take(&observations)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Export {
    /// The table of an indicator, from its start.
    fn file(&mut self, indicator: &str) -> Result<File, StoreError> {
        if !self.files.contains_key(indicator) {
            let held = self.vintage.coverage_of(indicator).map(|coverage| coverage.table_digest.as_str());
            let digest = held.unwrap_or_default();
            let fetched = self.runtime.block_on(fetch(&self.store, &self.query.dataset, digest, None))?;
            self.files.insert(indicator.to_owned(), fetched);
        }
        let file = self.files.get(indicator).map(File::try_clone);
        let gone = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let file = file.unwrap_or_else(|| Err(gone()));
        file.map_err(|source| StoreError::Unavailable {
            object: format!("the table of {indicator}"),
            source: source.into(),
        })
    }
}

/// A stored table that cannot be read, as the [`QueryError`] that it is for any other question.
fn unreadable(error: StoreError) -> WriteError {
    WriteError::Input(Box::new(error.into_query_error()))
}

fn observation(cell: &Cell, labels: &Labels) -> Observation {
    Observation {
        region: labels.regions.text(cell.region).to_owned(),
        industry: labels.industries.text(cell.industry).to_owned(),
        indicator: labels.indicators.text(cell.indicator).to_owned(),
        period: cell.period,
        value: (!cell.value.is_nan()).then_some(cell.value),
        status: cell.status,
        note: labels.texts.text(cell.note).to_owned(),
        source: labels.texts.text(cell.source).to_owned(),
        flag: labels.texts.text(cell.flag).to_owned(),
    }
}
