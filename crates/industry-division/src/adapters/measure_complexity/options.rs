//! What a request asks for, checked.

use std::collections::BTreeMap;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::complexity::{FitnessOptions, SupermodularityOptions};
use growthpole_methods::division::{OutlookOptions, Standardization};
use growthpole_methods::stats::Spread;
use v1::ComplexityScale;

use crate::presence::Rule;
use crate::relatedness::{Relatedness, SentRelatedness};

/// Updates of fitness, steps of reflections, and industries listed by gain, at most.
const MOST_ITERATIONS: i32 = 100_000;
const MOST_STEPS: i32 = 100;
const MOST_LISTED: i32 = 1_000;

/// Quadruples that are compared at least and at most where more are there, and where nothing else is asked for.
const FEWEST_QUADRUPLES: i32 = 1_000;
const MOST_QUADRUPLES: i32 = 100_000_000;
const QUADRUPLES: i32 = 1_000_000;

/// Industries listed by gain where nothing else is asked for.
const LISTED: i32 = 5;

#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) rule: Rule,
    pub(super) scale: Standardization,
    pub(super) largest_component: bool,
    pub(super) reflection_steps: Option<u32>,
    pub(super) fitness: Option<FitnessOptions>,
    pub(super) outlook: OutlookOptions,
    pub(super) standardize_outlook: bool,
    pub(super) with_gains: bool,
    pub(super) best: usize,
    pub(super) income_indicator: String,
    pub(super) related: Relatedness,
    pub(super) supermodularity: Option<SupermodularityOptions>,
    external: Vec<v1::ExternalComplexity>,
}

impl Options {
    pub(super) fn read(request: v1::MeasureComplexityRequest) -> Result<Self, Refusal> {
        let outlook = request.outlook.unwrap_or_default();
        let best = outlook.best.unwrap_or(LISTED);
        if !(0..=MOST_LISTED).contains(&best) {
            return Err(Refusal::invalid("outlook.best", best, &format!("0 to {MOST_LISTED}")));
        }
        let steps = request.reflection_steps;
        if let Some(steps) = steps.filter(|steps| !(1..=MOST_STEPS).contains(steps)) {
            return Err(Refusal::invalid("reflection_steps", steps, &format!("1 to {MOST_STEPS}")));
        }
        let sent = SentRelatedness {
            measure: outlook.measure,
            margins: outlook.margins,
            given: outlook.given,
            given_one_way: outlook.given_one_way,
            nearest: outlook.nearest,
            density_weight: outlook.density_weight,
        };
        Ok(Self {
            related: Relatedness::read(sent, "outlook.", 1.0)?,
            supermodularity: request.supermodularity.map(supermodularity).transpose()?,
            rule: Rule::read(request.presence)?,
            scale: scale(request.scale)?,
            largest_component: request.largest_component,
            reflection_steps: steps.map(i32::unsigned_abs),
            fitness: request.fitness.map(fitness).transpose()?,
            outlook: OutlookOptions { include_self: outlook.include_self, subtract_lost: !outlook.keep_lost },
            standardize_outlook: outlook.standardize,
            with_gains: outlook.with_gains,
            best: best.unsigned_abs() as usize,
            income_indicator: request.income_indicator,
            external: request.external,
        })
    }

    /// Outside complexities by column of the panel, NaN where there is none; nothing where none were given.
    pub(super) fn external_by_column(&self, panel: &Panel) -> Result<Option<Vec<f64>>, Refusal> {
        if self.external.is_empty() {
            return Ok(None);
        }
        let mut given = BTreeMap::new();
        for (at, value) in self.external.iter().enumerate() {
            let field = |name: &str| format!("external[{at}].{name}");
            if !value.complexity.is_finite() {
                return Err(Refusal::invalid(&field("complexity"), value.complexity, "a finite number"));
            }
            let sent = format!("\"{}\"", value.industry);
            if !panel.axes.industries.iter().any(|industry| industry.code == value.industry) {
                return Err(Refusal::invalid(&field("industry"), sent, "the code of an industry of the selection"));
            }
            if given.insert(value.industry.as_str(), value.complexity).is_some() {
                return Err(Refusal::invalid(&field("industry"), sent, "each industry once"));
            }
        }
        let of = |code: &str| given.get(code).copied().unwrap_or(f64::NAN);
        Ok(Some(panel.axes.industries.iter().map(|industry| of(&industry.code)).collect()))
    }
}

fn scale(sent: i32) -> Result<Standardization, Refusal> {
    match ComplexityScale::try_from(sent) {
        Ok(ComplexityScale::Unspecified | ComplexityScale::OfRegions) => Ok(Standardization::OfRegions),
        Ok(ComplexityScale::Own) => Ok(Standardization::Own(Spread::Population)),
        Ok(ComplexityScale::OwnSample) => Ok(Standardization::Own(Spread::Sample)),
        Err(_) => Err(Refusal::invalid("scale", sent, "a ComplexityScale")),
    }
}

fn supermodularity(sent: v1::SupermodularityRule) -> Result<SupermodularityOptions, Refusal> {
    let quadruples = sent.quadruples.unwrap_or(QUADRUPLES);
    if !(FEWEST_QUADRUPLES..=MOST_QUADRUPLES).contains(&quadruples) {
        let allowed = format!("{FEWEST_QUADRUPLES} to {MOST_QUADRUPLES}");
        return Err(Refusal::invalid("supermodularity.quadruples", quadruples, &allowed));
    }
    Ok(SupermodularityOptions { quadruples: u64::from(quadruples.unsigned_abs()), seed: sent.seed })
}

fn fitness(sent: v1::FitnessRule) -> Result<FitnessOptions, Refusal> {
    let usual = FitnessOptions::default();
    let iterations = match sent.iterations {
        None => usual.iterations,
        Some(iterations) if (1..=MOST_ITERATIONS).contains(&iterations) => iterations.unsigned_abs(),
        Some(other) => {
            return Err(Refusal::invalid("fitness.iterations", other, &format!("1 to {MOST_ITERATIONS}")));
        }
    };
    let tolerance = sent.tolerance.unwrap_or(usual.tolerance);
    if !tolerance.is_finite() || tolerance < 0.0 {
        return Err(Refusal::invalid("fitness.tolerance", tolerance, "a finite number of 0 or more"));
    }
    let extremality = sent.extremality.unwrap_or(usual.extremality);
    if !(0.01..=10.0).contains(&extremality) {
        return Err(Refusal::invalid("fitness.extremality", extremality, "0.01 to 10"));
    }
    Ok(FitnessOptions { iterations, tolerance, extremality })
}
