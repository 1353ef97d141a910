//! The tables that a statement sees: those of the data sets as they were known when it began.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{MemTable, SchemaProvider, TableProvider};
use datafusion::common::Result;
use growthpole_domain::Coverage;

use super::lists::{LISTS, list};
use super::observations::{ObservationsTable, Part};
use crate::DatasetHandle;
use crate::objects::{Content, ObjectName};

/// The table of all observations.
const OBSERVATIONS: &str = "observations";

/// The tables of some data sets.
pub(crate) struct Tables {
    datasets: Vec<Arc<DatasetHandle>>,
}

impl Tables {
    pub(crate) fn new(datasets: Vec<Arc<DatasetHandle>>) -> Self {
        Self { datasets }
    }
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the tables of {} data sets", self.datasets.len())
    }
}

/// The object of an indicator in a vintage.
pub(crate) fn part(dataset: &str, vintage: u32, coverage: &Coverage) -> Part {
    Part {
        dataset: dataset.to_owned(),
        vintage,
        indicator: coverage.indicator.clone(),
        path: ObjectName::new(Content::Table, &coverage.table_digest).path(dataset).to_string(),
        bytes: coverage.table_bytes,
        rows: coverage.observations,
    }
}

/// The objects of all vintages.
fn parts(datasets: &[Arc<DatasetHandle>]) -> Vec<Part> {
    let mut parts = Vec::new();
    for handle in datasets {
        let dataset = &handle.catalogue.dataset.id;
        for vintage in &handle.vintages {
            parts.extend(vintage.coverage.iter().map(|coverage| part(dataset, vintage.number, coverage)));
        }
    }
    parts
}

#[async_trait]
impl SchemaProvider for Tables {
    fn table_names(&self) -> Vec<String> {
        let mut names: Vec<String> = LISTS.iter().chain([&OBSERVATIONS]).map(|name| (*name).to_owned()).collect();
        names.sort();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if name == OBSERVATIONS {
            return Ok(Some(Arc::new(ObservationsTable::new(parts(&self.datasets)))));
        }
        let Some(batch) = list(name, &self.datasets)? else { return Ok(None) };
        Ok(Some(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?)))
    }

    fn table_exist(&self, name: &str) -> bool {
        name == OBSERVATIONS || LISTS.contains(&name)
    }
}
