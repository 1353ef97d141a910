//! Why relatedness is undefined.

use crate::Stopped;

/// Why relatedness is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelatednessError {
    /// The industry is present nowhere, so that nothing can be said of what it is present with.
    #[error("industry {industry} is present in no region")]
    AbsentIndustry {
        /// Column of the industry.
        industry: usize,
    },
    /// A matrix is not of the regions or industries of the presences.
    #[error("{rows} x {columns} numbers where {expected_rows} x {expected_columns} are needed")]
    ShapesDiffer {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
        /// Rows that are needed.
        expected_rows: usize,
        /// Columns that are needed.
        expected_columns: usize,
    },
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl RelatednessError {
    /// Refuses a matrix of another shape.
    pub(in crate::division) fn check_shape(
        (rows, columns): (usize, usize),
        (expected_rows, expected_columns): (usize, usize),
    ) -> Result<(), Self> {
        if (rows, columns) == (expected_rows, expected_columns) {
            Ok(())
        } else {
            Err(Self::ShapesDiffer { rows, columns, expected_rows, expected_columns })
        }
    }
}
