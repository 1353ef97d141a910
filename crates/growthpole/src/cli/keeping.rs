//! What commands that look after a store share: which store, and how their report is printed.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use growthpole_datastore::Datastore;

use super::{Common, data_flag};
use crate::assemble;
use crate::failure::Failure;
use crate::output::{Format, View, json};

/// Which store to look after, and how to report.
#[derive(Debug, Clone, Args)]
pub(super) struct Keeping {
    /// Data directory, or the URL of a bucket: s3://bucket/prefix, gs://bucket/prefix, az://container/prefix
    #[arg(long, value_name = "DIR|URL")]
    data: Option<PathBuf>,
    /// How the report is printed
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    output: Format,
}

impl Keeping {
    /// Whether programs read the report.
    pub(super) fn wants_json(&self) -> bool {
        self.output == Format::Json
    }

    /// The store as it is: nothing is imported into it.
    pub(super) fn store(&self, common: &Common) -> Result<Datastore, Failure> {
        let effective = common.start_asking(data_flag(self.data.as_ref()).into_iter().collect())?;
        let data = &effective.settings.data;
        if data.url.is_empty() && !data.directory.is_dir() {
            let place = data.directory.display();
            return Err(Failure::Usage(format!("there is no data directory {place}: nothing is kept there")));
        }
        assemble::open(&effective.settings)
    }

    /// Prints the report.
    pub(super) fn show<R: Serialize>(&self, report: &R, view: impl FnOnce(&R) -> View) -> Result<(), Failure> {
        match self.output {
            Format::Json => json::plain(report),
            format => view(report).print(format),
        }
    }
}

/// A size for people.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0);
    format!("{size:.decimals$} {}", UNITS.get(unit).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let sizes = [0, 999, 1000, 1_234_567, 98_765_432_100_000].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 kB", "1.2 MB", "98765.4 GB"]);
    }
}
