//! Relatedness densities that are worked out some regions at a time, so that who needs each of them once lays out no table.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::iter::{IndexedParallelIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;

use super::density::{counted, proximity_totals};
use super::selected_sums::{PARALLEL_ADDITIONS, REGIONS};
use super::{Presence, RelatednessError, Selected, SelectedWeights};
use crate::stats::lanes::arch;
use crate::{Matrix, Progress, RowSource, Stopped};

/// Tasks of some regions each whose densities are there at once.
const TASKS: usize = 4;

/// How near regions are to industries, of some regions at a time; see [`super::relatedness_density`] and
/// [`super::weighted_density`].
pub trait DensityRows: Sync {
    /// Number of regions.
    fn n_regions(&self) -> usize;

    /// Number of industries.
    fn n_industries(&self) -> usize;

    /// Writes the densities of the regions from `first` on, row by row, as many as fill `cells`; like indexing, they must be
    /// there.
    fn fill(&self, first: usize, cells: &mut [f64]);
}

/// Densities by what is present.
pub struct PresenceDensity<'a> {
    presence: &'a Presence,
    weights: SelectedWeights,
    totals: Vec<f64>,
}

impl<'a> PresenceDensity<'a> {
    /// Lays out the proximities.
    ///
    /// # Errors
    ///
    /// As [`super::relatedness_density`].
    pub fn try_new(presence: &'a Presence, proximities: &Matrix, include_self: bool) -> Result<Self, RelatednessError> {
        let n = presence.n_industries();
        RelatednessError::check_shape((proximities.n_rows(), proximities.n_columns()), (n, n))?;
        // The matrix need not be symmetric: row i is what industry i has of each.
        let weights = SelectedWeights::of(n, |j, i| counted(proximities, i, j, include_self));
        Ok(Self { presence, weights, totals: proximity_totals(proximities, include_self) })
    }
}

impl DensityRows for PresenceDensity<'_> {
    fn n_regions(&self) -> usize {
        self.presence.n_regions()
    }

    fn n_industries(&self) -> usize {
        self.presence.n_industries()
    }

    fn fill(&self, first: usize, cells: &mut [f64]) {
        self.weights.sums(self.presence, Selected::Present, first, cells);
        over_totals(cells, &self.totals);
    }
}

/// Densities by what regions have, each industry with a weight of its own.
pub struct WeightedDensity<W> {
    weights: W,
    /// Proximities as far as they count, row by row.
    related: Vec<f64>,
    totals: Vec<f64>,
}

impl<W: RowSource + Sync> WeightedDensity<W> {
    /// Takes the weights, regions x industries, of which some rows are made at a time.
    ///
    /// # Errors
    ///
    /// As [`super::weighted_density`].
    pub fn try_new(weights: W, proximities: &Matrix, include_self: bool) -> Result<Self, RelatednessError> {
        let n = weights.n_columns();
        RelatednessError::check_shape((proximities.n_rows(), proximities.n_columns()), (n, n))?;
        let related = (0..n * n).map(|at| counted(proximities, at / n, at % n, include_self)).collect();
        Ok(Self { weights, related, totals: proximity_totals(proximities, include_self) })
    }
}

impl<W: RowSource + Sync> DensityRows for WeightedDensity<W> {
    fn n_regions(&self) -> usize {
        self.weights.n_rows()
    }

    fn n_industries(&self) -> usize {
        self.weights.n_columns()
    }

    fn fill(&self, first: usize, cells: &mut [f64]) {
        let n = self.totals.len();
        let related = MatRef::from_row_major_slice(&self.related, n, n);
        let regions = cells.len() / n;
        let mut some = vec![0.0; cells.len()];
        some.chunks_exact_mut(n).enumerate().for_each(|(at, row)| self.weights.fill(first + at, row));
        let product = MatMut::from_row_major_slice_mut(cells, regions, n);
        let weights = MatRef::from_row_major_slice(&some, regions, n);
        matmul(product, Accum::Replace, weights, related.transpose(), 1.0, Par::Seq);
        over_totals(cells, &self.totals);
    }
}

/// Divides the cells of each row by the totals; 0/0 is NaN, where the industry is near to no other.
fn over_totals(cells: &mut [f64], totals: &[f64]) {
    arch().dispatch(
        #[inline(always)]
        || {
            for row in cells.chunks_exact_mut(totals.len()) {
                row.iter_mut().zip(totals).for_each(|(cell, total)| *cell /= total);
            }
        },
    );
}

/// All densities, regions x industries.
pub(super) fn all_densities(densities: &dyn DensityRows, progress: &Progress) -> Result<Matrix, Stopped> {
    let (n_regions, n) = (densities.n_regions(), densities.n_industries());
    let mut cells = vec![0.0; n_regions * n];
    progress.expect(n_regions);
    fill_rows(n, &mut cells, is_much(n_regions, n), progress, |first, cells| densities.fill(first, cells))?;
    Ok(Matrix::of_cells(cells, n_regions, n))
}

/// Hands over the densities of every region in turn; those of some hundred regions exist at a time.
///
/// # Errors
///
/// A caller who wants no more.
pub fn for_each_density(
    densities: &dyn DensityRows,
    progress: &Progress,
    mut each: impl FnMut(usize, &[f64]),
) -> Result<(), Stopped> {
    let (n_regions, n) = (densities.n_regions(), densities.n_industries());
    progress.expect(n_regions);
    let mut space = vec![0.0; block_of(n_regions) * n];
    for first in (0..n_regions).step_by(block_of(n_regions)) {
        let some = &mut space[..block_of(n_regions).min(n_regions - first) * n];
        fill_rows(n, some, is_much(n_regions, n), progress, |at, cells| densities.fill(first + at, cells))?;
        some.chunks_exact(n).enumerate().for_each(|(at, row)| each(first + at, row));
    }
    Ok(())
}

/// Regions whose rows exist at a time, where all of so many are wanted in turn.
pub(in crate::division) fn block_of(n_regions: usize) -> usize {
    (TASKS * REGIONS).min(n_regions).max(1)
}

/// Whether sums over the industries of so many regions are worth several threads.
pub(in crate::division) fn is_much(n_regions: usize, n: usize) -> bool {
    n_regions * n * n / 4 >= PARALLEL_ADDITIONS
}

/// Fills rows of `n` cells, some at a time and on several threads where that is worth it: `fill` gets the position of the first
/// row of some, and their cells.
pub(in crate::division) fn fill_rows(
    n: usize,
    cells: &mut [f64],
    is_much: bool,
    progress: &Progress,
    fill: impl Fn(usize, &mut [f64]) + Sync,
) -> Result<(), Stopped> {
    let some = |(task, cells): (usize, &mut [f64])| {
        fill(task * REGIONS, cells);
        progress.advance(cells.len() / n)
    };
    if is_much {
        cells.par_chunks_mut(REGIONS * n).enumerate().try_for_each(some)
    } else {
        cells.chunks_mut(REGIONS * n).enumerate().try_for_each(some)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::proximity;
    use crate::division::relatedness::{relatedness_density, weighted_density};

    /// More regions than exist at a time.
    fn presence() -> Presence {
        let cells: Vec<bool> = (0..1_100 * 23).map(|at| (at * 7919) % 31 < 9 || at % 23 == at / 23 % 23).collect();
        Presence::try_new(&cells, 23).unwrap()
    }

    #[test]
    fn some_regions_at_a_time_are_those_of_the_whole_to_the_last_bit() {
        let (presence, progress) = (presence(), Progress::new());
        let near = proximity(&presence, &progress).unwrap();
        let weights = Matrix::from_fn(1_100, 23, |region, industry| ((region * 31 + industry * 17) % 101) as f64);
        for include_self in [false, true] {
            let by_presence = PresenceDensity::try_new(&presence, &near, include_self).unwrap();
            let weighted = WeightedDensity::try_new(&weights, &near, include_self).unwrap();
            let cases: [(&dyn DensityRows, Matrix); 2] = [
                (&by_presence, relatedness_density(&presence, &near, include_self, &progress).unwrap()),
                (&weighted, weighted_density(&weights, &near, include_self, &progress).unwrap()),
            ];
            for (rows, whole) in cases {
                let mut seen = 0;
                for_each_density(rows, &progress, |region, row| {
                    assert_eq!((region, row), (seen, whole.row(region)));
                    seen += 1;
                })
                .unwrap();
                assert_eq!((seen, rows.n_regions(), rows.n_industries()), (1_100, 1_100, 23));
            }
        }
    }

    #[test]
    fn stops_when_told_to() {
        let (presence, progress) = (presence(), Progress::new());
        let near = proximity(&presence, &progress).unwrap();
        let densities = PresenceDensity::try_new(&presence, &near, false).unwrap();
        progress.stop();
        assert_eq!(for_each_density(&densities, &progress, |_, _| ()), Err(Stopped));
    }
}
