//! Multiple structural breaks in mean or trend: dates, number, tests and intervals.

mod conclusion;
mod fit;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::asymptotic::BreakTest;
use super::break_interval::ErrorVariances;
use super::criteria::InformationCriteria;
use super::null_distribution::{NullDistribution, Shape};
use super::robust::BreakErrors;
use super::segments::{BreakModel, SegmentFit};
use crate::{Progress, Stopped};
use conclusion::conclude;
use fit::{Fit, fit};

/// How long a segment between two breaks is at least.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ShortestSegment {
    /// A share of the series, rounded down.
    Share(f64),
    /// A number of values.
    Values(usize),
}

/// What the number of breaks is chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BreakCriterion {
    /// The least BIC.
    #[default]
    Bic,
    /// The least LWZ.
    Lwz,
    /// The least AIC.
    Aic,
    /// One more break as long as sup F(l + 1 | l) is significant.
    Sequential,
}

/// How breaks are looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakOptions {
    /// What is fitted to each segment.
    pub model: BreakModel,
    /// Length of the shortest segment; never less than one more than the coefficients.
    pub shortest: ShortestSegment,
    /// Largest number of breaks, as far as the series allow.
    pub max_breaks: usize,
    /// What the number of breaks is chosen by.
    pub criterion: BreakCriterion,
    /// Significance of the tests, above 0 and below 1.
    pub significance: f64,
    /// Confidence of the intervals, above 0 and below 1.
    pub confidence: f64,
    /// Variances behind the intervals.
    pub variances: ErrorVariances,
    /// What errors are taken to be, by the tests and behind the intervals.
    pub errors: BreakErrors,
    /// Simulated series behind the tests.
    pub draws: usize,
    /// Seed of the simulation.
    pub seed: u64,
}

impl Default for BreakOptions {
    fn default() -> Self {
        Self {
            model: BreakModel::Mean,
            shortest: ShortestSegment::Share(0.15),
            max_breaks: 5,
            criterion: BreakCriterion::Bic,
            significance: 0.05,
            confidence: 0.95,
            variances: ErrorVariances::Common,
            errors: BreakErrors::Independent,
            draws: 999,
            seed: 0,
        }
    }
}

/// Why no breaks were looked for at all.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BreaksError {
    /// A share, significance or confidence is not between 0 and 1.
    #[error("{value} is not above 0 and below 1")]
    NotAShare {
        /// What was given.
        value: f64,
    },
    /// A number that must be positive is zero.
    #[error("breaks need a largest number of at least one, and at least one draw")]
    Nothing,
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Why a series has no answer about breaks.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoBreaks {
    /// There are not two segments' worth of values.
    #[error("{values} values are too few: two segments of {shortest} values need {needed}")]
    TooShort {
        /// Values of the series.
        values: usize,
        /// Length of the shortest segment.
        shortest: usize,
        /// Values that are needed.
        needed: usize,
    },
    /// A value is NaN, infinite, or too large to be squared.
    #[error("value {position}, {value}, is missing or beyond 1e100")]
    InvalidValue {
        /// Position of the value.
        position: usize,
        /// What was there.
        value: f64,
    },
    /// The model fits without a break and without a residual.
    #[error("one mean or trend fits every value exactly, so that there is nothing to test")]
    NoVariation,
}

/// A number of breaks, at its best dates.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakNumber {
    /// First positions of the segments after each break, in order.
    pub breaks: Vec<usize>,
    /// Sum of squared residuals.
    pub squares: f64,
    /// Criteria; none where the fit is exact.
    pub criteria: Option<InformationCriteria>,
}

/// A test and its outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestedBreaks {
    /// Which hypotheses.
    pub test: BreakTest,
    /// The statistic; none where the alternative fits exactly (then it is beyond all bounds).
    pub statistic: Option<f64>,
    /// Share of simulated series without the break whose statistic is at least as large.
    pub p_value: f64,
    /// Value that 1 - significance of the simulated series stay below; none where there are too few draws.
    pub critical_value: Option<f64>,
    /// The published value for long series, where there is one.
    pub asymptotic_critical_value: Option<f64>,
}

/// The number of breaks that each criterion chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenNumbers {
    /// By BIC.
    pub bic: usize,
    /// By LWZ.
    pub lwz: usize,
    /// By AIC.
    pub aic: usize,
    /// By sequential tests.
    pub sequential: usize,
}

/// A break of the chosen partition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Break {
    /// First position after the break.
    pub first_after: usize,
    /// Fitted value after less that before, both at the first position after the break (for means: their difference).
    pub jump: f64,
    /// Change of slope; none for means.
    pub slope_change: Option<f64>,
    /// First and last candidate for the first position after the break, at the confidence asked for, cut at the ends of the
    /// series.
    pub interval: [usize; 2],
    /// Whether the interval was cut at the start or at the end: the data do not confine the date on that side.
    pub cut: [bool; 2],
}

/// What there is to know about the breaks of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesBreaks {
    /// Length of the shortest segment.
    pub min_segment: usize,
    /// The best partition for each number of breaks, from none on.
    pub numbers: Vec<BreakNumber>,
    /// sup F(m) for each m, UDmax, WDmax, and sup F(l + 1 | l) for each l where a segment is long enough.
    pub tests: Vec<TestedBreaks>,
    /// Number of breaks by the criterion asked for.
    pub chosen: usize,
    /// Number of breaks by each criterion.
    pub chosen_by: ChosenNumbers,
    /// Breaks of the chosen partition.
    pub breaks: Vec<Break>,
    /// Segments of the chosen partition.
    pub segments: Vec<SegmentFit>,
    /// First-order autocorrelation of the residuals, which tests of independent errors take for zero; none where the fit is
    /// exact.
    pub residual_autocorrelation: Option<f64>,
}

/// Finds the breaks of series, each for itself.
///
/// ```text
/// y[t] = z[t]' d[j] + u[t],  t in segment j = 1, …, m + 1      z = 1 (mean) or (1, t) (trend)
/// ```
///
/// For every number of breaks m the dates are those with the least sum of squared residuals over all partitions. Tests are
/// sup F(m) against no break, their largest (UDmax), their largest weighted to equal critical values (WDmax), and
/// sup F(l + 1 | l) for one more break inside the best partition with l. p-values and critical values are simulated with
/// independent normal errors at the very length, model and shortest segment of the series: under that hypothesis they are
/// exact at any length, for trends as well as for means, while the published values hold for long series. Errors that are
/// correlated over time reject too often; `residual_autocorrelation` shows whether they are. With other [`BreakErrors`] the
/// statistics are Wald's with variances that are robust to it; their p-values too are simulated with independent normal errors,
/// to whose variance and serial correlation robust statistics are indifferent in long series. In short ones that holds in part:
/// of 50 values without a break and with a first-order autocorrelation of 0.5, sup F(1) at 5 per cent rejects 44 per cent as
/// independent and 16 per cent as autocorrelated, of 20 values 37 and 19 per cent (3 000 series each by numpy).
///
/// # Shapes and units
///
/// - `series`: values in order of time and equally spaced, of any lengths, at most 1e100 in size.
/// - returns: an answer or a reason for each series, in order. The answer of a series does not depend on the others.
///
/// # Errors
///
/// Options without a meaning, or [`Stopped`].
///
/// # Source
///
/// Bai and Perron (1998), Econometrica 66(1), 47-78; Bai and Perron (2003), Journal of Applied Econometrics 18(1), 1-22.
/// Simulation at the length of the sample: Antoshin, Berg and Souto (2008), IMF Working Paper 08/75; the number of draws enters
/// p-values as in Dwass (1957), Annals of Mathematical Statistics 28(1), 181-187. Unlike Bai and Perron's code, an additional
/// break leaves segments of at least the same length as the others, not a share of the segment it divides.
pub fn detect_breaks(
    series: &[&[f64]],
    options: &BreakOptions,
    progress: &Progress,
) -> Result<Vec<Result<SeriesBreaks, NoBreaks>>, BreaksError> {
    check(options)?;
    progress.expect(series.len());
    let fits = series.par_iter().map(|values| {
        progress.advance(1)?;
        Ok(fit(values, options))
    });
    let fits = fits.collect::<Result<Vec<_>, Stopped>>()?;
    let chances = simulate(&fits, options, progress)?;
    let answer = |(values, fit): (&&[f64], Result<Fit, NoBreaks>)| {
        let fit = fit?;
        let Some((lists, chances)) = chances.get(&fit.shape) else { return Err(NoBreaks::NoVariation) };
        Ok(conclude(values, fit, lists, chances, options))
    };
    Ok(series.iter().zip(fits).map(answer).collect())
}

fn check(options: &BreakOptions) -> Result<(), BreaksError> {
    let share = match options.shortest {
        ShortestSegment::Share(share) => share,
        ShortestSegment::Values(_) => 0.5,
    };
    let shares = [share, options.significance, options.confidence];
    if let Some(&value) = shares.iter().find(|share| !(**share > 0.0 && **share < 1.0)) {
        return Err(BreaksError::NotAShare { value });
    }
    if options.max_breaks == 0 || options.draws == 0 { Err(BreaksError::Nothing) } else { Ok(()) }
}

/// Simulated tests of one shape, with the lists of lengths that they cover, in order.
type Simulated = (Vec<Vec<usize>>, NullDistribution);

/// Simulates each shape once for all series that have it.
fn simulate(
    fits: &[Result<Fit, NoBreaks>],
    options: &BreakOptions,
    progress: &Progress,
) -> Result<BTreeMap<Shape, Simulated>, Stopped> {
    let mut lists: BTreeMap<Shape, BTreeSet<Vec<usize>>> = BTreeMap::new();
    for fit in fits.iter().flatten() {
        let of_shape = lists.entry(fit.shape).or_default();
        for one_more in &fit.one_more {
            if !of_shape.contains(&one_more.lengths) {
                of_shape.insert(one_more.lengths.clone());
            }
        }
    }
    progress.expect(lists.len() * options.draws);
    let simulate = |(shape, lists): (Shape, BTreeSet<Vec<usize>>)| {
        let lists: Vec<Vec<usize>> = lists.into_iter().collect();
        let draws = (options.draws, options.seed);
        let chances = NullDistribution::simulate(shape, &lists, options.significance, draws, progress)?;
        Ok((shape, (lists, chances)))
    };
    lists.into_iter().map(simulate).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "breaks_tests.rs"]
mod tests;
