//! Roll-ups: observations added up over regions and industries, or averaged, without counting anything twice and without
//! adding what is not known.
//!
//! [`parts`] says which codes make up which target; an [`Axis`] holds that by position; a [`Fold`] takes observations from
//! wherever they come, in any order, and holds no more than its results; [`Rules`] say what becomes of results that lack
//! cells. A [`Correspondence`] is an axis like any other, with shares.

mod axis;
mod correspondence;
mod fold;
mod hierarchy;
mod outcome;
mod parts;
mod sum;
#[cfg(test)]
mod tests;

pub use axis::Axis;
pub use correspondence::{Conversion, Correspondence, CorrespondenceError, CorrespondenceRow, Split};
pub use fold::{Cell, Fold};
pub use hierarchy::Hierarchy;
pub use outcome::{Aggregate, Basis, CellPolicy, Combination, Counts, PublishedFigure, Rules};
pub use parts::{Parts, PartsError, Sources, Target, TargetOf, parts};
