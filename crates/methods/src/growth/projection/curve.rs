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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::smoothing::tests::{SERIES, close};
    use super::*;

    fn nearly(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-9 * expected.abs(), "{own} is not {expected}");
    }

    /// statsmodels 0.15.0, `OLS(z, add_constant(x)).fit()` with x = 1, 2, ... (its logarithm for the power curve) and z on the
    /// curve's scale: intercept, slope, their standard errors, t of the slope, R squared, adjusted, F; and the mean of
    /// `get_prediction` at x = 23.
    #[test]
    fn agrees_with_another_library() {
        let figures = [
            (
                Curve::Linear,
                [97.492_631_578_947_38, 6.233_082_706_766_923, 3.248_105_493_638_701, 0.271_146_607_781_730_3],
                [22.987_869_026_871_54, 0.967_059_640_422_566_3, 0.965_229_620_446_042_2, 528.442_122_396_599_2],
                240.853_533_834_586_59,
            ),
            (
                Curve::Power,
                [4.454_579_610_587_654, 0.288_867_884_611_894_7, 0.045_865_054_556_194_454, 0.020_293_004_645_294_172],
                [14.234_850_366_472_541, 0.918_415_803_495_212_3, 0.913_883_348_133_835_2, 202.630_964_955_862_57],
                5.360_323_191_955_939,
            ),
            (
                Curve::Exponential,
                [
                    4.642_782_605_805_592,
                    0.040_311_143_173_331_676,
                    0.026_729_789_826_953_572,
                    0.002_231_359_742_622_710_8,
                ],
                [18.065_730_237_631_02, 0.947_730_730_995_644_8, 0.944_826_882_717_625, 326.370_609_018_851_84],
                5.569_938_898_792_221,
            ),
            (
                Curve::Logistic { saturation: None },
                [0.971_913_292_214_718_4, -0.260_648_452_426_031_4, 0.341_634_614_252_085_7, 0.028_519_106_579_725_187],
                [-9.139_432_600_996_404, 0.822_711_151_192_256_1, 0.812_861_770_702_937_1, 83.529_228_268_155_85],
                -5.023_001_113_584_003,
            ),
        ];
        for (curve, coefficients, statistics, mean) in figures {
            let fit = fit_curve(&SERIES, curve, 1.0).unwrap();
            let own = fit.statistics();
            let of = |own: Coefficient| (own.value, own.standard_error);
            let ((a, error_a), (b, error_b)) = (of(own.intercept), of(own.slope));
            for (own, expected) in [a, b, error_a, error_b].into_iter().zip(coefficients) {
                nearly(own, expected);
            }
            let own = [own.slope.t.unwrap(), own.r_squared.unwrap(), own.adjusted_r_squared.unwrap(), own.f.unwrap()];
            for (own, expected) in own.into_iter().zip(statistics) {
                nearly(own, expected);
            }
            nearly(fit.distribution(3).means[2], mean);
            nearly(fit.value(22), fit.scale.back(mean));
        }
    }

    #[test]
    fn where_time_begins_moves_the_intercept_alone() {
        let (early, late) =
            (fit_curve(&SERIES, Curve::Linear, 1.0).unwrap(), fit_curve(&SERIES, Curve::Linear, 2000.0).unwrap());
        nearly(late.slope, early.slope);
        nearly(late.intercept, early.intercept - 1999.0 * early.slope);
        nearly(late.value(25), early.value(25));
    }

    #[test]
    fn an_exact_or_constant_series_has_no_statistics_of_errors() {
        let line = fit_curve(&[1.0, 2.0, 3.0, 4.0], Curve::Linear, 1.0).unwrap().statistics();
        assert_eq!((line.r_squared, line.f, line.f_p, line.slope.t), (Some(1.0), None, None, None));
        let constant = fit_curve(&[2.0; 4], Curve::Linear, 1.0).unwrap().statistics();
        assert_eq!((constant.r_squared, constant.adjusted_r_squared), (None, None));
    }

    #[test]
    fn futures_without_errors_are_the_curve() {
        let fit = fit_curve(&SERIES, Curve::Power, 1.0).unwrap();
        let mut path = [0.0; 3];
        fit.simulate(|| 0.0, &mut path);
        for (own, mean) in path.into_iter().zip(fit.distribution(3).means) {
            close(own, mean);
        }
    }

    #[test]
    fn refuses_what_no_curve_goes_through() {
        let short = Unprojected::TooShort { length: 2, needed: 3 };
        assert_eq!(fit_curve(&[1.0, 2.0], Curve::Linear, 1.0), Err(short));
        let zero = Unprojected::NotPositive { period: 1, value: 0.0 };
        assert_eq!(fit_curve(&[1.0, 0.0, 2.0], Curve::Exponential, 1.0), Err(zero));
        let before = Unprojected::NotPositive { period: 0, value: 0.0 };
        assert_eq!(fit_curve(&[1.0, 2.0, 3.0], Curve::Power, 0.0), Err(before));
        let saturated = Unprojected::NotBelowSaturation { period: 2, value: 3.0, saturation: 3.0 };
        let curve = Curve::Logistic { saturation: Some(3.0) };
        assert_eq!(fit_curve(&[1.0, 2.0, 3.0], curve, 1.0), Err(saturated));
        let huge = [1e300, -1e300, 1e300];
        assert_eq!(fit_curve(&huge, Curve::Linear, 1.0), Err(Unprojected::OutOfRange));
    }
}
