//! Triangular factors of I - rho W, its determinant, and what solves equations with it.

use super::elimination::Pattern;
use crate::{Progress, Stopped};

/// Vectors that equations are solved for at once.
pub(super) const VECTORS: usize = 8;

/// One number of each vector.
pub(super) type Row = [f64; VECTORS];

/// I - rho W = LU in the order of a pattern, L with a diagonal of ones.
///
/// Nothing is exchanged for the sake of rounding: with |rho| below one over the spectral radius of W, columns can be scaled
/// so that every diagonal cell outweighs the rest of its row (an H-matrix), and then no step makes cells grow.
///
/// # Source
///
/// Funderlic, Neumann and Plemmons (1982), Numerische Mathematik 40(1), 57-69.
#[derive(Debug)]
pub(super) struct Factors<'a> {
    pattern: &'a Pattern,
    /// The diagonal of U.
    pivots: Vec<f64>,
    /// L from each cell's later place to its own one.
    lower: Vec<f64>,
    /// U from each cell's own place to its later one.
    upper: Vec<f64>,
}

/// Which of the two factors a step of a solution takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// (I - rho W) x = b.
    Plain,
    /// (I - rho W)' x = b.
    Transposed,
}

impl<'a> Factors<'a> {
    /// Takes row by row of U and column by column of L: what earlier places take off is known by then.
    pub(super) fn of(pattern: &'a Pattern, dependence: f64, progress: &Progress) -> Result<Self, Stopped> {
        let n = pattern.len();
        let (mut pivots, mut lower) = (vec![1.0; n], vec![0.0; pattern.later.len()]);
        let mut upper = lower.clone();
        let (mut row, mut column) = (vec![0.0; n], vec![0.0; n]);
        // The earlier places whose next cell is that of the place, and where that cell is.
        let mut next = pattern.starts.clone();
        let mut earlier: Vec<Vec<usize>> = vec![Vec::new(); n];
        for place in 0..n {
            progress.check()?;
            for cell in pattern.cells(place) {
                let later = pattern.later[cell] as usize;
                (row[later], column[later]) = (-dependence * pattern.onward[cell], -dependence * pattern.back[cell]);
            }
            for before in std::mem::take(&mut earlier[place]) {
                let own = next[before];
                let (below, right) = (lower[own], upper[own]);
                pivots[place] -= below * right;
                let rest = own + 1..pattern.starts[before + 1];
                for cell in rest.clone() {
                    let later = pattern.later[cell] as usize;
                    row[later] -= below * upper[cell];
                    column[later] -= right * lower[cell];
                }
                next[before] = own + 1;
                if !rest.is_empty() {
                    earlier[pattern.later[own + 1] as usize].push(before);
                }
            }
            for cell in pattern.cells(place) {
                let later = pattern.later[cell] as usize;
                (upper[cell], lower[cell]) = (row[later], column[later] / pivots[place]);
            }
            if let Some(&first) = pattern.later[pattern.cells(place)].first() {
                earlier[first as usize].push(place);
            }
        }
        Ok(Self { pattern, pivots, lower, upper })
    }

    /// ln|I - rho W|.
    pub(super) fn log_determinant(&self) -> f64 {
        self.pivots.iter().map(|pivot| pivot.ln()).sum()
    }

    /// The trace of W(I - rho W)^-1, from those cells of the inverse where the factors have theirs.
    ///
    /// # Source
    ///
    /// Takahashi, Fagan and Chin (1973), 8th PICA Conference Proceedings, 63-69: with Z the inverse, Z L = U^-1 and
    /// U Z = L^-1 tell each cell of Z from later ones.
    pub(super) fn trace_of_multiplier(&self, progress: &Progress) -> Result<f64, Stopped> {
        let (pattern, n) = (self.pattern, self.pattern.len());
        let mut diagonal = vec![0.0; n];
        let (mut below, mut right) = (vec![0.0; pattern.later.len()], vec![0.0; pattern.later.len()]);
        // The column of L and the row of U of the place, and the sums for the column and the row of Z.
        let mut work = vec![[0.0; 4]; n];
        for place in (0..n).rev() {
            progress.check()?;
            let cells = pattern.cells(place);
            for cell in cells.clone() {
                work[pattern.later[cell] as usize] = [self.lower[cell], self.upper[cell], 0.0, 0.0];
            }
            for &middle in &pattern.later[cells.clone()] {
                let middle = middle as usize;
                let [l, u, ..] = work[middle];
                let mut sums = [diagonal[middle] * l, diagonal[middle] * u];
                for cell in pattern.cells(middle) {
                    // Where the place has no cell, L and U are zero here, and nobody reads the sums.
                    let other = &mut work[pattern.later[cell] as usize];
                    sums[0] += right[cell] * other[0];
                    sums[1] += below[cell] * other[1];
                    other[2] += below[cell] * l;
                    other[3] += right[cell] * u;
                }
                work[middle][2] += sums[0];
                work[middle][3] += sums[1];
            }
            let mut rest = 1.0;
            for cell in cells.clone() {
                let [_, u, column, row] = work[pattern.later[cell] as usize];
                (below[cell], right[cell]) = (-column, -row / self.pivots[place]);
                rest += u * column;
            }
            diagonal[place] = rest / self.pivots[place];
            for cell in cells {
                work[pattern.later[cell] as usize] = [0.0; 4];
            }
        }
        let of_cell = |cell: usize| pattern.onward[cell] * below[cell] + pattern.back[cell] * right[cell];
        Ok((0..pattern.later.len()).map(of_cell).sum())
    }

    /// Solves equations in place, place by place of the pattern.
    #[inline(always)]
    pub(super) fn solve(&self, side: Side, rows: &mut [Row]) {
        let (first, second) = match side {
            Side::Plain => (&self.lower, &self.upper),
            Side::Transposed => (&self.upper, &self.lower),
        };
        let over_pivot = |row: &mut Row, place: usize| row.iter_mut().for_each(|value| *value /= self.pivots[place]);
        for place in 0..rows.len() {
            if side == Side::Transposed {
                over_pivot(&mut rows[place], place);
            }
            let own = rows[place];
            for cell in self.pattern.cells(place) {
                take_off(&mut rows[self.pattern.later[cell] as usize], first[cell], &own);
            }
        }
        for place in (0..rows.len()).rev() {
            let mut own = rows[place];
            for cell in self.pattern.cells(place) {
                take_off(&mut own, second[cell], &rows[self.pattern.later[cell] as usize]);
            }
            rows[place] = own;
            if side == Side::Plain {
                over_pivot(&mut rows[place], place);
            }
        }
    }
}

/// Takes a multiple of one row off another.
#[inline(always)]
fn take_off(from: &mut Row, factor: f64, row: &Row) {
    for vector in 0..VECTORS {
        from[vector] -= factor * row[vector];
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use faer::Mat;
    use faer::linalg::solvers::{DenseSolveCore as _, Solve as _};

    use super::*;
    use crate::stats::SpatialWeights;

    /// Links in both directions, in one, and of different weights; the largest row sum is below 4.
    fn weights() -> SpatialWeights {
        let links: Vec<_> = (0..60_usize)
            .flat_map(|from| {
                let to = |step: usize| (from + step) % 60;
                [(from, to(1), 1.0), (from, to(59), 0.5), (from, to(7 + from % 5), 0.25 + from as f64 / 60.0)]
            })
            .collect();
        SpatialWeights::from_links(60, &links).unwrap()
    }

    fn dense(weights: &SpatialWeights, dependence: f64) -> (Mat<f64>, Mat<f64>) {
        let w = Mat::from_fn(60, 60, |from, to| weights.weight(from, to));
        (Mat::from_fn(60, 60, |a, b| f64::from(u8::from(a == b)) - dependence * w[(a, b)]), w)
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{own} is not {expected}");
    }

    #[test]
    fn determinant_and_trace_are_those_of_the_whole_matrix() {
        let weights = weights();
        let (progress, most) = (Progress::new(), 100_000);
        let pattern = Pattern::of(&weights, most, &progress).unwrap().unwrap();
        for dependence in [-0.3, -0.1, 0.0, 0.2, 0.33] {
            let (matrix, w) = dense(&weights, dependence);
            let factors = Factors::of(&pattern, dependence, &progress).unwrap();
            close(factors.log_determinant(), matrix.determinant().ln());
            let multiplier = &w * matrix.partial_piv_lu().inverse();
            close(factors.trace_of_multiplier(&progress).unwrap(), (0..60).map(|at| multiplier[(at, at)]).sum());
        }
    }

    #[test]
    fn every_long_step_stops_when_asked() {
        let (weights, progress, stopped) = (weights(), Progress::new(), Progress::new());
        stopped.stop();
        let pattern = Pattern::of(&weights, 100_000, &progress).unwrap().unwrap();
        let factors = Factors::of(&pattern, 0.1, &progress).unwrap();
        assert_eq!(factors.trace_of_multiplier(&stopped), Err(Stopped));
        assert!(Factors::of(&pattern, 0.1, &stopped).is_err() && Pattern::of(&weights, 100_000, &stopped).is_err());
    }

    #[test]
    fn solutions_are_those_of_the_whole_matrix() {
        let weights = weights();
        let (progress, most) = (Progress::new(), 100_000);
        let pattern = Pattern::of(&weights, most, &progress).unwrap().unwrap();
        let (matrix, _) = dense(&weights, -0.25);
        let right = Mat::from_fn(60, VECTORS, |region, vector| ((region * 7 + vector * 3) % 11) as f64);
        for (side, matrix) in [(Side::Plain, matrix.clone()), (Side::Transposed, matrix.transpose().to_owned())] {
            let expected = matrix.partial_piv_lu().solve(&right);
            let mut rows: Vec<Row> =
                pattern.order.iter().map(|&region| std::array::from_fn(|vector| right[(region, vector)])).collect();
            Factors::of(&pattern, -0.25, &progress).unwrap().solve(side, &mut rows);
            for (row, &region) in rows.iter().zip(&pattern.order) {
                (0..VECTORS).for_each(|vector| close(row[vector], expected[(region, vector)]));
            }
        }
    }
}
