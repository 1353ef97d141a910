//! Weighted location quotient: a quotient relative to the others of its region.

/// Divides the location quotients of one region by their mean over industries.
///
/// ```text
/// W[r, i] = LQ[r, i] / (sum over j of LQ[r, j] / n)
/// ```
///
/// Plain quotients of a region that is specialised in one small industry are nearly all below 1; weighted ones have a mean of 1
/// in every region, so that they can be compared between regions.
///
/// # Shapes and units
///
/// - `quotients`: location quotients of one region, by industry, not negative; `None` where undefined. n counts those that
///   are defined.
/// - returns: by industry; `None` where the quotient is undefined, and everywhere when all are zero.
///
/// # Source
///
/// Proudman and Redding (2000), Review of International Economics 8(3), 455-478.
pub fn weighted_quotient(quotients: &[Option<f64>]) -> Vec<Option<f64>> {
    let defined = quotients.iter().flatten();
    let mean = defined.clone().sum::<f64>() / defined.count() as f64;
    let weighted = |quotient: &f64| Some(quotient / mean).filter(|weighted| weighted.is_finite());
    quotients.iter().map(|quotient| quotient.as_ref().and_then(weighted)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_mean_of_one() {
        let weighted = weighted_quotient(&[Some(1.0), None, Some(0.0), Some(5.0)]);
        assert_eq!(weighted, [Some(0.5), None, Some(0.0), Some(2.5)]);
        assert_eq!(weighted_quotient(&[Some(0.0), None]), [None, None]);
        assert_eq!(weighted_quotient(&[None]), [None]);
        assert!(weighted_quotient(&[]).is_empty());
    }
}
