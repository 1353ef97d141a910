//! Ergodic distributions: where a chain is found in the long run.

use super::chain::Chain;

/// Computes the distribution over states in the long run, for each set of states that is never left.
///
/// ```text
/// pi = pi P,  sum(pi) = 1,  over the states of the set
/// ```
///
/// A chain with one such set has one distribution, to which it tends from everywhere (on average over periods where it
/// takes turns). With several, which one it tends to depends on where it starts.
///
/// # Shapes and units
///
/// - returns: the recurrent classes in the order of [`super::ChainStructure::recurrent`], each with a probability for every
///   state of the chain: positive on the states of the set and 0 elsewhere. None at all where every state can come to one
///   from which nothing is known.
///
/// # Source
///
/// Kemeny and Snell (1976), Finite Markov Chains; computed without subtractions after Grassmann, Taksar and Heyman (1985),
/// Operations Research 33(5), 1107-1116.
pub fn ergodic_distributions(chain: &Chain) -> Vec<Vec<f64>> {
    let of_set = |set: &Vec<usize>| {
        let mut distribution = vec![0.0; chain.n_states()];
        for (&state, probability) in set.iter().zip(stationary(chain, set)) {
            distribution[state] = probability;
        }
        distribution
    };
    chain.structure().recurrent.iter().map(of_set).collect()
}

/// The stationary distribution over a set of states that lead to each other and to no others.
///
/// States are taken out from the last on, and the ways through them are added to the direct ones; then the number of visits
/// to each is found from those to the states before it.
fn stationary(chain: &Chain, set: &[usize]) -> Vec<f64> {
    let n = set.len();
    let entry = |from: usize, to: usize| chain.row(set[from]).map_or(0.0, |row| row[set[to]]);
    let mut p: Vec<f64> = (0..n * n).map(|cell| entry(cell / n, cell % n)).collect();
    for out in (1..n).rev() {
        let leaving: f64 = p[out * n..out * n + out].iter().sum();
        for from in 0..out {
            p[from * n + out] /= leaving;
            for to in 0..out {
                p[from * n + to] += p[from * n + out] * p[out * n + to];
            }
        }
    }
    let mut visits = vec![1.0; n];
    for state in 1..n {
        visits[state] = (0..state).map(|from| visits[from] * p[from * n + state]).sum();
    }
    let total: f64 = visits.iter().sum();
    visits.into_iter().map(|visits| visits / total).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn chain(rows: &[&[f64]]) -> Chain {
        Chain::try_new(rows.iter().map(|row| (!row.is_empty()).then(|| row.to_vec())).collect()).unwrap()
    }

    fn close(own: &[f64], expected: &[f64]) {
        assert!(own.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{own:?} is not {expected:?}");
    }

    #[test]
    fn the_weather_of_oz_is_two_fifths_rain() {
        let oz = chain(&[&[0.5, 0.25, 0.25], &[0.5, 0.0, 0.5], &[0.25, 0.25, 0.5]]);
        let distributions = ergodic_distributions(&oz);
        assert_eq!(distributions.len(), 1);
        close(&distributions[0], &[0.4, 0.2, 0.4]);
    }

    #[test]
    fn each_recurrent_class_has_its_own() {
        let distributions = ergodic_distributions(&chain(&[
            &[0.2, 0.3, 0.1, 0.4],
            &[0.0, 0.0, 1.0, 0.0],
            &[0.0, 0.5, 0.5, 0.0],
            &[0.0, 0.0, 0.0, 1.0],
        ]));
        assert_eq!(distributions.len(), 2);
        close(&distributions[0], &[0.0, 1.0 / 3.0, 2.0 / 3.0, 0.0]);
        close(&distributions[1], &[0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn hardly_connected_states_keep_their_proportions() {
        // From 0 to 1 once in 1e12 periods, back twice as often.
        let distributions = ergodic_distributions(&chain(&[&[1.0 - 1e-12, 1e-12], &[2e-12, 1.0 - 2e-12]]));
        close(&distributions[0], &[2.0 / 3.0, 1.0 / 3.0]);
    }

    #[test]
    fn what_is_open_ended_has_none() {
        assert!(ergodic_distributions(&chain(&[&[0.5, 0.5], &[]])).is_empty());
    }
}
