//! Settings of the query engine.

use serde::{Deserialize, Serialize};

/// What queries may take, and from which size on tables are read by the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The scheduler of an Apache Ballista cluster that large tables are queried on, `df://host:port`; empty: no cluster.
    pub ballista: String,
    /// Parts that a query is split into on the cluster: about as many as its executors have cores together.
    pub ballista_partitions: usize,
}

impl Default for QuerySettings {
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            max_rows: 10_000_000,
            timeout_seconds: 60,
            threads: 0,
            large_table_rows: 1 << 18,
            ballista: String::new(),
            ballista_partitions: 16,
        }
    }
}

/// The least memory with which the engine can sort and group at all.
const LEAST_MEMORY: usize = 1 << 20;
const MOST_THREADS: usize = 1024;
const MOST_SECONDS: u64 = 30 * 86_400;
const MOST_PARTITIONS: usize = 10_000;

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
        if !(1..=MOST_PARTITIONS).contains(&self.ballista_partitions) {
            let sent = self.ballista_partitions;
            mistakes.push(format!("ballista_partitions = {sent} must lie between 1 and {MOST_PARTITIONS}"));
        }
        mistakes.extend(self.ballista_mistake());
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    fn ballista_mistake(&self) -> Option<String> {
        let sent = &self.ballista;
        if sent.is_empty() {
            return None;
        }
        if scheduler_address(sent).is_none() {
            return Some(format!("ballista = \"{sent}\" is no scheduler: write df://host:port"));
        }
        (!cfg!(feature = "ballista")).then(|| {
            format!(
                "ballista = \"{sent}\" needs a program that was built with the feature \"ballista\", and this one was not: \
                 cargo build --features ballista"
            )
        })
    }

    /// Threads, as many as the machine has cores where none are named.
    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            named => named.min(MOST_THREADS),
        }
    }
}

/// Host and port of a scheduler, written `df://host:port`.
pub fn scheduler_address(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.strip_prefix("df://")?.trim_end_matches('/').rsplit_once(':')?;
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || "-._:[]".contains(letter);
    let port = port.parse().ok().filter(|port| *port != 0)?;
    (!host.is_empty() && host.chars().all(is_host)).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_bounds() {
        assert_eq!(QuerySettings::default().validate(), Ok(()));
        let wrong = QuerySettings {
            memory_bytes: 5,
            max_rows: 0,
            timeout_seconds: 0,
            threads: 5000,
            large_table_rows: 0,
            ballista: "http://scheduler:50050".to_owned(),
            ballista_partitions: 0,
        };
        assert_eq!(wrong.validate().map_err(|mistakes| mistakes.len()), Err(6));
    }

    #[test]
    fn schedulers_have_a_host_and_a_port() {
        assert_eq!(scheduler_address("df://scheduler:50050"), Some(("scheduler", 50050)));
        assert_eq!(scheduler_address("df://[::1]:50050/"), Some(("[::1]", 50050)));
        for wrong in ["", "df://", "df://scheduler", "df://:50050", "df://a b:1", "df://a:0", "df://a:70000", "a:50050"]
        {
            assert_eq!(scheduler_address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_cluster_needs_the_feature() {
        let settings = QuerySettings { ballista: "df://scheduler:50050".to_owned(), ..QuerySettings::default() };
        let mistakes = settings.validate().err().unwrap_or_default();
        assert_eq!(mistakes.is_empty(), cfg!(feature = "ballista"), "{mistakes:?}");
        assert!(mistakes.iter().all(|mistake| mistake.contains("built with the feature \"ballista\"")), "{mistakes:?}");
    }
}
