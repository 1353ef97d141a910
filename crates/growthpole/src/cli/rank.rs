//! `rank`: regions by growth.

mod more;
mod people;
mod programs;

use clap::Args;
use growthpole_contracts::v1::{
    GrowthBenchmark, GrowthMeasure, RankGrowthRequest, RankGrowthResponse, RankMethod, RankOrder,
};
use more::{MoreArgs, UncertaintyArgs};
use people::people;
use programs::programs;

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::values::{names, number};
use crate::failure::Failure;
use crate::output::format::{or_nothing, percent, region};
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
    #[command(flatten)]
    more: MoreArgs,
    #[command(flatten)]
    uncertainty: UncertaintyArgs,
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
        let (how, more) = (&self.how, &self.more);
        RankGrowthRequest {
            selection: Some(self.selection.message()),
            measure: number(how.measure.as_ref(), "GROWTH_MEASURE", GrowthMeasure::from_str_name),
            rank_method: number(how.ranks.as_ref(), "RANK_METHOD", RankMethod::from_str_name),
            rank_order: if how.lowest_first { RankOrder::LowestFirst } else { RankOrder::Unspecified }.into(),
            growth_indicator: how.growth_indicator.clone().unwrap_or_default(),
            allow_current_prices: how.allow_current_prices,
            weight_indicator: how.weight_indicator.clone().unwrap_or_default(),
            denominator_indicator: more.per.clone().unwrap_or_default(),
            share_of: more.share_of(),
            weighted_statistics: more.weighted,
            uncertainty: self.uncertainty.message(),
            acceleration: more.acceleration(),
            further_indicators: more.also.clone(),
            volatility: more.volatility,
        }
    }
}

fn notes(answer: &RankGrowthResponse) -> View {
    View { provenance: answer.provenance.clone(), warnings: answer.warnings.clone(), ..View::default() }
}

/// The end of a title: what regions are measured against, and its own growth in per cent.
pub(super) fn measured_against(benchmark: Option<&GrowthBenchmark>) -> String {
    against(benchmark, percent)
}

fn against(benchmark: Option<&GrowthBenchmark>, growth: fn(f64) -> String) -> String {
    let Some(benchmark) = benchmark else { return String::new() };
    let name = match region(&benchmark.region) {
        (code, name) if name.is_empty() && code.is_empty() => format!("the sum of {}", benchmark.sum_of_level),
        (code, name) if name.is_empty() => code,
        (_, name) => name,
    };
    format!("; {name}: {}", or_nothing(benchmark.growth, growth))
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
