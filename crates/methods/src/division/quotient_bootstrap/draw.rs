//! Draws of the regions that make up the benchmark.

use rand::RngExt as _;

use super::QuotientBootstrap;
use crate::AmountRows;
use crate::stats::random::generator;

/// Standard deviations of no more than this part of the greatest share are rounding: all regions are alike.
const ALIKE: f64 = 1e-12;

/// The share of an industry in a region.
#[derive(Clone, Copy)]
struct Share {
    share: f64,
    region: usize,
    /// Natural logarithm of the share, finite where there is some.
    logarithm: f64,
}

/// The shares of each industry in ascending order, with their regions: industry by industry.
pub(super) struct SortedShares(Vec<Vec<Share>>);

impl SortedShares {
    pub(super) fn of(rows: &AmountRows<'_>) -> Self {
        let column = |industry: usize| {
            let share = |(region, row): (usize, &[f64])| {
                let share = row[industry] / rows.region_totals()[region];
                Share { share, region, logarithm: share.ln() }
            };
            let mut column: Vec<Share> = rows.regions().enumerate().map(share).collect();
            column.sort_by(|a, b| a.share.total_cmp(&b.share));
            column
        };
        Self((0..rows.n_industries()).map(column).collect())
    }
}

/// What one draw says of each industry.
pub(super) struct Draw {
    /// Amounts of all industries and regions together.
    pub(super) total: f64,
    /// Share of the benchmark.
    pub(super) reference: Vec<f64>,
    /// Mean and standard deviation of the regions' shares; the deviation is 0 where they are alike.
    pub(super) moments: Vec<(f64, f64)>,
    /// The same of the logarithms of shares, over the regions that have the industry.
    pub(super) of_logarithms: Vec<(f64, f64)>,
    /// Share that a part of the regions as large as the level does not exceed.
    pub(super) high: Vec<f64>,
}

impl Draw {
    pub(super) fn of(rows: &AmountRows<'_>, sorted: &SortedShares, how: QuotientBootstrap, draw: usize) -> Self {
        let (n, industries) = (rows.n_regions(), rows.n_industries());
        let mut choice = generator(how.seed, draw as u64);
        let mut counts = vec![0_u32; n];
        (0..n).for_each(|_| counts[choice.random_range(0..n)] += 1);
        let (mut reference, mut mean) = (vec![0.0; industries], vec![0.0; industries]);
        let times = |region: usize| f64::from(counts[region]);
        for (region, row) in rows.regions().enumerate().filter(|(region, _)| counts[*region] > 0) {
            let (times, per_share) = (times(region), times(region) / rows.region_totals()[region]);
            reference.iter_mut().zip(row).for_each(|(sum, amount)| *sum += times * amount);
            mean.iter_mut().zip(row).for_each(|(sum, amount)| *sum += per_share * amount);
        }
        let total: f64 = reference.iter().sum();
        reference.iter_mut().for_each(|sum| *sum /= total);
        mean.iter_mut().for_each(|sum| *sum /= n as f64);
        let needed = (how.level * n as f64 - 1e-9).ceil();
        let (mut moments, mut high) = (Vec::with_capacity(industries), Vec::with_capacity(industries));
        for (column, mean) in sorted.0.iter().zip(&mean) {
            let (mut squares, mut reached, mut share_there) = (0.0, 0.0, None);
            let mut greatest = 0.0;
            for &Share { share, region, .. } in column.iter().filter(|own| counts[own.region] > 0) {
                squares += times(region) * (share - mean) * (share - mean);
                reached += times(region);
                greatest = share;
                if reached >= needed && share_there.is_none() {
                    share_there = Some(share);
                }
            }
            let spread = (squares / (n - 1) as f64).sqrt();
            moments.push((*mean, if spread > ALIKE * greatest { spread } else { 0.0 }));
            high.push(share_there.unwrap_or(greatest));
        }
        let of_logarithms = sorted.0.iter().map(|column| logarithms(column, &counts)).collect();
        Self { total, reference, moments, of_logarithms, high }
    }
}

/// Mean and deviation of the logarithms of the shares that were drawn; the deviation is 0 where fewer than two differ.
fn logarithms(column: &[Share], counts: &[u32]) -> (f64, f64) {
    let drawn = || column.iter().filter(|own| counts[own.region] > 0 && own.share > 0.0);
    let of = |own: &Share| (f64::from(counts[own.region]), own.logarithm);
    let (times, sum) = drawn().map(of).fold((0.0, 0.0), |(all, sum), (times, log)| (all + times, sum + times * log));
    let (Some(least), Some(greatest)) = (drawn().next(), drawn().next_back()) else { return (0.0, 0.0) };
    // Shares, not their logarithms, tell whether regions are alike.
    if greatest.share - least.share <= ALIKE * greatest.share {
        return (sum / times, 0.0);
    }
    let mean = sum / times;
    let squares: f64 = drawn().map(of).map(|(times, log)| times * (log - mean) * (log - mean)).sum();
    (mean, (squares / (times - 1.0)).sqrt())
}
