//! Moran's I: whether neighbours are more alike than regions in general.

use super::distributions::normal_two_sided;
use super::permutation::PermutationTest;
use super::{SpatialWeights, WeightSums, side_by_side};
use crate::{Progress, Stopped};

/// Why Moran's I is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum MoranError {
    /// Values and weights are not of the same regions.
    #[error("{values} values and weights of {regions} regions do not go together")]
    LengthDiffers {
        /// Number of values.
        values: usize,
        /// Regions of the weights.
        regions: usize,
    },
    /// The value is NaN or infinite.
    #[error("the value of region {region} is not finite")]
    NotFinite {
        /// Position of the region.
        region: usize,
    },
    /// Moments need at least four regions.
    #[error("{regions} regions are too few")]
    TooFewRegions {
        /// Number of regions.
        regions: usize,
    },
    /// All values are equal.
    #[error("all values are equal")]
    Constant,
    /// No region has a neighbour.
    #[error("no region has a neighbour")]
    NoLinks,
    /// A permutation test without permutations.
    #[error("a permutation test needs at least one permutation")]
    NoPermutations,
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Moran's I with its moments without spatial dependence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moran {
    /// Moran's I.
    pub i: f64,
    /// Its expectation, -1/(n - 1).
    pub expected: f64,
    /// For values that are drawn from a normal distribution.
    pub normality: MoranMoments,
    /// For values that are shuffled over regions.
    pub randomization: MoranMoments,
    /// Sums over the weights.
    pub sums: WeightSums,
}

/// How Moran's I stands against its expectation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MoranMoments {
    /// Variance without spatial dependence.
    pub variance: f64,
    /// Deviation from the expectation in standard deviations.
    pub z: f64,
    /// Two-sided, from the normal distribution.
    pub p_value: f64,
}

/// Computes Moran's I and its moments.
///
/// With z the deviations from the mean and K = n * sum(z^4) / sum(z^2)^2:
///
/// ```text
/// I      = n/S0 * sum(w[r, s] * z[r] * z[s]) / sum(z[r]^2)      E[I] = -1/(n - 1)
/// normal = (n^2 S1 - n S2 + 3 S0^2) / ((n^2 - 1) S0^2) - E[I]^2
/// random = (n((n^2 - 3n + 3) S1 - n S2 + 3 S0^2) - K((n^2 - n) S1 - 2n S2 + 6 S0^2))
///          / ((n - 1)(n - 2)(n - 3) S0^2) - E[I]^2
/// ```
///
/// # Shapes and units
///
/// - `values`: one a region, in any unit.
/// - `weights`: of the same regions, row-standardised as a rule. An island stays in n and in the mean with the lag 0.
/// - returns: dimensionless.
///
/// # Errors
///
/// Other lengths, the first value that is not finite, fewer than four regions, equal values, or weights without links.
///
/// # Source
///
/// Moran (1950), Biometrika 37(1/2), 17-23; Cliff and Ord (1981), Spatial Processes, Pion.
pub fn moran(values: &[f64], weights: &SpatialWeights) -> Result<Moran, MoranError> {
    let deviations = deviations(values, weights)?;
    let sums = weights.sums();
    let n = deviations.len() as f64;
    let squares: f64 = deviations.iter().map(|z| z * z).sum();
    let fourth: f64 = deviations.iter().map(|z| z.powi(4)).sum();
    let i = n / sums.s0 * cross_product(&deviations, weights) / squares;
    let expected = -1.0 / (n - 1.0);

    let WeightSums { s0, s1, s2, .. } = sums;
    let normal = (n * n * s1 - n * s2 + 3.0 * s0 * s0) / ((n * n - 1.0) * s0 * s0);
    let kurtosis = n * fourth / (squares * squares);
    let free = n * ((n * n - 3.0 * n + 3.0) * s1 - n * s2 + 3.0 * s0 * s0);
    let bound = kurtosis * ((n * n - n) * s1 - 2.0 * n * s2 + 6.0 * s0 * s0);
    let random = (free - bound) / ((n - 1.0) * (n - 2.0) * (n - 3.0) * s0 * s0);

    let against = |second_moment: f64| {
        let variance = second_moment - expected * expected;
        let z = (i - expected) / variance.sqrt();
        MoranMoments { variance, z, p_value: normal_two_sided(z).unwrap_or(f64::NAN) }
    };
    Ok(Moran { i, expected, normality: against(normal), randomization: against(random), sums })
}

/// Compares Moran's I with its values when the regions' values are shuffled.
///
/// # Shapes and units
///
/// - `values`, `weights`: as for [`moran`].
/// - `permutations`: how many; `seed`: of their draws. The same seed gives the same permutations on any number of threads.
/// - returns: counts of permutations above and below; p-values by [`PermutationTest::p_value`].
///
/// # Errors
///
/// As [`moran`]; no permutations; or the caller's wish to stop.
///
/// # Source
///
/// Cliff and Ord (1981), Spatial Processes, Pion. esda's `p_sim` is the smaller tail, not doubled, whichever it is.
pub fn moran_permutations(
    values: &[f64],
    weights: &SpatialWeights,
    permutations: usize,
    seed: u64,
    progress: &Progress,
) -> Result<PermutationTest, MoranError> {
    let deviations = deviations(values, weights)?;
    if permutations == 0 {
        return Err(MoranError::NoPermutations);
    }
    let squares: f64 = deviations.iter().map(|z| z * z).sum();
    let scale = deviations.len() as f64 / (weights.total() * squares);
    let pairs = weights.pairs();
    let of = |rows: &[side_by_side::Row]| side_by_side::cross_products(rows, &pairs).map(|sum| scale * sum);
    let permuted = side_by_side::of_shuffles(&deviations, pairs.n_links(), permutations, seed, progress, of)?;
    Ok(PermutationTest::of(scale * cross_product(&deviations, &pairs), &permuted))
}

/// Deviations from the mean, in units of the largest value, so that their powers stay finite.
pub(super) fn deviations(values: &[f64], weights: &SpatialWeights) -> Result<Vec<f64>, MoranError> {
    let regions = weights.n_regions();
    if values.len() != regions {
        return Err(MoranError::LengthDiffers { values: values.len(), regions });
    }
    if let Some(region) = values.iter().position(|value| !value.is_finite()) {
        return Err(MoranError::NotFinite { region });
    }
    if regions < 4 {
        return Err(MoranError::TooFewRegions { regions });
    }
    if weights.n_links() == 0 {
        return Err(MoranError::NoLinks);
    }
    let largest = values.iter().fold(0.0_f64, |most, value| value.abs().max(most));
    if values.iter().all(|&value| value == values[0]) {
        return Err(MoranError::Constant);
    }
    let mean = values.iter().map(|value| value / largest).sum::<f64>() / regions as f64;
    Ok(values.iter().map(|value| value / largest - mean).collect())
}

/// `sum(w[r, s] * z[r] * z[s])`.
fn cross_product(deviations: &[f64], weights: &SpatialWeights) -> f64 {
    let lag = |region| weights.links(region).map(|(to, weight)| weight * deviations[to]).sum::<f64>();
    deviations.iter().enumerate().map(|(region, z)| z * lag(region)).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::path;
    use crate::stats::Alternative;

    #[test]
    fn matches_a_worked_example() {
        // Deviations -1.5, -0.5, 0.5, 1.5 along a path: 2(0.75 - 0.25 + 0.75) = 2.5 over 5, times 4/6.
        let moran = moran(&[1.0, 2.0, 3.0, 4.0], &path(4)).unwrap();
        assert!((moran.i - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(moran.expected, -1.0 / 3.0);
        // S0 = 6, S1 = 12, S2 = 4 + 16 + 16 + 4 = 40: (16 * 12 - 160 + 108) / (15 * 36) - 1/9.
        assert!((moran.normality.variance - (140.0 / 540.0 - 1.0 / 9.0)).abs() < 1e-15);
    }

    #[test]
    fn moments_of_randomization_are_those_over_all_permutations() {
        let (values, weights) = ([2.0, 3.0, 5.0, 11.0, 4.0], path(5).row_standardized());
        let mut all = Vec::new();
        let mut order = vec![0, 1, 2, 3, 4];
        each_order(&mut order, 0, &mut |order| {
            let shuffled: Vec<f64> = order.iter().map(|&at| values[at]).collect();
            all.push(moran(&shuffled, &weights).unwrap().i);
        });
        let test = PermutationTest::of(0.0, &all);
        let moran = moran(&values, &weights).unwrap();
        assert!((test.mean - moran.expected).abs() < 1e-14);
        let variance = test.deviation * test.deviation * 119.0 / 120.0;
        assert!((variance - moran.randomization.variance).abs() < 1e-14);
    }

    fn each_order(order: &mut Vec<usize>, from: usize, visit: &mut impl FnMut(&[usize])) {
        if from == order.len() {
            return visit(order);
        }
        for at in from..order.len() {
            order.swap(from, at);
            each_order(order, from + 1, visit);
            order.swap(from, at);
        }
    }

    #[test]
    fn permutations_follow_the_seed_and_find_dependence() {
        let values: Vec<f64> = (0..40).map(f64::from).collect();
        let weights = path(40).row_standardized();
        let test = |seed| moran_permutations(&values, &weights, 999, seed, &Progress::new()).unwrap();
        assert_eq!(test(3), test(3));
        assert_eq!(test(3).p_value(Alternative::TwoSided), 0.002);
        assert!((test(4).mean + 1.0 / 39.0).abs() < 0.02);
        let stopped = Progress::new();
        stopped.stop();
        let error = moran_permutations(&values, &weights, 999, 1, &stopped).unwrap_err();
        assert_eq!(error, MoranError::Stopped(Stopped));
    }

    #[test]
    fn refuses_what_has_no_moran() {
        let error = |values: &[f64], weights: &SpatialWeights| moran(values, weights).unwrap_err();
        assert_eq!(error(&[0.1; 4], &path(4)), MoranError::Constant);
        assert_eq!(error(&[1.0, 2.0], &path(4)), MoranError::LengthDiffers { values: 2, regions: 4 });
        assert_eq!(error(&[1.0, 2.0, f64::NAN, 1.0], &path(4)), MoranError::NotFinite { region: 2 });
        assert_eq!(error(&[1.0, 2.0, 3.0], &path(3)), MoranError::TooFewRegions { regions: 3 });
        let none = SpatialWeights::from_links(4, &[]).unwrap();
        assert_eq!(error(&[1.0, 2.0, 3.0, 4.0], &none), MoranError::NoLinks);
        let none = moran_permutations(&[1.0, 2.0, 3.0, 4.0], &path(4), 0, 1, &Progress::new());
        assert_eq!(none, Err(MoranError::NoPermutations));
        // Powers of the largest numbers overflow, their ratios do not.
        assert!((moran(&[1e300, 2e300, 3e300, 4e300], &path(4)).unwrap().i - 1.0 / 3.0).abs() < 1e-15);
    }
}
