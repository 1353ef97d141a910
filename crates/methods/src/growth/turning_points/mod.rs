//! Turning points of series of growth: structural breaks, thresholds, peaks and troughs, co-movement.
//!
//! - [`detect_breaks`]: multiple breaks in mean or trend (Bai and Perron); [`chow_test`] for a date known beforehand.
//! - [`threshold_history`]: until when a series was at or above a value.
//! - [`turning_points`]: peaks, troughs and phases (Bry and Boschan); [`concordance`] of phases.
//! - [`comovement`]: correlation, beta, lead and lag.
//! - [`longest_stretch`]: the part of a series that has no gap, which all but thresholds need.

mod asymptotic;
mod break_interval;
mod breaks;
mod chow;
mod comovement;
mod concordance;
mod criteria;
mod cycle;
mod null_distribution;
mod partitions;
mod robust;
mod segments;
mod slope;
mod stretch;
mod threshold;

pub use asymptotic::{BreakTest, asymptotic_critical_value};
pub use break_interval::ErrorVariances;
pub use breaks::{
    Break, BreakCriterion, BreakNumber, BreakOptions, BreaksError, ChosenNumbers, NoBreaks, SeriesBreaks,
    ShortestSegment, TestedBreaks, detect_breaks,
};
pub use chow::{ChowError, ChowForm, ChowTest, chow_test};
pub use comovement::{Comovement, ComovementError, LagCorrelation, comovement};
pub use concordance::{Concordance, concordance};
pub use criteria::InformationCriteria;
pub use cycle::{
    CycleError, CycleOptions, Direction, Phase, Turn, TurningPoint, expansion_states, phases, turning_points,
};
pub use robust::BreakErrors;
pub use segments::{BreakModel, SegmentFit};
pub use slope::Slope;
pub use stretch::longest_stretch;
pub use threshold::{ThresholdHistory, ThresholdRun, threshold_history};
