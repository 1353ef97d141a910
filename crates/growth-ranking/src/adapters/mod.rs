//! One adapter a method: request, panel, pure function, answer. What several share has a file of its own.

pub(crate) mod decompose_growth;
pub(crate) mod detect_turning_points;
mod indicators;
pub(crate) mod measure_inequality;
mod named_regions;
pub(crate) mod project_growth;
pub(crate) mod rank_growth;
mod ranks;
mod series;
mod spatial;
pub(crate) mod test_convergence;
pub(crate) mod track_ranks;
