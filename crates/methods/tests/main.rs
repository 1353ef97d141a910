//! What holds for all input: sums, permutations, and the division plan against brute force and another solver.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod allocations;
mod complexity;
mod concentration;
mod convergence;
mod division;
mod economic_base;
mod engines;
mod growth;
mod inequality;
mod mobility;
mod parameter_uncertainty;
mod plan;
mod projection;
mod rank_uncertainty;
mod shift_share;
mod spatial;
mod specialization;
mod stats;
mod transition;
mod turning_points;
