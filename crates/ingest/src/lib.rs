//! Readers of statistical formats: bytes to validated observations, with a report.
//!
//! Pure: a reader sees bytes, not files, and answers either all observations of its input or none. Whatever is wrong is
//! in the [`Report`], by line and column.

pub mod cells;
#[cfg(test)]
mod collected;
mod describe;
pub mod described;
mod dimensions;
pub mod eurostat;
mod json;
pub mod json_stat;
mod lines;
mod numbers;
mod periods;
pub mod report;
mod schemes;
pub mod tidy;

pub use cells::{CELLS_IN_RUN, Cell, Interner, Labels, Output, Sink};
pub use described::{Described, DescribedDataset};
pub use dimensions::DimensionChoice;
pub use report::{Finding, Report, Rule, Severity};
pub use tidy::ColumnMapping;
