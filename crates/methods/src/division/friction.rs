//! Friction: how much the structures of a cluster overlap, pair by pair and weighted.

use super::similarity::common_part;
use crate::Matrix;
use crate::progress::Stopped;

/// Why friction is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FrictionError {
    /// The weights are not a square of the regions.
    #[error("weights of {rows} x {columns} do not fit {regions} regions")]
    ShapesDiffer {
        /// Rows of the weights.
        rows: usize,
        /// Columns of the weights.
        columns: usize,
        /// Number of regions.
        regions: usize,
    },
    /// The mask has another number of industries.
    #[error("a mask of {mask} industries does not fit {industries}")]
    MaskLengthDiffers {
        /// Length of the mask.
        mask: usize,
        /// Number of industries.
        industries: usize,
    },
    /// The number is negative, NaN or above 1.
    #[error("region {region}, industry {industry}: {value} is not a share")]
    InvalidShare {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
        /// The number.
        value: f64,
    },
    /// The weight is negative, NaN or infinite, differs from that of the reversed pair, or is a region's with itself.
    #[error("regions {first} and {second}: {value} is not the weight of a pair")]
    InvalidWeight {
        /// Row of the weight.
        first: usize,
        /// Column of the weight.
        second: usize,
        /// The weight.
        value: f64,
    },
    /// The region has nothing in the industries that are looked at.
    #[error("region {region} has no share in the industries that are looked at")]
    EmptyRegion {
        /// Row of the region.
        region: usize,
    },
    /// No pair has a weight, or the weights add up beyond the range of numbers.
    #[error("the weights of the pairs add up to {sum}")]
    InvalidWeightSum {
        /// Their sum.
        sum: f64,
    },
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Friction of a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Friction {
    /// Weighted mean of the overlaps: 0 disjoint to 1 alike.
    pub index: f64,
    /// Each industry's part of the index, by position; the parts add up to it. Zero for industries that were left out.
    pub by_industry: Vec<f64>,
    /// Sum of the weights of the pairs.
    pub weight_total: f64,
}

/// Computes the overlap of every pair of regions.
///
/// ```text
/// O[r, s] = sum over i of min(s[r, i], s[s, i])
/// ```
///
/// # Shapes and units
///
/// - `shares`: regions x industries; each row adds up to 1.
/// - returns: regions x regions, symmetric, 0 disjoint to 1 alike.
///
/// # Errors
///
/// The first number that is not a share, or the first region without any.
pub fn overlap_matrix(shares: &Matrix) -> Result<Matrix, FrictionError> {
    let shares = renewed_shares(shares, None)?;
    let n = shares.n_rows();
    Ok(Matrix::from_fn(n, n, |first, second| common_part(shares.row(first), shares.row(second))))
}

/// Computes the friction of a cluster: the weighted mean of the overlaps of its pairs of regions.
///
/// ```text
/// F      = sum over pairs of w[r, s] * O[r, s]                / sum over pairs of w[r, s]
/// F of i = sum over pairs of w[r, s] * min(s[r, i], s[s, i])  / sum over pairs of w[r, s]
/// ```
///
/// # Shapes and units
///
/// - `shares`: regions x industries; each row is divided by its sum over the industries that are looked at.
/// - `weights`: regions x regions, symmetric, not negative, zero on the diagonal. Only ratios matter.
/// - `mask`: by industry, whether it is looked at, so that services that every place has can be left out. Shares are then of
///   what remains: a region's friction is that of its tradable industries, however many services it has.
/// - returns: 0 to 1, and its parts.
///
/// # Errors
///
/// Other shapes, the first number that is not a share or a weight, the first region with nothing in the industries looked
/// at, or weights that add up to nothing.
///
/// # Source
///
/// Our own, from the overlap of Finger and Kreinin (1979), The Economic Journal 89(356), 905-912.
pub fn friction(shares: &Matrix, weights: &Matrix, mask: Option<&[bool]>) -> Result<Friction, FrictionError> {
    let shares = renewed_shares(shares, mask)?;
    let n = shares.n_rows();
    check_pair_weights(weights, n)?;
    let mut weight_total = 0.0;
    let mut by_industry = vec![0.0; shares.n_columns()];
    for first in 0..n {
        for second in first + 1..n {
            let weight = weights.get(first, second);
            weight_total += weight;
            for (industry, part) in by_industry.iter_mut().enumerate() {
                *part += weight * shares.get(first, industry).min(shares.get(second, industry));
            }
        }
    }
    if !(weight_total.is_finite() && weight_total > 0.0) {
        return Err(FrictionError::InvalidWeightSum { sum: weight_total });
    }
    by_industry.iter_mut().for_each(|part| *part /= weight_total);
    Ok(Friction { index: by_industry.iter().sum(), by_industry, weight_total })
}

/// Refuses weights of pairs that are not symmetric, finite, not negative and zero on the diagonal.
pub(crate) fn check_pair_weights(weights: &Matrix, regions: usize) -> Result<(), FrictionError> {
    let (rows, columns) = (weights.n_rows(), weights.n_columns());
    if (rows, columns) != (regions, regions) {
        return Err(FrictionError::ShapesDiffer { rows, columns, regions });
    }
    for first in 0..regions {
        for second in 0..regions {
            let value = weights.get(first, second);
            let is_weight = value.is_finite() && value >= 0.0 && value == weights.get(second, first);
            if !is_weight || (first == second && value != 0.0) {
                return Err(FrictionError::InvalidWeight { first, second, value });
            }
        }
    }
    Ok(())
}

/// Shares of what the mask leaves, each row divided by its sum; zero elsewhere.
fn renewed_shares(shares: &Matrix, mask: Option<&[bool]>) -> Result<Matrix, FrictionError> {
    let industries = shares.n_columns();
    if let Some(mask) = mask.filter(|mask| mask.len() != industries) {
        return Err(FrictionError::MaskLengthDiffers { mask: mask.len(), industries });
    }
    check_share_cells(shares)?;
    let looked_at = |industry: usize| mask.is_none_or(|mask| mask[industry]);
    let kept = |region: usize, industry: usize| if looked_at(industry) { shares.get(region, industry) } else { 0.0 };
    let sums: Vec<f64> =
        (0..shares.n_rows()).map(|region| (0..industries).map(|industry| kept(region, industry)).sum()).collect();
    if let Some(region) = sums.iter().position(|&sum| sum == 0.0) {
        return Err(FrictionError::EmptyRegion { region });
    }
    Ok(Matrix::from_fn(shares.n_rows(), industries, |region, industry| kept(region, industry) / sums[region]))
}

/// Refuses the first number that is not a share.
pub(crate) fn check_share_cells(shares: &Matrix) -> Result<(), FrictionError> {
    let industries = shares.n_columns();
    match shares.cells().iter().position(|share| !(0.0..=1.0 + 1e-9).contains(share)) {
        Some(position) => Err(FrictionError::InvalidShare {
            region: position / industries,
            industry: position % industries,
            value: shares.cells()[position],
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn shares() -> Matrix {
        Matrix::try_new(vec![0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.0, 0.0, 1.0], 3).unwrap()
    }

    fn weights(pairs: [f64; 3]) -> Matrix {
        let [a, b, c] = pairs;
        Matrix::try_new(vec![0.0, a, b, a, 0.0, c, b, c, 0.0], 3).unwrap()
    }

    #[test]
    fn is_the_weighted_mean_of_overlaps() {
        // Overlaps: 0.75 between 0 and 1, 0.25 of each with 2.
        let overlaps = overlap_matrix(&shares()).unwrap();
        assert_eq!(overlaps.cells(), [1.0, 0.75, 0.25, 0.75, 1.0, 0.25, 0.25, 0.25, 1.0]);
        let friction = friction(&shares(), &weights([2.0, 1.0, 1.0]), None).unwrap();
        assert_eq!(friction.index, 0.5);
        assert_eq!(friction.by_industry, [0.125, 0.125, 0.25]);
        assert_eq!(friction.weight_total, 4.0);
    }

    #[test]
    fn a_mask_takes_shares_of_what_remains() {
        let pair = weights([1.0, 0.0, 0.0]);
        let with_two = Matrix::try_new(vec![0.5, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.0, 0.5], 3).unwrap();
        let friction = friction(&with_two, &pair, Some(&[true, true, false])).unwrap();
        // Of the first two industries the shares are (2/3, 1/3) and (1/2, 1/2).
        assert!((friction.index - 5.0 / 6.0).abs() < 1e-15);
        assert_eq!(friction.by_industry[2], 0.0);
    }

    #[test]
    fn refuses_what_has_no_friction() {
        let pairs = weights([1.0; 3]);
        let empty = FrictionError::EmptyRegion { region: 2 };
        assert_eq!(friction(&shares(), &pairs, Some(&[true, true, false])), Err(empty));
        let nothing = FrictionError::InvalidWeightSum { sum: 0.0 };
        assert_eq!(friction(&shares(), &weights([0.0; 3]), None), Err(nothing));
        let negative = FrictionError::InvalidWeight { first: 0, second: 1, value: -1.0 };
        assert_eq!(friction(&shares(), &weights([-1.0, 0.0, 0.0]), None), Err(negative));
        let huge = FrictionError::InvalidWeightSum { sum: f64::INFINITY };
        assert_eq!(friction(&shares(), &weights([1e308; 3]), None), Err(huge));
        let mask = FrictionError::MaskLengthDiffers { mask: 1, industries: 3 };
        assert_eq!(friction(&shares(), &pairs, Some(&[true])), Err(mask));
        let shape = FrictionError::ShapesDiffer { rows: 3, columns: 3, regions: 1 };
        assert_eq!(friction(&Matrix::from_fn(1, 1, |_, _| 1.0), &pairs, None), Err(shape));
    }
}
