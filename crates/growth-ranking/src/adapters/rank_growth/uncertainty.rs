//! How uncertain ranks are: from given standard errors, or from the years that growth is of.

use std::collections::BTreeMap;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Warning};
use growthpole_methods::growth::growth_of_mean_step;
use growthpole_methods::stats::{
    BlockBootstrap, DifferenceErrors, Draws, DrawsError, RankConfidenceError, RankOrder, RankSet, RankUncertaintyError,
    bootstrap_means, default_block_length, normal_draws, rank_confidence_sets, rank_draws, simultaneous_rank_sets,
};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::region_code;
use growthpole_worker_kit::{Job, refuse};
use tonic::Status;
use v1::rank_uncertainty_options::From;

use super::figures::{Figures, positions};
use super::growth::{Growth, NoGrowth, Rule};
use super::options::Options;
use super::ranking::tie_key;

const FIELD: &str = "uncertainty";
/// Draws times regions.
const MOST_RANKS: usize = 10_000_000;
/// Draws times regions squared, of confidence sets.
const MOST_PAIRS: u128 = 20_000_000_000;
/// Regions whose pairs are all held at once, of simultaneous sets.
const MOST_TOGETHER: usize = 2000;
/// Years below which the bootstrap is warned of.
const FEW_YEARS: usize = 10;

/// What a request asks, checked as far as the request itself tells.
#[derive(Debug, Clone)]
pub(crate) struct Uncertainty {
    source: Source,
    draws: usize,
    seed: u64,
    level: f64,
    sets: bool,
    simultaneous: bool,
    probabilities: bool,
}

#[derive(Debug, Clone)]
enum Source {
    /// Standard errors by region code, and the benchmark's.
    Given { regions: BTreeMap<String, f64>, benchmark: f64 },
    /// Years in blocks of this length, or of the default.
    Years { block_length: Option<usize> },
}

/// What the draws start from, by ranked region.
enum Start {
    Given { growth: Vec<f64>, errors: Vec<f64>, benchmark: Option<(f64, f64)> },
    Years { steps: Matrix, benchmark: Option<Vec<f64>>, growth: Vec<f64>, how: BlockBootstrap },
}

/// What came out, by position in the panel.
pub(crate) struct Found {
    pub(crate) regions: BTreeMap<usize, v1::RankUncertainty>,
    pub(crate) method: v1::RankUncertaintyMethod,
    pub(crate) warning: Option<Warning>,
}

/// What the uncertainty of a ranking is computed from.
pub(crate) struct Ranked<'a> {
    pub(crate) panel: &'a Panel,
    pub(crate) figures: &'a Figures,
    pub(crate) rule: Rule,
    pub(crate) growth: &'a [Result<Growth, NoGrowth>],
    /// The benchmark's growth, where it is comparable.
    pub(crate) benchmark: Option<Growth>,
    pub(crate) options: Options,
}

impl Uncertainty {
    /// Reads the options.
    pub(crate) fn read(options: &v1::RankUncertaintyOptions) -> Result<Self, Refusal> {
        let source = match &options.from {
            Some(From::StandardErrors(given)) => read_errors(given)?,
            Some(From::Bootstrap(bootstrap)) => read_bootstrap(bootstrap)?,
            None => return Err(Refusal::invalid(&format!("{FIELD}.from"), "nothing", "standard_errors or bootstrap")),
        };
        let sent = options.draws.unwrap_or(2000);
        let draws = usize::try_from(sent).ok().filter(|draws| (100..=100_000).contains(draws));
        let draws = draws.ok_or_else(|| Refusal::invalid(&format!("{FIELD}.draws"), sent, "100 to 100000"))?;
        let level = options.level.unwrap_or(0.95);
        if !(level > 0.0 && level < 1.0) {
            return Err(Refusal::invalid(&format!("{FIELD}.level"), level, "above 0 and below 1"));
        }
        let (sets, simultaneous) = (options.confidence_sets, options.simultaneous_sets);
        if (sets || simultaneous) && level * (draws as f64 + 1.0) > draws as f64 {
            let allowed = format!("level / (1 - level) or more: {draws} draws cannot tell a set at the level {level}");
            return Err(Refusal::invalid(&format!("{FIELD}.draws"), draws, &allowed));
        }
        let probabilities = options.rank_probabilities;
        Ok(Self { source, draws, seed: options.seed, level, sets, simultaneous, probabilities })
    }

    /// Whether years are drawn, so that all are needed.
    pub(crate) fn is_bootstrap(&self) -> bool {
        matches!(self.source, Source::Years { .. })
    }

    /// The seed.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Computes it for the regions with growth, on the threads for computations.
    pub(crate) async fn compute(self, ranked: Ranked<'_>, job: &Job) -> Result<Found, Status> {
        let regions: Vec<usize> = (0..ranked.growth.len()).filter(|&region| ranked.growth[region].is_ok()).collect();
        let start = self.start(&ranked, &regions)?;
        self.check_size(regions.len())?;
        let (block_length, periods) = match &start {
            Start::Given { .. } => (0, 0),
            Start::Years { steps, how, .. } => (how.block_length, steps.n_columns()),
        };
        let method = v1::RankUncertaintyMethod {
            draws: message::count(self.draws),
            seed: self.seed,
            level: self.level,
            block_length: message::count(block_length),
            periods: message::count(periods),
            regions: message::count(regions.len()),
        };
        if regions.is_empty() {
            return Ok(Found { regions: BTreeMap::new(), method, warning: None });
        }
        let few = format!("{periods} years of growth are few: blocks of them understate how uncertain ranks are");
        let warning = (self.is_bootstrap() && periods < FEW_YEARS).then(|| Warning::new("FEW_PERIODS", few));
        let (rule, options) = (ranked.rule, ranked.options);
        let found = job.compute(move |progress| self.run(&start, rule, options, progress)).await?;
        Ok(Found { regions: regions.into_iter().zip(found).collect(), method, warning })
    }

    fn check_size(&self, regions: usize) -> Result<(), Refusal> {
        let field = format!("{FIELD}.draws");
        if self.draws.saturating_mul(regions) > MOST_RANKS {
            let allowed = format!("{MOST_RANKS} ranks together, which are {} draws", MOST_RANKS / regions.max(1));
            return Err(Refusal::invalid(&field, format!("{} for {regions} regions", self.draws), &allowed));
        }
        let pairs = self.draws as u128 * regions as u128 * regions as u128;
        let asked = [(self.sets, "confidence_sets"), (self.simultaneous, "simultaneous_sets")];
        if let Some((_, name)) = asked.into_iter().find(|(asked, _)| *asked && pairs > MOST_PAIRS) {
            let sent = format!("true for {} draws of {regions} regions", self.draws);
            let allowed = format!("{MOST_PAIRS} for draws times regions squared");
            return Err(Refusal::invalid(&format!("{FIELD}.{name}"), sent, &allowed));
        }
        if self.simultaneous && regions > MOST_TOGETHER {
            let allowed = format!("at most {MOST_TOGETHER} regions");
            let field = format!("{FIELD}.simultaneous_sets");
            return Err(Refusal::invalid(&field, format!("true for {regions} regions"), &allowed));
        }
        Ok(())
    }

    fn start(&self, ranked: &Ranked<'_>, regions: &[usize]) -> Result<Start, Refusal> {
        let growth = |region: &usize| ranked.growth[*region].as_ref().ok().map(|growth| tie_key(growth.measured));
        let growth: Vec<f64> = regions.iter().filter_map(growth).collect();
        match &self.source {
            Source::Given { regions: given, benchmark } => {
                let errors = given_errors(given, ranked.panel, regions)?;
                let benchmark = ranked.benchmark.map(|growth| (tie_key(growth.measured), *benchmark));
                Ok(Start::Given { growth, errors, benchmark })
            }
            Source::Years { block_length } => self.years(ranked, regions, growth, *block_length),
        }
    }

    fn years(
        &self,
        ranked: &Ranked<'_>,
        regions: &[usize],
        growth: Vec<f64>,
        block_length: Option<usize>,
    ) -> Result<Start, Refusal> {
        let periods = ranked.rule.span.n_of_growth(ranked.rule.basis);
        if periods < 3 {
            let sent = format!("{periods} years of growth");
            return Err(Refusal::invalid(&format!("{FIELD}.bootstrap"), sent, "three years of growth or more"));
        }
        let block_length = block_length.unwrap_or_else(|| default_block_length(periods));
        if block_length > periods {
            let allowed = format!("1 to {periods}, the years of growth");
            return Err(Refusal::invalid(&format!("{FIELD}.bootstrap.block_length"), block_length, &allowed));
        }
        let steps = |row| ranked.rule.steps(ranked.figures, row).ok();
        let rows: Vec<Vec<f64>> = regions.iter().filter_map(|&region| steps(&ranked.figures.regions[region])).collect();
        let benchmark = ranked.benchmark.and(ranked.figures.benchmark.as_deref()).and_then(steps);
        let steps = Matrix::from_fn(rows.len(), periods, |region, period| rows[region][period]);
        let how = BlockBootstrap { draws: self.draws, block_length, seed: self.seed };
        Ok(Start::Years { steps, benchmark, growth, how })
    }

    /// The mathematics: draws, their ranks, and what they say of each region.
    fn run(
        &self,
        start: &Start,
        rule: Rule,
        options: Options,
        progress: &Progress,
    ) -> Result<Vec<v1::RankUncertainty>, Refusal> {
        let (growth, draws) = match start {
            Start::Given { growth, errors, benchmark } => {
                (growth, normal_draws(growth, errors, *benchmark, self.draws, self.seed, progress).map_err(no_draws)?)
            }
            Start::Years { steps, benchmark, growth, how } => {
                let periods = steps.n_columns();
                let means = bootstrap_means(steps, benchmark.as_deref(), *how, progress).map_err(no_draws)?;
                (growth, means.map(|mean| growth_of_mean_step(mean, periods, rule.measure)).map_err(no_draws)?)
            }
        };
        let ranks = rank_draws(&draws, options.method, options.order, progress).map_err(refuse::stopped)?;
        let distributions = ranks.distributions(self.level, progress).map_err(|error| match error {
            RankUncertaintyError::Stopped(stopped) => refuse::stopped(stopped),
            RankUncertaintyError::InvalidLevel { .. } => Refusal::internal(error),
        })?;
        let sets_of = |method: Sets| sets(method, start, growth, &draws, (self.level, options), progress);
        let sets = self.sets.then(|| sets_of(rank_confidence_sets)).transpose()?;
        let all = self.simultaneous.then(|| sets_of(simultaneous_rank_sets)).transpose()?;
        let errors = match start {
            Start::Given { errors, .. } => errors.clone(),
            Start::Years { .. } => draws.deviations(),
        };
        let shown = distributions.into_iter().zip(errors).enumerate().map(|(region, (own, standard_error))| {
            let set_of = |sets: &Option<Vec<RankSet>>| sets.as_ref().and_then(|sets| sets.get(region).copied());
            let (set, together) = (set_of(&sets), set_of(&all));
            let probabilities = if self.probabilities { ranks.probabilities(region) } else { Vec::new() };
            let probability = |(rank, probability)| v1::RankProbability { rank, probability };
            v1::RankUncertainty {
                standard_error,
                expected_rank: own.expected,
                rank_lower: own.lower,
                rank_upper: own.upper,
                probability_first: own.first,
                probability_last: own.last,
                probability_above_benchmark: own.above_benchmark,
                set_lower: set.map(|set| message::count(set.lower)),
                set_upper: set.map(|set| message::count(set.upper)),
                simultaneous_lower: together.map(|set| message::count(set.lower)),
                simultaneous_upper: together.map(|set| message::count(set.upper)),
                rank_probabilities: probabilities.into_iter().map(probability).collect(),
            }
        });
        Ok(shown.collect())
    }
}

/// A method of confidence sets.
type Sets =
    fn(&[f64], &Draws, DifferenceErrors<'_>, f64, RankOrder, &Progress) -> Result<Vec<RankSet>, RankConfidenceError>;

fn sets(
    method: Sets,
    start: &Start,
    growth: &[f64],
    draws: &Draws,
    (level, options): (f64, Options),
    progress: &Progress,
) -> Result<Vec<RankSet>, Refusal> {
    let errors = match start {
        Start::Given { errors, .. } => DifferenceErrors::Independent(errors),
        Start::Years { .. } => DifferenceErrors::FromDraws,
    };
    method(growth, draws, errors, level, options.order, progress).map_err(|error| match error {
        RankConfidenceError::Stopped(stopped) => refuse::stopped(stopped),
        other => Refusal::internal(other),
    })
}

fn read_errors(given: &v1::GivenStandardErrors) -> Result<Source, Refusal> {
    let path = format!("{FIELD}.standard_errors");
    let sound = |field: &str, value: f64| {
        let refused = || Refusal::invalid(field, value, "0 or more, and finite");
        if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(refused()) }
    };
    let mut regions = BTreeMap::new();
    for (at, own) in given.regions.iter().enumerate() {
        let error = sound(&format!("{path}.regions[{at}].standard_error"), own.standard_error)?;
        if regions.insert(own.region.clone(), error).is_some() {
            let field = format!("{path}.regions[{at}].region");
            return Err(Refusal::invalid(&field, format!("\"{}\" again", own.region), "each region once"));
        }
    }
    Ok(Source::Given { regions, benchmark: sound(&format!("{path}.benchmark"), given.benchmark)? })
}

fn read_bootstrap(bootstrap: &v1::PeriodBootstrap) -> Result<Source, Refusal> {
    let field = format!("{FIELD}.bootstrap.block_length");
    let positive = |sent: i32| {
        let length = usize::try_from(sent).ok().filter(|length| *length > 0);
        length.ok_or_else(|| Refusal::invalid(&field, sent, "1 to the years of growth, or nothing"))
    };
    Ok(Source::Years { block_length: bootstrap.block_length.map(positive).transpose()? })
}

/// The standard errors of the ranked regions; refuses what is missing, and regions that were not selected.
fn given_errors(given: &BTreeMap<String, f64>, panel: &Panel, regions: &[usize]) -> Result<Vec<f64>, Refusal> {
    let field = format!("{FIELD}.standard_errors.regions");
    let known = positions(panel);
    if let Some(unknown) = given.keys().find(|code| !known.contains_key(code.as_str())) {
        return Err(Refusal::invalid(&field, format!("\"{unknown}\""), "regions that the selection chooses"));
    }
    let error = |&region: &usize| {
        let code = region_code(panel, region);
        let missing = || Refusal::invalid(&field, format!("nothing for \"{code}\""), "one for every ranked region");
        given.get(code).copied().ok_or_else(missing)
    };
    regions.iter().map(error).collect()
}

fn no_draws(error: DrawsError) -> Refusal {
    match error {
        DrawsError::Stopped(stopped) => refuse::stopped(stopped),
        // Growth and its errors are finite: only their sum may leave the range.
        DrawsError::InvalidFigure { .. } => Refusal::invalid(
            &format!("{FIELD}.standard_errors"),
            "standard errors beyond the range of numbers",
            "smaller ones",
        ),
        other => Refusal::internal(other),
    }
}
