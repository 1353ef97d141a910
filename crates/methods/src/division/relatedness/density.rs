//! Relatedness density: how near each region is to each industry.

use super::{Presence, RelatednessError, Selected, selected_sums};
use crate::{Matrix, Progress};

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
    let n = presence.n_industries();
    RelatednessError::check_shape((proximities.n_rows(), proximities.n_columns()), (n, n))?;
    // The matrix need not be symmetric: row i is what industry i has of each.
    let weight = |j: usize, i: usize| counted(proximities, i, j, include_self);
    let mut cells = selected_sums(presence, Selected::Present, weight, progress)?;
    let totals = proximity_totals(proximities, include_self);
    for row in cells.chunks_exact_mut(n) {
        for (cell, total) in row.iter_mut().zip(&totals) {
            // 0/0 is NaN where the industry is near to no other.
            *cell /= total;
        }
    }
    Ok(Matrix::of_cells(cells, presence.n_regions(), n))
}

/// The proximity of `i` to `j` as far as it counts: 0 where undefined, and of an industry to itself unless asked for.
pub(in crate::division) fn counted(proximities: &Matrix, i: usize, j: usize, include_self: bool) -> f64 {
    let proximity = proximities.get(i, j);
    if proximity.is_nan() || (i == j && !include_self) { 0.0 } else { proximity }
}

/// Sum of each industry's proximities as far as they count.
pub(in crate::division) fn proximity_totals(proximities: &Matrix, include_self: bool) -> Vec<f64> {
    let n = proximities.n_rows();
    (0..n).map(|i| (0..n).map(|j| counted(proximities, i, j, include_self)).sum()).collect()
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
