//! The Markov chain of classes.

use std::ops::Range;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Period, Warning};
use growthpole_methods::Progress;
use growthpole_methods::growth::mobility::{
    Chain, ClassPaths, FirstPassage, Homogeneity, HomogeneityError, MobilityError, MobilityIndices, StateKind,
    TransitionCounts, count_steps, count_transitions, ergodic_distributions, first_passage, homogeneity,
    mobility_indices, order_test, prais, sojourn_times,
};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{PanelSource, refuse};
use tonic::Status;

use super::super::named_regions::{self, RegionSet};
use super::super::series::Series;
use super::Tracked;
use super::classes::Classifier;
use super::given_chains::{self, GivenChain, SELECTION};
use super::inference::{chi_squared_test, long};

const MOST_STRATA: usize = 50;
const HIGHEST_ORDER: usize = 5;

/// How the chain is made, and what is tested.
pub(super) struct Markov {
    classifier: Classifier,
    /// Steps of each sub-period, with its name.
    sub_periods: Vec<(String, Range<usize>)>,
    groups: Vec<RegionSet>,
    /// Orders that are tested, up to this; 0 for none.
    highest_order: usize,
    /// Whether classes from which no transition is known are taken as never left.
    stays: bool,
    /// Weights of the classes, where they were given.
    weights: Option<Vec<f64>>,
    given: Vec<GivenChain>,
}

/// Mobility with classes that count alike, by the long run, and by given weights, where each is defined.
pub(super) struct Mobility {
    pub(super) alike: Option<v1::MobilityIndices>,
    pub(super) at_ergodic: Option<v1::MobilityIndices>,
    pub(super) at_given: Option<v1::MobilityIndices>,
}

impl Markov {
    pub(super) async fn read(
        panels: &dyn PanelSource,
        series: &Series,
        options: &v1::MarkovOptions,
    ) -> Result<Self, Status> {
        let classifier = Classifier::read(series, options.classes.as_ref(), "markov.classes")?;
        check_strata("markov.sub_periods", options.sub_periods.len())?;
        check_strata("markov.groups", options.groups.len())?;
        let sub_periods = sub_periods(&series.periods, &options.sub_periods)?;
        let groups = named_regions::read(panels, series, &options.groups, "markov.groups").await?;
        check_disjoint(series, &groups)?;
        let highest_order = highest_order(options.highest_order, series.periods.len())?;
        let weights = mobility_weights(&options.mobility_weights, classifier.n_classes())?;
        let given = given_chains::read(&options.given_chains, classifier.n_classes())?;
        let stays = options.empty_classes_stay;
        Ok(Self { classifier, sub_periods, groups, highest_order, stays, weights, given })
    }

    pub(super) fn compute(
        &self,
        tracked: &Tracked,
        progress: &Progress,
        warnings: &mut Vec<Warning>,
    ) -> Result<(v1::MarkovChain, ClassPaths), Refusal> {
        let classes = self.classifier.sort(tracked)?;
        let counts = count_transitions(&classes.paths);
        let chain = Chain::from_counts(&counts);
        let without = chain.states_without_row();
        let chain = with_empty_classes(chain, self.stays);
        let passage = first_passage(&chain, progress).map_err(refuse::stopped)?;
        let ergodic = ergodic_distributions(&chain);
        let weights = self.weights.as_deref();
        let mobility = mobility(&chain, &ergodic, weights)?;
        let given = self.given.iter().map(|own| own.compute(self.stays, weights, progress));
        warnings.extend(without_transitions(&chain));
        warnings.extend(several(&chain, ergodic.len()));
        let answer = v1::MarkovChain {
            basis: self.classifier.basis().into(),
            cut_offs: Classifier::cut_offs(tracked, &classes),
            states: states(Some(&counts), &chain, &passage),
            ergodic: distributions(&chain, &ergodic),
            mobility: mobility.alike,
            mobility_at_ergodic: mobility.at_ergodic,
            mobility_at_given: mobility.at_given,
            homogeneity: self.homogeneity(&classes.paths, &counts)?,
            orders: (1..=self.highest_order).map(|order| order_of(&classes.paths, order)).collect(),
            given_chains: given.collect::<Result<_, _>>()?,
            classes_that_stay: without.iter().filter(|_| self.stays).map(|class| message::count(class + 1)).collect(),
        };
        Ok((answer, classes.paths))
    }

    fn homogeneity(&self, paths: &ClassPaths, own: &TransitionCounts) -> Result<Vec<v1::HomogeneityTest>, Refusal> {
        let names = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<String>>();
        let periods = (
            names(self.sub_periods.iter().map(|(name, _)| name).collect()),
            self.sub_periods.iter().map(|(_, steps)| count_steps(paths, steps.clone())).collect::<Vec<_>>(),
        );
        let groups = (
            names(self.groups.iter().map(|set| &set.name).collect()),
            self.groups.iter().map(|set| count_transitions(&paths.subset(&set.members))).collect::<Vec<_>>(),
        );
        let asked =
            [(periods, "markov.sub_periods"), (groups, "markov.groups"), (self.with_given(own), "markov.given_chains")];
        asked
            .into_iter()
            .filter(|((strata, _), _)| !strata.is_empty())
            .map(|((strata, counts), field)| test(strata, &counts, field))
            .collect()
    }

    /// The chain of the selection and the given ones that have transitions; nothing where none has.
    fn with_given(&self, own: &TransitionCounts) -> (Vec<String>, Vec<TransitionCounts>) {
        let given = || self.given.iter().filter_map(|chain| Some((chain.name.clone(), chain.counts.clone()?)));
        let selection = given().next().map(|_| (SELECTION.to_owned(), own.clone()));
        selection.into_iter().chain(given()).unzip()
    }
}

/// The chain, with classes from which nothing is known taken as never left where that is wanted.
pub(super) fn with_empty_classes(chain: Chain, stay: bool) -> Chain {
    if stay { chain.staying_where_unknown() } else { chain }
}

/// Weights of the classes, one for each; none where none were given.
fn mobility_weights(sent: &[f64], classes: usize) -> Result<Option<Vec<f64>>, Refusal> {
    const FIELD: &str = "markov.mobility_weights";
    if sent.is_empty() {
        return Ok(None);
    }
    if sent.len() != classes {
        let allowed = format!("{classes}, one for each class, or none");
        return Err(Refusal::invalid(FIELD, format!("{} weights", sent.len()), &allowed));
    }
    if let Some(at) = sent.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        return Err(Refusal::invalid(&format!("{FIELD}[{at}]"), sent[at], "a finite number that is not negative"));
    }
    if sent.iter().all(|weight| *weight == 0.0) {
        return Err(Refusal::invalid(FIELD, "weights of zero", "one above zero at least"));
    }
    Ok(Some(sent.to_vec()))
}

fn test(strata: Vec<String>, counts: &[TransitionCounts], field: &str) -> Result<v1::HomogeneityTest, Refusal> {
    let test = homogeneity(counts).map_err(|error| match error {
        HomogeneityError::NoTransitions { .. } => refuse::undefined("there are no transitions to test", "field", field),
        other => Refusal::internal(other),
    })?;
    Ok(homogeneity_test(strata, counts, &test))
}

/// A test of strata as answers show it.
pub(super) fn homogeneity_test(
    strata: Vec<String>,
    counts: &[TransitionCounts],
    test: &Homogeneity,
) -> v1::HomogeneityTest {
    v1::HomogeneityTest {
        strata,
        transitions: counts.iter().map(|counts| long(counts.total())).collect(),
        q: Some(chi_squared_test(&test.q)),
        likelihood_ratio: Some(chi_squared_test(&test.likelihood_ratio)),
        kullback: Some(chi_squared_test(&test.kullback)),
    }
}

/// The highest order that is tested, of which there must be a transition.
fn highest_order(asked: Option<i32>, periods: usize) -> Result<usize, Refusal> {
    let Some(asked) = asked else { return Ok(0) };
    let most = HIGHEST_ORDER.min(periods.saturating_sub(1));
    let order = usize::try_from(asked).ok().filter(|order| (1..=most).contains(order));
    let allowed = format!("1 to {HIGHEST_ORDER}, and fewer than the {periods} periods");
    order.ok_or_else(|| Refusal::invalid("markov.highest_order", asked, &allowed))
}

/// The test of an order, as the answer shows it.
fn order_of(paths: &ClassPaths, order: usize) -> v1::MarkovOrderTest {
    let test = order_test(paths, order);
    v1::MarkovOrderTest {
        order: message::count(order),
        transitions: test.map(|test| long(test.transitions)).unwrap_or_default(),
        q: test.map(|test| chi_squared_test(&test.q)),
        likelihood_ratio: test.map(|test| chi_squared_test(&test.likelihood_ratio)),
    }
}

/// Refuses a single stratum, and too many.
fn check_strata(field: &str, sent: usize) -> Result<(), Refusal> {
    if sent == 0 || (2..=MOST_STRATA).contains(&sent) {
        return Ok(());
    }
    Err(Refusal::invalid(field, format!("{sent} of them"), &format!("2 to {MOST_STRATA}, or none")))
}

/// The steps of each sub-period.
fn sub_periods(periods: &[Period], sent: &[v1::PeriodRange]) -> Result<Vec<(String, Range<usize>)>, Refusal> {
    let mut read: Vec<(String, Range<usize>)> = Vec::with_capacity(sent.len());
    for (at, range) in sent.iter().enumerate() {
        let field = format!("markov.sub_periods[{at}]");
        let end = |name: &str, text: &str| {
            let allowed = "a period of the frequency of the selection";
            let wrong = || Refusal::invalid(&format!("{field}.{name}"), format!("\"{text}\""), allowed);
            let period: Period = text.parse().map_err(|_| wrong())?;
            let same = periods.first().is_some_and(|own| own.frequency() == period.frequency());
            if same { Ok(period) } else { Err(wrong()) }
        };
        let (start, end) = (end("start", &range.start)?, end("end", &range.end)?);
        let first = periods.partition_point(|period| *period < start);
        let behind = periods.partition_point(|period| *period <= end);
        let name = format!("{start}/{end}");
        if first + 1 >= behind {
            let allowed = "a range that holds two periods of the selection at least";
            return Err(Refusal::invalid(&field, name, allowed));
        }
        let steps = first..behind - 1;
        if read.iter().any(|(_, other)| steps.start < other.end && other.start < steps.end) {
            return Err(Refusal::invalid(&field, name, "sub-periods that share no transition"));
        }
        read.push((name, steps));
    }
    Ok(read)
}

fn check_disjoint(series: &Series, sets: &[RegionSet]) -> Result<(), Refusal> {
    let mut held: Vec<Option<&str>> = vec![None; series.regions.len()];
    for set in sets {
        for &member in &set.members {
            if let Some(other) = held[member].replace(&set.name) {
                let code = series.regions.get(member).map(|region| region.code.as_str()).unwrap_or_default();
                let sent = format!("{code} in \"{other}\" and in \"{}\"", set.name);
                return Err(Refusal::invalid("markov.groups", sent, "each region in one group at most"));
            }
        }
    }
    Ok(())
}

/// The states of a chain as answers show them.
pub(super) fn states(counts: Option<&TransitionCounts>, chain: &Chain, passage: &FirstPassage) -> Vec<v1::MarkovState> {
    let kinds = chain.structure().kinds;
    let (leaving, sojourn) = (prais(chain), sojourn_times(chain));
    let transitions = |state: usize| counts.map(|counts| counts.row(state)).unwrap_or_default();
    (0..chain.n_states())
        .map(|state| v1::MarkovState {
            class: message::count(state + 1),
            kind: kind(kinds[state]).into(),
            transitions: transitions(state).iter().map(|&count| long(count)).collect(),
            probabilities: chain.row(state).unwrap_or_default().to_vec(),
            leaving: leaving[state],
            sojourn: sojourn[state].filter(|periods| periods.is_finite()),
            never_left: leaving[state] == Some(0.0),
            first_passage: (0..chain.n_states()).map(|to| time(passage, state, to)).collect(),
            standard_errors: standard_errors(chain.row(state).unwrap_or_default(), transitions(state).iter().sum()),
        })
        .collect()
}

/// None where there are no transitions to estimate from.
fn standard_errors(probabilities: &[f64], transitions: u64) -> Vec<f64> {
    let estimated = if transitions > 0 { probabilities } else { &[] };
    estimated.iter().map(|p| (p * (1.0 - p) / transitions as f64).sqrt()).collect()
}

fn kind(kind: StateKind) -> v1::StateKind {
    match kind {
        StateKind::Recurrent => v1::StateKind::Recurrent,
        StateKind::Transient => v1::StateKind::Transient,
        StateKind::OpenEnded => v1::StateKind::OpenEnded,
        StateKind::Unvisited => v1::StateKind::Unvisited,
    }
}

fn time(passage: &FirstPassage, from: usize, to: usize) -> v1::FirstPassage {
    let mean = passage.means.get(from, to);
    v1::FirstPassage {
        mean: Some(mean).filter(|mean| mean.is_finite()),
        variance: Some(passage.variances.get(from, to)).filter(|variance| variance.is_finite()),
        may_never: mean.is_infinite(),
    }
}

/// Ergodic distributions as answers show them.
pub(super) fn distributions(chain: &Chain, ergodic: &[Vec<f64>]) -> Vec<v1::ErgodicDistribution> {
    let distribution = |(set, probabilities): (&Vec<usize>, &Vec<f64>)| v1::ErgodicDistribution {
        classes: set.iter().map(|class| message::count(class + 1)).collect(),
        probabilities: set.iter().map(|&class| probabilities[class]).collect(),
    };
    chain.structure().recurrent.iter().zip(ergodic).map(distribution).collect()
}

/// Mobility with equal weights, with those of the long run, and with given ones, where there are any.
pub(super) fn mobility(chain: &Chain, ergodic: &[Vec<f64>], weights: Option<&[f64]>) -> Result<Mobility, Refusal> {
    let indices = |weights: Option<&[f64]>| match mobility_indices(chain, weights) {
        Ok(indices) => Ok(Some(write_indices(&indices))),
        Err(MobilityError::TooFewClasses { .. } | MobilityError::OpenEnded { .. }) => Ok(None),
        // Given weights were checked: what is left is weight on classes alone that nobody visits.
        Err(MobilityError::InvalidWeight { .. }) => Ok(None),
        Err(other) => Err(Refusal::internal(other)),
    };
    let at_ergodic = match ergodic {
        [only] => indices(Some(only))?,
        _ => None,
    };
    let at_given = match weights {
        Some(_) => indices(weights)?,
        None => None,
    };
    Ok(Mobility { alike: indices(None)?, at_ergodic, at_given })
}

fn write_indices(own: &MobilityIndices) -> v1::MobilityIndices {
    v1::MobilityIndices {
        shorrocks: own.shorrocks,
        determinant: own.determinant,
        second_eigenvalue: own.second_eigenvalue,
        bartholomew_leaving: own.bartholomew_leaving,
        bartholomew_crossed: own.bartholomew_crossed,
    }
}

fn without_transitions(chain: &Chain) -> Option<Warning> {
    let classes: Vec<String> = chain.states_without_row().iter().map(|class| (class + 1).to_string()).collect();
    let text = format!("no transition is known from the classes {}: they have no probabilities", classes.join(", "));
    (!classes.is_empty()).then(|| Warning::new("CLASSES_WITHOUT_TRANSITIONS", text))
}

fn several(chain: &Chain, recurrent: usize) -> Option<Warning> {
    let text = format!(
        "the {} classes fall into {recurrent} sets that are never left: the long run depends on the start",
        chain.n_states()
    );
    (recurrent > 1).then(|| Warning::new("SEVERAL_RECURRENT_CLASSES", text))
}
