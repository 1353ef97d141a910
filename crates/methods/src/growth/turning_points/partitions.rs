//! The best partitions of a series into segments, for every number of breaks.

use std::ops::Range;

use super::segments::{BreakModel, SegmentCosts};

/// Finds the partitions with the least sum of squared residuals, one series after another of the same length.
///
/// ```text
/// best[m, t] = min over k of best[m - 1, k] + S(k + 1, t)
/// ```
///
/// with segments of at least `min_segment` values: global minima over all partitions in O(M T^2) additions. Where partitions
/// are equally good, the last break comes first, then the one before it.
///
/// # Source
///
/// Bai and Perron (2003), Journal of Applied Econometrics 18(1), 1-22; Bellman and Roth (1969), Journal of the American
/// Statistical Association 64, 1079-1084.
#[derive(Debug, Clone)]
pub(super) struct Partitions {
    costs: SegmentCosts,
    min_segment: usize,
    max_breaks: usize,
    /// The least sums by number of breaks and last position.
    best: Vec<f64>,
}

impl Partitions {
    /// Room for series of `n` values, which must be enough for `max_breaks + 1` segments of `min_segment` values.
    pub(super) fn new(n: usize, model: BreakModel, min_segment: usize, max_breaks: usize) -> Self {
        let best = vec![f64::INFINITY; (max_breaks + 1) * n];
        Self { costs: SegmentCosts::new(n, model), min_segment, max_breaks, best }
    }

    /// Finds the partitions of a series.
    pub(super) fn fit(&mut self, values: &[f64]) {
        self.costs.fill(values);
        let (n, shortest) = (self.costs.n(), self.min_segment);
        self.best.fill(f64::INFINITY);
        for end in shortest..=n {
            self.best[end - 1] = self.costs.of(0..end);
        }
        for breaks in 1..=self.max_breaks {
            let (done, rest) = self.best.split_at_mut(breaks * n);
            let before = &done[(breaks - 1) * n..];
            // What comes before the last break needs room for as many segments as there are breaks.
            let first_end = breaks * shortest - 1;
            for length in shortest..=n.saturating_sub(breaks * shortest) {
                let last = &self.costs.of_length(length)[first_end + 1..];
                let best = &mut rest[first_end + length..n];
                for ((best, before), last) in best.iter_mut().zip(&before[first_end..]).zip(last) {
                    *best = best.min(before + last);
                }
            }
        }
    }

    /// The least sum of squared residuals with a number of breaks.
    pub(super) fn squares(&self, breaks: usize) -> f64 {
        self.best[(breaks + 1) * self.costs.n() - 1]
    }

    /// The segments of the best partition.
    pub(super) fn segments(&self, breaks: usize) -> Vec<Range<usize>> {
        let n = self.costs.n();
        let (mut end, mut segments) = (n, Vec::with_capacity(breaks + 1));
        for earlier in (1..=breaks).rev() {
            let before = &self.best[(earlier - 1) * n..];
            let total = |start: &usize| before[start - 1] + self.costs.of(*start..end);
            let starts = earlier * self.min_segment..=end - self.min_segment;
            let start = starts.min_by(|a, b| total(a).total_cmp(&total(b))).unwrap_or(end - self.min_segment);
            segments.push(start..end);
            end = start;
        }
        segments.push(0..end);
        segments.reverse();
        segments
    }

    /// The best date for one more break inside of each of given segments; none where a segment is not long enough for two.
    pub(super) fn splits(&self, segments: &[Range<usize>]) -> Vec<Option<usize>> {
        let best = |segment: &Range<usize>| {
            let squares = |at: &usize| self.costs.of(segment.start..*at) + self.costs.of(*at..segment.end);
            let dates = segment.start + self.min_segment..(segment.end + 1).saturating_sub(self.min_segment);
            dates.min_by(|a, b| squares(a).total_cmp(&squares(b)))
        };
        segments.iter().map(best).collect()
    }

    /// The sum of squared residuals of given segments, and the least after one more break inside any of them. The second is
    /// none where no segment is long enough for two.
    pub(super) fn one_more(&self, segments: &[Range<usize>]) -> (f64, Option<f64>) {
        let shortest = self.min_segment;
        let (mut squares, mut gain) = (0.0, None);
        for segment in segments {
            let whole = self.costs.of(segment.clone());
            squares += whole;
            let breaks = segment.start + shortest..(segment.end + 1).saturating_sub(shortest);
            let split = |at: usize| self.costs.of(segment.start..at) + self.costs.of(at..segment.end);
            let least = breaks.map(split).min_by(f64::total_cmp);
            gain = least.map(|least| whole - least).into_iter().chain(gain).max_by(f64::total_cmp);
        }
        (squares, gain.map(|gain: f64| squares - gain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_steps_where_they_are() {
        let mut partitions = Partitions::new(9, BreakModel::Mean, 2, 2);
        partitions.fit(&[1.0, 1.0, 1.0, 5.0, 5.0, 5.0, 5.0, 2.0, 2.0]);
        assert_eq!(partitions.segments(2), [0..3, 3..7, 7..9]);
        assert_eq!(partitions.squares(2), 0.0);
        assert_eq!(partitions.segments(0), vec![Range { start: 0, end: 9 }]);
        // One break after the third: 0 + (4 x 1 + 2 x 4) around 4.
        assert_eq!(partitions.segments(1), [0..3, 3..9]);
        assert!((partitions.squares(1) - 12.0).abs() < 1e-12);
        let (without, with) = partitions.one_more(&[0..3, 3..9]);
        assert!((without - 12.0).abs() < 1e-12 && with.is_some_and(|with| with < 1e-12));
        assert_eq!(partitions.splits(&[0..3, 3..9]), [None, Some(7)]);
    }

    #[test]
    fn short_segments_are_not_split() {
        let mut partitions = Partitions::new(6, BreakModel::Mean, 3, 1);
        partitions.fit(&[1.0, 9.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!(partitions.segments(1), [0..3, 3..6]);
        assert_eq!(partitions.one_more(&[0..3, 3..6]).1, None);
        assert_eq!(partitions.splits(&[0..3, 3..6]), [None, None]);
    }
}
