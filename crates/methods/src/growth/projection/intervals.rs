//! Prediction intervals: by formula, or drawn.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::distribution::{Distribution, Tail};
use super::{Failure, Fit, Scale, Unprojected};
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
    /// The same with the uncertainty of parameters; none where it was not asked for.
    pub with_parameters: Vec<[f64; 2]>,
}

/// How many pasts are drawn for intervals with the uncertainty of parameters, and from which seed. All regions share them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParameterUncertainty {
    /// For the projection.
    pub draws: usize,
    /// At each origin of the backtest.
    pub backtest_draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

/// The level of an interval that is not between 0 and 1.
pub(super) struct NotALevel {
    pub(super) index: usize,
    pub(super) value: f64,
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
    /// The first level that is not between 0 and 1.
    pub(super) fn new(levels: &[f64], method: IntervalMethod, longest: usize) -> Result<Self, NotALevel> {
        if let Some(index) = levels.iter().position(|&level| !(level > 0.0 && level < 1.0)) {
            return Err(NotALevel { index, value: levels[index] });
        }
        let all = |quantile: &dyn Fn(f64) -> Option<f64>| {
            levels.iter().map(|level| quantile(0.5 + 0.5 * level).unwrap_or(f64::INFINITY)).collect::<Vec<f64>>()
        };
        let of_degrees = |degrees: usize| all(&|probability| student_quantile(probability, degrees as f64));
        Ok(Self {
            levels: levels.to_vec(),
            method,
            normal: all(&normal_quantile),
            student: (1..=longest).map(of_degrees).collect(),
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
                with_parameters: Vec::new(),
            })
            .collect();
        let is_finite =
            |step: &Projected| step.value.is_finite() && step.intervals.iter().flatten().all(|end| end.is_finite());
        if projected.iter().all(is_finite) { Ok(projected) } else { Err(Unprojected::OutOfRange.into()) }
    }

    /// Adds intervals with the uncertainty of parameters, by so many drawn pasts, each of which is a unit of progress.
    ///
    /// The `draw`-th past of a seed is the same on any number of threads.
    ///
    /// # Source
    ///
    /// Pascual, Romo and Ruiz (2004), Journal of Time Series Analysis 25(4), 449-465: the future starts from the series as it was,
    /// with parameters that were estimated anew.
    pub(super) fn add_parameters(
        &self,
        fit: &Fit,
        projected: &mut [Projected],
        (draws, seed): (usize, u64),
        progress: &Progress,
    ) -> Result<(), Failure> {
        progress.expect(draws);
        let errors = fit.errors_to_draw();
        let future = |draw: usize| -> Result<Vec<f64>, Failure> {
            let mut numbers = generator(seed, draw as u64);
            let mut path = vec![0.0; projected.len()];
            fit.simulate_anew(|| one_of(&errors, &mut numbers), &mut path);
            progress.advance(1)?;
            Ok(path)
        };
        let futures = (0..draws).into_par_iter().map(future).collect::<Result<Vec<_>, Failure>>()?;
        let scale = fit.scale();
        for (at, step) in projected.iter_mut().enumerate() {
            let ends = self.quantiles(futures.iter().filter_map(|path| path.get(at).copied()).collect());
            step.with_parameters = ends.into_iter().map(|ends| taken_back(scale, ends)).collect();
        }
        let is_finite = |step: &Projected| step.with_parameters.iter().flatten().all(|end| end.is_finite());
        if projected.iter().all(is_finite) { Ok(()) } else { Err(Unprojected::OutOfRange.into()) }
    }

    /// Upper quantiles of Student's distribution with as many degrees of freedom as there are periods, at most, by level.
    pub(super) fn student(&self, degrees: usize) -> &[f64] {
        degrees.checked_sub(1).and_then(|at| self.student.get(at)).map(Vec::as_slice).unwrap_or_default()
    }

    fn by_formula(&self, distribution: &Distribution) -> Vec<Vec<[f64; 2]>> {
        let quantiles = match distribution.tail {
            Tail::Normal => &self.normal,
            Tail::Student { degrees } => self.student(degrees),
        };
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
            fit.simulate(|| one_of(&errors, &mut numbers), &mut path);
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

/// One of the errors, each with the same probability.
fn one_of(errors: &[f64], numbers: &mut ChaCha8Rng) -> f64 {
    errors.get(numbers.random_range(0..errors.len())).copied().unwrap_or(f64::NAN)
}

/// An interval on another scale, lower end first.
fn taken_back(scale: Scale, [lower, upper]: [f64; 2]) -> [f64; 2] {
    let ends = [scale.back(lower), scale.back(upper)];
    if let Scale::Logit { .. } = scale { [ends[1], ends[0]] } else { ends }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::smoothing::tests::SERIES;
    use super::super::{ErrorScale, FitOptions, Model};
    use super::*;

    const ALL: [Model; 9] = [
        Model::Naive,
        Model::Drift,
        Model::Linear,
        Model::Power,
        Model::Exponential,
        Model::Logistic,
        Model::Simple,
        Model::Holt,
        Model::Damped,
    ];

    fn project(model: Model, levels: &[f64], method: IntervalMethod) -> Vec<Projected> {
        let fit = model.fit(&SERIES, &FitOptions::default()).unwrap();
        let intervals = Intervals::new(levels, method, SERIES.len()).ok().unwrap();
        intervals.project(&fit, 3, &Progress::new()).unwrap()
    }

    /// `obs_ci_lower` and `obs_ci_upper` of statsmodels 0.15.0, `OLS(...).fit().get_prediction`, at x = 23.
    #[test]
    fn trends_have_the_intervals_of_regression() {
        let figures = [
            (Model::Linear, [224.201_390_279_823_16, 257.505_677_389_35]),
            (Model::Exponential, [5.432_902_617_717_356, 5.706_975_179_867_086].map(f64::exp)),
        ];
        for (model, expected) in figures {
            let own = project(model, &[0.95], IntervalMethod::Formula)[2].intervals[0];
            for (own, expected) in own.into_iter().zip(expected) {
                assert!((own - expected).abs() < 1e-9 * expected, "{model:?}: {own} is not {expected}");
            }
        }
        // A logistic curve falls on its scale as it rises: its lower end comes from the upper one, -3.27 of statsmodels.
        let [lower, upper] = project(Model::Logistic, &[0.95], IntervalMethod::Formula)[2].intervals[0];
        let expected = 1.001 * 211.1 / (1.0 + (-3.271_534_404_468_933_f64).exp());
        assert!((lower - expected).abs() < 1e-9 * expected && upper > lower, "{lower} {upper}");
    }

    #[test]
    fn the_wider_level_holds_the_narrower_and_both_hold_the_value() {
        for model in ALL {
            for method in [IntervalMethod::Formula, IntervalMethod::Bootstrap { draws: 500, seed: 1 }] {
                for step in project(model, &[0.8, 0.95], method) {
                    let [narrow, wide] = [step.intervals[0], step.intervals[1]];
                    assert!(wide[0] <= narrow[0] && narrow[0] < step.value, "{model:?} {step:?}");
                    assert!(step.value < narrow[1] && narrow[1] <= wide[1], "{model:?} {step:?}");
                }
            }
        }
    }

    /// Residuals that look normal give the bootstrap the formula's deviations, within the error of 20 000 draws.
    #[test]
    fn many_draws_have_the_spread_of_the_formula() {
        let fit_options = FitOptions { scale: ErrorScale::Level, ..FitOptions::default() };
        for model in ALL {
            let fit = model.fit(&SERIES, &fit_options).unwrap();
            let errors = fit.errors_to_draw();
            let (draws, mut path) = (20_000, [0.0; 3]);
            let (mut sums, mut squares) = ([0.0; 3], [0.0; 3]);
            let coming = fit.distribution(3);
            for draw in 0..draws {
                let mut numbers = generator(5, draw);
                fit.simulate(|| errors[numbers.random_range(0..errors.len())], &mut path);
                for step in 0..3 {
                    let error = path[step] - coming.means[step];
                    sums[step] += error;
                    squares[step] += error * error;
                }
            }
            for step in 0..3 {
                let (mean, deviation) = (sums[step] / draws as f64, (squares[step] / draws as f64).sqrt());
                let expected = coming.deviations[step];
                assert!(mean.abs() < 0.03 * expected, "{model:?}: {mean}");
                assert!((deviation / expected - 1.0).abs() < 0.03, "{model:?}: {deviation} is not {expected}");
            }
        }
    }

    #[test]
    fn a_seed_gives_the_same_intervals_again() {
        let drawn = |seed| project(Model::Holt, &[0.9], IntervalMethod::Bootstrap { draws: 50, seed });
        assert_eq!(drawn(3), drawn(3));
        assert_ne!(drawn(3), drawn(4));
    }

    #[test]
    fn stops_when_it_is_told_to() {
        let progress = Progress::new();
        progress.stop();
        let fit = Model::Naive.fit(&SERIES, &FitOptions::default()).unwrap();
        let intervals = Intervals::new(&[0.9], IntervalMethod::Bootstrap { draws: 9, seed: 0 }, 20).ok().unwrap();
        assert!(matches!(intervals.project(&fit, 3, &progress), Err(Failure::Stopped(_))));
    }
}
