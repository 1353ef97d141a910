//! Prediction intervals: by formula, or drawn.

use rand::RngExt as _;

use super::distribution::{Distribution, Tail};
use super::{Failure, Fit, ProjectionError, Scale, Unprojected};
use crate::Progress;
use crate::stats::distributions::{normal_quantile, student_quantile};
use crate::stats::random::generator;

/// How prediction intervals come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IntervalMethod {
    /// By the model's formula, under normal errors.
    #[default]
    Formula,
    /// From futures whose errors are drawn from the model's residuals.
    Bootstrap {
        /// Number of futures.
        draws: usize,
        /// Seed of the draws. All regions share them.
        seed: u64,
    },
}

/// A projected value with its intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct Projected {
    /// The value: the mean of the distribution on the model's scale, taken back.
    pub value: f64,
    /// Lower and upper end of the interval of each level.
    pub intervals: Vec<[f64; 2]>,
}

/// Computes intervals of several levels, with the quantiles that all series share.
#[derive(Debug, Clone)]
pub(super) struct Intervals {
    levels: Vec<f64>,
    method: IntervalMethod,
    /// Upper quantiles of the normal distribution, by level.
    normal: Vec<f64>,
    /// Upper quantiles of Student's distribution, by degrees of freedom less one, then by level.
    student: Vec<Vec<f64>>,
}

impl Intervals {
    /// Prepares intervals of these levels for series of up to `longest` periods.
    ///
    /// # Errors
    ///
    /// A level that is not between 0 and 1, or a bootstrap of fewer than two draws.
    pub(super) fn new(levels: &[f64], method: IntervalMethod, longest: usize) -> Result<Self, ProjectionError> {
        let wrong = levels.iter().position(|&level| !(level > 0.0 && level < 1.0));
        if let Some(index) = wrong {
            return Err(ProjectionError::InvalidLevel { index, value: levels[index] });
        }
        if matches!(method, IntervalMethod::Bootstrap { draws: 0 | 1, .. }) {
            return Err(ProjectionError::TooFewDraws);
        }
        let upper = |level: &f64| 0.5 + 0.5 * level;
        let all = |quantile: &dyn Fn(f64) -> Option<f64>| {
            levels.iter().map(|level| quantile(upper(level)).unwrap_or(f64::INFINITY)).collect::<Vec<f64>>()
        };
        let of_degrees = |degrees: usize| all(&|probability| student_quantile(probability, degrees as f64));
        Ok(Self {
            levels: levels.to_vec(),
            method,
            normal: all(&normal_quantile),
            student: (1..=longest.saturating_sub(2)).map(of_degrees).collect(),
        })
    }

    /// Number of levels.
    pub(super) fn n_levels(&self) -> usize {
        self.levels.len()
    }

    /// The values of the coming steps with their intervals.
    pub(super) fn project(&self, fit: &Fit, horizon: usize, progress: &Progress) -> Result<Vec<Projected>, Failure> {
        progress.check()?;
        let distribution = fit.distribution(horizon);
        let ends = match self.method {
            IntervalMethod::Formula => self.by_formula(&distribution),
            IntervalMethod::Bootstrap { draws, seed } => self.drawn(fit, horizon, draws, seed, progress)?,
        };
        let scale = fit.scale();
        let projected: Vec<Projected> = (distribution.means.iter().zip(ends))
            .map(|(&mean, ends)| Projected {
                value: scale.back(mean),
                intervals: ends.into_iter().map(|ends| taken_back(scale, ends)).collect(),
            })
            .collect();
        let is_finite =
            |step: &Projected| step.value.is_finite() && step.intervals.iter().flatten().all(|end| end.is_finite());
        if projected.iter().all(is_finite) { Ok(projected) } else { Err(Unprojected::OutOfRange.into()) }
    }

    fn by_formula(&self, distribution: &Distribution) -> Vec<Vec<[f64; 2]>> {
        let quantiles = match distribution.tail {
            Tail::Normal => Some(&self.normal),
            Tail::Student { degrees } => degrees.checked_sub(1).and_then(|at| self.student.get(at)),
        };
        let unknown = vec![f64::INFINITY; self.levels.len()];
        let quantiles = quantiles.unwrap_or(&unknown);
        let steps = distribution.means.iter().zip(&distribution.deviations);
        let around = |(&mean, &deviation): (&f64, &f64)| {
            quantiles.iter().map(|quantile| [mean - quantile * deviation, mean + quantile * deviation]).collect()
        };
        steps.map(around).collect()
    }

    /// Quantiles of drawn futures (type 7).
    fn drawn(
        &self,
        fit: &Fit,
        horizon: usize,
        draws: usize,
        seed: u64,
        progress: &Progress,
    ) -> Result<Vec<Vec<[f64; 2]>>, Failure> {
        let errors = fit.errors_to_draw();
        let mut steps = vec![Vec::with_capacity(draws); horizon];
        let mut path = vec![0.0; horizon];
        for draw in 0..draws {
            let mut numbers = generator(seed, draw as u64);
            fit.simulate(|| errors.get(numbers.random_range(0..errors.len())).copied().unwrap_or(f64::NAN), &mut path);
            for (step, value) in steps.iter_mut().zip(&path) {
                step.push(*value);
            }
            if draw % 256 == 0 {
                progress.check()?;
            }
        }
        Ok(steps.into_iter().map(|values| self.quantiles(values)).collect())
    }

    fn quantiles(&self, mut values: Vec<f64>) -> Vec<[f64; 2]> {
        values.sort_by(f64::total_cmp);
        let at = |probability: f64| {
            let place = probability * (values.len() - 1) as f64;
            let (below, part) = (place.floor(), place.fract());
            let value = |at: f64| values.get(at as usize).copied().unwrap_or(f64::NAN);
            if part > 0.0 { value(below) + part * (value(below + 1.0) - value(below)) } else { value(below) }
        };
        self.levels.iter().map(|level| [at(0.5 - 0.5 * level), at(0.5 + 0.5 * level)]).collect()
    }
}

/// An interval on another scale, lower end first.
fn taken_back(scale: Scale, [lower, upper]: [f64; 2]) -> [f64; 2] {
    let ends = [scale.back(lower), scale.back(upper)];
    if let Scale::Logit { .. } = scale { [ends[1], ends[0]] } else { ends }
}
