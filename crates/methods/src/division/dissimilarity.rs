//! Dissimilarities of all pairs of regions by one measure, without a copy of the table.

use rayon::prelude::*;

use super::StructureError;
use crate::progress::Stopped;
use crate::stats::lanes::{LANES, LookUp, PairTerm, arch, natural_log, natural_logs, sum_of_pairs};
use crate::{AmountRows, Progress};

/// Regions that every other one is compared with in one go: their rows stay in the nearest cache.
const BLOCK: usize = 16;

/// Pairs times industries from which on blocks are spread over threads.
const FEWEST_CELLS: usize = 1 << 17;

/// How structures are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StructureMeasure {
    /// The Krugman index, sum of absolute differences of shares: 0 to 2; see [`super::krugman`](super::krugman()).
    #[default]
    Krugman,
    /// 1 less the cosine of the shares: 0 to 1; see [`super::cosine`].
    Cosine,
    /// Bray-Curtis dissimilarity of the amounts: 0 to 1; see [`super::bray_curtis`].
    BrayCurtis,
    /// Euclidean distance of the shares: 0 to the square root of 2; see [`super::euclidean`].
    Euclidean,
    /// Hellinger distance of the shares: 0 to 1; see [`super::hellinger`].
    Hellinger,
    /// Jensen-Shannon distance of the shares: 0 to 1; see [`super::jensen_shannon`].
    JensenShannon,
}

/// Why pairs cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DissimilarityError {
    /// A region has no structure.
    #[error(transparent)]
    Structure(#[from] StructureError),
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Dissimilarities of all pairs of regions: not negative, zero for structures that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Dissimilarities {
    n: usize,
    condensed: Vec<f64>,
}

impl Dissimilarities {
    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.n
    }

    /// All pairs, row by row of the upper triangle: (0, 1), (0, 2), ..., (1, 2), ...
    pub fn pairs(&self) -> &[f64] {
        &self.condensed
    }

    /// The dissimilarity of two regions; like indexing, both must be below [`Dissimilarities::n_regions`].
    pub fn get(&self, first: usize, second: usize) -> f64 {
        let (low, high) = (first.min(second), first.max(second));
        if low == high { 0.0 } else { self.condensed[position(self.n, low) + high - low - 1] }
    }
}

/// Where the pairs of a region with later ones start.
fn position(n: usize, first: usize) -> usize {
    first * n - first * (first + 1) / 2
}

/// Computes the dissimilarity of every pair of regions.
///
/// Shares are made of some rows at a time, so that nothing of the table's size is allocated; the result has n (n - 1)/2
/// numbers.
///
/// # Shapes and units
///
/// - `rows`: regions x industries.
/// - returns: by pair; see [`StructureMeasure`].
///
/// # Errors
///
/// The first region whose total is zero, or a progress that was stopped.
///
/// # Source
///
/// See each measure.
pub fn dissimilarities(
    rows: &AmountRows<'_>,
    measure: StructureMeasure,
    progress: &Progress,
) -> Result<Dissimilarities, DissimilarityError> {
    if let Some(region) = rows.first_empty() {
        return Err(StructureError::EmptyRegion { region }.into());
    }
    let n = rows.n_regions();
    let scales: Vec<f64> = match measure {
        StructureMeasure::BrayCurtis => vec![1.0; n],
        StructureMeasure::Cosine => rows.regions().map(|row| sum_of_pairs(row, row, Product).sqrt().recip()).collect(),
        _ => rows.region_totals().iter().map(|total| total.recip()).collect(),
    };
    let mut condensed = vec![0.0; n * (n - 1) / 2];
    let blocks = blocks(&mut condensed, n);
    progress.expect(blocks.len());
    let compare = |(start, block): (usize, &mut [f64])| -> Result<(), Stopped> {
        let prepared = |region: usize| measure.prepared(rows.region(region), scales[region]);
        let firsts: Vec<Vec<f64>> = (start..(start + BLOCK).min(n)).map(prepared).collect();
        for second in start + 1..n {
            let row = prepared(second);
            for (first, own) in (start..second).zip(&firsts) {
                let totals = rows.region_totals()[first] + rows.region_totals()[second];
                let at = position(n, first) - position(n, start) + second - first - 1;
                block[at] = between(measure, own, &row, totals);
            }
        }
        progress.advance(1)
    };
    if n * n / 2 * rows.n_industries() < FEWEST_CELLS {
        blocks.into_iter().try_for_each(compare)?;
    } else {
        blocks.into_par_iter().try_for_each(compare)?;
    }
    Ok(Dissimilarities { n, condensed })
}

/// The pairs of each block of regions with later ones, each with the first region of the block.
fn blocks(condensed: &mut [f64], n: usize) -> Vec<(usize, &mut [f64])> {
    let mut rest = condensed;
    let mut blocks = Vec::with_capacity(n.div_ceil(BLOCK));
    for start in (0..n).step_by(BLOCK) {
        let length = position(n, (start + BLOCK).min(n)) - position(n, start);
        let (block, others) = rest.split_at_mut(length);
        blocks.push((start, block));
        rest = others;
    }
    blocks
}

impl StructureMeasure {
    /// What is compared of a row: its amounts times a scale, or their square roots. Zeros, which change nothing, fill the last
    /// register.
    fn prepared(self, row: &[f64], scale: f64) -> Vec<f64> {
        let mut prepared = vec![0.0; row.len().next_multiple_of(LANES)];
        arch().dispatch(
            #[inline(always)]
            || {
                let cells = prepared.iter_mut().zip(row);
                match self {
                    Self::Hellinger => cells.for_each(|(cell, amount)| *cell = (amount * scale).sqrt()),
                    _ => cells.for_each(|(cell, amount)| *cell = amount * scale),
                }
            },
        );
        prepared
    }
}

/// One pair of prepared rows; `totals` of both together.
fn between(measure: StructureMeasure, first: &[f64], second: &[f64], totals: f64) -> f64 {
    match measure {
        StructureMeasure::Krugman => sum_of_pairs(first, second, Difference),
        StructureMeasure::BrayCurtis => sum_of_pairs(first, second, Difference) / totals,
        StructureMeasure::Cosine => (1.0 - sum_of_pairs(first, second, Product)).max(0.0),
        StructureMeasure::Euclidean => sum_of_pairs(first, second, Square).sqrt(),
        StructureMeasure::Hellinger => (sum_of_pairs(first, second, Square) / 2.0).sqrt(),
        StructureMeasure::JensenShannon => {
            let nats = sum_of_pairs(first, second, Divergence).max(0.0) / 2.0;
            (nats / std::f64::consts::LN_2).sqrt().min(1.0)
        }
    }
}

/// The dissimilarity of two lists of shares.
pub(super) fn of_shares(measure: StructureMeasure, first: &[f64], second: &[f64]) -> f64 {
    between(measure, &measure.prepared(first, 1.0), &measure.prepared(second, 1.0), 2.0)
}

#[derive(Clone, Copy)]
struct Product;

impl PairTerm for Product {
    #[inline(always)]
    fn of(&self, first: f64, second: f64) -> f64 {
        first * second
    }
}

/// Absolute difference.
#[derive(Clone, Copy)]
struct Difference;

impl PairTerm for Difference {
    #[inline(always)]
    fn of(&self, first: f64, second: f64) -> f64 {
        (first - second).abs()
    }
}

/// Squared difference.
#[derive(Clone, Copy)]
struct Square;

impl PairTerm for Square {
    #[inline(always)]
    fn of(&self, first: f64, second: f64) -> f64 {
        let difference = first - second;
        difference * difference
    }
}

/// Divergence of two shares from their mean, in nats.
#[derive(Clone, Copy)]
struct Divergence;

impl Divergence {
    /// Both over their mean.
    #[inline(always)]
    fn ratios(first: f64, second: f64) -> (f64, f64) {
        let mean = (first + second) / 2.0;
        let by = if mean > 0.0 { mean } else { 1.0 };
        (first / by, second / by)
    }
}

impl PairTerm for Divergence {
    #[inline(always)]
    fn of(&self, first: f64, second: f64) -> f64 {
        let (a, b) = Self::ratios(first, second);
        // The logarithm of zero is some finite number here, so that a share of zero adds nothing.
        first * natural_log(a) + second * natural_log(b)
    }

    #[inline(always)]
    fn add_eight(&self, sums: &mut [f64; LANES], first: &[f64; LANES], second: &[f64; LANES], look_up: impl LookUp) {
        let (mut a, mut b) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            (a[lane], b[lane]) = Self::ratios(first[lane], second[lane]);
        }
        let (log_a, log_b) = (natural_logs(a, look_up), natural_logs(b, look_up));
        for lane in 0..LANES {
            sums[lane] += first[lane] * log_a[lane] + second[lane] * log_b[lane];
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;
    use crate::division::{bray_curtis, cosine, euclidean, hellinger, jensen_shannon, krugman, shares};
    use crate::samples::amounts as table;

    #[test]
    fn every_pair_is_as_by_itself() {
        for (regions, industries) in [(2, 3), (17, 9), (70, 101)] {
            let amounts = table(regions, industries);
            let shares = shares(&amounts).unwrap();
            let of = |measure| dissimilarities(&AmountRows::of(&amounts), measure, &Progress::new()).unwrap();
            let [k, c, b, e, h, j] = [
                of(StructureMeasure::Krugman),
                of(StructureMeasure::Cosine),
                of(StructureMeasure::BrayCurtis),
                of(StructureMeasure::Euclidean),
                of(StructureMeasure::Hellinger),
                of(StructureMeasure::JensenShannon),
            ];
            assert_eq!((k.n_regions(), k.pairs().len()), (regions, regions * (regions - 1) / 2));
            for first in 0..regions {
                for second in (0..regions).filter(|&second| second != first) {
                    let (one, other) = (shares.row(first), shares.row(second));
                    let near = |own: &Dissimilarities, expected: f64| {
                        let own = own.get(first, second);
                        assert!((own - expected).abs() < 1e-13, "{regions} {first} {second}: {own} {expected}");
                    };
                    near(&k, krugman(one, other).unwrap());
                    near(&c, 1.0 - cosine(one, other).unwrap());
                    near(&b, bray_curtis(amounts.region(first), amounts.region(second)).unwrap());
                    near(&e, euclidean(one, other).unwrap());
                    near(&h, hellinger(one, other).unwrap());
                    near(&j, jensen_shannon(one, other).unwrap());
                }
                assert_eq!(k.get(first, first), 0.0);
            }
        }
    }

    #[test]
    fn refuses_an_empty_region_and_stops() {
        let half = Amounts::try_new(vec![1.0, 1.0, 0.0, 0.0], 2).unwrap();
        let refused = dissimilarities(&AmountRows::of(&half), StructureMeasure::Krugman, &Progress::new());
        assert_eq!(refused, Err(StructureError::EmptyRegion { region: 1 }.into()));
        let stopped = Progress::new();
        stopped.stop();
        let refused = dissimilarities(&AmountRows::of(&table(3, 3)), StructureMeasure::Krugman, &stopped);
        assert_eq!(refused, Err(DissimilarityError::Stopped(Stopped)));
    }
}
