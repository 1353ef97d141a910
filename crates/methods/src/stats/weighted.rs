//! Mean and percentiles of values that do not all count alike.

use std::cmp::Ordering;

/// Computes the mean of values by their weights.
///
/// ```text
/// mean = sum(w x) / sum(w)
/// ```
///
/// # Shapes and units
///
/// - `values`: finite values; `weights`: as many, not negative.
/// - returns: the mean in the values' unit; `None` for lists of different lengths, what is no value or no weight, weights
///   that add up to zero, or a result out of range.
pub fn weighted_mean(values: &[f64], weights: &[f64]) -> Option<f64> {
    let total = total(values, weights)?;
    // Shares first, so that a product of large numbers does not leave the range.
    let mean: f64 = values.iter().zip(weights).map(|(value, weight)| value * (weight / total)).sum();
    mean.is_finite().then_some(mean)
}

/// Computes the share of the weight that lies below each value, counting half of the weight of its equals.
///
/// ```text
/// percentile[k] = (weight of values below + weight of equals, itself included / 2) / sum(w)
/// ```
///
/// # Shapes and units
///
/// - `values`, `weights`: as for [`weighted_mean`].
/// - returns: as many shares from 0 to 1, whose weighted mean is one half; `None` where [`weighted_mean`] has none. With
///   equal weights they are those of [`percentile`](super::percentile).
///
/// # Source
///
/// The mid-distribution function of Parzen (2004), Statistical Science 19(4), 652-662, of a weighted distribution.
pub fn weighted_percentile(values: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
    let total = total(values, weights)?;
    let mut sorted: Vec<usize> = (0..values.len()).collect();
    sorted.sort_by(|&a, &b| values[a].partial_cmp(&values[b]).unwrap_or(Ordering::Equal));
    let mut percentiles = vec![0.0; values.len()];
    let mut below = 0.0;
    for equals in sorted.chunk_by(|&a, &b| values[a] == values[b]) {
        let weight: f64 = equals.iter().map(|&position| weights[position]).sum();
        for &position in equals {
            percentiles[position] = ((below + weight / 2.0) / total).min(1.0);
        }
        below += weight;
    }
    Some(percentiles)
}

/// The sum of the weights, where values and weights are what they should be.
fn total(values: &[f64], weights: &[f64]) -> Option<f64> {
    let sound = values.len() == weights.len()
        && values.iter().all(|value| value.is_finite())
        && weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0);
    let total: f64 = weights.iter().sum();
    (sound && total > 0.0 && total.is_finite()).then_some(total)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn heavy_values_count_more() {
        let (values, weights) = ([3.0, 1.0, 2.0, 1.0], [1.0, 2.0, 5.0, 2.0]);
        assert_eq!(weighted_mean(&values, &weights), Some(1.7));
        assert_eq!(weighted_percentile(&values, &weights).unwrap(), [0.95, 0.2, 0.65, 0.2]);
        assert_eq!(weighted_mean(&[1e308, 1e308], &[1e3, 1e3]), Some(1e308));
    }

    #[test]
    fn what_has_no_weight_has_no_mean() {
        for (values, weights) in [
            (&[][..], &[][..]),
            (&[1.0], &[0.0]),
            (&[1.0], &[-1.0]),
            (&[1.0], &[1.0, 2.0]),
            (&[f64::NAN], &[1.0]),
            (&[1.0], &[f64::INFINITY]),
        ] {
            assert_eq!((weighted_mean(values, weights), weighted_percentile(values, weights)), (None, None));
        }
    }
}
