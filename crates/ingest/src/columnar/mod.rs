//! Tables in columns: Apache Parquet and Apache Arrow IPC, batch by batch.

mod arrow;
mod column;
mod pages;
mod parquet;
mod table;

pub(crate) use arrow::stream as arrow;
pub(crate) use parquet::read as parquet;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::report::Rule;
use crate::source::SourceError;

/// How many rows are decoded at once.
const ROWS_IN_BATCH: usize = 1 << 14;

/// Runs a decoder of another library on bytes that may be damaged. Some checks of these libraries end the thread; what
/// they were decoding is then as damaged as where they answer an error.
fn guarded<T, E: std::fmt::Display>(decode: impl FnOnce() -> Result<T, E>) -> Result<T, SourceError> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(result) => result.map_err(|error| damaged(&error.to_string())),
        Err(_) => Err(damaged("its parts contradict each other")),
    }
}

fn damaged(problem: &str) -> SourceError {
    SourceError::new(Rule::Unreadable, 0, problem)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;
