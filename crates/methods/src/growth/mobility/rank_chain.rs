//! Rank Markov chains: which rank leads to which, and which region hands its rank to which.

use super::inverse::invert_dominant;
use crate::{Matrix, Progress, Stopped};

/// Why there is no rank chain.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RankChainError {
    /// There is only one period.
    #[error("ranks change between two periods at least, not in {periods}")]
    TooFewPeriods {
        /// Number of periods.
        periods: usize,
    },
    /// A value is missing or infinite, so that ranks of different periods are not those of the same regions.
    #[error("period {period}, region {region}: {value} cannot be ranked")]
    NotFinite {
        /// Row of the period.
        period: usize,
        /// Column of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A Markov chain whose every state is left and entered once in each step: ranks (from 0, the best) or regions.
///
/// Its transition probabilities therefore add up to one by row and by column: no state is transient, and in the long run the
/// chain is in all states of a set that lead to each other alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankChain {
    /// Where the moves from each state lead, state by state, each in ascending order.
    moves: Vec<u32>,
    n_steps: usize,
}

/// Counts the moves between ranks: a region of rank i has rank j a period later.
///
/// # Shapes and units
///
/// - `values`: periods x regions, all known. The highest value has rank 0; of equal values the one that comes first has the
///   better rank, so that pass regions in the order that is to decide.
///
/// # Errors
///
/// Fewer than two periods, the first value that is missing or infinite, or [`Stopped`]: each period counts one unit.
///
/// # Source
///
/// Rey (2014), Rank-based Markov chains for regional income distribution dynamics, Journal of Geographical Systems 16(2),
/// 115-137. In giddy the one that comes first among equals has the worse rank.
pub fn full_rank_chain(values: &Matrix, progress: &Progress) -> Result<RankChain, RankChainError> {
    let orders = orders(values, progress)?;
    let moves = orders.windows(2).flat_map(|pair| {
        let mut rank_then = vec![0; pair[1].len()];
        (0..).zip(&pair[1]).for_each(|(rank, &region)| rank_then[region as usize] = rank);
        (0..).zip(&pair[0]).map(move |(rank, &region)| (rank, rank_then[region as usize])).collect::<Vec<_>>()
    });
    Ok(RankChain::of(moves, values.n_columns(), orders.len() - 1))
}

/// Counts the moves of ranks between regions: the rank of region i is that of region j a period later.
///
/// # Shapes and units
///
/// - `values`: as in [`full_rank_chain`].
///
/// # Errors
///
/// As [`full_rank_chain`].
///
/// # Source
///
/// As [`full_rank_chain`].
pub fn geographic_rank_chain(values: &Matrix, progress: &Progress) -> Result<RankChain, RankChainError> {
    let orders = orders(values, progress)?;
    let moves = orders.windows(2).flat_map(|pair| pair[0].iter().copied().zip(pair[1].iter().copied()));
    Ok(RankChain::of(moves, values.n_columns(), orders.len() - 1))
}

/// The regions by rank, in each period.
fn orders(values: &Matrix, progress: &Progress) -> Result<Vec<Vec<u32>>, RankChainError> {
    if values.n_rows() < 2 {
        return Err(RankChainError::TooFewPeriods { periods: values.n_rows() });
    }
    if let Some(at) = values.cells().iter().position(|value| !value.is_finite()) {
        let (period, region) = (at / values.n_columns(), at % values.n_columns());
        return Err(RankChainError::NotFinite { period, region, value: values.cells()[at] });
    }
    progress.expect(values.n_rows());
    let order = |row: &[f64]| {
        progress.advance(1)?;
        // Adding zero turns -0 into 0, so that both are equal; then the position decides.
        let mut order: Vec<(f64, u32)> = row.iter().map(|value| value + 0.0).zip(0..).collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Ok(order.into_iter().map(|(_, region)| region).collect())
    };
    values.rows().map(order).collect()
}

impl RankChain {
    /// Takes moves step by step, each from every state.
    fn of(moves: impl Iterator<Item = (u32, u32)>, n_states: usize, n_steps: usize) -> Self {
        let mut by_state = vec![0; n_states * n_steps];
        for (at, (from, to)) in moves.enumerate() {
            by_state[from as usize * n_steps + at / n_states] = to;
        }
        by_state.chunks_mut(n_steps).for_each(<[u32]>::sort_unstable);
        Self { moves: by_state, n_steps }
    }

    /// Number of states: of ranks, or of regions.
    pub fn n_states(&self) -> usize {
        self.moves.len() / self.n_steps
    }

    /// Number of steps from one period to the next: of moves from each state.
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// States that moves from one lead to, in order, with their number; like indexing, `from` must be there.
    pub fn transitions(&self, from: usize) -> impl Iterator<Item = (usize, usize)> {
        self.moves_from(from).chunk_by(|a, b| a == b).map(|same| (same[0] as usize, same.len()))
    }

    fn moves_from(&self, from: usize) -> &[u32] {
        &self.moves[from * self.n_steps..(from + 1) * self.n_steps]
    }

    /// Number of steps that stay in a state; like indexing, `state` must be there.
    pub fn stays(&self, state: usize) -> usize {
        self.moves_from(state).iter().filter(|&&to| to as usize == state).count()
    }

    /// Mean number of periods that the chain stays in each state before it leaves; infinite where it never does.
    pub fn sojourn_times(&self) -> Vec<f64> {
        let steps = self.n_steps as f64;
        (0..self.n_states()).map(|state| steps / (steps - self.stays(state) as f64)).collect()
    }

    /// Sets of states that lead to each other, by their first state. The chain never leaves the one it is in.
    ///
    /// Every state is entered as often as it is left, so that whatever one leads to leads back to it.
    pub fn classes(&self) -> Vec<Vec<usize>> {
        let mut links: Vec<u32> = (0..self.n_states() as u32).collect();
        let root = |links: &mut [u32], mut state: u32| {
            while links[state as usize] != state {
                links[state as usize] = links[links[state as usize] as usize];
                state = links[state as usize];
            }
            state
        };
        for from in 0..self.n_states() {
            for &to in self.moves_from(from) {
                let (a, b) = (root(&mut links, from as u32), root(&mut links, to));
                links[a.max(b) as usize] = a.min(b);
            }
        }
        let mut classes: Vec<Vec<usize>> = vec![Vec::new(); self.n_states()];
        for state in 0..self.n_states() {
            classes[root(&mut links, state as u32) as usize].push(state);
        }
        classes.retain(|class| !class.is_empty());
        classes
    }

    /// Computes the distribution over states in the long run, by class of [`RankChain::classes`]: the same for every state
    /// of the class.
    pub fn ergodic_probabilities(&self) -> Vec<f64> {
        self.classes().iter().map(|class| 1.0 / class.len() as f64).collect()
    }

    /// Computes the mean number of periods from each state (row) until the chain comes to each other one (column), and on the
    /// diagonal until it returns.
    ///
    /// With n states that lead to each other, g the inverse of 1 - P without the last of them (and 0 for it), and r the sums
    /// of its rows:
    ///
    /// ```text
    /// m[i, j] = n (d[i, j] - g[i, j] + g[j, j]) + r[i] - r[j],   d[i, i] = 1
    /// ```
    ///
    /// # Shapes and units
    ///
    /// - returns: states x states in periods; infinite between states that do not lead to each other.
    ///
    /// The cost grows with the third power of the number of states, and so does the memory with the second: 3 000 states
    /// take seconds and some 150 megabytes.
    ///
    /// # Errors
    ///
    /// [`Stopped`] when the caller wants no more.
    ///
    /// # Source
    ///
    /// Hunter (1982), Linear Algebra and its Applications 45, 157-198, theorem 5.1, for a chain whose distribution in the
    /// long run is even.
    pub fn mean_first_passage(&self, progress: &Progress) -> Result<Matrix, Stopped> {
        let n = self.n_states();
        let mut times = vec![f64::INFINITY; n * n];
        for class in self.classes() {
            self.passage_within(&class, &mut times, progress)?;
        }
        Ok(Matrix::from_fn(n, n, |from, to| times[from * n + to]))
    }

    /// Fills in the times within a class.
    fn passage_within(&self, class: &[usize], times: &mut [f64], progress: &Progress) -> Result<(), Stopped> {
        let (n, states) = (self.n_states(), class.len());
        let kept = states - 1;
        let mut place = vec![usize::MAX; n];
        (0..kept).for_each(|at| place[class[at]] = at);
        // By column: 1 - P without the last state.
        let mut g = vec![0.0; kept * kept];
        for (row, &from) in class[..kept].iter().enumerate() {
            g[row * kept + row] = 1.0;
            for (to, count) in self.transitions(from).filter(|&(to, _)| place[to] < kept) {
                g[place[to] * kept + row] -= count as f64 / self.n_steps as f64;
            }
        }
        invert_dominant(&mut g, kept, progress)?;

        let g_of = |row: usize, column: usize| if row < kept && column < kept { g[column * kept + row] } else { 0.0 };
        let mut row_sums = vec![0.0; states];
        for column in g.chunks(kept.max(1)) {
            row_sums.iter_mut().zip(column).for_each(|(sum, cell)| *sum += cell);
        }
        for (column, &to) in class.iter().enumerate() {
            let diagonal = g_of(column, column);
            for (row, &from) in class.iter().enumerate() {
                let same = if row == column { 1.0 } else { 0.0 };
                let visits = same + (diagonal - g_of(row, column));
                times[from * n + to] = states as f64 * visits + (row_sums[row] - row_sums[column]);
            }
            if column % 64 == 63 {
                progress.check()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::chain::Chain;
    use super::super::first_passage::first_passage;
    use super::*;

    /// Three periods of four regions: 0 and 1 change places, then nothing; 2 and 3 are equal and stay.
    fn values() -> Matrix {
        Matrix::try_new(vec![4.0, 3.0, 1.0, 1.0, 3.0, 4.0, 1.0, 1.0, 3.0, 4.0, 1.0, 1.0], 4).unwrap()
    }

    fn transitions(chain: &RankChain) -> Vec<Vec<(usize, usize)>> {
        (0..chain.n_states()).map(|state| chain.transitions(state).collect()).collect()
    }

    #[test]
    fn counts_moves_of_regions_and_of_ranks() {
        let full = full_rank_chain(&values(), &Progress::new()).unwrap();
        assert_eq!(transitions(&full), [vec![(0, 1), (1, 1)], vec![(0, 1), (1, 1)], vec![(2, 2)], vec![(3, 2)]]);
        assert_eq!((full.n_states(), full.n_steps(), full.stays(2)), (4, 2, 2));
        assert_eq!(full.sojourn_times(), [2.0, 2.0, f64::INFINITY, f64::INFINITY]);
        assert_eq!(full.classes(), [vec![0, 1], vec![2], vec![3]]);
        assert_eq!(full.ergodic_probabilities(), [0.5, 1.0, 1.0]);
        assert_eq!(geographic_rank_chain(&values(), &Progress::new()).unwrap(), full);
    }

    #[test]
    fn times_of_passage_are_those_of_any_chain() {
        let cells = (0..9 * 12).map(|at| f64::from(at * at * 37 % 101));
        let values = Matrix::try_new(cells.collect(), 12).unwrap();
        let progress = Progress::new();
        for chain in [full_rank_chain(&values, &progress), geographic_rank_chain(&values, &progress)] {
            let chain = chain.unwrap();
            let row = |state: usize| {
                let mut row = vec![0.0; 12];
                chain.transitions(state).for_each(|(to, count)| row[to] = count as f64 / 8.0);
                Some(row)
            };
            let expected = first_passage(&Chain::try_new((0..12).map(row).collect()).unwrap(), &Progress::new());
            let own = chain.mean_first_passage(&Progress::new()).unwrap();
            for (own, expected) in own.cells().iter().zip(expected.unwrap().means.cells()) {
                assert!(own == expected || (own - expected).abs() <= 1e-11 * expected, "{own} is not {expected}");
            }
        }
    }

    #[test]
    fn states_that_do_not_meet_are_infinitely_far() {
        let times = full_rank_chain(&values(), &Progress::new()).unwrap().mean_first_passage(&Progress::new()).unwrap();
        let never = f64::INFINITY;
        assert_eq!(times.row(0), [2.0, 2.0, never, never]);
        assert_eq!(times.row(2), [never, never, 1.0, never]);
    }

    #[test]
    fn refuses_what_cannot_be_ranked_and_stops_when_asked() {
        let progress = Progress::new();
        let of = |cells: &[f64]| full_rank_chain(&Matrix::try_new(cells.to_vec(), 2).unwrap(), &progress);
        assert_eq!(of(&[1.0, 2.0]), Err(RankChainError::TooFewPeriods { periods: 1 }));
        let infinite = RankChainError::NotFinite { period: 1, region: 0, value: f64::INFINITY };
        assert_eq!(of(&[1.0, 2.0, f64::INFINITY, 1.0]), Err(infinite));
        let chain = of(&[1.0, 2.0, 2.0, 1.0]).unwrap();
        progress.stop();
        assert_eq!(chain.mean_first_passage(&progress), Err(Stopped));
        assert_eq!(of(&[1.0, 2.0, 2.0, 1.0]), Err(RankChainError::Stopped(Stopped)));
    }
}
