//! What a request asks of the plan, checked.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::nearest::nearest;
use growthpole_methods::division::plan::Bounds;

use super::problem::Cluster;
use crate::pair_weights::PairWeights;

/// What does not depend on regions and industries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    pub(crate) value: v1::DivisionValue,
    pub(crate) by_importance: bool,
    /// Least share of the cluster's activity in an industry.
    pub(crate) minimum_presence: f64,
    /// Weight of friction and weights of pairs.
    pub(crate) friction: Option<(f64, PairWeights)>,
}

impl Options {
    pub(crate) fn read(request: &v1::ProposeDivisionRequest) -> Result<Self, Refusal> {
        let value = match v1::DivisionValue::try_from(request.value) {
            Ok(v1::DivisionValue::Unspecified | v1::DivisionValue::LogQuotient) => v1::DivisionValue::LogQuotient,
            Ok(v1::DivisionValue::SymmetricQuotient) => v1::DivisionValue::SymmetricQuotient,
            Err(_) => {
                return Err(Refusal::invalid("value", request.value, "LOG_QUOTIENT, SYMMETRIC_QUOTIENT, or nothing"));
            }
        };
        let minimum_presence = request.minimum_presence;
        if !(0.0..=1.0).contains(&minimum_presence) {
            return Err(Refusal::invalid("minimum_presence", minimum_presence, "0 to 1"));
        }
        let weight = request.friction_weight;
        if !weight.is_finite() || weight < 0.0 {
            return Err(Refusal::invalid("friction_weight", weight, "a finite number, 0 or more"));
        }
        let pairs = PairWeights::read(request.pair_weights, "pair_weights")?.unwrap_or(PairWeights::Equal);
        let friction = (weight > 0.0).then_some((weight, pairs));
        Ok(Self { value, by_importance: request.weight_by_importance, minimum_presence, friction })
    }
}

/// Numbers and pairs, by position in the cluster.
#[derive(Debug, Clone)]
pub(crate) struct Constraints {
    /// By industry.
    pub(crate) homes: Vec<Bounds>,
    /// By region.
    pub(crate) focuses: Vec<Bounds>,
    pub(crate) pins: Vec<(usize, usize)>,
    pub(crate) bans: Vec<(usize, usize)>,
}

impl Constraints {
    pub(crate) fn read(request: &v1::ProposeDivisionRequest, cluster: &Cluster) -> Result<Self, Refusal> {
        let homes = match &request.homes {
            None => Bounds::exactly(1),
            Some(sent) => bounds(sent, "homes", cluster.regions.len())?,
        };
        let homes = vec![homes; cluster.industries.len()];
        let usual = match &request.focuses {
            None => Bounds::balanced(&homes, cluster.regions.len()),
            Some(sent) => bounds(sent, "focuses", cluster.industries.len())?,
        };
        let mut focuses = vec![usual; cluster.regions.len()];
        let mut named = Vec::new();
        for (index, focus) in request.region_focuses.iter().enumerate() {
            let field = format!("region_focuses[{index}]");
            let region = find(&focus.region, &cluster.region_codes(), &format!("{field}.region"), "a region")?;
            if named.contains(&region) {
                let sent = format!("\"{}\" twice", focus.region);
                return Err(Refusal::invalid(&format!("{field}.region"), sent, "each region once"));
            }
            named.push(region);
            let field = format!("{field}.bounds");
            let sent = focus
                .bounds
                .as_ref()
                .ok_or_else(|| Refusal::invalid(&field, "nothing", "least and greatest number"))?;
            focuses[region] = bounds(sent, &field, cluster.industries.len())?;
        }
        Ok(Self {
            homes,
            focuses,
            pins: pairs(&request.pins, "pins", cluster)?,
            bans: pairs(&request.bans, "bans", cluster)?,
        })
    }
}

/// Bounds of a number of which there are `all`.
fn bounds(sent: &v1::CountBounds, field: &str, all: usize) -> Result<Bounds, Refusal> {
    let v1::CountBounds { min, max } = *sent;
    if min.is_none() && max.is_none() {
        return Err(Refusal::invalid(field, "neither min nor max", "a least number, a greatest number, or both"));
    }
    let min = min.unwrap_or(0);
    let Ok(least) = usize::try_from(min) else {
        return Err(Refusal::invalid(&format!("{field}.min"), min, "0 or more"));
    };
    let Some(max) = max else {
        return Ok(Bounds::between(least, all.max(least)));
    };
    match usize::try_from(max) {
        Ok(most) if most >= least => Ok(Bounds::between(least, most)),
        _ => Err(Refusal::invalid(&format!("{field}.max"), max, &format!("{least} or more, the least number"))),
    }
}

fn pairs(sent: &[v1::DivisionPair], field: &str, cluster: &Cluster) -> Result<Vec<(usize, usize)>, Refusal> {
    let (regions, industries) = (cluster.region_codes(), cluster.industry_codes());
    let read = |(index, pair): (usize, &v1::DivisionPair)| {
        let region = find(&pair.region, &regions, &format!("{field}[{index}].region"), "a region")?;
        let industry = find(&pair.industry, &industries, &format!("{field}[{index}].industry"), "an industry")?;
        Ok((region, industry))
    };
    sent.iter().enumerate().map(read).collect()
}

/// Position of a code among those of the plan.
fn find(sent: &str, known: &[&str], field: &str, kind: &str) -> Result<usize, Refusal> {
    if let Some(position) = known.iter().position(|code| *code == sent) {
        return Ok(position);
    }
    let nearest = nearest(sent, known.iter().copied(), 3);
    let hint = if nearest.is_empty() { String::new() } else { format!("; nearest: {}", nearest.join(", ")) };
    let allowed = format!("{kind} of the selection that no policy left out{hint}");
    Err(Refusal::invalid(field, format!("\"{sent}\""), &allowed).with_metadata("nearest", nearest.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_of_bounds_is_no_limit() {
        let read = |min, max| bounds(&v1::CountBounds { min, max }, "homes", 5);
        assert_eq!(read(None, Some(0)).unwrap(), Bounds::between(0, 0));
        assert_eq!(read(None, Some(3)).unwrap(), Bounds::between(0, 3));
        assert_eq!(read(Some(2), None).unwrap(), Bounds::between(2, 5));
        assert_eq!(read(Some(0), Some(2)).unwrap(), Bounds::between(0, 2));
        // More than there are is for the plan to refuse, as with a greatest number.
        assert_eq!(read(Some(7), None).unwrap(), Bounds::between(7, 7));
        let blamed = |min, max| read(min, max).unwrap_err().violations[0].field.clone();
        assert_eq!(blamed(None, None), "homes");
        assert_eq!((blamed(Some(-1), None), blamed(None, Some(-1))), ("homes.min".into(), "homes.max".into()));
    }
}
