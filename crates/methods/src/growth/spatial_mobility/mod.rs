//! Mobility of regions among neighbours: chains that depend on neighbours, moves in the Moran scatterplot, and distances
//! between paths.

mod categorical_lag;
mod class_rules;
mod ergodic_difference;
#[cfg(test)]
mod given_tests;
mod lisa_markov;
mod rose;
mod sequences;
mod spatial_markov;
mod spillover;

pub use categorical_lag::{CommonestClasses, CommonestTies, commonest_classes};
pub use class_rules::{ClassRule, LagRule};
pub use ergodic_difference::ergodic_difference;
pub use lisa_markov::{LisaMarkov, LisaMarkovError, lisa_markov, lisa_permutations};
pub use rose::{Rose, RoseAlternative, RoseError, RoseMove, directional_rose, rose_p_values, rose_permutations};
pub use sequences::{SequenceCosts, SequenceError, sequence_distances};
pub use spatial_markov::{LagDraws, SpatialMarkov, SpatialMarkovError, spatial_markov, spatial_markov_permutations};
pub use spillover::{Spillover, SpilloverError, spillover};
