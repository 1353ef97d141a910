//! Sojourn times: how long a chain stays in a state.

use super::chain::Chain;

/// Computes the mean number of periods that a chain stays in each state before it leaves.
///
/// ```text
/// sojourn[i] = 1 / (1 - p[i, i])
/// ```
///
/// # Shapes and units
///
/// - returns: a number of periods, at least 1, by state: infinite for a state that is never left, none for one from which no
///   transition is known.
///
/// # Source
///
/// Ibe (2009), Markov Processes for Stochastic Modeling, Academic Press.
pub fn sojourn_times(chain: &Chain) -> Vec<Option<f64>> {
    (0..chain.n_states()).map(|state| chain.leaving(state).map(|leaving| 1.0 / leaving)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn stays_longer_where_it_leaves_less_often() {
        let chain = Chain::try_new(vec![Some(vec![0.75, 0.25, 0.0]), Some(vec![0.0, 1.0, 0.0]), None]).unwrap();
        assert_eq!(sojourn_times(&chain), [Some(4.0), Some(f64::INFINITY), None]);
    }
}
