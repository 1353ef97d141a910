//! Complexity of regions and industries, read off which regions have which industries.

mod components;
mod eigen;
mod fitness;
mod index;
mod operator;
mod outlook;
mod productivity;
mod reflections;
mod sign;
mod subnational;
mod supermodularity;
mod ubiquity;
mod weighted_average;

pub use components::{Components, components};
pub use fitness::{Fitness, FitnessError, FitnessOptions, fitness};
pub use index::{ComplexityError, ComplexityIndex, Standardization, complexity_index};
pub use outlook::{ComplexityOutlook, OutlookOptions, RegionOutlook, complexity_outlook, for_each_outlook};
pub use productivity::{ProductivityError, ProductivityLevels, productivity_levels};
pub use reflections::{Reflected, Reflections, reflections};
pub use sign::{ComplexitySign, SignBy};
pub use subnational::{Subnational, subnational_complexity};
pub use supermodularity::{Supermodularity, SupermodularityError, SupermodularityOptions, supermodularity};
pub use ubiquity::{Recombination, SizedUbiquity, recombination, sized_ubiquity};
pub use weighted_average::{average_of_industries, average_of_regions};
