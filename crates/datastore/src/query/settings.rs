//! Settings of the query engine.

use serde::{Deserialize, Serialize};

/// What queries may take, and from which size on tables are read by the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuerySettings {
    /// Bytes that the sorts, joins and groups of all running queries may take together; a query that needs more is refused.
    pub memory_bytes: usize,
    /// Rows that the answer of one SQL statement may have; one with more is refused.
    pub max_rows: u64,
    /// Time in seconds that one SQL statement may take, from its arrival to the last row that its caller takes.
    pub timeout_seconds: u64,
    /// Threads that queries run on, apart from those that answer calls; 0 is as many as the machine has cores.
    pub threads: usize,
    /// Rows from which on a table is read a part at a time, and no longer read whole, checked against its digest and kept:
    /// one of fewer takes up to 10 MB in memory.
    pub large_table_rows: u64,
}

impl Default for QuerySettings {
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            max_rows: 10_000_000,
            timeout_seconds: 60,
            threads: 0,
            large_table_rows: 1 << 18,
        }
    }
}

/// The least memory with which the engine can sort and group at all.
const LEAST_MEMORY: usize = 1 << 20;
const MOST_THREADS: usize = 1024;
const MOST_SECONDS: u64 = 30 * 86_400;

impl QuerySettings {
    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// A sentence for every value that is not allowed, each starting with its key.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        let mut mistakes = Vec::new();
        if self.memory_bytes < LEAST_MEMORY {
            mistakes
                .push(format!("memory_bytes = {} is too small: allowed is {LEAST_MEMORY} or more", self.memory_bytes));
        }
        if self.max_rows == 0 {
            mistakes.push("max_rows = 0 is too small: allowed is 1 or more".to_owned());
        }
        if !(1..=MOST_SECONDS).contains(&self.timeout_seconds) {
            mistakes.push(format!("timeout_seconds = {} must lie between 1 and {MOST_SECONDS}", self.timeout_seconds));
        }
        if self.threads > MOST_THREADS {
            mistakes.push(format!("threads = {} is too large: allowed are 0 to {MOST_THREADS}", self.threads));
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    /// Threads, as many as the machine has cores where none are named.
    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            named => named.min(MOST_THREADS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_bounds() {
        assert_eq!(QuerySettings::default().validate(), Ok(()));
        let wrong =
            QuerySettings { memory_bytes: 5, max_rows: 0, timeout_seconds: 0, threads: 5000, large_table_rows: 0 };
        assert_eq!(wrong.validate().map_err(|mistakes| mistakes.len()), Err(4));
    }
}
