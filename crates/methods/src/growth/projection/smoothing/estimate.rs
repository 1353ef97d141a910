//! Estimation of exponential smoothing by least squared errors.

use super::lanes::{Lanes, Sums};
use super::{InitialStates, SmoothedTrend, Smoothing, SmoothingParameters, smooth};
use crate::growth::projection::simplex::minimise;

/// Parameter points that are smoothed side by side, so that the processor works on several at once.
const LANES: usize = 4;

/// Where alpha, and beta as a part of alpha, are tried first.
const GRID: [f64; 8] = [0.0, 0.02, 0.06, 0.15, 0.3, 0.5, 0.75, 1.0];

/// Where the damping is tried first, between its bounds.
const GRID_OF_DAMPING: [f64; 4] = [0.0, 0.4, 0.75, 1.0];

/// Bounds of phi, for a trend that dies away in a few periods to a few dozen.
const PHI: [f64; 2] = [0.8, 0.98];

/// Values that the heuristic looks at.
const HEURISTIC_LENGTH: usize = 10;

/// Hollows of the grid from which the search goes downhill.
const MOST_STARTS: usize = 3;

/// Size of the simplex, in a cube of side one.
const SIMPLEX_SIZE: f64 = 0.1;

/// Fits exponential smoothing: the parameters, and unless told otherwise the initial states, with the least sum of squared
/// one-step errors, which is the maximum of the likelihood under normal errors.
///
/// ```text
/// 0 <= alpha <= 1     0 <= beta <= alpha     0.8 <= phi <= 0.98
/// ```
///
/// For given parameters the errors are linear in the initial states, which therefore come from least squares. The
/// parameters come from a grid, from whose hollows a simplex goes downhill. That finds the lowest hollow of nearly all
/// series, not of all: of 12 000 made-up ones, 28 had a lower one somewhere, by 0.8 % at most.
///
/// # Shapes and units
///
/// - `series`: finite values on the model's scale, at least four, with a trend six, with a damped one seven.
///
/// # Source
///
/// Hyndman et al. (2008), chapter 5 (estimation), 2.6.1 (the heuristic) and 10.1 (the region of the parameters).
pub(in crate::growth::projection) fn fit(series: &[f64], trend: SmoothedTrend, initial: InitialStates) -> Smoothing {
    let profile = Profile::new(series, trend, initial);
    let point = match trend {
        SmoothedTrend::None => profile.least([&GRID, &[0.0], &[0.0]], |[alpha]: [f64; 1]| [alpha, 0.0, 0.0]),
        SmoothedTrend::Linear => profile.least([&GRID, &GRID, &[0.0]], |[alpha, beta]: [f64; 2]| [alpha, beta, 0.0]),
        SmoothedTrend::Damped => profile.least([&GRID, &GRID, &GRID_OF_DAMPING], |point: [f64; 3]| point),
    };
    let parameters = profile.parameters(point);
    let smoothed = smooth(series, parameters);
    let n_parameters = match trend {
        SmoothedTrend::None => 1,
        SmoothedTrend::Linear => 2,
        SmoothedTrend::Damped => 3,
    };
    let n_states = match (initial, trend) {
        (InitialStates::Heuristic, _) => 0,
        (InitialStates::Estimated, SmoothedTrend::None) => 1,
        (InitialStates::Estimated, _) => 2,
    };
    let n_estimated = n_parameters + n_states;
    let variance = smoothed.squares / series.len().saturating_sub(n_estimated) as f64;
    Smoothing { trend, parameters, smoothed, n_estimated, variance, initial }
}

/// Level and slope before the first value: of the line through the first values.
fn heuristic(series: &[f64], trend: SmoothedTrend) -> [f64; 2] {
    let first = series.get(..HEURISTIC_LENGTH).unwrap_or(series);
    let n = first.len() as f64;
    let (mean, middle) = (first.iter().sum::<f64>() / n, 0.5 * (n + 1.0));
    let (mut squares, mut products) = (0.0, 0.0);
    for (period, value) in first.iter().enumerate() {
        let distance = (period + 1) as f64 - middle;
        squares += distance * distance;
        products += distance * (value - mean);
    }
    let slope = products / squares;
    [mean - slope * middle, if trend == SmoothedTrend::None { 0.0 } else { slope }]
}

/// The squared errors of a series as a function of the parameters alone, each with its best initial states.
struct Profile<'a> {
    series: &'a [f64],
    trend: SmoothedTrend,
    /// States that the errors are taken around; the best ones lie near, which saves digits.
    around: [f64; 2],
    estimates_states: bool,
    /// What rounding makes of squared errors that are zero, so that an exact fit does not choose parameters by chance.
    floor: f64,
}

impl<'a> Profile<'a> {
    fn new(series: &'a [f64], trend: SmoothedTrend, initial: InitialStates) -> Self {
        let largest = series.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let rounding = 8.0 * f64::EPSILON * largest;
        Self {
            series,
            trend,
            around: heuristic(series, trend),
            estimates_states: initial == InitialStates::Estimated,
            floor: series.len() as f64 * rounding * rounding,
        }
    }

    /// Alpha, beta and phi of a point of the unit cube.
    fn scaled(&self, [alpha, beta, damping]: [f64; 3]) -> [f64; 3] {
        let phi = if self.trend == SmoothedTrend::Damped { PHI[0] + damping * (PHI[1] - PHI[0]) } else { 1.0 };
        [alpha, alpha * beta, phi]
    }

    /// The parameters of a point, with their best initial states.
    fn parameters(&self, point: [f64; 3]) -> SmoothingParameters {
        let [alpha, beta, phi] = self.scaled(point);
        let [sums] = self.sums([[alpha, beta, phi]]);
        let [level, slope] = if self.estimates_states { sums.best_states().0 } else { [0.0; 2] };
        SmoothingParameters { alpha, beta, phi, level: self.around[0] + level, slope: self.around[1] + slope }
    }

    /// The least squared errors at points of the unit cube.
    fn squares<const L: usize>(&self, points: [[f64; 3]; L]) -> [f64; L] {
        let sums = self.sums(points.map(|point| self.scaled(point)));
        let squares = |sums: Sums| if self.estimates_states { sums.best_states().1 } else { sums.errors };
        sums.map(|sums| squares(sums).max(self.floor))
    }

    /// Smooths the series with several parameters side by side.
    fn sums<const L: usize>(&self, parameters: [[f64; 3]; L]) -> [Sums; L] {
        let with_slope = self.trend != SmoothedTrend::None;
        let mut lanes = Lanes::new(parameters, self.around, with_slope);
        for &value in self.series {
            lanes.take(value);
        }
        lanes.sums()
    }

    /// The point with the least squared errors: downhill from the hollows of a grid.
    fn least<const D: usize>(&self, axes: [&[f64]; 3], point: impl Fn([f64; D]) -> [f64; 3]) -> [f64; 3] {
        let value = |free: [f64; D]| {
            let [squares] = self.squares([point(free)]);
            squares
        };
        let mut best = ([0.0; 3], f64::INFINITY);
        for start in self.hollows(axes) {
            let (found, squares) = minimise(&value, std::array::from_fn(|axis| start[axis]), SIMPLEX_SIZE);
            if squares < best.1 {
                best = (point(found), squares);
            }
        }
        best.0
    }

    /// The points of a grid that none of their neighbours is below, the lowest first, and not many.
    fn hollows(&self, axes: [&[f64]; 3]) -> Vec<[f64; 3]> {
        let [alphas, betas, dampings] = axes;
        let pairs = alphas.iter().flat_map(|&alpha| betas.iter().map(move |&beta| [alpha, beta]));
        let points: Vec<[f64; 3]> =
            pairs.flat_map(|[alpha, beta]| dampings.iter().map(move |&damping| [alpha, beta, damping])).collect();
        let squares = self.squares_of_all(&points);
        let mut hollows: Vec<usize> =
            (0..points.len()).filter(|&at| is_hollow(&squares, axes.map(<[_]>::len), at)).collect();
        hollows.sort_by(|&a, &b| squares[a].total_cmp(&squares[b]));
        hollows.iter().take(MOST_STARTS).map(|&at| points[at]).collect()
    }

    fn squares_of_all(&self, points: &[[f64; 3]]) -> Vec<f64> {
        let mut squares = Vec::with_capacity(points.len() + LANES);
        for chunk in points.chunks(LANES) {
            let lanes = std::array::from_fn(|lane| chunk.get(lane).copied().unwrap_or_default());
            squares.extend(self.squares::<LANES>(lanes));
        }
        squares.truncate(points.len());
        squares
    }
}

/// Whether no neighbour of a point of a grid, along an axis or across, is below it, nor as low and before it.
fn is_hollow(squares: &[f64], [_, n_betas, n_dampings]: [usize; 3], at: usize) -> bool {
    let place = |at: usize| [at / (n_betas * n_dampings), at / n_dampings % n_betas, at % n_dampings];
    let own = place(at);
    let reach = n_betas * n_dampings + n_dampings + 1;
    let nearby = at.saturating_sub(reach)..squares.len().min(at + reach + 1);
    let is_below = |other: usize| squares[other] < squares[at] || (squares[other] == squares[at] && other < at);
    let touches = |other: usize| place(other).iter().zip(own).all(|(a, b)| a.abs_diff(b) <= 1);
    !nearby.into_iter().any(|other| is_below(other) && touches(other))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SERIES, close};
    use super::*;

    const TRENDS: [SmoothedTrend; 3] = [SmoothedTrend::None, SmoothedTrend::Linear, SmoothedTrend::Damped];

    /// The least squared errors that statsmodels 0.15.0 finds with `ETSModel(...).fit()` from 37 starts, on levels and on
    /// logarithms: estimated initial states, then heuristic ones. Its bounds lie inside of ours: alpha to 0.9999, beta from
    /// 0.0001. From its own start it stops at 0.0181 for the damped trend of logarithms.
    const LEAST: [[[f64; 2]; 3]; 2] = [
        [
            [952.897_706_826_163_8, 0.041_948_059_993_400_15],
            [340.054_477_364_238_95, 0.014_486_083_749_442_043],
            [321.082_161_636_728_76, 0.011_990_871_035_605_7],
        ],
        [
            [1_071.572_659_753_565_2, 0.046_915_908_911_358_134],
            [384.533_336_536_900_5, 0.015_056_038_312_915_066],
            [340.234_842_097_006_83, 0.012_814_331_366_439_849],
        ],
    ];

    #[test]
    fn is_never_worse_than_another_library() {
        let logs = SERIES.map(f64::ln);
        for (initial, least) in [InitialStates::Estimated, InitialStates::Heuristic].into_iter().zip(LEAST) {
            for (trend, [of_levels, of_logs]) in TRENDS.into_iter().zip(least) {
                for (series, theirs) in [(&SERIES, of_levels), (&logs, of_logs)] {
                    let own = fit(series, trend, initial).smoothed.squares;
                    assert!(own <= theirs * (1.0 + 1e-6), "{trend:?} {initial:?}: {own} is more than {theirs}");
                    // Not better by more than the wider bounds allow: it is the same function that is minimised.
                    assert!(own >= theirs * (1.0 - 1e-3), "{trend:?} {initial:?}: {own} is far less than {theirs}");
                }
            }
        }
    }

    #[test]
    fn initial_states_of_least_squares_are_those_that_smoothing_confirms() {
        for trend in TRENDS {
            let fitted = fit(&SERIES, trend, InitialStates::Estimated);
            let squares = |level: f64, slope: f64| {
                let SmoothingParameters { level: l, slope: b, .. } = fitted.parameters;
                smooth(&SERIES, SmoothingParameters { level: l + level, slope: b + slope, ..fitted.parameters }).squares
            };
            let slopes: &[f64] = if trend == SmoothedTrend::None { &[] } else { &[0.01, -0.01] };
            for other in
                [squares(0.01, 0.0), squares(-0.01, 0.0)].into_iter().chain(slopes.iter().map(|b| squares(0.0, *b)))
            {
                assert!(other > fitted.smoothed.squares, "{trend:?}");
            }
        }
    }

    #[test]
    fn an_exact_line_has_no_errors_and_no_parameters_by_chance() {
        let line: Vec<f64> = (0..12).map(|period| 7.0 + 3.0 * f64::from(period)).collect();
        let fitted = fit(&line, SmoothedTrend::Linear, InitialStates::Estimated);
        assert_eq!((fitted.parameters.alpha, fitted.parameters.beta), (0.0, 0.0));
        close(fitted.smoothed.level, 40.0);
        close(fitted.smoothed.slope, 3.0);
        assert!(fitted.variance < 1e-24);
    }
}
