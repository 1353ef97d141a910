//! The second eigenvector of the operator of complexity: of the operator in full where small, by block Lanczos where large.

use faer::{Mat, Side};

use super::operator::{BLOCK, Block, Operator};
use crate::stats::random;
use crate::{Progress, Stopped};

mod basis;
mod tridiagonal;
use basis::Basis;
use tridiagonal::{Largest, largest};

/// Vectors up to this length are found in the operator laid out in full.
const SMALL: usize = 200;

/// Blocks collected before the search starts again from the best vectors found, and how many blocks of those.
const MOST_BLOCKS: usize = 96;
const KEPT_BLOCKS: usize = 4;

/// Times the operator is applied before the search is given up.
const MOST_STEPS: usize = 2_000;

/// The second eigenvector, with what tells how well it is known.
pub(super) struct SecondPair {
    /// The eigenvector, of length 1, on the operator's side.
    pub(super) vector: Vec<f64>,
    /// Its eigenvalue.
    pub(super) value: f64,
    /// The eigenvalue after it; `None` where there are but two.
    pub(super) third: Option<f64>,
    /// Length of what the operator makes of the vector beyond a multiple of it.
    pub(super) residual: f64,
    /// Whether the search settled before it was given up.
    pub(super) settled: bool,
}

/// Finds the second eigenvector of an operator of a connected network. Needs a length of two at least.
pub(super) fn second_pair(operator: &Operator, progress: &Progress) -> Result<SecondPair, Stopped> {
    progress.check()?;
    let total: f64 = operator.degrees.iter().sum();
    let first: Vec<f64> = operator.degrees.iter().map(|degree| (degree / total).sqrt()).collect();
    let mut pair = if operator.len() <= SMALL { whole(operator, &first) } else { lanczos(operator, first, progress)? };
    let applied = operator.apply(&pair.vector.iter().map(|&cell| [cell, 0.0, 0.0, 0.0]).collect());
    pair.value = applied.iter().zip(&pair.vector).map(|(row, cell)| row[0] * cell).sum();
    let beyond = applied.iter().zip(&pair.vector).map(|(row, cell)| row[0] - pair.value * cell);
    pair.residual = beyond.map(|cell| cell * cell).sum::<f64>().sqrt();
    Ok(pair)
}

/// Takes the first eigenvector off the operator, laid out in full: what was second is first then.
fn whole(operator: &Operator, first: &[f64]) -> SecondPair {
    let n = operator.len();
    let mut rest = operator.whole();
    for (row, one) in rest.chunks_exact_mut(n).zip(first) {
        row.iter_mut().zip(first).for_each(|(cell, other)| *cell -= one * other);
    }
    let Largest { first: value, second, vector } = largest(rest, n);
    let settled = vector.iter().all(|cell| cell.is_finite());
    // Of two, the value left besides is that of the vector taken off.
    SecondPair { vector, value, third: (n > 2).then_some(second), residual: 0.0, settled }
}

/// Eigenvalues from the largest on, and the vectors in columns from that of the smallest on; NaN if it does not converge.
fn decomposed(symmetric: &Mat<f64>) -> (Vec<f64>, Mat<f64>) {
    let n = symmetric.nrows();
    match symmetric.self_adjoint_eigen(Side::Lower) {
        Ok(eigen) => {
            let values = eigen.S().column_vector();
            ((0..n).rev().map(|at| values[at]).collect(), eigen.U().to_owned())
        }
        Err(_) => (vec![f64::NAN; n], Mat::from_fn(n, n, |_, _| f64::NAN)),
    }
}

/// Block Lanczos with full orthogonalisation, started again from the best vectors when there are many.
///
/// Vectors come in blocks, so that an eigenvalue that is there several times is seen as often. The start is drawn with a
/// fixed seed: the vector found depends on it by rounding only.
///
/// # Source
///
/// Golub and Underwood (1977), The block Lanczos method for computing eigenvalues, in Mathematical Software III; restarts
/// after Wu and Simon (2000), SIAM Journal on Matrix Analysis and Applications 22(2), 602-616.
fn lanczos(operator: &Operator, first: Vec<f64>, progress: &Progress) -> Result<SecondPair, Stopped> {
    // Room is left for the block that follows and for the vector taken off.
    let most = MOST_BLOCKS.min((operator.len() - 1) / BLOCK - 1);
    let mut basis = Basis::new(first, random::generator(0, 0));
    // Looking costs more the larger the basis, so that it is done the more seldom.
    let mut look = 2 * KEPT_BLOCKS;
    for step in 1.. {
        progress.check()?;
        let last = basis.expand(|block| operator.apply(block));
        if basis.n_blocks() < look.min(most) && step < MOST_STEPS {
            basis.push(last.next);
            continue;
        }
        look = basis.n_blocks() * 5 / 4;
        let (values, vectors) = decomposed(basis.projected());
        let residual = |rank: usize| last.residual(&vectors, rank);
        let settled = settles(values[0] - values[1], residual(0), residual(1));
        if settled || step >= MOST_STEPS {
            let vector = basis.ritz_vector(&vectors);
            return Ok(SecondPair { vector, value: values[0], third: Some(values[1]), residual: residual(0), settled });
        }
        if basis.n_blocks() >= most {
            basis.restart(&values, &vectors, KEPT_BLOCKS);
            look = most;
        }
        basis.push(last.next);
    }
    Err(Stopped)
}

/// Whether the second vector is known as well as rounding lets it, and the third value well enough to tell the gap.
fn settles(gap: f64, second: f64, third: f64) -> bool {
    second <= (1e-12 * gap).max(8.0 * f64::EPSILON) && third <= (1e-3 * gap).clamp(1e-13, 1e-6)
}

/// What one application of the operator leads to: the block that follows, and how it hangs on the last.
struct Expansion {
    next: Block,
    /// By column of the next block, its part in each column of the operator times the last.
    coupling: [[f64; BLOCK]; BLOCK],
}

impl Expansion {
    /// Length of what the operator makes of a projected vector outside the basis.
    fn residual(&self, vectors: &Mat<f64>, rank: usize) -> f64 {
        let n = vectors.nrows();
        let last: [f64; BLOCK] = std::array::from_fn(|at| vectors[(n - BLOCK + at, n - 1 - rank)]);
        let part = |row: &[f64; BLOCK]| row.iter().zip(&last).map(|(r, s)| r * s).sum::<f64>();
        self.coupling.iter().map(|row| part(row) * part(row)).sum::<f64>().sqrt()
    }
}
