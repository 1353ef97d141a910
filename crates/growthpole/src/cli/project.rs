//! `project`: the coming periods, with intervals and a backtest.

mod shown;

use clap::Args;
use growthpole_contracts::v1::{
    FutureTotals, GerfinOptions, IndustryTotal, LocationalFactorForm, ProjectGrowthRequest, ProjectGrowthResponse,
    ProjectionBacktestOptions, ProjectionBootstrap, ProjectionMethod, ProjectionParameterUncertainty, ProjectionScale,
    SmoothingStart,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::series::SeriesArgs;
use super::values::{names, number};
use crate::failure::Failure;

/// Models of a series.
const MODELS: &[&str] = &["naive", "drift", "linear", "power", "exponential", "logistic", "simple", "holt", "damped"];

/// What projects.
const METHODS: &[&str] =
    &["auto", "naive", "drift", "linear", "power", "exponential", "logistic", "simple", "holt", "damped", "gerfin"];

/// Projects regions by the past up to the last period (`--period 2000:2019`).
#[derive(Debug, Args)]
pub(super) struct ProjectArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    series: SeriesArgs,
    #[command(flatten)]
    models: ModelArgs,
    #[command(flatten)]
    shift_share: ShiftShareArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
}

/// What projects, and how it is tested.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to project")]
struct ModelArgs {
    /// Periods to project
    #[arg(long, value_name = "N", default_value_t = 5, allow_negative_numbers = true)]
    horizon: i32,
    /// What projects: auto takes the model with the least error in the backtest of each region
    #[arg(long, value_name = "METHOD", value_parser = names(METHODS))]
    method: Option<String>,
    /// Models that auto compares
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', value_parser = names(MODELS))]
    candidates: Vec<String>,
    /// Scale of random walks and of exponential smoothing; log if left out, level for growth rates
    #[arg(long, value_name = "SCALE", value_parser = names(&["level", "log"]))]
    scale: Option<String>,
    /// Where the states of exponential smoothing begin
    #[arg(long, value_name = "HOW", value_parser = names(&["estimated", "heuristic"]))]
    start_states: Option<String>,
    /// Saturation of the logistic curve
    #[arg(long, value_name = "VALUE")]
    saturation: Option<f64>,
    /// Time of the first period for curves, for example 2000; 1 if left out
    #[arg(long, value_name = "TIME", allow_negative_numbers = true)]
    first_time: Option<f64>,
    /// Levels of the intervals; 0.8,0.95 if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    levels: Vec<f64>,
    /// Draws the intervals from residuals, this many futures
    #[arg(long, value_name = "DRAWS", allow_negative_numbers = true)]
    bootstrap: Option<i32>,
    /// Adds intervals that carry the uncertainty of parameters, from this many pasts that the model is fitted to anew
    #[arg(long, value_name = "DRAWS", num_args = 0..=1, default_missing_value = "0", allow_negative_numbers = true)]
    parameter_uncertainty: Option<i32>,
    /// Draws of these intervals at each origin of the backtest; 200 if left out
    #[arg(
        long,
        value_name = "DRAWS",
        requires = "parameter_uncertainty",
        default_value_t = 0,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    test_draws: i32,
    /// Seed of the draws
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Origins of the backtest; 10 if left out
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, allow_negative_numbers = true)]
    origins: i32,
    /// Periods that each origin projects; the horizon if left out
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, allow_negative_numbers = true)]
    test_horizon: i32,
    /// Fewest periods up to the first origin; half of all if left out
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, allow_negative_numbers = true)]
    first_length: i32,
    /// Lets regions add up to the benchmark's projection
    #[arg(long)]
    reconcile: bool,
}

/// Options of the method gerfin.
#[derive(Debug, Args)]
#[command(next_help_heading = "Shift-share (--method gerfin)")]
struct ShiftShareArgs {
    /// Periods of growth that the locational factor is measured over; half of all if left out
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, allow_negative_numbers = true)]
    base: i32,
    /// What becomes of the factor with the length of the projection
    #[arg(long, value_name = "FORM", value_parser = names(&["as-measured", "compounded", "none"]))]
    factor: Option<String>,
    /// Model of the benchmark's industries; drift if left out
    #[arg(long, value_name = "MODEL", value_parser = names(MODELS))]
    reference_method: Option<String>,
    /// Totals of the benchmark in a coming period, for every industry: 2020:C13=25.1,C14=30
    #[arg(long = "future", value_name = "PERIOD:I=V,…", value_parser = future_totals)]
    futures: Vec<FutureTotals>,
    /// Shows industries in tables and CSV; JSON always holds them
    #[arg(long)]
    by_industry: bool,
}

impl ProjectArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &ProjectGrowthResponse| shown::view(&title, answer, self.shift_share.by_industry);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> ProjectGrowthRequest {
        let models = &self.models;
        let method = |name: Option<&String>| number(name, "PROJECTION_METHOD", ProjectionMethod::from_str_name);
        let is_given = !self.shift_share.futures.is_empty();
        let seed = models.seed.unwrap_or(0);
        let backtest = ProjectionBacktestOptions {
            origins: models.origins,
            horizon: models.test_horizon,
            first_length: models.first_length,
        };
        ProjectGrowthRequest {
            selection: Some(self.selection.message()),
            series: self.series.message(),
            horizon: if is_given { 0 } else { models.horizon },
            method: method(models.method.as_ref()),
            candidates: models.candidates.iter().map(|name| method(Some(name))).collect(),
            scale: number(models.scale.as_ref(), "PROJECTION_SCALE", ProjectionScale::from_str_name),
            start: number(models.start_states.as_ref(), "SMOOTHING_START", SmoothingStart::from_str_name),
            saturation: models.saturation,
            first_time: models.first_time,
            interval_levels: models.levels.clone(),
            bootstrap: models.bootstrap.map(|draws| ProjectionBootstrap { draws, seed }),
            parameter_uncertainty: models.parameter_uncertainty.map(|draws| ProjectionParameterUncertainty {
                draws,
                backtest_draws: models.test_draws,
                seed,
            }),
            backtest: Some(backtest),
            reconcile: models.reconcile,
            gerfin: self.shift_share.message(method),
        }
    }
}

impl ShiftShareArgs {
    /// The message; nothing where nothing was said.
    fn message(&self, method: impl Fn(Option<&String>) -> i32) -> Option<GerfinOptions> {
        let options = GerfinOptions {
            base: self.base,
            factor: number(self.factor.as_ref(), "LOCATIONAL_FACTOR_FORM", LocationalFactorForm::from_str_name),
            future: self.futures.clone(),
            reference_method: method(self.reference_method.as_ref()),
        };
        (options != GerfinOptions::default()).then_some(options)
    }
}

/// `2020:C13=25.1,C14=30`.
fn future_totals(text: &str) -> Result<FutureTotals, String> {
    let wrong = || "write PERIOD:INDUSTRY=VALUE,…, for example 2020:C13=25.1,C14=30".to_owned();
    let (period, totals) = text.split_once(':').ok_or_else(wrong)?;
    let total = |text: &str| {
        let (industry, value) = text.split_once('=').ok_or_else(wrong)?;
        let value = value.parse().map_err(|_| format!("\"{value}\" is no number"))?;
        Ok::<_, String>(IndustryTotal { industry: industry.to_owned(), value })
    };
    let industries = totals.split(',').map(total).collect::<Result<_, _>>()?;
    Ok(FutureTotals { period: period.to_owned(), industries })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_of_the_future_are_of_industries() {
        let totals = future_totals("2020:C13=25.1,C14=30").unwrap();
        assert_eq!((totals.period.as_str(), totals.industries.len(), totals.industries[1].value), ("2020", 2, 30.0));
        assert!(future_totals("2020").is_err() && future_totals("2020:C13").is_err());
        assert!(future_totals("2020:C13=much").is_err());
    }
}
