//! Growth: of one region over periods, as contributions to the whole, and split by shift-share; the mobility of
//! regions, and their convergence.

mod acceleration;
mod contribution;
pub mod convergence;
pub mod mobility;
pub mod projection;
mod rate;
mod relative;
mod shift_share;
pub mod spatial_mobility;
mod steps;
pub mod turning_points;
mod volatility;

pub use acceleration::{Acceleration, acceleration_from_levels, acceleration_from_rates, earlier_half};
pub use contribution::{
    ContributionError, Contributions, contribution_to_benchmark, contributions_from_levels, contributions_from_rates,
};
pub use rate::{GrowthError, GrowthMeasure, compound_growth, cumulative_from_rates, from_levels, from_rates};
pub use relative::ratio_rate;
pub use shift_share::{
    AdditiveParts, Arcelus, BartikReference, Cell, Chain, ChainError, Comparison, Dunn, Esteban, Factors, Gerfin,
    GrowthGap, NoFactors, NoGap, NoPrediction, RegionGap, RegionShift, ShiftShare, ShiftShareError, Split, arcelus,
    dunn, esteban_marquillas, gerfin, growth_gap, predicted_growth, required_rate,
};
pub use steps::{amount_steps, growth_of_mean_step, rate_steps, yearly_rates};
pub use volatility::{Volatility, mean_squared_successive_difference, volatility};
