//! Outlook of industries: how fast each has grown in all regions together.

use crate::growth::compound_growth;

/// Why there is no outlook.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum IndustryOutlookError {
    /// The two years are not of as many industries.
    #[error("{now} industries now and {before} before")]
    LengthsDiffer {
        /// Industries before.
        before: usize,
        /// Industries now.
        now: usize,
    },
    /// The number of years is not positive.
    #[error("{years} years, in which nothing grows")]
    InvalidYears {
        /// The number.
        years: f64,
    },
}

/// Computes the outlook of each industry: its compound growth a year in all regions together.
///
/// ```text
/// outlook[i] = (E'[i] / E[i])^(1/T) - 1
/// ```
///
/// What has grown is taken to go on: the outlook of a year holds nothing that was not known then.
///
/// # Shapes and units
///
/// - `before`, `now`: amounts of all regions together, one an industry, T years apart.
/// - `years`: T, positive.
/// - returns: fractions a year; NaN where an industry begins from nothing, or has no amount.
///
/// # Errors
///
/// Lengths that differ, and years that are not positive.
///
/// # Source
///
/// The industry mix of shift-share analysis, as an expectation: Dunn (1960), Papers of the Regional Science Association 6(1),
/// 97-112.
pub fn industry_outlook(before: &[f64], now: &[f64], years: f64) -> Result<Vec<f64>, IndustryOutlookError> {
    if before.len() != now.len() {
        return Err(IndustryOutlookError::LengthsDiffer { before: before.len(), now: now.len() });
    }
    if !(years.is_finite() && years > 0.0) {
        return Err(IndustryOutlookError::InvalidYears { years });
    }
    let growth = |(before, now): (&f64, &f64)| compound_growth(*before, *now, years).unwrap_or(f64::NAN);
    Ok(before.iter().zip(now).map(growth).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn is_growth_a_year() {
        let outlook = industry_outlook(&[100.0, 50.0, 0.0, 7.0], &[121.0, 0.0, 5.0, f64::NAN], 2.0).unwrap();
        assert!((outlook[0] - 0.1).abs() < 1e-12 && outlook[1] == -1.0 && outlook[2].is_nan() && outlook[3].is_nan());
    }

    #[test]
    fn refuses_what_has_no_growth() {
        let differ = IndustryOutlookError::LengthsDiffer { before: 1, now: 2 };
        assert_eq!(industry_outlook(&[1.0], &[1.0, 2.0], 1.0), Err(differ));
        assert_eq!(industry_outlook(&[1.0], &[1.0], 0.0), Err(IndustryOutlookError::InvalidYears { years: 0.0 }));
    }
}
