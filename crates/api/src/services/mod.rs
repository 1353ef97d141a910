//! The data services, a file each, and what they share.

pub(crate) mod catalog;
pub(crate) mod dataset;
pub(crate) mod observation;
pub(crate) mod panel;
pub(crate) mod worker;

use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;
use growthpole_contracts::Refusal;
use growthpole_datastore::{DatasetHandle, Datastore};
use growthpole_domain::QueryError;
use growthpole_worker_kit::convert::selection::required;
use growthpole_worker_kit::refuse;
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
