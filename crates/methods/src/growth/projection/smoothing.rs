//! Exponential smoothing in state-space form: simple, with a trend (Holt), and with a damped trend.

mod estimate;
mod lanes;

use std::f64::consts::TAU;

pub(super) use estimate::fit;

use super::distribution::{Distribution, Tail};

/// The trend that is smoothed along with the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmoothedTrend {
    /// None: simple exponential smoothing, ETS(A,N,N).
    None,
    /// A trend that goes on: Holt's method, ETS(A,A,N).
    Linear,
    /// A trend that dies away: ETS(A,Ad,N).
    Damped,
}

/// Parameters and initial states of exponential smoothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SmoothingParameters {
    /// How much of an error the level takes up.
    pub alpha: f64,
    /// How much of an error the slope takes up; zero without a trend.
    pub beta: f64,
    /// What is left of the slope after a period: 1 unless damped.
    pub phi: f64,
    /// The level before the first value.
    pub level: f64,
    /// The slope before the first value; zero without a trend.
    pub slope: f64,
}

/// A series that was smoothed with given parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Smoothed {
    /// The level after the last value.
    pub level: f64,
    /// The slope after the last value.
    pub slope: f64,
    /// Each value less its projection from those before.
    pub residuals: Vec<f64>,
    /// Sum of the squared residuals.
    pub squares: f64,
}

/// Smooths a series with given parameters.
///
/// ```text
/// z[t] = l[t-1] + phi b[t-1] + e[t]
/// l[t] = l[t-1] + phi b[t-1] + alpha e[t]
/// b[t] = phi b[t-1] + beta e[t]
/// ```
///
/// # Shapes and units
///
/// - `series`: finite values on the model's scale.
/// - returns: as many residuals, in the same unit.
///
/// # Source
///
/// Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, 2.5, in the form of innovations. The
/// beta of other books is ours over alpha.
pub fn smooth(series: &[f64], parameters: SmoothingParameters) -> Smoothed {
    let SmoothingParameters { alpha, beta, phi, mut level, mut slope } = parameters;
    let (mut residuals, mut squares) = (Vec::with_capacity(series.len()), 0.0);
    for &value in series {
        let expected = level + phi * slope;
        let error = value - expected;
        level = expected + alpha * error;
        slope = phi * slope + beta * error;
        squares += error * error;
        residuals.push(error);
    }
    Smoothed { level, slope, residuals, squares }
}

/// Where the level and the slope before the first value come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InitialStates {
    /// Estimated with the parameters: those with the least squared errors.
    #[default]
    Estimated,
    /// Those of the line through the first ten values (all where there are fewer).
    Heuristic,
}

/// Exponential smoothing that was fitted to a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Smoothing {
    /// The trend.
    pub trend: SmoothedTrend,
    /// Parameters and initial states.
    pub parameters: SmoothingParameters,
    /// Last states and residuals.
    pub smoothed: Smoothed,
    /// Number of parameters and initial states that were chosen to fit the series.
    pub n_estimated: usize,
    /// Sum of the squared residuals over the number of values less those parameters.
    pub variance: f64,
    /// Where its initial states came from.
    pub initial: InitialStates,
}

impl Smoothing {
    /// The distribution of the coming values.
    ///
    /// ```text
    /// mean[h]     = l[n] + (phi + ... + phi^h) b[n]
    /// variance[h] = variance * (1 + sum over j = 1..h-1 of c[j]^2),   c[j] = alpha + beta (phi + ... + phi^j)
    /// ```
    ///
    /// The variance is that of errors to come; parameters and states count as known.
    ///
    /// # Source
    ///
    /// Hyndman et al. (2008), table 6.1 (class 1), with beta = 0 without a trend and phi = 1 without damping.
    pub(super) fn distribution(&self, horizon: usize) -> Distribution {
        let (SmoothingParameters { alpha, beta, phi, .. }, Smoothed { level, slope, .. }) =
            (self.parameters, &self.smoothed);
        let (mut means, mut deviations) = (Vec::with_capacity(horizon), Vec::with_capacity(horizon));
        let (mut power, mut sum_of_powers, mut spread) = (1.0, 0.0, 1.0);
        for _ in 0..horizon {
            power *= phi;
            sum_of_powers += power;
            means.push(level + sum_of_powers * slope);
            deviations.push((self.variance * spread).sqrt());
            let taken_up = alpha + beta * sum_of_powers;
            spread += taken_up * taken_up;
        }
        Distribution { means, deviations, tail: Tail::Normal }
    }

    /// One possible future, in which the errors to come are drawn.
    pub(super) fn simulate(&self, mut draw: impl FnMut() -> f64, path: &mut [f64]) {
        let SmoothingParameters { alpha, beta, phi, .. } = self.parameters;
        let (mut level, mut slope) = (self.smoothed.level, self.smoothed.slope);
        for value in path {
            let (expected, error) = (level + phi * slope, draw());
            *value = expected + error;
            level = expected + alpha * error;
            slope = phi * slope + beta * error;
        }
    }

    /// One possible future in which the parameters too are those of chance: they and the initial states are estimated anew
    /// from a past whose errors are drawn, and with them the series as it was is smoothed up to its last states.
    ///
    /// # Source
    ///
    /// Rodriguez and Ruiz (2009), Journal of Time Series Analysis 30(2), 167-178, after Pascual, Romo and Ruiz (2004), the same
    /// journal 25(4), 449-465.
    pub(super) fn simulate_anew(&self, mut draw: impl FnMut() -> f64, path: &mut [f64]) {
        let drawn = self.past(self.smoothed.residuals.iter().map(|_| draw()));
        let anew = estimate::fit(&drawn, self.trend, self.initial);
        let observed = self.past(self.smoothed.residuals.iter().copied());
        Self { smoothed: smooth(&observed, anew.parameters), ..anew }.simulate(draw, path);
    }

    /// The series that errors make from the initial states; the residuals make the series that was smoothed.
    fn past(&self, errors: impl Iterator<Item = f64>) -> Vec<f64> {
        let SmoothingParameters { alpha, beta, phi, mut level, mut slope } = self.parameters;
        let next = |error: f64| {
            let expected = level + phi * slope;
            level = expected + alpha * error;
            slope = phi * slope + beta * error;
            expected + error
        };
        errors.map(next).collect()
    }

    /// The logarithm of the likelihood on the model's scale; none for an exact fit.
    ///
    /// ```text
    /// -n/2 (ln(2 pi SSE/n) + 1)
    /// ```
    pub fn log_likelihood(&self) -> Option<f64> {
        let n = self.smoothed.residuals.len() as f64;
        (self.smoothed.squares > 0.0).then(|| -0.5 * n * ((TAU * self.smoothed.squares / n).ln() + 1.0))
    }

    /// Akaike's criterion, corrected for short series, with the variance among the parameters; none for an exact fit and for
    /// series that are too short for it.
    ///
    /// ```text
    /// -2 ln L + 2 k n/(n - k - 1)
    /// ```
    ///
    /// # Source
    ///
    /// Hurvich and Tsai (1989), Biometrika 76(2), 297-307.
    pub fn aicc(&self) -> Option<f64> {
        let (n, k) = (self.smoothed.residuals.len() as f64, (self.n_estimated + 1) as f64);
        let log_likelihood = self.log_likelihood()?;
        (n - k - 1.0 > 0.0).then(|| -2.0 * log_likelihood + 2.0 * k * n / (n - k - 1.0))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A made-up series that grows, bends and jumps.
    pub(in crate::growth::projection) const SERIES: [f64; 20] = [
        103.2, 107.9, 111.0, 118.4, 121.7, 131.5, 138.9, 151.2, 160.3, 158.8, 170.1, 181.9, 190.4, 193.7, 199.9, 201.2,
        197.5, 203.3, 206.8, 211.1,
    ];

    pub(in crate::growth::projection) fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-12 * expected.abs(), "{own} is not {expected}");
    }

    fn given(trend: SmoothedTrend, series: &[f64], level: f64, slope: f64) -> Smoothing {
        let (beta, phi, slope) = match trend {
            SmoothedTrend::None => (0.0, 1.0, 0.0),
            SmoothedTrend::Linear => (0.25, 1.0, slope),
            SmoothedTrend::Damped => (0.25, 0.9, slope),
        };
        let parameters = SmoothingParameters { alpha: 0.6, beta, phi, level, slope };
        let smoothed = smooth(series, parameters);
        Smoothing { trend, parameters, smoothed, n_estimated: 0, variance: 1.0, initial: InitialStates::Estimated }
    }

    /// statsmodels 0.15.0: `ETSModel(series, error="add", trend=None | "add", damped_trend=..., initialization_method="known",
    /// initial_level=99, initial_trend=4.5).smooth([0.6, 0.25, 0.9])`, its `sse` and `llf`, the mean of `get_prediction` five
    /// periods ahead and its `forecast_variance` over `sse / 20`. With logarithms: level ln 99, slope 0.045.
    #[test]
    fn agrees_with_another_library_at_given_parameters() {
        use SmoothedTrend::{Damped, Linear, None};
        let logs = SERIES.map(f64::ln);
        let figures = [
            (None, 2_153.295_079_341_803, -75.168_993_357_945_47, 208.489_351_563_966_07, 2.44),
            (Linear, 446.727_545_040_015_7, -59.440_936_827_106_08, 224.433_761_153_192_3, 7.315),
            (Damped, 464.697_101_437_028, -59.835_305_914_338_875, 219.540_459_983_903_05, 6.087_134_063_124_993),
        ];
        for (trend, squares, log_likelihood, mean, variance) in figures {
            let smoothing = given(trend, &SERIES, 99.0, 4.5);
            close(smoothing.smoothed.squares, squares);
            close(smoothing.log_likelihood().unwrap_or(f64::NAN), log_likelihood);
            let coming = smoothing.distribution(5);
            close(coming.means[4], mean);
            close(coming.deviations[4], f64::sqrt(variance));
        }
        let figures = [
            (None, 0.099_525_074_354_998_02, 24.652_008_701_419_817, 5.339_711_940_475_392),
            (Linear, 0.016_270_465_778_575_12, 42.762_589_372_432_195, 5.416_236_183_951_37),
            (Damped, 0.016_437_533_978_299_83, 42.660_431_090_700_335, 5.392_987_029_157_278),
        ];
        for (trend, squares, log_likelihood, mean) in figures {
            let smoothing = given(trend, &logs, 99.0_f64.ln(), 0.045);
            close(smoothing.smoothed.squares, squares);
            close(smoothing.log_likelihood().unwrap_or(f64::NAN), log_likelihood);
            close(smoothing.distribution(5).means[4], mean);
        }
    }

    #[test]
    fn futures_without_errors_are_the_mean() {
        let smoothing = given(SmoothedTrend::Damped, &SERIES, 99.0, 4.5);
        let mut path = [0.0; 4];
        smoothing.simulate(|| 0.0, &mut path);
        for (own, mean) in path.into_iter().zip(smoothing.distribution(4).means) {
            close(own, mean);
        }
    }

    #[test]
    fn residuals_make_the_series_again() {
        let smoothing = given(SmoothedTrend::Damped, &SERIES, 99.0, 4.5);
        for (own, value) in smoothing.past(smoothing.smoothed.residuals.iter().copied()).into_iter().zip(SERIES) {
            close(own, value);
        }
    }

    #[test]
    fn criteria_need_errors_and_long_enough_series() {
        let exact = given(SmoothedTrend::None, &[5.0; 8], 5.0, 0.0);
        assert_eq!((exact.log_likelihood(), exact.aicc()), (None, None));
        let mut short = given(SmoothedTrend::None, &[5.0, 6.0, 5.0, 7.0], 5.0, 0.0);
        short.n_estimated = 2;
        assert_eq!((short.aicc(), short.log_likelihood().is_some()), (None, true));
    }

    /// aicc of statsmodels 0.15.0, which counts the variance as we do; its criterion is written 2k + 2k(k + 1)/(n - k - 1).
    #[test]
    fn the_criterion_counts_the_variance() {
        let mut smoothing = given(SmoothedTrend::Linear, &SERIES, 99.0, 4.5);
        smoothing.n_estimated = 4;
        let (n, k) = (20.0, 5.0);
        let expected = 2.0 * 59.440_936_827_106_08 + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0);
        close(smoothing.aicc().unwrap_or(f64::NAN), expected);
    }
}
