//! RankGrowth: regions by growth, with gap to the benchmark, percentile and contribution; and, on request, how uncertain
//! the ranks are, growth of shares and per head, acceleration, volatility, and agreement with other indicators.

mod acceleration;
mod agreement;
mod figures;
mod growth;
mod inputs;
mod options;
mod ranking;
mod shares;
mod span;
mod statistics;
#[cfg(test)]
mod tests;
mod times;
mod uncertainty;
mod weights;

use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, BenchmarkSource, IndicatorKind, MissingPolicy, Panel, RegionChoice, Selection, Warning,
};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, region_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, ParsedSelection, SelectionDefaults, SourcedPanel};
use tonic::Status;

use figures::Figures;
use growth::{Growth, NoGrowth, Rule};
use inputs::{Asked, Inputs};
use options::Options;
use ranking::{Extras, Ranking};
use shares::{Shares, Whole};
use span::Span;
use times::Times;
use uncertainty::Uncertainty;
use weights::Weights;

use super::companions::Companions;
use super::ranks;

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/RankGrowth", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::RankGrowthRequest,
    job: &Job,
) -> Result<v1::RankGrowthResponse, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::DatasetRegion, missing: MissingPolicy::Keep };
    let parsed = selection::parse(request.selection.take(), defaults)?;
    let options = Options::read(&request)?;
    let uncertainty = request.uncertainty.as_ref().map(Uncertainty::read).transpose()?;
    let span = Span::read(&parsed.selection.periods)?;
    let measure = span.measure(options.measure)?;
    let bootstraps = uncertainty.as_ref().is_some_and(Uncertainty::is_bootstrap);
    let times = Times::read(&request, span, measure, bootstraps)?;

    let asked = Asked::of(&request);
    let own = asked.named().into_iter().map(|(field, code)| (field.to_owned(), code));
    let companions = Companions::new(own.chain(agreement::named(&request.further_indicators)?));
    let inputs = Inputs::read(panels, &parsed.selection, asked, &companions, &times).await?;
    let rule = times.rule(inputs.basis);
    let grown = Grown::of(&inputs, &parsed, rule, options)?;
    let mut answer = grown.ranking(&request, &parsed, options)?;
    if let Some(times) = times.acceleration(inputs.basis)? {
        let partial = |rule| partial_sums(&inputs, &grown.panel, rule, parsed.missing);
        let comparable = partial(times.earlier).is_empty() && partial(times.later).is_empty();
        answer.acceleration = Some(acceleration::ranking(&grown.panel, &grown.figures, times, options, comparable));
    }
    let rankings = grown.further(panels, &request, &parsed, &times, options).await?;
    answer.provenance = Some(provenance(&inputs, &rankings, uncertainty.as_ref()));
    if let Some(uncertainty) = uncertainty {
        grown.add_uncertainty(&mut answer, uncertainty, options, job).await?;
    }
    add_agreement(&mut answer, &grown.panel, &rankings, options)?;
    Ok(answer)
}

/// Growth of the regions of a panel, and everything that it was computed from.
struct Grown<'a> {
    inputs: &'a Inputs,
    rule: Rule,
    panel: Arc<Panel>,
    figures: Figures,
    shares: Shares,
    growth: Vec<Result<Growth, NoGrowth>>,
    /// The benchmark as the answer shows it, and its growth.
    benchmark: (Option<v1::GrowthBenchmark>, Option<Growth>),
    /// What the policy for missing cells did.
    dropped: Vec<Warning>,
    /// Of the whole that shares are of, and of the benchmark.
    notes: [Option<Warning>; 2],
}

impl<'a> Grown<'a> {
    fn of(inputs: &'a Inputs, parsed: &ParsedSelection, rule: Rule, options: Options) -> Result<Self, Refusal> {
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

    /// The answer but for what is drawn, accelerates or is compared with other indicators.
    fn ranking(
        &self,
        request: &v1::RankGrowthRequest,
        parsed: &ParsedSelection,
        options: Options,
    ) -> Result<v1::RankGrowthResponse, Refusal> {
        let (inputs, span) = (self.inputs, self.rule.span);
        // Contributions are those of the figures themselves to the benchmark's.
        let is_ratio = inputs.denominator.is_some() || options.share_of.is_some();
        let (weights, no_weights) =
            if is_ratio { (Weights::default(), inputs.no_weights.clone()) } else { Weights::of(inputs, span) };
        let ranking = Ranking::of(&self.panel, &self.growth, options, &weights);
        let against = self.benchmark.1;
        let alone = weights.alone(ranking.contribution_sum, against);
        let unadded = is_whole(&parsed.selection, &self.panel)
            .then(|| Weights::difference(ranking.contribution_sum, against, &ranking.without_contribution))
            .flatten();

        let mut warnings = panel_warnings(inputs);
        warnings.extend(self.dropped.iter().cloned());
        warnings.extend(statuses(inputs, &self.panel, span));
        warnings.extend(inputs.warnings.iter().cloned());
        let [some_regions, no_benchmark] = self.notes.clone();
        warnings.extend([some_regions, no_benchmark, no_weights, alone, unadded].into_iter().flatten());
        let mut extras = Extras { shares: self.shares.clone(), ..Extras::default() };
        let mut weighted = None;
        if request.weighted_statistics {
            weighted = statistics::weighted(inputs, span, &self.panel, &self.growth, &mut extras, &mut warnings)?;
        }
        if request.volatility {
            let without = statistics::volatilities(self.rule, &self.figures, &self.panel, &self.growth, &mut extras)?;
            warnings.extend(without);
        }
        Ok(v1::RankGrowthResponse {
            ranked: ranking.ranked(against, extras),
            unranked: ranking.unranked,
            benchmark: self.benchmark.0.clone(),
            measure: options::write_measure(self.rule.measure).into(),
            rank_method: ranks::write_method(options.method).into(),
            rank_order: ranks::write_order(options.order).into(),
            first_period: span.first_of_growth(inputs.basis).to_string(),
            last_period: span.last.to_string(),
            contribution_sum: ranking.contribution_sum,
            warnings: message::warnings(&warnings),
            denominator_indicator: request.denominator_indicator.clone(),
            share_of: options::write_share_of(options.share_of).into(),
            weighted,
            ..v1::RankGrowthResponse::default()
        })
    }

    /// Draws, and adds what the draws say to every ranked region.
    async fn add_uncertainty(
        &self,
        answer: &mut v1::RankGrowthResponse,
        uncertainty: Uncertainty,
        options: Options,
        job: &Job,
    ) -> Result<(), Status> {
        let ranked = uncertainty::Ranked {
            panel: &self.panel,
            figures: &self.figures,
            rule: self.rule,
            growth: &self.growth,
            benchmark: self.benchmark.1,
            options,
        };
        let mut found = uncertainty.compute(ranked, job).await?;
        let position = |code: &str| self.panel.axes.regions.iter().position(|region| region.code == code);
        for own in &mut answer.ranked {
            let at = own.region.as_ref().and_then(|region| position(&region.code));
            own.uncertainty = at.and_then(|at| found.regions.remove(&at));
        }
        answer.uncertainty = Some(found.method);
        answer.warnings.extend(found.warning.as_ref().map(message::warning));
        Ok(())
    }

    /// The rankings that are compared: this one and the further ones; none where there are no further ones.
    async fn further(
        &self,
        panels: &dyn PanelSource,
        request: &v1::RankGrowthRequest,
        parsed: &ParsedSelection,
        times: &Times,
        options: Options,
    ) -> Result<Vec<agreement::Ranking>, Status> {
        if request.further_indicators.is_empty() {
            return Ok(Vec::new());
        }
        let indicator = &parsed.selection.indicator;
        let mut rankings = vec![agreement::Ranking::own(request, indicator, &self.panel, &self.growth, options.order)];
        let selection = Selection { vintage: self.inputs.main.panel.vintage_choice(), ..parsed.selection.clone() };
        let times = Times::of(times.whole, times.measure);
        for (at, further) in request.further_indicators.iter().enumerate() {
            let read = agreement::Ranking::read(panels, &selection, parsed.missing, further, at, &times);
            rankings.push(read.await?);
        }
        Ok(rankings)
    }
}

/// Adds how far rankings agree, and what further panels warn of.
fn add_agreement(
    answer: &mut v1::RankGrowthResponse,
    panel: &Panel,
    rankings: &[agreement::Ranking],
    options: Options,
) -> Result<(), Refusal> {
    if rankings.is_empty() {
        return Ok(());
    }
    let (found, warnings) = agreement::agreement(panel, rankings, options)?;
    let further = rankings.iter().flat_map(|ranking| {
        let own = ranking.inputs.iter().flat_map(panel_warnings);
        own.chain(ranking.warnings.iter().cloned()).collect::<Vec<_>>()
    });
    for warning in message::warnings(&further.chain(warnings).collect::<Vec<_>>()) {
        if !answer.warnings.contains(&warning) {
            answer.warnings.push(warning);
        }
    }
    answer.agreement = found;
    Ok(())
}

/// The figures of a request under its policy for missing cells, and what the policy did.
fn figures(inputs: &Inputs, policy: MissingPolicy) -> Result<(Arc<Panel>, Figures, Vec<Warning>), Refusal> {
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
            let has = |region: &usize| by.axes.regions.iter().any(|own| own.code == region_code(&panel, *region));
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

/// What the panels themselves warn of, each once.
fn panel_warnings(inputs: &Inputs) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    for (_, source) in inputs.all() {
        for warning in &source.panel.warnings {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
    }
    warnings
}

/// What the statuses of the cells that were used warn of: of growth after the policy, of levels where they only weight.
fn statuses(inputs: &Inputs, growth: &Panel, span: Span) -> Vec<Warning> {
    let before = Some(span.before(inputs.basis));
    let mut warnings = status_warnings(growth, None);
    match (&inputs.weight, &inputs.chain) {
        (Some(weight), _) => warnings.extend(status_warnings(&weight.panel, before)),
        (None, Some(_)) => warnings.extend(status_warnings(&inputs.main.panel, before)),
        (None, None) => {}
    }
    if let Some(denominator) = &inputs.denominator {
        warnings.extend(status_warnings(&denominator.panel, None));
    }
    warnings
}

/// Refuses to count missing rates as zero: that is a growth of nothing, which nobody published.
fn refuse_zero_rates(panel: &Panel, policy: MissingPolicy) -> Result<(), Refusal> {
    if policy != MissingPolicy::AsZero || panel.indicator.kind != IndicatorKind::Rate {
        return Ok(());
    }
    let sent = format!("AS_ZERO for {}, which is a rate,", panel.indicator.code);
    Err(Refusal::invalid("selection.missing", sent, "FAIL, DROP_REGION, DROP_INDUSTRY or KEEP"))
}

/// Whether the regions are all of their level, as far as the selection tells: only of those do contributions add up.
fn is_whole(selection: &Selection, panel: &Panel) -> bool {
    match (&selection.regions, panel.benchmark.as_ref().map(|benchmark| &benchmark.source)) {
        (RegionChoice::Default, _) => true,
        (RegionChoice::Level(level), Some(BenchmarkSource::SumOfLevel(of))) => level == of,
        _ => false,
    }
}

fn provenance(inputs: &Inputs, rankings: &[agreement::Ranking], uncertainty: Option<&Uncertainty>) -> v1::Provenance {
    let of_further = |(role, source)| {
        let role = match role {
            "chain" => "further_chain",
            "denominator" => "further_denominator",
            _ => "further",
        };
        (role, source)
    };
    let further = rankings.iter().filter_map(|ranking| ranking.inputs.as_ref());
    let further = further.flat_map(|inputs| inputs.all().map(of_further));
    let all: Vec<(&str, &SourcedPanel)> = inputs.all().skip(1).chain(further).collect();
    v1::Provenance { seed: uncertainty.map(Uncertainty::seed), ..METHOD.provenance(&inputs.main, &all) }
}

/// Periods in which a sum that regions are measured against leaves some of them out, unless they count as zero.
fn partial_sums(inputs: &Inputs, panel: &Panel, rule: Rule, policy: MissingPolicy) -> Vec<String> {
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
