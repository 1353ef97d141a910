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

/// A draw of regions, and what they are together.
pub(super) struct Draw {
    /// How often each region was drawn.
    counts: Vec<u32>,
    /// Amounts of all industries and regions together.
    pub(super) total: f64,
    /// Share of each industry in the benchmark.
    pub(super) reference: Vec<f64>,
    /// Mean of the regions' shares of each industry.
    means: Vec<f64>,
}

impl Draw {
    pub(super) fn of(rows: &AmountRows<'_>, how: QuotientBootstrap, draw: usize) -> Self {
        let (n, industries) = (rows.n_regions(), rows.n_industries());
        let mut choice = generator(how.seed, draw as u64);
        let mut counts = vec![0_u32; n];
        (0..n).for_each(|_| counts[choice.random_range(0..n)] += 1);
        let (mut reference, mut means) = (vec![0.0; industries], vec![0.0; industries]);
        for (region, row) in rows.regions().enumerate().filter(|(region, _)| counts[*region] > 0) {
            let times = f64::from(counts[region]);
            let per_share = times / rows.region_totals()[region];
            reference.iter_mut().zip(row).for_each(|(sum, amount)| *sum += times * amount);
            means.iter_mut().zip(row).for_each(|(sum, amount)| *sum += per_share * amount);
        }
        let total: f64 = reference.iter().sum();
        reference.iter_mut().for_each(|sum| *sum /= total);
        means.iter_mut().for_each(|sum| *sum /= n as f64);
        Self { counts, total, reference, means }
    }
}

/// The shares of an industry in ascending order, with their regions.
pub(super) struct SortedShares(Vec<Share>);

/// What a draw says of the shares of one industry.
pub(super) struct Drawn {
    /// Mean and standard deviation of the regions' shares; the deviation is 0 where they are alike.
    pub(super) moments: (f64, f64),
    /// The same of the logarithms of shares, over the regions that have the industry.
    pub(super) of_logarithms: (f64, f64),
    /// Share that a part of the regions as large as the level does not exceed.
    pub(super) high: f64,
}

impl SortedShares {
    pub(super) fn of(rows: &AmountRows<'_>, industry: usize) -> Self {
        let share = |(region, amount): (usize, f64)| {
            let share = amount / rows.region_totals()[region];
            Share { share, region, logarithm: share.ln() }
        };
        let mut column: Vec<Share> = rows.column(industry).enumerate().map(share).collect();
        column.sort_by(|a, b| a.share.total_cmp(&b.share));
        Self(column)
    }

    pub(super) fn drawn(&self, draw: &Draw, industry: usize, level: f64) -> Drawn {
        let n = draw.counts.len() as f64;
        let (mean, needed) = (draw.means[industry], (level * n - 1e-9).ceil());
        let (mut squares, mut reached, mut share_there) = (0.0, 0.0, None);
        let mut greatest = 0.0;
        for &Share { share, region, .. } in self.0.iter().filter(|own| draw.counts[own.region] > 0) {
            let times = f64::from(draw.counts[region]);
            squares += times * (share - mean) * (share - mean);
            reached += times;
            greatest = share;
            if reached >= needed && share_there.is_none() {
                share_there = Some(share);
            }
        }
        let spread = (squares / (n - 1.0)).sqrt();
        Drawn {
            moments: (mean, if spread > ALIKE * greatest { spread } else { 0.0 }),
            of_logarithms: logarithms(&self.0, &draw.counts),
            high: share_there.unwrap_or(greatest),
        }
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
