//! Growth of each region in logs, as the regressions of convergence take it.

use crate::Matrix;
use crate::stats::lanes;

/// Which mean of log growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GrowthForm {
    /// From the first to the last period: `ln(y[T] / y[0]) / T`.
    #[default]
    EndPoints,
    /// Mean over the periods in between of the growth from one to the next, each per unit of time.
    MeanOfSteps,
}

/// Why regions have no log growth.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LogGrowthError {
    /// Growth takes two periods.
    #[error("growth needs at least 2 periods, not {periods}")]
    TooFewPeriods {
        /// Number of periods.
        periods: usize,
    },
    /// There is not one time a period.
    #[error("{times} times for {periods} periods")]
    TimesDiffer {
        /// Number of times.
        times: usize,
        /// Number of periods.
        periods: usize,
    },
    /// A time is not after the one before.
    #[error("period {period} is not after the period before it")]
    TimesNotIncreasing {
        /// Position of the period.
        period: usize,
    },
    /// A value is missing, zero, negative or infinite, so that it has no logarithm.
    #[error("region {region}, period {period}: {value} has no logarithm")]
    NotPositive {
        /// Column of the region.
        region: usize,
        /// Row of the period.
        period: usize,
        /// The value.
        value: f64,
    },
}

/// Computes the growth of each region per unit of time, in logs.
///
/// ```text
/// end points      g[r] = ln(y[T, r] / y[0, r]) / (time[T] - time[0])
/// mean of steps   g[r] = mean over t of ln(y[t, r] / y[t - 1, r]) / (time[t] - time[t - 1])
/// ```
///
/// The two agree when the periods are evenly spaced.
///
/// # Shapes and units
///
/// - `values`: periods x regions, positive.
/// - `times`: one a period, increasing; in years, so that growth is annual.
/// - returns: one a region, as a fraction per unit of time.
///
/// # Errors
///
/// Fewer than two periods, times that do not fit or do not increase, or the first value without a logarithm.
///
/// # Source
///
/// Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251. REAT's `betaconv.ols` takes the mean of steps
/// where it is given several years.
pub fn mean_log_growth(values: &Matrix, times: &[f64], form: GrowthForm) -> Result<Vec<f64>, LogGrowthError> {
    let (periods, regions) = (values.n_rows(), values.n_columns());
    if periods < 2 {
        return Err(LogGrowthError::TooFewPeriods { periods });
    }
    if times.len() != periods {
        return Err(LogGrowthError::TimesDiffer { times: times.len(), periods });
    }
    let steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if let Some(step) = steps.iter().position(|&step| !(step > 0.0 && step.is_finite())) {
        return Err(LogGrowthError::TimesNotIncreasing { period: step + 1 });
    }
    let used: Vec<usize> = match form {
        GrowthForm::EndPoints => vec![0, periods - 1],
        GrowthForm::MeanOfSteps => (0..periods).collect(),
    };
    for &period in &used {
        let row = values.row(period);
        let (sum, least) = lanes::sum_and_least(row);
        if !(sum.is_finite() && least > 0.0)
            && let Some(region) = row.iter().position(|&value| !(value > 0.0 && value.is_finite()))
        {
            return Err(LogGrowthError::NotPositive { region, period, value: values.get(period, region) });
        }
    }
    let mut growth = vec![0.0; regions];
    let mut before = lanes::logs(values.row(0));
    for pair in used.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let time = times[to] - times[from];
        let logs = lanes::logs(values.row(to));
        // A quotient of finite numbers may overflow where the difference of their logarithms does not.
        lanes::arch().dispatch(
            #[inline(always)]
            || {
                let ends = before.iter().zip(&logs);
                growth.iter_mut().zip(ends).for_each(|(growth, (start, end))| *growth += (end - start) / time);
            },
        );
        before = logs;
    }
    if used.len() > 2 {
        let spans = (used.len() - 1) as f64;
        growth.iter_mut().for_each(|growth| *growth /= spans);
    }
    Ok(growth)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn values(cells: &[f64]) -> Matrix {
        Matrix::try_new(cells.to_vec(), 1).unwrap()
    }

    #[test]
    fn averages_by_ends_or_by_steps() {
        let e = std::f64::consts::E;
        // One log point in the first year, then one in two years.
        let growth = |form| mean_log_growth(&values(&[1.0, e, e * e]), &[2000.0, 2001.0, 2003.0], form).unwrap()[0];
        assert!((growth(GrowthForm::EndPoints) - 2.0 / 3.0).abs() < 1e-15);
        assert!((growth(GrowthForm::MeanOfSteps) - 0.75).abs() < 1e-15);
    }

    #[test]
    fn refuses_what_has_no_log_growth() {
        let growth = |cells: &[f64], times: &[f64]| mean_log_growth(&values(cells), times, GrowthForm::EndPoints);
        assert_eq!(growth(&[1.0], &[1.0]), Err(LogGrowthError::TooFewPeriods { periods: 1 }));
        assert_eq!(growth(&[1.0, 2.0], &[1.0]), Err(LogGrowthError::TimesDiffer { times: 1, periods: 2 }));
        assert_eq!(growth(&[1.0, 2.0], &[1.0, 1.0]), Err(LogGrowthError::TimesNotIncreasing { period: 1 }));
        let zero = LogGrowthError::NotPositive { region: 0, period: 1, value: 0.0 };
        assert_eq!(growth(&[1.0, 0.0], &[1.0, 2.0]), Err(zero));
        assert!(growth(&[1.0, f64::NAN, 2.0], &[1.0, 2.0, 3.0]).is_ok());
        assert!(mean_log_growth(&values(&[1.0, f64::NAN, 2.0]), &[1.0, 2.0, 3.0], GrowthForm::MeanOfSteps).is_err());
    }
}
