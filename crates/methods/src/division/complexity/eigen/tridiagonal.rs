//! The two largest eigenvalues of a small symmetric matrix, and the vector of the first.

use rand_distr::{Distribution as _, StandardNormal};

use crate::stats::lanes::{arch, product_sum};
use crate::stats::random;

/// Places between the ends of an interval at which eigenvalues are counted at once.
const PLACES: usize = 8;

/// Each round leaves a ninth of an interval; 18 leave less than a unit in the last place of its ends.
const ROUNDS: usize = 18;

/// Solutions after which a vector is as good as rounding lets it be.
const ITERATIONS: usize = 3;

/// Of a matrix of nothing, a bound of which a small part is still a number.
const LEAST_BOUND: f64 = 1e-200;

/// The two largest eigenvalues, and the vector of the first, of length 1.
pub(super) struct Largest {
    pub(super) first: f64,
    pub(super) second: f64,
    pub(super) vector: Vec<f64>,
}

/// Finds the largest eigenvalues of a symmetric matrix of `n` rows, none of them negative: by reflections to three diagonals,
/// counts of eigenvalues above a place, and inverse iteration. Nothing but these is computed, so that it takes a tenth of a
/// whole decomposition.
///
/// # Source
///
/// Golub and Van Loan (2013), Matrix Computations, 8.3.1 (reflections), 8.4.1 (counts), 7.6.1 (inverse iteration).
pub(super) fn largest(matrix: Vec<f64>, n: usize) -> Largest {
    let reduced = arch().dispatch(
        #[inline(always)]
        || Reduced::of(matrix, n),
    );
    let bound = reduced.bound();
    let first = reduced.eigenvalue(0, bound);
    let second = if n > 1 { reduced.eigenvalue(1, bound) } else { first };
    Largest { first, second, vector: reduced.vector(first, bound) }
}

/// A symmetric matrix reduced to three diagonals.
struct Reduced {
    diagonal: Vec<f64>,
    /// Beside the diagonal: one less.
    beside: Vec<f64>,
    /// Row k holds, right of the diagonal, the vector that reflected it.
    reflectors: Vec<f64>,
    /// Twice the inverse of each vector's square; 0 where nothing was reflected.
    factors: Vec<f64>,
}

impl Reduced {
    #[inline(always)]
    fn of(mut rows: Vec<f64>, n: usize) -> Self {
        let mut beside = vec![0.0; n.saturating_sub(1)];
        let mut factors = vec![0.0; n.saturating_sub(1)];
        let mut product = vec![0.0; n];
        for k in 0..n.saturating_sub(1) {
            let (above, below) = rows.split_at_mut((k + 1) * n);
            let reflector = &mut above[k * n + k + 1..];
            let length = product_sum(reflector, reflector).sqrt();
            beside[k] = reflector[0];
            if k + 2 == n || length == 0.0 || reflector[1..].iter().all(|&cell| cell == 0.0) {
                continue;
            }
            beside[k] = if reflector[0] > 0.0 { -length } else { length };
            reflector[0] -= beside[k];
            let factor = 2.0 / product_sum(reflector, reflector);
            factors[k] = factor;
            let product = &mut product[k + 1..];
            for (product, row) in product.iter_mut().zip(below.chunks_exact(n)) {
                *product = factor * product_sum(&row[k + 1..], reflector);
            }
            let half = factor / 2.0 * product_sum(product, reflector);
            product.iter_mut().zip(&*reflector).for_each(|(product, cell)| *product -= half * cell);
            for ((row, own), own_product) in below.chunks_exact_mut(n).zip(&*reflector).zip(&*product) {
                for ((cell, other), other_product) in row[k + 1..].iter_mut().zip(&*reflector).zip(&*product) {
                    *cell -= own * other_product + own_product * other;
                }
            }
        }
        let diagonal = (0..n).map(|k| rows[k * n + k]).collect();
        Self { diagonal, beside, reflectors: rows, factors }
    }

    /// A bound of the size of all eigenvalues.
    fn bound(&self) -> f64 {
        let beside = |at: Option<usize>| at.and_then(|at| self.beside.get(at)).map_or(0.0, |cell| cell.abs());
        let of_row = |(row, cell): (usize, &f64)| cell.abs() + beside(row.checked_sub(1)) + beside(Some(row));
        self.diagonal.iter().enumerate().map(of_row).fold(LEAST_BOUND, f64::max)
    }

    /// The eigenvalue that `rank` others are above.
    fn eigenvalue(&self, rank: usize, bound: f64) -> f64 {
        let (mut below, mut above) = (-bound, bound * (1.0 + 4.0 * f64::EPSILON));
        for _ in 0..ROUNDS {
            let places: [f64; PLACES] =
                std::array::from_fn(|at| below + (above - below) * (at + 1) as f64 / (PLACES + 1) as f64);
            let counts = arch().dispatch(
                #[inline(always)]
                || self.counts_above(&places, bound),
            );
            // Counts fall from place to place.
            let left = counts.iter().filter(|&&count| count > rank as f64).count();
            (below, above) =
                (if left > 0 { places[left - 1] } else { below }, places.get(left).copied().unwrap_or(above));
        }
        below + (above - below) / 2.0
    }

    /// How many eigenvalues lie above each place: positive pivots of what is left of the matrix less the place.
    #[inline(always)]
    fn counts_above(&self, places: &[f64; PLACES], bound: f64) -> [f64; PLACES] {
        let least = bound * f64::EPSILON * f64::EPSILON;
        let (mut pivots, mut counts) = ([1.0; PLACES], [0.0; PLACES]);
        for (row, cell) in self.diagonal.iter().enumerate() {
            let before = row.checked_sub(1).map_or(0.0, |before| self.beside[before]);
            let square = before * before;
            for at in 0..PLACES {
                let pivot = cell - places[at] - square / pivots[at];
                pivots[at] = if pivot.abs() < least { -least } else { pivot };
            }
            for at in 0..PLACES {
                counts[at] += if pivots[at] > 0.0 { 1.0 } else { 0.0 };
            }
        }
        counts
    }

    /// The vector of an eigenvalue, of length 1.
    fn vector(&self, value: f64, bound: f64) -> Vec<f64> {
        let n = self.diagonal.len();
        let mut random = random::generator(0, 0);
        let mut vector: Vec<f64> = (0..n).map(|_| StandardNormal.sample(&mut random)).collect();
        for _ in 0..ITERATIONS {
            self.solve(value, bound, &mut vector);
            let largest = vector.iter().fold(0.0_f64, |most, cell| most.max(cell.abs()));
            vector.iter_mut().for_each(|cell| *cell /= largest);
        }
        for k in (0..n.saturating_sub(1)).rev().filter(|&k| self.factors[k] != 0.0) {
            let reflector = &self.reflectors[k * n + k + 1..(k + 1) * n];
            let part = self.factors[k] * product_sum(reflector, &vector[k + 1..]);
            vector[k + 1..].iter_mut().zip(reflector).for_each(|(cell, own)| *cell -= part * own);
        }
        let length = product_sum(&vector, &vector).sqrt();
        vector.into_iter().map(|cell| cell / length).collect()
    }

    /// Solves for the matrix less a value on its diagonal, by elimination with exchanges of rows.
    fn solve(&self, value: f64, bound: f64, right: &mut [f64]) {
        let n = self.diagonal.len();
        let least = bound * f64::EPSILON;
        // Of each row that is done: the pivot and the two cells right of it.
        let mut done: Vec<[f64; 3]> = Vec::with_capacity(n);
        let side = |at: usize| self.beside.get(at).copied().unwrap_or(0.0);
        let mut row = [self.diagonal[0] - value, side(0), 0.0];
        for next in 1..n {
            let other = [side(next - 1), self.diagonal[next] - value, side(next)];
            let (upper, lower) = if row[0].abs() >= other[0].abs() {
                ([row[0], row[1], 0.0], other)
            } else {
                right.swap(next - 1, next);
                (other, [row[0], row[1], 0.0])
            };
            let pivot = if upper[0].abs() < least { least } else { upper[0] };
            let factor = lower[0] / pivot;
            right[next] -= factor * right[next - 1];
            done.push([pivot, upper[1], upper[2]]);
            row = [lower[1] - factor * upper[1], lower[2] - factor * upper[2], 0.0];
        }
        done.push([if row[0].abs() < least { least } else { row[0] }, 0.0, 0.0]);
        for at in (0..n).rev() {
            let [pivot, one, two] = done[at];
            let later = |by: usize| right.get(at + by).copied().unwrap_or(0.0);
            right[at] = (right[at] - one * later(1) - two * later(2)) / pivot;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use faer::{Mat, Side};

    use super::*;

    #[test]
    fn finds_what_a_whole_decomposition_finds() {
        for n in [1, 2, 3, 5, 30, 131] {
            let half =
                Mat::from_fn(n, n, |row, column| (1 + (row * 31 + column * 17 + row * column) % 23) as f64 / 23.0);
            let matrix = half.transpose() * &half;
            let own = largest((0..n * n).map(|at| matrix[(at / n, at % n)]).collect(), n);
            let eigen = matrix.self_adjoint_eigen(Side::Lower).unwrap();
            let (values, vectors) = (eigen.S().column_vector(), eigen.U());
            let scale = values[n - 1];
            assert!((own.first - scale).abs() <= 1e-14 * scale, "{n}: {} {scale}", own.first);
            let second = if n > 1 { values[n - 2] } else { scale };
            assert!((own.second - second).abs() <= 1e-14 * scale, "{n}: {} {second}", own.second);
            let along: f64 = own.vector.iter().enumerate().map(|(at, cell)| cell * vectors[(at, n - 1)]).sum();
            assert!((along.abs() - 1.0).abs() <= 1e-13, "{n}: {along}");
        }
    }

    #[test]
    fn copes_with_diagonals_equal_values_and_nothing() {
        let diagonal = [3.0, 1.0, 2.0, 3.0];
        let own = largest((0..16).map(|at| if at % 5 == 0 { diagonal[at / 5] } else { 0.0 }).collect(), 4);
        assert!((own.first - 3.0).abs() < 1e-14 && (own.second - 3.0).abs() < 1e-14);
        assert!((own.vector[0].hypot(own.vector[3]) - 1.0).abs() < 1e-13);
        let nothing = largest(vec![0.0; 9], 3);
        assert!(nothing.first.abs() < 1e-200 && nothing.vector.iter().all(|cell| cell.is_finite()));
    }
}
