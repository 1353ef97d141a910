//! Markov chains in tables.

use growthpole_contracts::v1::{
    ChiSquaredTest, ClassBasis, ErgodicDistribution, FirstPassage, GivenMarkovChain, HomogeneityTest, MarkovChain,
    MarkovOrderTest, MarkovState, MobilityIndices, RankMarkovChain, RankState, StateKind,
};

use super::ranks::{probability, significance};
use crate::output::format::{NOTHING, fixed, or_nothing, region, words};
use crate::output::table::Table;

pub(super) fn markov(chain: &MarkovChain) -> Vec<Table> {
    let mut tables = vec![transitions(chain), passages(chain)];
    tables.extend(mobility(chain));
    tables.extend(homogeneity(&chain.homogeneity));
    tables.extend(orders(&chain.orders));
    tables.extend(given(&chain.given_chains));
    tables
}

/// Chains from elsewhere: their probabilities, where they are in the long run, and how much they move.
fn given(chains: &[GivenMarkovChain]) -> Option<Table> {
    let classes = chains.iter().map(|chain| chain.states.len()).max()?;
    let mut table = Table::new("Chains from elsewhere")
        .texts(["Chain"])
        .numbers(["Class"])
        .with_numbers((1..=classes).map(|to| format!("to {to}")))
        .numbers(["Stays for", "Long run", "Shorrocks (P)"]);
    for chain in chains {
        for state in &chain.states {
            let mut row = vec![chain.name.clone(), state.class.to_string()];
            row.extend((0..classes).map(|to| probability(state.probabilities.get(to).copied())));
            row.push(stays(state));
            row.push(long_run(&chain.ergodic, state));
            row.push(or_nothing(chain.mobility.map(|own| own.shorrocks), |own| fixed(own, 4)));
            table.cells(row);
        }
    }
    Some(table)
}

/// How long a class is kept.
fn stays(state: &MarkovState) -> String {
    let for_ever = if state.never_left { "for ever" } else { NOTHING };
    state.sojourn.map_or_else(|| for_ever.to_owned(), |periods| fixed(periods, 2))
}

fn transitions(chain: &MarkovChain) -> Table {
    let of = match chain.basis() {
        ClassBasis::Unspecified => "Transitions between given classes",
        ClassBasis::Values => "Transitions between classes of values, class 1 the lowest",
        ClassBasis::RelativeToMean => "Transitions between classes of values relative to the mean, class 1 the lowest",
    };
    let mut table = Table::new(of)
        .numbers(["Class", "Transitions"])
        .with_numbers(chain.states.iter().map(|to| format!("to {}", to.class)))
        .numbers(["Stays for", "Long run"])
        .texts(["Kind"]);
    for state in &chain.states {
        let total: i64 = state.transitions.iter().sum();
        let mut row = vec![state.class.to_string(), total.to_string()];
        row.extend((0..chain.states.len()).map(|to| probability(state.probabilities.get(to).copied())));
        row.push(stays(state));
        row.push(long_run(&chain.ergodic, state));
        row.push(words(StateKind::try_from(state.kind).unwrap_or_default().as_str_name(), "STATE_KIND"));
        table.cells(row);
    }
    table
}

/// The share of time in a class, where it does not depend on the start.
fn long_run(ergodic: &[ErgodicDistribution], state: &MarkovState) -> String {
    let [only] = ergodic else { return NOTHING.to_owned() };
    let own = only.classes.iter().position(|&class| class == state.class);
    fixed(own.and_then(|at| only.probabilities.get(at).copied()).unwrap_or(0.0), 4)
}

fn passages(chain: &MarkovChain) -> Table {
    let mut table = Table::new("Mean number of periods until a class is reached for the first time")
        .numbers(["From class"])
        .with_numbers(chain.states.iter().map(|to| format!("to {}", to.class)));
    for state in &chain.states {
        let mut row = vec![state.class.to_string()];
        row.extend(state.first_passage.iter().map(passage));
        table.cells(row);
    }
    table
}

fn passage(own: &FirstPassage) -> String {
    let nothing = if own.may_never { "never" } else { NOTHING };
    own.mean.map_or_else(|| nothing.to_owned(), |mean| fixed(mean, 1))
}

const INDICES: [&str; 5] = [
    "Shorrocks (P)",
    "Determinant (D)",
    "Second eigenvalue (L2)",
    "Bartholomew, leaving (B1)",
    "Bartholomew, crossed (B2)",
];

/// The indices in the order of their names.
fn indices(own: &MobilityIndices) -> [f64; 5] {
    [own.shorrocks, own.determinant, own.second_eigenvalue, own.bartholomew_leaving, own.bartholomew_crossed]
}

fn mobility(chain: &MarkovChain) -> Option<Table> {
    let mut table = Table::new("Mobility, 0 without any movement").texts(["Index"]).numbers([
        "Classes alike",
        "Long run",
        "Weighted",
    ]);
    let (alike, long_run) = (chain.mobility.as_ref()?, chain.mobility_at_ergodic.as_ref());
    let given = chain.mobility_at_given.as_ref();
    for (at, name) in INDICES.into_iter().enumerate() {
        let [long_run, given] =
            [long_run, given].map(|own| or_nothing(own.map(|own| indices(own)[at]), |index| fixed(index, 4)));
        table.row([name.to_owned(), fixed(indices(alike)[at], 4), long_run, given]);
    }
    Some(table)
}

fn homogeneity(tests: &[HomogeneityTest]) -> Option<Table> {
    let mut table =
        Table::new("Are transitions the same?").texts(["Between", "Test"]).numbers(["Statistic", "Degrees", "p"]);
    for test in tests {
        let named = [("Q", &test.q), ("Likelihood ratio", &test.likelihood_ratio), ("Kullback", &test.kullback)];
        for (name, own) in named {
            let ChiSquaredTest { statistic, degrees_of_freedom, p } = own.unwrap_or_default();
            let (degrees, p) = (degrees_of_freedom.to_string(), significance(p));
            table.row([test.strata.join(", "), name.to_owned(), fixed(statistic, 3), degrees, p]);
        }
    }
    (!tests.is_empty()).then_some(table)
}

fn orders(tests: &[MarkovOrderTest]) -> Option<Table> {
    let mut table = Table::new("How far back does the chain remember? Each order against the one below").numbers([
        "Order",
        "Transitions",
        "Q",
        "Degrees",
        "p",
        "Likelihood ratio",
        "p ",
    ]);
    for test in tests {
        let (q, ratio) = (test.q.unwrap_or_default(), test.likelihood_ratio.unwrap_or_default());
        table.row([
            test.order.to_string(),
            test.transitions.to_string(),
            fixed(q.statistic, 3),
            q.degrees_of_freedom.to_string(),
            significance(q.p),
            fixed(ratio.statistic, 3),
            significance(ratio.p),
        ]);
    }
    (!tests.is_empty()).then_some(table)
}

/// The states of a chain of ranks or regions, and how long it takes from some of them to others.
pub(super) fn ranks(of: &str, chain: &RankMarkovChain) -> Vec<Table> {
    let title = format!("Chain of {of}: where each led in {} steps, and for how long it stays", chain.steps);
    let mut states = Table::new(title).texts(["From", "To (times)"]).numbers(["Stays for"]);
    for state in &chain.states {
        let to = state.transitions.iter().map(|own| format!("{} ({})", label(chain, own.to), own.count));
        let stays = state.sojourn.map_or_else(|| "for ever".to_owned(), |periods| fixed(periods, 2));
        states.row([name(state), to.collect::<Vec<_>>().join(", "), stays]);
    }
    let mut tables = vec![states];
    if !chain.first_passage.is_empty() {
        let mut times = Table::new(format!("Chain of {of}: mean number of periods until another is reached"))
            .texts(["From", "To"])
            .numbers(["Periods"]);
        for own in &chain.first_passage {
            for time in &own.times {
                times.row([label(chain, own.from), label(chain, time.to), fixed(time.mean, 1)]);
            }
        }
        tables.push(times);
    }
    tables
}

/// The name of a state by its number.
fn label(chain: &RankMarkovChain, number: i32) -> String {
    chain.states.iter().find(|state| state.number == number).map_or_else(String::new, name)
}

/// The rank, or the region's name.
fn name(state: &RankState) -> String {
    if state.region.is_some() { region(&state.region).1 } else { state.number.to_string() }
}
