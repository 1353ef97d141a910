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

    /// The intervals of a region by its share of the industry and its total. Room for the values of all draws is lent to it.
    pub(super) fn intervals(&self, share: f64, total: f64, tail: f64, room: &mut Vec<f64>) -> QuotientIntervals {
        let Interval { lower, upper } = self.reference;
        let quotient = if share > 0.0 {
            Interval { lower: share / upper, upper: share / lower }
        } else {
            Interval { lower: 0.0, upper: 0.0 }
        };
        let mut scores = |value: f64, moments: &[(f64, f64)]| {
            interval_of(moments.iter().map(|(mean, deviation)| (value - mean) / deviation), tail, room)
        };
        let standardized = scores(share, &self.moments);
        let standardized_logarithm = if share > 0.0 { scores(share.ln(), &self.of_logarithms) } else { None };
        let normalized = self.benchmarks.iter().map(|(reference, all)| total / all * (share - reference));
        let normalized = interval_of(normalized, tail, room).unwrap_or(Interval { lower: 0.0, upper: 0.0 });
        let there = self.benchmarks.iter().filter(|(reference, _)| *reference > 0.0);
        let of_industry = there.map(|(reference, all)| total / all * (share / reference - 1.0));
        QuotientIntervals {
            quotient: (upper > 0.0).then_some(quotient),
            additive: Interval { lower: share - upper, upper: share - lower },
            standardized,
            weighted: None,
            standardized_logarithm,
            normalized,
            additive_of_industry: interval_of(of_industry, tail, room),
        }
    }
}

/// Intervals of the weighted quotients of a region with these shares, by industry.
pub(super) fn weighted_intervals(
    draws: &[Draw],
    shares: &[f64],
    tail: f64,
    room: &mut Vec<f64>,
) -> Vec<Option<Interval>> {
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
        interval_of(weighted, tail, room)
    };
    shares.iter().enumerate().map(of_industry).collect()
}

/// What an interval of this level leaves on each side.
pub(super) fn tail(how: QuotientBootstrap) -> f64 {
    (1.0 - how.level) / 2.0
}

/// The interval that leaves a tail on each side; none of no values. They are laid out in the room.
fn interval_of(values: impl Iterator<Item = f64>, tail: f64, room: &mut Vec<f64>) -> Option<Interval> {
    room.clear();
    room.extend(values);
    interval(room, tail)
}

/// The interval that leaves a tail on each side, by linear interpolation (type 7); none of no values.
fn interval(values: &mut [f64], tail: f64) -> Option<Interval> {
    let last = values.len().checked_sub(1)? as f64;
    let [low, high] = [tail * last, (1.0 - tail) * last];
    let (first, rest) = (low.floor() as usize, high.floor() as usize);
    let (_, &mut at_low, above) = values.select_nth_unstable_by(first, f64::total_cmp);
    let after_low = least(above);
    // What the upper end is among lies above the lower one already.
    let (at_high, after_high) = match rest.checked_sub(first + 1) {
        Some(place) => {
            let (_, &mut at_high, above) = above.select_nth_unstable_by(place, f64::total_cmp);
            (at_high, least(above))
        }
        None => (at_low, after_low),
    };
    Some(Interval { lower: between(at_low, after_low, low), upper: between(at_high, after_high, high) })
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// What lies between two neighbours in order, by the part of a place's number behind the point.
fn between(low: f64, next: f64, place: f64) -> f64 {
    let part = place.fract();
    if part > 0.0 && next.is_finite() { low + (next - low) * part } else { low }
}
