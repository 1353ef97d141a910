//! Mean and squared deviations of a group at every period, to which regions are added one by one.

use super::transition::TransitionPanel;

/// Mean and sum of squared deviations from it, by period (Welford's updates: nothing cancels however close regions are).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moments {
    count: f64,
    means: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    /// Of nobody.
    pub(super) fn new(n_periods: usize) -> Self {
        Self { count: 0.0, means: vec![0.0; n_periods], squares: vec![0.0; n_periods] }
    }

    /// Of some regions.
    pub(super) fn of(panel: &TransitionPanel, regions: impl IntoIterator<Item = usize>) -> Self {
        let mut moments = Self::new(panel.n_periods());
        regions.into_iter().for_each(|region| moments.add(panel.region(region)));
        moments
    }

    /// Adds a region.
    pub(super) fn add(&mut self, values: &[f64]) {
        self.count += 1.0;
        for ((mean, squares), value) in self.means.iter_mut().zip(&mut self.squares).zip(values) {
            let before = value - *mean;
            *mean += before / self.count;
            *squares += before * (value - *mean);
        }
    }

    /// Adds another group, of which no region is in this one.
    pub(super) fn merge(&mut self, other: &Self) {
        let total = self.count + other.count;
        for period in 0..self.means.len() {
            let apart = other.means[period] - self.means[period];
            self.means[period] += apart * other.count / total;
            self.squares[period] += other.squares[period] + apart * apart * self.count * other.count / total;
        }
        self.count = total;
    }

    /// Takes over the moments of another group with one region more, without new memory.
    pub(super) fn set_with(&mut self, group: &Self, values: &[f64]) {
        self.count = group.count;
        self.means.copy_from_slice(&group.means);
        self.squares.copy_from_slice(&group.squares);
        self.add(values);
    }

    /// Mean by period.
    pub(super) fn means(&self) -> &[f64] {
        &self.means
    }

    /// Variance over the squared mean at a period: the mean squared distance of relative paths from 1.
    pub(super) fn dispersion(&self, period: usize) -> f64 {
        self.squares[period] / (self.count * self.means[period] * self.means[period])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::transition::Preparation;
    use super::*;
    use crate::Matrix;

    #[test]
    fn updates_and_merges_agree_with_the_definition() {
        let cells = vec![1e6, 1e6 + 1.0, 1e6 + 3.0, 1e6 + 4.0, 2.0, 3.0, 5.0, 6.0];
        let values = Matrix::try_new(cells, 4).unwrap();
        let panel = TransitionPanel::try_new(&values, Preparation { logs: false, smoothing: None }).unwrap();
        let all = Moments::of(&panel, 0..4);
        // Means 1000002 and 4, squared deviations 4 + 1 + 1 + 4 in both.
        assert_eq!(all.means(), [1e6 + 2.0, 4.0]);
        // A mean of a million holds deviations of one to ten digits.
        assert!((all.dispersion(0) / (2.5 / (1e6 + 2.0_f64).powi(2)) - 1.0).abs() < 1e-9);
        assert_eq!(all.dispersion(1), 2.5 / 16.0);
        let mut merged = Moments::of(&panel, [0, 2]);
        merged.merge(&Moments::of(&panel, [1, 3]));
        for period in 0..2 {
            assert!((merged.dispersion(period) / all.dispersion(period) - 1.0).abs() < 1e-9);
        }
        let mut with = Moments::new(2);
        with.set_with(&Moments::of(&panel, [0, 1, 2]), panel.region(3));
        assert_eq!(with, all);
    }
}
