//! The inverses of Leontief and Ghosh: everything that one unit calls for, over all rounds.

use faer::Mat;
use faer::linalg::solvers::Solve as _;

use super::InputOutput;
use crate::Matrix;

/// Part of the greatest entry below which a negative one is rounding.
const ROUNDING: f64 = 1e-10;

/// Why a table has no inverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InverseError {
    /// Sectors use up more than they make: the rounds grow without end (the condition of Hawkins and Simon fails).
    #[error("sectors use up at least what they make, so that the rounds have no end")]
    NotProductive,
}

/// Computes the inverse of Leontief: output of the row that one unit of final demand for the column calls for.
///
/// ```text
/// L = (1 - A)^-1 = 1 + A + A^2 + ...
/// ```
///
/// # Shapes and units
///
/// - returns: sectors x sectors, not negative, at least 1 on the diagonal. A sector without output has only that 1. At 500
///   sectors it takes about a tenth of a second.
///
/// # Errors
///
/// A table that is not productive.
///
/// # Source
///
/// Leontief (1936), Review of Economics and Statistics 18(3), 105-125; Hawkins and Simon (1949), Econometrica 17(3/4),
/// 245-248.
pub fn leontief_inverse(table: &InputOutput) -> Result<Matrix, InverseError> {
    of_coefficients(&table.input_coefficients())
}

/// Computes the inverse of Ghosh: output of the column that one unit of primary inputs of the row allows.
///
/// ```text
/// G = (1 - B)^-1 = 1 + B + B^2 + ...
/// ```
///
/// # Errors
///
/// A table that is not productive.
///
/// # Source
///
/// Ghosh (1958), Economica 25(97), 58-64.
pub fn ghosh_inverse(table: &InputOutput) -> Result<Matrix, InverseError> {
    of_coefficients(&table.allocation_coefficients())
}

/// (1 - C)^-1 of coefficients that are not negative, which exists and is not negative exactly where the rounds end.
pub(super) fn of_coefficients(coefficients: &Matrix) -> Result<Matrix, InverseError> {
    let n = coefficients.n_rows();
    let rest = Mat::from_fn(n, n, |row, column| f64::from(u8::from(row == column)) - coefficients.get(row, column));
    let inverse = rest.partial_piv_lu().solve(&Mat::<f64>::identity(n, n));
    let greatest =
        (0..n).flat_map(|column| inverse.col(column).iter()).fold(0.0, |most: f64, cell| most.max(cell.abs()));
    let is_round = |cell: f64| cell.is_finite() && cell >= -ROUNDING * greatest;
    let sound = greatest.is_finite() && (0..n).all(|column| inverse.col(column).iter().all(|&cell| is_round(cell)));
    // Rounds only add to the unit that begins them.
    let begins = (0..n).all(|sector| inverse[(sector, sector)] >= 1.0 - 1e-9);
    if !sound || !begins {
        return Err(InverseError::NotProductive);
    }
    Ok(Matrix::from_fn(n, n, |row, column| inverse[(row, column)].max(0.0)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::input_output::tests::miller_blair;
    use super::*;

    #[test]
    fn matches_the_textbook() {
        // Miller and Blair (2009), equation 2.14: L = (1.254 0.330; 0.264 1.122).
        let inverse = leontief_inverse(&miller_blair()).unwrap();
        for (cell, expected) in inverse.cells().iter().zip([0.95, 0.25, 0.2, 0.85]) {
            assert!((cell - expected / 0.7575).abs() < 1e-12);
        }
        let ghosh = ghosh_inverse(&miller_blair()).unwrap();
        // L = x G / x, by seller and buyer.
        assert!((ghosh.get(0, 1) - inverse.get(0, 1) * 2.0).abs() < 1e-12);
    }

    #[test]
    fn refuses_sectors_that_use_up_what_they_make() {
        for flow in [1.0, 1.5] {
            let table = InputOutput::try_new(Matrix::try_new(vec![flow], 1).unwrap(), vec![1.0]).unwrap();
            assert_eq!(leontief_inverse(&table), Err(InverseError::NotProductive), "{flow}");
        }
        // Each buys more than it makes from the other.
        let flows = Matrix::try_new(vec![0.0, 2.0, 2.0, 0.0], 2).unwrap();
        let table = InputOutput::try_new(flows, vec![1.0, 1.0]).unwrap();
        assert_eq!(ghosh_inverse(&table), Err(InverseError::NotProductive));
    }
}
