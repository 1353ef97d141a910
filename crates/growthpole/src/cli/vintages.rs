//! `vintages`: when a data set was published, and what a publication changed.

use bytes::Bytes;
use clap::Args;
use growthpole_contracts::v1::{
    ChangeKind, DiffVintagesRequest, DiffVintagesResponse, GetVintageRequest, GetVintageResponse, ListVintagesRequest,
    ListVintagesResponse, Retraction, Vintage,
};
use prost::Message as _;

use super::Common;
use super::ask::{Ask, method};
use super::selection::{RegionArgs, VintageArgs};
use super::values::vintages;
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{amount, date, exact, or_nothing, precision, words};
use crate::output::table::Table;

/// Lists the vintages of a data set; with --vintage or --as-of, describes one; with --diff, lists what changed.
#[derive(Debug, Args)]
pub(super) struct VintagesArgs {
    /// Data set, for example china-provinces
    #[arg(long, value_name = "ID")]
    dataset: String,
    #[command(flatten)]
    vintage: VintageArgs,
    /// Lists observations that differ between two vintages
    #[arg(long, value_name = "OLDER..NEWER", value_parser = vintages, conflicts_with = "VintageArgs")]
    diff: Option<(i32, i32)>,
    /// Only differences of these indicators
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', requires = "diff")]
    indicators: Vec<String>,
    #[command(flatten)]
    regions: RegionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
}

impl VintagesArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let dataset = self.dataset.clone();
        if let Some((older, newer)) = self.diff {
            let (indicators, regions) = (self.indicators.clone(), self.regions.message());
            let request = DiffVintagesRequest { dataset, older, newer, indicators, regions };
            let request = Bytes::from(request.encode_to_vec());
            let title = format!("Changes of {}, vintage {older} to {newer}", self.dataset);
            let view = |answer: &DiffVintagesResponse| changes(&title, answer);
            return self.ask.stream(common, method!("DatasetService/DiffVintages"), request, view).await;
        }
        if self.regions.message().is_some() {
            return Err(Failure::Usage("regions are chosen with --diff only".to_owned()));
        }
        let vintage = self.vintage.message();
        if vintage.is_some() {
            let view = |answer: &GetVintageResponse| described(answer.vintage.as_ref());
            let request = GetVintageRequest { dataset, vintage };
            return self.ask.unary(common, method!("DatasetService/GetVintage"), request, view).await;
        }
        let view = |answer: &ListVintagesResponse| listed(&answer.vintages);
        self.ask.unary(common, method!("DatasetService/ListVintages"), ListVintagesRequest { dataset }, view).await
    }
}

fn listed(vintages: &[Vintage]) -> View {
    let mut table = Table::new("Vintages")
        .numbers(["No."])
        .texts(["Published", "Label"])
        .numbers(["Observations"])
        .texts(["Digest", "Retracted"]);
    let mut records = Records::new([
        "dataset",
        "number",
        "published",
        "published_precision",
        "label",
        "observation_count",
        "digest",
        "note",
        "retracted_at",
        "retraction_reason",
    ]);
    for vintage in vintages {
        let number = vintage.number.to_string();
        let Retraction { retracted_at, reason } = vintage.retracted.clone().unwrap_or_default();
        table.row([
            number.clone(),
            date(&vintage.published, vintage.published_precision()),
            vintage.label.clone(),
            vintage.observation_count.to_string(),
            vintage.digest.chars().take(12).collect(),
            reason.clone(),
        ]);
        records.row([
            vintage.dataset.clone(),
            number,
            vintage.published.clone(),
            precision(vintage.published_precision()),
            vintage.label.clone(),
            vintage.observation_count.to_string(),
            vintage.digest.clone(),
            vintage.note.clone(),
            retracted_at,
            reason,
        ]);
    }
    View { tables: vec![table], records, ..View::default() }
}

fn described(vintage: Option<&Vintage>) -> View {
    let title = vintage.map_or_else(String::new, |vintage| {
        let Vintage { dataset, number, label, .. } = vintage;
        let published = date(&vintage.published, vintage.published_precision());
        let retracted = vintage.retracted.as_ref().map(|retraction| format!(" – retracted: {}", retraction.reason));
        format!("{dataset}, vintage {number}, published {published}: {label}{}", retracted.unwrap_or_default())
    });
    let mut table = Table::new(title).texts(["Indicator", "First", "Last"]).numbers(["Observations"]);
    let mut records = Records::new([
        "dataset",
        "number",
        "published",
        "published_precision",
        "indicator",
        "first_period",
        "last_period",
        "observation_count",
        "table_digest",
    ]);
    for (vintage, coverage) in vintage.iter().flat_map(|vintage| vintage.coverage.iter().map(move |row| (vintage, row)))
    {
        let (first, last) = (coverage.first_period.clone(), coverage.last_period.clone());
        let count = coverage.observation_count.to_string();
        table.row([coverage.indicator.clone(), first.clone(), last.clone(), count.clone()]);
        records.row([
            vintage.dataset.clone(),
            vintage.number.to_string(),
            vintage.published.clone(),
            precision(vintage.published_precision()),
            coverage.indicator.clone(),
            first,
            last,
            count,
            coverage.table_digest.clone(),
        ]);
    }
    View { tables: vec![table], records, ..View::default() }
}

fn changes(title: &str, answer: &DiffVintagesResponse) -> View {
    let mut table = Table::new(title)
        .texts(["Indicator", "Period", "Region", "Industry", "Change"])
        .numbers(["Old", "New"])
        .texts(["Status"]);
    let mut records = Records::new([
        "indicator",
        "region",
        "industry",
        "period",
        "kind",
        "old_value",
        "new_value",
        "old_status",
        "new_status",
    ]);
    for change in &answer.changes {
        let kind = ChangeKind::try_from(change.kind).unwrap_or_default();
        let kind = words(kind.as_str_name(), "CHANGE_KIND");
        let [indicator, region, industry, period] =
            [&change.indicator, &change.region, &change.industry, &change.period].map(String::clone);
        table.row([
            indicator.clone(),
            period.clone(),
            region.clone(),
            industry.clone(),
            kind.clone(),
            or_nothing(change.old_value, amount),
            or_nothing(change.new_value, amount),
            format!("{} {}", change.old_status, change.new_status).trim().to_owned(),
        ]);
        records.row([
            indicator,
            region,
            industry,
            period,
            kind,
            exact(change.old_value),
            exact(change.new_value),
            change.old_status.clone(),
            change.new_status.clone(),
        ]);
    }
    View { tables: vec![table], records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser as _;

    #[test]
    fn one_vintage_or_two() {
        let parses = |words: &str| Cli::try_parse_from(words.split(' ')).is_ok();
        assert!(parses("growthpole vintages --dataset d --diff 1..2 --indicators gdp --regions 230000"));
        assert!(parses("growthpole vintages --dataset d --as-of 2016-03-03"));
        assert!(!parses("growthpole vintages --dataset d --diff 1..2 --vintage 1"));
        assert!(!parses("growthpole vintages --dataset d --diff 1"));
        assert!(!parses("growthpole vintages --dataset d --indicators gdp"));
        assert!(!parses("growthpole vintages"));
    }
}
