//! A table as queries read it: decoded whole and kept, or, where it is large, some of its periods at a time.

use std::sync::Arc;

use growthpole_domain::{Period, QueryError};

use crate::StoreError;
use crate::large::Held;
use crate::query::LargeTable;
use crate::tables::{Row, Table};

/// A table of an indicator.
#[derive(Debug, Clone)]
pub(crate) enum TableSource {
    /// Whole, or in parts without notes, sources and flags.
    Held(Held),
    /// In parts with everything.
    Full {
        /// Its labels, without rows.
        labels: Arc<Table>,
        /// Its rows.
        rows: Arc<LargeTable>,
    },
}

impl TableSource {
    /// Its indicator and its labels: which periods, regions and industries occur.
    pub(crate) fn labels(&self) -> &Table {
        match self {
            Self::Held(held) => held.head(),
            Self::Full { labels, .. } => labels,
        }
    }

    /// Whether its rows are read when they are asked for.
    pub(crate) fn is_large(&self) -> bool {
        !matches!(self, Self::Held(Held::Whole(_)))
    }

    /// Its rows in parts that follow each other: all at once, or those of some of the periods. A part that is the whole
    /// table holds rows of other periods too.
    pub(crate) fn parts(&self, periods: &[Period]) -> Vec<Part> {
        let part = |periods| Part { source: self.clone(), periods };
        match self {
            Self::Held(Held::Whole(_)) => vec![part(None)],
            Self::Held(held) => held.chunks(periods).into_iter().map(|chunk| part(Some(chunk))).collect(),
            Self::Full { labels, .. } => {
                let held = periods.iter().filter(|period| labels.periods.binary_search(period).is_ok());
                held.map(|period| part(Some(vec![*period]))).collect()
            }
        }
    }

    /// The rows of some periods and no others.
    pub(crate) async fn of_periods(
        &self,
        periods: &[Period],
        regions: Option<&[String]>,
    ) -> Result<Arc<Table>, QueryError> {
        let part = Part { source: self.clone(), periods: Some(periods.to_vec()) };
        Ok(part.read(regions).await?.of_periods(periods))
    }

    /// How many periods a question may read at once that goes through them in order.
    pub(crate) fn periods_at_once(&self) -> usize {
        match self {
            Self::Held(held) => held.periods_at_once(),
            Self::Full { .. } => 1,
        }
    }
}

/// A part of a table.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    source: TableSource,
    /// The periods that matter; all where none are named.
    periods: Option<Vec<Period>>,
}

impl Part {
    /// The periods that it is read for.
    pub(crate) fn periods(&self) -> &[Period] {
        self.periods.as_deref().unwrap_or(&self.source.labels().periods)
    }

    /// Reads its rows. `regions` are the only ones that matter, where they are named.
    pub(crate) async fn read(&self, regions: Option<&[String]>) -> Result<Arc<Table>, QueryError> {
        let periods = self.periods();
        match &self.source {
            TableSource::Held(held) => held.table(periods, regions).await,
            TableSource::Full { labels, rows } => rows.rows(labels, periods, regions).await.map(Arc::new),
        }
    }

    /// Hands its rows over, some at a time, in no order. `regions` are the only ones that matter, where they are named.
    pub(crate) async fn each(
        &self,
        regions: Option<&[String]>,
        mut take: impl FnMut(&[Row]),
    ) -> Result<(), QueryError> {
        if let TableSource::Held(Held::Parts(scan)) = &self.source {
            return scan.each(self.periods(), take).await.map_err(StoreError::into_query_error);
        }
        take(self.read(regions).await?.rows());
        Ok(())
    }
}
