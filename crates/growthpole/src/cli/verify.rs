//! `verify`: reads everything that is stored and compares it with what was written.

use anyhow::Context as _;
use clap::Args;
use growthpole_datastore::Verification;

use super::keeping::{Keeping, size};
use super::{Common, counted};
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::table::Table;

/// Hashes every object again, reads every table, and reports damage by object. The exit status is 1 where there is any.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    pub(super) keeping: Keeping,
}

impl VerifyArgs {
    /// Reads everything and reports.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let verification = self.keeping.store(common)?.verify().await.context("the store cannot be read to its end")?;
        self.keeping.show(&verification, view)?;
        match verification.damage.len() {
            0 => Ok(()),
            count => Err(anyhow::anyhow!("the store is damaged: {}", counted(count, "problem")).into()),
        }
    }
}

fn view(found: &Verification) -> View {
    let [datasets, vintages, objects] =
        [(found.datasets, "data set"), (found.vintages, "vintage"), (found.objects, "object")]
            .map(|(count, noun)| counted(usize::try_from(count).unwrap_or(usize::MAX), noun));
    let title = format!(
        "{datasets}, {vintages} ({} retracted), {objects} ({}; {} unnamed): {}",
        found.retracted,
        size(found.bytes),
        found.unnamed,
        if found.damage.is_empty() { "whole".to_owned() } else { counted(found.damage.len(), "problem") }
    );
    let mut table = Table::new(title).texts(["Object", "Problem"]);
    let mut records = Records::new(["object", "problem"]);
    for damage in &found.damage {
        let row = [damage.object.clone(), damage.problem.clone()];
        table.row(row.clone());
        records.row(row);
    }
    View { tables: vec![table], records, ..View::default() }
}
