//! Quantiles, and ratios of two of them.

use super::distribution::{Ascending, Distribution, InequalityError};

/// Computes the value that a share of the values lie below.
///
/// Each value stands in the middle of its share of the weights; the least is quantile 0, the greatest quantile 1, and
/// between two values the quantile is interpolated linearly. For values that count alike this is type 7 of Hyndman and Fan:
/// the value of rank k from 0 is quantile k/(n - 1).
///
/// # Shapes and units
///
/// - `share`: 0 to 1.
/// - returns: in the values' unit.
///
/// # Errors
///
/// A share that is none, a negative value, or values that are all zero.
///
/// # Source
///
/// Hyndman and Fan (1996), American Statistician 50(4), 361-365.
pub fn quantile(distribution: &Distribution<'_>, share: f64) -> Result<f64, InequalityError> {
    if !(0.0..=1.0).contains(&share) {
        return Err(InequalityError::InvalidParameter { value: share });
    }
    let Ascending { values, shares } = distribution.ascending()?;
    let last = values.len() - 1;
    let Some(shares) = shares else {
        let place = share * last as f64;
        let below = place.floor() as usize;
        return Ok(between(values[below], values[(below + 1).min(last)], place - below as f64));
    };
    // Distance between the middles of the first and the last value's shares.
    let whole = 1.0 - (shares[0] + shares[last]) / 2.0;
    let mut middle = 0.0;
    for next in 1..=last {
        let step = (shares[next - 1] + shares[next]) / 2.0 / whole;
        if share <= middle + step {
            return Ok(between(values[next - 1], values[next], ((share - middle) / step).clamp(0.0, 1.0)));
        }
        middle += step;
    }
    Ok(values[last])
}

/// The number between two, a part of the way from the first one.
pub(super) fn between(low: f64, high: f64, part: f64) -> f64 {
    low + (high - low) * part
}

/// Computes the ratio of two quantiles, P90/P10 say.
///
/// # Shapes and units
///
/// - `upper`, `lower`: 0 to 1, the lower one below the upper.
/// - returns: 1 where the two are equal, above 1 otherwise.
///
/// # Errors
///
/// As [`quantile`]; a lower share that is not below the upper; a lower quantile of zero.
///
/// # Source
///
/// Textbook.
pub fn quantile_ratio(distribution: &Distribution<'_>, upper: f64, lower: f64) -> Result<f64, InequalityError> {
    if lower >= upper {
        return Err(InequalityError::InvalidParameter { value: lower });
    }
    let (high, low) = (quantile(distribution, upper)?, quantile(distribution, lower)?);
    let ratio = high / low;
    if ratio.is_finite() { Ok(ratio) } else { Err(InequalityError::NothingBelow) }
}

/// Computes the median: the value at which half of the weights are reached, and the mean of two values where
/// one ends exactly at one half.
///
/// # Errors
///
/// A negative value, or values that are all zero.
///
/// # Source
///
/// Textbook.
pub fn median(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    let n = distribution.n_regions();
    if let Some(nearly) = distribution.nearly_ascending()? {
        let [lower, upper] = nearly.middle().numbers;
        return Ok(between(lower, upper, 0.5));
    }
    let Ascending { values, shares } = distribution.ascending()?;
    let mut reached = 0.0;
    for (k, share) in shares.iter().flatten().enumerate() {
        reached += share;
        // Sums of shares that are halves on paper may miss one half by their rounding.
        if (reached - 0.5).abs() <= 1e-12 && k + 1 < n {
            return Ok(between(values[k], values[k + 1], 0.5));
        }
        if reached > 0.5 {
            return Ok(values[k]);
        }
    }
    Ok(values[n - 1])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn interpolates_between_values() {
        let values = Distribution::new(&[40.0, 10.0, 30.0, 20.0]).unwrap();
        let of = |share| quantile(&values, share).unwrap();
        assert_eq!((of(0.0), of(0.5), of(1.0)), (10.0, 25.0, 40.0));
        assert!((of(0.1) - 13.0).abs() < 1e-14);
        assert!((quantile_ratio(&values, 0.9, 0.1).unwrap() - 37.0 / 13.0).abs() < 1e-14);
        assert_eq!(quantile(&Distribution::new(&[7.0]).unwrap(), 0.3), Ok(7.0));
    }

    #[test]
    fn equal_weights_are_no_weights() {
        let values = [4.0, 1.0, 3.5, 2.0, 2.0];
        let (alike, weighted) =
            (Distribution::new(&values).unwrap(), Distribution::weighted(&values, &[2.0; 5]).unwrap());
        for step in 0..=20 {
            let share = f64::from(step) / 20.0;
            let (own, expected) = (quantile(&weighted, share).unwrap(), quantile(&alike, share).unwrap());
            assert!((own - expected).abs() < 1e-12, "{share}: {own}, {expected}");
        }
        assert_eq!(median(&weighted), median(&alike));
    }

    #[test]
    fn the_median_is_where_half_of_the_weights_are_reached() {
        let of = |weights: &[f64]| median(&Distribution::weighted(&[1.0, 2.0, 5.0], weights).unwrap()).unwrap();
        assert_eq!((of(&[1.0, 1.0, 1.0]), of(&[1.0, 1.0, 5.0]), of(&[1.0, 1.0, 2.0])), (2.0, 5.0, 3.5));
        assert_eq!(median(&Distribution::new(&[1.0, 2.0, 5.0, 9.0]).unwrap()), Ok(3.5));
    }

    #[test]
    fn refuses_shares_that_are_none_and_nothing_below() {
        let values = Distribution::new(&[0.0, 0.0, 3.0]).unwrap();
        assert_eq!(quantile(&values, 1.5), Err(InequalityError::InvalidParameter { value: 1.5 }));
        assert_eq!(quantile_ratio(&values, 0.1, 0.9), Err(InequalityError::InvalidParameter { value: 0.9 }));
        assert_eq!(quantile_ratio(&values, 0.9, 0.1), Err(InequalityError::NothingBelow));
    }
}
