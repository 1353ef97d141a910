//! What a request may ask of a ranking besides: weighted statistics and volatility.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Warning};
use growthpole_methods::growth::volatility;
use growthpole_methods::stats::{weighted_mean, weighted_percentile};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::region_code;

use super::figures::{Figures, positions};
use super::growth::{Growth, NoGrowth, Rule};
use super::inputs::Inputs;
use super::ranking::{Extras, tie_key};
use super::span::Span;
use super::weights::weighing;

/// Mean growth and percentiles by weight, for the regions that have growth and a weight.
pub(crate) fn weighted(
    inputs: &Inputs,
    span: Span,
    panel: &Panel,
    growth: &[Result<Growth, NoGrowth>],
    extras: &mut Extras,
    warnings: &mut Vec<Warning>,
) -> Result<Option<v1::WeightedGrowth>, Refusal> {
    if let Some(warning) = &inputs.no_weights {
        warnings.extend((!warnings.contains(warning)).then(|| warning.clone()));
        return Ok(None);
    }
    let Some(weights) = weighing(inputs) else {
        let allowed = "true with weight_indicator, or for an indicator that adds up over regions";
        return Err(Refusal::invalid("weighted_statistics", "true without weights", allowed));
    };
    let before = span.before(inputs.basis);
    let at = weights.period_position(before);
    let known = positions(weights);
    let level =
        |code: &str| weights.value(at?, *known.get(code)?, 0).filter(|weight| *weight >= 0.0 && weight.is_finite());
    let (mut positions, mut values, mut levels, mut without) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (position, growth) in growth.iter().enumerate() {
        let Ok(growth) = growth else { continue };
        match level(region_code(panel, position)) {
            Some(weight) => {
                positions.push(position);
                values.push(tie_key(growth.measured));
                levels.push(weight);
            }
            None => without.push(region_code(panel, position).to_owned()),
        }
    }
    if !without.is_empty() {
        let text = format!("{} ranked regions have no weight in {} of {before}", without.len(), weights.indicator.code);
        warnings.push(Warning::new("WEIGHTED_WITHOUT_SOME_REGIONS", text).with_regions(without));
    }
    let (Some(mean), Some(percentiles)) = (weighted_mean(&values, &levels), weighted_percentile(&values, &levels))
    else {
        let text = format!("there are no weighted statistics: {} of {before} weights nobody", weights.indicator.code);
        warnings.push(Warning::new("NO_WEIGHTS", text));
        return Ok(None);
    };
    extras.weights = positions.into_iter().zip(levels.into_iter().zip(percentiles)).collect();
    Ok(Some(v1::WeightedGrowth {
        mean,
        weight_indicator: weights.indicator.code.clone(),
        period: before.to_string(),
        regions: message::count(values.len()),
    }))
}

/// The volatility of every ranked region that has all years, and a warning that names the others.
pub(crate) fn volatilities(
    rule: Rule,
    figures: &Figures,
    panel: &Panel,
    growth: &[Result<Growth, NoGrowth>],
    extras: &mut Extras,
) -> Result<Option<Warning>, Refusal> {
    let years = rule.span.n_of_growth(rule.basis);
    if years < 2 {
        let sent = format!("true for {years} year of growth");
        return Err(Refusal::invalid("volatility", sent, "true for two years of growth or more"));
    }
    let mut without = Vec::new();
    for (position, row) in figures.regions.iter().enumerate() {
        let rates = rule.yearly_rates(figures, row).ok();
        match rates.and_then(|rates| volatility(&rates)) {
            Some(found) => {
                let shown = v1::GrowthVolatility {
                    years: message::count(years),
                    mean: found.mean,
                    standard_deviation: found.deviation,
                    mean_squared_successive_difference: found.mssd,
                    von_neumann_ratio: found.von_neumann,
                };
                extras.volatility.insert(position, shown);
            }
            None if growth.get(position).is_some_and(Result::is_ok) => {
                without.push(region_code(panel, position).to_owned());
            }
            None => {}
        }
    }
    let text = format!("{} ranked regions lack a year of growth, and so volatility", without.len());
    Ok((!without.is_empty()).then(|| Warning::new("NO_VOLATILITY", text).with_regions(without)))
}
