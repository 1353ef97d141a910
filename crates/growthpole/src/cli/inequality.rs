//! `inequality`: how unequal regions are, over time.

mod parts;
mod people;
mod programs;
#[cfg(test)]
mod tests;

use clap::Args;
use growthpole_contracts::v1::{
    InequalityMeasure, MeasureInequalityRequest, MeasureInequalityResponse, NamedRegions, QuantileRatio, ShareRatio,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::series::{NeighbourArgs, SeriesArgs, named_regions};
use super::values::names;
use crate::failure::Failure;
use crate::output::View;
use crate::output::format::words;

const PREFIX: &str = "INEQUALITY_MEASURE";

/// Measures inequality between regions, period by period.
#[derive(Debug, Args)]
pub(super) struct InequalityArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    series: SeriesArgs,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: HowToMeasure,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to measure")]
struct HowToMeasure {
    /// Indicator that regions count by, for example population; all count alike if left out
    #[arg(long, value_name = "CODE")]
    weight_indicator: Option<String>,
    /// Measures; a battery of ten if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', value_parser = names(MEASURES))]
    measures: Vec<String>,
    /// Aversions to inequality of the Atkinson index; 0.5, 1 and 2 if left out
    #[arg(long, value_name = "E,…", value_delimiter = ',', allow_negative_numbers = true)]
    aversions: Vec<f64>,
    /// Orders of generalised entropy; -1 and 2 if left out
    #[arg(long, value_name = "A,…", value_delimiter = ',', allow_negative_numbers = true)]
    orders: Vec<f64>,
    /// Upper and lower quantile of quantile ratios, for example 0.9/0.1
    #[arg(long, value_name = "UPPER/LOWER,…", value_delimiter = ',', value_parser = pair)]
    quantiles: Vec<(f64, f64)>,
    /// Richest and poorest part of share ratios, for example 0.1/0.4
    #[arg(long, value_name = "RICHEST/POOREST,…", value_delimiter = ',', value_parser = pair)]
    shares: Vec<(f64, f64)>,
    /// A group of regions, NAME=CODE+CODE+… or NAME=@GROUP, given again for each; parts between and within them
    #[arg(long = "by", value_name = "NAME=REGIONS", value_parser = named_regions)]
    groups: Vec<NamedRegions>,
    /// Gives the Lorenz curve of each period in JSON
    #[arg(long)]
    lorenz: bool,
    /// Gives Pen's parade of each period, the regions from the lowest value on, in JSON and CSV
    #[arg(long)]
    parade: bool,
    /// Permutations for tests of the parts by groups and by neighbourhood
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    permutations: i32,
    /// Seed of the permutations
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

/// All measures, as they are written.
const MEASURES: &[&str] = &[
    "gini",
    "gini-of-sample",
    "theil-t",
    "mean-log-deviation",
    "generalized-entropy",
    "atkinson",
    "equally-distributed-equivalent",
    "hoover",
    "share-below-mean",
    "williamson",
    "coefficient-of-variation",
    "coefficient-of-variation-of-sample",
    "normalized-coefficient-of-variation",
    "normalized-coefficient-of-variation-of-sample",
    "standard-deviation",
    "standard-deviation-of-sample",
    "log-standard-deviation",
    "log-standard-deviation-of-sample",
    "herfindahl",
    "normalized-herfindahl",
    "equivalent-number",
    "coulter",
    "dalton",
    "wolfson",
    "wolfson-half",
    "quantile-ratio",
    "share-ratio",
    "mean",
    "geometric-mean",
    "median",
];

/// `0.9/0.1`.
fn pair(text: &str) -> Result<(f64, f64), String> {
    let numbers = text.split_once('/').and_then(|(first, second)| Some((first.parse().ok()?, second.parse().ok()?)));
    numbers.ok_or_else(|| "write two numbers, for example 0.9/0.1".to_owned())
}

impl InequalityArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &MeasureInequalityResponse| view(&title, &self.how.counted_by(), answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> MeasureInequalityRequest {
        let how = &self.how;
        let number = |name: &String| {
            let full = format!("{PREFIX}_{}", name.to_uppercase().replace('-', "_"));
            InequalityMeasure::from_str_name(&full).unwrap_or_default().into()
        };
        MeasureInequalityRequest {
            selection: Some(self.selection.message()),
            series: self.series.message(),
            weight_indicator: how.weight_indicator.clone().unwrap_or_default(),
            measures: how.measures.iter().map(number).collect(),
            atkinson_aversions: how.aversions.clone(),
            entropy_orders: how.orders.clone(),
            quantile_ratios: how.quantiles.iter().map(|&(upper, lower)| QuantileRatio { upper, lower }).collect(),
            share_ratios: how.shares.iter().map(|&(richest, poorest)| ShareRatio { richest, poorest }).collect(),
            lorenz_curves: how.lorenz,
            pen_parades: how.parade,
            groups: how.groups.clone(),
            neighbours: self.neighbours.is_given().then(|| self.neighbours.message()),
            permutations: how.permutations,
            seed: how.seed,
        }
    }
}

impl HowToMeasure {
    fn counted_by(&self) -> String {
        self.weight_indicator.as_ref().map_or_else(String::new, |weight| format!(", by {weight}"))
    }
}

fn view(what: &str, counted_by: &str, answer: &MeasureInequalityResponse) -> View {
    View {
        tables: people::tables(what, counted_by, answer),
        records: programs::records(answer),
        provenance: answer.provenance.clone(),
        warnings: answer.warnings.clone(),
    }
}

/// A measure as it is asked for: `theil-t`.
fn name(measure: InequalityMeasure) -> String {
    words(measure.as_str_name(), PREFIX).replace(' ', "-")
}

fn listed(parameters: &[f64], between: &str) -> String {
    parameters.iter().map(f64::to_string).collect::<Vec<_>>().join(between)
}
