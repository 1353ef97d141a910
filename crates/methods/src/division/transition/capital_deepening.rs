//! Capital deepening: how much faster capital grows than what it is used for.

/// Why capital deepening is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DeepeningError {
    /// The level is zero, negative, NaN or infinite, and has no logarithm.
    #[error("{value} has no logarithm")]
    NotPositive {
        /// The level.
        value: f64,
    },
}

/// Computes how much faster capital grew than output, or than employment.
///
/// ```text
/// deepening = (ln K' - ln K) - (ln Y' - ln Y)
/// ```
///
/// Above zero, each unit of output rests on more capital than before.
///
/// # Shapes and units
///
/// - `capital`, `use_of_it`: before and after, positive, each in a unit of its own that does not change.
/// - returns: a difference of natural logarithms over the whole time, not a year.
///
/// # Errors
///
/// The first level that is not positive.
///
/// # Source
///
/// Solow (1957), Review of Economics and Statistics 39(3), 312-320.
pub fn capital_deepening(capital: (f64, f64), use_of_it: (f64, f64)) -> Result<f64, DeepeningError> {
    for value in [capital.0, capital.1, use_of_it.0, use_of_it.1] {
        if !(value.is_finite() && value > 0.0) {
            return Err(DeepeningError::NotPositive { value });
        }
    }
    Ok((capital.1.ln() - capital.0.ln()) - (use_of_it.1.ln() - use_of_it.0.ln()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_growth_of_capital_per_unit_of_use() {
        let found = capital_deepening((100.0, 150.0), (50.0, 60.0));
        assert!(found.is_ok_and(|found| (found - 1.25_f64.ln()).abs() < 1e-15));
        assert!(capital_deepening((2.0, 4.0), (3.0, 6.0)).is_ok_and(|found| found.abs() < 1e-15));
    }

    #[test]
    fn refuses_what_has_no_logarithm() {
        assert_eq!(capital_deepening((1.0, 1.0), (1.0, 0.0)), Err(DeepeningError::NotPositive { value: 0.0 }));
        assert!(capital_deepening((f64::NAN, 1.0), (1.0, 1.0)).is_err());
    }
}
