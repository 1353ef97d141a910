//! The matrix whose eigenvectors are the complexity indices, as an operator that is never laid out.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use pulp::{Simd, WithSimd};
use rayon::iter::{IndexedParallelIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;

use crate::division::Presence;
use crate::stats::lanes::arch;

/// Vectors that the operator is applied to at once: as many as one wide register holds.
pub(super) const BLOCK: usize = 4;

/// Presences below which one thread is faster than several.
const PARALLEL_LINKS: usize = 200_000;

/// Positions whose sums one task takes.
const POSITIONS: usize = 64;

/// Positions of the other side that are laid out at once.
const OTHERS: usize = 256;

/// Sums of one vector that are kept at once.
const LANES: usize = 8;

/// A block of vectors, position by position.
pub(super) type Block = Vec<[f64; BLOCK]>;

/// The symmetric form `D_s^-1/2 M' D_o^-1 M D_s^-1/2`, where `s` is the smaller side (regions or industries), `o` the other.
///
/// Its eigenvalues lie between 0 and 1, the first is 1, and its vector the square roots of the degrees.
pub(super) struct Operator {
    /// Neighbours of each on the smaller side, and of each on the other.
    of_side: Links,
    of_other: Links,
    /// Number of neighbours of each on the smaller side.
    pub(super) degrees: Vec<f64>,
    inverse_roots: Vec<f64>,
    inverse_other: Vec<f64>,
    /// Whether the smaller side is that of regions.
    pub(super) of_regions: bool,
}

impl Operator {
    pub(super) fn new(presence: &Presence) -> Self {
        let by_region = Links::new(presence.n_regions(), |region| presence.industries_of(region));
        let by_industry = Links::new(presence.n_industries(), |industry| presence.regions_of(industry));
        let of_regions = presence.n_regions() <= presence.n_industries();
        let (of_side, of_other) = if of_regions { (by_region, by_industry) } else { (by_industry, by_region) };
        let degrees = of_side.degrees();
        let inverse_roots = degrees.iter().map(|degree| 1.0 / degree.sqrt()).collect();
        let inverse_other = of_other.degrees().iter().map(|degree| 1.0 / degree).collect();
        Self { of_side, of_other, degrees, inverse_roots, inverse_other, of_regions }
    }

    /// Length of the vectors.
    pub(super) fn len(&self) -> usize {
        self.degrees.len()
    }

    /// The operator times a block of vectors.
    pub(super) fn apply(&self, block: &Block) -> Block {
        let scaled: Block =
            block.iter().zip(&self.inverse_roots).map(|(row, root)| row.map(|cell| cell * root)).collect();
        let on_other = self.of_other.sums(&scaled, &self.inverse_other);
        self.of_side.sums(&on_other, &self.inverse_roots)
    }

    /// The operator in full, row by row.
    pub(super) fn whole(&self) -> Vec<f64> {
        let n = self.len();
        let mut whole = vec![0.0; n * n];
        let roots: Vec<f64> = self.inverse_other.iter().map(|inverse| inverse.sqrt()).collect();
        let others: Vec<usize> = (0..roots.len()).collect();
        // Some of the other side at a time, so that no table is laid out.
        for some in others.chunks(OTHERS) {
            let mut half = vec![0.0; some.len() * n];
            for (row, &other) in half.chunks_exact_mut(n).zip(some) {
                let cell = |at: &u32| (*at as usize, roots[other] * self.inverse_roots[*at as usize]);
                self.of_other.of(other).iter().map(cell).for_each(|(at, cell)| row[at] = cell);
            }
            let half = MatRef::from_row_major_slice(&half, some.len(), n);
            let product = MatMut::from_row_major_slice_mut(&mut whole, n, n);
            matmul(product, Accum::Add, half.transpose(), half, 1.0, Par::Seq);
        }
        whole
    }

    /// What a vector on the smaller side is on the other: the mean over the neighbours of each.
    pub(super) fn means_on_other(&self, values: &[f64]) -> Vec<f64> {
        self.of_other.totals(values).iter().zip(&self.inverse_other).map(|(total, inverse)| total * inverse).collect()
    }
}

/// Neighbours of each position, one list after the other.
pub(super) struct Links {
    ends: Vec<usize>,
    neighbours: Vec<u32>,
}

impl Links {
    pub(super) fn new<I: Iterator<Item = usize>>(n: usize, neighbours_of: impl Fn(usize) -> I) -> Self {
        let (mut ends, mut neighbours) = (vec![0], Vec::new());
        for position in 0..n {
            neighbours.extend(neighbours_of(position).map(|neighbour| neighbour as u32));
            ends.push(neighbours.len());
        }
        Self { ends, neighbours }
    }

    fn of(&self, position: usize) -> &[u32] {
        &self.neighbours[self.ends[position]..self.ends[position + 1]]
    }

    /// The sum over the neighbours of each position.
    pub(super) fn totals(&self, values: &[f64]) -> Vec<f64> {
        // Several sums at once, because each waits for its last addition.
        let total = |position| {
            let mut sums = [0.0; LANES];
            let (chunks, rest) = self.of(position).as_chunks::<LANES>();
            for chunk in chunks {
                sums.iter_mut().zip(chunk).for_each(|(sum, &at)| *sum += values[at as usize]);
            }
            sums.iter_mut().zip(rest).for_each(|(sum, &at)| *sum += values[at as usize]);
            sums.iter().sum()
        };
        (0..self.ends.len() - 1).map(total).collect()
    }

    fn degrees(&self) -> Vec<f64> {
        self.ends.windows(2).map(|ends| (ends[1] - ends[0]) as f64).collect()
    }

    /// The sum over the neighbours of each position, times its factor; each in the order of neighbours.
    fn sums(&self, block: &Block, factors: &[f64]) -> Block {
        let mut sums = vec![[0.0; BLOCK]; factors.len()];
        let some = |(task, sums): (usize, &mut [[f64; BLOCK]])| {
            arch().dispatch(Sums { links: self, block, factors, first: task * POSITIONS, sums });
        };
        if self.neighbours.len() < PARALLEL_LINKS {
            sums.chunks_mut(POSITIONS).enumerate().for_each(some);
        } else {
            sums.par_chunks_mut(POSITIONS).enumerate().for_each(some);
        }
        sums
    }
}

/// The sums of some positions that follow each other.
struct Sums<'a> {
    links: &'a Links,
    block: &'a Block,
    factors: &'a [f64],
    first: usize,
    sums: &'a mut [[f64; BLOCK]],
}

impl WithSimd for Sums<'_> {
    type Output = ();

    // Compiled for wide registers where the machine has them; four sums at once, because each waits for its last addition.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (at, sum) in self.sums.iter_mut().enumerate() {
            let position = self.first + at;
            let mut parts = [[0.0; BLOCK]; 4];
            let (fours, rest) = self.links.of(position).as_chunks::<4>();
            for four in fours {
                for (part, &neighbour) in parts.iter_mut().zip(four) {
                    add(part, &self.block[neighbour as usize]);
                }
            }
            let [mut whole, second, third, fourth] = parts;
            for part in [second, third, fourth] {
                add(&mut whole, &part);
            }
            for &neighbour in rest {
                add(&mut whole, &self.block[neighbour as usize]);
            }
            *sum = whole.map(|cell| cell * self.factors[position]);
        }
    }
}

#[inline(always)]
fn add(sum: &mut [f64; BLOCK], row: &[f64; BLOCK]) {
    for (sum, cell) in sum.iter_mut().zip(row) {
        *sum += cell;
    }
}
