//! Spillover potential: how near the neighbours of a region are to an industry.

use crate::Matrix;
use crate::stats::SpatialWeights;

/// Why the spillover potential is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpilloverError {
    /// The neighbours are not those of as many regions.
    #[error("neighbours of {neighbours} regions for densities of {regions}")]
    RegionsDiffer {
        /// Regions of the densities.
        regions: usize,
        /// Regions of the neighbours.
        neighbours: usize,
    },
}

/// Computes how near the neighbours of each region are to each industry, from which a new industry could spill over.
///
/// ```text
/// spillover[r, i] = sum over s of w[r, s] * density[s, i]
/// ```
///
/// # Shapes and units
///
/// - `density`: regions x industries, as of [`crate::division::relatedness_density`].
/// - `neighbours`: weights between the regions; row-standardised weights make it the neighbours' mean.
/// - returns: the same shape and unit as `density`; 0 in a region without neighbours, which has nobody to spill over to;
///   NaN where a neighbour's density is.
///
/// # Errors
///
/// Neighbours of another number of regions.
///
/// # Source
///
/// A spatial lag of relatedness density, after Boschma, Martín and Minondo (2017), Papers in Regional Science 96(2),
/// 227-245, who find that regions enter industries to which their neighbours are near.
pub fn spillover_potential(density: &Matrix, neighbours: &SpatialWeights) -> Result<Matrix, SpilloverError> {
    let (regions, industries) = (density.n_rows(), density.n_columns());
    if neighbours.n_regions() != regions {
        return Err(SpilloverError::RegionsDiffer { regions, neighbours: neighbours.n_regions() });
    }
    let mut cells = vec![0.0; regions * industries];
    if industries > 0 {
        for (region, lags) in cells.chunks_mut(industries).enumerate() {
            for (neighbour, weight) in neighbours.links(region) {
                lags.iter_mut().zip(density.row(neighbour)).for_each(|(lag, density)| *lag += weight * density);
            }
        }
    }
    Ok(Matrix::of_cells(cells, regions, industries))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn is_the_mean_of_the_neighbours() {
        let density = Matrix::try_new(vec![0.2, 0.4, 0.6, 0.0, 0.1, 0.9, 0.5, 0.5], 2).unwrap();
        let neighbours = SpatialWeights::from_pairs(4, &[(0, 1), (0, 2)]).unwrap().row_standardized();
        let lags = spillover_potential(&density, &neighbours).unwrap();
        assert_eq!(lags.row(0), [0.35, 0.45]);
        assert_eq!(
            (lags.row(1), lags.row(2), lags.row(3)),
            ([0.2, 0.4].as_slice(), [0.2, 0.4].as_slice(), [0.0; 2].as_slice())
        );
    }

    #[test]
    fn what_is_unknown_of_a_neighbour_is_unknown() {
        let density = Matrix::try_new(vec![0.2, f64::NAN], 1).unwrap();
        let neighbours = SpatialWeights::from_pairs(2, &[(0, 1)]).unwrap();
        let lags = spillover_potential(&density, &neighbours).unwrap();
        assert!(lags.get(0, 0).is_nan() && lags.get(1, 0) == 0.2);
        let three = SpatialWeights::from_pairs(3, &[(0, 1)]).unwrap();
        let differ = SpilloverError::RegionsDiffer { regions: 2, neighbours: 3 };
        assert_eq!(spillover_potential(&density, &three), Err(differ));
    }
}
