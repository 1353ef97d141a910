//! Beta convergence by least squares: whether regions that start lower grow faster.

use super::speed::{NoSpeed, Speed, speed_of_convergence};
use crate::stats::{
    Covariance, Dummies, Inference, Regression, RegressionError, standardized_coefficients, with_constant,
};
use crate::{Matrix, Stopped};

/// Why a regression of growth on levels is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BetaError {
    /// There is not one value a region.
    #[error("{values} values for {regions} regions")]
    LengthsDiffer {
        /// Number of values.
        values: usize,
        /// Number of regions.
        regions: usize,
    },
    /// The time over which growth is measured is not positive.
    #[error("{time} is not a length of time")]
    InvalidTime {
        /// The time.
        time: f64,
    },
    /// The regression is undefined. Column 0 of its design is the constant, 1 the initial level, 2 the first condition.
    #[error(transparent)]
    Regression(#[from] RegressionError),
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// What a regression of growth on levels is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaSample<'a> {
    /// Growth of each region per unit of time, in logs.
    pub growth: &'a [f64],
    /// Logarithm of the initial level of each region.
    pub initial: &'a [f64],
    /// What growth is conditional on: one value a region in each.
    pub conditions: &'a [&'a [f64]],
    /// Time over which growth was measured.
    pub time: f64,
}

/// Beta convergence by least squares.
#[derive(Debug, Clone, PartialEq)]
pub struct Beta {
    /// The fit: constant, slope on the initial level, conditions in order.
    pub regression: Regression,
    /// Standard errors and tests of the same.
    pub inference: Inference,
    /// Standardised coefficients of the same; none of the constant and of dummies.
    pub standardized: Vec<Option<f64>>,
    /// Speed of convergence and half-life, or why there is none.
    pub speed: Result<Speed, NoSpeed>,
    /// What was fitted on: the constant, the initial level, the conditions.
    pub design: Matrix,
}

impl BetaSample<'_> {
    /// Constant, initial level and conditions.
    pub(super) fn design(&self) -> Result<Matrix, BetaError> {
        let regions = self.growth.len();
        let columns: Vec<&[f64]> = std::iter::once(self.initial).chain(self.conditions.iter().copied()).collect();
        if let Some(column) = columns.iter().find(|column| column.len() != regions) {
            return Err(BetaError::LengthsDiffer { values: column.len(), regions });
        }
        if !(self.time > 0.0 && self.time.is_finite()) {
            return Err(BetaError::InvalidTime { time: self.time });
        }
        Ok(with_constant(regions, &columns))
    }
}

/// Regresses growth on the initial level.
///
/// ```text
/// g[r] = a + b ln y[0, r] + c' x[r] + e[r]
/// ```
///
/// b < 0 is convergence, absolute without conditions and conditional with them. Speed and half-life come from b by
/// [`speed_of_convergence`].
///
/// # Shapes and units
///
/// - `sample`: one value a region in each part; growth per unit of time.
/// - `covariance`: what errors are taken to be, for standard errors and tests.
/// - returns: b per unit of time; the others in growth per unit of the condition.
///
/// # Errors
///
/// Lengths that differ, a time that is none, or a regression that is undefined: too few regions, values that are no numbers,
/// a condition that is a combination of those before it.
///
/// # Source
///
/// Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251.
pub fn beta_convergence(sample: BetaSample<'_>, covariance: Covariance<'_>) -> Result<Beta, BetaError> {
    let design = sample.design()?;
    let regression = Regression::fit(&design, sample.growth)?;
    let inference = regression.inference(covariance)?;
    let slope = inference.estimates[1];
    let speed = speed_of_convergence(slope.value, slope.standard_error, sample.time);
    let standardized = standardized_coefficients(&design, sample.growth, &regression.coefficients, Dummies::LeftOut);
    Ok(Beta { regression, inference, standardized, speed, design })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn recovers_a_known_speed() {
        // Every region closes 3 per cent of its gap to 10 a year, over 20 years.
        let initial = [7.0, 7.5, 8.0, 9.0, 9.5];
        let growth: Vec<f64> = initial.iter().map(|y| (10.0 - y) * (1.0 - (-0.6_f64).exp()) / 20.0).collect();
        let sample = BetaSample { growth: &growth, initial: &initial, conditions: &[], time: 20.0 };
        let beta = beta_convergence(sample, Covariance::Classical).unwrap();
        assert!((beta.speed.unwrap().rate - 0.03).abs() < 1e-12);
        assert!(beta.regression.exact && beta.inference.f.is_none());
        assert!((beta.standardized[1].unwrap() + 1.0).abs() < 1e-12 && beta.standardized[0].is_none());
    }

    #[test]
    fn refuses_samples_that_do_not_fit() {
        let initial = [7.0, 7.5, 8.0, 9.0];
        let sample =
            |conditions, time| BetaSample { growth: &[0.1, 0.2, 0.1, 0.0], initial: &initial, conditions, time };
        let fit = |conditions, time| beta_convergence(sample(conditions, time), Covariance::Classical).unwrap_err();
        assert_eq!(fit(&[&[1.0]], 5.0), BetaError::LengthsDiffer { values: 1, regions: 4 });
        assert_eq!(fit(&[], 0.0), BetaError::InvalidTime { time: 0.0 });
        let collinear = BetaError::Regression(RegressionError::Collinear { column: 2 });
        assert_eq!(fit(&[&[8.0, 8.5, 9.0, 10.0]], 5.0), collinear);
    }
}
