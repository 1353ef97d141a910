//! The economic base of regions, and input-output analysis: what a region lives on, and what hangs on each sector.
//!
//! - base: [`base_by_location_quotients`], [`base_by_minimum_requirements`], [`base_by_assumption`];
//! - tables: [`InputOutput`], and [`regional_table`], which makes a region's of a nation's by quotients;
//! - what they imply: [`leontief_inverse`], [`ghosh_inverse`], [`closed_inverse`], [`multipliers`],
//!   [`linkages`], [`extract`], [`attribute`];
//! - [`commercial_area`] and, by trends of jobs, [`commercial_area_by_trend`]: land that establishments will look for.

mod area_trend;
mod attribution;
mod base;
mod commercial_area;
mod extraction;
mod households;
mod input_output;
mod inverse;
mod linkages;
mod multipliers;
mod regional_table;

pub use area_trend::{AreaTrendError, AreaYear, commercial_area_by_trend};
pub use attribution::{Attribution, AttributionError, attribute};
pub use base::{BaseError, EconomicBase, base_by_assumption, base_by_location_quotients, base_by_minimum_requirements};
pub use commercial_area::{AreaDemand, AreaError, AreaRates, commercial_area};
pub use extraction::{Extraction, ExtractionError, extract};
pub use households::{ClosedInverse, Households, HouseholdsError, closed_inverse};
pub use input_output::{InputOutput, InputOutputError};
pub use inverse::{InverseError, ghosh_inverse, leontief_inverse};
pub use linkages::{Linkages, SectorKind, linkages};
pub use multipliers::{Multipliers, MultipliersError, multipliers};
pub use regional_table::{QuotientMethod, RegionalTableError, regional_quotients, regional_table};
