//! PanelService: the panel of a selection, in parts, for workers elsewhere.

use std::sync::Arc;

use growthpole_contracts::v1::{self, get_panel_response::Part, panel_service_server::PanelService};
use growthpole_datastore::{Datastore, StoredPanel};
use growthpole_domain::{BenchmarkChoice, MissingPolicy};
use growthpole_worker_kit::convert::{message, panel, selection};
use growthpole_worker_kit::{SelectionDefaults, refuse};
use tonic::Request;

use super::{Answer, Messages, messages};

/// The service.
pub(crate) struct Panels {
    store: Datastore,
}

impl Panels {
    pub(crate) fn new(store: Datastore) -> Self {
        Self { store }
    }
}

#[tonic::async_trait]
impl PanelService for Panels {
    type GetPanelStream = Messages<v1::GetPanelResponse>;

    async fn get_panel(&self, request: Request<v1::GetPanelRequest>) -> Answer<Self::GetPanelStream> {
        let request = request.into_inner();
        let defaults = SelectionDefaults { benchmark: BenchmarkChoice::None, missing: MissingPolicy::Keep };
        let mut parsed = selection::parse(request.selection, defaults)?;
        parsed.selection.companions = request.companions;
        let stored = self.store.panel(&parsed.selection).await.map_err(|error| refuse::query(error, "selection"))?;
        if request.if_digest_differs == stored.digest {
            let unchanged = Part::Unchanged(v1::PanelUnchanged {
                digest: request.if_digest_differs,
                warnings: message::warnings(&stored.panel.warnings),
            });
            return messages(std::iter::once(v1::GetPanelResponse { part: Some(unchanged) }));
        }
        messages(parts(stored).map(|part| v1::GetPanelResponse { part: Some(part) }))
    }
}

/// Header and blocks, each made when the one before was taken.
fn parts(stored: Arc<StoredPanel>) -> impl Iterator<Item = Part> + Send + 'static {
    let header = panel::header(&stored.panel, &stored.digest);
    let mut offset = 0;
    let blocks = std::iter::from_fn(move || {
        let block = panel::block(&stored.panel, offset)?;
        offset += block.values.len();
        Some(Part::Block(block))
    });
    std::iter::once(Part::Header(header)).chain(blocks)
}
