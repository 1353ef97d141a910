//! What a request asks for beside its selection.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::RegionChoice;
use growthpole_methods::division::transition::StageRule;
use growthpole_worker_kit::convert::selection;
use v1::TransitionMeasure;

use super::given::Given;

/// Years of the window where the request leaves them out.
const DEFAULT_WINDOW: i32 = 3;
const LONGEST_WINDOW: i32 = 20;

/// Every measure, in the order of answers.
pub(super) const MEASURES: [TransitionMeasure; 15] = [
    TransitionMeasure::ExtractiveShare,
    TransitionMeasure::ExtractiveQuotient,
    TransitionMeasure::FirstProcessingShare,
    TransitionMeasure::FirstProcessingQuotient,
    TransitionMeasure::ResourceShare,
    TransitionMeasure::ResourceQuotient,
    TransitionMeasure::Herfindahl,
    TransitionMeasure::OldIndustryShare,
    TransitionMeasure::OldIndustryQuotient,
    TransitionMeasure::IncrementalCapitalOutputRatio,
    TransitionMeasure::CapitalAgainstOutput,
    TransitionMeasure::CapitalAgainstEmployment,
    TransitionMeasure::CapacityUtilization,
    TransitionMeasure::LossMakingShare,
    TransitionMeasure::StateOwnedShare,
];

/// What a request asks for beside its selection.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) peers: RegionChoice,
    pub(super) industries: v1::TransitionIndustries,
    pub(super) indicators: v1::TransitionIndicators,
    pub(super) given: Given,
    pub(super) window: i16,
    pub(super) rule: StageRule,
    /// Weights of the composite, with the positions of their measures in [`MEASURES`].
    pub(super) weights: Vec<(usize, f64)>,
}

impl Options {
    pub(super) fn read(request: v1::AssessTransitionRequest) -> Result<Self, Refusal> {
        let indicators = request.indicators.unwrap_or_default();
        check_capital(&indicators)?;
        Ok(Self {
            peers: selection::regions(request.peers),
            industries: request.industries.unwrap_or_default(),
            given: Given::read(request.given, &indicators)?,
            indicators,
            window: window(request.window_years)?,
            rule: rule(request.stage_rule.unwrap_or_default())?,
            weights: weights(&request.composite)?,
        })
    }
}

fn check_capital(indicators: &v1::TransitionIndicators) -> Result<(), Refusal> {
    const FIELD: &str = "indicators.depreciation_rate";
    match indicators.depreciation_rate {
        None => Ok(()),
        Some(rate) if !(rate > 0.0 && rate < 1.0) => {
            Err(Refusal::invalid(FIELD, rate, "a share of capital above 0 and below 1"))
        }
        Some(rate) if !indicators.capital.is_empty() => {
            Err(Refusal::invalid(FIELD, format!("{rate} beside indicators.capital"), "one of the two"))
        }
        Some(rate) if indicators.investment.is_empty() => {
            let sent = format!("{rate} without indicators.investment");
            Err(Refusal::invalid(FIELD, sent, "nothing, or investment beside it"))
        }
        Some(_) => Ok(()),
    }
}

fn window(sent: Option<i32>) -> Result<i16, Refusal> {
    let years = sent.unwrap_or(DEFAULT_WINDOW);
    let valid = (1..=LONGEST_WINDOW).contains(&years).then(|| i16::try_from(years).ok()).flatten();
    valid.ok_or_else(|| Refusal::invalid("window_years", years, &format!("1 to {LONGEST_WINDOW}")))
}

fn rule(sent: v1::StageRule) -> Result<StageRule, Refusal> {
    let default = StageRule::default();
    let quotient = sent.quotient.unwrap_or(default.quotient);
    if !(quotient.is_finite() && quotient > 0.0) {
        return Err(Refusal::invalid("stage_rule.quotient", quotient, "a finite number above 0"));
    }
    let steady_growth = sent.steady_growth.unwrap_or(default.steady_growth);
    if !(steady_growth.is_finite() && steady_growth >= 0.0) {
        return Err(Refusal::invalid(
            "stage_rule.steady_growth",
            steady_growth,
            "a finite number that is not negative",
        ));
    }
    Ok(StageRule { quotient, steady_growth })
}

fn weights(sent: &[v1::TransitionWeight]) -> Result<Vec<(usize, f64)>, Refusal> {
    let mut weights: Vec<(usize, f64)> = Vec::with_capacity(sent.len());
    for (at, own) in sent.iter().enumerate() {
        let field = |name: &str| format!("composite[{at}].{name}");
        let position = MEASURES.iter().position(|measure| i32::from(*measure) == own.measure);
        let Some(position) = position else {
            return Err(Refusal::invalid(&field("measure"), own.measure, "one of the measures"));
        };
        if weights.iter().any(|(known, _)| *known == position) {
            let sent = format!("{} a second time", MEASURES[position].as_str_name());
            return Err(Refusal::invalid(&field("measure"), sent, "each measure once"));
        }
        if !own.weight.is_finite() || own.weight == 0.0 {
            return Err(Refusal::invalid(&field("weight"), own.weight, "a finite number that is not 0"));
        }
        weights.push((position, own.weight));
    }
    Ok(weights)
}
