//! How a series moves together with a benchmark.

use super::slope::{Slope, slope, usual_lags};
use crate::stats::correlation;
use crate::stats::distributions::student_two_sided;

/// Correlation with the benchmark some periods away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LagCorrelation {
    /// Periods by which the benchmark is taken later: positive where the series leads.
    pub lag: i32,
    /// Pairs of values.
    pub n: usize,
    /// Correlation; none for fewer than three pairs or a constant.
    pub correlation: Option<f64>,
}

/// How a series moves together with a benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Comovement {
    /// Pairs of values.
    pub n: usize,
    /// Pearson's correlation.
    pub correlation: f64,
    /// Two-sided p-value of no correlation, for independent normal values.
    pub p_value: Option<f64>,
    /// The series on the benchmark: by how much it moves when the benchmark moves by one.
    pub beta: Slope,
    /// Correlations from the largest lead of the benchmark to the largest lead of the series.
    pub lags: Vec<LagCorrelation>,
    /// The lag of the largest correlation in size; the nearest to zero of equals, and of these the negative one.
    pub strongest_lag: i32,
}

/// Why a series cannot be compared with a benchmark.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ComovementError {
    /// The benchmark has another number of values.
    #[error("{values} values, but {benchmark} of the benchmark")]
    LengthsDiffer {
        /// Values of the series.
        values: usize,
        /// Values of the benchmark.
        benchmark: usize,
    },
    /// There are fewer than three pairs of values.
    #[error("{values} values are too few: 3 are needed")]
    TooShort {
        /// Values of the series.
        values: usize,
    },
    /// A value is NaN or infinite.
    #[error("value {position} is missing in the series or in the benchmark")]
    InvalidValue {
        /// Position of the value.
        position: usize,
    },
    /// One of the series does not vary.
    #[error("the series or the benchmark is constant")]
    Constant,
}

/// Measures how a series moves together with a benchmark.
///
/// ```text
/// r(k) = correlation of x[t] and b[t + k],  k = -max_lag, …, max_lag        x = a + beta b + e
/// ```
///
/// # Shapes and units
///
/// - `values`, `benchmark`: as many values each, in order of time and equally spaced; growth rates, as a rule, because levels
///   that grow are always correlated.
/// - `hac_lags`: autocovariances in the standard error of beta; left out, `floor(4 (n/100)^(2/9))`.
///
/// # Errors
///
/// Other lengths, fewer than three values, a value that is none, or a constant.
///
/// # Source
///
/// Standard errors: Newey and West (1987), Econometrica 55(3), 703-708.
pub fn comovement(
    values: &[f64],
    benchmark: &[f64],
    max_lag: usize,
    hac_lags: Option<usize>,
) -> Result<Comovement, ComovementError> {
    let n = values.len();
    if n != benchmark.len() {
        return Err(ComovementError::LengthsDiffer { values: n, benchmark: benchmark.len() });
    }
    if n < 3 {
        return Err(ComovementError::TooShort { values: n });
    }
    let missing = |(value, other): (&f64, &f64)| !value.is_finite() || !other.is_finite();
    if let Some(position) = values.iter().zip(benchmark).position(missing) {
        return Err(ComovementError::InvalidValue { position });
    }
    let beta = slope(values, benchmark, hac_lags.unwrap_or(usual_lags(n))).ok_or(ComovementError::Constant)?;
    let correlated = correlation(values, benchmark).ok_or(ComovementError::Constant)?;
    let max_lag = i32::try_from(max_lag.min(n - 1)).unwrap_or(i32::MAX);
    let lags: Vec<LagCorrelation> = (-max_lag..=max_lag).map(|lag| at_lag(values, benchmark, lag)).collect();
    let degrees = (n - 2) as f64;
    let t = correlated * (degrees / (1.0 - correlated * correlated)).sqrt();
    Ok(Comovement {
        n,
        correlation: correlated,
        p_value: student_two_sided(t, degrees),
        beta,
        strongest_lag: strongest(&lags),
        lags,
    })
}

fn at_lag(values: &[f64], benchmark: &[f64], lag: i32) -> LagCorrelation {
    let n = values.len();
    let distance = lag.unsigned_abs() as usize;
    let (own, other) = if lag >= 0 {
        (&values[..n - distance], &benchmark[distance..])
    } else {
        (&values[distance..], &benchmark[..n - distance])
    };
    LagCorrelation { lag, n: n - distance, correlation: correlation(own, other) }
}

fn strongest(lags: &[LagCorrelation]) -> i32 {
    let mut nearest: Vec<&LagCorrelation> = lags.iter().collect();
    nearest.sort_by_key(|lag| (lag.lag.abs(), lag.lag));
    let mut strongest = (0, f64::NEG_INFINITY);
    for lag in nearest {
        let size = lag.correlation.map_or(f64::NEG_INFINITY, f64::abs);
        if size > strongest.1 {
            strongest = (lag.lag, size);
        }
    }
    strongest.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BENCHMARK: [f64; 10] = [8.0, 9.0, 11.0, 10.0, 7.0, 9.5, 12.0, 8.0, 7.5, 10.5];

    #[test]
    fn a_series_that_leads_is_seen_to_lead() {
        // The series shows today what the benchmark shows two periods later.
        let mut values = BENCHMARK[2..].to_vec();
        values.extend([9.0, 9.0]);
        let moved = comovement(&values, &BENCHMARK, 3, None).unwrap();
        assert_eq!((moved.strongest_lag, moved.lags.len(), moved.lags[5].n), (2, 7, 8));
        assert!((moved.lags[5].correlation.unwrap() - 1.0).abs() < 1e-15);
        let follows = comovement(&BENCHMARK, &values, 3, None).unwrap();
        assert_eq!(follows.strongest_lag, -2);
    }

    #[test]
    fn beta_is_how_much_it_swings() {
        let double = BENCHMARK.map(|value| 2.0 * value - 5.0);
        let moved = comovement(&double, &BENCHMARK, 0, None).unwrap();
        assert!((moved.beta.slope - 2.0).abs() < 1e-12 && (moved.correlation - 1.0).abs() < 1e-15);
        assert_eq!((moved.lags.len(), moved.strongest_lag), (1, 0));
    }

    /// scipy 1.17.1: `pearsonr`.
    #[test]
    fn the_p_value_agrees_with_another_program() {
        let values = [1.0, 3.0, 2.0, 5.0, 4.0, 4.5, 6.0, 2.0, 3.0, 3.5];
        let moved = comovement(&values, &BENCHMARK, 3, None).unwrap();
        assert!((moved.correlation - 0.467_608_605_532_309_1).abs() < 1e-12);
        assert!((moved.p_value.unwrap() - 0.172_954_068_175_843_16).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_cannot_be_compared() {
        let differ = ComovementError::LengthsDiffer { values: 2, benchmark: 10 };
        assert_eq!(comovement(&[1.0, 2.0], &BENCHMARK, 3, None), Err(differ));
        assert_eq!(comovement(&[1.0], &[1.0], 3, None), Err(ComovementError::TooShort { values: 1 }));
        assert_eq!(comovement(&[1.0; 10], &BENCHMARK, 3, None), Err(ComovementError::Constant));
        let gap = comovement(&[1.0, 2.0, f64::NAN], &[1.0, 2.0, 3.0], 1, None);
        assert_eq!(gap, Err(ComovementError::InvalidValue { position: 2 }));
    }
}
