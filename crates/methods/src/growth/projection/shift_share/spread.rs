//! How far shift-share has been from what came, and the intervals that follow.

use super::{FEWEST_ORIGINS, NotShifted};
use crate::growth::projection::Projected;
use crate::growth::projection::backtest::{self, Errors, ModelBacktest, Outcome};
use crate::growth::projection::intervals::Intervals;

/// One projected amount of the past and what came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Past {
    /// Periods up to the origin. The past is kept in the order of origins.
    pub(super) origin: usize,
    pub(super) step: usize,
    pub(super) projected: f64,
    pub(super) actual: f64,
    /// Mean absolute change up to the origin.
    pub(super) scale: f64,
}

impl Past {
    /// The squared log error of one period: over the steps that it grew in. None where a side is zero.
    fn square(&self) -> Option<f64> {
        let error = (self.actual / self.projected).ln();
        error.is_finite().then(|| error * error / self.step as f64)
    }
}

/// Sum of the squares, their number and the number of origins that they are from.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    sum: f64,
    count: usize,
    origins: usize,
}

impl Spread {
    /// The squares of each origin; `past` is in the order of origins.
    fn by_origin(past: &[Past]) -> Vec<Self> {
        let of_origin = |past: &[Past]| {
            let squares = past.iter().filter_map(Past::square);
            let (sum, count) = squares.fold((0.0, 0), |(sum, count), square| (sum + square, count + 1));
            Self { sum, count, origins: usize::from(count > 0) }
        };
        past.chunk_by(|a, b| a.origin == b.origin).map(of_origin).collect()
    }

    fn together(spreads: impl Iterator<Item = Self>) -> Self {
        spreads.fold(Self::default(), |all, own| Self {
            sum: all.sum + own.sum,
            count: all.count + own.count,
            origins: all.origins + own.origins,
        })
    }

    /// The interval of each level around a projected amount.
    fn around(&self, intervals: &Intervals, value: f64, step: usize) -> Vec<[f64; 2]> {
        let deviation = (self.sum / self.count as f64 * step as f64).sqrt();
        let interval = |quantile: &f64| {
            let factor = (quantile * deviation).exp();
            [value / factor, value * factor]
        };
        intervals.student(self.origins).iter().map(interval).collect()
    }
}

/// Projected amounts with intervals from the errors of the past.
pub(super) fn with_intervals(
    values: impl Iterator<Item = (usize, f64)>,
    past: &[Past],
    intervals: &Intervals,
) -> Result<Vec<Projected>, NotShifted> {
    let spread = Spread::together(Spread::by_origin(past).into_iter());
    if spread.origins < FEWEST_ORIGINS {
        return Err(NotShifted::TooFewErrors { origins: spread.origins });
    }
    let projected: Vec<Projected> =
        values.map(|(step, value)| projected_around(value, spread.around(intervals, value, step))).collect();
    let is_finite = |own: &Projected| own.intervals.iter().flatten().all(|end| end.is_finite());
    if projected.iter().all(is_finite) { Ok(projected) } else { Err(NotShifted::OutOfRange) }
}

/// A projected amount with intervals from errors of projections, which hold the uncertainty of factors already.
fn projected_around(value: f64, intervals: Vec<[f64; 2]>) -> Projected {
    Projected { value, intervals, with_parameters: Vec::new() }
}

/// The errors of the past, over all and by step.
pub(super) fn errors(past: &[Past], intervals: &Intervals) -> ModelBacktest {
    backtest::summary(&outcomes(past, intervals), intervals.n_levels())
}

/// The errors of the past over all origins and steps.
pub(super) fn overall(past: &[Past], intervals: &Intervals) -> Errors {
    backtest::errors(outcomes(past, intervals).iter(), intervals.n_levels())
}

/// The past by origin and step. An amount is covered if the interval from the errors of the other origins holds it.
fn outcomes(past: &[Past], intervals: &Intervals) -> Vec<Outcome> {
    let spreads = Spread::by_origin(past);
    let origins = past.chunk_by(|a, b| a.origin == b.origin).enumerate();
    let of_origin = |(at, own): (usize, &[Past])| {
        let others = spreads.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, spread)| *spread);
        let others = Spread::together(others);
        own.iter().map(|own| outcome(own, &others, intervals)).collect::<Vec<_>>()
    };
    origins.flat_map(of_origin).collect()
}

fn outcome(own: &Past, others: &Spread, intervals: &Intervals) -> Outcome {
    let covers = |[lower, upper]: [f64; 2]| (lower..=upper).contains(&own.actual);
    let mut is_covered: Vec<bool> = others.around(intervals, own.projected, own.step).into_iter().map(covers).collect();
    is_covered.resize(intervals.n_levels(), false);
    let error = own.projected - own.actual;
    Outcome { step: own.step, error, scale: own.scale, is_covered, with_parameters: Vec::new() }
}
