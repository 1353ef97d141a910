//! The models that a series can be projected by, and their fit to it.

use super::distribution::Distribution;
use super::{Curve, CurveFit, InitialStates, RandomWalk, Scale, SmoothedTrend, Smoothing, Unprojected, fit_curve};
use super::{random_walk, smoothing};

/// A model of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// The last value goes on.
    Naive,
    /// The last value goes on and changes by the mean of the past changes.
    Drift,
    /// A straight line over time, always of levels.
    Linear,
    /// A power of time.
    Power,
    /// An exponential curve over time.
    Exponential,
    /// A logistic curve over time.
    Logistic,
    /// Simple exponential smoothing.
    Simple,
    /// Exponential smoothing with a trend.
    Holt,
    /// Exponential smoothing with a damped trend.
    Damped,
}

/// The scale of random walks and of exponential smoothing. Curves have scales of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorScale {
    /// Levels: errors are differences.
    Level,
    /// Natural logarithms: errors are relative, values positive.
    #[default]
    Log,
}

/// How models are fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitOptions {
    /// Scale of random walks and of exponential smoothing.
    pub scale: ErrorScale,
    /// Initial states of exponential smoothing.
    pub initial: InitialStates,
    /// Time of the first period, for curves.
    pub first_time: f64,
    /// Saturation of the logistic curve; left out, 1.001 times the highest value.
    pub saturation: Option<f64>,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self { scale: ErrorScale::default(), initial: InitialStates::default(), first_time: 1.0, saturation: None }
    }
}

/// A model that was fitted to a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The model.
    pub model: Model,
    /// What was fitted.
    pub fitted: Fitted,
    scale: Scale,
}

/// Parameters by kind of model.
#[derive(Debug, Clone, PartialEq)]
pub enum Fitted {
    /// Naive or drift.
    RandomWalk(RandomWalk),
    /// A trend curve.
    Curve(CurveFit),
    /// Exponential smoothing.
    Smoothing(Smoothing),
}

impl Model {
    /// Fewest values that the model is fitted to: its parameters and initial states, and two more (of changes, for random walks).
    ///
    /// ```text
    /// Naive 3   Drift 4   Linear, Power, Exponential, Logistic 4   Simple 4   Holt 6   Damped 7
    /// ```
    pub fn minimum_length(self) -> usize {
        match self {
            Self::Naive => 3,
            Self::Drift | Self::Linear | Self::Power | Self::Exponential | Self::Logistic | Self::Simple => 4,
            Self::Holt => 6,
            Self::Damped => 7,
        }
    }

    /// Fits the model to consecutive values.
    ///
    /// # Errors
    ///
    /// A series that is too short, the first value that is missing or that the model's scale does not hold, or parameters that
    /// are beyond the range of numbers.
    pub fn fit(self, series: &[f64], options: &FitOptions) -> Result<Fit, Unprojected> {
        let (length, needed) = (series.len(), self.minimum_length());
        if length < needed {
            return Err(Unprojected::TooShort { length, needed });
        }
        let scale = match options.scale {
            ErrorScale::Level => Scale::Level,
            ErrorScale::Log => Scale::Log,
        };
        let walk = |drifts| Ok((Fitted::RandomWalk(random_walk::fit(&scale.forward(series)?, drifts)), scale));
        let smoothing = |trend| {
            let fitted = smoothing::fit(&scale.forward(series)?, trend, options.initial);
            Ok((Fitted::Smoothing(fitted), scale))
        };
        let curve = |curve| {
            let fitted = fit_curve(series, curve, options.first_time)?;
            let scale = fitted.scale;
            Ok((Fitted::Curve(fitted), scale))
        };
        let (fitted, scale) = match self {
            Self::Naive => walk(false),
            Self::Drift => walk(true),
            Self::Linear => curve(Curve::Linear),
            Self::Power => curve(Curve::Power),
            Self::Exponential => curve(Curve::Exponential),
            Self::Logistic => curve(Curve::Logistic { saturation: options.saturation }),
            Self::Simple => smoothing(SmoothedTrend::None),
            Self::Holt => smoothing(SmoothedTrend::Linear),
            Self::Damped => smoothing(SmoothedTrend::Damped),
        }?;
        let fit = Fit { model: self, fitted, scale };
        if fit.variance().is_finite() { Ok(fit) } else { Err(Unprojected::OutOfRange) }
    }
}

impl Fit {
    /// The scale on which errors add up. Values on other scales than [`Scale::Level`] are medians.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Variance of the one-step errors on the model's scale, corrected for estimated parameters.
    pub fn variance(&self) -> f64 {
        match &self.fitted {
            Fitted::RandomWalk(walk) => walk.variance,
            Fitted::Curve(curve) => curve.variance,
            Fitted::Smoothing(smoothing) => smoothing.variance,
        }
    }

    /// The projected values of the coming periods.
    pub fn values(&self, horizon: usize) -> Vec<f64> {
        self.distribution(horizon).means.into_iter().map(|mean| self.scale.back(mean)).collect()
    }

    pub(super) fn distribution(&self, horizon: usize) -> Distribution {
        match &self.fitted {
            Fitted::RandomWalk(walk) => walk.distribution(horizon),
            Fitted::Curve(curve) => curve.distribution(horizon),
            Fitted::Smoothing(smoothing) => smoothing.distribution(horizon),
        }
    }

    pub(super) fn simulate(&self, draw: impl FnMut() -> f64, path: &mut [f64]) {
        match &self.fitted {
            Fitted::RandomWalk(walk) => walk.simulate(draw, path),
            Fitted::Curve(curve) => curve.simulate(draw, path),
            Fitted::Smoothing(smoothing) => smoothing.simulate(draw, path),
        }
    }

    /// One possible future in which all parameters are estimated anew from a drawn past.
    pub(super) fn simulate_anew(&self, draw: impl FnMut() -> f64, path: &mut [f64]) {
        match &self.fitted {
            // Their futures draw drifts and lines anew already; least squares needs no search for that.
            Fitted::RandomWalk(_) | Fitted::Curve(_) => self.simulate(draw, path),
            Fitted::Smoothing(smoothing) => smoothing.simulate_anew(draw, path),
        }
    }

    /// The residuals, around their mean, and scaled to the model's variance: least squares makes residuals smaller than errors.
    pub(super) fn errors_to_draw(&self) -> Vec<f64> {
        let residuals = match &self.fitted {
            Fitted::RandomWalk(walk) => &walk.residuals,
            Fitted::Curve(curve) => &curve.residuals,
            Fitted::Smoothing(smoothing) => &smoothing.smoothed.residuals,
        };
        let n = residuals.len() as f64;
        let mean = residuals.iter().sum::<f64>() / n;
        let spread = residuals.iter().map(|error| (error - mean) * (error - mean)).sum::<f64>() / n;
        let factor = if spread > 0.0 { (self.variance() / spread).sqrt() } else { 0.0 };
        residuals.iter().map(|error| factor * (error - mean)).collect()
    }
}
