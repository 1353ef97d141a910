//! Growth engines: which industries a region could enter, scored, and tested against what was entered later.

mod entries;
mod outlook;
mod pareto;
mod resource_burden;
mod score;
mod spillover;

pub use entries::{EntryTest, EntryTestError, test_entries};
pub use outlook::{IndustryOutlookError, industry_outlook};
pub use pareto::{ParetoError, pareto_set};
pub use resource_burden::{ResourceBurden, ResourceBurdenError, resource_burden};
pub use score::{Criterion, CriterionValues, EngineError, EngineScores, score_engines};
pub use spillover::{SpilloverError, spillover_potential};
