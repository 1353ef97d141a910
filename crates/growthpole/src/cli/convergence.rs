//! `convergence`: whether regions converge.

mod people;
mod programs;
#[cfg(test)]
mod tests;

use clap::Args;
use growthpole_contracts::v1::{
    BetaCondition, BetaCovariance, BetaOptions, ClubMerging, ClubSieve, ConvergenceClubOptions, ConvergenceGrowth,
    LogTVariance, NamedRegions, SigmaMeasure, SigmaOptions, TestConvergenceRequest, TestConvergenceResponse,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::series::{NeighbourArgs, SeriesArgs, named_regions};
use super::values::{names, number};
use crate::failure::Failure;
use crate::output::Format;

/// Tests whether dispersion falls, whether regions that start lower grow faster, and which regions converge in clubs.
#[derive(Debug, Args)]
pub(super) struct ConvergenceArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    series: SeriesArgs,
    /// Analyses to make: sigma, beta, clubs; if left out those whose options are given, or else all that the data allow
    #[arg(long, value_name = "ANALYSIS", value_delimiter = ',', value_parser = names(&["sigma", "beta", "clubs"]))]
    only: Vec<String>,
    #[command(flatten)]
    sigma: SigmaArgs,
    #[command(flatten)]
    beta: BetaArgs,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    #[command(flatten)]
    clubs: ClubArgs,
}

/// Measures of dispersion.
const SIGMA_MEASURES: &[&str] =
    &["standard-deviation", "variance", "coefficient-of-variation", "normalized-coefficient-of-variation"];

#[derive(Debug, Args)]
#[command(next_help_heading = "Sigma: how dispersion is measured")]
struct SigmaArgs {
    /// Measure of dispersion; the standard deviation if left out
    #[arg(long, value_name = "MEASURE", value_parser = names(SIGMA_MEASURES))]
    measure: Option<String>,
    /// Measures dispersion of the values themselves, not of their logarithms
    #[arg(long)]
    of_levels: bool,
    /// Divides squared deviations by n - 1
    #[arg(long)]
    sample: bool,
    /// Indicator whose last values weight regions, for example population
    #[arg(long, value_name = "CODE")]
    weight_indicator: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Beta: how growth is regressed on the initial level (neighbours add spatial tests)")]
struct BetaArgs {
    /// How annual growth is averaged: between the end points, or over the steps between periods
    #[arg(long, value_name = "HOW", value_parser = names(&["end-points", "mean-of-steps"]))]
    growth: Option<String>,
    /// Condition in the first period: an indicator, perhaps divided by another and in logarithms (repeatable)
    #[arg(long = "condition", value_name = "[ln:]CODE[/CODE]", value_parser = condition)]
    conditions: Vec<BetaCondition>,
    /// Dummy variable: 1 for these regions (repeatable)
    #[arg(long = "dummy", value_name = "NAME=REGIONS", value_parser = named_regions)]
    dummies: Vec<NamedRegions>,
    /// What errors are taken to be; classical, or clustered where there are clusters
    #[arg(long, value_name = "WHAT", value_parser = names(&["classical", "hc1", "clustered"]))]
    covariance: Option<String>,
    /// Cluster of regions for standard errors (repeatable; each region in one)
    #[arg(long = "cluster", value_name = "NAME=REGIONS", value_parser = named_regions)]
    clusters: Vec<NamedRegions>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Clubs: how they are found")]
struct ClubArgs {
    /// Compares the values themselves, not their logarithms
    #[arg(long)]
    clubs_of_levels: bool,
    /// Smoothing of the Hodrick-Prescott filter, 0 for none; 400 if left out
    #[arg(long, value_name = "LAMBDA")]
    smoothing: Option<f64>,
    /// Fraction of the periods that is left out at the start; 0.3 if left out
    #[arg(long, value_name = "FRACTION")]
    discarded: Option<f64>,
    /// How standard errors allow for autocorrelation
    #[arg(long, value_name = "HOW", value_parser = names(&["phillips-sul", "andrews", "newey-west"]))]
    variance: Option<String>,
    /// The t at or below which convergence is rejected; -1.65 if left out
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    critical: Option<f64>,
    /// The t above which a region fits a core; 0 if left out
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    sieve_critical: Option<f64>,
    /// What happens when all that fit a core do not converge together
    #[arg(long, value_name = "HOW", value_parser = names(&["raise-critical", "one-by-one"]))]
    sieve: Option<String>,
    /// Orders regions by their mean over this fraction of the periods at the end, not by the last
    #[arg(long, value_name = "FRACTION")]
    ordering_fraction: Option<f64>,
    /// How clubs are merged
    #[arg(long, value_name = "HOW", value_parser = names(&["phillips-sul", "von-lyncker-thoennessen", "none"]))]
    merging: Option<String>,
    /// Lets divergent regions join a club that they converge with
    #[arg(long)]
    divergent_join: bool,
    /// Leaves the transition paths of single regions out of JSON and CSV
    #[arg(long)]
    without_paths: bool,
}

impl ConvergenceArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let by_people = self.ask.output == Format::Table;
        let view = |answer: &TestConvergenceResponse| {
            if by_people { people::view(&title, answer) } else { programs::view(answer) }
        };
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> TestConvergenceRequest {
        let (sigma, beta, clubs) = (self.sigma.message(), self.beta_message(), self.clubs.message());
        let wanted = |name: &str, given: bool| match self.only.as_slice() {
            [] => given,
            only => only.iter().any(|own| own == name),
        };
        TestConvergenceRequest {
            selection: Some(self.selection.message()),
            series: self.series.message(),
            sigma: wanted("sigma", sigma != SigmaOptions::default()).then_some(sigma),
            beta: wanted("beta", beta != BetaOptions::default()).then_some(beta),
            clubs: wanted("clubs", clubs != ConvergenceClubOptions::default()).then_some(clubs),
        }
    }

    fn beta_message(&self) -> BetaOptions {
        let own = &self.beta;
        BetaOptions {
            growth: number(own.growth.as_ref(), "CONVERGENCE_GROWTH", ConvergenceGrowth::from_str_name),
            conditions: own.conditions.clone(),
            dummies: own.dummies.clone(),
            covariance: number(own.covariance.as_ref(), "BETA_COVARIANCE", BetaCovariance::from_str_name),
            clusters: own.clusters.clone(),
            weights: self.neighbours.is_given().then(|| self.neighbours.message()),
        }
    }
}

impl SigmaArgs {
    fn message(&self) -> SigmaOptions {
        SigmaOptions {
            measure: number(self.measure.as_ref(), "SIGMA_MEASURE", SigmaMeasure::from_str_name),
            of_levels: self.of_levels,
            sample: self.sample,
            weight_indicator: self.weight_indicator.clone().unwrap_or_default(),
        }
    }
}

impl ClubArgs {
    fn message(&self) -> ConvergenceClubOptions {
        ConvergenceClubOptions {
            of_levels: self.clubs_of_levels,
            smoothing: self.smoothing,
            discarded: self.discarded,
            variance: number(self.variance.as_ref(), "LOG_T_VARIANCE", LogTVariance::from_str_name),
            critical: self.critical,
            sieve_critical: self.sieve_critical,
            sieve: number(self.sieve.as_ref(), "CLUB_SIEVE", ClubSieve::from_str_name),
            ordering_fraction: self.ordering_fraction.unwrap_or_default(),
            merging: number(self.merging.as_ref(), "CLUB_MERGING", ClubMerging::from_str_name),
            divergent_join: self.divergent_join,
            without_paths: self.without_paths,
        }
    }
}

/// `CODE`, `CODE/DIVISOR`, and either in logarithms with `ln:` before it.
fn condition(text: &str) -> Result<BetaCondition, String> {
    let (logarithm, rest) = text.strip_prefix("ln:").map_or((false, text), |rest| (true, rest));
    let (indicator, divisor) = rest.split_once('/').unwrap_or((rest, ""));
    if indicator.is_empty() || rest.ends_with('/') {
        return Err("write CODE, CODE/DIVISOR, ln:CODE or ln:CODE/DIVISOR".to_owned());
    }
    Ok(BetaCondition { indicator: indicator.to_owned(), logarithm, divisor_indicator: divisor.to_owned() })
}
