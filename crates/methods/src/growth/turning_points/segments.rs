//! Segments of a series: what is fitted to one, and the sums of squared residuals of all of them.

use std::ops::Range;

/// What is fitted to each segment between two breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BreakModel {
    /// A mean: breaks are shifts of the level.
    #[default]
    Mean,
    /// A straight line: breaks are changes of level and slope.
    Trend,
}

impl BreakModel {
    /// Number of coefficients of a segment.
    pub fn coefficients(self) -> usize {
        match self {
            Self::Mean => 1,
            Self::Trend => 2,
        }
    }
}

/// What was fitted to one segment, by ordinary least squares.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentFit {
    /// Positions of the segment.
    pub positions: Range<usize>,
    /// Mean of its values.
    pub mean: f64,
    /// Change per period; none for [`BreakModel::Mean`].
    pub slope: Option<f64>,
    /// The fitted value at the first position.
    pub first_fitted: f64,
    /// The fitted value at the last position.
    pub last_fitted: f64,
    /// Sum of squared residuals.
    pub squares: f64,
}

impl SegmentFit {
    /// Fits the model to the values at `positions`, of which there is at least one; they lie inside the series.
    pub(super) fn of(values: &[f64], positions: Range<usize>, model: BreakModel) -> Self {
        let segment = &values[positions.clone()];
        let n = segment.len() as f64;
        let mean = segment.iter().sum::<f64>() / n;
        let middle = (n - 1.0) / 2.0;
        let slope = (model == BreakModel::Trend).then(|| {
            let products =
                segment.iter().enumerate().map(|(t, value)| (t as f64 - middle) * (value - mean)).sum::<f64>();
            let times = n * (n * n - 1.0) / 12.0;
            if times == 0.0 { 0.0 } else { products / times }
        });
        let fitted = |t: f64| mean + slope.unwrap_or_default() * (t - middle);
        let squares = segment.iter().enumerate().map(|(t, value)| (value - fitted(t as f64)).powi(2)).sum();
        Self { positions, mean, slope, first_fitted: fitted(0.0), last_fitted: fitted(n - 1.0), squares }
    }

    /// The values of the segment less what was fitted, in order.
    pub(super) fn residuals<'a>(&'a self, values: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.positions.clone().map(|position| values[position] - self.fitted(position))
    }

    /// The fitted value at a position, also outside of the segment.
    pub(super) fn fitted(&self, position: usize) -> f64 {
        let beyond = position as f64 - self.positions.start as f64;
        self.first_fitted + self.slope.unwrap_or_default() * beyond
    }
}

/// One step of the recursion that lengthens a segment by a value: what depends on its length only.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// Weight of the new value in the mean.
    mean: f64,
    /// Prediction of the new value per unit of the sum of products.
    reach: f64,
    /// Weight of the squared prediction error in the sum of squares.
    square: f64,
    /// Weight of the new deviation in the sum of products.
    product: f64,
}

impl Step {
    /// The step from `length` values to one more.
    fn from(length: usize, model: BreakModel) -> Self {
        let n = length as f64;
        let distance = (n + 1.0) / 2.0;
        let times = n * (n * n - 1.0) / 12.0;
        let is_line = model == BreakModel::Trend && length >= 2;
        let reach = if is_line { distance / times } else { 0.0 };
        let square = match (length < model.coefficients(), is_line) {
            // As many values as coefficients are fitted exactly.
            (true, _) => 0.0,
            (false, true) => 1.0 / (1.0 + 1.0 / n + distance * reach),
            (false, false) => n / (n + 1.0),
        };
        let product = if model == BreakModel::Trend { distance * n / (n + 1.0) } else { 0.0 };
        Self { mean: 1.0 / (n + 1.0), reach, square, product }
    }
}

/// Sums of squared residuals of all segments of a series.
///
/// A segment is lengthened backwards, value by value. The error w of predicting the next value from the n of the segment
/// adds to its sum of squares:
///
/// ```text
/// S[n + 1] = S[n] + w^2 / f,   f = 1 + z' (Z'Z)^-1 z
/// ```
///
/// where f depends on n alone, because periods are equally spaced. Nothing is subtracted, so that no digits are lost; and all
/// segments of one length take a step together, next to each other in memory.
///
/// # Source
///
/// Brown, Durbin and Evans (1975), Journal of the Royal Statistical Society B 37(2), 149-192; as used by Bai and Perron
/// (2003), Journal of Applied Econometrics 18(1), 1-22.
#[derive(Debug, Clone)]
pub(super) struct SegmentCosts {
    n: usize,
    steps: Vec<Step>,
    /// By length, from none on, and then by last position.
    cells: Vec<f64>,
    means: Vec<f64>,
    products: Vec<f64>,
}

impl SegmentCosts {
    /// Room for series of `n` values.
    pub(super) fn new(n: usize, model: BreakModel) -> Self {
        let steps = (0..n).map(|length| Step::from(length, model)).collect();
        Self { n, steps, cells: vec![0.0; (n + 1) * n], means: vec![0.0; n], products: vec![0.0; n] }
    }

    /// Computes the sums for a series of as many values as there is room for.
    pub(super) fn fill(&mut self, values: &[f64]) {
        let n = self.n;
        self.means.fill(0.0);
        self.products.fill(0.0);
        for (length, step) in self.steps.iter().enumerate() {
            let (before, row) = self.cells.split_at_mut((length + 1) * n);
            // All segments of this length that have a value before them, by last position.
            let segments = (before[length * n + length..].iter().zip(&mut row[length..n]))
                .zip(self.means[length..].iter_mut().zip(&mut self.products[length..]));
            for (((shorter, cell), (mean, product)), value) in segments.zip(values) {
                let deviation = value - *mean;
                let error = deviation - *product * step.reach;
                *cell = shorter + error * error * step.square;
                *mean += deviation * step.mean;
                *product += deviation * step.product;
            }
        }
    }

    /// Number of values.
    pub(super) fn n(&self) -> usize {
        self.n
    }

    /// The sum of squared residuals of a segment of at least one value.
    pub(super) fn of(&self, positions: Range<usize>) -> f64 {
        self.cells[positions.len() * self.n + positions.end - 1]
    }

    /// The sums of all segments of one length, by last position from `length - 1` on.
    pub(super) fn of_length(&self, length: usize) -> &[f64] {
        &self.cells[length * self.n + length - 1..(length + 1) * self.n]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f64; 8] = [3.0, 5.5, 4.0, 9.0, 8.5, 12.0, 7.0, 1.0];

    #[test]
    fn the_recursion_agrees_with_each_fit() {
        for model in [BreakModel::Mean, BreakModel::Trend] {
            let mut costs = SegmentCosts::new(VALUES.len(), model);
            // What an earlier series left behind does not matter.
            costs.fill(&[7.0, 1.0, 0.5, 2.0, 8.0, 1.0, 1.0, 9.0]);
            costs.fill(&VALUES);
            for start in 0..VALUES.len() {
                for end in start + 1..=VALUES.len() {
                    let fit = SegmentFit::of(&VALUES, start..end, model);
                    let own = costs.of(start..end);
                    assert!(
                        (own - fit.squares).abs() < 1e-12,
                        "{model:?} {start}..{end}: {own} is not {}",
                        fit.squares
                    );
                    assert_eq!(costs.of_length(end - start)[start], own);
                }
            }
        }
    }

    #[test]
    fn a_line_is_fitted_as_by_hand() {
        // 1, 3, 2: mean 2, slope 1/2, residuals -1/2, 1, -1/2.
        let fit = SegmentFit::of(&[9.0, 1.0, 3.0, 2.0], 1..4, BreakModel::Trend);
        assert_eq!((fit.mean, fit.slope, fit.first_fitted, fit.last_fitted), (2.0, Some(0.5), 1.5, 2.5));
        assert_eq!((fit.squares, fit.fitted(4), fit.fitted(0)), (1.5, 3.0, 1.0));
        let mean = SegmentFit::of(&[1.0, 3.0], 0..2, BreakModel::Mean);
        assert_eq!((mean.mean, mean.slope, mean.squares, mean.fitted(7)), (2.0, None, 2.0, 2.0));
    }

    #[test]
    fn a_distant_level_costs_no_digits() {
        let mut costs = SegmentCosts::new(VALUES.len(), BreakModel::Trend);
        costs.fill(&VALUES);
        let near = costs.of(0..8);
        costs.fill(&VALUES.map(|value| value + 1e6));
        assert!((costs.of(0..8) / near - 1.0).abs() < 1e-9);
    }
}
