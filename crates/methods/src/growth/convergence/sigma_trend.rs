//! Sigma convergence as a trend: whether dispersion falls over time.

use crate::stats::{Covariance, Inference, Regression, RegressionError, with_constant};

/// Why dispersion has no trend.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SigmaTrendError {
    /// There is not one time a dispersion.
    #[error("{times} times for {periods} periods")]
    TimesDiffer {
        /// Number of times.
        times: usize,
        /// Number of dispersions.
        periods: usize,
    },
    /// The regression on time is undefined.
    #[error(transparent)]
    Regression(#[from] RegressionError),
}

/// A trend of dispersion.
#[derive(Debug, Clone, PartialEq)]
pub struct SigmaTrend {
    /// The fit: intercept, and change of dispersion per unit of time.
    pub regression: Regression,
    /// Standard errors and tests of the same.
    pub inference: Inference,
}

/// Fits a line to dispersion over time.
///
/// ```text
/// sigma[t] = a + b time[t] + e[t]
/// ```
///
/// b < 0 is convergence. Periods may be missing: times count, not positions.
///
/// # Shapes and units
///
/// - `times`: at least three, in years say; `sigmas`: dispersion at each.
/// - returns: intercept in the unit of dispersion at time 0; slope per unit of time.
///
/// # Errors
///
/// Other lengths, fewer than three periods, or times that are all the same.
///
/// # Source
///
/// Goecke and Huether (2016), Intereconomics 51(3), 165-171. REAT's `sigmaconv.t` needs consecutive years.
pub fn sigma_trend(times: &[f64], sigmas: &[f64]) -> Result<SigmaTrend, SigmaTrendError> {
    if times.len() != sigmas.len() {
        return Err(SigmaTrendError::TimesDiffer { times: times.len(), periods: sigmas.len() });
    }
    let regression = Regression::fit(&with_constant(times.len(), &[times]), sigmas)?;
    let inference = regression.inference(Covariance::Classical)?;
    Ok(SigmaTrend { regression, inference })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn gaps_between_years_count() {
        let trend = sigma_trend(&[2000.0, 2002.0, 2003.0, 2010.0], &[0.50, 0.48, 0.47, 0.40]).unwrap();
        assert!((trend.inference.estimates[1].value + 0.01).abs() < 1e-12);
        assert!(trend.regression.exact && trend.inference.estimates[1].t.is_none());
    }

    #[test]
    fn refuses_too_few_or_equal_times() {
        let few = SigmaTrendError::Regression(RegressionError::TooFewRows { rows: 2, columns: 2 });
        assert_eq!(sigma_trend(&[1.0, 2.0], &[1.0, 2.0]), Err(few));
        let same = SigmaTrendError::Regression(RegressionError::Collinear { column: 1 });
        assert_eq!(sigma_trend(&[5.0; 3], &[1.0, 2.0, 3.0]), Err(same));
        assert_eq!(sigma_trend(&[], &[1.0]), Err(SigmaTrendError::TimesDiffer { times: 0, periods: 1 }));
        assert!(sigma_trend(&[], &[]).is_err());
    }
}
