//! Transition of regions that live from resources and old industries: what they depend on, whether their capacity outgrows
//! its use, and how far they have come.

mod capital_deepening;
mod capital_output_ratio;
mod composite;
mod dependence;
mod peers;
mod perpetual_inventory;
mod resource_stage;

pub use capital_deepening::{DeepeningError, capital_deepening};
pub use capital_output_ratio::{CapitalOutputError, incremental_capital_output_ratio};
pub use composite::{CompositeError, PeerComposite, peer_composite};
pub use dependence::{Dependence, DependenceError, dependence};
pub use peers::Peers;
pub use perpetual_inventory::{PerpetualInventoryError, perpetual_inventory};
pub use resource_stage::{ResourcePath, ResourceStage, StageError, StageEvidence, StageRule, resource_stage};
