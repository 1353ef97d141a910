//! Krugman's index of specialisation of every region against the other ones.

use std::ops::Range;

use rayon::prelude::*;

use super::SpecializationError;
use crate::stats::ascending::sort_ascending;
use crate::stats::lanes::{self, PairTerm};
use crate::{AmountRows, Progress};

/// Industries that are looked at together: their shares are read from each region in one go.
const BLOCK: usize = 16;

/// Cells from which on blocks are spread over threads.
const FEWEST_CELLS: usize = 1 << 16;

/// Into so many parts stretches of regions are cut: the more, the fewer times each row is added.
const PARTS: usize = 16;

/// Krugman indices of every region against the others, by position; each 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherRegions {
    /// Against the structure of all others together, so that large ones weigh more.
    pub rest: Vec<f64>,
    /// Against the mean of the others' shares, each weighing the same.
    pub mean_of_others: Vec<f64>,
    /// Mean of the indices with each other region.
    pub mean_of_pairs: Vec<f64>,
}

/// Computes Krugman's index of every region against all others together, against the mean of their shares, and on average
/// over the pairs with each of them.
///
/// ```text
/// rest           = sum over i of |s[r, i] - (sum over q != r of E[q, i]) / (sum over q != r of E[q])|
/// mean of others = sum over i of |s[r, i] - (sum over q != r of s[q, i]) / (n - 1)|
/// mean of pairs  = sum over q != r of (sum over i of |s[r, i] - s[q, i]|) / (n - 1)
/// ```
///
/// Others are added up, never subtracted from the whole, which would cancel digits: sixteenths of the table in turn, so that it
/// takes n log n additions of rows. Pairs are never formed: differences of sorted shares are, industry by industry.
///
/// # Errors
///
/// The first region that is empty or has no other beside it, all others being empty; or a progress that was stopped.
///
/// # Source
///
/// Midelfart-Knarvik, Overman, Redding and Venables (2000), European Commission Economic Papers 142 (rest); Krugman (1991)
/// in pairs; REAT's `krugman.spec2` (mean of others).
pub fn krugman_of_others(rows: &AmountRows<'_>, progress: &Progress) -> Result<OtherRegions, SpecializationError> {
    if let Some(region) = rows.first_empty() {
        return Err(SpecializationError::EmptyRegion { region });
    }
    if rows.n_regions() == 1 {
        return Err(SpecializationError::NoOtherRegion { region: 0 });
    }
    progress.expect(3);
    let rest = against_others(rows, |_| 1.0);
    progress.advance(1)?;
    let mean_of_others = against_others(rows, |region| rows.total(region));
    progress.advance(1)?;
    let mean_of_pairs = mean_of_pairs(rows);
    progress.advance(1)?;
    Ok(OtherRegions { rest, mean_of_others, mean_of_pairs })
}

/// Rows of amounts that are compared with each other: a table's regions, or its industries.
pub(crate) trait Compared {
    /// Number of rows.
    fn n_rows(&self) -> usize;

    /// Number of amounts in each.
    fn n_columns(&self) -> usize;

    /// Sum of a row.
    fn total(&self, row: usize) -> f64;

    /// Hands over the amounts of a row.
    fn with<T>(&self, row: usize, of: impl FnOnce(&[f64]) -> T) -> T;
}

impl Compared for AmountRows<'_> {
    fn n_rows(&self) -> usize {
        self.n_regions()
    }

    fn n_columns(&self) -> usize {
        self.n_industries()
    }

    fn total(&self, row: usize) -> f64 {
        self.region_totals()[row]
    }

    fn with<T>(&self, row: usize, of: impl FnOnce(&[f64]) -> T) -> T {
        of(self.region(row))
    }
}

/// Krugman's index of every row against the sum of all others, each divided by its divisor. No row is empty, and there are at
/// least two.
pub(crate) fn against_others(rows: &impl Compared, divisor: impl Fn(usize) -> f64 + Copy) -> Vec<f64> {
    let mut indices = vec![0.0; rows.n_rows()];
    for_each_without(rows, divisor, |row, others| {
        let (own, total) = (rows.total(row), lanes::sum(others, None, lanes::Itself));
        indices[row] = rows.with(row, |cells| lanes::sum_of_pairs(cells, others, ShareDifference { own, total }));
    });
    indices
}

/// Absolute difference of two shares.
#[derive(Clone, Copy)]
struct ShareDifference {
    own: f64,
    total: f64,
}

impl PairTerm for ShareDifference {
    #[inline(always)]
    fn of(&self, amount: f64, other: f64) -> f64 {
        (amount / self.own - other / self.total).abs()
    }
}

/// Calls `visit` for every row with the sum of all others, each divided by its divisor.
fn for_each_without(rows: &impl Compared, divisor: impl Fn(usize) -> f64 + Copy, mut visit: impl FnMut(usize, &[f64])) {
    let nothing = || vec![0.0; rows.n_columns()];
    // Stretches of rows that are still to be visited, each with the sum of everything outside of it.
    let mut stretches = vec![(0..rows.n_rows(), nothing())];
    while let Some((stretch, outside)) = stretches.pop() {
        if stretch.len() == 1 {
            visit(stretch.start, &outside);
            continue;
        }
        let length = stretch.len().div_ceil(PARTS);
        let parts: Vec<_> =
            stretch.clone().step_by(length).map(|start| start..(start + length).min(stretch.end)).collect();
        let sum_of = |part: &Range<usize>| {
            let mut sum = nothing();
            part.clone().for_each(|row| rows.with(row, |cells| lanes::add_over(&mut sum, cells, divisor(row))));
            sum
        };
        let sums: Vec<Vec<f64>> = parts.iter().map(sum_of).collect();
        // The first part comes to lie on top, so that rows come in order.
        let first = stretches.len();
        let mut after = outside;
        for (part, sum) in parts.into_iter().zip(&sums).rev() {
            stretches.push((part, after.clone()));
            lanes::add_over(&mut after, sum, 1.0);
        }
        let mut before = nothing();
        for ((_, outside), sum) in stretches[first..].iter_mut().rev().zip(&sums) {
            lanes::add_over(outside, &before, 1.0);
            lanes::add_over(&mut before, sum, 1.0);
        }
    }
}

/// Mean over all other regions of the sum of absolute differences of shares.
fn mean_of_pairs(rows: &AmountRows<'_>) -> Vec<f64> {
    let (n, industries) = (rows.n_regions(), rows.n_industries());
    let of_block = |block: usize| {
        let columns = block * BLOCK..((block + 1) * BLOCK).min(industries);
        let mut sums = vec![0.0; n];
        for column in columns {
            add_differences(rows, column, &mut sums);
        }
        sums
    };
    let blocks = industries.div_ceil(BLOCK);
    let parts: Vec<Vec<f64>> = if n * industries < FEWEST_CELLS {
        (0..blocks).map(of_block).collect()
    } else {
        (0..blocks).into_par_iter().map(of_block).collect()
    };
    let mut sums = vec![0.0; n];
    parts.iter().for_each(|part| sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part));
    sums.into_iter().map(|sum| sum / (n - 1) as f64).collect()
}

/// Adds to each region the sum of the absolute differences of its share of an industry to all others' shares.
fn add_differences(rows: &AmountRows<'_>, column: usize, sums: &mut [f64]) {
    let share = |(region, row): (usize, &[f64])| (row[column] / rows.region_totals()[region], region);
    let mut held: Vec<(f64, usize)> = rows.regions().enumerate().map(share).filter(|(share, _)| *share > 0.0).collect();
    let values: Vec<f64> = held.iter().map(|(share, _)| *share).collect();
    let (least, greatest) = lanes::extremes(&values);
    sort_ascending(&mut held, least, greatest, |(share, _)| *share);
    // All others' shares lie above zero; with each step up, those below come to lie farther off and those above nearer.
    let mut differences: f64 = values.iter().sum();
    let n = rows.n_regions() as f64;
    let mut below = n - held.len() as f64;
    if below > 0.0 {
        let absent = rows.regions().enumerate().filter(|(_, row)| row[column] == 0.0);
        absent.for_each(|(region, _)| sums[region] += differences);
    }
    let mut last = 0.0;
    for (share, region) in held {
        differences += (share - last) * (2.0 * below - n);
        sums[region] += differences.max(0.0);
        (last, below) = (share, below + 1.0);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;
    use crate::division::krugman_pairs;
    use crate::samples::amounts as table;

    fn of(amounts: &Amounts) -> OtherRegions {
        krugman_of_others(&AmountRows::of(amounts), &Progress::new()).unwrap()
    }

    #[test]
    fn is_what_the_definitions_say() {
        for (regions, industries) in [(2, 3), (3, 1), (7, 20), (130, 601)] {
            let amounts = table(regions, industries);
            let own = of(&amounts);
            let pairs = krugman_pairs(&amounts).unwrap();
            let total = |region: usize| amounts.region_totals()[region];
            for region in (0..regions).step_by(5) {
                let others: Vec<usize> = (0..regions).filter(|&other| other != region).collect();
                let rest_total: f64 = others.iter().map(|&other| total(other)).sum();
                let (mut rest, mut mean) = (0.0, 0.0);
                for industry in 0..industries {
                    let share = amounts.region(region)[industry] / total(region);
                    let rest_amount: f64 = others.iter().map(|&other| amounts.region(other)[industry]).sum();
                    let shares: f64 = others.iter().map(|&other| amounts.region(other)[industry] / total(other)).sum();
                    rest += (share - rest_amount / rest_total).abs();
                    mean += (share - shares / others.len() as f64).abs();
                }
                let of_pairs = pairs.row(region).iter().sum::<f64>() / others.len() as f64;
                assert!((own.rest[region] - rest).abs() < 1e-13, "{regions} {region}");
                assert!((own.mean_of_others[region] - mean).abs() < 1e-13, "{regions} {region}");
                assert!((own.mean_of_pairs[region] - of_pairs).abs() < 1e-12, "{regions} {region}");
            }
        }
    }

    #[test]
    fn regions_alike_do_not_differ() {
        let own = of(&Amounts::try_new(vec![1.0, 3.0, 0.0, 2.0, 6.0, 0.0, 3.0, 9.0, 0.0], 3).unwrap());
        assert_eq!(own.mean_of_pairs, [0.0; 3]);
        assert!(own.rest.iter().chain(&own.mean_of_others).all(|krugman| *krugman < 1e-15));
    }

    #[test]
    fn refuses_who_has_no_structure_or_is_alone() {
        let refused = |cells: Vec<f64>| {
            let amounts = Amounts::try_new(cells, 2).unwrap();
            krugman_of_others(&AmountRows::of(&amounts), &Progress::new())
        };
        assert_eq!(refused(vec![1.0, 1.0]), Err(SpecializationError::NoOtherRegion { region: 0 }));
        assert_eq!(refused(vec![1.0, 1.0, 0.0, 0.0]), Err(SpecializationError::EmptyRegion { region: 1 }));
        let stopped = Progress::new();
        stopped.stop();
        let amounts = table(3, 3);
        let result = krugman_of_others(&AmountRows::of(&amounts), &stopped);
        assert!(matches!(result, Err(SpecializationError::Stopped(_))));
    }
}
