//! Readers of statistical formats: files to cells, with what their codes mean and a report.
//!
//! [`read()`] takes any format. Text is read as a stream in memory that does not grow with the file. Whatever is wrong is
//! in the [`Report`], by file, line and column; where it holds an error, nothing is to be imported.

mod bea;
pub mod cells;
#[cfg(test)]
mod collected;
mod columnar;
mod describe;
pub mod described;
pub mod detect;
mod dimensions;
mod eurostat;
pub mod format;
mod json;
mod json_stat;
mod lines;
pub mod mapping;
mod nbs;
mod numbers;
pub mod options;
mod qcew;
pub mod read;
pub mod report;
mod schemes;
mod sdmx_csv;
pub mod source;
mod table;
mod text;
pub mod tidy;
mod unused;
mod wide;
pub mod write;

pub use cells::{CELLS_IN_RUN, Cell, Interner, Labels, Output, Sink};
pub use described::{Described, DescribedDataset};
pub use detect::detect;
pub use format::{Format, FormatChoice};
pub use mapping::{Mapping, MappingError};
pub use options::Options;
pub use read::{Outcome, read};
pub use report::{Finding, Numbered, Report, Rule, Severity, Summary};
pub use schemes::place_of_region;
pub use source::{Progress, Source};
pub use tidy::ColumnMapping;
