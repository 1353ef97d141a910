//! Growth of the regions of a panel, with everything that it was computed from.

use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{IndicatorKind, MissingPolicy, Panel, Warning};
use growthpole_worker_kit::ParsedSelection;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::{by_code, region_code, resolve};

use super::figures::{Figures, positions};
use super::growth::{Growth, NoGrowth, Rule};
use super::inputs::Inputs;
use super::options::Options;
use super::shares::{Shares, Whole};

/// Growth of the regions of a panel, and everything that it was computed from.
pub(crate) struct Grown<'a> {
    pub(crate) inputs: &'a Inputs,
    pub(crate) rule: Rule,
    pub(crate) panel: Arc<Panel>,
    pub(crate) figures: Figures,
    pub(crate) shares: Shares,
    pub(crate) growth: Vec<Result<Growth, NoGrowth>>,
    /// The benchmark as the answer shows it, and its growth.
    pub(crate) benchmark: (Option<v1::GrowthBenchmark>, Option<Growth>),
    /// What the policy for missing cells did.
    pub(crate) dropped: Vec<Warning>,
    /// Of the whole that shares are of, and of the benchmark.
    pub(crate) notes: [Option<Warning>; 2],
}

impl<'a> Grown<'a> {
    /// Computes it under the policy of a selection.
    pub(crate) fn of(
        inputs: &'a Inputs,
        parsed: &ParsedSelection,
        rule: Rule,
        options: Options,
    ) -> Result<Self, Refusal> {
        let (panel, mut figures, dropped) = figures(inputs, parsed.missing)?;
        let partial = partial_sums(inputs, &panel, rule, parsed.missing);
        let mut some_regions = None;
        let shares = match options.share_of {
            None => Shares::new(),
            Some(Whole::Benchmark) if !partial.is_empty() => {
                let message =
                    format!("there are no shares of sums that leave out regions: those of {}", partial.join(", "));
                return Err(Refusal::new(Reason::UndefinedOnData, message));
            }
            Some(Whole::Benchmark) => {
                let levels = inputs.chained_levels().filter(|_| inputs.denominator.is_none());
                figures.share_of_benchmark(rule, &panel, levels.map(|levels| &**levels))?
            }
            Some(Whole::Selected) => {
                let levels = inputs.chained_levels().map(|levels| &**levels);
                let (shares, warning) = figures.share_of_selected(rule, &panel, levels)?;
                some_regions = warning;
                shares
            }
        };
        let growth = rule.growth_of_regions(&figures);
        let (benchmark, no_benchmark) = benchmark(&panel, &figures, rule, &partial);
        let notes = [some_regions, no_benchmark];
        Ok(Self { inputs, rule, panel, figures, shares, growth, benchmark, dropped, notes })
    }
}

/// The figures of a request under its policy for missing cells, and what the policy did.
pub(crate) fn figures(inputs: &Inputs, policy: MissingPolicy) -> Result<(Arc<Panel>, Figures, Vec<Warning>), Refusal> {
    refuse_zero_rates(&inputs.growth().panel, policy)?;
    let (mut panel, mut dropped) = resolve(&by_code(&inputs.growth().panel), policy)?;
    let Some(denominator) = &inputs.denominator else {
        let figures = Figures::of(&panel, inputs.basis);
        return Ok((panel, figures, dropped));
    };
    let mut by = by_code(&denominator.panel);
    match policy {
        MissingPolicy::AsZero => {
            let allowed = "FAIL, DROP_REGION or KEEP: nothing is divided by zero";
            return Err(Refusal::invalid("selection.missing", "AS_ZERO with a denominator", allowed));
        }
        MissingPolicy::Keep | MissingPolicy::DropIndustry => {}
        MissingPolicy::Fail | MissingPolicy::DropRegion => {
            let (whole, more) = resolve(&by, policy)?;
            by = whole;
            dropped.extend(more);
            let known = positions(&by);
            let has = |region: &usize| known.contains_key(region_code(&panel, *region));
            let kept: Vec<usize> = (0..panel.axes.regions.len()).filter(has).collect();
            if kept.len() < panel.axes.regions.len() {
                let columns: Vec<usize> = (0..panel.axes.n_columns()).collect();
                panel = Arc::new(panel.subset(&kept, &columns));
            }
        }
    }
    let mut figures = Figures::of(&panel, inputs.basis);
    figures.divide(&panel, &by);
    Ok((panel, figures, dropped))
}

/// Refuses to count missing rates as zero: that is a growth of nothing, which nobody published.
fn refuse_zero_rates(panel: &Panel, policy: MissingPolicy) -> Result<(), Refusal> {
    if policy != MissingPolicy::AsZero || panel.indicator.kind != IndicatorKind::Rate {
        return Ok(());
    }
    let sent = format!("AS_ZERO for {}, which is a rate,", panel.indicator.code);
    Err(Refusal::invalid("selection.missing", sent, "FAIL, DROP_REGION, DROP_INDUSTRY or KEEP"))
}

/// Periods in which a sum that regions are measured against leaves some of them out, unless they count as zero.
pub(crate) fn partial_sums(inputs: &Inputs, panel: &Panel, rule: Rule, policy: MissingPolicy) -> Vec<String> {
    if policy == MissingPolicy::AsZero {
        return Vec::new();
    }
    let mut partial = rule.partial_sums(panel);
    // A ratio needs the denominator of all regions in every period that was read.
    if let Some(denominator) = inputs.denominator.as_ref().map(|source| &source.panel) {
        let absent = denominator.benchmark.iter().flat_map(|benchmark| &benchmark.absent);
        let periods = denominator.axes.periods.iter().zip(absent).filter(|(_, absent)| **absent > 0);
        partial.extend(periods.map(|(period, _)| period.to_string()));
        partial.sort();
        partial.dedup();
    }
    partial
}

/// The benchmark as the answer shows it, its growth, and a warning where it has none.
fn benchmark(
    panel: &Panel,
    figures: &Figures,
    rule: Rule,
    partial: &[String],
) -> ((Option<v1::GrowthBenchmark>, Option<Growth>), Option<Warning>) {
    let (Some(benchmark), Some(outcome)) = (&panel.benchmark, rule.growth_of_benchmark(figures)) else {
        return ((None, None), None);
    };
    let (region, sum_of_level) = message::benchmark_source(&benchmark.source);
    if !partial.is_empty() {
        let text = format!(
            "the benchmark has no growth, so that there are no gaps: its sums leave out regions without a value in {}",
            partial.join(", ")
        );
        let shown = v1::GrowthBenchmark { region, sum_of_level, growth: None };
        return ((Some(shown), None), Some(Warning::new("BENCHMARK_NOT_COMPARABLE", text)));
    }
    let growth = outcome.as_ref().ok().copied();
    let warning = outcome.err().map(|NoGrowth { text, .. }| {
        Warning::new(
            "BENCHMARK_WITHOUT_VALUE",
            format!("the benchmark has no growth, so that there are no gaps: {text}"),
        )
    });
    let shown = v1::GrowthBenchmark { region, sum_of_level, growth: growth.map(|growth| growth.measured) };
    ((Some(shown), growth), warning)
}
