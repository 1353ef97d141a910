//! The trend of a series by the filter of Hodrick and Prescott.

/// The smoothest that a trend may be: beyond that, rounding eats into the digits of the trend.
pub const LARGEST_SMOOTHING: f64 = 1e8;

/// Why there is no filter.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FilterError {
    /// Second differences need three periods.
    #[error("a trend needs at least 3 periods, not {periods}")]
    TooFewPeriods {
        /// Number of periods.
        periods: usize,
    },
    /// The smoothing parameter is not between 0 and 1e8.
    #[error("{smoothing} is not a smoothing parameter between 0 and 1e8")]
    InvalidSmoothing {
        /// The parameter.
        smoothing: f64,
    },
}

/// The filter for series of one length, factored once.
#[derive(Debug, Clone, PartialEq)]
pub struct HodrickPrescott {
    /// Diagonal of the factor.
    diagonal: Vec<f64>,
    /// Below the diagonal by one.
    below: Vec<f64>,
    /// Below the diagonal by two.
    second: Vec<f64>,
}

impl HodrickPrescott {
    /// Prepares the filter.
    ///
    /// The trend of x is the solution of
    ///
    /// ```text
    /// minimise sum (x[t] - trend[t])^2 + lambda * sum (trend[t + 1] - 2 trend[t] + trend[t - 1])^2
    /// (I + lambda D'D) trend = x,  D: second differences
    /// ```
    ///
    /// by a factorisation L diag L' of the matrix, which has five diagonals, in time proportional to the periods.
    ///
    /// # Shapes and units
    ///
    /// - `periods`: length of the series, evenly spaced in time.
    /// - `smoothing`: lambda. 400 for annual data of regional incomes (Phillips and Sul), 6.25 or 100 for business cycles;
    ///   0 leaves the series as it is.
    ///
    /// # Errors
    ///
    /// Fewer than three periods, or a smoothing parameter outside of 0 to 1e8.
    ///
    /// # Source
    ///
    /// Hodrick and Prescott (1997), Journal of Money, Credit and Banking 29(1), 1-16.
    pub fn try_new(periods: usize, smoothing: f64) -> Result<Self, FilterError> {
        if periods < 3 {
            return Err(FilterError::TooFewPeriods { periods });
        }
        if !(0.0..=LARGEST_SMOOTHING).contains(&smoothing) {
            return Err(FilterError::InvalidSmoothing { smoothing });
        }
        let (mut main, mut first, mut second) = (vec![1.0; periods], vec![0.0; periods], vec![0.0; periods]);
        for t in 0..periods - 2 {
            for (offset, weight) in [1.0, 4.0, 1.0].into_iter().enumerate() {
                main[t + offset] += smoothing * weight;
            }
            first[t] -= 2.0 * smoothing;
            first[t + 1] -= 2.0 * smoothing;
            second[t] += smoothing;
        }
        Ok(Self::factor(main, first, second))
    }

    fn factor(mut main: Vec<f64>, mut first: Vec<f64>, mut second: Vec<f64>) -> Self {
        for t in 0..main.len() {
            if t >= 2 {
                main[t] -= main[t - 2] * second[t - 2] * second[t - 2];
            }
            if t >= 1 {
                main[t] -= main[t - 1] * first[t - 1] * first[t - 1];
                first[t] -= main[t - 1] * first[t - 1] * second[t - 1];
            }
            first[t] /= main[t];
            second[t] /= main[t];
        }
        Self { diagonal: main, below: first, second }
    }

    /// Number of periods of the series that it filters.
    pub fn periods(&self) -> usize {
        self.diagonal.len()
    }

    /// Replaces a series, one value a period, by its trend. Like indexing, it must have the length of the filter.
    pub fn filter(&self, series: &mut [f64]) {
        let n = self.periods();
        for t in 1..n {
            let before = if t >= 2 { self.second[t - 2] * series[t - 2] } else { 0.0 };
            series[t] -= self.below[t - 1] * series[t - 1] + before;
        }
        for t in (0..n).rev() {
            let next = if t + 1 < n { self.below[t] * series[t + 1] } else { 0.0 };
            let after = if t + 2 < n { self.second[t] * series[t + 2] } else { 0.0 };
            series[t] = series[t] / self.diagonal[t] - next - after;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn trend(series: &[f64], smoothing: f64) -> Vec<f64> {
        let mut trend = series.to_vec();
        HodrickPrescott::try_new(series.len(), smoothing).unwrap().filter(&mut trend);
        trend
    }

    /// Figures of statsmodels 0.15.0, `tsa.filters.hp_filter.hpfilter(x, 400)[1]`.
    #[test]
    fn matches_statsmodels() {
        let own = trend(&[1.0, 2.0, 4.0, 3.0, 5.0, 8.0, 7.0], 400.0);
        let expected = [
            0.9656150862162883,
            2.0716696281437743,
            3.177810132355719,
            4.2839433870662225,
            5.3920316551584975,
            6.5008273410480895,
            7.60810277001265,
        ];
        assert!(own.iter().zip(expected).all(|(own, to)| (own - to).abs() < 1e-12), "{own:?}");
    }

    #[test]
    fn a_line_is_its_own_trend_and_no_smoothing_changes_nothing() {
        let line: Vec<f64> = (0..9).map(|t| 3.0 - 0.5 * f64::from(t)).collect();
        assert!(trend(&line, 1e6).iter().zip(&line).all(|(own, to)| (own - to).abs() < 1e-8));
        let series = [4.0, -1.0, 7.5];
        assert_eq!(trend(&series, 0.0), series);
    }

    #[test]
    fn refuses_what_has_no_trend() {
        assert_eq!(HodrickPrescott::try_new(2, 400.0), Err(FilterError::TooFewPeriods { periods: 2 }));
        for smoothing in [-1.0, 1e9] {
            assert_eq!(HodrickPrescott::try_new(3, smoothing), Err(FilterError::InvalidSmoothing { smoothing }));
        }
        assert!(HodrickPrescott::try_new(3, f64::NAN).is_err());
    }
}
