//! Standard errors and tests of a regression.

use faer::prelude::Solve as _;
use faer::{Mat, Side};

use super::{Covariance, Regression, RegressionError};
use crate::Matrix;
use crate::stats::distributions::{f_above, student_two_sided};

/// One estimate with its test against zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Estimate over standard error; `None` when the fit is exact, so that there is no error to compare with.
    pub t: Option<f64>,
    /// Two-sided probability of a t that far from zero.
    pub p: Option<f64>,
}

impl Estimate {
    /// An estimate with its two-sided t test; a standard error of 0, or one that is no number, leaves nothing to test.
    pub fn tested(value: f64, standard_error: f64, degrees: f64) -> Self {
        let t = Some(value / standard_error).filter(|t| t.is_finite() && standard_error > 0.0);
        Self { value, standard_error, t, p: t.and_then(|t| student_two_sided(t, degrees)) }
    }
}

/// A test whether all coefficients but the constant are zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FTest {
    /// The statistic.
    pub f: f64,
    /// Degrees of freedom above: coefficients tested.
    pub numerator: usize,
    /// Degrees of freedom below.
    pub denominator: usize,
    /// Probability of an F at least as large.
    pub p: f64,
}

/// What a regression says under one covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct Inference {
    /// Each coefficient, by column.
    pub estimates: Vec<Estimate>,
    /// Covariance of the coefficients.
    pub covariance: Matrix,
    /// Test of all coefficients but the constant; `None` when there are none, the fit is exact, or the covariance is
    /// singular (fewer clusters than coefficients).
    pub f: Option<FTest>,
}

impl Regression {
    /// Tests the coefficients under a covariance.
    ///
    /// ```text
    /// t[j] = b[j] / sqrt(V[j, j])        F = b' inverse(V) b / q   over the q coefficients that are not the constant
    /// ```
    ///
    /// With the classical covariance F is the usual quotient of explained and residual mean squares. p-values are those of t
    /// and F with the residual degrees of freedom n - k, whatever the covariance.
    ///
    /// # Errors
    ///
    /// As [`Regression::covariance`].
    pub fn inference(&self, covariance: Covariance<'_>) -> Result<Inference, RegressionError> {
        let matrix = self.covariance(covariance)?;
        let degrees = self.degrees_of_freedom as f64;
        let estimate = |column: usize| {
            let value = self.coefficients[column];
            let standard_error = matrix.get(column, column).max(0.0).sqrt();
            if self.exact {
                return Estimate { value, standard_error, t: None, p: None };
            }
            Estimate::tested(value, standard_error, degrees)
        };
        let estimates = (0..self.coefficients.len()).map(estimate).collect();
        let f = if self.exact { None } else { self.f_test(covariance, &matrix) };
        Ok(Inference { estimates, covariance: matrix, f })
    }

    fn f_test(&self, covariance: Covariance<'_>, matrix: &Matrix) -> Option<FTest> {
        let tested: Vec<usize> = (0..self.coefficients.len()).filter(|&j| Some(j) != self.constant).collect();
        let (numerator, denominator) = (tested.len(), self.degrees_of_freedom);
        if numerator == 0 {
            return None;
        }
        let f = match covariance {
            Covariance::Classical => {
                let explained = self.total_sum_of_squares - self.residual_sum_of_squares;
                explained.max(0.0) / numerator as f64 / self.residual_variance()
            }
            Covariance::Clustered(labels) if clusters(labels) <= numerator => return None,
            Covariance::Hc1 | Covariance::Clustered(_) => self.wald(matrix, &tested)? / numerator as f64,
        };
        let p = f_above(f, numerator as f64, denominator as f64)?;
        f.is_finite().then_some(FTest { f, numerator, denominator, p })
    }

    /// b' inverse(V) b over some coefficients.
    fn wald(&self, matrix: &Matrix, tested: &[usize]) -> Option<f64> {
        let own = Mat::from_fn(tested.len(), tested.len(), |a, b| matrix.get(tested[a], tested[b]));
        let b = Mat::from_fn(tested.len(), 1, |a, _| self.coefficients[tested[a]]);
        let solved = own.llt(Side::Lower).ok()?.solve(&b);
        Some((0..tested.len()).map(|a| b[(a, 0)] * solved[(a, 0)]).sum())
    }
}

fn clusters(labels: &[usize]) -> usize {
    labels.iter().collect::<std::collections::BTreeSet<_>>().len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::with_constant;
    use super::*;

    fn fit() -> Regression {
        let (x, z) = ([1.0, 2.0, 4.0, 5.0, 7.0, 8.0, 3.0], [0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
        Regression::fit(&with_constant(7, &[&x, &z]), &[1.2, 1.9, 4.5, 4.1, 7.9, 7.0, 2.2]).unwrap()
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-10 * expected.abs(), "{own} is not {expected}");
    }

    /// Figures of statsmodels 0.15.0 on the same rows (`use_t=True`, t with n - k degrees of freedom).
    #[test]
    fn matches_statsmodels() {
        let classical = fit().inference(Covariance::Classical).unwrap();
        let x = classical.estimates[1];
        close(x.t.unwrap(), 5.66964089126552);
        close(x.p.unwrap(), 0.004773410843983011);
        let f = classical.f.unwrap();
        close(f.f, 23.47812323814351);
        close(f.p, 0.0061620486583804064);
        assert_eq!((f.numerator, f.denominator), (2, 4));
        let robust = fit().inference(Covariance::Hc1).unwrap();
        close(robust.estimates[2].t.unwrap(), 0.5768763952861828);
        close(robust.estimates[2].p.unwrap(), 0.5949331605022462);
        close(robust.f.unwrap().f, 26.446310942940652);
    }

    #[test]
    fn few_clusters_have_no_f_and_an_exact_fit_no_t() {
        let clustered = fit().inference(Covariance::Clustered(&[0, 0, 0, 1, 1, 1, 1])).unwrap();
        assert!(clustered.f.is_none() && clustered.estimates[1].t.is_some());
        let line = Regression::fit(&with_constant(4, &[&[1.0, 2.0, 3.0, 5.0]]), &[2.0, 4.0, 6.0, 10.0]).unwrap();
        let exact = line.inference(Covariance::Classical).unwrap();
        assert!(exact.f.is_none() && exact.estimates[1].t.is_none() && exact.estimates[1].p.is_none());
    }
}
