//! Proximity of industries by how their location quotients go together over regions.

use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::{Accum, MatMut, MatRef, Par};

use crate::row_source::for_each_row;
use crate::{Matrix, RowSource};

/// Regions whose products are added up at once.
const REGIONS: usize = 256;

/// Computes the proximity of every two industries from the correlation of their quotients over regions.
///
/// ```text
/// phi[i, j] = (1 + correlation over r of q[r, i] and q[r, j]) / 2
/// ```
///
/// # Shapes and units
///
/// - `quotients`: regions x industries, finite: location quotients, or what else is compared; no table is made of them but of
///   a few rows at a time.
/// - returns: industries x industries, symmetric, 0 to 1, 1 on the diagonal; NaN for an industry whose quotient is the same
///   everywhere.
///
/// # Source
///
/// The continuous proximity of the packages ecomplexity and economiccomplexity.
pub fn correlation_proximity(quotients: &impl RowSource) -> Matrix {
    let (regions, n) = (quotients.n_rows(), quotients.n_columns());
    let mut means = vec![0.0; n];
    for_each_row(quotients, |_, row| {
        means.iter_mut().zip(row).for_each(|(mean, cell)| *mean += cell / regions as f64);
    });
    let mut lengths = vec![0.0; n];
    for_each_row(quotients, |_, row| {
        for ((length, cell), mean) in lengths.iter_mut().zip(row).zip(&means) {
            *length += (cell - mean) * (cell - mean);
        }
    });
    // A quotient that is the same everywhere deviates by rounding only.
    let inverse = |(length, mean): (&f64, &f64)| {
        if *length > regions as f64 * (1e-14 * mean).powi(2) { 1.0 / length.sqrt() } else { f64::NAN }
    };
    let inverse: Vec<f64> = lengths.iter().zip(&means).map(inverse).collect();
    let cells = products(quotients, &means, &inverse);
    // Only the half above the diagonal was added up.
    Matrix::from_fn(n, n, |i, j| match inverse[i] {
        constant if constant.is_nan() => f64::NAN,
        _ if i == j => 1.0,
        _ => (1.0 + cells[i.min(j) * n + i.max(j)].clamp(-1.0, 1.0)) / 2.0,
    })
}

/// Sums over regions of the products of every two industries' scaled deviations; above the diagonal only.
fn products(quotients: &impl RowSource, means: &[f64], inverse: &[f64]) -> Vec<f64> {
    let (regions, n) = (quotients.n_rows(), quotients.n_columns());
    let (mut cells, mut some) = (vec![0.0; n * n], vec![0.0; REGIONS.min(regions) * n]);
    for first in (0..regions).step_by(REGIONS).filter(|_| n > 0) {
        let count = REGIONS.min(regions - first);
        let some = &mut some[..count * n];
        for (at, row) in some.chunks_exact_mut(n).enumerate() {
            quotients.fill(first + at, row);
            for ((cell, mean), inverse) in row.iter_mut().zip(means).zip(inverse) {
                *cell = (*cell - mean) * inverse;
            }
        }
        let scaled = MatRef::from_row_major_slice(some, count, n);
        let sums = MatMut::from_row_major_slice_mut(&mut cells, n, n);
        let (half, whole) = (BlockStructure::TriangularUpper, BlockStructure::Rectangular);
        matmul(sums, half, Accum::Add, scaled.transpose(), whole, scaled, whole, 1.0, Par::Seq);
    }
    cells
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn is_one_for_what_goes_together_and_undefined_for_what_never_changes() {
        let quotients =
            Matrix::try_new([1.0, 2.0, 3.0, 0.7, 2.0, 4.0, 2.0, 0.7, 3.0, 6.0, 1.0, 0.7].to_vec(), 4).unwrap();
        let found = correlation_proximity(&quotients);
        assert!((found.get(0, 1) - 1.0).abs() < 1e-15 && found.get(0, 2).abs() < 1e-15);
        assert_eq!((found.get(0, 0), found.get(2, 1)), (1.0, found.get(1, 2)));
        assert!((0..4).all(|other| found.get(3, other).is_nan() && found.get(other, 3).is_nan()));
    }
}
