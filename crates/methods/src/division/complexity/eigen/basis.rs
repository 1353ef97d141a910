//! An orthonormal basis in blocks, and the operator as seen in it.

use faer::Mat;
use pulp::{Simd, WithSimd};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};

use super::{BLOCK, Block, Expansion};
use crate::stats::lanes::arch;

/// Below this part of its length before, what is left of a vector is rounding.
const NOTHING_LEFT: f64 = 1e-11;

/// Blocks of orthonormal vectors, all orthogonal to one vector that is left out.
pub(super) struct Basis {
    left_out: Vec<f64>,
    blocks: Vec<Block>,
    projected: Mat<f64>,
    generator: ChaCha8Rng,
}

impl Basis {
    /// A basis of one block, drawn at random.
    pub(super) fn new(left_out: Vec<f64>, generator: ChaCha8Rng) -> Self {
        let n = left_out.len();
        let mut basis = Self { left_out, blocks: Vec::new(), projected: Mat::zeros(0, 0), generator };
        let nothing = Expansion { next: vec![[0.0; BLOCK]; n], coupling: [[0.0; BLOCK]; BLOCK] };
        let start = basis.orthonormal(nothing.next);
        basis.push(start.next);
        basis
    }

    pub(super) fn n_blocks(&self) -> usize {
        self.blocks.len()
    }

    /// The operator in the basis: what of it stays within.
    pub(super) fn projected(&self) -> &Mat<f64> {
        &self.projected
    }

    pub(super) fn push(&mut self, block: Block) {
        self.blocks.push(block);
        let n = self.blocks.len() * BLOCK;
        self.projected.resize_with(n, n, |_, _| 0.0);
    }

    /// Applies the operator to the last block, notes what of it lies within the basis, and makes the next block of the rest.
    pub(super) fn expand(&mut self, apply: impl Fn(&Block) -> Block) -> Expansion {
        let last = self.blocks.len() - 1;
        let mut applied = apply(&self.blocks[last]);
        // Twice is enough: once leaves rounding in the directions that were taken off.
        for _ in 0..2 {
            self.leave_out(&mut applied);
            for (at, block) in self.blocks.iter().enumerate() {
                let parts = arch().dispatch(TakeOff { block, from: &mut applied });
                for (row, parts) in parts.iter().enumerate() {
                    for (column, part) in parts.iter().enumerate() {
                        let (row, column) = (at * BLOCK + row, last * BLOCK + column);
                        self.projected[(row, column)] += part;
                        if at != last {
                            self.projected[(column, row)] += part;
                        }
                    }
                }
            }
        }
        self.orthonormal(applied)
    }

    /// Makes the columns of a block orthonormal; a column of which nothing is left is drawn anew.
    fn orthonormal(&mut self, mut block: Block) -> Expansion {
        let mut coupling = [[0.0; BLOCK]; BLOCK];
        for column in 0..BLOCK {
            let before = norm(&block, column);
            for earlier in 0..column {
                for _ in 0..2 {
                    let part: f64 = block.iter().map(|row| row[earlier] * row[column]).sum();
                    coupling[earlier][column] += part;
                    block.iter_mut().for_each(|row| row[column] -= part * row[earlier]);
                }
            }
            let left = norm(&block, column);
            if left > NOTHING_LEFT * before.max(NOTHING_LEFT) {
                coupling[column][column] = left;
                block.iter_mut().for_each(|row| row[column] /= left);
            } else {
                self.draw(&mut block, column);
            }
        }
        Expansion { next: block, coupling }
    }

    /// Draws one column of a block, orthogonal to the columns before it and to the basis.
    fn draw(&mut self, block: &mut Block, column: usize) {
        let mut drawn: Block =
            block.iter().map(|_| [StandardNormal.sample(&mut self.generator), 0.0, 0.0, 0.0]).collect();
        for _ in 0..2 {
            self.leave_out(&mut drawn);
            for block in &self.blocks {
                arch().dispatch(TakeOff { block, from: &mut drawn });
            }
            for earlier in 0..column {
                let part: f64 = block.iter().zip(&drawn).map(|(row, drawn)| row[earlier] * drawn[0]).sum();
                drawn.iter_mut().zip(block.iter()).for_each(|(drawn, row)| drawn[0] -= part * row[earlier]);
            }
        }
        let length = norm(&drawn, 0);
        block.iter_mut().zip(&drawn).for_each(|(row, drawn)| row[column] = drawn[0] / length);
    }

    fn leave_out(&self, block: &mut Block) {
        let mut parts = [0.0; BLOCK];
        for (row, cell) in block.iter().zip(&self.left_out) {
            parts.iter_mut().zip(row).for_each(|(part, value)| *part += value * cell);
        }
        for (row, cell) in block.iter_mut().zip(&self.left_out) {
            row.iter_mut().zip(&parts).for_each(|(value, part)| *value -= part * cell);
        }
    }

    /// The vector of the largest eigenvalue, of length 1.
    pub(super) fn ritz_vector(&self, vectors: &Mat<f64>) -> Vec<f64> {
        let block = self.combined(vectors, 0);
        let length = norm(&block, 0);
        block.iter().map(|row| row[0] / length).collect()
    }

    /// Keeps the vectors of the largest eigenvalues only.
    pub(super) fn restart(&mut self, values: &[f64], vectors: &Mat<f64>, kept: usize) {
        self.blocks = (0..kept).map(|block| self.combined(vectors, block * BLOCK)).collect();
        let n = kept * BLOCK;
        self.projected = Mat::from_fn(n, n, |row, column| if row == column { values[row] } else { 0.0 });
    }

    /// A block of projected vectors, from a rank on, in full.
    fn combined(&self, vectors: &Mat<f64>, rank: usize) -> Block {
        let n = vectors.nrows();
        let mut combined = vec![[0.0; BLOCK]; self.left_out.len()];
        for (at, block) in self.blocks.iter().enumerate() {
            let parts: [[f64; BLOCK]; BLOCK] = std::array::from_fn(|row| {
                std::array::from_fn(|column| vectors[(at * BLOCK + row, n - 1 - rank - column)])
            });
            for (sum, row) in combined.iter_mut().zip(block) {
                for (cell, parts) in row.iter().zip(&parts) {
                    sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum += cell * part);
                }
            }
        }
        combined
    }
}

fn norm(block: &Block, column: usize) -> f64 {
    block.iter().map(|row| row[column] * row[column]).sum::<f64>().sqrt()
}

/// Takes off one block what of it lies in another, and tells how much: by column of the other, then of the one.
struct TakeOff<'a> {
    block: &'a Block,
    from: &'a mut Block,
}

impl WithSimd for TakeOff<'_> {
    type Output = [[f64; BLOCK]; BLOCK];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let mut parts = [[0.0; BLOCK]; BLOCK];
        for (row, from) in self.block.iter().zip(self.from.iter()) {
            for (parts, cell) in parts.iter_mut().zip(row) {
                for (part, value) in parts.iter_mut().zip(from) {
                    *part += cell * value;
                }
            }
        }
        for (row, from) in self.block.iter().zip(self.from.iter_mut()) {
            for (parts, cell) in parts.iter().zip(row) {
                for (value, part) in from.iter_mut().zip(parts) {
                    *value -= cell * part;
                }
            }
        }
        parts
    }
}
