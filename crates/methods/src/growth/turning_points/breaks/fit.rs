//! The best partitions of one series.

use std::ops::Range;

use super::super::null_distribution::Shape;
use super::super::segments::BreakModel;
use super::{BreakOptions, NoBreaks, ShortestSegment};
use crate::amounts::LARGEST_AMOUNT;

/// The best partitions of one series, and its sums of squares with one more break each.
pub(super) struct Fit {
    pub(super) shape: Shape,
    /// By number of breaks, from none on.
    pub(super) partitions: Vec<Vec<Range<usize>>>,
    pub(super) squares: Vec<f64>,
    /// sup F(m), m = 1, 2, …
    pub(super) sup: Vec<f64>,
    /// By number of breaks, as far as there is room for one more.
    pub(super) one_more: Vec<OneMore>,
}

/// One more break inside the best partition.
pub(super) struct OneMore {
    pub(super) breaks: usize,
    /// Lengths of the segments, in ascending order.
    pub(super) lengths: Vec<usize>,
    /// sup F(l + 1 | l).
    pub(super) statistic: f64,
}

pub(super) fn fit(values: &[f64], options: &BreakOptions) -> Result<Fit, NoBreaks> {
    let n = values.len();
    let is_invalid = |value: &f64| !value.is_finite() || value.abs() > LARGEST_AMOUNT;
    if let Some(position) = values.iter().position(is_invalid) {
        return Err(NoBreaks::InvalidValue { position, value: values[position] });
    }
    let asked = match options.shortest {
        // Twenty years have three of them as 15 per cent, whatever 0.15 is in binary.
        ShortestSegment::Share(share) => (share * n as f64 + 1e-9).floor() as usize,
        ShortestSegment::Values(values) => values,
    };
    let shortest = asked.max(options.model.coefficients() + 1);
    let needed = shortest.saturating_mul(2);
    if n < needed {
        return Err(NoBreaks::TooShort { values: n, shortest, needed });
    }
    let max_breaks = options.max_breaks.min(n / shortest - 1);
    let is_trend = options.model == BreakModel::Trend;
    let shape = Shape { n, is_trend, min_segment: shortest, max_breaks, errors: options.errors };
    let mut partitions = shape.partitions();
    partitions.fit(values);

    // Residuals that rounding alone can leave are none.
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let rounding = n as f64 * (8.0 * f64::EPSILON * largest).powi(2);
    let exact = |squares: f64| if squares <= rounding { 0.0 } else { squares };
    let squares: Vec<f64> = (0..=max_breaks).map(|breaks| exact(partitions.squares(breaks))).collect();
    if squares[0] == 0.0 {
        return Err(NoBreaks::NoVariation);
    }
    let found = (&partitions, values);
    let sup = (1..=max_breaks).map(|breaks| shape.sup(found, breaks, [squares[0], squares[breaks]])).collect();
    let best: Vec<Vec<Range<usize>>> = (0..=max_breaks).map(|breaks| partitions.segments(breaks)).collect();
    let one_more = best[..max_breaks].iter().enumerate().filter_map(|(breaks, segments)| {
        let (without, with) = partitions.one_more(segments);
        let mut lengths: Vec<usize> = segments.iter().map(|segment| segment.len()).collect();
        lengths.sort_unstable();
        let with = exact(with?);
        let statistic = || shape.one_more(found, segments, [without, with]);
        (exact(without) > 0.0).then(|| OneMore { breaks, lengths, statistic: statistic() })
    });
    let one_more = one_more.collect();
    Ok(Fit { shape, partitions: best, squares, sup, one_more })
}
