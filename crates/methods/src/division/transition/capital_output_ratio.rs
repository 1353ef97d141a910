//! Incremental capital-output ratio: how much investment a unit of additional output took.

/// Why the ratio is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CapitalOutputError {
    /// There is no period of investment.
    #[error("the ratio needs the investment of at least one period")]
    NoPeriod,
    /// The value is negative, NaN or infinite.
    #[error("{value} is not an amount")]
    NotAnAmount {
        /// The value.
        value: f64,
    },
    /// Output did not grow: whatever was invested, there is no additional output to divide it by.
    #[error("output went from {before} to {after}, so that no output was added")]
    OutputDidNotGrow {
        /// Output before.
        before: f64,
        /// Output after.
        after: f64,
    },
}

/// Computes the incremental capital-output ratio.
///
/// ```text
/// ICOR = (I[1] + … + I[T]) / (Y[T] - Y[0])
/// ```
///
/// A ratio that rises says that investment yields less than it did: with the depreciation alike, capacity outgrows its use.
///
/// # Shapes and units
///
/// - `investment`: of each period in which output grew, in the unit and prices of output.
/// - `before`, `after`: output of the period before the first, and of the last.
/// - returns: a positive number, or 0 without investment.
///
/// # Errors
///
/// No period, a value that is no amount, and output that did not grow: the ratio is then not large but undefined.
///
/// # Source
///
/// Harrod (1939), Economic Journal 49(193), 14-33; over several years, because single years are erratic: Walters (1966),
/// Econometrica 34(4), 818-829.
pub fn incremental_capital_output_ratio(
    investment: &[f64],
    before: f64,
    after: f64,
) -> Result<f64, CapitalOutputError> {
    if investment.is_empty() {
        return Err(CapitalOutputError::NoPeriod);
    }
    let is_amount = |value: f64| value.is_finite() && value >= 0.0;
    if let Some(&value) = investment.iter().chain([&before, &after]).find(|value| !is_amount(**value)) {
        return Err(CapitalOutputError::NotAnAmount { value });
    }
    if after <= before {
        return Err(CapitalOutputError::OutputDidNotGrow { before, after });
    }
    Ok(investment.iter().sum::<f64>() / (after - before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_investment_by_the_output_it_added() {
        assert_eq!(incremental_capital_output_ratio(&[30.0, 30.0, 40.0], 200.0, 225.0), Ok(4.0));
        assert_eq!(incremental_capital_output_ratio(&[0.0], 0.0, 1.0), Ok(0.0));
    }

    #[test]
    fn output_that_does_not_grow_has_none() {
        let shrunk = CapitalOutputError::OutputDidNotGrow { before: 200.0, after: 199.0 };
        assert_eq!(incremental_capital_output_ratio(&[30.0], 200.0, 199.0), Err(shrunk));
        let stood = CapitalOutputError::OutputDidNotGrow { before: 2.0, after: 2.0 };
        assert_eq!(incremental_capital_output_ratio(&[30.0], 2.0, 2.0), Err(stood));
        assert_eq!(incremental_capital_output_ratio(&[], 1.0, 2.0), Err(CapitalOutputError::NoPeriod));
        let negative = CapitalOutputError::NotAnAmount { value: -1.0 };
        assert_eq!(incremental_capital_output_ratio(&[-1.0], 1.0, 2.0), Err(negative));
        assert!(incremental_capital_output_ratio(&[1.0], f64::NAN, 2.0).is_err());
    }
}
