//! Friction by pair, by industry and by distance, without a copy of the table.

use rayon::prelude::*;

use super::friction::{Friction, FrictionError, check_pair_weights};
use crate::progress::Stopped;
use crate::stats::lanes::{PairTerm, arch, sum_of_pairs};
use crate::{AmountRows, Matrix, Progress};

/// Regions whose pairs are added up together.
const BLOCK: usize = 16;

/// Pairs times industries from which on blocks are spread over threads.
const FEWEST_CELLS: usize = 1 << 16;

/// Computes friction of amounts as they lie in a table; see [`super::friction()`], of which it is the same for their shares.
///
/// # Shapes and units
///
/// - `rows`: regions x industries.
/// - `weights`: regions x regions, symmetric, not negative, zero on the diagonal. Only ratios matter.
///
/// # Errors
///
/// Weights of other regions, the first that is none, the first empty region, weights that add up to nothing, or a progress that
/// was stopped.
///
/// # Source
///
/// See [`super::friction()`].
pub fn friction_of_rows(
    rows: &AmountRows<'_>,
    weights: &Matrix,
    progress: &Progress,
) -> Result<Friction, FrictionError> {
    let (n, industries) = (rows.n_regions(), rows.n_industries());
    check_pair_weights(weights, n)?;
    if let Some(region) = rows.first_empty() {
        return Err(FrictionError::EmptyRegion { region });
    }
    let scales: Vec<f64> = rows.region_totals().iter().map(|total| total.recip()).collect();
    let of_block = |block: usize| -> Result<(f64, Vec<f64>), Stopped> {
        let (mut weight_total, mut parts) = (0.0, vec![0.0; industries]);
        for first in block * BLOCK..((block + 1) * BLOCK).min(n) {
            let weighted = weights.row(first).iter().enumerate().skip(first + 1).filter(|(_, weight)| **weight > 0.0);
            for (second, &weight) in weighted {
                weight_total += weight;
                let common = Common(scales[first], scales[second]);
                add_common(&mut parts, rows.region(first), rows.region(second), common, weight);
            }
        }
        progress.advance(1)?;
        Ok((weight_total, parts))
    };
    let blocks = n.div_ceil(BLOCK);
    progress.expect(blocks);
    let sums: Vec<(f64, Vec<f64>)> = if n * n / 2 * industries < FEWEST_CELLS {
        (0..blocks).map(of_block).collect::<Result<_, _>>()?
    } else {
        (0..blocks).into_par_iter().map(of_block).collect::<Result<_, _>>()?
    };
    let (mut weight_total, mut by_industry) = (0.0, vec![0.0; industries]);
    for (weight, parts) in &sums {
        weight_total += weight;
        by_industry.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
    }
    if !(weight_total.is_finite() && weight_total > 0.0) {
        return Err(FrictionError::InvalidWeightSum { sum: weight_total });
    }
    by_industry.iter_mut().for_each(|part| *part /= weight_total);
    Ok(Friction { index: by_industry.iter().sum(), by_industry, weight_total })
}

/// Adds what two rows have in common, times a weight.
fn add_common(parts: &mut [f64], first: &[f64], second: &[f64], common: Common, weight: f64) {
    arch().dispatch(
        #[inline(always)]
        || {
            for ((part, &a), &b) in parts.iter_mut().zip(first).zip(second) {
                *part += weight * common.of(a, b);
            }
        },
    );
}

/// The smaller of two finite numbers.
#[inline(always)]
fn smaller(first: f64, second: f64) -> f64 {
    if first < second { first } else { second }
}

/// The smaller of two amounts, each times its scale.
#[derive(Clone, Copy)]
struct Common(f64, f64);

impl PairTerm for Common {
    #[inline(always)]
    fn of(&self, first: f64, second: f64) -> f64 {
        smaller(first * self.0, second * self.1)
    }
}

/// The overlap of two regions of a table, 0 disjoint to 1 alike; like indexing, both must lie inside the table and hold
/// something. See [`super::overlap`].
pub(crate) fn overlap_of_rows(rows: &AmountRows<'_>, first: usize, second: usize) -> f64 {
    let scale = |region: usize| rows.region_totals()[region].recip();
    sum_of_pairs(rows.region(first), rows.region(second), Common(scale(first), scale(second)))
}

/// Pairs of a range of distances, and what they are to the friction of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrictionBand {
    /// Distances from here on; those of the first band from 0 on.
    pub from: f64,
    /// Distances below this; infinite for the last band.
    pub to: f64,
    /// Number of pairs that have a weight.
    pub pairs: usize,
    /// Sum of their weights.
    pub weight: f64,
    /// Weighted mean of their overlaps; none where no pair has a weight.
    pub index: Option<f64>,
    /// Their part of the friction of all; the parts add up to it.
    pub part: f64,
}

/// Splits the friction of a table by the distance of its pairs.
///
/// ```text
/// index[k] = sum over pairs in k of w O / sum over pairs in k of w        part[k] = sum over pairs in k of w O / sum over pairs of w
/// ```
///
/// # Shapes and units
///
/// - `distances`: regions x regions, not negative, of which the upper triangle is read.
/// - `limits`: where bands end and the next begin, in rising order; one band more than limits.
///
/// # Errors
///
/// As [`friction_of_rows`]; distances of other regions, which are refused like weights; the first limit that does not rise, as
/// the weight of no pair (its position twice).
///
/// # Source
///
/// Our own, from the overlap of Finger and Kreinin (1979), The Economic Journal 89(356), 905-912.
pub fn friction_by_distance(
    rows: &AmountRows<'_>,
    weights: &Matrix,
    distances: &Matrix,
    limits: &[f64],
    progress: &Progress,
) -> Result<Vec<FrictionBand>, FrictionError> {
    let n = rows.n_regions();
    check_pair_weights(weights, n)?;
    if (distances.n_rows(), distances.n_columns()) != (n, n) {
        let (rows, columns) = (distances.n_rows(), distances.n_columns());
        return Err(FrictionError::ShapesDiffer { rows, columns, regions: n });
    }
    let rises = |at: usize| limits[at].is_finite() && limits[at] > if at == 0 { 0.0 } else { limits[at - 1] };
    if let Some(at) = (0..limits.len()).find(|&at| !rises(at)) {
        return Err(FrictionError::InvalidWeight { first: at, second: at, value: limits[at] });
    }
    if let Some(region) = rows.first_empty() {
        return Err(FrictionError::EmptyRegion { region });
    }
    let edge = |at: usize| limits.get(at).copied().unwrap_or(f64::INFINITY);
    let empty = |at: usize| {
        let from = if at == 0 { 0.0 } else { edge(at - 1) };
        FrictionBand { from, to: edge(at), pairs: 0, weight: 0.0, index: None, part: 0.0 }
    };
    let mut bands: Vec<FrictionBand> = (0..=limits.len()).map(empty).collect();
    progress.expect(n);
    for first in 0..n {
        for second in (first + 1..n).filter(|&second| weights.get(first, second) > 0.0) {
            let band = &mut bands[limits.partition_point(|limit| *limit <= distances.get(first, second))];
            let weight = weights.get(first, second);
            band.pairs += 1;
            band.weight += weight;
            band.part += weight * overlap_of_rows(rows, first, second);
        }
        progress.advance(1)?;
    }
    let total: f64 = bands.iter().map(|band| band.weight).sum();
    if !(total.is_finite() && total > 0.0) {
        return Err(FrictionError::InvalidWeightSum { sum: total });
    }
    for band in &mut bands {
        band.index = (band.weight > 0.0).then(|| band.part / band.weight);
        band.part /= total;
    }
    Ok(bands)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;
    use crate::division::{friction, shares};
    use crate::samples::amounts as table;

    /// Positions as distances, and weights that leave some pairs out.
    fn line(n: usize) -> (Matrix, Matrix) {
        let distance = |a: usize, b: usize| a.abs_diff(b) as f64;
        let weight = |a: usize, b: usize| if a == b || (a + b).is_multiple_of(3) { 0.0 } else { 1.0 / distance(a, b) };
        (Matrix::from_fn(n, n, weight), Matrix::from_fn(n, n, distance))
    }

    #[test]
    fn is_the_friction_of_the_shares() {
        for (regions, industries) in [(3, 4), (60, 71)] {
            let (amounts, (weights, _)) = (table(regions, industries), line(regions));
            let own = friction_of_rows(&AmountRows::of(&amounts), &weights, &Progress::new()).unwrap();
            let expected = friction(&shares(&amounts).unwrap(), &weights, None).unwrap();
            assert!((own.index - expected.index).abs() < 1e-13);
            assert!((own.weight_total - expected.weight_total).abs() < 1e-10);
            let parts = own.by_industry.iter().zip(&expected.by_industry);
            assert!(parts.into_iter().all(|(own, expected)| (own - expected).abs() < 1e-13));
        }
    }

    #[test]
    fn bands_add_up_to_the_whole() {
        let (amounts, (weights, distances)) = (table(20, 9), line(20));
        let rows = AmountRows::of(&amounts);
        let bands = friction_by_distance(&rows, &weights, &distances, &[2.0, 7.5, 100.0], &Progress::new()).unwrap();
        let whole = friction_of_rows(&rows, &weights, &Progress::new()).unwrap();
        assert!((bands.iter().map(|band| band.part).sum::<f64>() - whole.index).abs() < 1e-14);
        assert_eq!((bands.len(), bands[3].pairs, bands[3].index), (4, 0, None));
        assert_eq!((bands[0].from, bands[0].to, bands[1].from, bands[3].to), (0.0, 2.0, 2.0, f64::INFINITY));
        // Neighbours of 19 pairs, of which those whose positions add up to a multiple of three have no weight.
        assert_eq!((bands[0].pairs, bands[0].weight), (13, 13.0));
        let own = bands[0].index.unwrap();
        let pairs = (0..19).filter(|first| (2 * first + 1) % 3 != 0);
        let mean = pairs.map(|first| overlap_of_rows(&rows, first, first + 1)).sum::<f64>() / 13.0;
        assert!((own - mean).abs() < 1e-14);
    }

    #[test]
    fn refuses_what_has_no_friction() {
        let (amounts, (weights, distances)) = (table(3, 2), line(3));
        let rows = AmountRows::of(&amounts);
        let limit = |at: usize, value: f64| FrictionError::InvalidWeight { first: at, second: at, value };
        let of =
            |limits: &[f64]| friction_by_distance(&rows, &weights, &distances, limits, &Progress::new()).unwrap_err();
        assert_eq!((of(&[0.0]), of(&[2.0, 2.0])), (limit(0, 0.0), limit(1, 2.0)));
        let nothing = Matrix::from_fn(3, 3, |_, _| 0.0);
        assert_eq!(
            friction_of_rows(&rows, &nothing, &Progress::new()),
            Err(FrictionError::InvalidWeightSum { sum: 0.0 })
        );
        assert!(friction_of_rows(&rows, &Matrix::from_fn(2, 2, |_, _| 0.0), &Progress::new()).is_err());
        let empty = Amounts::try_new(vec![1.0, 1.0, 0.0, 0.0, 1.0, 1.0], 2).unwrap();
        let refused = friction_of_rows(&AmountRows::of(&empty), &weights, &Progress::new());
        assert_eq!(refused, Err(FrictionError::EmptyRegion { region: 1 }));
        let stopped = Progress::new();
        stopped.stop();
        assert_eq!(friction_of_rows(&rows, &weights, &stopped), Err(FrictionError::Stopped(Stopped)));
        let bands = friction_by_distance(&rows, &weights, &distances, &[1.5], &stopped);
        assert_eq!(bands, Err(FrictionError::Stopped(Stopped)));
    }
}
