//! Growth: of one region over periods, as contributions to the whole, and split by shift-share; and the mobility of regions.

mod contribution;
pub mod mobility;
mod rate;
mod shift_share;
pub mod spatial_mobility;

pub use contribution::{
    ContributionError, Contributions, contribution_to_benchmark, contributions_from_levels, contributions_from_rates,
};
pub use rate::{GrowthError, GrowthMeasure, cumulative_from_rates, from_levels, from_rates};
pub use shift_share::{IndustryShifts, RegionShift, ShiftShare, ShiftShareError, dunn};
