//! A matrix of numbers, row by row.

/// Why cells do not make a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// There are no cells, or rows without columns.
    #[error("a matrix needs at least one row and one column")]
    Empty,
    /// The last row would be shorter than the others.
    #[error("{cells} cells do not fill rows of {columns}")]
    NotRectangular {
        /// Number of cells that were given.
        cells: usize,
        /// Number of columns that were asked for.
        columns: usize,
    },
}

/// A matrix of numbers, row by row. It holds any number, also NaN: what a method accepts is that method's business.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    cells: Vec<f64>,
    n_rows: usize,
    n_columns: usize,
}

impl Matrix {
    /// Fills a matrix from a function of row and column, row by row.
    pub fn from_fn(n_rows: usize, n_columns: usize, mut cell: impl FnMut(usize, usize) -> f64) -> Self {
        let mut cells = Vec::with_capacity(n_rows.saturating_mul(n_columns));
        for row in 0..n_rows {
            cells.extend((0..n_columns).map(|column| cell(row, column)));
        }
        Self { cells, n_rows, n_columns }
    }

    /// Fills a matrix row by row: `row` appends the cells of one, `n_columns` of them.
    pub(crate) fn from_rows<T>(
        rows: impl ExactSizeIterator<Item = T>,
        n_columns: usize,
        mut row: impl FnMut(T, &mut Vec<f64>),
    ) -> Self {
        let n_rows = rows.len();
        let mut cells = Vec::with_capacity(n_rows.saturating_mul(n_columns));
        rows.for_each(|source| row(source, &mut cells));
        debug_assert_eq!(cells.len(), n_rows * n_columns);
        Self { cells, n_rows, n_columns }
    }

    /// Cuts cells into rows of `n_columns`.
    ///
    /// # Errors
    ///
    /// No cells, no columns, or a last row that is too short.
    pub fn try_new(cells: Vec<f64>, n_columns: usize) -> Result<Self, MatrixError> {
        if cells.is_empty() || n_columns == 0 {
            return Err(MatrixError::Empty);
        }
        if !cells.len().is_multiple_of(n_columns) {
            return Err(MatrixError::NotRectangular { cells: cells.len(), columns: n_columns });
        }
        let n_rows = cells.len() / n_columns;
        Ok(Self { cells, n_rows, n_columns })
    }

    /// Takes cells that a method has made for this shape.
    pub(crate) fn of_cells(cells: Vec<f64>, n_rows: usize, n_columns: usize) -> Self {
        debug_assert_eq!(cells.len(), n_rows * n_columns);
        Self { cells, n_rows, n_columns }
    }

    /// The cells of one row; like indexing, `row` must be below [`Matrix::n_rows`].
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.n_columns..(row + 1) * self.n_columns]
    }

    /// The rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        (0..self.n_rows).map(|row| self.row(row))
    }

    /// The cells of one column, from the first row on; like indexing, `column` must be below [`Matrix::n_columns`].
    pub fn column(&self, column: usize) -> impl Iterator<Item = f64> {
        self.rows().map(move |row| row[column])
    }

    /// One cell; like indexing, both positions must lie inside the matrix.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.row(row)[column]
    }

    /// All cells, row by row.
    pub fn cells(&self) -> &[f64] {
        &self.cells
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// A matrix of the same shape, cell by cell.
    pub fn map(&self, cell: impl FnMut(f64) -> f64) -> Self {
        let cells = self.cells.iter().copied().map(cell).collect();
        Self { cells, n_rows: self.n_rows, n_columns: self.n_columns }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn keeps_cells_row_by_row() {
        let matrix = Matrix::from_fn(2, 3, |row, column| (10 * row + column) as f64);
        assert_eq!(matrix, Matrix::try_new(vec![0.0, 1.0, 2.0, 10.0, 11.0, 12.0], 3).unwrap());
        assert_eq!(matrix.row(1), [10.0, 11.0, 12.0]);
        assert_eq!(matrix.get(1, 2), 12.0);
        assert_eq!(matrix.column(1).collect::<Vec<_>>(), [1.0, 11.0]);
        assert_eq!(matrix.map(|cell| cell + 1.0).row(0), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn refuses_cells_that_fill_no_rectangle() {
        assert_eq!(Matrix::try_new(vec![], 1), Err(MatrixError::Empty));
        assert_eq!(Matrix::try_new(vec![1.0], 0), Err(MatrixError::Empty));
        let short = MatrixError::NotRectangular { cells: 3, columns: 2 };
        assert_eq!(Matrix::try_new(vec![1.0, 2.0, 3.0], 2), Err(short));
    }
}
