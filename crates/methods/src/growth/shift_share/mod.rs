//! Shift-share analysis: the growth of regions against a reference, in parts, and what follows from the same comparison.
//!
//! A [`Comparison`] is regions and a reference at two points in time, checked once; a [`Chain`] is one comparison or several
//! in a row. Additive forms ([`dunn`], [`esteban_marquillas`], [`arcelus`]) split the change of a chain into parts that add
//! up to it; [`gerfin`] splits its growth factor into factors that multiply to it. A chain of several steps is the dynamic
//! form of each. [`predicted_growth`] and [`growth_gap`] are of one comparison.

mod arcelus;
mod bartik;
mod chain;
mod comparison;
mod dunn;
mod esteban;
mod gap;
mod gerfin;
mod parts;

pub use arcelus::{Arcelus, Split, arcelus};
pub use bartik::{BartikReference, NoPrediction, predicted_growth};
pub use chain::{Chain, ChainError};
pub use comparison::{Comparison, ShiftShareError};
pub use dunn::{Dunn, dunn};
pub use esteban::{Esteban, esteban_marquillas};
pub use gap::{GrowthGap, NoGap, RegionGap, growth_gap, required_rate};
pub use gerfin::{Factors, Gerfin, NoFactors, gerfin};
pub use parts::{AdditiveParts, Cell, RegionShift, ShiftShare};

/// What the tests of the forms share.
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod testing {
    use super::{Chain, Comparison};
    use crate::Amounts;

    pub(super) fn amounts(cells: &[f64]) -> Amounts {
        Amounts::try_new(cells.to_vec(), 2).unwrap()
    }

    /// One region of two industries; the reference grows by a fifth: industry 0 by a half, industry 1 not at all.
    pub(super) fn worked() -> (Amounts, Amounts) {
        (amounts(&[20.0, 20.0]), amounts(&[28.0, 26.0]))
    }

    /// The reference of [`worked`].
    pub(super) const REFERENCE: [[f64; 2]; 2] = [[40.0, 60.0], [60.0, 60.0]];

    pub(super) fn chain<'a>(start: &'a Amounts, end: &'a Amounts, reference: &'a [[f64; 2]; 2]) -> Chain<'a> {
        Chain::from(Comparison::try_new(start, end, &reference[0], &reference[1]).unwrap())
    }
}
