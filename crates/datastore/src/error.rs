//! Why a store cannot be opened, read or written.

use std::path::PathBuf;

use growthpole_domain::QueryError;
use growthpole_ingest::Report;

/// Why a store cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory cannot be made or used.
    #[error("cannot use the directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The storage does not answer, or refuses.
    #[error("cannot reach {object}")]
    Unavailable {
        /// The object.
        object: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store writes over what is there though it was told not to: two writers could overwrite each other's vintages.
    #[error(
        "{store} writes over objects that are there although it is told not to (put-if-absent, If-None-Match: *): two \
         writers could lose each other's vintages, so that nothing is committed to it"
    )]
    NoConditionalWrites {
        /// What the store calls itself.
        store: String,
    },
    /// An object is not what was written.
    #[error("{object} is damaged: {problem}")]
    Corrupt {
        /// The object.
        object: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A manifest has a format that this version cannot read.
    #[error("{object} has format {found}; this version reads format {known}: use a newer version")]
    NewerFormat {
        /// The manifest.
        object: String,
        /// Its format.
        found: u32,
        /// The format that can be read.
        known: u32,
    },
    /// A file of a data set to be imported breaks a rule.
    #[error("{file}{}: {problem}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Package {
        /// The file.
        file: String,
        /// Its line, where it is about one.
        line: Option<u64>,
        /// What is wrong.
        problem: String,
    },
    /// Observations of a data set to be imported break rules.
    #[error("{file}: {report}")]
    Observations {
        /// The file.
        file: String,
        /// What is wrong.
        report: Box<Report>,
    },
    /// The store holds other data under the number of a vintage to be imported.
    #[error(
        "{dataset} holds a vintage {number} with other data ({stored}) than those to be imported ({offered}): \
         import them under a new number, or into an empty store"
    )]
    DifferentVintage {
        /// Data set.
        dataset: String,
        /// Number of the vintage.
        number: u32,
        /// Digest of what is stored.
        stored: String,
        /// Digest of what was to be imported.
        offered: String,
    },
    /// A place that cannot be a store.
    #[error("{url}: {problem}")]
    Location {
        /// The place, without what may be secret in it.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A vintage that breaks a rule of what a vintage is.
    #[error("{field}: {problem}")]
    InvalidVintage {
        /// What of it, for example `dataset` or `tables`.
        field: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The vintage that an upsert was made on is not the one before it any more: another was committed. Merge again, on
    /// the one that is there now.
    #[error("{dataset} has another vintage before this one than the upsert was made on: {}", now.map_or("none".to_owned(), |now| now.to_string()))]
    BaseMoved {
        /// Data set.
        dataset: String,
        /// Number of the vintage that is there now.
        now: Option<u32>,
    },
    /// Others committed vintages of the data set each time that this one was about to be.
    #[error("{dataset}: another vintage was committed first, {attempts} times; try again")]
    Contended {
        /// Data set.
        dataset: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// Temporary files cannot be written or read.
    #[error("cannot use temporary files")]
    Scratch {
        /// Why.
        source: std::io::Error,
    },
    /// What was asked for is not there or not allowed.
    #[error(transparent)]
    Refused(#[from] QueryError),
    /// Something of our own cannot be written in its format.
    #[error("cannot encode {what}")]
    Encode {
        /// What.
        what: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Work on another thread ended before its time.
    #[error("the work was stopped")]
    Stopped,
}

impl StoreError {
    /// A problem with a file as a whole.
    pub(crate) fn package(file: &str, problem: impl Into<String>) -> Self {
        Self::Package { file: file.to_owned(), line: None, problem: problem.into() }
    }

    /// A problem with a line of a file.
    pub(crate) fn package_line(file: &str, line: u64, problem: impl Into<String>) -> Self {
        Self::Package { file: file.to_owned(), line: Some(line), problem: problem.into() }
    }

    /// What a reader of data hears of it.
    pub(crate) fn into_query_error(self) -> QueryError {
        match self {
            Self::Refused(error) => error,
            Self::Unavailable { .. }
            | Self::NoConditionalWrites { .. }
            | Self::Directory { .. }
            | Self::Location { .. }
            | Self::BaseMoved { .. }
            | Self::Contended { .. }
            | Self::Scratch { .. }
            | Self::Stopped => QueryError::Unavailable(self.to_string()),
            Self::Corrupt { .. }
            | Self::NewerFormat { .. }
            | Self::Package { .. }
            | Self::Observations { .. }
            | Self::DifferentVintage { .. }
            | Self::InvalidVintage { .. }
            | Self::Encode { .. } => QueryError::Corrupt(self.to_string()),
        }
    }
}
