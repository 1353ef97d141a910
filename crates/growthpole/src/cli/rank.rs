//! `rank`: regions by growth.

use clap::Args;
use growthpole_contracts::v1::{
    GrowthBenchmark, GrowthMeasure, RankGrowthRequest, RankGrowthResponse, RankMethod, RankOrder,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::values::{names, number};
use crate::failure::Failure;
use crate::output::csv::Records;
use crate::output::format::{NOTHING, exact, or_nothing, percent, points, rank, region, words};
use crate::output::table::Table;
use crate::output::{Format, View};

/// Ranks regions by growth.
#[derive(Debug, Args)]
pub(super) struct RankArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: HowToRank,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to rank")]
struct HowToRank {
    /// How growth is measured; year on year for one period, compound annual for several
    #[arg(
        long,
        value_name = "MEASURE",
        value_parser = names(&["year-on-year", "compound-annual", "mean", "log-difference", "simple-annual", "change"])
    )]
    measure: Option<String>,
    /// How ties are ranked; competition: 1, 2, 2, 4
    #[arg(long, value_name = "METHOD", value_parser = names(&["competition", "dense", "ordinal", "average", "worst"]))]
    ranks: Option<String>,
    /// Makes the lowest growth rank 1
    #[arg(long)]
    lowest_first: bool,
    /// Indicator of real growth rates that stands for the growth of a level in current prices
    #[arg(long, value_name = "CODE")]
    growth_indicator: Option<String>,
    /// Level indicator that weights the contributions to the benchmark's growth
    #[arg(long, value_name = "CODE")]
    weight_indicator: Option<String>,
    /// Ranks nominal growth of a level in current prices
    #[arg(long)]
    allow_current_prices: bool,
}

impl RankArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let by_people = self.ask.output == Format::Table;
        let view = |answer: &RankGrowthResponse| if by_people { people(&title, answer) } else { programs(answer) };
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> RankGrowthRequest {
        let how = &self.how;
        RankGrowthRequest {
            selection: Some(self.selection.message()),
            measure: number(how.measure.as_ref(), "GROWTH_MEASURE", GrowthMeasure::from_str_name),
            rank_method: number(how.ranks.as_ref(), "RANK_METHOD", RankMethod::from_str_name),
            rank_order: if how.lowest_first { RankOrder::LowestFirst } else { RankOrder::Unspecified }.into(),
            growth_indicator: how.growth_indicator.clone().unwrap_or_default(),
            allow_current_prices: how.allow_current_prices,
            weight_indicator: how.weight_indicator.clone().unwrap_or_default(),
        }
    }
}

fn people(what: &str, answer: &RankGrowthResponse) -> View {
    let title = format!("Growth, {what}, {}{}", span(answer), measured_against(answer.benchmark.as_ref()));
    let mut ranked = Table::new(title).numbers(["Rank"]).texts(["Code", "Region"]).numbers([
        "Growth",
        "Gap (pp)",
        "Percentile",
        "Contribution (pp)",
    ]);
    for row in &answer.ranked {
        let (code, name) = region(&row.region);
        ranked.row([
            rank(row.rank),
            code,
            name,
            percent(row.growth),
            or_nothing(row.gap, points),
            percent(row.percentile),
            or_nothing(row.contribution, points),
        ]);
    }
    let mut tables = vec![ranked];
    if !answer.unranked.is_empty() {
        let mut unranked = Table::new("Without a rank").texts(["Code", "Region", "Why", "Periods"]);
        for row in &answer.unranked {
            let (code, name) = region(&row.region);
            unranked.row([code, name, row.text.clone(), row.periods.join(", ")]);
        }
        tables.push(unranked);
    }
    View { tables, ..notes(answer) }
}

fn programs(answer: &RankGrowthResponse) -> View {
    let mut records = Records::new([
        "rank",
        "region",
        "region_name",
        "growth",
        "gap",
        "percentile",
        "contribution",
        "tied_with",
        "unranked_reason",
        "first_period",
        "last_period",
    ]);
    let (first, last) = (&answer.first_period, &answer.last_period);
    for row in &answer.ranked {
        let (code, name) = region(&row.region);
        records.row([
            rank(row.rank),
            code,
            name,
            exact(row.growth),
            exact(row.gap),
            exact(row.percentile),
            exact(row.contribution),
            row.tied_with.join(";"),
            String::new(),
            first.clone(),
            last.clone(),
        ]);
    }
    for row in &answer.unranked {
        let (code, name) = region(&row.region);
        let nothing = String::new;
        let reason = row.reason.clone();
        records.row([
            nothing(),
            code,
            name,
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            reason,
            first.clone(),
            last.clone(),
        ]);
    }
    View { records, ..notes(answer) }
}

fn notes(answer: &RankGrowthResponse) -> View {
    View { provenance: answer.provenance.clone(), warnings: answer.warnings.clone(), ..View::default() }
}

fn span(answer: &RankGrowthResponse) -> String {
    let measure = words(answer.measure().as_str_name(), "GROWTH_MEASURE");
    if answer.first_period == answer.last_period {
        format!("{}, {measure}", answer.last_period)
    } else {
        format!("{} to {}, {measure}", answer.first_period, answer.last_period)
    }
}

/// The end of a title: what regions are measured against, and its own growth.
pub(super) fn measured_against(benchmark: Option<&GrowthBenchmark>) -> String {
    let Some(benchmark) = benchmark else { return String::new() };
    let name = match region(&benchmark.region) {
        (code, name) if name.is_empty() && code.is_empty() => format!("the sum of {}", benchmark.sum_of_level),
        (code, name) if name.is_empty() => code,
        (_, name) => name,
    };
    let growth = benchmark.growth.map_or_else(|| NOTHING.to_owned(), percent);
    format!("; {name}: {growth}")
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
