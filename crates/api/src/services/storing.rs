//! Refusals of what writes to the store.

use growthpole_contracts::{Reason, Refusal};
use growthpole_datastore::StoreError;

use super::refused;

/// The refusal of something that was to be stored; fields are the request's own.
pub(crate) fn store(error: StoreError) -> Refusal {
    let message = error.to_string();
    match error {
        StoreError::Refused(error) => refused(error),
        StoreError::InvalidVintage { field, problem } => {
            Refusal::new(Reason::InvalidField, message).with_violation(field, problem)
        }
        StoreError::Contended { .. } | StoreError::BaseMoved { .. } => Refusal::new(Reason::CommitContended, message),
        StoreError::NoConditionalWrites { .. } => Refusal::new(Reason::StoreUnsafe, message),
        StoreError::Unavailable { .. }
        | StoreError::Directory { .. }
        | StoreError::Location { .. }
        | StoreError::Scratch { .. } => {
            tracing::warn!(error = %message, cause = ?std::error::Error::source(&error), "the store cannot be written");
            Refusal::new(Reason::StorageUnavailable, message)
        }
        StoreError::Stopped => Refusal::new(Reason::StorageUnavailable, message),
        StoreError::Corrupt { .. } | StoreError::NewerFormat { .. } => Refusal::new(Reason::DataCorrupt, message),
        StoreError::Package { .. }
        | StoreError::Observations { .. }
        | StoreError::DifferentVintage { .. }
        | StoreError::Encode { .. } => Refusal::internal(message),
    }
}
