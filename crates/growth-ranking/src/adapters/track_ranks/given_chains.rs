//! Markov chains from elsewhere, which the request gives as transitions or as probabilities.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::growth::mobility::{Chain, ChainError, TransitionCounts, ergodic_distributions, first_passage};
use growthpole_worker_kit::refuse;

use super::markov;

/// Most chains, so that with that of the selection there are no more strata than elsewhere.
const MOST_CHAINS: usize = 49;

/// Most transitions from one class to another: sums of them are whole numbers still.
const MOST_TRANSITIONS: i64 = 1_000_000_000_000;

/// Name of the chain of the selection among the strata of a test.
pub(super) const SELECTION: &str = "selection";

/// A chain from elsewhere.
pub(super) struct GivenChain {
    pub(super) name: String,
    /// Transitions, where they were given.
    pub(super) counts: Option<TransitionCounts>,
    chain: Chain,
}

/// Reads chains between so many classes.
///
/// # Errors
///
/// A refusal that names the row that is wrong.
pub(super) fn read(sent: &[v1::GivenChain], classes: usize) -> Result<Vec<GivenChain>, Refusal> {
    const FIELD: &str = "markov.given_chains";
    if sent.len() > MOST_CHAINS {
        return Err(Refusal::invalid(FIELD, format!("{} of them", sent.len()), &format!("at most {MOST_CHAINS}")));
    }
    let mut read: Vec<GivenChain> = Vec::with_capacity(sent.len());
    for (at, own) in sent.iter().enumerate() {
        let field = format!("{FIELD}[{at}]");
        if own.name.is_empty() || own.name == SELECTION || read.iter().any(|other| other.name == own.name) {
            let allowed = "a name, each once, other than \"selection\"";
            return Err(Refusal::invalid(&format!("{field}.name"), format!("\"{}\"", own.name), allowed));
        }
        read.push(one(own, classes, &field)?);
    }
    Ok(read)
}

fn one(own: &v1::GivenChain, classes: usize, field: &str) -> Result<GivenChain, Refusal> {
    if own.rows.len() != classes {
        let allowed = format!("{classes}, one for each class");
        return Err(Refusal::invalid(&format!("{field}.rows"), format!("{} rows", own.rows.len()), &allowed));
    }
    let has_transitions = own.rows.iter().any(|row| !row.transitions.is_empty());
    for (at, row) in own.rows.iter().enumerate() {
        let (here, other) = match has_transitions {
            true => (row.transitions.len(), row.probabilities.len()),
            false => (row.probabilities.len(), row.transitions.len()),
        };
        if here != classes || other > 0 {
            let sent = format!("{} transitions and {} probabilities", row.transitions.len(), row.probabilities.len());
            let allowed = format!("{classes} transitions in each row, or {classes} probabilities in each");
            return Err(Refusal::invalid(&format!("{field}.rows[{at}]"), sent, &allowed));
        }
    }
    let name = own.name.clone();
    if !has_transitions {
        return Ok(GivenChain { name, counts: None, chain: of_probabilities(&own.rows, field)? });
    }
    let counts = of_transitions(&own.rows, classes, field)?;
    Ok(GivenChain { name, chain: Chain::from_counts(&counts), counts: Some(counts) })
}

fn of_transitions(rows: &[v1::GivenChainRow], classes: usize, field: &str) -> Result<TransitionCounts, Refusal> {
    let mut counts = Vec::with_capacity(classes * classes);
    for (at, row) in rows.iter().enumerate() {
        for (to, &count) in row.transitions.iter().enumerate() {
            match u64::try_from(count) {
                Ok(own) if count <= MOST_TRANSITIONS => counts.push(own),
                _ => {
                    let field = format!("{field}.rows[{at}].transitions[{to}]");
                    return Err(Refusal::invalid(&field, count, &format!("0 to {MOST_TRANSITIONS}")));
                }
            }
        }
    }
    TransitionCounts::try_new(counts, classes).map_err(Refusal::internal)
}

fn of_probabilities(rows: &[v1::GivenChainRow], field: &str) -> Result<Chain, Refusal> {
    let known =
        |row: &v1::GivenChainRow| row.probabilities.iter().any(|own| *own != 0.0).then(|| row.probabilities.clone());
    Chain::try_new(rows.iter().map(known).collect()).map_err(|error| match error {
        ChainError::NotAProbability { row, column, value } => {
            Refusal::invalid(&format!("{field}.rows[{row}].probabilities[{column}]"), value, "0 to 1")
        }
        ChainError::RowSum { row, sum } => {
            let (field, sent) = (format!("{field}.rows[{row}].probabilities"), format!("{sum} in all"));
            Refusal::invalid(&field, sent, "1 in all, or 0 where nothing is known")
        }
        other @ (ChainError::Empty | ChainError::RowLength { .. }) => Refusal::internal(other),
    })
}

impl GivenChain {
    /// What follows from it, as answers show it.
    pub(super) fn compute(
        &self,
        stays: bool,
        weights: Option<&[f64]>,
        progress: &Progress,
    ) -> Result<v1::GivenMarkovChain, Refusal> {
        let chain = markov::with_empty_classes(self.chain.clone(), stays);
        let passage = first_passage(&chain, progress).map_err(refuse::stopped)?;
        let ergodic = ergodic_distributions(&chain);
        let mobility = markov::mobility(&chain, &ergodic, weights)?;
        Ok(v1::GivenMarkovChain {
            name: self.name.clone(),
            states: markov::states(self.counts.as_ref(), &chain, &passage),
            ergodic: markov::distributions(&chain, &ergodic),
            mobility: mobility.alike,
            mobility_at_ergodic: mobility.at_ergodic,
            mobility_at_given: mobility.at_given,
        })
    }
}
