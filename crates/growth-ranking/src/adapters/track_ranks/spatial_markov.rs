//! Markov chains of classes by the class of the neighbours.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::growth::mobility::{Chain, Draws, TransitionCounts, ergodic_distributions, first_passage};
use growthpole_methods::growth::spatial_mobility::{
    ClassRule, SpatialMarkov, SpatialMarkovError, ergodic_difference, spatial_markov, spatial_markov_permutations,
};
use growthpole_methods::stats::{RankOrder, SpatialWeights};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::super::series::Series;
use super::classes::{Classifier, refuse_classes};
use super::inference::{chi_squared_test, permutation_test};
use super::neighbours::with_neighbours;
use super::{Tracked, check_complete, markov};

/// Neighbours, and how regions and their neighbours are sorted.
pub(super) struct Section {
    tracked: Tracked,
    weights: SpatialWeights,
    own: Classifier,
    lag: ClassRule,
    draws: Draws,
}

impl Section {
    pub(super) fn read(
        series: &Series,
        options: &v1::SpatialMarkovOptions,
        draws: Draws,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Refusal> {
        let own = Classifier::read(options.classes.as_ref(), "spatial_markov.classes")?;
        let lag = match &options.lag_classes {
            None => own.rule().clone(),
            Some(lag) if lag.basis != 0 => {
                let allowed = "nothing: neighbours have the basis of spatial_markov.classes";
                return Err(Refusal::invalid("spatial_markov.lag_classes.basis", lag.basis, allowed));
            }
            Some(lag) => Classifier::read(Some(lag), "spatial_markov.lag_classes")?.rule().clone(),
        };
        let (series, weights) = with_neighbours(series, options.weights.as_ref(), "spatial_markov.weights", warnings)?;
        if draws.permutations > 0 {
            check_complete(&series, 0..series.periods.len(), "spatial_markov with permutations")?;
        }
        Ok(Self { tracked: Tracked::of(&series, RankOrder::HighestFirst), weights, own, lag, draws })
    }

    pub(super) fn compute(&self, progress: &Progress) -> Result<v1::SpatialMarkovChain, Refusal> {
        let values = self.own.values(&self.tracked)?;
        let (own, refused) = (self.own.rule(), |error| self.refuse(error));
        let markov = spatial_markov(&values, &self.weights, own, &self.lag).map_err(refused)?;
        let all = ergodic_distributions(&Chain::from_counts(&markov.all));
        let chain = |(class, counts)| self.chain(&markov, class, counts, &all, progress);
        let strata: Vec<String> = (1..=markov.by_lag.len()).map(|class| class.to_string()).collect();
        Ok(v1::SpatialMarkovChain {
            basis: self.own.basis().into(),
            regions: message::count(self.tracked.regions.len()),
            cut_offs: Classifier::cut_offs(&self.tracked, &markov.own),
            lag_cut_offs: Classifier::cut_offs(&self.tracked, &markov.lag),
            all: Some(conditional(&markov.all, progress)?),
            by_lag: markov.by_lag.iter().enumerate().map(chain).collect::<Result<_, _>>()?,
            homogeneity: Some(markov::homogeneity_test(strata, &markov.by_lag, &markov.homogeneity)),
            test: self.test(&values, progress)?,
        })
    }

    /// The test against shuffled regions, where any are drawn.
    fn test(&self, values: &Matrix, progress: &Progress) -> Result<Option<v1::PermutationTest>, Refusal> {
        let (own, lag, Draws { permutations, seed }) = (self.own.rule(), &self.lag, self.draws);
        if permutations == 0 {
            return Ok(None);
        }
        let test = spatial_markov_permutations(values, &self.weights, own, lag, permutations, seed, progress);
        Ok(Some(permutation_test(&test.map_err(|error| self.refuse(error))?)))
    }

    /// The chain of one class of neighbours beside that of all.
    fn chain(
        &self,
        markov: &SpatialMarkov,
        class: usize,
        counts: &TransitionCounts,
        all: &[Vec<f64>],
        progress: &Progress,
    ) -> Result<v1::ConditionalMarkovChain, Refusal> {
        let own = ergodic_distributions(&Chain::from_counts(counts));
        let difference = match (all, own.as_slice()) {
            ([all], [own]) => ergodic_difference(all, own, counts.total()),
            _ => None,
        };
        Ok(v1::ConditionalMarkovChain {
            lag_class: message::count(class + 1),
            against_all: markov.against_all.get(class).and_then(Option::as_ref).map(chi_squared_test),
            ergodic_difference: difference.as_ref().map(chi_squared_test),
            ..conditional(counts, progress)?
        })
    }

    fn refuse(&self, error: SpatialMarkovError) -> Refusal {
        match error {
            SpatialMarkovError::Stopped(stopped) => refuse::stopped(stopped),
            SpatialMarkovError::Classes(error) => refuse_classes(&self.tracked, error),
            SpatialMarkovError::LagClasses(error) => {
                let message = format!("neighbours have no classes: {error}");
                refuse::undefined(message, "field", "spatial_markov.lag_classes")
            }
            SpatialMarkovError::NoTransitions => {
                let message = "no transition is known together with the class of the neighbours";
                refuse::undefined(message, "field", "spatial_markov")
            }
            other => Refusal::internal(other),
        }
    }
}

/// A chain without its tests.
fn conditional(counts: &TransitionCounts, progress: &Progress) -> Result<v1::ConditionalMarkovChain, Refusal> {
    let chain = Chain::from_counts(counts);
    let passage = first_passage(&chain, progress).map_err(refuse::stopped)?;
    Ok(v1::ConditionalMarkovChain {
        states: markov::states(counts, &chain, &passage),
        ergodic: markov::distributions(&chain, &ergodic_distributions(&chain)),
        ..Default::default()
    })
}
