//! The Markov chain of quadrants of the Moran scatterplot.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::Progress;
use growthpole_methods::growth::mobility::{Chain, Draws, ergodic_distributions, first_passage};
use growthpole_methods::growth::spatial_mobility::{
    LisaMarkov, LisaMarkovError, Spillover, SpilloverError, lisa_markov, lisa_permutations, spillover,
};
use growthpole_methods::stats::{
    Alternative, LocalPermutations, MoranError, Quadrant, RankOrder, SpatialWeights, local_moran,
};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{Job, refuse};
use tonic::Status;

use super::super::series::Series;
use super::inference::{chi_squared_test, long};
use super::neighbours::with_neighbours;
use super::{Tracked, check_complete, markov, moran};

const LEVEL: f64 = 0.05;
const QUADRANTS: usize = Quadrant::ALL.len();

/// Neighbours, and what counts as significant.
pub(super) struct Section {
    tracked: Tracked,
    weights: SpatialWeights,
    level: f64,
    tail: v1::LocalTail,
    cluster_quadrant: v1::Quadrant,
    neighbours_of_neighbours: bool,
    draws: Draws,
    with_regions: bool,
}

impl Section {
    pub(super) async fn read(
        series: &Series,
        options: &v1::LisaMarkovOptions,
        draws: Draws,
        with_regions: bool,
        warnings: &mut Vec<Warning>,
        job: &Job,
    ) -> Result<Self, Status> {
        let level = options.significance_level.unwrap_or(LEVEL);
        if !(level > 0.0 && level < 1.0) {
            let allowed = "a number above 0 and below 1";
            return Err(Refusal::invalid("lisa_markov.significance_level", level, allowed).into());
        }
        let tail = match v1::LocalTail::try_from(options.tail) {
            Ok(v1::LocalTail::Unspecified) => v1::LocalTail::TwoSided,
            Ok(tail) => tail,
            Err(_) => {
                let allowed = "TWO_SIDED, SMALLER, or nothing";
                return Err(Refusal::invalid("lisa_markov.tail", options.tail, allowed).into());
            }
        };
        let cluster_quadrant = match v1::Quadrant::try_from(options.cluster_quadrant) {
            Ok(v1::Quadrant::Unspecified) => v1::Quadrant::HighHigh,
            Ok(quadrant) => quadrant,
            Err(_) => {
                let allowed = "HIGH_HIGH, LOW_HIGH, LOW_LOW, HIGH_LOW, or nothing";
                return Err(Refusal::invalid("lisa_markov.cluster_quadrant", options.cluster_quadrant, allowed).into());
            }
        };
        let (series, weights) =
            with_neighbours(series, options.weights.as_ref(), "lisa_markov.weights", warnings, job).await?;
        check_complete(&series, 0..series.periods.len(), "lisa_markov")?;
        Ok(Self {
            tracked: Tracked::of(&series, RankOrder::HighestFirst),
            weights,
            level,
            tail,
            cluster_quadrant,
            neighbours_of_neighbours: options.neighbours_of_neighbours,
            draws,
            with_regions,
        })
    }

    pub(super) fn compute(&self, progress: &Progress) -> Result<v1::LisaMarkovChain, Refusal> {
        let refused = |error| self.refuse(error);
        let lisa = lisa_markov(&self.tracked.values, &self.weights, progress).map_err(refused)?;
        let chain = Chain::from_counts(&lisa.transitions);
        let passage = first_passage(&chain, progress).map_err(refuse::stopped)?;
        let Draws { permutations, seed } = self.draws;
        // Of each period, the local and the global statistic.
        progress.announce(permutations.saturating_mul(2 * self.tracked.periods.len()));
        let drawn = match permutations {
            0 => None,
            _ => Some(lisa_permutations(&self.tracked.values, &self.weights, permutations, seed, progress)),
        };
        let p_values = drawn.transpose().map_err(refused)?.map(|drawn| self.p_values(&drawn));
        let p_values = p_values.as_deref();
        let Tracked { values, periods, .. } = &self.tracked;
        let moran = moran::of_periods(values, periods, &self.weights, self.draws, progress);
        let moran = moran.map_err(|(period, source)| self.refuse(LisaMarkovError::Period { period, source }))?;
        Ok(v1::LisaMarkovChain {
            states: markov::states(Some(&lisa.transitions), &chain, &passage),
            ergodic: markov::distributions(&chain, &ergodic_distributions(&chain)),
            expected: lisa.expected.rows().map(|row| v1::ExpectedTransitions { transitions: row.to_vec() }).collect(),
            independence: Some(chi_squared_test(&lisa.independence)),
            significance_level: self.level,
            tail: self.tail.into(),
            significant: p_values.map(|p| self.significant(&lisa, p)).unwrap_or_default(),
            cluster_quadrant: self.cluster_quadrant.into(),
            spillover: p_values.map(|p| self.spillover(&lisa, p, progress)).transpose()?.unwrap_or_default(),
            regions: if self.with_regions { self.paths(&lisa, p_values)? } else { Vec::new() },
            moran,
        })
    }

    /// p-values by period and region.
    fn p_values(&self, drawn: &[Vec<LocalPermutations>]) -> Vec<Vec<f64>> {
        let p_value = |own: &LocalPermutations| match self.tail {
            v1::LocalTail::Smaller => own.smaller_tail(),
            v1::LocalTail::TwoSided | v1::LocalTail::Unspecified => own.p_value(Alternative::TwoSided),
        };
        drawn.iter().map(|period| period.iter().map(p_value).collect()).collect()
    }

    /// Transitions by the significance of their ends.
    fn significant(&self, lisa: &LisaMarkov, p_values: &[Vec<f64>]) -> Vec<v1::SignificantTransitions> {
        let mut counts = [[[0_u64; QUADRANTS]; QUADRANTS]; 4];
        for period in 1..lisa.quadrants.n_periods() {
            let (from, to) = (lisa.quadrants.period(period - 1), lisa.quadrants.period(period));
            let ends = from.iter().zip(to).zip(p_values[period - 1].iter().zip(&p_values[period]));
            for ((from, to), (start, end)) in ends {
                let kind = 2 * usize::from(*start > self.level) + usize::from(*end > self.level);
                if let (Some(from), Some(to)) = (from, to) {
                    counts[kind][usize::from(*from)][usize::from(*to)] += 1;
                }
            }
        }
        let row = |row: &[u64; QUADRANTS]| v1::TransitionRow { transitions: row.map(long).to_vec() };
        (counts.iter().enumerate())
            .map(|(kind, rows)| v1::SignificantTransitions {
                at_start: kind < 2,
                at_end: kind % 2 == 0,
                rows: rows.iter().map(row).collect(),
            })
            .collect()
    }

    /// Clusters of significant regions, and those that join them.
    fn spillover(
        &self,
        lisa: &LisaMarkov,
        p_values: &[Vec<f64>],
        progress: &Progress,
    ) -> Result<Vec<v1::SpilloverStep>, Refusal> {
        let is_core = |(quadrant, p): (&Option<u16>, &f64)| {
            quadrant.is_some_and(|own| i32::from(own) + 1 == i32::from(self.cluster_quadrant)) && *p <= self.level
        };
        let cores: Vec<Vec<bool>> =
            lisa.quadrants.periods().zip(p_values).map(|(own, p)| own.iter().zip(p).map(is_core).collect()).collect();
        let found = spillover(&cores, &self.weights, self.neighbours_of_neighbours, progress);
        let found = found.map_err(|error| match error {
            SpilloverError::Stopped(stopped) => refuse::stopped(stopped),
            other @ SpilloverError::RegionsDiffer { .. } => Refusal::internal(other),
        })?;
        Ok((0..found.joins.len()).map(|step| self.step(&found, step)).collect())
    }

    fn step(&self, found: &Spillover, step: usize) -> v1::SpilloverStep {
        let clusters = |period: usize| {
            let inside = found.clusters[period].iter().flatten();
            (message::count(inside.clone().max().map_or(0, |last| last + 1)), message::count(inside.count()))
        };
        let (clusters_before, regions_before) = clusters(step);
        let (clusters_after, regions_after) = clusters(step + 1);
        let joined = || (0..self.tracked.regions.len()).filter(|&region| found.joins[step][region]);
        let codes = joined().filter_map(|region| Some(self.tracked.region(region)?.code));
        v1::SpilloverStep {
            first_period: self.tracked.period(step),
            second_period: self.tracked.period(step + 1),
            clusters_before,
            clusters_after,
            regions_before,
            regions_after,
            regions_joined: message::count(joined().count()),
            joined: if self.with_regions { codes.collect() } else { Vec::new() },
        }
    }

    fn paths(&self, lisa: &LisaMarkov, p_values: Option<&[Vec<f64>]>) -> Result<Vec<v1::LisaPath>, Refusal> {
        let of_period = |(period, row): (usize, &[f64])| {
            let refused = |source| self.refuse(LisaMarkovError::Period { period, source });
            Ok(local_moran(row, &self.weights).map_err(refused)?.regions)
        };
        let local = self.tracked.values.rows().enumerate().map(of_period).collect::<Result<Vec<_>, Refusal>>()?;
        let in_period = |region: usize, period: usize| {
            let quadrant = lisa.quadrants.period(period)[region].map_or(0, |quadrant| i32::from(quadrant) + 1);
            let p = p_values.map(|p| p[period][region]);
            let significant = p.is_some_and(|p| p <= self.level);
            let local_moran = local[period][region].i;
            v1::LisaInPeriod { period: self.tracked.period(period), quadrant, p, significant, local_moran }
        };
        Ok((0..self.tracked.regions.len())
            .map(|region| v1::LisaPath {
                region: self.tracked.region(region),
                periods: (0..self.tracked.periods.len()).map(|period| in_period(region, period)).collect(),
            })
            .collect())
    }

    fn refuse(&self, error: LisaMarkovError) -> Refusal {
        let LisaMarkovError::Period { period, source } = error else { return Refusal::internal(error) };
        match source {
            MoranError::Stopped(stopped) => refuse::stopped(stopped),
            MoranError::NotFinite { region } => {
                self.tracked.refuse_value(period, region, self.tracked.values.get(period, region))
            }
            MoranError::NoLinks => {
                let sent = "weights by which no region has a neighbour";
                Refusal::invalid("lisa_markov.weights", sent, "at least one link")
            }
            MoranError::Constant | MoranError::TooFewRegions { .. } => {
                let period = self.tracked.period(period);
                refuse::undefined(format!("{period} has no scatterplot: {source}"), "period", &period)
            }
            other => Refusal::internal(other),
        }
    }
}
