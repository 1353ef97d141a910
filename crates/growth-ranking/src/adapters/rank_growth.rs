//! RankGrowth: regions by growth, with gap to the benchmark, percentile and contribution.

mod growth;
mod inputs;
mod options;
mod span;
#[cfg(test)]
mod tests;
mod weights;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, BenchmarkSource, IndicatorKind, MissingPolicy, Panel, RegionChoice, Selection, Warning,
};
use growthpole_methods::stats::{percentile, rank};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{Job, Method, PanelSource, SelectionDefaults, SourcedPanel};
use tonic::Status;

use growth::{Growth, NoGrowth, Rule};
use inputs::Inputs;
use options::Options;
use span::Span;
use weights::Weights;

use super::ranks;

const METHOD: Method = Method { name: "growthpole.v1.GrowthRankingService/RankGrowth", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::RankGrowthRequest,
    _job: &Job,
) -> Result<v1::RankGrowthResponse, Status> {
    let defaults = SelectionDefaults { benchmark: BenchmarkChoice::DatasetRegion, missing: MissingPolicy::Keep };
    let parsed = selection::parse(request.selection.take(), defaults)?;
    let options = Options::read(&request)?;
    let span = Span::read(&parsed.selection.periods)?;
    let measure = span.measure(options.measure)?;

    let inputs = Inputs::read(panels, &parsed.selection, &request, span, measure).await?;
    let rule = Rule { span, basis: inputs.basis, measure };
    refuse_zero_rates(&inputs.growth().panel, parsed.missing)?;
    let (panel, dropped) = resolve(&by_code(&inputs.growth().panel), parsed.missing)?;
    let (weights, no_weights) = Weights::of(&inputs, span);
    let ranking = Ranking::of(&panel, rule, options, &weights);
    let (benchmark, no_benchmark) = benchmark(&panel, rule, parsed.missing);
    let alone = weights.alone(ranking.contribution_sum, benchmark.1);
    let unadded = is_whole(&parsed.selection, &panel)
        .then(|| Weights::difference(ranking.contribution_sum, benchmark.1, &ranking.without_contribution))
        .flatten();

    let mut warnings = panel_warnings(&inputs);
    warnings.extend(dropped);
    warnings.extend(statuses(&inputs, &panel, span));
    warnings.extend(inputs.warnings.iter().cloned());
    warnings.extend([no_benchmark, no_weights, alone, unadded].into_iter().flatten());
    Ok(v1::RankGrowthResponse {
        ranked: ranking.ranked(benchmark.1),
        unranked: ranking.unranked,
        benchmark: benchmark.0,
        measure: options::write_measure(measure).into(),
        rank_method: ranks::write_method(options.method).into(),
        rank_order: ranks::write_order(options.order).into(),
        first_period: span.first_of_growth(inputs.basis).to_string(),
        last_period: span.last.to_string(),
        contribution_sum: ranking.contribution_sum,
        warnings: message::warnings(&warnings),
        provenance: Some(provenance(&inputs)),
    })
}

/// What the panels themselves warn of, each once.
fn panel_warnings(inputs: &Inputs) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    for source in [Some(&inputs.main), inputs.chain.as_ref(), inputs.weight.as_ref()].into_iter().flatten() {
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

fn provenance(inputs: &Inputs) -> v1::Provenance {
    let further = [("chain", inputs.chain.as_ref()), ("weight", inputs.weight.as_ref())];
    let further: Vec<(&str, &SourcedPanel)> =
        further.into_iter().filter_map(|(role, source)| Some((role, source?))).collect();
    METHOD.provenance(&inputs.main, &further)
}

/// The benchmark as the answer shows it, its growth, and a warning where it has none.
fn benchmark(
    panel: &Panel,
    rule: Rule,
    policy: MissingPolicy,
) -> ((Option<v1::GrowthBenchmark>, Option<Growth>), Option<Warning>) {
    let (Some(benchmark), Some(outcome)) = (&panel.benchmark, rule.growth_of_benchmark(panel)) else {
        return ((None, None), None);
    };
    let (region, sum_of_level) = message::benchmark_source(&benchmark.source);
    let partial = rule.partial_sums(panel);
    if policy != MissingPolicy::AsZero && !partial.is_empty() {
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

/// A region with growth.
struct Ranked {
    region: v1::RegionLabel,
    rank: f64,
    growth: f64,
    percentile: f64,
    contribution: Option<f64>,
}

/// Who is ranked, and who is not.
struct Ranking {
    ranked: Vec<Ranked>,
    unranked: Vec<v1::UnrankedRegion>,
    contribution_sum: Option<f64>,
    /// Codes of regions, ranked or not, that contribute nothing that is known.
    without_contribution: Vec<String>,
}

impl Ranking {
    /// The ranking of a panel whose regions are in the order of codes.
    fn of(panel: &Panel, rule: Rule, options: Options, weights: &Weights<'_>) -> Self {
        let growth = rule.growth_of_regions(panel);
        // Ordinal ranks follow positions among equals: the order of codes.
        let keys: Vec<Option<f64>> =
            growth.iter().map(|growth| growth.as_ref().ok().map(|growth| tie_key(growth.measured))).collect();
        let ranks = rank(&keys, options.method, options.order);
        let percentiles = percentile(&keys);
        let mut ranking =
            Self { ranked: Vec::new(), unranked: Vec::new(), contribution_sum: None, without_contribution: Vec::new() };
        for (position, region) in panel.axes.regions.iter().enumerate() {
            let region = message::region_label(region);
            match (&growth[position], ranks[position], percentiles[position]) {
                (Ok(growth), Some(rank), Some(percentile)) => {
                    let contribution = weights.contribution(&region.code, *growth);
                    ranking.count(&region.code, contribution);
                    ranking.ranked.push(Ranked { region, rank, growth: growth.measured, percentile, contribution });
                }
                (outcome, ..) => {
                    ranking.count(&region.code, None);
                    ranking.unranked.push(unranked(region, outcome.as_ref().err()));
                }
            }
        }
        ranking.ranked.sort_by(|a, b| a.rank.total_cmp(&b.rank));
        ranking
    }

    fn count(&mut self, region: &str, contribution: Option<f64>) {
        match contribution {
            Some(contribution) => *self.contribution_sum.get_or_insert(0.0) += contribution,
            None => self.without_contribution.push(region.to_owned()),
        }
    }

    /// The ranked regions as the answer shows them, by rank and then by code.
    fn ranked(&self, benchmark: Option<Growth>) -> Vec<v1::RankedRegion> {
        let groups = self.ranked.chunk_by(|a, b| a.rank == b.rank);
        let shown = groups.flat_map(|group| {
            group.iter().map(|ranked| {
                let others = group.iter().filter(|other| other.region.code != ranked.region.code);
                v1::RankedRegion {
                    region: Some(ranked.region.clone()),
                    rank: ranked.rank,
                    growth: ranked.growth,
                    gap: benchmark.map(|benchmark| ranked.growth - benchmark.measured),
                    percentile: ranked.percentile,
                    contribution: ranked.contribution,
                    tied_with: others.map(|other| other.region.code.clone()).collect(),
                }
            })
        });
        shown.collect()
    }
}

/// Growth to twelve decimals: a difference that only rounding makes is a tie. Published rates differ in the third at
/// the latest, so that single years tie exactly where the published figures do.
fn tie_key(growth: f64) -> f64 {
    if growth.abs() < 1e3 { (growth * 1e12).round() / 1e12 } else { growth }
}

fn unranked(region: v1::RegionLabel, why: Option<&NoGrowth>) -> v1::UnrankedRegion {
    v1::UnrankedRegion {
        region: Some(region),
        reason: why.map(|why| why.reason.to_owned()).unwrap_or_default(),
        text: why.map(|why| why.text.clone()).unwrap_or_default(),
        periods: why.map(|why| why.periods.clone()).unwrap_or_default(),
    }
}
