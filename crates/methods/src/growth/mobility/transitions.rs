//! Counts of transitions between classes.

use std::ops::Range;

use super::class_paths::ClassPaths;

/// Why counts are not those of transitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{counts} counts are not those between {classes} classes")]
pub struct CountsError {
    /// Number of counts that were given.
    pub counts: usize,
    /// Number of classes that were asked for.
    pub classes: usize,
}

/// How often regions went from one class (row) to another (column) within a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitionCounts {
    counts: Vec<u64>,
    n_classes: usize,
}

impl TransitionCounts {
    /// Cuts counts into rows of `n_classes`, of which there must be as many.
    ///
    /// # Errors
    ///
    /// Another number of counts, or no classes.
    pub fn try_new(counts: Vec<u64>, n_classes: usize) -> Result<Self, CountsError> {
        if n_classes == 0 || n_classes.checked_mul(n_classes) != Some(counts.len()) {
            return Err(CountsError { counts: counts.len(), classes: n_classes });
        }
        Ok(Self { counts, n_classes })
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Counts from a class by the class they lead to; like indexing, `from` must be there.
    pub fn row(&self, from: usize) -> &[u64] {
        &self.counts[from * self.n_classes..(from + 1) * self.n_classes]
    }

    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks(self.n_classes)
    }

    /// Number of transitions from a class.
    pub fn row_total(&self, from: usize) -> u64 {
        self.row(from).iter().sum()
    }

    /// Number of all transitions.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Counts the transitions of all regions over all steps from one period to the next.
///
/// A step of a region counts when its class is known in both periods.
pub fn count_transitions(paths: &ClassPaths) -> TransitionCounts {
    count_steps(paths, 0..paths.n_periods())
}

/// Counts the transitions of some steps: step t leads from period t to period t + 1. Steps that are not there count nothing.
///
/// A step of a region counts when its class is known in both periods.
pub fn count_steps(paths: &ClassPaths, steps: Range<usize>) -> TransitionCounts {
    let n_classes = paths.n_classes();
    let mut counts = vec![0; n_classes * n_classes];
    for step in steps.start..steps.end.min(paths.n_periods().saturating_sub(1)) {
        for (from, to) in paths.period(step).iter().zip(paths.period(step + 1)) {
            if let (Some(from), Some(to)) = (from, to) {
                counts[usize::from(*from) * n_classes + usize::from(*to)] += 1;
            }
        }
    }
    TransitionCounts { counts, n_classes }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn counts_steps_that_are_known_at_both_ends() {
        let cells = [Some(0), Some(1), Some(1), Some(1), None, Some(1), Some(0), Some(0), Some(1)];
        let paths = ClassPaths::try_new(cells.to_vec(), 3, 2).unwrap();
        let counts = count_transitions(&paths);
        assert_eq!(counts.rows().collect::<Vec<_>>(), [[0, 1], [1, 2]]);
        assert_eq!((counts.total(), counts.row_total(1), counts.n_classes()), (4, 3, 2));
        assert_eq!(count_steps(&paths, 1..2).rows().collect::<Vec<_>>(), [[0, 0], [1, 1]]);
        assert_eq!(count_steps(&paths, 5..9).total(), 0);
    }

    #[test]
    fn refuses_counts_that_are_no_square() {
        assert_eq!(TransitionCounts::try_new(vec![1; 3], 2), Err(CountsError { counts: 3, classes: 2 }));
        assert_eq!(TransitionCounts::try_new(vec![], 0), Err(CountsError { counts: 0, classes: 0 }));
        assert_eq!(TransitionCounts::try_new(vec![1; 4], 2).unwrap().row(1), [1, 1]);
    }
}
