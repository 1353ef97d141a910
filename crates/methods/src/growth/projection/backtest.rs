//! Rolling-origin backtest: how well a model would have projected what is known by now.

use super::intervals::Intervals;
use super::{Failure, FitOptions, Model};
use crate::Progress;

/// Which origins a backtest projects from, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BacktestOptions {
    /// The last so many origins, of those that leave enough periods before and at least one after.
    pub most_origins: usize,
    /// Periods that each origin projects, as far as they are known.
    pub horizon: usize,
    /// Fewest periods up to an origin. Left out, half of all, rounded up. Never fewer than the models need.
    pub first_length: Option<usize>,
}

/// How far projections were from what came, in the unit of the series.
#[derive(Debug, Clone, PartialEq)]
pub struct Errors {
    /// Projected values that were compared.
    pub count: usize,
    /// Mean absolute error.
    pub mean_absolute: f64,
    /// Root of the mean squared error.
    pub root_mean_square: f64,
    /// Mean absolute scaled error: each error over the mean absolute change up to its origin. None where nothing had changed.
    pub mean_scaled: Option<f64>,
    /// Mean of the projected values less what came: positive where the projections were too high.
    pub bias: f64,
    /// Share of what came that lay in the interval of each level.
    pub coverage: Vec<f64>,
    /// The same of intervals with the uncertainty of parameters; none where there are none.
    pub coverage_with_parameters: Vec<f64>,
}

/// The errors of one model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelBacktest {
    /// Over all origins and steps.
    pub overall: Errors,
    /// By step, from the first.
    pub by_step: Vec<Errors>,
}

/// The origins of one series, as the number of periods up to and with each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// The first of them.
    pub(super) first: usize,
    /// All periods; the last origin is the one before the last.
    pub(super) length: usize,
    /// Steps of each origin.
    pub(super) horizon: usize,
}

impl BacktestOptions {
    /// The plan for a series of so many periods and models that need `minimum`, where there is an origin.
    pub(super) fn plan(&self, length: usize, minimum: usize) -> Option<Plan> {
        let first = self.first_length.unwrap_or(length.div_ceil(2)).max(minimum);
        let first = first.max(length.saturating_sub(self.most_origins));
        (first < length).then_some(Plan { first, length, horizon: self.horizon })
    }
}

/// One projected value against what came.
pub(super) struct Outcome {
    pub(super) step: usize,
    pub(super) error: f64,
    /// Mean absolute change up to the origin.
    pub(super) scale: f64,
    /// By level.
    pub(super) is_covered: Vec<bool>,
    /// The same of intervals with the uncertainty of parameters; none where there are none.
    pub(super) with_parameters: Vec<bool>,
}

/// Projects from every origin with a model that is fitted to the periods up to it; with intervals that carry the uncertainty
/// of parameters, where `parameters` are their draws and seed.
///
/// # Source
///
/// Tashman (2000), International Journal of Forecasting 16(4), 437-450 (rolling origins, refitted at each); Hyndman and
/// Koehler (2006), the same journal 22(4), 679-688 (the scaled error).
pub(super) fn run(
    series: &[f64],
    model: Model,
    options: &FitOptions,
    intervals: &Intervals,
    plan: &Plan,
    parameters: Option<(usize, u64)>,
    progress: &Progress,
) -> Result<ModelBacktest, Failure> {
    let mut outcomes = Vec::with_capacity((plan.length - plan.first) * plan.horizon);
    for origin in plan.first..plan.length {
        let (known, coming) = series.split_at(origin);
        let horizon = plan.horizon.min(coming.len());
        let fit = model.fit(known, options)?;
        let mut projected = intervals.project(&fit, horizon, progress)?;
        if let Some(draws) = parameters {
            intervals.add_parameters(&fit, &mut projected, draws, progress)?;
        }
        let scale = mean_absolute_change(known);
        for (at, (projected, actual)) in projected.iter().zip(coming).enumerate() {
            let covered =
                |ends: &[[f64; 2]]| ends.iter().map(|[lower, upper]| (lower..=upper).contains(&actual)).collect();
            outcomes.push(Outcome {
                step: at + 1,
                error: projected.value - actual,
                scale,
                is_covered: covered(&projected.intervals),
                with_parameters: covered(&projected.with_parameters),
            });
        }
    }
    Ok(summary(&outcomes, intervals.n_levels()))
}

/// Mean absolute change of a series from period to period.
pub(super) fn mean_absolute_change(series: &[f64]) -> f64 {
    let changes = series.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    changes.sum::<f64>() / series.len().saturating_sub(1) as f64
}

/// Errors over all outcomes and by step.
pub(super) fn summary(outcomes: &[Outcome], n_levels: usize) -> ModelBacktest {
    let steps = outcomes.iter().map(|outcome| outcome.step).max().unwrap_or(0);
    let of_step = |step: usize| errors(outcomes.iter().filter(|outcome| outcome.step == step), n_levels);
    ModelBacktest { overall: errors(outcomes.iter(), n_levels), by_step: (1..=steps).map(of_step).collect() }
}

/// Errors over some outcomes.
pub(super) fn errors<'a>(outcomes: impl Iterator<Item = &'a Outcome> + Clone, n_levels: usize) -> Errors {
    let count = outcomes.clone().count();
    let mean = |of: &dyn Fn(&Outcome) -> f64| outcomes.clone().map(of).sum::<f64>() / count as f64;
    let covered = |of: &dyn Fn(&Outcome) -> &[bool]| {
        let has = outcomes.clone().next().is_some_and(|outcome| !of(outcome).is_empty());
        let share = |level: usize| mean(&|outcome| f64::from(of(outcome).get(level) == Some(&true)));
        (0..if has { n_levels } else { 0 }).map(share).collect::<Vec<f64>>()
    };
    let has_scale = outcomes.clone().all(|outcome| outcome.scale > 0.0);
    Errors {
        count,
        mean_absolute: mean(&|outcome| outcome.error.abs()),
        root_mean_square: mean(&|outcome| outcome.error * outcome.error).sqrt(),
        mean_scaled: has_scale.then(|| mean(&|outcome| outcome.error.abs() / outcome.scale)),
        bias: mean(&|outcome| outcome.error),
        coverage: covered(&|outcome| &outcome.is_covered),
        coverage_with_parameters: covered(&|outcome| &outcome.with_parameters),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{ErrorScale, IntervalMethod};
    use super::*;

    const OPTIONS: BacktestOptions = BacktestOptions { most_origins: 10, horizon: 2, first_length: None };

    fn of_levels() -> FitOptions {
        FitOptions { scale: ErrorScale::Level, ..FitOptions::default() }
    }

    #[test]
    fn matches_a_worked_example() {
        // The naive projections from 3 and 4 values: 3 and 3 against 5 and 4, then 5 against 4.
        let series = [1.0, 2.0, 3.0, 5.0, 4.0];
        let intervals = Intervals::new(&[0.9], IntervalMethod::Formula, 5).ok().unwrap();
        let plan = OPTIONS.plan(5, 3).unwrap();
        let found = run(&series, Model::Naive, &of_levels(), &intervals, &plan, None, &Progress::new());
        let ModelBacktest { overall, by_step } = found.ok().unwrap();
        assert_eq!((overall.count, overall.mean_absolute, overall.bias), (3, 4.0 / 3.0, -2.0 / 3.0));
        assert_eq!(overall.root_mean_square, 2.0_f64.sqrt());
        // The changes before were 1 and 1, and then 1, 1 and 2.
        assert_eq!(overall.mean_scaled, Some((2.0 + 1.0 + 0.75) / 3.0));
        // 3 +- 1.645 misses 5; 3 +- 1.645 sqrt(2) holds 4, and 5 +- 1.645 sqrt(2) too.
        assert_eq!(overall.coverage, [2.0 / 3.0]);
        assert_eq!((by_step.len(), by_step[0].count, by_step[1].count), (2, 2, 1));
        assert_eq!((by_step[1].mean_absolute, by_step[1].bias, by_step[1].coverage[0]), (1.0, -1.0, 1.0));
    }

    #[test]
    fn origins_are_the_last_with_enough_before_them() {
        let plan = |length, minimum| OPTIONS.plan(length, minimum).map(|plan| plan.first);
        assert_eq!((plan(20, 4), plan(30, 4), plan(9, 4), plan(9, 7)), (Some(10), Some(20), Some(5), Some(7)));
        assert_eq!(plan(7, 7), None);
        let early = BacktestOptions { first_length: Some(2), ..OPTIONS };
        assert_eq!(early.plan(9, 4).map(|plan| plan.first), Some(4));
    }

    #[test]
    fn nothing_to_scale_by_is_no_scaled_error() {
        let intervals = Intervals::new(&[0.9], IntervalMethod::Formula, 5).ok().unwrap();
        let plan = OPTIONS.plan(5, 3).unwrap();
        let found = run(&[2.0; 5], Model::Naive, &of_levels(), &intervals, &plan, None, &Progress::new());
        assert_eq!(found.ok().unwrap().overall.mean_scaled, None);
    }
}
