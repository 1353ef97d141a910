//! How fast regions approach their steady state, from the slope of their growth on their level.

use std::f64::consts::LN_2;

/// Speed of convergence and half-life, with standard errors by the delta method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// Share of the gap that closes per unit of time.
    pub rate: f64,
    /// Its standard error.
    pub rate_error: f64,
    /// Time in which half of the gap closes.
    pub half_life: f64,
    /// Its standard error.
    pub half_life_error: f64,
}

/// Why there is no speed of convergence.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoSpeed {
    /// Regions that start higher do not grow more slowly: there is no gap that closes.
    #[error("the slope {slope} is not negative, so that no gap closes")]
    NotConverging {
        /// The slope.
        slope: f64,
    },
    /// The whole gap or more is closed within the time, which no constant speed does.
    #[error("a slope of {slope} closes more than the whole gap within {time} units of time")]
    Overshooting {
        /// The slope.
        slope: f64,
        /// Length of the time.
        time: f64,
    },
}

/// Computes speed and half-life from the slope of annual log growth on the initial log level.
///
/// ```text
/// b = -(1 - exp(-rate T)) / T        rate = -ln(1 + b T) / T        half_life = ln 2 / rate
/// se(rate) = se(b) / (1 + b T)       se(half_life) = ln 2 / rate^2 * se(rate)
/// ```
///
/// # Shapes and units
///
/// - `slope`, `error`: estimate of b per unit of time, and its standard error.
/// - `time`: T, positive, the time over which growth was measured.
/// - returns: rate per unit of time, half-life in units of time.
///
/// # Errors
///
/// A slope that is not negative, or one of -1/T or below.
///
/// # Source
///
/// Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251. REAT's `betaconv.ols` answers
/// -ln(1 + b)/T, which would hold for the slope of the growth over the whole time, not per year.
pub fn speed_of_convergence(slope: f64, error: f64, time: f64) -> Result<Speed, NoSpeed> {
    let left = 1.0 + slope * time;
    if left.is_nan() || slope >= 0.0 {
        return Err(NoSpeed::NotConverging { slope });
    }
    if left <= 0.0 {
        return Err(NoSpeed::Overshooting { slope, time });
    }
    speed_of_rate(-(slope * time).ln_1p() / time, error / left)
}

/// Computes the half-life of an estimated rate; as [`speed_of_convergence`].
///
/// # Errors
///
/// A rate that is not positive.
pub fn speed_of_rate(rate: f64, rate_error: f64) -> Result<Speed, NoSpeed> {
    let half_life = LN_2 / rate;
    if rate > 0.0 && half_life.is_finite() {
        Ok(Speed { rate, rate_error, half_life, half_life_error: half_life / rate * rate_error })
    } else {
        Err(NoSpeed::NotConverging { slope: -rate })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn inverts_the_slope() {
        // A rate of two per cent over ten years.
        let slope = -(1.0 - (-0.2_f64).exp()) / 10.0;
        let speed = speed_of_convergence(slope, 0.001, 10.0).unwrap();
        assert!((speed.rate - 0.02).abs() < 1e-15);
        assert!((speed.half_life - LN_2 / 0.02).abs() < 1e-11);
        assert!((speed.rate_error - 0.001 / (-0.2_f64).exp()).abs() < 1e-15);
    }

    #[test]
    fn errors_are_derivatives() {
        let (slope, step) = (-0.03, 1e-6);
        let at = |slope: f64| speed_of_convergence(slope, 1.0, 12.0).unwrap();
        let derivative = |of: &dyn Fn(Speed) -> f64| (of(at(slope + step)) - of(at(slope - step))) / (2.0 * step);
        assert!((at(slope).rate_error + derivative(&|speed| speed.rate)).abs() < 1e-6);
        let half_life = derivative(&|speed| speed.half_life);
        assert!((at(slope).half_life_error / half_life - 1.0).abs() < 1e-6);
    }

    #[test]
    fn slopes_without_a_speed_are_named() {
        assert_eq!(speed_of_convergence(0.0, 0.1, 5.0), Err(NoSpeed::NotConverging { slope: 0.0 }));
        assert_eq!(speed_of_convergence(-0.2, 0.1, 5.0), Err(NoSpeed::Overshooting { slope: -0.2, time: 5.0 }));
        assert!(speed_of_convergence(f64::NAN, 0.1, 5.0).is_err());
        assert!(speed_of_convergence(-5e-324, 0.1, 5.0).is_err());
    }
}
