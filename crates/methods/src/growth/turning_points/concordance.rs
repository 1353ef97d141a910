//! How often two series are in the same phase.

use super::slope::{slope, usual_lags};

/// How often a series and its benchmark expand and contract together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// Share of periods in the same phase: 0 to 1.
    pub index: f64,
    /// What the share would be, were the phases independent.
    pub expected: f64,
    /// Correlation of the phases; none where one of the series never changes phase.
    pub correlation: Option<f64>,
    /// Its t value, with Newey and West's standard error.
    pub t: Option<f64>,
    /// Two-sided p-value of independent phases.
    pub p_value: Option<f64>,
}

/// Measures how often two series are in the same phase.
///
/// ```text
/// I = mean of S[t] R[t] + (1 - S[t]) (1 - R[t])        expected = p q + (1 - p)(1 - q)
/// S/s_S = a + rho R/s_R + e
/// ```
///
/// with S and R one in expansion and zero in contraction, p and q their means and s their deviations. Phases last, so the
/// standard error of rho allows for errors that are correlated over time.
///
/// # Shapes and units
///
/// - `states`, `benchmark`: as many states each, true in expansion.
/// - `hac_lags`: autocovariances in the standard error; left out, `floor(4 (n/100)^(2/9))`.
/// - returns: `None` without periods or for other lengths.
///
/// # Source
///
/// Harding and Pagan (2002), Journal of Monetary Economics 49(2), 365-381, for the index; Harding and Pagan (2006), Journal of
/// Econometrics 132(1), 59-79, for the test.
pub fn concordance(states: &[bool], benchmark: &[bool], hac_lags: Option<usize>) -> Option<Concordance> {
    let n = states.len();
    if n == 0 || n != benchmark.len() {
        return None;
    }
    let together = states.iter().zip(benchmark).filter(|(own, other)| own == other).count();
    let numbers = |states: &[bool]| states.iter().map(|&state| f64::from(u8::from(state))).collect::<Vec<f64>>();
    let (own, other) = (numbers(states), numbers(benchmark));
    let [p, q] = [&own, &other].map(|values| values.iter().sum::<f64>() / n as f64);
    // The slope of the scaled states is the correlation, and its t is that of the slope of the states themselves.
    let fit = slope(&own, &other, hac_lags.unwrap_or(usual_lags(n)));
    let ratio = (q * (1.0 - q)).sqrt() / (p * (1.0 - p)).sqrt();
    Some(Concordance {
        index: together as f64 / n as f64,
        expected: p * q + (1.0 - p) * (1.0 - q),
        correlation: fit.map(|fit| (fit.slope * ratio).clamp(-1.0, 1.0)),
        t: fit.and_then(|fit| fit.t),
        p_value: fit.and_then(|fit| fit.p_value),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const OWN: [u8; 12] = [1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1];
    const OTHER: [u8; 12] = [1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1];

    fn states(states: [u8; 12]) -> Vec<bool> {
        states.iter().map(|&state| state == 1).collect()
    }

    /// numpy and statsmodels 0.14, regression of the scaled states with `HAC`, `maxlags=2`, `use_correction=True`, `use_t`.
    #[test]
    fn agrees_with_another_program() {
        let own = concordance(&states(OWN), &states(OTHER), Some(2)).unwrap();
        assert_eq!(own.index, 0.75);
        let close = |own: f64, expected: f64| assert!((own - expected).abs() < 1e-10, "{own} is not {expected}");
        close(own.expected, 19.0 / 36.0);
        close(own.correlation.unwrap(), 0.478_091_443_733_757_34);
        close(own.t.unwrap(), 2.224_423_074_294_927);
        close(own.p_value.unwrap(), 0.050_315_946_603_901_325);
    }

    #[test]
    fn a_series_without_turns_has_an_index_and_no_test() {
        let always = concordance(&[true; 12], &states(OTHER), None).unwrap();
        assert!((always.index - 7.0 / 12.0).abs() < 1e-15 && (always.expected - always.index).abs() < 1e-15);
        assert_eq!((always.correlation, always.t, always.p_value), (None, None, None));
        assert_eq!((concordance(&[], &[], None), concordance(&[true], &[], None)), (None, None));
    }
}
