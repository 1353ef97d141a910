//! Readers of statistical formats: bytes to validated observations, with a report.
//!
//! Pure: a reader sees bytes, not files, and answers either all observations of its input or none. Whatever is wrong is
//! in the [`Report`], by line and column.

pub mod report;
pub mod tidy;

pub use report::{Finding, Report, Rule, Severity};
pub use tidy::ColumnMapping;
