//! DatasetService: data sets, their vintages, and what a vintage changed.

use futures_util::{Stream, StreamExt as _};
use growthpole_contracts::v1::{self, dataset_service_server::DatasetService};
use growthpole_contracts::{Reason, Refusal};
use growthpole_datastore::{Datastore, DifferenceReader, ObservationChange};
use growthpole_server::HealthBoard;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::{Method, refuse};
use tonic::{Request, Response, Status};

use super::import_vintage::Importer;
use super::{Answer, Messages, dataset, latest, refused, retract_vintage, watch_datasets};
use crate::chunks::messages_of;
use crate::convert;

const DIFF: Method = Method { name: "growthpole.v1.DatasetService/DiffVintages", revision: 1 };

/// The service.
pub(crate) struct Datasets {
    store: Datastore,
    /// Says when endless streams are to end.
    health: HealthBoard,
    importer: Importer,
}

impl Datasets {
    pub(crate) fn new(store: Datastore, health: HealthBoard, importer: Importer) -> Self {
        Self { store, health, importer }
    }
}

#[tonic::async_trait]
impl DatasetService for Datasets {
    type DiffVintagesStream = Messages<v1::DiffVintagesResponse>;
    type WatchDatasetsStream = Messages<v1::WatchDatasetsResponse>;
    type ImportVintageStream = Messages<v1::ImportVintageResponse>;
    type ValidateImportStream = Messages<v1::ValidateImportResponse>;

    async fn list_datasets(&self, _: Request<v1::ListDatasetsRequest>) -> Answer<v1::ListDatasetsResponse> {
        let datasets = self.store.datasets().iter().map(|handle| convert::dataset(handle)).collect();
        Ok(Response::new(v1::ListDatasetsResponse { datasets }))
    }

    async fn get_dataset(&self, request: Request<v1::GetDatasetRequest>) -> Answer<v1::GetDatasetResponse> {
        let handle = dataset(&self.store, &request.get_ref().dataset)?;
        Ok(Response::new(v1::GetDatasetResponse { dataset: Some(convert::dataset(&handle)) }))
    }

    async fn list_vintages(&self, request: Request<v1::ListVintagesRequest>) -> Answer<v1::ListVintagesResponse> {
        let id = &request.get_ref().dataset;
        let handle = dataset(&self.store, id)?;
        let vintages = handle.vintages.iter().map(|vintage| convert::vintage(id, vintage)).collect();
        Ok(Response::new(v1::ListVintagesResponse { vintages }))
    }

    async fn get_vintage(&self, request: Request<v1::GetVintageRequest>) -> Answer<v1::GetVintageResponse> {
        let request = request.into_inner();
        let handle = dataset(&self.store, &request.dataset)?;
        let choice = selection::vintage(request.vintage, "vintage")?;
        let resolved = handle.resolve_vintage(choice, &[]).map_err(refused)?;
        let vintage = convert::vintage(&request.dataset, resolved.vintage);
        Ok(Response::new(v1::GetVintageResponse { vintage: Some(vintage) }))
    }

    async fn diff_vintages(&self, request: Request<v1::DiffVintagesRequest>) -> Answer<Self::DiffVintagesStream> {
        let request = request.into_inner();
        let (older, newer) = order(request.older, request.newer)?;
        let regions = selection::regions(request.regions);
        let handle = dataset(&self.store, &request.dataset)?;
        let difference = self.store.difference(&request.dataset, older, newer, &request.indicators, &regions);
        let mut difference = difference.map_err(|error| by_our_fields(refused(error)))?;
        let first = difference.next().await.map_err(|error| by_our_fields(refused(error)))?.unwrap_or_default();
        let mut provenance = latest(&handle, &DIFF);
        let mut warnings = message::warnings(difference.warnings());
        let messages = messages_of(first, changes(difference), convert::change);
        let messages = messages.map(move |changes| {
            let (provenance, warnings) = (provenance.take(), std::mem::take(&mut warnings));
            Ok(v1::DiffVintagesResponse { changes: changes?, provenance, warnings })
        });
        Ok(Response::new(messages.boxed()))
    }

    async fn retract_vintage(&self, request: Request<v1::RetractVintageRequest>) -> Answer<v1::RetractVintageResponse> {
        retract_vintage::answer(&self.store, request.into_inner()).await
    }

    async fn watch_datasets(&self, request: Request<v1::WatchDatasetsRequest>) -> Answer<Self::WatchDatasetsStream> {
        watch_datasets::answer(&self.store, self.health.clone(), request.into_inner())
    }

    async fn import_vintage(
        &self,
        request: Request<tonic::Streaming<v1::ImportVintageRequest>>,
    ) -> Answer<Self::ImportVintageStream> {
        self.importer.answer(request.into_inner(), true)
    }

    async fn validate_import(
        &self,
        request: Request<tonic::Streaming<v1::ValidateImportRequest>>,
    ) -> Answer<Self::ValidateImportStream> {
        self.importer.answer(request.into_inner(), false)
    }
}

/// The rest of a difference, read as it is taken.
fn changes(
    difference: DifferenceReader,
) -> impl Stream<Item = Result<Vec<ObservationChange>, Status>> + Send + 'static {
    futures_util::stream::unfold(Some(difference), |difference| async {
        let mut difference = difference?;
        match difference.next().await {
            Ok(more) => Some((Ok(more?), Some(difference))),
            Err(error) => Some((Err(by_our_fields(refused(error))), None)),
        }
    })
}

/// The older and the newer vintage.
fn order(older: i32, newer: i32) -> Result<(u32, u32), Refusal> {
    let number = |field: &str, number: i32| match u32::try_from(number) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Refusal::invalid(field, number, "the number of a vintage, from 1")),
    };
    let (older, newer) = (number("older", older)?, number("newer", newer)?);
    if older >= newer {
        return Err(Refusal::invalid("newer", newer, &format!("a vintage after {older}, which is given as older")));
    }
    Ok((older, newer))
}

/// The refusal by the fields of this request, which has no vintage selector: an indicator that neither vintage holds is
/// the fault of `indicators`.
fn by_our_fields(refusal: Refusal) -> Status {
    let blamed = match refusal.reason {
        Reason::IndicatorNotInVintage => &[("vintage.number", "indicators")][..],
        Reason::UnknownVintage => &[("from", "older"), ("to", "newer")],
        _ => &[],
    };
    blamed.iter().fold(Status::from(refusal), |status, (theirs, ours)| refuse::rename_field(status, theirs, ours))
}
