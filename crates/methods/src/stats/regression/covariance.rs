//! Covariances of coefficients.

use std::collections::BTreeMap;

use super::{Regression, RegressionError};
use crate::Matrix;

/// What the errors of a regression are taken to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Covariance<'a> {
    /// Independent, of one variance.
    #[default]
    Classical,
    /// Independent, each of its own variance.
    Hc1,
    /// Correlated within clusters: a label for each row.
    Clustered(&'a [usize]),
}

impl Regression {
    /// Computes the covariance of the coefficients.
    ///
    /// With n rows, k columns, G clusters, residuals e, x\[i\] a row of the design and B = inverse(X'X):
    ///
    /// ```text
    /// classical   s^2 B,  s^2 = sum(e^2) / (n - k)
    /// HC1         n / (n - k) * B (sum over i of e[i]^2 x[i] x[i]') B
    /// CR1         G / (G - 1) * (n - 1) / (n - k) * B (sum over g of u[g] u[g]') B,  u[g] = sum over i in g of e[i] x[i]
    /// ```
    ///
    /// # Shapes and units
    ///
    /// - returns: columns x columns, symmetric, in squared units of the coefficients.
    ///
    /// # Errors
    ///
    /// Not one cluster label a row, or all rows in one cluster.
    ///
    /// # Source
    ///
    /// MacKinnon and White (1985), Journal of Econometrics 29(3), 305-325; Cameron and Miller (2015), Journal of Human
    /// Resources 50(2), 317-372. CR1 has the factors of Stata and of sandwich's `vcovCL(type = "HC1")`.
    pub fn covariance(&self, covariance: Covariance<'_>) -> Result<Matrix, RegressionError> {
        let (rows, columns) = (self.residuals.len(), self.coefficients.len());
        let degrees = self.degrees_of_freedom as f64;
        match covariance {
            Covariance::Classical => {
                let variance = self.residual_variance();
                Ok(self.bread.map(|cell| variance * cell))
            }
            Covariance::Hc1 => {
                let score = |row: usize| self.influence.row(row).iter().map(move |x| self.residuals[row] * x);
                Ok(outer_products((0..rows).map(score), columns, rows as f64 / degrees))
            }
            Covariance::Clustered(labels) => {
                if labels.len() != rows {
                    return Err(RegressionError::ClustersDiffer { clusters: labels.len(), rows });
                }
                let mut scores: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
                for (row, &label) in labels.iter().enumerate() {
                    let sum = scores.entry(label).or_insert_with(|| vec![0.0; columns]);
                    for (sum, x) in sum.iter_mut().zip(self.influence.row(row)) {
                        *sum += self.residuals[row] * x;
                    }
                }
                if scores.len() < 2 {
                    return Err(RegressionError::OneCluster);
                }
                let clusters = scores.len() as f64;
                let factor = clusters / (clusters - 1.0) * (rows as f64 - 1.0) / degrees;
                Ok(outer_products(scores.into_values(), columns, factor))
            }
        }
    }
}

/// `factor` times the sum of the outer products of rows with themselves.
fn outer_products<R: IntoIterator<Item = f64>>(rows: impl Iterator<Item = R>, columns: usize, factor: f64) -> Matrix {
    let mut sums = vec![0.0; columns * columns];
    let mut scores = Vec::with_capacity(columns);
    for row in rows {
        scores.clear();
        scores.extend(row);
        for (sums, one) in sums.chunks_exact_mut(columns).zip(&scores) {
            sums.iter_mut().zip(&scores).for_each(|(sum, other)| *sum += one * other);
        }
    }
    Matrix::from_fn(columns, columns, |row, column| factor * sums[row * columns + column])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::with_constant;
    use super::*;

    /// Figures of statsmodels 0.15.0 (`OLS(y, X).fit(cov_type=...)`, `use_correction=True` for clusters) on the same rows.
    #[test]
    fn matches_statsmodels() {
        let x = [1.0, 2.0, 4.0, 5.0, 7.0, 8.0];
        let design = with_constant(6, &[&x]);
        let fit = Regression::fit(&design, &[1.2, 1.9, 4.5, 4.1, 7.9, 7.0]).unwrap();
        let errors = |covariance| {
            let covariance = fit.covariance(covariance).unwrap();
            [covariance.get(0, 0).sqrt(), covariance.get(1, 1).sqrt()]
        };
        let close = |own: [f64; 2], expected: [f64; 2]| {
            assert!(own.iter().zip(expected).all(|(own, to)| (own - to).abs() < 1e-12 * to), "{own:?} {expected:?}");
        };
        close(errors(Covariance::Classical), [0.6957151396624605, 0.13514765587641148]);
        close(errors(Covariance::Hc1), [0.35836706594713236, 0.12472971240067715]);
        close(errors(Covariance::Clustered(&[7, 7, 3, 3, 9, 9])), [0.10949563563093474, 0.02987386817939685]);
    }

    #[test]
    fn clusters_of_one_row_are_hc1_but_for_the_factor() {
        let design = with_constant(5, &[&[1.0, 2.0, 4.0, 5.0, 9.0]]);
        let fit = Regression::fit(&design, &[1.0, 3.0, 2.0, 6.0, 5.0]).unwrap();
        let hc1 = fit.covariance(Covariance::Hc1).unwrap();
        let single = fit.covariance(Covariance::Clustered(&[4, 3, 2, 1, 0])).unwrap();
        // 5 / 4 * 4 / 3 and 5 / 3 are the same factor.
        for (a, b) in hc1.cells().iter().zip(single.cells()) {
            assert!((a - b).abs() <= 1e-13 * a.abs());
        }
    }

    #[test]
    fn refuses_clusters_that_do_not_fit() {
        let fit = Regression::fit(&with_constant(3, &[&[1.0, 2.0, 4.0]]), &[1.0, 3.0, 2.0]).unwrap();
        let differ = RegressionError::ClustersDiffer { clusters: 1, rows: 3 };
        assert_eq!(fit.covariance(Covariance::Clustered(&[1])), Err(differ));
        assert_eq!(fit.covariance(Covariance::Clustered(&[1; 3])), Err(RegressionError::OneCluster));
    }
}
