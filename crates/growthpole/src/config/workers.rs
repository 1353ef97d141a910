//! The workers that run elsewhere: tables in the file, `NAME=URL,NAME=URL` on one line.

use std::collections::BTreeSet;
use std::fmt;

use growthpole_router::{InvalidWorker, WorkerEndpoint};
use serde::Deserializer;
use serde::de::{Error, SeqAccess, Visitor};

/// Reads a list of tables, or a line of `NAME=URL` with commas between them.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<WorkerEndpoint>, D::Error> {
    deserializer.deserialize_any(Entries)
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<WorkerEndpoint>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tables [[workers]] with name and endpoint, or NAME=URL,NAME=URL")
    }

    fn visit_str<E: Error>(self, line: &str) -> Result<Self::Value, E> {
        line.split(',').filter(|entry| !entry.is_empty()).map(|entry| parse(entry).map_err(E::custom)).collect()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut tables: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = tables.next_element()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

fn parse(entry: &str) -> Result<WorkerEndpoint, String> {
    match entry.split_once('=') {
        Some((name, endpoint)) if !name.is_empty() && !endpoint.is_empty() => Ok(WorkerEndpoint::new(name, endpoint)),
        _ => {
            Err(format!("\"{entry}\" is no worker: write NAME=URL, for example growth-ranking=http://127.0.0.1:50061"))
        }
    }
}

/// A sentence for every entry that is not allowed.
pub(super) fn mistakes(entries: &[WorkerEndpoint]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut mistakes = Vec::new();
    for worker in entries {
        let name = worker.name.as_str();
        if !name.is_empty() && !seen.insert(name) {
            mistakes.push(format!("workers: {}", InvalidWorker::DuplicateName(name.to_owned())));
        }
        mistakes.extend(worker.validate().err().map(|mistake| format!("workers: {mistake}")));
    }
    mistakes
}
