//! Mobility of regions among neighbours: moves in the Moran scatterplot, and distances between paths.

mod rose;
mod sequences;

pub use rose::{Rose, RoseAlternative, RoseError, RoseMove, directional_rose, rose_p_values, rose_permutations};
pub use sequences::{SequenceCosts, SequenceError, sequence_distances};
