//! Markov chains of classes by the class of the neighbours.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::growth::mobility::{Chain, Draws, TransitionCounts, ergodic_distributions, first_passage};
use growthpole_methods::growth::spatial_mobility::{
    CommonestTies, LagRule, SpatialMarkov, SpatialMarkovError, ergodic_difference, spatial_markov,
    spatial_markov_permutations,
};
use growthpole_methods::stats::{RankOrder, SpatialWeights};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{Job, refuse};
use tonic::Status;

use super::super::series::Series;
use super::classes::{Classifier, refuse_classes};
use super::inference::{chi_squared_test, long, permutation_test};
use super::neighbours::with_neighbours;
use super::{Tracked, check_complete, markov};

const OWN: &str = "spatial_markov.classes";

/// Neighbours, and how regions and their neighbours are sorted.
pub(super) struct Section {
    tracked: Tracked,
    weights: SpatialWeights,
    own: Classifier,
    lag: LagRule,
    /// Whether classes from which no transition is known are taken as never left.
    stays: bool,
    draws: Draws,
}

impl Section {
    pub(super) async fn read(
        all: &Series,
        options: &v1::SpatialMarkovOptions,
        draws: Draws,
        warnings: &mut Vec<Warning>,
        job: &Job,
    ) -> Result<Self, Status> {
        const FIELD: &str = "spatial_markov.weights";
        let (series, weights) = with_neighbours(all, options.weights.as_ref(), FIELD, warnings, job).await?;
        let kept: Vec<usize> = series.regions.iter().filter_map(|region| all.position(&region.code)).collect();
        let own = Classifier::read_with_basis(all, options.classes.as_ref(), OWN)?.subset(&kept);
        let lag = read_lag(all, options, &own, &kept, draws.seed)?;
        let sorts_values = own.rule().sorts_values() || lag.sorts_values();
        own.check_basis(options.classes.as_ref(), OWN, sorts_values)?;
        if draws.permutations > 0 {
            if sorts_values {
                check_complete(&series, 0..series.periods.len(), "spatial_markov with permutations")?;
            }
            own.check_known(&series, "spatial_markov with permutations")?;
        }
        let (tracked, stays) = (Tracked::of(&series, RankOrder::HighestFirst), options.empty_classes_stay);
        Ok(Self { tracked, weights, own, lag, stays, draws })
    }

    /// Whether classes of neighbours may be drawn.
    pub(super) fn draws_ties(&self) -> bool {
        let drawn = CommonestTies::OwnThenDrawn;
        matches!(self.lag, LagRule::Commonest { ties, .. } if ties == drawn || ties == CommonestTies::Drawn)
    }

    /// Whether anything is sorted by its values.
    fn sorts_values(&self) -> bool {
        self.own.rule().sorts_values() || self.lag.sorts_values()
    }

    pub(super) fn compute(&self, progress: &Progress) -> Result<v1::SpatialMarkovChain, Refusal> {
        let values = self.own.values(&self.tracked, self.sorts_values())?;
        let (own, refused) = (self.own.rule(), |error| self.refuse(error));
        let markov = spatial_markov(&values, &self.weights, own, &self.lag, progress).map_err(refused)?;
        let all = ergodic_distributions(&self.markov_chain(&markov.all));
        let chain = |(class, counts)| self.chain(&markov, class, counts, &all, progress);
        let strata: Vec<String> = (1..=markov.by_lag.len()).map(|class| class.to_string()).collect();
        Ok(v1::SpatialMarkovChain {
            basis: self.own.basis_where(self.sorts_values()).into(),
            regions: message::count(self.tracked.regions.len()),
            cut_offs: Classifier::cut_offs(&self.tracked, &markov.own),
            lag_cut_offs: Classifier::cut_offs(&self.tracked, &markov.lag),
            all: Some(self.conditional(&markov.all, progress)?),
            by_lag: markov.by_lag.iter().enumerate().map(chain).collect::<Result<_, _>>()?,
            homogeneity: Some(markov::homogeneity_test(strata, &markov.by_lag, &markov.homogeneity)),
            test: self.test(&values, progress)?,
            categorical_lag: self.categorical_lag(&markov),
        })
    }

    fn markov_chain(&self, counts: &TransitionCounts) -> Chain {
        markov::with_empty_classes(Chain::from_counts(counts), self.stays)
    }

    /// How the commonest classes of neighbours were found, where they are asked for.
    fn categorical_lag(&self, markov: &SpatialMarkov) -> Option<v1::CategoricalLag> {
        let LagRule::Commonest { ties, .. } = self.lag else { return None };
        let draws = markov.lag_draws?;
        Some(v1::CategoricalLag {
            ties: write_ties(ties).into(),
            known: long(draws.known),
            tied: long(draws.tied),
            drawn: long(draws.drawn),
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
        let own = ergodic_distributions(&self.markov_chain(counts));
        let difference = match (all, own.as_slice()) {
            ([all], [own]) => ergodic_difference(all, own, counts.total()),
            _ => None,
        };
        Ok(v1::ConditionalMarkovChain {
            lag_class: message::count(class + 1),
            against_all: markov.against_all.get(class).and_then(Option::as_ref).map(chi_squared_test),
            ergodic_difference: difference.as_ref().map(chi_squared_test),
            ..self.conditional(counts, progress)?
        })
    }

    /// A chain without its tests.
    fn conditional(
        &self,
        counts: &TransitionCounts,
        progress: &Progress,
    ) -> Result<v1::ConditionalMarkovChain, Refusal> {
        let chain = self.markov_chain(counts);
        let passage = first_passage(&chain, progress).map_err(refuse::stopped)?;
        Ok(v1::ConditionalMarkovChain {
            states: markov::states(Some(counts), &chain, &passage),
            ergodic: markov::distributions(&chain, &ergodic_distributions(&chain)),
            ..Default::default()
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

/// How neighbours become classes: by the mean of their values, by their commonest class, or as given.
fn read_lag(
    series: &Series,
    options: &v1::SpatialMarkovOptions,
    own: &Classifier,
    kept: &[usize],
    seed: u64,
) -> Result<LagRule, Refusal> {
    match (&options.lag_classes, &options.categorical_lag) {
        (Some(_), Some(_)) => {
            let allowed = "nothing beside spatial_markov.lag_classes";
            Err(Refusal::invalid("spatial_markov.categorical_lag", "options", allowed))
        }
        (None, Some(lag)) => Ok(LagRule::Commonest { ties: read_ties(lag.ties)?, seed }),
        (None, None) if !own.rule().sorts_values() => Ok(LagRule::Commonest { ties: CommonestTies::default(), seed }),
        (None, None) => Ok(own.rule().clone().into()),
        (Some(lag), None) if lag.basis != 0 => {
            let allowed = "nothing: neighbours have the basis of spatial_markov.classes";
            Err(Refusal::invalid("spatial_markov.lag_classes.basis", lag.basis, allowed))
        }
        (Some(lag), None) => {
            let lag = Classifier::read(series, Some(lag), "spatial_markov.lag_classes")?.subset(kept);
            Ok(lag.rule().clone().into())
        }
    }
}

fn read_ties(ties: i32) -> Result<CommonestTies, Refusal> {
    use v1::CategoricalLagTies as Ties;
    Ok(match Ties::try_from(ties) {
        Ok(Ties::Unspecified | Ties::OwnClassThenDrawn) => CommonestTies::OwnThenDrawn,
        Ok(Ties::Drawn) => CommonestTies::Drawn,
        Ok(Ties::Lowest) => CommonestTies::Lowest,
        Ok(Ties::Highest) => CommonestTies::Highest,
        Ok(Ties::Unknown) => CommonestTies::Unknown,
        Err(_) => {
            let allowed = "OWN_CLASS_THEN_DRAWN, DRAWN, LOWEST, HIGHEST, UNKNOWN, or nothing";
            return Err(Refusal::invalid("spatial_markov.categorical_lag.ties", ties, allowed));
        }
    })
}

fn write_ties(ties: CommonestTies) -> v1::CategoricalLagTies {
    match ties {
        CommonestTies::OwnThenDrawn => v1::CategoricalLagTies::OwnClassThenDrawn,
        CommonestTies::Drawn => v1::CategoricalLagTies::Drawn,
        CommonestTies::Lowest => v1::CategoricalLagTies::Lowest,
        CommonestTies::Highest => v1::CategoricalLagTies::Highest,
        CommonestTies::Unknown => v1::CategoricalLagTies::Unknown,
    }
}
