//! How long a series stayed at or above a threshold: «double-digit until 2011».

use std::ops::Range;

/// Values this near the threshold, relative to it, are at it: what rounding leaves of a value that is equal in print.
const AT: f64 = 1e-12;

/// Consecutive values on one side of the threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdRun {
    /// Positions.
    pub positions: Range<usize>,
    /// Whether the values are at or above the threshold.
    pub is_above: bool,
}

/// When a series was at or above a threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdHistory {
    /// The last position at or above.
    pub last_at_or_above: Option<usize>,
    /// The first position below.
    pub first_below: Option<usize>,
    /// The first position below after the last one at or above.
    pub first_below_after: Option<usize>,
    /// Positions without a value between the last one at or above and the next that has a value (or the end): the last may
    /// in truth be among them.
    pub unknown_after_last: Range<usize>,
    /// All positions without a value.
    pub missing: Vec<usize>,
    /// Runs on either side, in order; a missing value ends a run.
    pub runs: Vec<ThresholdRun>,
}

/// Finds when a series was at or above a threshold.
///
/// # Shapes and units
///
/// - `values`: in order of time; NaN and infinite values are missing.
/// - `threshold`: in the values' unit. Values within 1e-12 of it, relatively, are at it.
pub fn threshold_history(values: &[f64], threshold: f64) -> ThresholdHistory {
    let margin = AT * threshold.abs();
    let is_above = |value: f64| value >= threshold - margin;
    let present = |position: &usize| values[*position].is_finite();
    let below = |position: &usize| present(position) && !is_above(values[*position]);

    let mut runs: Vec<ThresholdRun> = Vec::new();
    for position in (0..values.len()).filter(present) {
        let is_above = is_above(values[position]);
        match runs.last_mut() {
            Some(run) if run.positions.end == position && run.is_above == is_above => run.positions.end += 1,
            _ => runs.push(ThresholdRun { positions: position..position + 1, is_above }),
        }
    }
    let last = runs.iter().rev().find(|run| run.is_above).map(|run| run.positions.end - 1);
    let unknown = last.map_or(0..0, |last| {
        let known = (last + 1..values.len()).find(present).unwrap_or(values.len());
        last + 1..known
    });
    ThresholdHistory {
        last_at_or_above: last,
        first_below: (0..values.len()).find(below),
        first_below_after: last.and_then(|last| (last + 1..values.len()).find(below)),
        unknown_after_last: unknown,
        missing: (0..values.len()).filter(|position| !present(position)).collect(),
        runs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    #[test]
    fn gaps_after_the_last_are_named() {
        let history = threshold_history(&[0.09, 0.12, 0.11, NONE, NONE, 0.08, 0.07], 0.1);
        assert_eq!((history.last_at_or_above, history.first_below), (Some(2), Some(0)));
        assert_eq!((history.first_below_after, history.unknown_after_last), (Some(5), 3..5));
        assert_eq!(history.missing, [3, 4]);
        let runs: Vec<_> = history.runs.iter().map(|run| (run.positions.clone(), run.is_above)).collect();
        assert_eq!(runs, [(0..1, false), (1..3, true), (5..7, false)]);
    }

    #[test]
    fn a_missing_value_ends_a_run() {
        let history = threshold_history(&[0.2, NONE, 0.2, NONE], 0.1);
        assert_eq!(history.runs.len(), 2);
        assert_eq!((history.last_at_or_above, history.unknown_after_last), (Some(2), 3..4));
        assert_eq!(history.first_below_after, None);
    }

    #[test]
    fn ten_per_cent_is_double_digit() {
        // 110 / 100 - 1 and 0.7 + 0.1 - 0.7 miss 0.1 by rounding, on either side.
        let history = threshold_history(&[110.0 / 100.0 - 1.0, 0.7 + 0.1 - 0.7, 0.099_999], 0.1);
        assert_eq!((history.last_at_or_above, history.first_below), (Some(1), Some(2)));
    }

    #[test]
    fn nothing_above_and_nothing_at_all() {
        let never = threshold_history(&[0.01, 0.02], 0.1);
        assert_eq!((never.last_at_or_above, never.first_below, never.first_below_after), (None, Some(0), None));
        assert_eq!(never.unknown_after_last, 0..0);
        assert_eq!(threshold_history(&[], 0.1).runs, []);
    }
}
