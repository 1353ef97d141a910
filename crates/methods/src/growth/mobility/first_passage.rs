//! First passage times: how long a chain takes from one state to another.

use super::chain::Chain;
use crate::{Matrix, Progress, Stopped};

/// First passage times by the state where the chain starts (row) and the state that it comes to (column).
#[derive(Debug, Clone, PartialEq)]
pub struct FirstPassage {
    /// Mean number of periods until the chain comes to a state for the first time after the start: infinite where it may
    /// never come there, NaN where that depends on a state from which nothing is known.
    pub means: Matrix,
    /// Variance of that number; NaN where the mean is not finite.
    pub variances: Matrix,
}

/// Computes mean and variance of first passage times between all states.
///
/// With j the state to come to, F the states from which that is sure, and sums over F without j:
///
/// ```text
/// m[i, j] = 1 + sum p[i, k] m[k, j]
/// s[i, j] = 1 + sum p[i, k] (2 m[k, j] + s[k, j])        variance = s - m^2
/// ```
///
/// On the diagonal is the time of return.
///
/// # Shapes and units
///
/// - returns: states x states, in periods and periods squared. The cost grows with the fourth power of the number of states:
///   for ranks of many regions see [`super::RankChain::mean_first_passage`].
///
/// # Errors
///
/// [`Stopped`] when the caller wants no more; each state counts one unit.
///
/// # Source
///
/// Kemeny and Snell (1976), Finite Markov Chains, chapters 3 and 4. They state matrix inverses; this solves for each state
/// without subtractions (Grassmann, Taksar and Heyman 1985), so that chains that hardly move lose no digits, and chains
/// that fall apart have their finite and infinite times side by side.
pub fn first_passage(chain: &Chain, progress: &Progress) -> Result<FirstPassage, Stopped> {
    let n = chain.n_states();
    progress.expect(n);
    let reach = chain.reachable();
    let mut columns = Vec::with_capacity(n);
    for target in 0..n {
        columns.push(to_state(chain, &reach, target));
        progress.advance(1)?;
    }
    Ok(FirstPassage {
        means: Matrix::from_fn(n, n, |from, to| columns[to][from].0),
        variances: Matrix::from_fn(n, n, |from, to| columns[to][from].1),
    })
}

/// Mean and variance from each state to one.
fn to_state(chain: &Chain, reach: &[Vec<bool>], target: usize) -> Vec<(f64, f64)> {
    let n = chain.n_states();
    let others = || (0..n).filter(move |&state| state != target);
    let has_row = |state: usize| chain.row(state).is_some();
    let ends_open = |state: usize| others().any(|to| !has_row(to) && (to == state || reach[state][to]));
    // The chain may never come where it can first be caught elsewhere, and nobody knows where it can first end open.
    let caught: Vec<usize> = others().filter(|&state| !reach[state][target] && !ends_open(state)).collect();
    let never = coming_to(chain, target, caught);
    let unknown = coming_to(chain, target, others().filter(|&state| !has_row(state)).collect());
    let sure: Vec<usize> = others().filter(|&state| !never[state] && !unknown[state]).collect();

    let system = Leaving::new(chain, &sure, target);
    let own_means = system.solve(vec![1.0; sure.len()]);
    let own_squares = system.solve(own_means.iter().map(|mean| 2.0 * mean - 1.0).collect());
    // Means, and means of squares.
    let mut times: Vec<(f64, f64)> =
        never.iter().map(|&never| (if never { f64::INFINITY } else { f64::NAN }, f64::NAN)).collect();
    for (&state, own) in sure.iter().zip(own_means.into_iter().zip(own_squares)) {
        times[state] = own;
    }
    times[target] = time_of_return(chain.row(target), target, &times);
    let variance =
        |(mean, square): (f64, f64)| if mean.is_finite() { (square - mean * mean).max(0.0) } else { f64::NAN };
    times.into_iter().map(|own| (own.0, variance(own))).collect()
}

/// Mean and mean of squares of the time of return to a state with this row, from the times of the others.
fn time_of_return(row: Option<&[f64]>, target: usize, times: &[(f64, f64)]) -> (f64, f64) {
    let Some(row) = row else { return (f64::NAN, f64::NAN) };
    let next = || (0..row.len()).filter(|&state| state != target && row[state] > 0.0);
    if next().any(|state| times[state].0 == f64::INFINITY) {
        return (f64::INFINITY, f64::NAN);
    }
    let mean = 1.0 + next().map(|state| row[state] * times[state].0).sum::<f64>();
    let square = 1.0 + next().map(|state| row[state] * (2.0 * times[state].0 + times[state].1)).sum::<f64>();
    (mean, square)
}

/// Marks the states from which the chain can come to one of the `ends` before it comes to `target`, and the ends.
fn coming_to(chain: &Chain, target: usize, ends: Vec<usize>) -> Vec<bool> {
    let mut marked = vec![false; chain.n_states()];
    let mut open = ends;
    open.iter().for_each(|&end| marked[end] = true);
    while let Some(to) = open.pop() {
        for (from, marked) in marked.iter_mut().enumerate() {
            if from != target && !*marked && chain.leads(from, to) {
                *marked = true;
                open.push(from);
            }
        }
    }
    marked
}

/// The equations `x = b + P x` over states that are all left for a target, with the states taken out from the last on.
struct Leaving {
    /// Before the diagonal: probabilities between states; behind it: what each state inherits from those taken out.
    p: Vec<f64>,
    /// Probability of going to a state before or to the target.
    leaving: Vec<f64>,
}

impl Leaving {
    fn new(chain: &Chain, states: &[usize], target: usize) -> Self {
        let n = states.len();
        let entry = |from: usize, to: usize| chain.row(states[from]).map_or(0.0, |row| row[to]);
        let mut p: Vec<f64> = (0..n * n).map(|cell| entry(cell / n, states[cell % n])).collect();
        let mut to_target: Vec<f64> = (0..n).map(|from| entry(from, target)).collect();
        let mut leaving = vec![0.0; n];
        for out in (0..n).rev() {
            leaving[out] = to_target[out] + p[out * n..out * n + out].iter().sum::<f64>();
            for from in 0..out {
                p[from * n + out] /= leaving[out];
                let inherited = p[from * n + out];
                to_target[from] += inherited * to_target[out];
                for to in 0..out {
                    p[from * n + to] += inherited * p[out * n + to];
                }
            }
        }
        Self { p, leaving }
    }

    fn solve(&self, mut b: Vec<f64>) -> Vec<f64> {
        let n = b.len();
        for out in (0..n).rev() {
            for from in 0..out {
                b[from] += self.p[from * n + out] * b[out];
            }
        }
        for state in 0..n {
            let before: f64 = (0..state).map(|to| self.p[state * n + to] * b[to]).sum();
            b[state] = (b[state] + before) / self.leaving[state];
        }
        b
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn passage(rows: &[&[f64]]) -> FirstPassage {
        let rows = rows.iter().map(|row| (!row.is_empty()).then(|| row.to_vec())).collect();
        first_passage(&Chain::try_new(rows).unwrap(), &Progress::new()).unwrap()
    }

    fn close(own: &[f64], expected: &[f64]) {
        let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-13 * b.abs();
        assert!(own.iter().zip(expected).all(|(&a, &b)| same(a, b)), "{own:?} is not {expected:?}");
    }

    #[test]
    fn the_weather_of_oz() {
        // Kemeny and Snell (1976), sections 4.4 and 4.5.
        let oz = passage(&[&[0.5, 0.25, 0.25], &[0.5, 0.0, 0.5], &[0.25, 0.25, 0.5]]);
        close(oz.means.row(0), &[2.5, 4.0, 10.0 / 3.0]);
        close(oz.means.row(1), &[8.0 / 3.0, 5.0, 8.0 / 3.0]);
        close(oz.variances.row(0), &[67.0 / 12.0, 12.0, 62.0 / 9.0]);
        close(oz.variances.row(1), &[56.0 / 9.0, 12.0, 56.0 / 9.0]);
    }

    #[test]
    fn a_chain_that_falls_apart_has_finite_and_infinite_times() {
        let (never, unknown) = (f64::INFINITY, f64::NAN);
        // The case of giddy where its solver finds a singular matrix: two states that take turns, one that is never left,
        // one without transitions.
        let none: &[f64] = &[];
        let times = passage(&[&[0.0, 1.0, 0.0, 0.0], &[0.5, 0.5, 0.0, 0.0], &[0.0, 0.0, 1.0, 0.0], none]);
        close(times.means.row(0), &[3.0, 1.0, never, never]);
        close(times.means.row(1), &[2.0, 1.5, never, never]);
        close(times.means.row(2), &[never, never, 1.0, never]);
        close(times.means.row(3), &[unknown; 4]);
        close(times.variances.row(1), &[2.0, 0.25, unknown, unknown]);
    }

    #[test]
    fn a_transient_state_on_the_only_way_is_surely_passed() {
        // 0 leads to 1 only; 1 leads to 2 or 3, which are never left.
        let times =
            passage(&[&[0.5, 0.5, 0.0, 0.0], &[0.0, 0.0, 0.5, 0.5], &[0.0, 0.0, 1.0, 0.0], &[0.0, 0.0, 0.0, 1.0]]);
        let never = f64::INFINITY;
        close(times.means.row(0), &[never, 2.0, never, never]);
        close(times.means.row(1), &[never, never, never, never]);
        close(times.variances.row(0)[1..2].as_ref(), &[2.0]);
    }

    #[test]
    fn what_depends_on_an_open_end_is_unknown() {
        // From 1 the chain goes to 0 or to 2, from which nothing is known.
        let none: &[f64] = &[];
        let times = passage(&[&[0.0, 1.0, 0.0], &[0.5, 0.0, 0.5], none]);
        let unknown = f64::NAN;
        // It surely comes to the open end, in a known time, whatever happens then.
        close(times.means.row(0), &[unknown, 1.0, 4.0]);
        close(times.means.row(1), &[unknown, unknown, 3.0]);
        close(times.means.row(2), &[unknown; 3]);
    }

    #[test]
    fn chains_that_hardly_move_lose_no_digits() {
        let times = passage(&[&[1.0 - 1e-13, 1e-13], &[1.0, 0.0]]);
        close(times.means.row(0), &[1.0 + 1e-13, 1e13]);
    }

    #[test]
    fn stops_when_asked() {
        let progress = Progress::new();
        progress.stop();
        assert_eq!(first_passage(&Chain::try_new(vec![Some(vec![1.0])]).unwrap(), &progress), Err(Stopped));
    }
}
