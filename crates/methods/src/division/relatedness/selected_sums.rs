//! Sums of weights over the industries that a region has, or lacks.

use pulp::{Simd, WithSimd};

use super::Presence;
use crate::stats::lanes::arch;

/// Columns whose weights lie together, a multiple of what stays in the registers of a processor.
const PANEL: usize = 64;

/// Registers that sums are kept in at once.
const REGISTERS: usize = 8;

/// Rows whose weights are laid out together: as many as lie on one line of a processor's cache.
const ROWS: usize = 8;

/// Regions whose sums one task takes: enough to use each panel well while it is near the processor.
pub(super) const REGIONS: usize = 64;

/// Additions before several threads share the work: some 200 microseconds of one.
pub(super) const PARALLEL_ADDITIONS: usize = 1_000_000;

/// Which industries of a region are summed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::division) enum Selected {
    /// Those that are present.
    Present,
    /// Those that are absent.
    Absent,
}

/// Weights that are summed over the industries that regions have, or lack, laid out once for all regions.
///
/// ```text
/// S[r, i] = sum over selected j of w(j, i)
/// ```
///
/// Adds over whichever is fewer, those selected or the others, and takes the sum of the others off the sum of all: of none
/// the sum is exactly 0 and of all exactly that of all. The order of every sum is that of positions.
pub(in crate::division) struct SelectedWeights(Panels);

impl SelectedWeights {
    /// The weights of so many industries.
    pub(in crate::division) fn of(n: usize, weight: impl Fn(usize, usize) -> f64) -> Self {
        Self(Panels::of(n, weight))
    }

    /// The sums of the regions from `first` on, row by row, as many as fill `sums`.
    pub(in crate::division) fn sums(&self, presence: &Presence, selected: Selected, first: usize, sums: &mut [f64]) {
        let regions = first..first + sums.len() / self.0.n;
        let lists: Vec<_> = regions.map(|region| List::of(presence, region, selected)).collect();
        arch().dispatch(Sums { panels: &self.0, lists: &lists, sums });
    }
}

/// Weights in panels of columns: each panel has a piece of every row, and the pieces follow each other.
struct Panels {
    pieces: Vec<[f64; PANEL]>,
    totals: Vec<[f64; PANEL]>,
    n: usize,
}

impl Panels {
    fn of(n: usize, weight: impl Fn(usize, usize) -> f64) -> Self {
        let n_panels = n.div_ceil(PANEL);
        let (mut pieces, mut totals) = (vec![[0.0; PANEL]; n_panels * n], vec![[0.0; PANEL]; n_panels]);
        for (panel, (pieces, totals)) in pieces.chunks_exact_mut(n).zip(&mut totals).enumerate() {
            let first = panel * PANEL;
            // Weights are often read across: a few rows at once, so that what lies together is read together.
            for (block, pieces) in pieces.chunks_mut(ROWS).enumerate() {
                for column in first..n.min(first + PANEL) {
                    for (row, piece) in pieces.iter_mut().enumerate() {
                        piece[column - first] = weight(block * ROWS + row, column);
                    }
                }
            }
            for piece in pieces.iter() {
                totals.iter_mut().zip(piece).for_each(|(total, cell)| *total += cell);
            }
        }
        Self { pieces, totals, n }
    }
}

/// Industries of a region that are added up, one bit each, and whether their sum is then taken off that of all.
struct List {
    words: Vec<u64>,
    rest_of_all: bool,
}

impl List {
    fn of(presence: &Presence, region: usize, selected: Selected) -> Self {
        let n = presence.n_industries();
        let mut words = presence.by_region.row(region).to_vec();
        let few = 2 * words.iter().map(|word| word.count_ones() as usize).sum::<usize>() <= n;
        if !few {
            words.iter_mut().for_each(|word| *word = !*word);
            let beyond = words.len() * u64::BITS as usize - n;
            words.last_mut().into_iter().for_each(|word| *word &= u64::MAX >> beyond);
        }
        Self { words, rest_of_all: few != (selected == Selected::Present) }
    }
}

struct Sums<'a> {
    panels: &'a Panels,
    lists: &'a [List],
    sums: &'a mut [f64],
}

impl WithSimd for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = self.panels.n;
        for (panel, (pieces, totals)) in self.panels.pieces.chunks_exact(n).zip(&self.panels.totals).enumerate() {
            let columns = panel * PANEL..(panel * PANEL + PANEL).min(n);
            for (list, sums) in self.lists.iter().zip(self.sums.chunks_exact_mut(n)) {
                let mut sum = [0.0; PANEL];
                // A register holds 1 to 8 numbers, so that there are 1 to 8 groups of them in a panel.
                for (group, sum) in
                    S::as_mut_simd_f64s(&mut sum).0.as_chunks_mut::<REGISTERS>().0.iter_mut().enumerate()
                {
                    let mut kept = *sum;
                    for (&word, pieces) in list.words.iter().zip(pieces.chunks(u64::BITS as usize)) {
                        let mut left = word;
                        while left != 0 {
                            let piece = &pieces[left.trailing_zeros() as usize];
                            let piece = S::as_simd_f64s(piece).0.as_chunks::<REGISTERS>().0;
                            for (kept, &weights) in kept.iter_mut().zip(&piece[group]) {
                                *kept = simd.add_f64s(*kept, weights);
                            }
                            left &= left - 1;
                        }
                    }
                    *sum = kept;
                }
                if list.rest_of_all {
                    for (sum, total) in sum.iter_mut().zip(totals) {
                        *sum = total - *sum;
                    }
                }
                sums[columns.clone()].copy_from_slice(&sum[..columns.len()]);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_taken_one_by_one_whichever_side_is_fewer() {
        let (regions, n) = (150, 70);
        // The first regions have few industries, the last nearly all.
        let cells: Vec<bool> = (0..regions * n).map(|at| (at * 7919) % 151 <= at / n).collect();
        let presence = Presence::try_new(&cells, n).unwrap();
        let weight = |j: usize, i: usize| ((j * 31 + i * 17) % 13) as f64;
        for (selected, present) in [(Selected::Present, true), (Selected::Absent, false)] {
            let mut sums = vec![0.0; regions * n];
            SelectedWeights::of(n, weight).sums(&presence, selected, 0, &mut sums);
            for (region, industry) in [(0, 0), (0, 69), (75, 32), (149, 31), (149, 69)] {
                let over = (0..n).filter(|&j| cells[region * n + j] == present);
                let expected: f64 = over.map(|j| weight(j, industry)).sum();
                assert_eq!(sums[region * n + industry], expected, "{selected:?} {region} {industry}");
            }
        }
    }
}
