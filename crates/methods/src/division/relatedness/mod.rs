//! Relatedness of industries by where they are present together, and how near each region is to each industry.

mod bits;
mod co_occurrence;
mod density;
mod error;
mod presence;
mod proximity;
mod selected_sums;

pub use co_occurrence::{CoOccurrence, co_occurrence};
pub use density::relatedness_density;
pub(in crate::division) use density::{counted, proximity_totals};
pub use error::RelatednessError;
pub use presence::{Cell, Presence, PresenceError};
pub use proximity::proximity;
pub(in crate::division) use selected_sums::{Selected, selected_sums};
