//! `gc`: removes what imports that did not come to an end left behind.

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use growthpole_datastore::{CollectSettings, Collection};

use super::keeping::{Keeping, size};
use super::{Common, counted};
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::table::Table;

/// Removes objects that no vintage names, and temporary files, once they are old enough. Vintages that were retracted keep
/// theirs.
#[derive(Debug, Args)]
pub(super) struct GcArgs {
    /// Age from which an object that no vintage names is removed: longer than an import takes
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "24h")]
    grace: Duration,
    /// Says what would be removed, and removes nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) keeping: Keeping,
}

impl GcArgs {
    /// Removes and reports.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let store = self.keeping.store(common)?;
        let settings = CollectSettings { grace: self.grace, dry_run: self.dry_run };
        let collection =
            store.collect(settings, jiff::Timestamp::now()).await.context("the collection did not come to its end")?;
        self.keeping.show(&collection, |collection| view(collection, self.dry_run))
    }
}

fn view(collection: &Collection, dry_run: bool) -> View {
    let count = counted(collection.removed.len(), "object");
    let what = if dry_run { "would be removed" } else { "removed" };
    let title = format!(
        "{count} {what} ({}); kept: {} that vintages name, {} too young",
        size(collection.bytes()),
        collection.named,
        collection.young
    );
    let mut table = Table::new(title).texts(["Object", "Written"]).numbers(["Bytes"]);
    let mut records = Records::new(["object", "written", "bytes"]);
    for removed in &collection.removed {
        let row = [removed.object.clone(), removed.written.to_string(), removed.bytes.to_string()];
        table.row(row.clone());
        records.row(row);
    }
    View { tables: vec![table], records, ..View::default() }
}

/// `24h`, `90m`, `30s`, `7d`.
fn duration(text: &str) -> Result<Duration, String> {
    let problem = || format!("\"{text}\" is no time: write 24h, 90m, 30s or 7d");
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let seconds: u64 = match text.strip_prefix(number) {
        Some("s") => 1,
        Some("m") => 60,
        Some("h") => 3600,
        Some("d") => 86_400,
        _ => return Err(problem()),
    };
    let number: u64 = number.parse().map_err(|_| problem())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_by_this_table() {
        let cases = [("24h", Some(86_400)), ("90m", Some(5400)), ("0s", Some(0)), ("7d", Some(604_800))];
        let refused = ["", "24", "h", "-1h", "1.5h", "1w", "99999999999999999999d", "1 h"].map(|text| (text, None));
        for (text, seconds) in cases.into_iter().chain(refused) {
            assert_eq!(duration(text).ok().map(|time| time.as_secs()), seconds, "{text}");
        }
    }
}
