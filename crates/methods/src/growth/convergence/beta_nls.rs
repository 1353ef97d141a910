//! Beta convergence by non-linear least squares: the speed is the parameter.

use super::beta::{BetaError, BetaSample};
use super::speed::{NoSpeed, Speed, speed_of_rate};
use crate::stats::{Covariance, Estimate, Regression, RegressionError};
use crate::{Matrix, Progress};

/// Rounds of the search. From the slope of least squares a handful is enough.
const MOST_ITERATIONS: usize = 100;

/// How far the residuals may be from orthogonal to the derivatives, relative to what orthogonal residuals would leave.
const TOLERANCE: f64 = 1e-9;

/// How the search ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Convergence {
    /// Whether it reached a minimum.
    pub converged: bool,
    /// Steps taken.
    pub iterations: usize,
    /// Length of the residuals along the derivatives over their length across them, each per degree of freedom (the
    /// criterion of Bates and Watts): 0 at a minimum.
    pub relative_offset: f64,
}

/// Beta convergence by non-linear least squares.
#[derive(Debug, Clone, PartialEq)]
pub struct BetaNls {
    /// Constant, speed of convergence, conditions in order; where the search did not converge, where it stood.
    pub estimates: Vec<Estimate>,
    /// Covariance of the same.
    pub covariance: Matrix,
    /// Growth less what is fitted, by region.
    pub residuals: Vec<f64>,
    /// Sum of squared residuals.
    pub residual_sum_of_squares: f64,
    /// Regions less parameters.
    pub degrees_of_freedom: usize,
    /// How the search ended.
    pub convergence: Convergence,
    /// Speed and half-life, or why there is none.
    pub speed: Result<Speed, NoSpeed>,
}

/// Fits the speed of convergence by non-linear least squares.
///
/// ```text
/// g[r] = a - (1 - exp(-b T)) / T * ln y[0, r] + c' x[r] + e[r]
/// ```
///
/// by Gauss-Newton steps, each halved until it lowers the sum of squares, from the slope of ordinary least squares on. b is
/// the speed itself. The slope on the initial level can then be anything above -1/T, so the minimum is that of ordinary
/// least squares wherever that slope is above -1/T; where it is not, there is no minimum and the search does not converge.
///
/// # Shapes and units
///
/// - as [`beta_convergence`](super::beta_convergence); standard errors are those of the linear regression on the derivatives
///   at the minimum.
///
/// # Errors
///
/// As [`beta_convergence`](super::beta_convergence), or the caller's wish to stop. A search that does not converge is not an error: see
/// [`Convergence::converged`].
///
/// # Source
///
/// Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251; Bates and Watts (1988), Nonlinear Regression
/// Analysis and Its Applications, Wiley. REAT's `betaconv.nls` calls the speed «Beta» and transforms it once more.
pub fn beta_convergence_nls(
    sample: BetaSample<'_>,
    covariance: Covariance<'_>,
    progress: &Progress,
) -> Result<BetaNls, BetaError> {
    let design = sample.design()?;
    let linear = Regression::fit(&design, sample.growth)?;
    let mut parameters = linear.coefficients;
    parameters[1] = -parameters[1];
    let model = Model { design: &design, growth: sample.growth, time: sample.time };

    let mut residuals = model.residuals(&parameters);
    let mut step = model.linearized(&parameters, &residuals)?;
    let mut convergence =
        Convergence { converged: false, iterations: 0, relative_offset: relative_offset(&residuals, &step) };
    while convergence.relative_offset > TOLERANCE && convergence.iterations < MOST_ITERATIONS {
        progress.check()?;
        let Some((better, lower)) = model.descend(&parameters, &step.coefficients, &residuals) else { break };
        let Ok(next) = model.linearized(&better, &lower) else { break };
        (parameters, residuals, step) = (better, lower, next);
        convergence.iterations += 1;
        convergence.relative_offset = relative_offset(&residuals, &step);
    }
    convergence.converged = convergence.relative_offset <= TOLERANCE || model.is_exact(&residuals);

    let inference = step.inference(covariance)?;
    let degrees = step.degrees_of_freedom as f64;
    let tested = |(value, step): (&f64, &Estimate)| Estimate::tested(*value, step.standard_error, degrees);
    let estimates: Vec<Estimate> = parameters.iter().zip(&inference.estimates).map(tested).collect();
    Ok(BetaNls {
        speed: speed_of_rate(estimates[1].value, estimates[1].standard_error),
        estimates,
        covariance: inference.covariance,
        residual_sum_of_squares: sum_of_squares(&residuals),
        residuals,
        degrees_of_freedom: step.degrees_of_freedom,
        convergence,
    })
}

/// The model of one sample.
struct Model<'a> {
    design: &'a Matrix,
    growth: &'a [f64],
    time: f64,
}

impl Model<'_> {
    fn residuals(&self, parameters: &[f64]) -> Vec<f64> {
        // (1 - exp(-bT)) / T without the cancellation near b = 0.
        let slope = (-parameters[1] * self.time).exp_m1() / self.time;
        let fitted = |row: &[f64]| -> f64 {
            let conditions = row.iter().zip(parameters).skip(2).map(|(x, c)| x * c).sum::<f64>();
            parameters[0] + slope * row[1] + conditions
        };
        self.growth.iter().zip(self.design.rows()).map(|(growth, row)| growth - fitted(row)).collect()
    }

    /// Residuals regressed on the derivatives of the model: its coefficients are the step of Gauss and Newton.
    fn linearized(&self, parameters: &[f64], residuals: &[f64]) -> Result<Regression, RegressionError> {
        let decay = (-parameters[1] * self.time).exp();
        let derivative = |row, column| match column {
            1 => -decay * self.design.get(row, 1),
            _ => self.design.get(row, column),
        };
        let derivatives = Matrix::from_fn(self.design.n_rows(), self.design.n_columns(), derivative);
        Regression::fit(&derivatives, residuals)
    }

    /// Goes the step, or half of it, a quarter and so on, until the sum of squares falls; parameters and residuals there.
    /// Close to a minimum it falls by less than rounding, so a whole step that leaves it as it is will do.
    fn descend(&self, parameters: &[f64], step: &[f64], residuals: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let (mut fraction, mut bound) = (1.0, sum_of_squares(residuals) * (1.0 + 1e-13));
        while fraction > 1e-10 {
            let better: Vec<f64> = parameters.iter().zip(step).map(|(own, step)| own + fraction * step).collect();
            let lower = self.residuals(&better);
            if sum_of_squares(&lower) < bound {
                return Some((better, lower));
            }
            (fraction, bound) = (fraction / 2.0, sum_of_squares(residuals));
        }
        None
    }

    /// Whether residuals are nothing but rounding.
    fn is_exact(&self, residuals: &[f64]) -> bool {
        sum_of_squares(residuals) <= 1e-24 * sum_of_squares(self.growth)
    }
}

/// The criterion of Bates and Watts, from residuals and what is left of them after the step.
fn relative_offset(residuals: &[f64], step: &Regression) -> f64 {
    let along: f64 = residuals.iter().zip(&step.residuals).map(|(before, after)| (before - after).powi(2)).sum();
    let columns = step.coefficients.len() as f64;
    let offset = (along / columns).sqrt() / step.residual_variance().sqrt();
    if offset.is_nan() { 0.0 } else { offset }
}

fn sum_of_squares(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::beta_convergence;
    use super::*;

    const GROWTH: [f64; 6] = [0.061, 0.048, 0.052, 0.031, 0.035, 0.018];
    const INITIAL: [f64; 6] = [7.1, 7.6, 8.0, 8.9, 9.2, 9.9];

    #[test]
    fn agrees_with_the_slope_of_least_squares() {
        let dummy: &[f64] = &[1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        for conditions in [&[][..], &[dummy]] {
            let sample = BetaSample { growth: &GROWTH, initial: &INITIAL, conditions, time: 15.0 };
            for covariance in [Covariance::Classical, Covariance::Hc1, Covariance::Clustered(&[0, 0, 1, 1, 2, 2])] {
                let linear = beta_convergence(sample, covariance).unwrap();
                let own = beta_convergence_nls(sample, covariance, &Progress::new()).unwrap();
                assert!(own.convergence.converged && own.convergence.iterations > 0, "{:?}", own.convergence);
                let (speed, expected) = (own.speed.unwrap(), linear.speed.unwrap());
                assert!((speed.rate / expected.rate - 1.0).abs() < 1e-9);
                assert!((speed.rate_error / expected.rate_error - 1.0).abs() < 1e-8);
                assert!((speed.half_life_error / expected.half_life_error - 1.0).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn a_slope_beyond_all_speeds_does_not_converge() {
        // Growth falls by one for each log point, five times what closes the whole gap in five years.
        let growth: Vec<f64> = INITIAL.iter().zip(GROWTH).map(|(y, noise)| 10.0 - y + noise).collect();
        let sample = BetaSample { growth: &growth, initial: &INITIAL, conditions: &[], time: 5.0 };
        let own = beta_convergence_nls(sample, Covariance::Classical, &Progress::new()).unwrap();
        assert!(!own.convergence.converged);
    }

    #[test]
    fn an_exact_fit_converges_and_diverging_regions_have_no_speed() {
        let growth: Vec<f64> = INITIAL.iter().map(|y| 0.3 - 0.02 * y).collect();
        let sample = BetaSample { growth: &growth, initial: &INITIAL, conditions: &[], time: 10.0 };
        let own = beta_convergence_nls(sample, Covariance::Classical, &Progress::new()).unwrap();
        assert!(own.convergence.converged);
        assert!((own.estimates[1].value + (0.8_f64).ln() / 10.0).abs() < 1e-10);
        let growth: Vec<f64> = growth.iter().map(|growth| -growth).collect();
        let sample = BetaSample { growth: &growth, initial: &INITIAL, conditions: &[], time: 10.0 };
        assert!(matches!(
            beta_convergence_nls(sample, Covariance::Classical, &Progress::new()).unwrap().speed,
            Err(NoSpeed::NotConverging { .. })
        ));
    }
}
