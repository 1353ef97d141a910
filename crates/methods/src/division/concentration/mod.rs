//! Concentration of industries: how an industry is spread over regions beside everything else, one method one file.
//!
//! - [`concentration_table`] has all that follow from amounts, and from plants where they are known;
//! - by amounts: [`Location`] with [`hoover_coefficient`], [`gini_of_quotients`], [`concentration_curve`], and
//!   [`krugman_concentration`]; [`cluster_index`] with areas, population and firms;
//! - by plants: [`ellison_glaeser`] and [`maurel_sedillot`], which take the lumpiness of plants out; [`coagglomeration`] of
//!   several industries; [`colocation`] of the plants of two industries;
//! - by distances between plants: [`distance_density`].

mod cluster_index;
mod coagglomeration;
mod colocation;
mod curve;
mod distance_density;
mod ellison_glaeser;
mod hoover;
mod krugman;
mod location;
mod maurel_sedillot;
mod plant_sizes;
mod quotients;
mod table;

pub use cluster_index::{ClusterIndexError, cluster_index};
pub use coagglomeration::{CoagglomerationError, coagglomeration, coagglomeration_pairs};
pub use colocation::{Colocation, ColocationError, PlantRegions, colocation, excess_colocation};
pub use curve::{ConcentrationCurve, concentration_curve, equal_base_curve};
pub use distance_density::{
    Confidence, DistanceBands, DistanceDensity, DistanceDensityError, DistanceOptions, Sites, distance_density,
};
pub use ellison_glaeser::{EllisonGlaeser, ellison_glaeser, geographic_concentration};
pub use hoover::hoover_coefficient;
pub use krugman::krugman_concentration;
pub use location::{Location, LocationError};
pub use maurel_sedillot::maurel_sedillot;
pub use plant_sizes::{PlantSizes, PlantSizesError};
pub use quotients::gini_of_quotients;
pub use table::{ConcentrationTableError, IndustryConcentration, concentration_table};
