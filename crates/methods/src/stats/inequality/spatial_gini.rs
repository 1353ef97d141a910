//! The Gini coefficient by neighbourhood: pairs of regions that are neighbours, and pairs that are not.

use super::distribution::{Distribution, InequalityError};
use super::gini;
use super::shuffles::of_shuffles;
use crate::Progress;
use crate::stats::random::shuffle;
use crate::stats::{PermutationTest, SpatialWeights};

/// The Gini coefficient in two parts: `gini = near + far`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpatialGini {
    /// The Gini coefficient over all pairs.
    pub gini: f64,
    /// What pairs of neighbours add.
    pub near: f64,
    /// What the other pairs add.
    pub far: f64,
    /// `far / gini`; none where all values are equal. The `wcg_share` of the Python package is `far`, a level.
    pub far_share: Option<f64>,
    /// Share of the pairs of different regions that are neighbours, by the product of their weights.
    pub near_pairs: f64,
    /// Mean difference of pairs that are no neighbours over that of neighbours: 1 where neighbours are no more alike than
    /// others. None without pairs of both kinds, or where neighbours do not differ.
    pub polarization: Option<f64>,
}

/// Splits the Gini coefficient into pairs of neighbours and other pairs.
///
/// With p the weights over their sum, m the mean, and N the ordered pairs (i, j) of regions of which j is a neighbour of i:
///
/// ```text
/// near = sum over (i, j) in N of p[i] * p[j] * |x[i] - x[j]| / (2 m)        far = gini - near
/// polarization = (far / near) * (share of pairs that are near / share of pairs that are not)
/// ```
///
/// # Shapes and units
///
/// - `neighbours`: as many regions as there are values. Who is linked to whom counts, by how much does not: standardising the
///   weights changes nothing.
///
/// # Errors
///
/// Neighbours of other regions, a negative value, or values that are all zero.
///
/// # Source
///
/// Rey and Smith (2013), Letters in Spatial and Resource Sciences 6, 55-70; the polarisation after Rey and Sastre Gutierrez
/// (2015), in Monitoring Complexity of Spatial Systems, as in the Python package `inequality`.
pub fn spatial_gini(
    distribution: &Distribution<'_>,
    neighbours: &SpatialWeights,
) -> Result<SpatialGini, InequalityError> {
    check(distribution, neighbours)?;
    let whole = gini(distribution)?;
    let regions = regions(distribution);
    let (differences, near_pairs) = of_neighbours(&regions, neighbours);
    let near = differences / (2.0 * distribution.mean());
    let far = (whole - near).max(0.0);
    let polarization = (far / near) * (near_pairs / (1.0 - near_pairs));
    Ok(SpatialGini {
        gini: whole,
        near,
        far,
        far_share: (whole > 0.0).then(|| far / whole),
        near_pairs,
        // With all pairs near, what is left of one minus their share is rounding.
        polarization: Some(polarization).filter(|value| value.is_finite() && neighbours.n_links() < all(regions.len())),
    })
}

/// Number of ordered pairs of different regions.
fn all(regions: usize) -> usize {
    regions.saturating_mul(regions.saturating_sub(1))
}

/// Tests whether pairs of regions that are no neighbours differ more than chance makes them: the regions are put in each
/// other's places, each with its value and its weight.
///
/// ```text
/// excess = far / gini - share of pairs that are not near
/// ```
///
/// It is positive where the polarisation is above 1. For values that count alike it grows with `far` and with the
/// polarisation, so that they have the same p-values; by weight, heavy regions next to each other make more pairs near, which
/// the second share takes off.
///
/// # Shapes and units
///
/// - `permutations`: how many; `seed`: of their draws. The same seed gives the same permutations on any number of threads.
/// - returns: how the excess stands among those of permutations.
///
/// # Errors
///
/// As [`spatial_gini`]; values that are all equal; no permutations; or the caller's wish to stop.
///
/// # Source
///
/// Rey and Smith (2013), Letters in Spatial and Resource Sciences 6, 55-70, whose statistic is `far`.
pub fn spatial_gini_permutations(
    distribution: &Distribution<'_>,
    neighbours: &SpatialWeights,
    permutations: usize,
    seed: u64,
    progress: &Progress,
) -> Result<PermutationTest, InequalityError> {
    check(distribution, neighbours)?;
    let (whole, twice) = (gini(distribution)?, 2.0 * distribution.mean());
    if whole == 0.0 {
        return Err(InequalityError::AllEqual);
    }
    let regions = regions(distribution);
    let excess = |regions: &[(f64, f64)]| {
        let (differences, near_pairs) = of_neighbours(regions, neighbours);
        near_pairs - differences / twice / whole
    };
    let work = regions.len() + neighbours.n_links();
    let shuffled = of_shuffles(work, permutations, seed, progress, Vec::new, |own: &mut Vec<(f64, f64)>, draw| {
        regions.clone_into(own);
        shuffle(own, draw);
        excess(own)
    })?;
    Ok(PermutationTest::of(excess(&regions), &shuffled))
}

fn check(distribution: &Distribution<'_>, neighbours: &SpatialWeights) -> Result<(), InequalityError> {
    let (values, others) = (distribution.n_regions(), neighbours.n_regions());
    if values == others { Ok(()) } else { Err(InequalityError::RegionsDiffer { values, others }) }
}

/// Value and share of each region.
fn regions(distribution: &Distribution<'_>) -> Vec<(f64, f64)> {
    distribution.values().iter().enumerate().map(|(region, &value)| (value, distribution.share(region))).collect()
}

/// Over ordered pairs of neighbours: the sum of the products of their shares and their difference, and the share of the pairs of
/// different regions that they are.
fn of_neighbours(regions: &[(f64, f64)], neighbours: &SpatialWeights) -> (f64, f64) {
    let (mut differences, mut linked, mut same) = (0.0, 0.0, 0.0);
    for (region, &(value, share)) in regions.iter().enumerate() {
        let (mut own, mut weight) = (0.0, 0.0);
        for (to, _) in neighbours.links(region) {
            let (other, its_share) = regions[to];
            own += its_share * (value - other).abs();
            weight += its_share;
        }
        differences += share * own;
        linked += share * weight;
        same += share * share;
    }
    let pairs = 1.0 - same;
    (differences, if pairs > 0.0 { linked / pairs } else { 0.0 })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::path;
    use crate::stats::Alternative;

    #[test]
    fn matches_a_worked_example() {
        // Pairs of neighbours differ by 1 and 5, the others by 6; mean 3.
        let distribution = Distribution::new(&[1.0, 2.0, 7.0]).unwrap();
        let own = spatial_gini(&distribution, &path(3)).unwrap();
        let near = |own: f64, expected: f64| assert!((own - expected).abs() < 1e-15, "{own} is not {expected}");
        near(own.near, 6.0 / 30.0);
        near(own.far, 6.0 / 30.0);
        near(own.far_share.unwrap(), 0.5);
        near(own.near_pairs, 2.0 / 3.0);
        near(own.polarization.unwrap(), 2.0);
        let standardised = spatial_gini(&distribution, &path(3).row_standardized()).unwrap();
        assert_eq!(standardised, own);
    }

    #[test]
    fn weights_count_like_repetitions_of_pairs() {
        let distribution = Distribution::weighted(&[1.0, 2.0, 7.0], &[1.0, 1.0, 2.0]).unwrap();
        let own = spatial_gini(&distribution, &path(3)).unwrap();
        // Weighted differences of neighbours 1/16 and 10/16, of the others 12/16; mean 4.25.
        assert!((own.near - 11.0 / 16.0 / 4.25).abs() < 1e-15 && (own.far - 12.0 / 16.0 / 4.25).abs() < 1e-15);
    }

    #[test]
    fn without_both_kinds_of_pairs_there_is_no_polarization() {
        let distribution = Distribution::new(&[1.0, 2.0, 7.0]).unwrap();
        let of = |pairs: &[(usize, usize)]| {
            spatial_gini(&distribution, &SpatialWeights::from_pairs(3, pairs).unwrap()).unwrap()
        };
        assert_eq!((of(&[]).polarization, of(&[]).near), (None, 0.0));
        let whole = of(&[(0, 1), (0, 2), (1, 2)]);
        assert_eq!(whole.polarization, None);
        assert!(whole.far < 1e-15);
        let equal = spatial_gini(&Distribution::new(&[3.0; 3]).unwrap(), &path(3)).unwrap();
        assert_eq!((equal.far_share, equal.polarization), (None, None));
        let differ = InequalityError::RegionsDiffer { values: 3, others: 4 };
        assert_eq!(spatial_gini(&distribution, &path(4)), Err(differ));
    }

    #[test]
    fn weights_move_with_their_values() {
        // Alike by value, so that only pairs of heavy regions could make neighbours look alike.
        let values: Vec<f64> = (0..20).map(|k| f64::from(k * 7 % 20 + 1)).collect();
        let weights: Vec<f64> = (0..20).map(|k| if k < 4 { 50.0 } else { 1.0 }).collect();
        let distribution = Distribution::weighted(&values, &weights).unwrap();
        let test = spatial_gini_permutations(&distribution, &path(20), 499, 1, &Progress::new()).unwrap();
        let own = spatial_gini(&distribution, &path(20)).unwrap();
        let excess = own.far_share.unwrap() - (1.0 - own.near_pairs);
        let below = test.permutations - test.at_least;
        assert!(test.p_value(Alternative::TwoSided) > 0.05, "{excess} above {below} of {}", test.permutations);
    }

    #[test]
    fn neighbours_that_are_alike_are_found_so() {
        let values: Vec<f64> = (0..30).map(|k| f64::from(k + 1)).collect();
        let distribution = Distribution::new(&values).unwrap();
        let test = |seed| spatial_gini_permutations(&distribution, &path(30), 999, seed, &Progress::new()).unwrap();
        assert_eq!(test(1).p_value(Alternative::Greater), 0.001);
        assert_eq!(test(1), test(1));
        let stopped = Progress::new();
        stopped.stop();
        let error = spatial_gini_permutations(&distribution, &path(30), 9, 1, &stopped).unwrap_err();
        assert!(matches!(error, InequalityError::Stopped(_)));
        let equal = Distribution::new(&[2.0; 30]).unwrap();
        let error = spatial_gini_permutations(&equal, &path(30), 9, 1, &Progress::new());
        assert_eq!(error, Err(InequalityError::AllEqual));
    }
}
