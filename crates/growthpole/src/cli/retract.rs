//! `retract`: takes a vintage back.

use clap::Args;
use growthpole_contracts::v1::{RetractVintageRequest, RetractVintageResponse};

use super::Common;
use super::ask::{Ask, method};
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::yes;
use crate::output::table::Table;

/// Takes a vintage back: it is not the latest and answers as of no day any more, and answers by its number with a warning.
/// It cannot be undone; the data can be imported again.
#[derive(Debug, Args)]
pub(super) struct RetractArgs {
    /// Data set
    #[arg(value_name = "DATASET")]
    dataset: String,
    /// Number of the vintage
    #[arg(value_name = "NUMBER", value_parser = clap::value_parser!(i32).range(1..))]
    number: i32,
    /// Why, for people: it comes with every answer from the vintage
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    pub(super) ask: Ask,
}

impl RetractArgs {
    /// Takes it back and prints what stands.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let request =
            RetractVintageRequest { dataset: self.dataset.clone(), number: self.number, reason: self.reason.clone() };
        self.ask.unary(common, method!("DatasetService/RetractVintage"), request, view).await
    }
}

fn view(answer: &RetractVintageResponse) -> View {
    let title = format!("{}, vintage {}: retracted", answer.dataset, answer.number);
    let latest = match answer.latest_vintage {
        0 => "none".to_owned(),
        number => number.to_string(),
    };
    let mut table = Table::new(title).texts(["At", "Reason", "Before this", "Latest now"]);
    let mut records =
        Records::new(["dataset", "number", "retracted_at", "reason", "already_retracted", "latest_vintage"]);
    let (at, reason) = (answer.retracted_at.clone(), answer.reason.clone());
    table.row([at.clone(), reason.clone(), yes(answer.already_retracted).to_owned(), latest]);
    records.row([
        answer.dataset.clone(),
        answer.number.to_string(),
        at,
        reason,
        answer.already_retracted.to_string(),
        answer.latest_vintage.to_string(),
    ]);
    View { tables: vec![table], records, ..View::default() }
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser as _;

    #[test]
    fn needs_a_number_and_a_reason() {
        let parses = |words: &str| Cli::try_parse_from(words.split(' ')).is_ok();
        assert!(parses("growthpole retract d 3 --reason wrong-units --server http://a:1 --output json"));
        assert!(!parses("growthpole retract d 3"));
        assert!(!parses("growthpole retract d 0 --reason x"));
        assert!(!parses("growthpole retract d --reason x"));
    }
}
