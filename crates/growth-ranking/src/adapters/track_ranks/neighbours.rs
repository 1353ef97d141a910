//! Rank concordance among neighbours.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Period, Warning};
use growthpole_methods::Progress;
use growthpole_methods::growth::mobility::{
    Draws, LocalConcordance, NeighbourTauError, RankPairs, neighbour_set_tau, neighbourhood_tau, spatial_tau,
};
use growthpole_methods::stats::SpatialWeights;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{Job, refuse};
use tonic::Status;

use super::super::series::Series;
use super::super::spatial::with_weights;
use super::check_complete;
use super::correlation::refuse_pairs;
use super::inference::permutation_test;

/// The series of the regions that have neighbours, or are kept without, with the weights between them. What there is to know
/// of it is told once, whichever section it is of.
pub(super) async fn with_neighbours(
    series: &Series,
    weights: Option<&v1::SpatialWeights>,
    field: &str,
    warnings: &mut Vec<Warning>,
    job: &Job,
) -> Result<(Series, SpatialWeights), Status> {
    let known = series.warnings.len();
    let (series, weights) = with_weights(series.clone(), weights, field, job).await?;
    let new: Vec<Warning> =
        series.warnings.iter().skip(known).filter(|warning| !warnings.contains(warning)).cloned().collect();
    warnings.extend(new);
    Ok((series, weights))
}

/// Neighbours with their ranks in the first and in the last period.
pub(super) struct Neighbours {
    regions: Vec<v1::RegionLabel>,
    periods: [String; 2],
    ranks: RankPairs,
    weights: SpatialWeights,
    draws: Draws,
}

impl Neighbours {
    pub(super) async fn read(
        series: &Series,
        options: &v1::NeighbourConcordanceOptions,
        draws: Draws,
        warnings: &mut Vec<Warning>,
        job: &Job,
    ) -> Result<Self, Status> {
        const FIELD: &str = "neighbour_concordance.weights";
        let (series, weights) = with_neighbours(series, options.weights.as_ref(), FIELD, warnings, job).await?;
        let last = series.periods.len() - 1;
        check_complete(&series, [0, last].into_iter(), "neighbour_concordance")?;
        let periods = [0, last].map(|at| series.periods.get(at).map(Period::to_string).unwrap_or_default());
        let ranks = RankPairs::try_new(series.values.row(0), series.values.row(last));
        Ok(Self {
            regions: series.regions.iter().map(message::region_label).collect(),
            ranks: ranks.map_err(|error| refuse_pairs(error, periods.clone()))?,
            periods,
            weights,
            draws,
        })
    }

    pub(super) fn compute(&self, progress: &Progress) -> Result<v1::NeighbourConcordance, Refusal> {
        let (ranks, weights, draws) = (&self.ranks, &self.weights, self.draws);
        let refused = |error| self.refuse(error);
        let all = spatial_tau(ranks, weights, draws, progress).map_err(refused)?;
        let sets = neighbour_set_tau(ranks, weights, draws, progress).map_err(refused)?;
        let hoods = neighbourhood_tau(ranks, weights, draws, progress).map_err(refused)?;
        let [first_period, second_period] = self.periods.clone();
        let regions = self.regions.iter().zip(sets.iter().zip(&hoods));
        Ok(v1::NeighbourConcordance {
            first_period,
            second_period,
            pairs: message::count(all.pairs),
            concordant: message::count(all.concordant),
            discordant: message::count(all.discordant),
            tau: all.tau,
            test: all.test.as_ref().map(permutation_test),
            regions: regions.map(|(region, (set, hood))| local(region, set, hood)).collect(),
        })
    }

    fn refuse(&self, error: NeighbourTauError) -> Refusal {
        match error {
            NeighbourTauError::Stopped(stopped) => refuse::stopped(stopped),
            NeighbourTauError::NoDifferentNeighbours => {
                let [first, last] = &self.periods;
                let message = format!("no two neighbours differ in rank in {first}, or none in {last}");
                refuse::undefined(message, "period", last)
            }
            other @ NeighbourTauError::RegionsDiffer { .. } => Refusal::internal(other),
        }
    }
}

fn local(region: &v1::RegionLabel, set: &LocalConcordance, hood: &LocalConcordance) -> v1::LocalNeighbourConcordance {
    v1::LocalNeighbourConcordance {
        region: Some(region.clone()),
        neighbours: message::count(set.neighbours),
        neighbour_tau: set.tau,
        neighbour_test: set.test.as_ref().map(permutation_test),
        neighbourhood_tau: hood.tau,
        neighbourhood_test: hood.test.as_ref().map(permutation_test),
    }
}
