//! What a request asks for beside its selection.

use std::collections::BTreeMap;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Frequency, Period, RegionChoice};
use growthpole_worker_kit::convert::selection;
use v1::{EngineComplexity, EngineCriterion};

const DEFAULT_OUTLOOK: i32 = 3;
const LONGEST_OUTLOOK: i32 = 20;
const DEFAULT_LIMIT: i32 = 10;
const DEFAULT_CONFIDENCE: f64 = 0.95;

/// Number of criteria.
pub(super) const N: usize = 7;

/// Every criterion, in the order of answers.
pub(super) const CRITERIA: [EngineCriterion; N] = [
    EngineCriterion::Density,
    EngineCriterion::Complexity,
    EngineCriterion::Outlook,
    EngineCriterion::Spillover,
    EngineCriterion::ResourceBurden,
    EngineCriterion::Overcapacity,
    EngineCriterion::EmissionIntensity,
];

/// From this position on criteria are burdens.
const FIRST_BURDEN: usize = 4;
/// From this position on values are given by the caller, for the year that is decided in.
pub(super) const FIRST_GIVEN: usize = 5;

/// Whether a criterion is a burden.
pub(super) fn is_burden(criterion: usize) -> bool {
    criterion >= FIRST_BURDEN
}

/// The weights that a request names, each with its position there, by position in [`CRITERIA`].
type NamedWeights = [Option<(f64, usize)>; N];

/// What a request asks for beside its selection.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) space: RegionChoice,
    pub(super) threshold: f64,
    pub(super) outlook: i16,
    pub(super) complexity: EngineComplexity,
    /// None where the request leaves weights out.
    weights: Option<NamedWeights>,
    pub(super) resource_industries: Option<v1::IndustryCodes>,
    /// Values that the caller gives of industries, with their fields.
    pub(super) given: [(&'static str, BTreeMap<String, f64>); 2],
    /// 0 for all.
    pub(super) limit: usize,
    /// Start and end, where the request names them.
    pub(super) backtest: Option<(i16, i16)>,
    pub(super) outcome: Option<i16>,
    pub(super) confidence: f64,
    /// Kilometres by which spillover falls with distance; none for borders.
    pub(super) spillover_distance: Option<f64>,
}

impl Options {
    pub(super) fn read(request: v1::FindGrowthEnginesRequest, year: i16) -> Result<Self, Refusal> {
        let outlook = request.outlook_years.unwrap_or(DEFAULT_OUTLOOK);
        let allowed = (1..=LONGEST_OUTLOOK).contains(&outlook).then(|| i16::try_from(outlook).ok()).flatten();
        let Some(outlook) = allowed else {
            return Err(Refusal::invalid("outlook_years", outlook, &format!("1 to {LONGEST_OUTLOOK}")));
        };
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
        Ok(Self {
            space: selection::regions(request.space),
            threshold: above_zero("presence_threshold", request.presence_threshold.unwrap_or(1.0))?,
            outlook,
            complexity: complexity(request.complexity)?,
            weights: weights(&request.weights)?,
            resource_industries: request.resource_industries,
            given: [
                ("overcapacity", values("overcapacity", request.overcapacity)?),
                ("emission_intensity", values("emission_intensity", request.emission_intensity)?),
            ],
            limit: usize::try_from(limit).map_err(|_| Refusal::invalid("limit", limit, "0 for all, or more"))?,
            backtest: request.backtest.map(|periods| backtest(&periods)).transpose()?,
            outcome: outcome(&request.outcome_period, year)?,
            confidence: confidence(request.confidence.unwrap_or(DEFAULT_CONFIDENCE))?,
            spillover_distance: request
                .spillover_distance_km
                .map(|sent| above_zero("spillover_distance_km", sent))
                .transpose()?,
        })
    }

    /// The weight of each criterion, where some are known.
    ///
    /// # Errors
    ///
    /// A refusal of a weight above 0 of a criterion that is not known.
    pub(super) fn weights(&self, known: [bool; N]) -> Result<[f64; N], Refusal> {
        let mut all = [0.0; N];
        for (at, weight) in all.iter_mut().enumerate() {
            let asked = match &self.weights {
                None => Some((1.0, None)),
                Some(named) => named[at].map(|(weight, position)| (weight, Some(position))),
            };
            match asked {
                Some((asked, _)) if known[at] => *weight = asked,
                Some((asked, Some(position))) if asked > 0.0 => {
                    let sent = format!("{asked} of {}, which is not known,", CRITERIA[at].as_str_name());
                    return Err(Refusal::invalid(
                        &format!("weights[{position}].weight"),
                        sent,
                        "0, or what makes it known",
                    ));
                }
                _ => {}
            }
        }
        if all.iter().all(|weight| *weight == 0.0) {
            return Err(Refusal::invalid("weights", "no weight above 0", "at least one weight above 0"));
        }
        Ok(all)
    }
}

fn above_zero(field: &str, number: f64) -> Result<f64, Refusal> {
    if number.is_finite() && number > 0.0 {
        return Ok(number);
    }
    Err(Refusal::invalid(field, number, "a finite number above 0"))
}

fn complexity(sent: i32) -> Result<EngineComplexity, Refusal> {
    match EngineComplexity::try_from(sent) {
        Ok(EngineComplexity::Unspecified) => Ok(EngineComplexity::OutlookGain),
        Ok(complexity) => Ok(complexity),
        Err(_) => Err(Refusal::invalid("complexity", sent, "OUTLOOK_GAIN or INDUSTRY")),
    }
}

fn weights(sent: &[v1::EngineWeight]) -> Result<Option<NamedWeights>, Refusal> {
    if sent.is_empty() {
        return Ok(None);
    }
    let mut all = [None; N];
    for (at, own) in sent.iter().enumerate() {
        let field = |name: &str| format!("weights[{at}].{name}");
        let Some(position) = CRITERIA.iter().position(|criterion| i32::from(*criterion) == own.criterion) else {
            return Err(Refusal::invalid(&field("criterion"), own.criterion, "one of the criteria"));
        };
        if all[position].is_some() {
            let sent = format!("{} a second time", CRITERIA[position].as_str_name());
            return Err(Refusal::invalid(&field("criterion"), sent, "each criterion once"));
        }
        if !(own.weight.is_finite() && own.weight >= 0.0) {
            let allowed = "a finite number that is not negative: burdens are subtracted";
            return Err(Refusal::invalid(&field("weight"), own.weight, allowed));
        }
        all[position] = Some((own.weight, at));
    }
    Ok(Some(all))
}

fn values(field: &str, sent: Vec<v1::IndustryValue>) -> Result<BTreeMap<String, f64>, Refusal> {
    let mut all = BTreeMap::new();
    for (at, own) in sent.into_iter().enumerate() {
        if !own.value.is_finite() {
            return Err(Refusal::invalid(&format!("{field}[{at}].value"), own.value, "a finite number"));
        }
        let sent = format!("\"{}\" a second time", own.industry);
        if all.insert(own.industry, own.value).is_some() {
            return Err(Refusal::invalid(&format!("{field}[{at}].industry"), sent, "each industry once"));
        }
    }
    Ok(all)
}

/// The year of a text.
fn year(field: &str, text: &str) -> Result<i16, Refusal> {
    match text.parse::<Period>() {
        Ok(period) if period.frequency() == Frequency::Year => Ok(period.calendar_year()),
        _ => Err(Refusal::invalid(field, format!("\"{text}\""), "a year, for example 2010")),
    }
}

fn backtest(periods: &v1::BacktestPeriods) -> Result<(i16, i16), Refusal> {
    let (start, end) = (year("backtest.start", &periods.start)?, year("backtest.end", &periods.end)?);
    if end > start {
        return Ok((start, end));
    }
    Err(Refusal::invalid("backtest.end", end, &format!("a year after {start}")))
}

fn outcome(text: &str, decided: i16) -> Result<Option<i16>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    match year("outcome_period", text)? {
        later if later > decided => Ok(Some(later)),
        other => Err(Refusal::invalid("outcome_period", other, &format!("a year after {decided}"))),
    }
}

fn confidence(sent: f64) -> Result<f64, Refusal> {
    if sent > 0.0 && sent < 1.0 {
        return Ok(sent);
    }
    Err(Refusal::invalid("confidence", sent, "a number above 0 and below 1"))
}
