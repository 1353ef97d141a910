//! Co-agglomeration of industries: whether they choose the same regions.

use std::ops::Range;

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};
use rayon::prelude::*;

use crate::amounts::check_amount;
use crate::{AmountRows, Matrix, Progress, Stopped};

/// Industries whose pairs are computed together.
const BLOCK: usize = 64;

/// Why industries have no index of co-agglomeration.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CoagglomerationError {
    /// There are not as many regions in the base as in the amounts.
    #[error("a base of {base} regions for {regions} regions")]
    LengthsDiffer {
        /// Regions of the base.
        base: usize,
        /// Regions of the amounts.
        regions: usize,
    },
    /// The base's amount is not an amount.
    #[error("region {region}: {value} is not an amount")]
    InvalidBase {
        /// Position of the region.
        region: usize,
        /// The amount.
        value: f64,
    },
    /// One region is all of the base, so that there is no choice.
    #[error("a single region leaves no choice")]
    SingleRegion,
    /// A group needs two industries, each named once, of those that are there.
    #[error("industry {industry} is not a further industry of a group")]
    InvalidMember {
        /// The industry, or the number of industries that are too few.
        industry: usize,
    },
    /// The industry is nowhere.
    #[error("industry {industry} is empty")]
    EmptyIndustry {
        /// Column of the industry.
        industry: usize,
    },
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Computes the co-agglomeration of every pair of some industries.
///
/// ```text
/// gamma[i, j] = sum over r of (c[r, i] - x[r]) (c[r, j] - x[r]) / (1 - sum over r of x[r]^2)
/// ```
///
/// It needs no plants: what they contribute to Ellison and Glaeser's index of a group of two cancels. Some industries are
/// compared with some at a time, so that beside the pairs nothing of the table's size is laid out.
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - `base`: amount of each region that industries are compared with, in any unit.
/// - `members`: columns of the industries, each once; like indexing, they must be there.
/// - returns: `members` x `members`, symmetric: 0 for industries that choose without regard to each other, positive where
///   they choose the same regions. The diagonal holds each industry's own raw concentration G/(1 - X).
///
/// # Errors
///
/// A base of other regions or of none, a single region, the first industry that is nowhere, or a caller who wants no more.
///
/// # Source
///
/// Ellison, Glaeser and Kerr (2010), American Economic Review 100(3), 1195-1213, equation 1.
pub fn coagglomeration_pairs(
    amounts: &AmountRows<'_>,
    base: &[f64],
    members: &[usize],
    progress: &Progress,
) -> Result<Matrix, CoagglomerationError> {
    let deviations = Deviations::of(amounts, base, members)?;
    let n = members.len();
    progress.expect(n.div_ceil(BLOCK));
    let block = |(at, rows): (usize, &mut [f64])| -> Result<(), Stopped> {
        progress.advance(1)?;
        let first = at * BLOCK;
        let own = deviations.some(first..first + rows.len() / n);
        for start in (first..n).step_by(BLOCK) {
            let others = deviations.some(start..(start + BLOCK).min(n));
            let mut products = Mat::zeros(own.ncols(), others.ncols());
            let scale = 1.0 / deviations.room;
            matmul(products.as_mut(), Accum::Replace, own.transpose(), others.as_ref(), scale, Par::Seq);
            for (row, cells) in rows.chunks_exact_mut(n).enumerate() {
                cells[start..]
                    .iter_mut()
                    .take(others.ncols())
                    .enumerate()
                    .for_each(|(at, cell)| *cell = products[(row, at)]);
            }
        }
        Ok(())
    };
    let mut cells = vec![0.0; n * n];
    cells.par_chunks_mut(BLOCK * n.max(1)).enumerate().try_for_each(block)?;
    for first in 0..n {
        (0..first).for_each(|second| cells[first * n + second] = cells[second * n + first]);
    }
    Ok(Matrix::of_cells(cells, n, n))
}

/// Computes the co-agglomeration of a group of industries.
///
/// The index of Ellison and Glaeser, whose w are the industries' shares of the group:
///
/// ```text
/// gamma = (G / (1 - X) - H - sum over j of gamma[j] w[j]^2 (1 - H[j])) / (1 - sum over j of w[j]^2)
/// ```
///
/// As `gamma[j] (1 - H[j])` is `G[j]/(1 - X) - H[j]` and H the sum of `w[j]^2 H[j]`, plants cancel, and it is the mean of the
/// pairs' [`coagglomeration_pairs`] by `w[i] w[j]`. That is how it is computed.
///
/// # Shapes and units
///
/// - `amounts`, `base`: as for [`coagglomeration_pairs`].
/// - `members`: columns of the industries, at least two, each once.
///
/// # Errors
///
/// As [`coagglomeration_pairs`], and members that are not industries or come twice.
///
/// # Source
///
/// Ellison and Glaeser (1997), Journal of Political Economy 105(5), 889-927, equation 7. REAT's `ellison.c` takes the sum of
/// all `w^2` for each `w[j]^2`, and sums shares without weights: its figures above 1 are not this index.
pub fn coagglomeration(amounts: &AmountRows<'_>, base: &[f64], members: &[usize]) -> Result<f64, CoagglomerationError> {
    if members.len() < 2 {
        return Err(CoagglomerationError::InvalidMember { industry: members.len() });
    }
    let is_further = |at: usize| members[at] < amounts.n_industries() && !members[..at].contains(&members[at]);
    if let Some(at) = (0..members.len()).find(|&at| !is_further(at)) {
        return Err(CoagglomerationError::InvalidMember { industry: members[at] });
    }
    let deviations = Deviations::of(amounts, base, members)?;
    let total: f64 = deviations.totals.iter().sum();
    let (mut products, mut weights) = (0.0, 0.0);
    // The running sum of what came before holds all pairs with it, so that a group takes one pass.
    let mut before = vec![0.0; amounts.n_regions()];
    let mut weight_before = 0.0;
    for (at, own) in deviations.totals.iter().enumerate() {
        let weight = own / total;
        for (region, sum) in before.iter_mut().enumerate() {
            let deviation = weight * deviations.of_region(region, at);
            products += *sum * deviation;
            *sum += deviation;
        }
        weights += weight_before * weight;
        weight_before += weight;
    }
    Ok(products / weights / deviations.room)
}

/// Shares of regions in some industries less those in the base, worked out where they are needed.
struct Deviations<'a> {
    amounts: &'a AmountRows<'a>,
    members: &'a [usize],
    /// Of each member.
    totals: Vec<f64>,
    /// Of each region in the base: x.
    shares: Vec<f64>,
    /// 1 - X.
    room: f64,
}

impl<'a> Deviations<'a> {
    fn of(amounts: &'a AmountRows<'a>, base: &[f64], members: &'a [usize]) -> Result<Self, CoagglomerationError> {
        let regions = amounts.n_regions();
        if base.len() != regions {
            return Err(CoagglomerationError::LengthsDiffer { base: base.len(), regions });
        }
        if let Some(region) = base.iter().position(|&amount| check_amount(amount).is_err()) {
            return Err(CoagglomerationError::InvalidBase { region, value: base[region] });
        }
        let total: f64 = base.iter().sum();
        let shares: Vec<f64> = base.iter().map(|amount| amount / total).collect();
        let room = 1.0 - shares.iter().map(|share| share * share).sum::<f64>();
        if total == 0.0 || room <= 0.0 {
            return Err(CoagglomerationError::SingleRegion);
        }
        let of_all = amounts.industry_totals();
        let totals: Vec<f64> = members.iter().map(|&industry| of_all[industry]).collect();
        if let Some(at) = totals.iter().position(|&total| total == 0.0) {
            return Err(CoagglomerationError::EmptyIndustry { industry: members[at] });
        }
        Ok(Self { amounts, members, totals, shares, room })
    }

    fn of_region(&self, region: usize, member: usize) -> f64 {
        self.amounts.region(region)[self.members[member]] / self.totals[member] - self.shares[region]
    }

    /// Regions x some of the members.
    fn some(&self, members: Range<usize>) -> Mat<f64> {
        let first = members.start;
        Mat::from_fn(self.shares.len(), members.len(), |region, at| self.of_region(region, first + at))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;

    fn amounts() -> Amounts {
        // Shares over two equal regions: (3/4, 1/4), (1/2, 1/2), (1/4, 3/4).
        Amounts::try_new(vec![3.0, 1.0, 1.0, 1.0, 1.0, 3.0], 3).unwrap()
    }

    fn pairs_of(amounts: &Amounts, base: &[f64]) -> Result<Matrix, CoagglomerationError> {
        let all: Vec<usize> = (0..amounts.n_industries()).collect();
        coagglomeration_pairs(&AmountRows::of(amounts), base, &all, &Progress::new())
    }

    #[test]
    fn opposites_avoid_each_other() {
        let pairs = pairs_of(&amounts(), &[1.0, 1.0]).unwrap();
        assert_eq!((pairs.get(0, 2), pairs.get(2, 0), pairs.get(0, 1)), (-0.25, -0.25, 0.0));
        assert_eq!(pairs.get(0, 0), 0.25);
    }

    #[test]
    fn some_of_many_industries_are_paired_as_alone() {
        let amounts = crate::samples::amounts(40, 150);
        let rows = AmountRows::of(&amounts);
        let some: Vec<usize> = (0..150).filter(|industry| industry % 9 != 2).collect();
        let pairs = coagglomeration_pairs(&rows, amounts.region_totals(), &some, &Progress::new()).unwrap();
        for (first, second) in [(0, 1), (3, 70), (131, 64), (132, 132)] {
            let members = [some[first], some[second]];
            let alone = coagglomeration_pairs(&rows, amounts.region_totals(), &members, &Progress::new()).unwrap();
            assert!((pairs.get(first, second) - alone.get(0, 1)).abs() < 1e-14, "{first} {second}");
            assert_eq!(pairs.get(first, second), pairs.get(second, first));
        }
    }

    #[test]
    fn a_group_is_the_weighted_mean_of_its_pairs() {
        let base = [3.0, 2.0];
        let pairs = pairs_of(&amounts(), &base).unwrap();
        let pair = coagglomeration(&AmountRows::of(&amounts()), &base, &[0, 2]).unwrap();
        assert!((pair - pairs.get(0, 2)).abs() < 1e-15);
        // Sizes 4, 2 and 4: weights of the pairs 8, 16 and 8.
        let mean = (8.0 * pairs.get(0, 1) + 16.0 * pairs.get(0, 2) + 8.0 * pairs.get(1, 2)) / 32.0;
        assert!((coagglomeration(&AmountRows::of(&amounts()), &base, &[2, 0, 1]).unwrap() - mean).abs() < 1e-15);
    }

    #[test]
    fn refuses_what_is_no_group() {
        let of = |members: &[usize]| coagglomeration(&AmountRows::of(&amounts()), &[1.0, 1.0], members).unwrap_err();
        assert_eq!(of(&[0]), CoagglomerationError::InvalidMember { industry: 1 });
        assert_eq!(of(&[0, 0]), CoagglomerationError::InvalidMember { industry: 0 });
        assert_eq!(of(&[0, 3]), CoagglomerationError::InvalidMember { industry: 3 });
        let base = |base: &[f64]| pairs_of(&amounts(), base).unwrap_err();
        assert_eq!(base(&[1.0]), CoagglomerationError::LengthsDiffer { base: 1, regions: 2 });
        assert_eq!(base(&[1.0, 0.0]), CoagglomerationError::SingleRegion);
        assert_eq!(base(&[1.0, -1.0]), CoagglomerationError::InvalidBase { region: 1, value: -1.0 });
        let empty = Amounts::try_new(vec![1.0, 0.0, 1.0, 0.0], 2).unwrap();
        let nowhere = CoagglomerationError::EmptyIndustry { industry: 1 };
        assert_eq!(pairs_of(&empty, &[1.0, 2.0]), Err(nowhere));
    }
}
