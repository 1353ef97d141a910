//! Markov chains between classes, and which of their states are returned to for ever.

use super::transitions::TransitionCounts;

/// Why rows are not those of a Markov chain.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ChainError {
    /// There is no state.
    #[error("a chain needs at least one state")]
    Empty,
    /// A row does not have an entry for every state.
    #[error("row {row} has {entries} entries, not one for every state")]
    RowLength {
        /// The row.
        row: usize,
        /// Number of its entries.
        entries: usize,
    },
    /// An entry is not a probability.
    #[error("row {row}, column {column}: {value} is not a probability")]
    NotAProbability {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The entry.
        value: f64,
    },
    /// The entries of a row do not add up to one.
    #[error("row {row} adds up to {sum}, not to 1")]
    RowSum {
        /// The row.
        row: usize,
        /// Sum of its entries.
        sum: f64,
    },
}

/// What becomes of a chain that is in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateKind {
    /// It returns to the state for ever.
    Recurrent,
    /// It leaves the state for good sooner or later.
    Transient,
    /// It can come to a state from which no transition was ever observed, and what happens then is unknown.
    OpenEnded,
    /// No transition leads from or to the state.
    Unvisited,
}

/// Which states lead to which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainStructure {
    /// What becomes of the chain, by state.
    pub kinds: Vec<StateKind>,
    /// Sets of states that lead to each other, by their first state; each state that is visited is in one of them.
    pub communicating: Vec<Vec<usize>>,
    /// Those of the sets that are never left.
    pub recurrent: Vec<Vec<usize>>,
    /// States that are never left.
    pub absorbing: Vec<usize>,
}

/// A Markov chain: the probabilities of going from a state to each other one within a period. A state from which no
/// transition was observed has none: it has no row.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    rows: Vec<Option<Vec<f64>>>,
}

impl Chain {
    /// Estimates a chain: the share of the transitions from a class that lead to each class.
    ///
    /// ```text
    /// p[i, j] = N[i, j] / sum over j of N[i, j]
    /// ```
    ///
    /// # Source
    ///
    /// Anderson and Goodman (1957), Annals of Mathematical Statistics 28(1), 89-110: the maximum likelihood.
    pub fn from_counts(counts: &TransitionCounts) -> Self {
        let row = |from: &[u64]| {
            let total: u64 = from.iter().sum();
            (total > 0).then(|| from.iter().map(|&count| count as f64 / total as f64).collect())
        };
        Self { rows: counts.rows().map(row).collect() }
    }

    /// Takes a state from which no transition was observed as one that is never left. That is an assumption, not an estimate.
    #[must_use]
    pub fn staying_where_unknown(mut self) -> Self {
        let n = self.rows.len();
        for (state, row) in self.rows.iter_mut().enumerate() {
            row.get_or_insert_with(|| (0..n).map(|to| f64::from(u8::from(to == state))).collect());
        }
        self
    }

    /// Takes probabilities, row by row; none for a state from which nothing is known.
    ///
    /// # Errors
    ///
    /// No rows, or the first row that is too short or long, holds what is no probability, or does not add up to one within
    /// 1e-9.
    pub fn try_new(rows: Vec<Option<Vec<f64>>>) -> Result<Self, ChainError> {
        if rows.is_empty() {
            return Err(ChainError::Empty);
        }
        for (row, entries) in rows.iter().enumerate() {
            let Some(entries) = entries else { continue };
            if entries.len() != rows.len() {
                return Err(ChainError::RowLength { row, entries: entries.len() });
            }
            if let Some(column) = entries.iter().position(|entry| !(0.0..=1.0).contains(entry)) {
                return Err(ChainError::NotAProbability { row, column, value: entries[column] });
            }
            let sum: f64 = entries.iter().sum();
            if (sum - 1.0).abs() > 1e-9 {
                return Err(ChainError::RowSum { row, sum });
            }
        }
        Ok(Self { rows })
    }

    /// Number of states.
    pub fn n_states(&self) -> usize {
        self.rows.len()
    }

    /// Probabilities from a state by the state they lead to, where any are known; like indexing, `from` must be there.
    pub fn row(&self, from: usize) -> Option<&[f64]> {
        self.rows[from].as_deref()
    }

    /// States from which no transition is known.
    pub fn states_without_row(&self) -> Vec<usize> {
        (0..self.n_states()).filter(|&state| self.rows[state].is_none()).collect()
    }

    /// Probability of leaving a state within a period; none where nothing is known. Summed over the other states, so that
    /// it is exactly zero for a state that is never left.
    pub fn leaving(&self, from: usize) -> Option<f64> {
        let others = self.row(from)?.iter().enumerate().filter(|&(to, _)| to != from);
        Some(others.map(|(_, probability)| probability).sum())
    }

    /// Whether the chain can go from one state to another within a period.
    pub(super) fn leads(&self, from: usize, to: usize) -> bool {
        self.row(from).is_some_and(|row| row[to] > 0.0)
    }

    /// States that can be reached from each state in one period or more, by state and then by state reached.
    pub(super) fn reachable(&self) -> Vec<Vec<bool>> {
        (0..self.n_states()).map(|state| self.reachable_from(state)).collect()
    }

    fn reachable_from(&self, start: usize) -> Vec<bool> {
        let mut reached = vec![false; self.n_states()];
        let mut open = vec![start];
        while let Some(from) = open.pop() {
            for (to, reached) in reached.iter_mut().enumerate() {
                if !*reached && self.leads(from, to) {
                    *reached = true;
                    open.push(to);
                }
            }
        }
        reached
    }

    /// Finds which states lead to which, and what becomes of the chain in each of them.
    ///
    /// # Source
    ///
    /// Kemeny and Snell (1976), Finite Markov Chains, chapter 2.
    pub fn structure(&self) -> ChainStructure {
        let n = self.n_states();
        let reach = self.reachable();
        let visited: Vec<bool> =
            (0..n).map(|state| self.rows[state].is_some() || (0..n).any(|from| reach[from][state])).collect();
        let kind = |state: usize| {
            let open_ended = (0..n).any(|to| self.rows[to].is_none() && (to == state || reach[state][to]));
            match (visited[state], open_ended) {
                (false, _) => StateKind::Unvisited,
                (true, true) => StateKind::OpenEnded,
                (true, false) if (0..n).all(|to| !reach[state][to] || reach[to][state]) => StateKind::Recurrent,
                (true, false) => StateKind::Transient,
            }
        };
        let kinds: Vec<StateKind> = (0..n).map(kind).collect();
        let mut communicating: Vec<Vec<usize>> = Vec::new();
        for state in (0..n).filter(|&state| visited[state]) {
            match communicating.iter_mut().find(|set| reach[state][set[0]] && reach[set[0]][state]) {
                Some(set) => set.push(state),
                None => communicating.push(vec![state]),
            }
        }
        let recurrent = communicating.iter().filter(|set| kinds[set[0]] == StateKind::Recurrent).cloned().collect();
        let absorbing = (0..n).filter(|&state| self.leaving(state) == Some(0.0)).collect();
        ChainStructure { kinds, communicating, recurrent, absorbing }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use StateKind::{OpenEnded, Recurrent, Transient, Unvisited};

    fn chain(rows: &[&[f64]]) -> Chain {
        Chain::try_new(rows.iter().map(|row| (!row.is_empty()).then(|| row.to_vec())).collect()).unwrap()
    }

    /// giddy 2.3.8, `steady_state(P, fill_empty_classes=True)` and `mfpt(P, fill_empty_classes=True)`: 0, 0, 1 in the long run.
    #[test]
    fn a_state_without_transitions_may_be_taken_as_never_left() {
        let open = chain(&[&[0.75, 0.25], &[]]);
        assert_eq!(open.structure().kinds, [OpenEnded, OpenEnded]);
        let stays = open.staying_where_unknown();
        assert_eq!(stays.structure().kinds, [Transient, Recurrent]);
        assert_eq!((stays.row(0), stays.row(1)), (Some([0.75, 0.25].as_slice()), Some([0.0, 1.0].as_slice())));
    }

    #[test]
    fn a_class_without_transitions_has_no_row() {
        let counts = TransitionCounts::try_new(vec![1, 3, 0, 0, 2, 0, 0, 0, 0], 3).unwrap();
        let chain = Chain::from_counts(&counts);
        assert_eq!((chain.row(0), chain.row(1)), (Some(&[0.25, 0.75, 0.0][..]), Some(&[0.0, 1.0, 0.0][..])));
        assert_eq!((chain.row(2), chain.states_without_row()), (None, vec![2]));
        assert_eq!((chain.leaving(0), chain.leaving(1), chain.leaving(2)), (Some(0.75), Some(0.0), None));
        let structure = chain.structure();
        assert_eq!(structure.kinds, [Transient, Recurrent, Unvisited]);
        assert_eq!((structure.communicating, structure.recurrent), (vec![vec![0], vec![1]], vec![vec![1]]));
        assert_eq!(structure.absorbing, [1]);
    }

    #[test]
    fn what_leads_to_a_class_without_a_row_is_open_ended() {
        // 0 and 1 lead to each other and to 2, from which nothing is known; 3 and 4 take turns for ever.
        let none: &[f64] = &[];
        let structure = chain(&[
            &[0.0, 1.0, 0.0, 0.0, 0.0],
            &[0.5, 0.0, 0.5, 0.0, 0.0],
            none,
            &[0.0, 0.0, 0.0, 0.0, 1.0],
            &[0.0, 0.0, 0.0, 1.0, 0.0],
        ])
        .structure();
        assert_eq!(structure.kinds, [OpenEnded, OpenEnded, OpenEnded, Recurrent, Recurrent]);
        assert_eq!(structure.communicating, [vec![0, 1], vec![2], vec![3, 4]]);
        assert_eq!((structure.recurrent, structure.absorbing), (vec![vec![3, 4]], vec![]));
    }

    #[test]
    fn refuses_what_is_no_chain() {
        let of = |rows: Vec<Vec<f64>>| Chain::try_new(rows.into_iter().map(Some).collect());
        assert_eq!(of(vec![]), Err(ChainError::Empty));
        assert_eq!(of(vec![vec![0.5, 0.5]]), Err(ChainError::RowLength { row: 0, entries: 2 }));
        let negative = ChainError::NotAProbability { row: 0, column: 1, value: -0.5 };
        assert_eq!(
            of(vec![vec![1.5, -0.5], vec![0.0, 1.0]]).map_err(|e| matches!(e, ChainError::NotAProbability { .. })),
            Err(true)
        );
        assert_eq!(of(vec![vec![0.5, -0.5], vec![0.0, 1.0]]), Err(negative));
        assert_eq!(of(vec![vec![0.5, 0.25], vec![0.0, 1.0]]), Err(ChainError::RowSum { row: 0, sum: 0.75 }));
    }
}
