//! Numbers by row and column that are computed where they are needed, so that no table is made of them.

use crate::{AmountRows, Matrix};

/// Rows of numbers, one at a time: those of a table, or what is made of one on the way.
///
/// A method that reads its input row by row takes this in place of a [`Matrix`]: shares and quotients of amounts that lie in a
/// table of somebody else then cost one row, not a second table.
pub trait RowSource {
    /// Number of rows.
    fn n_rows(&self) -> usize;

    /// Number of columns, the length of every row.
    fn n_columns(&self) -> usize;

    /// Writes the numbers of a row, the same whenever it is asked; like indexing, `row` must be below the number of rows and
    /// `cells` as long as there are columns.
    fn fill(&self, row: usize, cells: &mut [f64]);
}

impl<R: RowSource> RowSource for &R {
    fn n_rows(&self) -> usize {
        (**self).n_rows()
    }

    fn n_columns(&self) -> usize {
        (**self).n_columns()
    }

    fn fill(&self, row: usize, cells: &mut [f64]) {
        (**self).fill(row, cells);
    }
}

impl RowSource for Matrix {
    fn n_rows(&self) -> usize {
        self.n_rows()
    }

    fn n_columns(&self) -> usize {
        self.n_columns()
    }

    fn fill(&self, row: usize, cells: &mut [f64]) {
        cells.copy_from_slice(self.row(row));
    }
}

impl RowSource for AmountRows<'_> {
    fn n_rows(&self) -> usize {
        self.n_regions()
    }

    fn n_columns(&self) -> usize {
        self.n_industries()
    }

    fn fill(&self, row: usize, cells: &mut [f64]) {
        cells.copy_from_slice(self.region(row));
    }
}

/// Rows that a function fills.
#[derive(Debug, Clone, Copy)]
pub struct FilledRows<F> {
    n_rows: usize,
    n_columns: usize,
    fill: F,
}

impl<F: Fn(usize, &mut [f64])> FilledRows<F> {
    /// Rows of so many columns, by a function that writes all cells of one.
    pub fn new(n_rows: usize, n_columns: usize, fill: F) -> Self {
        Self { n_rows, n_columns, fill }
    }
}

impl<F: Fn(usize, &mut [f64])> RowSource for FilledRows<F> {
    fn n_rows(&self) -> usize {
        self.n_rows
    }

    fn n_columns(&self) -> usize {
        self.n_columns
    }

    fn fill(&self, row: usize, cells: &mut [f64]) {
        (self.fill)(row, cells);
    }
}

/// Hands over every row in turn, through one row of space.
pub(crate) fn for_each_row(rows: &impl RowSource, mut of: impl FnMut(usize, &[f64])) {
    let mut cells = vec![0.0; rows.n_columns()];
    for row in 0..rows.n_rows() {
        rows.fill(row, &mut cells);
        of(row, &cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_table_and_of_a_function_are_alike() {
        let table = Matrix::from_fn(3, 2, |row, column| (10 * row + column) as f64);
        let filled = FilledRows::new(3, 2, |row, cells: &mut [f64]| {
            cells.iter_mut().enumerate().for_each(|(column, cell)| *cell = (10 * row + column) as f64);
        });
        assert_eq!((filled.n_rows(), filled.n_columns()), (RowSource::n_rows(&table), RowSource::n_columns(&table)));
        let (mut of_table, mut of_function) = (Vec::new(), Vec::new());
        for_each_row(&table, |row, cells| of_table.push((row, cells.to_vec())));
        for_each_row(&filled, |row, cells| of_function.push((row, cells.to_vec())));
        assert_eq!(of_table, of_function);
        assert_eq!(of_table[2], (2, vec![20.0, 21.0]));
    }
}
