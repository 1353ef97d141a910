//! One adapter a method: request, panel, pure function, answer.

pub(crate) mod assess_transition;
pub(crate) mod compare_structures;
pub(crate) mod find_growth_engines;
pub(crate) mod map_relatedness;
pub(crate) mod measure_complexity;
pub(crate) mod measure_concentration;
pub(crate) mod measure_economic_base;
pub(crate) mod measure_specialization;
pub(crate) mod propose_division;
