//! Specialisation of regions: how one-sided the structure of each is, one measure one file.
//!
//! Every measure takes a [`RegionStructure`]: a region's shares of industries beside those of a [`ReferenceStructure`]. What is
//! not defined (a ratio to a share of zero) is `None`, and never a number that stands for none.
//!
//! - of the shares alone: [`herfindahl_of_industries`], [`entropy`], [`variety`];
//! - against the reference: [`krugman_specialization`], [`hoover_specialization`], [`relative_diversity`],
//!   [`gini_of_quotients`], [`average_quotient`], [`hachman`], [`theil_specialization`];
//! - against the other regions: [`krugman_of_others`].
//!
//! [`specialization_profiles`] computes all of them for every region of a table, without a copy of it.

mod entropy;
mod gini;
mod hachman;
mod herfindahl;
mod krugman;
mod others;
mod profile;
mod structure;
mod theil;
mod variety;

pub use entropy::{Entropy, entropy};
pub use gini::gini_of_quotients;
pub use hachman::{average_quotient, hachman};
pub use herfindahl::herfindahl_of_industries;
pub use krugman::{hoover_specialization, krugman_specialization, relative_diversity};
pub(crate) use others::{Compared, against_others};
pub use others::{OtherRegions, krugman_of_others};
pub use profile::{SpecializationProfile, specialization_profiles};
pub use structure::{ReferenceStructure, RegionStructure, SpecializationError};
pub use theil::theil_specialization;
pub use variety::{IndustryGroups, Variety, variety};
