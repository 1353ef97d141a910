//! Panels for in-process workers: read from the datastore of this process, shared without a copy.

use growthpole_datastore::Datastore;
use growthpole_domain::Selection;
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

/// Reads panels from the datastore of this process.
#[derive(Debug, Clone)]
pub struct LocalPanels {
    datastore: Datastore,
}

impl LocalPanels {
    /// Panels of `datastore`.
    pub fn new(datastore: Datastore) -> Self {
        Self { datastore }
    }
}

#[tonic::async_trait]
impl PanelSource for LocalPanels {
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, Status> {
        let stored = self.datastore.panel(selection).await.map_err(|error| refuse::query(error, "selection"))?;
        Ok(SourcedPanel { panel: stored.panel.clone(), digest: stored.digest.as_str().into() })
    }
}
