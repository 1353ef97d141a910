//! Rows of bits, and how many bits rows have in common.

use pulp::{Simd, WithSimd};
use rayon::iter::{IndexedParallelIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;

use crate::stats::lanes::arch;
use crate::{Progress, Stopped};

/// Bits of one word of a row.
const WORD: usize = u64::BITS as usize;

/// Bits that are looked at together, and sums that are kept of them.
const LANES: usize = 8;

/// Pairs of words compared before several threads share the work: some 200 microseconds of one.
const PARALLEL_WORDS: usize = 500_000;

/// A table of bits, each row on whole words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
    per_row: usize,
    n_rows: usize,
    n_columns: usize,
}

impl Bits {
    /// A table without a bit.
    pub(super) fn none(n_rows: usize, n_columns: usize) -> Self {
        let per_row = n_columns.div_ceil(WORD);
        Self { words: vec![0; per_row * n_rows], per_row, n_rows, n_columns }
    }

    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(super) fn set(&mut self, row: usize, column: usize) {
        self.words[row * self.per_row + column / WORD] |= 1 << (column % WORD);
    }

    /// Sets the bits of a row that has none yet, in the order of columns; as many as there are columns.
    pub(super) fn fill_row(&mut self, row: usize, mut bits: impl Iterator<Item = bool>) {
        let mut left = self.n_columns;
        for word in &mut self.words[row * self.per_row..(row + 1) * self.per_row] {
            let in_word = left.min(WORD);
            *word = bits.by_ref().take(in_word).enumerate().fold(0, |word, (at, bit)| word | u64::from(bit) << at);
            left -= in_word;
        }
    }

    /// Sets those bits of a row where a condition holds for the pair of numbers at the column; of `n_columns` each.
    pub(super) fn fill_row_where(
        &mut self,
        row: usize,
        first: &[f64],
        second: &[f64],
        is_set: impl Fn(f64, f64) -> bool,
    ) {
        let words = &mut self.words[row * self.per_row..(row + 1) * self.per_row];
        arch().dispatch(
            #[inline(always)]
            || {
                for (word, (first, second)) in words.iter_mut().zip(first.chunks(WORD).zip(second.chunks(WORD))) {
                    let bit = |(at, (&first, &second))| u64::from(is_set(first, second)) << at;
                    *word = first.iter().zip(second).enumerate().map(bit).fold(0, |word, bit| word | bit);
                }
            },
        );
    }

    pub(super) fn is_set(&self, row: usize, column: usize) -> bool {
        self.row(row)[column / WORD] >> (column % WORD) & 1 == 1
    }

    pub(super) fn row(&self, row: usize) -> &[u64] {
        &self.words[row * self.per_row..(row + 1) * self.per_row]
    }

    /// Number of bits of every row.
    pub(super) fn counts(&self) -> Vec<u32> {
        (0..self.n_rows).map(|row| self.row(row).iter().map(|word| word.count_ones()).sum()).collect()
    }

    /// The bits that this table and another of the same shape both have.
    pub(super) fn and(&self, other: &Self) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(word, other)| word & other).collect();
        Self { words, ..*self }
    }

    /// Columns whose bits are set in a row, ascending.
    pub(super) fn columns(&self, row: usize) -> impl Iterator<Item = usize> {
        self.row(row).iter().enumerate().flat_map(|(word, &bits)| {
            let mut left = bits;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros() as usize;
                    left &= left - 1;
                    word * WORD + bit
                })
            })
        })
    }

    /// For every row, the sum of the values at its bits; as many values as there are columns.
    pub(super) fn sums(&self, values: &[f64]) -> Vec<f64> {
        let mut eights = vec![[0.0; LANES]; values.len().div_ceil(LANES)];
        eights.as_flattened_mut()[..values.len()].copy_from_slice(values);
        arch().dispatch(Sums { bits: self, eights: &eights })
    }

    /// The table with rows and columns exchanged.
    pub(super) fn transposed(&self) -> Self {
        let mut transposed = Self::none(self.n_columns, self.n_rows);
        for row in 0..self.n_rows {
            for column in self.columns(row) {
                transposed.set(column, row);
            }
        }
        transposed
    }

    /// For every two rows, the number of bits both have, row by row; on the diagonal, the number each has.
    pub(super) fn in_common(&self, progress: &Progress) -> Result<Vec<u32>, Stopped> {
        let n = self.n_rows;
        let mut counts = vec![0; n * n];
        progress.expect(n);
        let upper = |(first, row): (usize, &mut [u32])| {
            arch().dispatch(InCommon { bits: self, first, counts: &mut row[first..] });
            progress.advance(1)
        };
        if n * n / 2 * self.per_row < PARALLEL_WORDS {
            counts.chunks_exact_mut(n).enumerate().try_for_each(upper)?;
        } else {
            counts.par_chunks_exact_mut(n).enumerate().try_for_each(upper)?;
        }
        mirror(&mut counts, n);
        Ok(counts)
    }
}

/// Copies what is above the diagonal below it, in squares that stay near the processor.
fn mirror(cells: &mut [u32], n: usize) {
    const SIDE: usize = 64;
    for rows in (0..n).step_by(SIDE) {
        for columns in (0..=rows).step_by(SIDE) {
            for row in rows..(rows + SIDE).min(n) {
                for column in columns..(columns + SIDE).min(row) {
                    cells[row * n + column] = cells[column * n + row];
                }
            }
        }
    }
}

/// Adds up values, eight by eight, at the bits of each row.
struct Sums<'a> {
    bits: &'a Bits,
    eights: &'a [[f64; LANES]],
}

impl WithSimd for Sums<'_> {
    type Output = Vec<f64>;

    // Compiled for wide registers where the machine has them: eight bits say at once which of eight numbers are added.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<f64> {
        let (whole, rest) = self.eights.as_chunks::<{ WORD / LANES }>();
        let mut totals = vec![0.0; self.bits.n_rows];
        for (total, words) in totals.iter_mut().zip(self.bits.words.chunks_exact(self.bits.per_row)) {
            let mut sums = [0.0; LANES];
            for (&word, eights) in words.iter().zip(whole) {
                add_at_bits(&mut sums, word, eights);
            }
            for &word in words.iter().skip(whole.len()) {
                add_at_bits(&mut sums, word, rest);
            }
            *total = sums.iter().sum();
        }
        totals
    }
}

/// Adds up the numbers at the bits of a word.
#[inline(always)]
fn add_at_bits(sums: &mut [f64; LANES], word: u64, eights: &[[f64; LANES]]) {
    for (byte, eight) in eights.iter().enumerate() {
        for lane in 0..LANES {
            // All bits where the bit is set, and none elsewhere.
            let all = (word >> (byte * LANES + lane) & 1).wrapping_neg();
            sums[lane] += f64::from_bits(eight[lane].to_bits() & all);
        }
    }
}

/// Counts what the row `first` has in common with itself and with each row after it.
struct InCommon<'a> {
    bits: &'a Bits,
    first: usize,
    counts: &'a mut [u32],
}

impl WithSimd for InCommon<'_> {
    type Output = ();

    // Compiled for wide registers where the machine has them, which count the bits of four words at once.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let first = self.bits.row(self.first);
        let rows = self.bits.words[self.first * self.bits.per_row..].chunks_exact(self.bits.per_row);
        for (count, second) in self.counts.iter_mut().zip(rows) {
            let both = first.iter().zip(second).map(|(a, b)| u64::from((a & b).count_ones()));
            // No more than there are columns, so that it cannot wrap; a check at each step would keep it to single words.
            *count = both.fold(0_u64, u64::wrapping_add) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_columns_whose_bits_are_set() {
        for n_columns in [1, 7, 8, 9, 63, 64, 65, 130] {
            let mut bits = Bits::none(5, n_columns);
            for row in 1..5 {
                (0..n_columns).filter(|column| column * 31 % 7 < row).for_each(|column| bits.set(row, column));
            }
            let values: Vec<f64> = (0..n_columns).map(|column| (column + 1) as f64).collect();
            let expected: Vec<f64> = (0..5).map(|row| bits.columns(row).map(|column| values[column]).sum()).collect();
            assert_eq!(bits.sums(&values), expected, "{n_columns}");
        }
    }
}
