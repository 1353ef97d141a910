//! Refusals of what writes to the store.

use std::error::Error;
use std::io;

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
            tracing::warn!(error = %message, cause = ?error.source(), "the store cannot be written");
            let message = match said_by_the_system(&error) {
                Some(cause) => format!("{message}: {cause}"),
                None => message,
            };
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

/// What the system says of an error: that no room is left on a disk, for example. What else is known of its causes is in the
/// log.
fn said_by_the_system(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = next {
        if let Some(of_the_system) = cause.downcast_ref::<io::Error>().filter(|cause| cause.raw_os_error().is_some()) {
            return Some(of_the_system.to_string());
        }
        next = cause.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_and_no_other_cause() {
        const NO_ROOM: i32 = 28;
        let full = || io::Error::from_raw_os_error(NO_ROOM);
        let said = |error: StoreError| store(error).message.clone();
        let object = "datasets/d/data/x.parquet".to_owned();
        let wrapped = Box::new(StoreError::Scratch { source: full() });
        assert_eq!(said(StoreError::Scratch { source: full() }), format!("cannot use temporary files: {}", full()));
        assert_eq!(
            said(StoreError::Unavailable { object: object.clone(), source: wrapped }),
            format!("cannot reach {object}: {}", full())
        );
        let other = Box::new(io::Error::other("key=secret"));
        assert_eq!(
            said(StoreError::Unavailable { object: object.clone(), source: other }),
            format!("cannot reach {object}")
        );
    }
}
