//! The determinant of I - rho W and the multiplier of regions that are few, but of whose links factors would hardly be sparse.

use faer::linalg::solvers::{PartialPivLu, ShapeCore as _, Solve as _};
use faer::{ColRef, Mat};
use rayon::prelude::*;

use crate::stats::SpatialWeights;
use crate::{Progress, Stopped};

/// Columns of the multiplier that are solved for together: a few milliseconds' work for a thousand regions.
const BLOCK: usize = 64;

/// Weights with every cell, of at most a thousand regions: one factorisation takes some hundredths of a second, before each of
/// which a caller can stop.
#[derive(Debug)]
pub(super) struct Dense {
    weights: Mat<f64>,
}

/// The multiplier G = W(I - rho W)^-1 by blocks of columns, the last of which may be narrower.
#[derive(Debug)]
pub(super) struct DenseMultiplier(Vec<Mat<f64>>);

impl Dense {
    pub(super) fn of(weights: &SpatialWeights) -> Self {
        let regions = weights.n_regions();
        let mut cells = Mat::zeros(regions, regions);
        for from in 0..regions {
            weights.links(from).for_each(|(to, weight)| cells[(from, to)] = weight);
        }
        Self { weights: cells }
    }

    /// Real and imaginary parts of the eigenvalues; none where they were not found.
    pub(super) fn eigenvalues(&self) -> Option<Vec<(f64, f64)>> {
        let values = self.weights.eigenvalues().ok()?;
        Some(values.into_iter().map(|value| (value.re, value.im)).collect())
    }

    fn factors(&self, dependence: f64, progress: &Progress) -> Result<PartialPivLu<f64>, Stopped> {
        progress.check()?;
        let regions = self.weights.nrows();
        let filter = |row: usize, column: usize| f64::from(row == column) - dependence * self.weights[(row, column)];
        Ok(Mat::from_fn(regions, regions, filter).partial_piv_lu())
    }

    /// ln|I - rho W| of a dependence within those that are searched, between which the determinant is positive.
    pub(super) fn log_determinant(&self, dependence: f64, progress: &Progress) -> Result<f64, Stopped> {
        let factors = self.factors(dependence, progress)?;
        Ok((0..factors.nrows()).map(|place| factors.U()[(place, place)].abs().ln()).sum())
    }

    /// The whole multiplier: (I - rho W)^-1 W, since W and its inverse may be exchanged.
    pub(super) fn multiplier(&self, dependence: f64, progress: &Progress) -> Result<DenseMultiplier, Stopped> {
        let factors = self.factors(dependence, progress)?;
        let regions = self.weights.nrows();
        let firsts: Vec<usize> = (0..regions).step_by(BLOCK).collect();
        let block = |first: usize| {
            progress.check()?;
            Ok(factors.solve(self.weights.subcols(first, BLOCK.min(regions - first))))
        };
        Ok(DenseMultiplier(firsts.into_par_iter().map(block).collect::<Result<_, Stopped>>()?))
    }
}

impl DenseMultiplier {
    /// Its columns, in order.
    fn columns(&self) -> impl Iterator<Item = ColRef<'_, f64>> {
        self.0.iter().flat_map(|block| block.col_iter())
    }

    pub(super) fn trace(&self) -> f64 {
        self.columns().enumerate().map(|(region, column)| column[region]).sum()
    }

    /// Trace of GG.
    pub(super) fn trace_of_square(&self) -> f64 {
        let columns: Vec<_> = self.columns().collect();
        let of_row = |row: usize| -> f64 {
            // Cells of a row are far from each other; those of the column are not.
            columns[row].iter().zip(&columns).map(|(down, column)| down * column[row]).sum()
        };
        (0..columns.len()).map(of_row).sum()
    }

    /// Trace of G'G.
    pub(super) fn squares(&self) -> f64 {
        self.0.iter().map(|block| block.as_ref().squared_norm_l2()).sum()
    }

    /// G times a vector.
    pub(super) fn times(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; vector.len()];
        for (column, own) in self.columns().zip(vector) {
            product.iter_mut().zip(column.iter()).for_each(|(sum, cell)| *sum += cell * own);
        }
        product
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn blocks_make_one_multiplier() {
        // Each region with the next two, of a ring of more than two blocks.
        let links: Vec<_> =
            (0..150).flat_map(|from| [(from, (from + 1) % 150, 0.75), (from, (from + 2) % 150, 0.25)]).collect();
        let weights = SpatialWeights::from_links(150, &links).unwrap();
        let (dense, progress) = (Dense::of(&weights), Progress::new());
        let whole = dense.multiplier(0.5, &progress).unwrap();
        // Rows of W add up to 1, and those of G to 1 / (1 - 0.5).
        whole.times(&[1.0; 150]).iter().for_each(|sum| assert!((sum - 2.0).abs() < 1e-13));
        let step = 1e-5;
        let log = |dependence: f64| dense.log_determinant(dependence, &progress).unwrap();
        assert!(((log(0.5 - step) - log(0.5 + step)) / (2.0 * step) - whole.trace()).abs() < 1e-7);
    }

    #[test]
    fn every_long_step_stops_when_asked() {
        let (dense, stopped) = (Dense::of(&crate::samples::path(5)), Progress::new());
        stopped.stop();
        assert_eq!(dense.log_determinant(0.1, &stopped), Err(Stopped));
        assert!(dense.multiplier(0.1, &stopped).is_err());
    }
}
