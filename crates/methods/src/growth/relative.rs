//! Growth of ratios: per head, per worker, or of a share in a whole.

use super::GrowthError;

/// Computes the growth of a ratio from that of its numerator and its denominator.
///
/// ```text
/// g(E/P) = (1 + g(E)) / (1 + g(P)) - 1 = (g(E) - g(P)) / (1 + g(P))      and so ln(1 + g(E/P)) = ln(1 + g(E)) - ln(1 + g(P))
/// ```
///
/// With population as denominator it is the growth per head; with the benchmark as denominator, that of the region's share.
///
/// # Shapes and units
///
/// - `numerator`, `denominator`: rates over the same period as fractions, at least -1.
/// - returns: a rate over the period. Always finite.
///
/// # Errors
///
/// The first that is no rate (0 is the numerator, 1 the denominator), a denominator of which nothing was left, or a result
/// out of range.
pub fn ratio_rate(numerator: f64, denominator: f64) -> Result<f64, GrowthError> {
    for (index, value) in [numerator, denominator].into_iter().enumerate() {
        if !value.is_finite() || value < -1.0 {
            return Err(GrowthError::InvalidRate { index, value });
        }
    }
    if denominator == -1.0 {
        return Err(GrowthError::TotalLoss { index: 1 });
    }
    let rate = (numerator - denominator) / (1.0 + denominator);
    if rate.is_finite() { Ok(rate.max(-1.0)) } else { Err(GrowthError::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_head_is_less_the_growth_of_heads() {
        assert_eq!(ratio_rate(0.21, 0.1).map(|rate| (rate * 1e12).round() / 1e12), Ok(0.1));
        assert_eq!(
            (ratio_rate(0.07, 0.07), ratio_rate(-1.0, 0.3), ratio_rate(0.0, -0.5)),
            (Ok(0.0), Ok(-1.0), Ok(1.0))
        );
    }

    #[test]
    fn nothing_has_no_ratio() {
        assert_eq!(ratio_rate(0.1, -1.0), Err(GrowthError::TotalLoss { index: 1 }));
        assert_eq!(ratio_rate(-1.5, 0.0), Err(GrowthError::InvalidRate { index: 0, value: -1.5 }));
        assert!(matches!(ratio_rate(0.0, f64::NAN), Err(GrowthError::InvalidRate { index: 1, .. })));
        assert_eq!(ratio_rate(1e308, -0.9999), Err(GrowthError::OutOfRange));
    }
}
