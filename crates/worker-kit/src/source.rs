//! Where a worker reads panels from.

use std::sync::Arc;

use growthpole_domain::{Panel, Selection};
use tonic::Status;

/// A panel with the digest that answers carry.
#[derive(Debug, Clone)]
pub struct SourcedPanel {
    /// The panel, shared and never changed.
    pub panel: Arc<Panel>,
    /// SHA-256 of the panel, in hexadecimal digits.
    pub digest: Arc<str>,
}

/// Gives the panel of a selection: from the datastore of this process, or from a PanelService elsewhere.
#[tonic::async_trait]
pub trait PanelSource: Send + Sync + 'static {
    /// The panel of a selection.
    ///
    /// # Errors
    ///
    /// A status with google.rpc details. Field paths start with `selection.`, wherever the panel comes from, so that both
    /// shapes of the service answer the same.
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, Status>;
}
