//! Trend curves: linear, power, exponential and logistic, each a straight line on a scale of its own.

use super::distribution::{Distribution, Tail};
use super::{Scale, Unprojected};
use crate::stats::distributions::{f_above, student_two_sided};

/// The shape of a trend over time x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Curve {
    /// `y = a + b x`.
    Linear,
    /// `y = exp(a) x^b`.
    Power,
    /// `y = exp(a + b x)`.
    Exponential,
    /// `y = S/(1 + exp(a + b x))`.
    Logistic {
        /// The saturation S; left out, 1.001 times the highest value.
        saturation: Option<f64>,
    },
}

/// One coefficient of a line, with its standard error and test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// The estimate.
    pub value: f64,
    /// Its classical standard error.
    pub standard_error: f64,
    /// The estimate over its standard error; none where that is zero.
    pub t: Option<f64>,
    /// Two-sided probability under Student's t with n - 2 degrees of freedom.
    pub p: Option<f64>,
}

/// A trend curve that was fitted to a series. All but the saturation is on the curve's own scale.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveFit {
    /// The scale on which the curve is a line.
    pub scale: Scale,
    /// Whether time enters as its logarithm.
    pub log_time: bool,
    /// The intercept a.
    pub intercept: f64,
    /// The slope b.
    pub slope: f64,
    /// Residual variance, with n - 2 degrees of freedom.
    pub variance: f64,
    /// Differences of the series from the line.
    pub residuals: Vec<f64>,
    first_time: f64,
    mean_x: f64,
    mean_z: f64,
    squares_x: f64,
    squares_z: f64,
}

/// How well a curve fits, on its own scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurveStatistics {
    /// The intercept a.
    pub intercept: Coefficient,
    /// The slope b.
    pub slope: Coefficient,
    /// Explained part of the variation; none for a series without variation.
    pub r_squared: Option<f64>,
    /// The same, corrected for degrees of freedom.
    pub adjusted_r_squared: Option<f64>,
    /// The F statistic of the regression with 1 and n - 2 degrees of freedom; none for an exact fit.
    pub f: Option<f64>,
    /// The probability of a greater F.
    pub f_p: Option<f64>,
}

/// Fits a trend curve by least squares on its scale.
///
/// ```text
/// Linear       y            = a + b x
/// Power        ln y         = a + b ln x
/// Exponential  ln y         = a + b x
/// Logistic     ln(S/y - 1)  = a + b x
/// ```
///
/// with x = `first_time`, `first_time` + 1, and so on. The fit is best on the scale, not in values: what is taken back from it
/// is a median, without a correction.
///
/// # Shapes and units
///
/// - `series`: at least three consecutive values; positive for all but `Linear`, below the saturation for `Logistic`.
/// - `first_time`: the time of the first value. It matters for the shape of `Power` alone, for which it is positive; for the
///   others it moves the intercept.
///
/// # Errors
///
/// A series that is too short, a value that the scale does not hold, a time without a logarithm, or a fit out of range.
///
/// # Source
///
/// Wieland (2020), REAT, `curvefit`, whose power curve takes logarithms to the base of 10: its intercept and standard error
/// are these divided by ln 10. Inference as in Greene (2012), Econometric Analysis, 7th edition, chapter 4.
pub fn fit_curve(series: &[f64], curve: Curve, first_time: f64) -> Result<CurveFit, Unprojected> {
    if series.len() < 3 {
        return Err(Unprojected::TooShort { length: series.len(), needed: 3 });
    }
    let log_time = curve == Curve::Power;
    if log_time && first_time <= 0.0 {
        return Err(Unprojected::NotPositive { period: 0, value: first_time });
    }
    let scale = match curve {
        Curve::Linear => Scale::Level,
        Curve::Power | Curve::Exponential => Scale::Log,
        Curve::Logistic { saturation } => {
            let highest = series.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            Scale::Logit { saturation: saturation.unwrap_or(1.001 * highest) }
        }
    };
    let fit = fit_line(&scale.forward(series)?, scale, log_time, first_time);
    let numbers = [fit.intercept, fit.slope, fit.variance];
    if numbers.iter().all(|number| number.is_finite()) { Ok(fit) } else { Err(Unprojected::OutOfRange) }
}

/// The least-squares line through a series on its scale, around the means, so that late years cost no digits.
fn fit_line(z: &[f64], scale: Scale, log_time: bool, first_time: f64) -> CurveFit {
    let n = z.len() as f64;
    let x = |period: usize| time(first_time, period, log_time);
    let mean_x = (0..z.len()).map(x).sum::<f64>() / n;
    let mean_z = z.iter().sum::<f64>() / n;
    let (mut squares_x, mut squares_z, mut products) = (0.0, 0.0, 0.0);
    for (period, value) in z.iter().enumerate() {
        let (dx, dz) = (x(period) - mean_x, value - mean_z);
        squares_x += dx * dx;
        squares_z += dz * dz;
        products += dx * dz;
    }
    let slope = products / squares_x;
    let residual = |(period, value): (usize, &f64)| (value - mean_z) - slope * (x(period) - mean_x);
    let residuals: Vec<f64> = z.iter().enumerate().map(residual).collect();
    let variance = residuals.iter().map(|error| error * error).sum::<f64>() / (n - 2.0);
    let intercept = mean_z - slope * mean_x;
    CurveFit {
        scale,
        log_time,
        intercept,
        slope,
        variance,
        residuals,
        first_time,
        mean_x,
        mean_z,
        squares_x,
        squares_z,
    }
}

fn time(first_time: f64, period: usize, log_time: bool) -> f64 {
    let time = first_time + period as f64;
    if log_time { time.ln() } else { time }
}

fn coefficient(value: f64, variance: f64, degrees: f64) -> Coefficient {
    let standard_error = variance.sqrt();
    let t = (standard_error > 0.0).then(|| value / standard_error);
    Coefficient { value, standard_error, t, p: t.and_then(|t| student_two_sided(t, degrees)) }
}

impl CurveFit {
    /// Standard errors, tests and explained variation.
    pub fn statistics(&self) -> CurveStatistics {
        let n = self.residuals.len() as f64;
        let degrees = n - 2.0;
        let of_intercept = self.variance * (1.0 / n + self.mean_x * self.mean_x / self.squares_x);
        let explained = self.slope * self.slope * self.squares_x;
        let r_squared = (self.squares_z > 0.0).then(|| 1.0 - self.variance * degrees / self.squares_z);
        let f = (self.variance > 0.0).then(|| explained / self.variance);
        CurveStatistics {
            intercept: coefficient(self.intercept, of_intercept, degrees),
            slope: coefficient(self.slope, self.variance / self.squares_x, degrees),
            r_squared,
            adjusted_r_squared: r_squared.map(|r_squared| 1.0 - (1.0 - r_squared) * (n - 1.0) / degrees),
            f,
            f_p: f.and_then(|f| f_above(f, 1.0, degrees)),
        }
    }

    /// The fitted value of a period, counted from the first of the series; periods after the last are extrapolated.
    pub fn value(&self, period: usize) -> f64 {
        self.scale.back(self.line(period))
    }

    fn line(&self, period: usize) -> f64 {
        self.mean_z + self.slope * self.distance(period)
    }

    fn distance(&self, period: usize) -> f64 {
        time(self.first_time, period, self.log_time) - self.mean_x
    }

    /// The distribution of the coming values, on the curve's scale.
    ///
    /// ```text
    /// mean[h]     = a + b x
    /// variance[h] = variance * (1 + 1/n + (x - mean x)^2 / sum((x - mean x)^2))     Student, n - 2 degrees of freedom
    /// ```
    ///
    /// # Source
    ///
    /// Greene (2012), 4.6.1.
    pub(super) fn distribution(&self, horizon: usize) -> Distribution {
        let n = self.residuals.len();
        let coming = n..n + horizon;
        let variance = |period: usize| {
            let distance = self.distance(period);
            self.variance * (1.0 + 1.0 / n as f64 + distance * distance / self.squares_x)
        };
        Distribution {
            means: coming.clone().map(|period| self.line(period)).collect(),
            deviations: coming.map(|period| variance(period).sqrt()).collect(),
            tail: Tail::Student { degrees: n.saturating_sub(2) },
        }
    }

    /// One possible future: every error is drawn anew, those of the past included, from which the line is estimated.
    pub(super) fn simulate(&self, mut draw: impl FnMut() -> f64, path: &mut [f64]) {
        let n = self.residuals.len();
        let (mut sum, mut products) = (0.0, 0.0);
        for period in 0..n {
            let error = draw();
            sum += error;
            products += error * self.distance(period);
        }
        let (shift, tilt) = (sum / n as f64, products / self.squares_x);
        for (step, value) in path.iter_mut().enumerate() {
            let period = n + step;
            *value = self.line(period) + shift + tilt * self.distance(period) + draw();
        }
    }
}
