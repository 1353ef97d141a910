//! What all draws say of one industry, and the intervals that follow.

use super::draw::{Draw, SortedShares};
use super::{Interval, QuotientBootstrap, QuotientCutOff, QuotientIntervals};
use crate::AmountRows;

/// What all draws say of one industry.
pub(super) struct Column {
    /// Interval of the benchmark's share.
    reference: Interval,
    /// The benchmark's share and total in each draw.
    benchmarks: Vec<(f64, f64)>,
    /// Mean and deviation of each draw in which regions were not alike.
    moments: Vec<(f64, f64)>,
    /// The same of logarithms.
    of_logarithms: Vec<(f64, f64)>,
    pub(super) cut_off: Option<QuotientCutOff>,
}

impl Column {
    pub(super) fn of(rows: &AmountRows<'_>, draws: &[Draw], industry: usize, how: QuotientBootstrap) -> Self {
        let tail = tail(how);
        let sorted = SortedShares::of(rows, industry);
        let (mut moments, mut of_logarithms) = (Vec::with_capacity(draws.len()), Vec::with_capacity(draws.len()));
        let mut cut_offs = Vec::with_capacity(draws.len());
        for draw in draws {
            let drawn = sorted.drawn(draw, industry, how.level);
            moments.extend(Some(drawn.moments).filter(|(_, deviation)| *deviation > 0.0));
            of_logarithms.extend(Some(drawn.of_logarithms).filter(|(_, deviation)| *deviation > 0.0));
            cut_offs.extend(Some(drawn.high / draw.reference[industry]).filter(|high| high.is_finite()));
        }
        let mean = cut_offs.iter().sum::<f64>() / cut_offs.len() as f64;
        let cut_off = interval(&mut cut_offs, tail).map(|interval| QuotientCutOff { mean, interval });
        let mut shares: Vec<f64> = draws.iter().map(|draw| draw.reference[industry]).collect();
        Self {
            reference: interval(&mut shares, tail).unwrap_or(Interval { lower: 0.0, upper: 0.0 }),
            benchmarks: draws.iter().map(|draw| (draw.reference[industry], draw.total)).collect(),
            moments,
            of_logarithms,
            cut_off,
        }
    }

    /// The intervals of a region by its share of the industry and its total.
    pub(super) fn intervals(&self, share: f64, total: f64, tail: f64) -> QuotientIntervals {
        let Interval { lower, upper } = self.reference;
        let quotient = if share > 0.0 {
            Interval { lower: share / upper, upper: share / lower }
        } else {
            Interval { lower: 0.0, upper: 0.0 }
        };
        let scores = |value: f64, moments: &[(f64, f64)]| {
            let mut scores: Vec<f64> = moments.iter().map(|(mean, deviation)| (value - mean) / deviation).collect();
            interval(&mut scores, tail)
        };
        let mut normalized: Vec<f64> =
            self.benchmarks.iter().map(|(reference, all)| total / all * (share - reference)).collect();
        let there = self.benchmarks.iter().filter(|(reference, _)| *reference > 0.0);
        let mut of_industry: Vec<f64> = there.map(|(reference, all)| total / all * (share / reference - 1.0)).collect();
        QuotientIntervals {
            quotient: (upper > 0.0).then_some(quotient),
            additive: Interval { lower: share - upper, upper: share - lower },
            standardized: scores(share, &self.moments),
            weighted: None,
            standardized_logarithm: if share > 0.0 { scores(share.ln(), &self.of_logarithms) } else { None },
            normalized: interval(&mut normalized, tail).unwrap_or(Interval { lower: 0.0, upper: 0.0 }),
            additive_of_industry: interval(&mut of_industry, tail),
        }
    }
}

/// Intervals of the weighted quotients of a region with these shares, by industry.
pub(super) fn weighted_intervals(draws: &[Draw], shares: &[f64], tail: f64) -> Vec<Option<Interval>> {
    let quotient = |share: f64, reference: f64| (reference > 0.0).then(|| share / reference);
    let mean = |draw: &Draw| {
        let quotients = shares.iter().zip(&draw.reference).filter_map(|(share, own)| quotient(*share, *own));
        let (sum, count) = quotients.fold((0.0, 0_u32), |(sum, count), own| (sum + own, count + 1));
        sum / f64::from(count)
    };
    let means: Vec<f64> = draws.iter().map(mean).collect();
    let of_industry = |(industry, share): (usize, &f64)| {
        let weighted = draws.iter().zip(&means).filter_map(|(draw, mean)| {
            let weighted = quotient(*share, draw.reference[industry])? / mean;
            weighted.is_finite().then_some(weighted)
        });
        interval(&mut weighted.collect::<Vec<f64>>(), tail)
    };
    shares.iter().enumerate().map(of_industry).collect()
}

/// What an interval of this level leaves on each side.
pub(super) fn tail(how: QuotientBootstrap) -> f64 {
    (1.0 - how.level) / 2.0
}

/// The interval that leaves a tail on each side; none of no values.
fn interval(values: &mut [f64], tail: f64) -> Option<Interval> {
    if values.is_empty() {
        return None;
    }
    Some(Interval { lower: quantile(values, tail), upper: quantile(values, 1.0 - tail) })
}

/// Quantile of values, of which there is at least one, by linear interpolation (type 7).
fn quantile(values: &mut [f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let below = place.floor() as usize;
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    let part = place - below as f64;
    if part > 0.0 && next.is_finite() { low + (next - low) * part } else { low }
}
