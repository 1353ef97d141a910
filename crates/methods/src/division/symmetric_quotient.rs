//! Symmetric location quotient: a quotient between -1 and 1.

/// Brings a location quotient between -1 (absent) and 1, with 0 at the benchmark's share.
///
/// ```text
/// (LQ - 1) / (LQ + 1)
/// ```
///
/// # Shapes and units
///
/// - `quotient`: a location quotient, finite and not negative.
/// - returns: dimensionless, -1 to 1; `None` for what is not a location quotient.
///
/// # Source
///
/// Dalum, Laursen and Villumsen (1998), International Review of Applied Economics 12(3), 423-443.
pub fn symmetric_quotient(quotient: f64) -> Option<f64> {
    (quotient.is_finite() && quotient >= 0.0).then(|| (quotient - 1.0) / (quotient + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_between_absence_and_all() {
        assert_eq!(symmetric_quotient(0.0), Some(-1.0));
        assert_eq!(symmetric_quotient(1.0), Some(0.0));
        assert_eq!(symmetric_quotient(3.0), Some(0.5));
        assert_eq!(symmetric_quotient(f64::MAX), Some(1.0));
        assert_eq!(symmetric_quotient(-0.5), None);
        assert_eq!(symmetric_quotient(f64::NAN), None);
    }
}
