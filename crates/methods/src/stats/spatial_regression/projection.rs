//! What regressors leave of values.

use super::SpatialRegressionError;
use crate::Matrix;

/// What of a column's length must remain after the columns before it are taken out of it, as a fraction.
const COLLINEAR: f64 = 1e-10;

/// Orthonormal columns Q that span the columns of a design.
#[derive(Debug, Clone)]
pub(super) struct Projection {
    /// The columns, of length 1 and orthogonal to each other.
    pub(super) basis: Vec<Vec<f64>>,
}

impl Projection {
    /// Of a design of finite values.
    pub(super) fn of_design(design: &Matrix) -> Result<Self, SpatialRegressionError> {
        let mut projection = Self { basis: Vec::new() };
        for regressor in 0..design.n_columns() {
            let mut column: Vec<f64> = design.column(regressor).collect();
            let length = dot(&column, &column).sqrt();
            projection.take_out(&mut column);
            let rest = dot(&column, &column).sqrt();
            if rest <= COLLINEAR * length {
                return Err(SpatialRegressionError::Collinear { regressor });
            }
            column.iter_mut().for_each(|value| *value /= rest);
            projection.basis.push(column);
        }
        Ok(projection)
    }

    /// Number of regressors.
    pub(super) fn n_regressors(&self) -> usize {
        self.basis.len()
    }

    /// What the regressors leave of values: (I - QQ')v.
    pub(super) fn residuals(&self, values: &[f64]) -> Vec<f64> {
        let mut rest = values.to_vec();
        self.take_out(&mut rest);
        rest
    }

    /// Takes the columns out of values, twice, so that no rounding of the first time remains.
    fn take_out(&self, values: &mut [f64]) {
        for _ in 0..2 {
            for unit in &self.basis {
                let along = dot(unit, values);
                values.iter_mut().zip(unit).for_each(|(value, unit)| *value -= along * unit);
            }
        }
    }
}

/// Product of two vectors.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_line_leaves_nothing_of_itself() {
        let design = Matrix::from_fn(4, 2, |row, column| if column == 0 { 1.0 } else { row as f64 });
        let projection = Projection::of_design(&design).unwrap();
        let line = [3.0, 1.0, -1.0, -3.0];
        assert!(projection.residuals(&line).iter().all(|rest| rest.abs() < 1e-14));
    }

    #[test]
    fn refuses_columns_that_others_hold() {
        let design = Matrix::from_fn(4, 3, |row, column| [1.0, row as f64, 2.0 + 3.0 * row as f64][column]);
        let error = Projection::of_design(&design).unwrap_err();
        assert_eq!(error, SpatialRegressionError::Collinear { regressor: 2 });
        let zero = Projection::of_design(&Matrix::from_fn(4, 1, |_, _| 0.0)).unwrap_err();
        assert_eq!(zero, SpatialRegressionError::Collinear { regressor: 0 });
    }
}
