//! Random walks: the last value goes on, or the mean change does. What every other model is compared with.

use super::distribution::{Distribution, Tail};

/// A random walk that was fitted to a series.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomWalk {
    /// The last value, on the model's scale.
    pub last: f64,
    /// Change a period: zero without drift.
    pub drift: f64,
    /// Whether the drift was estimated.
    pub drifts: bool,
    /// Variance of the changes around the drift, with one degree of freedom less for a drift that was estimated.
    pub variance: f64,
    /// Each change less the drift.
    pub residuals: Vec<f64>,
}

/// Fits a random walk.
///
/// ```text
/// z[t] = z[t-1] + drift + e[t]       drift = (z[n] - z[1])/(n - 1), or 0
/// variance = sum(e^2)/(n - 1 - k)    k = 1 with a drift, else 0
/// ```
///
/// On a logarithmic scale the drift is the mean log growth.
///
/// # Shapes and units
///
/// - `series`: at least three values on the model's scale, four with a drift.
///
/// # Source
///
/// Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd edition, 5.2.
pub(super) fn fit(series: &[f64], drifts: bool) -> RandomWalk {
    let changes = series.len().saturating_sub(1);
    let (first, last) = (series.first().copied().unwrap_or(f64::NAN), series.last().copied().unwrap_or(f64::NAN));
    let drift = if drifts { (last - first) / changes as f64 } else { 0.0 };
    let residuals: Vec<f64> = series.windows(2).map(|pair| pair[1] - pair[0] - drift).collect();
    let degrees = changes.saturating_sub(usize::from(drifts));
    let variance = residuals.iter().map(|error| error * error).sum::<f64>() / degrees as f64;
    RandomWalk { last, drift, drifts, variance, residuals }
}

impl RandomWalk {
    /// The distribution of the coming values.
    ///
    /// ```text
    /// mean[h]     = z[n] + h * drift
    /// variance[h] = variance * h * (1 + h/(n - 1))      without a drift: variance * h
    /// ```
    ///
    /// # Source
    ///
    /// As [`fit`], 5.5.
    pub(super) fn distribution(&self, horizon: usize) -> Distribution {
        let changes = self.residuals.len() as f64;
        let steps = (1..=horizon).map(|step| step as f64);
        let means = steps.clone().map(|step| self.last + step * self.drift).collect();
        let estimated = if self.drifts { 1.0 / changes } else { 0.0 };
        let deviations = steps.map(|step| (self.variance * step * (1.0 + step * estimated)).sqrt()).collect();
        Distribution { means, deviations, tail: Tail::Normal }
    }

    /// One possible future: every error is drawn anew, those of the past included, from which a drift is estimated.
    pub(super) fn simulate(&self, mut draw: impl FnMut() -> f64, path: &mut [f64]) {
        let mut drift = self.drift;
        if self.drifts {
            let changes = self.residuals.len();
            drift += (0..changes).map(|_| draw()).sum::<f64>() / changes as f64;
        }
        let mut value = self.last;
        for step in path {
            value += drift + draw();
            *step = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_a_worked_example() {
        let walk = fit(&[1.0, 2.0, 5.0, 7.0], true);
        assert_eq!((walk.last, walk.drift, walk.residuals.as_slice()), (7.0, 2.0, [-1.0, 1.0, 0.0].as_slice()));
        assert_eq!(walk.variance, 1.0);
        let coming = walk.distribution(2);
        assert_eq!(coming.means, [9.0, 11.0]);
        assert_eq!(coming.deviations, [(4.0_f64 / 3.0).sqrt(), (2.0 * (1.0 + 2.0 / 3.0_f64)).sqrt()]);

        let walk = fit(&[1.0, 2.0, 5.0, 7.0], false);
        assert_eq!((walk.drift, walk.variance), (0.0, 14.0 / 3.0));
        assert_eq!(walk.distribution(2).means, [7.0, 7.0]);
        assert_eq!(walk.distribution(4).deviations[3], (14.0 / 3.0 * 4.0_f64).sqrt());
    }

    #[test]
    fn futures_without_errors_are_the_mean() {
        let mut path = [0.0; 3];
        fit(&[1.0, 2.0, 5.0, 7.0], true).simulate(|| 0.0, &mut path);
        assert_eq!(path, [9.0, 11.0, 13.0]);
    }
}
