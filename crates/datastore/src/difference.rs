//! What differs between two vintages, a part at a time.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use growthpole_domain::{Period, QueryError, VintageInfo};

use crate::changes::changes;
use crate::source::TableSource;
use crate::tables::Table;
use crate::{Datastore, ObservationChange};

/// The observations that differ between two vintages, by indicator, period, region and industry. Memory holds one
/// indicator at a time, of large tables one period.
#[derive(Debug)]
pub struct DifferenceReader {
    store: Datastore,
    dataset: String,
    old: VintageInfo,
    new: VintageInfo,
    regions: Option<Vec<String>>,
    indicators: VecDeque<String>,
    compared: Option<Compared>,
}

/// An indicator while it is compared.
#[derive(Debug)]
struct Compared {
    indicator: String,
    old: Option<TableSource>,
    new: Option<TableSource>,
    /// What is compared next: a period, or everything at once.
    steps: VecDeque<Option<Period>>,
}

impl Compared {
    fn new(indicator: String, old: Option<TableSource>, new: Option<TableSource>) -> Self {
        let both = || old.iter().chain(&new);
        let steps = if both().any(TableSource::is_large) {
            let periods: BTreeSet<Period> = both().flat_map(|table| table.labels().periods.iter().copied()).collect();
            periods.into_iter().map(Some).collect()
        } else {
            VecDeque::from([None])
        };
        Self { indicator, old, new, steps }
    }
}

async fn side(
    source: Option<&TableSource>,
    period: Option<Period>,
    regions: Option<&[String]>,
) -> Result<Option<Arc<Table>>, QueryError> {
    match source {
        None => Ok(None),
        Some(source) => match period {
            Some(period) => source.of_period(period, regions).await.map(Some),
            // All parts of a table that is decoded: one.
            None => match source.parts(&source.labels().periods).first() {
                Some(part) => part.read(regions).await.map(Some),
                None => Ok(None),
            },
        },
    }
}

impl DifferenceReader {
    pub(crate) fn new(
        store: Datastore,
        dataset: String,
        (old, new): (VintageInfo, VintageInfo),
        indicators: BTreeSet<String>,
        regions: Option<Vec<String>>,
    ) -> Self {
        // Tables that both share have no difference.
        let digest = |vintage: &VintageInfo, indicator: &str| {
            vintage.coverage_of(indicator).map(|held| held.table_digest.clone())
        };
        let differs = |indicator: &String| digest(&old, indicator) != digest(&new, indicator);
        let indicators = indicators.into_iter().filter(differs).collect();
        Self { store, dataset, old, new, regions, indicators, compared: None }
    }

    /// The next changes, at least one; none at the end.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`] of reading.
    pub async fn next(&mut self) -> Result<Option<Vec<ObservationChange>>, QueryError> {
        loop {
            let Some(compared) = &mut self.compared else {
                let Some(indicator) = self.indicators.pop_front() else { return Ok(None) };
                let old = self.held(&self.old, &indicator).await?;
                let new = self.held(&self.new, &indicator).await?;
                self.compared = Some(Compared::new(indicator, old, new));
                continue;
            };
            let Some(period) = compared.steps.pop_front() else {
                self.compared = None;
                continue;
            };
            let regions = self.regions.as_deref();
            let old = side(compared.old.as_ref(), period, regions).await?;
            let new = side(compared.new.as_ref(), period, regions).await?;
            let chosen: Option<BTreeSet<String>> = regions.map(|regions| regions.iter().cloned().collect());
            let found = changes(&compared.indicator, old.as_deref(), new.as_deref(), chosen.as_ref());
            if !found.is_empty() {
                return Ok(Some(found));
            }
        }
    }

    async fn held(&self, vintage: &VintageInfo, indicator: &str) -> Result<Option<TableSource>, QueryError> {
        match vintage.coverage_of(indicator) {
            Some(_) => {
                self.store.held(&self.dataset, vintage, indicator).await.map(|held| Some(TableSource::Held(held)))
            }
            None => Ok(None),
        }
    }
}
