//! Why a statement is not answered.

use std::error::Error;

use datafusion::common::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use growthpole_domain::QueryError;

use crate::StoreError;

/// Why a statement is not answered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SqlError {
    /// It is no SQL, or names what is not there.
    #[error("{message}")]
    Invalid {
        /// What is wrong.
        message: String,
        /// Where: line and column, from 1.
        place: Option<(u64, u64)>,
    },
    /// It is more or other than one question.
    #[error(
        "{what}: one SELECT, WITH, VALUES, EXPLAIN, DESCRIBE or SHOW statement is allowed, which reads and changes nothing"
    )]
    NotAQuestion {
        /// What it is.
        what: String,
    },
    /// It cannot be computed on these data, as a division by zero cannot.
    #[error("{0}")]
    Undefined(String),
    /// It takes more memory than queries may.
    #[error("the statement needs more than the {bytes} bytes that queries may take together")]
    Memory {
        /// The limit.
        bytes: usize,
    },
    /// Its answer has more rows than is allowed.
    #[error("the answer has more than {rows} rows")]
    Rows {
        /// The limit.
        rows: u64,
    },
    /// It takes longer than is allowed.
    #[error("the statement takes longer than {seconds} s")]
    Timeout {
        /// The limit.
        seconds: u64,
    },
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] QueryError),
    /// A mistake of this software.
    #[error("{0}")]
    Internal(String),
}

impl From<StoreError> for SqlError {
    fn from(error: StoreError) -> Self {
        Self::Data(error.into_query_error())
    }
}

impl SqlError {
    /// What went wrong before anything was read: then the statement is to blame.
    pub(crate) fn planning(error: &DataFusionError) -> Self {
        if let Some(data) = of_data(error) {
            return data;
        }
        let place = error.diagnostic().and_then(|diagnostic| diagnostic.span).map(|span| span.start);
        let place = place.map(|start| (start.line, start.column));
        match error.find_root() {
            DataFusionError::SQL(error, _) => parsing(error),
            DataFusionError::Internal(problem) => Self::Internal(problem.clone()),
            root => Self::Invalid { message: sentence(root), place },
        }
    }

    /// What went wrong while the answer was computed.
    pub(crate) fn running(error: &DataFusionError, memory_bytes: usize) -> Self {
        if let Some(data) = of_data(error) {
            return data;
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Memory { bytes: memory_bytes },
            DataFusionError::ArrowError(error, _) => Self::Undefined(error.to_string()),
            DataFusionError::ParquetError(error) => Self::Data(QueryError::Corrupt(error.to_string())),
            DataFusionError::Execution(problem) | DataFusionError::Plan(problem) => Self::Undefined(problem.clone()),
            DataFusionError::NotImplemented(problem) => Self::Invalid { message: problem.clone(), place: None },
            other => Self::Internal(other.to_string()),
        }
    }
}

/// The place stands in the parser's own sentence only.
fn parsing(error: &ParserError) -> SqlError {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => "the statement is nested too deeply",
    };
    let place = text.rsplit_once(" at Line: ").and_then(|(message, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((message, (line.parse().ok()?, column.trim().parse().ok()?)))
    });
    match place {
        Some((message, place)) => SqlError::Invalid { message: message.to_owned(), place: Some(place) },
        None => SqlError::Invalid { message: text.to_owned(), place: None },
    }
}

/// The engine's sentence without the name of its kind.
fn sentence(error: &DataFusionError) -> String {
    match error {
        DataFusionError::Plan(text) | DataFusionError::NotImplemented(text) | DataFusionError::Execution(text) => {
            text.clone()
        }
        other => other.to_string(),
    }
}

/// The store among the causes: what is damaged or cannot be reached is no fault of a statement.
fn of_data(error: &DataFusionError) -> Option<SqlError> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut of_store = None;
    while let Some(error) = cause {
        // What an executor of the cluster or the way to it said.
        if let Some(told) = error.downcast_ref::<SqlError>() {
            return Some(told.clone());
        }
        if let Some(StoreError::Corrupt { object, problem }) = error.downcast_ref() {
            return Some(SqlError::Data(QueryError::Corrupt(format!("{object} is damaged: {problem}"))));
        }
        if let Some(error) = error.downcast_ref::<object_store::Error>() {
            of_store = Some(match error {
                object_store::Error::NotFound { path, .. } => QueryError::Corrupt(format!("{path} is not there")),
                other => QueryError::Unavailable(other.to_string()),
            });
        }
        cause = error.source();
    }
    of_store.map(SqlError::Data)
}
