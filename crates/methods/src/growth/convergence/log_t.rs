//! The log t test of Phillips and Sul: whether regions converge although they may be far apart still.

use super::moments::Moments;
use super::transition::TransitionPanel;
use crate::stats::LongRunVariance;
use crate::stats::distributions::normal_below;

/// Periods that the regression needs after those that are discarded.
const FEWEST_PERIODS: usize = 5;

/// How the test is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogTOptions {
    /// Fraction of the periods that is discarded at the start.
    pub discarded: f64,
    /// How the long-run variance of the errors is estimated.
    pub variance: LongRunVariance,
    /// The t below which convergence is rejected.
    pub critical: f64,
}

impl Default for LogTOptions {
    /// 0.3, as Phillips and Sul advise for up to 50 periods (0.2 beyond 100), their own variance, and a one-sided 5 per cent.
    fn default() -> Self {
        Self { discarded: 0.3, variance: LongRunVariance::default(), critical: -1.65 }
    }
}

/// Why there is no test.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LogTError {
    /// The fraction does not lie between 0 and 1, exclusive.
    #[error("{discarded} is not a fraction of periods between 0 and 1")]
    InvalidFraction {
        /// The fraction.
        discarded: f64,
    },
    /// The critical value is no number.
    #[error("{critical} is not a critical value")]
    InvalidCritical {
        /// The value.
        critical: f64,
    },
    /// Too few periods are left.
    #[error("{left} periods are left for the regression, which needs 5")]
    TooFewPeriods {
        /// Periods that are left.
        left: usize,
    },
    /// The group has too few regions.
    #[error("a group of {regions} has no dispersion")]
    TooFewRegions {
        /// Regions of the group.
        regions: usize,
    },
}

/// Why a group has no t although it can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degenerate {
    /// The regions are equal at a period that the regression uses: there is nothing left to converge.
    NoDispersion {
        /// Position of the period.
        period: usize,
    },
    /// The regions are equal at the first period and not later: they can only diverge.
    NoInitialDispersion,
    /// The regression fits exactly, so that there is no error to compare with; the sign of the coefficient decides.
    ExactFit,
}

/// The log t regression of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogTFit {
    /// Intercept.
    pub constant: f64,
    /// Slope b on log t; half of it is the speed at which dispersion decays.
    pub coefficient: f64,
    /// Standard error of the slope, consistent under autocorrelation.
    pub standard_error: f64,
    /// Slope over standard error.
    pub t: f64,
    /// Probability of a standard normal variable below t: small when convergence is rejected.
    pub p: f64,
}

/// What the test says of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogT {
    /// The regression, or why there is none.
    pub fit: Result<LogTFit, Degenerate>,
    /// Whether convergence is not rejected.
    pub converges: bool,
}

impl LogT {
    /// The t, or what stands for it where there is none: beyond all others.
    pub(super) fn statistic(&self) -> f64 {
        match (self.fit, self.converges) {
            (Ok(fit), _) => fit.t,
            (Err(_), true) => f64::INFINITY,
            (Err(_), false) => f64::NEG_INFINITY,
        }
    }
}

/// Tests whether a group of regions converges.
///
/// With H\[t\] the dispersion of the group's relative transition paths ([`TransitionPanel::dispersion`]), t = 1, 2, …, T and s
/// = floor(discarded * T), at least 2:
///
/// ```text
/// ln(H[1] / H[t]) - 2 ln(ln t) = a + b ln t + u[t],   t = s, ..., T
/// se(b)^2 = long-run variance of u / sum of (ln t - mean)^2        t(b) = b / se(b)
/// ```
///
/// Convergence is rejected when t(b) is not above the critical value. With the variance of Newey and West, se(b)^2 is that of
/// the scores (ln t - mean) u\[t\] instead.
///
/// # Shapes and units
///
/// - `group`: positions of at least two regions, like indexing; in which order does not matter but for rounding.
/// - returns: b per log of time, dimensionless.
///
/// # Errors
///
/// A fraction outside of 0 to 1, a critical value that is none, fewer than five periods left, or fewer than two regions.
///
/// # Source
///
/// Phillips and Sul (2007), Econometrica 75(6), 1771-1855; (2009), Journal of Applied Econometrics 24(7), 1153-1185. Standard
/// errors are those of their program and of ConvergenceClubs (Sichera and Pizzuto 2019, The R Journal 11(2), 142-151), which
/// starts at round(T r) + 1 where this starts at floor(T r) with the article.
pub fn log_t(panel: &TransitionPanel, group: &[usize], options: LogTOptions) -> Result<LogT, LogTError> {
    let test = LogTTest::try_new(panel.n_periods(), options)?;
    if group.len() < 2 {
        return Err(LogTError::TooFewRegions { regions: group.len() });
    }
    Ok(test.apply(&Moments::of(panel, group.iter().copied()), &mut Vec::new()))
}

/// Position of the first period that the regression uses: floor(discarded * T), at least 2, of periods counted from 1.
///
/// # Errors
///
/// As [`log_t`].
pub fn first_tested_period(n_periods: usize, options: LogTOptions) -> Result<usize, LogTError> {
    let LogTOptions { discarded, critical, .. } = options;
    if !(discarded > 0.0 && discarded < 1.0) {
        return Err(LogTError::InvalidFraction { discarded });
    }
    if !critical.is_finite() {
        return Err(LogTError::InvalidCritical { critical });
    }
    // ln(ln t) needs t > 1. A product such as 0.3 * 10 may fall short of its whole number.
    let start = ((discarded * n_periods as f64 + 1e-9).floor() as usize).max(2);
    let left = (n_periods + 1).saturating_sub(start);
    if left < FEWEST_PERIODS { Err(LogTError::TooFewPeriods { left }) } else { Ok(start - 1) }
}

/// The test for panels of one length, with what does not depend on the group.
#[derive(Debug, Clone)]
pub(super) struct LogTTest {
    first: usize,
    /// ln t less its mean.
    centred: Vec<f64>,
    /// 2 ln(ln t).
    penalty: Vec<f64>,
    mean: f64,
    sum_of_squares: f64,
    options: LogTOptions,
}

impl LogTTest {
    pub(super) fn try_new(n_periods: usize, options: LogTOptions) -> Result<Self, LogTError> {
        let first = first_tested_period(n_periods, options)?;
        let logs: Vec<f64> = (first + 1..=n_periods).map(|t| (t as f64).ln()).collect();
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        let centred: Vec<f64> = logs.iter().map(|log| log - mean).collect();
        Ok(Self {
            first,
            penalty: logs.iter().map(|log| 2.0 * log.ln()).collect(),
            mean,
            sum_of_squares: centred.iter().map(|x| x * x).sum(),
            centred,
            options,
        })
    }

    /// Tests a group by its moments. `terms` is memory to work in.
    pub(super) fn apply(&self, moments: &Moments, terms: &mut Vec<f64>) -> LogT {
        let at = |position: usize| moments.dispersion(self.first + position);
        let initial = moments.dispersion(0);
        let equal = (0..self.centred.len()).find(|&position| at(position) <= 0.0);
        let degenerate = match (initial > 0.0, equal) {
            (_, Some(position)) => Some((Degenerate::NoDispersion { period: self.first + position }, true)),
            (false, None) => Some((Degenerate::NoInitialDispersion, false)),
            (true, None) => None,
        };
        if let Some((reason, converges)) = degenerate {
            return LogT { fit: Err(reason), converges };
        }
        terms.clear();
        terms
            .extend(self.penalty.iter().enumerate().map(|(position, penalty)| (initial / at(position)).ln() - penalty));
        self.regress(terms)
    }

    /// Regresses outcomes on ln t; leaves the residuals in their place.
    fn regress(&self, terms: &mut [f64]) -> LogT {
        let n = terms.len() as f64;
        let mean = terms.iter().sum::<f64>() / n;
        let product: f64 = terms.iter().zip(&self.centred).map(|(y, x)| (y - mean) * x).sum();
        let coefficient = product / self.sum_of_squares;
        let (mut residuals, mut total) = (0.0, 0.0);
        for (term, x) in terms.iter_mut().zip(&self.centred) {
            let (outcome, residual) = (*term, *term - mean - coefficient * x);
            total += outcome * outcome;
            residuals += residual * residual;
            *term = residual;
        }
        // Beyond this the residuals are rounding.
        if residuals <= 1e-26 * total {
            return LogT { fit: Err(Degenerate::ExactFit), converges: coefficient >= 0.0 };
        }
        let standard_error = self.standard_error(terms);
        let t = coefficient / standard_error;
        let Some(p) = normal_below(t).filter(|_| t.is_finite()) else {
            return LogT { fit: Err(Degenerate::ExactFit), converges: coefficient >= 0.0 };
        };
        let constant = mean - coefficient * self.mean;
        let fit = LogTFit { constant, coefficient, standard_error, t, p };
        LogT { fit: Ok(fit), converges: t > self.options.critical }
    }

    /// Standard error of the slope from residuals, which it may change.
    fn standard_error(&self, residuals: &mut [f64]) -> f64 {
        let variance = match self.options.variance {
            LongRunVariance::PhillipsSul | LongRunVariance::Andrews => {
                self.options.variance.estimate(residuals) / self.sum_of_squares
            }
            LongRunVariance::NeweyWest => {
                residuals.iter_mut().zip(&self.centred).for_each(|(residual, x)| *residual *= x);
                let of_mean = self.options.variance.estimate(residuals);
                of_mean * residuals.len() as f64 / (self.sum_of_squares * self.sum_of_squares)
            }
        };
        variance.max(0.0).sqrt()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::samples::{RAW, two_clubs};
    use super::super::transition::Preparation;
    use super::*;
    use crate::Matrix;

    fn fit(preparation: Preparation, group: &[usize], variance: LongRunVariance) -> LogTFit {
        let panel = TransitionPanel::try_new(&two_clubs(), preparation).unwrap();
        log_t(&panel, group, LogTOptions { variance, ..LogTOptions::default() }).unwrap().fit.unwrap()
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-9 * expected.abs(), "{own} is not {expected}");
    }

    /// Figures of a program in numpy that takes each step by its definition: the filter by a dense solve, dispersion by two
    /// passes, `lstsq`, autocovariances as traces of outer products; and statsmodels 0.15.0's HAC for Newey and West.
    #[test]
    fn matches_an_independent_computation() {
        let filtered = Preparation { logs: false, smoothing: Some(400.0) };
        let club = [0, 2, 4, 6];
        let own = fit(RAW, &club, LongRunVariance::PhillipsSul);
        close(own.constant, 0.009908443559728827);
        close(own.coefficient, 0.8968845238291675);
        close(own.standard_error, 0.02554549711908106);
        close(own.t, 35.10930007148872);
        assert_eq!(own.p, 1.0);
        close(fit(RAW, &club, LongRunVariance::Andrews).standard_error, 0.02597719873404207);
        close(fit(RAW, &club, LongRunVariance::NeweyWest).standard_error, 0.025420868745274248);
        let own = fit(filtered, &club, LongRunVariance::PhillipsSul);
        close(own.constant, -3.9068491304142055);
        close(own.coefficient, 2.001775924274596);
        close(own.standard_error, 0.0442476483306528);
        close(fit(filtered, &club, LongRunVariance::Andrews).t, 46.557019787823585);
        close(fit(filtered, &club, LongRunVariance::NeweyWest).t, 40.79079824297682);
        let all: Vec<usize> = (0..13).collect();
        let own = fit(RAW, &all, LongRunVariance::PhillipsSul);
        close(own.coefficient, -1.300561445764339);
        close(own.standard_error, 0.002477204399151693);
        close(own.t, -525.0117617301626);
        assert_eq!(own.p, 0.0);
    }

    #[test]
    fn groups_without_a_t_are_judged_too() {
        let test = |cells: &dyn Fn(usize) -> (f64, f64)| {
            let values = Matrix::from_fn(9, 2, |period, region| {
                let (one, other) = cells(period);
                if region == 0 { one } else { other }
            });
            let panel = TransitionPanel::try_new(&values, RAW).unwrap();
            log_t(&panel, &[0, 1], LogTOptions::default()).unwrap()
        };
        let equal = test(&|period| (1.0, if period == 5 { 1.0 } else { 2.0 }));
        assert_eq!((equal.fit, equal.converges), (Err(Degenerate::NoDispersion { period: 5 }), true));
        let apart = test(&|period| (1.0, 1.0 + period as f64));
        assert_eq!((apart.fit, apart.converges), (Err(Degenerate::NoInitialDispersion), false));
        let same = test(&|_| (2.0, 2.0));
        assert_eq!((same.fit, same.converges), (Err(Degenerate::NoDispersion { period: 1 }), true));
    }

    #[test]
    fn refuses_what_has_no_test() {
        let panel = TransitionPanel::try_new(&two_clubs(), RAW).unwrap();
        let with = |discarded, critical| {
            log_t(&panel, &[0, 1], LogTOptions { discarded, critical, ..LogTOptions::default() }).unwrap_err()
        };
        assert_eq!(with(1.0, -1.65), LogTError::InvalidFraction { discarded: 1.0 });
        assert_eq!(with(0.0, -1.65), LogTError::InvalidFraction { discarded: 0.0 });
        assert_eq!(with(0.9, -1.65), LogTError::TooFewPeriods { left: 4 });
        let infinite = LogTError::InvalidCritical { critical: f64::NEG_INFINITY };
        assert_eq!(with(0.3, f64::NEG_INFINITY), infinite);
        assert_eq!(log_t(&panel, &[3], LogTOptions::default()), Err(LogTError::TooFewRegions { regions: 1 }));
    }
}
