//! Growth of one region over consecutive periods, from rates or from levels.

/// How growth over several periods becomes one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GrowthMeasure {
    /// The growth of a single period.
    YearOnYear,
    /// The constant rate that leads from the first level to the last.
    #[default]
    CompoundAnnual,
    /// The arithmetic mean of the rates.
    MeanOfRates,
    /// The mean of the differences of logarithms.
    MeanLogDifference,
    /// The rate over all periods together, divided by their number: no compounding.
    SimpleAnnual,
    /// The last level less the first, in the unit of the levels: an amount, not a rate.
    Change,
}

/// Why growth is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum GrowthError {
    /// There is no period to grow in.
    #[error("growth needs at least one period")]
    NoPeriod,
    /// Year-on-year growth was asked for over several periods.
    #[error("year-on-year growth is of one period, not of {periods}")]
    SeveralPeriods {
        /// Number of periods of growth.
        periods: usize,
    },
    /// The rate is not a number, infinite, or below -1.
    #[error("rate {index} is {value}, which is not a growth rate")]
    InvalidRate {
        /// Position of the rate.
        index: usize,
        /// The rate.
        value: f64,
    },
    /// The rate is -1: nothing was left, and nothing has no logarithm.
    #[error("rate {index} is -1, whose log difference is undefined")]
    TotalLoss {
        /// Position of the rate.
        index: usize,
    },
    /// The level is not a number, infinite or negative.
    #[error("level {index} is {value}, which cannot grow")]
    InvalidLevel {
        /// Position of the level.
        index: usize,
        /// The level.
        value: f64,
    },
    /// The level that something is divided by, or whose logarithm is taken, is zero.
    #[error("level {index} is zero")]
    ZeroLevel {
        /// Position of the level.
        index: usize,
    },
    /// An amount was asked for, which rates do not have.
    #[error("a change in amounts needs levels, not rates")]
    NeedsLevels,
    /// The result is beyond the range of numbers.
    #[error("the growth is beyond the range of numbers")]
    OutOfRange,
}

/// Computes growth from the rates of consecutive periods.
///
/// ```text
/// CompoundAnnual     (prod(1 + g))^(1/T) - 1, as exp(mean(ln(1 + g))) - 1
/// MeanOfRates        mean(g)
/// MeanLogDifference  mean(ln(1 + g))
/// SimpleAnnual       (prod(1 + g) - 1) / T
/// YearOnYear         g, of the only period
/// ```
///
/// # Shapes and units
///
/// - `rates`: fractions of the level before, at least -1, one a period and none left out.
/// - returns: a fraction a period; for `MeanLogDifference` a difference of natural logarithms a period. Always finite.
///
/// # Errors
///
/// No rates, several where one is wanted, the first that is no rate, -1 where a logarithm is taken, `Change`, or a sum out of
/// range.
///
/// # Source
///
/// The compound rate is the usual one of national accounts, e.g. United Nations (2009), System of National Accounts 2008.
pub fn from_rates(rates: &[f64], measure: GrowthMeasure) -> Result<f64, GrowthError> {
    check_rates(rates)?;
    let n = rates.len() as f64;
    match measure {
        GrowthMeasure::YearOnYear if rates.len() > 1 => Err(GrowthError::SeveralPeriods { periods: rates.len() }),
        GrowthMeasure::YearOnYear => finite(rates[0]),
        GrowthMeasure::CompoundAnnual if rates.len() == 1 => finite(rates[0]),
        // A rate of -1 has the logarithm minus infinity, which comes back as -1: everything is lost.
        GrowthMeasure::CompoundAnnual => finite((log_sum(rates) / n).exp_m1()),
        GrowthMeasure::MeanOfRates => finite(rates.iter().sum::<f64>() / n),
        GrowthMeasure::MeanLogDifference => match rates.iter().position(|&rate| rate == -1.0) {
            Some(index) => Err(GrowthError::TotalLoss { index }),
            None => finite(log_sum(rates) / n),
        },
        GrowthMeasure::SimpleAnnual if rates.len() == 1 => finite(rates[0]),
        GrowthMeasure::SimpleAnnual => finite(log_sum(rates).exp_m1() / n),
        GrowthMeasure::Change => Err(GrowthError::NeedsLevels),
    }
}

/// Computes growth from consecutive levels.
///
/// ```text
/// CompoundAnnual     (E_T / E_0)^(1/T) - 1
/// MeanOfRates        mean over t of E_t / E_(t-1) - 1
/// MeanLogDifference  (ln E_T - ln E_0) / T
/// SimpleAnnual       (E_T / E_0 - 1) / T
/// Change             E_T - E_0
/// YearOnYear         E_1 / E_0 - 1, of the only period
/// ```
///
/// # Shapes and units
///
/// - `levels`: T + 1 levels in one unit, not negative. Only `MeanOfRates` looks at those between the first and the last,
///   so that for the others they may be missing (NaN).
/// - returns: as [`from_rates`], and for `Change` an amount in the unit of the levels. Always finite.
///
/// # Errors
///
/// Fewer than two levels, more where two are wanted, the first level that is none, a zero that would be divided by or whose
/// logarithm would be taken, or a result out of range.
///
/// # Source
///
/// As [`from_rates`].
pub fn from_levels(levels: &[f64], measure: GrowthMeasure) -> Result<f64, GrowthError> {
    let periods = levels.len().saturating_sub(1);
    if periods == 0 {
        return Err(GrowthError::NoPeriod);
    }
    match measure {
        GrowthMeasure::YearOnYear if periods > 1 => Err(GrowthError::SeveralPeriods { periods }),
        GrowthMeasure::YearOnYear => rate_between(levels, 0, 1),
        GrowthMeasure::CompoundAnnual if periods == 1 => rate_between(levels, 0, 1),
        GrowthMeasure::CompoundAnnual => finite((log_ratio(levels)? / periods as f64).exp_m1()),
        GrowthMeasure::MeanOfRates => {
            let mut sum = 0.0;
            for period in 0..periods {
                sum += rate_between(levels, period, period + 1)?;
            }
            finite(sum / periods as f64)
        }
        GrowthMeasure::MeanLogDifference => {
            let log_ratio = log_ratio(levels)?;
            if levels[periods] == 0.0 {
                return Err(GrowthError::ZeroLevel { index: periods });
            }
            finite(log_ratio / periods as f64)
        }
        GrowthMeasure::SimpleAnnual => finite(rate_between(levels, 0, periods)? / periods as f64),
        GrowthMeasure::Change => finite(level(levels, periods)? - level(levels, 0)?),
    }
}

/// Computes the compound growth a year between two levels that lie any number of years apart.
///
/// ```text
/// (E_T / E_0)^(1/T) - 1
/// ```
///
/// # Shapes and units
///
/// - `first`, `last`: levels, finite and not negative.
/// - `years`: T, positive.
/// - returns: a fraction a year: -1 where everything is lost; `None` where the first level is zero, an argument is none of
///   these, or the result is not finite.
pub fn compound_growth(first: f64, last: f64, years: f64) -> Option<f64> {
    let levels = first.is_finite() && last.is_finite() && first > 0.0 && last >= 0.0;
    if !(levels && years.is_finite() && years > 0.0) {
        return None;
    }
    // The logarithm of nothing is minus infinity, which comes back as -1: everything is lost.
    let growth = ((last.ln() - first.ln()) / years).exp_m1();
    growth.is_finite().then_some(growth)
}

/// Computes the factor by which a level grows over all periods, the product of 1 + g.
///
/// # Shapes and units
///
/// - `rates`: as for [`from_rates`].
/// - returns: a factor, not negative and finite: 1 for no growth.
///
/// # Errors
///
/// No rates, the first that is no rate, or a product out of range.
pub fn cumulative_from_rates(rates: &[f64]) -> Result<f64, GrowthError> {
    check_rates(rates)?;
    finite(rates.iter().map(|rate| 1.0 + rate).product())
}

/// Refuses an empty list and the first number that is no rate.
fn check_rates(rates: &[f64]) -> Result<(), GrowthError> {
    if rates.is_empty() {
        return Err(GrowthError::NoPeriod);
    }
    match rates.iter().position(|rate| !rate.is_finite() || *rate < -1.0) {
        Some(index) => Err(GrowthError::InvalidRate { index, value: rates[index] }),
        None => Ok(()),
    }
}

/// Sum of ln(1 + g), accurate for small rates.
fn log_sum(rates: &[f64]) -> f64 {
    rates.iter().map(|rate| rate.ln_1p()).sum()
}

/// The level, if it is one.
fn level(levels: &[f64], index: usize) -> Result<f64, GrowthError> {
    let value = levels[index];
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(GrowthError::InvalidLevel { index, value }) }
}

/// The level, if it can be divided by.
fn base(levels: &[f64], index: usize) -> Result<f64, GrowthError> {
    match level(levels, index)? {
        0.0 => Err(GrowthError::ZeroLevel { index }),
        value => Ok(value),
    }
}

/// Growth rate from one level to another.
fn rate_between(levels: &[f64], from: usize, to: usize) -> Result<f64, GrowthError> {
    let base = base(levels, from)?;
    finite((level(levels, to)? - base) / base)
}

/// ln of the last level over the first: minus infinity when nothing is left.
fn log_ratio(levels: &[f64]) -> Result<f64, GrowthError> {
    let first = base(levels, 0)?;
    let last = level(levels, levels.len() - 1)?;
    let rate = (last - first) / first;
    Ok(if rate.is_finite() && rate > -0.5 { rate.ln_1p() } else { last.ln() - first.ln() })
}

/// Refuses what left the range of numbers.
fn finite(value: f64) -> Result<f64, GrowthError> {
    if value.is_finite() { Ok(value) } else { Err(GrowthError::OutOfRange) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::GrowthMeasure::*;
    use super::*;

    fn assert_close(actual: Result<f64, GrowthError>, expected: f64) {
        let actual = actual.unwrap();
        assert!((actual - expected).abs() <= 1e-15, "{actual} is not {expected}");
    }

    #[test]
    fn compounds_between_two_levels() {
        assert!(compound_growth(100.0, 121.0, 2.0).is_some_and(|growth| (growth - 0.1).abs() < 1e-12));
        assert_eq!((compound_growth(5.0, 0.0, 3.0), compound_growth(5.0, 5.0, 3.0)), (Some(-1.0), Some(0.0)));
        for (first, last, years) in [(0.0, 1.0, 1.0), (-1.0, 1.0, 1.0), (1.0, f64::NAN, 1.0), (1.0, 2.0, 0.0)] {
            assert_eq!(compound_growth(first, last, years), None);
        }
    }

    #[test]
    fn rates_become_one_number() {
        // Up by a quarter and down by a fifth is nowhere.
        let rates = [0.25, -0.2];
        assert_close(from_rates(&rates, CompoundAnnual), 0.0);
        assert_close(from_rates(&rates, MeanOfRates), 0.025);
        assert_close(from_rates(&rates, MeanLogDifference), 0.0);
        assert_close(cumulative_from_rates(&rates), 1.0);
        assert_eq!(from_rates(&[0.07], YearOnYear), Ok(0.07));
        assert_close(from_rates(&[0.25, 0.2], SimpleAnnual), 0.25);
        assert_eq!(from_rates(&[0.07], SimpleAnnual), Ok(0.07));
        assert_eq!(from_rates(&rates, Change), Err(GrowthError::NeedsLevels));
    }

    #[test]
    fn levels_become_one_number() {
        let levels = [100.0, 150.0, 121.0];
        assert_close(from_levels(&levels, CompoundAnnual), 0.1);
        assert_close(from_levels(&levels, MeanOfRates), (0.5 - 29.0 / 150.0) / 2.0);
        assert_close(from_levels(&levels, MeanLogDifference), 1.1_f64.ln());
        assert_close(from_levels(&levels[..2], YearOnYear), 0.5);
        assert_close(from_levels(&levels, SimpleAnnual), 0.105);
        assert_eq!(from_levels(&levels, Change), Ok(21.0));
        assert_eq!(from_levels(&[0.0, f64::NAN, 2.0], Change), Ok(2.0), "an amount needs no base");
    }

    #[test]
    fn only_the_mean_of_rates_needs_the_levels_between() {
        let levels = [100.0, f64::NAN, 121.0];
        assert_close(from_levels(&levels, CompoundAnnual), 0.1);
        assert!(matches!(from_levels(&levels, MeanOfRates), Err(GrowthError::InvalidLevel { index: 1, .. })));
    }

    #[test]
    fn losing_everything_is_a_rate_but_has_no_logarithm() {
        assert_eq!(from_rates(&[0.5, -1.0], CompoundAnnual), Ok(-1.0));
        assert_eq!(from_rates(&[0.5, -1.0], MeanLogDifference), Err(GrowthError::TotalLoss { index: 1 }));
        assert_eq!(from_levels(&[5.0, 2.0, 0.0], CompoundAnnual), Ok(-1.0));
        assert_eq!(from_levels(&[5.0, 2.0, 0.0], MeanLogDifference), Err(GrowthError::ZeroLevel { index: 2 }));
        assert_eq!(from_levels(&[5.0, 0.0, 2.0], MeanOfRates), Err(GrowthError::ZeroLevel { index: 1 }));
    }

    #[test]
    fn refuses_what_cannot_grow() {
        assert_eq!(from_rates(&[], MeanOfRates), Err(GrowthError::NoPeriod));
        assert_eq!(from_levels(&[1.0], MeanOfRates), Err(GrowthError::NoPeriod));
        assert_eq!(from_rates(&[0.1, 0.1], YearOnYear), Err(GrowthError::SeveralPeriods { periods: 2 }));
        assert_eq!(from_levels(&[1.0; 4], YearOnYear), Err(GrowthError::SeveralPeriods { periods: 3 }));
        assert_eq!(cumulative_from_rates(&[-1.5]), Err(GrowthError::InvalidRate { index: 0, value: -1.5 }));
        assert_eq!(from_levels(&[0.0, 1.0], CompoundAnnual), Err(GrowthError::ZeroLevel { index: 0 }));
        assert_eq!(from_levels(&[1.0, -1.0], YearOnYear), Err(GrowthError::InvalidLevel { index: 1, value: -1.0 }));
    }

    #[test]
    fn extremes_give_a_finite_answer_or_an_error() {
        assert!(from_levels(&[1e-300, 1.0, 1e300], CompoundAnnual).unwrap().is_finite());
        assert_eq!(from_levels(&[1e-300, 1e300], YearOnYear), Err(GrowthError::OutOfRange));
        assert_eq!(from_rates(&[1e308, 1e308], MeanOfRates), Err(GrowthError::OutOfRange));
        assert_eq!(cumulative_from_rates(&[1e200, 1e200]), Err(GrowthError::OutOfRange));
        assert!(from_rates(&[1e200, 1e200], CompoundAnnual).unwrap() > 9e199);
    }
}
