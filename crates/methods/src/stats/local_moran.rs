//! Local Moran: which regions are like their neighbours, and which are unlike them.

use super::SpatialWeights;
use super::moran::{MoranError, deviations};

/// Where a region stands in the Moran scatterplot: itself first, its neighbours second. What lies at the mean counts as low.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quadrant {
    /// Above the mean among neighbours above it.
    HighHigh,
    /// Not above the mean among neighbours above it.
    LowHigh,
    /// Not above the mean among neighbours not above it.
    LowLow,
    /// Above the mean among neighbours not above it.
    HighLow,
}

impl Quadrant {
    /// All quadrants, in the order in which they are counted.
    pub const ALL: [Self; 4] = [Self::HighHigh, Self::LowHigh, Self::LowLow, Self::HighLow];

    /// The quadrant of a region and its neighbours.
    pub fn of(own_is_high: bool, lag_is_high: bool) -> Self {
        match (own_is_high, lag_is_high) {
            (true, true) => Self::HighHigh,
            (false, true) => Self::LowHigh,
            (false, false) => Self::LowLow,
            (true, false) => Self::HighLow,
        }
    }

    /// Its position in [`Quadrant::ALL`].
    pub fn position(self) -> usize {
        self as usize
    }
}

/// Local Moran statistics of all regions.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalMoran {
    /// Each region, by position.
    pub regions: Vec<LocalAssociation>,
}

/// How a region goes together with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalAssociation {
    /// The local statistic.
    pub i: f64,
    /// Its place in the scatterplot.
    pub quadrant: Quadrant,
    /// When all values are shuffled over all regions.
    pub total: LocalMoments,
    /// When the others' values are shuffled and the region keeps its own.
    pub conditional: LocalMoments,
}

/// Expectation and variance of a local statistic without spatial dependence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalMoments {
    /// Expectation.
    pub expected: f64,
    /// Variance.
    pub variance: f64,
}

/// Computes local Moran statistics, quadrants and moments.
///
/// With z the deviations from the mean, m2 = sum(z^2)/n, b = n sum(z^4)/sum(z^2)^2, w the sum of a region's weights and v
/// that of their squares:
///
/// ```text
/// I[r] = (n - 1) z[r] lag[r] / sum(z^2)            sum(I)/(n - 1) = global I for row-standardised weights
/// total:       E = -w/n     Var = ((n - 1)/n)^2 (v (n - b)/(n - 1) + (w^2 - v)(2b - n)/((n - 1)(n - 2)) - (w/(n - 1))^2)
/// conditional: E = -z^2 w/(n m2)
///              Var = ((n - 1)/n)^2 (z/m2)^2 n/(n - 2) (v - w^2/(n - 1)) (m2 - z^2/(n - 1))
/// ```
///
/// # Shapes and units
///
/// - `values`, `weights`: as for [`super::moran`].
/// - returns: dimensionless. An island has the statistic 0.
///
/// # Errors
///
/// As [`super::moran`].
///
/// # Source
///
/// Anselin (1995), Geographical Analysis 27(2), 93-115; Sokal, Oden and Thomson (1998), Geographical Analysis 30(4),
/// 331-354, equations A3, A4, A7 and A8. esda gives the same statistic with the moments of another, n/(n - 1) times it.
pub fn local_moran(values: &[f64], weights: &SpatialWeights) -> Result<LocalMoran, MoranError> {
    let deviations = deviations(values, weights)?;
    let n = deviations.len() as f64;
    let m2 = deviations.iter().map(|z| z * z).sum::<f64>() / n;
    let b = deviations.iter().map(|z| z.powi(4)).sum::<f64>() / n / (m2 * m2);
    let lags = weights.lag(&deviations);
    let rescale = (n - 1.0) / n;
    let association = |region: usize| {
        let (own, lag) = (deviations[region], lags[region]);
        let (w, v) = weights.links(region).fold((0.0, 0.0), |(w, v), (_, weight)| (w + weight, v + weight * weight));
        let total = v * (n - b) / (n - 1.0) + (w * w - v) * (2.0 * b - n) / ((n - 1.0) * (n - 2.0));
        let total = total - (w / (n - 1.0)).powi(2);
        let conditional = (own / m2).powi(2) * n / (n - 2.0) * (v - w * w / (n - 1.0)) * (m2 - own * own / (n - 1.0));
        LocalAssociation {
            i: rescale * own * lag / m2,
            quadrant: Quadrant::of(own > 0.0, lag > 0.0),
            total: LocalMoments { expected: -w / n, variance: rescale * rescale * total },
            conditional: LocalMoments {
                expected: -own * own * w / (n * m2),
                variance: rescale * rescale * conditional,
            },
        }
    };
    Ok(LocalMoran { regions: (0..deviations.len()).map(association).collect() })
}

/// The quadrants of regions alone, as [`local_moran`] gives them.
///
/// # Errors
///
/// As [`super::moran`].
///
/// # Source
///
/// Anselin (1995), Geographical Analysis 27(2), 93-115.
pub fn quadrants(values: &[f64], weights: &SpatialWeights) -> Result<Vec<Quadrant>, MoranError> {
    let deviations = deviations(values, weights)?;
    let lags = weights.lag(&deviations);
    Ok(deviations.iter().zip(lags).map(|(own, lag)| Quadrant::of(*own > 0.0, lag > 0.0)).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::path;
    use crate::stats::moran;

    #[test]
    fn local_statistics_add_up_to_the_global_one() {
        let (values, weights) = ([1.0, 4.0, 2.0, 8.0, 5.0], path(5).row_standardized());
        let local = local_moran(&values, &weights).unwrap();
        let sum: f64 = local.regions.iter().map(|region| region.i).sum();
        assert!((sum / 4.0 - moran(&values, &weights).unwrap().i).abs() < 1e-15);
        let quadrants: Vec<Quadrant> = local.regions.iter().map(|region| region.quadrant).collect();
        // The mean is 4, which the second region does not exceed, and no more do the neighbours of the fourth, at 3.5.
        let expected = [Quadrant::LowLow, Quadrant::LowLow, Quadrant::LowHigh, Quadrant::HighLow, Quadrant::HighHigh];
        assert_eq!(quadrants, expected);
    }

    #[test]
    fn moments_are_those_over_all_orders() {
        let (values, weights) = ([2.0, 3.0, 5.0, 11.0, 4.0], path(5));
        let own = local_moran(&values, &weights).unwrap().regions[1];
        let (mut all, mut kept) = (Vec::new(), Vec::new());
        for number in 0..120_usize {
            let mut left = values.to_vec();
            let mut rest = number;
            let order: Vec<f64> = (1..=5)
                .rev()
                .map(|n| {
                    let at = rest % n;
                    rest /= n;
                    left.remove(at)
                })
                .collect();
            let i = local_moran(&order, &weights).unwrap().regions[1].i;
            all.push(i);
            if order[1] == values[1] {
                kept.push(i);
            }
        }
        for (moments, statistics, n) in [(own.total, all, 120.0), (own.conditional, kept, 24.0)] {
            let mean = statistics.iter().sum::<f64>() / n;
            let variance = statistics.iter().map(|i| (i - mean) * (i - mean)).sum::<f64>() / n;
            assert!((mean - moments.expected).abs() < 1e-14, "{mean} {moments:?}");
            assert!((variance - moments.variance).abs() < 1e-13, "{variance} {moments:?}");
        }
    }
}
