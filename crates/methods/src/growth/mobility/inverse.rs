//! The inverse of a large matrix whose diagonal outweighs the rest, block by block, so that it can be stopped.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

use crate::{Progress, Stopped};

/// Rows and columns that are taken out together.
const BLOCK: usize = 64;

/// Inverts a matrix in place by Gauss-Jordan elimination of blocks, without exchanging rows.
///
/// The matrix must be 1 - P of states of a chain that are all left sooner or later: its diagonal is at least the sum of the
/// sizes of the rest of its row, so that no pivot is small and none has to be looked for. Each block of columns counts one
/// unit of progress for each block of pivots; at 3 000 rows it takes about a millisecond.
///
/// # Shapes and units
///
/// - `cells`: `n` x `n` by column.
pub(super) fn invert_dominant(cells: &mut [f64], n: usize, progress: &Progress) -> Result<(), Stopped> {
    if n == 0 {
        return Ok(());
    }
    let n_blocks = n.div_ceil(BLOCK);
    progress.expect(n_blocks * n_blocks);
    let mut column_block = vec![0.0; n * BLOCK];
    let mut row_block = vec![0.0; BLOCK * n];
    for first in (0..n).step_by(BLOCK) {
        let width = BLOCK.min(n - first);
        let (columns, rows) = (&mut column_block[..n * width], &mut row_block[..width * n]);
        let mut pivot = vec![0.0; width * width];
        for (at, own) in pivot.chunks_mut(width).enumerate() {
            own.copy_from_slice(&cells[(first + at) * n + first..][..width]);
        }
        invert_small(&mut pivot, width);

        // The columns of the block move aside, without its own rows, and leave zeros.
        columns.copy_from_slice(&cells[first * n..(first + width) * n]);
        columns.chunks_mut(n).for_each(|column| column[first..first + width].fill(0.0));
        cells[first * n..(first + width) * n].fill(0.0);
        // The rows of the block, times the inverse of the pivot; in the place of the pivot the inverse itself.
        take_rows(cells, n, first, rows, width, &pivot);
        let columns = MatRef::from_column_major_slice(columns, n, width);
        cells.par_chunks_mut(n * BLOCK).zip(rows.par_chunks(width * BLOCK)).try_for_each(|(own, rows)| {
            let size = own.len() / n;
            let rows = MatRef::from_column_major_slice(rows, width, size);
            matmul(MatMut::from_column_major_slice_mut(own, n, size), Accum::Add, columns, rows, -1.0, Par::Seq);
            progress.advance(1)
        })?;
        for (column, own) in cells.chunks_mut(n).zip(row_block.chunks(width)) {
            column[first..first + width].copy_from_slice(own);
        }
    }
    Ok(())
}

/// Fills `rows` with the block's rows of all columns, times the inverse of its pivot.
fn take_rows(cells: &[f64], n: usize, first: usize, rows: &mut [f64], width: usize, pivot: &[f64]) {
    for (at, (own, column)) in rows.chunks_mut(width).zip(cells.chunks(n)).enumerate() {
        if (first..first + width).contains(&at) {
            own.copy_from_slice(&pivot[(at - first) * width..][..width]);
            continue;
        }
        own.fill(0.0);
        for (&factor, inverse) in column[first..first + width].iter().zip(pivot.chunks(width)) {
            if factor != 0.0 {
                own.iter_mut().zip(inverse).for_each(|(sum, cell)| *sum += factor * cell);
            }
        }
    }
}

/// Inverts a small matrix in place, by column and without exchanging rows.
fn invert_small(cells: &mut [f64], n: usize) {
    let mut pivot_column = vec![0.0; n];
    for pivot in 0..n {
        pivot_column.copy_from_slice(&cells[pivot * n..][..n]);
        let scale = 1.0 / pivot_column[pivot];
        pivot_column[pivot] = 0.0;
        cells[pivot * n..][..n].fill(0.0);
        cells[pivot * n + pivot] = 1.0;
        for column in cells.chunks_mut(n) {
            let factor = column[pivot] * scale;
            column.iter_mut().zip(&pivot_column).for_each(|(cell, own)| *cell -= factor * own);
            column[pivot] = factor;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// 1 - P of a chain over `n` states that leaves them with one in ten from each.
    fn matrix(n: usize) -> Vec<f64> {
        let weight = |row: usize, column: usize| (1 + (row * 31 + column * 17 + row * column) % 23) as f64;
        let sums: Vec<f64> = (0..n).map(|row| (0..n).map(|column| weight(row, column)).sum::<f64>()).collect();
        let cell = |row: usize, column: usize| f64::from(row == column) - 0.9 * weight(row, column) / sums[row];
        (0..n * n).map(|at| cell(at % n, at / n)).collect()
    }

    #[test]
    fn gives_the_identity_with_the_matrix() {
        for n in [1, 2, 63, 64, 65, 150] {
            let (original, mut inverse) = (matrix(n), matrix(n));
            invert_dominant(&mut inverse, n, &Progress::new()).unwrap();
            for row in 0..n {
                for column in 0..n {
                    let sum: f64 = (0..n).map(|k| original[k * n + row] * inverse[column * n + k]).sum();
                    assert!((sum - f64::from(row == column)).abs() < 1e-12, "{n}: {row}, {column}: {sum}");
                }
            }
        }
    }

    #[test]
    fn counts_and_stops() {
        let progress = Progress::new();
        invert_dominant(&mut matrix(130), 130, &progress).unwrap();
        assert_eq!(progress.counted(), (9, 9));
        progress.stop();
        assert_eq!(invert_dominant(&mut matrix(130), 130, &progress), Err(Stopped));
        assert_eq!(invert_dominant(&mut [], 0, &Progress::new()), Ok(()));
    }
}
