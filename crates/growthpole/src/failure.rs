//! Why a command ends, and the exit status that says so.

use std::io;
use std::process::ExitCode;

use tonic::Status;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line or the configuration is wrong.
    Usage(String),
    /// The service answered with an error.
    Answer(Box<Status>),
    /// Something else went wrong.
    Other(anyhow::Error),
    /// Nobody reads the output any more; that is no mistake.
    Closed,
}

impl Failure {
    /// 1 for an error answered, 2 for wrong usage.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Answer(_) | Self::Other(_) => ExitCode::FAILURE,
            Self::Closed => ExitCode::SUCCESS,
        }
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Answer(Box::new(status))
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Other(error.into()) }
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            kind => Self::Other(anyhow::anyhow!("the answer cannot be written as CSV: {kind:?}")),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => io::Error::from(kind).into(),
            None => Self::Other(anyhow::anyhow!("the answer cannot be written as JSON: {error}")),
        }
    }
}

impl From<prost::DecodeError> for Failure {
    fn from(error: prost::DecodeError) -> Self {
        Self::Other(anyhow::anyhow!("the answer is not of the type that this version knows: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_mistake() {
        let closed: Failure = io::Error::from(io::ErrorKind::BrokenPipe).into();
        assert!(matches!(closed, Failure::Closed));
        let json: Failure = serde_json::Error::io(io::Error::from(io::ErrorKind::BrokenPipe)).into();
        assert!(matches!(json, Failure::Closed));
        let full: Failure = io::Error::from(io::ErrorKind::StorageFull).into();
        assert!(matches!(full, Failure::Other(_)));
    }
}
