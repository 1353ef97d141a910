//! The data services, a file each, and what they share.

pub(crate) mod aggregate_observations;
pub(crate) mod catalog;
pub(crate) mod dataset;
pub(crate) mod export_vintage;
pub(crate) mod import_vintage;
pub(crate) mod observation;
pub(crate) mod panel;
mod retract_vintage;
mod storing;
mod watch_datasets;
pub(crate) mod worker;

pub(crate) use storing::store as stored;

use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;
use growthpole_contracts::{Refusal, SOFTWARE_VERSION, v1};
use growthpole_datastore::{DatasetHandle, Datastore};
use growthpole_domain::{Catalogue, QueryError, VintageInfo};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::convert::selection::required;
use growthpole_worker_kit::{Method, refuse};
use tonic::{Response, Status};

/// What a call is answered with.
type Answer<T> = Result<Response<T>, Status>;

/// A stream of messages, each made when it is asked for.
type Messages<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The messages of an iterator, one at a time as the caller takes them.
fn messages<T: Send + 'static>(iterator: impl Iterator<Item = T> + Send + 'static) -> Answer<Messages<T>> {
    Ok(Response::new(Box::pin(futures_util::stream::iter(iterator.map(Ok)))))
}

/// The refusal of a query whose fields are the request's own.
fn refused(error: QueryError) -> Refusal {
    refuse::query(error, "")
}

/// The data set that a request names.
fn dataset(store: &Datastore, id: &str) -> Result<Arc<DatasetHandle>, Refusal> {
    required("dataset", id, "the id of a data set, as ListDatasets gives it")?;
    store.dataset(id).map_err(refused)
}

/// What was read, where an answer rests on a vintage's catalogue alone: no panel, and no one classification.
fn provenance(catalogue: &Catalogue, vintage: &VintageInfo, method: &Method) -> v1::Provenance {
    v1::Provenance {
        dataset: catalogue.dataset.id.clone(),
        vintage: message::count(vintage.number),
        published: vintage.published.to_string(),
        published_precision: message::precision(vintage.precision).into(),
        panel_digest: String::new(),
        classification: String::new(),
        boundary_version: catalogue.dataset.boundary_version.clone(),
        method: method.name.to_owned(),
        method_revision: method.revision,
        software_version: SOFTWARE_VERSION.to_owned(),
        seed: None,
        further_inputs: Vec::new(),
    }
}

/// What was read, where that was the catalogue of the latest vintage; of the last one where all were retracted.
fn latest(handle: &DatasetHandle, method: &Method) -> Option<v1::Provenance> {
    handle.latest().or(handle.vintages.last()).map(|vintage| provenance(&handle.catalogue, vintage, method))
}

/// Reads an enum by which a list may be filtered; nothing for 0, which is "all".
fn filter<E: TryFrom<i32> + PartialEq + Default>(
    field: &str,
    number: i32,
    allowed: &str,
) -> Result<Option<E>, Refusal> {
    match E::try_from(number) {
        Ok(unspecified) if unspecified == E::default() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(_) => Err(Refusal::invalid(field, number, allowed)),
    }
}
