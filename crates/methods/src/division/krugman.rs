//! Krugman index: how different two structures are.

use rayon::prelude::*;

use super::specialization::against_others;
use super::structure::check_shares;
use super::{DissimilarityError, StructureError, shares};
use crate::amounts::sum_of_rows;
use crate::progress::Stopped;
use crate::{AmountRows, Amounts, Matrix, Progress};

/// Pairs that are added up together.
const BLOCK: usize = 4096;

/// What a region's structure is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KrugmanReference {
    /// All regions together, the region itself included.
    #[default]
    Whole,
    /// All other regions together, so that large ones weigh more.
    Rest,
    /// The mean of the shares in the other regions, each weighing the same.
    MeanOfOthers,
}

/// Computes how different two structures are.
///
/// ```text
/// K = sum over i of |a[i] - b[i]|
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: shares of the same industries; each list adds up to 1.
/// - returns: dimensionless, 0 alike to 2 disjoint.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// Krugman (1991), Geography and Trade, MIT Press. Not halved: half of it is Hoover's coefficient of specialisation.
pub fn krugman(first: &[f64], second: &[f64]) -> Result<f64, StructureError> {
    check_shares(first, second)?;
    Ok(distance(first, second))
}

/// Computes each industry's part of the Krugman index, the absolute difference of its shares; see [`krugman`].
///
/// # Errors
///
/// As [`krugman`].
pub fn krugman_contributions(first: &[f64], second: &[f64]) -> Result<Vec<f64>, StructureError> {
    check_shares(first, second)?;
    Ok(first.iter().zip(second).map(|(a, b)| (a - b).abs()).collect())
}

/// Computes the Krugman index of every pair of regions; see [`krugman`].
///
/// # Shapes and units
///
/// - returns: regions x regions, symmetric, zero on the diagonal.
///
/// # Errors
///
/// The first region whose total is zero.
pub fn krugman_pairs(amounts: &Amounts) -> Result<Matrix, StructureError> {
    let shares = shares(amounts)?;
    let n = shares.n_rows();
    Ok(Matrix::from_fn(n, n, |first, second| distance(shares.row(first), shares.row(second))))
}

/// Computes the Krugman index of every region against a reference; see [`krugman`].
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - returns: 0 to 2, by region.
///
/// # Errors
///
/// The first region whose total is zero, or, except for [`KrugmanReference::Whole`], a region without others.
///
/// # Source
///
/// The references are those of EconGeo's `Krugman.index` (whole) and REAT's `krugman.spec2` (mean of others); the rest as a
/// weighted reference is that of Midelfart-Knarvik, Overman, Redding and Venables (2000).
pub fn krugman_against(amounts: &Amounts, reference: KrugmanReference) -> Result<Vec<f64>, StructureError> {
    krugman_against_rows(&AmountRows::of(amounts), reference)
}

/// Computes the Krugman index of every region against a reference, of amounts as they lie in a table; see
/// [`krugman_against`].
///
/// # Errors
///
/// As [`krugman_against`].
pub fn krugman_against_rows(rows: &AmountRows<'_>, reference: KrugmanReference) -> Result<Vec<f64>, StructureError> {
    if let Some(region) = rows.first_empty() {
        return Err(StructureError::EmptyRegion { region });
    }
    if reference == KrugmanReference::Whole {
        let whole = rows.industry_totals();
        let total: f64 = rows.region_totals().iter().sum();
        let against = |(row, own): (&[f64], &f64)| {
            row.iter().zip(&whole).map(|(amount, whole)| (amount / own - whole / total).abs()).sum()
        };
        return Ok(rows.regions().zip(rows.region_totals()).map(against).collect());
    }
    if rows.n_regions() == 1 {
        return Err(StructureError::NoOtherRegion { region: 0 });
    }
    Ok(match reference {
        KrugmanReference::MeanOfOthers => against_others(rows, |region| rows.region_totals()[region]),
        KrugmanReference::Whole | KrugmanReference::Rest => against_others(rows, |_| 1.0),
    })
}

/// Computes the mean contribution of each industry to the Krugman index of some pairs; see [`krugman_contributions`].
///
/// # Shapes and units
///
/// - `pairs`: positions of regions.
/// - returns: by industry; they add up to the mean of the indices.
///
/// # Errors
///
/// The first region that is empty, or is in a pair but not in the table; no pairs, as nothing to compare; or a progress that was
/// stopped.
pub fn krugman_by_industry(
    rows: &AmountRows<'_>,
    pairs: &[(usize, usize)],
    progress: &Progress,
) -> Result<Vec<f64>, DissimilarityError> {
    let n = rows.n_regions();
    if let Some(region) = rows.first_empty() {
        return Err(StructureError::EmptyRegion { region }.into());
    }
    if let Some(&(a, b)) = pairs.iter().find(|(a, b)| *a >= n || *b >= n) {
        return Err(StructureError::NoOtherRegion { region: a.max(b) }.into());
    }
    if pairs.is_empty() {
        return Err(StructureError::NothingToCompare.into());
    }
    let of_block = |block: &[(usize, usize)]| -> Result<Vec<f64>, Stopped> {
        let mut sums = vec![0.0; rows.n_industries()];
        for &(first, second) in block {
            let totals = (rows.region_totals()[first], rows.region_totals()[second]);
            let amounts = rows.region(first).iter().zip(rows.region(second));
            for (sum, (a, b)) in sums.iter_mut().zip(amounts) {
                *sum += (a / totals.0 - b / totals.1).abs();
            }
        }
        progress.advance(1)?;
        Ok(sums)
    };
    progress.expect(pairs.len().div_ceil(BLOCK));
    let parts: Vec<Vec<f64>> = pairs.par_chunks(BLOCK).map(of_block).collect::<Result<_, _>>()?;
    let sums = sum_of_rows(parts.iter().map(Vec::as_slice), rows.n_industries());
    Ok(sums.into_iter().map(|sum| sum / pairs.len() as f64).collect())
}

/// Sum of absolute differences.
pub(crate) fn distance(first: &[f64], second: &[f64]) -> f64 {
    first.iter().zip(second).map(|(a, b)| (a - b).abs()).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn amounts() -> Amounts {
        // Shares: (3/4, 1/4), (1/4, 3/4), (1, 0).
        Amounts::try_new(vec![3.0, 1.0, 2.0, 6.0, 2.0, 0.0], 2).unwrap()
    }

    #[test]
    fn adds_differences_of_shares() {
        assert_eq!(krugman(&[0.75, 0.25], &[0.25, 0.75]), Ok(1.0));
        assert_eq!(krugman(&[1.0, 0.0], &[0.0, 1.0]), Ok(2.0));
        assert_eq!(krugman_contributions(&[0.75, 0.25], &[0.5, 0.5]).unwrap(), [0.25, 0.25]);
        let pairs = krugman_pairs(&amounts()).unwrap();
        assert_eq!(pairs.cells(), [0.0, 1.0, 0.5, 1.0, 0.0, 1.5, 0.5, 1.5, 0.0]);
    }

    #[test]
    fn the_reference_matters() {
        // The whole is (7, 7) of 14; without region 0 it is (4, 6) of 10; the mean of the others' shares is (5/8, 3/8).
        let against = |reference| krugman_against(&amounts(), reference).unwrap()[0];
        assert_eq!(against(KrugmanReference::Whole), 0.5);
        assert!((against(KrugmanReference::Rest) - 0.7).abs() < 1e-15);
        assert_eq!(against(KrugmanReference::MeanOfOthers), 0.25);
    }

    #[test]
    fn industries_add_up_to_the_mean_of_pairs() {
        let (amounts, pairs) = (amounts(), [(0, 1), (0, 2), (1, 2)]);
        let rows = AmountRows::of(&amounts);
        assert_eq!(krugman_by_industry(&rows, &pairs, &Progress::new()).unwrap(), [0.5, 0.5]);
        assert_eq!(krugman_by_industry(&rows, &pairs[1..2], &Progress::new()).unwrap(), [0.25, 0.25]);
        assert_eq!(krugman_by_industry(&rows, &[], &Progress::new()), Err(StructureError::NothingToCompare.into()));
        let outside = StructureError::NoOtherRegion { region: 3 };
        assert_eq!(krugman_by_industry(&rows, &[(0, 3)], &Progress::new()), Err(outside.into()));
    }

    #[test]
    fn a_region_alone_has_only_the_whole() {
        let alone = Amounts::try_new(vec![3.0, 1.0], 2).unwrap();
        assert_eq!(krugman_against(&alone, KrugmanReference::Whole).unwrap(), [0.0]);
        let none = StructureError::NoOtherRegion { region: 0 };
        assert_eq!(krugman_against(&alone, KrugmanReference::Rest), Err(none));
    }
}
