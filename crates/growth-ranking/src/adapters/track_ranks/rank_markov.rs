//! Markov chains of ranks, and of regions that hand each other their ranks.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_methods::growth::mobility::{RankChain, RankChainError, full_rank_chain, geographic_rank_chain};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::super::series::Series;
use super::{Tracked, check_complete};

/// Most regions whose first passage times are computed, and most times that are shown.
const MOST_REGIONS: usize = 3000;
const MOST_TIMES: usize = 100_000;

/// A chain that is asked for.
pub(super) struct RankMarkov {
    geographic: bool,
    /// States from which first passage times are shown; none where they are not asked for.
    from: Option<Vec<usize>>,
}

/// Reads the options of a chain of ranks.
pub(super) fn full(series: &Series, options: &v1::FullRankMarkovOptions) -> Result<RankMarkov, Refusal> {
    const FIELD: &str = "full_rank_markov";
    let n = series.regions.len();
    let position = |(at, &rank): (usize, &i32)| {
        let place = usize::try_from(rank).ok().filter(|rank| (1..=n).contains(rank));
        let refused = || Refusal::invalid(&format!("{FIELD}.from_ranks[{at}]"), rank, &format!("1 to {n}"));
        place.map(|rank| rank - 1).ok_or_else(refused)
    };
    let from = options.from_ranks.iter().enumerate().map(position).collect::<Result<Vec<_>, _>>()?;
    RankMarkov::of(series, FIELD, "from_ranks", options.first_passage, from, false)
}

/// Reads the options of a chain of regions.
pub(super) fn geographic(series: &Series, options: &v1::GeographicRankMarkovOptions) -> Result<RankMarkov, Refusal> {
    const FIELD: &str = "geographic_rank_markov";
    let position = |(at, code): (usize, &String)| {
        series.position(code).ok_or_else(|| {
            let known = series.regions.iter().map(|region| region.code.as_str());
            let nearest = growthpole_domain::nearest::nearest(code, known, 3);
            let field = format!("{FIELD}.from_regions[{at}]");
            Refusal::unknown(Reason::UnknownRegion, "region of the selection", &field, code, &nearest)
        })
    };
    let from = options.from_regions.iter().enumerate().map(position).collect::<Result<Vec<_>, _>>()?;
    RankMarkov::of(series, FIELD, "from_regions", options.first_passage, from, true)
}

impl RankMarkov {
    fn of(
        series: &Series,
        section: &str,
        list: &str,
        first_passage: bool,
        from: Vec<usize>,
        geographic: bool,
    ) -> Result<Self, Refusal> {
        check_complete(series, 0..series.periods.len(), section)?;
        let (n, field) = (series.regions.len(), format!("{section}.{list}"));
        if !first_passage {
            if from.is_empty() {
                return Ok(Self { geographic, from: None });
            }
            let sent = format!("{} of them without {section}.first_passage", from.len());
            return Err(Refusal::invalid(&field, sent, "nothing"));
        }
        if n > MOST_REGIONS {
            let sent = format!("true for {n} regions");
            return Err(Refusal::invalid(
                &format!("{section}.first_passage"),
                sent,
                &format!("at most {MOST_REGIONS}"),
            ));
        }
        if let Some(at) = (1..from.len()).find(|&at| from[..at].contains(&from[at])) {
            return Err(Refusal::invalid(&format!("{field}[{at}]"), "one that is there before", "each once"));
        }
        let from = if from.is_empty() { (0..n).collect() } else { from };
        if from.len() * n > MOST_TIMES {
            let sent = format!("{} states for {n} regions", from.len());
            return Err(Refusal::invalid(
                &field,
                sent,
                &format!("at most {MOST_TIMES} times (states shown x regions)"),
            ));
        }
        Ok(Self { geographic, from: Some(from) })
    }

    pub(super) fn compute(&self, tracked: &Tracked, progress: &Progress) -> Result<v1::RankMarkovChain, Refusal> {
        let values = tracked.highest_first();
        let count = if self.geographic { geographic_rank_chain } else { full_rank_chain };
        let chain = count(&values, progress).map_err(|error| match error {
            RankChainError::NotFinite { period, region, value } => tracked.refuse_value(period, region, value),
            RankChainError::Stopped(stopped) => refuse::stopped(stopped),
            other @ RankChainError::TooFewPeriods { .. } => Refusal::internal(other),
        })?;
        let classes = chain.classes();
        let first_passage = match &self.from {
            None => Vec::new(),
            Some(from) => {
                let times = chain.mean_first_passage(progress).map_err(refuse::stopped)?;
                from.iter().map(|&from| passages(&times, from)).collect()
            }
        };
        Ok(v1::RankMarkovChain {
            states: self.states(tracked, &chain),
            steps: message::count(chain.n_steps()),
            recurrent: classes.iter().zip(chain.ergodic_probabilities()).map(state_set).collect(),
            first_passage,
        })
    }

    fn states(&self, tracked: &Tracked, chain: &RankChain) -> Vec<v1::RankState> {
        let transition = |(to, count): (usize, usize)| v1::RankTransition {
            to: message::count(to + 1),
            count: message::count(count),
        };
        (chain.sojourn_times().into_iter().enumerate())
            .map(|(state, sojourn)| v1::RankState {
                number: message::count(state + 1),
                region: tracked.region(state).filter(|_| self.geographic),
                transitions: chain.transitions(state).map(transition).collect(),
                sojourn: Some(sojourn).filter(|periods| periods.is_finite()),
            })
            .collect()
    }
}

fn state_set((states, ergodic_probability): (&Vec<usize>, f64)) -> v1::RankStateSet {
    v1::RankStateSet { states: states.iter().map(|state| message::count(state + 1)).collect(), ergodic_probability }
}

/// Times to the states that are reached at all.
fn passages(times: &Matrix, from: usize) -> v1::RankPassages {
    let reached = times.row(from).iter().enumerate().filter(|(_, mean)| mean.is_finite());
    v1::RankPassages {
        from: message::count(from + 1),
        times: reached.map(|(to, &mean)| v1::RankPassage { to: message::count(to + 1), mean }).collect(),
    }
}
