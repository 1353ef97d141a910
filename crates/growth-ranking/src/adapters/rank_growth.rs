//! RankGrowth: regions by growth, with gap to the benchmark, percentile and contribution; and, on request, how uncertain
//! the ranks are, growth of shares and per head, acceleration, volatility, and agreement with other indicators.

mod acceleration;
mod agreement;
mod figures;
mod grown;
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

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{BenchmarkChoice, BenchmarkSource, MissingPolicy, Panel, RegionChoice, Selection, Warning};
use growthpole_worker_kit::companions::Companions;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::status_warnings;
use growthpole_worker_kit::{Job, Method, PanelSource, ParsedSelection, SelectionDefaults, SourcedPanel};
use tonic::Status;

use figures::positions;
use grown::{Grown, partial_sums};
use inputs::{Asked, Inputs};
use options::Options;
use ranking::{Extras, Ranking};
use span::Span;
use times::Times;
use uncertainty::Uncertainty;
use weights::Weights;

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
    let mut answer = ranking(&grown, &request, &parsed, options)?;
    if let Some(times) = times.acceleration(inputs.basis)? {
        let partial = |rule| partial_sums(&inputs, &grown.panel, rule, parsed.missing);
        let comparable = partial(times.earlier).is_empty() && partial(times.later).is_empty();
        answer.acceleration = Some(acceleration::ranking(&grown.panel, &grown.figures, times, options, comparable));
    }
    let rankings = further(&grown, panels, &request, &parsed, &times, options).await?;
    answer.provenance = Some(provenance(&inputs, &rankings, uncertainty.as_ref()));
    if let Some(uncertainty) = uncertainty {
        add_uncertainty(&grown, &mut answer, uncertainty, options, job).await?;
    }
    add_agreement(&mut answer, &grown.panel, &rankings, options, job).await?;
    Ok(answer)
}

/// The answer but for what is drawn, accelerates or is compared with other indicators.
fn ranking(
    grown: &Grown<'_>,
    request: &v1::RankGrowthRequest,
    parsed: &ParsedSelection,
    options: Options,
) -> Result<v1::RankGrowthResponse, Refusal> {
    let (inputs, span) = (grown.inputs, grown.rule.span);
    // Contributions are those of the figures themselves to the benchmark's.
    let is_ratio = inputs.denominator.is_some() || options.share_of.is_some();
    let (weights, no_weights) =
        if is_ratio { (Weights::default(), inputs.no_weights.clone()) } else { Weights::of(inputs, span) };
    let ranking = Ranking::of(&grown.panel, &grown.growth, options, &weights);
    let against = grown.benchmark.1;
    let alone = weights.alone(ranking.contribution_sum, against);
    let unadded = is_whole(&parsed.selection, &grown.panel)
        .then(|| Weights::difference(ranking.contribution_sum, against, &ranking.without_contribution))
        .flatten();

    let mut warnings = panel_warnings(inputs);
    warnings.extend(grown.dropped.iter().cloned());
    warnings.extend(statuses(inputs, &grown.panel, span));
    warnings.extend(inputs.warnings.iter().cloned());
    let [some_regions, no_benchmark] = grown.notes.clone();
    warnings.extend([some_regions, no_benchmark, no_weights, alone, unadded].into_iter().flatten());
    let mut extras = Extras { shares: grown.shares.clone(), ..Extras::default() };
    let mut weighted = None;
    if request.weighted_statistics {
        weighted = statistics::weighted(inputs, span, &grown.panel, &grown.growth, &mut extras, &mut warnings)?;
    }
    if request.volatility {
        let without = statistics::volatilities(grown.rule, &grown.figures, &grown.panel, &grown.growth, &mut extras)?;
        warnings.extend(without);
    }
    Ok(v1::RankGrowthResponse {
        ranked: ranking.ranked(against, extras),
        unranked: ranking.unranked,
        benchmark: grown.benchmark.0.clone(),
        measure: options::write_measure(grown.rule.measure).into(),
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
    grown: &Grown<'_>,
    answer: &mut v1::RankGrowthResponse,
    uncertainty: Uncertainty,
    options: Options,
    job: &Job,
) -> Result<(), Status> {
    let ranked = uncertainty::Ranked {
        panel: &grown.panel,
        figures: &grown.figures,
        rule: grown.rule,
        growth: &grown.growth,
        benchmark: grown.benchmark.1,
        options,
    };
    let mut found = uncertainty.compute(ranked, job).await?;
    let positions = positions(&grown.panel);
    for own in &mut answer.ranked {
        let at = own.region.as_ref().and_then(|region| positions.get(region.code.as_str()));
        own.uncertainty = at.and_then(|at| found.regions.remove(at));
    }
    answer.uncertainty = Some(found.method);
    answer.warnings.extend(found.warning.as_ref().map(message::warning));
    Ok(())
}

/// The rankings that are compared: this one and the further ones; none where there are no further ones.
async fn further(
    grown: &Grown<'_>,
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
    let mut rankings = vec![agreement::Ranking::own(request, indicator, &grown.panel, &grown.growth, options.order)];
    let selection = Selection { vintage: grown.inputs.main.panel.vintage_choice(), ..parsed.selection.clone() };
    let times = Times::of(times.whole, times.measure);
    for (at, further) in request.further_indicators.iter().enumerate() {
        let read = agreement::Ranking::read(panels, &selection, parsed.missing, further, at, &times);
        rankings.push(read.await?);
    }
    Ok(rankings)
}

/// Adds how far rankings agree, and what further panels warn of.
async fn add_agreement(
    answer: &mut v1::RankGrowthResponse,
    panel: &Panel,
    rankings: &[agreement::Ranking],
    options: Options,
    job: &Job,
) -> Result<(), Status> {
    if rankings.is_empty() {
        return Ok(());
    }
    let (found, warnings) = agreement::agreement(panel, rankings, options, job).await?;
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
