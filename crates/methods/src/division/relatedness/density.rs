//! Relatedness density: how near each region is to each industry.

use super::density_rows::{DensityRows, PresenceDensity, WeightedDensity, all_densities, for_each_density};
use super::{Presence, RelatednessError};
use crate::{Matrix, Progress, RowSource};

/// Industries whose proximities are added up at once.
const ROWS: usize = 8;

/// Computes how near each region is to each industry: the share of the industry's proximities that it has in the region.
///
/// ```text
/// density[r, i] = sum over j of M[r, j] * phi[i, j] / sum over j of phi[i, j]
/// ```
///
/// The sums leave out the industry itself, whose proximity to itself says nothing, unless `include_self` is set; then they
/// are the figures of the packages economiccomplexity and ecomplexity. A proximity that is NaN, because it is undefined,
/// adds nothing.
///
/// # Shapes and units
///
/// - `presence`: regions x industries.
/// - `proximities`: industries x industries, not negative.
/// - returns: regions x industries, 0 to 1; NaN where the industry is near to no other.
///
/// # Errors
///
/// Proximities of another shape.
///
/// # Source
///
/// Hidalgo et al. (2007), Science 317(5837), 482-487; without the industry itself: Boschma, Balland and Kogler (2015),
/// Industrial and Corporate Change 24(1), 223-250.
pub fn relatedness_density(
    presence: &Presence,
    proximities: &Matrix,
    include_self: bool,
    progress: &Progress,
) -> Result<Matrix, RelatednessError> {
    let densities = PresenceDensity::try_new(presence, proximities, include_self)?;
    Ok(all_densities(&densities, progress)?)
}

/// Computes how near each region is to each industry where what it has counts by weight: its shares, or its quotients.
///
/// ```text
/// density[r, i] = sum over j of w[r, j] * phi[i, j] / sum over j of phi[i, j]
/// ```
///
/// With a presence of 0 or 1 for a weight it is [`relatedness_density`].
///
/// # Shapes and units
///
/// - `weights`: regions x industries, finite; no table is made of them but of a few rows at a time.
/// - `proximities`: industries x industries, not negative; NaN, where undefined, adds nothing.
/// - returns: regions x industries, in the unit of the weights; NaN where the industry is near to no other.
///
/// # Errors
///
/// Proximities of another shape.
///
/// # Source
///
/// Boschma and Iammarino (2009), Economic Geography 85(3), 289-311, weigh by trade; with quotients for weights, the figure
/// of ecomplexity by its option `continuous`, which exceeds 1 where quotients do.
pub fn weighted_density(
    weights: &(impl RowSource + Sync),
    proximities: &Matrix,
    include_self: bool,
    progress: &Progress,
) -> Result<Matrix, RelatednessError> {
    let densities = WeightedDensity::try_new(weights, proximities, include_self)?;
    Ok(all_densities(&densities, progress)?)
}

/// Mean density of a region over the industries it has, and over those it lacks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanDensity {
    /// Over the industries that are present; `None` where it has none, or none with a density.
    pub internal: Option<f64>,
    /// Over the industries that are absent; `None` where it lacks none, or none with a density.
    pub external: Option<f64>,
}

/// Averages the densities of each region over the industries it has, and over those it lacks.
///
/// # Shapes and units
///
/// - `presence`, `densities`: regions x industries.
/// - returns: by region.
///
/// # Errors
///
/// Densities of another shape.
///
/// # Source
///
/// The internal and external densities of the package EconGeo, which rounds them to whole per cents first.
pub fn mean_densities(presence: &Presence, densities: &Matrix) -> Result<Vec<MeanDensity>, RelatednessError> {
    let shape = (presence.n_regions(), presence.n_industries());
    RelatednessError::check_shape((densities.n_rows(), densities.n_columns()), shape)?;
    Ok(densities.rows().enumerate().map(|(region, row)| mean_density(presence, region, row)).collect())
}

/// The same of densities that are worked out some regions at a time.
///
/// # Errors
///
/// As [`mean_densities`], and a caller who wants no more.
pub fn mean_densities_of_rows(
    presence: &Presence,
    densities: &dyn DensityRows,
    progress: &Progress,
) -> Result<Vec<MeanDensity>, RelatednessError> {
    let shape = (presence.n_regions(), presence.n_industries());
    RelatednessError::check_shape((densities.n_regions(), densities.n_industries()), shape)?;
    let mut means = Vec::with_capacity(presence.n_regions());
    for_each_density(densities, progress, |region, row| means.push(mean_density(presence, region, row)))?;
    Ok(means)
}

/// The mean densities of one region, of which these are all; like indexing, it must be there.
pub fn mean_density(presence: &Presence, region: usize, densities: &[f64]) -> MeanDensity {
    let mean = |present: bool| {
        let of = densities
            .iter()
            .enumerate()
            .filter(|(i, density)| presence.is_present(region, *i) == present && !density.is_nan());
        let (count, sum) = of.fold((0_u32, 0.0), |(count, sum), (_, density)| (count + 1, sum + density));
        (count > 0).then(|| sum / f64::from(count))
    };
    MeanDensity { internal: mean(true), external: mean(false) }
}

/// The proximity of `i` to `j` as far as it counts: 0 where undefined, and of an industry to itself unless asked for.
pub(in crate::division) fn counted(proximities: &Matrix, i: usize, j: usize, include_self: bool) -> f64 {
    let proximity = proximities.get(i, j);
    if proximity.is_nan() || (i == j && !include_self) { 0.0 } else { proximity }
}

/// Sum of each industry's proximities as far as they count.
pub(in crate::division) fn proximity_totals(proximities: &Matrix, include_self: bool) -> Vec<f64> {
    let n = proximities.n_rows();
    let mut totals = vec![0.0; n];
    // In the order of industries, as densities are added up: a region that has all of them has a density of exactly 1.
    // Several rows at once, because each waits for its last addition.
    for (block, totals) in totals.chunks_mut(ROWS).enumerate() {
        for j in 0..n {
            for (row, total) in totals.iter_mut().enumerate() {
                *total += counted(proximities, block * ROWS + row, j, include_self);
            }
        }
    }
    totals
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::division::proximity;

    /// Three regions: the first has all industries, the second a and b, the third c.
    fn presence() -> Presence {
        Presence::try_new(&[true, true, true, true, true, false, false, false, true], 3).unwrap()
    }

    #[test]
    fn the_unit_diagonal_of_proximity_does_not_leak_into_density_unless_asked() {
        let (presence, proximities) = (presence(), proximity(&presence(), &Progress::new()).unwrap());
        let without = relatedness_density(&presence, &proximities, false, &Progress::new()).unwrap();
        assert_eq!(without.row(1), [1.0 / 1.5, 1.0 / 1.5, 1.0]);
        assert_eq!(without.row(2), [0.5 / 1.5, 0.5 / 1.5, 0.0]);
        let with = relatedness_density(&presence, &proximities, true, &Progress::new()).unwrap();
        assert_eq!(with.row(2), [0.5 / 2.5, 0.5 / 2.5, 1.0 / 2.0]);
    }

    #[test]
    fn an_industry_near_to_none_has_no_density() {
        let apart = Presence::try_new(&[true, false, false, true], 2).unwrap();
        let proximities = proximity(&apart, &Progress::new()).unwrap();
        assert!(
            relatedness_density(&apart, &proximities, false, &Progress::new())
                .unwrap()
                .cells()
                .iter()
                .all(|cell| cell.is_nan())
        );
        assert_eq!(
            relatedness_density(&apart, &proximities, true, &Progress::new()).unwrap().cells(),
            [1.0, 0.0, 0.0, 1.0]
        );
    }

    #[test]
    fn weighted_by_presence_it_is_the_same_and_by_shares_less() {
        let (presence, proximities) = (presence(), proximity(&presence(), &Progress::new()).unwrap());
        let zero_or_one = Matrix::from_fn(3, 3, |r, i| f64::from(u8::from(presence.is_present(r, i))));
        for include_self in [false, true] {
            let plain = relatedness_density(&presence, &proximities, include_self, &Progress::new()).unwrap();
            let weighted = weighted_density(&zero_or_one, &proximities, include_self, &Progress::new()).unwrap();
            assert_eq!(plain, weighted);
        }
        let shares = Matrix::from_fn(3, 3, |_, i| [0.5, 0.25, 0.25][i]);
        let weighted = weighted_density(&shares, &proximities, false, &Progress::new()).unwrap();
        assert_eq!(weighted.row(0), [(0.25 + 0.125) / 1.5, (0.5 + 0.125) / 1.5, (0.25 + 0.125) / 1.0]);
    }

    #[test]
    fn means_are_over_what_is_present_and_what_is_absent() {
        let (presence, proximities) = (presence(), proximity(&presence(), &Progress::new()).unwrap());
        let density = relatedness_density(&presence, &proximities, false, &Progress::new()).unwrap();
        let means = mean_densities(&presence, &density).unwrap();
        assert_eq!(means[0], MeanDensity { internal: Some(1.0), external: None });
        assert_eq!(means[1], MeanDensity { internal: Some(1.0 / 1.5), external: Some(1.0) });
        assert!(mean_densities(&presence, &Matrix::from_fn(1, 3, |_, _| 0.0)).is_err());
        let rows = PresenceDensity::try_new(&presence, &proximities, false).unwrap();
        assert_eq!(mean_densities_of_rows(&presence, &rows, &Progress::new()).unwrap(), means);
    }

    #[test]
    fn an_undefined_proximity_adds_nothing() {
        let proximities = Matrix::from_fn(3, 3, |i, j| if i + j == 1 { f64::NAN } else { 0.5 });
        let density = relatedness_density(&presence(), &proximities, false, &Progress::new()).unwrap();
        assert_eq!(density.row(1), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn refuses_proximities_of_other_industries() {
        let proximities = Matrix::from_fn(2, 2, |_, _| 1.0);
        let (rows, columns, expected_rows, expected_columns) = (2, 2, 3, 3);
        let differ = RelatednessError::ShapesDiffer { rows, columns, expected_rows, expected_columns };
        assert_eq!(relatedness_density(&presence(), &proximities, true, &Progress::new()), Err(differ));
    }
}
