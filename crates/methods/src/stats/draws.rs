//! Draws of the figures of regions, and of what they are measured against: from standard errors, or from elsewhere.

use rand::RngExt as _;
use rand_distr::StandardNormal;
use rayon::prelude::*;

use super::random::generator;
use crate::{Matrix, Progress, Stopped};

/// Cells that one task works on at a time: a millisecond or less, so that it can be stopped and shared among threads.
pub(super) const CELLS_A_TASK: usize = 16_384;

/// Why there are no draws.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DrawsError {
    /// There is no region, or no draw was asked for.
    #[error("{draws} draws of {regions} regions")]
    Nothing {
        /// Number of draws.
        draws: usize,
        /// Number of regions.
        regions: usize,
    },
    /// The two lists are not of one length.
    #[error("{estimates} estimates, {standard_errors} standard errors")]
    LengthsDiffer {
        /// Number of estimates.
        estimates: usize,
        /// Number of standard errors.
        standard_errors: usize,
    },
    /// The figure is NaN or infinite. The position after the last region is the benchmark.
    #[error("region {region}: {value} is not a figure")]
    InvalidFigure {
        /// Position of the region.
        region: usize,
        /// The figure.
        value: f64,
    },
    /// The standard error is negative, NaN or infinite. The position after the last region is the benchmark.
    #[error("region {region}: {value} is not a standard error")]
    InvalidStandardError {
        /// Position of the region.
        region: usize,
        /// The standard error.
        value: f64,
    },
    /// There are fewer periods than a block holds, or a block holds none.
    #[error("blocks of {block_length} periods of {periods}")]
    InvalidBlock {
        /// Length of a block.
        block_length: usize,
        /// Number of periods.
        periods: usize,
    },
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Draws of the figures of regions, and of a benchmark where there is one. All are finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// Draws x regions, with the benchmark in a last column where there is one.
    cells: Matrix,
    n_regions: usize,
}

impl Draws {
    /// Takes draws that were made elsewhere.
    ///
    /// # Shapes and units
    ///
    /// - `cells`: draws x regions; with `with_benchmark` the last column is the benchmark's.
    ///
    /// # Errors
    ///
    /// No region, or the first figure that is not finite.
    pub fn try_new(cells: Matrix, with_benchmark: bool) -> Result<Self, DrawsError> {
        let n_regions = cells.n_columns().saturating_sub(usize::from(with_benchmark));
        if n_regions == 0 {
            return Err(DrawsError::Nothing { draws: cells.n_rows(), regions: 0 });
        }
        match cells.cells().iter().position(|cell| !cell.is_finite()) {
            Some(at) => Err(DrawsError::InvalidFigure { region: at % cells.n_columns(), value: cells.cells()[at] }),
            None => Ok(Self { cells, n_regions }),
        }
    }

    /// Number of draws.
    pub fn n_draws(&self) -> usize {
        self.cells.n_rows()
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.n_regions
    }

    /// The figures of all regions in a draw; like indexing, `draw` must be below [`Draws::n_draws`].
    pub fn regions(&self, draw: usize) -> &[f64] {
        &self.cells.row(draw)[..self.n_regions]
    }

    /// The benchmark's figure in a draw, where there is one; like indexing, `draw` must be below [`Draws::n_draws`].
    pub fn benchmark(&self, draw: usize) -> Option<f64> {
        self.cells.row(draw).get(self.n_regions).copied()
    }

    /// The same draws on another scale.
    ///
    /// # Errors
    ///
    /// The first figure that the scale does not hold.
    pub fn map(&self, scale: impl FnMut(f64) -> f64) -> Result<Self, DrawsError> {
        Self::try_new(self.cells.map(scale), self.cells.n_columns() > self.n_regions)
    }

    /// Means of the regions over the draws.
    pub fn means(&self) -> Vec<f64> {
        let mut means = vec![0.0; self.n_regions];
        for draw in 0..self.n_draws() {
            means.iter_mut().zip(self.regions(draw)).for_each(|(sum, value)| *sum += value);
        }
        means.iter_mut().for_each(|sum| *sum /= self.n_draws() as f64);
        means
    }

    /// Standard deviations of the regions over the draws, by their number less one: the bootstrap's standard errors. Not
    /// a number for a single draw.
    pub fn deviations(&self) -> Vec<f64> {
        let means = self.means();
        let mut squares = vec![0.0; self.n_regions];
        for draw in 0..self.n_draws() {
            let deviations = self.regions(draw).iter().zip(&means).map(|(value, mean)| value - mean);
            squares.iter_mut().zip(deviations).for_each(|(sum, deviation)| *sum += deviation * deviation);
        }
        let degrees = self.n_draws() as f64 - 1.0;
        squares.into_iter().map(|sum| (sum / degrees).sqrt()).collect()
    }
}

/// Draws figures from normal distributions around estimates, independently of each other.
///
/// ```text
/// draw[b, r] = estimate[r] + standard_error[r] * z[b, r],   z standard normal
/// ```
///
/// # Shapes and units
///
/// - `estimates`, `standard_errors`: one a region, in one unit. A standard error of zero keeps the estimate as it is.
/// - `benchmark`: estimate and standard error of what regions are measured against.
/// - `draws`: how many; `seed`: of the draws, each on a stream of its own.
///
/// # Errors
///
/// Nothing to draw, lists of different lengths, the first estimate or standard error that is none, or a draw out of range.
pub fn normal_draws(
    estimates: &[f64],
    standard_errors: &[f64],
    benchmark: Option<(f64, f64)>,
    draws: usize,
    seed: u64,
    progress: &Progress,
) -> Result<Draws, DrawsError> {
    let n_regions = estimates.len();
    if standard_errors.len() != n_regions {
        return Err(DrawsError::LengthsDiffer { estimates: n_regions, standard_errors: standard_errors.len() });
    }
    if n_regions == 0 || draws == 0 {
        return Err(DrawsError::Nothing { draws, regions: n_regions });
    }
    let figures: Vec<(f64, f64)> =
        estimates.iter().copied().zip(standard_errors.iter().copied()).chain(benchmark).collect();
    for (region, &(value, error)) in figures.iter().enumerate() {
        if !value.is_finite() {
            return Err(DrawsError::InvalidFigure { region, value });
        }
        if !(error.is_finite() && error >= 0.0) {
            return Err(DrawsError::InvalidStandardError { region, value: error });
        }
    }
    let fill = |draw: usize, row: &mut [f64]| {
        let mut noise = generator(seed, draw as u64);
        for (cell, (value, error)) in row.iter_mut().zip(&figures) {
            let z: f64 = noise.sample(StandardNormal);
            *cell = value + error * z;
        }
    };
    drawn(draws, figures.len(), benchmark.is_some(), fill, progress)
}

/// Fills the rows of draws, many at a time.
pub(super) fn drawn(
    draws: usize,
    width: usize,
    with_benchmark: bool,
    fill: impl Fn(usize, &mut [f64]) + Sync,
    progress: &Progress,
) -> Result<Draws, DrawsError> {
    progress.expect(draws);
    let mut cells = vec![0.0; draws * width];
    let rows_a_task = (CELLS_A_TASK / width).max(1);
    cells.par_chunks_mut(rows_a_task * width).enumerate().try_for_each(|(task, rows)| {
        for (row, cells) in rows.chunks_exact_mut(width).enumerate() {
            fill(task * rows_a_task + row, cells);
        }
        progress.advance(rows.len() / width)
    })?;
    let nothing = DrawsError::Nothing { draws, regions: width };
    Draws::try_new(Matrix::try_new(cells, width).map_err(|_| nothing)?, with_benchmark)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn draw(estimates: &[f64], errors: &[f64], benchmark: Option<(f64, f64)>) -> Result<Draws, DrawsError> {
        normal_draws(estimates, errors, benchmark, 4000, 3, &Progress::new())
    }

    #[test]
    fn draws_scatter_as_their_standard_errors_say() {
        let draws = draw(&[1.0, -2.0, 5.0], &[0.5, 0.0, 2.0], Some((3.0, 0.0))).unwrap();
        assert_eq!((draws.n_draws(), draws.n_regions(), draws.benchmark(7)), (4000, 3, Some(3.0)));
        for ((mean, deviation), (estimate, error)) in
            draws.means().into_iter().zip(draws.deviations()).zip([(1.0, 0.5), (-2.0, 0.0), (5.0, 2.0)])
        {
            // Four standard errors of the mean and of the deviation.
            assert!((mean - estimate).abs() <= 4.0 * error / 4000_f64.sqrt(), "{mean}");
            assert!((deviation - error).abs() <= 4.0 * error / 8000_f64.sqrt(), "{deviation}");
        }
        assert!((0..4000).all(|at| draws.regions(at)[1] == -2.0));
    }

    #[test]
    fn a_benchmark_changes_no_region() {
        let (alone, against) = (draw(&[1.0, 2.0], &[1.0, 1.0], None), draw(&[1.0, 2.0], &[1.0, 1.0], Some((0.0, 1.0))));
        let (alone, against) = (alone.unwrap(), against.unwrap());
        assert!((0..4000).all(|at| alone.regions(at) == against.regions(at)));
        assert_eq!(alone.benchmark(0), None);
    }

    #[test]
    fn refuses_what_cannot_be_drawn() {
        assert_eq!(draw(&[], &[], None), Err(DrawsError::Nothing { draws: 4000, regions: 0 }));
        assert_eq!(draw(&[1.0], &[], None), Err(DrawsError::LengthsDiffer { estimates: 1, standard_errors: 0 }));
        assert_eq!(
            draw(&[1.0, f64::INFINITY], &[0.0; 2], None),
            Err(DrawsError::InvalidFigure { region: 1, value: f64::INFINITY })
        );
        assert_eq!(
            draw(&[1.0], &[0.0], Some((1.0, -1.0))),
            Err(DrawsError::InvalidStandardError { region: 1, value: -1.0 })
        );
        assert!(matches!(draw(&[1e308], &[1e308], None), Err(DrawsError::InvalidFigure { region: 0, .. })));
    }

    #[test]
    fn stops_when_asked() {
        let progress = Progress::new();
        progress.stop();
        assert_eq!(normal_draws(&[1.0], &[1.0], None, 10, 1, &progress), Err(DrawsError::Stopped(Stopped)));
    }
}
