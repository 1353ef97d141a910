//! What makes a Growthpole worker short: panels by selection, conversions, errors, and running.
//!
//! A worker is any gRPC server with health and reflection; nothing obliges it to use this crate. In Rust it saves writing
//! the same five things again: getting panels ([`PanelSource`]), preparing them ([`reading`], [`mod@amounts`]), converting messages
//! ([`convert`]), turning errors into refusals with details ([`refuse`]), and serving ([`run`]). Long computations run apart
//! from calls ([`compute()`]), and as a [`Job`] they can be watched and stopped.

pub mod amounts;
pub mod answer;
pub mod companions;
pub mod compute;
pub mod convert;
pub mod job;
pub mod program;
pub mod reading;
pub mod refuse;
pub mod remote;
pub mod source;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod worker;

pub use answer::Method;
pub use compute::{ComputeSettings, compute};
pub use convert::selection::{ParsedSelection, SelectionDefaults};
pub use job::{Job, Parts, analyzed, watched};
pub use program::run_program;
pub use remote::{InvalidEndpoint, RemotePanels};
pub use source::{PanelSource, SourcedPanel};
pub use worker::{Worker, run};
