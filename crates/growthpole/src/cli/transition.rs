//! `transition`: how far regions have come from resources and old industries.

mod given;
mod view;

use clap::Args;
use growthpole_contracts::v1::{
    AssessTransitionRequest, AssessTransitionResponse, IndustryCodes, StageRule, TransitionIndicators,
    TransitionIndustries, TransitionMeasure, TransitionWeight,
};

use super::Common;
use super::ask::Ask;
use super::selection::{RegionArgs, SelectionArgs};
use super::values::all_names;
use crate::failure::Failure;
use view::view;

const MEASURE: &str = "TRANSITION_MEASURE";

/// Assesses how far regions have come from resources and old industries.
#[derive(Debug, Args)]
pub(super) struct TransitionArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    industries: Sets,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    given: given::GivenFigures,
    #[command(flatten)]
    how: HowToAssess,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Which industries")]
struct Sets {
    /// Extractive industries; B in GB/T 4754 if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    extractive: Vec<String>,
    /// First processing of minerals and fuels; C25, C30, C31, C32 and D44 in GB/T 4754 if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    first_processing: Vec<String>,
    /// Old industries; B, C25, C26, C30, C31, C32 and D44 in GB/T 4754 if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    old: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What else is known (codes of indicators)")]
struct Known {
    /// Output, for example gdp
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    output_indicator: String,
    /// Real growth of output, for example gdp_real_growth
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    output_growth: String,
    /// Investment, for example gross_fixed_capital_formation
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    investment: String,
    /// Price index of investment, for example investment_price_index
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    investment_prices: String,
    /// Stock of capital at constant prices
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    capital: String,
    /// Infers the stock of capital from investment, of which this share wears off in a year
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    depreciation: Option<f64>,
    /// Employment, for example employment_urban_units
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    employment: String,
    /// Utilisation of capacity
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    capacity_utilization: String,
    /// Share of enterprises that make a loss
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    loss_making: String,
    /// Share of state-owned enterprises, for example soe_share_assets
    #[arg(long, value_name = "CODE", default_value_t = String::new(), hide_default_value = true)]
    state_owned: String,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to assess")]
struct HowToAssess {
    /// Regions compared with; all of the main level if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', group = "compared")]
    peers: Vec<String>,
    /// Members of a group as the regions compared with
    #[arg(long, value_name = "ID", group = "compared")]
    peer_group: Option<String>,
    /// All regions of a level as the regions compared with
    #[arg(long, value_name = "LEVEL", group = "compared")]
    peer_level: Option<String>,
    /// Years over which capital, investment, output and employment are measured; 3 if left out
    #[arg(long, value_name = "YEARS", allow_negative_numbers = true)]
    window: Option<i32>,
    /// Location quotient from which a region lives from resources; 1.5 if left out
    #[arg(long, value_name = "LQ", allow_negative_numbers = true)]
    resource_quotient: Option<f64>,
    /// Growth a year up to which activity is steady; 0.01 if left out
    #[arg(long, value_name = "RATE", allow_negative_numbers = true)]
    steady_growth: Option<f64>,
    /// Draws measures together, each by its weight, for example resource-share:1,capacity-utilization:-1
    #[arg(long, value_name = "MEASURE:WEIGHT,…", value_delimiter = ',', value_parser = weight, allow_hyphen_values = true)]
    composite: Vec<TransitionWeight>,
}

/// `resource-share`.
fn measure(name: &str) -> Result<TransitionMeasure, String> {
    let full = format!("{MEASURE}_{}", name.to_uppercase().replace('-', "_"));
    let of = |number| TransitionMeasure::try_from(number).ok().map(|own| own.as_str_name());
    TransitionMeasure::from_str_name(&full)
        .ok_or_else(|| format!("\"{name}\" is no measure: write {}", all_names(MEASURE, of)))
}

/// `resource-share:1`.
fn weight(text: &str) -> Result<TransitionWeight, String> {
    let (name, weight) = text.split_once(':').ok_or("write MEASURE:WEIGHT, for example resource-share:1")?;
    let measure = measure(name)?;
    let weight = weight.parse().map_err(|_| format!("\"{weight}\" is no number"))?;
    Ok(TransitionWeight { measure: measure.into(), weight })
}

impl TransitionArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &AssessTransitionResponse| view(&title, answer);
        self.ask.analyze(common, self.request()?, view).await
    }

    fn request(&self) -> Result<AssessTransitionRequest, Failure> {
        let (known, how) = (&self.known, &self.how);
        let codes = |codes: &[String]| (!codes.is_empty()).then(|| IndustryCodes { codes: codes.to_vec() });
        let rule = StageRule { quotient: how.resource_quotient, steady_growth: how.steady_growth };
        let peers = RegionArgs {
            regions: how.peers.clone(),
            group: how.peer_group.clone(),
            level: how.peer_level.clone(),
            children_of: None,
        };
        Ok(AssessTransitionRequest {
            given: self.given.figures()?,
            selection: Some(self.selection.message()),
            peers: peers.message(),
            industries: Some(TransitionIndustries {
                extractive: codes(&self.industries.extractive),
                first_processing: codes(&self.industries.first_processing),
                old: codes(&self.industries.old),
            }),
            indicators: Some(TransitionIndicators {
                output: known.output_indicator.clone(),
                output_growth: known.output_growth.clone(),
                investment: known.investment.clone(),
                investment_prices: known.investment_prices.clone(),
                capital: known.capital.clone(),
                depreciation_rate: known.depreciation,
                employment: known.employment.clone(),
                capacity_utilization: known.capacity_utilization.clone(),
                loss_making_share: known.loss_making.clone(),
                state_owned_share: known.state_owned.clone(),
            }),
            window_years: how.window,
            stage_rule: Some(rule).filter(|rule| *rule != StageRule::default()),
            composite: how.composite.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;

    fn request(options: &str) -> AssessTransitionRequest {
        let line = format!("--dataset d --indicator i --period 2010:2015 {options}");
        read::<TransitionArgs>(&line).unwrap().request().unwrap()
    }

    #[test]
    fn options_become_fields() {
        let sent = request(
            "--extractive B06,B07 --output-indicator gdp --depreciation 0.1 --investment i --window 5 --peer-group g \
             --resource-quotient 2 --composite resource-share:1,capacity-utilization:-2",
        );
        assert_eq!(sent.industries.unwrap().extractive.unwrap().codes, ["B06", "B07"]);
        let known = sent.indicators.unwrap();
        assert_eq!((known.output.as_str(), known.depreciation_rate, known.employment.as_str()), ("gdp", Some(0.1), ""));
        assert_eq!((sent.window_years, sent.peers.is_some()), (Some(5), true));
        assert_eq!(sent.stage_rule, Some(StageRule { quotient: Some(2.0), steady_growth: None }));
        assert_eq!(sent.composite[1].measure(), TransitionMeasure::CapacityUtilization);
        assert_eq!(sent.composite[1].weight, -2.0);
        assert!(weight("nonsense:1").is_err() && weight("resource-share").is_err() && weight("herfindahl:x").is_err());
        assert_eq!(request("").stage_rule, None);
    }
}
