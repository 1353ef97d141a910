//! Contributions to the benchmark's growth.

use std::collections::HashMap;

use growthpole_domain::{Aggregation, BenchmarkSource, IndicatorKind, Panel, Period, Warning};
use growthpole_methods::growth::contribution_to_benchmark;

use super::growth::Growth;
use super::inputs::Inputs;
use super::span::Span;

/// From this difference on, contributions are said not to add up to the benchmark's growth.
const ADDS_UP_WITHIN: f64 = 0.0005;

/// Levels before the first period of growth.
#[derive(Debug, Default)]
pub(crate) struct Weights<'a> {
    /// Whose level they are shares of; none without weights.
    of: Option<&'a BenchmarkSource>,
    /// By region code.
    regions: HashMap<&'a str, f64>,
    benchmark: f64,
}

impl<'a> Weights<'a> {
    /// The weights that a request asks for, and a warning where it cannot have them.
    pub(crate) fn of(inputs: &'a Inputs, span: Span) -> (Self, Option<Warning>) {
        if let Some(warning) = &inputs.no_weights {
            return (Self::default(), Some(warning.clone()));
        }
        let before = span.before(inputs.basis);
        let Some(panel) = weighing(inputs) else { return (Self::default(), None) };
        match benchmark_value(panel, before) {
            Some(whole) if whole > 0.0 => (Self::levels_of(panel, before, whole), None),
            // Nobody who asks for no benchmark waits for contributions to it.
            _ if inputs.weight.is_none() && panel.benchmark.is_none() => (Self::default(), None),
            _ => {
                let text = format!(
                    "there are no contributions: {} of {before} has no value for a benchmark",
                    panel.indicator.code
                );
                (Self::default(), Some(Warning::new("NO_WEIGHTS", text)))
            }
        }
    }

    fn levels_of(panel: &'a Panel, before: Period, benchmark: f64) -> Self {
        let Some(period) = panel.period_position(before) else { return Self::default() };
        let level = |(position, region): (usize, &'a growthpole_domain::Region)| {
            Some((region.code.as_str(), panel.value(period, position, 0)?))
        };
        Self {
            of: panel.benchmark.as_ref().map(|benchmark| &benchmark.source),
            regions: panel.axes.regions.iter().enumerate().filter_map(level).collect(),
            benchmark,
        }
    }

    /// The contribution of a region.
    pub(crate) fn contribution(&self, region: &str, growth: Growth) -> Option<f64> {
        contribution_to_benchmark(*self.regions.get(region)?, self.benchmark, growth.cumulative?)
    }

    /// A warning when contributions are given, but no growth of a benchmark that they contribute to.
    pub(crate) fn alone(&self, sum: Option<f64>, benchmark: Option<Growth>) -> Option<Warning> {
        if sum.is_none() || benchmark.is_some() {
            return None;
        }
        let whose = match self.of? {
            BenchmarkSource::Region { code, name } => format!("region {code} ({name})"),
            BenchmarkSource::SumOfLevel(level) => format!("the sum of level {level}"),
        };
        let text =
            format!("contributions are by shares of the level of {whose}; there is no growth to compare them with");
        Some(Warning::new("CONTRIBUTIONS_WITHOUT_BENCHMARK_GROWTH", text))
    }

    /// A warning when contributions miss the benchmark's growth.
    pub(crate) fn difference(sum: Option<f64>, benchmark: Option<Growth>, without: &[String]) -> Option<Warning> {
        let (sum, whole) = (sum?, benchmark?.cumulative?);
        let difference = sum - whole;
        if difference.abs() <= ADDS_UP_WITHIN {
            return None;
        }
        let unranked = match without.len() {
            0 => String::new(),
            1 => "; 1 region has no contribution".to_owned(),
            count => format!("; {count} regions have no contribution"),
        };
        let text = format!(
            "the contributions add up to {sum:.4}, the benchmark grew by {whole:.4}: a difference of {difference:+.4}{unranked}"
        );
        Some(Warning::new("CONTRIBUTIONS_DO_NOT_ADD_UP", text).with_regions(without.iter().cloned()))
    }
}

/// The benchmark's value in a period, where it has one.
fn benchmark_value(panel: &Panel, period: Period) -> Option<f64> {
    let cells = panel.benchmark_cells(panel.period_position(period)?)?;
    cells.first().copied().filter(|value| !value.is_nan())
}

/// The panel whose levels weight: the weight indicator's, or the indicator's own.
pub(crate) fn weighing(inputs: &Inputs) -> Option<&Panel> {
    match &inputs.weight {
        Some(weight) => Some(&weight.panel),
        None => Some(&*inputs.main.panel).filter(|panel| weighs_itself(panel)),
    }
}

/// Whether an indicator's own levels weight it: only what adds up over regions has shares.
fn weighs_itself(panel: &Panel) -> bool {
    let indicator = &panel.indicator;
    matches!(indicator.kind, IndicatorKind::Level | IndicatorKind::Flow) && indicator.aggregation == Aggregation::Sum
}
