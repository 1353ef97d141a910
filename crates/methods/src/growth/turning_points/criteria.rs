//! Information criteria for the number of breaks.

/// Constants of the criterion of Liu, Wu and Zidek.
const LWZ_FACTOR: f64 = 0.299;
const LWZ_POWER: f64 = 2.1;

/// Criteria of a number of breaks; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InformationCriteria {
    /// Akaike (1974): tends to too many breaks.
    pub aic: f64,
    /// Schwarz's, for breaks by Yao (1988).
    pub bic: f64,
    /// Liu, Wu and Zidek (1997): a heavier penalty, robust to errors of heavier tails.
    pub lwz: f64,
}

/// Computes the criteria of `breaks` breaks.
///
/// ```text
/// AIC = ln(S/T) + 2 p/T                           p = (m + 1) q + m
/// BIC = ln(S/T) + p ln(T)/T
/// LWZ = ln(S/(T - p)) + 0.299 p (ln T)^2.1 / T
/// ```
///
/// # Shapes and units
///
/// - `squares`: S, the sum of squared residuals; `n`: T; `coefficients`: q.
/// - returns: `None` where the fit is exact (S = 0), so that no criterion is finite, or leaves no degree of freedom.
///
/// # Source
///
/// Yao (1988), Statistics and Probability Letters 6(3), 181-189; Liu, Wu and Zidek (1997), Statistica Sinica 7, 497-525; in the
/// form of Bai and Perron (2003), Journal of Applied Econometrics 18(1), 1-22. strucchange's BIC is T times this one and a
/// constant.
pub(super) fn information_criteria(
    squares: f64,
    n: usize,
    breaks: usize,
    coefficients: usize,
) -> Option<InformationCriteria> {
    let parameters = (breaks + 1) * coefficients + breaks;
    if squares <= 0.0 || parameters >= n {
        return None;
    }
    let (t, p) = (n as f64, parameters as f64);
    let fit = (squares / t).ln();
    Some(InformationCriteria {
        aic: fit + 2.0 * p / t,
        bic: fit + p * t.ln() / t,
        lwz: (squares / (t - p)).ln() + LWZ_FACTOR * p * t.ln().powf(LWZ_POWER) / t,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The Nile with one shift of its mean; digits by numpy, see the test of `detect_breaks`.
    #[test]
    fn agrees_with_another_program() {
        let criteria = information_criteria(1_597_457.194_444_447_8, 100, 1, 1).unwrap();
        assert!((criteria.aic - 9.738_753_483_546_796).abs() < 1e-12);
        assert!((criteria.bic - 9.816_908_589_126_438).abs() < 1e-12);
        assert!((criteria.lwz - 9.930_832_399_991_25).abs() < 1e-12);
        assert_eq!((information_criteria(0.0, 100, 1, 1), information_criteria(1.0, 5, 1, 2)), (None, None));
    }
}
