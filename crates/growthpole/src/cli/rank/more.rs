//! Options of `rank` beyond growth and its order: ratios, acceleration, other indicators, and uncertainty.

use clap::Args;
use growthpole_contracts::v1::rank_uncertainty_options::From;
use growthpole_contracts::v1::{
    AccelerationOptions, FurtherIndicator, GivenStandardErrors, PeriodBootstrap, PeriodRange, RankOrder,
    RankUncertaintyOptions, RegionStandardError, ShareOf,
};

use crate::cli::values::{names, number};

/// What else to rank or to add.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "What to add")]
pub(super) struct MoreArgs {
    /// Ranks growth per head, per worker …: the level that divides, for example population
    #[arg(long, value_name = "CODE")]
    pub(super) per: Option<String>,
    /// Ranks the growth of shares: of the benchmark, or of the selected regions together
    #[arg(
        long,
        value_name = "WHOLE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "benchmark",
        value_parser = names(&["benchmark", "selected"])
    )]
    shares: Option<String>,
    /// Adds mean growth and percentiles by weight
    #[arg(long)]
    pub(super) weighted: bool,
    /// Adds acceleration, ranked: growth of the later half of the years less that of the earlier, or growth of the periods
    /// less that of the years given here
    #[arg(
        long,
        value_name = "YEAR:YEAR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        value_parser = earlier
    )]
    acceleration: Option<AccelerationOptions>,
    /// Adds the volatility of yearly growth
    #[arg(long)]
    pub(super) volatility: bool,
    /// Ranks a further indicator too, and tells how far the rankings agree; options follow the code with commas:
    /// growth=CODE, per=CODE, lowest-first, allow-current-prices. May be repeated
    #[arg(long, value_name = "CODE[,…]", value_parser = further)]
    pub(super) also: Vec<FurtherIndicator>,
}

impl MoreArgs {
    /// The number of the whole that shares are of.
    pub(super) fn share_of(&self) -> i32 {
        number(self.shares.as_ref(), "SHARE_OF", ShareOf::from_str_name)
    }

    /// The message.
    pub(super) fn acceleration(&self) -> Option<AccelerationOptions> {
        self.acceleration.clone()
    }
}

/// How uncertain ranks are.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How uncertain ranks are")]
pub(super) struct UncertaintyArgs {
    /// Adds how uncertain ranks are: bootstrap draws years in blocks, standard-errors takes those that are given
    #[arg(long, value_name = "FROM", value_parser = names(&["bootstrap", "standard-errors"]))]
    uncertainty: Option<String>,
    /// Standard error of a region's growth, as a fraction
    #[arg(long, value_name = "REGION:SE,…", value_delimiter = ',', value_parser = standard_error, requires = "uncertainty")]
    standard_errors: Vec<RegionStandardError>,
    /// Standard error of the benchmark's growth; 0 if left out
    #[arg(long, value_name = "SE", requires = "standard_errors")]
    benchmark_standard_error: Option<f64>,
    /// Years of a block; the cube root of their number if left out
    #[arg(long, value_name = "YEARS", requires = "uncertainty")]
    block_length: Option<i32>,
    /// Number of draws; 2000 if left out
    #[arg(long, value_name = "N", requires = "uncertainty")]
    draws: Option<i32>,
    /// Seed of the draws; 0 if left out
    #[arg(long, value_name = "N", requires = "uncertainty")]
    seed: Option<u64>,
    /// Level of intervals and sets; 0.95 if left out
    #[arg(long, value_name = "LEVEL", requires = "uncertainty")]
    confidence: Option<f64>,
    /// Adds confidence sets of ranks (Mogstad, Romano, Shaikh and Wilhelm 2024)
    #[arg(long, requires = "uncertainty")]
    confidence_sets: bool,
    /// Adds confidence sets that hold the ranks of all regions at once (the same source)
    #[arg(long, requires = "uncertainty")]
    simultaneous_sets: bool,
    /// Adds the probability of every rank (in JSON)
    #[arg(long, requires = "uncertainty")]
    rank_probabilities: bool,
}

impl UncertaintyArgs {
    /// The message; nothing where nothing was said.
    pub(super) fn message(&self) -> Option<RankUncertaintyOptions> {
        let from = match self.uncertainty.as_deref()? {
            "bootstrap" => From::Bootstrap(PeriodBootstrap { block_length: self.block_length }),
            _ => From::StandardErrors(GivenStandardErrors {
                regions: self.standard_errors.clone(),
                benchmark: self.benchmark_standard_error.unwrap_or_default(),
            }),
        };
        Some(RankUncertaintyOptions {
            from: Some(from),
            draws: self.draws,
            seed: self.seed.unwrap_or_default(),
            level: self.confidence,
            confidence_sets: self.confidence_sets,
            simultaneous_sets: self.simultaneous_sets,
            rank_probabilities: self.rank_probabilities,
        })
    }
}

/// `2000:2007`, or nothing for halves.
fn earlier(text: &str) -> Result<AccelerationOptions, String> {
    if text.is_empty() {
        return Ok(AccelerationOptions::default());
    }
    let (start, end) = text.split_once(':').unwrap_or((text, text));
    Ok(AccelerationOptions { earlier: Some(PeriodRange { start: start.to_owned(), end: end.to_owned() }) })
}

/// `CODE`, and options after commas.
fn further(text: &str) -> Result<FurtherIndicator, String> {
    let mut parts = text.split(',');
    let indicator = parts.next().unwrap_or_default().to_owned();
    let mut further = FurtherIndicator { indicator, ..FurtherIndicator::default() };
    for part in parts {
        match part.split_once('=') {
            Some(("growth", code)) => further.growth_indicator = code.to_owned(),
            Some(("per", code)) => further.denominator_indicator = code.to_owned(),
            None if part == "lowest-first" => further.set_rank_order(RankOrder::LowestFirst),
            None if part == "allow-current-prices" => further.allow_current_prices = true,
            _ => {
                return Err(format!(
                    "\"{part}\" is no option: write growth=CODE, per=CODE, lowest-first or allow-current-prices"
                ));
            }
        }
    }
    Ok(further)
}

/// `REGION:SE`.
fn standard_error(text: &str) -> Result<RegionStandardError, String> {
    let parsed = text.split_once(':').and_then(|(region, error)| Some((region.to_owned(), error.parse().ok()?)));
    let (region, standard_error) = parsed.ok_or("write REGION:SE, for example 230000:0.004")?;
    Ok(RegionStandardError { region, standard_error })
}
