//! Ordinary least squares: one fit, and its inference under several covariances.

mod covariance;
mod inference;
mod line;
mod standardized;

use faer::Mat;
use faer::linalg::triangular_solve::solve_upper_triangular_in_place;

use crate::Matrix;
use crate::stats::lanes::{self, SquareAbout};

pub use covariance::Covariance;
pub use inference::{Estimate, FTest, Inference};
pub use standardized::{Dummies, standardized_coefficients};

/// How much of a column must be left beyond the columns before it, as a fraction of its length, for it to count as its own.
const INDEPENDENT: f64 = 1e-10;

/// Residuals shorter than this fraction of the terms that are added up are rounding: the fit is exact.
const EXACT: f64 = 1e-14;

/// Why a regression is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RegressionError {
    /// There is not one outcome a row.
    #[error("{outcomes} outcomes for {rows} rows")]
    OutcomesDiffer {
        /// Number of outcomes.
        outcomes: usize,
        /// Rows of the design.
        rows: usize,
    },
    /// No degree of freedom would be left.
    #[error("{rows} rows cannot support {columns} columns and leave a residual")]
    TooFewRows {
        /// Rows of the design.
        rows: usize,
        /// Columns of the design.
        columns: usize,
    },
    /// A regressor is NaN or infinite.
    #[error("row {row}, column {column}: {value} is not a number")]
    InvalidRegressor {
        /// Row of the regressor.
        row: usize,
        /// Column of the regressor.
        column: usize,
        /// What was there.
        value: f64,
    },
    /// An outcome is NaN or infinite.
    #[error("row {row}: the outcome {value} is not a number")]
    InvalidOutcome {
        /// Row of the outcome.
        row: usize,
        /// What was there.
        value: f64,
    },
    /// A column is a linear combination of the columns before it, so its coefficient is not determined.
    #[error("column {column} is a linear combination of the columns before it")]
    Collinear {
        /// The column.
        column: usize,
    },
    /// Sums of squares overflow.
    #[error("the values are too large for sums of their squares")]
    TooLarge,
    /// There is not one cluster a row.
    #[error("{clusters} cluster labels for {rows} rows")]
    ClustersDiffer {
        /// Number of labels.
        clusters: usize,
        /// Rows of the design.
        rows: usize,
    },
    /// Clustered covariances need at least two clusters.
    #[error("all rows are in one cluster")]
    OneCluster,
}

/// A fitted linear regression. [`Regression::inference`] gives standard errors and tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// Coefficients, by column of the design.
    pub coefficients: Vec<f64>,
    /// Outcomes less fitted values, by row.
    pub residuals: Vec<f64>,
    /// Rows less columns.
    pub degrees_of_freedom: usize,
    /// Sum of squared residuals.
    pub residual_sum_of_squares: f64,
    /// Sum of squared outcomes, about their mean where the design has a constant column.
    pub total_sum_of_squares: f64,
    /// Share of the total sum of squares that is explained; `None` when the outcomes do not vary.
    pub r_squared: Option<f64>,
    /// The same, corrected for degrees of freedom.
    pub adjusted_r_squared: Option<f64>,
    /// The fit leaves nothing but rounding, so that nothing can be tested.
    pub exact: bool,
    /// Position of the constant column, if there is one.
    pub constant: Option<usize>,
    /// Rows x columns: each row is inverse(X'X) times that row of the design.
    pub(crate) influence: Matrix,
    /// Columns x columns: inverse(X'X).
    pub(crate) bread: Matrix,
}

impl Regression {
    /// Fits outcomes on a design: by a QR decomposition, or in closed form where the design is a constant and one column.
    ///
    /// ```text
    /// X = Q R        b = inverse(R) Q'y        e = y - X b        R2 = 1 - sum(e^2) / sum((y - mean(y))^2)
    /// ```
    ///
    /// A constant is a column of the caller's ([`with_constant`] adds one). Without a column of equal values the sum of
    /// squares below is that of y itself, not about the mean.
    ///
    /// # Shapes and units
    ///
    /// - `design`: rows x columns, finite.
    /// - `outcomes`: one a row, finite.
    /// - returns: coefficients in units of the outcome per unit of the column.
    ///
    /// # Errors
    ///
    /// Lengths that differ, no more rows than columns, the first number that is none, or the first column that is a linear
    /// combination of those before it (less than 1e-10 of its length is left).
    ///
    /// # Source
    ///
    /// Golub and Van Loan (2013), Matrix Computations, 5.3. R's `lm` drops collinear columns without an error; this refuses.
    pub fn fit(design: &Matrix, outcomes: &[f64]) -> Result<Self, RegressionError> {
        check(design, outcomes)?;
        let solved = line::line(design, outcomes).unwrap_or_else(|| solve(design, outcomes))?;
        Self::describe(design, outcomes, solved)
    }

    /// Adds residuals and goodness of fit.
    fn describe(design: &Matrix, outcomes: &[f64], solved: Solved) -> Result<Self, RegressionError> {
        let Solved { coefficients, influence, bread } = solved;
        let constant = (0..design.n_columns()).find(|&column| is_constant(design, column));
        let centre = constant.map_or(0.0, |_| lanes::sum(outcomes, None, lanes::Itself) / outcomes.len() as f64);
        let (residuals, scale) = match design.n_columns() {
            2 => rest::<2>(design, outcomes, &coefficients),
            3 => rest::<3>(design, outcomes, &coefficients),
            _ => rest::<0>(design, outcomes, &coefficients),
        };
        let residual_sum_of_squares = sum_of_squares(&residuals, 0.0);
        let total_sum_of_squares = sum_of_squares(outcomes, centre);
        let length = sum_of_squares(&scale, 0.0);
        if !(length.is_finite() && residual_sum_of_squares.is_finite() && bread.cells().iter().all(|b| b.is_finite())) {
            return Err(RegressionError::TooLarge);
        }

        let degrees_of_freedom = design.n_rows() - design.n_columns();
        let varies = total_sum_of_squares > EXACT * EXACT * sum_of_squares(outcomes, 0.0);
        let r_squared = varies.then(|| 1.0 - residual_sum_of_squares / total_sum_of_squares);
        let all_degrees = design.n_rows() - usize::from(constant.is_some());
        let correction = all_degrees as f64 / degrees_of_freedom as f64;
        Ok(Self {
            coefficients,
            residuals,
            degrees_of_freedom,
            residual_sum_of_squares,
            total_sum_of_squares,
            r_squared,
            adjusted_r_squared: r_squared.map(|r_squared| 1.0 - (1.0 - r_squared) * correction),
            exact: residual_sum_of_squares <= EXACT * EXACT * length,
            constant,
            influence,
            bread,
        })
    }

    /// Sum of squared residuals over degrees of freedom.
    pub fn residual_variance(&self) -> f64 {
        self.residual_sum_of_squares / self.degrees_of_freedom as f64
    }

    /// Outcomes as fitted, by row.
    pub fn fitted(&self, design: &Matrix) -> Vec<f64> {
        design.rows().map(|row| row.iter().zip(&self.coefficients).map(|(x, b)| x * b).sum()).collect()
    }

    /// inverse(X'X), columns x columns.
    pub fn inverse_of_squares(&self) -> &Matrix {
        &self.bread
    }
}

/// The coefficients of a regression, and how they depend on rows and columns.
struct Solved {
    coefficients: Vec<f64>,
    influence: Matrix,
    bread: Matrix,
}

/// Solves a regression by a QR decomposition.
fn solve(design: &Matrix, outcomes: &[f64]) -> Result<Solved, RegressionError> {
    let (rows, columns) = (design.n_rows(), design.n_columns());
    let x = Mat::from_fn(rows, columns, |row, column| design.get(row, column));
    let qr = x.qr();
    let r = qr.thin_R();
    for column in 0..columns {
        let length = x.col(column).norm_l2();
        if !length.is_finite() {
            return Err(RegressionError::TooLarge);
        }
        if r[(column, column)].abs() <= INDEPENDENT * length {
            return Err(RegressionError::Collinear { column });
        }
    }
    let q = qr.compute_thin_Q();
    let mut r_inverse = Mat::identity(columns, columns);
    solve_upper_triangular_in_place(r, r_inverse.as_mut(), faer::Par::Seq);

    let projected: Vec<f64> =
        (0..columns).map(|column| (0..rows).map(|row| q[(row, column)] * outcomes[row]).sum()).collect();
    let mut solved = Mat::from_fn(columns, 1, |row, _| projected[row]);
    solve_upper_triangular_in_place(r, solved.as_mut(), faer::Par::Seq);
    let coefficients: Vec<f64> = (0..columns).map(|column| solved[(column, 0)]).collect();

    let influence = &q * r_inverse.transpose();
    let bread = &r_inverse * r_inverse.transpose();
    let influence = Matrix::from_fn(rows, columns, |row, column| influence[(row, column)]);
    let bread = Matrix::from_fn(columns, columns, |row, column| bread[(row, column)]);
    Ok(Solved { coefficients, influence, bread })
}

/// Outcomes less fitted values, and the sizes of what is added up for each: rounding is relative to them. N is the number of
/// columns where that is small, so that the loop over them is unrolled; 0 for any number.
fn rest<const N: usize>(design: &Matrix, outcomes: &[f64], coefficients: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let unrolled = coefficients.first_chunk::<N>();
    let of = |row: &[f64], outcome: f64| {
        let add = |(sum, size): (f64, f64), (x, b): (&f64, &f64)| (sum + x * b, size + (x * b).abs());
        let start = (0.0, outcome.abs());
        let (fitted, size) = match (unrolled, row.first_chunk::<N>()) {
            (Some(b), Some(x)) if N > 0 => x.iter().zip(b).fold(start, add),
            _ => row.iter().zip(coefficients).fold(start, add),
        };
        (outcome - fitted, size)
    };
    let (mut rests, mut sizes) = (vec![0.0; outcomes.len()], vec![0.0; outcomes.len()]);
    lanes::arch().dispatch(
        #[inline(always)]
        || {
            let rows = design.cells().chunks_exact(design.n_columns()).zip(outcomes);
            for ((rest, size), (row, outcome)) in rests.iter_mut().zip(&mut sizes).zip(rows) {
                (*rest, *size) = of(row, *outcome);
            }
        },
    );
    (rests, sizes)
}

/// A design whose first column is 1, then the columns given, each one value a row.
///
/// All columns must be as long as `rows`, like indexing.
pub fn with_constant(rows: usize, columns: &[&[f64]]) -> Matrix {
    // The usual case, without a choice for every cell.
    if let [column] = columns {
        let mut cells = vec![1.0; 2 * rows];
        cells.chunks_exact_mut(2).zip(&column[..rows]).for_each(|(row, x)| row[1] = *x);
        return Matrix::of_cells(cells, rows, 2);
    }
    Matrix::from_fn(rows, columns.len() + 1, |row, column| match column.checked_sub(1) {
        None => 1.0,
        Some(column) => columns[column][row],
    })
}

/// A column that is 1 for some rows and 0 for the others; like indexing, `members` must lie below `rows`.
pub fn dummy(rows: usize, members: &[usize]) -> Vec<f64> {
    let mut column = vec![0.0; rows];
    members.iter().for_each(|&row| column[row] = 1.0);
    column
}

/// Refuses shapes and numbers that cannot be fitted.
fn check(design: &Matrix, outcomes: &[f64]) -> Result<(), RegressionError> {
    let (rows, columns) = (design.n_rows(), design.n_columns());
    if outcomes.len() != rows {
        return Err(RegressionError::OutcomesDiffer { outcomes: outcomes.len(), rows });
    }
    if rows <= columns {
        return Err(RegressionError::TooFewRows { rows, columns });
    }
    if !lanes::are_finite(design.cells())
        && let Some(cell) = design.cells().iter().position(|x| !x.is_finite())
    {
        let (row, column) = (cell / columns, cell % columns);
        return Err(RegressionError::InvalidRegressor { row, column, value: design.get(row, column) });
    }
    match outcomes.iter().position(|outcome| !outcome.is_finite()) {
        Some(row) => Err(RegressionError::InvalidOutcome { row, value: outcomes[row] }),
        None => Ok(()),
    }
}

/// Whether all rows have the same value, other than 0, in a column.
fn is_constant(design: &Matrix, column: usize) -> bool {
    let first = design.get(0, column);
    first != 0.0 && design.column(column).all(|x| x == first)
}

fn sum_of_squares(values: &[f64], centre: f64) -> f64 {
    lanes::sum(values, None, SquareAbout { centre })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn matches_a_worked_example() {
        // The line through (0, 1), (1, 2), (2, 2), (3, 5): mean x 1.5, mean y 2.5, Sxy = 6, Sxx = 5, Syy = 9.
        let design = with_constant(4, &[&[0.0, 1.0, 2.0, 3.0]]);
        let fit = Regression::fit(&design, &[1.0, 2.0, 2.0, 5.0]).unwrap();
        let near = |own: f64, expected: f64| assert!((own - expected).abs() < 1e-12, "{own} is not {expected}");
        near(fit.coefficients[0], 0.7);
        near(fit.coefficients[1], 1.2);
        near(fit.residual_sum_of_squares, 1.8);
        near(fit.r_squared.unwrap(), 0.8);
        near(fit.adjusted_r_squared.unwrap(), 0.7);
        assert_eq!((fit.degrees_of_freedom, fit.constant, fit.exact), (2, Some(0), false));
        near(fit.inverse_of_squares().get(1, 1), 0.2);
        near(fit.fitted(&design)[3], 4.3);
    }

    #[test]
    fn a_line_is_exact_and_a_constant_has_no_r_squared() {
        let design = with_constant(4, &[&[2001.0, 2003.0, 2004.0, 2009.0]]);
        let line = Regression::fit(&design, &[3.0, 7.0, 9.0, 19.0]).unwrap();
        assert!(line.exact && (line.coefficients[1] - 2.0).abs() < 1e-9);
        let flat = Regression::fit(&design, &[3.0; 4]).unwrap();
        assert_eq!((flat.r_squared, flat.exact), (None, true));
    }

    #[test]
    fn refuses_what_is_not_determined() {
        let fit = |rows: usize, columns: &[&[f64]], outcomes: &[f64]| {
            Regression::fit(&with_constant(rows, columns), outcomes).unwrap_err()
        };
        let up: &[f64] = &[1.0, 2.0, 3.0, 4.0];
        assert_eq!(fit(4, &[up, &[3.0, 5.0, 7.0, 9.0]], up), RegressionError::Collinear { column: 2 });
        assert_eq!(fit(4, &[&[0.0; 4]], up), RegressionError::Collinear { column: 1 });
        assert_eq!(fit(4, &[&[1e300, 1e307, 1.0, 1e308]], up), RegressionError::TooLarge);
        assert_eq!(fit(2, &[&[1.0, 2.0]], &[1.0, 2.0]), RegressionError::TooFewRows { rows: 2, columns: 2 });
        assert_eq!(fit(4, &[up], &[1.0]), RegressionError::OutcomesDiffer { outcomes: 1, rows: 4 });
        let infinite = RegressionError::InvalidOutcome { row: 1, value: f64::INFINITY };
        assert_eq!(fit(4, &[up], &[1.0, f64::INFINITY, 0.0, 0.0]), infinite);
        match fit(4, &[&[1.0, 2.0, f64::NAN, 4.0]], up) {
            RegressionError::InvalidRegressor { row: 2, column: 1, .. } => {}
            other => panic!("{other}"),
        }
    }
}
