//! Logarithmic location quotient.

/// Takes the natural logarithm of a location quotient.
///
/// ```text
/// ln LQ
/// ```
///
/// # Shapes and units
///
/// - `quotient`: a location quotient, finite and not negative.
/// - returns: dimensionless, 0 at the benchmark's share; `None` where the industry is absent, because zero has no logarithm,
///   and for what is not a location quotient.
///
/// # Source
///
/// Tian (2013), Journal of Regional Analysis and Policy 43(2), 186-197.
pub fn log_quotient(quotient: f64) -> Option<f64> {
    (quotient.is_finite() && quotient > 0.0).then(|| quotient.ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_zero_at_the_overall_share_and_nothing_where_absent() {
        assert_eq!(log_quotient(1.0), Some(0.0));
        assert_eq!(log_quotient(std::f64::consts::E), Some(1.0));
        assert_eq!(log_quotient(0.0), None);
        assert_eq!(log_quotient(f64::INFINITY), None);
        assert_eq!(log_quotient(f64::NAN), None);
    }
}
