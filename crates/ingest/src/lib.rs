//! Readers of statistical formats: bytes to validated observations, with a report.
//!
//! Pure: a reader sees bytes, not files, and answers either all observations of its input or none. Whatever is wrong is
//! in the [`Report`], by line and column.

pub mod cells;
pub mod described;
pub mod report;
pub mod tidy;

pub use cells::{CELLS_IN_RUN, Cell, Interner, Labels, Output, Sink};
pub use described::{Described, DescribedDataset};
pub use report::{Finding, Report, Rule, Severity};
pub use tidy::ColumnMapping;
