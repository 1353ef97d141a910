//! Co-occurrence: in how many regions two industries are present together.

use super::Presence;
use crate::{Progress, Stopped};

/// In how many regions every two industries are present together, and each one at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoOccurrence {
    counts: Vec<u32>,
    n_industries: usize,
    n_regions: usize,
}

impl CoOccurrence {
    /// Number of industries.
    pub fn n_industries(&self) -> usize {
        self.n_industries
    }

    /// Number of regions, also of those without any industry.
    pub fn n_regions(&self) -> usize {
        self.n_regions
    }

    /// Number of regions with both; of an industry and itself, its ubiquity. Like indexing, both must be there.
    pub fn together(&self, first: usize, second: usize) -> u32 {
        self.row(first)[second]
    }

    /// Number of regions of one industry with each; like indexing, it must be there.
    pub fn row(&self, industry: usize) -> &[u32] {
        &self.counts[industry * self.n_industries..(industry + 1) * self.n_industries]
    }

    /// Number of regions in which each industry is present.
    pub fn ubiquity(&self) -> Vec<u32> {
        (0..self.n_industries).map(|industry| self.together(industry, industry)).collect()
    }

    /// Sum of each industry's co-occurrences with the others: the diagonal is left out.
    pub fn margins(&self) -> Vec<u64> {
        let sum = |industry: usize| self.row(industry).iter().map(|&count| u64::from(count)).sum::<u64>();
        (0..self.n_industries).map(|industry| sum(industry) - u64::from(self.together(industry, industry))).collect()
    }
}

/// Counts in how many regions every two industries are present together.
///
/// ```text
/// C[i, j] = sum over r of M[r, i] * M[r, j]        C[i, i] = ubiquity of i
/// ```
///
/// # Shapes and units
///
/// - `presence`: regions x industries, one bit a pair; of [`Presence::transposed`], co-occurrence of regions.
/// - returns: industries x industries, symmetric, regions.
///
/// # Errors
///
/// When it is stopped.
///
/// # Source
///
/// Boschma, Balland and Kogler (2015), Industrial and Corporate Change 24(1), 223-250.
pub fn co_occurrence(presence: &Presence, progress: &Progress) -> Result<CoOccurrence, Stopped> {
    let counts = presence.by_industry.in_common(progress)?;
    Ok(CoOccurrence { counts, n_industries: presence.n_industries(), n_regions: presence.n_regions() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn counts_regions_with_both() {
        let presence = Presence::try_new(&[true, true, true, true, true, false, false, false, true], 3).unwrap();
        let counted = co_occurrence(&presence, &Progress::new()).unwrap();
        assert_eq!([counted.row(0), counted.row(1), counted.row(2)], [[2, 2, 1], [2, 2, 1], [1, 1, 2]]);
        assert_eq!((counted.ubiquity(), counted.margins()), (vec![2, 2, 2], vec![3, 3, 2]));
    }

    #[test]
    fn counts_beyond_a_word_and_on_several_threads_as_one_by_one() {
        let (regions, industries) = (300, 400);
        let cells: Vec<bool> = (0..regions * industries).map(|at| (at * 7919) % 31 < 9).collect();
        let presence = Presence::try_new(&cells, industries).unwrap();
        let counted = co_occurrence(&presence, &Progress::new()).unwrap();
        let one_by_one =
            |i, j| (0..regions).filter(|&r| cells[r * industries + i] && cells[r * industries + j]).count();
        for (i, j) in [(0, 0), (3, 399), (399, 3), (65, 64), (200, 130), (130, 200)] {
            assert_eq!(counted.together(i, j) as usize, one_by_one(i, j), "{i}, {j}");
        }
    }

    #[test]
    fn stops_when_asked() {
        let progress = Progress::new();
        progress.stop();
        assert_eq!(co_occurrence(&Presence::try_new(&[true], 1).unwrap(), &progress), Err(Stopped));
    }
}
