//! Volatility of a series: how far its values scatter, and how far they jump from one period to the next.

use crate::stats::{Spread, mean_and_deviation};

/// Volatility of the yearly growth of a region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volatility {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, by the number of values less one.
    pub deviation: f64,
    /// Mean squared successive difference.
    pub mssd: f64,
    /// mssd / deviation², von Neumann's ratio: near 2 for values that follow each other by chance, less when good years
    /// follow good ones. None where the values do not scatter.
    pub von_neumann: Option<f64>,
}

/// Computes the volatility of a series.
///
/// ```text
/// deviation = sqrt(sum((x - mean)^2) / (n - 1))        mssd = sum((x_t - x_(t-1))^2) / (n - 1)
/// ```
///
/// A steady rise has a deviation, but jumps little; the mean squared successive difference tells the two apart.
///
/// # Shapes and units
///
/// - `values`: finite, in order and none left out; yearly growth, say.
/// - returns: mean and deviation in their unit, `mssd` in its square. `None` for fewer than two values, or one that is not
///   finite, or a result that is not.
///
/// # Source
///
/// von Neumann, Kent, Bellinson and Hart (1941), Annals of Mathematical Statistics 12(2), 153-162.
pub fn volatility(values: &[f64]) -> Option<Volatility> {
    let (mean, deviation) = mean_and_deviation(values, Spread::Sample)?;
    let mssd = mean_squared_successive_difference(values)?;
    let von_neumann = (deviation > 0.0).then(|| mssd / (deviation * deviation)).filter(|ratio| ratio.is_finite());
    Some(Volatility { mean, deviation, mssd, von_neumann })
}

/// Computes the mean squared successive difference; see [`volatility`].
///
/// # Shapes and units
///
/// - `values`: as for [`volatility`].
/// - returns: the square of the values' unit; `None` as there.
pub fn mean_squared_successive_difference(values: &[f64]) -> Option<f64> {
    let steps = values.len().checked_sub(1).filter(|steps| *steps > 0)?;
    let squares: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    let mssd = squares / steps as f64;
    mssd.is_finite().then_some(mssd)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn jumps_and_trends_are_told_apart() {
        let (trend, jumps) = (volatility(&[1.0, 2.0, 3.0, 4.0]).unwrap(), volatility(&[1.0, 4.0, 2.0, 3.0]).unwrap());
        assert_eq!((trend.mean, trend.deviation), (jumps.mean, jumps.deviation));
        assert_eq!((trend.mssd, jumps.mssd), (1.0, 14.0 / 3.0));
        assert!((trend.von_neumann.unwrap() - 0.6).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_scatter_has_no_ratio() {
        let flat = volatility(&[0.5, 0.5]).unwrap();
        assert_eq!((flat.deviation, flat.mssd, flat.von_neumann), (0.0, 0.0, None));
        assert_eq!((volatility(&[1.0]), volatility(&[]), volatility(&[1.0, f64::NAN])), (None, None, None));
        assert_eq!(volatility(&[1e200, -1e200]), None);
    }
}
