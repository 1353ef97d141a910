//! Records of a package's CSV files.

use serde::de::DeserializeOwned;

use super::Package;
use crate::StoreError;

/// A record and where it stands.
pub(crate) struct Record<T> {
    pub(crate) line: u64,
    pub(crate) content: T,
}

/// A CSV file's records.
pub(crate) struct Records<T> {
    /// Name of the file in messages.
    pub(crate) file: String,
    pub(crate) records: Vec<Record<T>>,
}

impl<T> Records<T> {
    /// A problem with a record.
    pub(crate) fn problem(&self, record: &Record<T>, problem: impl Into<String>) -> StoreError {
        StoreError::package_line(&self.file, record.line, problem)
    }

    /// Refuses a key that stands twice.
    pub(crate) fn check_unique<K: Ord>(
        &self,
        key: impl Fn(&T) -> K,
        name: impl Fn(&T) -> String,
    ) -> Result<(), StoreError> {
        let mut seen = std::collections::BTreeSet::new();
        match self.records.iter().find(|record| !seen.insert(key(&record.content))) {
            Some(record) => Err(self.problem(record, format!("{} stands twice", name(&record.content)))),
            None => Ok(()),
        }
    }
}

/// Reads a file; none is as good as an empty one, except where other files need what is in it.
pub(crate) fn records<T: DeserializeOwned>(package: &Package, path: &str) -> Result<Records<T>, StoreError> {
    let file = package.name_of(path);
    let bytes = package.file_if_there(path).unwrap_or_default();
    let mut reader = csv::Reader::from_reader(bytes);
    let problem = |line: Option<u64>, error: csv::Error| StoreError::Package {
        file: file.clone(),
        line,
        problem: error.to_string(),
    };
    let header = reader.headers().map_err(|error| problem(Some(1), error))?.clone();
    let mut records = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| problem(error.position().map(csv::Position::line), error))?;
        let line = row.position().map_or(0, csv::Position::line);
        let content = row.deserialize(Some(&header)).map_err(|error| problem(Some(line), error))?;
        records.push(Record { line, content });
    }
    Ok(Records { file, records })
}
