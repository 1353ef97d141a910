//! Cells without a value that are counted as zero where they lie, and which these were.

use std::collections::BTreeSet;

use super::Panel;
use crate::Warning;

impl Panel {
    /// Counts cells without a value as 0, where they lie, and remembers which they were.
    pub fn fill_missing(&mut self) {
        let mut filled = std::mem::take(&mut self.filled);
        for (at, value) in self.values.iter_mut().enumerate().filter(|(_, value)| value.is_nan()) {
            *value = 0.0;
            filled.resize(filled.len().max(at / 64 + 1), 0);
            filled[at / 64] |= 1 << (at % 64);
        }
        self.filled = filled;
    }

    /// Whether a cell, by its position among all values, is counted as 0 for want of a value.
    pub(super) fn is_filled(&self, at: usize) -> bool {
        self.filled.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Whether no cell of a period has a value of its own.
    pub fn is_unknown_in(&self, period: usize) -> bool {
        let size = self.axes.regions.len() * self.axes.n_columns();
        let is_known = |value: &f64| !value.is_nan();
        (period * size..(period + 1) * size).all(|at| self.is_filled(at) || !self.values.get(at).is_some_and(is_known))
    }

    /// Number of the cells that are counted as 0 for want of a value.
    pub fn n_filled(&self) -> usize {
        self.filled.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Codes of the regions and industries that have cells which are counted as 0 for want of a value, in order.
    pub fn labels_of_filled(&self) -> (Vec<String>, Vec<String>) {
        let (n_regions, n_columns) = (self.axes.regions.len().max(1), self.axes.n_columns());
        let (mut rows, mut columns) = (vec![false; n_regions], vec![false; n_columns]);
        for (place, &word) in self.filled.iter().enumerate() {
            let mut left = word;
            while left != 0 {
                let at = place * 64 + left.trailing_zeros() as usize;
                (rows[at / n_columns % n_regions], columns[at % n_columns]) = (true, true);
                left &= left - 1;
            }
        }
        let regions = self.axes.regions.iter().zip(rows).filter(|(_, is)| *is).map(|(own, _)| own.code.clone());
        let industries =
            self.axes.industries.iter().zip(columns).filter(|(_, is)| *is).map(|(own, _)| own.code.clone());
        let sorted = |codes: BTreeSet<String>| codes.into_iter().collect();
        (sorted(regions.collect()), sorted(industries.collect()))
    }

    /// What counting missing cells as zero warns of; nothing where none was.
    pub fn missing_as_zero(&self) -> Option<Warning> {
        let (count, (regions, industries)) = (self.n_filled(), self.labels_of_filled());
        let text = format!("{count} missing cells were counted as zero");
        let warning = Warning::new("MISSING_AS_ZERO", text).with_regions(regions).with_industries(industries);
        (count > 0).then_some(warning)
    }
}
