//! Analysis methods for regional economies: pure mathematics over plain matrices, by position.
//!
//! **Nothing here reads, waits, logs or knows a label.** Regions are rows, industries are columns, errors carry their
//! positions, and the same input gives the same output to the last bit, because every sum runs in the order of positions.
//!
//! - [`growth`]: growth of one region, contributions to the growth of the whole, shift-share.
//! - [`division`]: who is specialised in what, how alike structures are, and who could focus on what.
//! - [`stats`]: ranks, spread, distributions, random draws, spatial weights.
//!
//! Long methods take a [`Progress`], by which their caller sees how far they are and stops them. Random draws take a seed.
//!
//! [`Amounts`] has refused what is not an amount, so that most methods promise a finite answer.

mod amount_rows;
mod amounts;
pub mod division;
pub mod growth;
mod matrix;
mod progress;
mod row_source;
#[cfg(test)]
mod samples;
pub mod stats;

pub use amount_rows::AmountRows;
pub use amounts::{Amounts, AmountsError, LARGEST_AMOUNT, SMALLEST_AMOUNT};
pub use matrix::{Matrix, MatrixError};
pub use progress::{Progress, Stopped};
pub use row_source::{FilledRows, RowSource};
