//! The vintage before an imported one: what an upsert keeps, and what checks compare with.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::Path;

use futures_util::TryStreamExt as _;
use growthpole_ingest::{Labels, Sink as _};

use super::collect::Collector;
use super::merge::scratch;
use super::spill::temporary;
use crate::commit::Base;
use crate::digest::HashingWriter;
use crate::objects::{Content, ObjectName};
use crate::tables::TableReader;
use crate::{Datastore, StoreError};

/// Tables of the vintage before, of the indicators that the new one holds, as temporary files.
#[derive(Default)]
pub(crate) struct Before {
    tables: BTreeMap<String, File>,
}

impl Before {
    /// Reads what the vintage before holds of the indicators of an import.
    pub(crate) async fn fetch(
        store: &Datastore,
        dataset: &str,
        base: Option<&Base>,
        labels: &Labels,
        folder: Option<&Path>,
    ) -> Result<Self, StoreError> {
        let mut tables = BTreeMap::new();
        for indicator in labels.indicators.texts() {
            if let Some(held) = base.and_then(|base| base.vintage.coverage_of(indicator)) {
                tables.insert(indicator.to_owned(), fetch(store, dataset, &held.table_digest, folder).await?);
            }
        }
        Ok(Self { tables })
    }

    /// The rows of an indicator, from the first; none where it was not held. One at a time reads an indicator.
    pub(crate) fn rows(&self, indicator: &str) -> Result<Option<TableReader>, StoreError> {
        let Some(file) = self.tables.get(indicator) else { return Ok(None) };
        let file = file.try_clone().map_err(scratch)?;
        TableReader::open(indicator, file).map(Some)
    }

    /// Gives all rows to the collector, which lets new ones take the place of those with their key.
    pub(crate) fn keep(&self, labels: &mut Labels, collector: &mut Collector) -> Result<(), StoreError> {
        for indicator in self.tables.keys() {
            let Some(mut rows) = self.rows(indicator)? else { continue };
            let corrupt = |problem| StoreError::Corrupt { object: format!("the table of {indicator}"), problem };
            while let Some(cells) = rows.next(labels).map_err(corrupt)? {
                if collector.cells(labels, &cells).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// Reads an object into a temporary file, and checks it against its digest on the way.
pub(crate) async fn fetch(
    store: &Datastore,
    dataset: &str,
    digest: &str,
    folder: Option<&Path>,
) -> Result<File, StoreError> {
    let path = ObjectName::new(Content::Table, digest).path(dataset);
    let corrupt = |problem: &str| StoreError::Corrupt { object: path.to_string(), problem: problem.to_owned() };
    let found = store.objects.open(&path).await?.ok_or_else(|| corrupt("it is not there"))?;
    let mut writer = HashingWriter::new(temporary(folder).map_err(scratch)?);
    let mut parts = found.into_stream();
    let unavailable =
        |error: object_store::Error| StoreError::Unavailable { object: path.to_string(), source: Box::new(error) };
    while let Some(part) = parts.try_next().await.map_err(unavailable)? {
        writer.write_all(&part).map_err(scratch)?;
    }
    let (mut file, found, _) = writer.finish();
    if found != digest {
        return Err(corrupt("its content has another digest"));
    }
    file.rewind().map_err(scratch)?;
    Ok(file)
}
