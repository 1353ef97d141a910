//! Pareto set: the candidates that no other beats in one criterion without losing in another.

use crate::Matrix;

/// Why a Pareto set is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ParetoError {
    /// The value is NaN or infinite.
    #[error("candidate {candidate}, criterion {criterion}: {value} is not a finite number")]
    NotFinite {
        /// Row of the candidate.
        candidate: usize,
        /// Column of the criterion.
        criterion: usize,
        /// The value.
        value: f64,
    },
}

/// Tells for every candidate whether no other is at least as good in all criteria and better in one.
///
/// # Shapes and units
///
/// - `points`: candidates x criteria, finite, more is better in each.
/// - returns: one a candidate. Candidates that are equal in all criteria are in the set together, or not at all.
///
/// # Errors
///
/// The first value that is not finite.
///
/// # Source
///
/// Kung, Luccio and Preparata (1975), Journal of the ACM 22(4), 469-476, for the order in which candidates are compared: one
/// that beats another comes before it, so that only the set so far is looked at.
pub fn pareto_set(points: &Matrix) -> Result<Vec<bool>, ParetoError> {
    if let Some(at) = points.cells().iter().position(|value| !value.is_finite()) {
        let (candidate, criterion) = (at / points.n_columns(), at % points.n_columns());
        return Err(ParetoError::NotFinite { candidate, criterion, value: points.cells()[at] });
    }
    // Sums round alike in one order, so one who beats another has no smaller sum; among equal sums the rows decide.
    let sums: Vec<f64> = points.rows().map(|row| row.iter().sum()).collect();
    let mut order: Vec<usize> = (0..points.n_rows()).collect();
    order.sort_by(|&a, &b| sums[b].total_cmp(&sums[a]).then_with(|| descending(points.row(a), points.row(b))));
    let mut found: Vec<usize> = Vec::new();
    let mut is_in = vec![false; points.n_rows()];
    for candidate in order {
        let row = points.row(candidate);
        if !found.iter().any(|&other| beats(points.row(other), row)) {
            is_in[candidate] = true;
            found.push(candidate);
        }
    }
    Ok(is_in)
}

fn beats(one: &[f64], other: &[f64]) -> bool {
    one.iter().zip(other).all(|(a, b)| a >= b) && one != other
}

fn descending(a: &[f64], b: &[f64]) -> std::cmp::Ordering {
    b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn set(rows: &[[f64; 2]]) -> Vec<bool> {
        pareto_set(&Matrix::try_new(rows.concat(), 2).unwrap()).unwrap()
    }

    #[test]
    fn holds_those_that_none_beats() {
        assert_eq!(
            set(&[[1.0, 3.0], [2.0, 2.0], [1.0, 2.0], [3.0, 1.0], [2.0, 1.0]]),
            [true, true, false, true, false]
        );
        assert_eq!(set(&[[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]]), [true, true, false]);
    }

    #[test]
    fn sums_that_round_alike_do_not_hide_who_beats_whom() {
        // Both sums are 1e17, and the first is beaten in the second criterion.
        assert_eq!(set(&[[1e17, 1.0], [1e17, 2.0]]), [false, true]);
    }

    #[test]
    fn the_best_in_one_criterion_is_in_and_one_criterion_has_its_best_alone() {
        let single = pareto_set(&Matrix::try_new(vec![1.0, 3.0, 3.0, 2.0], 1).unwrap()).unwrap();
        assert_eq!(single, [false, true, true, false]);
        assert_eq!(pareto_set(&Matrix::from_fn(0, 2, |_, _| 0.0)), Ok(vec![]));
    }

    #[test]
    fn refuses_what_cannot_be_compared() {
        let points = Matrix::try_new(vec![1.0, 2.0, 3.0, f64::INFINITY], 2).unwrap();
        let refused = ParetoError::NotFinite { candidate: 1, criterion: 1, value: f64::INFINITY };
        assert_eq!(pareto_set(&points), Err(refused));
    }
}
