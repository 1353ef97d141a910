//! Growth engines: which industries a region could enter, scored, and tested against what was entered later.

mod entries;
mod pareto;
mod score;
mod spillover;

pub use entries::{EntryTest, EntryTestError, test_entries};
pub use pareto::{ParetoError, pareto_set};
pub use score::{Criterion, CriterionValues, EngineError, EngineScores, score_engines};
pub use spillover::{SpilloverError, spillover_potential};
