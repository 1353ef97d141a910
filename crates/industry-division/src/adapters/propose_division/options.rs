//! What a request asks for, as far as it does not depend on regions and industries.

use std::time::Duration;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Period;
use growthpole_methods::division::plan::{Engine, ReallocationLimits};
use growthpole_worker_kit::convert::selection;

use super::terms::{ComplexityOptions, Terms};
use crate::pair_weights::PairWeights;

/// Most further plans.
const MOST_ALTERNATIVES: i32 = 100;

/// Most draws.
const MOST_DRAWS: i32 = 10_000;

/// Most weights of friction that plans are made for.
const MOST_FRICTION_WEIGHTS: usize = 100;

/// Longest time limit, in seconds.
const LONGEST: f64 = 86_400.0;

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) value: v1::DivisionValue,
    pub(crate) by_importance: bool,
    /// Least share of the cluster's activity in an industry.
    pub(crate) minimum_presence: f64,
    pub(crate) friction_weight: f64,
    pub(crate) pairs: PairWeights,
    pub(crate) terms: Terms,
    /// Where complexity is to be computed.
    pub(crate) complexity: Option<ComplexityOptions>,
    pub(crate) search: Search,
    pub(crate) explain: bool,
    pub(crate) draws: Option<Draws>,
    /// Weights of friction to make plans for.
    pub(crate) frontier: Vec<f64>,
    pub(crate) reallocation: Option<ReallocationLimits>,
}

/// How long and how far is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    pub(crate) limit: Option<Duration>,
    pub(crate) alternatives: usize,
    pub(crate) within: Option<f64>,
    pub(crate) margins: bool,
    pub(crate) engine: Engine,
}

/// How data are drawn for stability.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draws {
    pub(crate) number: usize,
    pub(crate) seed: u64,
    pub(crate) by: DrawnBy,
}

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DrawnBy {
    /// Amounts, with this standard deviation of their logarithms.
    Noise(f64),
    /// Periods, from the first to the last.
    Periods(Period, Period),
}

impl Options {
    pub(crate) fn read(request: &v1::ProposeDivisionRequest) -> Result<Self, Refusal> {
        let minimum_presence = request.minimum_presence;
        if !(0.0..=1.0).contains(&minimum_presence) {
            return Err(Refusal::invalid("minimum_presence", minimum_presence, "0 to 1"));
        }
        Ok(Self {
            value: value(request.value)?,
            by_importance: request.weight_by_importance,
            minimum_presence,
            friction_weight: not_negative("friction_weight", request.friction_weight)?,
            pairs: PairWeights::read(request.pair_weights, "pair_weights")?.unwrap_or(PairWeights::Equal),
            complexity: ComplexityOptions::read(request.complexity.as_ref())?,
            terms: Terms::read(request)?,
            search: Search::read(request.search.as_ref())?,
            explain: request.explain,
            draws: request.stability.as_ref().map(Draws::read).transpose()?,
            frontier: request.frontier.as_ref().map_or(Ok(Vec::new()), frontier)?,
            reallocation: request.reallocation.as_ref().map(reallocation).transpose()?,
        })
    }

    /// Whether friction counts in any plan that is asked for.
    pub(crate) fn has_friction(&self) -> bool {
        self.friction_weight > 0.0 || !self.frontier.is_empty()
    }
}

fn value(sent: i32) -> Result<v1::DivisionValue, Refusal> {
    match v1::DivisionValue::try_from(sent) {
        Ok(v1::DivisionValue::Unspecified | v1::DivisionValue::LogQuotient) => Ok(v1::DivisionValue::LogQuotient),
        Ok(v1::DivisionValue::SymmetricQuotient) => Ok(v1::DivisionValue::SymmetricQuotient),
        Err(_) => Err(Refusal::invalid("value", sent, "LOG_QUOTIENT, SYMMETRIC_QUOTIENT, or nothing")),
    }
}

fn engine(sent: i32) -> Result<Engine, Refusal> {
    match v1::DivisionEngine::try_from(sent) {
        Ok(v1::DivisionEngine::Unspecified | v1::DivisionEngine::Auto) => Ok(Engine::Auto),
        Ok(v1::DivisionEngine::Own) => Ok(Engine::Own),
        Ok(v1::DivisionEngine::Microlp) => Ok(Engine::Microlp),
        Ok(v1::DivisionEngine::Highs) => Ok(Engine::Highs),
        Err(_) => Err(Refusal::invalid("search.engine", sent, "AUTO, OWN, MICROLP, HIGHS, or nothing")),
    }
}

impl Search {
    fn read(sent: Option<&v1::DivisionSearch>) -> Result<Self, Refusal> {
        let sent = sent.copied().unwrap_or_default();
        let limit = |seconds: f64| {
            if seconds > 0.0 && seconds <= LONGEST {
                return Ok(Duration::from_secs_f64(seconds));
            }
            Err(Refusal::invalid("search.time_limit_seconds", seconds, "a number of seconds above 0, at most 86400"))
        };
        let alternatives = match usize::try_from(sent.alternatives) {
            Ok(number) if sent.alternatives <= MOST_ALTERNATIVES => number,
            _ => {
                let allowed = format!("0 to {MOST_ALTERNATIVES}");
                return Err(Refusal::invalid("search.alternatives", sent.alternatives, &allowed));
            }
        };
        let within = |loss: f64| not_negative("search.alternatives_within", loss);
        Ok(Self {
            limit: sent.time_limit_seconds.map(limit).transpose()?,
            alternatives,
            within: sent.alternatives_within.map(within).transpose()?,
            margins: !sent.without_margins,
            engine: engine(sent.engine)?,
        })
    }
}

impl Draws {
    fn read(sent: &v1::DivisionStability) -> Result<Self, Refusal> {
        use v1::division_stability::By;
        let number = match usize::try_from(sent.draws) {
            Ok(number) if (1..=MOST_DRAWS).contains(&sent.draws) => number,
            _ => return Err(Refusal::invalid("stability.draws", sent.draws, &format!("1 to {MOST_DRAWS}"))),
        };
        let by = match &sent.by {
            None => return Err(Refusal::invalid("stability", "neither sigma nor periods", "one of the two")),
            Some(By::Sigma(sigma)) if *sigma > 0.0 && *sigma <= 2.0 => DrawnBy::Noise(*sigma),
            Some(By::Sigma(sigma)) => {
                return Err(Refusal::invalid("stability.sigma", sigma, "a standard deviation above 0, up to 2"));
            }
            Some(By::Periods(range)) => {
                let (first, last) = window(range, "stability.periods")?;
                DrawnBy::Periods(first, last)
            }
        };
        Ok(Self { number, seed: sent.seed.unwrap_or(0), by })
    }
}

/// A first and a later last period of one frequency.
pub(super) fn window(range: &v1::PeriodRange, field: &str) -> Result<(Period, Period), Refusal> {
    let (start, end) = (format!("{field}.start"), format!("{field}.end"));
    let (first, last) = (selection::period(&range.start, &start)?, selection::period(&range.end, &end)?);
    if first.frequency() == last.frequency() && first < last {
        return Ok((first, last));
    }
    Err(Refusal::invalid(&end, last, &format!("a period of the same frequency as {first}, after it")))
}

fn frontier(sent: &v1::DivisionFrontier) -> Result<Vec<f64>, Refusal> {
    let weights = &sent.friction_weights;
    let field = "frontier.friction_weights";
    if weights.is_empty() || weights.len() > MOST_FRICTION_WEIGHTS {
        let allowed = format!("1 to {MOST_FRICTION_WEIGHTS} weights");
        return Err(Refusal::invalid(field, format!("{} weights", weights.len()), &allowed));
    }
    for (at, &weight) in weights.iter().enumerate() {
        not_negative(&format!("{field}[{at}]"), weight)?;
        if at > 0 && weight <= weights[at - 1] {
            return Err(Refusal::invalid(&format!("{field}[{at}]"), weight, "weights that increase"));
        }
    }
    Ok(weights.clone())
}

fn reallocation(sent: &v1::DivisionReallocation) -> Result<ReallocationLimits, Refusal> {
    let tau = sent.max_share;
    if !(0.0..=1.0).contains(&tau) {
        return Err(Refusal::invalid("reallocation.max_share", tau, "0 to 1"));
    }
    let kappa = not_negative("reallocation.max_amount", sent.max_amount)?;
    Ok(ReallocationLimits { tau, kappa })
}

/// A finite number that is not negative.
fn not_negative(field: &str, number: f64) -> Result<f64, Refusal> {
    if number.is_finite() && number >= 0.0 {
        return Ok(number);
    }
    Err(Refusal::invalid(field, number, "a finite number, 0 or more"))
}
