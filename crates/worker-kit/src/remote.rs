//! Panels from a PanelService elsewhere, with a cache by digest.

use std::sync::Arc;

use growthpole_contracts::v1::{self, get_panel_response::Part, panel_service_client::PanelServiceClient};
use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{Panel, Selection, VintageChoice, Warning};
use moka::sync::Cache;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use crate::convert::message::read_warnings;
use crate::convert::panel::Assembly;
use crate::convert::selection;
use crate::{PanelSource, SourcedPanel};

/// Bytes of one panel that are on their way at most.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// Bytes of all panels that are on their way at most: room for many at once on the one connection, and for many small frames.
const CONNECTION_WINDOW: u32 = 256 * 1024 * 1024;

/// An address that panels cannot be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidEndpoint {
    /// What was given.
    pub endpoint: String,
}

impl std::fmt::Display for InvalidEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "\"{}\" was given; allowed: an address such as http://127.0.0.1:50051 or unix:/run/api",
            self.endpoint
        )
    }
}

impl std::error::Error for InvalidEndpoint {}

/// Reads panels from a PanelService. Panels are kept in memory by selection: a selection of a numbered vintage is never
/// asked for twice, any other is asked for with the digest of the panel that is already here.
#[derive(Debug, Clone)]
pub struct RemotePanels {
    endpoint: Arc<str>,
    client: PanelServiceClient<Channel>,
    cache: Cache<Selection, SourcedPanel>,
}

impl RemotePanels {
    /// Reads from the API at `endpoint`, for example `http://api:50051` or `unix:/run/api`; connects when the first panel is
    /// asked for.
    ///
    /// # Errors
    ///
    /// When `endpoint` is neither.
    pub fn new(endpoint: &str, cache_bytes: u64) -> Result<Self, InvalidEndpoint> {
        let invalid = || InvalidEndpoint { endpoint: endpoint.to_owned() };
        let is_supported = ["http://", "unix:/"].iter().any(|scheme| endpoint.starts_with(scheme));
        let address = Endpoint::from_shared(endpoint.to_owned()).ok().filter(|_| is_supported).ok_or_else(invalid)?;
        let channel = address
            .connect_timeout(std::time::Duration::from_secs(1))
            .tcp_nodelay(true)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .connect_lazy();
        let weight = |_: &Selection, source: &SourcedPanel| u32::try_from(source.panel.weight()).unwrap_or(u32::MAX);
        Ok(Self {
            endpoint: endpoint.into(),
            client: PanelServiceClient::new(channel),
            cache: Cache::builder().max_capacity(cache_bytes).weigher(weight).build(),
        })
    }

    async fn fetch(&self, selection: &Selection, known: Option<SourcedPanel>) -> Result<SourcedPanel, Status> {
        let request = v1::GetPanelRequest {
            selection: Some(selection::write(selection)),
            companions: selection.companions.clone(),
            if_digest_differs: known.as_ref().map(|source| source.digest.to_string()).unwrap_or_default(),
        };
        let unreachable = |status: Status| unreachable(status, &self.endpoint);
        let mut parts = self.client.clone().get_panel(Request::new(request)).await.map_err(unreachable)?.into_inner();
        let mut assembly: Option<Assembly> = None;
        while let Some(message) = parts.message().await.map_err(unreachable)? {
            match (message.part, &mut assembly) {
                (Some(Part::Unchanged(unchanged)), None) => {
                    let known = known.ok_or_else(|| unexpected("unchanged, though no digest was sent"))?;
                    return Ok(with_warnings(known, read_warnings(unchanged.warnings)));
                }
                (Some(Part::Header(header)), None) => assembly = Some(Assembly::new(header)),
                (Some(Part::Block(block)), Some(assembly)) => assembly.push(block)?,
                _ => return Err(unexpected("parts out of order")),
            }
        }
        let (mut panel, digest) = assembly.ok_or_else(|| unexpected("no parts"))?.finish()?;
        if selection.zero_for_missing {
            panel.fill_missing();
        }
        Ok(SourcedPanel { panel: Arc::new(panel), digest: digest.into() })
    }
}

#[tonic::async_trait]
impl PanelSource for RemotePanels {
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, Status> {
        let known = self.cache.get(selection);
        if let (Some(known), VintageChoice::Number(_)) = (&known, selection.vintage) {
            return Ok(known.clone());
        }
        let source = self.fetch(selection, known).await?;
        self.cache.insert(selection.clone(), source.clone());
        Ok(source)
    }
}

/// The same panel with the warnings of now: they are no part of its digest.
fn with_warnings(source: SourcedPanel, warnings: Vec<Warning>) -> SourcedPanel {
    if source.panel.warnings == warnings {
        return source;
    }
    let panel = Panel { warnings, ..Panel::clone(&source.panel) };
    SourcedPanel { panel: Arc::new(panel), ..source }
}

/// A status with details comes from the API and is passed on; one without comes from the connection.
fn unreachable(status: Status, endpoint: &str) -> Status {
    if status.details().is_empty() {
        tracing::warn!(endpoint, %status, "PanelService cannot be reached");
        return Refusal::new(Reason::StorageUnavailable, "the panels cannot be read from the API now").into();
    }
    status
}

fn unexpected(cause: &str) -> Status {
    Refusal::internal(format!("PanelService answered with {cause}")).into()
}
