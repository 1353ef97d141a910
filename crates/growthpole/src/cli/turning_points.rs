//! `turning-points`: breaks, thresholds, peaks and troughs, co-movement.

mod people;
mod programs;
#[cfg(test)]
mod tests;

use clap::Args;
use growthpole_contracts::v1::{
    BreakAnalysis, BreakCriterion, BreakErrors, BreakModel, BreakVariances, ComovementAnalysis, CycleAnalysis,
    DetectTurningPointsRequest, DetectTurningPointsResponse, ThresholdAnalysis, TurningPointForm,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::series::SeriesArgs;
use super::values::{names, number};
use crate::failure::Failure;
use crate::output::{Format, View};

/// Finds structural breaks, the last period above a threshold, peaks and troughs, and co-movement with the benchmark.
///
/// Without further options: breaks, peaks and troughs, and co-movement where there is a benchmark.
#[derive(Debug, Args)]
pub(super) struct TurningPointsArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    series: SeriesArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    breaks: Breaks,
    #[command(flatten)]
    cycle: Cycle,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What to find")]
struct What {
    /// Analyses, instead of all of them
    #[arg(
        long,
        value_name = "A,B,…",
        value_delimiter = ',',
        value_parser = names(&["breaks", "threshold", "cycle", "comovement"])
    )]
    only: Vec<String>,
    /// Finds until when values were at or above this: 0.1 or 10% is double-digit growth
    #[arg(long, value_name = "VALUE", value_parser = fraction, allow_negative_numbers = true)]
    threshold: Option<f64>,
    /// What is analysed: growth of levels, rates as they are, if left out
    #[arg(long, value_name = "FORM", value_parser = names(&["values", "growth", "log-growth", "log-values"]))]
    form: Option<String>,
    /// Analyses values less those of the benchmark
    #[arg(long)]
    less_benchmark: bool,
    /// Largest lead and lag of co-movement; 3 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    max_lag: Option<i32>,
    /// Autocovariances in the standard errors of co-movement; floor(4 (n/100)^(2/9)) if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    hac_lags: Option<i32>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How breaks are found")]
struct Breaks {
    /// What is fitted between breaks; mean if left out
    #[arg(long, value_name = "MODEL", value_parser = names(&["mean", "trend"]))]
    model: Option<String>,
    /// Shortest segment: a share of the periods (0.15), or a number of them (3); 0.15 if left out
    #[arg(long, value_name = "LENGTH", allow_negative_numbers = true)]
    min_segment: Option<String>,
    /// Largest number of breaks; 5 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    max_breaks: Option<i32>,
    /// What the number of breaks is chosen by; bic if left out
    #[arg(long, value_name = "CRITERION", value_parser = names(&["bic", "lwz", "aic", "sequential"]))]
    criterion: Option<String>,
    /// Significance of the tests; 0.05 if left out
    #[arg(long, value_name = "SHARE", value_parser = fraction, allow_negative_numbers = true)]
    significance: Option<f64>,
    /// Confidence of the intervals; 0.95 if left out
    #[arg(long, value_name = "SHARE", value_parser = fraction, allow_negative_numbers = true)]
    confidence: Option<f64>,
    /// Error variances behind the intervals; common if left out, unless errors are heteroskedastic
    #[arg(long, value_name = "WHICH", value_parser = names(&["common", "by-segment"]))]
    variances: Option<String>,
    /// What errors are taken to be, by the tests and behind the intervals; independent if left out
    #[arg(
        long,
        value_name = "WHAT",
        value_parser = names(&["independent", "heteroskedastic", "autocorrelated", "heteroskedastic-autocorrelated"])
    )]
    errors: Option<String>,
    /// Simulated series behind the tests; 999 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    draws: Option<i32>,
    /// Seed of the simulation
    #[arg(long, value_name = "SEED", default_value_t)]
    seed: u64,
    /// First periods of new regimes that are known beforehand, each tested alone (Chow)
    #[arg(long, value_name = "P,P,…", value_delimiter = ',')]
    known_breaks: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How peaks and troughs are found")]
struct Cycle {
    /// A peak is the highest value this far to either side; 1 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    window: Option<i32>,
    /// Shortest phase; 2 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    min_phase: Option<i32>,
    /// Shortest cycle; 5 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    min_cycle: Option<i32>,
}

impl TurningPointsArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let by_people = self.ask.output == Format::Table;
        let view = |answer: &DetectTurningPointsResponse| {
            let notes =
                View { provenance: answer.provenance.clone(), warnings: answer.warnings.clone(), ..View::default() };
            if by_people {
                View { tables: people::tables(&title, answer), ..notes }
            } else {
                View { records: programs::records(answer), ..notes }
            }
        };
        self.ask.analyze(common, self.request()?, view).await
    }

    fn request(&self) -> Result<DetectTurningPointsRequest, Failure> {
        let breaks = self.breaks.message()?;
        let cycle = CycleAnalysis {
            window: self.cycle.window,
            min_phase: self.cycle.min_phase,
            min_cycle: self.cycle.min_cycle,
        };
        let comovement = ComovementAnalysis { max_lag: self.what.max_lag, hac_lags: self.what.hac_lags };
        let only = |name: &str| self.what.only.iter().any(|only| only == name);
        if only("threshold") && self.what.threshold.is_none() {
            return Err(Failure::Usage("--only threshold needs --threshold, for example 10%".to_owned()));
        }
        // The service's own choice of analyses, which also knows whether there is a benchmark.
        let is_plain = self.what.only.is_empty()
            && self.what.threshold.is_none()
            && breaks == BreakAnalysis::default()
            && cycle == CycleAnalysis::default()
            && comovement == ComovementAnalysis::default();
        let wanted = |name: &str| !is_plain && (self.what.only.is_empty() || only(name));
        Ok(DetectTurningPointsRequest {
            selection: Some(self.selection.message()),
            series: self.series.message(),
            form: number(self.what.form.as_ref(), "TURNING_POINT_FORM", TurningPointForm::from_str_name),
            less_benchmark: self.what.less_benchmark,
            breaks: wanted("breaks").then_some(breaks),
            threshold: self
                .what
                .threshold
                .filter(|_| wanted("threshold"))
                .map(|threshold| ThresholdAnalysis { threshold }),
            cycle: wanted("cycle").then_some(cycle),
            comovement: wanted("comovement").then_some(comovement),
        })
    }
}

impl Breaks {
    fn message(&self) -> Result<BreakAnalysis, Failure> {
        let (min_segment_share, min_segment_periods) = match &self.min_segment {
            None => (None, None),
            Some(text) => match (text.parse::<i32>(), text.parse::<f64>()) {
                (Ok(periods), _) => (None, Some(periods)),
                (Err(_), Ok(share)) => (Some(share), None),
                _ => {
                    let hint = "write a share (0.15) or a number of periods (3)";
                    return Err(Failure::Usage(format!("--min-segment: \"{text}\" is no length; {hint}")));
                }
            },
        };
        Ok(BreakAnalysis {
            model: number(self.model.as_ref(), "BREAK_MODEL", BreakModel::from_str_name),
            min_segment_share,
            min_segment_periods,
            max_breaks: self.max_breaks,
            criterion: number(self.criterion.as_ref(), "BREAK_CRITERION", BreakCriterion::from_str_name),
            significance: self.significance,
            confidence: self.confidence,
            variances: number(self.variances.as_ref(), "BREAK_VARIANCES", BreakVariances::from_str_name),
            errors: number(self.errors.as_ref(), "BREAK_ERRORS", BreakErrors::from_str_name),
            draws: self.draws,
            seed: self.seed,
            known_breaks: self.known_breaks.clone(),
        })
    }
}

/// `0.1`, or `10%`.
fn fraction(text: &str) -> Result<f64, String> {
    let (number, divisor) = text.strip_suffix('%').map_or((text, 1.0), |percent| (percent.trim_end(), 100.0));
    let number: f64 = number.parse().map_err(|_| format!("\"{text}\" is no number: write 0.1 or 10%"))?;
    Ok(number / divisor)
}
