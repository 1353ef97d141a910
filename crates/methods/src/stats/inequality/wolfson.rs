//! Wolfson polarisation: how far the middle has thinned out towards both ends.

use super::distribution::{Distribution, InequalityError, in_range};
use super::quantile::between;
use super::{gini, lorenz, median};

/// Computes Wolfson's index of bipolarisation.
///
/// With m the mean, G the Gini coefficient and L the Lorenz curve, interpolated:
///
/// ```text
/// P = 2 * (2 * (1/2 - L(1/2)) - G) * m / median
/// ```
///
/// # Shapes and units
///
/// - returns: 0 where all values are equal, 1 where one half has nothing and the other half shares everything alike would
///   have a median in the middle. `wolfson` of the Python package `inequality` is half of this.
///
/// # Errors
///
/// A negative value; values that are all zero; a median of zero.
///
/// # Source
///
/// Wolfson (1994), American Economic Review 84(2), 353-358.
pub fn wolfson(distribution: &Distribution<'_>) -> Result<f64, InequalityError> {
    let (median, share_of_poorer_half) = median_and_share_below(distribution)?;
    if median == 0.0 {
        return Err(InequalityError::NothingBelow);
    }
    let below_half = 0.5 - share_of_poorer_half;
    in_range(2.0 * (2.0 * below_half - gini(distribution)?) * distribution.mean() / median)
}

/// The median, and the share of the total that the poorer half hold: the Lorenz curve at one half.
fn median_and_share_below(distribution: &Distribution<'_>) -> Result<(f64, f64), InequalityError> {
    let Some(nearly) = distribution.nearly_ascending()? else {
        return Ok((median(distribution)?, lorenz(distribution)?.at(0.5)));
    };
    let (n, middle) = (distribution.n_regions(), nearly.middle());
    let [lower, upper] = middle.numbers;
    // Of an odd number, the one in the middle belongs to both halves.
    let of_both = if n.is_multiple_of(2) { 0.0 } else { 0.5 * upper };
    Ok((between(lower, upper, 0.5), (middle.sum_below + of_both) / n as f64 / distribution.mean()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Result<f64, InequalityError> {
        wolfson(&Distribution::new(values).unwrap())
    }

    #[test]
    fn matches_worked_examples() {
        // Median 2.5, mean 2.5, L(1/2) = 0.3, G = 0.25.
        assert!((of(&[1.0, 2.0, 3.0, 4.0]).unwrap() - 0.3).abs() < 1e-14);
        // All of one half have nothing, all of the other the same: the Gini coefficient and 2 D are both 1/2 and 1.
        assert!((of(&[0.0, 0.0, 4.0, 4.0]).unwrap() - 1.0).abs() < 1e-14);
        assert!(of(&[3.0; 5]).unwrap().abs() < 1e-15);
    }

    #[test]
    fn equal_weights_are_no_weights_and_a_median_of_zero_has_none() {
        let values = [1.0, 2.0, 7.0, 3.0];
        let weighted = wolfson(&Distribution::weighted(&values, &[2.0; 4]).unwrap()).unwrap();
        assert!((weighted - of(&values).unwrap()).abs() < 1e-14);
        assert_eq!(of(&[0.0, 0.0, 1.0]), Err(InequalityError::NothingBelow));
    }
}
