//! Observations of large tables: read a part at a time, once to count and digest them, and then as they are taken.
//!
//! They are read twice because what comes first says what all of them are: a page its number of rows, a stream and a flight
//! the digest in their provenance, by which an answer can be checked and asked for again. The stored table's own digest would
//! not do: it is another one for each way of storing the same rows, and says nothing of what a filter chose. What the first
//! reading found is kept, so that the next pages and the same stream again read once.

use std::sync::Arc;

use growthpole_domain::{Catalogue, Observation, QueryError, VintageInfo, Warning};

use crate::StoreError;
use crate::observations::{ObservationSource, SetDigest};
use crate::source::Part;

/// What is kept of the observations of a query over large tables.
#[derive(Debug)]
pub(crate) struct Summary {
    digest: String,
    /// Observations of each part.
    sizes: Vec<usize>,
}

/// The observations of a query over tables that are too large to be kept. Memory holds one period of one table at a time.
#[derive(Debug)]
pub struct ObservationReader {
    /// Catalogue of the vintage.
    pub catalogue: Arc<Catalogue>,
    /// The vintage.
    pub vintage: VintageInfo,
    /// Number of observations.
    pub total: usize,
    /// The same digest as that of the set of all of them.
    pub digest: String,
    /// What to know about them.
    pub warnings: Vec<Warning>,
    source: Arc<ObservationSource>,
    /// Parts that have observations, with their number.
    parts: Vec<(Part, usize)>,
}

/// Reads what a query needs of a part.
async fn read(source: &Arc<ObservationSource>, part: &Part) -> Result<Vec<Observation>, QueryError> {
    let table = part.read(source.regions()?.as_deref()).await?;
    let source = Arc::clone(source);
    let chosen = tokio::task::spawn_blocking(move || source.chosen(&table)).await;
    chosen.map_err(|_| StoreError::Stopped.into_query_error())?
}

impl Summary {
    /// Reads everything once.
    pub(crate) async fn of(source: &Arc<ObservationSource>) -> Result<Self, QueryError> {
        let mut digest = SetDigest::new(&source.query.dataset, &source.vintage);
        let mut sizes = Vec::new();
        for part in source.parts()? {
            let rows = read(source, &part).await?;
            sizes.push(rows.len());
            digest = tokio::task::spawn_blocking(move || digest.with(&rows))
                .await
                .map_err(|_| StoreError::Stopped.into_query_error())?;
        }
        Ok(Self { digest: digest.finish(), sizes })
    }

    /// Bytes that it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + self.digest.len() + self.sizes.len() * size_of::<usize>()
    }
}

impl ObservationReader {
    pub(crate) fn new(source: Arc<ObservationSource>, summary: &Summary) -> Result<Self, QueryError> {
        let parts = source.parts()?.into_iter().zip(summary.sizes.iter().copied());
        Ok(Self {
            catalogue: Arc::clone(&source.catalogue),
            vintage: source.vintage.clone(),
            total: summary.sizes.iter().sum(),
            digest: summary.digest.clone(),
            warnings: source.warnings.clone(),
            parts: parts.filter(|(_, size)| *size > 0).collect(),
            source,
        })
    }

    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The observations of a part; none beyond the last.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`] of reading.
    pub async fn part(&self, at: usize) -> Result<Vec<Observation>, QueryError> {
        match self.parts.get(at) {
            Some((part, _)) => read(&self.source, part).await,
            None => Ok(Vec::new()),
        }
    }

    /// Some observations, from a position on.
    ///
    /// # Errors
    ///
    /// Any [`QueryError`] of reading.
    pub async fn page(&self, offset: usize, most: usize) -> Result<Vec<Observation>, QueryError> {
        let mut page = Vec::new();
        let mut before = 0;
        for (at, (_, size)) in self.parts.iter().enumerate() {
            let (start, end) = (before, before + size);
            before = end;
            if end <= offset {
                continue;
            }
            if page.len() == most {
                break;
            }
            let rows = self.part(at).await?.into_iter().skip(offset.saturating_sub(start));
            page.extend(rows.take(most - page.len()));
        }
        Ok(page)
    }
}
