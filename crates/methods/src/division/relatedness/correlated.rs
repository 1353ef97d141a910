//! Proximity of industries by how their location quotients go together over regions.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use crate::Matrix;

/// Computes the proximity of every two industries from the correlation of their quotients over regions.
///
/// ```text
/// phi[i, j] = (1 + correlation over r of q[r, i] and q[r, j]) / 2
/// ```
///
/// # Shapes and units
///
/// - `quotients`: regions x industries, finite: location quotients, or what else is compared.
/// - returns: industries x industries, symmetric, 0 to 1, 1 on the diagonal; NaN for an industry whose quotient is the same
///   everywhere.
///
/// # Source
///
/// The continuous proximity of the packages ecomplexity and economiccomplexity.
pub fn correlation_proximity(quotients: &Matrix) -> Matrix {
    let (regions, n) = (quotients.n_rows(), quotients.n_columns());
    let mut means = vec![0.0; n];
    for row in quotients.rows() {
        means.iter_mut().zip(row).for_each(|(mean, cell)| *mean += cell / regions as f64);
    }
    let mut lengths = vec![0.0; n];
    for row in quotients.rows() {
        for ((length, cell), mean) in lengths.iter_mut().zip(row).zip(&means) {
            *length += (cell - mean) * (cell - mean);
        }
    }
    // A quotient that is the same everywhere deviates by rounding only.
    let inverse: Vec<f64> = lengths
        .iter()
        .zip(&means)
        .map(
            |(length, mean)| {
                if *length > regions as f64 * (1e-14 * mean).powi(2) { 1.0 / length.sqrt() } else { f64::NAN }
            },
        )
        .collect();
    let scaled: Vec<f64> = quotients
        .rows()
        .flat_map(|row| row.iter().zip(&means).zip(&inverse).map(|((cell, mean), inverse)| (cell - mean) * inverse))
        .collect();
    let scaled = MatRef::from_row_major_slice(&scaled, regions, n);
    let mut cells = vec![0.0; n * n];
    let product = MatMut::from_row_major_slice_mut(&mut cells, n, n);
    matmul(product, Accum::Replace, scaled.transpose(), scaled, 1.0, Par::Seq);
    // Both halves are summed in orders of their own, so that the last digit may differ: one of them is taken.
    Matrix::from_fn(n, n, |i, j| match inverse[i] {
        constant if constant.is_nan() => f64::NAN,
        _ if i == j => 1.0,
        _ => (1.0 + cells[i.min(j) * n + i.max(j)].clamp(-1.0, 1.0)) / 2.0,
    })
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
