//! Complexity of regions and industries, read off which regions have which industries.

mod components;
mod eigen;
mod index;
mod operator;
mod outlook;
mod sign;

pub use components::{Components, components};
pub use index::{ComplexityError, ComplexityIndex, Standardization, complexity_index};
pub use outlook::{ComplexityOutlook, OutlookOptions, complexity_outlook};
pub use sign::{ComplexitySign, SignBy};
